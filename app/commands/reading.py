"""What a command is given: programs, inputs and trace files, from files or standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

STANDARD = "-"
MOST_PROGRAM_BYTES = 4_000_000  # of a program; the engine says what is too long for it
MOST_INPUT_BYTES = 64 * 2**20


class Unusable(Exception):
    """What a command was given cannot be used; the message says what and why."""


def read_bytes(path: str, most: int) -> bytes:
    """A file, or standard input for "-".  Raises Unusable."""
    try:
        if path == STANDARD:
            content = sys.stdin.buffer.read(most + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(most + 1)
    except FileNotFoundError:
        raise Unusable(f"there is no file {path}. Give a file, or - for standard input.") from None
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:  # a character that no name has
        raise Unusable(f"{path!r} is no file's name.") from None
    if len(content) > most:
        raise Unusable(f"{shown_name(path)} is longer than {most:,} bytes, the most that is read.")
    return content


def read_program(path: str) -> str:
    """The text of a program.  Raises Unusable."""
    content = read_bytes(path, MOST_PROGRAM_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(f"{shown_name(path)} is not UTF-8: byte {error.start + 1}. Save it as UTF-8.") from None


def read_inputs(path: str | None, given: Iterable[str]) -> dict[str, Any]:
    """Inputs by name, of a file and of options.  Raises Unusable."""
    found: dict[str, Any] = {}
    if path is not None:
        content = parsed(
            read_bytes(path, MOST_INPUT_BYTES), shown_name(path), 'not JSON. Write inputs by name, as {"x": 2}.'
        )
        if not isinstance(content, dict):
            raise Unusable(f'{shown_name(path)} has to hold inputs by name, as {{"x": 2}}.')
        found = content
    return found | named_values(given)


def named_values(given: Iterable[str]) -> dict[str, Any]:
    """x=2 or x=[1, 2], by name.  Raises Unusable."""
    found: dict[str, Any] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name.strip():
            raise Unusable(f"{one[:80]} has no value. Write it as x=2 or x=[1, 2].")
        found[name.strip()] = parsed(value.encode("utf-8", "surrogateescape"), f"the value of {name.strip()[:80]}")
    return found


def parsed(
    content: bytes, what: str, fault: str = "neither a number nor a list of numbers. Write it as 2 or as [1, 2]."
) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Unusable(f"{what} is {fault}") from None


def shown_name(path: str) -> str:
    return "standard input" if path == STANDARD else path
