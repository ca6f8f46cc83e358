"""The lines of a derivation: what they say at one use of an op, what they are worth at a point, and how they are
written.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradlens.engine.deriving.step import OPENED, SLOPE, SOUGHT, Steps, Text
from gradlens.engine.graph import Graph
from gradlens.engine.language.builder import rule_graph
from gradlens.engine.language.syntax import name_of, registry_rule
from gradlens.engine.ops import Use
from gradlens.engine.ops.reduction import unbroadcast
from gradlens.engine.ops.rule_texts import is_local, statics
from gradlens.engine.passes.forward import plan_forward, run_forward
from gradlens.engine.passes.kernels import as_array
from gradlens.engine.passes.rules import rule_of
from gradlens.engine.values import Array, Value, shape_of, size_of

# The steps of limits, of numbers up to 1. By the first central differences are right to some ten digits; beside poles,
# where values are large
# beside slopes, and along waves another one is.
STEPS = (1e-5, 1e-3, *(10.0**-k for k in range(6, 12)))
SETTLED = 1e-3  # of two slopes of which one has half the other's step
ROUNDING = 1e-14  # of a value, once or a few times
CHANGED = 256  # elements that a line changes one by one: two evaluations each, some hundred milliseconds together
LIMITS = frozenset({"D", "lim"})


@dataclass(frozen=True, slots=True)
class Written:
    """A line at one use.  exact: whether it holds no limit, whose value is found with a small step."""

    text: str
    reason: Text
    exact: bool


def written(use: Use, argnum: int, steps: Steps) -> list[Written]:
    """Every line for one input, from what is sought to the registry's rule."""
    op = use.op
    local = op.elementwise or is_local(op, argnum)
    name = operands(use)[argnum]
    lines = [(sought(call(use), name, local), SLOPE if local else SOUGHT)]
    if op.definition is not None:
        *first, last = op.opened(use).split("\n")
        lines.append(("\n".join([*first, sought(last, name, local)]), OPENED))
    for step in steps:
        text = step.line(use) if callable(step.line) else rule_of(use, argnum).text if step.line is None else step.line
        if text is not None:
            lines.append((text, step.reason))
    return [Written(text, reason, not mentions_limit(text)) for text, reason in lines]


def operands(use: Use) -> tuple[str, ...]:
    """The names of the operands; those of a list are numbered."""
    op = use.op
    return tuple(f"{op.inputs[0]}{i}" for i in range(len(use.shapes))) if op.variadic else op.inputs


def call(use: Use) -> str:
    """The op as a call, its options by name."""
    op, values = use.op, ", ".join(operands(use))
    if op.variadic == "arguments":
        return f"{op.name}({use.options[op.options[0].name]!r}, {values})"
    if op.symmetric:
        return f"{op.name}(({values} + swapaxes({values}, -1, -2)) / 2)"
    options = "".join(f", {o.name}={o.name}" for o in op.options)
    return f"{op.name}([{values}]{options})" if op.variadic else f"{op.name}({values}{options})"


def sought(text: str, name: str, local: bool) -> str:
    return f"D({text}, {name})" if local else f"D(sum(g * ({text})), {name})"


def mentions_limit(text: str) -> bool:
    return any(
        isinstance(node, ast.Call) and name_of(node.func) in LIMITS
        for expression in registry_rule(text).expressions
        for node in ast.walk(expression)
    )


