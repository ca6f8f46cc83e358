"""How far the numbers of a line may be off where those are rounded that it is computed from: by the sizes of the terms
that it sums, not by what is left of them.
"""

from __future__ import annotations

from itertools import takewhile

import numpy as np

from gradlens.engine.diagnosing.backward_code.known_gradients import largest_of
from gradlens.engine.diagnosing.backward_code.lines import Judged
from gradlens.engine.diagnosing.noise import DRAWS, largest, tangents
from gradlens.engine.graph import Operation
from gradlens.engine.values import Array

ROUNDED = 1e-6  # of a line's largest element
EXACT = 1e-9  # the same, of numbers that nobody has rounded
MARGIN = 4  # signs that happen to agree
MOST_NODES = 6_000  # behind the loss


def allow_noise(judged: Judged) -> None:
    """Say of every line how far it moves when all lines before it do, each by so much of its largest element."""
    rounding = rounding_of(judged)
    watched = judged.watched
    assigned = {entry.node.id for entry in watched.journal if judged.is_behind(entry.node.id)}
    if len(watched.graph.nodes) - judged.start > MOST_NODES:
        return

    def rounded(node: Operation, size: Array) -> Array | None:
        return np.full(node.shape, rounding * largest_of(size)) if node.id in assigned else None

    moved = largest([tangents(watched.graph, judged.values, rounded, draw) for draw in range(DRAWS)])
    for line in judged.lines:
        line.noise = MARGIN * largest_of(moved[line.entry.node.id])


def rounding_of(judged: Judged) -> float:
    """How far numbers are rounded here: hardly, where the lines that are right and before all others are not off."""
    found: list[float] = []
    for line in takewhile(lambda line: line.verdict != "wrong", judged.lines):
        value = np.asarray(judged.values[line.entry.node.id], dtype=np.float64).ravel()
        truths = [one.ravel() for one in line.truths if one.size == value.size and largest_of(one) > 0]
        if line.verdict == "right" and truths:
            found.append(min(largest_of(value - one) / largest_of(one) for one in truths))
    most = max(found, default=ROUNDED)
    return most if most <= EXACT else ROUNDED
