"""What a diagnosis says."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradlens.engine.diagnosing.backward_code.judging import CodeLine


@dataclass(frozen=True, slots=True)
class FirstWrong:
    """kind: "gradient" or "value"."""

    node: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake that gives the reader's numbers. edge: where it is made.  unexplained: claims that speak against it.

    sentence: the row of wording.KINDS that says it.
    """

    diagnosis: str
    sentence: str
    edge: int | None
    explanation: str
    params: dict[str, str | float]
    unexplained: int


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim. verdict: "right", "rounding" (within its digits), "follows" (from an earlier error), "wrong".

    relative_error: of the worst element, over the larger of both numbers; ∞ where the claim has another shape.  shape:
      of the claim,
    without axes of size 1 that the node has not.
    """

    name: str
    node: int
    kind: str
    verdict: str
    relative_error: float
    worst_index: list[int]
    shape: list[int]


@dataclass(frozen=True, slots=True)
class Code:
    """A backward half, line by line.

    loss: the name of what is differentiated.  wrong: the first wrong line.  right_text: what was meant there; "" where
    the line is one too many, None where no mistake explains it.
    """

    loss: str
    lines: list[CodeLine]
    wrong: CodeLine | None
    right_text: str | None


@dataclass(slots=True)
class Diagnosed:
    """What is wrong first, and why. diagnosis: a row of wording.KINDS, None where all is right.

    tried: how many mistakes were planted; complete: whether the work allowed for all of them.
    code: of a backward half, its lines.
    """

    ok: bool
    first_wrong: FirstWrong | None = None
    diagnosis: str | None = None
    sentence: str | None = None
    edge: int | None = None
    explanation: str | None = None
    params: dict[str, str | float] = field(default_factory=dict[str, str | float])
    alternatives: list[Diagnosis] = field(default_factory=list[Diagnosis])
    tried: int = 0
    complete: bool = True
    checked: list[Checked] = field(default_factory=list[Checked])
    code: Code | None = None
