"""Python's sum, of numbers, arrays, rows and objects."""

from __future__ import annotations

import ast
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.arithmetic import computed, result
from gradlens.engine.language.calls import operators
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.calls.operators import NAMES
from gradlens.engine.language.functions.numbers import op_of
from gradlens.engine.language.nodes import tensor_of
from gradlens.engine.language.objects import MISSING, Computed, DictCell, Fresh, Instance, ListCell, Tensor, Unreachable
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import value_texts
from gradlens.engine.language.values.numbers import is_number, value_of
from gradlens.engine.language.values.operands import is_array
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def sum_of(m: Machine, call: Call) -> Any:
    """Python's sum of items, and the op of an array where no library is used."""
    if not call.args or call.keywords.keys() - {"start"} or len(call.args) > 2:
        return op_of(m, "sum", call)
    items, *start = call.args
    start = start or [call.keywords[k] for k in call.keywords]
    if type(items) is Unreachable:
        return items
    if type(items) is Tensor or type(items) is Fresh or is_array(m, items):
        of_op = not start or type(start[0]) is int or start[0] is None
        if of_op and not m.libraries and (type(items) is not Tensor or not start or not is_list_start(start[0])):
            return op_of(m, "sum", call)
        return rows_sum(m, tensor_of(m, items, call.text(0)), start, call)
    if is_number(items):
        return op_of(m, "sum", call)
    if type(items) is ListCell and is_rows(items) and not m.libraries and not start:
        return op_of(m, "sum", call)  # rows of numbers are an array where no library is spoken
    given = m.listed(items, call.text(0))
    return folded(m, given, start[0] if start else 0, call)


def is_rows(cell: ListCell) -> bool:
    """Whether a list is rows of numbers as the text has them."""
    return cell.items is None and any(isinstance(item, list) for item in cell.literal or ())


def is_list_start(value: Any) -> bool:
    return type(value) in (ListCell, Tensor, Computed, float)


def rows_sum(m: Machine, tensor: Tensor, start: list[Any], call: Call) -> Any:
    """Python's sum of an array: of its rows."""
    id = nodes.id_of(m, tensor, call.node)
    shape = m.graph.nodes[id].shape
    if not shape:
        raise Misplaced("not-iterable", call.text(0), got=value_texts.text_of(call.text(0)))
    if start and type(start[0]) is int and start[0] != 0:
        raise Misplaced("sum-start", call.text(1))
    options: dict[str, Any] = {"axis": 0 if len(shape) > 1 else None, "keepdims": False}
    total = nodes.apply(m, OPS["sum"], (id,), options, call.node)
    if start and not (is_number(start[0]) and value_of(m, start[0]) == 0):
        return result(m, ast.Add, total, start[0], call.node)
    return total


def folded(m: Machine, items: list[Any], start: Any, call: Call) -> Any:
    """start + items[0] + items[1] + …; of arrays of one shape as one sum of the list that they are."""
    if any(type(item) is Instance for item in items) or type(start) is Instance:
        return folded_objects(m, items, start, call)
    if all(is_number(item) for item in items):
        m.charge(len(items), call.node)
        total = start
        if is_number(start):
            for item in items:
                total = computed(m, ast.Add, total, item, call.node)
                if not is_number(total):
                    break
            else:
                return stacked_sum(m, items, start, total, call) if m.is_flowing(items) else total
    if any(type(item) in (str, DictCell) or item is None for item in items):
        bad = next(item for item in items if type(item) in (str, DictCell) or item is None)
        raise value_texts.no_number(m, bad, call.text(0))
    if any(type(item) in (ListCell, tuple) for item in items) and type(start) in (ListCell, tuple):
        for item in items:
            start = result(m, ast.Add, start, item, call.node)
        return start
    return stacked_sum(m, items, start, None, call)


def stacked_sum(m: Machine, items: list[Any], start: Any, known: Any, call: Call) -> Any:
    if not items:
        return start
    ids = [nodes.id_of(m, item, call.text(0)) for item in items]
    shapes = {m.graph.nodes[id].shape for id in ids}
    if len(shapes) > 1:
        total: Any = start
        for item in items:
            total = item if is_number(total) and value_of(m, total) == 0 else result(m, ast.Add, total, item, call.node)
        return total
    rows = nodes.apply(m, OPS["stack"], tuple(ids), {"axis": 0}, call.text(0))
    axis = 0 if len(m.graph.nodes[rows.id].shape) > 1 else None
    made = nodes.apply(m, OPS["sum"], (rows.id,), {"axis": axis, "keepdims": False}, call.node)
    if not (is_number(start) and value_of(m, start) == 0):
        made = result(m, ast.Add, made, start, call.node)
    if known is not None and type(made) is Tensor:
        if type(value_of(m, known)) is float:
            made.library = made.library or "math"  # whose numbers are floats
        else:
            made.known = value_of(m, known)
    return made


def folded_objects(m: Machine, items: list[Any], start: Any, call: Call) -> Steps[Any, Any, Any]:
    total = start
    for item in items:
        if type(total) is Instance or type(item) is Instance:
            if is_number(total) and value_of(m, total) == 0 and type(item) is Instance and total is start:
                found = item.of.find("__radd__")
                if found is MISSING:
                    raise Misplaced("no-operator", call.node, name="__radd__", got=item.of.name)
            total = yield from operators.operator_steps(m, NAMES[ast.Add], total, item, call.node)
        else:
            total = result(m, ast.Add, total, item, call.node)
    return total
