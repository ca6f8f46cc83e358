"""The methods of dictionaries and sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call, method_arguments
from gradlens.engine.language.objects import Builtin, DictCell, DictView, SetCell
from gradlens.engine.language.standard.exceptions import as_python, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.value_texts import shown

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def dict_get(m: Machine, call: Call) -> Any:
    key, *default = method_arguments(call, 1, 2)
    return call.args[0].items.get(m.key(key, call.node), default[0] if default else None)


def dict_pop(m: Machine, call: Call) -> Any:
    key, *default = method_arguments(call, 1, 2)
    held, key = call.args[0].items, m.key(key, call.node)
    m.writes += 1
    if key not in held and not default:
        raise m.no_key(key, [k for k in held if isinstance(k, str)], call.node)
    return held.pop(key, *default)


def dict_setdefault(m: Machine, call: Call) -> Any:
    key, *default = method_arguments(call, 1, 2)
    held, key = call.args[0].items, m.key(key, call.node)
    if key not in held:
        m.insert(call.frame, held, key, default[0] if default else None, call.node)
        m.writes += 1
    return held[key]


def dict_update(m: Machine, call: Call) -> None:
    held, *others = call.args
    m.writes += 1
    for other in others:
        if type(other) is DictCell:
            m.charge(len(other.items) // 8, call.node)
            held.items |= other.items
        else:
            for pair in m.listed(other, call.node):
                key, value = m.unpacked(pair, 2, call.node)
                m.insert(call.frame, held.items, key, value, call.node)
    for key, value in call.keywords.items():
        m.insert(call.frame, held.items, key, value, call.node)


def dict_clear(m: Machine, call: Call) -> None:
    m.writes += 1
    call.args[0].items.clear()


def dict_parts(m: Machine, call: Call) -> DictView:
    method_arguments(call, 0, 0)
    return DictView(call.args[0], call.name)


def dict_popitem(m: Machine, call: Call) -> Any:
    held = call.args[0].items
    m.writes += 1
    if not held:
        raise Misplaced("empty-sequence", call.node, name="popitem").as_in_python(as_python({}.popitem))
    return held.popitem()


def dict_copy(m: Machine, call: Call) -> DictCell:
    m.charge(len(call.args[0].items) // 8, call.node)
    return DictCell(dict(call.args[0].items), call.args[0].kind, call.args[0].factory)


DICT: dict[str, Builtin] = {
    name: Builtin(name, run)
    for name, run in {
        "get": dict_get,
        "pop": dict_pop,
        "setdefault": dict_setdefault,
        "update": dict_update,
        "clear": dict_clear,
        "popitem": dict_popitem,
        "keys": dict_parts,
        "values": dict_parts,
        "items": dict_parts,
        "copy": dict_copy,
    }.items()
}


def set_change(m: Machine, call: Call) -> None:
    held = call.args[0].items
    m.writes += 1
    if call.name == "clear":
        held.clear()
        return
    (value,) = method_arguments(call, 1, 1)
    if call.name == "update":
        held |= {m.key(item, call.node) for item in m.listed(value, call.node)}
    elif call.name == "add":
        held.add(m.key(value, call.node))
    else:
        key = m.key(value, call.node)
        if call.name == "remove" and key not in held:
            raise Misplaced("not-in-list", call.node, got=shown(value)).as_in_python(raising("KeyError", value))
        held.discard(key)


def set_of(m: Machine, call: Call) -> Any:
    held, *others = call.args
    least, most = SETS.get(call.name, (1, 1))
    method_arguments(call, least, most)
    m.charge(len(held.items) // 8, call.node)
    sets = [{m.key(item, call.node) for item in m.listed(other, call.node)} for other in others]
    if call.name == "issubset":
        return held.items <= sets[0]
    if call.name == "issuperset":
        return held.items >= sets[0]
    if call.name == "isdisjoint":
        return held.items.isdisjoint(sets[0])
    return SetCell(getattr(set[Any], call.name)(held.items, *sets))


SETS = {"union": (0, 99), "intersection": (0, 99), "difference": (0, 99), "copy": (0, 0)}  # how many others they take
SET: dict[str, Builtin] = {
    name: Builtin(name, set_change) for name in ("add", "remove", "discard", "clear", "update")
} | {
    name: Builtin(name, set_of)
    for name in (
        "union",
        "intersection",
        "difference",
        "symmetric_difference",
        "issubset",
        "issuperset",
        "isdisjoint",
        "copy",
    )
}
