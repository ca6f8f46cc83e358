"""A trace: a program's graph with every value and gradient."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gradlens.app.schemas.values import OptionalValues, Summary

# How the trace of what is no program is to be shown, for requests that say it as /api/expression does.
UpstreamSeed = Annotated[
    OptionalValues,
    Field(description="Upstream gradient at the output, a number or an array of its shape; ones where it is left out."),
]
ValuesShown = Annotated[
    Literal["auto", "full", "summary"], Field(description='"auto", "full" or "summary", as of /api/expression.')
]
Detail = Annotated[Literal["fused", "expanded"], Field(description='"fused" or "expanded", as of /api/expression.')]
Expand = Annotated[list[str], Field(description="A list of the library functions to open, as of /api/expression.")]


class Place(BaseModel):
    """A position in the program's text, in characters."""

    line: int = Field(description="From 1.")
    column: int = Field(description="From 0.")


class Span(BaseModel):
    """A stretch of the program's text."""

    start: Place = Field(description="Its first character.")
    end: Place = Field(description="The place behind its last character.")


class Node(BaseModel):
    """A value: an input, a constant or an op's result."""

    id: int = Field(description="The node's place in topological order.")
    op: str = Field(description='"input", "constant" or an op\'s name.')
    name: str | None = Field(description="The program's name for it; null where it has none.")
    inputs: list[int] = Field(description="Ids of the nodes it is computed from, by argnum.")
    options: dict[str, Any] = Field(
        description=(
            'The op\'s static arguments, such as axis, in normal form; in an index a slice is {"start", "stop",'
            ' "step"}, an ellipsis "...".'
        )
    )
    shape: list[int] = Field(description="The value's sizes along its axes; empty for a number.")
    value: OptionalValues
    gradient: OptionalValues = Field(
        description="The sum of the outgoing edges' contributions, plus the seed at the output."
    )
    tangent: OptionalValues = Field(
        description=(
            "How the value moves along the direction, the sum of what the incoming edges pass on; null without a"
            " direction."
        )
    )
    differentiable: bool = Field(description="Whether a gradient may flow into it.")
    group: int | None = Field(description="The id of the innermost group that it belongs to.")
    span: Span | None = Field(description="The text that made it; null where none did.")
    latex: str = Field(description="The node's symbol.")
    template: str | None = Field(description="Its formula: @{7} stands for the value of node 7.")
    convention: bool = Field(description="Whether it sits where its op follows a convention.")
    summary: dict[Literal["value", "gradient", "tangent"], Summary] | None = Field(
        description="Figures of arrays that are left out."
    )


class Edge(BaseModel):
    """One use of a value."""

    id: int = Field(description="Its place in the list of edges.")
    source: int = Field(description="The id of the node that is used.")
    target: int = Field(description="The id of the node that uses it.")
    argnum: int = Field(description="Which of the target's inputs it is, from 0.")
    local: OptionalValues = Field(description="d(target)/d(source) of elementwise ops, in the broadcast shape.")
    contribution: OptionalValues = Field(
        description="What the edge delivers to its source; null where the source takes no gradient."
    )
    tangent: OptionalValues = Field(
        description=(
            "What the edge passes on to its target, local × the source's tangent; null without a direction, where the"
            " source takes no gradient, and into a list such as stack, which moves as one."
        )
    )
    local_latex: str | None = Field(
        description="The local derivative in the op's own symbols; null where it is not elementwise."
    )
    rule_latex: str | None = Field(
        description="The contribution in the op's own symbols; null where the source takes no gradient."
    )
    local_template: str | None = Field(
        description="The local derivative's formula: @{7} stands for the value of node 7."
    )
    rule_template: str | None = Field(description="@{7} stands for the value of node 7, @{~7} for its gradient.")
    summary: dict[Literal["local", "contribution", "tangent"], Summary] | None = Field(
        description="Figures of arrays that are left out."
    )


