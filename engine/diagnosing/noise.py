"""What rounding does to a value and to a gradient, element by element: both passes once more, every number moved by a
little.

Monte Carlo arithmetic (D. Stott Parker 1997): an element that is left over when large numbers cancel moves with these;
one beside a large number does not.  Only what moves in proportion counts: a jump, as across a kink, is no rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.diagnosing.planted_passes import Backward, Circuit
from gradlens.engine.graph import Graph, Operation
from gradlens.engine.ops import Op
from gradlens.engine.passes.rules import edge_rule
from gradlens.engine.passes.tangent import list_tangent, push_of
from gradlens.engine.values import Array, Value

DRAWS = 2
MOVED = 2.0**-40  # relative: far above rounding, far below what would bend a smooth function
UNIT = 2.0**-53  # the rounding of one operation
MOST_EDGES = 3_000  # some ten passes over so many are half a second
ROUNDINGS = 32  # operations behind one number, and signs that happen to agree


@dataclass(frozen=True, slots=True)
class Noise:
    """Of one node, an array each, for a relative error of 1 in every number.

    moved: how far each element moves.  inner: how far, where ops of several steps round inside: 1 - sigmoid(40) is 0,
      or 1e-16, or
    4e-18, as it is computed.
    """

    moved: Array
    inner: Array

    def excuses(self, claimed: Array, truth: Array, unit: float) -> NDArray[np.bool_]:
        """Where a claim differs from the truth by no more than rounding to `unit`, relative."""
        bound = ROUNDINGS * unit * self.inner
        residue = (claimed == 0) | (
            np.abs(claimed) >= bound / ROUNDINGS**2
        )  # nothing at all, or as much as roundings leave
        lost = residue & (np.abs(truth) <= bound) & (np.abs(claimed) <= bound)
        return (np.abs(claimed - truth) <= ROUNDINGS * unit * self.moved) | lost


def value_noise(circuit: Circuit, values: list[Value]) -> Callable[[int], Noise]:
    """The noise of every value."""
    moved, inner = (
        largest([tangents(circuit.graph, values, size, draw) for draw in range(DRAWS)]) for size in (sizes, steps)
    )
    return lambda id: Noise(moved[id], inner[id])


def coarse_noise(truth: Array) -> Noise:
    """That of a program too large to be run so often: of every element as of the node's largest."""
    size = np.abs(finite(truth))
    return Noise(np.full(truth.shape, np.max(size, initial=0.0)), np.zeros(truth.shape))


def gradient_noise(circuit: Circuit, values: list[Value], seed: Array) -> Callable[[int], Noise]:
    """The noise of every gradient.

    Raises EngineError or ValueError where numbers choose elements, and may not move.
    """
    right = Backward(circuit, values, seed).run(lambda id, g: g).used
    moved = largest([drawn(circuit, values, seed, right, draw) for draw in range(DRAWS)])
    inner = largest([rounded_inside(circuit, values, right, draw) for draw in range(DRAWS)])
    return lambda id: Noise(moved[id], inner[id])


def drawn(circuit: Circuit, values: list[Value], seed: Array, right: dict[int, Array], draw: int) -> list[Array]:
    """How far each gradient moves when every value and every gradient on the way does."""
    shifts = tangents(circuit.graph, values, sizes, draw)

    def moved(by: float) -> dict[int, Array]:
        random = np.random.default_rng(draw)
        shifted = [value if shift is None else value + by * shift for value, shift in zip(values, shifts, strict=True)]
        return Backward(circuit, shifted, seed).run(lambda id, g: g * (1 + by * signs(random, g.shape))).used

    once, twice = moved(MOVED), moved(2 * MOVED)
    found: list[Array] = []
    for id in range(len(values)):
        single, double = np.abs(once[id] - right[id]) / MOVED, np.abs(twice[id] - right[id]) / MOVED
        found.append(np.where((double > 1.5 * single) & (double < 3 * single), single, 0.0))
    return found


def rounded_inside(circuit: Circuit, values: list[Value], right: dict[int, Array], draw: int) -> list[Array]:
    """How far each gradient moves when the rules of ops of several steps round at the size of what they are given."""
    graph, random = circuit.graph, np.random.default_rng(draw)

    def settle(id: int, g: Array) -> Array:
        for edge in circuit.outgoing.get(id, ()):
            target = graph.operation(edge.target)
            if has_steps(target.op):
                above = np.abs(right[target.id])
                size = above if target.op.elementwise and target.shape == g.shape else np.max(above, initial=0.0)
                g = g + signs(random, g.shape) * finite(size)
        return g

    passed = Backward(circuit, values, np.zeros_like(right[graph.output])).run(settle).used
    return [finite(np.abs(passed[id])) for id in range(len(values))]


def tangents(
    graph: Graph, values: Sequence[Value], size: Callable[[Operation, Array], Array | None], draw: int
) -> list[Array | None]:
    """How every value moves when each moves by its size by itself, up or down, and with what it is made of; None where
    it does not move.

    size: of a node and its numbers without their signs; None where it moves only with others.
    """
    random = np.random.default_rng(draw)
    moved: list[Array | None] = [None] * len(values)
    edges = iter(graph.edges)
    edge = next(edges, None)
    for node in graph.nodes:
        total: Array | None = None
        while edge is not None and edge.target == node.id:
            shift = moved[edge.source]
            if shift is not None and node.op is not None and node.op.rule(edge.argnum) and node.op.variadic != "list":
                push = push_of(edge_rule(graph, edge))
                arriving = push(shift, values[node.id], *[values[i] for i in node.inputs])
                total = (np.zeros(node.shape) if total is None else total) + finite(np.asarray(arriving))
            edge = next(edges, None)
        if node.op is None or not (node.op.local or node.op.vjp):
            continue  # given as it is, or a choice
        if node.op.variadic == "list" and any(moved[i] is not None for i in node.inputs):
            total = np.asarray(list_tangent(graph, node.id, moved))
        own = size(graph.operation(node.id), np.abs(np.asarray(values[node.id], dtype=np.float64)))
        if own is not None:
            total = (np.zeros(node.shape) if total is None else total) + signs(random, node.shape) * finite(own)
        moved[node.id] = total
    return moved


def sizes(node: Operation, size: Array) -> Array:
    """A value rounds at its own size."""
    return size


def steps(node: Operation, size: Array) -> Array:
    """An op of several steps has numbers inside, such as the 1 of 1 + exp(-x)."""
    return np.maximum(size, 1.0) if has_steps(node.op) else np.zeros_like(size)


def has_steps(op: Op) -> bool:
    return op.definition is not None


def signs(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return random.choice((-1.0, 1.0), shape)


def finite(array: Array) -> Array:
    return np.nan_to_num(array, nan=0.0, posinf=0.0, neginf=0.0)


def largest(draws: Sequence[Sequence[Array | None]]) -> list[Array]:
    """Of several draws the largest move of each element."""
    return [
        np.max([finite(np.abs(0.0 if part is None else part)) for part in parts], axis=0)
        for parts in zip(*draws, strict=True)
    ]
