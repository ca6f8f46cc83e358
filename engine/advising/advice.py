"""What a careful teacher would remark about a run: a kink hit, a NaN born, a gradient that vanished."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.advising.cures import Ward
from gradlens.engine.advising.faults import (
    Index,
    explain,
    figure,
    finite,
    first_faults,
    holds_nan,
    label,
    mask,
)
from gradlens.engine.advising.remedies import cancellations, choose_first, not_taken, rewrites, users
from gradlens.engine.advising.unwritten import read_unwritten, zeros_like
from gradlens.engine.errors import Span, filled
from gradlens.engine.graph import Edge, Graph, Node, Operation
from gradlens.engine.language.outputs.backward_half import told_lines
from gradlens.engine.language.syntax import Syntax, suggestion
from gradlens.engine.passes.backward import local_value
from gradlens.engine.passes.kernels import forward_kernel, kernel
from gradlens.engine.passes.rules import rule_of
from gradlens.engine.values import Value

MOST_ALONE = 3  # nodes of one kind of remark that are told one by one; more are told in one sentence
VANISHED = 1e-10  # of the seed's size: ten layers of sigmoid, each at most 1/4, pass 1e-6 on
EXPLODED = 1e10
BESIDE = 1e-6  # relative; of 0 its square
LEAST = 5e-324
NEAR_LARGEST = 1e300  # beside a pole a slope is smaller, beside what overflows it is not

# kind: the sentence
KINDS = {
    "non-finite-input": "The input {node} is not finite: it holds {what}.",
    "non-finite-constant": "The number in the text is too large: it is {what}.",
    "nan-constant": "The program itself writes NaN here. Everything computed from it is affected.",
    "non-finite-value": (
        "{function} produced {what} at {node}, from finite inputs. Everything computed from it is affected."
    ),
    "undefined": (
        "{shown} has no real value, so {node} is NaN: {formula} needs {needs}. Everything computed from it is affected."
    ),
    "pole": (
        "{shown} has no finite value, so {node} is {what}: {formula} needs {needs}. Everything computed from it is"
        " affected."
    ),
    "overflow": (
        "{shown} overflows, so {node} is {what}: it is beyond 1.8e308, the largest number there is. Everything computed"
        " from it is affected."
    ),
    "indeterminate": "{shown} has no value, so {node} is NaN. What made the infinity is to blame.",
    "nan-of-infinity": "{function} produced NaN at {node}, from an infinite input: 0 · ∞ and ∞ − ∞ have no value.",
    "nan-gradient": (
        "The gradient becomes NaN on the way from {target} to {node}: the upstream {upstream} meets the local"
        " derivative {local}, and 0 · ∞ has no value."
    ),
    "nan-gradient-where": (
        "The gradient becomes NaN on the way from {target} to {node}, in a branch of where that is not taken: where"
        " sends 0 back, the local derivative is {local}, and 0 · ∞ has no value."
    ),
    "nan-gradient-undefined": (
        "The gradient becomes NaN on the way from {target} to {node}: the local derivative has no value there."
    ),
    "nan-gradient-where-undefined": (
        "The gradient becomes NaN on the way from {target} to {node}, in a branch of where that is not taken: where"
        " sends 0 back, but the local derivative has no value there, and then 0 times it has none."
    ),
    "nan-gradient-rule": (
        "The gradient becomes NaN on the way from {target} to {node}: infinities meet in the rule of {function}, and 0"
        " · ∞ and ∞ − ∞ have no value."
    ),
    "nan-gradient-sum": "The gradient of {node} is NaN: its contributions ∞ and −∞ have no sum.",
    "infinite-gradient": (
        "The gradient becomes infinite on the way from {target} to {node}: the local derivative has a pole there."
    ),
    "overflowing-gradient": (
        "The gradient becomes infinite on the way from {target} to {node}: the product is beyond 1.8e308, the largest"
        " number there is."
    ),
    "infinite-gradient-rule": (
        "The gradient becomes infinite on the way from {target} to {node}, in the rule of {function}: it divides by 0,"
        " or goes beyond 1.8e308, the largest number there is."
    ),
    "cancellation": (
        "{node} has lost about {digits} of its 16 digits: beside a much larger number a small one was rounded off."
    ),
    "kink": "{function} meets a point where calculus gives no derivative, at {node}. {convention}",
    "outside-domain": (
        "{node} lies outside the domain of {function}: there is neither a value nor a derivative. {convention}"
    ),
    "at-pole": "{function} has a pole at {node}: there is neither a finite value nor a derivative. {convention}",
    "vanished-gradient": "Almost no gradient reaches {node}: its largest element is {size}.",
    "vanished-gradients": (
        "Almost no gradient reaches {count} {count?input:inputs} ({names}, …): their largest element is {size}."
    ),
    "exploded-gradient": "A huge gradient reaches {node}: its largest element is {size}.",
    "exploded-gradients": (
        "A huge gradient reaches {count} {count?input:inputs} ({names}, …): their largest element is {size}."
    ),
    "one-of-several": (
        "The program ends with several values: {node} is differentiated, {others} not. For another one, write it alone"
        " on the last line."
    ),
    "backward-half": (
        "The program holds a backward pass of your own: {count} {count?line:lines} ({lines}). {node} is differentiated"
        " here, and those lines are not drawn: My gradients checks them one by one."
    ),
    "stepped": (
        "{names} {count?is:are} updated in steps, and no gradient is followed back through an update, as in PyTorch:"
        " each gradient here is that of {node} by the value of the last step."
    ),
    "last-line": "The value of the last line, {line}, is not what is shown: {node} is differentiated here.",
    "unwritten": (
        "{function} only reserves room, and items of it are read before anything is written there: NumPy and PyTorch"
        " then give whatever is in memory, and here they are 0. Write {instead} instead where zeros are meant."
    ),
    "unused-input": "The input {node} is not used, so its gradient is 0.",
    "unused-inputs": "{count} {count?input is:inputs are} not used, so the gradients are 0: {names}, …",
}
# of a value or gradient that is not finite
NON_FINITE = frozenset(KINDS) - {
    "cancellation",
    "kink",
    "outside-domain",
    "at-pole",
    "vanished-gradient",
    "vanished-gradients",
    "exploded-gradient",
    "exploded-gradients",
    "one-of-several",
    "backward-half",
    "stepped",
    "last-line",
    "unwritten",
    "unused-input",
    "unused-inputs",
}
# param: what is added where a sentence has it
HINTS = {
    "cause": "The infinity arises at {cause}, and is to be mended there.",
    "suggestion": "Did you mean {suggestion}?",
    "remedy": "Write {remedy} instead of {written}.",
}


Arrived = list[Any]  # a value by id, None where nothing arrives


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning: its kind, its sentence in English, what the sentence was filled with, and where it points."""

    kind: str
    message: str
    params: Mapping[str, str | float] = field(default_factory=dict[str, str | float])
    node: int | None = None
    edge: int | None = None
    span: Span | None = None


