"""Whether a remedy cures: it is written into the program, and the program is run."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlens.engine.advising.faults import finite, holds_nan
from gradlens.engine.errors import QUOTED_CHARACTERS, EngineError
from gradlens.engine.graph import Graph
from gradlens.engine.language.builder import build
from gradlens.engine.language.syntax import Syntax, source
from gradlens.engine.passes.backward import contributing, plan_backward, run_backward
from gradlens.engine.passes.forward import plan_forward, run_forward
from gradlens.engine.values import Array, Value, shape_of

CLOSE = 1e-3  # relative: a guard such as + 1e-5 moves a value by little
MOST_NODES, MOST_FLOPS, MOST_TRIALS = 2_000, 1e8, 8  # a trial takes as long as the run itself
STEPS = (1e-4, 1e-8)  # aside, of 1
STEEPER = 1.3  # a slope that grows so much as the step shrinks has no bound, as that of x log x at 0


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to write instead of an expression that the reader wrote."""

    written: ast.expr
    better: ast.expr


class Ward:
    """A program in whose run something is not finite, and what is tried on it.

    gradient: the upstream gradient at the output.
    """

    def __init__(self, syntax: Syntax, graph: Graph, values: list[Value], gradient: Value):
        self.syntax, self.graph, self.values, self.gradient = syntax, graph, values, gradient
        self.tried: dict[tuple[int, str], dict[str, str]] = {}

    def params(self, remedy: Remedy) -> dict[str, str]:
        """The remedy as parameters of a remark; empty where it does not cure, or does not fit into a line."""
        key = (id(remedy.written), text := source(remedy.better))
        if key not in self.tried:
            if (
                len(self.tried) == MOST_TRIALS
                or len(self.graph.nodes) > MOST_NODES
                or self.graph.forward_flops + self.graph.backward_flops > MOST_FLOPS
            ):
                return {}
            tried = (self.said(remedy, better) for better in (text, f"({text})"))
            self.tried[key] = next((said for said in tried if said), dict[str, str]())
        return self.tried[key]

    def said(self, remedy: Remedy, better: str) -> dict[str, str]:
        span = self.syntax.span(remedy.written)
        if span is None or span.start_line != span.end_line:
            return {}
        lines = list(self.syntax.lines)
        line = lines[span.start_line - 1]
        written = line[span.start_column : span.end_column]
        lines[span.start_line - 1] = line[: span.start_column] + better + line[span.end_column :]
        if max(len(written), len(better)) > QUOTED_CHARACTERS or not self.reads(lines, remedy, better):
            return {}
        # Where the same is written twice, a reader may well change both.
        texts = {"\n".join(lines), "\n".join(self.syntax.lines).replace(written, better)}
        return {"written": written, "remedy": better} if all(map(self.is_cured, texts)) else {}

    def reads(self, lines: list[str], remedy: Remedy, better: str) -> bool:
        """Whether the text that was put in is read as one operand, as the expression was that it replaces."""
        if better.startswith("("):
            return True
        span = self.syntax.span(remedy.written)
        assert span is not None
        apart = list(lines)
        line = lines[span.start_line - 1]
        end = span.start_column + len(better)
        apart[span.start_line - 1] = f"{line[: span.start_column]}({better}){line[end:]}"
        try:
            return ast.unparse(ast.parse("\n".join(lines))) == ast.unparse(ast.parse("\n".join(apart)))
        except (SyntaxError, RecursionError, MemoryError):
            return False

    def is_cured(self, text: str) -> bool:
        """Whether the program has finite values and gradients then, and the same values as before where these were
        finite.
        """
        given = self.given()
        try:
            _, graph = build(
                text,
                {name: shape_of(value) for name, value in given.items()},
                output=self.graph.nodes[self.graph.output].name,
                limits=self.graph.limits,
            )
            if graph.inputs.keys() != self.graph.inputs.keys():
                return False  # a name that is not defined there
            run = Run(graph, given)
            value, gradients = run.value({}), run.gradients(self.gradient)
        except (EngineError, ValueError, RecursionError, MemoryError):
            return False
        before = self.values[self.graph.output]
        if shape_of(value) != shape_of(before) or not finite(value) or any(holds_nan(g) for g in gradients.values()):
            return False
        if not np.allclose(np.where(np.isfinite(before), before, value), value, rtol=CLOSE, atol=CLOSE):
            return False
        return all(finite(g) or self.is_steep(run, name, np.asarray(g)) for name, g in gradients.items())

    def given(self) -> dict[str, Value]:
        """The inputs of the run.  A name that was assigned twice has two leaves, and keeps what the text gives it."""
        leaves = Counter(node.name for node in self.graph.nodes if node.kind == "input")
        return {name: self.values[id] for name, id in self.graph.inputs.items() if leaves[name] == 1}

    def is_steep(self, run: Run, name: str, gradient: Array) -> bool:
        """Whether an infinite gradient is true: the slopes beside the point grow without bound as the step shrinks."""
        if name not in run.given:
            return False
        index = tuple(np.argwhere(~np.isfinite(gradient))[0])
        x, here = np.array(run.given[name], dtype=np.float64), run.value({})
        for side in (1.0, -1.0):
            slopes: list[float] = []
            for step in STEPS:
                moved = x.copy()
                moved[index] += side * step
                value = run.value({name: float(moved) if x.ndim == 0 else moved})
                slopes.append(float(np.sum(self.gradient * (np.asarray(value) - here))) / (side * step))
            if np.isfinite(slopes).all() and abs(slopes[1]) > STEEPER * abs(slopes[0]):
                return True
        return False


class Run:
    """A built program with its inputs, run as often as is asked."""

    def __init__(self, graph: Graph, given: Mapping[str, Value]):
        self.graph, self.given = graph, given
        self.forward = plan_forward(graph)

    def values(self, moved: Mapping[str, Value]) -> list[Value]:
        given = {**self.given, **moved}
        values: list[Any] = [node.value for node in self.graph.nodes]
        for name, id in self.graph.inputs.items():
            if name in given:
                values[id] = given[name]
        run_forward(self.forward, values)
        return values

    def value(self, moved: Mapping[str, Value]) -> Value:
        return self.values(moved)[self.graph.output]

    def gradients(self, seed: Value) -> dict[str, Value]:
        """The gradient of every input that the output depends on."""
        gradients: list[Value | None] = [None] * len(self.graph.nodes)
        gradients[self.graph.output] = seed
        run_backward(plan_backward(self.graph, contributing(self.graph)), self.values({}), gradients, None)
        found = {name: gradients[id] for name, id in self.graph.inputs.items()}
        return {name: gradient for name, gradient in found.items() if gradient is not None}
