"""Forms of syntax that are compiled in a way of their own."""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set
from typing import Any

from gradlens.engine.language.code import Operand
from gradlens.engine.language.names import CONSTANTS
from gradlens.engine.language.objects import kind_of

NOTHING = ast.Constant(None, lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)


NUMBERS = (float, int)


def plain_key(node: ast.expr) -> tuple[str | None, Any] | None:
    """A name, or a number or text: (name, None) or (None, value); None of all else."""
    if type(node) is ast.Name:
        return node.id, None
    if type(node) is ast.Constant and (kind_of(node.value) in NUMBERS or kind_of(node.value) is str):
        return None, node.value
    return None


def plain_operands(nodes: list[ast.expr]) -> tuple[Operand, ...] | None:
    """Names and constants, each with its syntax; None where anything else is among them."""
    found: list[Operand] = []
    for node in nodes:
        if type(node) is ast.Name:
            found.append((node.id, None, node))
        elif type(node) is ast.Constant and type(node.value) in PLAIN_CONSTANTS:
            found.append((None, node.value, node))
        else:
            return None
    return tuple(found)


PLAIN_CONSTANTS = (float, int, str, bool, type(None))


def dotted(node: ast.expr) -> tuple[str, ...]:
    """The names of np.linalg, in order; of anything but names with dots, none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


PLAIN_METACLASSES = (("ABCMeta",), ("EnumMeta",), ("EnumType",), ("type",))


def caught_by(node: ast.Try) -> frozenset[str] | None:
    """The names of the exceptions that a try handles, as far as it names them; None for all."""
    found: set[str] = set()
    for handler in node.handlers:
        if handler.type is None:
            return None
        for part in handler.type.elts if isinstance(handler.type, ast.Tuple) else (handler.type,):
            found.add(part.id if isinstance(part, ast.Name) else "")
    return frozenset(found)


def breaks_off(body: Sequence[ast.stmt], place: Any) -> bool:
    """Whether what stands at a place decides about a break: it is part of the test of an if that holds one."""
    for node in (part for statement in body for part in ast.walk(statement)):
        if isinstance(node, ast.If) and any(part is place for part in ast.walk(node.test)):
            return any(isinstance(one, ast.Break) for one in (*node.body, *node.orelse))
    return False


def is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def is_print(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "display")


def literal_list(node: ast.List) -> list[Any] | None:
    """A list of numbers, however deep, as Python has it; None where anything else stands in it."""
    result: list[Any] = []
    pending: list[tuple[ast.List, list[Any]]] = [(node, result)]
    while pending:
        one, into = pending.pop()
        for part in one.elts:
            if isinstance(part, ast.Constant) and isinstance(part.value, (int, float)):
                into.append(part.value)
            elif isinstance(part, ast.UnaryOp) and isinstance(part.operand, ast.Constant):
                value, sign = part.operand.value, part.op
                if not isinstance(value, (int, float)) or isinstance(value, bool):
                    return None
                if not isinstance(sign, (ast.USub, ast.UAdd)):
                    return None
                into.append(-value if isinstance(sign, ast.USub) else value)
            elif isinstance(part, ast.List):
                inner: list[Any] = []
                into.append(inner)
                pending.append((part, inner))
            else:
                return None
    return result


def is_written_list(node: ast.List) -> bool:
    """Whether a list is written of numbers alone, of which some have names: [inf, 1], [-np.pi, 2]."""
    pending: list[ast.expr] = list(node.elts)
    while pending:
        match pending.pop():
            case ast.List(items) if items:
                pending += items
            case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
                pending.append(operand)
            case ast.Constant(value) if type(value) in (int, float, bool):
                pass
            case ast.Attribute(ast.Name(), name) if name in CONSTANTS:
                pass
            case ast.Name(name) if name.strip("_") in CONSTANTS:
                pass
            case _:
                return False
    return True


def names_of_numbers(body: Sequence[ast.stmt], own: Set[str]) -> frozenset[str]:
    """The names to which lines of a program give numbers, or what a library's function makes: inputs of those names.

    own: what the program binds itself; what comes from such a name, as params["W"] or f(), may have the name already.
    """

    def makes_numbers(value: ast.expr) -> bool:
        while isinstance(value, (ast.UnaryOp, ast.BinOp)):
            value = value.operand if isinstance(value, ast.UnaryOp) else value.left
        if isinstance(value, ast.Call):
            function = value.func
            while isinstance(function, ast.Attribute):
                function = function.value
            return isinstance(function, ast.Name) and function.id not in own
        return isinstance(value, (ast.Constant, ast.List))

    return frozenset(
        target.id
        for line in body
        if isinstance(line, ast.Assign) and makes_numbers(line.value)
        for target in line.targets
        if isinstance(target, ast.Name)
    )
