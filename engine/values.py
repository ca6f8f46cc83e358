"""Numbers as they come in: to a float, or a float64 array of known shape."""

from __future__ import annotations

from collections.abc import Mapping
from types import EllipsisType
from typing import Any, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.errors import EngineError, quote

Shape = tuple[int, ...]
Array = NDArray[np.float64]
Value = float | Array
Rows = list[Any] | tuple[Any, ...]
Listed: TypeAlias = "int | tuple[Listed, ...]"  # a list of whole numbers, however deep, as tuples
KeyPart: TypeAlias = "slice | EllipsisType | Listed | None"  # None is a new axis
Key = tuple[KeyPart, ...]  # an index

MAX_AXES = 32  # NumPy stops at 64; nobody reads a picture of 32
MOST_PLACES = 2**48  # of an array without elements, whatever the limits are: beyond, NumPy cannot count its bytes
TAGS = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


def shape_of(value: Value) -> Shape:
    """The shape of a value; a float has shape ()."""
    return value.shape if isinstance(value, np.ndarray) else ()


def size_of(shape: Shape) -> int:
    """The number of elements, exact also where it would overflow a machine integer."""
    size = 1
    for n in shape:
        size *= n
    return size


def check_shape(shape: Shape, most: float) -> None:
    """A shape that an array can have.

    most: places allowed in one without elements.  Errors: too-many-axes, empty-too-large.
    """
    check_axes(shape)
    check_places(shape, most)


def check_axes(shape: Shape) -> None:
    """Error: too-many-axes."""
    if len(shape) > MAX_AXES:
        raise EngineError("too-many-axes", limit=MAX_AXES)


def written_size(shape: Shape) -> int:
    """The elements of an array, or of one without any the empty lists that it is written as."""
    return size_of(shape) or size_of(shape[: shape.index(0)])


def check_places(shape: Shape, most: float) -> None:
    """Error: empty-too-large, of an array without elements that NumPy could not lay out."""
    if 0 in shape and (places := size_of(tuple(n for n in shape if n))) > (most := min(most, MOST_PLACES)):
        raise EngineError("empty-too-large", shape=str(shape), count=places, limit=int(most))


def number(value: int | float) -> float:
    """A Python number as float64; an integer beyond its range becomes an infinity."""
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def as_value(value: object, name: str) -> Value:
    """A number, a nested list of numbers, an array, or the strings "NaN", "Infinity", "-Infinity", as float64.

    name: the input's name, for the error.  Errors: input-number, input-ragged, too-many-axes.
    """
    if type(value) is float:
        return value
    if type(value) is int:
        return number(value)
    if is_list(value):
        return _array(value, name)
    if is_numpy(value):
        if value.dtype.kind not in "iufb":
            raise EngineError("input-number", name=name, got=quote(str(value.dtype)))
        if value.ndim > MAX_AXES:
            raise EngineError("too-many-axes", limit=MAX_AXES)
        return float(value) if value.ndim == 0 else np.array(value, dtype=np.float64, order="C")
    return _item(value, name)


def is_list(value: object) -> TypeGuard[Rows]:
    """Whether a value is a list, of whatever."""
    return isinstance(value, (list, tuple))


def is_json_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list as JSON has it."""
    return isinstance(value, list)


def is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    """Whether a value is a tuple, of whatever."""
    return isinstance(value, tuple)


def is_wholes(value: object) -> TypeGuard[tuple[int, ...]]:
    """Whether a value is a tuple of whole numbers."""
    return is_tuple(value) and all(type(n) is int for n in value)


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value has parts by name, as JSON's objects have."""
    return isinstance(value, Mapping)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a real number, Python's or NumPy's, and no boolean."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def is_numpy(value: object) -> TypeGuard[NDArray[Any]]:
    """Whether a value is NumPy's: an array, or a number, which has the same attributes."""
    return isinstance(value, (np.ndarray, np.generic))


def _array(rows: Rows, name: str) -> Array:
    try:
        array: NDArray[Any] | None = np.array(rows)
    except (ValueError, OverflowError, RecursionError):
        array = None  # ragged, or deeper than NumPy goes: the walk finds out which
    if array is not None and array.dtype.kind in "iuf" and array.ndim <= MAX_AXES:
        return array.astype(np.float64)
    shape = _nested_shape(rows, name)
    flat: list[Any] = [rows]
    for _ in shape:
        flat = [item for row in flat for item in row]
    return np.array([_item(item, name) for item in flat], dtype=np.float64).reshape(shape)


def _nested_shape(rows: Rows, name: str) -> Shape:
    """The shape of nested lists, walked level by level so that depth costs no stack."""
    shape: list[int] = []
    level: list[Any] = [rows]
    while level and is_list(level[0]):
        if len(shape) == MAX_AXES:
            raise EngineError("too-many-axes", limit=MAX_AXES)
        if any(not is_list(row) or len(row) != len(level[0]) for row in level):
            raise EngineError("input-ragged", name=name)
        shape.append(len(level[0]))
        level = [item for row in level for item in row]
    if any(is_list(item) for item in level):
        raise EngineError("input-ragged", name=name)
    return tuple(shape)


def _item(item: object, name: str) -> float:
    if isinstance(item, str) and item in TAGS:
        return TAGS[item]
    if is_number(item):
        return number(item)
    raise EngineError("input-number", name=name, got=quote(item))
