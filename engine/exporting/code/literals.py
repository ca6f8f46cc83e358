"""Numbers, arrays and keys as Python writes them."""

from __future__ import annotations

import ast
import math
from types import EllipsisType
from typing import Any

import numpy as np


def literal(value: Any, library: str = "np", array: str = "array") -> ast.expr:
    """A value as an expression, every number with all its digits.

    library: the name of the module that has nan, inf, zeros and, under the name `array`, what makes an array.
    """
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return literal(value.item(), library)
        if value.size == 0:
            return ast.Call(attribute(library, "zeros"), [literal(value.shape)], [])
        return ast.Call(attribute(library, array), [nested(value.tolist(), library)], [])
    if isinstance(value, bool) or value is None or isinstance(value, (str, EllipsisType)):
        return ast.Constant(value)
    if isinstance(value, (int, np.integer)):
        return ast.Constant(int(value)) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-int(value)))
    if isinstance(value, tuple):
        return ast.Tuple([literal(one, library) for one in value])
    if isinstance(value, slice):
        return ast.Call(ast.Name("slice"), [literal(one) for one in (value.start, value.stop, value.step)], [])
    return number(float(value), library)


def number(value: float, library: str = "np") -> ast.expr:
    """A float; NaN and the infinities by their names."""
    if value != value:
        return attribute(library, "nan")
    if math.copysign(1.0, value) < 0:
        return ast.UnaryOp(ast.USub(), number(-value, library))
    if value in (math.inf, math.pi):
        return attribute(library, "inf" if value == math.inf else "pi")
    return ast.Constant(value)


def plain_number(value: float, library: str = "np") -> ast.expr:
    """The same, a whole number without its point."""
    is_negative_zero = value == 0 and math.copysign(1.0, value) < 0  # -0 is 0 in Python
    return (
        literal(int(value))
        if value.is_integer() and abs(value) < 2**53 and not is_negative_zero
        else number(value, library)
    )


def nested(items: Any, library: str = "np") -> ast.expr:
    """Numbers in nested lists."""
    return ast.List([nested(one, library) for one in items]) if isinstance(items, list) else number(items, library)


def attribute(*names: str) -> ast.expr:
    """np.linalg.inv"""
    found: ast.expr = ast.Name(names[0])
    for name in names[1:]:
        found = ast.Attribute(found, name)
    return found


def place(key: Any) -> ast.expr:
    """A part of an index as it stands in brackets: 1:, 0, [2, 3]."""
    if isinstance(key, slice):
        return ast.Slice(*[None if one is None else literal(one) for one in (key.start, key.stop, key.step)])
    return rows(key) if isinstance(key, tuple) else literal(key)


def key_literal(key: tuple[Any, ...]) -> ast.expr:
    """An index as an argument: np.s_[1:, [0, 2]]."""
    return ast.Subscript(attribute("np", "s_"), index(key))


def index(key: tuple[Any, ...]) -> ast.expr:
    """What stands in the brackets of an index."""
    parts = [place(one) for one in key]
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], ast.Slice) else ast.Tuple(parts)


def rows(items: Any) -> ast.expr:
    """Whole numbers in nested lists."""
    return ast.List([rows(one) for one in items]) if isinstance(items, tuple) else literal(items)
