"""Instructions of operators and comparisons."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import MISSING
from gradlens.engine.language.running.instructions import operands_read, taken
from gradlens.engine.language.running.jumping import asked_first

if TYPE_CHECKING:
    from gradlens.engine.language.code import Operand
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


def binary_of(sign: type[ast.operator]) -> Callable[[Machine, Frame, None, ast.BinOp], None]:
    def run(m: Machine, frame: Frame, _: None, node: ast.BinOp) -> None:
        stack = frame.stack
        right = stack.pop()
        left = stack.pop()
        m.binary(frame, sign, left, right, node)

    return run


def of_names(sign: type[ast.operator]) -> Callable[..., None]:
    """An operator that reads its operands itself: two names.

    It stands for as many instructions as it saves, and is counted so.
    """

    def run(m: Machine, frame: Frame, arg: tuple[str, str], node: ast.BinOp) -> None:
        m.steps += 2
        first, second = arg
        names = frame.scope.names
        left = names.get(first, MISSING)
        if left is MISSING:
            left = m.lookup(frame, first, node.left)
        right = names.get(second, MISSING)
        if right is MISSING:
            right = m.lookup(frame, second, node.right)
        m.binary(frame, sign, left, right, node)

    return run


def of_name_and_number(sign: type[ast.operator]) -> Callable[..., None]:
    """Likewise, of a name and a number."""

    def run(m: Machine, frame: Frame, arg: tuple[str, Any], node: ast.BinOp) -> None:
        m.steps += 2
        left = frame.scope.names.get(arg[0], MISSING)
        if left is MISSING:
            left = m.lookup(frame, arg[0], node.left)
        m.binary(frame, sign, left, arg[1], node)

    return run


def by_name(sign: type[ast.operator]) -> Callable[..., None]:
    """Likewise, of what lies on the stack and a name."""

    def run(m: Machine, frame: Frame, name: str, node: ast.BinOp) -> None:
        m.steps += 1
        right = frame.scope.names.get(name, MISSING)
        if right is MISSING:
            right = m.lookup(frame, name, node.right)
        m.binary(frame, sign, frame.stack.pop(), right, node)

    return run


def by_number(sign: type[ast.operator]) -> Callable[..., None]:
    """Likewise, of what lies on the stack and a number."""

    def run(m: Machine, frame: Frame, number: Any, node: ast.BinOp) -> None:
        m.steps += 1
        m.binary(frame, sign, frame.stack.pop(), number, node)

    return run


def unary_of(sign: type[ast.unaryop]) -> Callable[[Machine, Frame, None, ast.UnaryOp], None]:
    def run(m: Machine, frame: Frame, _: None, node: ast.UnaryOp) -> None:
        if sign is not ast.Not or not asked_first(m, frame, node):
            m.unary(frame, sign, frame.stack.pop(), node)

    return run


BINARY: dict[type[ast.operator], Callable[..., None]] = {
    sign: binary_of(sign)
    for sign in (
        ast.Add,
        ast.Sub,
        ast.Mult,
        ast.Div,
        ast.Pow,
        ast.MatMult,
        ast.FloorDiv,
        ast.Mod,
        ast.BitAnd,
        ast.BitOr,
        ast.BitXor,
        ast.LShift,
        ast.RShift,
    )
}
OF_NAMES = {sign: of_names(sign) for sign in BINARY}
OF_NAME_AND_NUMBER = {sign: of_name_and_number(sign) for sign in BINARY}
BY_NAME = {sign: by_name(sign) for sign in BINARY}
BY_NUMBER = {sign: by_number(sign) for sign in BINARY}
UNARY: dict[type[ast.unaryop], Callable[..., None]] = {
    sign: unary_of(sign) for sign in (ast.USub, ast.UAdd, ast.Invert, ast.Not)
}


def compare(m: Machine, frame: Frame, signs: tuple[type[ast.cmpop], ...], node: ast.Compare) -> None:
    values = taken(m, frame, len(signs) + 1, node)
    m.compare(frame, signs, values, node)


def compare_reading(m: Machine, frame: Frame, arg: tuple[Any, tuple[Operand, ...]], node: ast.Compare) -> None:
    """A comparison that reads its operands itself: the right one, and the left one where it is a name or a constant."""
    signs, operands = arg
    values = operands_read(m, frame, operands)
    m.compare(frame, signs, values if len(values) == 2 else [frame.stack.pop(), *values], node)


def change(m: Machine, frame: Frame, sign: type[ast.operator], node: ast.AugAssign) -> None:
    """a += b: in place where the value is a cell, else a new value."""
    right = frame.stack.pop()
    m.change(frame, sign, frame.stack.pop(), right, node)


def change_reading(m: Machine, frame: Frame, arg: tuple[type[ast.operator], tuple[Operand, ...]], node: Any) -> None:
    """a += 1 of a name by a name or a constant."""
    sign, operands = arg
    left, right = operands_read(m, frame, operands)
    m.change(frame, sign, left, right, node)
