"""Products of vectors and matrices."""

from __future__ import annotations

import numpy as np

from engine.errors import EngineError
from engine.ops.op import Op, Use
from engine.shapes import broadcast
from engine.values import Shape, size_of


def matmul_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    left, right = shapes
    if not left or not right:
        raise EngineError("matmul-scalar", function=name, left=str(left), right=str(right))
    if left[-1] != (right[-2] if len(right) > 1 else right[0]):
        raise EngineError("matmul-shapes", function=name, left=str(left), right=str(right))
    batch = broadcast(name, (left[:-2], right[:-2]))
    return batch + left[-2:-1] + (right[-1:] if len(right) > 1 else ()), options


def matmul_flops(shapes: tuple[Shape, ...], out: Shape) -> int:
    return 2 * size_of(out) * shapes[0][-1] if shapes[0] else 1


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
    return "swapaxes(x, -1, -2) @ g"


def batched_examples(name: str) -> tuple:
    pairs = [((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((1, 3), (3, 1))]
    if name == "matmul":
        pairs += [((2, 3, 4), (4, 2)), ((2, 3, 4), (2, 4, 2)), ((2, 1, 3, 4), (5, 4, 2)), ((2, 3, 4), (4,)), ((4,), (2, 4, 3)), ((2, 4), (3, 4, 2))]
    return tuple((f"{name}(x, y)", {"x": x, "y": y}) for x, y in pairs)


def product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    # With one column and one row a broadcast product is several times faster than a matrix product.
    if x.ndim == 2 and y.ndim == 2 and x.shape[1] == 1:
        return x * y
    return np.matmul(x, y)


def dot_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    if max(len(s) for s in shapes) > 2:
        raise EngineError("dot-rank", left=str(shapes[0]), right=str(shapes[1]))
    if () in shapes:
        return broadcast(name, shapes), options
    return matmul_shape(name, shapes, options)


def dot_left(use: Use) -> str:
    return "g * y" if () in use.shapes else matmul_left(use)


def dot_right(use: Use) -> str:
    return "g * x" if () in use.shapes else matmul_right(use)


def outer_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    if any(len(s) != 1 for s in shapes):
        raise EngineError("vectors", function=name, left=str(shapes[0]), right=str(shapes[1]))
    return shapes[0] + shapes[1], options


def square_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    shape = shapes[0]
    if len(shape) != 2 or shape[0] != shape[1]:
        raise EngineError("square-needed", function=name, shape=str(shape))
    return shape, options


def solve_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    square_shape(name, shapes, options)
    if len(shapes[1]) not in (1, 2) or shapes[1][0] != shapes[0][0]:
        raise EngineError("matmul-shapes", function=name, left=str(shapes[0]), right=str(shapes[1]))
    return shapes[1], options


def cubic(shapes: tuple[Shape, ...], out: Shape) -> int:
    return 2 * shapes[0][0] ** 3


def inverse(x: np.ndarray) -> np.ndarray:
    return solution(x, np.eye(len(x)))


def solution(A: np.ndarray, b: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.solve(A, b)
    except np.linalg.LinAlgError:  # singular: no number is right
        return np.full(np.shape(b), np.nan)


def determinant(x: np.ndarray) -> float:
    return np.linalg.det(x)


def cofactors(x: np.ndarray) -> np.ndarray:
    result = np.empty(x.shape)
    for i, j in np.ndindex(*x.shape):
        minor = np.delete(np.delete(x, i, 0), j, 1)
        result[i, j] = (-1) ** (i + j) * np.linalg.det(minor)
    return result


OPS = [
    Op(
        "matmul", "linear algebra", ("x", "y"), r"{x} \, {y}", product,
        {"en": "Matrix product x @ y, of vectors, matrices or batches of them.", "ko": "행렬 곱 x @ y(벡터, 행렬, 배치)."},
        shape=matmul_shape, flops=matmul_flops, vjp={"x": matmul_left, "y": matmul_right},
        precedence=2, examples=batched_examples("matmul"), spellings=("np.matmul",),
    ),
    Op(
        "dot", "linear algebra", ("x", "y"), r"{x} \cdot {y}", np.dot,
        {"en": "Scalar product of vectors; of matrices, the matrix product.", "ko": "벡터의 내적. 행렬이면 행렬 곱입니다."},
        shape=dot_shape, flops=matmul_flops, vjp={"x": dot_left, "y": dot_right}, precedence=2,
        examples=(*batched_examples("dot"), ("dot(x, y)", {"x": (), "y": (2, 3)}), ("dot(x, y)", {"x": (), "y": ()})),
        spellings=("np.dot",), method=True,
    ),
    Op(
        "outer", "linear algebra", ("x", "y"), r"{x} \, {y}^\top", np.multiply.outer,
        {"en": "Every element of the vector x times every element of the vector y.", "ko": "벡터 x와 y의 모든 원소끼리의 곱(외적)."},
        shape=outer_shape, flops=lambda shapes, out: size_of(out),
        vjp={"x": "g @ y", "y": "x @ g"}, precedence=2, examples=(("outer(x, y)", {"x": (2,), "y": (3,)}),), spellings=("np.outer",),
    ),
    Op(
        "inv", "linear algebra", ("x",), "{x}^{-1}", inverse,
        {"en": "Inverse of a square matrix; of a singular one, NaN.", "ko": "정사각행렬의 역행렬. 특이행렬이면 NaN입니다."},
        shape=square_shape, flops=cubic, vjp={"x": "-z.T @ g @ z.T"}, precedence=4,
        examples=(("inv(x + 4 * diag([1, 1, 1]))", {"x": (3, 3)}), ("inv(x + 3)", {"x": (1, 1)})), spellings=("np.linalg.inv",),
    ),
    Op(
        "det", "linear algebra", ("x",), r"\det({x})", determinant,
        {"en": "Determinant of a square matrix.", "ko": "정사각행렬의 행렬식."},
        shape=lambda name, shapes, options: ((), square_shape(name, shapes, options)[1]), flops=cubic, vjp={"x": "g * cofactors(x)"},
        examples=(("det(x)", {"x": (3, 3)}), ("det(x)", {"x": (1, 1)}), ("det(x)", {"x": (2, 2)})), spellings=("np.linalg.det",),
    ),
    Op(
        "cofactors", "linear algebra", ("x",), r"\operatorname{cof}({x})", cofactors,
        {"en": "The matrix of cofactors: the gradient of the determinant, exact for singular matrices too.",
         "ko": "여인수 행렬. 행렬식의 기울기이며, 특이행렬에서도 정확합니다."},
        shape=square_shape, flops=lambda shapes, out: size_of(shapes[0]) ** 2,
        # By C = det(x) inv(x)ᵀ, so where x is singular the second derivative is NaN.
        vjp={"x": "(sum(g * z) * inv(x).T - inv(x).T @ g.T @ z)"},
        examples=(("cofactors(x + 4 * diag([1, 1, 1]))", {"x": (3, 3)}), ("cofactors(x + 4 * diag([1, 1]))", {"x": (2, 2)})),
    ),
    Op(
        "solve", "linear algebra", ("A", "b"), "{A}^{-1} {b}", solution,
        {"en": "The x with A @ x = b; of a singular A, NaN.", "ko": "A @ x = b를 만족하는 x. A가 특이행렬이면 NaN입니다."},
        shape=solve_shape, flops=cubic, precedence=2,
        vjp={"b": "solve(A.T, g)", "A": lambda use: "-outer(solve(A.T, g), z)" if len(use.shapes[1]) == 1 else "-solve(A.T, g) @ z.T"},
        examples=(("solve(A + 4 * diag([1, 1, 1]), b)", {"A": (3, 3), "b": (3,)}), ("solve(A + 4 * diag([1, 1]), b)", {"A": (2, 2), "b": (2, 3)})),
        spellings=("np.linalg.solve",),
    ),
]