def remarks(
    graph: Graph,
    walked: list[Edge],
    values: list[Value],
    gradients: Arrived,
    contributions: Arrived,
    symbol: Callable[[int], str],
    syntax: Syntax,
) -> tuple[list[Remark], set[int]]:
    """All remarks about one run, and the ids of the nodes that sit at a convention."""
    found: list[Remark] = []

    def remark(kind: str, node: Node, edge: int | None = None, /, **params: str | float) -> None:
        params = {"node": label(node)} | params
        message = filled(KINDS[kind], params)
        for param, hint in HINTS.items():
            if param in params:
                message += " " + filled(hint, params)
        found.append(Remark(kind, message, params, node.id, edge, syntax.span(node.place)))

    advisor = Advisor(graph, values, Ward(syntax, graph, values, gradients[graph.output]))
    told = _values(advisor, remark)
    conventions = _kinks(graph, walked, values, told, remark)
    _edges(advisor, walked, gradients, contributions, remark)
    _gradients(graph, walked, gradients, remark)
    if graph.left_out is not None and graph.left_out[0] == graph.output:
        remark("one-of-several", graph.nodes[graph.output], others=graph.left_out[1])
    output = graph.nodes[graph.output]
    if graph.half:
        params = {"node": label(output), "lines": told_lines(graph.half), "count": len(graph.half)}
        found.append(Remark("backward-half", filled(KINDS["backward-half"], params), params, output.id))
    if names := [name for name in graph.inputs if name in graph.stepped]:
        first = graph.nodes[graph.stepped[names[0]]]
        remark("stepped", first, names=", ".join(names), count=len(names), node=label(output))
    if graph.last_line:
        remark("last-line", output, line=graph.last_line)
    for root in read_unwritten(graph, values):
        function = graph.unwritten[root]
        remark("unwritten", graph.nodes[root], function=function, instead=zeros_like(function))
    unused = [graph.nodes[graph.inputs[name]] for name in graph.unused]
    if len(unused) > MOST_ALONE:
        remark("unused-inputs", unused[0], **listed(unused))
    else:
        for node in unused:
            used = [n.name for n in graph.nodes if n.name and n.name not in graph.unused]
            remark("unused-input", node, **suggestion(node.name, used))
    return found, conventions


