"""Ops that move elements without changing them. Their gradients move back."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from operator import itemgetter
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.op import Cells, Cost, Op, Option, Shapes, Tests, Use, Words
from gradlens.engine.ops.selection import add_at
from gradlens.engine.shapes import index_shape, normal_axes, normal_axis, stretched
from gradlens.engine.values import Array, Key, Shape, size_of


def nothing(shapes: Shapes, out: Shape) -> int:
    return 0


def reshape_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    wanted, size = options["shape"], size_of(shapes[0])
    if wanted.count(-1) == 1:
        known = size_of(tuple(n for n in wanted if n != -1))
        if known > 0 and size % known == 0:
            wanted = tuple(size // known if n == -1 else n for n in wanted)
    if any(n < 0 for n in wanted) or size_of(wanted) != size:
        raise EngineError("reshape-size", function=name, shape=str(shapes[0]), size=size, wanted=str(options["shape"]))
    return wanted, {"shape": wanted}


def transpose_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, axes = shapes[0], options["axes"]
    if axes is None:
        axes = tuple(reversed(range(len(shape))))
    axes = (axes,) if isinstance(axes, int) else axes
    if len(axes) != len(shape):
        raise EngineError("axes-order", function=name, shape=str(shape), axes=str(axes))
    axes = normal_axes(name, axes, shape)
    return tuple(shape[a] for a in axes), {"axes": axes}


def inverse_order(use: Use) -> dict[str, Any]:
    """inverse: the order of axes that undoes a transposition."""
    axes = use.options["axes"] or tuple(reversed(range(len(use.shapes[0]))))
    return {"inverse": tuple(sorted(range(len(axes)), key=axes.__getitem__))}


def swapaxes_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = list(shapes[0])
    a, b = (normal_axis(name, options[o], shapes[0]) for o in ("axis1", "axis2"))
    shape[a], shape[b] = shape[b], shape[a]
    return tuple(shape), {"axis1": a, "axis2": b}


def expand_dims_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = shapes[0]
    axis = normal_axis(name, options["axis"], (*shape, 1))
    return (*shape[:axis], 1, *shape[axis:]), {"axis": axis}


def broadcast_to_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return stretched(name, shapes[0], options["shape"]), options


def chosen_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return index_shape(shapes[0], options["key"]), options


def index_array(x: Array, key: Key) -> Array:
    return np.asarray(x)[key]


def scatter_array(x: Array, key: Key, shape: Shape) -> Array:
    result = np.zeros(shape)
    if any(isinstance(k, tuple) for k in key):
        add_at(result, key, x)
    else:
        result[key] = x
    return result


def scatter_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    chosen = index_shape(options["shape"], options["key"])
    if shapes[0] != chosen:
        raise EngineError("scatter-shapes", function=name, shape=str(shapes[0]), wanted=str(chosen))
    return options["shape"], options


def put_array(x: Array, y: Array, key: Key) -> Array:
    result = np.array(x, dtype=np.result_type(x, y), order="C")
    result[key] = y
    return result


def put_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, key = shapes[0], options["key"]
    chosen = index_shape(shape, key)
    stretched(name, shapes[1], chosen)
    if any(isinstance(k, tuple) for k in key):
        places = np.arange(size_of(shape)).reshape(shape)[key]
        if np.unique(places).size != places.size:
            raise EngineError("put-repeated", function=name)
    return shape, options


def squeeze_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = shapes[0]
    if options["axis"] is None:
        axes = tuple(i for i, n in enumerate(shape) if n == 1)
    else:
        axes = normal_axes(name, options["axis"], shape)
    for axis in axes:
        if shape[axis] != 1:
            raise EngineError("squeeze-axis", function=name, axis=axis, shape=str(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes), {"axis": axes}


def flip_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return shapes[0], {"axis": normal_axes(name, options["axis"], shapes[0])}


def stack_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if not shapes:
        raise EngineError("list-empty", function=name)
    for shape in shapes:
        if shape != shapes[0]:
            raise EngineError("stack-shapes", function=name, left=str(shapes[0]), right=str(shape))
    axis = normal_axis(name, options["axis"], (*shapes[0], 1))
    return (*shapes[0][:axis], len(shapes), *shapes[0][axis:]), {"axis": axis}


def stack_rule(use: Use, argnum: int) -> str:
    return f"g[{':, ' * use.options['axis']}{argnum}]"


def concat_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if not shapes:
        raise EngineError("list-empty", function=name)
    axis = normal_axis(name, options["axis"], shapes[0])
    for shape in shapes:
        if len(shape) != len(shapes[0]) or any(
            a != b for i, (a, b) in enumerate(zip(shape, shapes[0], strict=True)) if i != axis
        ):
            raise EngineError("concat-shapes", function=name, axis=axis, left=str(shapes[0]), right=str(shape))
    return (*shapes[0][:axis], sum(shape[axis] for shape in shapes), *shapes[0][axis + 1 :]), {"axis": axis}


def concat_rule(use: Use, argnum: int) -> str:
    axis = use.options["axis"]
    start = sum(map(itemgetter(axis), use.shapes[:argnum]))
    return f"g[{':, ' * axis}{start}:{start + use.shapes[argnum][axis]}]"


def diag_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = shapes[0]
    if len(shape) == 1:
        return (*shape, *shape), options
    if len(shape) == 2:
        return (min(shape),), options
    raise EngineError("matrix-needed", function=name, shape=str(shape))


def pad_diagonal(x: Array, shape: Shape) -> Array:
    result = np.zeros(shape)
    places = np.arange(len(x))
    result[places, places] = x
    return result


def pad_diagonal_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = options["shape"]
    if len(shape) != 2:
        raise EngineError("matrix-needed", function=name, shape=str(shape))
    if shapes[0] != (min(shape),):
        raise EngineError("scatter-shapes", function=name, shape=str(shapes[0]), wanted=str((min(shape),)))
    return shape, options


def trace_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if len(shapes[0]) != 2:
        raise EngineError("matrix-needed", function=name, shape=str(shapes[0]))
    return (), options


def matrix_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if len(shapes[0]) < 2:
        raise EngineError("matrix-needed", function=name, shape=str(shapes[0]))
    return shapes[0], options


SHAPE = Option("shape", "shape", required=True, least=0)
KEY = Option("key", "key", required=True)

OPS = [
    Op(
        "reshape(x)",
        vjp={"x": "reshape(g, x.shape)"},
        words=Words(
            r"\operatorname{reshape}({x})",
            en="The same elements in another shape; one size may be −1.",
            ko="원소는 그대로, 형상만 바꿉니다. 크기 하나는 −1로 둘 수 있습니다.",
        ),
        family="shape",
        options=(Option("shape", "shape", required=True, least=-1),),
        array=lambda x, shape: np.reshape(x, shape),
        complex="analytic",
        shape=reshape_shape,
        spellings=("np.reshape",),
        method=True,
        cells=Cells("reshaped"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("reshape(x, (3, 2))", {"x": (2, 3)}),
                ("reshape(x, -1)", {"x": (2, 3)}),
                ("reshape(x, (1, 1))", {"x": ()}),
            )
        ),
    ),
    Op(
        "transpose(x)",
        vjp={"x": "transpose(g, inverse)"},
        words=Words(
            r"{x}^\top",
            en="The axes in reverse, or in a given order. x.T is the same.",
            ko="축의 순서를 뒤집거나 주어진 순서로 바꿉니다. x.T와 같습니다.",
            precedence=4,
        ),
        family="shape",
        options=(Option("axes", "axes"),),
        statics=inverse_order,
        array=lambda x, axes: np.transpose(x, axes),
        complex="analytic",
        shape=transpose_shape,
        spellings=("np.transpose",),
        method=True,
        cells=Cells("permuted", "axes"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("transpose(x)", {"x": (2, 3)}),
                ("x.T", {"x": (2, 3)}),
                ("transpose(x, (1, 2, 0))", {"x": (2, 3, 4)}),
                ("transpose(x)", {"x": ()}),
            )
        ),
    ),
    Op(
        "swapaxes(x)",
        vjp={"x": "swapaxes(g, axis1, axis2)"},
        words=Words(r"\operatorname{swapaxes}({x})", en="Two axes exchanged.", ko="두 축을 맞바꿉니다."),
        family="shape",
        options=(Option("axis1", "integer", required=True), Option("axis2", "integer", required=True)),
        array=lambda x, axis1, axis2: np.swapaxes(x, axis1, axis2),
        complex="analytic",
        shape=swapaxes_shape,
        spellings=("np.swapaxes",),
        method=True,
        cells=Cells("permuted", "exchanged"),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("swapaxes(x, -1, -2)", {"x": (2, 3, 4)}),)),
    ),
    Op(
        "expand_dims(x)",
        vjp={"x": "reshape(g, x.shape)"},
        words=Words(r"\operatorname{expand}({x})", en="A new axis of size 1.", ko="크기 1인 축을 끼워 넣습니다."),
        family="shape",
        options=(Option("axis", "integer", required=True),),
        array=lambda x, axis: np.expand_dims(x, axis),
        complex="analytic",
        shape=expand_dims_shape,
        spellings=("np.expand_dims",),
        cells=Cells("reshaped"),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("expand_dims(x, -1)", {"x": (2, 3)}), ("expand_dims(x, 0)", {"x": ()}))),
    ),
    Op(
        "broadcast_to(x)",
        vjp={"x": "g"},
        words=Words(
            r"\operatorname{broadcast}({x})",
            en="x stretched to a shape, as arithmetic does by itself.",
            ko="산술 연산에서 자동으로 브로드캐스트되듯 x를 주어진 형상으로 늘립니다.",
        ),
        family="shape",
        options=(SHAPE,),
        array=lambda x, shape: np.broadcast_to(x, shape),
        complex="analytic",
        shape=broadcast_to_shape,
        stretches=lambda shapes, argnum: True,
        spellings=("np.broadcast_to",),
        cells=Cells("weighted", shares=(1,)),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("broadcast_to(x, (2, 3))", {"x": (3,)}),
                ("broadcast_to(x, (2, 3))", {"x": (2, 1)}),
                ("broadcast_to(x, (2, 3))", {"x": ()}),
            )
        ),
    ),
    Op(
        "index(x)",
        vjp={"x": "scatter(g, key, x.shape)"},
        words=Words(
            "{x}[{key}]",
            en=(
                "Elements chosen by x[…]. The gradient goes back to their places and adds up where one was chosen"
                " twice; all others get 0."
            ),
            ko="x[…]로 고른 원소. 기울기는 제자리로 돌아가고, 두 번 고른 원소에는 더해지며, 나머지는 0입니다.",
            precedence=8,
        ),
        family="shape",
        options=(KEY,),
        array=index_array,
        complex="analytic",
        shape=chosen_shape,
        cells=Cells("chosen"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("x[1]", {"x": (3,)}),
                ("x[1:]", {"x": (3,)}),
                ("x[::-1, 0]", {"x": (2, 3)}),
                ("x[-1, 1:3]", {"x": (2, 3)}),
                ("x[2:1]", {"x": (3,)}),
                ("x[None, ..., 1]", {"x": (2, 3)}),
                ("x[[0, 0, 2]]", {"x": (3,)}),
                ("x[[0, 1, 0], [1, 2, 1]]", {"x": (2, 3)}),
                ("x[:, None, [[0, 1], [1, 1]]]", {"x": (2, 3)}),
                ("x[[0, 1], :, 1]", {"x": (2, 2, 3)}),
                ("x[[]]", {"x": (3,)}),
            )
        ),
    ),
    Op(
        "put(x, y)",
        vjp={"x": "put(g, 0, key)", "y": "sum_to(index(g, key), y.shape)"},
        words=Words(
            r"\operatorname{put}({x}, {y})",
            en=(
                "x with y written at the places of a key, as x[key] = y does. The gradient at these places goes to y,"
                " all other gradient to x."
            ),
            ko="x의 지정한 자리에 y를 쓴 것으로, x[key] = y와 같습니다. 그 자리의 기울기는 y로, 나머지는 x로 갑니다.",
        ),
        family="shape",
        options=(KEY,),
        array=put_array,
        complex="analytic",
        shape=put_shape,
        cells=Cells("written"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("put(x, y, 1)", {"x": (3,), "y": ()}),
                ("put(x, y, (0, 1))", {"x": (2, 3), "y": ()}),
                ("put(x, y, 1)", {"x": (2, 3), "y": (3,)}),
                ("put(x, y, 0)", {"x": (2, 3), "y": (1,)}),
                ("put(x, y, [2, 0])", {"x": (3,), "y": (2,)}),
            )
        ),
    ),
    Op(
        "scatter(x)",
        vjp={"x": "index(g, key)"},
        words=Words(
            r"\operatorname{scatter}({x})",
            en="Zeros of a shape, with x at the places of a key: what the gradient of indexing does.",
            ko="0으로 채운 배열의 지정한 자리에 x를 놓습니다. 인덱싱의 기울기가 하는 일입니다.",
        ),
        family="shape",
        options=(KEY, SHAPE),
        array=scatter_array,
        shape=scatter_shape,
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("scatter(x, 1, (3,))", {"x": ()}),
                ("scatter(x, (1, 0), (2, 3))", {"x": ()}),
                ("scatter(x, np.s_[[0, 2, 0]], (3,))", {"x": (3,)}),
            )
        ),
    ),
    Op(
        "ravel(x)",
        vjp={"x": "reshape(g, x.shape)"},
        words=Words(r"\operatorname{ravel}({x})", en="All elements in one row.", ko="모든 원소를 한 줄로 폅니다."),
        family="shape",
        array=lambda x: np.ravel(x),
        complex="analytic",
        shape=lambda name, shapes, options: ((size_of(shapes[0]),), options),
        spellings=("np.ravel",),
        method=True,
        cells=Cells("reshaped"),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("ravel(x)", {"x": (2, 3)}), ("ravel(x)", {"x": ()}))),
    ),
    Op(
        "squeeze(x)",
        vjp={"x": "reshape(g, x.shape)"},
        words=Words(r"\operatorname{squeeze}({x})", en="Axes of size 1 left out.", ko="크기 1인 축을 없앱니다."),
        family="shape",
        options=(Option("axis", "axis"),),
        array=lambda x, axis: np.squeeze(x, axis),
        complex="analytic",
        shape=squeeze_shape,
        spellings=("np.squeeze",),
        method=True,
        cells=Cells("reshaped"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("squeeze(x)", {"x": (1, 3, 1)}),
                ("squeeze(x, axis=0)", {"x": (1, 3, 1)}),
                ("squeeze(x)", {"x": ()}),
            )
        ),
    ),
    Op(
        "flip(x)",
        vjp={"x": "flip(g, axis)"},
        words=Words(
            r"\operatorname{flip}({x})",
            en="The elements in reverse, along all axes or the given ones.",
            ko="축을 따라 원소의 순서를 뒤집습니다.",
        ),
        family="shape",
        options=(Option("axis", "axis"),),
        array=lambda x, axis: np.flip(x, axis),
        complex="analytic",
        shape=flip_shape,
        spellings=("np.flip",),
        cells=Cells("flipped"),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("flip(x)", {"x": (2, 3)}), ("flip(x, axis=1)", {"x": (2, 3)}))),
    ),
    Op(
        "stack([values])",
        vjp={"values": stack_rule},
        words=Words(
            r"\left[{values}\right]",
            en="Values of one shape side by side along a new axis. A list of values, [x, y], is their stack.",
            ko="형상이 같은 값들을 새 축을 따라 쌓습니다. 값의 목록 [x, y]는 쌓은 것과 같습니다.",
        ),
        family="shape",
        options=(Option("axis", "integer", 0),),
        array=lambda *values, axis: np.stack(values, axis),
        complex="analytic",
        shape=stack_shape,
        spellings=("np.stack",),
        cells=Cells("stacked"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("stack([x, y])", {"x": (), "y": ()}),
                ("stack([x, y, x], axis=1)", {"x": (2, 3), "y": (2, 3)}),
                ("[x, y, 2]", {"x": (), "y": ()}),
                ("[[x, y], [y, 1]]", {"x": (), "y": ()}),
            )
        ),
    ),
    Op(
        "concat([values])",
        vjp={"values": concat_rule},
        words=Words(
            r"\operatorname{concat}({values})",
            en="Arrays joined along an axis that they have.",
            ko="배열들을 있는 축을 따라 잇습니다.",
        ),
        family="shape",
        options=(Option("axis", "integer", 0),),
        array=lambda *values, axis: np.concatenate(values, axis),
        complex="analytic",
        shape=concat_shape,
        spellings=("np.concatenate", "np.concat"),
        cells=Cells("joined"),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("concat([x, y])", {"x": (2,), "y": (3,)}),
                ("concat([x, y, x], axis=1)", {"x": (2, 1), "y": (2, 3)}),
                ("concat([x])", {"x": (2,)}),
            )
        ),
    ),
    Op(
        "diag(x)",
        vjp={
            "x": lambda use: (
                "diag(g)"
                if len(use.shapes[0]) == 1 or use.shapes[0][0] == use.shapes[0][1]
                else "pad_diagonal(g, x.shape)"
            )
        },
        words=Words(
            r"\operatorname{diag}({x})",
            en="A vector as a diagonal matrix, or the diagonal of a matrix.",
            ko="벡터는 대각행렬로, 행렬은 그 대각선으로 바꿉니다.",
        ),
        family="shape",
        array=np.diag,
        complex="analytic",
        shape=diag_shape,
        spellings=("np.diag",),
        cells=Cells("diagonal"),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("diag(x)", {"x": (3,)}), ("diag(x)", {"x": (3, 3)}), ("diag(x)", {"x": (2, 3)}))),
    ),
    Op(
        "pad_diagonal(x)",
        vjp={"x": "diag(g)"},
        words=Words(
            r"\operatorname{diag}({x})",
            en="A matrix of a shape with x on its diagonal and 0 elsewhere.",
            ko="대각선에 x를 놓고 나머지를 0으로 채운 행렬.",
        ),
        family="shape",
        options=(SHAPE,),
        array=pad_diagonal,
        shape=pad_diagonal_shape,
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("pad_diagonal(x, (2, 3))", {"x": (2,)}),)),
    ),
    Op(
        "trace(x)",
        vjp={"x": "pad_diagonal(spread(g, diagonal, first), x.shape)"},
        words=Words(r"\operatorname{tr}({x})", en="Sum of a matrix's diagonal.", ko="행렬 대각 원소의 합(대각합)."),
        family="linear algebra",
        statics=lambda use: {"diagonal": (min(use.shapes[0]),), "first": (0,)},
        array=np.trace,
        complex="analytic",
        shape=trace_shape,
        spellings=("np.trace",),
        method=True,
        cells=Cells("trace"),
        cost=Cost(flops=lambda shapes, out: min(shapes[0])),
        tests=Tests(examples=(("trace(x)", {"x": (3, 3)}), ("trace(x)", {"x": (2, 3)}))),
    ),
    Op(
        "tril(x)",
        vjp={"x": "tril(g)"},
        words=Words(
            r"\operatorname{tril}({x})",
            en="The lower triangle of a matrix, 0 above.",
            ko="행렬의 아래 삼각 부분. 위는 0입니다.",
        ),
        family="shape",
        array=np.tril,
        complex="analytic",
        shape=matrix_shape,
        spellings=("np.tril",),
        cells=Cells("triangle", "lower"),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("tril(x)", {"x": (2, 3)}), ("tril(x)", {"x": (2, 3, 3)}))),
    ),
    Op(
        "triu(x)",
        vjp={"x": "triu(g)"},
        words=Words(
            r"\operatorname{triu}({x})",
            en="The upper triangle of a matrix, 0 below.",
            ko="행렬의 위 삼각 부분. 아래는 0입니다.",
        ),
        family="shape",
        array=np.triu,
        complex="analytic",
        shape=matrix_shape,
        spellings=("np.triu",),
        cells=Cells("triangle", "upper"),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("triu(x)", {"x": (2, 3)}), ("triu(x)", {"x": (2, 3, 3)}))),
    ),
]
