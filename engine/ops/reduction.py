"""Ops that reduce along axes: sum, mean, max, min, and `spread`, which undoes a reduction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.errors import EngineError
from engine.ops.op import Op, Option, Use
from engine.shapes import kept_shape, reduced_shape, stretched
from engine.values import Shape, size_of

REDUCED = (Option("axis", "axis"), Option("keepdims", "bool", False))


def spread_array(x: np.ndarray, shape: Shape, axis: tuple[int, ...]) -> np.ndarray:
    # A view with stride 0: a gradient repeated n times takes no memory.
    return np.broadcast_to(np.reshape(x, kept_shape(shape, axis)), shape)


def spread_shape(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
    shape = options["shape"]
    _, axes = reduced_shape(name, shape, options["axis"], False)
    kept = kept_shape(shape, axes)
    if size_of(kept) != size_of(shapes[0]):
        raise EngineError("broadcast-to", function=name, shape=str(shapes[0]), wanted=str(shape))
    return stretched(name, kept, shape), {"shape": shape, "axis": axes}


def counted(shapes: tuple[Shape, ...], out: Shape) -> int:
    return size_of(shapes[0])


def shape_rule(needs_elements: bool) -> Callable:
    def rule(name: str, shapes: tuple[Shape, ...], options: dict) -> tuple[Shape, dict]:
        shape, axes = reduced_shape(name, shapes[0], options["axis"], options["keepdims"])
        if needs_elements and any(shapes[0][axis] == 0 for axis in axes):
            raise EngineError("empty-reduction", function=name, shape=str(shapes[0]))
        return shape, {"axis": axes, "keepdims": options["keepdims"]}

    return rule


def reduced_count(use: Use) -> dict:
    """n: how many elements each result was made from."""
    n = 1
    for axis in use.options["axis"] or ():
        n *= use.shapes[0][axis]
    return {"n": float(n)}


def mean_array(x: np.ndarray, axis: tuple[int, ...], keepdims: bool) -> np.ndarray:
    total = np.sum(x, axis=axis, keepdims=keepdims)
    n = 1
    for a in axis:
        n *= np.shape(x)[a]
    return np.true_divide(total, n)


def examples(name: str) -> tuple:
    return (
        (f"{name}(x)", {"x": ()}), (f"{name}(x)", {"x": (4,)}), (f"{name}(x)", {"x": (2, 3)}),
        (f"{name}(x, axis=0)", {"x": (2, 3)}), (f"{name}(x, axis=-1, keepdims=True)", {"x": (2, 3)}),
        (f"{name}(x, axis=(0, 2))", {"x": (2, 3, 2)}), (f"{name}(x, keepdims=True)", {"x": (2, 1, 3)}),
    )


SHARED = {
    "en": "Where several elements tie, each of the n gets 1/n, as in PyTorch and JAX.",
    "ko": "같은 값이 n개이면 각각 1/n씩 나눕니다(PyTorch, JAX와 같음).",
}
WINNERS = "w = x == spread(z, x.shape, axis)\nw * spread(g / sum(w, axis=axis, keepdims=keepdims), x.shape, axis)"
TIES = "sum(x == spread(z, x.shape, axis), axis=axis, keepdims=keepdims) > 1"

OPS = [
    Op(
        "sum", "reduction", ("x",), r"\operatorname{sum}({x})", lambda x, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
        {"en": "Sum of the elements, of all or along axes.", "ko": "원소의 합(전체 또는 축을 따라)."},
        options=REDUCED, shape=shape_rule(False), flops=counted, vjp={"x": "spread(g, x.shape, axis)"},
        examples=examples("sum"), spellings=("np.sum",), method=True,
    ),
    Op(
        "mean", "reduction", ("x",), r"\operatorname{mean}({x})", mean_array,
        {"en": "Average of the elements, of all or along axes.", "ko": "원소의 평균(전체 또는 축을 따라)."},
        options=REDUCED, shape=shape_rule(False), flops=counted, statics=reduced_count,
        vjp={"x": "spread(g / n, x.shape, axis)"}, examples=examples("mean"), spellings=("np.mean",), method=True,
    ),
    Op(
        "max", "reduction", ("x",), r"\max({x})", lambda x, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims),
        {"en": "Largest element, of all or along axes. max(a, b) is maximum.", "ko": "가장 큰 원소(전체 또는 축을 따라). max(a, b)는 maximum입니다."},
        options=REDUCED, shape=shape_rule(True), flops=counted, vjp={"x": WINNERS}, kink=TIES, convention=SHARED,
        examples=examples("max"), spellings=("np.max", "np.amax"), method=True,
    ),
    Op(
        "min", "reduction", ("x",), r"\min({x})", lambda x, axis, keepdims: np.min(x, axis=axis, keepdims=keepdims),
        {"en": "Smallest element, of all or along axes. min(a, b) is minimum.", "ko": "가장 작은 원소(전체 또는 축을 따라). min(a, b)는 minimum입니다."},
        options=REDUCED, shape=shape_rule(True), flops=counted, vjp={"x": WINNERS}, kink=TIES, convention=SHARED,
        examples=examples("min"), spellings=("np.min", "np.amin"), method=True,
    ),
    Op(
        "spread", "reduction", ("x",), r"\operatorname{spread}({x})", spread_array,
        {"en": "Repeats x along the axes that a reduction removed: what the gradient of a sum does.",
         "ko": "축소된 축을 따라 x를 되풀이합니다. 합의 기울기가 하는 일입니다."},
        options=(Option("shape", "shape", required=True), Option("axis", "axis")), shape=spread_shape,
        flops=lambda shapes, out: 0, vjp={"x": "reshape(sum(g, axis=axis), x.shape)"},
        examples=(("spread(x, (2, 3), 0)", {"x": (3,)}), ("spread(x, (2, 3), 1)", {"x": (2, 1)}), ("spread(x, (2, 3))", {"x": ()})),
    ),
]
