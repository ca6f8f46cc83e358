"""A trace: every value, every gradient, every contribution of one run, with the formulas behind them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Unpack

import numpy as np

from gradlens.engine.advising.advice import Remark, remarks
from gradlens.engine.errors import EngineError, Span
from gradlens.engine.graph import Edge, Graph, Group, Node
from gradlens.engine.language.syntax import Syntax, normal_name, suggestion
from gradlens.engine.latex import name_latex, number_latex
from gradlens.engine.ops import Options
from gradlens.engine.passes.backward import filled
from gradlens.engine.passes.rules import Rule, forward_form, rule_of
from gradlens.engine.values import Shape, Value, size_of

if TYPE_CHECKING:
    from pathlib import Path

    from gradlens.engine.exporting.saving import SavingOptions

MOST_NUMBERS = 4  # of an array in a row of a table


@dataclass(eq=False)
class Run:
    """What one run left. The trace refers to it, and so do its nodes and edges, which do not refer to one another:
    without a cycle, its arrays are freed with the last reference to them.

    walked: the edges in the order of the backward pass.  values, gradients, tangents: by node.  contributions, passed
    (what an edge hands on of a tangent): by edge.  Gradients and contributions are None where none flows.
    """

    syntax: Syntax
    graph: Graph
    walked: list[Edge]
    values: list[Value]
    gradients: list[Value | None]
    contributions: list[Value | None]
    tangents: list[Value | None] | None = None
    passed: list[Value | None] | None = None

    @cached_property
    def symbols(self) -> dict[int, str]:
        """Of nodes, as far as they were asked for."""
        return {}

    @cached_property
    def remarks(self) -> tuple[list[Remark], set[int]]:
        """What there is to remark, and the nodes that sit where a derivative is a convention."""
        with np.errstate(all="ignore"):
            return remarks(
                self.graph, self.walked, self.values, self.gradients, self.contributions, self.symbol, self.syntax
            )

    def symbol(self, id: int) -> str:
        """A node in formulas: its name, a constant's number, or v with its id."""
        found = self.symbols.get(id)
        if found is None:
            name, number = self.graph.nodes[id].name, self.graph.number(id)
            found = self.symbols[id] = (
                name_latex(name) if name is not None else f"v_{{{id}}}" if number is None else number_latex(number)
            )
        return found

    def beside(self, id: int) -> str:
        """A node in formulas among others: in parentheses where a minus stands first."""
        text = self.symbol(id)
        return f"({text})" if text.startswith("-") else text

    @property
    def output(self) -> str:
        """The node that is differentiated, in formulas."""
        return self.symbol(self.graph.output)

    def placed(self, edge: Edge) -> tuple[int, ...]:
        """The nodes that the placeholders of an edge's formulas stand for."""
        return *self.graph.nodes[edge.target].inputs, edge.target


class TraceNode:
    """A node with what one run made of it.

    op: the op's name, "input" or "constant".  options: the op's static arguments, in normal form.
    """

    __slots__ = ("_node", "_run", "id")

    def __init__(self, run: Run, node: Node):
        self._run = run
        self._node = node
        self.id = node.id

    @property
    def op(self) -> str:
        return self._node.kind

    @property
    def name(self) -> str | None:
        return self._node.name

    @property
    def inputs(self) -> list[int]:
        return list(self._node.inputs)

    @property
    def options(self) -> Options:
        return self._node.options

    @property
    def shape(self) -> Shape:
        return self._node.shape

    @property
    def differentiable(self) -> bool:
        return self._node.differentiable

    @property
    def group(self) -> int | None:
        return self._node.group

    @property
    def value(self) -> Value:
        """A float, or an array of `shape`; so are gradient and tangent."""
        return self._run.values[self.id]

    @property
    def gradient(self) -> Value | None:
        """None where nothing differentiable leads here."""
        return self._run.gradients[self.id]

    @property
    def tangent(self) -> Value | None:
        """How the value moves along the run's direction; None without one."""
        return None if self._run.tangents is None else self._run.tangents[self.id]

    @property
    def convention(self) -> bool:
        """Whether the op met a point where its derivative is a convention."""
        return self.id in self._run.remarks[1]

    @property
    def span(self) -> Span | None:
        return self._run.syntax.span(self._node.place)

    @property
    def template(self) -> str | None:
        """How the value is made, with placeholders for the operands; None for a leaf."""
        node = self._node
        if node.op is None:
            return None
        return forward_form(self._run.graph.use(node)).template(node.inputs)

    @property
    def latex(self) -> str:
        return self._run.symbol(self.id)

    def __repr__(self) -> str:
        name = f"{self.name} = " if self.name else ""
        gradient = "" if self.gradient is None else f", gradient {shown(self.gradient)}"
        return f"<{self.id}: {name}{made_by(self)} = {shown(self.value)}{gradient}>"


