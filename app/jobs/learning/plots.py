"""What a chapter's plot shows: its lines and points, computed by the engine."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradlens import engine
from gradlens.app.jobs.learning import models
from gradlens.app.jobs.learning.figures import told
from gradlens.app.jobs.running import limits_of
from gradlens.app.schemas.learning import Language
from gradlens.app.settings import Settings

Points = list[tuple[float, float]]
STEPS = (1, 2, 5)
MOST_MEASURED = 10_000  # elements: more than a second allows for any program of the book


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line, or points, of a plot.  number: which colour it has."""

    id: str
    label: str
    look: Literal["line", "dashed", "dots", "joined", "star"]
    points: Points
    number: int


def drawn_series(plot: models.Plot, language: Language, settings: Settings, seconds: float) -> list[Drawn]:
    """All that a plot shows.  seconds: for what is measured."""
    drawn: list[Drawn] = []
    for number, (id, series) in enumerate(plot.series.items()):
        label = getattr(series.label, language)
        if isinstance(series, models.Curve):
            drawn.append(Drawn(id, label, series.look, curve(series, plot.x.scale, settings), number))
        elif isinstance(series, models.Sweep):
            drawn.append(Drawn(id, label, "joined", sweep(series, settings), number))
        elif isinstance(series, models.Published):
            drawn.append(Drawn(id, label, "star", series.points, number))
        else:
            drawn += cost(id, series, number, language, settings, seconds)
    return drawn


def curve(series: models.Curve, scale: str, settings: Settings) -> Points:
    """Places equally far apart on the axis, and what a node is there."""
    space = np.geomspace if scale == "log" else np.linspace
    points: Points = []
    for x in space(series.low, series.high, series.count):
        node = engine.trace(series.program, {series.over: float(x)}, limits=limits_of(settings))[series.of]
        points.append((float(x), float(node.value if series.read == "value" else node.gradient)))
    return points


def sweep(series: models.Sweep, settings: Settings) -> Points:
    """Each step, and the error of the difference with it."""
    found = engine.check_sweep(series.program, wrt=[series.of], limits=limits_of(settings))
    return list(zip(found.h, found.error[series.of], strict=True))


def cost(
    id: str, series: models.Cost, number: int, language: Language, settings: Settings, seconds: float
) -> list[Drawn]:
    """What differences by the first few elements take, that carried on to all parameters, and one backpropagation."""
    program = engine.compile(series.program, limits=limits_of(settings))
    began, measured, passes = time.perf_counter(), [], []
    for count in (step * 10**power for power in range(9) for step in STEPS):
        found = engine.check(program, wrt=[series.of], max_elements=count)
        measured.append((float(count), found.seconds["numeric"]))
        passes.append(found.seconds["backprop"])
        spent = time.perf_counter() - began
        # The next one takes two to three times as long as this one.
        if 3 * measured[-1][1] > seconds - spent or count >= MOST_MEASURED:
            break
    last, took = measured[-1]
    carried, backprop = took / last * series.parameters, float(np.median(passes))
    said = {
        text: getattr(words, language).format(seconds=told(value))
        for text, words, value in (("carried", series.carried, carried), ("pass", series.pass_label, backprop))
    }
    label = getattr(series.label, language).format(seconds=told(seconds))
    return [
        Drawn(id, label, "dots", measured, number),
        Drawn(f"{id}-carried", said["carried"], "dashed", [(last, took), (series.parameters, carried)], number),
        Drawn(f"{id}-pass", said["pass"], "line", [(1.0, backprop), (series.parameters, backprop)], number + 2),
    ]


def value_at(drawn: list[Drawn], id: str, x: float) -> float:
    """What a series has at a place.  Raises KeyError where it has no point there."""
    points = next((one.points for one in drawn if one.id == id), [])
    found = [y for place, y in points if math.isclose(place, x, rel_tol=1e-9)]
    if not found:
        raise KeyError(f"{id} at {x}")
    return found[0]


def lowest(drawn: list[Drawn], id: str) -> tuple[float, float]:
    """Where a series is lowest, and how low."""
    return min(next(one.points for one in drawn if one.id == id), key=lambda point: point[1])
