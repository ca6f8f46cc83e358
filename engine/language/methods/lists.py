"""The methods of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call, method_arguments
from gradlens.engine.language.functions.ordering import sorted_items
from gradlens.engine.language.nodes import extend_empty, list_changed, opened_list, tensor_of
from gradlens.engine.language.objects import Builtin, Fresh, ListCell
from gradlens.engine.language.standard.exceptions import as_python, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.language.values.comparisons import equal
from gradlens.engine.language.values.value_texts import shown

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


MOVED = 256  # items that are moved in the time of a step, where one before them comes or goes


def changed(run: Callable[[Machine, ListCell, list[Any], Call], Any]) -> Callable[[Machine, Call], Any]:
    def method(m: Machine, call: Call) -> Any:
        cell = call.args[0]
        extend_empty(m, cell)
        items = opened_list(m, cell)
        call.args = [tensor_of(m, a, call.node) if type(a) is Fresh else a for a in call.args]
        found = run(m, cell, items, call)
        list_changed(m, cell)
        return found

    return method


def list_append(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    items.append(method_arguments(call, 1, 1)[0])


def list_extend(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    items += m.listed(method_arguments(call, 1, 1)[0], call.node)


def list_insert(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    at, value = method_arguments(call, 2, 2)
    m.charge(len(items) // MOVED, call.node)
    items.insert(known_values.whole(m, at, call.text(1), "index-type"), value)


def list_pop(m: Machine, cell: ListCell, items: list[Any], call: Call) -> Any:
    given = method_arguments(call, 0, 1)
    at = known_values.whole(m, given[0], call.text(1), "index-type") if given else -1
    if not -len(items) <= at < len(items):
        refused = Misplaced("index-range", call.node, index=at, axis=0, size=len(items))
        raise refused.as_in_python(as_python(lambda: [0][: len(items)].pop(at)))
    m.charge(0 if at == -1 else len(items) // MOVED, call.node)
    return items.pop(at)


def list_remove(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    value = method_arguments(call, 1, 1)[0]
    for i, item in enumerate(items):
        if equal(m, item, value, call.node):
            m.charge(len(items) // MOVED, call.node)
            del items[i]
            return
    raise Misplaced("not-in-list", call.node, got=shown(value)).as_in_python(as_python(lambda: list[Any]().remove(0)))


def list_clear(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    items.clear()


def list_reverse(m: Machine, cell: ListCell, items: list[Any], call: Call) -> None:
    m.charge(len(items) // 64, call.node)
    items.reverse()


def list_sort(m: Machine, call: Call) -> Any:
    """As in CPython the list is empty while it is sorted: its keys may look at it."""
    cell = call.args[0]
    items = opened_list(m, cell)
    list_changed(m, cell)
    cell.items = during = []
    try:
        items = yield from sorted_items(m, items, call)
    finally:
        changed, cell.items = cell.items is not during or during, items
        list_changed(m, cell)
    if changed:
        refused = Misplaced("changed-in-sort", call.node)
        raise refused.as_in_python(raising("ValueError", "list modified during sort"))
    return None


def list_index(m: Machine, call: Call) -> int:
    items = opened_list(m, call.args[0])
    value = method_arguments(call, 1, 1)[0]
    for i, item in enumerate(items):
        if equal(m, item, value, call.node):
            return i
    refused = Misplaced("not-in-list", call.node, got=shown(value))
    raise refused.as_in_python(raising("ValueError", f"{m.represented(value, call.node)} is not in list"))


def list_count(m: Machine, call: Call) -> int:
    value = method_arguments(call, 1, 1)[0]
    return sum(equal(m, item, value, call.node) for item in opened_list(m, call.args[0]))


def list_copy(m: Machine, call: Call) -> ListCell:
    return ListCell(list(opened_list(m, call.args[0])))


LIST: dict[str, Builtin] = {
    name: Builtin(name, run)
    for name, run in {
        "append": changed(list_append),
        "extend": changed(list_extend),
        "insert": changed(list_insert),
        "pop": changed(list_pop),
        "remove": changed(list_remove),
        "clear": changed(list_clear),
        "reverse": changed(list_reverse),
        "sort": list_sort,
        "index": list_index,
        "count": list_count,
        "copy": list_copy,
    }.items()
}
