"""A reader's own data: a table of cells as samples, with or without a header."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.advising.advice import Remark
from gradlens.engine.errors import EngineError, filled, quote
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.networks.data.columns import KINDS as OF_COLUMNS
from gradlens.engine.networks.data.columns import Column, column_of, names_index, told
from gradlens.engine.networks.data.header import names_columns
from gradlens.engine.networks.data.label_column import labelled, labels, read_labels
from gradlens.engine.networks.data.missing import Filling, completed
from gradlens.engine.networks.data.numerals import DOT_GROUPS, is_number
from gradlens.engine.networks.data.rows import Rows, read_rows
from gradlens.engine.values import Array

# What courses and well-known tables call the column that is to be told, wherever it stands: "label,pixel0,pixel1,…".
LABEL_NAMES = frozenset(
    "class classes label labels target species diagnosis survived outcome 클래스 라벨 레이블 정답 분류".split()
)
FEW = 20  # rows, among which equal ones say nothing
# kind: the sentence
KINDS = OF_COLUMNS | {
    "csv-header": (
        "The first line ({first}) is read as the names of the columns. If it is a sample, put a line of names"
        " before it."
    ),
    "file-read-as": 'The file is read as {encoding}. If its letters look wrong, say "encoding".',
    "csv-holes-left-out": (
        "{count} of {rows} {rows?row:rows} {count?lacks:lack} a value and {count?is:are} left out, the first in line"
        ' {line}, column "{name}". To fill in such cells instead, say "missing": "mean", "median" or "zero".'
    ),
    "csv-holes-filled": (
        "{count} {count?cell:cells} without a value {count?is:are} filled in ({filling} of the column), the first in"
        ' line {line}, column "{name}".'
    ),
    "csv-duplicates": (
        "{count} of {rows} {rows?row:rows} {count?repeats:repeat} an earlier one: some may be both learnt and held out."
    ),
    "csv-one-label": (
        'The labels in the column "{name}" are all the same: there is nothing to predict. Choose another column of'
        " labels."
    ),
    "csv-many-classes": (
        'The column "{name}" has {count} different {count?word:words} in {rows} {rows?row:rows}: names rather than'
        " classes. Choose another column of labels."
    ),
    "csv-constant": (
        "{count} {count?column has:columns have} the same value in every row, from which nothing can be learnt, the"
        ' first of them "{name}".'
    ),
}


@dataclass(frozen=True, slots=True)
class Table:
    """Features (n, columns) and labels (n,): class numbers where `classes` names them, else quantities.

    remarks: what was assumed of the text.  points (n, 2): of a toy, where they lie in the plane.
    """

    features: tuple[str, ...]
    x: Array
    t: Array
    classes: tuple[str, ...] | None
    remarks: list[Remark] = field(default_factory=list[Remark])
    points: Array | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """How a table is read; what is None is told by its content.

    label: the column of labels, by its name or by its place from 0; where it is left out, the one that is
    called so, as LABEL_NAMES has them, else the last.
    task: "classification" or "regression"; where it is left out, words and the whole numbers from 0 or 1 are classes.
    for_classes: whether a loss is to tell classes apart, where that is known: then so are a few whole numbers that do
      not count from 0; where it compares quantities, numbers with a unit are such.
    missing: what becomes of cells without a value.
    use: the columns that are features, by name or place; None: all that say something.
    header: whether the first row names the columns.
    """

    label: str | int | None = None
    task: str | None = None
    for_classes: bool | None = None
    missing: Filling = "drop"
    use: tuple[str | int, ...] | None = None
    header: bool | None = None


AS_TOLD = Choices()


def read_table(
    text: str,
    label: str | int | None = None,
    task: str | None = None,
    *,
    for_classes: bool | None = None,
    missing: Filling = "drop",
) -> Table:
    """Read a table.

    label: the column of labels, by its name or by its place from 0; where it is left out, the one that is
    called so, as LABEL_NAMES has them, else the last.
    task: "classification" or "regression"; where it is left out, words and the whole numbers from 0 or 1 are classes.
    for_classes: whether a loss is to tell classes apart, where that is known.
    missing: what becomes of cells without a value: "drop" leaves their rows out, "mean", "median" and "zero" fill them.
    Errors: data-empty, csv-text, csv-encoding, csv-row, csv-columns, csv-column, csv-hole, csv-number, csv-mixed,
      csv-comma, csv-label, csv-twice; lines and columns count from 1.

    >>> gradlens.read_table("a,b\\n1,2\\n3,4\\n", label="b").t
    array([2., 4.])
    """
    return table_of(*read_rows(text), Choices(label, task, for_classes, missing))


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as they are written, with the names of their columns.

    first: the names as they are written, where there is a header.  at: the place of the labels.
    """

    rows: Rows
    names: list[str]
    first: list[str] | None
    at: int

    @property
    def counting(self) -> set[int]:
        """The columns that may count the rows, by their names."""
        return {i for i, cell in enumerate(self.first or []) if names_index(cell)}


