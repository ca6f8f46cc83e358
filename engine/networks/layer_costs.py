"""What the layers of a network cost."""

from __future__ import annotations

from collections import Counter

from gradlens.engine.estimates import estimate_of
from gradlens.engine.graph import Graph, Operation


def forward_flops(graph: Graph) -> Counter[int]:
    """Floating-point operations of the forward pass by group, those of the groups within it included."""
    found: Counter[int] = Counter()
    parents = {group.id: group.parent for group in graph.groups}
    for node in graph.nodes:
        if not isinstance(node, Operation):
            continue
        shapes = tuple([graph.nodes[source].shape for source in node.inputs])
        flops = estimate_of(node.op, shapes, node.options).flops
        group = node.group
        while group is not None:
            found[group] += flops
            group = parents[group]
    return found
