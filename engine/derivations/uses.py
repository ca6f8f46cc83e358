"""One use of an op, in a graph or by itself: what the lines of a derivation are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.build import Builder, opened_functions
from engine.graph import Graph, Limits
from engine.language import Syntax, registry_body
from engine.ops import Op, Use
from engine.reference import EXEMPLARY
from engine.values import Shape


@dataclass(frozen=True, slots=True)
class Call:
    """An op at work. inputs, output: ids of nodes."""

    op: Op
    use: Use
    inputs: tuple[int, ...]
    output: int


class Recorder(Builder):
    """A builder that keeps which library functions it opened, and on what."""

    def __init__(self, *arguments: object):
        super().__init__(*arguments)
        self.calls: list[Call] = []

    def open(self, op: Op, inputs: tuple[int, ...], options: dict) -> int:
        shapes = tuple(self.graph.nodes[i].shape for i in inputs)
        normal = options if op.shape is None else op.shape(op.name, shapes, options)[1]
        output = super().open(op, inputs, options)
        self.calls.append(Call(op, Use(shapes, normal, (None,) * len(inputs)), inputs, output))
        return output


def calls(text: str, shapes: Mapping[str, Shape]) -> tuple[Graph, list[Call]]:
    """The graph of a text of the registry's own, and every use of an op in it, opened ones too."""
    builder = Recorder(Syntax(text, (), ()), dict(shapes), opened_functions("fused"), Limits())
    builder.graph.output = builder.statements(registry_body(text))
    graph = builder.graph
    return graph, builder.calls + [Call(node.op, graph.use(node), node.inputs, node.id) for node in graph.nodes if node.op is not None]


def exemplary_use(op: Op) -> Use:
    """How a reference shows an op: on numbers where it acts on each element by itself, else as its first example."""
    if op.elementwise:
        options = {o.name: EXEMPLARY.get(o.kind, o.default) if o.required else o.default for o in op.options}
        return Use(((),) * len(op.inputs), options, (None,) * len(op.inputs))
    return next(call.use for call in calls(*op.examples[0])[1] if call.op is op)
