"""The numbers that a text gives to names, taken out of it: texts that differ in these alone are one program."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from gradlens.engine.values import Value

# A whole number that a float holds, or a number with a point or an exponent, with its sign.
NUMBER = (
    r"-?(?<![\w.])(?:\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[1-9]\d*[eE][+-]?\d+|[1-9]\d{0,14}|0)(?![\w.])"
)
WHOLE = re.compile(r"-?\d+\Z")
# Those that mean the same for every number: a type of whole numbers or truths does not take all.
KEYWORDS = r"(?:,[ \t]*(?:requires_grad=(?:True|False)|dtype=(?:\w+\.)?(?:float\w*|double)))*"
ARRAY = rf"(?:[\w.]+\()?\[[-\d.,eE+ \t\n\[\]]*\](?:{KEYWORDS}\))?"
TENSOR = rf"(?:\w+\.)?(?:array|tensor)\({NUMBER}{KEYWORDS}\)"
# What is given to a name at the beginning of a line, and nothing behind it.
WRITTEN = re.compile(
    rf"^([^\W\d]\w*)[ \t]*=[ \t]*({NUMBER}|{ARRAY}|{TENSOR})(?=[ \t]*(?:#.*)?$)",
    re.MULTILINE,
)
# A name that is bound, or may be: before =, += and the like, before a comma, and in a for.
BINDING = re.compile(r"(?<![\w.])([^\W\d]\w*)[ \t]*(?:[-+*/%@&|^:]{0,2}=(?!=)|,|\bin\b)")
QUOTES = re.compile(r'"""|\'\'\'|\r')
NUMBERS = re.compile(NUMBER)
UNSIGNED = re.compile(NUMBER.removeprefix("-?"))
VALUE = re.compile(f"{NUMBER}|{ARRAY}|{TENSOR}")
MOST_LISTED = 20_000  # characters of an array whose numbers are looked for
WHOLE_MARK, POINT_MARK = "\x01", "\x02"  # which no program has


