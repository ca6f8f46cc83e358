"""Products of vectors and matrices."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.op import Cells, Cost, Example, Op, Shapes, Tests, Use, Words
from gradlens.engine.ops.reduction import prod_of_others
from gradlens.engine.shapes import broadcast
from gradlens.engine.values import Array, Shape, size_of

Mask = NDArray[np.bool_]


def matmul_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    left, right = shapes
    if not left or not right:
        raise EngineError("matmul-scalar", function=name, left=str(left), right=str(right))
    if left[-1] != right[-2:][0]:
        raise EngineError("matmul-shapes", function=name, left=str(left), right=str(right))
    batch = broadcast(name, (left[:-2], right[:-2]))
    return batch + left[-2:-1] + (right[-1:] if len(right) > 1 else ()), options


def matmul_flops(shapes: Shapes, out: Shape) -> int:
    return 2 * size_of(out) * (shapes[0][-1] if all(shapes) else 1)


def matmul_left(use: Use) -> str:
    """dL/dx of z = x @ y: the upstream times y transposed, for each mixture of vectors and matrices."""
    match tuple(len(shape) for shape in use.shapes):
        case 1, 1:
            return "g * y"
        case 1, 2:
            return "y @ g"
        case 2, 1:
            return "outer(g, y)"
        case 2, 2:
            return "g @ y.T"
        case 1, _:
            return "sum(y * expand_dims(g, -2), axis=-1)"
        case _, 1:
            return "expand_dims(g, -1) * y"
        case _:
            return "g @ swapaxes(y, -1, -2)"


def matmul_right(use: Use) -> str:
    """dL/dy of z = x @ y: x transposed times the upstream."""
    match tuple(len(shape) for shape in use.shapes):
        case 1, 1:
            return "g * x"
        case 1, 2:
            return "outer(x, g)"
        case 2, 1:
            return "g @ x"
        case 2, 2:
            return "x.T @ g"
        case 1, _:
            return "expand_dims(x, -1) * expand_dims(g, -2)"
        case _, 1:
            return "sum(x * expand_dims(g, -1), axis=-2)"
        case _:
            return "swapaxes(x, -1, -2) @ g"


def batched_examples(name: str) -> tuple[Example, ...]:
    pairs: list[tuple[Shape, Shape]] = [
        ((3,), (3,)),
        ((3,), (3, 2)),
        ((2, 3), (3,)),
        ((2, 3), (3, 4)),
        ((1, 3), (3, 1)),
    ]
    if name == "matmul":
        pairs += [
            ((2, 3, 4), (4, 2)),
            ((2, 3, 4), (2, 4, 2)),
            ((2, 1, 3, 4), (5, 4, 2)),
            ((2, 3, 4), (4,)),
            ((4,), (2, 4, 3)),
            ((2, 4), (3, 4, 2)),
        ]
    return tuple((f"{name}(x, y)", {"x": x, "y": y}) for x, y in pairs)


def product(x: Array, y: Array) -> Array:
    # With one column and one row a broadcast product is several times faster than a matrix product.
    if x.ndim == 2 and y.ndim == 2 and x.shape[1] == 1:
        return x * y
    if x.ndim > 2 and y.ndim == 2:  # one product of many rows instead of many of few
        return np.matmul(x.reshape(size_of(x.shape[:-1]), x.shape[-1]), y).reshape(*x.shape[:-1], y.shape[-1])
    return np.matmul(x, y)


def dot_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if max(len(s) for s in shapes) > 2:
        raise EngineError("dot-rank", left=str(shapes[0]), right=str(shapes[1]))
    if () in shapes:
        return broadcast(name, shapes), options
    return matmul_shape(name, shapes, options)


def dot_left(use: Use) -> str:
    return "g * y" if () in use.shapes else matmul_left(use)


def dot_right(use: Use) -> str:
    return "g * x" if () in use.shapes else matmul_right(use)


def outer_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if any(len(s) != 1 for s in shapes):
        raise EngineError("vectors", function=name, left=str(shapes[0]), right=str(shapes[1]))
    return shapes[0] + shapes[1], options


def square_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    """A square matrix, or a batch of them."""
    shape = shapes[0]
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise EngineError("square-needed", function=name, shape=str(shape))
    return shape, options


def number_each(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    """One number a matrix."""
    return square_shape(name, shapes, options)[0][:-2], options


def solve_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    """b is one vector, or matrices whose batch axes broadcast with those of A, as in NumPy."""
    A, b = shapes
    square_shape(name, shapes, options)
    if not b or b[max(len(b) - 2, 0)] != A[-1]:
        raise EngineError("matmul-shapes", function=name, left=str(A), right=str(b))
    return (A[:-1] if len(b) == 1 else broadcast(name, (A[:-2], b[:-2])) + b[-2:]), options


def solve_left(use: Use) -> str:
    """dL/dA: minus the solution with the transposed matrix, times the solution transposed."""
    A, b = use.shapes
    if len(b) > 1:
        return "-solve(swapaxes(A, -1, -2), g) @ swapaxes(z, -1, -2)"
    return (
        "-outer(solve(A.T, g), z)"
        if len(A) == 2
        else "-(solve(swapaxes(A, -1, -2), expand_dims(g, -1)) @ expand_dims(z, -2))"
    )


def solve_right(use: Use) -> str:
    A, b = use.shapes
    if len(b) > 1 or len(A) == 2:
        return "solve(swapaxes(A, -1, -2), g)"
    return "sum_to(squeeze(solve(swapaxes(A, -1, -2), expand_dims(g, -1)), axis=-1), b.shape)"


def cubic(shapes: Shapes, out: Shape) -> int:
    return 2 * size_of(shapes[0]) * shapes[0][-1]


def each_matrix(function: Callable[[Array], Any], sound: Callable[[Array], Mask], x: Array) -> Array:
    """A function of a batch; where matrices of it have no result, NaN for those alone.

    sound: which matrices seem to have one, found for all at once.
    """
    try:
        return function(x)
    except np.linalg.LinAlgError:
        pass
    if x.ndim == 2:
        return np.full(x.shape, np.nan)
    result = np.full(x.shape, np.nan)
    kept = sound(x)
    if kept.all():  # rounding has it otherwise: halve until the one at fault stands alone
        middle = len(x) // 2
        parts = (x[:middle], x[middle:]) if middle else (x[0],)
        return np.concatenate([each_matrix(function, sound, part) for part in parts]).reshape(x.shape)
    result[kept] = each_matrix(function, sound, x[kept])
    return result


def invertible(x: Array) -> Mask:
    return np.linalg.slogdet(x)[0] != 0


def definite(x: Array) -> Mask:
    finite = np.all(np.isfinite(x), axis=(-2, -1))
    lower = np.where(finite[..., None, None], np.tril(x), 0.0)  # what Cholesky's factorisation reads
    return finite & (np.linalg.eigvalsh(lower)[..., 0] > 0)


def inverse(x: Array) -> Array:
    return each_matrix(np.linalg.inv, invertible, x)


def solution(A: Array, b: Array) -> NDArray[np.floating[Any]]:
    try:
        return np.linalg.solve(A, b)
    except np.linalg.LinAlgError:  # one matrix at least is singular: for that one no number is right
        return np.matmul(inverse(A), b)


EXACT_SIZE = 8  # of a matrix whose cofactors are determinants of minors, n² of them, and their derivatives all n⁴ pairs


def cofactors(x: Array) -> Array:
    n = x.shape[-1]
    if n > EXACT_SIZE:
        return cofactors_by_rotation(x)
    result = np.empty(x.shape)
    for i, j in np.ndindex(*x.shape[-2:]):
        minor = np.delete(np.delete(x, i, -2), j, -1)
        result[..., i, j] = (-1) ** (i + j) * np.linalg.det(minor)
    return result


def cofactors_by_rotation(x: Array) -> Array:
    """By x = U S V, rotations of a diagonal: cof(x) = det(U V) U cof(S) V.

    No inverse is taken, so x may be singular.
    """
    finite = np.isfinite(x).all(axis=(-2, -1), keepdims=True)
    u, s, v = np.linalg.svd(np.where(finite, x, 0.0))
    turn = np.linalg.det(u) * np.linalg.det(v)
    others = prod_of_others(s, (s.ndim - 1,))
    return np.where(finite, np.round(turn)[..., None, None] * ((u * others[..., None, :]) @ v), np.nan)


def cofactors_work(shapes: Shapes, options: dict[str, Any]) -> int:
    n = shapes[0][-1]
    return size_of(shapes[0]) * (
        n**3 if n <= EXACT_SIZE else 80 * n
    )  # a singular value decomposition runs slower than products


def cofactors_back(shapes: Shapes, options: dict[str, Any], argnum: int) -> int:
    n = shapes[0][-1]
    return cofactors_work(shapes, options) * n**2 if n <= EXACT_SIZE else 10 * size_of(shapes[0]) * n


def cofactors_between(shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, ...]:
    n = shapes[0][-1]
    return ((*shapes[0], n, n),) if n <= EXACT_SIZE else ()


def cofactors_rule(use: Use) -> str:
    """By x[k, l], the cofactor of i and j is that of k and l where row i is the unit vector of j; in row i itself it is
    0.
    """
    if use.shapes[0][-1] <= EXACT_SIZE:
        return (
            "same = diag(broadcast_to(1, size))\n"
            "by_unit = where(reshape(same, rows), reshape(same, columns), expand_dims(expand_dims(x, -3), -3))\n"
            "sum(expand_dims(expand_dims(g, -1), -1) * where(reshape(same, rows), 0, cofactors(by_unit)), axis=last)"
        )
    # By C = det(x) inv(x)ᵀ: NaN where x is singular.
    return (
        "i = swapaxes(inv(x), -1, -2)\nspread(sum(g * z, axis=last), x.shape, last) * i - i @ swapaxes(g, -1, -2) @ z"
    )


def cofactors_statics(use: Use) -> dict[str, Any]:
    shape = use.shapes[0]
    n, rank = shape[-1], len(shape)
    return {"size": (n,), "rows": (n, 1, n, 1), "columns": (1, n, 1, n), "last": (rank - 2, rank - 1)}


def log_determinant(x: Array) -> Array:
    sign, size = np.linalg.slogdet(x)
    return np.where(sign < 0, np.nan, size)


def lower_factor(x: Array) -> Array:
    return each_matrix(np.linalg.cholesky, definite, x)


def batched(shapes: Shapes, argnum: int) -> bool:
    """Whether a product may repeat an input along batch axes: a number in it is stretched, and so are stacks."""
    ranks = [len(shape) for shape in shapes]
    return 0 in ranks or max(ranks) > 2


def log_determinant_rule(use: Use) -> str:
    """Of log |det x|, by Jacobi's formula: the inverse, transposed."""
    if len(use.shapes[0]) == 2:
        return "g * inv(x).T"
    return "expand_dims(expand_dims(g, -1), -1) * swapaxes(inv(x), -1, -2)"


