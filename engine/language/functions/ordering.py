"""What is the largest, the smallest, and in which order: max, min, sorted."""

from __future__ import annotations

import ast
from collections.abc import Generator as Steps
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.calling import Asked
from gradlens.engine.language.calls import operators
from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.functions.numbers import op_of
from gradlens.engine.language.objects import MISSING, Bound, Computed, Fresh, Instance, ListCell, Tensor
from gradlens.engine.language.standard.exceptions import as_python, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.comparisons import sortable
from gradlens.engine.language.values.numbers import is_number
from gradlens.engine.language.values.operands import is_array
from gradlens.engine.language.values.value_texts import shown
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def extreme_of(m: Machine, call: Call) -> Any:
    """Python's max and min, and the ops of an array."""
    name = call.name
    paired = {"max": "maximum", "min": "minimum"}[name]
    others = call.keywords.keys() - {"key", "default"}
    args = call.args
    if others or not args:
        return op_of(m, name, call)
    if len(args) == 1:
        items = args[0]
        if type(items) in (Tensor, Fresh) or is_array(m, items) or is_number(items):
            if m.libraries and type(items) is Tensor and len(m.graph.nodes[items.id].shape) > 1:
                raise Misplaced("max-of-rows", call.node, name=name)
            return op_of(m, name, call)
        given = m.listed(items, call.text(0))
        if not given:
            if "default" in call.keywords:
                return call.keywords["default"]
            said = as_python(lambda: max(list[Any]()) if name == "max" else min(list[Any]()))
            raise Misplaced("empty-sequence", call.node, name=name).as_in_python(said)
    else:
        axis = args[1] if len(args) == 2 else None
        if not m.libraries and type(args[0]) is Tensor and axis is None and len(args) == 2:
            return op_of(m, name, call)
        given = args
        if len(args) == 3 and type(args[2]) is bool and not all(is_number(a) for a in args):
            return op_of(m, name, call)
    if "key" in call.keywords or not any(type(item) in (Tensor, Fresh) or m.is_flowing([item]) for item in given):
        return chosen_extreme(m, given, call)
    if len(given) == 2:
        ids = [nodes.id_of(m, item, call.text(i)) for i, item in enumerate(given)]
        return known_as(m, given, name, nodes.apply(m, OPS[paired], (ids[0], ids[1]), nodes.NO_OPTIONS, call.node))
    if len(given) == 1:
        return given[0]
    ids = [nodes.id_of(m, item, call.text(i)) for i, item in enumerate(given)]
    if len({m.graph.nodes[id].shape for id in ids}) > 1 or any(m.graph.nodes[id].shape for id in ids):
        raise Misplaced("max-of-rows", call.node, name=name)
    rows = nodes.apply(m, OPS["stack"], tuple(ids), {"axis": 0}, call.node)
    return known_as(m, given, name, nodes.apply(m, OPS[name], (rows.id,), {"axis": 0, "keepdims": False}, call.node))


def known_as(m: Machine, given: list[Any], name: str, found: Tensor) -> Tensor:
    """An extreme of whole numbers is a whole number, known as they are; of others its type is that of one of them."""
    known: list[Any] = [
        item.known if type(item) is Tensor else item.value if type(item) is Computed else item for item in given
    ]
    if all(type(one) is int for one in known):
        found.known = max(known) if name == "max" else min(known)
    elif not m.graph.nodes[found.id].shape:
        m.extremes[found.id] = given
    return found


def chosen_extreme(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, Any] | Any:
    if "key" not in call.keywords and any(type(item) is Instance for item in items):
        found = yield from extreme_object(m, items, call)
        return found
    keyed = yield from keys_of(m, items, call)
    best = i = 0
    try:
        for i in range(1, len(items)):
            if keyed[i] > keyed[best] if call.name == "max" else keyed[i] < keyed[best]:
                best = i
    except TypeError as error:
        refused = Misplaced("not-compared", call.node, left=shown(items[best]), right=shown(items[i]))
        raise refused.as_in_python(raising("TypeError", *error.args)) from None
    return items[best]


def extreme_object(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, Any]:
    """The largest or smallest of objects by their own < or >."""
    best = items[0]
    first, second = ("__gt__", "__lt__") if call.name == "max" else ("__lt__", "__gt__")
    for item in items[1:]:
        for held, other, name in ((item, best, first), (best, item, second)):
            if type(held) is Instance and (found := held.of.find(name)) is not MISSING:
                holds = yield Asked(Bound(found, held), [other])
                break
        else:
            raise Misplaced("not-compared", call.node, left=shown(item), right=shown(best))
        if m.truth(holds, call.node):
            best = item
    return best


def raw_keys(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, list[Any]]:
    """What a function makes of items for their order; themselves where there is none."""
    function = call.keywords.get("key")
    if function is None:
        return items
    found: list[Any] = []
    for item in items:
        key = yield Asked(function, [item])
        found.append(key)
    return found


def keys_of(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, list[Any]]:
    """What items are ordered by."""
    found: list[Any] = []
    for key in (yield from raw_keys(m, items, call)):
        try:
            found.append(sortable(m, key, call.node))
        except TypeError:
            raise Misplaced("not-compared", call.node, left=shown(key), right=shown(key)) from None
    return found


def sorted_items(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, list[Any]]:
    raw = yield from raw_keys(m, items, call)
    if any(type(key) is Instance for key in raw):
        return (yield from sorted_objects(m, raw, items, call))
    keyed = yield from keys_of(m, raw, Call([], {}, call.node, call.frame, call.name))
    m.charge(len(items) * max(len(items).bit_length(), 1) // 4, call.node)
    descending = m.truth(call.keywords.get("reverse", False), call.node)

    def order(i: int, j: int) -> int:
        a, b = keyed[i], keyed[j]
        return -1 if a < b else 1 if b < a else 0

    try:
        places = sorted(range(len(items)), key=cmp_to_key(order), reverse=descending)
    except TypeError as error:
        refused = Misplaced("not-compared", call.node, left="…", right="…")
        raise refused.as_in_python(raising("TypeError", *error.args)) from None
    return [items[i] for i in places]


def sorted_objects(m: Machine, keys: list[Any], items: list[Any], call: Call) -> Steps[Any, Any, list[Any]]:
    """Items in the order of the < of objects that stand for them."""
    descending = m.truth(call.keywords.get("reverse", False), call.node)
    places = list(range(len(items)))
    found: list[int] = []
    for place in places[::-1] if descending else places:
        low, high = 0, len(found)
        while low < high:  # after all that are not greater
            middle = (low + high) // 2
            less = yield from operators.compare_steps(m, ast.Lt, keys[place], keys[found[middle]], call.node)
            if m.truth(less, call.node):
                high = middle
            else:
                low = middle + 1
        found.insert(low, place)
    return [items[place] for place in (found[::-1] if descending else found)]


def sorted_of(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    value = expect(Call(call.args, {}, call.node, call.frame, call.name), 1, 1)[0]
    found = yield from sorted_items(m, m.listed(value, call.text(0)), call)
    return ListCell(found)
