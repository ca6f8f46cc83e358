"""One use of an op, in a graph or by itself: what the lines of a derivation are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradlens.engine.deriving.op_reference import EXEMPLARY
from gradlens.engine.graph import Graph, Group
from gradlens.engine.language.builder import build
from gradlens.engine.ops import Op, Use
from gradlens.engine.values import Shape


@dataclass(frozen=True, slots=True)
class Call:
    """An op at work. inputs, output: ids of nodes."""

    op: Op
    use: Use
    inputs: tuple[int, ...]
    output: int


def at_node(graph: Graph, id: int) -> Call:
    node = graph.operation(id)
    return Call(node.op, graph.use(node), node.inputs, id)


def at_group(graph: Graph, group: Group) -> Call:
    """A library function that was opened."""
    assert group.op is not None
    shapes = tuple(graph.nodes[i].shape for i in group.operands)
    return Call(group.op, Use(group.op, shapes, group.options), group.operands, group.output)


def calls(text: str, shapes: Mapping[str, Shape]) -> tuple[Graph, list[Call]]:
    """The graph of a text, and every use of an op in it, opened ones too."""
    graph = build(text, shapes)[1]
    return graph, [at_group(graph, g) for g in graph.groups if g.op is not None] + [
        at_node(graph, n.id) for n in graph.nodes if n.op is not None
    ]


def exemplary_use(op: Op) -> Use:
    """How a reference shows an op: on numbers where it acts on each element by itself, else as its first example;
    products as those of matrices.
    """
    if op.elementwise:
        options = {o.name: EXEMPLARY.get(o.kind, o.default) if o.required else o.default for o in op.options}
        return Use(op, ((),) * len(op.inputs), options)
    found = [next(call.use for call in calls(*example)[1] if call.op is op) for example in op.tests.examples]
    matrices = [use for use in found if all(len(shape) == 2 for shape in use.shapes)]
    return (matrices if op.family == "linear algebra" and matrices else found)[0]
