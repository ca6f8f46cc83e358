"""The module collections: dictionaries that count or begin by themselves, and deques."""

from __future__ import annotations

import collections
from collections.abc import Callable
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Bound,
    Builtin,
    DequeCell,
    DictCell,
    Fresh,
    ListCell,
)
from gradlens.engine.language.standard.exceptions import Raised, as_python, made, raising
from gradlens.engine.language.standard.records import named_tuple_of
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.language.values.comparisons import equal
from gradlens.engine.language.values.numbers import value_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def filled(m: Machine, cell: DictCell, args: list[Any], call: Call) -> DictCell:
    """A dictionary with what dict(…) is given."""
    cell.items = m.builtin("dict").run(m, Call(args, call.keywords, call.node, call.frame, "dict")).items
    return cell


def default_dictionary(m: Machine, call: Call) -> DictCell:
    factory, *rest = call.args or [None]
    return filled(m, DictCell({}, "defaultdict", factory), rest, call)


def ordered_dictionary(m: Machine, call: Call) -> DictCell:
    return filled(m, DictCell({}, "OrderedDict"), call.args, call)


def missing_item(m: Machine, held: DictCell, key: Any, call_frame: Any, node: Any) -> Steps[Any, Any, Any]:
    """The item of a defaultdict that it has not yet."""
    value = yield Asked(held.factory, [])
    m.insert(call_frame, held.items, key, value, node)
    m.writes += 1
    return held.items[m.key(key, node)]


# ------------------------------------------------------------------ counters


def counter(m: Machine, call: Call) -> DictCell:
    made = DictCell({}, "Counter")
    counted(m, made, call, call.args, 1)
    return made


def counted(m: Machine, held: DictCell, call: Call, args: list[Any], sign: int) -> None:
    """Count items, or add the counts of a dictionary."""
    m.writes += 1
    for given in args:
        if given is None:
            continue
        if type(given) is DictCell:
            pairs = list(given.items.items())
        else:
            pairs = [(item, 1) for item in m.listed(given, call.node)]
        add(m, held, pairs, sign, call)
    add(m, held, list(call.keywords.items()), sign, call)


def add(m: Machine, held: DictCell, pairs: list[tuple[Any, Any]], sign: int, call: Call) -> None:
    m.charge(len(pairs), call.node)
    for item, count in pairs:
        key = m.key(item, call.node)
        held.items[key] = number(m, held.items.get(key, 0), call) + sign * number(m, count, call)


def number(m: Machine, value: Any, call: Call) -> Any:
    found = known_values.known_number(m, value, call.node)
    if type(found) not in (int, float, bool):
        raise value_texts.no_number(m, value, call.node)
    return found


def update(m: Machine, call: Call) -> None:
    counted(m, call.args[0], call, call.args[1:], 1)


def subtract(m: Machine, call: Call) -> None:
    counted(m, call.args[0], call, call.args[1:], -1)


