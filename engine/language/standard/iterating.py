"""The module itertools: items one by one as they are asked for, each of them counted."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.arithmetic import result
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.calls.iteration import iterator_steps, next_item
from gradlens.engine.language.calls.operators import operator_steps
from gradlens.engine.language.objects import MISSING, Asked, Builtin, Generator, Given, Instance, kind_of
from gradlens.engine.language.standard.exceptions import raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.language.values.comparisons import equal

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

Items = Steps[Any, Any, None]
PLUS = ("__add__", "__radd__")


def opened(m: Machine, call: Call, value: Any, place: int | str = 0) -> Steps[Any, Any, Any]:
    """What gives the items of a value."""
    return (yield from iterator_steps(m, call.frame, value, call.text(place)))


def all_of(m: Machine, call: Call, value: Any, place: int | str = 0) -> Steps[Any, Any, list[Any]]:
    items = yield from opened(m, call, value, place)
    found: list[Any] = []
    while (item := (yield from next_item(items))) is not MISSING:
        m.charge(1, call.node)
        found.append(item)
    return found


def bound(call: Call, signature: str, required: int = 1) -> dict[str, Any]:
    """The arguments of a call by the names of a signature, as in "iterable, n=2"."""
    names = [part.partition("=")[0] for part in signature.split(", ")]
    text = f"{call.name}({signature})"
    return by_name(call.name, text, names, names[:required], call.args, call.keywords, call.node)


def whole(m: Machine, value: Any, call: Call) -> int:
    return known_values.whole(m, value, call.node, "index-type")


def count_of(m: Machine, value: Any, call: Call, name: str) -> int:
    """Error: ValueError of the program's, for a number below zero."""
    found = whole(m, value, call)
    if found < 0:
        refused = Misplaced("index-type", call.node)
        raise refused.as_in_python(raising("ValueError", f"{name} must be non-negative"))
    return found


# ------------------------------------------------------------------ one after another


def chained(m: Machine, call: Call) -> Items:
    for place, value in enumerate(call.args):
        yield from passed_on(m, (yield from opened(m, call, value, place)))


def chained_from(m: Machine, call: Call) -> Items:
    parts = yield from opened(m, call, call.args[0])
    while (part := (yield from next_item(parts))) is not MISSING:
        yield from passed_on(m, (yield from opened(m, call, part)))


def passed_on(m: Machine, items: Any) -> Items:
    while (item := (yield from next_item(items))) is not MISSING:
        yield Given(item)


def repeated(m: Machine, call: Call) -> Items:
    given = bound(call, "object, times")
    times = whole(m, given["times"], call) if "times" in given else None
    turn = 0
    while times is None or turn < times:
        yield Given(given["object"])
        turn += 1


def counted(m: Machine, call: Call) -> Items:
    given = bound(call, "start=0, step=1", 0)
    number, step = given.get("start", 0), given.get("step", 1)
    while True:
        yield Given(number)
        number = result(m, ast.Add, number, step, call.node)


def cycled(m: Machine, call: Call) -> Items:
    items = yield from opened(m, call, call.args[0])
    kept: list[Any] = []
    while (item := (yield from next_item(items))) is not MISSING:
        kept.append(item)
        yield Given(item)
    while kept:
        for item in kept:
            yield Given(item)


def sliced(m: Machine, call: Call) -> Items:
    value, *ends = call.args
    numbers = [None if end is None else whole(m, end, call) for end in ends]
    part = slice(*numbers)
    start, stop, step = part.start or 0, part.stop, 1 if part.step is None else part.step
    if min(start, 0 if stop is None else stop) < 0 or step < 1:
        text = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."
        if len(ends) == 1:
            text = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
        elif step < 1:
            text = "Step for islice() must be a positive integer or None."
        raise Misplaced("index-type", call.node).as_in_python(raising("ValueError", text))
    items = yield from opened(m, call, value)
    at = 0
    while stop is None or at < max(start, stop):
        if stop is not None and start >= stop and at >= start:
            return
        item = yield from next_item(items)
        if item is MISSING:
            return
        if at >= start and (at - start) % step == 0 and (stop is None or at < stop):
            yield Given(item)
        at += 1


