"""Checking: gradients against differences, and a reader's gradients against the right ones."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from gradlens.app.schemas.programs import ExpressionRequest
from gradlens.app.schemas.traces import Span
from gradlens.app.schemas.values import VALUES_SCHEMA, Number, OptionalValues, Summary

EXAMPLE = {"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}


# The engine reads what is claimed, and tells what is wrong with it better than a schema can.
Claim = Annotated[
    Any,
    WithJsonSchema(
        {
            "description": "A number, nested lists of numbers, or either as text.",
            "anyOf": [*VALUES_SCHEMA["anyOf"], {"type": "string"}],
        }
    ),
]


class SampledRequest(ExpressionRequest):
    """A program, and which of its gradients are checked."""

    idle = ("direction",)

    wrt: list[str] | None = Field(
        default=None, description="A list of names of inputs or other named nodes; all inputs where it is left out."
    )
    max_elements: int | None = Field(
        default=None,
        description=(
            "A whole number: of a name with more elements so many are drawn at random, fewer where the work is too"
            " much. 1,000 where it is left out, 20 for a sweep."
        ),
    )
    sample_seed: int = Field(
        default=0, ge=0, le=2**32 - 1, description="A whole number from 0: the same one draws the same sample."
    )


class CheckRequest(SampledRequest):
    """A program, and how its gradients are checked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{**EXAMPLE, "wrt": ["x", "t"]}]})

    h: float | None = Field(
        default=None,
        description=(
            'A number: the step at elements up to 1, relative to larger ones. 1e-5 for "central" and 1e-20 for'
            ' "complex" where it is left out.'
        ),
    )
    method: Literal["central", "complex"] = Field(
        default="central", description='"central" differences, or "complex" steps where every op is analytic.'
    )


class SweepRequest(SampledRequest):
    """A program, and the steps with which its gradients are checked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    h: list[float] | None = Field(
        default=None, max_length=64, description="A list of up to 64 steps; 1e-1 to 1e-12 where it is left out."
    )


class CheckResult(BaseModel):
    """One node's gradient by both methods."""

    name: str = Field(description="The name that was checked.")
    node: int = Field(description="The node's id in the trace.")
    analytic: OptionalValues = Field(
        description="Of the node's shape, or one number a sampled element; null where it stands in the summary."
    )
    numeric: OptionalValues = Field(description="The same by differences.")
    absolute_error: Number = Field(description="Of the worst element.")
    relative_error: Number = Field(description="The largest error over the node's largest gradient.")
    noise: Number = Field(description="A bound of what round-off may do to the difference.")
    worst_index: list[int] = Field(description="Where the largest error is: the element's place along each axis.")
    verdict: Literal["agree", "kink", "undecided", "non-finite", "mismatch"] = Field(
        description=(
            '"agree"; "kink" where the slope differs on both sides; "non-finite" where a value or gradient is;'
            ' "mismatch"; or "undecided": gradient and value are finite, but the differences are not, or go on changing'
            " with the step."
        )
    )
    elements: int = Field(description="Of the node, sampled or not.")
    sampled: bool = Field(description="Whether only some elements were checked.")
    indices: list[list[int]] | None = Field(description="Of the sampled elements.")
    held: bool = Field(
        description=(
            "Whether a stop_gradient on the way kept its value while the node was moved, as its gradient has it."
        )
    )
    summary: dict[Literal["analytic", "numeric"], Summary] | None = Field(
        default=None, description="Figures of arrays that are left out."
    )


class CheckCost(BaseModel):
    """A point of the cost's curve: the first so many elements."""

    elements: int = Field(description="How many elements' slopes.")
    evaluations: int = Field(description="Forward passes that they take.")
    seconds: float = Field(description="What these passes take.")
    measured: bool = Field(description="Or extrapolated from all that was measured.")


class CheckEvaluations(BaseModel):
    """Passes that a check took."""

    numeric: int = Field(description="Of differences.")
    backprop: int = Field(description="Of backpropagation.")
    refining: int = Field(description="Of refining what differed.")


class CheckSeconds(BaseModel):
    """Time that a check took."""

    numeric: float = Field(description="Of all differences that were computed.")
    backprop: float = Field(description="Of one backpropagation.")


class Check(BaseModel):
    """Gradients against differences, and what each cost."""

    method: Literal["central", "complex"] = Field(description="As it was asked for.")
    h: float = Field(description="The relative step.")
    results: list[CheckResult] = Field(description="One for each name.")
    evaluations: CheckEvaluations = Field(description="Passes over the graph.")
    seconds: CheckSeconds = Field(description="What they took.")
    curve: list[CheckCost] = Field(description="How the cost grows with the number of elements.")
    ratio: float = Field(
        description="Seconds of all elements' differences, extrapolated where sampled, to those of one backpropagation."
    )


class Sweep(BaseModel):
    """The error of central differences as the step shrinks."""

    h: list[float] = Field(description="The steps, from large to small.")
    error: dict[str, list[Number]] = Field(description="By name: relative errors, one a step.")
    regimes: dict[str, list[Literal["truncation", "best", "round-off", "non-finite", "unexplained"]]] = Field(
        description="By name: what governs the error, one a step."
    )
    best_h: dict[str, float | None] = Field(
        description="By name: the step with the smallest error; null where there is none."
    )
    complex_step: dict[str, Number] | None = Field(description="By name: the relative error of complex steps.")
    obstacle: str | None = Field(description="The first op that has no complex form.")
    indices: dict[str, list[list[int]] | None] = Field(description="Of the sampled elements.")


