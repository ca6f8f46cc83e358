"""Other forms of a line that use nothing else: an operator, a sign, a number, a comparison."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from gradlens.engine.diagnosing.backward_code.forms.index_forms import ends, reordered, swaps
from gradlens.engine.diagnosing.backward_code.forms.product_forms import last_axes_swapped, products, turned
from gradlens.engine.diagnosing.backward_code.forms.slope_forms import squares
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import (
    Rewritten,
    beside,
    copied,
    fresh,
    is_count,
    named_extra,
    of,
    parsed,
    shallow,
    value_of,
    with_value,
)
from gradlens.engine.diagnosing.backward_code.forms.sum_forms import MORE_AXES, sums, unsummed

FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.LtE,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
    ast.GtE: ast.LtE,
    ast.LtE: ast.GtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
LARGEST = ("a > 0", "a == np.max(a)", "a == np.max(a, axis=-1, keepdims=True)", "a == np.max(a, axis=0, keepdims=True)")
EXTREMES = {
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "argmin": "argmax",
    "amax": "amin",
    "amin": "amax",
    "maximum": "minimum",
    "minimum": "maximum",
}


def plain(x: ast.expr, axes: tuple[object, ...]) -> Iterator[tuple[str, ast.expr]]:
    """Other forms of one expression that use nothing else."""
    for maker in (swaps, products, signs, unsummed, divisions, squares, numbers, comparisons, extremes, ends):
        yield from maker(x)
    if axes is MORE_AXES:
        yield from last_axes_swapped(x)
        yield from reordered(x)
    yield from sums(x, axes)


def signs(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(x, ast.UnaryOp) and isinstance(x.op, ast.USub):
        yield "sign", x.operand
    if isinstance(x, ast.BinOp) and isinstance(x.op, (ast.Add, ast.Sub)):
        other = "a - b" if isinstance(x.op, ast.Add) else "a + b"
        yield "sign", of(other, a=x.left, b=x.right)
        yield "sign", of("b - a", a=x.left, b=x.right)
        yield "extra-path", x.left
        yield ("wrong-slope" if isinstance(x.left, ast.Constant) and x.left.value == 1 else "extra-path"), x.right


def divisions(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Div):
        yield ("mean-not-sum" if is_count(x.right) else "extra-factor"), x.left
        yield "factor-inverted", of("a * b", a=x.left, b=x.right)
        if isinstance(x.right, (ast.Name, ast.Attribute, ast.Subscript)) and not is_count(x.right):
            yield "power-rule", of("a / b ** 2", a=x.left, b=x.right)
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult):
        yield named_extra(x.right), x.left
        yield named_extra(x.left), x.right
        yield "factor-inverted", of("a / b", a=x.left, b=x.right)
    if isinstance(x, ast.Call) and len(x.args) == 1 and not x.keywords:
        yield "extra-factor", x.args[0]


def numbers(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(x, ast.Constant) and type(x.value) in (int, float):
        c: Any = x.value
        if c:
            yield "sign", parsed(repr(-c))
        for other in dict.fromkeys((c + 1, c - 1, 2 * c, c / 2 if c % 2 else c // 2)):
            if other != c:
                yield "wrong-constant", parsed(repr(other))
    if isinstance(x, ast.UnaryOp) and isinstance(x.operand, ast.Constant) and type(x.operand.value) in (int, float):
        negated: Any = x.operand.value
        for by in (1, -1):
            yield "wrong-constant", parsed(repr(-negated + by))
    if isinstance(x, ast.Subscript) and not isinstance(x.slice, (ast.Slice, ast.Tuple, ast.Constant)):
        for sign in "+-":
            yield "wrong-index", of(f"a[b {sign} 1]", a=x.value, b=x.slice)
    if isinstance(x, ast.Subscript) and isinstance(x.slice, ast.BinOp) and isinstance(x.slice.right, ast.Constant):
        yield "wrong-index", of("a[b]", a=x.value, b=x.slice.left)
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Pow):
        yield "power-rule", of("a ** (b - 1)", a=x.left, b=x.right)
        yield "power-rule", of("a ** (b + 1)", a=x.left, b=x.right)
    if isinstance(x, ast.UnaryOp) and isinstance(x.operand, (ast.Name, ast.Attribute)):
        yield "power-rule", of("-(a ** -2)", a=x.operand)  # the slope of 1 / a


def comparisons(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(x, ast.Compare) and len(x.ops) == 1 and type(x.ops[0]) in FLIPPED:
        for other in dict.fromkeys((FLIPPED[type(x.ops[0])], MIRRORED[type(x.ops[0])])):
            made = shallow(x)
            made.ops = [other()]
            yield "wrong-mask", made
        for template in LARGEST if isinstance(x.left, (ast.Name, ast.Attribute, ast.Subscript)) else ():
            yield "wrong-mask", of(template, a=x.left)
    if isinstance(x, ast.UnaryOp) and isinstance(x.op, (ast.Invert, ast.Not)):
        yield "wrong-mask", x.operand


def extremes(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The largest for the smallest, and the reverse."""
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr in EXTREMES:
        made = fresh(x)
        assert isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute)
        made.func.attr = EXTREMES[x.func.attr]
        yield "wrong-mask", made


