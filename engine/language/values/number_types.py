"""Of which of Python's types a number of the graph is: int, float or bool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gradlens.engine.language.objects import Tensor
from gradlens.engine.language.values import known_values, masks, whole_arrays
from gradlens.engine.language.values.dependence import look
from gradlens.engine.language.values.masks import judged
from gradlens.engine.language.values.numbers import held_by

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def is_float(m: Machine, value: Any) -> bool:
    """Whether a number of the graph is a float: no whole number, and no input that no line gives a type."""
    if type(value) is not Tensor or value.known is not None:
        return False
    node = m.graph.nodes[value.id]
    untyped = node.kind == "input" and node.name in m.given and node.name not in m.numbers
    return not untyped and not is_whole(m, value.id)


def is_truth(m: Machine, value: Any) -> bool:
    """Whether a number of the graph is True or False; of Python's own, a product of such is 1 or 0."""
    if type(value) is not Tensor or not masks.is_mask(m, value.id):
        return False
    return value.library not in ("", "math") or m.graph.nodes[value.id].kind != "mul"


def is_whole(m: Machine, id: int) -> bool:
    """Whether a number is of a type of whole numbers.

    Of numbers of several types, the largest is of the type of that one.  Error: value-needed.
    """

    def parts(id: int) -> tuple[int, ...]:
        return (
            ()
            if id in m.extremes or id in m.rounded or id in m.averages or id in m.item_types
            else whole_arrays.parts_of(m, id)
        )

    def is_one(id: int) -> bool:
        if id in m.extremes:
            return extreme_is_whole(m, id)
        if id in m.averages:
            look(m, Tensor(id))
            return float(cast(float, known_values.computed_value(m, id, m.place))).is_integer()
        if id in m.rounded or whole_arrays.is_whole(m, id):
            return True
        if (items := types_of_items(m, id)) is not None:
            return bool(np.all(items))
        made_of = parts(id)
        return bool(made_of) and all(m.counts[i] or masks.is_mask(m, i) for i in made_of)

    return judged(m.counts, id, parts, is_one)


def types_of_items(m: Machine, id: int) -> Any:
    """Which items of a list of the text, of a part of it or of its largest are whole; None where it has one type."""
    if not m.item_types:
        return None
    keys: list[Any] = []
    node = m.graph.nodes[id]
    largest = node.kind if node.kind in ("max", "min") and not node.shape else ""
    if largest:
        id = node.inputs[0]
    while (node := m.graph.nodes[id]).kind in ("index", "identity") and id not in m.item_types:
        m.charge(1, m.place)
        keys.append(node.options.get("key", ()))
        id = node.inputs[0]
    if id not in m.item_types:
        return None
    found, values = m.item_types[id], np.asarray(known_values.computed_value(m, id, m.place))
    for key in reversed(keys):
        found, values = found[key], values[key]
    if not largest:
        return found
    look(m, Tensor(id))
    return found.flat[np.argmax(values) if largest == "max" else np.argmin(values)]


def extreme_is_whole(m: Machine, id: int) -> bool:
    """Whether the one of several numbers that is the largest or smallest is a whole one."""
    found = known_values.computed_value(m, id, m.place)
    for item in m.extremes[id]:
        look(m, item)
        known = held_by(item)
        if (known if known is not None else known_values.computed_value(m, item.id, m.place)) == found:
            return not is_float(m, item) if known is None else type(known) is not float
    return False


__all__ = ["is_float", "is_truth", "is_whole"]
