"""What leads into a layer of a Keras model: lists in Keras 2, tensors with a history in Keras 3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.values import is_json_list, is_mapping

ROLES = ("query", "value", "key", "initial_state", "mask")  # what a layer may be given by name


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that a layer gives.

    layer: its name.  call: of that layer, from 0.  part: of what it gives.  role: the name by which it is handed in;
    empty where it has none.  written: as the file has it.
    """

    layer: str
    call: int
    part: int
    role: str
    written: object


def calls_of(item: Mapping[str, Any], place: str) -> list[list[Reference]]:
    """Every call of a layer.  Error: spec-unsupported, for more than what leads into it."""
    nodes: Any = item.get("inbound_nodes") or []
    if not is_json_list(nodes):
        raise EngineError("spec-unsupported", place=place, option="inbound_nodes", got=shown(nodes))
    return [references(node, place) for node in nodes]


def references(written: object, place: str) -> list[Reference]:
    """The values that a call is given, in their order.  Error: spec-unsupported."""
    found: list[Reference] = []
    named: list[Reference] = []
    pending: list[tuple[object, str]] = [(written, "")]
    while pending:
        part, role = pending.pop()
        history, more = None, {}
        if is_mapping(part) and part.get("class_name") == "__keras_tensor__":
            config = part.get("config")
            history = config.get("keras_history") if is_mapping(config) else ()
        elif is_mapping(part) and "args" in part:
            pending, more = [*pending, (part["args"], role)], part.get("kwargs")
        elif is_json_list(part) and len(part) >= 3 and isinstance(part[0], str):
            history, more = part[:3], part[3] if len(part) > 3 else {}
        elif is_json_list(part):
            pending += [(one, role) for one in reversed(part)]
        elif part is not None:
            more = {"inbound_nodes": part}
        if history is not None:
            (named if role else found).append(reference(history, role, place))
        for option, value in more.items() if is_mapping(more) else ():
            if option in ROLES and (is_json_list(value) or is_mapping(value)):
                pending.append((value, option))
            elif value is not None and (option, value) not in (
                ("training", False),
                ("return_attention_scores", False),
                ("use_causal_mask", False),
            ):
                raise EngineError("spec-unsupported", place=place, option=str(option), got=shown(value))
    return found + sorted(named, key=lambda one: ROLES.index(one.role))


def reference(history: Any, role: str, place: str) -> Reference:
    """Error: spec-unsupported."""
    if (
        not is_json_list(history)
        or len(history) != 3
        or not isinstance(history[0], str)
        or not all(type(number) is int and number >= 0 for number in history[1:])
    ):
        raise EngineError("spec-unsupported", place=place, option="inbound_nodes", got=shown(history))
    return Reference(history[0], history[1], history[2], role, history)
