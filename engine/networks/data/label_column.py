"""The column of labels: classes with their names, or quantities."""

from __future__ import annotations

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.data.missing import missing_among
from gradlens.engine.networks.data.numerals import (
    AS_IS,
    Reading,
    clash,
    is_broken,
    is_code,
    is_number,
    looks_numeric,
    plain,
    reading,
)
from gradlens.engine.networks.data.rows import Rows
from gradlens.engine.values import Array

SAMPLES = 3  # of each class whose numbers count from 1, on average: fewer are quantities
CLASSES = 20  # labels that are the whole numbers 0, 1, … up to so many are classes; more are taken for quantities


def labelled(rows: Rows, at: int, name: str, delimiter: str, task: str | None) -> Rows:
    """The rows that have a label.  Errors: csv-comma, csv-hole."""
    for among_numbers in (True, False):
        lacking = missing_among([row[at] for _, row in rows], among_numbers)
        found = [row for row in rows if row[1][at] not in lacking] if lacking else rows
        if not found:
            raise EngineError("csv-hole", line=rows[0][0], column=at + 1, name=name)
        if not among_numbers or read_labels(found, at, name, delimiter, task) is not None:
            break
    return found


def read_labels(rows: Rows, at: int, name: str, delimiter: str, task: str | None) -> Reading | None:
    """How the labels are read as numbers; None where they are not.  Error: csv-comma."""
    return (
        None if task == "classification" else reading(list(dict.fromkeys(row[at] for _, row in rows)), delimiter, name)
    )


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
    rows: Rows,
    at: int,
    names: list[str],
    found: Reading | None,
    task: str | None,
    delimiter: str,
    for_classes: bool | None,
) -> tuple[Array, tuple[str, ...] | None]:
    """The labels, and the classes' names where they are classes.  Errors: csv-number, csv-mixed, csv-label."""
    cells = [row[at] for _, row in rows]
    if (
        task is None
        and for_classes
        and found == AS_IS
        and len(set(cells)) <= CLASSES
        and all(cell.isdecimal() for cell in cells)
    ):
        task = "classification"
    of_quantities = for_classes is False
    if task is None and not of_quantities and found is not None and found.unit.isalpha() and all(map(is_code, cells)):
        found = None  # 1반, 2반: names
    values = None if found is None else found.all(cells)
    if task is None and values is not None and not of_quantities and (numbered_from_one(values) or are_two(values)):
        task = "classification"
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
    kinds = list(dict.fromkeys(cells))
    broken = next(filter(is_broken, kinds), None)
    if broken is not None:
        line = rows[cells.index(broken)][0]
        raise EngineError("csv-number", line=line, column=at + 1, name=names[at], got=broken)
    quantity = next((cell for cell in kinds if looks_numeric(cell) and not is_code(cell)), None)
    if quantity is None:
        return
    word = next((cell for cell in kinds if not looks_numeric(cell)), None)
    if word is None:
        numbers(rows, at, names, None, delimiter)
    line = rows[cells.index(str(word))][0]
    raise EngineError("csv-label", line=line, column=at + 1, name=names[at], got=word, other=quantity)


def numbered_from_one(values: list[float]) -> bool:
    """Whether the labels are the whole numbers from 1, none left out, not too many, and each of several samples."""
    found = set(values)
    return found == set(range(1, len(found) + 1)) and 2 <= len(found) <= min(CLASSES, len(values) // SAMPLES)


def are_two(values: list[float]) -> bool:
    """Whether the labels are two whole numbers, as -1 and 1, or 2 and 4, each of several samples."""
    found = set(values)
    return len(found) == 2 and all(map(float.is_integer, found)) and len(values) >= 2 * SAMPLES


def counted(values: list[float]) -> bool:
    """Whether the labels are the whole numbers from 0, none left out, and not too many."""
    found = set(values)
    return found == set(range(len(found))) and 2 <= len(found) <= CLASSES
