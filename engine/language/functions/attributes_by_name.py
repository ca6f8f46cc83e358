"""What objects have, by its name: super, hasattr, getattr, setattr; callable, id and hash; the class object."""

from __future__ import annotations

from collections.abc import Generator as Steps
from types import NoneType
from typing import TYPE_CHECKING, Any
from zlib import crc32

from gradlens.engine.language.calling import Asked, asking
from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    Builtin,
    ClassObject,
    DictCell,
    Function,
    Identity,
    Instance,
    Property,
    Super,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import exception_of, is_one, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.numbers import is_number, value_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def hash_of(m: Machine, call: Call) -> Any:
    """A number that is equal for equal values; of text and of objects it is another one in every run of Python."""
    (value,) = expect(call, 1, 1)
    if type(value) is Instance and type(found := value.of.find("__hash__")) is Function:
        return asking(Asked(Bound(found, value), []))
    found, is_fixed = hash_of_key(m, m.key(value, call.node))
    return found if is_fixed else Identity("hash", found)


def hash_of_key(m: Machine, key: Any) -> tuple[int, bool]:
    """A number for a key, and whether it is the same in every run of Python, as that of a number is."""
    kind = kind_of(key)
    if kind is Instance and key.hashed is not None:
        return hash_of_key(m, key.hashed)
    if kind is tuple:
        parts = [hash_of_key(m, part) for part in key]
        return hash(tuple([found for found, _ in parts])), all(is_fixed for _, is_fixed in parts)
    if kind in (int, float, bool):
        return hash(key), key == key  # that of NaN goes by the object
    return (crc32(key.encode()) if kind is str else 0 if key is None else m.identity(key)), False


def super_of(m: Machine, call: Call) -> Super:
    frame = call.frame
    function = frame.function
    if call.args:
        owner, held = expect(call, 2, 2)
        return Super(owner, held)
    if not isinstance(function, Function) or function.owner is None or not function.code.parameters:
        raise Misplaced("super-outside", call.node)
    return Super(function.owner, frame.scope.names[function.code.parameters[0]])


def wrapped(m: Machine, call: Call) -> Property:
    return Property(call.name, expect(call, 1, 1)[0])


def hasattr_of(m: Machine, call: Call) -> Any:
    held, name = expect(call, 2, 2)
    if type(held) is ClassObject and type(name) is str:
        return held.find(name) is not MISSING
    if type(held) is Instance and type(name) is str:
        if name in held.names:
            return True
        found = held.of.find(name)
        if type(found) is Property or (found is MISSING and held.of.find("__getattr__") is not MISSING):
            return attribute_there(m, held, name, call)
        return found is not MISSING
    kind = kind_of(value_of(m, held) if is_number(held) else held)
    if kind in (int, float, bool, str, tuple, NoneType) and type(name) is str:
        return name in dir(kind)
    raise Misplaced("attribute-by-text", call.node, name="hasattr")


def attribute_there(m: Machine, held: Instance, name: str, call: Call) -> Steps[Any, Any, bool]:
    """Whether what computes an attribute finds one."""
    return (yield from attribute_or(m, held, name, MISSING, call)) is not MISSING


def attribute_or(m: Machine, held: Instance, name: str, default: Any, call: Call) -> Steps[Any, Any, Any]:
    """An attribute, or a default where there is none."""
    try:
        found = m.attribute_of(call.frame, held, name, call.node)
        return (yield found) if type(found) is Asked else found
    except Misplaced as error:
        exception = exception_of(error)
        if exception is None or error.guessed or not is_one(exception, "AttributeError"):
            raise
        return default


def getattr_of(m: Machine, call: Call) -> Any:
    held, name, *default = expect(call, 2, 3)
    if type(held) is ClassObject and not held.ours and type(name) is str and not name.startswith("__"):
        found = held.find(name)
        if found is MISSING and not default:
            raise Misplaced("no-attribute", call.node, name=name, got=held.name)
        return default[0] if found is MISSING else found
    if type(held) is Instance and type(name) is str and not name.startswith("__"):
        if default:
            return attribute_or(m, held, name, default[0], call)
        found = m.attribute_of(call.frame, held, name, call.node)
        return asking(found) if type(found) is Asked else found
    raise Misplaced("attribute-by-text", call.node, name="getattr")


def setattr_of(m: Machine, call: Call) -> Any:
    held, name, value = expect(call, 3, 3)
    owned = type(held) is Instance or (type(held) is ClassObject and not held.ours)
    if type(held) is Instance and type(name) is str:
        found, own = held.of.find(name), held.of.find("__setattr__")
        if type(found) is Property and found.setter is not None:
            return asking(Asked(Bound(found.setter, held), [value]))
        if type(found) in (Property, Instance) or own not in (MISSING, OBJECT_SET):
            raise Misplaced("attribute-by-text", call.node, name="setattr")
    if owned and type(name) is str and not name.startswith("__"):
        held.names[name] = m.kept(value, name, call.node)
        if type(held) is ClassObject:
            held.written()
        m.writes += 1
        return
    raise Misplaced("attribute-by-text", call.node, name="setattr")


def callable_of(m: Machine, call: Call) -> bool:
    (value,) = expect(call, 1, 1)
    return type(value) in (Function, Builtin, Bound, ClassObject) or (
        type(value) is Instance and value.of.find("__call__") is not MISSING
    )


def vars_of(m: Machine, call: Call) -> DictCell:
    """What an object holds by name, as a dictionary.  Errors: attribute-by-text, of what is none; names-by-text."""
    if not call.args and not call.keywords:
        raise Misplaced("names-by-text", call.node, function="vars")
    (held,) = expect(call, 1, 1)
    if type(held) is not Instance:
        said = raising("TypeError", "vars() argument must have __dict__ attribute")
        raise Misplaced("attribute-by-text", call.node, name="vars").as_in_python(said)
    return DictCell(held.names)


def id_of_object(m: Machine, call: Call) -> Identity:
    """What tells objects apart."""
    held = expect(call, 1, 1)[0]
    return Identity("id", m.identity(held))


def object_set(m: Machine, call: Call) -> None:
    """object.__setattr__(x, name, value)."""
    held, name, value = expect(call, 3, 3)
    if type(held) is not Instance or type(name) is not str or name.startswith("__"):
        raise Misplaced("attribute-by-text", call.node, name="__setattr__")
    held.names[name] = m.kept(value, name, call.node)
    m.writes += 1


OBJECT_SET = Builtin("__setattr__", object_set)
OBJECT_NEW = Builtin("__new__", lambda m, call: Instance(call.args[0]))
OBJECT = ClassObject("object", (), {"__setattr__": OBJECT_SET, "__new__": OBJECT_NEW})
