"""A reader's own data: comma-separated values, with or without a header."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from gradlens.engine.advising.advice import Remark
from gradlens.engine.errors import EngineError, quote
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.networks.data.numerals import (
    AS_IS,
    DOT_GROUPS,
    Reading,
    clash,
    is_broken,
    is_code,
    is_number,
    looks_numeric,
    plain,
    reading,
    whole,
)
from gradlens.engine.values import Array

DELIMITERS = ("\t", ";", ",")  # a comma may also be within numbers
CLASSES = 20  # labels that are the whole numbers 0, 1, … up to so many are classes; more are taken for quantities
YEARS = range(1900, 2101)
COUNTED, STEPPED = (
    4,
    6,
)  # columns that are named by 0, 1, 2, …, or by other numbers in equal steps, where no sample follows that is alike
MISSING = {"na", "nan", "null", "none", "inf", "infinity", "missing"}
TRIED = 100  # lines from which the separator is found out
# kind: the sentence
KINDS = {
    "csv-header": (
        "The first line ({first}) is read as the names of the columns. If it is a sample, put a line of names"
        " before it."
    ),
    "csv-reading": 'In the column "{name}", {got} is read as {value}.',
}


@dataclass(frozen=True, slots=True)
class Table:
    """Features (n, columns) and labels (n,): class numbers where `classes` names them, else quantities.

    remarks: what was assumed of the text.
    """

    features: tuple[str, ...]
    x: Array
    t: Array
    classes: tuple[str, ...] | None
    remarks: list[Remark] = field(default_factory=list[Remark])


Rows = list[tuple[int, list[str]]]  # each with the number of its line


def read_table(
    text: str, label: str | int | None = None, task: str | None = None, *, for_classes: bool | None = None
) -> Table:
    """Read a table.

    label: the column of labels, by its name or by its place from 0; the last where it is left out.
    task: "classification" or "regression"; where it is left out, words and the whole numbers from 0 are classes.
    for_classes: whether a loss is to tell classes apart, where that is known: then so are a few whole numbers that do
      not count from 0; where
    it compares quantities, numbers with a unit are such.
    Errors: data-empty, csv-text, csv-encoding, csv-row, csv-columns, csv-column, csv-hole, csv-number, csv-mixed,
      csv-comma, csv-label, csv-twice;
    lines and columns count from 1.
    """
    lines, delimiter = read_lines(text)
    first = lines[0][1]
    if len(first) < 2:
        raise EngineError("csv-columns", got=len(first))
    is_header = names_columns(first, [row for _, row in lines[1:]])
    names = [cell if is_header and cell else f"column {i + 1}" for i, cell in enumerate(first)]
    rows = lines[1:] if is_header else lines
    if not rows:
        raise EngineError("data-empty")
    at = label_column(label, names)
    check_cells(rows, names)
    remarks: list[Remark] = []
    if is_header and any(map(is_number, first)):
        remarks.append(remark("csv-header", first=quote(", ".join(first))))
    columns = list(map(list, zip(*(row for _, row in rows), strict=True)))
    readings = [
        None if i == at and task == "classification" else reading(columns[i], delimiter, names[i])
        for i in range(len(names))
    ]
    check_dots(columns, readings, names)
    others = [i for i in range(len(names)) if i != at]
    x = np.array([numbers(rows, i, names, readings[i], delimiter) for i in others]).T
    if (
        task is None
        and for_classes
        and readings[at] == AS_IS
        and len(set(columns[at])) <= CLASSES
        and all(cell.isdecimal() for cell in columns[at])
    ):
        task = "classification"
    t, classes = labels(rows, at, names, readings[at], task, delimiter, for_classes is False)
    for i, found in enumerate(readings):
        if (
            found not in (None, AS_IS)
            and (i != at or classes is None)
            and (odd := next((cell for cell in columns[i] if not is_number(cell)), None)) is not None
        ):
            remarks.append(remark("csv-reading", name=names[i], got=odd, value=f"{found(odd):.15g}"))
    return Table(tuple(names[i] for i in others), x, t, classes, remarks)


def remark(kind: str, **params: str) -> Remark:
    return Remark(kind, KINDS[kind].format(**params), params)


# ------------------------------------------------------------ text to cells


def read_lines(text: str) -> tuple[Rows, str]:
    """The rows that are not empty, and what separates their cells.  Errors: data-empty, csv-encoding, csv-text."""
    # One spelling of a letter and its mark, so that one word is one class.
    lines = (
        unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .removesuffix("\n")
        .split("\n")
    )
    for number, line in enumerate(lines, 1):
        if "\ufffd" in line or "\0" in line:
            raise EngineError("csv-encoding", line=number)
    delimiter = delimiter_of("\n".join(lines))
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        rows = [(reader.line_num, list(map(str.strip, row))) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise EngineError("csv-text", line=reader.line_num, message=str(error)) from None
    if not rows:
        raise EngineError("data-empty")
    return rows, delimiter


def delimiter_of(text: str) -> str:
    """What separates cells: in every line equally often, and with numbers between; in doubt what is most frequent in
    the first line.
    """
    unquoted = [line for line in re.sub(r'"[^"]*"', '""', text).split("\n") if line.strip()][:TRIED]
    steady = [
        d for d in DELIMITERS if unquoted and unquoted[0].count(d) and len({line.count(d) for line in unquoted}) == 1
    ]
    if steady:
        return max(
            steady,
            key=lambda d: (
                sum(map(looks_numeric, (cell for line in unquoted[1:] or unquoted for cell in line.split(d))))
                / unquoted[0].count(d)
            ),
        )
    return max(DELIMITERS, key=unquoted[0].count) if unquoted else ","


def names_columns(first: list[str], below: list[list[str]]) -> bool:
    """Whether the first row names the columns and is no sample."""
    numeric = [i for i, cell in enumerate(first) if looks_numeric(cell)]
    if not numeric:
        return not below or any(map(looks_numeric, below[0]))
    fit = [row for row in below if len(row) == len(first)]
    if not fit:
        return False
    if any(is_word(cell) and all(looks_numeric(row[i]) for row in fit) for i, cell in enumerate(first)):
        return True
    counts = [n for i in numeric if (n := whole(first[i])) is not None]
    if len(counts) < len(numeric):
        return False
    if all(n in YEARS for n in counts) and not any(all(whole(row[i]) in YEARS for i in numeric) for row in fit):
        # One year may be a number like others; with a word that no sample has it is a name.
        return len(set(counts)) == len(counts) > 1 or (
            len(counts) == 1
            and any(is_word(cell) and all(row[i] != cell for row in fit) for i, cell in enumerate(first))
        )
    if len(counts) < 2 or not is_progression(counts) or counts[0] in YEARS:
        return False
    is_count = counts[0] in (0, 1) and counts[1] - counts[0] == 1
    if is_count and all(any(whole(row[i]) is None for row in fit) for i in numeric):
        return True
    alike = any(is_progression([whole(row[i]) for i in numeric]) for row in fit)
    return not alike and len(counts) >= (COUNTED if is_count else STEPPED)


def is_progression(numbers: Sequence[int | None]) -> bool:
    """Whether all of them are numbers, and grow or fall in equal steps."""
    known = [n for n in numbers if n is not None]
    steps = {b - a for a, b in pairwise(known)} if len(known) == len(numbers) else set[int]()
    return len(steps) == 1 and 0 not in steps


def is_word(cell: str) -> bool:
    return cell[:1].isalpha() and cell.lower() not in MISSING


def label_column(label: str | int | None, names: list[str]) -> int:
    """Errors: csv-column, csv-twice."""
    if label is None:
        return len(names) - 1
    if isinstance(label, int) and not isinstance(label, bool) and -len(names) <= label < len(names):
        return label % len(names)
    if isinstance(label, str):
        label = unicodedata.normalize("NFC", label).strip()
    if label not in names:
        raise EngineError("csv-column", name=str(label), **suggestion(str(label)[:80], names))
    if names.count(label) > 1:
        raise EngineError("csv-twice", name=label, count=names.count(label), last=len(names) - 1)
    return names.index(label)


def check_cells(rows: Rows, names: list[str]) -> None:
    """Errors: csv-row, csv-hole."""
    for line, row in rows:
        if len(row) != len(names):
            raise EngineError("csv-row", line=line, got=len(row), wanted=len(names))
        if "" in row:
            column = row.index("")
            raise EngineError("csv-hole", line=line, column=column + 1, name=names[column])


def check_dots(columns: list[list[str]], readings: list[Reading | None], names: list[str]) -> None:
    """Error: csv-comma, where other columns have decimal commas, and "1.100" may be 1100 or 1.1."""
    if not any(found is not None and found.body is not None and found.body("1,5") == "1.5" for found in readings):
        return
    for cells, found, name in zip(columns, readings, names, strict=True):
        dotted = [cell for cell in cells if "." in cell]
        if found is not None and found.body is None and dotted and all(map(DOT_GROUPS.fullmatch, dotted)):
            raise EngineError("csv-comma", name=name, got=dotted[0])


# ---------------------------------------------------------- cells to numbers


def numbers(rows: Rows, at: int, names: list[str], found: Reading | None, delimiter: str) -> list[float]:
    """A column's numbers.

    Errors: csv-number for the first cell that is none, csv-mixed for one that is written in another way than one before
    it.
    """
    cells = [row[at] for _, row in rows]
    if found is not None:
        return found.all(cells)
    place, other = clash(cells, delimiter, names[at])
    kind, more = ("csv-number", {}) if other is None else ("csv-mixed", {"other": other})
    raise EngineError(kind, line=rows[place][0], column=at + 1, name=names[at], got=cells[place], **more)


def labels(
    rows: Rows, at: int, names: list[str], found: Reading | None, task: str | None, delimiter: str, of_quantities: bool
) -> tuple[Array, tuple[str, ...] | None]:
    """The labels, and the classes' names where they are classes.  Errors: csv-number, csv-mixed, csv-label."""
    cells = [row[at] for _, row in rows]
    if task is None and not of_quantities and found is not None and found.unit.isalpha() and all(map(is_code, cells)):
        found = None  # 1반, 2반: names
    values = None if found is None else found.all(cells)
    if task == "regression" or (task is None and values is not None and not counted(values)):
        return np.array(numbers(rows, at, names, found, delimiter)), None
    if task is None and values is None:
        check_words(rows, at, names, delimiter)
    if task == "classification" and all(map(is_number, cells)):
        values = list(map(float, map(plain, cells)))
    if values is not None and counted(values):
        return np.array(values), tuple(str(i) for i in range(int(max(values)) + 1))
    # One number is one class however it is written: 1 and 1.0.  Its name is as it was written first.
    keys = cells if values is None else values
    named = dict(zip(reversed(keys), reversed(cells), strict=True))
    place = {key: float(i) for i, key in enumerate(sorted(named))}
    return np.array([place[key] for key in keys]), tuple(named[key] for key in place)


def check_words(rows: Rows, at: int, names: list[str], delimiter: str) -> None:
    """Words may be classes, and a few small whole numbers among them; quantities among words are not, nor numbers with
    commas out of place.  Errors: csv-label, csv-mixed, csv-number.
    """
    cells = [row[at] for _, row in rows]
    for (line, _), cell in zip(rows, cells, strict=True):
        if is_broken(cell):
            raise EngineError("csv-number", line=line, column=at + 1, name=names[at], got=cell)
    quantities = [cell for cell in cells if looks_numeric(cell) and not is_code(cell)]
    if not quantities:
        return
    words = [place for place, cell in enumerate(cells) if not looks_numeric(cell)]
    if not words:
        numbers(rows, at, names, None, delimiter)
    line, got = rows[words[0]][0], cells[words[0]]
    raise EngineError("csv-label", line=line, column=at + 1, name=names[at], got=got, other=quantities[0])


def counted(values: list[float]) -> bool:
    """Whether the labels are the whole numbers from 0, none left out, and not too many."""
    found = set(values)
    return found == set(range(len(found))) and 2 <= len(found) <= CLASSES
