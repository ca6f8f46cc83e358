"""Messages in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding), by a schema.

Only what a schema names is read; everything else is stepped over. Nothing is allocated for a length that a file claims:
texts, bytes and messages are parts of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Part = memoryview
MOST_FIELDS = 500_000  # of all messages of a file; half a second


class BrokenMessage(ValueError):
    """What was read is no message of the schema."""


class TooManyFields(ValueError):
    """A file of more than MOST_FIELDS."""


@dataclass(slots=True)
class Counter:
    """How many fields were read."""

    fields: int = 0

    def count(self) -> None:
        self.fields += 1
        if self.fields > MOST_FIELDS:
            raise TooManyFields


@dataclass(frozen=True, slots=True)
class Field:
    """kind: "int", "float", "double", "text", "bytes", or the schema of a message.  many: whether it is a list."""

    name: str
    kind: str | Schema
    many: bool = False


@dataclass(slots=True)
class Schema:
    """The fields of a message by their number."""

    fields: Mapping[int, Field] = field(default_factory=dict[int, Field])


Message = dict[str, Any]
FIXED: Mapping[str, tuple[int, str]] = {"float": (4, "<f"), "double": (8, "<d")}
EMPTY: Mapping[str, Callable[[], object]] = {
    "int": int,
    "float": float,
    "double": float,
    "text": str,
    "bytes": lambda: memoryview(b""),
}


def read_message(part: Part, schema: Schema, counter: Counter) -> Message:
    """Every field of the schema by its name, lists as lists; a single one that is missing is None.

    Raises BrokenMessage, TooManyFields.
    """
    found: Message = {one.name: [] if one.many else None for one in schema.fields.values()}
    for number, wire_type, value in entries(part, counter):
        one = schema.fields.get(number)
        if one is None:
            continue
        values = values_of(one, wire_type, value, counter)
        if one.many:
            found[one.name] += values
        elif values:
            found[one.name] = values[-1]
    return found


def entries(part: Part, counter: Counter) -> Iterator[tuple[int, int, int | Part]]:
    """Number, wire type and content of every field."""
    at, end = 0, len(part)
    while at < end:
        counter.count()
        key, at = varint(part, at)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, at = varint(part, at)
            yield number, 0, value
            continue
        if wire_type == 2:
            length, at = varint(part, at)
        elif wire_type in (1, 5):
            length = 8 if wire_type == 1 else 4
        else:
            raise BrokenMessage
        if number == 0 or length > end - at:
            raise BrokenMessage
        yield number, wire_type, part[at : at + length]
        at += length


def varint(part: Part, at: int) -> tuple[int, int]:
    """A number of up to 64 bits, seven in a byte, and the place behind it."""
    found = 0
    for i in range(10):
        if at + i >= len(part):
            raise BrokenMessage
        byte = part[at + i]
        found |= (byte & 127) << 7 * i
        if byte < 128:
            return found & (1 << 64) - 1, at + i + 1
    raise BrokenMessage


def signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def values_of(one: Field, wire_type: int, value: int | Part, counter: Counter) -> list[Any]:
    """What stands in one field: one value, or all of a packed list."""
    kind = one.kind
    if isinstance(value, int):
        if kind != "int":
            raise BrokenMessage
        return [signed(value)]
    if isinstance(kind, Schema):
        if wire_type != 2:
            raise BrokenMessage
        return [read_message(value, kind, counter)]
    if kind in FIXED:
        size, form = FIXED[kind]
        if len(value) % size or (wire_type != 2 and len(value) != size):
            raise BrokenMessage
        counter.fields += len(value) // size
        counter.count()
        return [number for (number,) in struct.iter_unpack(form, value)]
    if wire_type != 2:
        raise BrokenMessage
    if kind == "int":
        return packed(value, counter)
    return [str(value, "utf-8", "replace") if kind == "text" else value]


def packed(part: Part, counter: Counter) -> list[int]:
    found: list[int] = []
    at = 0
    while at < len(part):
        counter.count()
        value, at = varint(part, at)
        found.append(signed(value))
    return found