class Claims(BaseModel):
    """What a reader claims."""

    model_config = ConfigDict(extra="forbid")

    gradients: dict[str, Claim] = Field(
        default={}, description="By name: numbers, nested lists, text as NumPy or PyTorch print it, or a formula."
    )
    values: dict[str, Claim] = Field(default={}, description="The same of values.")
    text: str = Field(
        default="",
        description=(
            "Gradients as people print them, all in one text, a name each: W1.grad: tensor(…), dW1 = [[…]], a dict,"
            " what named_parameters() gives, or formulas in the program's names."
        ),
    )


class DiagnoseRequest(ExpressionRequest):
    """A program, and a reader's gradients or values of its nodes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{**EXAMPLE, "claims": {"gradients": {"t": 10, "x": "[10.]", "y": 5}}}]},
    )

    apart = (("code", "claims"),)
    idle = ("direction",)

    claims: Claims = Field(
        default=Claims(),
        description=(
            'An object with "gradients" or "values", by name, or with "text". Text keeps the digits: within their'
            " rounding a claim is right."
        ),
    )
    code: str | None = Field(
        default=None,
        description=(
            'A backward half written by hand, which goes on where the program ends; "" where the program holds it'
            " itself. Where nothing is claimed either, it is looked for in the program."
        ),
    )


class FirstWrong(BaseModel):
    """Where a reader's numbers first leave the right ones."""

    node: int = Field(description="The node's id in the trace.")
    name: str = Field(description="The name that the claim was made for.")
    kind: Literal["gradient", "value"] = Field(description="Whether its gradient or its value was claimed.")


class Diagnosis(BaseModel):
    """A mistake that gives the reader's numbers."""

    diagnosis: str = Field(description="Which mistake it is, for programs.")
    sentence: str = Field(description="Which sentence says it, for programs: a mistake may have several.")
    edge: int | None = Field(description="The id of the edge where it was made; null where it concerns none.")
    explanation: str = Field(description="The mistake in a sentence.")
    params: dict[str, str | float] = Field(description="What the sentence was filled with.")
    unexplained: int = Field(description="Further wrong claims that do not follow from it.")


class CheckedClaim(BaseModel):
    """One claim against the right numbers."""

    name: str = Field(description="The name that the claim was made for.")
    node: int = Field(description="The node's id in the trace.")
    kind: Literal["gradient", "value"] = Field(description="Whether its gradient or its value was claimed.")
    verdict: Literal["right", "rounding", "wrong", "follows"] = Field(
        description=(
            '"right"; "rounding" within the digits that were written; "wrong"; or "follows" from an earlier mistake.'
        )
    )
    relative_error: Number = Field(
        description="Of the worst element, over the larger of both numbers; infinite where the claim has another shape."
    )
    worst_index: list[int] = Field(description="Where the largest error is: the element's place along each axis.")
    shape: list[int] = Field(description="Of the claim, without axes of size 1 that the node has not.")


class CodeLine(BaseModel):
    """An assignment of a backward half."""

    line: int = Field(description="Its line, from 1, in the code, or in the program where that holds it.")
    span: Span | None = Field(description="Its place there.")
    text: str = Field(description="The line, as it is read.")
    target: str = Field(description="What is assigned.")
    of: str | None = Field(description="The name whose gradient it is; null where only its numbers tell.")
    verdict: Literal["right", "fragile", "wrong", "follows", "unjudged"] = Field(
        description=(
            '"right"; "fragile": right because there is one sample; "wrong"; "follows" from an earlier line; or'
            ' "unjudged": it is not known what it should be.'
        )
    )
    relative_error: Number = Field(
        description="Of the worst element, over the largest; infinite where sizes differ, 0 where nothing is known."
    )


class JudgedCode(BaseModel):
    """A backward half, line by line."""

    loss: str = Field(description="The name of what is differentiated.")
    lines: list[CodeLine] = Field(description="Its assignments as they were carried out last.")
    wrong: CodeLine | None = Field(description="The first wrong line; null where none is wrong.")
    right_text: str | None = Field(
        description='What was meant there; "" where the line is one too many, null where no mistake explains it.'
    )


class Diagnosed(BaseModel):
    """The first wrong node, and what made it so."""

    ok: bool = Field(description="Whether every claim is right.")
    first_wrong: FirstWrong | None = Field(
        description="The first wrong claim in the order of the passes; null where all are right."
    )
    diagnosis: str | None = Field(
        description="Which mistake explains it, for programs; null where none is known or all is right."
    )
    sentence: str | None = Field(description="Which sentence says it, for programs; null where nothing is said.")
    edge: int | None = Field(description="The id of the edge where the mistake was made; null where it concerns none.")
    explanation: str | None = Field(description="The mistake in a sentence.")
    params: dict[str, str | float] = Field(description="What the sentence was filled with.")
    alternatives: list[Diagnosis] = Field(description="Other mistakes that give the same numbers.")
    tried: int = Field(description="How many mistakes were planted and compared.")
    complete: bool = Field(description="Whether the work allowed for all of them.")
    checked: list[CheckedClaim] = Field(description="Every claim, in the order of the passes.")
    code: JudgedCode | None = Field(
        default=None, description="The lines of a backward half; null where none was given."
    )
