"""The columns of a table as features: numbers, words as columns of 0 and 1, dates as days; and what is left out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gradlens.engine.advising.advice import Remark
from gradlens.engine.errors import EngineError, filled, quote
from gradlens.engine.networks.data.dates import are_dates, days
from gradlens.engine.networks.data.missing import missing_among
from gradlens.engine.networks.data.numerals import (
    AS_IS,
    CODE,
    Reading,
    clash,
    has_stray_comma,
    is_number,
    looks_numeric,
    plain_numbers,
    reading,
    unit_of,
    without,
)
from gradlens.engine.networks.data.rows import Rows
from gradlens.engine.values import Array

MOSTLY = 0.5  # of a column's cells: with fewer values it is left out, and not every row that lacks one
NAMED = 0.1  # of a column's cells that are no numbers, in more than CATEGORIES ways: all are names, as of tickets
REPEATED = 3  # cells of each word, on average, where words begin with numbers
CATEGORIES = 20  # words of a column that become columns; more are taken for names
INDEX_NAMES = re.compile(r"|.*id|index|idx|no\.?|row|rownames|unnamed: 0|번호|순번|연번", re.IGNORECASE)
# kind: the sentence
KINDS = {
    "csv-reading": 'In the column "{name}", {got} is read as {value}.',
    "csv-stray-comma": (
        'In the column "{name}", commas mark thousands, and that of {got} is out of place: it is read as {value}.'
        " Correct the cell if another number is meant."
    ),
    "csv-words": (
        'The column "{name}" holds words: each of the {count} becomes a column of 0 and 1, such as "{feature}".'
    ),
    "csv-dates": 'The column "{name}" holds dates: they are read as days since the first of them, {got}.',
    "csv-index": 'The column "{name}" is left out: it only counts the rows.',
    "csv-empty": 'The column "{name}" is left out: most of its cells have no value.',
    "csv-names": (
        'The column "{name}" is left out: its {count} different words are names of samples rather than kinds.'
    ),
    "csv-date-order": 'The column "{name}" is left out: {got} may be read in several ways. Write dates as 2024-01-31.',
}


@dataclass(slots=True)
class Column:
    """What a column of a table becomes.

    names, values (n, features): with NaN where a cell has no value.  left_out: the kind of remark that says why.
    """

    names: tuple[str, ...] = ()
    values: Array = field(default_factory=lambda: np.zeros((0, 0)))
    left_out: str | None = None
    dates: bool = False
    reading: Reading | None = None
    remarks: list[Remark] = field(default_factory=list[Remark])


def remark(kind: str, **params: str | int) -> Remark:
    return Remark(kind, filled(KINDS[kind], params), dict(params))


def left_out(kind: str, **params: str | int) -> Column:
    return Column(left_out=kind, remarks=[remark(kind, **params)])


def column_of(rows: Rows, at: int, names: Sequence[str], delimiter: str, may_count: bool) -> Column:
    """A column as features.

    may_count: whether its name is one of a column that counts the rows.
    Errors: csv-number, csv-mixed, csv-comma.
    """
    name = names[at]
    cells = [row[at] for _, row in rows]
    plain = plain_numbers(cells)
    if plain is not None and (known := np.count_nonzero(~np.isnan(plain))) and known >= MOSTLY * len(cells):
        return numeric(name, AS_IS, [], plain, may_count)
    for among_numbers in (True, False):
        lacking = missing_among(cells, among_numbers)
        places = [i for i, cell in enumerate(cells) if cell not in lacking]
        shown = [cells[i] for i in places]
        if len(shown) < MOSTLY * len(cells) or not shown:
            break
        found = reading(list(dict.fromkeys(shown)), delimiter, name)
        if found is not None:
            return numeric(name, found, shown, spread(found.all(shown), places, len(cells)), may_count)
    else:
        return of_words(rows, at, name, delimiter, shown, places)
    return left_out("csv-empty", name=name)


def names_index(cell: str) -> bool:
    """Whether a cell of the header is a name for a column that counts the rows."""
    return INDEX_NAMES.fullmatch(cell.strip()) is not None


def spread(values: Sequence[float], places: list[int], count: int) -> Array:
    """Numbers (n,) at their places, NaN elsewhere."""
    found = np.full(count, math.nan)
    found[places] = values
    return found


def numeric(name: str, found: Reading, shown: list[str], values: Array, may_count: bool) -> Column:
    """A column of numbers (n,).  shown: its cells that have a value, where Python would not read them so."""
    column = Column((name,), values[:, None], reading=found, remarks=told(name, found, shown))
    counted = np.arange(float(len(values)))
    if may_count and len(values) > 1 and (np.array_equal(values, counted) or np.array_equal(values, counted + 1)):
        column.left_out, column.remarks = "csv-index", [remark("csv-index", name=name)]
    return column


def told(name: str, found: Reading, shown: list[str]) -> list[Remark]:
    """How numbers were read that Python would not read so."""
    if found == AS_IS:
        return []
    if found.body is not None and found.body("1,100") == "1100":
        stray = next(filter(has_stray_comma, shown), None)
        if stray is not None:
            return [remark("csv-stray-comma", name=name, got=stray, value=f"{found(stray):.15g}")]
    odd = next((cell for cell in shown if not is_number(cell)), None)
    return [] if odd is None else [remark("csv-reading", name=name, got=odd, value=f"{found(odd):.15g}")]


def of_words(rows: Rows, at: int, name: str, delimiter: str, shown: list[str], places: list[int]) -> Column:
    count = len(rows)
    kinds = list(dict.fromkeys(shown))
    if are_dates(kinds):
        numbers = days(kinds)
        if numbers is None:
            return left_out("csv-date-order", name=name, got=quote(shown[0]))
        number = dict(zip(kinds, numbers, strict=True))
        first = min(kinds, key=number.__getitem__)
        said = remark("csv-dates", name=name, got=quote(first))
        values = spread([number[cell] - number[first] for cell in shown], places, count)
        return Column((name,), values[:, None], dates=True, remarks=[said])
    check_words(rows, at, name, delimiter, shown, places)
    words = sorted(kinds)
    if len(words) > CATEGORIES or (len(words) == len(shown) > 10):
        return left_out("csv-names", name=name, count=len(words))
    values = np.full((count, len(words)), math.nan)
    values[places] = 0.0
    order = {word: i for i, word in enumerate(words)}
    values[places, [order[word] for word in shown]] = 1.0
    features = tuple(f"{name} = {word}" for word in words)
    return Column(features, values, remarks=[remark("csv-words", name=name, count=len(words), feature=features[0])])


def are_codes(numeric: set[str], others: set[str], count: int) -> bool:
    """Whether small numbers are parts of words, of which few stand in so many cells: 1Fam and 2fmCon beside Duplex."""
    units = {unit_of(cell) for cell in numeric}
    kinds = len(numeric) + len(others)
    return (
        bool(others)
        and kinds <= min(CATEGORIES, count // REPEATED)
        and all(map(str.isalpha, units))
        and all(is_number(body := without(cell, unit_of(cell))) and abs(float(body)) <= CODE for cell in numeric)
        and (len(units) > 1 or len(others) >= len(numeric))
    )


def check_words(rows: Rows, at: int, name: str, delimiter: str, shown: list[str], places: list[int]) -> None:
    """Words have letters, and most of a column are words; or so many are others than numbers that all are names, or the
    numbers among few words are codes.  Errors: csv-number, csv-mixed.
    """
    numeric = {cell for cell in set(shown) if looks_numeric(cell)}
    others = set(shown) - numeric
    strange = any(not any(map(str.isalpha, cell)) for cell in others)
    if len(others) > CATEGORIES and sum(cell in others for cell in shown) >= NAMED * len(shown):
        return
    if not strange and are_codes(numeric, others, len(shown)):
        return
    if 2 * sum(cell in numeric for cell in shown) < len(shown) and not strange:
        return
    place, other = clash(shown, delimiter, name)
    kind, more = ("csv-number", {}) if other is None else ("csv-mixed", {"other": other})
    raise EngineError(kind, line=rows[places[place]][0], column=at + 1, name=name, got=shown[place], **more)
