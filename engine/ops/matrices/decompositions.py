"""Decompositions of matrices: eigenvalues and singular values with their vectors, QR, and what is made of them."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.linear_algebra import cubic, log_determinant_rule, number_each, square_shape
from gradlens.engine.ops.op import Cost, Op, Shapes, Tests, Use, Words
from gradlens.engine.values import Array, Shape


def or_nan(function: Callable[[Array], Any], shape: Callable[[Shape], Shape]) -> Callable[[Array], Any]:
    """A function of a batch of matrices; NaN where LAPACK finds no result, as of infinities."""

    def array(x: Array) -> Any:
        if np.isfinite(x).all():
            try:
                return function(x)
            except np.linalg.LinAlgError:
                pass
        return np.full(shape(np.shape(x)), np.nan)

    return array


def least(shape: Shape) -> int:
    return min(shape[-2:])


def matrix_shape(name: str, shape: Shape) -> None:
    if len(shape) < 2:
        raise EngineError("matrix-needed", function=name, shape=str(shape))


def values_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    matrix_shape(name, shapes[0])
    return (*shapes[0][:-2], least(shapes[0])), options


def eigenvalues_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return square_shape(name, shapes, options)[0][:-1], options


def left_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    matrix_shape(name, shapes[0])
    return (*shapes[0][:-1], least(shapes[0])), options


def right_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    matrix_shape(name, shapes[0])
    return (*shapes[0][:-2], least(shapes[0]), shapes[0][-1]), options


def turned_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    matrix_shape(name, shapes[0])
    return (*shapes[0][:-2], shapes[0][-1], shapes[0][-2]), options


def tall_shape(name: str, shapes: Shapes) -> Shape:
    matrix_shape(name, shapes[0])
    if shapes[0][-2] < shapes[0][-1]:
        raise EngineError("tall-needed", function=name, shape=str(shapes[0]))
    return shapes[0]


def orthonormal_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return tall_shape(name, shapes), options


def triangular_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = tall_shape(name, shapes)
    return (*shape[:-2], shape[-1], shape[-1]), options


def corner(use: Use) -> dict[str, Any]:
    n = use.shapes[0][-1]
    return {"square": (n, n), "side": (n,)}


def several_cubic(count: int) -> Callable[[Shapes, dict[str, Any], int], int]:
    return lambda shapes, options, argnum: count * cubic(shapes, ())


def each_matrix_cost(shapes: Shapes, out: Shape) -> int:
    """LAPACK's iterations take some ten times as long as a product."""
    return 10 * cubic(shapes, out) if shapes[0] else 1


