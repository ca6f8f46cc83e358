"""How arrays lie in memory, as NumPy lays them out: whether another shape of one is a view of it, or a copy.

Strides are counted in elements. Only which elements lie beside one another matters here, so no layout has an offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.values import Key, Shape


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape of an array, and how far apart its elements lie along each axis."""

    shape: Shape
    strides: tuple[int, ...]

    @property
    def is_contiguous(self) -> bool:
        """Whether the elements lie one after another in the order of their indices."""
        return lies_dense(self.shape[::-1], self.strides[::-1])

    @property
    def is_fortran(self) -> bool:
        """Whether they do in the order in which the first index changes fastest."""
        return lies_dense(self.shape, self.strides)


def lies_dense(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether axes, the innermost first, follow one another without a gap."""
    expected = 1
    for n, stride in zip(shape, strides):
        if n != 1 and stride != expected:
            return 0 in shape
        expected *= n
    return True


def own(shape: Shape, order: Sequence[int] | None = None) -> Layout:
    """An array that owns its memory.  order: its axes from the outermost to the innermost; as they come by default."""
    strides = [0] * len(shape)
    step = 1
    for axis in reversed(range(len(shape)) if order is None else order):
        strides[axis] = step
        step *= shape[axis]
    return Layout(shape, tuple(strides))


def by_places(places: NDArray[np.int64]) -> Layout:
    """Elements that lie evenly along every axis.  places: where in memory each lies."""
    shape, first = places.shape, (0,) * places.ndim
    if 0 in shape:
        return own(shape)
    seconds = [(*first[:axis], min(1, n - 1), *first[axis + 1 :]) for axis, n in enumerate(shape)]
    return Layout(shape, tuple([int(places[second] - places[first]) for second in seconds]))


def fortran(shape: Shape) -> Layout:
    return own(shape, range(len(shape))[::-1])


def transposed(x: Layout, axes: Sequence[int] | None) -> Layout:
    """axes: as of NumPy's transpose; None reverses them."""
    order = range(len(x.shape))[::-1] if axes is None else [axis % len(x.shape) for axis in axes]
    return Layout(tuple([x.shape[a] for a in order]), tuple([x.strides[a] for a in order]))


def flipped(x: Layout, axes: Sequence[int]) -> Layout:
    at = {axis % len(x.shape) for axis in axes}
    return Layout(x.shape, tuple([-s if i in at else s for i, s in enumerate(x.strides)]))


def stretched(x: Layout, shape: Shape) -> Layout:
    """Broadcast to a shape: an axis that is stretched takes no step."""
    missing = len(shape) - len(x.shape)
    strides = [0] * missing + [s if n == m else 0 for s, n, m in zip(x.strides, x.shape, shape[missing:])]
    return Layout(shape, tuple(strides))


def diagonal(x: Layout) -> Layout:
    """Of the first two axes, which becomes the last."""
    n = min(x.shape[0], x.shape[1])
    return Layout((*x.shape[2:], n), (*x.strides[2:], x.strides[0] + x.strides[1]))


def indexed(x: Layout, key: Key) -> Layout:
    """By slices, whole numbers, None and an ellipsis."""
    parts = list(key)
    if ... not in parts:
        parts.append(...)
    at = parts.index(...)
    rest = len(x.shape) - sum(part is not None and part is not ... for part in parts)
    parts[at : at + 1] = [slice(None)] * rest
    shape: list[int] = []
    strides: list[int] = []
    axis = 0
    for part in parts:
        if part is None:
            shape.append(1)
            strides.append(0)
            continue
        if isinstance(part, slice):
            chosen = range(*part.indices(x.shape[axis]))
            shape.append(len(chosen))
            strides.append(x.strides[axis] * chosen.step)
        axis += 1
    return Layout(tuple(shape), tuple(strides))


def reshaped(x: Layout, shape: Shape) -> Layout | None:
    """The same memory in another shape, its elements in the same order; None where that needs a copy.

    Axes are taken together in the smallest groups of equal size on both sides; those of the array must follow one
    another without a gap.
    """
    if x.is_contiguous or 0 in shape:
        return own(shape)
    old = [(n, s) for n, s in zip(x.shape, x.strides) if n != 1]
    strides = [0] * len(shape)
    i = 0  # in old
    at = 0  # in shape
    while i < len(old) and at < len(shape):
        first_old, first_new = i, at
        size, wanted = old[i][0], shape[at]
        while size != wanted:
            if size < wanted:
                i += 1
                size *= old[i][0]
            else:
                at += 1
                wanted *= shape[at]
        for (_, outer), (n, inner) in zip(old[first_old:i], old[first_old + 1 : i + 1]):
            if outer != n * inner:
                return None
        step = old[i][1]
        for axis in range(at, first_new - 1, -1):
            strides[axis] = step
            step *= shape[axis]
        i += 1
        at += 1
    return Layout(shape, tuple(strides))


def copied(x: Layout) -> Layout:
    """A copy that keeps the order in memory, as of astype and np.array."""
    return own(x.shape, sorted(range(len(x.shape)), key=lambda axis: -abs(x.strides[axis])))


def result(operands: Sequence[Layout], shape: Shape) -> Layout:
    """What NumPy allocates for an elementwise result: its axes in the order in which those of the operands lie.

    Two axes are exchanged only if an operand asks for it and none asks for the opposite; so the order of indices wins.
    """
    if all(x.is_contiguous for x in operands):
        return own(shape)
    spread = [stretched(x, shape).strides if x.shape != shape else x.strides for x in operands]
    spread = [tuple([0 if n == 1 else abs(s) for n, s in zip(shape, strides)]) for strides in spread]
    order: list[int] = []  # from the innermost on
    for axis in reversed(range(len(shape))):
        place = len(order)
        for i in reversed(range(len(order))):
            asked = wanted_inside(spread, axis, order[i])
            if asked is None:
                continue
            if not asked:
                break
            place = i
        order.insert(place, axis)
    return own(shape, order[::-1])


def wanted_inside(spread: Sequence[tuple[int, ...]], axis: int, other: int) -> bool | None:
    """Whether the operands want an axis inside of another; None where no one says."""
    swap: bool | None = None
    for strides in spread:
        if strides[axis] and strides[other]:
            if strides[other] <= strides[axis]:
                return False
            swap = True
    return swap
