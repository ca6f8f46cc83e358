"""What lies between a node and the output, and what rounding does there."""

from __future__ import annotations

import numpy as np

from gradlens.engine.graph import Graph
from gradlens.engine.traces import Trace

EPSILON = 2.0**-52
LEAST = 5e-324  # below 2.2e-308 rounding no longer shrinks with the value


def between(graph: Graph, id: int) -> tuple[set[int], bool]:
    """The nodes after `id` on the way to the output, the output included; and whether a stop_gradient is held fixed on
    the way.

    A stop_gradient ends the way, and an update in steps does: the gradient is that of the function in which its value
    is a constant, and a difference that moved it would be the slope of another function.
    """
    updated = set(graph.stepped.values())
    after = {id}
    reached: set[int] = set()
    stops: set[int] = set()
    for node in graph.nodes[id + 1 :]:
        if not after.isdisjoint(node.inputs):
            if node.kind == "stop_gradient" or node.id in updated:
                stops.add(node.id)
            else:
                after.add(node.id)
                reached.add(node.id)
    needed = {graph.output}
    for node in reversed(graph.nodes):
        if node.id in needed:
            needed.update(node.inputs)
    return reached & needed, not stops.isdisjoint(needed)


def rounding(trace: Trace, ids: set[int]) -> float:
    """What rounding every value on the way may do to the seeded output: its error times its gradient, summed.

    The first-order bound of Linnainmaa 1976, for which reverse accumulation was first written down.  ∞ where it
    overflows.
    """
    total = 0.0
    for id in ids:
        gradient = trace.nodes[id].gradient
        if gradient is not None:
            size = np.abs(trace.values[id])
            if trace.graph.operation(id).op.definition is not None:
                size = np.maximum(
                    size, 1.0
                )  # a function of several steps has numbers inside, such as the 1 of 1 + exp(-x)
            moved = np.maximum(EPSILON * size, LEAST) * np.abs(gradient)
            total += float(np.sum(moved, where=~np.isnan(moved)))  # ∞ · 0: what is not finite itself moves nothing
    return total
