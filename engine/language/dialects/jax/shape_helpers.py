"""What signatures of JAX compute of shapes beforehand (see signatures.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradlens.engine.language.dialects.pytorch.shape_helpers import Keys, at, axis_of
from gradlens.engine.language.dialects.signatures import Held
from gradlens.engine.values import Shape

MOST_ORDERS = 100  # of Bessel functions


def lengthened(x: Held, dimensions: Any) -> Shape:
    """The shape with axes of one place added, counted in what comes out."""
    places = (dimensions,) if type(dimensions) is int else tuple(dimensions)
    rank = len(x.shape) + len(places)
    if not all(-rank <= place < rank for place in places) or len({p % rank for p in places}) != len(places):
        raise ValueError
    added, others = {p % rank for p in places}, iter(x.shape)
    return tuple([1 if i in added else next(others) for i in range(rank)])


def window(x: Held, start: Any, sizes: Any) -> Keys:
    """lax.dynamic_slice: a part of one size, moved inside where it would go beyond the end."""
    if len(start) != len(x.shape) or len(sizes) != len(x.shape) or any(k > n for k, n in zip(sizes, x.shape)):
        raise ValueError
    begin = [max(0, min(s + n if s < 0 else s, n - k)) for s, k, n in zip(start, sizes, x.shape)]
    return tuple([slice(a, a + k) for a, k in zip(begin, sizes)])


def slice_of(x: Held, start: Any, limit: Any, strides: Any) -> Keys:
    """lax.slice: a part of every axis.  Error: ValueError where it is not inside."""
    steps = (1,) * len(x.shape) if strides is None else tuple(strides)
    if not len(start) == len(limit) == len(steps) == len(x.shape):
        raise ValueError
    if not all(0 <= a <= b <= n and step > 0 for a, b, step, n in zip(start, limit, steps, x.shape)):
        raise ValueError
    return tuple([slice(a, b, step) for a, b, step in zip(start, limit, steps)])


def slice_along(x: Held, start: Any, limit: Any, stride: int, axis: int) -> Keys:
    """lax.slice_in_dim: a part of one axis."""
    size = x.shape[axis_of(x, axis)]
    begin, end = [
        default if place is None else place + size if place < 0 else place
        for place, default in ((start, 0), (limit, size))
    ]
    if not 0 <= begin <= end <= size or stride < 1:
        raise ValueError
    return at(x, axis, slice(begin, end, stride))


def window_along(x: Held, start: int, size: int, axis: int) -> Keys:
    """lax.dynamic_slice_in_dim: a part of one axis, moved inside where it would go beyond the end."""
    total = x.shape[axis_of(x, axis)]
    if not 0 <= size <= total:
        raise ValueError
    begin = max(0, min(start + total if start < 0 else start, total - size))
    return at(x, axis, slice(begin, begin + size))


def place_along(x: Held, index: int, axis: int) -> Keys:
    """lax.index_in_dim: one place of an axis, which stays."""
    size = x.shape[axis_of(x, axis)]
    if not -size <= index < size:
        raise ValueError
    return at(x, axis, slice(index % size, index % size + 1))


def led(x: Held, sizes: Any) -> Shape:
    """lax.broadcast: new axes before the others."""
    return (*sizes, *x.shape)


def spread_over(x: Held, shape: Any, dimensions: Any) -> Shape:
    """lax.broadcast_in_dim: the shape with a place for each new axis."""
    if len(dimensions) != len(x.shape) or list(dimensions) != sorted(set(dimensions)):
        raise ValueError
    found = [1] * len(shape)
    for size, place in zip(x.shape, dimensions):
        if not 0 <= place < len(shape) or size not in (1, shape[place]):
            raise ValueError
        found[place] = size
    return tuple(found)


def same_strides(strides: Any) -> int:
    """One stride for both axes of an image."""
    if len(strides) != 2 or strides[0] != strides[1]:
        raise ValueError
    return strides[0]


def before_axis(end: int) -> int:
    """The last axis before one at which a range ends."""
    if type(end) is not int or end == 0:
        raise ValueError
    return end - 1


def orders(last: int) -> tuple[int, ...]:
    """The orders of Bessel functions up to the last."""
    if type(last) is not int or not 0 <= last <= MOST_ORDERS:
        raise ValueError
    return tuple(range(last + 1))


JAX_HELPERS: Mapping[str, Callable[..., object]] = {
    f.__name__: f
    for f in (
        lengthened,
        window,
        slice_of,
        slice_along,
        window_along,
        place_along,
        led,
        spread_over,
        same_strides,
        orders,
        before_axis,
    )
}
