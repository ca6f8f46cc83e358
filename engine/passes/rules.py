"""The rule of an edge, resolved: once for all edges that use an op alike, and read by all passes and texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from gradlens.engine.graph import Edge, Graph
from gradlens.engine.latex import forward_template, gradient_latex, rule_template, summed
from gradlens.engine.ops import Use
from gradlens.engine.ops.reduction import unbroadcast
from gradlens.engine.ops.rule_texts import contribution_text, formula, is_local, rule_text, statics
from gradlens.engine.passes.formula_forms import Form, Symbols
from gradlens.engine.passes.kernels import Kernel, as_array, fitted, kernel

Made = TypeVar("Made")


class found_once(Generic[Made]):
    """What a rule finds out when it is first asked: cached_property without its lock, which takes as long as the rest
    of a rule that one use of an op has for itself, as each x[3] has.
    """

    def __init__(self, find: Callable[[Any], Made]):
        self.find = find

    def __get__(self, rule: Any, owner: type[Any]) -> Made:
        found = rule.__dict__[self.find.__name__] = self.find(rule)
        return found


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
        self.contribution = contribution_text(op, argnum, text)
        self.push: Kernel | None = None  # its transpose, for the forward mode (tangent.py)

    @found_once
    def kernel(self) -> Kernel:
        """(upstream, output, *inputs) -> contribution, of the output's shape where the rule is local."""
        return kernel(self.contribution, self.use, self.use.on_numbers)

    @found_once
    def array_kernel(self) -> Kernel:
        """The same on arrays, also where the use is on numbers."""
        return kernel(self.contribution, self.use, False) if self.use.on_numbers else self.kernel

    @found_once
    def deliver(self) -> Kernel:
        """The same, of the input's shape: what was stretched is summed."""
        rule, shape = self.kernel, self.use.shapes[self.argnum]
        if self.use.on_numbers:
            return rule
        return lambda *values: unbroadcast(as_array(rule(*values)), shape)

    @found_once
    def local(self) -> Kernel:
        """(None, output, *inputs) -> d(output)/d(input), of the output's shape, where the rule is local."""
        rule, shape = kernel(self.text, self.use, self.use.on_numbers), self.use.shape
        assert shape is not None, self.use.op.name
        if self.use.on_numbers:
            return lambda *values: float(rule(*values))
        return lambda *values: fitted(rule(*values), shape)

    @found_once
    def local_form(self) -> Form:
        """The local derivative as LaTeX."""
        return Form(template(self.use, self.text), places(self.use), False)

    @found_once
    def form(self) -> Form:
        """The contribution as LaTeX, behind the gradient that it is a part of; a sum where the input was stretched."""
        use, shape = self.use, self.use.shape
        assert shape is not None, use.op.name
        wanted, latex = use.shapes[self.argnum], template(use, self.formula)
        if use.op.elementwise and wanted != shape:
            latex = summed(latex, shape, wanted)
        return Form(latex, places(use), True)

    def local_latex(self, ids: Sequence[int], symbols: Symbols) -> str | None:
        """The local derivative at a node.  ids: of its operands, and its own."""
        return self.local_form.latex(ids, symbols, "L") if self.is_local else None

    def local_template(self, ids: Sequence[int]) -> str | None:
        """The same with placeholders."""
        return self.local_form.template(ids) if self.is_local else None

    def latex(self, ids: Sequence[int], symbols: Symbols) -> str:
        """The whole rule at a node: ∂L/∂x = ∂L/∂z · y."""
        gradient = gradient_latex(symbols.output, symbols.symbol(ids[self.argnum]))
        return f"{gradient} = {self.form.latex(ids, symbols, symbols.output)}"

    def template(self, ids: Sequence[int]) -> str:
        """The contribution with placeholders, a sum where broadcasting stretched the source."""
        return self.form.template(ids)


def rule_of(use: Use, argnum: int) -> Rule:
    """The rule of an input to which a gradient flows, resolved when it is first asked for."""
    found = use.rules.get(argnum)
    if found is None:
        found = use.rules[argnum] = Rule(use, argnum)
    return found


def edge_rule(graph: Graph, edge: Edge) -> Rule:
    """The rule of a differentiable edge."""
    return rule_of(graph.use_at(edge.target), edge.argnum)


def places(use: Use) -> dict[str, int]:
    """By the names of a rule, the positions of the operands, and behind them of the node."""
    count = len(use.shapes)
    return {name: i for i, name in enumerate(use.op.operand_names(count))} | {"z": count}


def forward_form(use: Use) -> Form:
    """How a use of an op makes its value, as LaTeX."""
    if use.form is None:
        count = len(use.shapes)
        rank = len(use.shapes[0]) if count else 0
        latex = forward_template(use.op, tuple(range(count)), use.options, rank)
        use.form = Form(latex, {str(i): i for i in range(count)}, False)
    return use.form


def template(use: Use, text: str) -> str:
    rank = len(use.shapes[0]) if use.shapes else 0
    return rule_template(text, use.op, statics(use), use.shape != (), rank)
