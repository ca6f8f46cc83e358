"""Two axes of a picture: their scales, round ticks with words, and the grid."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import escape

from gradlens.app.jobs.learning.figures import SUPERSCRIPT, told

MOST_TICKS = 7
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 34, 50  # what stands around the grid, in units of the picture


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis: its ticks with their words, and where a number stands on it."""

    ticks: list[tuple[float, str]]
    low: float
    high: float
    is_log: bool = False

    def place(self, value: float) -> float:
        """From 0 to 1."""
        at = math.log10(value) if self.is_log else value
        return (at - self.low) / (self.high - self.low)

    def takes(self, value: float) -> bool:
        return math.isfinite(value) and (value > 0 or not self.is_log)


@dataclass(frozen=True, slots=True)
class Axes:
    """Two scales in a picture of a width and a height."""

    x: Scale
    y: Scale
    width: int
    height: int

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where a point stands in the picture."""
        across = LEFT + self.x.place(point[0]) * (self.width - LEFT - RIGHT)
        return across, self.height - BOTTOM - self.y.place(point[1]) * (self.height - TOP - BOTTOM)

    def takes(self, point: tuple[float, float]) -> bool:
        return self.x.takes(point[0]) and self.y.takes(point[1])

    def frame(self, x_label: str, y_label: str) -> str:
        """The grid, the numbers at it, and what the axes are."""
        left, right, top, bottom = LEFT, self.width - RIGHT, TOP, self.height - BOTTOM
        parts = []
        for value, text in self.x.ticks:
            across = left + self.x.place(value) * (right - left)
            parts.append(f'<path class="grid" d="M{across:.1f} {top}V{bottom}"/>')
            parts.append(f'<text x="{across:.1f}" y="{bottom + 18}" text-anchor="middle">{text}</text>')
        for value, text in self.y.ticks:
            up = bottom - self.y.place(value) * (bottom - top)
            parts.append(f'<path class="grid" d="M{left} {up:.1f}H{right}"/>')
            parts.append(f'<text x="{left - 7}" y="{up + 4.5:.1f}" text-anchor="end">{text}</text>')
        parts.append(f'<text class="axis" x="4" y="16">{escape(y_label)}</text>')
        parts.append(
            f'<text class="axis" x="{(left + right) / 2}" y="{self.height - 8}" text-anchor="middle">'
            f"{escape(x_label)}</text>"
        )
        return "".join(parts)


def scale_of(values: Iterable[float], is_log: bool = False, most_ticks: int = MOST_TICKS) -> Scale:
    """An axis with room for all of them, from tick to tick."""
    finite = [value for value in values if math.isfinite(value)]
    if is_log:
        powers = [math.log10(value) for value in finite if value > 0] or [0.0]
        # A number that was rounded on its way, such as 0.1 ** 3, is a power of ten still.
        low = math.floor(min(powers) + 1e-9)
        high = max(math.ceil(max(powers) - 1e-9), low + 1)
        every = math.ceil((high - low + 1) / most_ticks)
        ticks = [(10.0**power, power_text(power)) for power in range(low, high + 1) if power % every == 0]
        return Scale(ticks, low, high, True)
    least, most = min(finite, default=0.0), max(finite, default=0.0)
    step = round_step((most - least or 1.0) / (most_ticks - 1))
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    last = max(last, first + 1)
    ticks = [(place * step, told(round(place * step, 12))) for place in range(first, last + 1)]
    return Scale(ticks, first * step, last * step)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 and 10 times a power of ten that is not below a number."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def power_text(power: int) -> str:
    """ "1", "10", "10⁻³"."""
    return {0: "1", 1: "10"}.get(power) or f"10{str(power).translate(SUPERSCRIPT)}"
