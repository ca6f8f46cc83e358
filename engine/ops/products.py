"""Products of vectors, matrices and arrays beside the matrix product: programs of einsum, and the cross product."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import string
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.op import Cells, Cost, Op, Option, Shapes, Tests, Use, Words
from gradlens.engine.shapes import broadcast, normal_axis
from gradlens.engine.values import MAX_AXES, Shape, size_of

Axes = tuple[tuple[int, ...], tuple[int, ...]]


def inner_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    left, right = shapes
    if left and right and left[-1] != right[-1]:
        raise EngineError("inner-shapes", function=name, left=str(left), right=str(right))
    return (left[:-1] + right[:-1] if left and right else broadcast(name, shapes)), options


def inner_definition(use: Use) -> str:
    if () in use.shapes:
        return "x * y"
    left, right = (len(shape) - 1 for shape in use.shapes)
    x, y = string.ascii_letters[:left], string.ascii_letters[left : left + right]
    return f'einsum("{x}Z,{y}Z->{x}{y}", x, y)'


def vecdot_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = broadcast(name, shapes)
    axis = normal_axis(name, options["axis"], shape)
    return (*shape[:axis], *shape[axis + 1 :]), {"axis": axis}


def tensordot_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    over = contracted(name, shapes, options["axes"])
    kept = [tuple(n for a, n in enumerate(shape) if a not in axes) for shape, axes in zip(shapes, over)]
    return kept[0] + kept[1], {"axes": over}


def contracted(name: str, shapes: Shapes, axes: int | tuple[int | tuple[int, ...], ...]) -> Axes:
    """The axes of either array that are summed over together: the last n and the first n, or as listed."""
    left, right = shapes
    if isinstance(axes, int):
        if not 0 <= axes <= min(len(left), len(right)):
            raise EngineError("tensordot-axes", function=name, left=str(left), right=str(right), got=axes)
        axes = (tuple(range(len(left) - axes, len(left))), tuple(range(axes)))
    x, y = [(side,) if isinstance(side, int) else side for side in axes]
    if len(x) != len(y):
        raise EngineError("tensordot-axes", function=name, left=str(left), right=str(right), got=str(axes))
    x, y = tuple(normal_axis(name, a, left) for a in x), tuple(normal_axis(name, a, right) for a in y)
    if any(left[a] != right[b] for a, b in zip(x, y)):
        raise EngineError("tensordot-axes", function=name, left=str(left), right=str(right), got=str(axes))
    return x, y


def tensordot_definition(use: Use) -> str:
    left, right = use.shapes
    over_x, over_y = contracted("tensordot", use.shapes, use.options["axes"])
    letters = iter(string.ascii_letters)
    x = [next(letters) for _ in left]
    y = [x[over_x[over_y.index(a)]] if a in over_y else next(letters) for a in range(len(right))]
    kept = [c for a, c in enumerate(x) if a not in over_x] + [c for a, c in enumerate(y) if a not in over_y]
    return f'einsum("{"".join(x)},{"".join(y)}->{"".join(kept)}", x, y)'


def kron_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    """The product has both arrays' axes side by side, so together they may have as many as one array."""
    rank = max(len(shape) for shape in shapes)
    if 2 * rank > MAX_AXES:
        raise EngineError("too-many-axes", limit=MAX_AXES)
    left, right = ((1,) * (rank - len(shape)) + shape for shape in shapes)
    return tuple(a * b for a, b in zip(left, right)), options


def kron_definition(use: Use) -> str:
    left, right = use.shapes
    rank = max(len(left), len(right))
    padded = [(1,) * (rank - len(shape)) + shape for shape in use.shapes]
    x, y = string.ascii_lowercase[:rank], string.ascii_uppercase[:rank]
    operands = ", ".join(
        name if shape == full else f"reshape({name}, {full})" for name, shape, full in zip("xy", use.shapes, padded)
    )
    every = "".join(a + b for a, b in zip(x, y))
    return f'reshape(einsum("{x},{y}->{every}", {operands}), {tuple(a * b for a, b in zip(*padded))})'


def cross_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if any(not shape or shape[-1] != 3 for shape in shapes):
        raise EngineError("cross-shapes", function=name, left=str(shapes[0]), right=str(shapes[1]))
    return broadcast(name, shapes), options


def power_definition(use: Use) -> str:
    """Repeated squaring, so that a power of a thousand is ten squares."""
    n = use.options["n"]
    if n == 0:
        return "broadcast_to(diag(broadcast_to(1, x.shape[-1])), x.shape)"
    lines = ["s = inv(x)" if n < 0 else "s = x"]
    product, rest = "", abs(n)
    while rest:
        if rest % 2:
            lines.append(f"p = {product}s")
            product = "p @ "
        rest //= 2
        if rest:
            lines.append("s = s @ s")
    return "\n".join([*lines, "p"]) if lines[-1] != "p = s" else "\n".join([*lines[:-1], "identity(s)"])


def power_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = shapes[0]
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise EngineError("square-needed", function=name, shape=str(shape))
    return shape, options


