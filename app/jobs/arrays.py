"""Which arrays an answer holds, and the figures of those that are left out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
import orjson

from gradlens.engine.ops.reduction import average, norm_array, standard_deviation

Json = Any

DIGITS = 2 * 25  # bytes of a number, in a buffer that is doubled when it is full
BESIDE = 8_000_000  # bytes of what else is encoded at once
SUMMARISED = 2**18  # numbers whose figures are found


def auto_limit(values: str, auto_elements: int) -> float:
    """The largest array that is sent in full."""
    return {"auto": auto_elements, "full": math.inf, "summary": 0}[values]


def fitting_limit(arrays: Iterable[np.ndarray], limit: float, most: int) -> float:
    """The size up to which arrays can be sent: `limit`, or less where more than `most` numbers came together so."""
    sizes = sorted(array.size for array in arrays if array.size <= limit)
    total = sum(sizes)
    while total > most:
        limit = sizes[-1] - 1
        while sizes and sizes[-1] > limit:
            total -= sizes.pop()
    return limit


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

    def summarise(self, arrays: Iterable[np.ndarray]) -> None:
        """Find the figures of those that are left out, many of one size at a time."""
        by_size: dict[int, dict[int, np.ndarray]] = {}
        for array in arrays:
            if array.size > self.limit:
                by_size.setdefault(array.size, {})[id(array)] = array
        for size, same in by_size.items():
            waiting = iter(same.items())
            while some := dict(islice(waiting, max(1, SUMMARISED // size))):
                for key, figures in zip(some, _summaries_of(list(some.values()))):
                    # A third of the room of a dict; copied, because orjson's own bytes hold on to what it reserved for
                    # them.
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
        return _tagged_list(value.tolist()), None


def tagged(number: float) -> float | str:
    """A number that JSON can carry: NaN and the infinities become their names."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _tagged_list(values: list | float) -> Json:
    return [_tagged_list(value) for value in values] if isinstance(values, list) else tagged(values)


def _summaries_of(arrays: list[np.ndarray]) -> list[Json]:
    """Figures of the finite elements of arrays of one size, and how many are not finite."""
    rows = np.stack([array.reshape(-1) for array in arrays])
    finite = np.isfinite(rows)
    if finite.all():
        return _figures(rows)
    counts = zip(finite.sum(1).tolist(), np.isnan(rows).sum(1).tolist())
    return [
        _figures(row[kept][None], nans, row.size - count - nans)[0]
        for row, kept, (count, nans) in zip(rows, finite, counts)
    ]


def _figures(rows: np.ndarray, nan_count: int = 0, inf_count: int = 0) -> list[Json]:
    """The summary of each row of finite numbers, beside which so many were not."""
    figures = dict.fromkeys(("min", "max", "mean", "std", "norm"), [math.nan] * len(rows))
    if rows.size:
        with np.errstate(over="ignore", invalid="ignore"):
            found = (
                rows.min(1),
                rows.max(1),
                average(rows, 1, False),
                standard_deviation(rows, (1,), False, 0.0),
                norm_array(rows, 2.0, (1,), False),
            )
        figures = dict(zip(figures, (np.asarray(figure).tolist() for figure in found)))
    return [
        {**dict(zip(figures, map(tagged, row))), "nan_count": nan_count, "inf_count": inf_count}
        for row in zip(*figures.values())
    ]
