"""A program to be written as a file, and the formats that there are."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from gradlens.app.problems import Problem
from gradlens.app.schemas.networks import XOR
from gradlens.app.schemas.programs import ExpressionRequest
from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.training import TrainRequest
from gradlens.app.schemas.values import Bilingual


class ExportOptions(Together):
    """How a file is written; an option that changes nothing in a format is refused."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["en", "ko"] = Field(default="en", description="The language of the words in it.")
    theme: Literal["light", "dark"] | None = Field(
        default=None, description="The colours; those of the reader's system where it is left out."
    )
    step: Literal["end", "values", "start"] | StrictInt = Field(
        default="end",
        description=(
            'The step that is shown: "end"; "values", all of them and no gradient; "start"; or a number of steps, the'
            " last of which is marked."
        ),
    )
    legend: StrictBool = Field(
        default=False, description="Whether it is told what colour and width say: true or false."
    )
    background: StrictBool = Field(
        default=False, description="Whether paper is painted behind, true or false; else it is transparent."
    )
    caption: str = Field(
        default="",
        max_length=100_000,
        description="A sentence that stands below; of a picture of every step one a line, from the start on.",
    )


class ExportRequest(ExpressionRequest):
    """A program, or a network and how it is trained, and the format to write it in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "program": "t = x + y\nz = t ** 2",
                    "inputs": {"x": 2, "y": 3},
                    "format": "svg",
                    "options": {"theme": "light", "background": True},
                },
                {"training": {**XOR, "optimizer": {"type": "adam"}, "steps": 20}, "format": "pytorch"},
            ]
        },
    )

    idle = ("values", "direction")
    apart = tuple((name, "training") for name in ("program", "inputs", "output", "seed", "detail", "expand"))

    program: str | None = Field(  # pyright: ignore[reportIncompatibleVariableOverride]
        default=None, description="Text in the expression language. Either this or training is needed."
    )
    training: TrainRequest | None = Field(
        default=None,
        description=(
            "Instead of a program an object as /api/train takes it: a network, its data, and how it learns, written as"
            " code that trains it and has the same losses."
        ),
    )

    format: str = Field(description='The name of one of GET /api/formats, such as "svg".')
    options: ExportOptions = Field(
        default=ExportOptions(), description="An object of options that the format takes, as GET /api/formats lists."
    )
    file_name: str | None = Field(
        default=None,
        description=(
            "What the file is called, with or without its ending; the output's name where it is left out. What a file"
            " system may not take is replaced."
        ),
    )

    def check_together(self, place: str = "") -> None:
        super().check_together(place)
        if self.program is None and self.training is None:
            takes = type(self).model_fields["program"].description or ""
            raise Problem.of("missing-field", field="program", takes=takes)


class Format(BaseModel):
    """One way to write a trace."""

    name: str = Field(description="What a request calls it.")
    media_type: str = Field(description="The answer's Content-Type.")
    ending: str = Field(description="Of a file's name, with its point.")
    words: Bilingual = Field(description="What a reader calls it, by language.")
    takes: list[str] = Field(description="The names of the options that change what is written.")
    trains: bool = Field(description="Whether it also writes a training.")


class Formats(BaseModel):
    """Every format that /api/export writes."""

    formats: list[Format] = Field(description="In the order in which they are offered.")
