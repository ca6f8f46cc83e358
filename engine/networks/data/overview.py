"""A reader's table as it was read: its columns, its first rows, and the samples that it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from gradlens.engine.advising.advice import Remark
from gradlens.engine.errors import EngineError, quote
from gradlens.engine.networks.data.columns import column_of
from gradlens.engine.networks.data.files import Opened, remarks_on_file
from gradlens.engine.networks.data.missing import missing_among
from gradlens.engine.networks.data.rows import Rows
from gradlens.engine.networks.data.table import AS_TOLD, Choices, Sheet, Table, sheet_of, table_of

FIRST = 5  # rows that are shown


@dataclass(frozen=True, slots=True)
class ColumnOverview:
    """A column as it was read.

    kind: "number", "words", "dates", or "unread", where fault says why.  missing, distinct: cells without a value, and
    different ones among the others.  features: how many features it gives.  left_out: the kind of remark that says why
    it gives none unless it is asked for.
    """

    name: str
    kind: str
    missing: int
    distinct: int
    features: int
    left_out: str | None
    fault: Remark | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A table as it was read.

    first: rows as they are written, each with the number of its line.  label: the place of the labels.
    table: the samples; None where fault says why there are none.  remarks: on the file and on the samples.
    """

    file: Opened
    header: bool
    rows: int
    columns: list[ColumnOverview]
    first: Rows
    label: int
    table: Table | None
    fault: Remark | None
    remarks: list[Remark]


def read_overview(file: Opened, choices: Choices = AS_TOLD, encoding: str | None = None) -> Overview:
    """encoding: the one that was asked for.  Errors: csv-columns, data-empty, csv-column, csv-twice."""
    sheet = sheet_of(file.rows, choices)
    table, fault = None, None
    try:
        table = table_of(file.rows, file.delimiter, choices)
    except EngineError as error:
        fault = said(error)
    fit = [row for row in sheet.rows if len(row[1]) == len(sheet.names)]
    columns = [read_column(fit, sheet, at, file.delimiter) for at in range(len(sheet.names))] if fit else []
    first = [(line, [quote(cell) for cell in row]) for line, row in sheet.rows[:FIRST]]
    remarks = remarks_on_file(file, encoding) + (table.remarks if table else [])
    return Overview(file, sheet.first is not None, len(sheet.rows), columns, first, sheet.at, table, fault, remarks)


def read_column(rows: Rows, sheet: Sheet, at: int, delimiter: str) -> ColumnOverview:
    cells = [row[at] for _, row in rows]
    kind, features, left_out, fault = "unread", 0, None, None
    try:
        column = column_of(rows, at, sheet.names, delimiter, at in sheet.counting)
    except EngineError as error:
        fault = said(error)
    else:
        kind = "number" if column.reading is not None else "dates" if column.dates else "words"
        left_out = column.left_out
        features = 0 if left_out else len(column.names)
    kinds = set(cells)
    lacking = missing_among(cells, among_numbers=kind == "number")
    missing = sum(cell in lacking for cell in cells) if lacking else 0
    return ColumnOverview(sheet.names[at], kind, missing, len(kinds - lacking), features, left_out, fault)


def said(error: EngineError) -> Remark:
    """An error as a remark."""
    return Remark(error.kind, error.detail, error.params)
