"""Which of two values a condition takes, where both can be computed: then a graph holds both, and `where` chooses."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from gradlens.engine.language.locations import in_place_of

LIBRARIES = frozenset(("np", "numpy", "math", "torch", "F", "jnp"))
FUNCTIONS = frozenset(
    "abs max min float pow sum where maximum minimum exp log log1p sqrt sin cos tanh sigmoid square".split()
)
MAY_FAIL = (ast.Subscript, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift)  # of known numbers
DEEPEST = 100
NOTHING = "nothing is added"  # what marks the 0 that stands in an addition's place, whatever shape that has


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
            case ast.Slice(lower, upper, step):
                pending += [part for part in (lower, upper, step) if part is not None]
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


def never_fails(value: ast.expr) -> bool:
    """Whether evaluating an expression for nothing neither does anything nor stops a program."""
    if type(value) is ast.Name:
        return True
    return is_free(value) and not any(map(may_fail, ast.walk(value)))


def may_fail(part: ast.AST) -> bool:
    match part:
        case ast.Call(ast.Name(name)):
            return name != "abs"
        case ast.Call(ast.Attribute(ast.Name("math"))):
            return True
        case _:
            return isinstance(part, MAY_FAIL)


def chosen(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """A function's body that ends with `if c: return a` and `return b`, as `return a if c else b`."""
    if len(body) < 2 or not isinstance(body[-1], ast.Return):
        return body
    match body[-2]:
        case ast.If(test, [ast.Return()] as first, []):
            whole = in_place_of(body[-2], ast.If(test, first, [body[-1]]))
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
    return in_place_of(node, made)


def choice(node: ast.If, a: ast.expr, b: ast.expr) -> ast.expr:
    return in_place_of(node, ast.IfExp(node.test, a, b))


def guarded(node: ast.If) -> list[ast.stmt] | None:
    """What an `if` that only computes does, each statement with its condition: t += v as t += v if c else 0.

    None where it does something else, or changes what its condition reads.
    """
    if not is_free(node.test):
        return None
    read = {part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)}
    changed: set[str] = set()
    found: list[ast.stmt] = []
    for body, holds in ((node.body, True), (node.orelse, False)):
        for statement in body:
            match statement:
                case ast.Pass() | ast.Expr(ast.Call(ast.Name("print"))):
                    continue
                case ast.AugAssign(target, ast.Add() | ast.Sub(), value):
                    nothing = ast.Constant(0, kind=NOTHING)
                    parts = (value, nothing) if holds else (nothing, value)
                    made: ast.stmt = ast.AugAssign(target, statement.op, ast.IfExp(node.test, *parts))
                case ast.Assign([target], value):
                    kept = as_read(target)
                    if kept is None:
                        return None
                    made = ast.Assign([target], ast.IfExp(node.test, *((value, kept) if holds else (kept, value))))
                case _:
                    return None
            name = root(target)
            if name is None or not is_free(value) or changed & read:
                return None
            changed.add(name)
            found.append(placed(made, statement))
    return found


def as_read(target: ast.expr) -> ast.expr | None:
    """What an assignment's target holds before it."""
    match target:
        case ast.Name(name):
            return ast.Name(name, ast.Load())
        case ast.Subscript(held, at):
            return ast.Subscript(held, at, ast.Load())
        case _:
            return None


def root(target: ast.expr) -> str | None:
    """The name whose value an assignment changes; None of a target that does more than compute."""
    while isinstance(target, ast.Subscript) and is_free(target.slice):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


def placed(made: ast.stmt, written: ast.stmt) -> ast.stmt:
    """A statement at the place of one that was written; its new parts, too."""
    for part in ast.walk(made):
        if isinstance(part, (ast.stmt, ast.expr)) and not hasattr(part, "lineno"):
            in_place_of(written, part)
    return made
