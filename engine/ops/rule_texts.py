"""The rule of an op's input as text: what is computed, what is printed, and the names that it may use."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, cast

from gradlens.engine.ops.op import Op, Use


def statics(use: Use) -> dict[str, Any]:
    """The names that a rule may use beside its operands: options, shapes, and the op's own."""
    names: dict[str, Any] = dict(use.options)
    for name, shape in zip(use.op.inputs, use.shapes):
        names[f"{name}_shape"] = shape
    if use.op.statics is not None:
        names |= use.op.statics(use)
    return names


def is_local(op: Op, argnum: int) -> bool:
    return op.input_name(argnum) in op.local


def rule_text(use: Use, argnum: int) -> str:
    """The rule of one input, to which a gradient flows, at one use."""
    rule = use.op.rule(argnum)
    assert rule is not None, f"{use.op.name} has no rule for {use.op.input_name(argnum)}"
    if isinstance(rule, str):
        return rule
    of = cast(Callable[..., str], rule)  # the use, of a list the place too
    return of(use, argnum) if use.op.variadic else of(use)


def formula(local: str) -> str:
    """Upstream times a local derivative, as it is printed.

    A condition in brackets that does not hold is a strong zero: it takes away whatever it multiplies, an infinity too
    (Iverson's bracket, as D. Knuth reads it in Two Notes on Notation, 1992).
    """
    return "g" if local == "1" else "-g" if local == "-1" else f"g * ({local})"


def gated(local: str) -> str:
    """Upstream times a local derivative, and 0 where the input is not chosen, whatever upstream is."""
    return f"where({local}, {'g' if is_mask(ast.parse(local, mode='eval').body) else f'g * ({local})'}, 0)"


def is_mask(rule: ast.expr) -> bool:
    """Whether a rule is 0 or 1 by its form: a comparison, a product of such, or a 0."""
    match rule:
        case ast.BinOp(left, ast.Mult(), right):
            return is_mask(left) and is_mask(right)
        case ast.Constant(value):
            return value == 0
        case _:
            return isinstance(rule, ast.Compare)


def contribution_text(op: Op, argnum: int, text: str) -> str:
    """What an edge delivers, by its rule: upstream times local, only where the input is chosen if the op is a gate; or
    the vjp.
    """
    if not is_local(op, argnum):
        return text
    return gated(text) if op.gates else formula(text)