class TraceEdge:
    """One use of a value, with what it delivered."""

    __slots__ = ("_edge", "_local", "_run", "argnum", "id", "source", "target")

    def __init__(self, run: Run, edge: Edge):
        self._run = run
        self._edge = edge
        self._local: Value | None = None
        self.id = edge.id
        self.source = edge.source
        self.target = edge.target
        self.argnum = edge.argnum

    @property
    def local(self) -> Value | None:
        """d(target)/d(source), of the target's shape; None where the Jacobian is not diagonal or no gradient flows."""
        rule = self.rule if self._local is None else None
        if rule is not None and rule.is_local:
            values = self._run.values
            operands = [values[i] for i in self._run.graph.nodes[self.target].inputs]
            if rule.use.on_numbers:  # Python's floats raise no NumPy warnings
                self._local = rule.local(None, values[self.target], *operands)
            else:
                with np.errstate(all="ignore"):
                    self._local = rule.local(None, values[self.target], *operands)
        return self._local

    @property
    def contribution(self) -> Value | None:
        """What arrives at the source, of its shape; None where no gradient flows."""
        return self._run.contributions[self.id]

    @property
    def tangent(self) -> Value | None:
        """What the source's tangent becomes at the target, whose tangent is the sum of its edges'.

        None without a direction, where no gradient flows, and into a list such as stack, which moves as one.
        """
        return None if self._run.passed is None else self._run.passed[self.id]

    @property
    def rule(self) -> Rule | None:
        """The rule that the edge shares with all that use the op alike; None where no gradient flows."""
        if not self._edge.differentiable:
            return None
        node = self._run.graph.operation(self.target)
        return rule_of(node.use or self._run.graph.use(node), self.argnum)

    @property
    def local_template(self) -> str | None:
        rule = self.rule
        return None if rule is None else rule.local_template(self._run.placed(self._edge))

    @property
    def rule_template(self) -> str | None:
        """The contribution with placeholders, a sum where broadcasting stretched the source; None where none flows."""
        rule = self.rule
        return None if rule is None else rule.template(self._run.placed(self._edge))

    @property
    def local_latex(self) -> str | None:
        rule, run = self.rule, self._run
        return None if rule is None else rule.local_latex(run.placed(self._edge), run)

    @property
    def rule_latex(self) -> str | None:
        """The whole rule: ∂L/∂x = ∂L/∂z · y."""
        rule, run = self.rule, self._run
        return None if rule is None else rule.latex(run.placed(self._edge), run)

    def __repr__(self) -> str:
        arrived = "no gradient" if self.contribution is None else shown(self.contribution)
        return f"<{self.source} -> {self.target}, argument {self.argnum}: {arrived}>"


@dataclass(frozen=True, slots=True)
class Known:
    """An input of the text that only decided how the graph is built.  value: a float or an array."""

    name: str
    value: Value
    span: Span | None


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


class UnknownName(EngineError, KeyError):
    """A name that the program does not have."""

    __str__ = EngineError.__str__  # a KeyError's is the representation of its text


