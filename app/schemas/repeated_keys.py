"""Keys that stand twice in one object of a JSON text: its readers keep the last in silence."""

from __future__ import annotations

import re
from typing import NamedTuple

import orjson

# A text, with the colon behind it where it is a key; or a brace. Possessive: nothing is tried again.
TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"(\s*+:)?|[{}]', re.DOTALL)


class Repetition(NamedTuple):
    """A key, and the place where it stands again: the line from 1, the column from 1, in characters, as the reader of
    JSON counts.
    """

    key: str
    line: int
    column: int


def find_repetition(content: bytes) -> Repetition | None:
    """The first repeated key.  content: JSON that was read without an error."""
    keys: list[set[bytes]] = []
    for token in TOKEN.finditer(content):
        if token[0] == b"{":
            keys.append(set())
        elif token[0] == b"}":
            keys.pop()
        elif token[1] is not None:
            key = token[0][: token.start(1) - token.start()]
            if b"\\" in key:
                key = orjson.dumps(orjson.loads(key))
            if key in keys[-1]:
                before = content[: token.start()]
                line_start = before.rfind(b"\n") + 1
                return Repetition(orjson.loads(key), before.count(b"\n") + 1, len(before[line_start:].decode()) + 1)
            keys[-1].add(key)
    return None
