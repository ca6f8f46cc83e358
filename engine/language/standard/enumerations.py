"""The module enum: classes whose objects are listed in their bodies."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.arithmetic import PYTHON, result, unary_result
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.calls.operators import NAMES
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DictCell,
    Function,
    Instance,
    Property,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import Raised, made, raising
from gradlens.engine.language.standard.records import ORDER
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.comparisons import compared, equal

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

AUTO = ClassObject("auto", (), {}, ours=True)


def enumeration(m: Machine, owner: ClassObject, node: Any) -> ClassObject:
    """A class below Enum: its plain values become its members."""
    members: dict[str, Any] = {}
    if members_of(owner):
        text = f"<enum '{owner.name}'> cannot extend <enum '{owner.bases[0].name}'>"
        raise Raised(made("TypeError", text), node)
    last = 0
    for name, given in list(owner.names.items()):
        if name.startswith("_") or isinstance(given, (Function, Property, Builtin, ClassObject)):
            continue
        value = given.value if type(given) is Computed and not given.varies else given
        if type(value) is Instance and value.of is AUTO:
            value = name.lower() if TEXT_ENUM in owner.lineage() else last + 1
        last = value if type(value) is int else last
        same = [one for one in members.values() if equal(m, one.names["_value_"], value, node)]
        member = same[0] if same else new_member(m, owner, name, value, node)
        owner.names[name] = members[name] = member
    if members:
        owner.written()
        owner.names["__members__"] = DictCell(members)
    return owner


def new_member(m: Machine, owner: ClassObject, name: str, value: Any, node: Any) -> Instance:
    member = Instance(owner, {"name": name, "value": value, "_name_": name, "_value_": value})
    found = owner.find("__init__")
    if type(found) is Function:
        m.answer(Bound(found, member), list(value) if kind_of(value) is tuple else [value], node)
    return member


def members_of(owner: Any) -> dict[str, Instance]:
    """The members of a class of Enum's, by name; none of other classes."""
    found: Any = owner.find("__members__") if type(owner) is ClassObject and owner.native == "enum" else MISSING
    return {} if found is MISSING else found.items


def listed(owner: ClassObject) -> list[Instance]:
    """Each member once: a second name for a value is none of its own."""
    return [one for name, one in members_of(owner).items() if one.names["_name_"] == name]


def members(m: Machine, owner: ClassObject) -> list[Instance]:
    return listed(owner)


def member(m: Machine, owner: ClassObject, args: list[Any], node: Any) -> Any:
    """Color(1): the member with a value; MISSING where the class has no members."""
    if not members_of(owner):
        return MISSING
    value = args[0] if args else None
    for one in listed(owner):
        if value is one or equal(m, one.names["_value_"], value, node):
            return one
    raise Raised(made("ValueError", f"{m.represented(value, node)} is not a valid {owner.name}"), node)


def member_named(m: Machine, owner: ClassObject, key: Any, node: Any) -> Instance:
    """Color["RED"]."""
    found = members_of(owner)
    if type(key) is str and key in found:
        return found[key]
    names = list(found)
    raise m.no_key(key, names, node).as_in_python(raising("KeyError", key))


def text(m: Machine, call: Call) -> str:
    held = call.args[0]
    return f"{held.of.name}.{held.names['_name_']}"


def written(m: Machine, call: Call) -> str:
    held = call.args[0]
    return f"<{text(m, call)}: {m.represented(held.names['_value_'], call.node)}>"


def value_text(m: Machine, call: Call) -> str:
    return m.text_form(call.args[0].names["_value_"], call.node)


def member_set(m: Machine, call: Call) -> None:
    held, name, value = call.args
    if name in ("name", "value"):
        said = f"<enum '{held.of.name}'> cannot set attribute '{name}'"
        raise Misplaced("not-written", call.node, got=name).as_in_python(raising("AttributeError", said))
    held.names[name] = m.kept(value, name, call.node)


def plain(value: Any) -> Any:
    """A member that is a number or a text, as that."""
    return value.names["_value_"] if type(value) is Instance and value.of.native == "enum" else value


def plain_member(m: Machine, value: Any) -> Any:
    """A member of IntEnum as the number that it is; any other value as it is."""
    return plain(value) if type(value) is Instance and value.of.find("__index__") is not MISSING else value


def by_value(run: Callable[[Machine, Any, Any], Any]) -> Callable[[Machine, Call], Any]:
    return lambda m, call: run(m, plain(call.args[0]), call.node)


def by_values(run: Callable[[Machine, Any, Any, Any], Any]) -> Callable[[Machine, Call], Any]:
    return lambda m, call: run(m, plain(call.args[0]), plain(call.args[1]), call.node)


def ordered(sign: type[ast.cmpop]) -> Callable[[Machine, Call], Any]:
    return by_values(lambda m, a, b, node: compared(m, sign, a, b, node))


def joined(sign: type[ast.operator], turned: bool) -> Callable[[Machine, Call], Any]:
    return by_values(lambda m, a, b, node: result(m, sign, b, a, node) if turned else result(m, sign, a, b, node))


def of_values() -> dict[str, Any]:
    """What members do that are numbers or texts besides."""
    found: dict[str, Callable[[Machine, Call], Any]] = {name: ordered(sign) for name, sign in ORDER.items()}
    found |= {"__eq__": ordered(ast.Eq), "__ne__": ordered(ast.NotEq), "__str__": value_text}
    for sign, (name, turned) in NAMES.items():
        if sign in PYTHON:
            found |= {name: joined(sign, False), turned: joined(sign, True)}
    found["__int__"] = found["__index__"] = by_value(lambda m, a, node: a)
    found["__float__"] = by_value(lambda m, a, node: float(a))
    found["__bool__"] = by_value(lambda m, a, node: bool(a))
    found["__neg__"] = by_value(lambda m, a, node: unary_result(m, ast.USub, a, node))
    return {name: Builtin(name, run) for name, run in found.items()}


def unique(m: Machine, call: Call) -> Any:
    (owner,) = call.args
    repeated = [(name, one.names["_name_"]) for name, one in members_of(owner).items() if one.names["_name_"] != name]
    if repeated:
        aliases = ", ".join(f"{alias} -> {name}" for alias, name in repeated)
        raise Raised(made("ValueError", f"duplicate values found in <enum '{owner.name}'>: {aliases}"), call.node)
    return owner


ENUM_NAMES = {"__str__": text, "__repr__": written, "__setattr__": member_set}
ENUM_CLASS = ClassObject(
    "Enum",
    (),
    {name: Builtin(name, run) for name, run in ENUM_NAMES.items()},
    native="enum",
    builds=enumeration,
)
INT_ENUM = ClassObject("IntEnum", (ENUM_CLASS,), of_values(), native="enum", builds=enumeration)
TEXT_ENUM = ClassObject("StrEnum", (ENUM_CLASS,), of_values(), native="enum", builds=enumeration)
ENUM: dict[str, Any] = {
    "Enum": ENUM_CLASS,
    "IntEnum": INT_ENUM,
    "StrEnum": TEXT_ENUM,
    "auto": AUTO,
    "unique": Builtin("unique", unique),
}
