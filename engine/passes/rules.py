"""The rule of an edge, resolved: once for all edges that use an op alike, and read by all passes and texts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property
from typing import cast

from gradlens.engine.graph import Edge, Graph
from gradlens.engine.latex import rule_template
from gradlens.engine.ops import Op, Use
from gradlens.engine.ops.reduction import unbroadcast
from gradlens.engine.passes.kernels import Kernel, as_array, fitted, kernel, statics


class Rule:
    """What one input of an op receives, at one use of the op. It knows no node, no name and no place.

    text: the rule as the registry has it: the local derivative where `is_local`, else the vjp.
    contribution: what an edge delivers: upstream times local, only where the input is chosen if the op is a gate; or
      the vjp.  formula: the same as it is printed.
    """

    def __init__(self, use: Use, argnum: int):
        op = use.op
        self.use = use
        self.argnum = argnum
        self.is_local = is_local(op, argnum)
        self.text = text = rule_text(use, argnum)
        self.formula = formula(text) if self.is_local else text
        self.contribution = gated(text) if self.is_local and op.gates else self.formula
        self.push: Kernel | None = None  # its transpose, for the forward mode (tangent.py)

    @cached_property
    def kernel(self) -> Kernel:
        """(upstream, output, *inputs) -> contribution, of the output's shape where the rule is local."""
        return kernel(self.contribution, self.use, self.use.on_numbers)

    @cached_property
    def array_kernel(self) -> Kernel:
        """The same on arrays, also where the use is on numbers."""
        return kernel(self.contribution, self.use, False) if self.use.on_numbers else self.kernel

    @cached_property
    def deliver(self) -> Kernel:
        """The same, of the input's shape: what was stretched is summed."""
        rule, shape = self.kernel, self.use.shapes[self.argnum]
        if self.use.on_numbers:
            return rule
        return lambda *values: unbroadcast(as_array(rule(*values)), shape)

    @cached_property
    def local(self) -> Kernel:
        """(None, output, *inputs) -> d(output)/d(input), of the output's shape, where the rule is local."""
        rule, shape = kernel(self.text, self.use, self.use.on_numbers), self.use.shape
        assert shape is not None, self.use.op.name
        return lambda *values: fitted(rule(*values), shape)

    @cached_property
    def local_template(self) -> str:
        """The local derivative as LaTeX, with placeholders by the rule's names (latex.py)."""
        return template(self.use, self.text)

    @cached_property
    def template(self) -> str:
        """The contribution as LaTeX, likewise."""
        return template(self.use, self.formula)


def rule_of(use: Use, argnum: int) -> Rule:
    """The rule of an input to which a gradient flows, resolved when it is first asked for."""
    found = use.rules.get(argnum)
    if found is None:
        found = use.rules[argnum] = Rule(use, argnum)
    return found


def edge_rule(graph: Graph, edge: Edge) -> Rule:
    """The rule of a differentiable edge."""
    return rule_of(graph.use_at(edge.target), edge.argnum)


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


def template(use: Use, text: str) -> str:
    rank = len(use.shapes[0]) if use.shapes else 0
    return rule_template(text, use.op, statics(use), use.shape != (), rank)
