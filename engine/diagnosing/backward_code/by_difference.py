"""What the numbers of a wrong line tell beside those that it should give: a factor, a term, a mask between them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlens.engine.diagnosing.backward_code.excuses import counts_of
from gradlens.engine.diagnosing.backward_code.forms.naming import is_output
from gradlens.engine.diagnosing.backward_code.known_gradients import TOLERANCE, Known, largest_of, same
from gradlens.engine.diagnosing.backward_code.lines import Judged
from gradlens.engine.graph import Node
from gradlens.engine.values import Array

MOST_NODES, MOST_EDGES = 2_000, 4_000


def kind_by_difference(judged: Judged, value: Array, truth: Array, of: Node | None = None) -> str | None:
    """The kind of a mistake that makes a value of what it should be; None where none is plain.

    of: what it should be the gradient of.
    """
    if not np.isfinite(value).all() or not np.isfinite(truth).all() or not truth.any():
        return None
    if value.size == truth.size:
        value = value.reshape(truth.shape)
    elif value.size == 1:
        value = np.full(truth.shape, value.reshape(-1)[0])
    else:
        return None
    if not value.any():
        return "missing-path"
    if value.ndim == 2 and value.shape[0] == value.shape[1] and same(value.T, truth):
        return "transposed"
    if is_masked(value, truth):
        return "wrong-mask"
    if of is not None and is_of_output(judged, value, of):
        return "missing-activation-derivative"
    return by_factor(judged, value, truth) or by_term(judged, value, truth)


def is_of_output(judged: Judged, value: Array, of: Node) -> bool:
    """Whether a value is the gradient of what is made of a node element by element."""
    graph = judged.watched.graph
    found = [id for id, truth in judged.truths.items() if id > of.id and same(value, truth)]
    return any(is_output(graph.nodes[id], of, graph) for id in found[:8])


def is_masked(value: Array, truth: Array) -> bool:
    """Whether two arrays differ only in which of their elements are 0."""
    slack = TOLERANCE * largest_of(truth)
    close = np.abs(value - truth) <= slack
    return value.size > 1 and bool((close | (value == 0) | (truth == 0)).all()) and bool((close & (truth != 0)).any())


def by_factor(judged: Judged, value: Array, truth: Array) -> str | None:
    """The kind by what one array is times the other."""
    held = value != 0
    if np.any(np.abs(truth[~held]) > TOLERANCE * largest_of(truth)):
        return None
    ratio = truth[held] / value[held]
    if np.ptp(ratio) <= TOLERANCE * largest_of(ratio):
        c = float(ratio.mean())
        for n in sorted(counts_of(judged.watched.graph, judged.loss)):
            if n > 2 and abs(c * n - 1) < TOLERANCE:
                return "sum-not-mean"
            if n > 2 and abs(c / n - 1) < TOLERANCE:
                return "mean-not-sum"
        if abs(c + 1) < TOLERANCE:
            return "sign"
        return "missing-factor" if value.size > 2 else None
    if ratio.size < 3 or not (ratio != 0).all():
        return None
    if held.all() and any(truth.shape[k] > 2 and is_same_along(truth / value, k) for k in range(truth.ndim)):
        return "missing-factor"
    for kind, factor in factors_at(judged, truth.shape):
        one = np.asarray(factor)[held]
        if np.max(np.abs(one - ratio)) <= TOLERANCE * largest_of(ratio):
            return kind
        if (one != 0).all() and np.max(np.abs(1 / one - ratio)) <= TOLERANCE * largest_of(ratio):
            return "missing-factor" if kind == "missing-factor" else f"extra-{kind.removeprefix('missing-')}"
    return None


def is_same_along(ratio: Array, axis: int) -> bool:
    """Whether a factor depends on the other axes alone."""
    return bool(np.max(np.ptp(ratio, axis=axis)) <= TOLERANCE * largest_of(ratio))


def factors_at(judged: Judged, shape: tuple[int, ...]) -> Iterator[tuple[str, Array]]:
    """What an array may be multiplied by, stretched to its shape: slopes of activations, then values."""
    graph = judged.watched.graph
    for edge in graph.edges[:MOST_EDGES]:
        part, upstream = judged.contributions[edge.id], judged.truths.get(edge.target)
        if part is None or upstream is None or np.shape(part) != shape or upstream.shape != shape:
            continue
        if graph.operation(edge.target).op.elementwise and (upstream != 0).all():
            arity = len(graph.nodes[edge.target].inputs)
            yield ("missing-activation-derivative" if arity == 1 else "missing-factor"), np.asarray(part) / upstream
    for node in graph.nodes[: min(judged.loss.id, MOST_NODES)]:
        if not node.shape or len(node.shape) > len(shape):
            continue
        array = np.asarray(judged.values[node.id], dtype=np.float64)
        try:
            yield "missing-factor", np.broadcast_to(array, shape)
        except ValueError:
            continue


def by_term(judged: Judged, value: Array, truth: Array) -> str | None:
    """The kind by what one array has more than the other: a path."""
    parts = {
        i: np.asarray(part, dtype=np.float64)
        for i, part in enumerate(judged.contributions[:MOST_EDGES])
        if part is not None
    }
    difference = truth - value
    for known in (Known(parts), Known(judged.truths)):
        if known.find(difference) is not None:
            return "missing-path"
        if known.find(-difference) is not None:
            return "extra-path"
        if known.find(difference / 2) is not None:
            return "sign"
    return None
