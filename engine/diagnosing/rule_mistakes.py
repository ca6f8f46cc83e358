"""The mistakes that are made in a rule itself: each as what the edge would deliver instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from gradlens.engine.advising.advice import label
from gradlens.engine.diagnosing.mistakes import Mistake, at
from gradlens.engine.diagnosing.planted_passes import Circuit, Local
from gradlens.engine.diagnosing.wording import figure
from gradlens.engine.graph import Edge, Graph, Operation
from gradlens.engine.passes.rules import edge_rule, is_local
from gradlens.engine.values import Array

# Derivatives as they are written in terms of the output y, with anything in y's place.
IN_TERMS_OF_OUTPUT: dict[str, Callable[[Array], Array]] = {
    "sigmoid": lambda y: y * (1 - y),
    "tanh": lambda y: 1 - y**2,
    "exp": lambda y: y,
    "sqrt": lambda y: 1 / (2 * y),
    "softmax": lambda y: y * (1 - y),
}
# Slopes that are mistaken for one another: of which function, how they are written, and what they are of the output y.
SLOPES: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "sigmoid": ("y (1 - y)", lambda y: y * (1 - y)),
    "tanh": ("1 - y²", lambda y: 1 - y**2),
    "relu": ("1 where y > 0", lambda y: (y > 0).astype(np.float64)),
}
GATES = frozenset(("relu", "leaky_relu", "maximum", "clip"))


def mistakes_of_rule(circuit: Circuit, edge: Edge) -> Iterator[Mistake]:
    """Mistakes in the rule of one edge, the plainest first."""
    graph = circuit.graph
    node = graph.operation(edge.target)
    name = node.op.name
    if name == "softmax":
        yield from along_other_axes(edge, node)
        yield at("softmax-elementwise", edge, lambda local: local.g * local.z * (1 - local.z), function=name)
    elif name == "log_softmax":
        yield at("softmax-elementwise", edge, lambda local: local.g * (1 - np.exp(local.z)), function=name)
    if name in IN_TERMS_OF_OUTPUT:
        slope = IN_TERMS_OF_OUTPUT[name]
        yield at("output-derivative-at-input", edge, lambda local: local.g * slope(local.x), function=name)
    for other, (written, of_output) in SLOPES.items() if name in SLOPES else ():
        if other != name:
            delivered = partial(with_slope, of_output)
            yield at("wrong-slope", edge, delivered, function=name, other=other, slope=written)
    yield from normalisation(edge, node)
    yield from powers(graph, edge, node)
    yield from factors(graph, edge, node)
    if name in GATES:
        yield at("wrong-mask", edge, lambda local: local.summed(local.g * (local.g > 0)), function=name)
        yield at("wrong-mask", edge, lambda local: local.summed(local.g * (local.x <= 0)), function=name)
    if name in ("max", "min"):
        yield at("not-only-largest", edge, partial(to_all, node), function=name)


def with_slope(of_output: Callable[[Array], Array], local: Local) -> Array:
    return local.g * of_output(local.z)


def along_other_axes(edge: Edge, node: Operation) -> Iterator[Mistake]:
    """What comes back through a softmax, summed along another axis than its own."""
    axes: Any = node.options.get("axis")
    ndim = len(node.shape)

    def delivered(axis: int, local: Local) -> Array:
        return local.z * (local.g - np.sum(local.g * local.z, axis=axis, keepdims=True))

    for axis in range(ndim):
        if axis not in axes:
            yield at("wrong-axis", edge, partial(delivered, axis), function=node.op.name)


def normalisation(edge: Edge, node: Operation) -> Iterator[Mistake]:
    """Mean and variance of a normalisation in one op taken for constants, both or one."""
    name = node.op.name
    if edge.argnum or name not in ("layer_norm", "batch_norm", "rms_norm"):
        return
    axis = 0 if name == "batch_norm" else -1
    centred = name != "rms_norm"

    def delivered(local: Local, mean: bool, variance: bool) -> Array:
        g = local.g * local.inputs[1] if name == "batch_norm" else local.g
        c = local.x - np.mean(local.x, axis=axis, keepdims=True) if centred else local.x
        s = np.sqrt(np.mean(c * c, axis=axis, keepdims=True) + node.options["eps"])
        total = g
        if not variance:
            total = total - c / s * np.mean(g * c / s, axis=axis, keepdims=True)
        if not mean and centred:
            total = total - np.mean(g, axis=axis, keepdims=True)
        return total / s

    for mean, variance in ((True, True), (False, True), (True, False)) if centred else ((True, True),):
        kept = "mean" * mean + ", " * (mean and variance) + "variance" * variance if centred else "mean square"
        yield at("statistics-as-constants", edge, partial(delivered, mean=mean, variance=variance), statistics=kept)


def powers(graph: Graph, edge: Edge, node: Operation) -> Iterator[Mistake]:
    """The exponent not brought down, or not lowered by one."""
    name = node.op.name
    n = 2.0 if name == "square" else graph.number(node.inputs[1]) if name == "pow" and not edge.argnum else None
    if n is not None and n not in (0.0, 1.0):
        yield at("power-rule", edge, lambda local: local.right() / n, exponent=figure(n))
        yield at("power-rule", edge, lambda local: local.summed(local.raw() * local.x), exponent=figure(n))
    elif name == "div" and edge.argnum == 1:
        yield at("power-rule", edge, lambda local: local.summed(local.raw() * local.x), exponent="-1")


def factors(graph: Graph, edge: Edge, node: Operation) -> Iterator[Mistake]:
    """The other factor of a product, or the divisor, forgotten."""
    if node.op.name not in ("mul", "div") or (node.op.name == "div" and edge.argnum):
        return
    other = node.inputs[1 - edge.argnum]
    number = graph.number(other)
    if number in (1.0, -1.0) or not is_local(node.op, edge.argnum) or edge_rule(graph, edge).text == "1":
        return
    factor = label(graph.nodes[other]) if number is None else figure(number)
    yield at("missing-factor", edge, lambda local: local.summed(local.g), factor=factor)


def to_all(node: Operation, local: Local) -> Array:
    """The upstream gradient at every element, as a sum would pass it on."""
    g = local.g
    if g.ndim < local.x.ndim and node.options.get("axis") is not None:
        g = np.expand_dims(g, tuple(node.options["axis"]))
    return np.broadcast_to(g, local.x.shape)