def listed(nodes: list[Node]) -> dict[str, str | float]:
    """What one remark on many nodes is filled with: how many they are, and the first of their names."""
    return {"count": len(nodes), "names": ", ".join(label(node) for node in nodes[:MOST_ALONE])}


class Advisor:
    """Remedies for nodes at fault; who uses a value is found out only when there is a fault."""

    def __init__(self, graph: Graph, values: list[Value], ward: Ward):
        self.graph = graph
        self.values = values
        self.ward = ward

    @cached_property
    def consumers(self) -> dict[int, list[Edge]]:
        return users(self.graph)

    def branch(self, node: Node, index: Index | None) -> Edge | None:
        """The edge into a `where` that does not take what is made from the node's element."""
        return not_taken(self.graph, node.id, index, self.values, self.consumers)

    def remedy(self, node: Node, index: Index | None = None) -> dict[str, str]:
        """What to write instead of a formula in which the node is at fault, as parameters of a remark: the first that
        cures.
        """
        branch = self.branch(node, index)
        choices = () if branch is None else choose_first(self.graph, node, branch)
        return next(
            (
                said
                for found in chain(choices, rewrites(self.graph, node.id, self.consumers))
                if (said := self.ward.params(found))
            ),
            dict[str, str](),
        )


def _values(advisor: Advisor, remark: Callable[..., None]) -> set[int]:
    """The first node that is not finite though everything before it was; the first NaN born of infinities; digits lost.

    Returns the nodes that are not finite and told.
    """
    graph, values = advisor.graph, advisor.values
    faults = first_faults(graph, values)
    for node in faults:
        kind, facts, index = explain(graph, node, values)
        remedy = {} if node.op is None else advisor.remedy(node, index)
        remark(kind, node, **facts, **remedy)
    for node, digits, found in cancellations(graph, values):
        if remedy := advisor.ward.params(found):
            remark("cancellation", node, digits=digits, **remedy)
    return {node.id for node in faults}