def sheet_of(lines: Rows, choices: Choices) -> Sheet:
    """Errors: csv-columns, data-empty, csv-column, csv-twice."""
    first = lines[0][1]
    if len(first) < 2:
        raise EngineError("csv-columns", got=len(first))
    is_header = choices.header
    if is_header is None:
        is_header = names_columns(first, [row for _, row in lines[1:]])
    names = [cell if is_header and cell else f"column {i + 1}" for i, cell in enumerate(first)]
    rows = lines[1:] if is_header else lines
    if not rows:
        raise EngineError("data-empty")
    label = usual_place(names) if choices.label is None else place_of(choices.label, names)
    return Sheet(rows, names, first if is_header else None, label)


def usual_place(names: Sequence[str]) -> int:
    """Where the labels are, where nobody says: in the one column that is called so, else in the last."""
    called = [at for at, name in enumerate(names) if name.strip().casefold() in LABEL_NAMES]
    return called[0] if len(called) == 1 else len(names) - 1


def table_of(lines: Rows, delimiter: str, choices: Choices = AS_TOLD) -> Table:
    """A table from its rows, whose cells a delimiter stood between."""
    sheet = sheet_of(lines, choices)
    rows, names, at, task = sheet.rows, sheet.names, sheet.at, choices.task
    check_lengths(rows, names)
    remarks: list[Remark] = []
    if choices.header is None and sheet.first is not None and any(map(is_number, sheet.first)):
        remarks.append(remark("csv-header", first=quote(", ".join(sheet.first))))
    samples = labelled(rows, at, names[at], delimiter, task)
    columns = features(samples, sheet, delimiter, choices.use)
    remarks += [said for _, column in columns for said in column.remarks]
    columns = [(i, column) for i, column in columns if column.left_out is None]
    x = np.concatenate([completed(column.values, choices.missing) for _, column in columns], axis=1)
    kept = np.asarray(np.all(~np.isnan(x), axis=1))
    remarks += on_holes(rows, samples, at, names, columns, kept, choices.missing)
    samples = [row for row, keep in zip(samples, kept, strict=True) if keep]
    found = read_labels(samples, at, names[at], delimiter, task)
    t, classes = labels(samples, at, names, found, task, delimiter, choices.for_classes)
    check_dots(samples, [*columns, (at, Column(reading=found))], names)
    if classes is None and found is not None:
        remarks += told(names[at], found, [row[at] for _, row in samples])
    x = x[kept]
    return Table(
        tuple(name for _, c in columns for name in c.names),
        x,
        t,
        classes,
        [*remarks, *on_labels(names[at], t, classes), *on_content(x, t, columns)],
    )


def remark(kind: str, **params: str | int) -> Remark:
    return Remark(kind, filled(KINDS[kind], params), dict(params))


def place_of(column: str | int, names: list[str]) -> int:
    """Errors: csv-column, csv-twice."""
    if isinstance(column, int) and not isinstance(column, bool) and -len(names) <= column < len(names):
        return column % len(names)
    if isinstance(column, str):
        column = unicodedata.normalize("NFC", column).strip()
    if column not in names:
        raise EngineError("csv-column", name=str(column), **suggestion(str(column)[:80], names))
    if names.count(column) > 1:
        raise EngineError("csv-twice", name=column, count=names.count(column), last=len(names) - 1)
    return names.index(column)


