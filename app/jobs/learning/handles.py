"""The inputs of a figure that its reader moves, and the curve of the output against one of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from markupsafe import Markup

from gradlens.app.jobs.learning.axes import Axes, scale_of
from gradlens.app.jobs.learning.figures import Computed
from gradlens.app.jobs.learning.models import Handle, MovedFigure

POINTS = 61  # of a curve
WIDTH, HEIGHT = 480, 220  # of a curve's own picture
UP_TICKS = 5
TANGENT = 45  # half of its length, in the picture's units


def moved_inputs(figure: Computed, drawn: MovedFigure) -> list[dict[str, Any]]:
    """Each input that is moved, by the number of its node and the name that it has in the figure's language."""
    return [
        {
            "node": figure.node(name),
            "name": figure.name(name),
            **handle.model_dump(include={"least", "most", "step", "sum"}),
        }
        for name, handle in drawn.handles.items()
    ]


def curves(figure: Computed, drawn: MovedFigure, words: str) -> Markup:
    """A figure's curves, with a point where it stands and the slope there.  words: with {output} and {name}."""
    found = [curve(figure, name, handle, words) for name, handle in drawn.handles.items() if handle.curve]
    return Markup("").join(found)


def curve(figure: Computed, name: str, handle: Handle, words: str) -> Markup:
    """The output against one input, everything else as it stands in the program."""
    result = figure.trace.output
    output, own = figure.trace.nodes[result].name or "L", figure.name(name)
    xs = np.linspace(handle.least, handle.most, POINTS)
    ys = [float(figure.moved({name: float(x)}).trace.nodes[result].value) for x in xs]
    axes = Axes(scale_of([handle.least, handle.most]), scale_of([0.0, *ys], most_ticks=UP_TICKS), WIDTH, HEIGHT)
    line = "L".join("{:.1f} {:.1f}".format(*axes.at((float(x), y))) for x, y in zip(xs, ys))
    x, y, slope = figure.value(name), figure.trace.nodes[result].value, figure.gradient(name)
    (px, py), (qx, qy) = axes.at((x, y)), axes.at((x + 1, y + slope))
    reach = TANGENT / math.hypot(qx - px, qy - py)
    dx, dy = reach * (qx - px), reach * (qy - py)
    (left, bottom), (right, top) = axes.at((axes.x.low, axes.y.low)), axes.at((axes.x.high, axes.y.high))
    scale = f"{axes.x.low} {axes.x.high} {axes.y.low} {axes.y.high} {left} {right} {bottom} {top} {TANGENT}"
    parts = [
        Markup(axes.frame(own, output)),
        Markup('<path class="line" d="M{}"/>').format(line),
        Markup('<line class="tangent" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
            px - dx, py - dy, px + dx, py + dy
        ),
        Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="5"/>').format(px, py),
    ]
    return Markup(
        '<svg class="plot curve" viewBox="0 0 {} {}" role="img" aria-label="{}" data-node="{}" data-scale="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, words.format(output=output, name=own), figure.node(name), scale, Markup("").join(parts))