class Group(BaseModel):
    """Nodes that belong together, such as those of one call."""

    id: int = Field(description="Its place in the list of groups.")
    name: str = Field(description="What was called: a function of the program or of the library.")
    label: str = Field(description="What the figure calls it.")
    parent: int | None = Field(description="The id of the group around it; null where there is none.")
    nodes: list[int] = Field(description="Ids of the nodes directly inside.")
    operands: list[int] | None = Field(
        description="Of a library function's call, the nodes that it was called on; null of a function of the program."
    )
    options: dict[str, Any] = Field(description="Its static arguments, as a node's.")
    call: list[int | str] | None = Field(
        description=(
            "Of a function of the program, its arguments in order: ids of nodes, and as text what was known beforehand;"
            " null of a library function."
        )
    )


class Known(BaseModel):
    """An input of the program that only decides how the graph is built, such as n in range(n): it is no node."""

    name: str = Field(description="The program's name for it.")
    value: OptionalValues
    span: Span | None = Field(description="Where it is written; null where it was given beside the program.")


class Skipped(BaseModel):
    """Text that computes nothing here: an import, a print, the answer of a session."""

    span: Span = Field(description="Where it stands.")


class ReadAs(BaseModel):
    """Text that was read in another spelling: 2x as 2*x, |x| as abs(x), σ as sigmoid."""

    span: Span = Field(description="Where it stands.")
    meant: str = Field(description="What it was read as.")


class Warning(BaseModel):
    """What a careful teacher would point out."""

    kind: str = Field(description="Which remark it is, for programs.")
    message: str = Field(description="The remark in a sentence.")
    params: dict[str, str | float] = Field(description="What the sentence was filled with.")
    node: int | None = Field(description="The id of the node it is about; null where it is about none.")
    edge: int | None = Field(description="The id of the edge it is about; null where it is about none.")
    span: Span | None = Field(description="The place in the program; null where there is none.")


class Cost(BaseModel):
    """Work done, in floating-point operations, and evaluations that numerical differentiation would need."""

    forward_flops: float = Field(description="Of one forward pass.")
    backward_flops: float = Field(description="Of one backward pass.")
    tangent_flops: float = Field(description="Of one pass of the forward mode, along one direction.")
    backward_passes: float = Field(description="Backward passes for the whole Jacobian: one an element of the output.")
    tangent_passes: float = Field(
        description="Passes of the forward mode for the whole Jacobian: one an element of the inputs."
    )
    numeric_evaluations: float = Field(
        description="Forward passes for central differences: two an element of the inputs."
    )


class TraceNumbers(BaseModel):
    """What of a trace depends on the program's numbers, beside its nodes and edges."""

    program: str = Field(description="The text that was run.")
    output: int = Field(description="The id of the node that was differentiated.")
    seed: OptionalValues
    gradients: dict[str, OptionalValues] = Field(description="The output's gradient by each input, by name.")
    stepped: dict[str, int] = Field(
        description="By input that a loop updates, the node that it was in the last step, which `gradients` is of."
    )
    known: list[Known] = Field(description="Inputs that only decide how the graph is built, with their values.")
    assumed: list[str] = Field(
        description="Inputs that also decide how the graph is built, by name: their gradients hold it fixed."
    )
    drawn: list[str] = Field(
        description="Inputs that the program draws at random, by name: their numbers are this service's own."
    )
    read_as: list[ReadAs] = Field(description="Text that was read in another spelling, from the first line on.")
    skipped: list[Skipped] = Field(description="Text that computes nothing here, from the first line on.")
    warnings: list[Warning] = Field(description="What deserves a remark; empty where nothing does.")
    cost: Cost = Field(description="What the passes take, beside numerical differentiation.")


class Trace(TraceNumbers):
    """A program's graph with every value and gradient."""

    nodes: list[Node] = Field(description="Every value, in topological order.")
    edges: list[Edge] = Field(description="Every use of a value.")
    groups: list[Group] = Field(description="Calls, loops and layers.")
    forward_order: list[int] = Field(description="Ids of nodes.")
    backward_order: list[int] = Field(description="Ids of edges.")
