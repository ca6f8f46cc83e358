"""Shape arithmetic shared by the families of ops. Everything here is static."""

from __future__ import annotations

from gradlens.engine.errors import EngineError
from gradlens.engine.values import Key, Listed, Shape


def broadcast(name: str, shapes: tuple[Shape, ...]) -> Shape:
    """The shape that NumPy's broadcasting gives.  Error: broadcast."""
    result: Shape = ()
    for shape in shapes:
        if not shape or shape == result:
            continue
        if not result:
            result = shape
            continue
        rank = max(len(result), len(shape))
        left = (1,) * (rank - len(result)) + result
        right = (1,) * (rank - len(shape)) + shape
        if any(a != b and a != 1 and b != 1 for a, b in zip(left, right)):
            raise EngineError("broadcast", function=name, left=str(result), right=str(shape))
        result = tuple(b if a == 1 else a for a, b in zip(left, right))
    return result


def stretched(name: str, shape: Shape, wanted: Shape) -> Shape:
    """`wanted`, if `shape` broadcasts to it.  Error: broadcast-to."""
    tail = wanted[len(wanted) - len(shape) :] if len(shape) <= len(wanted) else None
    if tail is None or any(a != b and a != 1 for a, b in zip(shape, tail)):
        raise EngineError("broadcast-to", function=name, shape=str(shape), wanted=str(wanted))
    return wanted


def stretched_axes(shape: Shape, wanted: Shape) -> tuple[int, ...]:
    """The axes of `shape` along which an input of `wanted` was repeated."""
    added = len(shape) - len(wanted)
    return tuple(range(added)) + tuple(i + added for i, n in enumerate(wanted) if n == 1 and shape[i + added] != 1)


def normal_axis(name: str, axis: int, shape: Shape) -> int:
    """An axis counted from 0.  Errors: axis-range, axis-of-number."""
    rank = len(shape)
    if rank == 0:
        raise EngineError("axis-of-number", function=name, axis=axis)
    if not -rank <= axis < rank:
        raise EngineError("axis-range", function=name, axis=axis, shape=str(shape), low=-rank, high=rank - 1)
    return axis % rank


def normal_axes(name: str, axis: int | tuple[int, ...] | None, shape: Shape) -> tuple[int, ...]:
    """Axes counted from 0, all of them for None.  Errors: axis-range, axis-of-number, axis-repeated."""
    if axis is None:
        return tuple(range(len(shape)))
    axes = tuple(normal_axis(name, a, shape) for a in ((axis,) if isinstance(axis, int) else axis))
    for i, a in enumerate(axes):
        if a in axes[:i]:
            raise EngineError("axis-repeated", function=name, axis=a)
    return axes


def kept_shape(shape: Shape, axes: tuple[int, ...]) -> Shape:
    """The shape with the reduced axes kept as 1."""
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def reduced_shape(
    name: str, shape: Shape, axis: int | tuple[int, ...] | None, keepdims: bool
) -> tuple[Shape, tuple[int, ...]]:
    """The shape after a reduction, and its axes in normal form."""
    axes = normal_axes(name, axis, shape)
    if keepdims:
        return kept_shape(shape, axes), axes
    return tuple(n for i, n in enumerate(shape) if i not in axes), axes


def index_shape(shape: Shape, key: Key) -> Shape:
    """The shape of x[key], as NumPy has it.

    Errors: index-count, index-range, index-ellipsis, index-lists, slice-step.
    """
    if len(key) == 1 and type(key[0]) is int and shape:
        in_range(key[0], 0, shape[0])
        return shape[1:]
    taken = sum(k is not None and k is not ... for k in key)
    if taken > len(shape):
        raise EngineError("index-count", count=taken, shape=str(shape), rank=len(shape))
    if sum(k is ... for k in key) > 1:
        raise EngineError("index-ellipsis")
    rest = len(shape) - taken
    listed = any(isinstance(k, tuple) for k in key)
    result: list[int] = []
    at: list[int] = []  # where in the key lists stand, and whole numbers, which join them
    axis, front, lists = 0, 0, ()
    for place, k in enumerate(key if ... in key else (*key, ...)):
        if k is None:
            result.append(1)
        elif k is ...:
            result += shape[axis : axis + rest]
            axis += rest
        elif isinstance(k, slice):
            if k.step == 0:
                raise EngineError("slice-step")
            result.append(len(range(*k.indices(shape[axis]))))
            axis += 1
        else:
            in_range(k, axis, shape[axis])
            if listed:
                front = front if at else len(result)
                at.append(place)
                lists = broadcast_lists(lists, nested_shape(k))
            axis += 1
    if not at:
        return tuple(result)
    # Lists that stand together put their axes in their place; lists apart put them first.
    front = front if at[-1] - at[0] == len(at) - 1 else 0
    return (*result[:front], *lists, *result[front:])


def in_range(places: Listed, axis: int, size: int) -> None:
    """Errors: index-range, for the first whole number that is no place of the axis."""
    for k in places if isinstance(places, tuple) else (places,):
        if isinstance(k, tuple):
            in_range(k, axis, size)
        elif not -size <= k < size:
            raise EngineError("index-range", index=k, axis=axis, size=size)


def nested_shape(places: Listed) -> Shape:
    """The shape of nested tuples that are known to be even."""
    if not isinstance(places, tuple):
        return ()
    return (len(places), *(nested_shape(places[0]) if places else ()))


def broadcast_lists(left: Shape, right: Shape) -> Shape:
    try:
        return broadcast("index", (left, right))
    except EngineError:
        raise EngineError("index-lists", left=str(left), right=str(right)) from None
