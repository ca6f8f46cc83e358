"""Layers and losses of neural networks that are programs of simpler ops, and the mask of dropout."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.linear_algebra import matmul_shape
from gradlens.engine.ops.neural import (
    ANY,
    class_loss_shape,
    element_count,
    loss_shape,
    mean,
    row_count,
    rows,
)
from gradlens.engine.ops.op import Cells, Cost, Op, Option, Shapes, Tests, Use, Words
from gradlens.engine.shapes import broadcast, normal_axis
from gradlens.engine.values import Array, Shape, size_of


def dropout_mask(x: Array, rate: float, seed: int, train: bool) -> Array:
    if not train:
        return np.ones(np.shape(x))
    # Scaled as it drops, so that the expected value stays and nothing is left to do at test time.
    return (np.random.default_rng(seed).random(np.shape(x)) >= rate) / (1 - rate)


def dropout_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if not 0 <= options["rate"] < 1:
        raise EngineError("dropout-rate", function=name, got=f"{options['rate']:g}")
    return shapes[0], options


def axis_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return shapes[0], options | {"axis": normal_axis(name, options["axis"], shapes[0])}


def halved_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, normal = axis_shape(name, shapes, options)
    axis = normal["axis"]
    if shape[axis] % 2:
        raise EngineError("halves", function=name, axis=axis, shape=str(shape))
    return (*shape[:axis], shape[axis] // 2, *shape[axis + 1 :]), normal


def glu_definition(use: Use) -> str:
    axis = use.options["axis"] % len(use.shapes[0])
    before, half = ":, " * axis, use.shapes[0][axis] // 2
    return f"x[{before}:{half}] * sigmoid(x[{before}{half}:])"


def linear_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    x, W, b = shapes
    if not x or len(W) != 2 or x[-1] != W[1]:
        raise EngineError("linear-shapes", function=name, left=str(x), right=str(W))
    return broadcast(name, ((*x[:-1], W[0]), b)), options


def addmm_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    b, x, y = shapes
    return broadcast(name, (b, matmul_shape(name, (x, y), {})[0])), options


def cosine_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    """The axis is one of the shape to which both are stretched, as in PyTorch."""
    shape, options = axis_shape(name, (broadcast(name, shapes),), options)
    axis = options["axis"]
    return (*shape[:axis], *shape[axis + 1 :]), options


def cosine_definition(use: Use) -> str:
    shape = broadcast("cosine_similarity", use.shapes)
    x, y = (v if own == shape else f"broadcast_to({v}, {shape})" for v, own in zip("xy", use.shapes))
    return f"sum(x * y, axis=axis) / (maximum(norm({x}, axis=axis), eps) * maximum(norm({y}, axis=axis), eps))"


def smooth_l1_array(y: Array, t: Array, beta: float) -> float:
    d = np.abs(np.subtract(y, t))
    with np.errstate(all="ignore"):
        return mean(np.where(d < beta, d * d / (2 * beta), d - beta / 2))


DROPOUT = (Option("rate", "number", 0.5), Option("seed", "integer", 0, least=0), Option("train", "bool", True))
LAST = Option("axis", "integer", -1)

OPS = [
    Op(
        "dropout(x)",
        local={"x": "dropout_mask(x, rate=rate, seed=seed, train=train)"},
        definition="x * dropout_mask(x, rate=rate, seed=seed, train=train)",
        words=Words(
            r"\operatorname{dropout}({x})",
            en=(
                "Each element dropped with probability rate, the others scaled by 1 / (1 − rate). One seed drops the"
                " same elements every time; with train=False none."
            ),
            ko=(
                "원소마다 rate의 확률로 0으로 만들고 나머지에는 1 / (1 − rate)을 곱합니다. seed가 같으면 늘 같은 원소가"
                " 빠지며, train=False이면 빠지지 않습니다."
            ),
        ),
        family="neural",
        options=DROPOUT,
        array=lambda x, rate, seed, train: x * dropout_mask(x, rate, seed, train),
        shape=dropout_shape,
        cost=Cost(flops=lambda shapes, out: 2 * size_of(out)),
        tests=Tests(
            examples=(
                ("dropout(x)", {"x": (3, 4)}),
                ("dropout(x, rate=0.2, seed=3)", {"x": (6,)}),
                ("dropout(x, train=False)", {"x": (3,)}),
                ("dropout(x, 0.25)", {"x": ()}),
            )
        ),
    ),
    Op(
        "dropout_mask(x)",
        words=Words(
            r"\operatorname{mask}({x})",
            en="What dropout multiplies by: 0 or 1 / (1 − rate), of the shape of x. It passes no gradient on.",
            ko="드롭아웃이 곱하는 값. x와 형상이 같고, 0 또는 1 / (1 − rate)입니다. 기울기를 보내지 않습니다.",
        ),
        family="neural",
        options=DROPOUT,
        array=dropout_mask,
        shape=dropout_shape,
        cost=Cost(flops=lambda shapes, out: size_of(out)),
        tests=Tests(examples=(("dropout_mask(x) * x", {"x": (3, 4)}), ("dropout_mask(x, 0.2, 1)", {"x": (4,)}))),
    ),
    Op(
        "linear(x, W, b=0)",
        definition="x @ W.T + b",
        words=Words(
            r"{x} \, {W}^\top + {b}",
            en="x @ W.T + b: a layer with its weights as (out, in), as PyTorch keeps them.",
            ko="x @ W.T + b. 가중치를 PyTorch처럼 (출력, 입력)으로 둔 계층입니다.",
            precedence=1,
        ),
        family="neural",
        shape=linear_shape,
        product=("x", "W", "b"),
        cells=Cells("product", "transposed"),
        tests=Tests(
            examples=(
                ("linear(x, W, b)", {"x": (2, 3), "W": (4, 3), "b": (4,)}),
                ("linear(x, W)", {"x": (3,), "W": (4, 3)}),
            )
        ),
    ),
    Op(
        "addmm(b, x, y)",
        definition="b + x @ y",
        words=Words(r"{b} + {x} \, {y}", en="b + x @ y.", ko="b + x @ y.", precedence=1),
        family="linear algebra",
        shape=addmm_shape,
        product=("x", "y", "b"),
        cells=Cells("product"),
        tests=Tests(examples=(("addmm(b, x, y)", {"b": (4,), "x": (2, 3), "y": (3, 4)}),)),
    ),
    Op(
        "softmin(x)",
        definition="softmax(-x, axis=axis)",
        words=Words(
            r"\operatorname{softmin}({x})",
            en="softmax(−x): the smallest weighs most.",
            ko="softmax(−x). 작을수록 커집니다.",
        ),
        family="neural",
        options=(LAST,),
        shape=axis_shape,
        tests=Tests(examples=(("softmin(x)", {"x": (4,)}), ("softmin(x, axis=0)", {"x": (2, 3)}))),
    ),
    Op(
        "glu(x)",
        definition=glu_definition,
        words=Words(
            r"\operatorname{GLU}({x})",
            en="Gated linear unit: the first half along the axis times the sigmoid of the second.",
            ko="게이트 선형 유닛. 축의 앞 절반에 뒤 절반의 시그모이드를 곱합니다.",
        ),
        family="neural",
        options=(LAST,),
        shape=halved_shape,
        tests=Tests(examples=(("glu(x)", {"x": (4,)}), ("glu(x, axis=0)", {"x": (2, 3)}))),
    ),
    Op(
        "normalize(x)",
        definition="x / maximum(norm(x, ord=ord, axis=axis, keepdims=True), eps)",
        words=Words(
            r"\frac{{x}}{\left\|{x}\right\|}",
            en="Vectors along the axis divided by their length, or by eps where that is larger.",
            ko="축을 따라 벡터를 길이로 나눕니다. 길이가 eps보다 작으면 eps로 나눕니다.",
        ),
        family="neural",
        options=(Option("ord", "number", 2.0), LAST, Option("eps", "number", 1e-12)),
        shape=axis_shape,
        tests=Tests(
            examples=(
                ("normalize(x)", {"x": (4,)}),
                ("normalize(x, axis=0)", {"x": (2, 3)}),
                ("normalize(x, ord=1)", {"x": (2, 3)}),
            )
        ),
    ),
    Op(
        "cosine_similarity(x, y)",
        definition=cosine_definition,
        words=Words(
            r"\cos({x}, {y})",
            en="Cosine of the angle between vectors along the axis.",
            ko="축을 따라 두 벡터가 이루는 각의 코사인.",
        ),
        family="neural",
        options=(LAST, Option("eps", "number", 1e-8)),
        shape=cosine_shape,
        tests=Tests(
            examples=(
                ("cosine_similarity(x, y)", {"x": (4,), "y": (4,)}),
                ("cosine_similarity(x, y, axis=0)", {"x": (2, 3), "y": (2, 3)}),
                ("cosine_similarity(x, y, axis=1)", {"x": (2, 3), "y": (3,)}),
                ("cosine_similarity(x, y, axis=0)", {"x": (1, 3), "y": (2, 3)}),
            )
        ),
    ),
    Op(
        "nll_loss(x, t)",
        vjp={"x": "-g / n * t", "t": "-g / n * x"},
        definition="-mean(sum(t * x, axis=-1))",
        words=Words(
            r"\operatorname{NLL}({x}, {t})",
            en=(
                "−Σ t x, averaged over the batch; x are logarithms of probabilities, t is one-hot, soft, or class"
                " indices."
            ),
            ko="−Σ t x를 배치에 대해 평균한 값. x는 확률의 로그, t는 원-핫, 확률, 클래스 번호 가운데 하나입니다.",
        ),
        family="loss",
        statics=row_count,
        array=lambda x, t: -np.sum(np.where(np.equal(t, 0), 0.0, t * x)) / rows(x),
        shape=class_loss_shape,
        labels="t",
        cost=Cost(flops=lambda shapes, out: 3 * size_of(shapes[0])),
        tests=Tests(examples=(("nll_loss(x, t)", {"x": (2, 3), "t": (2, 3)}), ("nll_loss(x, [2, 0])", {"x": (2, 3)}))),
    ),
    Op(
        "smooth_l1(y, t)",
        vjp={
            "y": "g / n * where(abs(y - t) < beta, (y - t) / beta, sign(y - t))",
            "t": "g / n * where(abs(y - t) < beta, (t - y) / beta, sign(t - y))",
        },
        definition="d = abs(y - t)\nmean(where(d < beta, d ** 2 / (2 * beta), d - beta / 2))",
        words=Words(
            r"\operatorname{SmoothL1}({y}, {t})",
            en=(
                "Squared error over 2 beta up to beta, from there the absolute error; averaged. It is huber divided by"
                " beta."
            ),
            ko="오차가 beta보다 작으면 제곱을 2 beta로 나눈 값, 크면 직선. 그 평균이며 huber를 beta로 나눈 것과"
            " 같습니다.",
        ),
        family="loss",
        options=(Option("beta", "number", 1.0),),
        statics=element_count,
        array=smooth_l1_array,
        shape=loss_shape,
        cost=Cost(flops=lambda shapes, out: 5 * size_of(shapes[0])),
        tests=Tests(
            examples=(
                *(("smooth_l1(y, t)", shapes) for shapes in ANY),
                ("smooth_l1(y, t, beta=0.5)", {"y": (3,), "t": (3,)}),
            )
        ),
    ),
    Op(
        "focal_loss(x, t)",
        definition=(
            "q = sigmoid(x) * (1 - t) + sigmoid(-x) * t\nmean((alpha * t + (1 - alpha) * (1 - t)) * q ** gamma *"
            " (softplus(x) - x * t))"
        ),
        words=Words(
            r"\operatorname{focal}({x}, {t})",
            en=(
                "Binary cross-entropy of sigmoid(x) against t, each times the probability of being wrong to the power"
                " gamma, and times alpha where t is 1, 1 − alpha where it is 0; averaged. What is easy counts less."
            ),
            ko=(
                "sigmoid(x)와 t의 이진 교차 엔트로피에 틀릴 확률의 gamma제곱을 곱하고, t가 1이면 alpha, 0이면"
                " 1 − alpha를 곱해 평균한 값. 쉬운 표본일수록 덜 반영합니다."
            ),
        ),
        family="loss",
        options=(Option("alpha", "number", 0.25), Option("gamma", "number", 2.0)),
        shape=loss_shape,
        tests=Tests(
            examples=(
                *(("focal_loss(x, t)", {"x": s["y"], "t": s["t"]}) for s in ANY),
                ("focal_loss(x, t, alpha=0.5, gamma=3)", {"x": (3,), "t": (3,)}),
            )
        ),
    ),
    Op(
        "hinge(y, t)",
        vjp={"y": "-g / n * (t * y < 1) * t", "t": "-g / n * (t * y < 1) * y"},
        definition="mean(relu(1 - t * y))",
        words=Words(
            r"\operatorname{hinge}({y}, {t})",
            en="max(0, 1 − t y), averaged; t is −1 or 1.",
            ko="max(0, 1 − t y)의 평균. t는 −1 또는 1입니다.",
            convention={
                "en": "Where the product of both is 1 the gradient is 0, as that of relu at 0.",
                "ko": "둘의 곱이 1이면 기울기는 0으로 둡니다(0에서 relu의 기울기와 같음).",
            },
        ),
        family="loss",
        statics=element_count,
        array=lambda y, t: mean(np.maximum(1 - np.multiply(y, t), 0.0)),
        shape=loss_shape,
        kink="sum(t * y == 1)",
        cost=Cost(flops=lambda shapes, out: 3 * size_of(shapes[0])),
        tests=Tests(examples=tuple(("hinge(y, t)", shapes) for shapes in ANY)),
    ),
]
