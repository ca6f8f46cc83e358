"""Lists of numbers as the text has them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.objects import ListCell, kind_of
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.values import MAX_AXES, Value, number

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def written_numbers(m: Machine, items: Sequence[Any], place: Any) -> list[Any] | None:
    """Plain numbers, and tuples of such, as nested lists; None where anything else is among them."""
    m.charge(len(items) // 8 + 1, place)
    found: list[Any] = []
    for item in items:
        if kind_of(item) is tuple:
            item = written_numbers(m, item, place)
            if item is None:
                return None
        elif type(item) not in (int, float, bool):
            return None
        found.append(item)
    return found


def literal_array(cell: ListCell, place: Any) -> Value:
    """Errors: ragged-list, list-item, too-many-axes."""
    assert cell.literal is not None
    shape: list[int] = []
    level: list[Any] = [cell.literal]
    nodes: list[Any] = [place]
    while level and kind_of(level[0]) is list:
        if len(shape) == MAX_AXES:
            raise Misplaced("too-many-axes", nodes[0], limit=MAX_AXES)
        first = level[0]
        items: list[Any] = []
        inner: list[Any] = []
        for row, node in zip(level, nodes):
            if kind_of(row) is not list:
                raise Misplaced("list-item", node)
            if len(row) != len(first):
                raise Misplaced("ragged-list", node, left=len(first), right=len(row))
            items += row
            inner += node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node] * len(row)
        shape.append(len(first))
        level, nodes = items, inner
    for item, node in zip(level, nodes):
        if isinstance(item, list):
            raise Misplaced("list-item", node)
    return np.array([number(item) for item in level], dtype=np.float64).reshape(shape)


def is_even(literal: list[Any]) -> bool:
    """Whether nested lists of numbers make an array."""
    level: list[Any] = [literal]
    depth = 0
    while level and kind_of(level[0]) is list:
        if depth == MAX_AXES or any(kind_of(row) is not list or len(row) != len(level[0]) for row in level):
            return False
        level, depth = [item for row in level for item in row], depth + 1
    return not any(isinstance(item, list) for item in level)


def length(value: Any) -> int:
    """How many items a value holds; Python's len() counts none beyond 2**63 of a range."""
    if type(value) is ListCell:
        return len(value.literal or () if value.items is None else value.items)
    if type(value) is range:
        return max(0, -((value.start - value.stop) // value.step))
    return len(value)


def all_true_or_false(literal: list[Any]) -> bool:
    """Whether nested lists hold truths alone, so that they are a mask."""
    return types_in(literal) == {bool}


def all_whole(literal: list[Any]) -> bool:
    """Whether nested lists hold whole numbers alone, and one at least that is no truth."""
    return types_in(literal) in ({int}, {int, bool})


def are_whole(literal: list[Any]) -> np.ndarray:
    """Which numbers of nested lists are whole ones, as an array."""
    return np.vectorize(lambda item: type(item) is int, otypes=[bool])(np.array(literal, dtype=object))


def types_in(literal: list[Any]) -> set[type]:
    """The types of what nested lists hold."""
    pending: list[Any] = [literal]
    found: set[type] = set()
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending += one
        else:
            found.add(type(one))
    return found
