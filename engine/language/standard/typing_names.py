"""The modules typing and abc: types are passed over, and abstract classes make no objects."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import Builtin, ClassObject, Function, Property, Type
from gradlens.engine.language.standard.exceptions import as_python
from gradlens.engine.language.standard.records import NAMED_TUPLE
from gradlens.engine.language.syntax import Misplaced

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def passing(name: str) -> Builtin:
    """A decorator that changes nothing here."""
    return Builtin(name, lambda m, call: call.args[0])


def abstract(m: Machine, call: Call) -> Any:
    (function,) = call.args
    one = function.function if type(function) is Property else function
    if type(one) is Function:
        one.abstract = True
    return function


def is_abstract(value: Any) -> bool:
    one = value.function if type(value) is Property else value
    return type(one) is Function and one.abstract


def abstract_class(m: Machine, owner: ClassObject, node: Any) -> ClassObject:
    """A class below ABC, with the names of what it leaves to others."""
    names = {name for one in owner.lineage() for name, value in one.names.items() if is_abstract(value)}
    owner.unfinished = tuple(sorted(name for name in names if is_abstract(owner.find(name))))
    return owner


def nothing() -> None:
    pass


def check_finished(m: Machine, owner: ClassObject, node: Any) -> None:
    """Error: TypeError of the program's, for an object of a class that leaves something to others."""
    if not owner.unfinished:
        return
    names, name = owner.unfinished, owner.name

    def made() -> object:
        return abc.ABCMeta(name, (), {one: abc.abstractmethod(nothing) for one in names})()

    raise Misplaced("abstract-class", node, name=name, names=", ".join(names)).as_in_python(as_python(made))


def new_type(m: Machine, call: Call) -> Builtin:
    """NewType("Id", int): what it is called with."""
    return Builtin(str(call.args[0]), lambda m, inner: inner.args[0])


def type_variable(m: Machine, call: Call) -> Type:
    return Type(str(call.args[0]) if call.args else "TypeVar")


def abstract_base(m: Machine) -> ClassObject:
    return ABC_CLASS


ABC_CLASS = ClassObject("ABC", (), {}, builds=abstract_class)
ABC: dict[str, Any] = {
    "ABC": ABC_CLASS,
    "ABCMeta": Type("ABCMeta"),
    "abstractmethod": Builtin("abstractmethod", abstract),
    "abstractproperty": Builtin("abstractproperty", lambda m, call: Property("property", abstract(m, call))),
}
RUNS: dict[str, Callable[[Machine, Call], Any]] = {
    "TypeVar": type_variable,
    "ParamSpec": type_variable,
    "NewType": new_type,
    "cast": lambda m, call: call.args[1],
}
TYPING: dict[str, Any] = {
    "NamedTuple": NAMED_TUPLE,
    "Generic": ClassObject("Generic", (), {}),
    "Protocol": ClassObject("Protocol", (), {}),
    "TYPE_CHECKING": False,
    **{name: passing(name) for name in ("overload", "final", "override", "runtime_checkable", "no_type_check")},
    **{name: Builtin(name, run) for name, run in RUNS.items()},
}
