"""The mistakes that are made where probabilities meet labels, however the program spells its cross-entropy.

Such a node is known by its numbers: its gradient is c (p - t), with p the softmax or the sigmoid of its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from gradlens.engine.diagnosing.mistakes import Mistake, applied, batch_sizes, nothing, through_elements, through_rows
from gradlens.engine.diagnosing.planted_passes import Backward, Circuit, Local
from gradlens.engine.graph import Edge, Node
from gradlens.engine.values import Array, Value, size_of

SATURATED = 1e-6
EXACT = 1e-7  # relative: how well the numbers must fit for a node to be one of logits


@dataclass(frozen=True, slots=True)
class Logits:
    """A node whose gradient is c (p - t).  function: of which p comes; axis: of a softmax."""

    node: Node
    function: str
    axis: int
    p: Array
    t: Array
    c: float


def mistakes_at_logits(
    circuit: Circuit, base: Backward, truths: list[Value], claimed: int, edges: list[Edge]
) -> Iterator[Mistake]:
    """Mistakes at each node of logits among the claimed one and those that the edges above it lead from."""
    leaves = [n for n in circuit.graph.nodes if n.op is None and np.size(truths[n.id]) > 0]
    for distance, id in enumerate(dict.fromkeys((claimed, *(edge.source for edge in edges)))):
        for logits in logits_at(circuit, base, truths, id, leaves):
            for kind, gradient, params in mistaken(circuit, logits, np.asarray(base.values[id], dtype=np.float64)):
                mistake = replaced(circuit, id, gradient, kind, {"function": logits.function, **params})
                mistake.distance = distance
                yield mistake


def replaced(circuit: Circuit, id: int, gradient: Array, kind: str, params: dict[str, str | float]) -> Mistake:
    """All uses of a node together deliver `gradient`."""
    first, *others = circuit.outgoing[id]
    plants = {first.id: partial(given, gradient), **dict.fromkeys((e.id for e in others), nothing)}
    return Mistake(kind, first.id, plants, params)


def given(gradient: Array, local: Local) -> Array:
    return gradient


def logits_at(circuit: Circuit, base: Backward, truths: list[Value], id: int, leaves: list[Node]) -> Iterator[Logits]:
    """What the gradient of a node is made of, where it is c (p - t)."""
    node = circuit.graph.nodes[id]
    z, g = np.asarray(base.values[id], dtype=np.float64), base.computed[id]
    scale = float(np.max(np.abs(g), initial=0.0))
    if not circuit.outgoing.get(id) or not 0 < scale < np.inf or not np.isfinite(z).all():
        return
    kinds = [("softmax", axis) for axis in (-1, *range(z.ndim - 1)) if z.ndim and z.shape[axis] > 1]
    for function, axis in (*kinds, ("sigmoid", -1)):
        p = applied(function, z, axis)
        if function == "sigmoid" and not ((p > SATURATED) & (p < 1 - SATURATED)).any():
            continue  # of p = 1 alone any constant may come
        for leaf in leaves:
            if leaf.shape == node.shape and leaf.id != id:
                t = np.asarray(truths[leaf.id], dtype=np.float64)
                size = float(np.sum((p - t) ** 2))
                c = float(np.sum(g * (p - t))) / size if size else 0.0
                if z.size == 1 and not any(abs(c * n - 1) < EXACT for n in (1, *batch_sizes(circuit.graph))):
                    continue  # one number is c (p - t) of any t
                if c and fits(g, c * (p - t), scale) and is_probability(t):
                    yield Logits(node, function, axis, p, t, c)
                    return
        for c in factors_of(g, p, node) if function == "softmax" else ():
            t = p - g / c
            if fits(t, np.round(t), 1.0) and fits(np.sum(t, axis=axis), np.ones(()), 1.0):
                yield Logits(node, function, axis, p, np.round(t), c)
                return


def factors_of(g: Array, p: Array, node: Node) -> Iterator[float]:
    """Where t is 0 the gradient is c p, and where it is 1 it has the other sign."""
    ratio = g / p
    for side in (ratio[ratio > 0], ratio[ratio < 0]):
        if side.size and fits(side, np.full(side.shape, np.median(side)), float(np.max(np.abs(side)))):
            yield float(np.median(side))


def fits(found: Array, wanted: Array, scale: float) -> bool:
    return bool((np.abs(found - wanted) <= EXACT * scale).all())


def is_probability(t: Array) -> bool:
    return bool(((t >= 0) & (t <= 1)).all())


def mistaken(circuit: Circuit, logits: Logits, z: Array) -> Iterator[tuple[str, Array, dict[str, str | float]]]:
    """What somebody gets at the logits: the kind of mistake, the gradient, params."""
    p, t, c, shape = logits.p, logits.t, logits.c, z.shape
    right = c * (p - t)
    rows = shape[0] if len(shape) > 1 else 1
    counts = dict.fromkeys(n for n in (rows, size_of(shape), *map(int, sorted(batch_sizes(circuit.graph)))) if n > 1)
    plain = dict.fromkeys((c, *(c * n for n in counts if abs(c * n - 1) < EXACT)))
    for factor in plain:
        yield "labels-not-subtracted", factor * p, {}
        yield "labels-not-subtracted", -factor * t, {}
        yield "labels-not-subtracted", factor * (p - 1), {}
        if logits.function == "softmax":
            yield "softmax-elementwise", -factor * t * (1 - p), {}
            yield "softmax-elementwise", factor * p * (1 - p), {}
        yield "extra-activation-derivative", factor * (p - t) * p * (1 - p), {}
        yield "logits-not-probabilities", factor * (z - t), {}
    for axis in range(len(shape)) if logits.function == "softmax" else ():
        if axis != logits.axis % len(shape):
            yield "wrong-axis", c * (applied("softmax", z, axis) - t), {}
    for n in counts:
        if abs(c * n - 1) < EXACT:
            yield "sum-not-mean", right * n, {"count": n}
        yield "mean-not-sum", right / n, {"count": n}
    if logits.function == "softmax" and logits.axis in (-1, len(shape) - 1):
        for factor in dict.fromkeys((c, 2 * c, c / size_of(shape), 2 * c / size_of(shape))):
            yield "squared-error-not-cross-entropy", factor * through_rows(p, p - t), {}
    elif logits.function == "sigmoid":
        for factor in dict.fromkeys((c, 2 * c)):
            yield "squared-error-not-cross-entropy", factor * through_elements(p, p - t), {}