OPS = [
    Op(
        "inner(x, y)",
        definition=inner_definition,
        words=Words(
            r"\langle {x}, {y} \rangle",
            en="Products summed over the last axis of both: the scalar product of vectors.",
            ko="두 배열의 마지막 축에 대한 곱의 합. 벡터의 내적입니다.",
        ),
        family="linear algebra",
        shape=inner_shape,
        spellings=("np.inner",),
        cells=Cells("einsum", subscripts="i,i->"),
        tests=Tests(
            examples=(
                ("inner(x, y)", {"x": (3,), "y": (3,)}),
                ("inner(x, y)", {"x": (2, 3), "y": (4, 3)}),
                ("inner(x, y)", {"x": (), "y": (3,)}),
            )
        ),
    ),
    Op(
        "vecdot(x, y)",
        definition="sum(x * y, axis=axis)",
        words=Words(
            r"{x} \cdot {y}",
            en="Scalar products of vectors along an axis.",
            ko="축을 따라 놓인 벡터들의 내적.",
            precedence=2,
        ),
        family="linear algebra",
        options=(Option("axis", "integer", -1),),
        shape=vecdot_shape,
        spellings=("np.linalg.vecdot",),
        cells=Cells("einsum", subscripts="i,i->"),
        tests=Tests(
            examples=(
                ("vecdot(x, y)", {"x": (2, 3), "y": (2, 3)}),
                ("vecdot(x, y, axis=0)", {"x": (2, 3), "y": (2, 3)}),
                ("vecdot(x, y)", {"x": (2, 3), "y": (3,)}),
            )
        ),
    ),
    Op(
        "tensordot(x, y)",
        definition=tensordot_definition,
        words=Words(
            r"{x} \cdot {y}",
            en="Products summed over several axes: the last of x with the first of y, or as axes lists them.",
            ko="여러 축에 대한 곱의 합. x의 마지막 축들과 y의 처음 축들, 또는 axes에 적은 축들입니다.",
            precedence=2,
        ),
        family="linear algebra",
        options=(Option("axes", "pair", 2),),
        shape=tensordot_shape,
        spellings=("np.tensordot",),
        tests=Tests(
            examples=(
                ("tensordot(x, y)", {"x": (2, 2, 3), "y": (2, 3, 2)}),
                ("tensordot(x, y, 1)", {"x": (2, 3), "y": (3, 2)}),
                ("tensordot(x, y, axes=((0, 1), (1, 0)))", {"x": (2, 3, 2), "y": (3, 2)}),
                ("tensordot(x, y, axes=(0, 1))", {"x": (2, 3), "y": (3, 2)}),
            )
        ),
    ),
    Op(
        "kron(x, y)",
        definition=kron_definition,
        words=Words(
            r"{x} \otimes {y}",
            en="Kronecker product: every element of x times the whole of y.",
            ko="크로네커 곱. x의 원소마다 y 전체를 곱해 늘어놓습니다.",
            precedence=2,
        ),
        family="linear algebra",
        shape=kron_shape,
        spellings=("np.kron",),
        tests=Tests(
            examples=(
                ("kron(x, y)", {"x": (2, 2), "y": (2, 3)}),
                ("kron(x, y)", {"x": (2,), "y": (3,)}),
                ("kron(x, y)", {"x": (2,), "y": (2, 2)}),
            )
        ),
    ),
    Op(
        "cross(x, y)",
        vjp={"x": "cross(y, g)", "y": "cross(g, x)"},
        words=Words(
            r"{x} \times {y}",
            en="Cross product of vectors with 3 elements.",
            ko="원소가 3개인 벡터의 벡터곱(외적).",
            precedence=2,
        ),
        family="linear algebra",
        array=lambda x, y: np.cross(x, y),
        shape=cross_shape,
        stretches=lambda shapes, argnum: True,
        spellings=("np.cross", "np.linalg.cross"),
        cost=Cost(flops=lambda shapes, out: 3 * size_of(out)),
        tests=Tests(examples=(("cross(x, y)", {"x": (3,), "y": (3,)}), ("cross(x, y)", {"x": (2, 3), "y": (3,)}))),
    ),
    Op(
        "matrix_power(x)",
        definition=power_definition,
        words=Words(
            "{x}^{{n}}",
            en="A square matrix times itself, n times; below 0, its inverse.",
            ko="정사각행렬의 n제곱. n이 음수이면 역행렬의 거듭제곱입니다.",
            precedence=4,
        ),
        family="linear algebra",
        options=(Option("n", "integer", required=True),),
        shape=power_shape,
        spellings=("np.linalg.matrix_power",),
        tests=Tests(
            examples=(
                ("matrix_power(x, 3)", {"x": (2, 2)}),
                ("matrix_power(x + 4 * diag([1, 1]), -2)", {"x": (2, 2)}),
                ("matrix_power(x, 1)", {"x": (2, 2)}),
                ("matrix_power(x, 6)", {"x": (2, 2, 2)}),
            )
        ),
    ),
]
