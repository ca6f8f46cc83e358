"""What the numbers of a wrong line tell by themselves: the mistake at an op of the forward half that gives them."""

from __future__ import annotations

import numpy as np

from gradlens.engine.diagnosing.backward_code.gradients import zero
from gradlens.engine.diagnosing.backward_code.known_gradients import TOLERANCE, largest_of
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.claims import DOUBLE, Claim, fitted
from gradlens.engine.diagnosing.planted_passes import Backward, Circuit
from gradlens.engine.diagnosing.searching import Search
from gradlens.engine.values import Array

WORK = 1.2e10  # some 0.3 s
MOST_EDGES = 2_000
# What is solved for: a rate, or a constant that anything may be.
SOLVED = frozenset(("updated-weights", "shifted-labels", "scale", "path-factor"))


def kind_by_numbers(judged: Judged, first: Line) -> str | None:
    """The kind of a mistake that gives what the first wrong line gives, on from the lines that are right; None where
    no such is known.
    """
    graph, values = judged.watched.graph, judged.values
    if not first.of or first.of[0].id not in judged.truths or len(graph.edges) > MOST_EDGES:
        return None
    circuit = Circuit(graph)
    seed = np.asarray(judged.truths[graph.output], dtype=np.float64)
    base = Backward(circuit, values, seed).run(as_it_is)
    wrong = claimed(judged, first)
    claims = {wrong.node: wrong}
    for line in judged.lines:
        if line.verdict == "right" and line.of and line.of[0].id not in claims:
            one = claimed(judged, line)
            if one.fits and one.matches(zero(judged.truths, line.of[0])):
                claims[one.node] = one
    verdicts = {id: "wrong" if id == wrong.node else "right" for id in claims}
    search = Search(circuit, base, claims, verdicts, values, Claim.matches, WORK)
    with np.errstate(all="ignore"):
        several = search.explain(wrong)
    found = [mistake.kind for mistake, against in several if not against and mistake.kind not in SOLVED]
    return found[0] if found else None


def as_it_is(id: int, computed: Array) -> Array:
    return computed


def claimed(judged: Judged, line: Line) -> Claim:
    """What a line gives, as a claim of the gradient that it stands for."""
    value = np.asarray(judged.values[line.entry.node.id], dtype=np.float64)
    slack = np.full(value.shape, TOLERANCE * largest_of(value))
    node = line.of[0]
    return fitted(
        Claim(line.base, node.id, "gradient", value, slack, None, DOUBLE, value.shape == node.shape), node.shape
    )
