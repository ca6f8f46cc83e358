"""Activation functions: what a neuron does with its sum."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradlens.engine.ops import complex_forms
from gradlens.engine.ops.elementwise import erfc_array
from gradlens.engine.ops.op import Op, Option, Words
from gradlens.engine.values import Array


def sigmoid_scalar(x: float) -> float:
    # The exponential of a negative number cannot overflow.
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    e = math.exp(x)
    return e / (1 + e)


def sigmoid_array(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1 + e)


def softplus_array(x: Array) -> Array:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def leaky_relu_array(x: Array, slope: float) -> Array:
    return np.where(np.less_equal(x, 0), slope * x, x)


def elu_array(x: Array, alpha: float) -> Array:
    # The exponential of the negative part only: it cannot overflow.
    return np.where(np.greater(x, 0), x, alpha * np.expm1(np.minimum(x, 0.0)))


def selu_array(x: Array) -> Array:
    # Klambauer et al. 2017, Self-Normalizing Neural Networks, appendix A.
    return 1.0507009873554805 * elu_array(x, 1.6732632423543772)


def gelu_array(x: Array) -> Array:
    # erfc, not 1 + erf, which cancels where x is below -1.
    return x * erfc_array(x * -0.7071067811865476) / 2


def gelu_tanh_array(x: Array) -> Array:
    # Hendrycks and Gimpel 2016, Gaussian Error Linear Units, section 2; (1 + tanh(u)) / 2 is sigmoid(2 u), without
    # cancellation.
    return x * sigmoid_array(1.5957691216057308 * (x + 0.044715 * x * x * x))


def celu_array(x: Array, alpha: float) -> Array:
    return np.where(np.greater(x, 0), x, alpha * np.expm1(np.minimum(x, 0.0) / alpha))


def softshrink_array(x: Array, bound: float) -> Array:
    size = np.abs(x)
    return np.where(size <= bound, 0.0, np.sign(x) * (size - bound))


def on_number(array: Callable[..., Any]) -> Callable[..., Any]:
    """An array function on a single number."""

    def scalar(x: float, **options: float) -> float:
        with np.errstate(all="ignore"):
            return float(array(x, **options))

    return scalar


OPS = [
    Op(
        "sigmoid(x)",
        # sigmoid(-x) is 1 - z without its cancellation: at 40, 1 - z is 0.
        local={"x": "z * sigmoid(-x)"},
        definition="1 / (1 + exp(-x))",
        words=Words(
            r"\sigma({x})",
            en="Logistic function: squashes to (0, 1).",
            ko="시그모이드. 값을 0과 1 사이로 옮깁니다.",
            values="(0, 1)",
        ),
        array=sigmoid_array,
        scalar=sigmoid_scalar,
        complex=complex_forms.sigmoid,
        activation=True,
    ),
    Op(
        "relu(x)",
        local={"x": "x > 0"},
        words=Words(
            r"\operatorname{ReLU}({x})",
            en="x where positive, else 0: lets the gradient through or stops it.",
            ko="양수는 그대로, 나머지는 0. 기울기를 통과시키거나 막습니다.",
            convention={
                "en": "At 0 the gradient is 0, as in PyTorch and JAX.",
                "ko": "0에서 기울기는 0으로 둡니다(PyTorch, JAX와 같음).",
            },
            values="[0, ∞)",
        ),
        array=lambda x: np.maximum(x, 0.0),
        scalar=lambda x: 0.0 if x < 0 else x,
        complex=complex_forms.relu,
        kink="x == 0",
        gates=True,
        activation=True,
    ),
    Op(
        "log_sigmoid(x)",
        local={"x": "sigmoid(-x)"},
        definition="log(sigmoid(x))",
        words=Words(
            r"\log\sigma({x})",
            en="Logarithm of the sigmoid, without underflow.",
            ko="시그모이드의 로그. 언더플로가 없습니다.",
            values="(-∞, 0)",
        ),
        family="activation",
        array=lambda x: -softplus_array(-x),
        scalar=on_number(lambda x: -softplus_array(-x)),
        complex=complex_forms.log_sigmoid,
    ),
    Op(
        "leaky_relu(x)",
        local={"x": "where(x > 0, 1, slope)"},
        definition="where(x > 0, x, slope * x)",
        words=Words(
            r"\operatorname{LeakyReLU}({x})",
            en="x where positive, else slope times x.",
            ko="양수는 그대로, 나머지는 slope를 곱합니다.",
            convention={
                "en": "At 0 the gradient is slope, as in PyTorch; JAX takes 1.",
                "ko": "0에서 기울기는 slope로 둡니다(PyTorch와 같음, JAX는 1).",
            },
        ),
        family="activation",
        options=(Option("slope", "number", 0.01),),
        array=leaky_relu_array,
        scalar=lambda x, slope: x if x > 0 or x != x else slope * x,
        complex=complex_forms.leaky_relu,
        kink="(x == 0) * (slope != 1)",
    ),
    Op(
        "elu(x)",
        local={"x": "where(x > 0, 1, alpha * exp(minimum(x, 0)))"},
        definition="where(x > 0, x, alpha * (exp(minimum(x, 0)) - 1))",
        words=Words(
            r"\operatorname{ELU}({x})",
            en="x where positive, else alpha (exp(x) − 1).",
            ko="양수는 그대로, 나머지는 alpha (exp(x) − 1).",
            convention={
                "en": "At 0 the gradient is alpha, that of the negative side, as in PyTorch and JAX.",
                "ko": "0에서 기울기는 음수 쪽의 것인 alpha로 둡니다(PyTorch, JAX와 같음).",
            },
        ),
        family="activation",
        options=(Option("alpha", "number", 1.0),),
        array=elu_array,
        scalar=on_number(elu_array),
        complex=complex_forms.elu,
        kink="(x == 0) * (alpha != 1)",
    ),
    Op(
        "selu(x)",
        local={"x": "where(x > 0, 1.0507009873554805, 1.7580993408473766 * exp(minimum(x, 0)))"},
        definition="1.0507009873554805 * elu(x, 1.6732632423543772)",
        words=Words(
            r"\operatorname{SELU}({x})",
            en="A scaled ELU that keeps mean and variance.",
            ko="평균과 분산을 유지하도록 배율을 정한 ELU.",
            convention={
                "en": "At 0 the gradient is that of the negative side, 1.758, as in PyTorch and JAX.",
                "ko": "0에서 기울기는 음수 쪽의 것인 1.758로 둡니다(PyTorch, JAX와 같음).",
            },
        ),
        family="activation",
        array=selu_array,
        scalar=on_number(selu_array),
        kink="x == 0",
    ),
    Op(
        "softplus(x)",
        local={"x": "sigmoid(x)"},
        definition="log(1 + exp(x))",
        words=Words(
            r"\operatorname{softplus}({x})",
            en="log(1 + exp(x)), a smooth relu, without overflow.",
            ko="log(1 + exp(x)). 매끄러운 relu이며 넘침이 없습니다.",
            values="(0, ∞)",
        ),
        family="activation",
        array=softplus_array,
        scalar=on_number(softplus_array),
        complex=complex_forms.softplus,
    ),
    Op(
        "softsign(x)",
        local={"x": "1 / (1 + abs(x)) ** 2"},
        definition="x / (1 + abs(x))",
        words=Words(r"\operatorname{softsign}({x})", en="x / (1 + |x|).", ko="x / (1 + |x|).", values="(-1, 1)"),
        family="activation",
        array=lambda x: x / (1 + np.abs(x)),
        scalar=lambda x: x / (1 + abs(x)),
        complex=complex_forms.softsign,
    ),
    Op(
        "silu(x)",
        local={"x": "sigmoid(x) * (1 + x * sigmoid(-x))"},
        definition="x * sigmoid(x)",
        words=Words(
            r"\operatorname{SiLU}({x})",
            en="x times its sigmoid; also called swish.",
            ko="x에 시그모이드를 곱합니다. swish라고도 합니다.",
        ),
        family="activation",
        array=lambda x: x * sigmoid_array(x),
        scalar=lambda x: x * sigmoid_scalar(x),
        complex=complex_forms.silu,
        spellings=("swish",),
    ),
    Op(
        "gelu(x)",
        local={"x": "erfc(-x / sqrt(2)) / 2 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)"},
        definition="x * (1 + erf(x / sqrt(2))) / 2",
        words=Words(
            r"\operatorname{GELU}({x})",
            en="x times the normal distribution function of x.",
            ko="x에 정규분포의 누적분포함수를 곱합니다.",
        ),
        family="activation",
        array=gelu_array,
        scalar=lambda x: x * math.erfc(x * -0.7071067811865476) / 2,
    ),
    Op(
        "gelu_tanh(x)",
        # Beyond 100 the last factor is times 0; its bound keeps it finite there.
        local={
            "x": (
                "sigmoid(sqrt(8 / pi) * (x + 0.044715 * x ** 3)) * (1 + x * sigmoid(-sqrt(8 / pi) * (x + 0.044715 * x"
                " ** 3)) * sqrt(8 / pi) * (1 + 0.134145 * minimum(x ** 2, 10000)))"
            )
        },
        definition="x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))) / 2",
        words=Words(r"\operatorname{GELU}_{\tanh}({x})", en="GELU approximated with tanh.", ko="tanh로 근사한 GELU."),
        family="activation",
        array=gelu_tanh_array,
        scalar=on_number(gelu_tanh_array),
    ),
    Op(
        "mish(x)",
        local={"x": "tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x)) ** 2)"},
        definition="x * tanh(softplus(x))",
        words=Words(
            r"\operatorname{mish}({x})", en="x times tanh(softplus(x)).", ko="x에 tanh(softplus(x))를 곱합니다."
        ),
        family="activation",
        array=lambda x: x * np.tanh(softplus_array(x)),
        scalar=on_number(lambda x: x * np.tanh(softplus_array(x))),
    ),
    Op(
        "hardsigmoid(x)",
        local={"x": "((x > -3) * (x < 3)) / 6"},
        definition="clip(x + 3, 0, 6) / 6",
        words=Words(
            r"\operatorname{hardsigmoid}({x})",
            en="A sigmoid of three straight pieces.",
            ko="직선 세 조각으로 된 시그모이드.",
            convention={
                "en": "At −3 and 3 the gradient is 0, as in PyTorch and JAX.",
                "ko": "−3과 3에서 기울기는 0으로 둡니다(PyTorch, JAX와 같음).",
            },
            values="[0, 1]",
        ),
        family="activation",
        array=lambda x: np.clip(x + 3, 0, 6) / 6,
        scalar=on_number(lambda x: np.clip(x + 3, 0, 6) / 6),
        kink="abs(x) == 3",
        gates=True,
    ),
    Op(
        "hardswish(x)",
        local={"x": "where(x <= -3, 0, where(x >= 3, 1, x / 3 + 1 / 2))"},
        definition="x * clip(x + 3, 0, 6) / 6",
        words=Words(
            r"\operatorname{hardswish}({x})",
            en="x times its hardsigmoid.",
            ko="x에 hardsigmoid를 곱합니다.",
            convention={
                "en": "At −3 the gradient is 0 and at 3 it is 1, as in PyTorch and JAX.",
                "ko": "−3에서 기울기는 0, 3에서는 1로 둡니다(PyTorch, JAX와 같음).",
            },
        ),
        family="activation",
        array=lambda x: x * (np.clip(x + 3, 0, 6) / 6),
        scalar=on_number(lambda x: x * (np.clip(x + 3, 0, 6) / 6)),
        kink="abs(x) == 3",
    ),
    Op(
        "relu6(x)",
        local={"x": "(x > 0) * (x < 6)"},
        definition="clip(x, 0, 6)",
        words=Words(
            r"\operatorname{ReLU6}({x})",
            en="relu that stops at 6.",
            ko="6을 넘지 않는 relu.",
            convention={
                "en": "At 0 and 6 the gradient is 0, as in PyTorch.",
                "ko": "0과 6에서 기울기는 0으로 둡니다(PyTorch와 같음).",
            },
            values="[0, 6]",
        ),
        family="activation",
        array=lambda x: np.clip(x, 0, 6),
        scalar=on_number(lambda x: np.clip(x, 0, 6)),
        kink="(x == 0) + (x == 6)",
        gates=True,
    ),
    Op(
        "hardtanh(x)",
        local={"x": "(x > -1) * (x < 1)"},
        definition="clip(x, -1, 1)",
        words=Words(
            r"\operatorname{hardtanh}({x})",
            en="x between −1 and 1, flat outside.",
            ko="−1과 1 사이에서 x, 밖에서는 평평합니다.",
            convention={
                "en": "At −1 and 1 the gradient is 0, as in PyTorch.",
                "ko": "−1과 1에서 기울기는 0으로 둡니다(PyTorch와 같음).",
            },
            values="[-1, 1]",
        ),
        family="activation",
        array=lambda x: np.clip(x, -1, 1),
        scalar=on_number(lambda x: np.clip(x, -1, 1)),
        kink="abs(x) == 1",
        gates=True,
    ),
    Op(
        "celu(x)",
        local={"x": "where(x > 0, 1, exp(minimum(x, 0) / alpha))"},
        definition="where(x > 0, x, alpha * (exp(minimum(x, 0) / alpha) - 1))",
        words=Words(
            r"\operatorname{CELU}({x})",
            en="x where positive, else alpha (exp(x / alpha) − 1): its slope has no jump.",
            ko="양수는 그대로, 나머지는 alpha (exp(x / alpha) − 1). 기울기가 끊기지 않습니다.",
        ),
        family="activation",
        options=(Option("alpha", "number", 1.0),),
        array=celu_array,
        scalar=on_number(celu_array),
    ),
    Op(
        "prelu(x, a)",
        local={"x": "where(x > 0, 1, a)", "a": "where(x > 0, 0, x)"},
        definition="where(x > 0, x, a * x)",
        words=Words(
            r"\operatorname{PReLU}_{{a}}({x})",
            en="x where positive, else a times x, with a slope a that is learnt.",
            ko="양수는 그대로, 나머지는 a를 곱합니다. 기울기 a도 학습합니다.",
            convention={
                "en": "At 0 the slope is that of the negative side, as in PyTorch.",
                "ko": "0에서 기울기는 음수 쪽의 것으로 둡니다(PyTorch와 같음).",
            },
        ),
        family="activation",
        array=lambda x, a: np.where(np.less_equal(x, 0), a * x, x),
        scalar=lambda x, a: x if x > 0 or x != x else a * x,
        kink="(x == 0) * (a != 1)",
    ),
    Op(
        "hardshrink(x)",
        local={"x": "abs(x) > bound"},
        definition="where(abs(x) > bound, x, 0)",
        words=Words(
            r"\operatorname{hardshrink}({x})",
            en="0 between −bound and bound, x outside.",
            ko="−bound와 bound 사이는 0, 밖은 그대로.",
            convention={
                "en": "At −bound and bound the gradient is 0, as in PyTorch.",
                "ko": "−bound와 bound에서 기울기는 0으로 둡니다(PyTorch와 같음).",
            },
        ),
        family="activation",
        options=(Option("bound", "number", 0.5),),
        array=lambda x, bound: np.where(np.abs(x) <= bound, 0.0, x),
        scalar=lambda x, bound: 0.0 if abs(x) <= bound else x,
        kink="abs(x) == bound",
        gates=True,
    ),
    Op(
        "softshrink(x)",
        local={"x": "abs(x) > bound"},
        definition="where(x > bound, x - bound, where(x < -bound, x + bound, 0))",
        words=Words(
            r"\operatorname{softshrink}({x})",
            en="x moved towards 0 by bound, and 0 where it would cross.",
            ko="x를 0 쪽으로 bound만큼 옮기고, 0을 지나치면 0으로 둡니다.",
            convention={
                "en": "At −bound and bound the gradient is 0, as in PyTorch.",
                "ko": "−bound와 bound에서 기울기는 0으로 둡니다(PyTorch와 같음).",
            },
        ),
        family="activation",
        options=(Option("bound", "number", 0.5),),
        array=softshrink_array,
        scalar=on_number(softshrink_array),
        kink="abs(x) == bound",
        gates=True,
    ),
    Op(
        "tanhshrink(x)",
        local={"x": "tanh(x) ** 2"},
        definition="x - tanh(x)",
        words=Words(r"\operatorname{tanhshrink}({x})", en="x − tanh(x).", ko="x − tanh(x)."),
        family="activation",
        array=lambda x: x - np.tanh(x),
        scalar=lambda x: x - math.tanh(x),
    ),
    Op(
        "threshold(x)",
        local={"x": "x > threshold"},
        definition="where(x > threshold, x, value)",
        words=Words(
            r"\operatorname{threshold}({x})",
            en="x above the threshold, else a fixed value.",
            ko="threshold보다 크면 그대로, 아니면 정해진 값.",
            convention={
                "en": "At the threshold the gradient is 0, as in PyTorch.",
                "ko": "threshold에서 기울기는 0으로 둡니다(PyTorch와 같음).",
            },
        ),
        family="activation",
        options=(Option("threshold", "number", 0.0), Option("value", "number", 0.0)),
        array=lambda x, threshold, value: np.where(np.less_equal(x, threshold), value, x),
        scalar=lambda x, threshold, value: value if x <= threshold else x,
        kink="x == threshold",
        gates=True,
    ),
]
