"""What a careful teacher would remark about a run: a kink hit, a NaN born, a gradient that vanished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from engine.backward import local_value
from engine.errors import Span, filled
from engine.faults import Index, explain, figure, finite, first_faults, holds_nan, label
from engine.forward import is_scalar
from engine.graph import Edge, Graph, Node
from engine.language import Syntax, suggestion
from engine.remedies import cancellations, choose_first, not_taken, rewrite, users
from engine.rules import kernel
from engine.values import Value

VANISHED = 1e-10  # of the seed's size: ten layers of sigmoid, each at most 1/4, pass 1e-6 on
EXPLODED = 1e10

# kind: the sentence
KINDS = {
    "non-finite-input": "The input {node} is not finite: it holds {what}.",
    "non-finite-constant": "The number in the text is too large: it is {what}.",
    "nan-constant": "The program itself writes NaN here. Everything computed from it is affected.",
    "non-finite-value": "{function} produced {what} at {node}, from finite inputs. Everything computed from it is affected.",
    "undefined": "{shown} has no real value, so {node} is NaN: {formula} needs {needs}. Everything computed from it is affected.",
    "pole": "{shown} has no finite value, so {node} is {what}: {formula} needs {needs}. Everything computed from it is affected.",
    "overflow": "{shown} overflows, so {node} is {what}: it is beyond 1.8e308, the largest number there is. Everything computed from it is affected.",
    "indeterminate": "{shown} has no value, so {node} is NaN. What made the infinity is to blame.",
    "nan-of-infinity": "{function} produced NaN at {node}, from an infinite input: 0 · ∞ and ∞ − ∞ have no value.",
    "nan-gradient": "The gradient becomes NaN on the way from {target} to {node}: the upstream {upstream} meets the local derivative {local}, and 0 · ∞ has no value.",
    "nan-gradient-where": "The gradient becomes NaN on the way from {target} to {node}, in a branch of where that is not taken: where sends 0 back, the local derivative is {local}, and 0 · ∞ has no value.",
    "nan-gradient-rule": "The gradient becomes NaN on the way from {target} to {node}: infinities meet in the rule of {function}, and 0 · ∞ and ∞ − ∞ have no value.",
    "nan-gradient-sum": "The gradient of {node} is NaN: its contributions ∞ and −∞ have no sum.",
    "infinite-gradient": "The gradient becomes infinite on the way from {target} to {node}: the local derivative has a pole there.",
    "overflowing-gradient": "The gradient becomes infinite on the way from {target} to {node}: the product is beyond 1.8e308, the largest number there is.",
    "cancellation": "{node} has lost about {digits} of its 16 digits: nearly equal numbers were subtracted.",
    "kink": "{function} meets a point where calculus gives no derivative, at {node}. {convention}",
    "vanished-gradient": "The gradient of {node} has all but vanished: its largest element is {size}.",
    "exploded-gradient": "The gradient of {node} has exploded: its largest element is {size}.",
    "unused-input": "The input {node} is not used, so its gradient is 0.",
}
# of a value or gradient that is not finite
NON_FINITE = frozenset(KINDS) - {"cancellation", "kink", "vanished-gradient", "exploded-gradient", "unused-input"}
# param: what is added where a sentence has it
HINTS = {"suggestion": "Did you mean {suggestion}?", "remedy": "Write {remedy} instead of {written}."}


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

    def remark(kind: str, node: Node, edge: int | None = None, /, **params: str | float) -> None:
        params = {"node": label(node)} | params
        message = filled(KINDS[kind], params)
        for param, hint in HINTS.items():
            if param in params:
                message += " " + filled(hint, params)
        found.append(Remark(kind, message, params, node.id, edge, syntax.span(node.place)))

    advisor = Advisor(graph, values)
    _values(advisor, remark)
    conventions = _kinks(graph, walked, values, remark)
    _edges(advisor, walked, gradients, contributions, remark)
    _gradients(graph, walked, gradients, remark)
    for name in graph.unused:
        used = [n.name for n in graph.nodes if n.name and n.name not in graph.unused]
        remark("unused-input", graph.nodes[graph.inputs[name]], **suggestion(name, used))
    return found, conventions


class Advisor:
    """Remedies for nodes at fault; who uses a value is found out only when there is a fault."""

    def __init__(self, graph: Graph, values: list[Value]):
        self.graph = graph
        self.values = values

    @cached_property
    def consumers(self) -> dict[int, list[Edge]]:
        return users(self.graph)

    def branch(self, node: Node, index: Index | None) -> Edge | None:
        """The edge into a `where` that does not take what is made from the node's element."""
        return not_taken(self.graph, node.id, index, self.values, self.consumers)

    def remedy(self, node: Node, index: Index | None = None) -> dict[str, str]:
        """What to write instead of a formula in which the node is at fault, as parameters of a remark."""
        branch = self.branch(node, index)
        choice = {} if branch is None else choose_first(self.graph, node, branch)
        return choice or rewrite(self.graph, node.id, self.consumers)