def _kinks(
    graph: Graph, walked: list[Edge], values: list[Value], told: set[int], remark: Callable[..., None]
) -> set[int]:
    """Every node on the way back whose op met its convention.

    told: those of which it is said already why they are not finite.
    """
    met: set[int] = set()
    seen: set[int] = set()
    for edge in walked:
        node = graph.operation(edge.target)
        op = node.op
        if op.kink is None or node.id in seen:
            continue
        seen.add(node.id)
        use = graph.use(node)
        there = kernel(op.kinks(use), use, use.on_numbers)(None, values[node.id], *[values[i] for i in node.inputs])
        if there if type(there) is float else np.any(there):
            met.add(node.id)
            for kind in kinds_of_point(node, np.asarray(there, dtype=bool), values):
                if kind == "kink" or node.id not in told:
                    remark(kind, node, function=op.name, convention=(op.words.convention or {})["en"])
    return met


def kinds_of_point(node: Operation, there: NDArray[np.bool_], values: list[Value]) -> list[str]:
    """What a convention is about, element by element: a kink has a value, a pole an infinite one, what is outside the
    domain none.
    """
    if not node.op.elementwise:
        return ["kink"]
    value, *operands = np.broadcast_arrays(values[node.id], *[values[i] for i in node.inputs])
    there = np.broadcast_to(there, value.shape) & ~np.logical_or.reduce(
        [np.isnan(x) for x in operands]
    )  # no NaN from before
    kinds = {"outside-domain": np.isnan(value), "at-pole": np.isinf(value), "kink": np.isfinite(value)}
    return [kind for kind, found in kinds.items() if (there & found).any()]


def _edges(
    advisor: Advisor,
    walked: list[Edge],
    gradients: Arrived,
    contributions: Arrived,
    remark: Callable[..., None],
) -> None:
    """Where a sound gradient first turned into NaN on its way back, or else into an infinity."""
    if all(finite(gradients[edge.source]) for edge in walked):
        return
    nodes = advisor.graph.nodes
    for edge in walked:
        if holds_nan(contributions[edge.id]) and not holds_nan(gradients[edge.target]):
            # Of an infinity from further up that one is told, whatever it meets here.
            cause = (
                {} if finite(gradients[edge.target]) else _infinite(advisor, walked, gradients, contributions, remark)
            )
            if _nan(advisor, edge, gradients, remark, cause):
                return
    cause = _infinite(advisor, walked, gradients, contributions, remark)
    for node in reversed(nodes):
        sent = [contributions[e.id] for e in advisor.consumers.get(node.id, ()) if e.differentiable]
        if len(sent) > 1 and holds_nan(gradients[node.id]) and not any(map(holds_nan, sent)):
            remark("nan-gradient-sum", node, **(cause or advisor.remedy(node)))
            return


def _nan(advisor: Advisor, edge: Edge, gradients: Arrived, remark: Callable[..., None], cause: dict[str, str]) -> bool:
    """The remark about an edge that made a NaN; none where the value itself is NaN, and the remark about it says why.

    cause: where an infinity comes from that was told already, as a parameter: that is to be mended, not what it meets
      here.
    """
    graph, values = advisor.graph, advisor.values
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    facts = {"target": label(target), "function": target.kind}
    local = local_value(graph, edge, values)
    if local is None:
        if holds_nan(values[target.id]):
            return False
        remark("nan-gradient-rule", source, edge.id, **facts, **(cause or advisor.remedy(target)))
        return True
    upstream = np.broadcast_to(gradients[target.id], target.shape)
    local = np.asarray(local)
    at_fault = np.argwhere(np.isnan(upstream * local))
    if not len(at_fault):
        remark("nan-gradient-sum", source, edge.id, **(cause or advisor.remedy(target)))
        return True
    index = tuple(int(i) for i in at_fault[0])
    above, slope = float(upstream[index]), float(local[index])
    facts |= {"target": label(target, index), "upstream": figure(above), "local": figure(slope)}
    branch = advisor.branch(target, index) if above == 0 else None
    if branch is not None:
        remark(
            "nan-gradient-where-undefined" if np.isnan(slope) else "nan-gradient-where",
            source,
            edge.id,
            **facts,
            **advisor.remedy(target, index),
        )
        return True
    if np.isnan(slope):
        if np.isnan(np.asarray(values[target.id])[index]):
            return False
        remark("nan-gradient-undefined", source, edge.id, **facts, **advisor.remedy(target, index))
        return True
    remark(
        "nan-gradient",
        source,
        edge.id,
        **facts,
        **(cause if cause and np.isinf(above) else advisor.remedy(target, index)),
    )
    return True


