"""What is computed while a file is read: shapes, places and whatever else depends on no input."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.onnx.operators.elementwise import cast_kind
from gradlens.engine.networks.onnx.operators.rearranging import ints_of
from gradlens.engine.networks.onnx.tensors import Array
from gradlens.engine.networks.onnx.values import Call
from gradlens.engine.values import size_of

MOST = 1_000_000  # elements of a value that is computed so
MOST_ALTOGETHER = 4_000_000
TYPES = {"float": np.float64, "int": np.int64, "bool": np.bool_}


def quotient(a: Array, b: Array) -> Array:
    """Of whole numbers cut towards 0."""
    if a.dtype.kind == "f":
        return a / b
    return np.trunc(a / b).astype(np.int64)


def power(x: Array, y: Array) -> Array:
    return np.power(x, y.astype(np.float64)).astype(x.dtype)


def cast(call: Call, x: Array, *_: Array) -> Array:
    return x.astype(TYPES[cast_kind(call)])


def concat(call: Call, *parts: Array) -> Array:
    call.needs(sum(one.size for one in parts) <= MOST)
    return np.concatenate(parts, axis=call.take("axis", 0))


def gather(call: Call, x: Array, places: Array) -> Array:
    call.needs(x.size * places.size <= MOST)
    return np.take(x, places, axis=call.take("axis", 0))


def transpose(call: Call, x: Array) -> Array:
    return np.transpose(x, call.ints("perm"))


def squeeze(call: Call, x: Array, *_: Array) -> Array:
    axes = ints_of(call, "axes", 1, 13)
    return np.squeeze(x, None if axes is None else tuple(axes))


def unsqueeze(call: Call, x: Array, *_: Array) -> Array:
    return np.expand_dims(x, tuple(ints_of(call, "axes", 1, 13) or ()))


def slice_(call: Call, x: Array, *given: Array) -> Array:
    if call.opset < 10:
        starts, ends, axes = call.ints("starts") or [], call.ints("ends") or [], call.ints("axes")
        steps = None
    else:
        lists: list[list[int] | None] = [one.tolist() for one in given]
        starts, ends, axes, steps = (lists + [None, None])[:4]
    keys = [slice(None)] * x.ndim
    for start, end, axis, step in zip(
        starts or [], ends or [], axes or range(len(starts or [])), steps or [1] * len(starts or []), strict=True
    ):
        keys[axis] = slice(start, end, step)
    return x[tuple(keys)]


def reshape(call: Call, x: Array, shape: Array) -> Array:
    zero = call.take("allowzero", 0)
    return x.reshape([x.shape[i] if n == 0 and not zero else n for i, n in enumerate(shape.tolist())])


def filled(call: Call, shape: Array) -> Array:
    value: Array = call.attributes.pop("value", np.zeros(1))
    call.needs(isinstance(value, np.ndarray) and value.size == 1)  # pyright: ignore[reportUnnecessaryIsInstance]
    return np.full(checked(call, shape), value.item(), value.dtype)


def checked(call: Call, shape: Array) -> tuple[int, ...]:
    """A shape of not too many elements.  Error: onnx-inputs."""
    found = tuple(int(n) for n in np.ravel(shape).tolist())
    call.needs(all(n >= 0 for n in found) and len(found) <= 32 and size_of(found) <= MOST)
    return found


def expand(call: Call, x: Array, shape: Array) -> Array:
    return np.broadcast_to(x, np.broadcast_shapes(x.shape, checked(call, shape))).copy()


def tile(call: Call, x: Array, times: Array) -> Array:
    call.needs(size_of(tuple(np.ravel(times).tolist())) * x.size <= MOST)
    return np.tile(x, times.tolist())


def steps(call: Call, start: Array, limit: Array, delta: Array) -> Array:
    call.needs(bool(delta != 0) and bool(abs((limit - start) / delta) <= MOST))
    count = max(math.ceil((limit.item() - start.item()) / delta.item()), 0)
    return start + delta * np.array(range(count), np.int64)


def triangle(call: Call, x: Array, k: Array | None = None) -> Array:
    function = np.triu if call.take("upper", 1) else np.tril
    return function(x, 0 if k is None else int(k))


def reduction(function: Callable[..., Any], before: int) -> Callable[..., Array]:
    def fold(call: Call, x: Array, *_: Array) -> Array:
        axes, kept = ints_of(call, "axes", 1, before), bool(call.take("keepdims", 1))
        untouched = call.take("noop_with_empty_axes", 0)
        if not axes and untouched:
            return x
        return np.asarray(function(x, axis=tuple(axes) if axes else None, keepdims=kept))

    return fold


def plain(function: Callable[..., Any]) -> Callable[..., Array]:
    def fold(call: Call, *arrays: Array) -> Array:
        call.needs(size_of(np.broadcast_shapes(*[one.shape for one in arrays])) <= MOST)
        return np.asarray(function(*arrays))

    return fold


def many(function: Callable[..., Any]) -> Callable[..., Array]:
    def fold(call: Call, first: Array, *others: Array) -> Array:
        call.needs(size_of(np.broadcast_shapes(first.shape, *[one.shape for one in others])) <= MOST)
        for one in others:
            first = function(first, one)
        return first

    return fold


def remainder(call: Call, x: Array, y: Array) -> Array:
    return plain(np.fmod if call.take("fmod", 0) else np.mod)(call, x, y)


def not_zero(call: Call, x: Array) -> Array:
    return np.array(np.nonzero(x), np.int64).reshape(max(x.ndim, 1), -1)


FOLDED: dict[str, Callable[..., Array]] = {
    "Abs": plain(np.abs),
    "Add": plain(np.add),
    "And": plain(np.logical_and),
    "Cast": cast,
    "CastLike": cast,
    "Ceil": plain(np.ceil),
    "Concat": concat,
    "ConstantOfShape": filled,
    "Div": plain(quotient),
    "Equal": plain(np.equal),
    "Exp": plain(np.exp),
    "Expand": expand,
    "Floor": plain(np.floor),
    "Gather": gather,
    "Greater": plain(np.greater),
    "GreaterOrEqual": plain(np.greater_equal),
    "Less": plain(np.less),
    "LessOrEqual": plain(np.less_equal),
    "Max": many(np.maximum),
    "Min": many(np.minimum),
    "Mod": remainder,
    "Mul": plain(np.multiply),
    "Neg": plain(np.negative),
    "NonZero": not_zero,
    "Not": plain(np.logical_not),
    "Or": plain(np.logical_or),
    "Pow": plain(power),
    "Range": steps,
    "Reciprocal": plain(np.reciprocal),
    "ReduceMax": reduction(np.max, 18),
    "ReduceMin": reduction(np.min, 18),
    "ReduceProd": reduction(np.prod, 18),
    "ReduceSum": reduction(np.sum, 13),
    "Reshape": reshape,
    "Round": plain(np.round),
    "Slice": slice_,
    "Sqrt": plain(np.sqrt),
    "Squeeze": squeeze,
    "Sub": plain(np.subtract),
    "Tile": tile,
    "Transpose": transpose,
    "Trilu": triangle,
    "Unsqueeze": unsqueeze,
    "Where": plain(np.where),
}


def folded(call: Call, arrays: list[Array]) -> Array:
    """Errors: onnx-inputs, where the arrays do not fit the operator, and those of attributes."""
    try:
        with np.errstate(all="ignore"):
            found = FOLDED[call.operator.type](call, *arrays)
    except (ValueError, IndexError, TypeError, ZeroDivisionError, OverflowError, MemoryError):
        raise call.unfit() from None
    call.written.folded += found.size
    if call.written.folded > MOST_ALTOGETHER:
        raise EngineError("onnx-weights", count=call.written.folded, limit=MOST_ALTOGETHER)
    return found