class Trace:
    """One run. `trace["x"]` is the node that the name x stands for last. What it holds is made when it is asked for.

    values: of every node, by id.  output: the id of the node that was differentiated.
    forward_order: ids of nodes.  backward_order: ids of edges as they were walked.

    >>> trace = gradlens.trace("z = (x + y) ** 2", {"x": 2.0, "y": 3.0})
    >>> trace["z"].value, trace.gradients
    (25.0, {'x': 10.0, 'y': 10.0})
    >>> trace
         name  formula  value  gradient
    0    x     input    2      10
    1    y     input    3      10
    2          x + y    5      10
    4 ←  z     v2 ** 2  25     1
    """

    def __init__(self, run: Run):
        self._run = run

    @property
    def syntax(self) -> Syntax:
        return self._run.syntax

    @property
    def graph(self) -> Graph:
        return self._run.graph

    @property
    def values(self) -> list[Value]:
        return self._run.values

    @property
    def output(self) -> int:
        return self._run.graph.output

    @property
    def program(self) -> str:
        """The text that ran."""
        return self.syntax.text

    @property
    def groups(self) -> list[Group]:
        return self.graph.groups

    @property
    def seed(self) -> Value:
        """The upstream gradient at the output."""
        seed = self._run.gradients[self.output]
        assert seed is not None
        return seed

    @property
    def forward_order(self) -> list[int]:
        return list(range(len(self.graph.nodes)))

    @property
    def backward_order(self) -> list[int]:
        return [edge.id for edge in self._run.walked]

    @cached_property
    def nodes(self) -> list[TraceNode]:
        """Every value, in topological order."""
        return [TraceNode(self._run, node) for node in self.graph.nodes]

    @cached_property
    def edges(self) -> list[TraceEdge]:
        """Every use of a value."""
        return [TraceEdge(self._run, edge) for edge in self.graph.edges]

    @cached_property
    def warnings(self) -> list[Remark]:
        """What a careful teacher would remark."""
        return list(self._run.remarks[0])

    @property
    def gradients(self) -> dict[str, Value | None]:
        """The gradient of every input, by name; of one that a loop updates, at what it was in the last step."""
        stepped = self.graph.stepped
        return {name: self._run.gradients[stepped.get(name, id)] for name, id in self.graph.inputs.items()}

    @property
    def stepped(self) -> dict[str, int]:
        """By input that a loop updates, the node that it was in the last step."""
        return dict(self.graph.stepped)

    @property
    def known(self) -> list[Known]:
        """Inputs of the text that only decided how the graph is built: they are no nodes."""
        graph = self.graph
        return [
            Known(name, graph.assumptions[name], self.syntax.span(leaf.place)) for name, leaf in graph.known.items()
        ]

    @property
    def assumed(self) -> list[str]:
        """Inputs whose values decided how the graph is built as well: their gradients hold it fixed."""
        return [name for name in self.graph.inputs if name in self.graph.assumptions]

    @property
    def drawn(self) -> list[str]:
        """Inputs that the program draws at random: the numbers are the engine's, the same in every run."""
        return [
            name for name in dict.fromkeys(self.graph.drawn) if name in self.graph.inputs or name in self.graph.known
        ]

    @property
    def skipped(self) -> list[Span]:
        """Text that computes nothing, from the first line on."""
        spans = {self.syntax.span(place) for place in self.graph.skipped} | {*self.syntax.passed_spans()}
        return sorted(span for span in spans if span is not None)

    @property
    def read_as(self) -> list[tuple[Span, str]]:
        """Text that was read in another spelling than its own, with that, from the first line on: 2x, |x|, σ."""
        named = [(self.syntax.span(place), meant) for place, meant in self.graph.read_as.values()]
        found = {*self.syntax.readings, *[(span, meant) for span, meant in named if span is not None]}
        return sorted(found)

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
        return self._run.symbol(id)

    def __getitem__(self, name: str) -> TraceNode:
        """The node that a name stands for last.  Error: unknown-node, which is a KeyError too."""
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance] - whoever calls may not check
            raise TypeError(f"a node is asked for by its name; by its id it is trace.nodes[{name!r}]")
        names, name = self.graph.names, normal_name(name)
        if name not in names:
            raise UnknownName("unknown-node", name=name, **suggestion(name, names))
        return self.nodes[names[name]]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and normal_name(name) in self.graph.names

    def __repr__(self) -> str:
        """A table of nodes, a row each: id, name, formula, value, gradient."""
        from gradlens.engine.exporting.tables import text_table

        return text_table(self)

    def save(self, path: str | PathLike[str], format: str | None = None, **options: Unpack[SavingOptions]) -> Path:
        """Write it to a file, in the format of the name's ending, and return the file's path.

        format: the name of a format where the ending means another one.  options: language, theme, step, legend,
        background, for the formats that take them.
        Errors: unknown-ending, unknown-format, export-option, and those of the format.  Raises OSError where the file
        cannot be written.

        >>> gradlens.trace("y = x * x", {"x": 3.0}).save("square.svg").name
        'square.svg'
        """
        from gradlens.engine.exporting.saving import save

        return save(self, path, format, **options)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows."""
        from gradlens.engine.exporting.notebook_output import mime_bundle

        return mime_bundle(self)

    def _repr_html_(self) -> str:
        """What tools show that ask for HTML alone."""
        return self._repr_mimebundle_()["text/html"]


def made_by(node: TraceNode) -> str:
    """add(0, 1), input, constant; of a long list its ends."""
    ids = [str(id) for id in node.inputs]
    if len(ids) > MOST_NUMBERS:
        ids = [ids[0], ids[1], "…", ids[-1]]
    return f"{node.op}({', '.join(ids)})" if ids else node.op


def shown(value: Value | None) -> str:
    """A value in a row of a table: the numbers of a small array, the shape of a large one."""
    if value is None:
        return ""
    if not isinstance(value, np.ndarray):
        return f"{value:.6g}"
    if value.size > MOST_NUMBERS:
        return f"array of shape {value.shape}"
    return np.array2string(value, separator=", ", formatter={"float_kind": lambda x: f"{x:.6g}"}).replace("\n", "")


def still(graph: Graph, tangents: list[Value | None], passed: list[Value | None]) -> None:
    """Zeros where nothing moves."""
    for node in graph.nodes:
        if tangents[node.id] is None:
            tangents[node.id] = filled(0.0, node.shape)
    for edge in graph.edges:
        target = graph.nodes[edge.target]
        if passed[edge.id] is None and edge.differentiable and target.op is not None and target.op.variadic != "list":
            passed[edge.id] = filled(0.0, target.shape)


__all__ = ["Cost", "Known", "Remark", "Run", "Trace", "TraceEdge", "TraceNode"]
