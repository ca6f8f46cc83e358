"""A trace: every value, every gradient, every contribution of one run, with the formulas behind them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from gradlens.engine.advising.advice import Remark, remarks
from gradlens.engine.errors import Span
from gradlens.engine.graph import Edge, Graph, Group, Node
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.latex import (
    fill,
    forward_template,
    name_latex,
    number_latex,
    summed,
)
from gradlens.engine.passes.backward import filled, local_value
from gradlens.engine.passes.rules import Rule, edge_rule
from gradlens.engine.values import Shape, Value, size_of


class Notation:
    """How a graph's nodes are written, and where they stand in the text.

    What a trace is made of refers to this and never to the trace: without a cycle, its arrays are freed with the last
      reference to it.
    """

    __slots__ = ("graph", "syntax")

    def __init__(self, syntax: Syntax, graph: Graph):
        self.syntax = syntax
        self.graph = graph

    def symbol(self, id: int) -> str:
        """A node in formulas: its name, a constant's number, or v with its id."""
        node = self.graph.nodes[id]
        if node.name is not None:
            return name_latex(node.name)
        if node.kind == "constant" and node.shape == ():
            return number_latex(node.value)
        return f"v_{{{id}}}"

    def placed(self, edge: Edge, template: str) -> str:
        """A rule's template with placeholders by the ids of an edge's nodes."""
        node = self.graph.operation(edge.target)
        for name, id in zip(node.op.operand_names(len(node.inputs)), node.inputs):
            template = template.replace(f"@{{{name}}}", f"@{{{id}}}")
        return template.replace("@{z}", f"@{{{node.id}}}").replace("@{~z}", f"@{{~{node.id}}}")


class TraceNode:
    """A node with what one run made of it.

    options: the op's static arguments, in normal form.
    value, gradient, tangent: a float, or an array of `shape`.  gradient: None where nothing differentiable leads here.
    tangent: how the value moves along the run's direction; None without one.
    convention: whether the op met a point where its derivative is a convention.
    """

    __slots__ = (
        "_node",
        "_notation",
        "convention",
        "differentiable",
        "gradient",
        "group",
        "id",
        "inputs",
        "name",
        "op",
        "options",
        "shape",
        "tangent",
        "value",
    )

    def __init__(
        self,
        notation: Notation,
        node: Node,
        value: Value,
        gradient: Value | None,
        tangent: Value | None,
        convention: bool,
    ):
        self._notation = notation
        self._node = node
        self.id = node.id
        self.op = node.kind
        self.name = node.name
        self.inputs = list(node.inputs)
        self.options = node.options
        self.shape: Shape = node.shape
        self.value = value
        self.gradient = gradient
        self.tangent = tangent
        self.differentiable = node.differentiable
        self.group = node.group
        self.convention = convention

    @property
    def span(self) -> Span | None:
        return self._notation.syntax.span(self._node.place)

    @property
    def template(self) -> str | None:
        """How the value is made, with placeholders for the operands; None for a leaf."""
        node = self._node
        if node.op is None:
            return None
        return forward_template(
            node.op,
            node.inputs,
            node.options,
            rank=len(self._notation.graph.nodes[node.inputs[0]].shape) if node.inputs else 0,
        )

    @property
    def latex(self) -> str:
        return self._notation.symbol(self.id)


class TraceEdge:
    """One use of a value, with what it delivered.

    local: of the target's shape, None where the Jacobian is not diagonal.  contribution: of the source's shape,
    None where no gradient flows.  tangent: what the source's tangent becomes at the target, whose tangent is the sum
    of its edges'; None without a direction, where no gradient flows, and into a list such as stack, which moves as one.
    """

    __slots__ = ("_edge", "_notation", "argnum", "contribution", "id", "local", "source", "tangent", "target")

    def __init__(
        self, notation: Notation, edge: Edge, local: Value | None, contribution: Value | None, tangent: Value | None
    ):
        self._notation = notation
        self._edge = edge
        self.id = edge.id
        self.source = edge.source
        self.target = edge.target
        self.argnum = edge.argnum
        self.local = local
        self.contribution = contribution
        self.tangent = tangent

    @property
    def rule(self) -> Rule | None:
        """The rule that the edge shares with all that use the op alike; None where no gradient flows."""
        return edge_rule(self._notation.graph, self._edge) if self._edge.differentiable else None

    @property
    def local_template(self) -> str | None:
        rule = self.rule
        return self._notation.placed(self._edge, rule.local_template) if rule is not None and rule.is_local else None

    @property
    def rule_template(self) -> str | None:
        """The contribution with placeholders, a sum where broadcasting stretched the source; None where no gradient
        flows.
        """
        rule = self.rule
        if rule is None:
            return None
        nodes = self._notation.graph.nodes
        source, target = nodes[self.source], nodes[self.target]
        template = self._notation.placed(self._edge, rule.template)
        stretched = rule.use.op.elementwise and source.shape != target.shape
        return summed(template, target.shape, source.shape) if stretched else template

    @property
    def local_latex(self) -> str | None:
        template = self.local_template
        return None if template is None else fill(template, self._notation.symbol)

    @property
    def rule_latex(self) -> str | None:
        r"""The whole rule: \bar{x} = \bar{z} \cdot y."""
        template = self.rule_template
        return None if template is None else fill(f"@{{~{self.source}}} = {template}", self._notation.symbol)


