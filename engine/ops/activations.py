"""Activation functions: what a neuron does with its sum."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from gradlens.engine.ops.elementwise import erfc_array
from gradlens.engine.ops.op import Op, Option


def sigmoid_scalar(x: float) -> float:
    # The exponential of a negative number cannot overflow.
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    e = math.exp(x)
    return e / (1 + e)


def sigmoid_array(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1 + e)


def softplus_array(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def leaky_relu_array(x: np.ndarray, slope: float) -> np.ndarray:
    return np.where(np.less_equal(x, 0), slope * x, x)


def elu_array(x: np.ndarray, alpha: float) -> np.ndarray:
    # The exponential of the negative part only: it cannot overflow.
    return np.where(np.greater(x, 0), x, alpha * np.expm1(np.minimum(x, 0.0)))


def selu_array(x: np.ndarray) -> np.ndarray:
    # Klambauer et al. 2017, Self-Normalizing Neural Networks, appendix A.
    return 1.0507009873554805 * elu_array(x, 1.6732632423543772)


def gelu_array(x: np.ndarray) -> np.ndarray:
    # erfc, not 1 + erf, which cancels where x is below -1.
    return x * erfc_array(x * -0.7071067811865476) / 2


def gelu_tanh_array(x: np.ndarray) -> np.ndarray:
    # Hendrycks and Gimpel 2016, Gaussian Error Linear Units, section 2; (1 + tanh(u)) / 2 is sigmoid(2 u), without
    # cancellation.
    return x * sigmoid_array(1.5957691216057308 * (x + 0.044715 * x * x * x))


def celu_array(x: np.ndarray, alpha: float) -> np.ndarray:
    return np.where(np.greater(x, 0), x, alpha * np.expm1(np.minimum(x, 0.0) / alpha))


def softshrink_array(x: np.ndarray, bound: float) -> np.ndarray:
    size = np.abs(x)
    return np.where(size <= bound, 0.0, np.sign(x) * (size - bound))


def on_number(array: Callable) -> Callable:
    """An array function on a single number."""

    def scalar(x: float, **options: float) -> float:
        with np.errstate(all="ignore"):
            return float(array(x, **options))

    return scalar


OPS = [
    Op(
        "sigmoid",
        "elementwise",
        ("x",),
        r"\sigma({x})",
        sigmoid_array,
        {"en": "Logistic function: squashes to (0, 1).", "ko": "시그모이드. 값을 (0, 1)로 눌러 담습니다."},
        scalar=sigmoid_scalar,
        # sigmoid(-x) is 1 - z without its cancellation: at 40, 1 - z is 0.
        local={"x": "z * sigmoid(-x)"},
        definition="1 / (1 + exp(-x))",
    ),
    Op(
        "relu",
        "elementwise",
        ("x",),
        r"\operatorname{ReLU}({x})",
        lambda x: np.maximum(x, 0.0),
        {
            "en": "x where positive, else 0: lets the gradient through or stops it.",
            "ko": "양수는 그대로, 나머지는 0. 기울기를 통과시키거나 막습니다.",
        },
        scalar=lambda x: 0.0 if x < 0 else x,
        gates=True,
        local={"x": "x > 0"},
        kink="x == 0",
        convention={
            "en": "At 0 the gradient is 0, as in PyTorch and JAX.",
            "ko": "0에서 기울기는 0으로 둡니다(PyTorch, JAX와 같음).",
        },
    ),
    Op(
        "log_sigmoid",
        "activation",
        ("x",),
        r"\log\sigma({x})",
        lambda x: -softplus_array(-x),
        {"en": "Logarithm of the sigmoid, without underflow.", "ko": "시그모이드의 로그. 언더플로가 없습니다."},
        scalar=on_number(lambda x: -softplus_array(-x)),
        local={"x": "sigmoid(-x)"},
        definition="log(sigmoid(x))",
    ),
    Op(
        "leaky_relu",
        "activation",
        ("x",),
        r"\operatorname{LeakyReLU}({x})",
        leaky_relu_array,
        {"en": "x where positive, else slope times x.", "ko": "양수는 그대로, 나머지는 slope를 곱합니다."},
        scalar=lambda x, slope: x if x > 0 or x != x else slope * x,
        options=(Option("slope", "number", 0.01),),
        local={"x": "where(x > 0, 1, slope)"},
        definition="where(x > 0, x, slope * x)",
        kink="(x == 0) * (slope != 1)",
        convention={
            "en": "At 0 the gradient is slope, as in PyTorch; JAX takes 1.",
            "ko": "0에서 기울기는 slope로 둡니다(PyTorch와 같음, JAX는 1).",
        },
    ),
    Op(
        "elu",
        "activation",
        ("x",),
        r"\operatorname{ELU}({x})",
        elu_array,
        {"en": "x where positive, else alpha (exp(x) − 1).", "ko": "양수는 그대로, 나머지는 alpha (exp(x) − 1)."},
        scalar=on_number(elu_array),
        options=(Option("alpha", "number", 1.0),),
        local={"x": "where(x > 0, 1, alpha * exp(minimum(x, 0)))"},
        definition="where(x > 0, x, alpha * (exp(minimum(x, 0)) - 1))",
        kink="(x == 0) * (alpha != 1)",
        convention={
            "en": "At 0 the gradient is alpha, that of the negative side, as in PyTorch and JAX.",
            "ko": "0에서 기울기는 음수 쪽의 것인 alpha로 둡니다(PyTorch, JAX와 같음).",
        },
    ),
    Op(
        "selu",
        "activation",
        ("x",),
        r"\operatorname{SELU}({x})",
        selu_array,
        {"en": "A scaled ELU that keeps mean and variance.", "ko": "평균과 분산을 유지하도록 배율을 정한 ELU."},
        scalar=on_number(selu_array),
        local={"x": "where(x > 0, 1.0507009873554805, 1.7580993408473766 * exp(minimum(x, 0)))"},
        definition="1.0507009873554805 * elu(x, 1.6732632423543772)",
        kink="x == 0",
        convention={
            "en": "At 0 the gradient is that of the negative side, 1.758, as in PyTorch and JAX.",
            "ko": "0에서 기울기는 음수 쪽의 것인 1.758로 둡니다(PyTorch, JAX와 같음).",
        },
    ),
    Op(
        "softplus",
        "activation",
        ("x",),
        r"\operatorname{softplus}({x})",
        softplus_array,
        {
            "en": "log(1 + exp(x)), a smooth relu, without overflow.",
            "ko": "log(1 + exp(x)). 매끄러운 relu이며 넘침이 없습니다.",
        },
        scalar=on_number(softplus_array),
        local={"x": "sigmoid(x)"},
        definition="log(1 + exp(x))",
    ),
    Op(
        "softsign",
        "activation",
        ("x",),
        r"\operatorname{softsign}({x})",
        lambda x: x / (1 + np.abs(x)),
        {"en": "x / (1 + |x|).", "ko": "x / (1 + |x|)."},
        scalar=lambda x: x / (1 + abs(x)),
        local={"x": "1 / (1 + abs(x)) ** 2"},
        definition="x / (1 + abs(x))",
    ),
    Op(
        "silu",
        "activation",
        ("x",),
        r"\operatorname{SiLU}({x})",
        lambda x: x * sigmoid_array(x),
        {"en": "x times its sigmoid; also called swish.", "ko": "x에 시그모이드를 곱합니다. swish라고도 합니다."},
        scalar=lambda x: x * sigmoid_scalar(x),
        local={"x": "sigmoid(x) * (1 + x * sigmoid(-x))"},
        definition="x * sigmoid(x)",
        spellings=("swish",),
    ),
    Op(
        "gelu",
        "activation",
        ("x",),
        r"\operatorname{GELU}({x})",
        gelu_array,
        {"en": "x times the normal distribution function of x.", "ko": "x에 정규분포의 누적분포함수를 곱합니다."},
        scalar=lambda x: x * math.erfc(x * -0.7071067811865476) / 2,
        local={"x": "erfc(-x / sqrt(2)) / 2 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)"},
        definition="x * (1 + erf(x / sqrt(2))) / 2",
    ),
    Op(
        "gelu_tanh",
        "activation",
        ("x",),
        r"\operatorname{GELU}_{\tanh}({x})",
        gelu_tanh_array,
        {"en": "GELU approximated with tanh.", "ko": "tanh로 근사한 GELU."},
        scalar=on_number(gelu_tanh_array),
        # Beyond 100 the last factor is times 0; its bound keeps it finite there.
        local={
            "x": (
                "sigmoid(sqrt(8 / pi) * (x + 0.044715 * x ** 3)) * (1 + x * sigmoid(-sqrt(8 / pi) * (x + 0.044715 * x"
                " ** 3)) * sqrt(8 / pi) * (1 + 0.134145 * minimum(x ** 2, 10000)))"
            )
        },
        definition="x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))) / 2",
    ),
    Op(
        "mish",
        "activation",
        ("x",),
        r"\operatorname{mish}({x})",
        lambda x: x * np.tanh(softplus_array(x)),
        {"en": "x times tanh(softplus(x)).", "ko": "x에 tanh(softplus(x))를 곱합니다."},
        scalar=on_number(lambda x: x * np.tanh(softplus_array(x))),
        local={"x": "tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x)) ** 2)"},
        definition="x * tanh(softplus(x))",
    ),
    Op(
        "hardsigmoid",
        "activation",
        ("x",),
        r"\operatorname{hardsigmoid}({x})",
        lambda x: np.clip(x + 3, 0, 6) / 6,
        {"en": "A sigmoid of three straight pieces.", "ko": "직선 세 조각으로 된 시그모이드."},
        scalar=on_number(lambda x: np.clip(x + 3, 0, 6) / 6),
        gates=True,
        local={"x": "((x > -3) * (x < 3)) / 6"},
        definition="clip(x + 3, 0, 6) / 6",
        kink="abs(x) == 3",
        convention={
            "en": "At −3 and 3 the gradient is 0, as in PyTorch and JAX.",
            "ko": "−3과 3에서 기울기는 0으로 둡니다(PyTorch, JAX와 같음).",
        },
    ),
    Op(
        "hardswish",
        "activation",
        ("x",),
        r"\operatorname{hardswish}({x})",
        lambda x: x * (np.clip(x + 3, 0, 6) / 6),
        {"en": "x times its hardsigmoid.", "ko": "x에 hardsigmoid를 곱합니다."},
        scalar=on_number(lambda x: x * (np.clip(x + 3, 0, 6) / 6)),
        local={"x": "where(x <= -3, 0, where(x >= 3, 1, x / 3 + 1 / 2))"},
        definition="x * clip(x + 3, 0, 6) / 6",
        kink="abs(x) == 3",
        convention={
            "en": "At −3 the gradient is 0 and at 3 it is 1, as in PyTorch and JAX.",
            "ko": "−3에서 기울기는 0, 3에서는 1로 둡니다(PyTorch, JAX와 같음).",
        },
    ),
    Op(
        "relu6",
        "activation",
        ("x",),
        r"\operatorname{ReLU6}({x})",
        lambda x: np.clip(x, 0, 6),
        {"en": "relu that stops at 6.", "ko": "6에서 멈추는 relu."},
        scalar=on_number(lambda x: np.clip(x, 0, 6)),
        gates=True,
        local={"x": "(x > 0) * (x < 6)"},
        definition="clip(x, 0, 6)",
        kink="(x == 0) + (x == 6)",
        convention={
            "en": "At 0 and 6 the gradient is 0, as in PyTorch.",
            "ko": "0과 6에서 기울기는 0으로 둡니다(PyTorch와 같음).",
        },
    ),
    Op(
        "hardtanh",
        "activation",
        ("x",),
        r"\operatorname{hardtanh}({x})",
        lambda x: np.clip(x, -1, 1),
        {"en": "x between −1 and 1, flat outside.", "ko": "−1과 1 사이에서 x, 밖에서는 평평합니다."},
        scalar=on_number(lambda x: np.clip(x, -1, 1)),
        gates=True,
        local={"x": "(x > -1) * (x < 1)"},
        definition="clip(x, -1, 1)",
        kink="abs(x) == 1",
        convention={
            "en": "At −1 and 1 the gradient is 0, as in PyTorch.",
            "ko": "−1과 1에서 기울기는 0으로 둡니다(PyTorch와 같음).",
        },
    ),
    Op(
        "celu",
        "activation",
        ("x",),
        r"\operatorname{CELU}({x})",
        celu_array,
        {
            "en": "x where positive, else alpha (exp(x / alpha) − 1): its slope has no jump.",
            "ko": "양수는 그대로, 나머지는 alpha (exp(x / alpha) − 1). 기울기가 끊기지 않습니다.",
        },
        scalar=on_number(celu_array),
        options=(Option("alpha", "number", 1.0),),
        local={"x": "where(x > 0, 1, exp(minimum(x, 0) / alpha))"},
        definition="where(x > 0, x, alpha * (exp(minimum(x, 0) / alpha) - 1))",
    ),
    Op(
        "prelu",
        "activation",
        ("x", "a"),
        r"\operatorname{PReLU}_{{a}}({x})",
        lambda x, a: np.where(np.less_equal(x, 0), a * x, x),
        {
            "en": "x where positive, else a times x, with a slope a that is learnt.",
            "ko": "양수는 그대로, 나머지는 a를 곱합니다. 기울기 a도 학습합니다.",
        },
        scalar=lambda x, a: x if x > 0 or x != x else a * x,
        local={"x": "where(x > 0, 1, a)", "a": "where(x > 0, 0, x)"},
        definition="where(x > 0, x, a * x)",
        kink="(x == 0) * (a != 1)",
        convention={
            "en": "At 0 the slope is that of the negative side, as in PyTorch.",
            "ko": "0에서 기울기는 음수 쪽의 것으로 둡니다(PyTorch와 같음).",
        },
    ),
    Op(
        "hardshrink",
        "activation",
        ("x",),
        r"\operatorname{hardshrink}({x})",
        lambda x, bound: np.where(np.abs(x) <= bound, 0.0, x),
        {"en": "0 between −bound and bound, x outside.", "ko": "−bound와 bound 사이는 0, 밖은 그대로."},
        scalar=lambda x, bound: 0.0 if abs(x) <= bound else x,
        options=(Option("bound", "number", 0.5),),
        gates=True,
        local={"x": "abs(x) > bound"},
        definition="where(abs(x) > bound, x, 0)",
        kink="abs(x) == bound",
        convention={
            "en": "At −bound and bound the gradient is 0, as in PyTorch.",
            "ko": "−bound와 bound에서 기울기는 0으로 둡니다(PyTorch와 같음).",
        },
    ),
    Op(
        "softshrink",
        "activation",
        ("x",),
        r"\operatorname{softshrink}({x})",
        softshrink_array,
        {
            "en": "x moved towards 0 by bound, and 0 where it would cross.",
            "ko": "x를 0 쪽으로 bound만큼 옮기고, 0을 지나치면 0으로 둡니다.",
        },
        scalar=on_number(softshrink_array),
        options=(Option("bound", "number", 0.5),),
        gates=True,
        local={"x": "abs(x) > bound"},
        definition="where(x > bound, x - bound, where(x < -bound, x + bound, 0))",
        kink="abs(x) == bound",
        convention={
            "en": "At −bound and bound the gradient is 0, as in PyTorch.",
            "ko": "−bound와 bound에서 기울기는 0으로 둡니다(PyTorch와 같음).",
        },
    ),
    Op(
        "tanhshrink",
        "activation",
        ("x",),
        r"\operatorname{tanhshrink}({x})",
        lambda x: x - np.tanh(x),
        {"en": "x − tanh(x).", "ko": "x − tanh(x)."},
        scalar=lambda x: x - math.tanh(x),
        local={"x": "tanh(x) ** 2"},
        definition="x - tanh(x)",
    ),
    Op(
        "threshold",
        "activation",
        ("x",),
        r"\operatorname{threshold}({x})",
        lambda x, threshold, value: np.where(np.less_equal(x, threshold), value, x),
        {"en": "x above the threshold, else a fixed value.", "ko": "threshold보다 크면 그대로, 아니면 정해진 값."},
        scalar=lambda x, threshold, value: value if x <= threshold else x,
        options=(Option("threshold", "number", 0.0), Option("value", "number", 0.0)),
        gates=True,
        local={"x": "x > threshold"},
        definition="where(x > threshold, x, value)",
        kink="x == threshold",
        convention={
            "en": "At the threshold the gradient is 0, as in PyTorch.",
            "ko": "threshold에서 기울기는 0으로 둡니다(PyTorch와 같음).",
        },
    ),
]
