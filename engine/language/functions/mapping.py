"""Functions of functions: map, filter, any, all, reduce."""

from __future__ import annotations

from collections.abc import Generator as Steps
from functools import reduce
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calling import Asked
from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.calls.iteration import next_item
from gradlens.engine.language.functions.counting import iterated
from gradlens.engine.language.objects import MISSING, Builtin, Generator, Given
from gradlens.engine.language.standard.exceptions import as_python
from gradlens.engine.language.syntax import Misplaced

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def map_of(m: Machine, call: Call) -> Generator:
    function, *parts = expect(call, 2, 99)
    return m.lazy(mapped(function, [iterated(m, part, call, i + 1) for i, part in enumerate(parts)]), call.node)


def mapped(function: Any, parts: list[Any]) -> Steps[Any, Any, None]:
    while True:
        items: list[Any] = []
        for part in parts:
            item = yield from next_item(part)
            if item is MISSING:
                return
            items.append(item)
        made = yield Asked(function, items)
        yield Given(made)


def filter_of(m: Machine, call: Call) -> Generator:
    function, items = expect(call, 2, 2)
    return m.lazy(filtered(m, function, iterated(m, items, call, 1), call.node), call.node)


def filtered(m: Machine, function: Any, items: Any, node: Any) -> Steps[Any, Any, None]:
    while (item := (yield from next_item(items))) is not MISSING:
        holds = item if function is None else (yield Asked(function, [item]))
        if m.truth(holds, node):
            yield Given(item)


def any_of(m: Machine, call: Call) -> bool:
    (items,) = expect(call, 1, 1)
    return any(m.truth(item, call.node) for item in m.listed(items, call.text(0)))


def all_of(m: Machine, call: Call) -> bool:
    (items,) = expect(call, 1, 1)
    return all(m.truth(item, call.node) for item in m.listed(items, call.text(0)))


def reduce_of(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    function, items, *start = expect(call, 2, 3)
    given = m.listed(items, call.text(1))
    if not given and not start:
        said = as_python(lambda: reduce(max, list[Any]()))
        raise Misplaced("empty-sequence", call.node, name="reduce").as_in_python(said)
    total = start[0] if start else given.pop(0)
    for item in given:
        total = yield Asked(function, [total, item])
    return total


REDUCE = Builtin("reduce", reduce_of, "reduce(function, items)")
