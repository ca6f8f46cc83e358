"""The JSON contract of checking: gradients against differences, and a reader's gradients against the right ones."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import ExpressionRequest, Number, Values

EXAMPLE = {"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}


class SampledRequest(ExpressionRequest):
    """A program, and which of its gradients are checked."""

    wrt: list[str] | None = Field(default=None, description="A list of names of inputs or other named nodes; all inputs where it is left out.")
    max_elements: int | None = Field(
        default=None,
        description="A whole number: of a name with more elements so many are drawn at random, fewer where the work is too much. "
        "1,000 where it is left out, 20 for a sweep.",
    )
    sample_seed: int = Field(default=0, ge=0, le=2**32 - 1, description="A whole number from 0: the same one draws the same sample.")


class CheckRequest(SampledRequest):
    """A program, and how its gradients are checked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{**EXAMPLE, "wrt": ["x", "t"]}]})

    h: float | None = Field(
        default=None, description="A number: the step at elements up to 1, relative to larger ones. 1e-5 for \"central\" and 1e-20 for \"complex\" where it is left out."
    )
    method: Literal["central", "complex"] = Field(default="central", description='"central" differences, or "complex" steps where every op is analytic.')


class SweepRequest(SampledRequest):
    """A program, and the steps with which its gradients are checked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    h: list[float] | None = Field(default=None, max_length=64, description="A list of up to 64 steps; 1e-1 to 1e-12 where it is left out.")


class CheckResult(BaseModel):
    """One node's gradient by both methods."""

    name: str
    node: int
    analytic: Values = Field(description="Of the node's shape, or one number a sampled element.")
    numeric: Values
    absolute_error: Number = Field(description="Of the worst element.")
    relative_error: Number = Field(description="The largest error over the node's largest gradient.")
    noise: Number = Field(description="A bound of what round-off may do to the difference.")
    worst_index: list[int]
    verdict: Literal["agree", "kink", "undecided", "non-finite", "mismatch"] = Field(
        description="undecided: gradient and value are finite, but the differences are not, or go on changing with the step: they cannot decide."
    )
    elements: int = Field(description="Of the node, sampled or not.")
    sampled: bool
    indices: list[list[int]] | None = Field(description="Of the sampled elements.")
    held: bool = Field(description="Whether a stop_gradient on the way kept its value while the node was moved, as its gradient has it.")


class CheckCost(BaseModel):
    """A point of the cost's curve: the first so many elements."""

    elements: int
    evaluations: int
    seconds: float
    measured: bool = Field(description="Or extrapolated from all that was measured.")


class Check(BaseModel):
    """Gradients against differences, and what each cost."""

    method: str
    h: float
    results: list[CheckResult]
    evaluations: dict[Literal["numeric", "backprop", "refining"], int]
    seconds: dict[Literal["numeric", "backprop"], float]
    curve: list[CheckCost]
    ratio: float = Field(description="Seconds of all elements' differences, extrapolated where sampled, to those of one backpropagation.")


class Sweep(BaseModel):
    """The error of central differences as the step shrinks."""

    h: list[float]
    error: dict[str, list[Number]] = Field(description="By name: relative errors, one a step.")
    regimes: dict[str, list[Literal["truncation", "best", "round-off", "non-finite", "unexplained"]]]
    best_h: dict[str, float | None]
    complex_step: dict[str, Number] | None = Field(description="By name: the relative error of complex steps.")
    obstacle: str | None = Field(description="The first op that has no complex form.")
    indices: dict[str, list[list[int]] | None] = Field(description="Of the sampled elements.")


class DiagnoseRequest(ExpressionRequest):
    """A program, and a reader's gradients or values of its nodes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{**EXAMPLE, "claims": {"gradients": {"t": 10, "x": "[10.]", "y": 5}}}]})

    claims: dict[Literal["gradients", "values"], dict[str, Values]] = Field(
        description='An object with "gradients" or "values", by name: numbers, nested lists, or text as NumPy or PyTorch print it. '
        "Text keeps the digits: within their rounding a claim is right."
    )


class FirstWrong(BaseModel):
    """Where a reader's numbers first leave the right ones."""

    node: int
    name: str
    kind: Literal["gradient", "value"]


class Diagnosis(BaseModel):
    """A mistake that gives the reader's numbers."""

    diagnosis: str
    edge: int | None
    explanation: str
    params: dict[str, str | float]
    unexplained: int = Field(description="Further wrong claims that do not follow from it.")


class CheckedClaim(BaseModel):
    """One claim against the right numbers."""

    name: str
    node: int
    kind: Literal["gradient", "value"]
    verdict: Literal["right", "rounding", "wrong", "follows"]
    relative_error: Number
    worst_index: list[int]


class Diagnosed(BaseModel):
    """The first wrong node, and what made it so."""

    ok: bool
    first_wrong: FirstWrong | None
    diagnosis: str | None
    edge: int | None
    explanation: str | None
    params: dict[str, str | float]
    alternatives: list[Diagnosis] = Field(description="Other mistakes that give the same numbers.")
    tried: int = Field(description="How many mistakes were planted and compared.")
    complete: bool = Field(description="Whether the work allowed for all of them.")
    checked: list[CheckedClaim]
