"""Other forms of a product of matrices: a factor turned, both swapped, element by element."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import of

PRODUCTS = frozenset(("dot", "matmul", "mm", "bmm"))


def factors_of(x: ast.expr) -> tuple[ast.expr, ast.expr, Callable[[ast.expr, ast.expr], ast.expr]] | None:
    """The two factors of a product of matrices, and how it is written."""
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.MatMult):
        return x.left, x.right, lambda a, b: of("a @ b", a=a, b=b)
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr in PRODUCTS:
        if len(x.args) == 2:
            return x.args[0], x.args[1], lambda a, b: ast.Call(x.func, [a, b], [])
        if len(x.args) == 1:
            name = x.func.attr
            return (
                x.func.value,
                x.args[0],
                lambda a, b: ast.Call(ast.Attribute(a, name, ast.Load()), [b], []),
            )
    return None


def turned(x: ast.expr) -> ast.expr:
    """The transpose of an expression."""
    if isinstance(x, ast.Attribute) and x.attr == "T":
        return x.value
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr == "t" and not x.args:
        return x.func.value
    return of("a.T", a=x)


def last_axes_swapped(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """A product of stacks of matrices with one of them turned."""
    found = factors_of(x)
    if found is not None:
        a, b, made = found
        for left, right in ((of("a.swapaxes(-1, -2)", a=a), b), (a, of("b.swapaxes(-1, -2)", b=b))):
            yield "transposed", made(left, right)


def products(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    found = factors_of(x)
    if found is not None:
        a, b, made = found
        for left, right in (
            (turned(a), b), (a, turned(b)), (turned(a), turned(b)), (turned(b), turned(a)),
            (b, a), (turned(b), a), (b, turned(a)),
        ):  # fmt: skip
            yield "transposed", made(left, right)
        yield "matrix-not-elementwise", of("a * b", a=a, b=b)
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Mult):
        a, b = x.left, x.right
        for left, right in ((a, b), (turned(a), b), (a, turned(b)), (b, a), (turned(b), a), (b, turned(a))):
            yield "elementwise-not-matrix", of("a @ b", a=left, b=right)
    if isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute) and x.func.attr == "outer" and len(x.args) == 2:
        yield "transposed", ast.Call(x.func, [x.args[1], x.args[0]], [])
    if isinstance(x, ast.Attribute) and x.attr == "T":
        yield "transposed", x.value
