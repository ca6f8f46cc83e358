"""Data to train on: the service's own, and a reader's as comma-separated values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.values import Bilingual, Values

BIGGEST_SEED = 2**32 - 1


class DrawnDataset(Together):
    """Data that comes with the service, and what is drawn where it is drawn."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "spiral", "samples": 60, "noise": 0.1, "seed": 1}]}
    )

    name: str | None = Field(default=None, description="A data set of GET /api/datasets.")
    samples: int | None = Field(
        default=None, ge=2, le=10_000, description="Of a set that is drawn: how many; 400 where it is left out."
    )
    noise: float = Field(default=0.0, ge=0, le=0.5, description="Of a set that is drawn: from 0 to 0.5.")
    seed: int = Field(
        default=0, ge=0, le=BIGGEST_SEED, description="Of what is drawn, and of the shuffle before a split."
    )


class DatasetSpec(DrawnDataset):
    """Data that comes with the service, or a reader's own as comma-separated values."""

    apart = (
        ("csv", "name"),
        ("file", "name"),
        ("file", "csv"),
        *((drawn, own) for drawn in ("samples", "noise") for own in ("csv", "file")),
        *((own, "name") for own in ("label", "task", "missing", "encoding")),
        ("encoding", "csv"),
    )

    csv: str | None = Field(
        default=None,
        description="A table of values between commas, semicolons, tabs, bars or spaces, with or without a header.",
    )
    file: str | None = Field(
        default=None, description="The bytes of a file of such values or of a workbook (.xlsx), in base64."
    )
    encoding: Literal["utf-8", "utf-16", "cp949", "latin-1"] | None = Field(
        default=None, description="Of a file: how its text is encoded; told by its bytes where it is left out."
    )
    label: str | int | None = Field(
        default=None,
        description="Of a csv: the column of labels by name, or by place from 0; the last where it is left out.",
    )
    task: Literal["classification", "regression"] | None = Field(
        default=None,
        description="Of a csv: what the labels are. Left out, words and the whole numbers from 0 are classes.",
    )
    missing: Literal["drop", "mean", "median", "zero"] = Field(
        default="drop",
        description=(
            "Of a csv or a file: what becomes of cells without a value. Their rows are left out, or they are filled in"
            " with the mean or the median of their column, or with 0."
        ),
    )
    train: int | None = Field(default=None, ge=1, description="How many samples to train on.")
    test: int | None = Field(default=None, ge=0, description="How many to hold out; a fifth where neither is given.")


# A name alone stands for the data set of that name.
NamedDataset = Annotated[
    DatasetSpec,
    BeforeValidator(
        lambda given: {"name": given} if isinstance(given, str) else given, json_schema_input_type=DatasetSpec | str
    ),
]


class Dataset(BaseModel):
    """A data set that comes with the service."""

    name: str = Field(description="What a request calls it.")
    title: Bilingual = Field(description="Its name, by language.")
    task: Literal["classification", "regression"] = Field(description="Whether its targets are classes or numbers.")
    samples: int = Field(description="How many there are, or are drawn unless told otherwise.")
    features: list[str] = Field(description="The names of the columns.")
    classes: list[str] | None = Field(
        description="The names of the classes, in the order of their numbers; null of a regression."
    )
    drawn: bool = Field(description="Whether it is drawn from a seed, with noise if wanted.")
    source: str = Field(description="Where it comes from.")
    licence: str = Field(description="Under which it may be used.")


class Datasets(BaseModel):
    """The data sets, in the order in which a learner meets them."""

    datasets: list[Dataset] = Field(description="Each with what a request calls it.")


class DatasetSamples(BaseModel):
    """A data set's samples, as measured."""

    name: str = Field(description="What a request calls it.")
    features: list[str] = Field(description="The names of the columns.")
    classes: list[str] | None = Field(
        description="The names of the classes, in the order of their numbers; null of a regression."
    )
    x: Values
    t: Values
