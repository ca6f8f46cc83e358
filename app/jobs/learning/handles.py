"""The inputs of a figure that its reader moves, and the curve of the output against one of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from gradlens.app.jobs.learning.figures import Computed, told
from gradlens.app.jobs.learning.models import Handle, MovedFigure
from gradlens.app.jobs.learning.plot_drawing import round_step

POINTS = 61  # of a curve
# In px of a curve's own picture.
WIDTH, HEIGHT = 480, 200
LEFT, RIGHT, TOP, BOTTOM = 48, 18, 22, 32
TANGENT = 45  # half of its length
TICKS = 5  # an axis, about


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
    low, high = min(0.0, *ys), max(ys)
    across, up = (LEFT, WIDTH - RIGHT), (HEIGHT - BOTTOM, TOP)

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            across[0] + (x - handle.least) / (handle.most - handle.least) * (across[1] - across[0]),
            up[0] + (y - low) / (high - low) * (up[1] - up[0]),
        )

    def text(x: float, y: float, words: str, anchor: str) -> Markup:
        return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, words)

    parts = [
        Markup('<path class="axis" d="M{} {}V{}H{}"/>').format(across[0], up[1], up[0], across[1]),
        *(text(place(x, low)[0], up[0] + 16, told(x), "middle") for x in ticks(handle.least, handle.most)),
        *(text(across[0] - 6, place(handle.least, y)[1] + 4, told(y), "end") for y in ticks(low, high)),
        text(across[1], HEIGHT - 3, own, "end"),
        text(across[0] - 6, 11, output, "end"),
    ]
    line = "L".join("{:.1f} {:.1f}".format(*place(float(x), y)) for x, y in zip(xs, ys))
    parts.append(Markup('<path class="line" d="M{}"/>').format(line))
    x, y, slope = figure.value(name), figure.trace.nodes[result].value, figure.gradient(name)
    (px, py), (qx, qy) = place(x, y), place(x + 1, y + slope)
    reach = TANGENT / math.hypot(qx - px, qy - py)
    dx, dy = reach * (qx - px), reach * (qy - py)
    parts.append(
        Markup('<line class="tangent" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
            px - dx, py - dy, px + dx, py + dy
        )
    )
    parts.append(Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="5"/>').format(px, py))
    scale = f"{handle.least} {handle.most} {low} {high} {across[0]} {across[1]} {up[0]} {up[1]} {TANGENT}"
    return Markup(
        '<svg class="curve" viewBox="0 0 {} {}" role="img" aria-label="{}" data-node="{}" data-scale="{}">{}</svg>'
    ).format(
        WIDTH, HEIGHT, words.format(output=output, name=own), figure.node(name), escape(scale), Markup("").join(parts)
    )


def ticks(low: float, high: float) -> list[float]:
    """Round numbers from one to another."""
    step = round_step((high - low) / TICKS * 0.99)
    return [round(at * step, 10) for at in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
