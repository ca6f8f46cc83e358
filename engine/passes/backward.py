"""The backward pass: from the output back, edge by edge; one rule an edge, contributions summed at its source."""

from __future__ import annotations

import numpy as np

from gradlens.engine.graph import Edge, Graph
from gradlens.engine.ops import Use
from gradlens.engine.passes.kernels import Kernel
from gradlens.engine.passes.rules import edge_rule, rule_of
from gradlens.engine.values import Shape, Value

STORE, ADD, ADD_IN_PLACE = range(3)

# (rule, edge, target, source, how to add, first input, second input or None, all inputs where there are more)
BackwardStep = tuple[Kernel, int, int, int, int, int, int | None, tuple[int, ...] | None]


def contributing(graph: Graph) -> list[Edge]:
    """The edges that carry a gradient from the output back, in the order in which they are walked."""
    needed = bytearray(len(graph.nodes))
    needed[graph.output] = 1
    walked: list[Edge] = []
    for edge in reversed(graph.edges):
        if edge.differentiable and needed[edge.target]:
            needed[edge.source] = 1
            walked.append(edge)
    return walked


def plan_backward(graph: Graph, edges: list[Edge]) -> list[BackwardStep]:
    """One step an edge, its rule compiled for the shapes and options of its use."""
    steps: list[BackwardStep] = []
    nodes = graph.nodes
    received = bytearray(len(nodes))  # how many contributions came before, as far as that matters
    last, first, second, more = -1, 0, None, None
    use: Use | None = None
    for edge in edges:
        source, target, argnum = edge.source, edge.target, edge.argnum
        if target != last or use is None:  # the edges into a node stand together
            last, node = target, graph.operation(target)
            use, inputs = node.use or graph.use(node), node.inputs
            first, second, more = inputs[0], None, None
            if len(inputs) > 1:
                second = inputs[1]
                if len(inputs) > 2:
                    more = inputs
            if node.op.variadic == "list":
                second, more = first, ()  # its rules are places, and read no operand
        # The first is kept by reference, the second makes a buffer, and from then on it is added to in place.
        how = received[source]
        if how != ADD_IN_PLACE and (how != ADD or nodes[source].shape):
            received[source] = how + 1
        rule = use.rules.get(argnum) or rule_of(use, argnum)
        steps.append((rule.deliver, edge.id, target, source, how, first, second, more))
    return steps


def run_backward(
    steps: list[BackwardStep],
    values: list[Value],
    gradients: list[Value | None],
    contributions: list[Value | None] | None,
) -> None:
    """Fill `gradients`, which holds the seed already, and `contributions` by edge, if a list is given."""
    for rule, edge, target, source, how, a, b, more in steps:
        g = gradients[target]
        if b is None:
            contribution = rule(g, values[target], values[a])
        elif more is None:
            contribution = rule(g, values[target], values[a], values[b])
        else:
            contribution = rule(g, values[target], *[values[i] for i in more])
        if contributions is not None:
            contributions[edge] = contribution
        if how == STORE:
            gradients[source] = contribution
        elif how == ADD:
            gradients[source] = gradients[source] + contribution
        else:
            gradients[source] += contribution


def local_value(graph: Graph, edge: Edge, values: list[Value]) -> Value | None:
    """d(target)/d(source) of one edge, of the target's shape; None where the Jacobian is not diagonal."""
    rule = edge_rule(graph, edge)
    if not rule.is_local:
        return None
    return rule.local(None, values[edge.target], *[values[i] for i in graph.nodes[edge.target].inputs])


def filled(value: float, shape: Shape) -> Value:
    """A gradient of one number everywhere, without memory for its elements."""
    return value if shape == () else np.broadcast_to(value, shape)
