"""Instructions of bodies: calls, functions, generators, comprehensions, classes."""

from __future__ import annotations

import ast
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    ClassObject,
    DictCell,
    Fresh,
    Function,
    Generator,
    ListCell,
    Module,
    SetCell,
)
from gradlens.engine.language.running.instructions import function_named, operands_read, spread, taken
from gradlens.engine.language.syntax import Misplaced, source

if TYPE_CHECKING:
    from gradlens.engine.language.code import CallShape, Code, Operand
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


def call(m: Machine, frame: Frame, shape: CallShape, node: ast.Call) -> None:
    stack = frame.stack
    at = len(stack) - shape.count
    values = stack[at:]
    function = stack[at - 1]
    del stack[at - 1 :]
    args, keywords = arguments(m, function, values, shape, node)
    m.call(frame, function, args, keywords, node)


def arguments(
    m: Machine, function: Any, values: list[Any], shape: CallShape, node: ast.Call
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call by the shape of that, those with keywords by name."""
    if shape.target is not None and type(function) is ClassObject:
        m.numbers_as_leaves(function, values, shape.target, node)
    if shape.plain:
        return values, {}
    count, names = len(shape.stars), shape.names
    args = values[:count] if not shape.starred else spread(m, values[:count], shape.stars, node)
    keywords: dict[Any, Any] = dict(zip(names, values[count:])) if shape.by_name else {}
    if shape.by_name:
        return args, keywords
    for key, value, written in zip(names, values[count:], node.keywords, strict=True):
        if key is not None and key not in keywords:
            keywords[key] = value
            continue
        parts = {key: value} if key is not None else m.keywords(value, written)
        for one, given in parts.items():
            if one in keywords:
                raise Misplaced("repeated-argument", written, function=source(node.func), argument=one, signature="")
            keywords[one] = given
    return args, keywords


def call_of_name(
    m: Machine, frame: Frame, arg: tuple[str, str, tuple[Operand, ...], CallShape], node: ast.Call
) -> None:
    """x.f(y, k=2): a call of what follows the dot of a name, with names and constants alone."""
    name, attribute, operands, shape = arg
    m.steps += 2
    function = node.func
    assert type(function) is ast.Attribute
    m.place = function
    held = frame.scope.names.get(name, MISSING)
    if held is MISSING:
        held = m.lookup(frame, name, function.value)
    found = held.known[True].get(attribute, MISSING) if type(held) is Module else MISSING
    if found is MISSING:
        found = m.attribute(frame, held, attribute, function, node)
        if type(found) is Asked:
            m.push_steps(frame, after_asking(m, frame, found, operands, shape, node))
            return
    m.place = node
    values = operands_read(m, frame, operands)
    if shape.plain and shape.target is None:
        m.call(frame, found, values, {}, node)
    else:
        args, keywords = arguments(m, found, values, shape, node)
        m.call(frame, found, args, keywords, node)


def after_asking(
    m: Machine, frame: Frame, asked: Asked, operands: tuple[Operand, ...], shape: CallShape, node: ast.Call
) -> Steps[Any, Any, Any]:
    """The same where what follows the dot is what a property gives."""
    function = yield asked
    args, keywords = arguments(m, function, operands_read(m, frame, operands), shape, node)
    found = yield Asked(function, args, keywords)
    return found


def call_reading(m: Machine, frame: Frame, arg: tuple[str, tuple[Operand, ...], str | None], node: ast.Call) -> None:
    """f(x, 2): a call of a name with names and constants alone, whose result may be bound to a name."""
    m.steps += 1
    assert type(node.func) is ast.Name
    name, operands, target = arg
    function = function_named(m, frame, name, node.func)
    values = operands_read(m, frame, operands)
    if target is not None and type(function) is ClassObject:
        m.numbers_as_leaves(function, values, target, node)
    m.call(frame, function, values, {}, node)


def give(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    m.give(frame, frame.stack.pop())


def end(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    m.ends(frame)


class Delegate:
    """What yield from takes its items from."""

    __slots__ = ("iterator",)

    def __init__(self, iterator: Any):
        self.iterator = iterator


def delegated(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    """The iterator of yield from, and what it is sent first."""
    frame.stack += [Delegate(frame.stack.pop()), None]


def advance_delegate(m: Machine, frame: Frame, end: Any, node: ast.AST) -> None:
    """The next item of a yield from, which passes on what it was sent."""
    sent = frame.stack.pop()
    iterator = frame.stack[-1].iterator
    if type(iterator) is Generator:
        if iterator.takes:
            iterator.frame.stack[-1] = sent
        m.resume(frame, iterator, end, node)
        return
    value = next(iterator, MISSING)
    if value is MISSING:
        frame.at = end.at
    else:
        frame.stack.append(value)


def delegate_ends(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    iterator = frame.stack.pop().iterator
    frame.stack.append(iterator.value if type(iterator) is Generator else None)


def yield_value(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    m.yields(frame, frame.stack.pop())


def make_function(m: Machine, frame: Frame, arg: tuple[Code, tuple[str, ...]], node: ast.AST) -> None:
    code, names = arg
    values = taken(m, frame, len(names), node)
    values = [m.tensor_of(v, v.place) if type(v) is Fresh else v for v in values]
    scope = frame.scope
    if frame.code.kind == "class":
        assert scope.outer is not None
        scope = scope.outer
    frame.stack.append(Function(code, dict(zip(names, values, strict=True)), scope))


def decorate(m: Machine, frame: Frame, _: None, node: ast.expr) -> None:
    function = frame.stack.pop()
    m.call_with(frame, frame.stack.pop(), [function], node)


def comprehend(m: Machine, frame: Frame, code: Code, node: ast.expr) -> None:
    m.comprehend(frame, code, frame.stack.pop(), node)


def collect(m: Machine, frame: Frame, kind: str, node: ast.expr) -> None:
    value = frame.stack.pop()
    if kind == "iterator":
        m.frames.pop()
        m.gives(frame, value)
    elif kind == "set":
        frame.collected.add(m.key(value, node))
    else:
        frame.collected.append(value)


def collect_pair(m: Machine, frame: Frame, _: None, node: ast.DictComp) -> None:
    value = frame.stack.pop()
    m.insert(frame, frame.collected, frame.stack.pop(), value, node.value)


def give_collected(m: Machine, frame: Frame, kind: str, node: ast.expr) -> None:
    found = frame.collected
    if kind == "iterator":
        m.frames.pop()
        m.generator_ends(frame)
        return
    m.give(
        frame,
        ListCell(found, place=node) if kind == "list" else SetCell(found) if kind == "set" else DictCell(found),
    )


def make_class(m: Machine, frame: Frame, arg: tuple[Code, int], node: ast.ClassDef) -> None:
    code, count = arg
    m.make_class(frame, code, taken(m, frame, count, node), node)


def import_names(m: Machine, frame: Frame, _: None, node: ast.Import | ast.ImportFrom) -> None:
    m.import_names(frame, node)
