"""A program, and what is asked about its graph."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gradlens.app.problems import Problem
from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.traces import Span, Trace, TraceNumbers
from gradlens.app.schemas.values import DerivativeValues, OptionalValues, Summary, Values


class ExpressionRequest(Together):
    """A program, and what to do with it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}]},
    )

    program: str = Field(description="Text in the expression language.")
    inputs: dict[str, Values] = Field(
        default={},
        description=(
            "An object of values for names that the program uses and does not assign; "
            "a value here wins over a literal x = 2 in the program."
        ),
    )
    output: str | None = Field(
        default=None, description="The name to differentiate; the last statement's value where it is left out."
    )
    seed: OptionalValues = Field(
        default=None,
        description="Upstream gradient at the output, a number or an array of its shape; ones where it is left out.",
    )
    values: Literal["auto", "full", "summary"] = Field(
        default="auto",
        description=(
            '"auto" sends arrays of up to 4,096 elements in full and larger ones as a summary, "full" all in full,'
            ' "summary" all as summaries. Where an answer would hold more numbers than it may, the largest arrays come'
            " as summaries too."
        ),
    )
    detail: Literal["fused", "expanded"] = Field(
        default="fused",
        description=(
            '"fused" keeps library functions with a rule of their own as one node, "expanded" opens each into its'
            " definition."
        ),
    )
    expand: list[str] = Field(
        default=[],
        description='A list of the library functions to open though `detail` is "fused", such as ["softmax"].',
    )
    direction: dict[str, Values] | None = Field(
        default=None,
        description=(
            "An object of values by input name: how the inputs move, for the forward mode's `tangent` at every node;"
            " inputs left out stay where they are."
        ),
    )


class NumbersRequest(ExpressionRequest):
    """A program, and which traces the client has."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"program": "x = 2\ny = x ** 2", "have": ["9f0c6c1ab28c5d1f3a5e7b20"]}]},
    )

    have: list[str] = Field(
        default=[],
        max_length=16,
        description="A list of the keys of whole traces that the client still has, at most 16.",
    )


class DerivativesRequest(ExpressionRequest):
    """A program, and which derivative of its output is wanted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"program": "100 * (y - x**2)**2 + (1 - x)**2", "inputs": {"x": 1, "y": 1}, "kind": "hessian"}]
        },
    )

    idle = ("seed",)

    kind: Literal["jacobian", "hessian", "jvp", "hvp"] = Field(
        description='"jacobian" or "hessian", or the product of one with a direction: "jvp" or "hvp".'
    )
    direction: dict[str, Values] = Field(  # pyright: ignore[reportIncompatibleVariableOverride]
        default={},
        description=(
            "An object of values by input name, for the products: how the inputs move; inputs left out stay where they"
            " are."
        ),
    )

    def check_together(self, place: str = "") -> None:
        super().check_together(place)
        if self.given("direction") and self.kind in ("jacobian", "hessian"):
            raise Problem.of("fields-apart", field="direction", other=f"kind: {self.kind}")


class GradientProgramRequest(ExpressionRequest):
    """A program whose backward pass is to be written."""

    idle = ("direction",)


class NumbersOfNodes(BaseModel):
    """Of all nodes a list a field, in their order; what few have, by id."""

    value: list[OptionalValues] = Field(description="As each node's.")
    gradient: list[OptionalValues] = Field(description="As each node's.")
    tangent: list[OptionalValues] | None = Field(description="As each node's; null without a direction.")
    convention: list[int] = Field(description="Ids of the nodes that sit where their op follows a convention.")
    summary: dict[str, dict[Literal["value", "gradient", "tangent"], Summary]] = Field(
        description="By id, figures of arrays that are left out; null at every other node."
    )
    span: dict[str, Span | None] = Field(description="By id, of the nodes whose text may stand elsewhere.")
    latex: dict[str, str] = Field(description="By id, of the constants that are other numbers.")


class NumbersOfEdges(BaseModel):
    """The same of all edges."""

    local: list[OptionalValues] = Field(description="As each edge's.")
    contribution: list[OptionalValues] = Field(description="As each edge's.")
    tangent: list[OptionalValues] | None = Field(description="As each edge's; null without a direction.")
    summary: dict[str, dict[Literal["local", "contribution", "tangent"], Summary]] = Field(
        description="By id, figures of arrays that are left out; null at every other edge."
    )
    local_latex: dict[str, str | None] = Field(description="By id, of the edges whose formulas have such a constant.")
    rule_latex: dict[str, str | None] = Field(description="Likewise.")


class NumbersOfTrace(TraceNumbers):
    """What of a trace depends on numbers: in place of the same of one that the client has, it makes the whole."""

    nodes: NumbersOfNodes = Field(description="Of every node.")
    edges: NumbersOfEdges = Field(description="Of every edge.")


class Numbers(BaseModel):
    """A trace, whole or its numbers alone."""

    key: str = Field(description="Of the trace; told in `have`, it gives numbers alone from then on.")
    trace: Trace | None = Field(description="The whole trace; null where the client has one that differs in numbers.")
    numbers: NumbersOfTrace | None = Field(description="What differs from the trace of that key; null beside a whole.")


class Derivatives(BaseModel):
    """A derivative: by input name, for Hessians by a second one, then by the value's own axes.

    A jvp is the value alone.
    """

    kind: Literal["jacobian", "hessian", "jvp", "hvp"] = Field(description="As it was asked for.")
    value: DerivativeValues = Field(
        description=(
            "Numbers or nested lists: by input name, for Hessians by a second one, then by the value's own axes. A jvp"
            " is the value alone."
        )
    )


class GradientProgram(BaseModel):
    """The backward pass in the expression language."""

    program: str = Field(description="Its text.")
    outputs: dict[str, str] = Field(description="For each input's name, the name of its gradient in the program.")
