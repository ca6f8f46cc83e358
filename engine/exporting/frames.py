"""What a trace shows at a cursor: static/js/graph/frames.js.

Cursor 0 shows the leaves only. Then come one step per forward use of a value, the turn that places the seed on the
output, and one step per edge of `backward_order`. Cursor k is the state after k steps.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradlens.engine.traces import Trace
from gradlens.engine.values import Value


@dataclass(frozen=True, slots=True)
class Frame:
    """values: whether each node's is shown.  sums: by node, the gradient as far as it has arrived, and whether all of
    it has.  forward, back: whether each edge has carried its value, and its contribution.  active: the edge and the
    node of the step that led here.
    """

    values: list[bool]
    sums: dict[int, tuple[Value, bool]]
    forward: list[bool]
    back: list[bool]
    active_edge: int | None
    active_node: int | None


def steps_of(trace: Trace) -> int:
    """The last cursor."""
    return len(trace.edges) + 1 + len(trace.backward_order)


def turn_of(trace: Trace) -> int:
    """The cursor at which every value is there, and the seed on the output."""
    return len(trace.edges) + 1


def frame_at(trace: Trace, cursor: int) -> Frame:
    """Linear in nodes and edges."""
    nodes, edges = trace.nodes, trace.edges
    order = [edge.id for edge in sorted(edges, key=lambda edge: (edge.target, edge.argnum))]
    values = [not node.inputs for node in nodes]
    forward = [False] * len(edges)
    needed = [len(node.inputs) for node in nodes]
    active_edge = active_node = None
    for id in order[:cursor]:
        forward[id] = True
        needed[edges[id].target] -= 1
        values[edges[id].target] = needed[edges[id].target] == 0
        active_edge, active_node = id, edges[id].target
    back = [False] * len(edges)
    turn = turn_of(trace)
    if cursor < turn:
        return Frame(values, {}, forward, back, active_edge, active_node)
    waiting = {node.id: 0 for node in nodes if node.differentiable}
    for id in trace.backward_order:
        waiting[edges[id].source] = waiting.get(edges[id].source, 0) + 1
    sums: dict[int, Value | None] = {trace.output: trace.seed}
    active_edge, active_node = None, trace.output
    for id in trace.backward_order[: cursor - turn]:
        source, part = edges[id].source, edges[id].contribution
        back[id] = True
        waiting[source] -= 1
        before = sums.get(source)
        sums[source] = part if before is None or part is None else before + part
        active_edge, active_node = id, source
    shown: dict[int, tuple[Value, bool]] = {}
    for node in nodes:
        whole = node.gradient
        if waiting.get(node.id) == 0 and whole is not None:
            shown[node.id] = whole, True  # the run's own number, bit for bit
        elif (part := sums.get(node.id)) is not None:
            shown[node.id] = part, False
    return Frame(values, shown, forward, back, active_edge, active_node)
