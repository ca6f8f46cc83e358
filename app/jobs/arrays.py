"""Which arrays an answer holds, and the figures of those that are left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import orjson

from gradlens.engine.exporting.wire.numbers import summaries, tagged, tagged_list

Json = Any

DIGITS = 2 * 25  # bytes of a number, in a buffer that is doubled when it is full
NULL = b"null"
SINGLE = frozenset((float, type(None)))
BESIDE = 8_000_000  # bytes of what else is encoded at once


def auto_limit(values: str, auto_elements: int) -> float:
    """The largest array that is sent in full."""
    return {"auto": auto_elements, "full": math.inf, "summary": 0}[values]


class ArrayWriter:
    """Decides which arrays are sent, and has the figures of the others.

    limit: the largest size of an array that is sent.
    """

    def __init__(self, limit: float):
        self.limit = limit
        self.figures: dict[int, Json] = {}
        self.unwritten = 0  # numbers of arrays that were shown and are not encoded yet

    def dumped(self, content: Json) -> bytes:
        """The JSON of what was shown.

        Where memory ends orjson ends the process, so what it may need is asked for before.  Raises MemoryError.
        """
        np.empty(BESIDE + DIGITS * self.unwritten, np.uint8)
        self.unwritten = 0
        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)

    def tokens(self, values: Sequence[float | np.ndarray | None]) -> tuple[list[bytes], dict[int, bytes]]:
        """The JSON of each value as it is shown, and by place that of the figures of those that are left out."""
        if SINGLE.issuperset(map(type, values)):
            text = orjson.dumps(values)
            if text.count(NULL) == values.count(None):  # all are finite
                return text[1:-1].split(b","), {}
        found = list(map(self.shown, values))
        np.empty(BESIDE + DIGITS * self.unwritten, np.uint8)
        self.unwritten = 0
        return (
            [NULL if shown is None else orjson.dumps(shown, option=orjson.OPT_SERIALIZE_NUMPY) for shown, _ in found],
            {place: orjson.dumps(figures) for place, (_, figures) in enumerate(found) if figures is not None},
        )

    def summarise(self, arrays: Iterable[np.ndarray]) -> None:
        """Find the figures of those that are left out."""
        for key, figures in summaries(arrays, self.limit):
            # A third of the room of a dict; copied, because orjson's own bytes hold on to what it reserved for them.
            self.figures[key] = orjson.Fragment(bytes(memoryview(orjson.dumps(figures))))

    def shown(self, value: float | np.ndarray | None) -> tuple[Json, Json]:
        """What stands for `value` in the JSON, and its summary where the array itself is left out."""
        if value is None:
            return None, None
        if not isinstance(value, np.ndarray) or value.ndim == 0:
            return tagged(float(value)), None
        if value.size > self.limit:
            return None, self.figures[id(value)]
        self.unwritten += value.size
        if np.isfinite(value).all():
            # orjson reads memory in C order; broadcast and transposed views are not laid out so.
            return np.ascontiguousarray(value), None
        return tagged_list(value.tolist()), None
