"""Numbers as tables write them: with marks of thousands, with a decimal comma, with a unit.

A column is read in one way.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.values import Array

SIGNS = "%‰$€£¥₩"
UNIT = re.compile(
    rf"[+-]?(?P<before>[{SIGNS}]|[A-Z]{{3}}(?=\s))?\s*[+-]?[\d.,].*?(?P<after>[{SIGNS}]|[^\W\d_]{{1,12}}[²³]?)?"
)  # $5, USD 5, 5 %, 5 kg
CODE = 99  # the largest whole number that is rather a name than a quantity: 3반, room 12
EXPONENT = r"([eE][+-]?\d+)?"
PLAIN_LETTERS = frozenset("0123456789.-+eE")
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)" + EXPONENT)
COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")  # 1,100,000
INDIAN_GROUPS = re.compile(r"[+-]?[1-9]\d?(,\d{2})*,\d{3}(\.\d+)?")  # 11,00,000
LOOSE_GROUPS = re.compile(r"[+-]?[1-9]\d*(,\d+)+(\.\d+)?")  # 10,1000
REGULAR = 3  # cells whose commas are in place, beside which others are thousands too, as pandas reads them
DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([.\s’']\d{3})+)(,\d+)?" + EXPONENT)  # 1,5 and 1.100,5
DOT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")  # 1.100.000
SPACE_GROUPS = re.compile(r"[+-]?\d{1,3}([\s’'_]\d{3})+(\.\d+)?")  # 1 100 and 1'100
MARKS = re.compile(r"[\s’'_]")


FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {
    0x2212: "-"
}  # as Korean and Japanese keyboards write them, and the true minus


def plain(cell: str) -> str:
    """A cell in ASCII as far as numbers need it: full-width marks, the true minus, and the digits of any script."""
    cell = cell.strip()
    return cell if cell.isascii() else "".join(str(unicodedata.decimal(c, c)) for c in cell.translate(FULL_WIDTH))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column's numbers are read.

    unit: what is left out around them.  body: what is between, as Python writes it; None as it is.
    """

    unit: str = ""
    body: Callable[[str], str] | None = None

    def __call__(self, cell: str) -> float:
        text = without(cell, self.unit)
        return float(self.body(text) if self.body else text)

    def all(self, cells: list[str]) -> list[float]:
        if self is AS_IS:
            return list(map(float, cells))
        number = {cell: self(cell) for cell in set(cells)}
        return [number[cell] for cell in cells]


AS_IS = Reading()


def plain_numbers(cells: list[str]) -> Array | None:
    """A column (n,) of numbers as Python writes them, NaN where a cell is empty; None where any cell is another."""
    if not PLAIN_LETTERS.issuperset("".join(cells)):
        return None
    try:
        values = np.array([float(cell) if cell else math.nan for cell in cells])
    except ValueError:
        return None
    return None if np.isinf(values).any() else values


def without(cell: str, unit: str) -> str:
    """A cell without its unit, which stands before or after the number, behind a sign at most."""
    text = plain(cell)
    if not unit:
        return text
    sign = text[:1] if text[:1] in "+-" else ""
    return sign + text[len(sign) :].removeprefix(unit).removesuffix(unit).strip()


def unit_of(cell: str) -> str:
    """The unit before or after a number; empty where there is none."""
    text = plain(cell)
    if text[-1:].isdecimal() and text.lstrip("+-")[:1].isdecimal():
        return ""
    found = UNIT.fullmatch(text)
    return "" if found is None else found["before"] or found["after"] or ""


def is_number(cell: str) -> bool:
    """Whether a cell is a finite number as Python writes it."""
    return PLAIN.fullmatch(plain(cell)) is not None and math.isfinite(float(plain(cell)))


def is_code(cell: str) -> bool:
    """Whether a cell is a small whole number, by itself or with a word after it."""
    unit = unit_of(cell)
    return (unit == "" or unit.isalpha()) and (n := whole(without(cell, unit))) is not None and n <= CODE


def whole(cell: str) -> int | None:
    """A whole number from 0 in digits alone, of a size that labels and years have."""
    text = cell.strip()
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def looks_numeric(cell: str) -> bool:
    """Whether a cell is a number in some way of writing."""
    text = without(cell, unit_of(cell))
    return any(
        pattern.fullmatch(text)
        for pattern in (PLAIN, COMMA_GROUPS, INDIAN_GROUPS, DECIMAL_COMMA, DOT_GROUPS, SPACE_GROUPS)
    )