@dataclass(frozen=True, slots=True)
class Cost:
    """What the ways to every gradient cost.

    forward_flops, backward_flops, tangent_flops: of one forward pass, one backward pass, one pass of the forward mode.
    backward_passes: for the whole Jacobian, one an element of the output.  tangent_passes: one an element of the
      inputs.
    numeric_evaluations: of central differences, two an element of the inputs.
    """

    forward_flops: int
    backward_flops: int
    tangent_flops: int
    backward_passes: int
    tangent_passes: int
    numeric_evaluations: int


class Trace:
    """One run. `trace["x"]` is the node that the name x stands for last.

    forward_order: ids of nodes.  backward_order: ids of edges as they were walked.
    """

    def __init__(
        self,
        syntax: Syntax,
        graph: Graph,
        walked: list[Edge],
        values: list[Value],
        gradients: list[Value | None],
        contributions: list[Value | None],
        tangents: list[Value | None] | None = None,
        passed: list[Value | None] | None = None,
    ):
        self.syntax = syntax
        self.graph = graph
        self.program = syntax.text
        self.values = values
        self.forward_order = list(range(len(graph.nodes)))
        self.backward_order = [edge.id for edge in walked]
        self.output = graph.output
        self.seed = gradients[graph.output]
        self.groups: list[Group] = graph.groups
        for node in graph.nodes:
            if gradients[node.id] is None and node.differentiable:
                gradients[node.id] = filled(0.0, node.shape)
        for edge in graph.edges:
            if contributions[edge.id] is None and edge.differentiable:
                contributions[edge.id] = filled(0.0, graph.nodes[edge.source].shape)
        if tangents is None:
            tangents, passed = [None] * len(graph.nodes), [None] * len(graph.edges)
        else:
            still(graph, tangents, passed)
        notation = self.notation = Notation(syntax, graph)
        self.warnings, conventions = remarks(graph, walked, values, gradients, contributions, notation.symbol, syntax)
        self.nodes = [
            TraceNode(notation, node, values[node.id], gradients[node.id], tangents[node.id], node.id in conventions)
            for node in graph.nodes
        ]
        self._contributions = contributions
        self._passed = passed

    @cached_property
    def edges(self) -> list[TraceEdge]:
        """Every use, with its local derivative."""
        with np.errstate(all="ignore"):
            return [
                TraceEdge(
                    self.notation,
                    edge,
                    local_value(self.graph, edge, self.values) if edge.differentiable else None,
                    self._contributions[edge.id],
                    self._passed[edge.id],
                )
                for edge in self.graph.edges
            ]

    def contribution(self, edge: int) -> Value | None:
        """What one edge delivered, without the local derivatives of all of them."""
        return self._contributions[edge]

    @property
    def gradients(self) -> dict[str, Value]:
        """The gradient of every input, by name."""
        return {name: self.nodes[id].gradient for name, id in self.graph.inputs.items()}

    @property
    def cost(self) -> Cost:
        graph = self.graph
        elements = sum(size_of(graph.nodes[id].shape) for id in graph.inputs.values())
        # The forward mode multiplies by the same locals, edge by edge, as the backward pass.
        return Cost(
            forward_flops=graph.forward_flops,
            backward_flops=graph.backward_flops,
            tangent_flops=graph.backward_flops,
            backward_passes=size_of(graph.nodes[graph.output].shape),
            tangent_passes=elements,
            numeric_evaluations=2 * elements,
        )

    def symbol(self, id: int) -> str:
        """A node in formulas: its name, a constant's number, or v with its id."""
        return self.notation.symbol(id)

    def __getitem__(self, name: str) -> TraceNode:
        return self.nodes[self.graph.names[name]]


def still(graph: Graph, tangents: list[Value | None], passed: list[Value | None]) -> None:
    """Zeros where nothing moves."""
    for node in graph.nodes:
        if tangents[node.id] is None:
            tangents[node.id] = filled(0.0, node.shape)
    for edge in graph.edges:
        target = graph.nodes[edge.target]
        if passed[edge.id] is None and edge.differentiable and target.op.variadic != "list":
            passed[edge.id] = filled(0.0, target.shape)


__all__ = ["Cost", "Remark", "Trace", "TraceEdge", "TraceNode"]
