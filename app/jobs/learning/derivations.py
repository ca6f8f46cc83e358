"""A derivation that a reader writes: each line is evaluated at random points beside the one before it."""

from __future__ import annotations

import ast
import random
from typing import Any

import numpy as np

from gradlens import engine
from gradlens.app.jobs.learning.models import DerivationAsked
from gradlens.app.jobs.running import limits_of
from gradlens.app.problems import Problem
from gradlens.app.schemas.learning import MOST_LINES
from gradlens.app.settings import Settings
from gradlens.engine.diagnosing.formulas import SIGNS
from gradlens.engine.errors import quote

POINTS = 8
CLOSE = 1e-7  # relative: a line may cancel what the one before it did not
SENTENCES = {
    "line": "This line is not equal to the one before it: at {place} it is {got}, and {right} was there.",
    "unreadable": "This line cannot be read. Look whether an operator or a bracket is missing.",
    "first-line": "The first line has to be {wanted}.",
    "not-done": "Every line is right. Go on until nothing but {left} is left in the last one.",
}


def checked_lines(exercise: DerivationAsked, given: list[str], settings: Settings) -> dict[str, Any]:
    """What is wrong with the lines; empty where each is right and the last one is what is wanted.

    Raises Problem; EngineError for a line that cannot be read, which names what is wrong in it.
    """
    lines = [line.strip().translate(SIGNS) for text in given for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_LINES:
        raise Problem.of("wrong-field", field="answer", takes=f"Here: 1 to {MOST_LINES} lines.")
    points = [_point(exercise, at) for at in range(POINTS)]
    start = [evaluated(exercise.lines[0].text, exercise, point, settings) for point in points]
    before = start
    model = 1
    for at, line in enumerate(lines):
        if not is_formula(line):
            return _said("unreadable", at)
        values = [evaluated(line, exercise, point, settings) for point in points]
        wrong = next((i for i in range(POINTS) if not _close(values[i], before[i])), None)
        if wrong is not None:
            if at == 0:
                return _said("first-line", 0, wanted=exercise.lines[0].text)
            due = exercise.lines[min(model, len(exercise.lines) - 1)].reason
            place = ", ".join(f"{name} = {value:.4g}" for name, value in points[wrong].items())
            said = _said("line", at, place=place, got=f"{values[wrong]:.6g}", right=f"{before[wrong]:.6g}")
            return {**said, "reason": due.model_dump() if due else None}
        if at and model < len(exercise.lines) - 1:
            model += 1
        before = values
    if names_in(lines[-1]) <= set(exercise.left) and len(lines) > 1:
        return {}
    return _said("not-done", None, left=", ".join(exercise.left))


def _said(sentence: str, line: int | None, **params: str | float) -> dict[str, Any]:
    explanation = SENTENCES[sentence].format(**params)
    return {"sentence": f"learn.derivation.{sentence}", "explanation": explanation, "params": params, "line": line}


def _point(exercise: DerivationAsked, at: int) -> dict[str, float]:
    draw = random.Random(at)
    return {name: round(draw.uniform(low, high), 3) for name, (low, high) in exercise.domain.items()}


def evaluated(line: str, exercise: DerivationAsked, point: dict[str, float], settings: Settings) -> float:
    """A line's value at a point.  Raises EngineError; Problem where it is an array."""
    names = names_in(line)
    text = "".join(f"{name} = {value!r}\n" for name, value in point.items() if name in names | _needed(exercise, names))
    text += "".join(f"{name} = {stands}\n" for name, stands in exercise.given.items() if name in names)
    trace = engine.trace(f"{text}the_line = ({line})", {}, limits=limits_of(settings))
    value = trace.nodes[trace.output].value
    if np.ndim(value):
        raise Problem.of(
            "wrong-field", field="answer", takes=f"Here: one number a line, and {quote(line)} is an array."
        )
    return float(value)


def _needed(exercise: DerivationAsked, names: set[str]) -> set[str]:
    """Names that those names stand for."""
    return set().union(*(names_in(exercise.given[name]) for name in names if name in exercise.given), set())


def is_formula(line: str) -> bool:
    """Whether a line can be read at all."""
    return _parsed(line) is not None


def _parsed(line: str) -> ast.Expression | None:
    try:
        return ast.parse(line.translate(SIGNS), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def names_in(line: str) -> set[str]:
    """The names of values in a line; of functions that it calls none."""
    tree = _parsed(line)
    if tree is None:
        return set()
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}


def _close(a: float, b: float) -> bool:
    return bool(np.isclose(a, b, rtol=CLOSE, atol=CLOSE))