@dataclass(frozen=True, slots=True)
class Written:
    """A number or an array of numbers that stands in a text.  start, end: its characters.  line: of its name."""

    name: str
    start: int
    end: int
    line: int
    value: Value


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A text with marks in place of some numbers.  numbers: in the order of the text.  taken: names that had a value
    from outside.
    """

    text: str
    marked: str
    numbers: tuple[Written, ...]
    taken: frozenset[str]

    def lines(self) -> set[int]:
        """Those on which there are numbers."""
        return {
            line
            for one in self.numbers
            for line in range(one.line, one.line + self.text.count("\n", one.start, one.end) + 1)
        }

    def moves(self, other: Skeleton) -> dict[int, tuple[int, int]]:
        """By line, how far what follows a number in this text has moved in another of the same skeleton: from which
        column on, and by how many.
        """
        found: dict[int, tuple[int, int]] = {}
        for here, there in zip(self.numbers, other.numbers, strict=True):
            line = here.line + self.text.count("\n", here.start, here.end)
            column = here.end - (self.text.rfind("\n", 0, here.end) + 1)
            moved = there.end - (other.text.rfind("\n", 0, there.end) + 1) - column
            if moved:
                found[line] = column, moved
        return found


def skeleton_of(text: str, taken: Collection[str]) -> Skeleton:
    """A text without the numbers and arrays that are given to names once.

    taken: the names that have a value from outside.  Zeros stay, since sums begin with them.
    What looks so and is no assignment, as in a call that goes on over several lines, is found out by who builds the
    text: it makes no input there.
    """
    taken = frozenset(taken)
    if QUOTES.search(text):
        return Skeleton(text, text, (), taken)
    found: list[Written] = []
    pieces: list[str] = []
    at, line = 0, 1
    bound: Counter[str] = Counter()
    for match in WRITTEN.finditer(text):
        bound = bound or Counter(BINDING.findall(text))
        name = match[1]
        value = None if name in taken or bound[name] != 1 else value_of(match[2])
        if value is None:
            continue
        start, end = match.span(2)
        line += text.count("\n", at, start)
        found.append(Written(name, start, end, line, value))
        line += text.count("\n", start, end)
        pieces += [text[at:start], NUMBERS.sub(mark, match[2])]
        at = end
    pieces.append(text[at:])
    return Skeleton(text, "".join(pieces), tuple(found), taken)


def mark(number: re.Match[str]) -> str:
    return WHOLE_MARK if WHOLE.match(number[0]) else POINT_MARK


def value_of(written: str) -> Value | None:
    """The numbers of a text; None where they are zeros, not finite, or none."""
    start, end = written.find("["), written.rfind("]") + 1
    if start < 0:
        found = NUMBERS.search(written)
        number = float(found[0]) if found else 0.0
        return number if number and isfinite(number) else None
    if len(written) > MOST_LISTED or written[:start].endswith("(") != written.endswith(")"):
        return None
    try:
        listed: Any = ast.literal_eval(written[start:end])
        array = np.array(listed, dtype=np.float64)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, OverflowError):
        return None
    return array if array.any() and np.isfinite(array).all() else None


class Skeletons:
    """The skeletons of the texts that were asked for last: a text that differs from one of them in one number, as while
    that is dragged, is not searched again.
    """

    def __init__(self, most: int = 8):
        self.most = most
        self.kept: tuple[Skeleton, ...] = ()  # replaced as a whole, so that threads need no lock

    def of(self, text: str, taken: Collection[str]) -> Skeleton:
        names = frozenset(taken)
        for near in self.kept:
            if near.taken == names and (found := changed(near, text)) is not None:
                break
        else:
            near, found = None, skeleton_of(text, names)
        self.kept = (found, *[one for one in self.kept if one is not near])[: self.most]
        return found


def changed(near: Skeleton, text: str) -> Skeleton | None:
    """The skeleton of a text that differs from a known one in a single number at most; None of others."""
    if near.text == text:
        return near
    same = same_beginning(near.text, text)
    at = bisect_right(near.numbers, same, key=lambda number: number.start) - 1
    if at < 0:
        return None
    old = near.numbers[at]
    moved = len(text) - len(near.text)
    end = old.end + moved
    if end <= old.start or text[end:] != near.text[old.end :] or same > max(old.end, end):
        return None
    written = text[old.start : end]
    before = near.text[old.start : old.end]
    if NUMBERS.sub(mark, written) != NUMBERS.sub(mark, before) or not VALUE.fullmatch(written):
        return None
    value = value_of(written)
    if value is None:
        return None
    numbers = list(near.numbers)
    numbers[at] = Written(old.name, old.start, end, old.line, value)
    for i in range(at + 1, len(numbers)) if moved else ():
        one = numbers[i]
        numbers[i] = Written(one.name, one.start + moved, one.end + moved, one.line, one.value)
    return Skeleton(text, near.marked, tuple(numbers), near.taken)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands in a text, without a sign.  begin, line: of its line.  mark: of its type."""

    start: int
    end: int
    begin: int
    line: int
    mark: str

    def value_of(self, written: str) -> int | float:
        return int(written) if self.mark == WHOLE_MARK else float(written)


def differing(text: str, other: str) -> Place | None:
    """The only number of a text that is another in another text; None where the texts differ in more."""
    same = same_beginning(text, other)
    begin, end = text.rfind("\n", 0, same) + 1, text.find("\n", same)
    for found in UNSIGNED.finditer(text[begin : len(text) if end < 0 else end]):
        start, end = begin + found.start(), begin + found.end()
        if start <= same <= end:
            mark = WHOLE_MARK if WHOLE.match(found[0]) else POINT_MARK
            place = Place(start, end, begin, text.count("\n", 0, begin) + 1, mark)
            return place if number_at(text, place, other) and is_plain(found[0]) else None
    return None


def number_at(text: str, place: Place, other: str) -> str | None:
    """The number of the same type that another text has in place of one of this text; None where it is no such text."""
    end = len(other) - (len(text) - place.end)
    written = other[place.start : end]
    if (
        end <= place.start
        or not UNSIGNED.fullmatch(written)
        or bool(WHOLE.match(written)) != (place.mark == WHOLE_MARK)
    ):
        return None
    if other[: place.start] != text[: place.start] or other[end:] != text[place.end :] or not is_plain(written):
        return None
    return written


def is_plain(written: str) -> bool:
    """Whether a number is neither zero, with which sums begin, nor infinite."""
    value = float(written)
    return bool(value) and isfinite(value)


def same_beginning(a: str, b: str) -> int:
    """How many characters two texts have in common from their beginning on, found by halves."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


__all__ = ["Place", "Skeleton", "Skeletons", "differing", "number_at", "skeleton_of"]
