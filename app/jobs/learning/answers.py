"""What an answer is worth: checked by computing, and named where it is a known mistake."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from gradlens import engine
from gradlens.app.jobs.learning import files, models
from gradlens.app.jobs.learning.derivations import checked_lines
from gradlens.app.jobs.learning.exercises import SIGNS, computed, drawn, shape_text
from gradlens.app.jobs.learning.figures import EDGE, Computed, told
from gradlens.app.jobs.learning.wrong_numbers import BY_SIGN, told_apart
from gradlens.app.jobs.running import limits_of
from gradlens.app.problems import Problem
from gradlens.app.schemas.learning import AnswerRequest
from gradlens.app.settings import Settings
from gradlens.engine.diagnosing.claims import read_claims
from gradlens.engine.diagnosing.formulas import formula_value
from gradlens.engine.errors import EngineError, filled

CLOSE = 1e-9  # relative: two programs compute the same in another order
UNTOLD = {"unknown", "scale"}  # names that help nobody to find the right number
# What is said of a wrong answer that no diagnosis of the engine's knows, filled with the figure's own names.
SENTENCES = {
    "sign": "The size is right, the sign is not.",
    "upstream-alone": "That is the upstream gradient alone. Multiply it by the local derivative of this edge.",
    "local-alone": "That is the local derivative alone. Multiply it by the upstream gradient.",
    "other-edge": "That is what the other edge of {target} delivers.",
    "whole-gradient": "That is the whole gradient of {source}: one edge delivers only a part of it.",
    "contribution": "An edge delivers upstream × local. Both follow from the values in the figure.",
    "order": "The gradients of {first} and {second} are the other way round.",
    "number": "That is not the number.",
    "own-value": "That is the value of {name}, and its gradient is asked for.",
    "other-value": "That is the value of {name}.",
    "other-gradient": "That is {symbol}.",
    "upside-down": "That is the right number upside down: 1 divided by it.",
    "factor": "That is a multiple of the right number: a factor was left out, or counted twice.",
    "sum-for-product": "That is upstream + local. They are multiplied.",
    "some-elements": "Right so far: {count} of {all}.",
    "sign-right": "The sign is right, the size is not.",
    "sign-wrong": "The sign is another one, and so is the size.",
    "known": "{said}",
    "constant": "A constant takes no gradient: nothing is sent on this edge.",
    "edge": "This edge is right: upstream × local = {upstream} × {local} = {contribution}.",
    "sign-choice": (
        "Along a path the signs of the local derivatives multiply, from {output} back to here. Where paths meet, the"
        " larger one decides."
    ),
    "shape-choice": "A gradient has one number for each element of what it belongs to.",
    "repair-output": "The value is {got}, and {right} is wanted.",
    "repair-gradient": "The value is right, but {symbol} is {got}, and {right} is wanted.",
    "repair-missing": "The program has no input {name}.",
    "repair-input": "The value is right, but {name} is not what it was: leave it at {right}, and mend the computation.",
}


def verdict(request: AnswerRequest, settings: Settings) -> dict[str, Any]:
    """Whether an answer is right.  Raises Problem, EngineError: where it cannot be read."""
    if request.chapter not in files.chapters():
        raise Problem.of("wrong-field", field="chapter", takes=f"One of {', '.join(files.chapters())}.")
    if request.exercise not in files.chapter(request.chapter).exercises:
        raise Problem.of(
            "wrong-field", field="exercise", takes=f"One of {', '.join(files.chapter(request.chapter).exercises)}."
        )
    exercise = files.exercise(request.chapter, request.exercise)
    figure = figure_of(exercise, request, settings)
    try:
        found = judged(exercise, figure, request, settings)
    except (EngineError, Problem):
        if not request.reveal:
            raise
        found = {"right": False}  # who asks for the solution may have written nothing that can be read
    return finished(found, request, solution_of(exercise, figure))


def figure_of(exercise: models.Exercise, request: AnswerRequest, settings: Settings) -> Computed | None:
    """The figure in which the right answer is computed; None for a derivation, which has none."""
    if isinstance(exercise, models.DerivationAsked):
        return None
    if isinstance(exercise, models.RepairAsked):
        exercise = exercise.model_copy(update={"program": exercise.solution})
    return computed(exercise, request, settings)


def judged(
    exercise: models.Exercise, figure: Computed | None, request: AnswerRequest, settings: Settings
) -> dict[str, Any]:
    """What is wrong with an answer; empty for a right one.  Raises Problem, EngineError: where it cannot be read."""
    if isinstance(exercise, models.DerivationAsked):
        return checked_lines(exercise, lines_of(request), settings)
    assert figure is not None
    if isinstance(exercise, models.RepairAsked):
        return repaired(figure, exercise.text(request.language, drawn(request)), text_of(request), settings)
    if isinstance(exercise, models.NumberAsked):
        if exercise.kind == "contribution":
            found = contribution(figure, exercise.of, text_of(request))
        else:
            found = claimed(figure, exercise.kind, exercise.of, request)
        return known(figure, exercise, request) or found if found and not request.reveal else found
    if isinstance(exercise, models.OrderAsked):
        return ordered([figure.name(one) for one in by_size(exercise, figure)], lines_of(request))
    if isinstance(exercise, models.EdgeAsked):
        return edge(figure, figure.edge(exercise.of), text_of(request))
    if text_of(request) == solution_of(exercise, figure):
        return {}
    if isinstance(exercise, models.ShapeAsked):
        return wrong("shape-choice")
    return wrong("sign-choice", output=figure.trace.nodes[figure.trace.output].name or "L")


def solution_of(exercise: models.Exercise, figure: Computed | None) -> str:
    """The right answer, as it is told."""
    if isinstance(exercise, models.DerivationAsked):
        return "\n".join(line.text for line in exercise.lines)
    assert figure is not None
    if isinstance(exercise, models.RepairAsked):
        return figure.program
    if isinstance(exercise, models.NumberAsked):
        right = {"gradient": figure.gradient, "value": figure.value, "contribution": figure.contribution}
        return told(right[exercise.kind](exercise.of))
    if isinstance(exercise, models.OrderAsked):
        return ", ".join(map(figure.name, by_size(exercise, figure)))
    if isinstance(exercise, models.EdgeAsked):
        return figure.symbol(exercise.of)
    gradient = figure.gradient(exercise.of)
    if isinstance(exercise, models.ShapeAsked):
        return shape_text(list(np.shape(gradient)))
    return SIGNS[[1, -1, 0].index(int(np.sign(gradient)))]


def by_size(exercise: models.OrderAsked, figure: Computed) -> list[str]:
    """Its names by the size of their gradients, the largest first."""
    return sorted(exercise.among, key=lambda name: -abs(float(figure.gradient(name))))


def finished(found: dict[str, Any], request: AnswerRequest, solution: str) -> dict[str, Any]:
    """A verdict with all its fields; `found` is empty for a right answer."""
    verdict = {"right": not found, "sentence": None, "explanation": None, "params": {}, "line": None, "reason": None}
    return verdict | found | {"solution": solution if request.reveal or not found else None}


def wrong(sentence: str, **params: str | float) -> dict[str, Any]:
    """What is wrong with an answer."""
    return {"sentence": f"learn.wrong.{sentence}", "explanation": filled(SENTENCES[sentence], params), "params": params}


def text_of(request: AnswerRequest) -> str:
    """An answer that is one text.  Raises Problem."""
    if not isinstance(request.answer, str):
        raise Problem.of("wrong-field", field="answer", takes="Here: one text.")
    return request.answer


def lines_of(request: AnswerRequest) -> list[str]:
    """An answer that is several texts.  Raises Problem."""
    if not isinstance(request.answer, list):
        raise Problem.of("wrong-field", field="answer", takes="Here: a list of texts.")
    return request.answer


def claimed(figure: Computed, kind: str, name: str, request: AnswerRequest) -> dict[str, Any]:
    """A gradient or a value, as the engine diagnoses it: the mistake by name, with the numbers once they are told."""
    claim = {f"{kind}s": {figure.name(name): text_of(request)}}
    found = engine.diagnose(figure.program, {}, expand=figure.expand, limits=limits_of(figure.settings), **claim)
    if found.ok:
        return {}
    if request.reveal:
        return {"sentence": f"diagnosis.{found.sentence}", "explanation": found.explanation, "params": found.params}
    if found.diagnosis in UNTOLD:
        [one] = read_claims(
            figure.trace.graph,
            kind,
            {figure.name(name): text_of(request)},
            lambda t, n: formula_value(t, n, figure.trace),
        )
        mistake, params = told_apart(figure.trace, figure.node(name), kind, one)
        return wrong(mistake, **params)
    return {**wrong("number"), "sentence": f"diagnose.name.{found.diagnosis}"}


def known(figure: Computed, exercise: models.NumberAsked, request: AnswerRequest) -> dict[str, Any]:
    """What the exercise says of this wrong answer; empty where it does not know it."""
    name = exercise.of.partition(EDGE)[0]
    kind = "gradient" if exercise.kind == "contribution" else exercise.kind
    graph = figure.trace.graph
    [claim] = read_claims(
        graph, kind, {figure.name(name): text_of(request)}, lambda t, n: formula_value(t, n, figure.trace)
    )
    for mistake in exercise.mistakes:
        value = formula_value(mistake.formula, exercise.of, figure.english)
        if value is not None and claim.matches(value[0]):
            return wrong("known", said=getattr(mistake.said, request.language))
    return {}


def contribution(figure: Computed, names: str, text: str) -> dict[str, Any]:
    """What an edge delivers."""
    trace = figure.trace
    edge = trace.edges[figure.edge(names)]
    source, target = trace.nodes[edge.source], trace.nodes[edge.target]
    claims = read_claims(trace.graph, "gradient", {source.name or "": text}, lambda t, n: formula_value(t, n, trace))
    [claim] = claims
    if claim.matches(edge.contribution):
        return {}
    others = [other.contribution for other in trace.edges if other.target == edge.target and other.id != edge.id]
    mistakes = {
        "sign": [-np.asarray(edge.contribution)],
        "upstream-alone": [target.gradient],
        "local-alone": [edge.local],
        "whole-gradient": [source.gradient],
        "other-edge": others,
    }
    if edge.local is not None:
        mistakes["sum-for-product"] = [np.asarray(target.gradient) + np.asarray(edge.local)]
    name = next(
        (name for name, many in mistakes.items() if any(one is not None and claim.matches(one) for one in many)), None
    )
    if name is None:
        name, params = told_apart(trace, source.id, "gradient", claim, edge.contribution)
        return wrong("contribution" if name in BY_SIGN else name, **params)
    known = {"other-edge": {"target": target.name or ""}, "whole-gradient": {"source": source.name or ""}}
    return wrong(name, **known.get(name, {}))


def ordered(right: list[str], given: list[str]) -> dict[str, Any]:
    """Names in the order of their gradients."""
    if sorted(right) != sorted(given):
        raise Problem.of("wrong-field", field="answer", takes=f"Here: {', '.join(sorted(right))}, in an order.")
    place = {name: at for at, name in enumerate(right)}
    swapped = next(((a, b) for a, b in pairwise(given) if place[a] > place[b]), None)
    return wrong("order", first=swapped[0], second=swapped[1]) if swapped else {}


def edge(figure: Computed, right: int, given: str) -> dict[str, Any]:
    """The edge at which a mistake was made."""
    if not given.isdecimal() or int(given) >= len(figure.trace.edges):
        raise Problem.of("wrong-field", field="answer", takes="Here: the number of an edge.")
    if int(given) == right:
        return {}
    one = figure.trace.edges[int(given)]
    if one.contribution is None:
        return wrong("constant")
    upstream, local = figure.trace.nodes[one.target].gradient, one.local
    return wrong("edge", upstream=told(upstream), local=told(local), contribution=told(one.contribution))


def repaired(figure: Computed, given: str, program: str, settings: Settings) -> dict[str, Any]:
    """A program with the value and the gradients of another one, and its inputs where `given` has them right."""
    wanted = figure.trace
    got = engine.trace(program, {}, limits=limits_of(settings))
    right, value = wanted.nodes[wanted.output].value, got.nodes[got.output].value
    if not same(value, right):
        return wrong("repair-output", got=told(value), right=told(right))
    output = wanted.nodes[wanted.output].name or "L"
    inputs = {node.name: node.value for node in got.nodes if node.op == "input"}
    right_lines = set(given.splitlines()) & set(figure.program.splitlines())
    for name, gradient in wanted.gradients.items():
        if name not in got.gradients:
            return wrong("repair-missing", name=name)
        value = figure.trace.nodes[wanted.graph.names[name]].value
        if any(line.startswith(f"{name} = ") for line in right_lines) and not same(inputs.get(name, value), value):
            return wrong("repair-input", name=name, right=told(value))
        if not same(got.gradients[name], gradient):
            symbol = f"∂{output}/∂{name}"
            return wrong("repair-gradient", symbol=symbol, got=told(got.gradients[name]), right=told(gradient))
    return {}


def same(a: Any, b: Any) -> bool:
    """Whether two values are one but for rounding."""
    return np.shape(a) == np.shape(b) and bool(np.allclose(a, b, rtol=CLOSE, atol=CLOSE, equal_nan=True))
