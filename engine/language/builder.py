"""Syntax to graph: one node a value. Nothing is computed."""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Mapping
from functools import cache
from typing import Any

from gradlens.engine.errors import EngineError, Span
from gradlens.engine.graph import UNLIMITED, Graph, Limits
from gradlens.engine.language.expressions import Expressions
from gradlens.engine.language.foreign_calls import ForeignCalls
from gradlens.engine.language.lists import Lists
from gradlens.engine.language.loops import Loops
from gradlens.engine.language.scope import Scope
from gradlens.engine.language.statements import Statements
from gradlens.engine.language.syntax import (
    Misplaced,
    Syntax,
    is_name,
    levels,
    normal_name,
    parse,
    registry_body,
    suggestion,
)
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape

DETAILS = ("fused", "expanded")


def build(
    text: str,
    shapes: Mapping[str, Shape],
    *,
    output: str | None = None,
    detail: str = "fused",
    expand: Collection[str] = (),
    limits: Limits | None = None,
) -> tuple[Syntax, Graph]:
    """Parse a program and build its graph.

    shapes: of the inputs that are given.  output: the name to differentiate, by default the last statement.
    expand: names of the library functions that are opened though detail is "fused".
    Errors: every kind but those of values and seeds.
    """
    if detail not in DETAILS:
        raise EngineError("unknown-detail", detail=str(detail))
    for name in expand:
        if name not in OPS:
            raise EngineError(
                "unknown-function", name=name, **suggestion(name, [n for n, op in OPS.items() if op.definition])
            )
        if OPS[name].definition is None:
            raise EngineError("no-definition", function=name)
    limits = limits or Limits()
    syntax = parse(text, limits.text_length, limits.nesting)
    builder = Builder(syntax, check_names(shapes), opened_functions(detail) | set(expand), limits)
    try:
        return syntax, builder.program(output)
    except RecursionError:
        raise EngineError("too-deep", builder.span(), limit=levels(limits.nesting)) from None
    finally:
        builder.forget()


@cache
def opened_functions(detail: str) -> frozenset[str]:
    """The library functions that become groups: all that have a definition, or those that have nothing else."""
    return frozenset(
        name for name, op in OPS.items() if op.definition is not None and (detail == "expanded" or op.array is None)
    )


def rule_graph(text: str, shapes: Mapping[str, Shape], statics: Mapping[str, object]) -> Graph:
    """A rule of the registry as a graph by itself, with an input for every name of `shapes`, in their order."""
    builder = Builder(Syntax(text, (), ()), {}, opened_functions("fused"), UNLIMITED)
    graph = builder.graph
    builder.scope = Scope(
        {name: graph.add_input(name, shape, None, None) for name, shape in shapes.items()}, dict(statics), registry=True
    )
    graph.output = builder.statements(registry_body(text))
    return graph


def check_names(shapes: Mapping[Any, Shape]) -> dict[str, Shape]:
    """The inputs' shapes by normalised name.  Errors: input-name, reserved-name, input-repeated."""
    checked: dict[str, Shape] = {}
    for name, shape in shapes.items():
        normal = normal_name(name) if isinstance(name, str) else ""
        if not is_name(normal):
            raise EngineError("input-name", name=name)
        if normal.startswith("__"):
            raise EngineError("reserved-name", name=normal)
        if normal in checked:
            raise EngineError("input-repeated", name=normal)
        checked[normal] = shape
    return checked


def weight_of(node: ast.AST) -> int:
    """The expressions and statements that a piece of text is made of, without the bodies of its loops and functions."""
    if isinstance(node, ast.For):
        return weight_of(node.target) + weight_of(node.iter)
    if isinstance(node, ast.FunctionDef):
        return weight_of(node.args)
    return sum(isinstance(part, (ast.expr, ast.stmt)) for part in ast.walk(node)) + 1


class Builder(Statements, Loops, Expressions, ForeignCalls, Lists):
    """Walks the statements once, in order, and adds to its graph."""

    def __init__(self, syntax: Syntax, given: dict[str, Shape], opened: Container[str], limits: Limits):
        self.syntax = syntax
        self.given = given
        self.opened = opened
        self.limits = limits
        self.graph = Graph(limits)
        self.scope = Scope(given=given)
        self.defining = []
        self.running = []
        self.steps = 0
        self.weights = {}
        self.place = None
        self.lists = set()
        self.wholes = set()
        self.masks = {}
        self.used = None

    def program(self, output: str | None) -> Graph:
        graph = self.graph
        try:
            last = self.statements(self.syntax.body)
        except Misplaced as error:
            raise EngineError(error.kind, self.syntax.span(self.scope.place or error.place), **error.params) from None
        except EngineError as error:
            raise error.at(self.span()) from None
        if last < 0:
            raise EngineError("empty-program")
        self.unused_inputs()
        graph.output = last
        if output is not None:
            name = normal_name(output)
            if name not in graph.names:
                raise EngineError("unknown-output", name=output, **suggestion(name, graph.names))
            graph.output = graph.names[name]
        return graph

    def forget(self) -> None:
        """Let go of the program's functions, which refer to the scopes that hold them: only the collector would free
        such a cycle.
        """
        for scope in self.defining:
            scope.statics.clear()

    def charge(self, node: ast.expr | ast.stmt, more: int = 0) -> None:
        """Count a piece of text that is about to be read, so that loops and calls which only repeat one another end
        too.

        more: steps beside those of reading.  Error: too-many-steps.
        """
        # What is read once is bounded by the text, and is weighed only when it comes again.
        before = self.weights.get(id(node))
        weight = 1 if before is None else before[1] or weight_of(node)
        self.weights[id(node)] = node, 0 if before is None else weight  # with the node, so that its id stays its own
        self.steps += weight + more
        if self.steps > self.limits.steps:
            raise Misplaced("too-many-steps", node, limit=int(self.limits.steps))

    def span(self) -> Span | None:
        return self.syntax.span(self.place)

    def unused_inputs(self) -> None:
        graph = self.graph
        for name, shape in self.given.items():
            if name in graph.inputs:
                continue
            if name in graph.names:
                raise EngineError("input-computed", self.syntax.span(graph.nodes[graph.names[name]].place), name=name)
            graph.add_input(name, shape, None, None)
            graph.unused.append(name)
