"""What is to be placed, and how large each thing is: static/js/graph/layout/layout_plan.js and graph/node_lines.js."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradlens.engine.exporting.labels import (
    box_label,
    edge_label,
    heat_room,
    is_word,
    is_written,
    name_of,
    partial,
    shortened,
    value_lines,
)
from gradlens.engine.exporting.text_widths import Measure
from gradlens.engine.traces import Trace, TraceNode

CONSTANT_HEIGHT = 30
ECHO_HEIGHT = 28
NARROWEST_NODE = 60
NARROWEST_CONSTANT = 36
PADDING = 24
BESIDE = 16  # a constant's number, an echo's name
WIDTH_STEP = 12  # so that another digit seldom moves the picture
LABEL_HEIGHT = 22
GROUP_LABEL_HEIGHT = 20
SWITCH_WIDTH = 24  # beside a group's label
TITLE_GAP = 6  # between sign and name
HEAT_CELL = 9
# An input with more uses than this is repeated beside those that are more than so many columns beyond its first.
MOST_LINES = 4
NEAR_COLUMNS = 2
MOST_LABELLED_NODES = 500
# Centres of a box's lines, from its upper edge, and the distance of an array's rows.
TITLE, VALUE, ROW, NOTATION, GRADIENT, LAST = 14, 35, 18, 19, 16, 13


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A node of the trace, or for the edge `echo` the name of a leaf once more."""

    id: int
    w: int
    h: int
    group: int | None
    echo: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedEdge:
    """label: the room for its number, width and height."""

    id: int
    source: int
    target: int
    label: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    id: int
    parent: int | None
    label: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes in px.  edges: sorted by target, operands in order."""

    nodes: list[PlannedNode]
    edges: list[PlannedEdge]
    groups: list[PlannedGroup]


@dataclass(frozen=True, slots=True)
class Lines:
    """The height of a node's box, and from its centre the middle of each line."""

    height: int
    title: float
    value: float
    notation: float
    gradient: float


def lines_of(node: TraceNode) -> Lines:
    """Name, value, the gradient's name, the gradient; of an array the first of its rows."""
    rows = node.shape[0] if len(node.shape) == 2 and is_written(node.shape) else 1
    value = VALUE + ROW * (rows - 1)
    notation = value + NOTATION
    gradient = notation + GRADIENT
    height = (gradient + ROW * (rows - 1) if node.differentiable else value) + LAST
    top = -height / 2
    return Lines(height, top + TITLE, top + VALUE, top + notation, top + gradient)


def plan_layout(trace: Trace, measure: Measure) -> Plan:
    """The sizes of everything in a trace."""
    nodes = [_planned(trace, node, measure) for node in trace.nodes]
    echoes: dict[int, int] = {}
    for id in far_uses(trace):
        edge = trace.edges[id]
        name = shortened(name_of(trace.nodes[edge.source]))
        width = stepped(max(measure(name, "name") + BESIDE, NARROWEST_CONSTANT))
        echoes[id] = len(nodes)
        nodes.append(PlannedNode(len(nodes), width, ECHO_HEIGHT, trace.nodes[edge.target].group, id))
    walked = set(trace.backward_order) if len(trace.nodes) <= MOST_LABELLED_NODES else set[int]()
    edges: list[PlannedEdge] = []
    for edge in sorted(trace.edges, key=lambda edge: (edge.target, edge.argnum)):
        text = edge_label(trace, edge) if edge.id in walked else ""
        room = (stepped(measure(text, "edge") + 6), LABEL_HEIGHT) if text else None
        edges.append(PlannedEdge(edge.id, echoes.get(edge.id, edge.source), edge.target, room))
    groups = [
        PlannedGroup(
            group.id, group.parent, (stepped(measure(group.label, "group") + SWITCH_WIDTH), GROUP_LABEL_HEIGHT)
        )
        for group in trace.groups
    ]
    return Plan(nodes, edges, groups)


def _planned(trace: Trace, node: TraceNode, measure: Measure) -> PlannedNode:
    values = [measure(line, "value") for line in value_lines(node.value, node.shape)]
    if node.op == "constant":
        width = stepped(max(values[0] + BESIDE, NARROWEST_CONSTANT))
        return PlannedNode(node.id, width, CONSTANT_HEIGHT, node.group)
    sign, name = box_label(node)
    gap = TITLE_GAP if sign and name else 0
    title = measure(sign, "word" if is_word(sign) else "sign") + gap + measure(name, "name")
    widths = [title, *values]
    if node.differentiable:
        widths += [measure(line, "gradient") for line in value_lines(node.gradient, node.shape)]
        widths.append(measure(partial(trace, node), "notation"))
    if room := heat_room(node.shape):
        widths.append(room[1] * HEAT_CELL)
    width = stepped(max(max(widths) + PADDING, NARROWEST_NODE))
    return PlannedNode(node.id, width, lines_of(node).height, node.group)


def stepped(width: float) -> int:
    return math.ceil(width / WIDTH_STEP) * WIDTH_STEP


def far_uses(trace: Trace) -> list[int]:
    """The edges from a much used input to its far uses, which would draw a line each through the whole picture."""
    nodes, edges = trace.nodes, trace.edges
    depth = [0] * len(nodes)
    for node in nodes:
        for source in node.inputs:
            depth[node.id] = max(depth[node.id], depth[source] + 1)
    # A node stands just before its first use, so columns are counted from the last one.
    column = [max(depth, default=0)] * len(nodes)
    for node in reversed(nodes):
        for source in node.inputs:
            column[source] = min(column[source], column[node.id] - 1)
    first: dict[int, int] = {}
    uses = [0] * len(nodes)
    for edge in edges:
        first[edge.source] = min(first.get(edge.source, len(nodes)), column[edge.target])
        uses[edge.source] += 1
    return [
        edge.id
        for edge in edges
        if nodes[edge.source].op == "input"
        and uses[edge.source] > MOST_LINES
        and column[edge.target] - first[edge.source] > NEAR_COLUMNS
    ]