def pairs(m: Machine, call: Call) -> Items:
    items = yield from opened(m, call, call.args[0])
    before = yield from next_item(items)
    while before is not MISSING and (item := (yield from next_item(items))) is not MISSING:
        yield Given((before, item))
        before = item


def batched(m: Machine, call: Call) -> Items:
    given = bound(call, "iterable, n", 2)
    size = whole(m, given["n"], call)
    if size < 1:
        raise Misplaced("index-type", call.node).as_in_python(raising("ValueError", "n must be at least one"))
    items = yield from opened(m, call, given["iterable"])
    batch: list[Any] = []
    while (item := (yield from next_item(items))) is not MISSING:
        batch.append(item)
        if len(batch) == size:
            yield Given(tuple(batch))
            batch = []
    if batch:
        yield Given(tuple(batch))


def zipped_longest(m: Machine, call: Call) -> Items:
    fill = call.keywords.get("fillvalue")
    parts: list[Any] = []
    for place, value in enumerate(call.args):
        parts.append((yield from opened(m, call, value, place)))
    left = len(parts)
    while left:
        found: list[Any] = []
        for i, part in enumerate(parts):
            item = MISSING if part is None else (yield from next_item(part))
            if item is MISSING and part is not None:
                parts[i] = None
                left -= 1
            found.append(fill if item is MISSING else item)
        if left:
            yield Given(tuple(found))


# ------------------------------------------------------------------ by a function


def accumulated(m: Machine, call: Call) -> Items:
    given = bound(call, "iterable, func, initial")
    function = given.get("func")
    items = yield from opened(m, call, given["iterable"])
    total = given.get("initial")
    if total is None and (total := (yield from next_item(items))) is MISSING:
        return
    yield Given(total)
    while (item := (yield from next_item(items))) is not MISSING:
        if function is not None:
            total = yield Asked(function, [total, item])
        elif Instance in (kind_of(total), kind_of(item)):
            total = yield from operator_steps(m, PLUS, total, item, call.node)
        else:
            total = result(m, ast.Add, total, item, call.node)
        yield Given(total)


def starred(m: Machine, call: Call) -> Items:
    function, rows = call.args
    items = yield from opened(m, call, rows, 1)
    while (item := (yield from next_item(items))) is not MISSING:
        args = yield from all_of(m, call, item, 1)
        yield Given((yield Asked(function, args)))


def holds(m: Machine, function: Any, item: Any, call: Call) -> Steps[Any, Any, bool]:
    answer = item if function is None else (yield Asked(function, [item]))
    return m.truth(answer, call.node)


def taken_while(m: Machine, call: Call) -> Items:
    function, value = call.args
    items = yield from opened(m, call, value, 1)
    while (item := (yield from next_item(items))) is not MISSING and (yield from holds(m, function, item, call)):
        yield Given(item)


def dropped_while(m: Machine, call: Call) -> Items:
    function, value = call.args
    items = yield from opened(m, call, value, 1)
    while (item := (yield from next_item(items))) is not MISSING:
        if not (yield from holds(m, function, item, call)):
            yield Given(item)
            break
    yield from passed_on(m, items)


def filtered_false(m: Machine, call: Call) -> Items:
    function, value = call.args
    items = yield from opened(m, call, value, 1)
    while (item := (yield from next_item(items))) is not MISSING:
        if not (yield from holds(m, function, item, call)):
            yield Given(item)


def compressed(m: Machine, call: Call) -> Items:
    given = bound(call, "data, selectors", 2)
    items = yield from opened(m, call, given["data"])
    chosen = yield from opened(m, call, given["selectors"], 1)
    while True:
        item = yield from next_item(items)
        answer = yield from next_item(chosen)
        if item is MISSING or answer is MISSING:
            return
        if m.truth(answer, call.node):
            yield Given(item)


class Grouping:
    """Where groupby stands.  turn: how many groups it has begun."""

    def __init__(self, items: Any, function: Any):
        self.items, self.function = items, function
        self.key: Any = None
        self.value: Any = None
        self.turn = 0
        self.ended = False

    def advance(self) -> Items:
        item = yield from next_item(self.items)
        if item is MISSING:
            self.ended = True
            return
        self.value = item
        self.key = item if self.function is None else (yield Asked(self.function, [item]))


