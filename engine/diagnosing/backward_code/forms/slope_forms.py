"""The forms of slopes that are mistaken for one another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import of


def squares(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The forms of slopes that are mistaken for one another: 1 - a, 1 - a ** 2, a (1 - a)."""
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Pow):
        yield "wrong-slope", x.left
    if (
        isinstance(x, ast.BinOp)
        and isinstance(x.op, ast.Sub)
        and isinstance(x.left, ast.Constant)
        and x.left.value == 1
    ):
        a = x.right.left if isinstance(x.right, ast.BinOp) and isinstance(x.right.op, (ast.Pow, ast.Mult)) else x.right
        yield "wrong-slope", of("1 - a ** 2", a=a)
        yield "wrong-slope", of("a * (1 - a)", a=a)
        yield "output-derivative-at-input", of("1 - np.tanh(a) ** 2", a=a)
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult):
        a, b = x.left, x.right
        if isinstance(b, ast.BinOp) and isinstance(b.op, ast.Sub) and ast.unparse(b.right) == ast.unparse(a):
            yield "wrong-slope", of("1 - a ** 2", a=a)
            yield "output-derivative-at-input", of("sigmoid(a) * (1 - sigmoid(a))", a=a)
        yield from row_slopes(x)


def row_slopes(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """g p (1 - p) of a softmax, element by element, in any order."""
    factors = factors_in(x)
    for b in factors if len(factors) > 2 else ():
        if not (isinstance(b, ast.BinOp) and isinstance(b.op, ast.Sub) and ast.unparse(b.left) in ("1", "1.0")):
            continue
        rest = [one for one in factors if one is not b]
        p = next((one for one in rest if ast.unparse(one) == ast.unparse(b.right)), None)
        if p is None:
            continue
        g = rest[0] if rest[0] is not p else rest[1]
        for one in rest:
            g = g if one is p or one is g else of("g * e", g=g, e=one)
        yield "extra-activation-derivative", g
        yield "wrong-slope", of("g * (1 - p ** 2)", g=g, p=p)
        for axis in (-1, 0):
            yield "softmax-elementwise", of(f"p * (g - (g * p).sum(axis={axis}, keepdims=True))", g=g, p=p)


def factors_in(x: ast.expr) -> list[ast.expr]:
    """The factors of a product of two or more."""
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult):
        return factors_in(x.left) + factors_in(x.right)
    return [x]
