"""Other forms of a sum: along other axes, a mean, none at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import fresh, of, parsed

AXES: tuple[object, ...] = (0, 1)  # of matrices
MORE_AXES: tuple[object, ...] = (0, 1, 2, -1, (0, 1), (0, 2), (0, 2, 3), (0, 1, 2), (1, 2), (2, 3))
SUMS = frozenset(("sum", "mean"))


def unsummed(x: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """A product that is subtracted where its sum over a row is: g - g * p."""
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Sub) and isinstance(x.right, (ast.BinOp, ast.Name)):
        for axis in (-1, 0):
            yield "bias-not-summed", of(f"a - (b).sum(axis={axis}, keepdims=True)", a=x.left, b=x.right)


def summed(x: ast.expr) -> tuple[ast.Call, ast.expr, str] | None:
    """A call of sum or mean, what it is of, and its name."""
    if not isinstance(x, ast.Call) or not isinstance(x.func, ast.Attribute) or x.func.attr not in SUMS:
        return None
    is_function = isinstance(x.func.value, ast.Name) and x.func.value.id in ("np", "numpy", "torch", "jnp")
    if is_function:
        return (x, x.args[0], x.func.attr) if x.args else None
    return x, x.func.value, x.func.attr


def sums(x: ast.expr, axes: tuple[object, ...]) -> Iterator[tuple[str, ast.expr]]:
    found = summed(x)
    if found is None:
        return
    call, inside, name = found
    is_function = bool(call.args) and call.args[0] is inside
    for axis in axes:
        for keep in (False, True):
            keywords = [ast.keyword("axis", ast.Constant(axis) if isinstance(axis, int) else parsed(repr(axis)))]
            if keep:
                keywords.append(ast.keyword("keepdims", ast.Constant(True)))
            made = ast.Call(call.func, [inside] if is_function else [], keywords)
            if ast.unparse(made) != ast.unparse(call):
                yield "wrong-axis", made
    yield "wrong-axis", ast.Call(call.func, [inside] if is_function else [], [])
    assert isinstance(call.func, ast.Attribute)
    other = fresh(call)
    assert isinstance(other, ast.Call) and isinstance(other.func, ast.Attribute)
    other.func.attr = "sum" if name == "mean" else "mean"
    yield ("mean-not-sum" if name == "mean" else "sum-not-mean"), other
    yield "extra-sum", inside