class Point:
    """Where lines are evaluated: the op's inputs, its output z, the upstream g.

    work: floating-point operations that one line may take; elements: that its arrays may hold.
    index: the one element that is wanted of derivatives by an array; by default all.
    """

    def __init__(
        self,
        use: Use,
        values: Mapping[str, Value],
        work: float = np.inf,
        elements: float = np.inf,
        index: tuple[int, ...] | None = None,
    ):
        self.values = dict(values)
        self.statics = statics(use)
        self.work = work
        self.elements = elements
        self.index = index

    def value(self, text: str, name: str) -> Value | None:
        """What a line is worth, h in it a small change of the input `name`.

        None where that is too much work.
        """
        with np.errstate(all="ignore"):
            return self.evaluated(text, name)

    def evaluated(self, text: str, name: str) -> Value | None:
        rule = registry_rule(text)
        before = "".join(f"{part} = {ast.unparse(value)}\n" for part, value in rule.parts)
        found: dict[str, Value] = {}
        expression = rule.result
        if mentions_limit(text):
            splitter = Splitter()
            expression = splitter.visit(ast.parse(ast.unparse(rule.result), mode="eval").body)
            for place, (node, by) in splitter.found.items():
                result = self.limit(before + ast.unparse(node), by or name, named=by is not None)
                if result is None:
                    return None
                found[place] = result
        return self.run(before + ast.unparse(expression), self.values | found)

    def limit(self, text: str, by: str, named: bool) -> Value | None:
        """The derivative of a text by `by`, or where that is not `named` its limit as h goes to 0; NaN where small
        steps come to none.

        Errors of rounding and poles both grow as the step shrinks: the first step of which half is as good is taken.
        """
        graph = self.graph(text, self.values | ({} if named else {"h": self.values[by]}))
        slope = partial(self.slope, graph, by) if named else partial(self.quotient, graph, by)
        changed = size_of(shape_of(self.values[by])) if graph.nodes[graph.output].shape == () else 1
        found: Array | None = None
        first: Value | None = None
        h, half = STEPS[0], None
        for h in STEPS[:1] if self.too_much(graph, 4 * changed * len(STEPS)) else STEPS:
            coarse, half = (slope(step) for step in (h, h / 2))
            if coarse is None or half is None:
                return None
            first = coarse if first is None else first
            same = np.isfinite(coarse) & (
                np.abs(np.subtract(coarse, half))
                <= SETTLED * np.maximum(np.abs(coarse), np.abs(half)) + self.noise(coarse) / h
            )
            found = np.where(same, coarse, np.nan) if found is None else np.where(np.isnan(found) & same, coarse, found)
            if not np.isnan(found).any():
                break
        assert found is not None and first is not None and half is not None
        bounded = np.isnan(found) & (np.abs(half) <= np.abs(first) + self.noise(first) / h)
        found = np.where(bounded, first, found)
        if named and found.shape == np.shape(self.values["z"]):
            found = np.where(np.isfinite(self.values["z"]), found, np.nan)  # both sides of an even pole are alike
        return float(found) if found.ndim == 0 else found

    def noise(self, slope: Value) -> Value:
        """What rounding may do to a slope, times the step."""
        size = np.abs(self.values["z"])
        if np.shape(slope) != np.shape(size):
            size = np.sum(np.abs(self.values["g"]) * size)
        return ROUNDING * np.where(np.isfinite(size), size, 0.0)

    def quotient(self, graph: Graph, by: str, h: float) -> Value | None:
        """A quotient in h, extrapolated from one side: the mean of both sides would be finite where the quotient is
        not, as that of c / h.
        """
        if self.too_much(graph, 1):
            return None
        step = self.step(by, h)
        far, near = (self.forward(graph, self.values | {"h": h}) for h in (step, step / 2))
        return 2 * near - far

    def slope(self, graph: Graph, by: str, h: float) -> Value | None:
        """A central difference: of one number by an array, element by element."""
        at, step = self.values[by], self.step(by, h)
        if graph.nodes[graph.output].shape == () and shape_of(at) != ():
            return self.gradient(graph, by, np.asarray(at), np.asarray(step))
        if self.too_much(graph, 2):
            return None
        return (
            self.forward(graph, self.values | {by: at + step}) - self.forward(graph, self.values | {by: at - step})
        ) / (2 * step)

    def step(self, by: str, h: float) -> Value:
        at = self.values[by]
        return h * np.maximum(1.0, np.abs(at)) if isinstance(at, np.ndarray) else h * max(1.0, abs(at))

    def gradient(self, graph: Graph, by: str, at: Array, step: Array) -> Array | None:
        """Of one number, element by element."""
        places = [self.index] if self.index is not None else list(np.ndindex(at.shape)) if at.size <= CHANGED else None
        if places is None or self.too_much(graph, 2 * len(places)):
            return None
        found = np.zeros(at.shape)
        for place in places:
            sides: list[Any] = []
            for sign in (1, -1):
                moved = at.copy()
                moved[place] += sign * step[place]
                sides.append(self.forward(graph, self.values | {by: moved}))
            found[place] = (sides[0] - sides[1]) / (2 * step[place])
        return found

    def run(self, text: str, values: Mapping[str, Value]) -> Value | None:
        graph = self.graph(text, values)
        return None if self.too_much(graph, 1) else self.forward(graph, values)

    def too_much(self, graph: Graph, times: int) -> bool:
        return (
            times * graph.forward_flops > self.work or sum(size_of(node.shape) for node in graph.nodes) > self.elements
        )

    def graph(self, text: str, values: Mapping[str, Value]) -> Graph:
        return rule_graph(text, {name: shape_of(value) for name, value in values.items()}, self.statics)

    def forward(self, graph: Graph, values: Mapping[str, Value]) -> Value:
        slots: list[Any] = [values[node.name or ""] if node.kind == "input" else node.value for node in graph.nodes]
        run_forward(plan_forward(graph), slots)
        return slots[graph.output]


class Splitter(ast.NodeTransformer):
    """Takes the limits out of an expression, and leaves names in their places.

    found: by name, what is differentiated and by what; None for a limit in h.
    """

    def __init__(self) -> None:
        self.found: dict[str, tuple[ast.expr, str | None]] = {}

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = name_of(node.func)
        if function not in LIMITS:
            self.generic_visit(node)
            return node
        name = f"limit{len(self.found)}"
        self.found[name] = (node.args[0], name_of(node.args[1]) if function == "D" else None)
        return ast.Name(name)


def fitted(value: Value, local: bool, source: tuple[int, ...], target: tuple[int, ...]) -> Value:
    """A line's value in the shape of what it derives: a local derivative in the op's, a contribution in the input's."""
    if local:
        return float(value) if target == () else np.broadcast_to(as_array(value), target)
    return unbroadcast(as_array(value), source)
