"""What is differentiated where a program ends with several values: the first of them that has a gradient."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.objects import (
    Computed,
    DictCell,
    Fresh,
    Instance,
    ListCell,
    Several,
    Tensor,
    kind_of,
)
from gradlens.engine.language.syntax import source
from gradlens.engine.language.values import value_texts

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

MOST_NAMED = 3  # of the values that are not differentiated


def holds_several(m: Machine, value: Any) -> bool:
    """Whether a value holds others and is no array itself."""
    kind = kind_of(value)
    return kind in (tuple, DictCell, Several) or (kind is ListCell and not nodes.is_numeric(m, value, rows=False))


def first_with_gradient(m: Machine, value: Any, place: Any, computed: bool = False) -> tuple[Any, str] | None:
    """The first of the values in a tuple, list or dictionary that has a gradient, and the others in a few words.

    What was computed comes before what is an input itself.  computed: only that.  None, where no value has a gradient.
    """
    items = items_of(m, value, place)
    parts = [flattened(m, item, place) for item, _ in items]
    for has_gradient in (is_computed,) if computed else (is_computed, is_input):
        for at, held in enumerate(parts):
            for part in held:
                if has_gradient(m, part):
                    others = [text for i, (_, text) in enumerate(items) if i != at]
                    return part, ", ".join(others[:MOST_NAMED] + ["…"] * (len(others) > MOST_NAMED))
    return None


def items_of(m: Machine, value: Any, place: Any) -> list[tuple[Any, str]]:
    """The items of a value that holds several, each with its text, its name or its key."""
    if kind_of(value) is DictCell:
        return [(item, str(key)) for key, item in value.items.items()]
    if kind_of(value) is Several:
        return [(value.get(name), name) for name in value.parts]
    items = m.listed(value, place)
    if isinstance(place, (ast.Tuple, ast.List)) and len(place.elts) == len(items):
        return list(zip(items, map(source, place.elts)))
    return [(item, text_of(m, item)) for item in items]


def text_of(m: Machine, value: Any) -> str:
    name = m.graph.nodes[value.id].name if type(value) is Tensor else None
    return name or value_texts.shown(value)


def flattened(m: Machine, value: Any, place: Any) -> list[Any]:
    """The values that a value holds, however deep."""
    found: list[Any] = []
    pending: list[Any] = [value]
    seen: set[int] = set()  # a list may hold itself
    while pending:
        one = pending.pop()
        m.charge(1, place)
        if holds_several(m, one) and id(one) not in seen:
            seen.add(id(one))
            pending += [item for item, _ in reversed(items_of(m, one, place))]
        else:
            found.append(one)
    return found


def is_computed(m: Machine, value: Any) -> bool:
    """Whether a value was computed from an input, by steps that pass a gradient on."""
    if type(value) is Instance:
        value = m.number_inside(value)
    if type(value) is Computed and value.tensor is None:
        return value.flows and value.op is not None and value.op.has_gradient
    tensor = value.tensor if type(value) in (Computed, ListCell, Fresh) else value
    if type(tensor) is not Tensor:
        return False
    return m.graph.nodes[nodes.id_of(m, tensor, m.place)].op is not None and passes_gradient(m, tensor.id)


def is_input(m: Machine, value: Any) -> bool:
    if type(value) is Fresh and value.tensor is None:
        return bool(value.drawn)
    tensor = value.tensor if type(value) in (Computed, ListCell, Fresh) else value
    return type(tensor) is Tensor and m.graph.nodes[tensor.id].kind == "input"


def passes_gradient(m: Machine, id: int, inputs: Collection[int] = ()) -> bool:
    """Whether a way of differentiable steps leads from an input to a node.

    inputs: what else counts as one, such as the second number of a name, which becomes it once the output needs it.
    """
    graph = m.graph
    pending, seen = [id], {id}
    while pending:
        node = graph.nodes[pending.pop()]
        m.charge(1, m.place)
        if node.kind == "input" or node.id in inputs:
            return True
        for argnum, source_id in enumerate(node.inputs):
            if source_id not in seen and node.op is not None and node.op.rule(argnum) is not None:
                seen.add(source_id)
                pending.append(source_id)
    return False
