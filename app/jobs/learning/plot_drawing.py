"""A plot as HTML: SVG in the page's colours with text as text, what its lines are, and its numbers as a table."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from gradlens.app.jobs.learning import models
from gradlens.app.jobs.learning.axes import Axes, scale_of
from gradlens.app.jobs.learning.figures import told
from gradlens.app.jobs.learning.plots import Drawn, Points
from gradlens.app.schemas.learning import Language

WIDTH, HEIGHT = 460, 320
MOST_ROWS = 12  # of one line in the table
RADIUS = 3.2
TABLE = {"en": "The numbers", "ko": "숫자로 보기"}


def plotted(plot: models.Plot, drawn: list[Drawn], title: str, language: Language) -> Markup:
    """The picture, the list of its lines, and its table."""
    x, y = (
        scale_of((point[axis] for one in drawn for point in one.points), chosen.scale == "log")
        for axis, chosen in enumerate((plot.x, plot.y))
    )
    axes = Axes(x, y, WIDTH, HEIGHT)
    labels = getattr(plot.x.label, language), getattr(plot.y.label, language)
    shapes = [mark(one, [point for point in one.points if axes.takes(point)], axes) for one in drawn]
    legend = "".join(
        f'<li><svg class="swatch series-{one.number}" viewBox="0 0 28 12" aria-hidden="true">{swatch(one)}</svg>'
        f"<span>{escape(one.label)}</span></li>"
        for one in drawn
    )
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}:'
        f' {escape(labels[1])}, {escape(labels[0])}">{axes.frame(*labels)}{"".join(shapes)}</svg>'
        f'<ul class="legend">{legend}</ul>{table(drawn, labels, language)}'
    )


def mark(one: Drawn, points: Points, axes: Axes) -> str:
    """A line, its points, or both."""
    places = [axes.at(point) for point in points]
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
