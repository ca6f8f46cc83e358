"""The classes of a program."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.code import Code
from gradlens.engine.language.objects import MISSING, Bound, ClassObject, Function, Instance, Scope, Unreachable
from gradlens.engine.language.running.frames import Frame
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import value_texts

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

EMPTY_BASES = ("ABC", "Dataset", "Protocol")  # of other libraries, from which nothing is inherited that computes


def make_class(m: Machine, frame: Frame, code: Code, bases: list[Any], node: ast.ClassDef) -> None:
    outside = [base for base in bases if type(base) is Unreachable]
    if any(base.what.rpartition(".")[2] not in EMPTY_BASES for base in outside):
        frame.stack.append(Unreachable(code.name, node, silent=False))  # as its base is: a class of tests, say
        return
    for base, written in zip(bases, node.bases):
        if type(base) not in (ClassObject, Unreachable):
            raise Misplaced("class-base", written, name=value_texts.shown(base))
    bases = [base for base in bases if base not in outside]
    scope = frame.scope
    if frame.code.kind == "class" and scope.outer is not None:
        scope = scope.outer
    inner = Frame(code, Scope({}, scope), frame.group, node, frame.place)
    inner.made = tuple(bases)
    m.frames.append(inner)


def class_made(m: Machine, frame: Frame) -> ClassObject:
    names = frame.scope.names
    made = ClassObject(frame.code.name, frame.made, names)
    for value in names.values():
        one = value.function if hasattr(value, "function") and not isinstance(value, Function) else value
        if isinstance(one, Function) and one.owner is None:
            one.owner = made
    for name, value in list(names.items()):
        if type(value) is Instance and (found := value.of.find("__set_name__")) is not MISSING:
            m.answer(Bound(found, value), [made, name], frame.node)
    made = made if made.builds is None else made.builds(m, made, frame.node)
    m.charge(len(made.lineage()), frame.node)
    for base in made.lineage()[1:]:
        if (found := base.names.get("__init_subclass__")) is not None:
            function = found.function if hasattr(found, "kind") else found
            m.answer(Bound(function, made), [], frame.node)
            break
    return made


def is_module(m: Machine, owner: ClassObject) -> bool:
    """Whether a class is one of layers, whose objects are called."""
    if owner.layer is None:
        owner.layer = any(one.name == "Module" and "parameters" in one.names for one in owner.lineage())
    return owner.layer
