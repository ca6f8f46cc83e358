"""Where Python raises an exception and the graph has inf or NaN: the exception, where the program handles it."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.objects import Computed, Instance, Tensor, Unreachable, kind_of
from gradlens.engine.language.standard.array_errors import LINALG_ERROR, TORCH_LINALG_ERROR
from gradlens.engine.language.standard.exceptions import Raised, keep_arguments, made
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import dependence, known_values

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

FAILING: dict[type[ast.operator], Any] = {
    ast.Div: operator.truediv,  # pyright: ignore[reportUnknownMemberType]
    ast.FloorDiv: operator.floordiv,  # pyright: ignore[reportUnknownMemberType]
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,  # pyright: ignore[reportUnknownMemberType]
}
MATH: dict[str, Callable[..., Any]] = {
    name: vars(math)[name]
    for name in (
        "acos acosh asin atanh cosh exp expm1 fmod gamma lgamma log log10 log1p log2 pow sin cos sinh sqrt tan".split()
    )
}


MATRICES: dict[str, Callable[[Any], Any]] = {
    "inv": np.linalg.inv,
    "inverse": np.linalg.inv,
    "solve": np.linalg.inv,
    "cholesky": np.linalg.cholesky,
}


def check_operator(m: Machine, sign: type[ast.operator], a: Any, b: Any, node: Any) -> None:
    """Of Python's own numbers: those of a library are divided by zero without an exception."""
    if sign not in FAILING or any(type(part) is Tensor and part.library not in ("", "math") for part in (a, b)):
        return
    if sign is ast.Pow:
        check(m, FAILING[sign], [a, b], node)
    elif type(a) is not Tensor or m.is_scalar(a):
        one = 1 if type(value_of(a)) in (int, bool) else 1.0  # what is divided decides by its type alone
        check(m, partial(FAILING[sign], one), [b], node)


def check_function(m: Machine, name: str, args: list[Any], node: Any) -> None:
    """Of a function of the module math."""
    if name in MATH:
        check(m, MATH[name], args, node)


def check_matrix(m: Machine, name: str, library: str, args: list[Any], node: Any) -> None:
    """Of a matrix that has no inverse, or no factor of Cholesky's.  Errors: LinAlgError, value-needed."""
    if name not in MATRICES or not args or not m.expected("RuntimeError" if library == "torch" else "ValueError"):
        return
    matrix = np.asarray(known_values.known_array(m, args[0], node))
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2]:
        return  # the op tells it
    m.charge(matrix.size * matrix.shape[-1] // 8, node)
    try:
        MATRICES[name](matrix)
    except np.linalg.LinAlgError as error:
        is_torch = library == "torch"
        exception = Instance(TORCH_LINALG_ERROR if is_torch else LINALG_ERROR)
        keep_arguments(exception, [Unreachable("_LinAlgError.args", node)] if is_torch else [*error.args])
        raise Raised(exception, node) from None


def check(m: Machine, run: Callable[..., Any], values: list[Any], node: Any) -> None:
    """Errors: ZeroDivisionError, OverflowError and ValueError of the program's, value-needed."""
    if not any(m.expected(name) for name in ("ZeroDivisionError", "OverflowError", "ValueError")):
        return
    numbers = [python_number(m, value, node) for value in values]
    if None in numbers:
        return
    try:
        run(*numbers)
    except (ZeroDivisionError, OverflowError, ValueError) as error:
        if m.expected(type(error).__name__):
            if m.chosen_between:  # perhaps in the one of two values that is not taken
                raise Misplaced("branch", node) from None
            for value in values:
                if dependence.flows(value):
                    m.conditions.append((value, node))
            raise Raised(made(type(error).__name__, *error.args), node) from None


def value_of(value: Any) -> Any:
    """A known number; None for others."""
    kind = kind_of(value)
    return value.value if kind is Computed else value.known if kind is Tensor else value


def python_number(m: Machine, value: Any, node: Any) -> Any:
    """The number that a value is known to be, of Python's type; None where it is no single one."""
    kind = kind_of(value)
    if kind in (int, float, bool):
        return value
    if kind is Computed or kind is Tensor:
        found = known_values.known_number(m, value, node)
        whole = kind is Computed or value.known is not None
        return None if type(found) is Tensor else found if whole else float(found)
    return None