OPS = [
    Op(
        "matmul(x, y)",
        vjp={"x": matmul_left, "y": matmul_right},
        words=Words(
            r"{x} \, {y}",
            en="Matrix product x @ y, of vectors, matrices or batches of them.",
            ko="행렬 곱 x @ y(벡터, 행렬, 배치).",
            precedence=2,
        ),
        family="linear algebra",
        array=product,
        complex="analytic",
        shape=matmul_shape,
        stretches=batched,
        product=("x", "y"),
        spellings=("np.matmul",),
        cells=Cells("product"),
        cost=Cost(flops=matmul_flops),
        tests=Tests(examples=batched_examples("matmul")),
    ),
    Op(
        "dot(x, y)",
        vjp={"x": dot_left, "y": dot_right},
        words=Words(
            r"{x} \cdot {y}",
            en="Scalar product of vectors; of matrices, the matrix product.",
            ko="벡터의 내적. 행렬이면 행렬 곱입니다.",
            precedence=2,
        ),
        family="linear algebra",
        array=np.dot,
        complex="analytic",
        shape=dot_shape,
        stretches=batched,
        product=("x", "y"),
        spellings=("np.dot",),
        method=True,
        cells=Cells("product"),
        cost=Cost(flops=matmul_flops),
        tests=Tests(
            examples=(
                *batched_examples("dot"),
                ("dot(x, y)", {"x": (), "y": (2, 3)}),
                ("dot(x, y)", {"x": (), "y": ()}),
            )
        ),
    ),
    Op(
        "outer(x, y)",
        vjp={"x": "g @ y", "y": "x @ g"},
        words=Words(
            r"{x} \, {y}^\top",
            en="Every element of the vector x times every element of the vector y.",
            ko="벡터 x와 y의 모든 원소끼리의 곱(외적).",
            precedence=2,
        ),
        family="linear algebra",
        array=np.multiply.outer,
        complex="analytic",
        shape=outer_shape,
        spellings=("np.outer",),
        cells=Cells("einsum", subscripts="i,j->ij"),
        cost=Cost(flops=lambda shapes, out: size_of(out)),
        tests=Tests(examples=(("outer(x, y)", {"x": (2,), "y": (3,)}),)),
    ),
    Op(
        "inv(x)",
        vjp={
            "x": lambda use: (
                "-z.T @ g @ z.T" if len(use.shapes[0]) == 2 else "-(swapaxes(z, -1, -2) @ g @ swapaxes(z, -1, -2))"
            )
        },
        words=Words(
            "{x}^{-1}",
            en="Inverse of a square matrix, or of each in a batch; of a singular one, NaN.",
            ko="정사각행렬의 역행렬(배치이면 행렬마다). 특이행렬이면 NaN입니다.",
            precedence=4,
        ),
        family="linear algebra",
        array=inverse,
        complex="analytic",
        shape=square_shape,
        spellings=("np.linalg.inv",),
        cost=Cost(flops=cubic, back=lambda shapes, options, argnum: 2 * cubic(shapes, ())),
        tests=Tests(
            examples=(
                ("inv(x + 4 * diag([1, 1, 1]))", {"x": (3, 3)}),
                ("inv(x + 3)", {"x": (1, 1)}),
                ("inv(x + 4 * diag([1, 1]))", {"x": (2, 2, 2)}),
            )
        ),
    ),
    Op(
        "det(x)",
        vjp={
            "x": lambda use: (
                "g * cofactors(x)" if len(use.shapes[0]) == 2 else "expand_dims(expand_dims(g, -1), -1) * cofactors(x)"
            )
        },
        words=Words(
            r"\det({x})",
            en="Determinant of a square matrix, or of each in a batch.",
            ko="정사각행렬의 행렬식(배치이면 행렬마다).",
        ),
        family="linear algebra",
        array=lambda x: np.linalg.det(x),
        complex="analytic",
        shape=number_each,
        spellings=("np.linalg.det",),
        cost=Cost(flops=cubic, back=lambda shapes, options, argnum: cofactors_work(shapes, options)),
        tests=Tests(
            examples=(
                ("det(x)", {"x": (3, 3)}),
                ("det(x)", {"x": (1, 1)}),
                ("det(x)", {"x": (2, 2)}),
                ("det(x)", {"x": (2, 3, 3)}),
            )
        ),
    ),
    Op(
        "cofactors(x)",
        vjp={"x": cofactors_rule},
        words=Words(
            r"\operatorname{cof}({x})",
            en="The matrix of cofactors: the gradient of the determinant, exact for singular matrices too.",
            ko="여인수 행렬. 행렬식의 기울기이며, 특이행렬에서도 정확합니다.",
        ),
        family="linear algebra",
        statics=cofactors_statics,
        array=cofactors,
        shape=square_shape,
        cost=Cost(work=cofactors_work, back=cofactors_back, between=cofactors_between),
        tests=Tests(
            examples=(
                ("cofactors(x)", {"x": (1, 1)}),
                ("cofactors(x)", {"x": (3, 3)}),
                ("cofactors(x)", {"x": (2, 2, 2)}),
                ("cofactors(x + 4 * diag([1, 1, 1]))", {"x": (3, 3)}),
                ("cofactors(x + 4 * diag([1, 1]))", {"x": (2, 2)}),
                ("cofactors(x + 4 * diag([1, 1]))", {"x": (2, 2, 2)}),
            )
        ),
    ),
    Op(
        "logdet(x)",
        vjp={"x": log_determinant_rule},
        definition="log(det(x))",
        words=Words(
            r"\log\det({x})",
            en="Logarithm of the determinant, without overflow; NaN where that is negative.",
            ko="행렬식의 로그를 넘침 없이 계산합니다. 행렬식이 음수이면 NaN입니다.",
        ),
        family="linear algebra",
        array=log_determinant,
        shape=number_each,
        cost=Cost(flops=cubic),
        tests=Tests(
            examples=(
                ("logdet(x + 4 * diag([1, 1, 1]))", {"x": (3, 3)}),
                ("logdet(x + 4 * diag([1, 1]))", {"x": (2, 2, 2)}),
            )
        ),
    ),
    Op(
        "cholesky(x)",
        # Murray 2016, Differentiation of the Cholesky decomposition, equation 10.
        vjp={
            "x": (
                "m = tril(broadcast_to(1, square)) - diag(broadcast_to(1 / 2, side))\ni = inv(z)\np = swapaxes(i, -1,"
                " -2) @ (m * (swapaxes(z, -1, -2) @ g)) @ i\n(p + swapaxes(p, -1, -2)) / 2"
            )
        },
        words=Words(
            r"\operatorname{chol}({x})",
            en="The lower triangular L with L @ L.T = x, for x symmetric and positive definite; else NaN.",
            ko="x = L @ L.T인 아래 삼각행렬 L. x는 대칭인 양의 정부호 행렬이어야 하며, 아니면 NaN입니다.",
        ),
        family="linear algebra",
        statics=lambda use: {"square": use.shapes[0][-2:], "side": use.shapes[0][-1:]},
        array=lower_factor,
        shape=square_shape,
        spellings=("np.linalg.cholesky",),
        cost=Cost(flops=cubic, back=lambda shapes, options, argnum: 4 * cubic(shapes, ())),
        symmetric=True,
        tests=Tests(
            examples=(
                ("cholesky(x @ x.T + 4 * diag([1, 1, 1]))", {"x": (3, 3)}),
                ("cholesky(x @ swapaxes(x, -1, -2) + 4 * diag([1, 1]))", {"x": (2, 2, 2)}),
            )
        ),
    ),
    Op(
        "solve(A, b)",
        vjp={"b": solve_right, "A": solve_left},
        words=Words(
            "{A}^{-1} {b}",
            en="The x with A @ x = b, for one matrix or a batch; of a singular A, NaN.",
            ko="A @ x = b를 만족하는 x(행렬 하나 또는 배치). A가 특이행렬이면 NaN입니다.",
            precedence=2,
        ),
        family="linear algebra",
        array=solution,
        complex="analytic",
        shape=solve_shape,
        stretches=batched,
        spellings=("np.linalg.solve",),
        cost=Cost(flops=lambda shapes, out: 2 * size_of(shapes[0]) * shapes[0][-1] + 2 * size_of(out) * shapes[0][-1]),
        tests=Tests(
            examples=(
                ("solve(A + 4 * diag([1, 1, 1]), b)", {"A": (3, 3), "b": (3,)}),
                ("solve(A + 4 * diag([1, 1]), b)", {"A": (2, 2), "b": (2, 3)}),
                ("solve(A + 4 * diag([1, 1]), b)", {"A": (3, 2, 2), "b": (2, 3)}),
                ("solve(A + 4 * diag([1, 1]), b)", {"A": (2, 2), "b": (3, 2, 1)}),
                ("solve(A + 4 * diag([1, 1]), b)", {"A": (3, 2, 2), "b": (2,)}),
            )
        ),
    ),
]
