"""Which of two values a condition takes, where both can be computed: then a graph holds both, and `where` chooses."""

from __future__ import annotations

import ast
from collections.abc import Sequence

LIBRARIES = frozenset(("np", "numpy", "math", "torch", "F", "jnp"))
FUNCTIONS = frozenset(
    "abs max min float pow sum where maximum minimum exp log log1p sqrt sin cos tanh sigmoid square".split()
)
DEEPEST = 100


def is_free(value: ast.expr) -> bool:
    """Whether an expression only computes: it may be evaluated though its value is not taken."""
    pending: list[ast.AST] = [value]
    while pending:
        match pending.pop():
            case ast.Constant(float() | int()) | ast.Name():
                pass
            case ast.Attribute(held) | ast.UnaryOp(_, held):
                pending.append(held)
            case ast.BinOp(left, _, right) | ast.Subscript(left, right):
                pending += (left, right)
            case ast.Tuple(parts):
                pending += parts
            case ast.Compare(left, _, others):
                pending += (left, *others)
            case ast.IfExp(test, body, other):
                pending += (test, body, other)
            case ast.Call(ast.Name(name), args, []) if name in FUNCTIONS:
                pending += args
            case ast.Call(ast.Attribute(ast.Name(library)), args, []) if library in LIBRARIES:
                pending += args
            case ast.Call(ast.Attribute(held, name), [], []) if name in FUNCTIONS:
                pending.append(held)
            case _:
                return False
    return True


def chosen(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """A function's body that ends with `if c: return a` and `return b`, as `return a if c else b`."""
    if len(body) < 2 or not isinstance(body[-1], ast.Return):
        return body
    match body[-2]:
        case ast.If(test, [ast.Return()] as first, []):
            whole = ast.copy_location(ast.If(test, first, [body[-1]]), body[-2])
            return [*body[:-2], whole] if as_one(whole) is not None else body
        case _:
            return body


def as_one(node: ast.If, depth: int = 0) -> ast.stmt | None:
    """`if c: y = a` with `else: y = b` as one statement, which is y = a if c else b; also of two returns."""
    if depth > DEEPEST or len(node.body) != 1 or len(node.orelse) != 1:
        return None
    first, other = node.body[0], node.orelse[0]
    if isinstance(other, ast.If):
        other = as_one(other, depth + 1)
    match first, other:
        case ast.Return(ast.expr() as a), ast.Return(ast.expr() as b) if is_free(a) and is_free(b):
            made: ast.stmt = ast.Return(choice(node, a, b))
        case ast.Assign([ast.Name(name)], a), ast.Assign([ast.Name(same)], b) if (
            name == same and is_free(a) and is_free(b)
        ):
            made = ast.Assign([first.targets[0]], choice(node, a, b))
        case _:
            return None
    return ast.copy_location(made, node)


def choice(node: ast.If, a: ast.expr, b: ast.expr) -> ast.expr:
    return ast.copy_location(ast.IfExp(node.test, a, b), node)
