"""Which inputs the graph is as it is by: what is assumed of them, and what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import Computed, ListCell, Tensor, kind_of
from gradlens.engine.language.values.value_texts import KNOWN_SHOWN

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def assume(m: Machine, value: Any) -> None:
    """The inputs that a known value was made from are assumed to stay as they are."""
    if type(value) is Tensor and value.id in m.assumed:
        return
    ids: list[int] = []
    pending: list[Any] = [value]
    while pending:
        one = pending.pop()
        if type(one) is Tensor:
            ids.append(one.id)
        elif type(one) is Computed:
            if one.tensor is not None:
                ids.append(one.tensor.id)
            if one.varies and one not in m.assumed_numbers:  # each once, however many ways lead to it
                m.assumed_numbers[one] = None
                pending += one.parts
    nodes, seen = m.graph.nodes, m.assumed
    while ids:
        id = ids.pop()
        if id not in seen:
            seen[id] = None
            ids += nodes[id].inputs


def look(m: Machine, value: Any) -> None:
    """Note the inputs by whose numbers the graph is as it is, beyond what is assumed: in a label, or in what is no
    number for others.
    """
    kind = kind_of(value)
    if kind is Tensor or kind is Computed:
        if value.id in m.looked if kind is Tensor else not value.varies:
            return
        pending: list[Any] = [value]
    elif kind is tuple or (kind is ListCell and value.items is not None):
        pending = list(value if kind is tuple else value.items)[:KNOWN_SHOWN]
    else:
        return
    ids: list[int] = []
    while pending:
        one = pending.pop()
        if type(one) is Tensor:
            ids.append(one.id)
        elif type(one) is Computed and one.varies and one not in m.looked_numbers:
            m.looked_numbers.add(one)
            pending += one.parts
    nodes = m.graph.nodes
    while ids:
        id = ids.pop()
        if id not in m.looked:
            m.looked[id] = True
            node = nodes[id]
            ids += node.inputs
            if node.kind == "input" and node.name is not None:
                m.looked_names.add(node.name)


def most_bits(m: Machine, value: Any) -> int | None:
    """The most bits that a known number can have whatever the inputs are: 0 of a float, None where that is unknown."""
    kind = kind_of(value)
    if kind is Tensor:
        return m.bits.get(value.id)
    if kind is Computed:
        if value.varies:
            return value.bits
        value = value.value
    return 0 if type(value) is float else value.bit_length()


def varies(value: Any) -> bool:
    """Whether a known number may be another where the same graph is wanted."""
    return type(value) is Tensor or (type(value) is Computed and value.varies)


def flows(value: Any) -> bool:
    """Whether a number is of the graph, or was computed from one that is."""
    return type(value) is Tensor or (type(value) is Computed and value.flows)
