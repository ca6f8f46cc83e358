"""Values as texts, lists, tuples, sets and dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calling import Asked, asking
from gradlens.engine.language.calls import written_values
from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.objects import Bound, Builtin, DictCell, Instance, ListCell, SetCell, Unreachable
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def str_of(m: Machine, call: Call) -> Any:
    if call.args and type(call.args[0]) is Unreachable:
        return call.args[0]
    if call.args and type(call.args[0]) is Instance:
        found = written_values.text_method(call.args[0], False)
        if found is not None:
            return asking(Asked(Bound(found, call.args[0]), []))
    return written_values.text_form(m, call.args[0], call.node) if call.args else ""


def repr_of(m: Machine, call: Call) -> Any:
    if call.args and type(call.args[0]) is Unreachable:
        return call.args[0]
    if call.args and type(call.args[0]) is Instance:
        found = written_values.text_method(call.args[0], True)
        if found is not None:
            return asking(Asked(Bound(found, call.args[0]), []))
    return written_values.represented(m, expect(call, 1, 1)[0], call.node)


def list_of(m: Machine, call: Call) -> ListCell:
    return ListCell(m.listed(call.args[0], call.text(0)) if call.args else [])


def tuple_of(m: Machine, call: Call) -> tuple[Any, ...]:
    return tuple(m.listed(call.args[0], call.text(0))) if call.args else ()


def fromkeys(m: Machine, call: Call) -> DictCell:
    items, *value = expect(call, 1, 2)
    return DictCell({m.key(item, call.node): value[0] if value else None for item in m.listed(items, call.node)})


def set_of(m: Machine, call: Call) -> SetCell:
    found: set[Any] = set()
    for item in m.listed(call.args[0], call.text(0)) if call.args else ():
        found.add(m.key(item, call.node))
    return SetCell(found)


def dict_of(m: Machine, call: Call) -> DictCell:
    found: dict[Any, Any] = {}
    for given in call.args:
        if type(given) is DictCell:
            m.charge(len(given.items) // 8, call.node)
            found |= given.items
        else:
            for pair in m.listed(given, call.node):
                key, value = m.unpacked(pair, 2, call.node)
                m.insert(call.frame, found, key, value, call.node)
    for key, value in call.keywords.items():
        m.insert(call.frame, found, key, value, call.node)
    return DictCell(found)


def ord_of(m: Machine, call: Call) -> int:
    (value,) = expect(call, 1, 1)
    if type(value) is not str or len(value) != 1:
        raise Misplaced("text-method", call.node, name="ord")
    return ord(value)


def chr_of(m: Machine, call: Call) -> str:
    code = known_values.whole(m, expect(call, 1, 1)[0], call.text(0), "index-type")
    if not (0 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF):  # halves of a pair are no text
        raise Misplaced("text-method", call.node, name="chr")
    return chr(code)


OF_TYPES = {("dict", "fromkeys"): Builtin("fromkeys", fromkeys)}
