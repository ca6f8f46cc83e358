"""A plot as HTML: SVG in the page's colours with text as text, what its lines are, and its numbers as a table."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from gradlens.app.jobs.learning import models
from gradlens.app.jobs.learning.figures import SUPERSCRIPT, told
from gradlens.app.jobs.learning.plots import Drawn, Points
from gradlens.app.schemas.learning import Language

WIDTH, HEIGHT = 460, 320
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 34, 50  # what stands around the lines
MOST_TICKS = 7
MOST_ROWS = 12  # of one line in the table
RADIUS = 3.2
TABLE = {"en": "The numbers", "ko": "숫자로 보기"}


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis: its ticks with their words, and where a number stands on it."""

    ticks: list[tuple[float, str]]
    low: float
    high: float
    is_log: bool

    def place(self, value: float) -> float:
        """From 0 to 1."""
        at = math.log10(value) if self.is_log else value
        return (at - self.low) / (self.high - self.low)

    def takes(self, value: float) -> bool:
        return math.isfinite(value) and (value > 0 or not self.is_log)


def plotted(plot: models.Plot, drawn: list[Drawn], title: str, language: Language) -> Markup:
    """The picture, the list of its lines, and its table."""
    x, y = (
        scale_of([point[axis] for one in drawn for point in one.points], chosen.scale == "log")
        for axis, chosen in enumerate((plot.x, plot.y))
    )
    labels = getattr(plot.x.label, language), getattr(plot.y.label, language)

    def at(point: tuple[float, float]) -> tuple[float, float]:
        across = LEFT + x.place(point[0]) * (WIDTH - LEFT - RIGHT)
        return across, HEIGHT - BOTTOM - y.place(point[1]) * (HEIGHT - TOP - BOTTOM)

    shapes = [mark(one, [p for p in one.points if x.takes(p[0]) and y.takes(p[1])], at) for one in drawn]
    legend = "".join(
        f'<li><svg class="swatch series-{one.number}" viewBox="0 0 28 12" aria-hidden="true">{swatch(one)}</svg>'
        f"<span>{escape(one.label)}</span></li>"
        for one in drawn
    )
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}:'
        f' {escape(labels[1])}, {escape(labels[0])}">{frame(x, y, *labels)}{"".join(shapes)}</svg>'
        f'<ul class="legend">{legend}</ul>{table(drawn, labels, language)}'
    )


def scale_of(values: list[float], is_log: bool) -> Scale:
    """An axis with room for all of them."""
    if is_log:
        powers = [math.log10(value) for value in values if value > 0 and math.isfinite(value)] or [0.0]
        # A number that was rounded on its way, such as 0.1 ** 3, is a power of ten still.
        low = math.floor(min(powers) + 1e-9)
        high = max(math.ceil(max(powers) - 1e-9), low + 1)
        every = math.ceil((high - low + 1) / MOST_TICKS)
        ticks = [(10.0**power, power_text(power)) for power in range(low, high + 1) if power % every == 0]
        return Scale(ticks, low, high, True)
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    least, most = min(finite), max(finite)
    step = round_step((most - least or 1.0) / (MOST_TICKS - 1))
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    last = max(last, first + 1)
    ticks = [(place * step, told(round(place * step, 12))) for place in range(first, last + 1)]
    return Scale(ticks, first * step, last * step, False)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 and 10 times a power of ten that is not below a number."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def power_text(power: int) -> str:
    """ "1", "10", "10⁻³"."""
    return {0: "1", 1: "10"}.get(power) or f"10{str(power).translate(SUPERSCRIPT)}"


def frame(x: Scale, y: Scale, x_label: str, y_label: str) -> str:
    """The grid, the numbers at it, and what the axes are."""
    parts = []
    for value, text in x.ticks:
        across = LEFT + x.place(value) * (WIDTH - LEFT - RIGHT)
        parts.append(f'<path class="grid" d="M{across:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text x="{across:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{text}</text>')
    for value, text in y.ticks:
        up = HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM)
        parts.append(f'<path class="grid" d="M{LEFT} {up:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 7}" y="{up + 4.5:.1f}" text-anchor="end">{text}</text>')
    parts.append(f'<text class="axis" x="4" y="16">{escape(y_label)}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text class="axis" x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>')
    return "".join(parts)


def mark(one: Drawn, points: Points, at: Callable[[tuple[float, float]], tuple[float, float]]) -> str:
    """A line, its points, or both."""
    places = [at(point) for point in points]
    parts = []
    if one.look in ("line", "dashed", "joined") and places:
        line = "L".join(f"{across:.1f} {up:.1f}" for across, up in places)
        parts.append(f'<path class="line {one.look}" d="M{line}"/>')
    if one.look in ("dots", "joined"):
        parts += [f'<circle cx="{across:.1f}" cy="{up:.1f}" r="{RADIUS}"/>' for across, up in places]
    if one.look == "star":
        parts += [diamond(across, up) for across, up in places]
    return f'<g class="series-{one.number}">{"".join(parts)}</g>'


def swatch(one: Drawn) -> str:
    """A mark of the kind that a line has, for the list."""
    line = f'<path class="line {one.look}" d="M1 6H27"/>' if one.look in ("line", "dashed", "joined") else ""
    dot = f'<circle cx="14" cy="6" r="{RADIUS}"/>' if one.look in ("dots", "joined") else ""
    return line + dot + (diamond(14, 6) if one.look == "star" else "")


def diamond(across: float, up: float) -> str:
    return f'<path class="star" d="M{across:.1f} {up - 5.5:.1f}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"/>'


def table(drawn: list[Drawn], labels: tuple[str, str], language: Language) -> str:
    """Every line's numbers; of a curve, some."""
    rows = []
    for one in drawn:
        every = math.ceil(len(one.points) / MOST_ROWS)
        rows.append(f'<tr><th colspan="2" scope="rowgroup">{escape(one.label)}</th></tr>')
        rows += [f"<tr><td>{told(x)}</td><td>{told(y)}</td></tr>" for x, y in one.points[::every]]
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in labels)
    return (
        f'<details class="numbers"><summary>{TABLE[language]}</summary>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></details>"
    )
