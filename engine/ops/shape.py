"""Ops that move elements without changing them. Their gradients move back."""

from __future__ import annotations

import numpy as np

from engine.errors import EngineError
from engine.ops.op import Op, Option, Use
from engine.shapes import normal_axes, normal_axis, stretched
from engine.values import Shape, size_of

Key = tuple[int | slice, ...]


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
    elif len(axes) != len(shape):
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


def index_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    """The shape of x[key], the key in normal form: one entry an axis."""
    shape, key = shapes[0], options["key"]
    if len(key) > len(shape):
        raise EngineError("index-count", count=len(key), shape=str(shape), rank=len(shape))
    result: list[int] = []
    for axis, (n, k) in enumerate(zip(shape, key)):
        if isinstance(k, slice):
            if k.step == 0:
                raise EngineError("slice-step")
            result.append(len(range(*k.indices(n))))
        elif not -n <= k < n:
            raise EngineError("index-range", index=k, axis=axis, size=n)
    return (*result, *shape[len(key):]), {"key": key}


def index_array(x: np.ndarray, key: Key) -> np.ndarray:
    return np.asarray(x)[key]


def scatter_array(x: np.ndarray, key: Key, shape: Shape) -> np.ndarray:
    result = np.zeros(shape)
    result[key] = x
    return result


def scatter_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    inner, _ = index_shape(name, (options["shape"],), options)
    stretched(name, shapes[0], inner)
    return options["shape"], options


SHAPE = Option("shape", "shape", required=True)
KEY = Option("key", "key", required=True)

OPS = [
    Op(
        "reshape", "shape", ("x",), r"\operatorname{reshape}({x})", lambda x, shape: np.reshape(x, shape),
        {"en": "The same elements in another shape; one size may be −1.", "ko": "원소는 그대로, 모양만 바꿉니다. 크기 하나는 −1로 둘 수 있습니다."},
        options=(SHAPE,), shape=reshape_shape, flops=nothing, vjp={"x": "reshape(g, x.shape)"},
        examples=(("reshape(x, (3, 2))", {"x": (2, 3)}), ("reshape(x, -1)", {"x": (2, 3)}), ("reshape(x, (1, 1))", {"x": ()})),
        spellings=("np.reshape",), method=True,
    ),
    Op(
        "transpose", "shape", ("x",), r"{x}^\top", lambda x, axes: np.transpose(x, axes),
        {"en": "The axes in reverse, or in a given order. x.T is the same.", "ko": "축의 순서를 뒤집거나 주어진 순서로 바꿉니다. x.T와 같습니다."},
        options=(Option("axes", "axes"),), shape=transpose_shape, flops=nothing, statics=inverse_order,
        vjp={"x": "transpose(g, inverse)"}, precedence=4,
        examples=(("transpose(x)", {"x": (2, 3)}), ("x.T", {"x": (2, 3)}), ("transpose(x, (1, 2, 0))", {"x": (2, 3, 4)}), ("transpose(x)", {"x": ()})),
        spellings=("np.transpose",), method=True,
    ),
    Op(
        "swapaxes", "shape", ("x",), r"\operatorname{swapaxes}({x})", lambda x, axis1, axis2: np.swapaxes(x, axis1, axis2),
        {"en": "Two axes exchanged.", "ko": "두 축을 맞바꿉니다."},
        options=(Option("axis1", "integer", required=True), Option("axis2", "integer", required=True)), shape=swapaxes_shape,
        flops=nothing, vjp={"x": "swapaxes(g, axis1, axis2)"}, examples=(("swapaxes(x, -1, -2)", {"x": (2, 3, 4)}),),
        spellings=("np.swapaxes",), method=True,
    ),
    Op(
        "expand_dims", "shape", ("x",), r"\operatorname{expand}({x})", lambda x, axis: np.expand_dims(x, axis),
        {"en": "A new axis of size 1.", "ko": "크기 1인 축을 끼워 넣습니다."},
        options=(Option("axis", "integer", required=True),), shape=expand_dims_shape, flops=nothing,
        vjp={"x": "reshape(g, x.shape)"}, examples=(("expand_dims(x, -1)", {"x": (2, 3)}), ("expand_dims(x, 0)", {"x": ()})),
        spellings=("np.expand_dims",),
    ),
    Op(
        "broadcast_to", "shape", ("x",), r"\operatorname{broadcast}({x})", lambda x, shape: np.broadcast_to(x, shape),
        {"en": "x stretched to a shape, as arithmetic does by itself.", "ko": "산술 연산이 저절로 하듯 x를 주어진 모양으로 늘립니다."},
        options=(SHAPE,), shape=broadcast_to_shape, flops=nothing, vjp={"x": "g"},
        examples=(("broadcast_to(x, (2, 3))", {"x": (3,)}), ("broadcast_to(x, (2, 3))", {"x": (2, 1)}), ("broadcast_to(x, (2, 3))", {"x": ()})),
        spellings=("np.broadcast_to",),
    ),
    Op(
        "index", "shape", ("x",), "{x}[{key}]", index_array,
        {"en": "Elements chosen by x[…]. The gradient goes back to their places; all others get 0.",
         "ko": "x[…]로 고른 원소. 기울기는 제자리로 돌아가고 나머지는 0입니다."},
        options=(KEY,), shape=index_shape, flops=nothing, vjp={"x": "scatter(g, key, x.shape)"}, precedence=8,
        examples=(("x[1]", {"x": (3,)}), ("x[1:]", {"x": (3,)}), ("x[::-1, 0]", {"x": (2, 3)}), ("x[-1, 1:3]", {"x": (2, 3)}), ("x[2:1]", {"x": (3,)})),
    ),
    Op(
        "scatter", "shape", ("x",), r"\operatorname{scatter}({x})", scatter_array,
        {"en": "Zeros of a shape, with x at the places of a key: what the gradient of indexing does.",
         "ko": "0으로 채운 배열의 지정한 자리에 x를 놓습니다. 인덱싱의 기울기가 하는 일입니다."},
        options=(KEY, SHAPE), shape=scatter_shape, flops=nothing, vjp={"x": "index(g, key)"},
        examples=(("scatter(x, 1, (3,))", {"x": ()}), ("scatter(x, (1, 0), (2, 3))", {"x": ()})),
    ),
]