def check_lengths(rows: Rows, names: list[str]) -> None:
    """Error: csv-row."""
    for line, row in rows:
        if len(row) != len(names):
            raise EngineError("csv-row", line=line, got=len(row), wanted=len(names))


def features(rows: Rows, sheet: Sheet, delimiter: str, use: tuple[str | int, ...] | None) -> list[tuple[int, Column]]:
    """The columns of features with their places: those that are asked for, or every other than that of the labels.

    Errors: csv-no-features, and those of columns.
    """
    wanted = range(len(sheet.names)) if use is None else sorted({place_of(one, sheet.names) for one in use})
    counting = sheet.counting if use is None else set[int]()
    found = [(i, column_of(rows, i, sheet.names, delimiter, i in counting)) for i in wanted if i != sheet.at]
    if all(column.left_out for _, column in found):
        # Rows that are counted are all that there is to go by.
        found = [
            (i, replace(column, left_out=None, remarks=[]) if column.left_out == "csv-index" else column)
            for i, column in found
        ]
    if all(column.left_out for _, column in found):
        raise EngineError("csv-no-features", name=sheet.names[found[0][0] if found else sheet.at])
    return found


def on_holes(
    rows: Rows,
    samples: Rows,
    at: int,
    names: list[str],
    columns: list[tuple[int, Column]],
    kept: NDArray[np.bool_],
    missing: Filling,
) -> list[Remark]:
    """What became of cells without a value.  Error: csv-hole, where no row is left."""
    lacking = {line: at for line, _ in rows} if len(rows) > len(samples) else {}
    for line, _ in samples:
        lacking.pop(line, None)
    holes = list(lacking.items())
    filled_cells: list[tuple[int, int]] = []
    for i, column in columns:
        places = np.flatnonzero(np.isnan(column.values[:, 0]))
        (holes if missing == "drop" else filled_cells).extend((samples[p][0], i) for p in places)
    if not kept.any():
        line, i = min(holes)
        raise EngineError("csv-hole", line=line, column=i + 1, name=names[i])
    found: list[Remark] = []
    if holes:
        line, i = min(holes)
        count = len({line for line, _ in holes})
        found.append(remark("csv-holes-left-out", count=count, rows=len(rows), line=line, name=names[i]))
    if filled_cells:
        line, i = min(filled_cells)
        found.append(remark("csv-holes-filled", count=len(filled_cells), line=line, name=names[i], filling=missing))
    return found


def on_labels(name: str, t: Array, classes: tuple[str, ...] | None) -> list[Remark]:
    """Labels from which nothing can be learnt."""
    if len(t) >= FEW and len(set(t)) == 1:
        return [remark("csv-one-label", name=name)]
    if classes is not None and len(t) >= FEW and 2 * len(classes) > len(t):
        return [remark("csv-many-classes", name=name, count=len(classes), rows=len(t))]
    return []


def on_content(x: Array, t: Array, columns: list[tuple[int, Column]]) -> list[Remark]:
    """Columns and rows from which nothing can be learnt, or that are learnt and asked for."""
    found: list[Remark] = []
    names = [name for _, column in columns for name in column.names]
    if len(x) >= FEW:
        constant = np.flatnonzero((x == x[0]).all(axis=0))
        if len(constant):
            found.append(remark("csv-constant", name=names[constant[0]], count=len(constant)))
        repeated = sum(n - 1 for n in Counter(map(bytes, np.column_stack([x, t]))).values())
        if repeated:
            found.append(remark("csv-duplicates", count=repeated, rows=len(x)))
    return found


def check_dots(rows: Rows, columns: list[tuple[int, Column]], names: list[str]) -> None:
    """Error: csv-comma, where other columns have decimal commas, and "1.100" may be 1100 or 1.1."""
    readings = [(i, column.reading) for i, column in columns]
    if not any(found is not None and found.body is not None and found.body("1,5") == "1.5" for _, found in readings):
        return
    for i, found in readings:
        name, dotted = names[i], [row[i] for _, row in rows if "." in row[i]]
        if found is not None and found.body is None and dotted and all(map(DOT_GROUPS.fullmatch, dotted)):
            raise EngineError("csv-comma", name=name, got=dotted[0])
