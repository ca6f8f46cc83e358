"""Python's functions that count and go through items: range, enumerate, zip, reversed, len, iter, next."""

from __future__ import annotations

from collections.abc import Generator as Steps
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calling import Asked, asking
from gradlens.engine.language.calls import arguments
from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.calls.iteration import next_item
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    ClassObject,
    DequeCell,
    DictCell,
    DictView,
    Fresh,
    Generator,
    Given,
    Instance,
    ListCell,
    SetCell,
    Tensor,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.array_errors import of_array
from gradlens.engine.language.standard.exceptions import as_python, by_types, ended, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts, written_lists
from gradlens.engine.language.values.comparisons import equal
from gradlens.engine.language.values.operands import is_array
from gradlens.engine.language.values.value_texts import check_text, shown

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def slice_of(m: Machine, call: Call) -> slice:
    """slice(stop), slice(start, stop, step): what stands between the brackets of an index."""
    if call.keywords or not 1 <= len(call.args) <= 3:
        raise Misplaced("method-arguments", call.node, name="slice", least=1, most=3, count=len(call.args))
    return slice(*call.args)


def range_of(m: Machine, call: Call) -> range:
    if call.keywords or not 1 <= len(call.args) <= 3:
        raise Misplaced("range-bounds", call.node)
    numbers = [known_values.whole(m, a, call.text(i), "range-bounds") for i, a in enumerate(call.args)]
    if len(numbers) == 3 and numbers[2] == 0:
        raise Misplaced("slice-step", call.text(2)).as_in_python(as_python(lambda: range(0, 1, 0)))
    return range(*numbers)


def iterated(m: Machine, value: Any, call: Call, place: int) -> Iterator[Any] | Generator:
    return m.iterator(call.frame, value, call.text(place))


def enumerate_of(m: Machine, call: Call) -> Iterator[Any] | Generator:
    names = ["iterable", "start"]
    bound = arguments.by_name(call.name, "enumerate(x, start=0)", names, names[:1], call.args, call.keywords, call.node)
    text = call.text("start" if "start" in call.keywords else 1)
    start = known_values.whole(m, bound.get("start", 0), text, "index-type")
    items = iterated(m, bound["iterable"], call, 0)
    if isinstance(items, Generator):
        return m.lazy(enumerated(items, start), call.node)
    return enumerate(items, start)


def enumerated(items: Generator, start: int) -> Steps[Any, Any, None]:
    while (item := (yield items)) is not MISSING:
        yield Given((start, item))
        start += 1


def zip_of(m: Machine, call: Call) -> Iterator[Any] | Generator:
    bound = arguments.by_name(call.name, "zip(x, y, …, strict=False)", ["strict"], [], [], call.keywords, call.node)
    parts = [iterated(m, part, call, i) for i, part in enumerate(call.args)]
    strict = m.truth(bound.get("strict", False), call.node)
    known = [part for part in parts if not isinstance(part, Generator)]
    if len(known) < len(parts):
        return m.lazy(zipped_lazily(parts, strict, call.node), call.node)
    return iterator_of(counted(m, zipped(known, strict, call.node), call.node))


def zipped_lazily(parts: list[Any], strict: bool, node: Any) -> Steps[Any, Any, None]:
    """Items one by one: of what ends first the others are asked no further, as in Python."""
    while True:
        found: list[Any] = []
        for part in parts:
            item = yield from next_item(part)
            if item is MISSING:
                others = parts[1:] if not found else ()
                for other in others if strict else ():
                    item = yield from next_item(other)
                    if item is not MISSING:
                        break
                if strict and (found or item is not MISSING):
                    raise Misplaced("zip-lengths", node)
                return
            found.append(item)
        yield Given(tuple(found))


def counted(m: Machine, items: Iterator[Any], node: Any) -> Iterator[Any]:
    for item in items:
        m.charge(1, node)
        yield item


def iterator_of(items: Iterator[Any]) -> Iterator[Any]:
    """Items as a value: a generator of the evaluator's own would be taken for one that asks for calls."""
    return chain(items)


def zipped(parts: list[Iterator[Any]], strict: bool, node: Any) -> Iterator[Any]:
    try:
        yield from zip(*parts, strict=strict)
    except ValueError as error:
        raise Misplaced("zip-lengths", node).as_in_python(raising("ValueError", *error.args)) from None


def reversed_of(m: Machine, call: Call) -> Iterator[Any]:
    (value,) = expect(call, 1, 1)
    if hasattr(value, "__next__") or type(value) is SetCell:
        raise Misplaced("not-reversed", call.text(0), got=value_texts.text_of(call.text(0)))
    if type(value) is range:
        return iter(value[::-1])
    if type(value) is Tensor:
        m.turn_place = m.turn_place or call.text(0)
    if type(value) is ListCell and not is_array(m, value):
        return iterator_of(backwards(nodes.opened_list(m, value), value))
    return iter(m.listed(value, call.text(0))[::-1])


def backwards(items: list[Any], cell: ListCell) -> Iterator[Any]:
    """The items of a list that may change meanwhile, from the last place on."""
    for at in range(len(items) - 1, -1, -1):
        if cell.items is None or at >= len(cell.items):
            return
        yield cell.items[at]


def len_of(m: Machine, call: Call) -> Any:
    (value,) = expect(call, 1, 1)
    kind = kind_of(value)
    if kind in (ListCell, tuple, str, range):
        check_text(m, value, call.text(0))
        return written_lists.length(value)
    if kind is DictCell or kind is SetCell:
        return len(value.items)
    if kind is DictView:
        return len(value.held.items)
    if kind is DequeCell:
        return len(value.items)
    if kind is ClassObject and value.native == "enum":
        return len(m.members(value))
    if kind is Tensor or kind is Fresh:
        shape = m.graph.nodes[nodes.id_of(m, value, call.node)].shape if kind is Tensor else np.shape(value.value)
        if shape:
            return shape[0]
        raise of_array(Misplaced("len-argument", call.node), value)
    if kind is Unreachable:
        return value
    if kind is Instance and (found := value.of.find("__len__")) is not MISSING:
        return asking(Asked(Bound(found, value), []))
    raise Misplaced("len-argument", call.node).as_in_python(by_types(len, value))


def iter_of(m: Machine, call: Call) -> Any:
    value, *end = expect(call, 1, 2)
    if end:
        return m.lazy(called_until(m, value, end[0], call.node), call.node)
    items = iterated(m, value, call, 0)
    return items if isinstance(items, Generator) else iterator_of(items)


def called_until(m: Machine, function: Any, end: Any, node: Any) -> Steps[Any, Any, None]:
    """What a function gives, call by call, until that is the end."""
    while True:
        item = yield Asked(function, [])
        if equal(m, item, end, node):
            return
        yield Given(item)


def next_of(m: Machine, call: Call) -> Any:
    held, *default = expect(call, 1, 2)
    if not hasattr(held, "__next__"):
        raise Misplaced("not-iterable", call.node, got=shown(held)).as_in_python(by_types(next, held))
    found = next(held, MISSING)
    if found is MISSING:
        if default:
            return default[0]
        raise ended(held, call.node)
    return found
