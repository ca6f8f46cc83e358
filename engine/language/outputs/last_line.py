"""What a program ends with, where that is not what is differentiated: the page says so."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import Computed, DictCell, DictView, Fresh, ListCell, SetCell, Tensor, kind_of
from gradlens.engine.language.values.value_texts import text_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

VALUES = (Tensor, Computed, Fresh, ListCell, DictCell, DictView, SetCell, tuple, range, int, float, bool)
SAME = ("stop_gradient", "identity")  # loss.item() shows the loss


def not_shown(m: Machine, output: int) -> str:
    """The text of the last line, where its value is not the output; else nothing."""
    body = m.syntax.body
    if body and isinstance(body[-1], ast.Assign):
        return not_differentiated(m, body[-1], output)
    if m.ending is None or not body or not isinstance(body[-1], ast.Expr) or m.ending[1] is not body[-1].value:
        return ""
    value, place = m.ending
    if kind_of(value) not in VALUES or is_made_of(m, value, output):
        return ""
    return text_of(place)


def not_differentiated(m: Machine, line: ast.Assign, output: int) -> str:
    """What the last line gives a name after .backward() of another number, where it is no update of that name."""
    if m.chosen is None:
        return ""
    name = line.targets[0].id if isinstance(line.targets[0], ast.Name) else ""
    value = m.root.names.get(name)
    updates = any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(line.value))
    if updates or type(value) is not Tensor or value.id < 0 or m.graph.nodes[value.id].shape:
        return ""
    computed = m.graph.nodes[value.id].op is not None and value.id > output
    return text_of(line.value) if computed and not is_made_of(m, value, output) else ""


def is_made_of(m: Machine, value: Any, output: int) -> bool:
    """Whether a value is the output, shows its number, or holds it."""
    graph = m.graph
    pending: list[Any] = [value]
    while pending:
        one = pending.pop()
        m.charge(1, m.place)
        kind = kind_of(one)
        if kind in (tuple, list):
            pending += one
            continue
        if kind is DictCell:
            pending += one.items.values()
            continue
        if kind is ListCell and one.tensor is None:
            pending += one.items or ()
            continue
        held = one.tensor if kind in (Computed, Fresh, ListCell) else one
        if type(held) is not Tensor or held.id < 0:
            continue
        node = graph.nodes[held.id]  # as it is: a view makes no node here
        while node.id != output and node.kind in SAME:
            node = graph.nodes[node.inputs[0]]
        if node.id == output:
            return True
    return False
