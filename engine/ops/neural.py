"""Functions of neural networks that act on whole arrays."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops import complex_forms
from gradlens.engine.ops.elementwise import xlogy_array
from gradlens.engine.ops.linear_algebra import matmul_shape
from gradlens.engine.ops.op import Cells, Cost, Op, Option, Shapes, Tests, Use, Words
from gradlens.engine.ops.reduction import average, root_mean_square
from gradlens.engine.shapes import broadcast, normal_axes, normal_axis, stretched
from gradlens.engine.values import Array, Shape, size_of


def softmax_array(x: Array, axis: tuple[int, ...]) -> Array:
    # Shifted by the maximum: the largest exponential is exp(0).
    e = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    return e / np.sum(e, axis=axis, keepdims=True)


def softmax_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return shapes[0], {"axis": normal_axes(name, options["axis"], shapes[0]) if shapes[0] else ()}


def log_softmax_array(x: Array, axis: tuple[int, ...]) -> Array:
    shifted = x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def loss_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    """A loss of two arrays of one shape is one number."""
    if shapes[0] != shapes[1]:
        raise EngineError("loss-shapes", function=name, left=str(shapes[0]), right=str(shapes[1]))
    return (), options


def class_loss_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if shapes[0] == ():
        raise EngineError("loss-scalar", function=name)
    if shapes[0] != shapes[1]:
        raise EngineError(
            "label-shapes", function=name, left=str(shapes[0]), right=str(shapes[1]), wanted=str(shapes[0][:-1])
        )
    return (), options


def one_number(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return (), options


def rows(x: Array) -> float:
    """How many samples a batch holds: all axes but the last, which are the classes."""
    return float(size_of(x.shape[:-1]))


def row_count(use: Use) -> dict[str, Any]:
    """n: the samples of a batch."""
    return {"n": float(size_of(use.shapes[0][:-1]))}


def element_count(use: Use) -> dict[str, Any]:
    """n: the elements that a mean is taken over."""
    return {"n": float(size_of(use.shapes[0]))}


def mean(x: Array) -> float:
    return np.true_divide(np.sum(x), np.size(x))


def sigmoid_loss(x: Array, t: Array) -> Array:
    """-t log σ(x) - (1 - t) log(1 - σ(x)), without overflow."""
    return np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))


def huber_array(y: Array, t: Array, delta: float) -> float:
    d = np.abs(np.subtract(y, t))
    return mean(np.where(d <= delta, d * d / 2, delta * (d - delta / 2)))


def attention_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    q, k, v = shapes
    if len(k) < 2:
        raise EngineError("matrix-needed", function=name, shape=str(k))
    weights, _ = matmul_shape(name, (q, (*k[:-2], k[-1], k[-2])), {})
    return matmul_shape(name, (weights, v), options)


def standardized(x: Array, axis: int, eps: float) -> Array:
    return by_root_mean_square(x - average(x, axis, True), axis, eps)


def by_root_mean_square(x: Array, axis: int, eps: float) -> Array:
    return x / root_mean_square(x, (axis,), True, eps)


def rows_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    normal_axis(name, -1, shapes[0])
    return shapes[0], options


def batch_norm_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    x, gamma, beta = shapes
    normal_axis(name, 0, x)
    for parameter in (gamma, beta):
        stretched(name, parameter, x)
    return x, options


def affine_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    x, w, b = shapes
    if len(x) not in (1, 2) or len(w) != 2 or x[-1] != w[0]:
        raise EngineError("matmul-shapes", function=name, left=str(x), right=str(w))
    out = (*x[:-1], w[1])
    if broadcast(name, (out, b)) != out:
        raise EngineError("broadcast", function=name, left=str(out), right=str(b))
    return out, options


PER_CLASS = tuple(({"x": shape, "t": shape}) for shape in ((3,), (2, 3), (1, 1)))
ANY = tuple(({"y": shape, "t": shape}) for shape in ((), (3,), (2, 3)))
PROBABILITY = {"y": (0.1, 0.9), "t": (0.1, 0.9)}

OPS = [
    Op(
        "softmax(x)",
        vjp={"x": "z * (g - sum(g * z, axis=axis, keepdims=True))"},
        definition="e = exp(x - max(x, axis=axis, keepdims=True))\ne / sum(e, axis=axis, keepdims=True)",
        words=Words(
            r"\operatorname{softmax}({x})",
            en="Positive numbers that sum to 1 along the axis, by default the last.",
            ko="축(기본값은 마지막 축)을 따라 합이 1인 양수로 바꿉니다.",
            values="(0, 1)",
        ),
        family="neural",
        options=(Option("axis", "axis", -1),),
        array=softmax_array,
        complex="analytic",
        shape=softmax_shape,
        normalises=True,
        activation=True,
        spellings=(),
        method=True,
        cells=Cells("rowwise", "softmax"),
        cost=Cost(flops=lambda shapes, out: 5 * size_of(out)),
        tests=Tests(
            examples=(
                ("softmax(x)", {"x": (4,)}),
                ("softmax(x)", {"x": (2, 3)}),
                ("softmax(x, axis=0)", {"x": (2, 3)}),
                ("softmax(x)", {"x": ()}),
            )
        ),
    ),
    Op(
        "log_softmax(x)",
        vjp={"x": "g - softmax(x, axis=axis) * sum(g, axis=axis, keepdims=True)"},
        definition="log(softmax(x, axis=axis))",
        words=Words(
            r"\log\operatorname{softmax}({x})",
            en="Logarithm of the softmax, without underflow.",
            ko="소프트맥스의 로그. 언더플로가 없습니다.",
            values="(-∞, 0)",
        ),
        family="neural",
        options=(Option("axis", "axis", -1),),
        array=log_softmax_array,
        complex="analytic",
        shape=softmax_shape,
        normalises=True,
        activation=True,
        method=True,
        cells=Cells("rowwise", "log_softmax"),
        cost=Cost(flops=lambda shapes, out: 5 * size_of(out)),
        tests=Tests(
            examples=(
                ("log_softmax(x)", {"x": (4,)}),
                ("log_softmax(x)", {"x": (2, 3)}),
                ("log_softmax(x, axis=0)", {"x": (2, 3)}),
                ("log_softmax(x)", {"x": ()}),
            )
        ),
    ),
    Op(
        "affine(x, W, b=0)",
        vjp={"x": "g @ W.T", "W": lambda use: "outer(x, g)" if len(use.shapes[0]) == 1 else "x.T @ g", "b": "g"},
        definition="x @ W + b",
        words=Words(
            r"{x} \, {W} + {b}",
            en="A layer's weighted sums: x @ W + b.",
            ko="한 계층의 가중합: x @ W + b.",
            precedence=1,
        ),
        family="neural",
        array=lambda x, W, b: np.matmul(x, W) + b,
        complex="analytic",
        shape=affine_shape,
        stretches=lambda shapes, argnum: argnum == 2,
        product=("x", "W", "b"),
        cells=Cells("product"),
        cost=Cost(flops=lambda shapes, out: (2 * shapes[0][-1] + 1) * size_of(out)),
        tests=Tests(
            examples=(
                ("affine(x, W, b)", {"x": (2, 3), "W": (3, 4), "b": (4,)}),
                ("affine(x, W, b)", {"x": (3,), "W": (3, 2), "b": (2,)}),
                ("affine(x, W, b)", {"x": (2, 3), "W": (3, 1), "b": ()}),
            )
        ),
    ),
    Op(
        "softmax_cross_entropy(x, t)",
        # With t a distribution its sum is 1, and this is softmax(x) - t.
        vjp={"x": "g / n * (softmax(x) * sum(t, axis=-1, keepdims=True) - t)", "t": "-g / n * log_softmax(x)"},
        definition="-mean(sum(t * log(softmax(x)), axis=-1))",
        words=Words(
            r"\operatorname{CE}(\operatorname{softmax}({x}), {t})",
            en=(
                "Cross-entropy of softmax(x) against t, averaged over the batch; t is one-hot, soft, or class indices."
                " Its gradient is (y − t) / N for a batch of N."
            ),
            ko=(
                "softmax(x)와 t의 교차 엔트로피를 배치에 대해 평균한 값. t는 원-핫, 확률, 클래스 번호 가운데 하나이며,"
                " 표본이 N개일 때 기울기는 (y − t) / N입니다."
            ),
        ),
        family="loss",
        statics=row_count,
        # A class that no label names counts for nothing, though its logit be -inf.
        array=lambda x, t: (0.0 - np.sum(np.where(np.equal(t, 0), 0.0, t * log_softmax_array(x, (-1,))))) / rows(x),
        complex="analytic",
        shape=class_loss_shape,
        averages=True,
        fuses=("softmax", "cross_entropy"),
        labels="t",
        cost=Cost(flops=lambda shapes, out: 7 * size_of(shapes[0])),
        tests=Tests(examples=tuple(("softmax_cross_entropy(x, t)", shapes) for shapes in PER_CLASS)),
    ),
    Op(
        "cross_entropy(y, t)",
        vjp={"y": "-g / n * where(t == 0, 0, t / y)", "t": "-g / n * log(y)"},
        definition="-mean(sum(t * log(y), axis=-1))",
        words=Words(
            r"\operatorname{CE}({y}, {t})",
            en="−Σ t log y, averaged over the batch; y are probabilities, t is one-hot, soft, or class indices.",
            ko="−Σ t log y를 배치에 대해 평균한 값. y는 확률, t는 원-핫, 확률, 클래스 번호 가운데 하나입니다.",
            convention={"en": "0 log 0 is 0, its limit.", "ko": "0 log 0은 극한값 0으로 둡니다."},
        ),
        family="loss",
        statics=row_count,
        array=lambda y, t: (0.0 - np.sum(xlogy_array(t, y))) / rows(y),
        complex="analytic",
        shape=class_loss_shape,
        kink="sum((t == 0) * (y == 0))",
        averages=True,
        labels="t",
        cost=Cost(flops=lambda shapes, out: 3 * size_of(shapes[0])),
        tests=Tests(
            domain=PROBABILITY, examples=tuple(("cross_entropy(y, t)", {"y": s["x"], "t": s["t"]}) for s in PER_CLASS)
        ),
    ),
    Op(
        "binary_cross_entropy(y, t)",
        vjp={
            "y": "g / n * (where(t == 1, 0, (1 - t) / (1 - y)) - where(t == 0, 0, t / y))",
            "t": "g / n * (log(1 - y) - log(y))",
        },
        definition="-mean(t * log(y) + (1 - t) * log(1 - y))",
        words=Words(
            r"\operatorname{BCE}({y}, {t})",
            en="−(t log y + (1 − t) log(1 − y)), averaged.",
            ko="−(t log y + (1 − t) log(1 − y))의 평균.",
            convention={"en": "0 log 0 is 0, its limit.", "ko": "0 log 0은 극한값 0으로 둡니다."},
        ),
        family="loss",
        statics=element_count,
        array=lambda y, t: 0.0 - mean(xlogy_array(t, y) + xlogy_array(np.subtract(1, t), np.subtract(1, y))),
        complex="analytic",
        shape=loss_shape,
        kink="sum((t == 0) * (y == 0) + (t == 1) * (y == 1))",
        averages=True,
        cost=Cost(flops=lambda shapes, out: 6 * size_of(shapes[0])),
        tests=Tests(domain=PROBABILITY, examples=tuple(("binary_cross_entropy(y, t)", shapes) for shapes in ANY)),
    ),
    Op(
        "sigmoid_cross_entropy(x, t)",
        vjp={"x": "g / n * (sigmoid(x) - t)", "t": "-g / n * x"},
        definition="y = sigmoid(x)\n-mean(t * log(y) + (1 - t) * log(1 - y))",
        words=Words(
            r"\operatorname{BCE}(\sigma({x}), {t})",
            en="Binary cross-entropy of sigmoid(x) against t, averaged. Its gradient is (y − t) / N for N numbers.",
            ko="sigmoid(x)와 t의 이진 교차 엔트로피의 평균. 수가 N개일 때 기울기는 (y − t) / N입니다.",
        ),
        family="loss",
        statics=element_count,
        array=lambda x, t: mean(sigmoid_loss(x, t)),
        complex=complex_forms.sigmoid_cross_entropy,
        shape=loss_shape,
        averages=True,
        fuses=("sigmoid", "binary_cross_entropy"),
        cost=Cost(flops=lambda shapes, out: 6 * size_of(shapes[0])),
        tests=Tests(examples=tuple(("sigmoid_cross_entropy(x, t)", {"x": s["y"], "t": s["t"]}) for s in ANY)),
    ),
    Op(
        "mse(y, t)",
        vjp={"y": "g * 2 / n * (y - t)", "t": "g * 2 / n * (t - y)"},
        definition="mean((y - t) ** 2)",
        words=Words(r"\operatorname{MSE}({y}, {t})", en="Mean squared error.", ko="평균 제곱 오차."),
        family="loss",
        statics=element_count,
        array=lambda y, t: mean(np.square(np.subtract(y, t))),
        complex="analytic",
        shape=loss_shape,
        averages=True,
        cost=Cost(flops=lambda shapes, out: 3 * size_of(shapes[0])),
        tests=Tests(examples=tuple(("mse(y, t)", shapes) for shapes in ANY)),
    ),
    Op(
        "mae(y, t)",
        vjp={"y": "g / n * sign(y - t)", "t": "g / n * sign(t - y)"},
        definition="mean(abs(y - t))",
        words=Words(
            r"\operatorname{MAE}({y}, {t})",
            en="Mean absolute error.",
            ko="평균 절대 오차.",
            convention={
                "en": "Where both are equal the gradient is 0, as in PyTorch.",
                "ko": "둘이 같으면 기울기는 0으로 둡니다(PyTorch와 같음).",
            },
        ),
        family="loss",
        statics=element_count,
        array=lambda y, t: mean(np.abs(np.subtract(y, t))),
        shape=loss_shape,
        kink="sum(y == t)",
        averages=True,
        cost=Cost(flops=lambda shapes, out: 3 * size_of(shapes[0])),
        tests=Tests(examples=tuple(("mae(y, t)", shapes) for shapes in ANY)),
    ),
    Op(
        "huber(y, t)",
        vjp={"y": "g / n * clip(y - t, -delta, delta)", "t": "g / n * clip(t - y, -delta, delta)"},
        definition="d = abs(y - t)\nmean(where(d <= delta, d ** 2 / 2, delta * (d - delta / 2)))",
        words=Words(
            r"\operatorname{Huber}({y}, {t})",
            en="Half the squared error up to delta, from there on a straight line; averaged.",
            ko="오차가 delta보다 작으면 제곱의 절반, 크면 직선. 그 평균입니다.",
        ),
        family="loss",
        options=(Option("delta", "number", 1.0),),
        statics=element_count,
        array=huber_array,
        shape=loss_shape,
        averages=True,
        cost=Cost(flops=lambda shapes, out: 5 * size_of(shapes[0])),
        tests=Tests(
            examples=tuple(("huber(y, t)", shapes) for shapes in ANY)
            + (("huber(y, t, delta=0.5)", {"y": (3,), "t": (3,)}),)
        ),
    ),
    Op(
        "kl_div(p, q)",
        vjp={"p": "g * (log(p / q) + 1)", "q": "-g * where(p == 0, 0, p / q)"},
        definition="sum(p * log(p / q))",
        words=Words(
            r"D_{\text{KL}}({p} \,\|\, {q})",
            en="Kullback–Leibler divergence Σ p log(p / q).",
            ko="쿨백–라이블러 발산 Σ p log(p / q).",
            convention={"en": "0 log 0 is 0, its limit.", "ko": "0 log 0은 극한값 0으로 둡니다."},
        ),
        family="loss",
        array=lambda p, q: np.sum(xlogy_array(p, p) - xlogy_array(p, q)),
        complex="analytic",
        shape=loss_shape,
        kink="sum(p == 0)",
        cost=Cost(flops=lambda shapes, out: 5 * size_of(shapes[0])),
        tests=Tests(
            domain={"p": (0.1, 0.9), "q": (0.1, 0.9)},
            examples=tuple(("kl_div(p, q)", {"p": s["y"], "q": s["t"]}) for s in ANY),
        ),
    ),
    Op(
        "entropy(p)",
        vjp={"p": "-g * (log(p) + 1)"},
        definition="-sum(p * log(p))",
        words=Words(
            "H({p})",
            en="−Σ p log p: how uncertain a distribution is, in nats.",
            ko="−Σ p log p. 분포의 불확실성을 나타내며 단위는 nat입니다.",
            convention={
                "en": "0 log 0 is 0, its limit; the derivative there is ∞.",
                "ko": "0 log 0은 극한값 0으로 둡니다. 그곳에서 도함수는 ∞입니다.",
            },
        ),
        family="loss",
        array=lambda p: 0.0 - np.sum(xlogy_array(p, p)),
        complex="analytic",
        shape=one_number,
        kink="sum(p == 0)",
        cost=Cost(flops=lambda shapes, out: 3 * size_of(shapes[0])),
        tests=Tests(
            domain={"p": (0.1, 0.9)}, examples=tuple(("entropy(p)", {"p": shape}) for shape in ((), (3,), (2, 3)))
        ),
    ),
    Op(
        "layer_norm(x)",
        vjp={
            "x": (
                "s = root_mean_square(x - mean(x, axis=-1, keepdims=True), axis=-1, keepdims=True, eps=eps)\n(g -"
                " mean(g, axis=-1, keepdims=True) - z * mean(g * z, axis=-1, keepdims=True)) / s"
            )
        },
        definition="m = mean(x, axis=-1, keepdims=True)\n(x - m) / sqrt(var(x, axis=-1, keepdims=True) + eps)",
        words=Words(
            r"\operatorname{LayerNorm}({x})",
            en="Each row moved to mean 0 and scaled to variance 1.",
            ko="행마다 평균을 0, 분산을 1로 맞춥니다.",
        ),
        family="neural",
        options=(Option("eps", "number", 1e-5),),
        array=lambda x, eps: standardized(x, -1, eps),
        shape=rows_shape,
        cost=Cost(flops=lambda shapes, out: 8 * size_of(out)),
        tests=Tests(
            examples=(
                ("layer_norm(x)", {"x": (4,)}),
                ("layer_norm(x)", {"x": (2, 3)}),
                ("layer_norm(x, eps=0.1)", {"x": (2, 3)}),
            )
        ),
    ),
    Op(
        "rms_norm(x)",
        vjp={
            "x": "(g - z * mean(g * z, axis=-1, keepdims=True)) / root_mean_square(x, axis=-1, keepdims=True, eps=eps)"
        },
        definition="x / sqrt(mean(x ** 2, axis=-1, keepdims=True) + eps)",
        words=Words(
            r"\operatorname{RMSNorm}({x})",
            en="Each row divided by the root of its mean square.",
            ko="행마다 제곱평균의 제곱근으로 나눕니다.",
        ),
        family="neural",
        options=(Option("eps", "number", 1e-5),),
        array=lambda x, eps: by_root_mean_square(x, -1, eps),
        shape=rows_shape,
        cost=Cost(flops=lambda shapes, out: 5 * size_of(out)),
        tests=Tests(examples=(("rms_norm(x)", {"x": (4,)}), ("rms_norm(x)", {"x": (2, 3)}))),
    ),
    Op(
        "batch_norm(x, gamma, beta)",
        vjp={
            "x": (
                "c = x - mean(x, axis=0)\ns = root_mean_square(c, axis=0, eps=eps)\nn = c / s\nd = g * gamma\n(d -"
                " mean(d, axis=0) - n * mean(d * n, axis=0)) / s"
            ),
            "gamma": "c = x - mean(x, axis=0)\ng * (c / root_mean_square(c, axis=0, eps=eps))",
            "beta": "g",
        },
        definition="m = mean(x, axis=0)\nn = (x - m) / sqrt(var(x, axis=0) + eps)\ngamma * n + beta",
        words=Words(
            r"\operatorname{BatchNorm}({x})",
            en=(
                "Each column of a batch moved to mean 0 and scaled to variance 1, then scaled by gamma and moved by"
                " beta."
            ),
            ko="배치의 열마다 평균을 0, 분산을 1로 맞춘 뒤 gamma를 곱하고 beta를 더합니다.",
        ),
        family="neural",
        options=(Option("eps", "number", 1e-5),),
        array=lambda x, gamma, beta, eps: gamma * standardized(x, 0, eps) + beta,
        shape=batch_norm_shape,
        stretches=lambda shapes, argnum: argnum > 0,
        cost=Cost(flops=lambda shapes, out: 10 * size_of(out)),
        tests=Tests(examples=(("batch_norm(x, gamma, beta)", {"x": (4, 3), "gamma": (3,), "beta": (3,)}),)),
    ),
    Op(
        "attention(q, k, v)",
        definition="a = softmax(q @ swapaxes(k, -1, -2) / sqrt(k.shape[-1]))\na @ v",
        words=Words(
            r"\operatorname{Attention}({q}, {k}, {v})",
            en="Scaled dot-product attention: softmax(q kᵀ / √d) v.",
            ko="스케일드 닷 프로덕트 어텐션: softmax(q kᵀ / √d) v.",
        ),
        family="neural",
        shape=attention_shape,
        tests=Tests(
            examples=(
                ("attention(q, k, v)", {"q": (2, 3), "k": (4, 3), "v": (4, 2)}),
                ("attention(q, k, v)", {"q": (2, 2, 3), "k": (2, 4, 3), "v": (2, 4, 3)}),
            )
        ),
    ),
]