def grouped(m: Machine, call: Call) -> Items:
    given = bound(call, "iterable, key")
    grouping = Grouping((yield from opened(m, call, given["iterable"])), given.get("key"))
    yield from grouping.advance()
    while not grouping.ended:
        key = grouping.key
        grouping.turn += 1
        yield Given((key, m.lazy(of_group(m, grouping, key, grouping.turn, call), call.node)))
        while not grouping.ended and equal(m, grouping.key, key, call.node):
            yield from grouping.advance()


def of_group(m: Machine, grouping: Grouping, key: Any, turn: int, call: Call) -> Items:
    while not grouping.ended and grouping.turn == turn and equal(m, grouping.key, key, call.node):
        yield Given(grouping.value)
        yield from grouping.advance()


def copies(m: Machine, call: Call) -> Steps[Any, Any, tuple[Generator, ...]]:
    """tee: several that give the same items."""
    given = bound(call, "iterable, n=2")
    items = yield from opened(m, call, given["iterable"])
    count = count_of(m, given.get("n", 2), call, "n")
    m.charge(count, call.node)
    kept: list[Any] = []
    return tuple([m.lazy(copied(kept, items), call.node) for _ in range(count)])


def copied(kept: list[Any], items: Any) -> Items:
    at = 0
    while True:
        if at == len(kept):
            item = yield from next_item(items)
            if item is MISSING:
                return
            kept.append(item)
        yield Given(kept[at])
        at += 1


# ------------------------------------------------------------------ combinations


def product(m: Machine, call: Call) -> Items:
    times = count_of(m, call.keywords.get("repeat", 1), call, "repeat argument")
    m.charge(times * max(len(call.args), 1), call.node)
    pools: list[list[Any]] = []
    for place, value in enumerate(call.args):
        pools.append((yield from all_of(m, call, value, place)))
    yield from given_tuples(m, itertools.product(*pools, repeat=times), len(pools) * times, call)


def chosen(make: Callable[[list[Any], int], Iterable[tuple[Any, ...]]]) -> Callable[[Machine, Call], Items]:
    def run(m: Machine, call: Call) -> Items:
        given = bound(call, "iterable, r", 1 if call.name == "permutations" else 2)
        pool = yield from all_of(m, call, given["iterable"])
        length = given.get("r")
        size = len(pool) if length is None else count_of(m, length, call, "r")
        m.charge(size, call.node)
        yield from given_tuples(m, iter(make(pool, size)), size, call)

    return run


def given_tuples(m: Machine, found: Iterator[tuple[Any, ...]], size: int, call: Call) -> Items:
    while True:
        m.charge(size // 8, call.node)
        item = next(found, None)
        if item is None:
            return
        yield Given(item)


def lazily(name: str, run: Callable[[Machine, Call], Items]) -> Builtin:
    return Builtin(name, lambda m, call: m.lazy(run(m, call), call.node), takes_generators=True)


ITERTOOLS: dict[str, Builtin] = {
    "tee": Builtin("tee", copies, takes_generators=True),
    **{
        name: lazily(name, run)
        for name, run in {
            "chain": chained,
            "repeat": repeated,
            "count": counted,
            "cycle": cycled,
            "islice": sliced,
            "pairwise": pairs,
            "batched": batched,
            "zip_longest": zipped_longest,
            "accumulate": accumulated,
            "starmap": starred,
            "takewhile": taken_while,
            "dropwhile": dropped_while,
            "filterfalse": filtered_false,
            "compress": compressed,
            "groupby": grouped,
            "product": product,
            "permutations": chosen(itertools.permutations),
            "combinations": chosen(itertools.combinations),
            "combinations_with_replacement": chosen(itertools.combinations_with_replacement),
        }.items()
    },
}
CHAIN_FROM_ITERABLE = lazily("from_iterable", chained_from)


def chain_from_iterable(m: Machine) -> Builtin:
    return CHAIN_FROM_ITERABLE
