"""Instructions of bodies: calls, functions, generators, comprehensions, classes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import (
    MISSING,
    ClassObject,
    DictCell,
    Fresh,
    Function,
    Generator,
    ListCell,
    SetCell,
)
from gradlens.engine.language.running.instructions import function_named, operands_read, spread, taken
from gradlens.engine.language.syntax import Misplaced, source

if TYPE_CHECKING:
    from gradlens.engine.language.code import Code, Operand
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


def call(m: Machine, frame: Frame, shape: Any, node: ast.Call) -> None:
    stack = frame.stack
    count, names = len(shape.stars), shape.names
    values = stack[len(stack) - count - len(names) :]
    del stack[len(stack) - len(values) :]
    function = stack.pop()
    if shape.target is not None and type(function) is ClassObject:
        m.numbers_as_leaves(function, values, shape.target, node)
    if shape.plain:
        m.call(frame, function, values, {}, node)
        return
    keywords: dict[str, Any] = {}
    args = values[:count] if True not in shape.stars else spread(m, values[:count], shape.stars, node)
    for key, value, written in zip(names, values[count:], node.keywords, strict=True):
        if key is not None and key not in keywords:
            keywords[key] = value
            continue
        parts = {key: value} if key is not None else m.keywords(value, written)
        for one, given in parts.items():
            if one in keywords:
                raise Misplaced("repeated-argument", written, function=source(node.func), argument=one, signature="")
            keywords[one] = given
    m.call(frame, function, args, keywords, node)


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
