"""The steps of both passes of a graph, found when a pass first runs."""

from __future__ import annotations

from functools import cached_property

from gradlens.engine.graph import Edge, Graph
from gradlens.engine.passes.backward import BackwardStep, contributing, filled, plan_backward
from gradlens.engine.passes.forward import ForwardStep, plan_forward
from gradlens.engine.values import Shape, Value


class Plan:
    """What the passes of a graph do, which is the same whatever the numbers are."""

    def __init__(self, graph: Graph):
        self.graph = graph

    @cached_property
    def edges(self) -> list[Edge]:
        """Those that carry a gradient from the output back, in the order in which they are walked."""
        return contributing(self.graph)

    @cached_property
    def forward(self) -> list[ForwardStep]:
        return plan_forward(self.graph)

    @cached_property
    def backward(self) -> list[BackwardStep]:
        return plan_backward(self.graph, self.edges)

    @cached_property
    def unreached(self) -> list[int]:
        """The inputs that no gradient reaches."""
        reached = {edge.source for edge in self.edges} | {self.graph.output}
        return [id for id in self.graph.inputs.values() if id not in reached]

    def fill_unreached(self, gradients: list[Value | None], contributions: list[Value | None]) -> None:
        """Zeros where what could flow did not, by node and by edge."""
        for id, shape in self._dry_nodes:
            if gradients[id] is None:
                gradients[id] = filled(0.0, shape)
        for id, shape in self._dry_edges:
            contributions[id] = filled(0.0, shape)

    @cached_property
    def _dry_nodes(self) -> list[tuple[int, Shape]]:
        """The nodes that have a gradient, to which none comes over an edge, with their shapes."""
        reached = {edge.source for edge in self.edges}
        return [(node.id, node.shape) for node in self.graph.nodes if node.differentiable and node.id not in reached]

    @cached_property
    def _dry_edges(self) -> list[tuple[int, Shape]]:
        """The edges that could carry a gradient and do not, with the shapes of their sources."""
        walked = {edge.id for edge in self.edges}
        nodes = self.graph.nodes
        return [
            (edge.id, nodes[edge.source].shape)
            for edge in self.graph.edges
            if edge.differentiable and edge.id not in walked
        ]

    @cached_property
    def scalar(self) -> bool:
        """Whether all values are numbers, and every op runs on Python's floats, which raise no warnings of NumPy's."""
        graph = self.graph
        return all(
            node.shape == () and (node.op is None or (node.use or graph.use(node)).on_numbers) for node in graph.nodes
        )


__all__ = ["Plan"]
