"""Numbers as tables write them: with marks of thousands, with a decimal comma, with a unit. A column is read in one way."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import EngineError

SIGNS = "%‰$€£¥₩"
UNIT = re.compile(rf"[+-]?(?P<before>[{SIGNS}]|[A-Z]{{3}}(?=\s))?\s*[+-]?[\d.,].*?(?P<after>[{SIGNS}]|[^\W\d_]{{1,12}}[²³]?)?")  # $5, USD 5, 5 %, 5 kg
CODE = 99  # the largest whole number that is rather a name than a quantity: 3반, room 12
EXPONENT = r"([eE][+-]?\d+)?"
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)" + EXPONENT)
COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")  # 1,100
LOOSE_GROUPS = re.compile(r"[+-]?[1-9]\d*(,\d{2,})*,\d{3,}(\.\d+)?")  # 1,00,000 and 10,1000, beside others that are marked in threes
DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([.\s’']\d{3})+)(,\d+)?" + EXPONENT)  # 1,5 and 1.100,5
DOT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")  # 1.100.000
SPACE_GROUPS = re.compile(r"[+-]?\d{1,3}([\s’'_]\d{3})+(\.\d+)?")  # 1 100 and 1'100
MARKS = re.compile(r"[\s’'_]")


def plain(cell: str) -> str:
    return cell.strip().replace("−", "-")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column's numbers are read.  unit: what is left out around them.  body: what is between, as Python writes it; None as it is."""

    unit: str = ""
    body: Callable[[str], str] | None = None

    def __call__(self, cell: str) -> float:
        text = without(cell, self.unit)
        return float(self.body(text) if self.body else text)

    def all(self, cells: list[str]) -> list[float]:
        return list(map(float if self is AS_IS else self, cells))


AS_IS = Reading()


def without(cell: str, unit: str) -> str:
    """A cell without its unit, which stands before or after the number, behind a sign at most."""
    text = plain(cell)
    if not unit:
        return text
    sign = text[:1] if text[:1] in "+-" else ""
    return sign + text[len(sign):].removeprefix(unit).removesuffix(unit).strip()


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
    return any(pattern.fullmatch(text) for pattern in (PLAIN, LOOSE_GROUPS, DECIMAL_COMMA, DOT_GROUPS, SPACE_GROUPS))


def reading(cells: list[str], delimiter: str, name: str) -> Reading | None:
    """The one way in which all cells of a column are finite numbers; None where there is none.

    Error: csv-comma where "1,100" may be 1100 or 1.1.
    """
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
    """From the way in which a column is written to Python's.  Error: csv-comma."""
    commas = [body for body in bodies if "," in body]
    if not commas:
        if all(PLAIN.fullmatch(body) or SPACE_GROUPS.fullmatch(body) for body in bodies):
            return lambda body: MARKS.sub("", body)
        if all(body.isdecimal() and len(body) <= 3 or DOT_GROUPS.fullmatch(body) for body in bodies):
            return lambda body: body.replace(".", "")
        return None
    grouped = all(PLAIN.fullmatch(body) or LOOSE_GROUPS.fullmatch(body) for body in bodies)
    decimal = all(map(DECIMAL_COMMA.fullmatch, bodies))
    in_threes = any(map(COMMA_GROUPS.fullmatch, commas))
    if grouped and decimal and delimiter != "," and all(map(COMMA_GROUPS.fullmatch, commas)):
        raise EngineError("csv-comma", name=name, got=commas[0])
    if grouped and in_threes and (delimiter == "," or not decimal):
        return lambda body: body.replace(",", "")
    if decimal:
        return lambda body: MARKS.sub("", body).replace(".", "").replace(",", ".")
    return None
