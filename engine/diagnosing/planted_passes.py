"""Both passes as a reader may have gone through them: with their own numbers in place, and with mistakes planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from gradlens.engine.graph import Edge, Graph
from gradlens.engine.ops.reduction import unbroadcast
from gradlens.engine.passes.backward import contributing
from gradlens.engine.passes.forward import ForwardStep, plan_forward, run_forward
from gradlens.engine.passes.kernels import Kernel
from gradlens.engine.passes.rules import edge_rule
from gradlens.engine.values import Array, Shape, Value, size_of

Plant = Callable[["Local"], Array]  # what an edge delivers instead
CALL_WORK = 400_000  # one rule's call (10 µs), in multiplications of a matrix product
ELEMENT_WORK = 100  # an element written
STEP_WORK = 8_000  # an edge looked at and passed by


class NotApplicable(Exception):
    """A mistake that cannot be made here."""


@dataclass(slots=True)
class Local:
    """One edge in one pass: what its rule sees."""

    edge: Edge
    g: Array
    z: Array
    inputs: list[Array]
    rule: Kernel

    @property
    def x(self) -> Array:
        return self.inputs[self.edge.argnum]

    def raw(self, g: Array | None = None, z: Array | None = None, inputs: list[Array] | None = None) -> Array:
        """What the rule gives, before broadcasting is undone."""
        found = self.rule(
            self.g if g is None else g, self.z if z is None else z, *(self.inputs if inputs is None else inputs)
        )
        return np.asarray(found, dtype=np.float64)

    def right(self) -> Array:
        return self.summed(self.raw())

    def summed(self, contribution: Array) -> Array:
        shape = self.x.shape
        if contribution.ndim < len(shape):
            contribution = np.broadcast_to(contribution, np.broadcast_shapes(contribution.shape, self.z.shape, shape))
        return np.asarray(unbroadcast(contribution, shape))


class Circuit:
    """A graph's edges with their rules, for passes on arrays throughout."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.edges = contributing(graph)
        self.place = {edge.id: k for k, edge in enumerate(self.edges)}
        self.outgoing: dict[int, list[Edge]] = {}
        for edge in self.edges:
            self.outgoing.setdefault(edge.source, []).append(edge)
        self.costs: dict[int, float] = {}
        self.forward = plan_forward(graph)
        self.work = 0.0

    def rule(self, edge: Edge) -> Kernel:
        return edge_rule(self.graph, edge).array_kernel

    def cost(self, edge: Edge) -> float:
        """The work of one contribution: about that of the op itself."""
        if edge.id not in self.costs:
            node = self.graph.operation(edge.target)
            shapes, size = tuple(self.graph.nodes[i].shape for i in node.inputs), size_of(node.shape)
            self.costs[edge.id] = (
                CALL_WORK
                + ELEMENT_WORK * size
                + (size if node.op.cost.flops is None else node.op.cost.flops(shapes, node.shape))
            )
        return self.costs[edge.id]

    def local(self, edge: Edge, g: Array, values: list[Value]) -> Local:
        node = self.graph.nodes[edge.target]
        inputs = [np.asarray(values[i], dtype=np.float64) for i in node.inputs]
        return Local(
            edge,
            np.asarray(g, dtype=np.float64),
            np.asarray(values[edge.target], dtype=np.float64),
            inputs,
            self.rule(edge),
        )

    def values_after(self, values: list[Value], changed: Mapping[int, Value]) -> list[Value]:
        """All values, some of them given and those after them computed anew."""
        result = list(values)
        dirty = set(changed)
        for id, value in changed.items():
            result[id] = (
                float(value) if self.graph.nodes[id].shape == () else value
            )  # kernels of single numbers take floats
        steps: list[ForwardStep] = []
        for step in self.forward:
            if step[1] not in changed and not dirty.isdisjoint(self.graph.nodes[step[1]].inputs):
                dirty.add(step[1])
                steps.append(step)
        self.work += sum(CALL_WORK for _ in steps)
        with np.errstate(all="ignore"):
            run_forward(steps, result)
        return result

    def edges_above(self, id: int, stops: set[int]) -> list[Edge]:
        """The edges whose upstream has a part in a node's gradient, nearest first, not beyond the nodes in `stops`."""
        found: list[Edge] = []
        seen, ring = {id}, [id]
        while ring:
            further: list[int] = []
            for node in ring:
                for edge in self.outgoing.get(node, ()):
                    found.append(edge)
                    if edge.target not in seen and edge.target not in stops:
                        seen.add(edge.target)
                        further.append(edge.target)
            ring = further
        return found


