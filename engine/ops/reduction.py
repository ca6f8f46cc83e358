"""Ops that reduce along axes: sum, mean, max, min, and `spread`, which undoes a reduction."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops import complex_forms
from gradlens.engine.ops.op import Cells, Cost, Example, Op, Option, Options, Shapes, Tests, Use, Words, replaced
from gradlens.engine.shapes import (
    kept_shape,
    normal_axes,
    normal_axis,
    reduced_shape,
    stretched,
    stretched_axes,
)
from gradlens.engine.values import Array, Shape, size_of

SMALLEST_SURE = 1e-140  # of a length: the squares of what is shorter lose digits on their way to 0
REDUCED = (Option("axis", "axis"), Option("keepdims", "bool", False))


def spread_array(x: Array, shape: Shape, axis: tuple[int, ...]) -> Array:
    # A view with stride 0: a gradient repeated n times takes no memory.
    return np.broadcast_to(np.reshape(x, kept_shape(shape, axis)), shape)


def spread_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape = options["shape"]
    _, axes = reduced_shape(name, shape, options["axis"], False)
    kept = kept_shape(shape, axes)
    if size_of(kept) != size_of(shapes[0]):
        raise EngineError("broadcast-to", function=name, shape=str(shapes[0]), wanted=str(shape))
    return stretched(name, kept, shape), {"shape": shape, "axis": axes}


def unbroadcast(g: Array, shape: Shape) -> Array | float:
    """Sum g over the axes along which an input of `shape` was stretched.

    g: any shape that `shape` broadcasts to.  Returns an array of `shape`, a float for ().
    The transpose of broadcasting: a value used n times receives n contributions.
    """
    if shape == ():
        return float(g if g.ndim == 0 else np.sum(g))  # a sum of one -0 is 0
    if g.shape == shape:
        return g
    if g.ndim == 2 and g.shape[1:] == shape and g.shape[0] > 0:
        return np.ones(g.shape[0]) @ g  # a product with ones is the fastest sum of columns
    return np.sum(g, axis=stretched_axes(g.shape, shape), keepdims=True).reshape(shape)


def sum_to_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    stretched(name, options["shape"], shapes[0])
    return options["shape"], options


def counted(shapes: Shapes, out: Shape) -> int:
    return size_of(shapes[0])


def shape_rule(needs_elements: bool) -> Callable[..., Any]:
    def rule(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
        shape, axes = reduced_shape(name, shapes[0], options["axis"], options["keepdims"])
        if needs_elements and any(shapes[0][axis] == 0 for axis in axes):
            raise EngineError("empty-reduction", function=name, shape=str(shapes[0]))
        return shape, options | {"axis": axes}

    return rule


def reduced_count(use: Use) -> dict[str, Any]:
    """n: how many elements each result was made from."""
    n = 1
    for axis in use.options["axis"] or ():
        n *= use.shapes[0][axis]
    return {"n": float(n)}


def degrees_of_freedom(use: Use) -> dict[str, Any]:
    """n: what a sum of squares is divided by; 0, and not below, where ddof leaves nothing."""
    return {"n": max(reduced_count(use)["n"] - use.options["ddof"], 0.0)}


def reduced(x: Array, axis: int | tuple[int, ...]) -> float:
    """How many elements each result is made from."""
    n = 1.0
    for a in (axis,) if isinstance(axis, int) else axis:  # an int in rules, where it is written out
        n *= np.shape(x)[a]
    return n


def average(x: Array, axis: int | tuple[int, ...], keepdims: bool) -> Array:
    """The mean; of equal values exactly that value, where sum / n rounds beside it: their deviations are then 0."""
    x, axes = np.asarray(x), (axis,) if isinstance(axis, int) else axis
    mean = np.true_divide(np.sum(x, axis=axes, keepdims=keepdims), reduced(x, axes))
    axes = tuple(a % x.ndim for a in axes)
    first, last = (
        x[tuple(end if a in axes else slice(None) for a in range(x.ndim))] for end in (slice(1), slice(-1, None))
    )
    if not np.any(first == last):  # most often: the whole is then not looked at again
        return mean
    equal = np.all(x == first, axis=axes, keepdims=keepdims)
    return np.where(equal, np.reshape(first, np.shape(mean)), mean) if 0 not in first.shape else mean


def variance(x: Array, axis: tuple[int, ...], keepdims: bool, ddof: float) -> Array:
    deviation = x - average(x, axis, True)
    return np.true_divide(np.sum(np.square(deviation), axis=axis, keepdims=keepdims), max(reduced(x, axis) - ddof, 0.0))


def rescued(
    length: Callable[[Array, bool], Array],
    x: Array,
    axis: tuple[int, ...],
    keepdims: bool,
    unit: Callable[..., Any] = np.max,
) -> Array:
    """A length, taken of x / unit where x itself is so small that its powers underflow: no length but that of 0 is 0.

    length: (x, keepdims) -> result; twice as long for twice the x.  unit: the element that decides, the largest or the
      smallest.
    """
    found = length(x, keepdims)  # an overflow stays: it is ∞, as in PyTorch and JAX, and can be seen
    if not np.size(x) or not np.any(doubtful := found < SMALLEST_SURE):
        return found
    size = unit(np.abs(x), axis=axis, keepdims=True)
    size = np.where(size > 0, size, 1.0)
    again = length(x / size, True) * size
    return np.where(doubtful, again if keepdims else np.reshape(again, np.shape(found)), found)


def standard_deviation(x: Array, axis: tuple[int, ...], keepdims: bool, ddof: float) -> Array:
    n = max(reduced(x, axis) - ddof, 0.0)
    return rescued(
        lambda d, keep: np.sqrt(np.true_divide(np.sum(np.square(d), axis=axis, keepdims=keep), n)),
        x - average(x, axis, True),
        axis,
        keepdims,
    )


def root_mean_square(x: Array, axis: tuple[int, ...], keepdims: bool, eps: float) -> Array:
    """sqrt(mean(x²) + eps), of x / unit where the squares overflow or vanish: what divides by that would be 0 or ∞
    without a word.
    """
    n = reduced(x, axis)

    def size(x: Array, eps: float | Array, keep: bool) -> Array:
        return np.sqrt(np.true_divide(np.sum(np.square(x), axis=axis, keepdims=keep), n) + eps)

    found = size(x, eps, keepdims)
    doubtful = np.isinf(found) | (found < SMALLEST_SURE)
    if not np.size(x) or not np.any(doubtful):
        return found
    unit = np.max(np.abs(x), axis=axis, keepdims=True)
    unit = np.where((unit > 0) & (unit < np.inf), unit, 1.0)
    again = size(x / unit, eps / unit / unit, True) * unit
    return np.where(doubtful, np.reshape(again, np.shape(found)), found)


def prod_of_others(x: Array, axis: tuple[int, ...]) -> Array:
    """Products of everything before times products of everything after: no division, so zeros are exact."""
    x = np.asarray(x)
    kept = [a for a in range(x.ndim) if a not in axis]
    order = (*kept, *axis)
    rows = x.transpose(order).reshape(*(x.shape[a] for a in kept), int(reduced(x, axis)))
    ones = np.ones((*rows.shape[:-1], 1))
    before = np.concatenate([ones, np.cumprod(rows, axis=-1)[..., :-1]], axis=-1)
    after = np.concatenate([np.cumprod(rows[..., ::-1], axis=-1)[..., -2::-1], ones], axis=-1)[..., : rows.shape[-1]]
    result = (before[..., : rows.shape[-1]] * after).reshape([x.shape[a] for a in order])
    return result.transpose(np.argsort(order)) if order else result


def rows_of_reduced(use: Use) -> dict[str, Any]:
    """How the reduced axes become one, the last (order, rows), and how they come back (kept_first, back).

    count: the size of that axis.  last: its place after one more has come in.
    """
    shape, axes = use.shapes[0], use.options["axis"]
    order = (*(a for a in range(len(shape)) if a not in axes), *axes)
    kept_first = tuple(shape[a] for a in order)
    count = (size_of(tuple(shape[a] for a in axes)),)
    rows = kept_first[: len(shape) - len(axes)] + count
    return {
        "order": order,
        "rows": rows,
        "kept_first": kept_first,
        "back": tuple(order.index(a) for a in range(len(shape))),
        "count": count,
        "last": (len(rows),),
    }


def along_axes(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return shapes[0], {"axis": normal_axes(name, options["axis"], shapes[0])}


def norm_array(x: Array, ord: float, axis: tuple[int, ...], keepdims: bool) -> Array:
    size = np.abs(x)
    if ord == np.inf:
        return np.max(size, axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return np.min(size, axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.sum(size != 0, axis=axis, keepdims=keepdims).astype(np.float64)
    if ord == 1:
        return np.sum(size, axis=axis, keepdims=keepdims)
    if ord == 2:
        return rescued(lambda x, keep: np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keep)), size, axis, keepdims)
    return rescued(
        lambda x, keep: np.sum(x**ord, axis=axis, keepdims=keep) ** (1 / ord),
        size,
        axis,
        keepdims,
        np.max if ord > 0 else np.min,
    )


def complex_norm(x: complex_forms.Complex, ord: float, axis: tuple[int, ...], keepdims: bool) -> complex_forms.Complex:
    if ord in (np.inf, -np.inf):
        return complex_forms.winner(complex_forms.modulus(x), axis, keepdims, np.max if ord > 0 else np.min)
    if ord == 0:
        return np.sum(np.real(x) != 0, axis=axis, keepdims=keepdims)
    return rescued(
        lambda x, keep: np.sum(x**ord, axis=axis, keepdims=keep) ** (1 / ord),
        complex_forms.modulus(x),
        axis,
        keepdims,
        np.max if ord > 0 else np.min,
    )


def norm_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, normal = shape_rule(abs(options["ord"]) == np.inf)(name, shapes, options)
    if options["ord"] != options["ord"]:
        raise EngineError("norm-order", function=name, got=str(options["ord"]))
    return shape, normal


def norm_rule(use: Use) -> str:
    match use.options["ord"]:
        case 0:
            return "0 * spread(g, x.shape, axis)"
        case 1:
            return "spread(g, x.shape, axis) * sign(x)"
        case 2:
            return "s = spread(z, x.shape, axis)\nspread(g, x.shape, axis) * where(s == 0, 0, x / s)"
        case p if abs(p) == np.inf:
            return (
                "w = abs(x) == spread(z, x.shape, axis)\nsign(x) * w * spread(g / sum(w, axis=axis, keepdims=keepdims),"
                " x.shape, axis)"
            )
        case _:
            return (
                "s = spread(z, x.shape, axis)\nspread(g, x.shape, axis) * where((s == 0) + (x == 0), 0,"
                " sign(x) * (abs(x) / s) ** (ord - 1))"
            )


def norm_kink(use: Use) -> str:
    """An element at which an absolute value has its kink, or that ties for the extreme."""
    match use.options["ord"]:
        case p if abs(p) == np.inf:
            return f"(z == 0) + ({TIES.replace('x ==', 'abs(x) ==')})"
        case p if 0 <= p <= 1:
            return "x == 0"
        case _:
            return "z == 0"


def is_matrix_norm(use_shape: Shape, options: Options) -> bool:
    """Whether np.linalg.norm takes the norm of a matrix and not of a vector: with an ord, over two axes."""
    axis = options["axis"]
    return options["ord"] is not None and (
        len(use_shape) == 2 if axis is None else isinstance(axis, tuple) and len(axis) == 2
    )


def linalg_norm_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    order, axis = options["ord"], options["axis"]
    if order is not None and axis is None and len(shapes[0]) > 2:
        raise EngineError("norm-axes", function=name, shape=str(shapes[0]))
    if is_matrix_norm(shapes[0], options):
        if order not in (1, -1, np.inf, -np.inf):
            raise EngineError("matrix-norm-order", function=name, got=str(order))
        axis = (0, 1) if axis is None else tuple(normal_axis(name, a, shapes[0]) for a in axis)  # their order matters
        out, _ = shape_rule(True)(name, shapes, {"axis": axis, "keepdims": options["keepdims"]})
        return out, options | {"axis": axis}
    out, normal = norm_shape(name, shapes, options | {"ord": 2.0 if order is None else order})
    return out, normal | {"ord": order, "axis": normal["axis"]}


def matrix_axes(use: Use) -> dict[str, Any]:
    """along: the axis of a matrix whose absolute values are summed; rest: the other one, of which the extreme is taken;
    kept: the sums' shape.
    """
    axis, order = use.options["axis"], use.options["ord"]
    if order is None or len(axis) != 2:
        return {}
    rows, columns = axis
    along, rest = (rows, columns) if abs(order) == 1 else (columns, rows)
    return {"along": along, "rest": rest, "kept": tuple(1 if i == along else n for i, n in enumerate(use.shapes[0]))}


def linalg_norm_array(x: Array, ord: float | None, axis: tuple[int, ...], keepdims: bool) -> Array:
    if ord is None or len(axis) != 2:
        return norm_array(x, 2.0 if ord is None else ord, axis, keepdims)
    along, rest = axis if abs(ord) == 1 else axis[::-1]
    extreme = np.max if ord > 0 else np.min
    result = extreme(np.sum(np.abs(x), axis=along, keepdims=True), axis=rest, keepdims=True)
    return result if keepdims else np.squeeze(result, axis)


def linalg_norm_rule(use: Use) -> str:
    order = use.options["ord"]
    if order is None or len(use.options["axis"]) != 2:
        return norm_rule(replaced(use, ord=2.0 if order is None else order))
    # Only the winning columns or rows have a part; ties share it, as in max.
    return (
        "s = sum(abs(x), axis=along, keepdims=True)\nw = s == spread(z, kept, axis)\n"
        "sign(x) * w * spread(g, x.shape, axis) / sum(w, axis=rest, keepdims=True)"
    )


def linalg_norm_kink(use: Use) -> str:
    order = use.options["ord"]
    if order is None or len(use.options["axis"]) != 2:
        return norm_kink(replaced(use, ord=2.0 if order is None else order))
    return (
        "s = sum(abs(x), axis=along, keepdims=True)\nw = s == spread(z, kept, axis)\n"
        "sum(w * (x == 0)) + sum(sum(w, axis=rest) > 1)"
    )


def logsumexp_array(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0.0)  # inf - inf has no value; the sum below has
    total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.sum(total, axis=axis)


def logmeanexp_array(x: np.ndarray, axis: tuple[int, ...], keepdims: bool) -> np.ndarray:
    return logsumexp_array(x, axis, keepdims) - np.log(reduced(x, axis))


def cumsum_array(x: Array, axis: int | None, reverse: bool) -> Array:
    if axis is None:
        x, axis = np.ravel(x), 0
    return np.flip(np.cumsum(np.flip(x, axis), axis), axis) if reverse else np.cumsum(x, axis)


def cumsum_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if options["axis"] is None:
        return (size_of(shapes[0]),), options
    return shapes[0], options | {"axis": normal_axis(name, options["axis"], shapes[0])}


def running_rows(use: Use) -> dict[str, Any]:
    """Names for the rule of the running product, whose rows are the beginnings of what it runs along.

    flat: the shape in which it runs along `line`; square: one beginning a row; rows: of all; last, before: their axes.
    """
    shape, axis = use.shapes[0], use.options["axis"]
    flat, line = ((size_of(shape),), 0) if axis is None else (shape, axis)
    n = flat[line]
    rows = (*flat[:line], *flat[line + 1 :], n, n)
    return {
        "flat": flat,
        "line": line,
        "square": (n, n),
        "rows": rows,
        "last": (len(rows) - 1,),
        "before": (len(rows) - 2,),
    }


def by_pairs(shapes: Shapes, options: dict[str, Any], argnum: int) -> int:
    """The operations of a rule that takes the products of all but one element, for every element."""
    return 8 * size_of(squared(shapes, options))


def squared(shapes: Shapes, options: dict[str, Any]) -> Shape:
    """What an operation runs along, an axis or all, once for every element of it; one such square also where there are
    no others.
    """
    shape, axis = shapes[0], options["axis"]
    axes = tuple(range(len(shape))) if axis is None else (axis,) if isinstance(axis, int) else axis
    n = size_of(tuple(shape[a] for a in axes))
    return (max(size_of(tuple(size for a, size in enumerate(shape) if a not in axes)), 1), n, n)


def place_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, normal = shape_rule(True)(name, shapes, options)
    return shape, {
        "axis": options["axis"] if options["axis"] is None else normal["axis"][0],
        "keepdims": options["keepdims"],
    }


def examples(name: str) -> tuple[Example, ...]:
    return (
        (f"{name}(x)", {"x": ()}),
        (f"{name}(x)", {"x": (4,)}),
        (f"{name}(x)", {"x": (2, 3)}),
        (f"{name}(x, axis=0)", {"x": (2, 3)}),
        (f"{name}(x, axis=-1, keepdims=True)", {"x": (2, 3)}),
        (f"{name}(x, axis=(0, 2))", {"x": (2, 3, 2)}),
        (f"{name}(x, keepdims=True)", {"x": (2, 1, 3)}),
    )


SHARED = {
    "en": (
        "Where several elements tie, each of the n gets 1/n, as in JAX and PyTorch's amax; PyTorch's max along an axis"
        " chooses one of them."
    ),
    "ko": (
        "같은 값이 n개이면 각각 1/n씩 나눕니다(JAX, PyTorch의 amax와 같음). PyTorch에서 축을 따른 max는 그중 하나를"
        " 고릅니다."
    ),
}
AT_ZERO = {
    "en": "At 0 the gradient is 0, as in PyTorch; what ties for the largest or the smallest shares it evenly.",
    "ko": "0에서 기울기는 0으로 둡니다(PyTorch와 같음). 가장 크거나 가장 작은 것이 여럿이면 똑같이 나눕니다.",
}
WINNERS = "w = x == spread(z, x.shape, axis)\nw * spread(g / sum(w, axis=axis, keepdims=keepdims), x.shape, axis)"
TIES = "sum(x == spread(z, x.shape, axis), axis=axis, keepdims=keepdims) > 1"

# By x[k], the product of all but x[i] is the product of all but both: of row i, where x[i] is 1, all but x[k].
# No division, so zeros are exact at any order; a product of n numbers takes n² here, from the second derivative on.
PAIRS = (
    "same = diag(broadcast_to(1, count))\n"
    "but_one = where(same, 1, expand_dims(reshape(transpose(x, order), rows), -2))\n"
    "each = expand_dims(reshape(transpose(g, order), rows), -1)\n"
    "pairs = each * where(same, 0, prod_of_others(but_one, axis=last))\n"
    "transpose(reshape(sum(pairs, axis=-2), kept_first), back)"
)

OPS = [
    Op(
        "sum(x)",
        vjp={"x": "spread(g, x.shape, axis)"},
        words=Words(
            r"\operatorname{sum}({x})",
            en="Sum of the elements, of all or along axes.",
            ko="원소의 합(전체 또는 축을 따라).",
        ),
        family="reduction",
        options=REDUCED,
        array=lambda x, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
        complex="analytic",
        shape=shape_rule(False),
        spellings=("np.sum",),
        method=True,
        cells=Cells("reduction", "sum"),
        cost=Cost(flops=counted, view=True),
        tests=Tests(examples=examples("sum")),
    ),
    Op(
        "mean(x)",
        vjp={"x": "spread(g / n, x.shape, axis)"},
        words=Words(
            r"\operatorname{mean}({x})",
            en="Average of the elements, of all or along axes.",
            ko="원소의 평균(전체 또는 축을 따라).",
        ),
        family="reduction",
        options=REDUCED,
        statics=reduced_count,
        array=average,
        complex="analytic",
        shape=shape_rule(False),
        averages=True,
        spellings=("np.mean",),
        method=True,
        cells=Cells("reduction", "mean"),
        cost=Cost(flops=counted, view=True),
        tests=Tests(examples=examples("mean")),
    ),
    Op(
        "max(x)",
        vjp={"x": WINNERS},
        words=Words(
            r"\max({x})",
            en="Largest element, of all or along axes. max(a, b) is maximum.",
            ko="가장 큰 원소(전체 또는 축을 따라). max(a, b)는 maximum입니다.",
            convention=SHARED,
        ),
        family="reduction",
        options=REDUCED,
        array=lambda x, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims),
        complex=complex_forms.largest,
        shape=shape_rule(True),
        kink=TIES,
        spellings=("np.max", "np.amax"),
        method=True,
        cells=Cells("reduction", "max"),
        cost=Cost(flops=counted),
        tests=Tests(examples=examples("max")),
    ),
    Op(
        "min(x)",
        vjp={"x": WINNERS},
        words=Words(
            r"\min({x})",
            en="Smallest element, of all or along axes. min(a, b) is minimum.",
            ko="가장 작은 원소(전체 또는 축을 따라). min(a, b)는 minimum입니다.",
            convention=SHARED,
        ),
        family="reduction",
        options=REDUCED,
        array=lambda x, axis, keepdims: np.min(x, axis=axis, keepdims=keepdims),
        complex=complex_forms.smallest,
        shape=shape_rule(True),
        kink=TIES,
        spellings=("np.min", "np.amin"),
        method=True,
        cells=Cells("reduction", "min"),
        cost=Cost(flops=counted),
        tests=Tests(examples=examples("min")),
    ),
    Op(
        "spread(x)",
        vjp={"x": "reshape(sum(g, axis=axis), x.shape)"},
        words=Words(
            r"\operatorname{spread}({x})",
            en="Repeats x along the axes that a reduction removed: what the gradient of a sum does.",
            ko="합에서 없어진 축을 따라 x를 되풀이합니다. 합의 기울기가 하는 일입니다.",
        ),
        family="reduction",
        options=(Option("shape", "shape", required=True, least=0), Option("axis", "axis")),
        array=spread_array,
        complex="analytic",
        shape=spread_shape,
        cost=Cost(flops=lambda shapes, out: 0),
        tests=Tests(
            examples=(
                ("spread(x, (2, 3), 0)", {"x": (3,)}),
                ("spread(x, (2, 3), 1)", {"x": (2, 1)}),
                ("spread(x, (2, 3))", {"x": ()}),
            )
        ),
    ),
    Op(
        "sum_to(x)",
        vjp={"x": "broadcast_to(g, x.shape)"},
        words=Words(
            r"\operatorname{sum}({x})",
            en="Sums x down to a shape that broadcasts to x's: what the gradient of broadcasting does.",
            ko="브로드캐스트된 축을 더해 원래 형상으로 되돌립니다. 브로드캐스팅의 기울기가 하는 일입니다.",
        ),
        family="reduction",
        options=(Option("shape", "shape", required=True, least=0),),
        array=lambda x, shape: unbroadcast(np.asarray(x), shape),
        shape=sum_to_shape,
        cost=Cost(flops=counted),
        tests=Tests(
            examples=(
                ("sum_to(x, (3,))", {"x": (2, 3)}),
                ("sum_to(x, (2, 1))", {"x": (2, 3)}),
                ("sum_to(x, ())", {"x": (2, 3)}),
                ("sum_to(x, (1, 3))", {"x": (4, 2, 3)}),
            )
        ),
    ),
    Op(
        "prod(x)",
        # Not z / x: exact also where an element is 0.
        vjp={"x": "spread(g, x.shape, axis) * prod_of_others(x, axis=axis)"},
        words=Words(
            r"\operatorname{prod}({x})",
            en="Product of the elements, of all or along axes.",
            ko="원소의 곱(전체 또는 축을 따라).",
        ),
        family="reduction",
        options=REDUCED,
        array=lambda x, axis, keepdims: np.prod(x, axis=axis, keepdims=keepdims),
        complex="analytic",
        shape=shape_rule(False),
        spellings=("np.prod",),
        method=True,
        cells=Cells("reduction", "prod"),
        cost=Cost(flops=counted),
        tests=Tests(examples=examples("prod")),
    ),
    Op(
        "prod_of_others(x)",
        vjp={"x": PAIRS},
        words=Words(
            r"\operatorname{others}({x})",
            en="For each element, the product of all others along the axes.",
            ko="원소마다, 축을 따라 자신을 뺀 나머지 원소의 곱.",
        ),
        family="reduction",
        options=(Option("axis", "axis"),),
        statics=rows_of_reduced,
        array=prod_of_others,
        complex="analytic",
        shape=along_axes,
        cost=Cost(
            flops=lambda shapes, out: 4 * size_of(out),
            back=by_pairs,
            between=lambda shapes, options: (squared(shapes, options),),
        ),
        tests=Tests(
            examples=(
                ("prod_of_others(x)", {"x": (3,)}),
                ("prod_of_others(x, axis=1)", {"x": (2, 3)}),
                ("prod_of_others(x)", {"x": (2, 2)}),
                ("prod_of_others(x, axis=(0, 2))", {"x": (2, 3, 2)}),
                ("prod_of_others(x)", {"x": ()}),
                ("prod_of_others(x, axis=0)", {"x": (0, 2)}),
                ("prod_of_others(x, axis=1)", {"x": (0, 2)}),
            )
        ),
    ),
    Op(
        "var(x)",
        vjp={"x": "spread(g, x.shape, axis) * 2 * (x - mean(x, axis=axis, keepdims=True)) / n"},
        words=Words(
            r"\operatorname{var}({x})",
            en="Variance: the mean squared distance from the mean; ddof = 1 divides by n − 1.",
            ko="분산. 평균과의 차의 제곱의 평균이며, ddof = 1이면 n − 1로 나눕니다.",
        ),
        family="reduction",
        options=(*REDUCED, Option("ddof", "number", 0.0)),
        statics=degrees_of_freedom,
        array=variance,
        complex="analytic",
        shape=shape_rule(False),
        spellings=("np.var",),
        method=True,
        cells=Cells("reduction", "var"),
        cost=Cost(flops=counted),
        tests=Tests(examples=(*examples("var")[1:], ("var(x, ddof=1)", {"x": (4,)}))),
    ),
    Op(
        "std(x)",
        vjp={
            "x": (
                "s = spread(z, x.shape, axis)\nspread(g, x.shape, axis) * where(s == 0, 0, (x - mean(x, axis=axis,"
                " keepdims=True)) / s / n)"
            )
        },
        words=Words(
            r"\operatorname{std}({x})",
            en="Standard deviation: the square root of the variance.",
            ko="표준편차. 분산의 제곱근입니다.",
            convention={
                "en": "Where all elements are equal the gradient is 0, as in PyTorch; JAX gives NaN.",
                "ko": "모든 원소가 같으면 기울기는 0으로 둡니다(PyTorch와 같음, JAX는 NaN).",
            },
        ),
        family="reduction",
        options=(*REDUCED, Option("ddof", "number", 0.0)),
        statics=degrees_of_freedom,
        array=standard_deviation,
        complex="analytic",
        shape=shape_rule(False),
        kink="z == 0",
        spellings=("np.std",),
        method=True,
        cells=Cells("reduction", "std"),
        cost=Cost(flops=counted),
        tests=Tests(examples=tuple(e for e in examples("std") if e[1]["x"] != ())),
    ),
    Op(
        "root_mean_square(x)",
        vjp={"x": "s = spread(z, x.shape, axis)\nspread(g, x.shape, axis) * where(s == 0, 0, x / s / n)"},
        definition="sqrt(mean(x ** 2, axis=axis, keepdims=keepdims) + eps)",
        words=Words(
            r"\operatorname{rms}({x})",
            en="Root of the mean of the squares plus eps, also where the squares overflow.",
            ko="제곱의 평균에 eps를 더한 값의 제곱근. 제곱이 넘치는 곳에서도 계산합니다.",
            convention={
                "en": "At 0 the gradient is 0, a subgradient.",
                "ko": "0에서는 미분할 수 없으므로 기울기를 0으로 둡니다.",
            },
        ),
        family="reduction",
        options=(*REDUCED, Option("eps", "number", 0.0)),
        statics=reduced_count,
        array=root_mean_square,
        shape=shape_rule(False),
        kink="z == 0",
        cost=Cost(flops=counted),
        tests=Tests(examples=(*examples("root_mean_square"), ("root_mean_square(x, axis=1, eps=0.1)", {"x": (2, 3)}))),
    ),
    Op(
        "norm(x)",
        vjp={"x": norm_rule},
        words=Words(
            r"\left\|{x}\right\|",
            en=(
                "Length: the square root of the sum of squares; ord = 1 sums absolute values, ord = inf takes the"
                " largest and -inf the smallest, ord = 0 counts what is not 0, any p is the p-norm."
            ),
            ko=(
                "노름. 제곱합의 제곱근이며, ord = 1이면 절댓값의 합, ord = inf이면 가장 큰 절댓값, -inf이면 가장 작은"
                " 절댓값, 0이면 0이 아닌 원소의 수, p이면 p-노름입니다."
            ),
            convention=AT_ZERO,
        ),
        family="reduction",
        options=(Option("ord", "number", 2.0), *REDUCED),
        array=norm_array,
        complex=complex_norm,
        shape=norm_shape,
        kink=norm_kink,
        cells=Cells("reduction", "norm", only={"ord": 2.0}),
        cost=Cost(flops=counted),
        tests=Tests(
            examples=(
                *examples("norm"),
                ("norm(x, ord=1)", {"x": (2, 3)}),
                ("norm(x, 3, axis=0)", {"x": (2, 3)}),
                ("norm(x, ord=inf)", {"x": (4,)}),
                ("norm(x, ord=-inf)", {"x": (4,)}),
                ("norm(x, ord=-1)", {"x": (4,)}),
                ("norm(x, ord=0)", {"x": (2, 3)}),
                ("norm(x, ord=0.5)", {"x": (3,)}),
            )
        ),
    ),
    Op(
        "linalg_norm(x)",
        vjp={"x": linalg_norm_rule},
        words=Words(
            r"\left\|{x}\right\|",
            en=(
                "np.linalg.norm: as norm, but a matrix with an ord has its operator norm: 1 the largest column sum of"
                " absolute values, inf the largest row sum, -1 and -inf the smallest."
            ),
            ko=(
                "np.linalg.norm입니다. norm과 같지만, 행렬에 ord를 주면 작용소 노름이 됩니다. 1이면 절댓값의 열 합"
                " 가운데 가장 큰 것, inf이면 행 합 가운데 가장 큰 것, -1과 -inf이면 가장 작은 것입니다."
            ),
            convention=AT_ZERO,
        ),
        family="reduction",
        options=(Option("ord", "number", None), *REDUCED),
        statics=matrix_axes,
        array=linalg_norm_array,
        shape=linalg_norm_shape,
        kink=linalg_norm_kink,
        spellings=("np.linalg.norm",),
        cost=Cost(flops=counted),
        tests=Tests(
            examples=(
                ("linalg_norm(x)", {"x": (2, 3)}),
                ("linalg_norm(x, 1)", {"x": (2, 3)}),
                ("linalg_norm(x, inf)", {"x": (2, 3)}),
                ("linalg_norm(x, -1)", {"x": (3, 2)}),
                ("linalg_norm(x, -inf, (2, 0), True)", {"x": (2, 3, 4)}),
                ("linalg_norm(x, 3)", {"x": (4,)}),
                ("linalg_norm(x, 1, axis=0)", {"x": (2, 3)}),
            )
        ),
    ),
    Op(
        "logsumexp(x)",
        # softmax is exact where exp(x - z) is off by its rounding; what is far below the maximum gets exactly 0.
        vjp={"x": "spread(g, x.shape, axis) * where(exp(x - spread(z, x.shape, axis)) == 0, 0, softmax(x, axis=axis))"},
        definition="log(sum(exp(x), axis=axis, keepdims=keepdims))",
        words=Words(
            r"\operatorname{logsumexp}({x})",
            en="log of the sum of exponentials, shifted by the maximum so that nothing overflows.",
            ko="지수의 합의 로그. 최댓값을 빼고 계산하므로 넘치지 않습니다.",
        ),
        family="reduction",
        options=REDUCED,
        array=logsumexp_array,
        complex="analytic",
        shape=shape_rule(False),
        method=True,
        cells=Cells("reduction", "logsumexp"),
        cost=Cost(flops=lambda shapes, out: 4 * size_of(shapes[0])),
        tests=Tests(examples=examples("logsumexp")),
    ),
    Op(
        "logmeanexp(x)",
        # As of logsumexp: they differ by a constant.
        vjp={
            "x": (
                "m = spread(z, x.shape, axis)\n"
                "spread(g, x.shape, axis) * where(exp(x - m) == 0, 0, softmax(x, axis=axis))"
            )
        },
        definition="log(mean(exp(x), axis=axis, keepdims=keepdims))",
        words=Words(
            r"\operatorname{logmeanexp}({x})",
            en="log of the mean of exponentials, shifted by the maximum so that nothing overflows.",
            ko="지수의 평균의 로그. 최댓값을 빼고 계산하므로 넘치지 않습니다.",
        ),
        family="reduction",
        options=REDUCED,
        array=logmeanexp_array,
        complex="analytic",
        shape=shape_rule(True),
        cells=Cells("reduction"),
        cost=Cost(flops=lambda shapes, out: 4 * size_of(shapes[0])),
        tests=Tests(examples=examples("logmeanexp")),
    ),
    Op(
        "cumsum(x)",
        vjp={"x": "reshape(cumsum(g, axis=axis, reverse=backwards), x.shape)"},
        words=Words(
            r"\operatorname{cumsum}({x})",
            en="Running sum along an axis, or over all elements in order.",
            ko="축을 따라, 또는 모든 원소를 차례로 더해 가는 누적합.",
        ),
        family="reduction",
        options=(Option("axis", "integer", None), Option("reverse", "bool", False)),
        statics=lambda use: {"backwards": not use.options["reverse"]},
        array=cumsum_array,
        complex="analytic",
        shape=cumsum_shape,
        spellings=("np.cumsum",),
        method=True,
        cost=Cost(flops=counted),
        tests=Tests(
            examples=(
                ("cumsum(x)", {"x": (4,)}),
                ("cumsum(x)", {"x": (2, 3)}),
                ("cumsum(x, axis=0)", {"x": (2, 3)}),
                ("cumsum(x, axis=-1, reverse=True)", {"x": (2, 3)}),
            )
        ),
    ),
    Op(
        "cumprod(x)",
        # Not a running sum of g * z divided by x: exact also where an element is 0.
        vjp={
            "x": (
                "m = tril(broadcast_to(1, square))\nr = where(m, broadcast_to(expand_dims(moveaxis(reshape(x, flat),"
                " line, -1), -2), rows), 1)\np = expand_dims(moveaxis(reshape(g, flat), line, -1), -1) * m *"
                " prod_of_others(r, axis=last)\nreshape(moveaxis(sum(p, axis=before), -1, line), x.shape)"
            )
        },
        words=Words(
            r"\operatorname{cumprod}({x})",
            en="Running product along an axis, or over all elements in order.",
            ko="축을 따라, 또는 모든 원소를 차례로 곱해 가는 누적곱.",
        ),
        family="reduction",
        options=(Option("axis", "integer", None),),
        statics=running_rows,
        array=lambda x, axis: np.cumprod(x, axis),
        shape=cumsum_shape,
        spellings=("np.cumprod",),
        method=True,
        cost=Cost(flops=counted, back=by_pairs, between=lambda shapes, options: (squared(shapes, options),)),
        tests=Tests(
            examples=(
                ("cumprod(x)", {"x": (4,)}),
                ("cumprod(x)", {"x": (2, 2)}),
                ("cumprod(x, axis=0)", {"x": (2, 3)}),
                ("cumprod(x, axis=-1)", {"x": (2, 3)}),
            )
        ),
    ),
    Op(
        "argmax(x)",
        words=Words(
            r"\arg\max({x})",
            en="The place of the largest element; the first where several tie. It passes no gradient on.",
            ko="가장 큰 원소의 자리(같으면 첫째). 기울기를 보내지 않습니다.",
        ),
        family="reduction",
        options=(Option("axis", "integer", None), Option("keepdims", "bool", False)),
        array=lambda x, axis, keepdims: np.argmax(x, axis=axis, keepdims=keepdims).astype(np.float64),
        complex="flat",
        shape=place_shape,
        spellings=("np.argmax",),
        method=True,
        cost=Cost(flops=counted),
        tests=Tests(
            examples=(
                ("argmax(x)", {"x": (4,)}),
                ("argmax(x, axis=1)", {"x": (2, 3)}),
                ("argmax(x, axis=0, keepdims=True)", {"x": (2, 3)}),
            )
        ),
    ),
    Op(
        "argmin(x)",
        words=Words(
            r"\arg\min({x})",
            en="The place of the smallest element; the first where several tie. It passes no gradient on.",
            ko="가장 작은 원소의 자리(같으면 첫째). 기울기를 보내지 않습니다.",
        ),
        family="reduction",
        options=(Option("axis", "integer", None), Option("keepdims", "bool", False)),
        array=lambda x, axis, keepdims: np.argmin(x, axis=axis, keepdims=keepdims).astype(np.float64),
        complex="flat",
        shape=place_shape,
        spellings=("np.argmin",),
        method=True,
        cost=Cost(flops=counted),
        tests=Tests(examples=(("argmin(x)", {"x": (4,)}), ("argmin(x, axis=1)", {"x": (2, 3)}))),
    ),
]
