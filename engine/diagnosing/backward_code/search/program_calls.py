"""Functions and methods of the program itself, and Python's, that a line calls."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.search.line_names import NotKnown
from gradlens.engine.diagnosing.backward_code.search.numpy_calls import PLAIN, applied
from gradlens.engine.language.objects import DictCell, ListCell

if TYPE_CHECKING:
    from gradlens.engine.diagnosing.backward_code.search.line_arithmetic import Line

MOST_TURNS = 1_000


@dataclass(frozen=True, slots=True)
class Callables:
    """What a program defines: functions by name, methods by class and name."""

    functions: dict[str, ast.FunctionDef]
    methods: dict[tuple[str, str], ast.FunctionDef]

    def method(self, of: str, name: str) -> ast.FunctionDef | None:
        return self.methods.get((of, name))


def callables_of(body: Iterable[ast.stmt]) -> Callables:
    """The functions and methods of a program that stand in no other and have no decorators."""
    found = Callables({}, {})
    for one in body:
        if isinstance(one, ast.FunctionDef) and not one.decorator_list:
            found.functions[one.name] = one
        for inner in one.body if isinstance(one, ast.ClassDef) else ():
            if isinstance(inner, ast.FunctionDef) and not inner.decorator_list:
                found.methods[one.name, inner.name] = inner  # pyright: ignore
    return found


def parameters_of(made: ast.FunctionDef) -> list[str] | None:
    """The names of a function's parameters; None where they are not all taken by their place."""
    taken = made.args
    if taken.vararg or taken.kwarg or taken.kwonlyargs or taken.posonlyargs:
        return None
    return [one.arg for one in taken.args]


def called(line: Line, name: str, args: list[Any], keywords: dict[str, Any]) -> Any:
    """A function of Python's, of the program, or an op by its bare name."""
    if name == "len" and len(args) == 1:
        return len(args[0].items) if type(args[0]) in (ListCell, DictCell) else len(args[0])
    if name in ("float", "int", "str") and len(args) == 1:
        return written(args[0]) if name == "str" else float(args[0]) if name == "float" else int(args[0])
    if name in ("range", "reversed", "enumerate", "zip"):
        return turns(line, name, args)
    made = line.callables.functions.get(name)
    if made is None and len(args) == 1 and not keywords and (name in PLAIN or name == "sigmoid"):
        if line.names.is_bound(line.scope, name):
            raise NotKnown
        return applied(name, args, keywords, True, line.torch)
    if made is None or keywords:
        raise NotKnown
    return line.run(made, args)


def written(value: Any) -> str:
    """A whole number, or a text, as str() writes it."""
    if isinstance(value, (float, np.generic, np.ndarray)) and np.ndim(value) == 0 and float(value) == int(value):
        return str(int(value))
    if isinstance(value, (int, str)):
        return str(value)
    raise NotKnown


def turns(line: Line, name: str, args: list[Any]) -> list[Any]:
    """What range, reversed, enumerate and zip give."""
    if name == "range":
        found = range(*[int(one) for one in args])
        if len(found) > MOST_TURNS:
            raise NotKnown
        return list(found)
    held = [items_of(line, one) for one in args]
    if name == "zip":
        return list(zip(*held, strict=False))
    if len(held) != 1:
        raise NotKnown
    return list(enumerate(held[0])) if name == "enumerate" else held[0][::-1]


def items_of(line: Line, held: Any) -> list[Any]:
    """The items of a list, or the rows of an array."""
    if type(held) is ListCell and held.items is not None:
        return [line.names.item(held, k, line.time, line.new) for k in range(len(held.items))]
    if isinstance(held, (list, tuple, range, np.ndarray)) and len(held) <= MOST_TURNS:  # pyright: ignore
        return [line.names.value(one, line.time, line.new) for one in held]  # pyright: ignore
    raise NotKnown


def turns_of(line: Line, x: ast.expr) -> list[Any]:
    """What a loop runs over."""
    return items_of(line, line.value(x))
