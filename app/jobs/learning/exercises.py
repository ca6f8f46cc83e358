"""An exercise with the numbers of a seed, as the page asks it."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import orjson

from gradlens.app.jobs.learning import files, models
from gradlens.app.jobs.learning.figures import Computed
from gradlens.app.schemas.learning import AnswerRequest, ExerciseName, Language
from gradlens.app.settings import Settings

SIGNS = ["+", "−", "0"]


def drawn(request: ExerciseName | AnswerRequest) -> random.Random:
    """What the numbers of an exercise are drawn from: the same for everybody who has the seed."""
    return random.Random(f"{request.chapter}/{request.exercise}/{request.seed}")


def computed(figure: models.Figure, request: ExerciseName | AnswerRequest, settings: Settings) -> Computed:
    """An exercise's figure with the numbers of the seed."""
    language: Language = request.language
    return Computed(figure.text(language, drawn(request)), figure.text("en", drawn(request)), figure.expand, settings)


def asked(request: ExerciseName, settings: Settings) -> dict[str, Any]:
    """The exercise as it is shown: its answer is in the figure, which does not show gradients before it is solved."""
    exercise = files.exercise(request.chapter, request.exercise)
    shown: dict[str, Any] = {
        "kind": exercise.kind, "seed": request.seed, "program": "", "figure": None, "subject": "", "choices": [],
    }  # fmt: skip
    if isinstance(exercise, models.DerivationAsked):
        return shown | {"program": exercise.lines[0].text, "choices": exercise.left}
    if isinstance(exercise, models.RepairAsked):
        return shown | {"program": exercise.text(request.language, drawn(request))}
    figure = computed(exercise, request, settings)
    content = figure.shown()
    if isinstance(exercise, models.EdgeAsked):
        content["trace"] = planted(figure, figure.edge(exercise.of), exercise.mistake, settings)
    shown |= {"program": figure.program, "figure": content | {"geometry": figure.geometry}}
    if isinstance(exercise, models.OrderAsked):
        return shown | {"choices": [figure.name(one) for one in exercise.among]}
    if isinstance(exercise, models.SignAsked):
        shown["choices"] = SIGNS
    if isinstance(exercise, models.ShapeAsked):
        right = list(np.shape(figure.gradient(exercise.of)))
        shown["choices"] = sorted({shape_text(shape) for shape in [right, *exercise.others]})
    if isinstance(exercise, models.NumberAsked) and exercise.kind == "value":
        return shown | {"subject": figure.name(exercise.of)}
    return shown if isinstance(exercise, models.EdgeAsked) else shown | {"subject": figure.symbol(exercise.of)}


def shape_text(shape: list[int]) -> str:
    """A shape as the page writes it."""
    return " × ".join(map(str, shape)) or "1"


def planted(figure: Computed, edge: int, mistake: str, settings: Settings) -> dict[str, Any]:
    """The trace of a graph of numbers as somebody computes it who makes one mistake at one edge, and none after it."""
    trace = orjson.loads(orjson.dumps(figure.shown()["trace"]))
    gradients = dict.fromkeys(range(len(trace["nodes"])), 0.0)
    gradients[trace["output"]] = trace["seed"]
    for id in trace["backward_order"]:
        one = trace["edges"][id]
        upstream, local = gradients[one["target"]], one["local"]
        wrong = {
            "sign": -upstream * local,
            "upstream-alone": upstream,
            "local-alone": local,
            "doubled": 2 * upstream * local,
        }
        one["contribution"] = wrong[mistake] if id == edge else upstream * local
        gradients[one["source"]] += one["contribution"]
    for node in trace["nodes"]:
        if node["gradient"] is not None:
            node["gradient"] = gradients[node["id"]]
    trace["gradients"] = {
        node["name"]: gradients[node["id"]] for node in trace["nodes"] if node["name"] in trace["gradients"]
    }
    return trace
