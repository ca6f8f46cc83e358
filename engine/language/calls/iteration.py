"""What goes through the items of a value: calls that take all of them, and objects that give some."""

from __future__ import annotations

from collections.abc import Generator as Steps
from types import GeneratorType
from typing import TYPE_CHECKING, Any, cast

from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Bound,
    Builtin,
    Generator,
    Given,
    Instance,
    ListCell,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import ended, is_end
from gradlens.engine.language.syntax import Misplaced

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


def gathered(m: Machine, value: Any, node: Any) -> Steps[Any, Any, Any]:
    """All items of a generator, or of an object that gives some."""
    if type(value) is Instance:
        value = yield from iterator_steps(m, m.frame, value, node)
    if type(value) is Generator:
        items: list[Any] = []
        while (found := (yield value)) is not MISSING:
            items.append(found)
        return ListCell(items)
    return ListCell(m.listed(value, node))


def next_item(items: Any) -> Steps[Any, Any, Any]:
    """The next item of a generator of the program, or of what gives items by itself."""
    if type(items) is Generator:
        found = yield items
        return found
    return next(items, MISSING)


def is_iterating(name: str, args: list[Any]) -> bool:
    """Whether a function goes through what it is given: max of several objects compares them."""
    return name in ITERATING and (len(args) == 1 or name not in ("max", "min"))


LAZY = ("zip", "enumerate", "map", "filter", "iter")
ITERATING = (
    "sum list tuple set dict zip enumerate sorted max min any all map filter reversed iter reduce extend join array"
).split()


def drained(
    m: Machine, function: Builtin, args: list[Any], keywords: Any, node: Any, frame: Frame
) -> Steps[Any, Any, Any]:
    """A call whose generators have run to their end: what they give is bounded by the steps that they take."""
    if function.name == "next":
        found = yield args[0]
        if found is not MISSING:
            return found
        if len(args) > 1:
            return args[1]
        raise ended(args[0], node)
    if function.name == "iter" and type(args[0]) is Generator:
        return args[0]
    ready: list[Any] = []
    for value in args:
        if type(value) is Instance and is_iterating(function.name, args) and value.of.find("__iter__") is not MISSING:
            value = yield from iterator_steps(m, frame, value, node)
        if type(value) is Generator and function.name not in LAZY:
            items: list[Any] = []
            while (found := (yield value)) is not MISSING:
                items.append(found)
                if function.name in ("any", "all") and m.truth(found, node) == (function.name == "any"):
                    break
            value = iter(items)
        ready.append(value)
    result = function.run(m, Call(ready, keywords, node, frame, function.name))
    if kind_of(result) is GeneratorType:
        result = yield from cast(Steps[Any, Any, Any], result)
    return result


def gather(m: Machine, frame: Frame, node: Any) -> None:
    """What lies on the stack as a list, where it is a generator or an object that gives items."""
    value = frame.stack[-1]
    if type(value) is Generator or type(value) is Instance:
        frame.stack.pop()
        m.push_steps(frame, gathered(m, value, node))


def iterate(m: Machine, frame: Frame, value: Any, node: Any) -> None:
    """The iterator of a value, on the frame's stack."""
    if type(value) is Instance:
        m.push_steps(frame, iterator_steps(m, frame, value, node))
        return
    frame.stack.append(m.iterator(frame, value, node))


def iterator_steps(m: Machine, frame: Frame, value: Any, node: Any) -> Steps[Any, Any, Any]:
    """What an object of the program's gives its items by."""
    while type(value) is Instance:
        found = value.of.find("__iter__")
        if found is MISSING:
            break
        given = yield Asked(Bound(found, value), [])
        if type(given) is Instance and given.of.find("__next__") is not MISSING:
            return m.lazy(items_of_object(m, given), node)
        value = given
    return m.iterator(frame, value, node)


def items_of_object(m: Machine, held: Instance) -> Steps[Any, Any, None]:
    """The items that an object gives by __next__, until it raises StopIteration."""
    while True:
        try:
            item = yield Asked(Bound(held.of.find("__next__"), held), [])
        except Misplaced as error:
            if not is_end(error):
                raise
            return
        yield Given(item)