def _values(advisor: Advisor, remark: Callable) -> None:
    """The first node that is not finite though everything before it was; the first NaN born of infinities; digits lost."""
    graph, values = advisor.graph, advisor.values
    for node in first_faults(graph, values):
        kind, facts, index = explain(graph, node, values)
        remedy = {} if node.op is None else advisor.remedy(node, index)
        remark(kind, node, **facts, **remedy)
    for node, digits, remedy in cancellations(graph, values):
        remark("cancellation", node, digits=digits, **remedy)


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


def _edges(advisor: Advisor, walked: list[Edge], gradients: list[Value | None], contributions: list[Value | None], remark: Callable) -> None:
    """Where a sound gradient first turned into NaN on its way back, or else into an infinity."""
    if all(finite(gradients[edge.source]) for edge in walked):
        return
    nodes = advisor.graph.nodes
    for edge in walked:
        if holds_nan(contributions[edge.id]) and not holds_nan(gradients[edge.target]) and _nan(advisor, edge, gradients, remark):
            return
    for node in reversed(nodes):
        sent = [contributions[e.id] for e in advisor.consumers.get(node.id, ()) if e.differentiable]
        if len(sent) > 1 and holds_nan(gradients[node.id]) and not any(map(holds_nan, sent)):
            remark("nan-gradient-sum", node, **advisor.remedy(node))
            return
    _infinite(advisor, walked, gradients, contributions, remark)


def _nan(advisor: Advisor, edge: Edge, gradients: list[Value | None], remark: Callable) -> bool:
    """The remark about an edge that made a NaN; none where the value itself is NaN, and the remark about it says why."""
    graph, values = advisor.graph, advisor.values
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    facts = {"target": label(target), "function": target.kind}
    local = local_value(graph, edge, values)
    if local is None:
        if holds_nan(values[target.id]):
            return False
        remark("nan-gradient-rule", source, edge.id, **facts, **advisor.remedy(target))
        return True
    upstream = np.broadcast_to(gradients[target.id], target.shape)
    local = np.asarray(local)
    at_fault = np.argwhere(np.isnan(upstream * local))
    if not len(at_fault):
        remark("nan-gradient-sum", source, edge.id, **advisor.remedy(target))
        return True
    index = tuple(int(i) for i in at_fault[0])
    above, slope = float(upstream[index]), float(local[index])
    facts |= {"target": label(target, index), "upstream": figure(above), "local": figure(slope)}
    branch = advisor.branch(target, index) if above == 0 else None
    if branch is not None:
        remark("nan-gradient-where", source, edge.id, **facts, **(choose_first(graph, target, branch) or rewrite(graph, target.id, advisor.consumers)))
        return True
    if np.isnan(slope):
        return False
    remark("nan-gradient", source, edge.id, **facts, **advisor.remedy(target, index))
    return True


def _infinite(advisor: Advisor, walked: list[Edge], gradients: list[Value | None], contributions: list[Value | None], remark: Callable) -> None:
    """The first edge that turned a finite upstream into an infinity."""
    for edge in walked:
        if not finite(contributions[edge.id]) and finite(gradients[edge.target]):
            target = advisor.graph.nodes[edge.target]
            if holds_nan(advisor.values[target.id]):
                continue  # the remark about the value says why
            local = local_value(advisor.graph, edge, advisor.values)
            kind = "infinite-gradient" if local is None or not finite(local) else "overflowing-gradient"
            remark(kind, advisor.graph.nodes[edge.source], edge.id, target=label(target), **advisor.remedy(target))
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
