"""Ops that lay elements out anew: zeros around them, copies of them, another order, differences of neighbours."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.op import Cells, Cost, Op, Option, Shapes, Tests, Use, Words
from gradlens.engine.shapes import normal_axes, normal_axis
from gradlens.engine.values import Array, Shape, size_of


def split_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, sections = shapes[0], options["sections"]
    axis = normal_axis(name, options["axis"], shape)
    if shape[axis] % sections:
        raise EngineError("split-sections", shape=str(shape), axis=axis, size=shape[axis], got=sections)
    return (sections, *shape[:axis], shape[axis] // sections, *shape[axis + 1 :]), {"sections": sections, "axis": axis}


def split_array(x: Array, sections: int, axis: int) -> Array:
    shape = np.shape(x)
    parts = np.reshape(x, (*shape[:axis], sections, shape[axis] // sections, *shape[axis + 1 :]))
    return np.ascontiguousarray(np.moveaxis(parts, axis, 0))


Widths = tuple[tuple[int, int], ...]


def nothing(shapes: Shapes, out: Shape) -> int:
    return 0


def pad_array(x: Array, width: Widths, mode: str, value: float) -> Array:
    return np.pad(x, width, constant_values=value) if width else x


def pad_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    """One number for all sides, (before, after) for all axes, or a pair an axis, as NumPy's np.pad has it."""
    shape, width = shapes[0], options["width"]
    if options["mode"] != "constant":
        raise EngineError("option-mode", function=name, option="mode", takes="constant", got=options["mode"])
    if isinstance(width, int):
        width = ((width, width),)
    elif width and isinstance(width[0], int):
        width = ((width[0], width[-1]),)
    if len(width) == 1:
        width *= len(shape)
    if len(width) != len(shape):
        raise EngineError("pad-widths", function=name, shape=str(shape), rank=len(shape), got=str(options["width"]))
    if any(n < 0 for pair in width for n in pair):
        raise EngineError("option-least", function=name, option="width", least=0, got=str(options["width"]))
    return tuple(n + sum(pair) for n, pair in zip(shape, width)), options | {"width": width}


def pad_rule(use: Use) -> str:
    inner = ", ".join(f"{before}:{before + n}" for n, (before, _) in zip(use.shapes[0], use.options["width"]))
    return f"g[{inner}]" if inner else "g"


def tile_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    reps = options["reps"]
    rank = max(len(reps), len(shapes[0]))
    reps = (1,) * (rank - len(reps)) + reps
    shape = (1,) * (rank - len(shapes[0])) + shapes[0]
    return tuple(n * r for n, r in zip(shape, reps)), {"reps": reps}


def tiled(shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, ...]:
    return ((*options["reps"], *shapes[0]),)


def repeated(shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, ...]:
    return ((*shapes[0], options["repeats"]),)


def tiles(use: Use) -> dict[str, Any]:
    """split: the result's shape with each axis that is copied as (copies, elements); copies: the axes of the copies."""
    reps = use.options["reps"]
    shape = (1,) * (len(reps) - len(use.shapes[0])) + use.shapes[0]
    split: list[int] = []
    copies: list[int] = []
    for count, n in zip(reps, shape):
        if count != 1:
            copies.append(len(split))
            split.append(count)
        split.append(n)
    return {"split": tuple(split), "copies": tuple(copies)}


def repeat_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, repeats = shapes[0], options["repeats"]
    if options["axis"] is None:
        return (size_of(shape) * repeats,), options
    axis = normal_axis(name, options["axis"], shape)
    return (*shape[:axis], shape[axis] * repeats, *shape[axis + 1 :]), options | {"axis": axis}


def repeats(use: Use) -> dict[str, Any]:
    """split: the result's shape with the axis as (elements, copies); copies: the axis of the copies."""
    shape, axis, n = use.shapes[0], use.options["axis"], use.options["repeats"]
    if axis is None:
        shape, axis = (size_of(shape),), 0
    return {"split": (*shape[: axis + 1], n, *shape[axis + 1 :]), "copies": (axis + 1,)}


def roll_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shift, axis = options["shift"], options["axis"]
    if axis is None:
        if len(shift) != 1:
            raise EngineError("roll-axes", function=name, shift=str(shift), axis=str(axis))
        return shapes[0], options
    axes = normal_axes(name, axis, shapes[0])
    if len(shift) == 1:
        shift *= len(axes)
    if len(shift) != len(axes):
        raise EngineError("roll-axes", function=name, shift=str(shift), axis=str(axis))
    return shapes[0], {"shift": shift, "axis": axes}