# LAPACK's eigenvalues and singular values that are equal, or 0, are so but for rounding.
EQUAL = "abs(diff({q}, axis=-1)) <= 1e-12 * sum(abs({q}), axis=-1, keepdims=True)"
ZERO = "{s} <= 1e-12 * sum({s}, axis=-1, keepdims=True)"
# f[i, j] = 1 / (q[j] - q[i]); 0 where these are equal, so that their vectors, which can turn freely, are held.
DIFFERENCES = (
    "d = expand_dims(q, -2) - expand_dims(q, -1)\n"
    "e = abs(d) <= 1e-12 * expand_dims(sum(abs(q), axis=-1, keepdims=True), -1)\n"
)
APART = f"{DIFFERENCES}f = where(e, 0, 1 / where(e, 1, d))\n"
# The same of the squares of singular values, and i = 1 / q, 0 where q is.
APART_SQUARES = (
    f"{DIFFERENCES}f = where(e, 0, 1 / where(e, 1, d * (expand_dims(q, -2) + expand_dims(q, -1))))\n"
    f"o = {ZERO.format(s='q')}\ni = where(o, 0, 1 / where(o, 1, q))\n"
)
# Of dependent columns R has no inverse but for rounding: there is no derivative, and none is given.
INDEPENDENT = (
    "r = abs(sum({r} * diag(broadcast_to(1, side)), axis=-1, keepdims=True))\n"
    "n = sum(r <= 1e-12 * sum(r, axis=-2, keepdims=True), axis=-2, keepdims=True)\n"
)
HELD = {
    "en": (
        "The vectors of equal values, and of the singular value 0, can turn freely; the gradient is that of holding"
        " them."
    ),
    "ko": "서로 같은 값이나 특잇값 0에 딸린 벡터는 자유롭게 돌 수 있습니다. 기울기는 그 벡터를 고정한 때의 것입니다.",
}
ONE_OF_THEM = {
    "en": (
        "Where values are equal, or singular values 0, the gradient is that of the vectors found, one choice of many."
    ),
    "ko": "서로 같은 값이나 특잇값 0이 있으면 기울기는 계산된 벡터에 따른 것으로, 여러 선택 가운데 하나입니다.",
}
SAME_RANK = {
    "en": "Where a singular value is 0, the gradient is that of changes that keep the rank.",
    "ko": "특잇값 0이 있으면 기울기는 계수를 바꾸지 않는 변화에 대한 것입니다.",
}
# Of a singular value 0 the vectors' signs at least are free.
FREE = f"s = svdvals(x)\nsum({EQUAL.format(q='s')}) + sum({ZERO.format(s='s')})"
SYMMETRIC = " + 4 * diag([1, 2, 4])"
EXAMPLES = (("x", {"x": (2, 3)}), ("x", {"x": (3, 2)}), ("x", {"x": (2, 3, 2)}))


def examples(name: str, *kept: int) -> tuple[Any, ...]:
    return tuple([(f"{name}({EXAMPLES[i][0]})", EXAMPLES[i][1]) for i in kept])


def symmetric_examples(call: str) -> tuple[Any, ...]:
    """call: of {x}, for one matrix and a batch."""
    one = call.format(x="(x + x.T)" + SYMMETRIC)
    batch = call.format(x="x + swapaxes(x, -1, -2) + 4 * diag([1, 2])")
    return ((one, {"x": (3, 3)}), (batch, {"x": (2, 2, 2)}))


