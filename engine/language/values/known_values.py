"""What must be known before the graph is built: whole numbers, options, the numbers of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.nodes import id_of, opened_list, tensor_of
from gradlens.engine.language.objects import Computed, Fresh, Instance, ListCell, Tensor, become, kind_of
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.dependence import assume
from gradlens.engine.language.values.masks import is_mask, judged
from gradlens.engine.language.values.value_texts import text_of
from gradlens.engine.language.values.whole_arrays import is_whole
from gradlens.engine.language.values.written_lists import length
from gradlens.engine.values import Array, Value, shape_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

EXACT = 2**53  # up to which a float holds every whole number


def is_truth(m: Machine, value: Any) -> bool:
    """Whether a value is True or False, known or of the graph, and no array of such."""
    if type(value) is Tensor:
        id = id_of(m, value, m.place)
        return type(value.known) is bool or (not m.graph.nodes[id].shape and is_mask(m, id))
    return type(value.value if type(value) is Computed else value) is bool


def check_conditions(m: Machine, ids: tuple[int, ...], place: Any) -> None:
    """Error: bits, for whole numbers joined by & | ~, which in Python are those of their binary digits."""
    for id in ids:
        node = m.graph.nodes[id]
        written = node.value
        if written is None and node.op is None and node.name is not None and node.name in m.values_given:
            written = m.values_given[node.name]
            m.looked_names.add(node.name)
        if written is not None and not np.all(np.isin(written, (0.0, 1.0))):
            raise Misplaced("bits", place, got=text_of(place))


def whole(m: Machine, value: Any, place: Any, kind: str, **params: object) -> int:
    """A whole number that must be known.  Error: of `kind`."""
    found = known_number(m, value, place)
    if type(found) is bool:
        return int(found)
    if type(found) is not int:
        raise Misplaced(kind, place, **params)
    return found


def known_number(m: Machine, value: Any, place: Any) -> Any:
    """The number that a value is known to be; the value itself where it is no number.

    A number of the graph is computed from what is given, and its inputs are assumed to stay as they are.
    Errors: value-needed; whole-digits, of a whole number of an array that a float has no room for.
    """
    kind = kind_of(value)
    if kind is Computed:
        assume(m, value)
        return value.value
    if kind is Tensor:
        if value.known is not None:
            assume(m, value)
            return value.known
        id = id_of(m, value, place)
        if m.graph.nodes[id].shape != ():
            return value
        found = computed_value(m, id, place)
        assume(m, value)
        if not isinstance(found, float) or not found.is_integer():
            return found
        if abs(found) > EXACT and is_whole(m, id):
            raise Misplaced("whole-digits", place, got=text_of(place))
        return int(found)
    return m.plain_member(value) if kind is Instance else value


def known_array(m: Machine, value: Any, place: Any) -> Value:
    """The numbers that a value is known to be.  Error: value-needed."""
    tensor = tensor_of(m, value, place)
    found = computed_value(m, tensor.id, place)
    assume(m, tensor)
    return found


def computed_value(m: Machine, id: int, place: Any) -> Value:
    """The value of a node, from what the text and the caller give.  Error: value-needed."""
    return value_by(m, id, m.values, place)


def value_from(m: Machine, id: int, source: int, value: Array, place: Any) -> Array | None:
    """What a node would be with another value of the only node that it is made of; None where there are others."""
    values: dict[int, Value] = {source: value}
    waiting = [id]
    while waiting:
        one = waiting.pop()
        if one != source:
            if one < source or not m.graph.nodes[one].inputs:
                return None
            waiting += m.graph.nodes[one].inputs
    return np.asarray(value_by(m, id, values, place))


def value_by(m: Machine, id: int, values: dict[int, Value], place: Any) -> Value:
    """The value of a node by those of others, which are added to.  Error: value-needed."""
    nodes = m.graph.nodes
    pending = [id]
    with np.errstate(all="ignore"):
        while pending:
            one = pending[-1]
            if one in values:
                pending.pop()
                continue
            node = nodes[one]
            if node.op is None:
                found = node.value if node.value is not None else m.values_given.get(node.name or "")
                if found is None:
                    raise Misplaced("value-needed", place, name=node.name)
                values[one] = found
                continue
            waiting = [i for i in node.inputs if i not in values]
            if waiting:
                pending += waiting
                continue
            operands = [values[i] for i in node.inputs]
            m.charge(1, place)
            run = (
                node.op.scalar
                if node.op.scalar is not None and all(type(v) is float for v in operands) and not node.shape
                else node.op.array
            )
            assert run is not None, node.op.name
            made = run(*operands, **node.options)
            values[one] = float(made) if shape_of(made) == () else made
    return values[id]


def plain(m: Machine, value: Any, place: Any) -> Any:
    """A value as an option holds it: whole numbers, True, None, text, and tuples of them; NotImplemented for all else.

    Tuples and lists are tuples.
    """
    value = become(value)
    kind = kind_of(value)
    if kind is int or kind is float or kind is bool or kind is str or value is None:
        return value
    if kind is Computed or kind is Tensor:
        if isinstance(value, Tensor) and m.graph.nodes[value.id].shape:
            return NotImplemented
        return known_number(m, value, place)
    if kind is Fresh:
        if value.varies and m.variation is not None:
            m.variation.decided = True
        return value.value if kind_of(value.value) is float else nested(value.value)
    if kind is ListCell:
        if value.items is None and not value.leaf:
            return tupled(value.literal)
        value = tuple(opened_list(m, value))
    if kind is range:
        m.charge(length(value), place)
        return tuple(value)
    if kind_of(value) is tuple:
        m.charge(len(value), place)  # of what holds the same tuple twice, each is read
        parts = tuple([plain(m, part, place) for part in value])
        return NotImplemented if any(part is NotImplemented for part in parts) else parts
    return NotImplemented


def tupled(items: Any) -> Any:
    return tuple([tupled(item) for item in items]) if kind_of(items) is list else items


def nested(array: Any) -> Any:
    """An array of whole numbers as nested tuples; NotImplemented for others."""
    if np.any(array != np.trunc(array)) or not np.all(np.abs(array) < 2.0**63):
        return NotImplemented
    return tupled(array.astype(np.int64).tolist())


def values_missing(m: Machine, value: Tensor) -> bool:
    """Whether the number of a node depends on an input that has no value yet."""
    try:
        computed_value(m, value.id, m.place)
    except Misplaced:
        return True
    return False


def is_free(m: Machine, tensor: Tensor) -> bool:
    """Whether a value depends on an input that no draw and no size decides."""
    nodes = m.graph.nodes

    def moves(id: int) -> bool:
        return nodes[id].kind == "input" or any(m.moving[i] for i in nodes[id].inputs)

    return tensor.known is None and judged(m.moving, id_of(m, tensor, m.place), lambda id: nodes[id].inputs, moves)