def roll_array(x: Array, shift: tuple[int, ...], axis: tuple[int, ...] | None) -> Array:
    if axis is None:
        return np.roll(x, shift[0])
    for a, places in zip(
        axis, shift
    ):  # one axis at a time: NumPy would cut all at once, into 2 to the power of their number
        x = np.roll(x, places, a)
    return x


def moveaxis_order(shape: Shape, source: int, destination: int) -> tuple[int, ...]:
    order = [a for a in range(len(shape)) if a != source]
    order.insert(destination, source)
    return tuple(order)


def moveaxis_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    source, destination = (normal_axis(name, options[o], shapes[0]) for o in ("source", "destination"))
    return tuple(shapes[0][a] for a in moveaxis_order(shapes[0], source, destination)), {
        "source": source,
        "destination": destination,
    }


def diff_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, n = shapes[0], options["n"]
    axis = normal_axis(name, options["axis"], shape)
    return (*shape[:axis], max(shape[axis] - n, 0), *shape[axis + 1 :]), {"n": n, "axis": axis}


def diff_work(shapes: Shapes, options: dict[str, Any]) -> int:
    """One difference after the other, until no element is left."""
    shape, axis = shapes[0], options["axis"]
    return min(options["n"], shape[axis]) * size_of(shape)


def diff_back(shapes: Shapes, options: dict[str, Any], argnum: int) -> int:
    """The same of the upstream with n zeros on either side."""
    shape, n, axis = shapes[0], options["n"], options["axis"]
    return n * size_of((*shape[:axis], shape[axis] + n, *shape[axis + 1 :])) if n < shape[axis] else size_of(shape)


def diff_array(x: Array, n: int, axis: int) -> Array:
    return np.diff(x, min(n, x.shape[axis]), axis)


def diff_rule(use: Use) -> str:
    shape, n, axis = use.shapes[0], use.options["n"], use.options["axis"]
    if n > 0 and n >= shape[axis]:
        return "broadcast_to(0, x.shape)"  # too few elements for any difference
    # The transpose of one difference is minus the difference with a 0 on either side.
    return f"{'-' if n % 2 else ''}diff(pad(g, widths), n=n, axis=axis)"


def zeros_beside(use: Use) -> dict[str, Any]:
    """widths: n zeros on either side along the axis."""
    n, axis = use.options["n"], use.options["axis"]
    return {"widths": tuple((n, n) if a == axis else (0, 0) for a in range(len(use.shapes[0])))}


