"""The one scale for signed gradients: static/js/graph/gradient_scale.js."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gradlens.engine.traces import Trace
from gradlens.engine.values import Value

REACH = 10.0**3  # three decades below the largest magnitude the logarithm turns linear
FAINTEST = 0.22  # anything but zero shows its sign
THINNEST, WIDEST = 1.5, 5.0


@dataclass(frozen=True, slots=True)
class GradientScale:
    """largest: the largest finite magnitude."""

    largest: float

    def position(self, value: float) -> float:
        """-1 to 1."""
        if math.isnan(value):
            return 0.0
        size = min(abs(value) / self.largest, 1.0)
        return math.copysign(math.log1p(size * REACH) / math.log1p(REACH), value) if size else 0.0

    def share(self, value: float) -> float | None:
        """How much of its sign's colour a value has beside that of zero, with the sign; None where it is not finite."""
        if not math.isfinite(value):
            return None
        position = self.position(value)
        return math.copysign(FAINTEST + (1 - FAINTEST) * abs(position), position) if position else 0.0

    def width(self, value: float) -> float:
        """In px."""
        if not math.isfinite(value):
            return WIDEST
        return math.floor((THINNEST + (WIDEST - THINNEST) * abs(self.position(value))) * 100 + 0.5) / 100


def scale_of(trace: Trace) -> GradientScale:
    """That of a whole trace, so that a colour means the same at every step."""
    sizes = [abs(representative(edge.contribution)) for edge in trace.edges]
    return GradientScale(max([size for size in sizes if 0 < size < math.inf], default=1.0))


def representative(value: Value | None) -> float:
    """What an array counts for on an edge: its largest element by magnitude, with that element's sign."""
    if value is None:
        return 0.0
    items = np.asarray(value, dtype=float).ravel()
    if not items.size:
        return 0.0
    if np.isnan(items).any():
        return math.nan
    return float(items[np.abs(items).argmax()])
