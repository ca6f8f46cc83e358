"""Whether the first row of a table names its columns: told by its content."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gradlens.engine.networks.data.dates import are_dates
from gradlens.engine.networks.data.missing import is_missing
from gradlens.engine.networks.data.numerals import looks_numeric, whole
from gradlens.engine.networks.data.rows import TRIED

YEARS = range(1900, 2101)
COUNTED, STEPPED = (
    4,
    6,
)  # columns that are named by 0, 1, 2, …, or by other numbers in equal steps, where no sample follows that is alike


def names_columns(first: list[str], below: list[list[str]]) -> bool:
    """Whether the first row names the columns and is no sample."""
    numeric = [i for i, cell in enumerate(first) if looks_numeric(cell)]
    if not numeric:
        return not below or is_of_names(first, below)
    fit = [row for row in below if len(row) == len(first)]
    if not fit:
        return False
    if any(is_word(cell) and is_numeric([row[i] for row in fit]) for i, cell in enumerate(first)):
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


def is_of_names(first: list[str], below: list[list[str]]) -> bool:
    """Whether a row without numbers stands over rows with some, or over words of which none is in its own column."""
    tried = below[:TRIED]
    if any(looks_numeric(cell) or are_dates([cell]) for row in tried for cell in row):
        return True
    columns = list(zip(*(row for row in tried if len(row) == len(first)), strict=True))
    return (
        len(tried) > 1
        and len(set(first)) == len(first)
        and not any(cell in column for cell, column in zip(first, columns, strict=False))
        and any(len(set(column)) < len(column) for column in columns)
    )


def is_progression(numbers: Sequence[int | None]) -> bool:
    """Whether all of them are numbers, and grow or fall in equal steps."""
    known = [n for n in numbers if n is not None]
    steps = {b - a for a, b in pairwise(known)} if len(known) == len(numbers) else set[int]()
    return len(steps) == 1 and 0 not in steps


def is_numeric(cells: list[str]) -> bool:
    """Whether the cells that have a value are numbers or dates."""
    shown = [cell for cell in cells if not is_missing(cell, among_numbers=True)]
    return bool(shown) and (all(map(looks_numeric, shown)) or are_dates(shown))


def is_word(cell: str) -> bool:
    return cell[:1].isalpha() and not is_missing(cell)
