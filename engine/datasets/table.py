"""A reader's own data: comma-separated values, with or without a header."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.language import suggestion

DELIMITERS = (",", ";", "\t")
CLASSES = 20  # labels that are the whole numbers 0, 1, … up to so many are classes; more are taken for quantities


@dataclass(frozen=True, slots=True)
class Table:
    """Features (n, columns) and labels (n,): class numbers where `classes` names them, else quantities."""

    features: tuple[str, ...]
    x: np.ndarray
    t: np.ndarray
    classes: tuple[str, ...] | None


def read_table(text: str, label: str | int | None = None, task: str | None = None) -> Table:
    """Read a table.

    label: the column of labels, by its name or by its place from 0; the last where it is left out.
    task: "classification" or "regression"; where it is left out, words and the whole numbers from 0 are classes.
    Errors: data-empty, csv-text, csv-row, csv-columns, csv-column, csv-hole, csv-number; lines and columns count from 1.
    """
    lines = read_lines(text)
    first = lines[0][1]
    if len(first) < 2:
        raise EngineError("csv-columns", got=len(first))
    is_header = not any(is_number(cell) for cell in first) and (len(lines) == 1 or any(is_number(cell) for cell in lines[1][1]))
    names = [cell.strip() or f"column {i + 1}" for i, cell in enumerate(first)] if is_header else [f"column {i + 1}" for i in range(len(first))]
    rows = lines[1:] if is_header else lines
    if not rows:
        raise EngineError("data-empty")
    at = label_column(label, names)
    for line, row in rows:
        if len(row) != len(names):
            raise EngineError("csv-row", line=line, got=len(row), wanted=len(names))
        for column, cell in enumerate(row):
            if not cell.strip():
                raise EngineError("csv-hole", line=line, column=column + 1, name=names[column])
    others = [i for i in range(len(names)) if i != at]
    x = np.array([[number(row[i], line, i, names) for i in others] for line, row in rows])
    t, classes = labels(rows, at, names, task)
    return Table(tuple(names[i] for i in others), x, t, classes)


def read_lines(text: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its line.  Errors: data-empty, csv-text."""
    text = text.removeprefix("\ufeff")
    start = text.lstrip().partition("\n")[0]
    reader = csv.reader(text.splitlines(), delimiter=max(DELIMITERS, key=start.count), skipinitialspace=True, strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise EngineError("csv-text", line=reader.line_num, message=str(error)) from None
    if not lines:
        raise EngineError("data-empty")
    return lines


def label_column(label: str | int | None, names: list[str]) -> int:
    """Error: csv-column."""
    if label is None:
        return len(names) - 1
    if isinstance(label, int) and not isinstance(label, bool) and -len(names) <= label < len(names):
        return label % len(names)
    if label not in names:
        raise EngineError("csv-column", name=str(label), **suggestion(str(label)[:80], names))
    return names.index(label)


def labels(rows: list[tuple[int, list[str]]], at: int, names: list[str], task: str | None) -> tuple[np.ndarray, tuple[str, ...] | None]:
    """The labels, and the classes' names where they are classes."""
    cells = [row[at].strip() for _, row in rows]
    numeric = all(is_number(cell) for cell in cells)
    if task == "regression" or (task is None and numeric and not counted(cells)):
        return np.array([number(row[at], line, at, names) for line, row in rows]), None
    if numeric and counted(cells):
        count = int(max(map(float, cells))) + 1
        return np.array([float(cell) for cell in cells]), tuple(str(i) for i in range(count))
    classes = sorted(set(cells), key=lambda cell: (float(cell), "") if numeric else (0.0, cell))
    place = {name: float(i) for i, name in enumerate(classes)}
    return np.array([place[cell] for cell in cells]), tuple(classes)


def counted(cells: list[str]) -> bool:
    """Whether the labels are the whole numbers from 0, none left out, and not too many."""
    found = {float(cell) for cell in cells}
    return found == set(range(len(found))) and 2 <= len(found) <= CLASSES


def is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def number(cell: str, line: int, column: int, names: list[str]) -> float:
    """Error: csv-number."""
    if not is_number(cell):
        raise EngineError("csv-number", line=line, column=column + 1, name=names[column], got=cell.strip())
    return float(cell)
