"""Data to train on: the service's own, and a reader's as comma-separated values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gradlens.app.schemas.requests import Together
from gradlens.app.schemas.traces import Warning
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
        ("features", "csv"),
        ("features", "file"),
        *((own, "name") for own in ("label", "task", "missing", "encoding", "use", "header", "separator", "scaling")),
        ("encoding", "csv"),
    )

    features: list[Literal["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"]] | None = Field(
        default=None,
        min_length=1,
        max_length=7,
        description="Of a set that is drawn: what the network is given of each point; its coordinates where it is left"
        " out. `predict` takes points all the same.",
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
        description="Of a csv: the column of labels by name, or by place from 0; left out, the one called class, label"
        " or target, else the last.",
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
    use: list[str | int] | None = Field(
        default=None,
        description="Of a csv or a file: the columns that are features, by name or by place from 0; all that say"
        " something where it is left out.",
    )
    header: bool | None = Field(
        default=None,
        description="Of a csv or a file: whether its first row names the columns; told by its content where it is left"
        " out.",
    )
    separator: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="Of a csv or a file: what stands between cells, a space where any number of them does; told by the"
        " text where it is left out.",
    )
    scaling: Literal["standard", "range", "none"] = Field(
        default="standard",
        description="Of a csv or a file: what becomes of features and of numbers to predict. They get mean 0 and"
        " deviation 1, the range from 0 to 1, or stay what they are.",
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


class TableRequest(Together):
    """A reader's table that is to be looked at before anything is learnt from it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"dataset": {"csv": "length,kind\n1.5,round\n2.5,long\n", "label": "kind"}}]},
    )

    dataset: DatasetSpec = Field(description="A table as text or as the bytes of a file, with how it is to be read.")
    loss: str | dict[str, Any] | None = Field(
        default=None, description="The loss that its labels are for; a few whole numbers are then classes, or not."
    )


class ColumnOverview(BaseModel):
    """A column of a table as it was read."""

    name: str = Field(description="As the header has it, or by its place from 1.")
    kind: Literal["number", "words", "dates", "unread"] = Field(description="What its cells hold.")
    missing: int = Field(description="How many cells have no value.")
    distinct: int = Field(description="How many different values the others have.")
    features: int = Field(description="How many features it gives; words give one each.")
    left_out: str | None = Field(
        description="The kind of remark that says why it gives none; null where it gives some."
    )
    fault: Warning | None = Field(description="Why it cannot be read; null where it can.")


class TableRow(BaseModel):
    """A row as it is written."""

    line: int = Field(description="The number of its line in the file, from 1.")
    cells: list[str] = Field(description="Cut to 80 letters each.")


class TableOverview(BaseModel):
    """A table as it was read, and the samples that it becomes."""

    encoding: str | None = Field(description="Of a file that is text.")
    separator: str | None = Field(description="What stands between cells; null of a workbook.")
    header: bool = Field(description="Whether the first row names the columns.")
    rows: int = Field(description="How many there are, without the header.")
    columns: list[ColumnOverview] = Field(description="From the left.")
    first: list[TableRow] = Field(description="A few rows from the top.")
    label: int = Field(description="The place of the column of labels, from 0.")
    samples: int = Field(description="How many rows can be learnt from; 0 where a fault says why.")
    features: int = Field(description="How many numbers each sample has.")
    classes: list[str] | None = Field(description="The names of the classes; null where numbers are predicted.")
    fault: Warning | None = Field(description="Why it cannot be learnt from; null where it can.")
    warnings: list[Warning] = Field(description="What was assumed of the table.")


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