def counts(m: Machine, held: DictCell, node: Any) -> list[tuple[Any, Any]]:
    """The items with their counts, the largest first."""
    m.charge(len(held.items) * max(len(held.items).bit_length(), 1) // 4, node)
    return sorted(held.items.items(), key=lambda pair: value_of(m, pair[1]), reverse=True)


def most_common(m: Machine, call: Call) -> ListCell:
    held, *most = call.args
    found: list[Any] = counts(m, held, call.node)
    if most and most[0] is not None:
        found = found[: max(known_values.whole(m, most[0], call.node, "index-type"), 0)]
    return ListCell(found)


def elements(m: Machine, call: Call) -> Any:
    found: list[Any] = []
    for item, count in call.args[0].items.items():
        times = max(known_values.whole(m, count, call.node, "index-type"), 0)
        m.charge(times, call.node)
        found += [item] * times
    return iter(found)


def total(m: Machine, call: Call) -> Any:
    held = call.args[0]
    m.charge(len(held.items) // 8, call.node)
    return sum(number(m, count, call) for count in held.items.values())


JOINED: dict[str, Callable[[Any, Any], Any]] = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "BitAnd": min,
    "BitOr": max,
}


def counters_joined(m: Machine, sign: str, a: DictCell, b: DictCell, node: Any) -> DictCell | None:
    """a + b of counters: what is above zero; None for other operators."""
    join = JOINED.get(sign)
    if join is None:
        return None
    m.charge(len(a.items) + len(b.items), node)
    found: dict[Any, Any] = {}
    for key in {**a.items, **b.items}:
        count = join(value_of(m, a.items.get(key, 0)), value_of(m, b.items.get(key, 0)))
        if count > 0:
            found[key] = count
    return DictCell(found, "Counter")


# ------------------------------------------------------------------ the order of a dictionary


def move_to_end(m: Machine, call: Call) -> None:
    held, key, *last = call.args
    items, key = held.items, m.key(key, call.node)
    if key not in items:
        raise m.no_key(key, [], call.node)
    m.charge(len(items) // 8, call.node)
    m.writes += 1
    value = items.pop(key)
    if m.truth(call.keywords.get("last", last[0] if last else True), call.node):
        items[key] = value
    else:
        rest = dict(items)
        items.clear()
        items[key] = value
        items |= rest


def pop_item(m: Machine, call: Call) -> Any:
    held, *last = call.args
    m.writes += 1
    if not held.items:
        said = as_python(collections.OrderedDict().popitem)
        raise Misplaced("empty-sequence", call.node, name="popitem").as_in_python(said)
    if m.truth(call.keywords.get("last", last[0] if last else True), call.node):
        return held.items.popitem()
    key = next(iter(held.items))
    return key, held.items.pop(key)


OF_KINDS: dict[str, dict[str, Builtin]] = {
    "Counter": {
        name: Builtin(name, run)
        for name, run in {
            "update": update,
            "subtract": subtract,
            "most_common": most_common,
            "elements": elements,
            "total": total,
        }.items()
    },
    "OrderedDict": {"move_to_end": Builtin("move_to_end", move_to_end), "popitem": Builtin("popitem", pop_item)},
}

# ------------------------------------------------------------------ deques


def deque(m: Machine, call: Call) -> DequeCell:
    items, *most = [*call.args, *([call.keywords["maxlen"]] if "maxlen" in call.keywords else [])] or [()]
    if not call.args:
        items, most = (), [call.keywords.get("maxlen")]
    longest = None
    if most and most[0] is not None:
        longest = known_values.whole(m, most[0], call.node, "index-type")
        if longest < 0:
            raise Raised(made("ValueError", "maxlen must be non-negative"), call.node)
    return DequeCell(collections.deque(m.listed(items, call.node), longest))


def changed(run: Callable[[Machine, Any, list[Any], Call], Any]) -> Callable[[Machine, Call], Any]:
    """What changes a deque, as Python's own does."""

    def method(m: Machine, call: Call) -> Any:
        held, *given = call.args
        given = [m.tensor_of(a, call.node) if type(a) is Fresh else a for a in given]
        m.writes += 1
        m.charge(len(held.items) // 64, call.node)
        try:
            return run(m, held.items, given, call)
        except (IndexError, TypeError) as error:
            refused = Misplaced("method-arguments", call.node, name=call.name, least=0, most=1, count=len(given))
            if isinstance(error, IndexError):
                refused = Misplaced("empty-sequence", call.node, name=call.name)
            raise refused.as_in_python(raising(type(error).__name__, *error.args)) from None

    return method


def rotated(m: Machine, items: Any, given: list[Any], call: Call) -> None:
    items.rotate(known_values.whole(m, given[0], call.node, "index-type") if given else 1)


def place_of(m: Machine, items: Any, value: Any, call: Call) -> int:
    for at, one in enumerate(items):
        if equal(m, one, value, call.node):
            return at
    return -1


def removed(m: Machine, items: Any, given: list[Any], call: Call) -> None:
    at = place_of(m, items, given[0], call)
    if at < 0:
        said = as_python(lambda: collections.deque[Any]().remove(0))
        raise Misplaced("not-in-list", call.node, got=m.shown(given[0])).as_in_python(said)
    del items[at]


def found_at(m: Machine, items: Any, given: list[Any], call: Call) -> int:
    at = place_of(m, items, given[0], call)
    if at < 0:
        said = raising("ValueError", f"{m.represented(given[0], call.node)} is not in deque")
        raise Misplaced("not-in-list", call.node, got=m.shown(given[0])).as_in_python(said)
    return at


CHANGES: dict[str, Callable[[Machine, Any, list[Any], Call], Any]] = {
    "append": lambda m, items, given, call: items.append(*given),
    "appendleft": lambda m, items, given, call: items.appendleft(*given),
    "pop": lambda m, items, given, call: items.pop(*given),
    "popleft": lambda m, items, given, call: items.popleft(*given),
    "extend": lambda m, items, given, call: items.extend(m.listed(given[0], call.node)),
    "extendleft": lambda m, items, given, call: items.extendleft(m.listed(given[0], call.node)),
    "clear": lambda m, items, given, call: items.clear(),
    "reverse": lambda m, items, given, call: items.reverse(),
    "insert": lambda m, items, given, call: items.insert(
        known_values.whole(m, given[0], call.node, "index-type"), given[1]
    ),
    "rotate": rotated,
    "remove": removed,
    "index": found_at,
    "count": lambda m, items, given, call: sum(equal(m, one, given[0], call.node) for one in items),
    "copy": lambda m, items, given, call: DequeCell(items.copy()),
}
DEQUE: dict[str, Builtin] = {name: Builtin(name, changed(run)) for name, run in CHANGES.items()}


def collection_pieces(m: Machine, cell: Any) -> tuple[str, list[Any], str]:
    """How a container of this module is written: what stands around it, and its parts."""
    if type(cell) is DequeCell:
        last = ")" if cell.items.maxlen is None else f", maxlen={cell.items.maxlen})"
        return "deque(", [ListCell(list(cell.items))], last
    if cell.kind == "defaultdict":
        return f"defaultdict({factory_written(m, cell.factory)}, ", [DictCell(cell.items)], ")"
    if not cell.items:
        return f"{cell.kind}(", [], ")"
    if cell.kind == "Counter":
        return "Counter(", [DictCell(dict(counts(m, cell, m.place)))], ")"
    pairs = ListCell(list(cell.items.items()))
    return "OrderedDict(", [pairs if ORDERED_AS_PAIRS else DictCell(cell.items)], ")"


def container_kind(m: Machine, value: Any) -> str:
    return "deque" if type(value) is DequeCell else value.kind


def container_type(m: Machine, name: str) -> Builtin:
    return COLLECTIONS[name]


def collection_attribute(m: Machine, held: Any, name: str) -> Any:
    """What a container of this module has beyond Python's own; MISSING of those."""
    if type(held) is DequeCell:
        if name == "maxlen":
            return held.items.maxlen
        return Bound(DEQUE[name], held) if name in DEQUE else MISSING
    if name == "default_factory" and held.kind == "defaultdict":
        return held.factory
    found = OF_KINDS.get(held.kind, {}).get(name)
    return MISSING if found is None else Bound(found, held)


def factory_written(m: Machine, factory: Any) -> str:
    if factory is None:
        return "None"
    return f"<class '{factory.name}'>" if type(factory) is Builtin else f"<function {m.shown(factory)}>"


ORDERED_AS_PAIRS = "[" in repr(collections.OrderedDict([("a", 1)]))  # so Python writes one before 3.12

COLLECTIONS: dict[str, Any] = {
    "defaultdict": Builtin("defaultdict", default_dictionary),
    "OrderedDict": Builtin("OrderedDict", ordered_dictionary),
    "Counter": Builtin("Counter", counter),
    "deque": Builtin("deque", deque),
    "namedtuple": Builtin("namedtuple", named_tuple_of),
}
