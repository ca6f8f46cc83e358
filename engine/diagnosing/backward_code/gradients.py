"""The gradients of a program that has a backward half of its own: of all nodes, of uses, of classes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from gradlens.engine.diagnosing.backward_code.watching import Watched
from gradlens.engine.graph import Edge, Graph, Node
from gradlens.engine.language.outputs.journal import Entry
from gradlens.engine.passes.backward import contributing, filled, plan_backward, run_backward
from gradlens.engine.passes.forward import plan_forward, run_forward
from gradlens.engine.values import Array, Value


def differentiated(graph: Graph, journal: list[Entry]) -> None:
    """Arrays that a program holds in objects have gradients too, though nothing but its own lines asks for them."""
    kept = {node.id for e in journal if is_kept(node := unnamed(e.node, graph), graph)}
    kept |= {node.id for node in graph.nodes if is_first_state(node)}
    if not kept:
        return
    for id in kept:
        graph.nodes[id].differentiable = True
    for edge in graph.edges:
        target = graph.operation(edge.target)
        if not edge.differentiable and graph.nodes[edge.source].differentiable:
            edge.differentiable = target.op.rule(edge.argnum) is not None
        if edge.differentiable:
            target.differentiable = True


def is_first_state(node: Node) -> bool:
    """Whether a node is an array of zeros that bears no name, as the state is that a recurrence begins with."""
    return node.kind == "constant" and bool(node.shape) and not np.any(np.asarray(node.value))


def is_kept(node: Node, graph: Graph) -> bool:
    """Whether a node is a constant or computed of such alone, as np.ones(4) + 0.1."""
    if node.op is None or node.differentiable:
        return node.kind == "constant"
    smooth = any(node.op.rule(argnum) is not None for argnum in range(len(node.inputs)))
    return smooth and all(
        graph.nodes[id].op is not None or graph.nodes[id].kind == "constant" for id in graph.reaching(node.id)
    )


def unnamed(node: Node, graph: Graph) -> Node:
    """What a second name of a value stands for."""
    while node.op is not None and node.op.name == "identity":
        node = graph.nodes[node.inputs[0]]
    return node


def values_of(graph: Graph, given: dict[str, Value]) -> list[Value]:
    """The value of every node, both halves."""
    values: list[Value] = [node.value for node in graph.nodes]  # pyright: ignore - the pass sets the others
    for name, value in given.items():
        if name in graph.inputs:
            values[graph.inputs[name]] = value
    with np.errstate(all="ignore"):
        run_forward(plan_forward(graph), values)
    return values


def gradients_of(
    graph: Graph, loss: Node, values: list[Value], upstream: Value | None
) -> tuple[dict[int, Array], list[Value | None]]:
    """The gradient of every node that the loss depends on, and what each edge adds to it.  upstream: at the loss, by
    default 1.
    """
    graph.output = loss.id
    gradients: list[Value | None] = [None] * len(graph.nodes)
    gradients[loss.id] = filled(1.0, loss.shape) if upstream is None else upstream
    contributions: list[Value | None] = [None] * len(graph.edges)
    with np.errstate(all="ignore"):
        run_backward(plan_backward(graph, contributing(graph)), values, gradients, contributions)
    truths = {id: np.array(g, dtype=np.float64) for id, g in enumerate(gradients) if g is not None}
    return truths, contributions


def gradients_inside(graph: Graph, first: int, contributions: list[Value | None]) -> dict[int, Array]:
    """The gradients of the values that go into a part of the graph, from node `first` on, by their uses there."""
    found: dict[int, Array] = {}
    for edge in graph.edges:
        part = contributions[edge.id]
        if part is not None and edge.source < first <= edge.target:
            found[edge.source] = found[edge.source] + part if edge.source in found else np.array(part, np.float64)
    return found


@dataclass(frozen=True, slots=True)
class Parts:
    """What comes back to a node that is used several times.

    uses: from each use.  wholes: from all uses in each call and turn, and from a use that stands in none with others.
    """

    uses: list[Array]
    wholes: list[Array]


def parts_of(graph: Graph, contributions: list[Value | None]) -> dict[int, Parts]:
    """By node that is used several times, the parts of its gradient."""
    uses: dict[int, list[Edge]] = {}
    for edge in graph.edges:
        if contributions[edge.id] is not None:
            uses.setdefault(edge.source, []).append(edge)
    found: dict[int, Parts] = {}
    for id, edges in uses.items():
        if len(edges) < 2:
            continue
        by_group: dict[int, Array] = {}
        several = set[int]()
        parts = [np.asarray(contributions[edge.id], dtype=np.float64) for edge in edges]
        groups = [list(groups_around(graph, edge.target)) for edge in edges]
        for part, around in zip(parts, groups, strict=True):
            for group in around:
                if group in by_group:
                    several.add(group)
                by_group[group] = by_group[group] + part if group in by_group else part
        alone = [part for part, around in zip(parts, groups, strict=True) if several.isdisjoint(around)]
        found[id] = Parts(parts, [*alone, *by_group.values()])
    return found


def groups_around(graph: Graph, id: int) -> Iterator[int]:
    """The calls and turns that a node stands in, from the inside out."""
    group = graph.nodes[id].group
    while group is not None:
        yield group
        group = graph.groups[group].parent


def parts_by_class(
    watched: Watched, contributions: list[Value | None], parts: dict[int, Parts]
) -> dict[tuple[int, int], Array]:
    """By node that is used several times and by the line of a class, what comes back from its uses in that class, where
    there are others: the gradient as a layer knows it, without the penalty on its weights.
    """
    found: dict[tuple[int, int], Array] = {}
    inside = class_at(watched.syntax.body)
    if not inside:
        return found
    uses: dict[int, list[tuple[int | None, Array]]] = {}
    for edge in watched.graph.edges:
        if edge.source in parts and contributions[edge.id] is not None:
            place = inside.get(getattr(watched.graph.nodes[edge.target].place, "lineno", 0))
            uses.setdefault(edge.source, []).append((place, np.asarray(contributions[edge.id], dtype=np.float64)))
    for id, several in uses.items():
        classes = {place for place, _ in several}
        for place in classes if len(classes) > 1 else ():
            if place is not None:
                found[id, place] = np.sum([part for at, part in several if at == place], axis=0)
    return found


def class_at(body: Iterable[ast.stmt]) -> dict[int, int]:
    """By line of the text the class that it stands in, by that one's line."""
    classes = [one for one in body if isinstance(one, ast.ClassDef)]
    return {line: one.lineno for one in classes for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}


def zero(truths: dict[int, Array], node: Node) -> Array:
    return truths[node.id] if node.id in truths else np.zeros(node.shape)
