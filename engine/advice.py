"""What a careful teacher would remark about a run: a kink hit, a NaN born, a gradient that vanished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from engine.errors import Span, quote
from engine.forward import is_scalar
from engine.graph import Edge, Graph, Node
from engine.language import Syntax, suggestion
from engine.rules import kernel
from engine.values import Value

VANISHED = 1e-10  # of the seed's size: ten layers of sigmoid, each at most 1/4, pass 1e-6 on
EXPLODED = 1e10

# kind: the sentence
KINDS = {
    "non-finite-input": "The input {node} is not finite: it holds {what}.",
    "non-finite-value": "{function} produced {what} at {node}, from finite inputs. Everything computed from it is affected.",
    "non-finite-constant": "The number in the text is too large: it is {what}.",
    "nan-gradient": "The gradient becomes NaN on the way from {target} to {node}: 0 and ∞ meet in a product, which has no value.",
    "infinite-gradient": "The gradient becomes infinite on the way from {target} to {node}: the local derivative has a pole there.",
    "kink": "{function} meets a point where calculus gives no derivative, at {node}. {convention}",
    "vanished-gradient": "The gradient of {node} has all but vanished: its largest element is {size}.",
    "exploded-gradient": "The gradient of {node} has exploded: its largest element is {size}.",
    "unused-input": "The input {node} is not used, so its gradient is 0.",
}
HINTS = {"unused-input": "Did you mean {suggestion}?"}


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning: its kind, its sentence in English, what the sentence was filled with, and where it points."""

    kind: str
    message: str
    params: dict[str, str | float] = field(default_factory=dict)
    node: int | None = None
    edge: int | None = None
    span: Span | None = None


def remarks(graph: Graph, walked: list[Edge], values: list[Value], gradients: list[Value | None], contributions: list[Value | None], symbol: Callable[[int], str], syntax: Syntax) -> tuple[list[Remark], set[int]]:
    """All remarks about one run, and the ids of the nodes that sit at a convention."""
    found: list[Remark] = []

    def remark(kind: str, node: Node, edge: int | None = None, **params: str | float) -> None:
        params = {"node": label(node)} | params
        message = KINDS[kind].format(**params)
        if "suggestion" in params:
            message += " " + HINTS[kind].format(**params)
        found.append(Remark(kind, message, params, node.id, edge, syntax.span(node.place)))

    _values(graph, values, remark)
    conventions = _kinks(graph, walked, values, remark)
    _edges(graph, walked, gradients, contributions, remark)
    _gradients(graph, walked, gradients, remark)
    for name in graph.unused:
        used = [n.name for n in graph.nodes if n.name and n.name not in graph.unused]
        remark("unused-input", graph.nodes[graph.inputs[name]], **suggestion(name, used))
    return found, conventions


def label(node: Node) -> str:
    """A node in a sentence: its name, or its op and id."""
    if node.name is not None:
        return quote(node.name)
    return f"{node.kind} (v{node.id})"


def finite(value: Value) -> bool:
    if type(value) is float:
        return value - value == 0
    return bool(np.isfinite(value).all())


def what(value: Value) -> str:
    """The worst that a value holds: NaN before infinities."""
    array = np.asarray(value)
    if np.isnan(array).any():
        return "NaN"
    return "∞" if (array == np.inf).any() else "−∞"


def _values(graph: Graph, values: list[Value], remark: Callable) -> None:
    """The first node that is not finite though everything before it was."""
    for node in graph.nodes:
        value = values[node.id]
        if finite(value):
            continue
        if node.kind == "input":
            remark("non-finite-input", node, what=what(value))
        elif node.kind == "constant":
            remark("non-finite-constant", node, what=what(value))
        else:
            remark("non-finite-value", node, what=what(value), function=node.kind)
        return


def _kinks(graph: Graph, walked: list[Edge], values: list[Value], remark: Callable) -> set[int]:
    """Every node on the way back whose op met its convention."""
    met: set[int] = set()
    seen: set[int] = set()
    for edge in walked:
        node = graph.nodes[edge.target]
        op = node.op
        if op.kink is None or node.id in seen:
            continue
        seen.add(node.id)
        scalar = is_scalar(graph, node.id)
        mask = kernel(op, op.kink, graph.use(node), scalar)(None, values[node.id], *[values[i] for i in node.inputs])
        if np.any(mask):
            met.add(node.id)
            remark("kink", node, function=op.name, convention=op.convention["en"])
    return met


def _edges(graph: Graph, walked: list[Edge], gradients: list[Value | None], contributions: list[Value | None], remark: Callable) -> None:
    """The first edge that turned a sound upstream into NaN, or else into an infinity."""
    for edge in walked:
        contribution = contributions[edge.id]
        if finite(contribution):
            continue
        source, target = graph.nodes[edge.source], graph.nodes[edge.target]
        nan, nan_before = np.isnan(contribution).any(), np.isnan(gradients[edge.target]).any()
        if nan and not nan_before:
            remark("nan-gradient", source, edge.id, target=label(target))
            return
    for edge in walked:
        if not finite(contributions[edge.id]) and finite(gradients[edge.target]):
            remark("infinite-gradient", graph.nodes[edge.source], edge.id, target=label(graph.nodes[edge.target]))
            return


def _gradients(graph: Graph, walked: list[Edge], gradients: list[Value | None], remark: Callable) -> None:
    """Inputs whose gradient is far from the seed's size."""
    seed = _size(gradients[graph.output])
    reached = {edge.source for edge in walked}
    for id in graph.inputs.values():
        size = _size(gradients[id])
        if id not in reached or not size or not np.isfinite(size) or not seed or not np.isfinite(seed):
            continue
        if size < VANISHED * seed:
            remark("vanished-gradient", graph.nodes[id], size=size)
        elif size > EXPLODED * seed:
            remark("exploded-gradient", graph.nodes[id], size=size)


def _size(value: Value) -> float:
    return abs(value) if type(value) is float else float(np.max(np.abs(value), initial=0.0))
