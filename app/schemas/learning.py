"""The book's chapters and their exercises, as requests and answers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.values import Bilingual

MOST_LINES = 40  # of a derivation: more than any of the book takes
MOST_CHARACTERS = 4_000  # of one line or of a program that repairs another
LAST_SEED = 999_999

SEED = "A whole number from 1 to 999999: the same one gives the same numbers."

Language = Literal["en", "ko"]


class ChapterName(Together):
    """Which chapter is asked for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"language": "en", "chapter": "graphs"}]})

    language: Language = Field(description='"en" or "ko".')
    chapter: str = Field(description="A chapter's id, such as one of GET /api/chapters.")


class ChapterTitle(BaseModel):
    """A chapter in the table of contents."""

    id: str = Field(description="Its name in addresses.")
    number: int = Field(description="Its place in the book, from 1.")
    title: Bilingual = Field(description="By language.")
    lead: Bilingual = Field(description="What it answers, in a sentence or two.")
    exercises: list[str] = Field(description="The ids of its exercises, in order.")
    explains: dict[str, str] = Field(
        description=(
            'By an op, "#" and a panel of the page, or "!" and a mistake: the id of the paragraph that tells why.'
        )
    )


class Chapters(BaseModel):
    """The table of contents."""

    chapters: list[ChapterTitle] = Field(description="In the order in which they are read.")


class Moment(BaseModel):
    """What a paragraph shows in its figure; what is null is left as the figure has it at its start."""

    figure: str = Field(description="The figure's id.")
    at: Literal["start", "turn", "end", "value", "gradient"] = Field(
        description="The step: the first, the turn, the last, or the one at which a node has its value or gradient."
    )
    node: int | None = Field(description='The node of "value" and "gradient".')
    choose: dict[str, Any] | None = Field(description="The node or edge that is selected.")
    lit: list[int] = Field(description="The nodes that the paragraph speaks of.")
    panel: Literal["", "derive", "influence", "check"] = Field(
        description="The panel of the page that is opened beneath the figure; empty: what is open stays."
    )


class Chapter(BaseModel):
    """A chapter, ready to be shown."""

    id: str = Field(description="Its name in addresses.")
    title: str = Field(description="Its heading.")
    html: str = Field(description="Its prose, with every number computed and every formula as MathML.")
    figures: dict[str, Any] = Field(
        description=(
            "By id: the trace, as POST /api/expression has it, where its nodes stand, and the inputs that are moved."
        )
    )
    moments: dict[str, Moment] = Field(description="By the id of a paragraph.")
    trainings: dict[str, Any] = Field(
        description="By id: the body of POST /api/train, and the labels of the pictures whose outputs it asks for."
    )


class PlotName(Together):
    """Which plot is asked for."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"chapter": "numerical", "plot": "cost"}]}
    )

    chapter: str = Field(description="A chapter's id.")
    plot: str = Field(description="A plot's id.")
    language: Language = Field(default="en", description="Of its words.")


class Plot(BaseModel):
    """A plot, drawn."""

    html: str = Field(description="SVG, what its lines are, and its numbers as a table.")


class ExerciseName(Together):
    """Which exercise is asked for, with which numbers."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"chapter": "graphs", "exercise": "orange", "seed": 7}]}
    )

    chapter: str = Field(description="A chapter's id.")
    exercise: str = Field(description="An exercise's id.")
    language: Language = Field(default="en", description="Of the names in its program.")
    seed: int = Field(default=1, ge=1, le=LAST_SEED, description=SEED)


class Exercise(BaseModel):
    """An exercise with its numbers."""

    kind: str = Field(description="What is asked for.")
    seed: int = Field(description="That its numbers come from.")
    program: str = Field(description="The figure's program.")
    figure: dict[str, Any] | None = Field(description="The trace and where its nodes stand.")
    subject: str = Field(description="The gradient, value or edge that is asked for, in the figure's names.")
    choices: list[str] = Field(description="What there is to choose from.")


class AnswerRequest(Together):
    """A reader's answer to an exercise."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"chapter": "graphs", "exercise": "orange", "seed": 1, "answer": "6 * 1.05"}]},
    )

    chapter: StrictStr = Field(description="A chapter's id.")
    exercise: StrictStr = Field(description="An exercise's id.")
    language: Language = Field(default="en", description="Of the names in its program.")
    seed: StrictInt = Field(default=1, ge=1, le=LAST_SEED, description=SEED)
    answer: StrictStr | list[StrictStr] = Field(
        max_length=MOST_CHARACTERS,
        description=(
            "A number or a formula in the figure's names; a choice, or choices in order; the number of an edge; a"
            " program; or the lines of a derivation."
        ),
    )
    reveal: StrictBool = Field(default=False, description="Whether the right answer is to be told in any case.")


class Verdict(BaseModel):
    """Whether an answer is right; what is wrong with it where that is known."""

    right: bool = Field(description="Whether it is.")
    sentence: str | None = Field(description="The key of the sentence about a wrong answer.")
    explanation: str | None = Field(description="That sentence in English.")
    params: dict[str, str | float] = Field(description="What it was filled with.")
    line: int | None = Field(description="Of a derivation: the first line, from 0, that is not what the one before is.")
    reason: Bilingual | None = Field(description="Of a derivation: the step that was due there.")
    solution: str | None = Field(description="The right answer, where the reader has it or asked for it.")
