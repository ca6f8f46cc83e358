"""Dates as tables write them, read as days."""

from __future__ import annotations

import re
from datetime import date

CLOCK = r"(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2}|UTC|GMT)?)?"  # of 24 hours
YEAR_FIRST = re.compile(r"(\d{4})[-/.년]\s*(\d{1,2})[-/.월]\s*(\d{1,2})[일.]?" + CLOCK)
KOREAN = re.compile(r"(\d{2})\.\s+(\d{1,2})\.\s+(\d{1,2})\." + CLOCK)  # 16. 7. 1., as Korean spreadsheets write dates
DIGITS = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + CLOCK)
NAMED = re.compile(r"(?:(\d{1,2})[- ]([A-Za-z]{3,9})|([A-Za-z]{3,9})\.? (\d{1,2}),?)[- ,]+(\d{4}|\d{2})" + CLOCK)
MONTH = re.compile(r"(\d{4})[-/.년]\s*(\d{1,2})월?")
TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[APap][Mm])?")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def are_dates(cells: list[str]) -> bool:
    """Whether all cells are dates, months or times of day in some way of writing."""
    patterns = (YEAR_FIRST, KOREAN, YEAR_LAST, NAMED, MONTH, TIME)
    return any(all(map(pattern.fullmatch, cells)) for pattern in patterns)


def days(cells: list[str]) -> list[float] | None:
    """The dates as days, fractions for hours; None where they are none, or day and month cannot be told apart."""
    orders = {YEAR_FIRST: ("ymd",), KOREAN: ("ymd",), YEAR_LAST: ("mdy", "dmy"), NAMED: ("named",), MONTH: ("ym",)}
    for pattern, ways in orders.items():
        parts = [pattern.fullmatch(cell) for cell in cells]
        if None in parts:
            continue
        found = [read for way in ways if (read := [day(part, way) for part in parts if part]) and None not in read]
        return [number for number in found[0] if number is not None] if len(found) == 1 else None
    return None


def day(part: re.Match[str], way: str) -> float | None:
    groups = part.groups()
    try:
        if way == "named":
            number, month = (groups[0], groups[1]) if groups[0] else (groups[3], groups[2])
            found = date(full_year(groups[4]), month_number(str(month)), int(number))
            clock = groups[5:]
        elif way == "ym":
            found, clock = date(int(groups[0]), int(groups[1]), 1), ()
        else:
            told = dict(zip(way, groups, strict=False))
            found, clock = date(full_year(told["y"]), int(told["m"]), int(told["d"])), groups[3:]
    except ValueError:
        return None
    hours, minutes, seconds = (int(n or 0) for n in (*clock, None, None, None)[:3])
    return found.toordinal() + hours / 24 + minutes / 1440 + seconds / 86400


def month_number(name: str) -> int:
    """From 1; 0, which no date has, where no month begins so."""
    return next((i for i, month in enumerate(MONTHS, 1) if month == name[:3].lower()), 0)


def full_year(year: str) -> int:
    """A year of two digits as POSIX reads it: 69 to 99 are of the twentieth century."""
    number = int(year)
    return number if len(year) == 4 else number + (1900 if number >= 69 else 2000)
