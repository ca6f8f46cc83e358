"""Ops that move elements without changing them. Their gradients move back."""

from __future__ import annotations

from operator import itemgetter

import numpy as np
from gradlens.engine.errors import EngineError
from gradlens.engine.ops.op import Op, Option, Use
from gradlens.engine.shapes import index_shape, normal_axes, normal_axis, stretched
from gradlens.engine.values import Key, Shape, size_of


def nothing(shapes: tuple[Shape, ...], out: Shape) -> int:
    return 0


def reshape_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    wanted, size = options["shape"], size_of(shapes[0])
    if wanted.count(-1) == 1:
        known = size_of(tuple(n for n in wanted if n != -1))
        if known > 0 and size % known == 0:
            wanted = tuple(size // known if n == -1 else n for n in wanted)
    if any(n < 0 for n in wanted) or size_of(wanted) != size:
        raise EngineError("reshape-size", function=name, shape=str(shapes[0]), size=size, wanted=str(options["shape"]))
    return wanted, {"shape": wanted}


def transpose_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    shape, axes = shapes[0], options["axes"]
    if axes is None:
        axes = tuple(reversed(range(len(shape))))
    axes = (axes,) if isinstance(axes, int) else axes
    if len(axes) != len(shape):
        raise EngineError("axes-order", function=name, shape=str(shape), axes=str(axes))
    axes = normal_axes(name, axes, shape)
    return tuple(shape[a] for a in axes), {"axes": axes}


def inverse_order(use: Use) -> dict:
    """inverse: the order of axes that undoes a transposition."""
    axes = use.options["axes"] or tuple(reversed(range(len(use.shapes[0]))))
    return {"inverse": tuple(sorted(range(len(axes)), key=axes.__getitem__))}


def swapaxes_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    shape = list(shapes[0])
    a, b = (normal_axis(name, options[o], shapes[0]) for o in ("axis1", "axis2"))
    shape[a], shape[b] = shape[b], shape[a]
    return tuple(shape), {"axis1": a, "axis2": b}


def expand_dims_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    shape = shapes[0]
    axis = normal_axis(name, options["axis"], (*shape, 1))
    return (*shape[:axis], 1, *shape[axis:]), {"axis": axis}


def broadcast_to_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    return stretched(name, shapes[0], options["shape"]), options


def chosen_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    return index_shape(shapes[0], options["key"]), options


def index_array(x: np.ndarray, key: Key) -> np.ndarray:
    return np.asarray(x)[key]


def scatter_array(x: np.ndarray, key: Key, shape: Shape) -> np.ndarray:
    result = np.zeros(shape)
    if any(isinstance(k, tuple) for k in key):
        np.add.at(result, key, x)  # a place that a list names twice gets both
    else:
        result[key] = x
    return result


def scatter_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    chosen = index_shape(options["shape"], options["key"])
    if shapes[0] != chosen:
        raise EngineError("scatter-shapes", function=name, shape=str(shapes[0]), wanted=str(chosen))
    return options["shape"], options


def squeeze_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    shape = shapes[0]
    if options["axis"] is None:
        axes = tuple(i for i, n in enumerate(shape) if n == 1)
    else:
        axes = normal_axes(name, options["axis"], shape)
    for axis in axes:
        if shape[axis] != 1:
            raise EngineError("squeeze-axis", function=name, axis=axis, shape=str(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes), {"axis": axes}


def flip_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    return shapes[0], {"axis": normal_axes(name, options["axis"], shapes[0])}


def stack_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    if not shapes:
        raise EngineError("list-empty", function=name)
    for shape in shapes:
        if shape != shapes[0]:
            raise EngineError("stack-shapes", function=name, left=str(shapes[0]), right=str(shape))
    axis = normal_axis(name, options["axis"], (*shapes[0], 1))
    return (*shapes[0][:axis], len(shapes), *shapes[0][axis:]), {"axis": axis}


def stack_rule(use: Use, argnum: int) -> str:
    return f"g[{':, ' * use.options['axis']}{argnum}]"


def concat_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
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


def diag_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    shape = shapes[0]
    if len(shape) == 1:
        return (*shape, *shape), options
    if len(shape) == 2:
        return (min(shape),), options
    raise EngineError("matrix-needed", function=name, shape=str(shape))


def pad_diagonal(x: np.ndarray, shape: Shape) -> np.ndarray:
    result = np.zeros(shape)
    places = np.arange(len(x))
    result[places, places] = x
    return result


def pad_diagonal_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    shape = options["shape"]
    if len(shape) != 2:
        raise EngineError("matrix-needed", function=name, shape=str(shape))
    if shapes[0] != (min(shape),):
        raise EngineError("scatter-shapes", function=name, shape=str(shapes[0]), wanted=str((min(shape),)))
    return shape, options


def trace_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    if len(shapes[0]) != 2:
        raise EngineError("matrix-needed", function=name, shape=str(shapes[0]))
    return (), options


def matrix_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    if len(shapes[0]) < 2:
        raise EngineError("matrix-needed", function=name, shape=str(shapes[0]))
    return shapes[0], options


SHAPE = Option("shape", "shape", required=True, least=0)
KEY = Option("key", "key", required=True)

OPS = [
    Op(
        "reshape",
        "shape",
        ("x",),
        r"\operatorname{reshape}({x})",
        lambda x, shape: np.reshape(x, shape),
        {
            "en": "The same elements in another shape; one size may be −1.",
            "ko": "원소는 그대로, 형상만 바꿉니다. 크기 하나는 −1로 둘 수 있습니다.",
        },
        options=(Option("shape", "shape", required=True, least=-1),),
        shape=reshape_shape,
        flops=nothing,
        vjp={"x": "reshape(g, x.shape)"},
        examples=(
            ("reshape(x, (3, 2))", {"x": (2, 3)}),
            ("reshape(x, -1)", {"x": (2, 3)}),
            ("reshape(x, (1, 1))", {"x": ()}),
        ),
        spellings=("np.reshape",),
        method=True,
    ),
    Op(
        "transpose",
        "shape",
        ("x",),
        r"{x}^\top",
        lambda x, axes: np.transpose(x, axes),
        {
            "en": "The axes in reverse, or in a given order. x.T is the same.",
            "ko": "축의 순서를 뒤집거나 주어진 순서로 바꿉니다. x.T와 같습니다.",
        },
        options=(Option("axes", "axes"),),
        shape=transpose_shape,
        flops=nothing,
        statics=inverse_order,
        vjp={"x": "transpose(g, inverse)"},
        precedence=4,
        examples=(
            ("transpose(x)", {"x": (2, 3)}),
            ("x.T", {"x": (2, 3)}),
            ("transpose(x, (1, 2, 0))", {"x": (2, 3, 4)}),
            ("transpose(x)", {"x": ()}),
        ),
        spellings=("np.transpose",),
        method=True,
    ),
    Op(
        "swapaxes",
        "shape",
        ("x",),
        r"\operatorname{swapaxes}({x})",
        lambda x, axis1, axis2: np.swapaxes(x, axis1, axis2),
        {"en": "Two axes exchanged.", "ko": "두 축을 맞바꿉니다."},
        options=(Option("axis1", "integer", required=True), Option("axis2", "integer", required=True)),
        shape=swapaxes_shape,
        flops=nothing,
        vjp={"x": "swapaxes(g, axis1, axis2)"},
        examples=(("swapaxes(x, -1, -2)", {"x": (2, 3, 4)}),),
        spellings=("np.swapaxes",),
        method=True,
    ),
    Op(
        "expand_dims",
        "shape",
        ("x",),
        r"\operatorname{expand}({x})",
        lambda x, axis: np.expand_dims(x, axis),
        {"en": "A new axis of size 1.", "ko": "크기 1인 축을 끼워 넣습니다."},
        options=(Option("axis", "integer", required=True),),
        shape=expand_dims_shape,
        flops=nothing,
        vjp={"x": "reshape(g, x.shape)"},
        examples=(("expand_dims(x, -1)", {"x": (2, 3)}), ("expand_dims(x, 0)", {"x": ()})),
        spellings=("np.expand_dims",),
    ),
    Op(
        "broadcast_to",
        "shape",
        ("x",),
        r"\operatorname{broadcast}({x})",
        lambda x, shape: np.broadcast_to(x, shape),
        {
            "en": "x stretched to a shape, as arithmetic does by itself.",
            "ko": "산술 연산이 저절로 하듯 x를 주어진 형상으로 늘립니다.",
        },
        options=(SHAPE,),
        shape=broadcast_to_shape,
        flops=nothing,
        vjp={"x": "g"},
        examples=(
            ("broadcast_to(x, (2, 3))", {"x": (3,)}),
            ("broadcast_to(x, (2, 3))", {"x": (2, 1)}),
            ("broadcast_to(x, (2, 3))", {"x": ()}),
        ),
        spellings=("np.broadcast_to",),
    ),
    Op(
        "index",
        "shape",
        ("x",),
        "{x}[{key}]",
        index_array,
        {
            "en": (
                "Elements chosen by x[…]. The gradient goes back to their places and adds up where one was chosen"
                " twice; all others get 0."
            ),
            "ko": "x[…]로 고른 원소. 기울기는 제자리로 돌아가고, 두 번 고른 원소에는 더해지며, 나머지는 0입니다.",
        },
        options=(KEY,),
        shape=chosen_shape,
        flops=nothing,
        vjp={"x": "scatter(g, key, x.shape)"},
        precedence=8,
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
        ),
    ),
    Op(
        "scatter",
        "shape",
        ("x",),
        r"\operatorname{scatter}({x})",
        scatter_array,
        {
            "en": "Zeros of a shape, with x at the places of a key: what the gradient of indexing does.",
            "ko": "0으로 채운 배열의 지정한 자리에 x를 놓습니다. 인덱싱의 기울기가 하는 일입니다.",
        },
        options=(KEY, SHAPE),
        shape=scatter_shape,
        flops=nothing,
        vjp={"x": "index(g, key)"},
        examples=(
            ("scatter(x, 1, (3,))", {"x": ()}),
            ("scatter(x, (1, 0), (2, 3))", {"x": ()}),
            ("scatter(x, np.s_[[0, 2, 0]], (3,))", {"x": (3,)}),
        ),
    ),
    Op(
        "ravel",
        "shape",
        ("x",),
        r"\operatorname{ravel}({x})",
        lambda x: np.ravel(x),
        {"en": "All elements in one row.", "ko": "모든 원소를 한 줄로 폅니다."},
        shape=lambda name, shapes, options: ((size_of(shapes[0]),), options),
        flops=nothing,
        vjp={"x": "reshape(g, x.shape)"},
        examples=(("ravel(x)", {"x": (2, 3)}), ("ravel(x)", {"x": ()})),
        spellings=("np.ravel",),
        method=True,
    ),
    Op(
        "squeeze",
        "shape",
        ("x",),
        r"\operatorname{squeeze}({x})",
        lambda x, axis: np.squeeze(x, axis),
        {"en": "Axes of size 1 left out.", "ko": "크기 1인 축을 없앱니다."},
        options=(Option("axis", "axis"),),
        shape=squeeze_shape,
        flops=nothing,
        vjp={"x": "reshape(g, x.shape)"},
        examples=(
            ("squeeze(x)", {"x": (1, 3, 1)}),
            ("squeeze(x, axis=0)", {"x": (1, 3, 1)}),
            ("squeeze(x)", {"x": ()}),
        ),
        spellings=("np.squeeze",),
        method=True,
    ),
    Op(
        "flip",
        "shape",
        ("x",),
        r"\operatorname{flip}({x})",
        lambda x, axis: np.flip(x, axis),
        {
            "en": "The elements in reverse, along all axes or the given ones.",
            "ko": "축을 따라 원소의 순서를 뒤집습니다.",
        },
        options=(Option("axis", "axis"),),
        shape=flip_shape,
        flops=nothing,
        vjp={"x": "flip(g, axis)"},
        examples=(("flip(x)", {"x": (2, 3)}), ("flip(x, axis=1)", {"x": (2, 3)})),
        spellings=("np.flip",),
    ),
    Op(
        "stack",
        "shape",
        ("values",),
        r"\left[{values}\right]",
        lambda *values, axis: np.stack(values, axis),
        {
            "en": "Values of one shape side by side along a new axis. A list of values, [x, y], is their stack.",
            "ko": "형상이 같은 값들을 새 축을 따라 쌓습니다. 값의 목록 [x, y]는 쌓은 것과 같습니다.",
        },
        options=(Option("axis", "integer", 0),),
        shape=stack_shape,
        flops=nothing,
        vjp={"values": stack_rule},
        variadic="list",
        examples=(
            ("stack([x, y])", {"x": (), "y": ()}),
            ("stack([x, y, x], axis=1)", {"x": (2, 3), "y": (2, 3)}),
            ("[x, y, 2]", {"x": (), "y": ()}),
            ("[[x, y], [y, 1]]", {"x": (), "y": ()}),
        ),
        spellings=("np.stack",),
    ),
    Op(
        "concat",
        "shape",
        ("values",),
        r"\operatorname{concat}({values})",
        lambda *values, axis: np.concatenate(values, axis),
        {"en": "Arrays joined along an axis that they have.", "ko": "배열들을 있는 축을 따라 잇습니다."},
        options=(Option("axis", "integer", 0),),
        shape=concat_shape,
        flops=nothing,
        vjp={"values": concat_rule},
        variadic="list",
        examples=(
            ("concat([x, y])", {"x": (2,), "y": (3,)}),
            ("concat([x, y, x], axis=1)", {"x": (2, 1), "y": (2, 3)}),
            ("concat([x])", {"x": (2,)}),
        ),
        spellings=("np.concatenate", "np.concat"),
    ),
    Op(
        "diag",
        "shape",
        ("x",),
        r"\operatorname{diag}({x})",
        np.diag,
        {
            "en": "A vector as a diagonal matrix, or the diagonal of a matrix.",
            "ko": "벡터는 대각행렬로, 행렬은 그 대각선으로 바꿉니다.",
        },
        shape=diag_shape,
        flops=nothing,
        vjp={
            "x": lambda use: (
                "diag(g)"
                if len(use.shapes[0]) == 1 or use.shapes[0][0] == use.shapes[0][1]
                else "pad_diagonal(g, x.shape)"
            )
        },
        examples=(("diag(x)", {"x": (3,)}), ("diag(x)", {"x": (3, 3)}), ("diag(x)", {"x": (2, 3)})),
        spellings=("np.diag",),
    ),
    Op(
        "pad_diagonal",
        "shape",
        ("x",),
        r"\operatorname{diag}({x})",
        pad_diagonal,
        {
            "en": "A matrix of a shape with x on its diagonal and 0 elsewhere.",
            "ko": "대각선에 x를 놓고 나머지를 0으로 채운 행렬.",
        },
        options=(SHAPE,),
        shape=pad_diagonal_shape,
        flops=nothing,
        vjp={"x": "diag(g)"},
        examples=(("pad_diagonal(x, (2, 3))", {"x": (2,)}),),
    ),
    Op(
        "trace",
        "linear algebra",
        ("x",),
        r"\operatorname{tr}({x})",
        np.trace,
        {"en": "Sum of a matrix's diagonal.", "ko": "행렬 대각 원소의 합(대각합)."},
        shape=trace_shape,
        flops=lambda shapes, out: min(shapes[0]),
        vjp={"x": "pad_diagonal(spread(g, diagonal, first), x.shape)"},
        statics=lambda use: {"diagonal": (min(use.shapes[0]),), "first": (0,)},
        examples=(("trace(x)", {"x": (3, 3)}), ("trace(x)", {"x": (2, 3)})),
        spellings=("np.trace",),
        method=True,
    ),
    Op(
        "tril",
        "shape",
        ("x",),
        r"\operatorname{tril}({x})",
        np.tril,
        {"en": "The lower triangle of a matrix, 0 above.", "ko": "행렬의 아래 삼각 부분. 위는 0입니다."},
        shape=matrix_shape,
        flops=nothing,
        vjp={"x": "tril(g)"},
        examples=(("tril(x)", {"x": (2, 3)}), ("tril(x)", {"x": (2, 3, 3)})),
        spellings=("np.tril",),
    ),
    Op(
        "triu",
        "shape",
        ("x",),
        r"\operatorname{triu}({x})",
        np.triu,
        {"en": "The upper triangle of a matrix, 0 below.", "ko": "행렬의 위 삼각 부분. 아래는 0입니다."},
        shape=matrix_shape,
        flops=nothing,
        vjp={"x": "triu(g)"},
        examples=(("triu(x)", {"x": (2, 3)}), ("triu(x)", {"x": (2, 3, 3)})),
        spellings=("np.triu",),
    ),
]
