"""The module copy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    Builtin,
    DequeCell,
    DictCell,
    Fresh,
    Instance,
    ListCell,
    SetCell,
    Tensor,
    kind_of,
)
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def shallow(m: Machine, value: Any, node: Any) -> Any:
    """A value of its own that holds the same; what cannot be changed is itself."""
    kind = kind_of(value)
    if kind is ListCell:
        m.charge(len(nodes.opened_list(m, value)) // 8, node)
        return ListCell(list(nodes.opened_list(m, value)))
    if kind is DictCell:
        m.charge(len(value.items) // 8, node)
        return DictCell(dict(value.items), value.kind, value.factory)
    if kind is SetCell:
        m.charge(len(value.items) // 8, node)
        return SetCell(set(value.items))
    if kind is DequeCell:
        m.charge(len(value.items) // 8, node)
        return DequeCell(value.items.copy())
    if kind is Instance and value.of.native != "enum":
        return Instance(value.of, dict(value.names))
    if kind is Fresh and value.parameter and value.tensor is None and m.behaviour is not None:
        return replace(value, name=None)  # in training the copy goes its own way
    if kind is Fresh and (value.parameter or value.tensor is not None):
        return shallow(m, nodes.tensor_of(m, value, node), node)
    if kind is Tensor and value in m.parameters:
        made = nodes.apply(m, OPS["stop_gradient"], (nodes.id_of(m, value, node),), nodes.NO_OPTIONS, node)
        made.library = value.library
        m.graph.nodes[made.id].differentiable = True
        m.parameters.add(made)
        return made
    if kind is Tensor:
        return Tensor(nodes.id_of(m, value, node), value.known, library=value.library)
    if kind is Fresh:
        return replace(value)
    return value


def copy(m: Machine, call: Call) -> Any:
    (value,) = call.args
    if type(value) is Instance and (found := value.of.find("__copy__")) is not MISSING:
        return m.answer(Bound(found, value), [], call.node)
    return shallow(m, value, call.node)


def deep_copy(m: Machine, call: Call) -> Any:
    made: dict[int, tuple[Any, Any]] = {}  # by the identity of what was copied, which is kept alive

    def copied(value: Any) -> Any:
        m.charge(1, call.node)
        if id(value) in made:
            return made[id(value)][1]
        if kind_of(value) is tuple:
            parts = tuple([copied(part) for part in value])
            same = all(part is old for part, old in zip(parts, value))
            made.setdefault(id(value), (value, value if same else parts))
            return made[id(value)][1]
        if type(value) is Instance and (found := value.of.find("__deepcopy__")) is not MISSING:
            return m.answer(Bound(found, value), [DictCell({})], call.node)
        found = shallow(m, value, call.node)
        if found is value:
            return value
        made[id(value)] = (value, found)
        if type(found) is ListCell:
            found.items = [copied(part) for part in found.items or ()]
        elif type(found) is DictCell:
            found.items = {copied(key): copied(part) for key, part in found.items.items()}
        elif type(found) is DequeCell:
            parts = [copied(part) for part in found.items]
            found.items.clear()
            found.items.extend(parts)
        elif type(found) is Instance:
            found.names = {name: copied(part) for name, part in found.names.items()}
        return found

    return copied(call.args[0])


COPY = {"copy": Builtin("copy", copy), "deepcopy": Builtin("deepcopy", deep_copy)}