def is_broken(cell: str) -> bool:
    """Whether a cell is made of digits and marks alone, commas among them, and yet no number: 1,,100 and 1,100,00."""
    text = without(cell, unit_of(cell))
    return (
        "," in text
        and any(map(str.isdecimal, text))
        and set(text) <= set("0123456789+-.,’' ")
        and not looks_numeric(cell)
    )


def has_stray_comma(cell: str) -> bool:
    """Whether commas mark thousands in a cell, and one is out of place."""
    text = without(cell, unit_of(cell))
    return "," in text and not any(groups.fullmatch(text) for groups in (COMMA_GROUPS, INDIAN_GROUPS))


def reading(cells: list[str], delimiter: str, name: str) -> Reading | None:
    """The one way in which all cells of a column are finite numbers; None where there is none.

    Error: csv-comma where "1,100" may be 1100 or 1.1.
    """
    if plain_numbers(cells) is not None and "" not in cells:
        return AS_IS
    if all(map(PLAIN.fullmatch, cells)):
        return AS_IS if all(map(math.isfinite, map(float, cells))) else None
    unit = unit_of(cells[0])
    if any(unit_of(cell) != unit for cell in cells):
        return None
    bodies = [without(cell, unit) for cell in cells]
    as_it_is = all(map(PLAIN.fullmatch, bodies))
    body = None if as_it_is else written(bodies, delimiter, name)
    found = Reading(unit, body) if as_it_is or body else None
    return found if found is not None and all(map(math.isfinite, found.all(cells))) else None


def written(bodies: list[str], delimiter: str, name: str) -> Callable[[str], str] | None:
    """From the way in which a column is written to Python's.

    Commas mark thousands where they do so in every cell: before each three digits, or as in India before each two and
      the last three.
    Otherwise they are decimal, where no cell has two and in some cell they cannot mark thousands.  A table whose cells
    are separated by
    commas has decimal points: where every comma fits both it is read as thousands, and where only some do it is read in
      no way.
    Error: csv-comma, where nothing decides.
    """
    commas = [body for body in bodies if "," in body]
    if not commas:
        if all(PLAIN.fullmatch(body) or SPACE_GROUPS.fullmatch(body) for body in bodies):
            return lambda body: MARKS.sub("", body)
        if all((body.isdecimal() and len(body) <= 3) or DOT_GROUPS.fullmatch(body) for body in bodies):
            return lambda body: body.replace(".", "")
        return None
    grouped = any(
        all(PLAIN.fullmatch(body) or groups.fullmatch(body) for body in bodies)
        for groups in (COMMA_GROUPS, INDIAN_GROUPS)
    )
    decimal = all(map(DECIMAL_COMMA.fullmatch, bodies))
    in_threes = all(map(COMMA_GROUPS.fullmatch, commas))
    if in_threes and decimal and not (grouped and delimiter == ","):
        raise EngineError("csv-comma", name=name, got=commas[0])
    loose = (
        delimiter == ","
        and COMMA_GROUPS.fullmatch(commas[0])
        and sum(1 for body in commas if COMMA_GROUPS.fullmatch(body)) >= REGULAR
        and all(PLAIN.fullmatch(body) or LOOSE_GROUPS.fullmatch(body) for body in bodies)
    )
    if grouped or loose:
        return lambda body: body.replace(",", "")
    if decimal and not (delimiter == "," and any(map(COMMA_GROUPS.fullmatch, commas))):
        return lambda body: MARKS.sub("", body).replace(".", "").replace(",", ".")
    return None


def clash(cells: list[str], delimiter: str, name: str) -> tuple[int, str | None]:
    """Of a column that cannot be read in one way: the place of the first cell that does not go with those before it,
    and one of these.

    None: that cell is no number in any way.
    """

    def is_read(some: list[str]) -> bool:
        try:
            return reading(some, delimiter, name) is not None
        except EngineError:
            return True  # in two ways

    at = bisect_left(range(len(cells)), True, key=lambda place: not is_read(cells[: place + 1]))
    if not is_read([cells[at]]):
        return at, None
    return at, next((cell for cell in cells[:at] if not is_read([cell, cells[at]])), cells[0])
