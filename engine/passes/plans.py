"""The steps of both passes of a graph, found when a pass first runs."""

from __future__ import annotations

from functools import cached_property

from gradlens.engine.graph import Edge, Graph
from gradlens.engine.passes.backward import BackwardStep, contributing, plan_backward
from gradlens.engine.passes.forward import ForwardStep, plan_forward


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

    @cached_property
    def scalar(self) -> bool:
        """Whether all values are numbers."""
        return {node.shape for node in self.graph.nodes} == {()}


__all__ = ["Plan"]
