"""Paths from one node to another: how many there are, and the sum over them, which the recursion computes without
walking them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, Unpack

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Edge, Graph
from gradlens.engine.language.syntax import normal_name, suggestion
from gradlens.engine.passes.rules import edge_rule
from gradlens.engine.program import Building, Program, subject
from gradlens.engine.values import Value

LISTED = 200  # paths; nobody reads more
LISTED_EDGES = 50_000  # on all listed paths together: about a megabyte of answer
DIGITS = 1_000  # of an exact count; Python itself writes no more than some four thousand

Which = int | str  # a node: by its id or its name


@dataclass(frozen=True, slots=True)
class Path:
    """One path. edges: their ids, from source to target; locals: their derivatives; product: of those."""

    edges: list[int]
    locals: list[float]
    product: float


@dataclass(frozen=True, slots=True)
class Paths:
    """All paths between two nodes.

    source, target: their ids.  count: exact, as text; None beyond a thousand digits.  log10: of the count, None where
      there is no path.
    nodes, edges: that lie on some path; the recursion passes each edge once.  paths: None where there are too many to
      be listed, or arrays
    on the way.  total: of the listed products.  gradient: of the target by the source, as backpropagation gives it;
    None where one of them is an array.
    """

    source: int
    target: int
    count: str | None
    log10: float | None
    nodes: int
    edges: int
    paths: list[Path] | None
    total: float | None
    gradient: float | None


def paths(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    source: Which,
    target: Which | None = None,
    **building: Unpack[Building],
) -> Paths:
    """Count the paths from a node to another, and list them where they are few and all values single numbers.

    target: by default the output.  The others as of `trace`.  Errors: those of `trace`, unknown-node, node-number.

    >>> gradlens.paths("t = x + y\\nz = t * x", {"x": 2.0, "y": 3.0}, source="x").count
    '2'
    """
    program, values = subject(program, inputs, building)
    graph = program.graph
    start, end = find_node(graph, source), graph.output if target is None else find_node(graph, target)
    trace = program.to(end).run(values)
    into = between(graph, start, end)
    count, length, log10 = counted(into, start, end)
    edges = [edge for incoming in into.values() for edge in incoming]
    on_way = {start, end} | {edge.source for edge in edges} if edges or start == end else set[int]()
    scalar = graph.nodes[start].shape == graph.nodes[end].shape == ()
    listed = None
    if all(graph.nodes[id].shape == () for id in on_way) and count <= LISTED and length <= LISTED_EDGES:
        slopes = {edge.id: slope(graph, edge, trace.values) for edge in edges}
        listed = [as_path(found, slopes) for found in walked(into, start, end)]
    return Paths(
        start,
        end,
        str(count) if count < 10**DIGITS else None,
        None if log10 == -math.inf else log10,
        len(on_way),
        len(edges),
        listed,
        None if listed is None else float(sum(path.product for path in listed)),
        gradient_of(trace.nodes[start].gradient) if scalar else None,
    )


def find_node(graph: Graph, which: Which) -> int:
    """The id of a node that is given by id or by name.  Errors: unknown-node, node-number."""
    if isinstance(which, str):
        name = normal_name(which)
        if name not in graph.names:
            raise EngineError("unknown-node", name=which, **suggestion(name, graph.names))
        return graph.names[name]
    if not 0 <= which < len(graph.nodes):
        raise EngineError("node-number", got=which, count=len(graph.nodes))
    return which


def between(graph: Graph, start: int, end: int) -> dict[int, list[Edge]]:
    """The edges that lie on some path, by target, targets in topological order; only those that carry a gradient."""
    reached, leading = {start}, {end}
    forward: list[Edge] = []
    for edge in graph.edges:
        if edge.differentiable and edge.source in reached:
            reached.add(edge.target)
            forward.append(edge)
    found: dict[int, list[Edge]] = {}
    for edge in reversed(forward):
        if edge.target in leading:
            leading.add(edge.source)
            found.setdefault(edge.target, []).append(edge)
    return {target: found[target][::-1] for target in sorted(found)}


def counted(into: Mapping[int, list[Edge]], start: int, end: int) -> tuple[int, int, float]:
    """How many paths there are, how many edges they have together, and log10 of the first: each edge is passed once.

    Both numbers stop growing beyond DIGITS digits: that many bytes a node would fill the memory of a long graph.
    """
    most = 10**DIGITS
    counts: dict[int, tuple[int, int, float]] = {start: (1, 0, 0.0)}
    for target, incoming in into.items():
        before = [counts[edge.source] for edge in incoming]
        count = min(sum(c for c, _, _ in before), most)
        length = min(sum(n + c for c, n, _ in before), most)
        top = max(log for _, _, log in before)
        counts[target] = count, length, top + math.log10(sum(10 ** (log - top) for _, _, log in before))
    return counts.get(end, (0, 0, -math.inf))


Walk: TypeAlias = tuple[int, "Walk | None"]  # an edge, and those behind it


def walked(into: Mapping[int, list[Edge]], start: int, end: int) -> list[list[int]]:
    """Every path as its edges' ids; with a stack of its own, since a path may be long."""
    found: list[list[int]] = []
    pending: list[tuple[int, Walk | None]] = [(end, None)]
    while pending:
        at, behind = pending.pop()
        if at == start:
            edges: list[int] = []
            while behind is not None:
                edge, behind = behind
                edges.append(edge)
            found.append(edges)
            continue
        pending += [(edge.source, (edge.id, behind)) for edge in reversed(into.get(at, ()))]
    return found


def slope(graph: Graph, edge: Edge, values: list[Value]) -> float:
    """d(target)/d(source) of an edge between single numbers: what it delivers for an upstream of 1."""
    inputs = [values[id] for id in graph.nodes[edge.target].inputs]
    with np.errstate(all="ignore"):
        return float(edge_rule(graph, edge).deliver(1.0, values[edge.target], *inputs))


def as_path(edges: list[int], slopes: Mapping[int, float]) -> Path:
    factors = [slopes[edge] for edge in edges]
    return Path(edges, factors, math.prod(factors, start=1.0))


def gradient_of(gradient: Value | None) -> float:
    return 0.0 if gradient is None else float(gradient)
