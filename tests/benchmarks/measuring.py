"""Contestants in alternation: processor time of each, once a round, and ratios within a round with their spread."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Run = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """Of one contestant's time to another's in the same round: the median, and the quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


def seconds(contestants: Mapping[str, Run], rounds: int) -> dict[str, list[float]]:
    """Processor seconds of each contestant by round; one round before is not counted."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        run()
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()
            start = time.process_time()
            run()
            times[name].append(time.process_time() - start)
    return times


def ratio(times: Sequence[float], others: Sequence[float]) -> Ratio:
    """How many times as long the first takes as the second, round by round."""
    low, median, high = statistics.quantiles([a / b for a, b in zip(times, others, strict=True)], n=4)
    return Ratio(median, low, high)


def repeated(run: Run, count: int) -> Run:
    """The same several times, where once is too short to be measured."""

    def again() -> None:
        for _ in range(count):
            run()

    return again


def growth(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The exponent with which time grows from the first size to the last."""
    import math

    return math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0])
