"""Known answers that open only to who has the number: kept by hashes that are slow to find.

Numbers are rounded to cells, whose width is twice the tolerance.  A cell that a known answer touches has a tag, the
start of SHA-256(salt, pepper, cell), and what is known there under a stream that is made in the same way.  The pepper
is random and told to nobody: who checks a number tries them all, so that a check is slow and writing is not
(U. Manber, "A simple scheme to make passwords based on one-way functions much harder to crack", 1996).

The width is relative, and the same for all questions: a width of the right number's own would tell that number.
exercise.js reads what is written here.
"""

from __future__ import annotations

import json
import math
import secrets
import struct
import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

PEPPERS = 2**17  # about 0.1 s of a laptop's browser for a number that is not known
PEPPER_BITS = 20  # of a word; what is above counts hashes
SALT_BYTES = 16
TAG_DIGITS = 16  # hexadecimal
PADDED = 64  # bytes: the length does not tell the right answer from the others
NARROWEST = 1e-6  # tolerance of a cell
ROUNDING = 1e-6  # of a cell: logarithms differ in their last digits

Known = tuple[float, float, list[int]]  # number, how far an answer may be from it, its mistakes; none of the right one


@dataclass(frozen=True, slots=True)
class Cells:
    """Intervals of numbers by their logarithm, of either sign; about 0 there is one by itself.

    tolerance: relative, and how far the one about 0 goes.
    """

    tolerance: float

    @classmethod
    def of(cls, tolerance: float) -> Cells:
        return cls(max(tolerance, NARROWEST))

    @property
    def width(self) -> float:
        return math.log((1 + self.tolerance) / (1 - self.tolerance))

    def touched(self, value: float, near: float) -> Iterator[str]:
        """The cells that the numbers not farther than `near` from a value are in."""
        low, high = value - near, value + near
        if low <= self.tolerance and high >= -self.tolerance:
            yield "0"
        for sign, start, end in (("+", low, high), ("-", -high, -low)):
            if end >= self.tolerance:
                first = math.log(max(start, self.tolerance)) / self.width - ROUNDING
                last = math.log(min(end, sys.float_info.max)) / self.width + ROUNDING
                yield from (f"{sign}{k}" for k in range(math.floor(first), math.floor(last) + 1))


def sealed(known: Iterable[Known], cells: Cells, peppers: int) -> dict[str, Any]:
    """A salt, and by tag what is known of the numbers in a cell, the first of `known` first."""
    found: dict[str, list[Known]] = {}
    for value, near, mistakes in known:
        # Beside a far larger right number its tolerance would be many cells wide.
        near = min(near, cells.tolerance * abs(value) or cells.tolerance)
        for cell in cells.touched(value, near):
            found.setdefault(cell, []).append((value, near, mistakes))
    salt = secrets.token_bytes(SALT_BYTES)
    answers: dict[str, str] = {}
    for cell, inside in found.items():
        pepper = secrets.randbelow(peppers)
        text = json.dumps(inside, separators=(",", ":")).encode()
        text += b" " * (-len(text) % PADDED)
        stream = b"".join(islice(blocks(salt, pepper, cell), 1, 1 + len(text) // 32))
        answers[tag(salt, pepper, cell)] = b64encode(bytes(a ^ b for a, b in zip(text, stream))).decode()
    return {"salt": salt.hex(), "answers": dict(sorted(answers.items()))}


def tag(salt: bytes, pepper: int, cell: str) -> str:
    return next(blocks(salt, pepper, cell)).hex()[:TAG_DIGITS]


def blocks(salt: bytes, pepper: int, cell: str) -> Iterator[bytes]:
    """Hashes of 32 bytes: that of the tag, then those of the stream, which are counted above the pepper."""
    for k in range(2 ** (32 - PEPPER_BITS)):
        yield sha256(salt + struct.pack(">I", k << PEPPER_BITS | pepper) + cell.encode()).digest()