def whole(statement: ast.stmt, axes: tuple[object, ...]) -> Iterator[tuple[str, ast.stmt]]:
    """The value of a line turned, negated or summed."""
    e = value_of(statement)
    if e is None or isinstance(e, ast.Tuple):
        return
    yield "sign", with_value(statement, of("-e", e=e))
    for axis in axes:
        for keep in ("", ", keepdims=True"):
            yield "bias-not-summed", with_value(statement, of(f"e.sum(axis={axis}{keep})", e=e))
    yield "bias-not-summed", with_value(statement, of("e.sum()", e=e))
    yield "transposed", with_value(statement, turned(e))


def of_statement(statement: ast.stmt) -> Iterator[Rewritten]:
    """Added for assigned, assigned for added, and the line left out."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        own = ast.unparse(target)
        reads = any(isinstance(n, ast.expr) and ast.unparse(n) == own for n in ast.walk(statement.value))
        if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)) and not reads:
            yield "not-accumulated", [beside(ast.AugAssign(target, ast.Add(), statement.value), statement)]
    if isinstance(statement, ast.AugAssign):
        made = ast.Assign([statement.target], statement.value)
        forms: list[Rewritten] = [("accumulated", [beside(made, statement)])]
        if isinstance(statement.op, (ast.Add, ast.Sub)):
            other = copied(statement)
            assert isinstance(other, ast.AugAssign)
            other.op = ast.Sub() if isinstance(statement.op, ast.Add) else ast.Add()
            forms.append(("sign", [other]))
        # What is subtracted is likelier meant to be added than assigned.
        yield from reversed(forms) if isinstance(statement.op, ast.Sub) else forms
        if isinstance(statement.op, (ast.Div, ast.Mult)):
            kind = "mean-not-sum" if is_count(statement.value) else named_extra(statement.value)
            yield kind, [beside(ast.Pass(), statement)]


def subtracted(statement: ast.stmt) -> Iterator[Rewritten]:
    """p[k] -= 1 where p[k] = 1 is written."""
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        if isinstance(statement.value, ast.UnaryOp):
            return
        made = ast.AugAssign(statement.targets[0], ast.Sub(), statement.value)
        yield "not-accumulated", [beside(made, statement)]


def unpacked(statement: ast.stmt) -> Iterator[Rewritten]:
    """x, w = cache with two of the names in each other's place."""
    assert isinstance(statement, ast.Assign)
    for _, target in swaps(statement.targets[0]):
        made = copied(statement)
        assert isinstance(made, ast.Assign)
        made.targets = [target]
        yield "wrong-index", [made]