OPS = [
    Op(
        "logabsdet(x)",
        vjp={"x": log_determinant_rule},
        definition="log(abs(det(x)))",
        words=Words(
            r"\log\left|\det({x})\right|",
            en="Logarithm of the absolute determinant, without overflow.",
            ko="행렬식의 절댓값의 로그를 넘침 없이 계산합니다.",
        ),
        family="linear algebra",
        array=lambda x: np.linalg.slogdet(x)[1],
        shape=number_each,
        cost=Cost(flops=cubic),
        tests=Tests(
            examples=(
                ("logabsdet(x + 4 * diag([-1, 1, 1]))", {"x": (3, 3)}),
                ("logabsdet(x + 4 * diag([1, 1]))", {"x": (2, 2, 2)}),
            )
        ),
    ),
    Op(
        "eigvalsh(x)",
        vjp={"x": "v = eigenvectors(x)\n(v * expand_dims(g, -2)) @ swapaxes(v, -1, -2)"},
        words=Words(
            r"\lambda({x})",
            en="Eigenvalues of a symmetric matrix, the smallest first.",
            ko="대칭행렬의 고윳값을 작은 것부터 늘어놓습니다.",
            convention=ONE_OF_THEM,
        ),
        family="linear algebra",
        kink=f"sum({EQUAL.format(q='z')})",
        array=or_nan(np.linalg.eigvalsh, lambda shape: shape[:-1]),
        shape=eigenvalues_shape,
        cost=Cost(flops=each_matrix_cost, back=several_cubic(14)),
        symmetric=True,
        tests=Tests(examples=symmetric_examples("eigvalsh({x})")),
    ),
    Op(
        "eigenvectors(x)",
        vjp={
            "x": (
                f"q = eigvalsh(x)\n{APART}p = z @ (f * (swapaxes(z, -1, -2) @ g)) @ swapaxes(z, -1, -2)\n"
                "(p + swapaxes(p, -1, -2)) / 2"
            )
        },
        words=Words(
            r"V({x})",
            en="Eigenvectors of a symmetric matrix as columns of length 1, in the order of the eigenvalues.",
            ko="대칭행렬의 고유벡터. 길이가 1인 열벡터를 고윳값의 순서로 늘어놓습니다.",
            convention=HELD,
        ),
        family="linear algebra",
        kink=f"q = eigvalsh(x)\nsum({EQUAL.format(q='q')})",
        array=or_nan(lambda x: np.linalg.eigh(x)[1], lambda shape: shape),
        shape=square_shape,
        cost=Cost(flops=each_matrix_cost, back=several_cubic(16)),
        symmetric=True,
        tests=Tests(examples=symmetric_examples("eigenvectors({x}) ** 2")),
    ),
    Op(
        "svdvals(x)",
        vjp={"x": "left_vectors(x) * expand_dims(g, -2) @ right_vectors(x)"},
        words=Words(
            r"\sigma({x})",
            en="Singular values of a matrix, the largest first.",
            ko="행렬의 특잇값을 큰 것부터 늘어놓습니다.",
            convention=ONE_OF_THEM,
        ),
        family="linear algebra",
        kink=f"sum({EQUAL.format(q='z')}) + sum({ZERO.format(s='z')})",
        array=or_nan(lambda x: np.linalg.svd(x, compute_uv=False), lambda shape: (*shape[:-2], least(shape))),
        shape=values_shape,
        cost=Cost(flops=each_matrix_cost, back=several_cubic(40)),
        tests=Tests(examples=examples("svdvals", 0, 1, 2)),
    ),
    Op(
        "left_vectors(x)",
        # Townsend 2016, Differentiating the singular value decomposition.
        vjp={
            "x": (
                f"q = svdvals(x)\n{APART_SQUARES}p = swapaxes(z, -1, -2) @ g\n"
                "t = f * (p - swapaxes(p, -1, -2)) * expand_dims(q, -2)\n"
                "(z @ t + (g - z @ p) * expand_dims(i, -2)) @ right_vectors(x)"
            )
        },
        words=Words(
            r"U({x})",
            en="Left singular vectors of a matrix as columns, in the order of the singular values.",
            ko="행렬의 왼쪽 특이벡터를 특잇값의 순서로 열마다 늘어놓습니다.",
            convention=HELD,
        ),
        family="linear algebra",
        kink=FREE,
        array=or_nan(lambda x: np.linalg.svd(x, full_matrices=False)[0], lambda shape: (*shape[:-1], least(shape))),
        shape=left_shape,
        cost=Cost(flops=each_matrix_cost, back=several_cubic(40)),
        tests=Tests(examples=examples("left_vectors", 0, 1, 2)),
    ),
    Op(
        "right_vectors(x)",
        vjp={
            "x": (
                f"q = svdvals(x)\n{APART_SQUARES}p = z @ swapaxes(g, -1, -2)\n"
                "t = expand_dims(q, -1) * (f * (p - swapaxes(p, -1, -2)))\n"
                "left_vectors(x) @ (t @ z + (g - swapaxes(p, -1, -2) @ z) * expand_dims(i, -1))"
            )
        },
        words=Words(
            r"V^{{T}}({x})",
            en="Right singular vectors of a matrix as rows, in the order of the singular values.",
            ko="행렬의 오른쪽 특이벡터를 특잇값의 순서로 행마다 늘어놓습니다.",
            convention=HELD,
        ),
        family="linear algebra",
        kink=FREE,
        array=or_nan(
            lambda x: np.linalg.svd(x, full_matrices=False)[2],
            lambda shape: (*shape[:-2], least(shape), shape[-1]),
        ),
        shape=right_shape,
        cost=Cost(flops=each_matrix_cost, back=several_cubic(40)),
        tests=Tests(examples=examples("right_vectors", 0, 1, 2)),
    ),
    Op(
        "orthonormal(x)",
        # Walter and Lehmann 2018, Algorithmic differentiation of linear algebra functions, QR.
        vjp={
            "x": (
                "m = -(swapaxes(g, -1, -2) @ z)\nl = tril(broadcast_to(1, square))\n"
                "p = g + z @ (m * l + swapaxes(m * (l - diag(broadcast_to(1, side))), -1, -2))\n"
                f"{INDEPENDENT.format(r='triangular(x)')}where(n == 0, p @ swapaxes(inv(triangular(x)), -1, -2), nan)"
            )
        },
        words=Words(
            r"Q({x})",
            en=(
                "The Q of Q @ R = x: columns of length 1, at right angles. x has at least as many rows as columns; of"
                " dependent columns the gradient is NaN."
            ),
            ko=(
                "Q @ R = x의 Q. 길이가 1이고 서로 직교하는 열들입니다. x의 행은 열보다 적지 않아야 합니다."
                " 열이 서로 종속이면 기울기는 NaN입니다."
            ),
        ),
        family="linear algebra",
        statics=corner,
        array=or_nan(lambda x: np.linalg.qr(x)[0], lambda shape: shape),
        shape=orthonormal_shape,
        cost=Cost(flops=each_matrix_cost, back=several_cubic(20)),
        tests=Tests(examples=examples("orthonormal", 1)),
    ),
    Op(
        "triangular(x)",
        vjp={
            "x": (
                "m = z @ swapaxes(g, -1, -2)\nl = tril(broadcast_to(1, square))\n"
                "p = orthonormal(x) @ (m * l + swapaxes(m * (l - diag(broadcast_to(1, side))), -1, -2))\n"
                f"{INDEPENDENT.format(r='z')}where(n == 0, p @ swapaxes(inv(z), -1, -2), nan)"
            )
        },
        words=Words(
            r"R({x})",
            en=(
                "The upper triangular R of Q @ R = x. x has at least as many rows as columns; of dependent columns the"
                " gradient is NaN."
            ),
            ko="Q @ R = x의 위 삼각행렬 R. x의 행은 열보다 적지 않아야 합니다. 열이 서로 종속이면 기울기는 NaN입니다.",
        ),
        family="linear algebra",
        statics=corner,
        array=or_nan(lambda x: np.linalg.qr(x)[1], lambda shape: (*shape[:-2], shape[-1], shape[-1])),
        shape=triangular_shape,
        cost=Cost(flops=each_matrix_cost, back=several_cubic(20)),
        tests=Tests(examples=examples("triangular", 1)),
    ),
    Op(
        "pinv(x)",
        # Golub and Pereyra 1973; where the rank changes there is no derivative.
        vjp={
            "x": (
                "a = swapaxes(z, -1, -2)\nh = swapaxes(g, -1, -2)\n"
                "(h - x @ z @ h) @ z @ a + a @ z @ (h - h @ z @ x) - a @ g @ a"
            )
        },
        words=Words(
            r"{x}^{{+}}",
            en="Pseudo-inverse of a matrix: the inverse where there is one, else of least squares.",
            ko="유사역행렬. 역행렬이 있으면 그것이고, 없으면 최소제곱의 역행렬입니다.",
            precedence=8,
            convention=SAME_RANK,
        ),
        family="linear algebra",
        kink=f"s = svdvals(x)\nsum({ZERO.format(s='s')})",
        array=or_nan(np.linalg.pinv, lambda shape: (*shape[:-2], shape[-1], shape[-2])),
        shape=turned_shape,
        cost=Cost(flops=each_matrix_cost, back=several_cubic(20)),
        tests=Tests(examples=examples("pinv", 0, 1, 2)),
    ),
]