@dataclass(slots=True)
class Backward:
    """One backward pass, kept edge by edge.

    computed: the sum that arrived at each node; used: what it passed on.
    """

    circuit: Circuit
    values: list[Value]
    seed: Array
    plants: Mapping[int, Plant] = field(default_factory=dict[int, Plant])
    contributions: dict[int, Array] = field(default_factory=dict[int, Array])
    computed: dict[int, Array] = field(default_factory=dict[int, Array])
    used: dict[int, Array] = field(default_factory=dict[int, Array])

    def run(self, settle: Callable[[int, Array], Array]) -> Backward:
        """Go through the pass.  settle: told each node's computed gradient, says with which one the pass goes on."""
        with np.errstate(all="ignore"):
            for edge in self.circuit.edges:
                self.contributions[edge.id] = self.delivered(edge, self.upstream(edge.target, settle), self.plants)
            for node in reversed(self.circuit.graph.nodes):
                self.upstream(node.id, settle)
        return self

    def upstream(self, id: int, settle: Callable[[int, Array], Array]) -> Array:
        if id not in self.used:
            self.computed[id] = self.sum(id, self.contributions)
            self.used[id] = settle(id, self.computed[id])
        return self.used[id]

    def sum(self, id: int, contributions: Mapping[int, Array]) -> Array:
        shape: Shape = self.circuit.graph.nodes[id].shape
        mine = self.contributions
        parts = [
            contributions[e.id] if e.id in contributions else mine[e.id] for e in self.circuit.outgoing.get(id, ())
        ]
        total = np.array(self.seed) if id == self.circuit.graph.output else np.zeros(shape) if not parts else None
        for part in parts:
            total = part if total is None else total + part
        return np.asarray(total)

    def delivered(self, edge: Edge, g: Array, plants: Mapping[int, Plant]) -> Array:
        local = self.circuit.local(edge, g, self.values)
        self.circuit.work += self.circuit.cost(edge)
        plant = plants.get(edge.id)
        return local.right() if plant is None else np.asarray(plant(local))

    def planted(
        self, plants: Mapping[int, Plant], settled: set[int], within: set[int] | None = None
    ) -> dict[int, Array]:
        """The gradients that change where edges deliver something else; nodes in `settled` pass on what they did.

        within: the edges that are walked, by default all.  Raises NotApplicable where the shapes of a mistake do not
          fit.
        """
        circuit = self.circuit
        contributions: dict[int, Array] = {}
        changed: dict[int, Array] = {}
        dirty: set[int] = set()
        start = min(circuit.place[id] for id in plants)
        circuit.work += STEP_WORK * (len(circuit.edges) - start)
        try:
            with np.errstate(all="ignore"):
                for edge in circuit.edges[start:]:
                    moved = edge.target in dirty and edge.target not in settled
                    if (not moved and edge.id not in plants) or (within is not None and edge.id not in within):
                        continue
                    g = self.used[edge.target]
                    if moved:
                        if edge.target not in changed:
                            changed[edge.target] = self.sum(edge.target, contributions)
                        g = changed[edge.target]
                    contributions[edge.id] = self.delivered(edge, g, plants)
                    dirty.add(edge.source)
                for id in dirty - changed.keys():
                    changed[id] = self.sum(id, contributions)
        except (ValueError, IndexError):  # NumPy's word for shapes that do not fit
            raise NotApplicable from None
        return changed
