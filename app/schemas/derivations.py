"""Derivations, and the paths between two nodes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from gradlens.app.schemas.programs import ExpressionRequest
from gradlens.app.schemas.values import Bilingual, Number, OptionalValues, Summary

Node = Annotated[StrictInt | StrictStr, Field(union_mode="left_to_right")]


class DeriveRequest(ExpressionRequest):
    """A program, and the node, edge or group whose rule is to be derived."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"program": "y = sigmoid(w * x)", "inputs": {"w": 0.5, "x": 2}, "node": "y"}]},
    )

    idle = ("direction",)

    node: Node | None = Field(
        default=None, description="The number or the name of a node: the derivations for all of its operands."
    )
    edge: StrictInt | None = Field(
        default=None, description="The number of an edge: the derivation for its operand alone."
    )
    group: StrictInt | None = Field(
        default=None,
        description=(
            "The number of a group, a library function that was opened: the derivations for all of its operands."
        ),
    )
    index: list[Annotated[int, Field(strict=True, ge=0)]] | None = Field(
        default=None,
        max_length=32,
        description=(
            "A list of whole numbers from 0: the one element that is wanted of every value, of the operand for a"
            " contribution, of the result for a local derivative."
        ),
    )


class LineSummary(BaseModel):
    """Figures of what a line comes to."""

    value: Summary = Field(description="Of the array that is left out.")


class DerivationLine(BaseModel):
    """An expression that equals the one before it."""

    expression: str = Field(
        description=(
            "In the expression language; g is upstream, z the output, D(f, x) the derivative of f by x, lim(f) the"
            " limit of f as h goes to 0."
        )
    )
    latex: str = Field(description="The expression as a formula.")
    template: str | None = Field(
        description=(
            "@{7} stands for the value of node 7, @{~7} for its gradient; null for a derivative or a limit, and without"
            " a program."
        )
    )
    reason: Bilingual = Field(description="With the names that stand in the formula.")
    exact: bool = Field(
        description=(
            "Or found with small steps, as a derivative or a limit: NaN where they come to none, as beside a pole or at"
            " a jump."
        )
    )
    value: OptionalValues = Field(
        description=(
            "At the program's inputs; null without a program, where it is too much work, and where it stands in the"
            " summary."
        )
    )
    summary: LineSummary | None = Field(default=None, description="Figures of an array that is left out.")


class OperandDerivation(BaseModel):
    """Why the rule for one operand holds."""

    input: str = Field(description="The operand's name in the op's signature.")
    argnum: int = Field(description="Which of the op's inputs it is, from 0.")
    edge: int | None = Field(description="The id of the edge; null without a program.")
    kind: Literal["local", "vjp"] = Field(
        description='What the lines are worth: the "local" derivative, or the contribution ("vjp").'
    )
    lines: list[DerivationLine] = Field(description="From the definition to the rule.")


class Derivation(BaseModel):
    """The derivations of one op."""

    op: str = Field(description="The op's name.")
    node: int | None = Field(description="The id of the node; null without a program.")
    derivations: list[OperandDerivation] = Field(description="One for each operand that was asked for.")
    note: Bilingual | None = Field(description="Why there is none.")


class PathsRequest(ExpressionRequest):
    """A program, and the two nodes whose paths are wanted."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {"program": "t = x + y\nz = t ** 2 + t * x", "inputs": {"x": 2, "y": 3}, "from": "x", "to": "z"}
            ]
        },
    )

    idle = ("direction", "seed")

    source: Node = Field(alias="from", description="The number or the name of the node where paths begin.")
    target: Node | None = Field(
        default=None,
        alias="to",
        description="The number or the name of the node where they end; the output where it is left out.",
    )


class Path(BaseModel):
    """One path."""

    edges: list[int] = Field(description="Their ids, in order.")
    locals: list[Number] = Field(description="Their local derivatives.")
    product: Number = Field(description="The product of the local derivatives.")


class Paths(BaseModel):
    """All paths between two nodes, beside the edges that backpropagation walks."""

    source: int = Field(description="The id of the node where they begin.")
    target: int = Field(description="The id of the node where they end.")
    count: str | None = Field(description="Exact; null beyond a thousand digits.")
    log10: float | None = Field(description="Of the count; null where there is no path.")
    nodes: int = Field(description="That lie on some path.")
    edges: int = Field(description="That lie on some path: each is walked once.")
    paths: list[Path] | None = Field(
        description="Up to 200 of single numbers; null where there are more, or arrays on the way."
    )
    total: Number | None = Field(description="The sum of the products.")
    gradient: Number | None = Field(
        description="Of the target by the source, by backpropagation; null where one of them is an array."
    )
