"""Questions about a program's gradients, with the wrong answers that are known beforehand."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gradlens.app.schemas.programs import ExpressionRequest
from gradlens.app.schemas.values import Values

EXAMPLE = {
    "program": "apple = 100\ncount = 2\ntax = 1.1\ntotal = apple * count * tax",
    "asked": ["apple", "tax"],
    "variants": 3,
}


class ExamRequest(ExpressionRequest):
    """A program, and what is asked about its gradients."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    idle = ("values", "direction", "seed")

    asked: list[str] = Field(
        default=[],
        max_length=40,
        description=(
            'A list of the names whose gradient is asked for, of an array with the place of a number: "W[0, 1]". Where'
            " it is empty, all inputs that are no labels, and of an array its largest gradient."
        ),
    )
    tolerance: float = Field(
        default=0.001, gt=0, lt=0.5, description="How far from the right number an answer may be, relative to it."
    )
    variants: int = Field(
        default=1,
        ge=1,
        le=50,
        description="How many sets of numbers are asked about, 1 to 50: the program's own, and others that are drawn.",
    )
    draw: int = Field(default=1, ge=0, le=2**31, description="The same number draws the same sets.")
    language: Literal["en", "ko"] = Field(default="en", description="The language of questions and feedback.")


class ExamFileRequest(ExamRequest):
    """Questions, and the file to write them in."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{**EXAMPLE, "format": "moodle"}]})

    format: Literal["moodle", "csv", "gradescope", "exercise", "worksheet"] = Field(
        description=(
            '"moodle": numerical questions as Moodle XML; "csv": a table of all answers; "gradescope": a script of'
            ' Python alone that grades answers.json and writes results.json; "exercise": a page that works offline and'
            ' checks answers, which it keeps out of sight, not from a determined student; "worksheet": a page to be'
            " printed, with blanks, and its key on pages of its own."
        )
    )
    credit: float = Field(
        default=0,
        ge=0,
        le=0.75,
        multiple_of=0.25,
        description="Which part of the points a wrong number is worth whose mistake is known.",
    )


class KnownMistake(BaseModel):
    """A mistake that gives a number."""

    diagnosis: str = Field(description="Which mistake it is, for programs.")
    name: str = Field(description="What it is called.")
    explanation: str = Field(description="The mistake in a sentence, with the right number.")


class WrongAnswer(BaseModel):
    """A number that is not the right one."""

    value: float = Field(description="The number.")
    mistakes: list[KnownMistake] = Field(description="What gives it, the most specific first.")


class ExamQuestion(BaseModel):
    """One number of a gradient."""

    asked: str = Field(description="As it was asked for.")
    symbol: str = Field(description="As it is written.")
    right: float = Field(description="The right number.")
    tolerance: float = Field(description="How far from it an answer may be.")
    wrong: list[WrongAnswer] = Field(description="The numbers that known mistakes give, nearest mistakes first.")
    hidden: list[KnownMistake] = Field(
        description="Mistakes that give the right number here, and another one with other inputs."
    )


class ExamVariant(BaseModel):
    """The questions about one set of numbers."""

    inputs: dict[str, Values] = Field(description="The numbers, by input.")
    questions: list[ExamQuestion] = Field(description="In the order in which they were asked for.")
    offered: dict[str, Values] | None = Field(
        description="Inputs with which fewer mistakes hide behind a right answer; null where none are needed or known."
    )
    complete: bool = Field(description="Whether every mistake was tried.")


class Exam(BaseModel):
    """Questions with their answers."""

    variants: list[ExamVariant] = Field(description="The program's own numbers first.")
