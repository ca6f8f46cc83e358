"""The modules heapq and bisect: lists that are kept in order."""

from __future__ import annotations

import bisect
import heapq
import operator
from collections.abc import Callable
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import Asked, Builtin, Instance, ListCell
from gradlens.engine.language.standard.exceptions import by_types, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.language.values.comparisons import sortable

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


class Ordered:
    """An item with what it is ordered by."""

    __slots__ = ("item", "key")

    def __init__(self, item: Any, key: Any):
        self.item, self.key = item, key

    def __lt__(self, other: Ordered) -> bool:
        return self.key < other.key


def ordered(m: Machine, items: list[Any], node: Any) -> list[Ordered]:
    try:
        return [Ordered(item, sortable(m, item, node)) for item in items]
    except TypeError:
        said = None if any(type(item) is Instance for item in items) else by_types(operator.lt, *items[:2])
        raise Misplaced("not-compared", node, left="…", right="…").as_in_python(said) from None


def opened(m: Machine, cell: Any, node: Any) -> list[Any]:
    if type(cell) is not ListCell:
        raise Misplaced("not-written", node, got=m.shown(cell))
    items = nodes.opened_list(m, cell)
    m.charge(len(items), node)
    return items


def on_heap(run: Callable[..., Any]) -> Callable[[Machine, Call], Any]:
    """A function of heapq that changes a list."""

    def method(m: Machine, call: Call) -> Any:
        cell, *given = call.args
        items = opened(m, cell, call.node)
        heap = ordered(m, items, call.node)
        try:
            found = run(heap, *ordered(m, given, call.node))
        except IndexError as error:
            refused = Misplaced("empty-sequence", call.node, name=call.name)
            raise refused.as_in_python(raising("IndexError", *error.args)) from None
        except TypeError as error:
            refused = Misplaced("not-compared", call.node, left="…", right="…")
            raise refused.as_in_python(raising("TypeError", *error.args)) from None
        items[:] = [one.item for one in heap]
        nodes.list_changed(m, cell)
        return found.item if isinstance(found, Ordered) else None

    return method


def chosen(largest: bool) -> Callable[[Machine, Call], Steps[Any, Any, ListCell]]:
    """nlargest and nsmallest."""

    def run(m: Machine, call: Call) -> Steps[Any, Any, ListCell]:
        count, items, *key = call.args
        key = key or [call.keywords[name] for name in call.keywords if name == "key"]
        found = m.listed(items, call.node)
        m.charge(len(found) * max(len(found).bit_length(), 1) // 4, call.node)
        keys: list[Any] = []
        for item in found:
            by = (yield Asked(key[0], [item])) if key and key[0] is not None else item
            keys.append(by)
        order = [one.key for one in ordered(m, keys, call.node)]
        places = sorted(range(len(found)), key=lambda at: order[at], reverse=largest)
        wanted = max(known_values.whole(m, count, call.node, "index-type"), 0)
        return ListCell([found[at] for at in places[:wanted]])

    return run


def found_place(m: Machine, call: Call) -> int:
    cell, value, *_ = call.args
    items = opened(m, cell, call.node)
    *keys, key = [one.key for one in ordered(m, [*items, value], call.node)]
    left = call.name.endswith("_left")
    try:
        return bisect.bisect_left(keys, key) if left else bisect.bisect_right(keys, key)
    except TypeError as error:
        refused = Misplaced("not-compared", call.node, left="…", right="…")
        raise refused.as_in_python(raising("TypeError", *error.args)) from None


def inserted(m: Machine, call: Call) -> None:
    cell, value = call.args
    at = found_place(m, call)
    nodes.opened_list(m, cell).insert(at, value)
    nodes.list_changed(m, cell)


HEAPQ: dict[str, Builtin] = {
    **{
        name: Builtin(name, on_heap(run))
        for name, run in {
            "heapify": heapq.heapify,
            "heappush": heapq.heappush,
            "heappop": heapq.heappop,
            "heapreplace": heapq.heapreplace,
            "heappushpop": heapq.heappushpop,
        }.items()
    },
    "nlargest": Builtin("nlargest", chosen(True)),
    "nsmallest": Builtin("nsmallest", chosen(False)),
}
BISECT: dict[str, Builtin] = {
    **{name: Builtin(name, found_place) for name in ("bisect", "bisect_left", "bisect_right")},
    **{name: Builtin(name, inserted) for name in ("insort", "insort_left", "insort_right")},
}
