"""Numbers and arrays as JSON carries them, and the figures of arrays that are too long to be sent."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from gradlens.engine.ops.reduction import average, norm_array, standard_deviation

Json = Any

SUMMARISED = 2**18  # numbers whose figures are found at once


def tagged(number: float) -> float | str:
    """A number that JSON can carry: NaN and the infinities become their names."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def tagged_list(values: list[Any] | float) -> Json:
    """Nested lists of numbers that JSON can carry."""
    return [tagged_list(value) for value in values] if isinstance(values, list) else tagged(values)


def fitting_limit(arrays: Iterable[np.ndarray], limit: float, most: float) -> float:
    """The size up to which arrays can be sent: `limit`, or less where more than `most` numbers came together so."""
    sizes = sorted(array.size for array in arrays if array.size <= limit)
    total = sum(sizes)
    while total > most:
        limit = sizes[-1] - 1
        while sizes and sizes[-1] > limit:
            total -= sizes.pop()
    return limit


def summaries(arrays: Iterable[np.ndarray], limit: float) -> Iterator[tuple[int, Json]]:
    """The `id` of each array of more elements than `limit`, with its figures; many of one size are found at a time."""
    by_size: dict[int, dict[int, np.ndarray]] = {}
    for array in arrays:
        if array.size > limit:
            by_size.setdefault(array.size, {})[id(array)] = array
    for size, same in by_size.items():
        waiting = iter(same.items())
        while some := dict(islice(waiting, max(1, SUMMARISED // size))):
            yield from zip(some, _summaries_of(list(some.values())))


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