def _infinite(
    advisor: Advisor,
    walked: list[Edge],
    gradients: Arrived,
    contributions: Arrived,
    remark: Callable[..., None],
) -> dict[str, str]:
    """The remark about the first edge that turned a finite upstream into an infinity, if any did; and where, as a
    parameter of others.
    """
    graph, values = advisor.graph, advisor.values
    for edge in walked:
        if (
            finite(gradients[edge.target])
            and not holds_nan(contributions[edge.id])
            and not finite(contributions[edge.id])
        ):
            target = graph.nodes[edge.target]
            if holds_nan(values[target.id]):
                continue  # the remark about the value says why
            if not all(finite(values[i]) for i in target.inputs):
                continue  # infinite as an operand is, of which the remark says why
            local = local_value(graph, edge, values)
            kind = (
                "infinite-gradient-rule"
                if local is None
                else "infinite-gradient"
                if has_pole(graph, edge, values, local)
                else "overflowing-gradient"
            )
            remark(
                kind,
                graph.nodes[edge.source],
                edge.id,
                target=label(target),
                function=target.kind,
                **advisor.remedy(target),
            )
            return {"cause": label(target)}
    return {}


def has_pole(graph: Graph, edge: Edge, values: list[Value], local: Value) -> bool:
    """Whether a local derivative is infinite at a single point, and finite right beside it: beyond the largest number
    both are infinite.
    """
    node = graph.operation(edge.target)
    infinite = np.isinf(local)
    if not infinite.any():
        return False
    index = tuple(int(i) for i in np.argwhere(infinite)[0])
    numbers = [float(np.broadcast_to(values[i], node.shape)[index]) for i in node.inputs]
    if node.op.defined and not mask(graph, node, node.op.defined)(None, 0.0, *numbers):
        return True
    use = graph.use(node)
    rule = kernel(rule_of(use, edge.argnum).text, use, True)
    for place, x in enumerate(numbers):
        step = max(BESIDE * abs(x), LEAST) if x else BESIDE**2
        for beside in (x - step, x + step):
            moved = [*numbers[:place], beside, *numbers[place + 1 :]]
            value = forward_kernel(use, True)(*moved)
            if finite(value) and abs(float(rule(None, value, *moved))) < NEAR_LARGEST:
                return True
    return False


def _gradients(graph: Graph, walked: list[Edge], gradients: Arrived, remark: Callable[..., None]) -> None:
    """Inputs whose gradient is far from the seed's size: why is not asked, on the way down to a minimum it is nearly 0
    too.
    """
    seed = _size(gradients[graph.output])
    reached = {edge.source for edge in walked}
    far: dict[str, list[tuple[Node, float]]] = {"vanished-gradient": [], "exploded-gradient": []}
    for id in graph.inputs.values():
        size = _size(gradients[id])
        if id not in reached or not size or not np.isfinite(size) or not seed or not np.isfinite(seed):
            continue
        if size < VANISHED * seed:
            far["vanished-gradient"].append((graph.nodes[id], size))
        elif size > EXPLODED * seed:
            far["exploded-gradient"].append((graph.nodes[id], size))
    for kind, found in far.items():
        if len(found) > MOST_ALONE:
            nodes = [node for node, _ in found]
            remark(f"{kind}s", nodes[0], size=figure(max(size for _, size in found)), **listed(nodes))
        else:
            for node, size in found:
                remark(kind, node, size=figure(size))


def _size(value: Value) -> float:
    return abs(value) if type(value) is float else float(np.max(np.abs(value), initial=0.0))