OPS = [
    Op(
        "pad(x)",
        vjp={"x": pad_rule},
        words=Words(
            r"\operatorname{pad}({x})",
            en=(
                "Zeros, or another value, around the elements: width on every side, (before, after), or a pair for each"
                " axis."
            ),
            ko="배열 둘레를 0(또는 다른 값)으로 채웁니다. 너비는 수 하나, (앞, 뒤), 또는 축마다 한 쌍으로 정합니다.",
        ),
        family="shape",
        options=(
            Option("width", "widths", required=True),
            Option("mode", "text", "constant"),
            Option("value", "number", 0.0),
        ),
        array=pad_array,
        shape=pad_shape,
        spellings=("np.pad",),
        cells=Cells("padded"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("pad(x, 1)", {"x": (2, 3)}),
                ("pad(x, (1, 2), value=3)", {"x": (3,)}),
                ("pad(x, ((0, 0), (2, 1)))", {"x": (2, 3)}),
                ("pad(x, 0)", {"x": ()}),
            )
        ),
    ),
    Op(
        "tile(x)",
        vjp={"x": "reshape(sum(reshape(g, split), axis=copies), x.shape)"},
        words=Words(
            r"\operatorname{tile}({x})",
            en="The whole of x side by side, so many times along each axis. Copies share their gradient's sum.",
            ko="x 전체를 축마다 주어진 횟수만큼 늘어놓습니다. 사본들의 기울기는 더해집니다.",
        ),
        family="shape",
        options=(Option("reps", "shape", required=True, least=0),),
        statics=tiles,
        array=lambda x, reps: np.tile(x, reps),
        shape=tile_shape,
        spellings=("np.tile",),
        cells=Cells("tiled"),
        cost=Cost(flops=nothing, between=tiled),
        tests=Tests(
            examples=(
                ("tile(x, 2)", {"x": (3,)}),
                ("tile(x, (2, 3))", {"x": (2, 2)}),
                ("tile(x, (2, 1, 2))", {"x": (2,)}),
                ("tile(x, 2)", {"x": (2, 2)}),
                ("tile(x, (2,))", {"x": ()}),
            )
        ),
    ),
    Op(
        "repeat(x)",
        vjp={"x": "reshape(sum(reshape(g, split), axis=copies), x.shape)"},
        words=Words(
            r"\operatorname{repeat}({x})",
            en="Each element so many times in a row, along an axis or over all in order.",
            ko="원소마다 주어진 횟수만큼 잇달아 되풀이합니다(축을 따라, 또는 모든 원소를 차례로).",
        ),
        family="shape",
        options=(Option("repeats", "integer", required=True, least=0), Option("axis", "integer")),
        statics=repeats,
        array=lambda x, repeats, axis: np.repeat(x, repeats, axis),
        shape=repeat_shape,
        spellings=("np.repeat",),
        cells=Cells("repeated"),
        cost=Cost(flops=nothing, between=repeated),
        tests=Tests(
            examples=(
                ("repeat(x, 2)", {"x": (2, 3)}),
                ("repeat(x, 3, axis=0)", {"x": (2, 3)}),
                ("repeat(x, 2, axis=-1)", {"x": (2, 3)}),
                ("repeat(x, 2)", {"x": ()}),
            )
        ),
    ),
    Op(
        "split(x)",
        vjp={"x": "reshape(moveaxis(g, 0, axis), x.shape)"},
        words=Words(
            r"\operatorname{split}({x})",
            en="Equal parts along an axis, stacked in front: a, b = split(x, 2).",
            ko="한 축을 같은 크기로 나눈 것을 맨 앞 축에 쌓습니다. a, b = split(x, 2)처럼 씁니다.",
        ),
        family="shape",
        options=(Option("sections", "integer", required=True, least=1), Option("axis", "integer", 0)),
        array=split_array,
        shape=split_shape,
        spellings=("np.split",),
        cells=Cells("split"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("split(x, 2)", {"x": (4,)}),
                ("split(x, 3, axis=1)", {"x": (2, 6)}),
                ("split(x, 2, axis=-1)", {"x": (2, 3, 4)}),
                ("split(x, 1)", {"x": (2, 3)}),
            )
        ),
    ),
    Op(
        "roll(x)",
        vjp={"x": "roll(g, back, axis=axis)"},
        words=Words(
            r"\operatorname{roll}({x})",
            en="The elements moved along, what falls off the end coming back at the beginning.",
            ko="원소를 옆으로 밀고, 끝에서 밀려난 것은 처음으로 돌아옵니다.",
        ),
        family="shape",
        options=(Option("shift", "shape", required=True), Option("axis", "axis")),
        statics=lambda use: {"back": tuple(-n for n in use.options["shift"])},
        array=roll_array,
        shape=roll_shape,
        spellings=("np.roll",),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("roll(x, 1)", {"x": (4,)}),
                ("roll(x, -2)", {"x": (2, 3)}),
                ("roll(x, 1, axis=0)", {"x": (2, 3)}),
                ("roll(x, (1, 2), axis=(0, 1))", {"x": (2, 3)}),
            )
        ),
    ),
    Op(
        "moveaxis(x)",
        vjp={"x": "moveaxis(g, destination, source)"},
        words=Words(
            r"\operatorname{moveaxis}({x})",
            en="One axis at another place; the others keep their order.",
            ko="축 하나를 다른 자리로 옮깁니다. 나머지 축의 순서는 그대로입니다.",
        ),
        family="shape",
        options=(Option("source", "integer", required=True), Option("destination", "integer", required=True)),
        array=lambda x, source, destination: np.moveaxis(x, source, destination),
        shape=moveaxis_shape,
        spellings=("np.moveaxis",),
        cells=Cells("permuted", "moved"),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("moveaxis(x, 0, -1)", {"x": (2, 3, 4)}), ("moveaxis(x, 2, 0)", {"x": (2, 3, 4)}))),
    ),
    Op(
        "diff(x)",
        vjp={"x": diff_rule},
        words=Words(
            r"\Delta {x}",
            en="Differences of neighbours along an axis, n times over.",
            ko="축을 따라 이웃한 원소의 차를 n번 되풀이해 구합니다.",
            precedence=2,
        ),
        family="shape",
        options=(Option("n", "integer", 1, least=0), Option("axis", "integer", -1)),
        statics=zeros_beside,
        array=diff_array,
        shape=diff_shape,
        spellings=("np.diff",),
        cost=Cost(work=diff_work, back=diff_back),
        tests=Tests(
            examples=(
                ("diff(x)", {"x": (4,)}),
                ("diff(x, axis=0)", {"x": (3, 2)}),
                ("diff(x, n=2)", {"x": (2, 4)}),
                ("diff(x, n=3)", {"x": (2,)}),
            )
        ),
    ),
]
