"""The mistakes that are made at several edges at once: in every turn of a loop, on several paths, in what is spelled
out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations, pairwise

import numpy as np

from gradlens.engine.advising.advice import label
from gradlens.engine.diagnosing.mistakes import Mistake, at, edge_mistakes, nothing
from gradlens.engine.diagnosing.planted_passes import Backward, Circuit, Local
from gradlens.engine.graph import Edge, Graph, Operation
from gradlens.engine.values import Array, size_of

MOST_FORKS = 24  # edges of which pairs are tried
FEW_FORKS = 8  # where the claim is one number, that some of many give by chance
NEARLY = 1e-2  # as numbers are printed
MOST_USES = 6  # of one node, of which all subsets are tried
CHAIN = 6  # ops of a function of one input that is spelled out
REDUCING = frozenset(("mean", "sum", "var", "std", "root_mean_square", "norm"))


def mistakes_at_several_edges(circuit: Circuit, base: Backward, edges: list[Edge]) -> Iterator[Mistake]:
    """Mistakes at several of the edges above a claim, the plainest first."""
    yield from constant_statistics(circuit, edges)
    yield from spelled_out(circuit, base, edges)
    yield from forgotten_paths(circuit, edges)
    yield from every_turn(circuit, base, edges)


# ----------------------------------------------------------------- statistics


def constant_statistics(circuit: Circuit, edges: list[Edge]) -> Iterator[Mistake]:
    """Means and variances that a normalisation is made of, taken for constants."""
    statistics = [edge for edge in edges if is_statistic(circuit, edge)]
    statistics.sort(key=lambda edge: edge.id)
    sets = [tuple(statistics), *pairwise(statistics), *((edge,) for edge in statistics)]
    for chosen in dict.fromkeys(tuple(edge.id for edge in one) for one in sets if one):
        graph = circuit.graph
        names = ", ".join(label(graph.nodes[graph.edges[id].target]) for id in chosen[:3])
        yield Mistake("statistics-as-constants", chosen[0], dict.fromkeys(chosen, nothing), {"statistics": names})


def is_statistic(circuit: Circuit, edge: Edge) -> bool:
    """Whether an edge leads into a mean or the like of a source that goes on beside it, to meet it again."""
    graph = circuit.graph
    node = graph.operation(edge.target)
    if node.op.name not in REDUCING or size_of(node.shape) >= size_of(graph.nodes[edge.source].shape):
        return False
    place, averaged = node.id, node.op.name != "sum"
    for _ in range(CHAIN):
        uses = circuit.outgoing.get(place, ())
        ahead = [graph.operation(e.target) for e in uses]
        if any(n.op.elementwise and size_of(n.shape) > size_of(node.shape) for n in ahead):
            return averaged
        step = next((n for n in ahead if n.op.elementwise), None)
        if step is None:
            return False
        averaged = averaged or (
            step.op.name in ("div", "mul") and any(not graph.nodes[i].differentiable for i in step.inputs)
        )
        place = step.id
    return False


# ---------------------------------------------------------------- spelled out


def spelled_out(circuit: Circuit, base: Backward, edges: list[Edge]) -> Iterator[Mistake]:
    """A softmax or a sigmoid that the program spells out, differentiated as one function."""
    graph = circuit.graph
    for edge in edges:
        node = graph.operation(edge.target)
        if node.op.name == "div" and edge.argnum == 0 and is_normalised(graph, node, edge.source):
            others = {e.id: nothing for e in circuit.outgoing[edge.source] if e is not edge}

            def elementwise(local: Local) -> Array:
                return local.summed(local.raw() * (1 - local.z))

            yield Mistake("softmax-elementwise", edge.id, {edge.id: elementwise, **others}, {"function": "softmax"})
        if len(circuit.outgoing.get(edge.source, ())) == 1:
            yield from spelled_sigmoid(circuit, base, edge)


def is_normalised(graph: Graph, node: Operation, source: int) -> bool:
    """Whether a quotient is e / sum(e), of an exponential."""
    below, above = graph.nodes[node.inputs[1]], graph.nodes[source]
    return (
        below.op is not None
        and below.op.name == "sum"
        and below.inputs[0] == source
        and above.op is not None
        and above.op.name == "exp"
    )


def spelled_sigmoid(circuit: Circuit, base: Backward, edge: Edge) -> Iterator[Mistake]:
    """1 / (1 + exp(-u)) from u on: the derivative missing, doubled, or taken at the wrong number."""
    graph, u = circuit.graph, np.asarray(base.values[edge.source], dtype=np.float64)
    if graph.operation(edge.target).op.name in ("sigmoid", "exp"):
        return
    with np.errstate(all="ignore"):
        wanted = 1 / (1 + np.exp(-u))
    place = edge
    for _ in range(CHAIN):
        value = np.asarray(base.values[place.target], dtype=np.float64)
        if place is not edge and value.shape == u.shape and np.allclose(value, wanted, rtol=1e-12, atol=0):
            break
        uses = circuit.outgoing.get(place.target, ())
        if len(uses) != 1:
            return
        (place,) = uses
    else:
        return
    g, target, shown = base.used[place.target], label(graph.nodes[place.target]), {"function": "sigmoid"}
    for kind, slope in (
        ("output-derivative-at-input", u * (1 - u)),
        ("missing-activation-derivative", np.ones_like(u)),
        ("extra-activation-derivative", (wanted * (1 - wanted)) ** 2),
        ("derivative-at-output", sigmoid_slope(wanted)),
    ):
        yield at(kind, edge, partial(fixed, g * slope), **shown, target=target)


def fixed(contribution: Array, local: Local) -> Array:
    return contribution


def sigmoid_slope(x: Array) -> Array:
    y = 1 / (1 + np.exp(-x))
    return y * (1 - y)


# ---------------------------------------------------------------------- paths


def forgotten_paths(circuit: Circuit, edges: list[Edge]) -> Iterator[Mistake]:
    """Several uses of a value forgotten, or uses of two values."""
    forks: list[Edge] = []
    for source in dict.fromkeys(edge.source for edge in edges):
        uses = circuit.outgoing[source]
        if len(uses) > 1:
            forks += uses
        for chosen in subsets(uses):
            count = {"count": len(uses), "missing": len(chosen)}
            plants = dict.fromkeys((e.id for e in chosen), nothing)
            yield Mistake("missing-path", chosen[0].id, plants, dict(count), sentence="missing-paths")
    graph = circuit.graph
    for one, other in combinations(forks[:MOST_FORKS], 2):
        if one.source != other.source:
            params = {
                "other_source": label(graph.nodes[other.source]),
                "other_target": label(graph.nodes[other.target]),
            }
            yield Mistake(
                "missing-path",
                one.id,
                {one.id: nothing, other.id: nothing},
                {**params},
                sentence="missing-paths-of-two",
            )


def three_forgotten(
    circuit: Circuit, edges: list[Edge], right: Array, claimed: Array, share: Callable[[Edge], Array]
) -> Iterator[Mistake]:
    """Three uses forgotten, of any values, where what they deliver is what the claim lacks at its worst element.

    share: what is added to the claim's node where one use is left out.
    """
    graph = circuit.graph
    place = int(np.argmax(np.abs(right - claimed)))
    lacking = float(claimed.ravel()[place] - right.ravel()[place])
    most = MOST_FORKS if right.size > 1 else FEW_FORKS
    forks = [edge for edge in edges if len(circuit.outgoing[edge.source]) > 1][:most]
    parts = [(edge, float(share(edge).ravel()[place])) for edge in forks]
    for chosen in combinations(parts, 3):
        if abs(sum(part for _, part in chosen) - lacking) <= NEARLY * abs(lacking):
            several = [edge for edge, _ in chosen]
            ways = [f"{label(graph.nodes[e.source])} → {label(graph.nodes[e.target])}" for e in several]
            plants = dict.fromkeys((edge.id for edge in several), nothing)
            params = {"missing": len(several), "paths": ", ".join(ways)}
            yield Mistake("missing-path", several[0].id, plants, {**params}, sentence="missing-paths-of-several")


def subsets(uses: list[Edge]) -> Iterator[tuple[Edge, ...]]:
    """More than one use, and fewer than all but one."""
    n = len(uses)
    if n <= MOST_USES:
        for size in range(2, n - 1):
            yield from combinations(uses, size)
        return
    for size in range(2, n - 1):
        yield tuple(uses[:size])
        yield tuple(uses[n - size :])


# ---------------------------------------------------------------------- turns


def every_turn(circuit: Circuit, base: Backward, edges: list[Edge]) -> Iterator[Mistake]:
    """A mistake that stands in one line of text, which a loop or calls of a function go through several times."""
    graph = circuit.graph
    groups: dict[tuple[int, str, int], list[Edge]] = {}
    for edge in edges:
        node = graph.operation(edge.target)
        if node.place is not None:
            groups.setdefault((id(node.place), node.op.name, edge.argnum), []).append(edge)
    for group in groups.values():
        if len(group) < 2:
            continue
        made = [
            {(m.kind, k): m for k, m in enumerate(edge_mistakes(circuit, edge, base.values)) if single(m, edge)}
            for edge in group
        ]
        for key, mistake in made[0].items():
            turns = [found[key] for found in made if key in found]
            if len(turns) > 1:
                plants = {id: plant for turn in turns for id, plant in turn.plants.items()}
                yield Mistake(mistake.kind, mistake.edge, plants, mistake.params)
        paths = dict.fromkeys((edge.id for edge in group), nothing)
        params = {"count": len(group), "missing": len(group)}
        yield Mistake("missing-path", group[0].id, paths, dict(params), sentence="missing-path-of-turns")


def single(mistake: Mistake, edge: Edge) -> bool:
    return mistake.values is None and list(mistake.plants) == [edge.id]
