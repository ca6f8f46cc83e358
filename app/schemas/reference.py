"""What the service says of itself: its ops, examples, problems and health."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.traces import Span
from gradlens.app.schemas.values import Bilingual, Values


class OpName(Together):
    """Which op is asked about."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"op": "sigmoid"}]})

    op: str = Field(description="The name of an op, such as one of GET /api/ops.")


class ProblemKind(Together):
    """Which kind of problem is asked about."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kind": "unknown-name"}]})

    kind: str = Field(description="The last part of a problem's type.")


class ProblemDetails(BaseModel):
    """A failure (RFC 9457)."""

    type: str = Field(description="Where the kind of problem is explained: a path on this service.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The answer's HTTP status.")
    detail: str = Field(description="What is wrong, where, and what to do.")
    params: dict[str, str | float] = Field(description="What the detail was filled with.")
    span: Span | None = Field(default=None, description="The place in the program, where there is one.")


class Explanation(BaseModel):
    """What a problem's type stands for."""

    type: str = Field(description="The path at which it is explained.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status of answers of this kind.")
    detail: str = Field(description="The sentence, with the names of its params in braces.")


class Example(BaseModel):
    """A program in both languages, ready to be posted."""

    id: str = Field(description="Its name in the page's links.")
    program: Bilingual = Field(description="The text, by language.")
    input: Bilingual = Field(description="The input whose gradient answers the example's question, by language.")
    inputs: dict[str, Values] = Field(description="Values for names that the program does not assign.")


class Examples(BaseModel):
    """The page's examples, in the order in which a learner meets them."""

    examples: list[Example] = Field(description="Each ready to be posted to /api/expression.")


class Rule(BaseModel):
    """How a gradient passes one input of an op."""

    input: str = Field(description="The name of the op's input.")
    kind: Literal["local", "vjp"] = Field(
        description='"local" for a local derivative, which upstream is multiplied by; "vjp" for the whole contribution.'
    )
    rule: str = Field(description="In the expression language; g is upstream, z the output.")
    latex: str = Field(description="The same as a formula.")


class Cells(BaseModel):
    """How each cell of an op's result is made of its operands' cells."""

    form: str = Field(description="How the cells meet.")
    how: str = Field(description="What is made of them, or which of the form's ways it is.")
    inputs: list[int] = Field(description="Of a product: the places of the two factors, and of what is added.")
    shares: list[float] = Field(description="Of a weighted sum: each operand's.")
    subscripts: str = Field(description="Of an einsum; empty where they are an option.")
    only: dict[str, Any] = Field(description="Told only where these options have these values.")


class Op(BaseModel):
    """An op of the language."""

    name: str = Field(description="What a program calls it.")
    family: str = Field(description="The chapter of the reference that it stands in.")
    signature: str = Field(description="How it is called.")
    latex: str = Field(description="Its formula.")
    rules: list[Rule] = Field(description="One for each input that takes a gradient.")
    convention: Bilingual | None = Field(description="What the derivative is where calculus does not say.")
    summary: Bilingual = Field(description="What it computes, by language.")
    definition: str | None = Field(description="The same in the expression language.")
    cells: Cells | None = Field(description="Cell by cell; null: told only where it is elementwise.")
    activation: bool = Field(description="Whether a neuron applies it to what arrives in it.")
    example: str = Field(description="A small program that uses it.")


class Ops(BaseModel):
    """Every op that a program may use."""

    ops: list[Op] = Field(description="In the order of the reference.")


class Health(BaseModel):
    """The service's condition."""

    status: Literal["ok"] = Field(description="Always ok: otherwise the answer is a problem.")
    version: str = Field(description="Of gradlens.")
