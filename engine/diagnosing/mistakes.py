"""The mistakes that are made at one edge: each as what the edge would deliver instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from gradlens.engine.diagnosing.planted_passes import Circuit, Local, Plant
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Edge, Graph, Node, Operation
from gradlens.engine.ops import OPS, Options, replaced
from gradlens.engine.ops.rule_texts import is_local, statics
from gradlens.engine.passes.kernels import Kernel, forward_kernel
from gradlens.engine.passes.rules import edge_rule, rule_of
from gradlens.engine.shapes import stretched_axes
from gradlens.engine.values import Array, Value, size_of

# What the losses of the registry are made of in one: an activation, and a loss of what it gives.
FUSED = frozenset(op.fuses[0] for op in OPS.values() if op.fuses)
UNFUSED = frozenset(op.fuses[1] for op in OPS.values() if op.fuses)


@dataclass(slots=True)
class Mistake:
    """A hypothesis: a kind of mistake, the edge where it is made, what every edge concerned delivers instead.

    values: the forward values that the pass runs on instead.  reported: what the reader then writes for an input's
    gradient.  params: for its sentence, which is that of the kind unless `sentence` names another.
    """

    kind: str
    edge: int | None
    plants: dict[int, Plant] = field(default_factory=dict[int, Plant])
    params: dict[str, str | float] = field(default_factory=dict[str, str | float])
    values: list[Value] | None = None
    reported: Callable[[int, Array], Array] | None = None
    distance: int = 0
    sentence: str = ""


def edge_mistakes(circuit: Circuit, edge: Edge, values: list[Value]) -> Iterator[Mistake]:
    """Every mistake at one edge, the plainest first."""
    graph = circuit.graph
    node, source = graph.operation(edge.target), graph.nodes[edge.source]
    if not size_of(source.shape):
        return
    for makers in (paths, broadcasting, transposition, signs, averaging, activation, axes, losses):
        yield from makers(circuit, graph, edge, node, source, values)
    yield at("missing-upstream", edge, without_upstream)


def at(kind: str, edge: Edge, plant: Plant, **params: str | float) -> Mistake:
    return Mistake(kind, edge.id, {edge.id: plant}, params)


def nothing(local: Local) -> Array:
    return np.zeros(local.x.shape)


def without_upstream(local: Local) -> Array:
    return local.summed(local.raw(g=np.ones(local.g.shape)))


def times(factor: float, local: Local) -> Array:
    return factor * local.right()


def paths(
    circuit: Circuit, graph: Graph, edge: Edge, node: Operation, source: Node, values: list[Value]
) -> Iterator[Mistake]:
    """One use of several forgotten, or all but one."""
    uses = circuit.outgoing[source.id]
    if len(uses) < 2:
        return
    yield Mistake("missing-path", edge.id, {edge.id: nothing}, {"count": len(uses)})
    if len(uses) > 2:
        others = [e for e in uses if e is not edge]
        count = {"count": len(uses), "missing": len(others)}
        plants = dict.fromkeys((e.id for e in others), nothing)
        yield Mistake("missing-path", others[0].id, plants, {**count}, sentence="missing-paths")


def broadcasting(
    circuit: Circuit, graph: Graph, edge: Edge, node: Operation, source: Node, values: list[Value]
) -> Iterator[Mistake]:
    """A stretched input whose contributions were not summed, or along the wrong axis."""
    added = node.op.product[2:]  # what a product of matrices adds
    if not (node.op.elementwise or node.op.input_name(edge.argnum) in added):
        return
    if size_of(node.shape) in (0, size_of(source.shape)):
        return
    yield at("bias-not-summed", edge, lambda local: np.broadcast_to(local.raw(), local.z.shape))
    stretched = stretched_axes(node.shape, source.shape)
    for row in (0, -1):
        yield at("bias-not-summed", edge, partial(of_one_row, stretched, row))
    if len(node.shape) == 2:
        for axis in (0, 1):
            if (axis,) != stretched:
                yield at(
                    "wrong-axis",
                    edge,
                    lambda local, axis=axis: of_shape(
                        np.sum(np.broadcast_to(local.raw(), local.z.shape), axis=axis), local.x.shape
                    ),
                    function="sum",
                )
    count = size_of(node.shape) // size_of(source.shape)
    yield at("mean-not-sum", edge, partial(times, 1 / count), count=count)


def of_one_row(axes: tuple[int, ...], row: int, local: Local) -> Array:
    """The contribution of the first or last element along the axes that were stretched."""
    place = tuple(row if axis in axes else slice(None) for axis in range(local.z.ndim))
    return np.broadcast_to(local.raw(), local.z.shape)[place].reshape(local.x.shape)


def of_shape(found: Array, shape: tuple[int, ...]) -> Array:
    if found.size != size_of(shape):
        return found  # of a shape that only a claim of that shape can match
    return found.reshape(shape)


def transposition(
    circuit: Circuit, graph: Graph, edge: Edge, node: Operation, source: Node, values: list[Value]
) -> Iterator[Mistake]:
    """A matrix transposed: the result, or a factor of the product."""
    if len(source.shape) != 2:
        return
    yield at("transposed", edge, lambda local: local.right().T)
    if node.op.product and edge.argnum < 2 and len(node.shape) == 2:
        other = 1 - edge.argnum
        if len(graph.nodes[node.inputs[other]].shape) == 2:

            def product(local: Local) -> Array:
                factor = local.inputs[other]
                return local.g @ factor if edge.argnum == 0 else factor @ local.g

            yield at("transposed", edge, product)


def signs(
    circuit: Circuit, graph: Graph, edge: Edge, node: Operation, source: Node, values: list[Value]
) -> Iterator[Mistake]:
    yield at("sign", edge, partial(times, -1.0))


def averaging(
    circuit: Circuit, graph: Graph, edge: Edge, node: Operation, source: Node, values: list[Value]
) -> Iterator[Mistake]:
    """A sum in place of a mean, or the reverse: the factor is exactly how many were averaged."""
    name = node.op.name
    whole, rows = size_of(source.shape), source.shape[0] if source.shape else 1
    if node.op.averages:
        count = int(statics(graph.use(node))["n"])
        for n in sorted({count, rows, whole // rows}, key=lambda n: n != count):
            if n > 1:
                yield at("sum-not-mean", edge, partial(times, float(n)), count=n)
                yield at("mean-not-sum", edge, partial(times, 1 / n), count=n)
    elif name == "sum":
        for n in dict.fromkeys((whole // size_of(node.shape), rows, whole // rows)):
            if n > 1:
                yield at("mean-not-sum", edge, partial(times, 1 / n), count=n)
    elif name == "div":
        divisor = graph.number(node.inputs[1])
        if divisor is not None and divisor in batch_sizes(graph):
            yield at("sum-not-mean", edge, partial(times, divisor), count=int(divisor))
    elif node.op.product and edge.argnum == 1 and len(graph.nodes[node.inputs[0]].shape) == 2:
        n = graph.nodes[node.inputs[0]].shape[0]
        if n > 1:
            yield at("mean-not-sum", edge, partial(times, 1 / n), count=n)
            yield at("sum-not-mean", edge, partial(times, float(n)), count=n)


def batch_sizes(graph: Graph) -> set[float]:
    return {float(n.shape[0]) for n in graph.nodes if n.kind in ("input", "constant") and n.shape and n.shape[0] > 1}


def activation(
    circuit: Circuit, graph: Graph, edge: Edge, node: Operation, source: Node, values: list[Value]
) -> Iterator[Mistake]:
    """The derivative of a function forgotten, taken twice, or taken at what comes out."""
    op = node.op
    if op.normalises:
        yield at("missing-activation-derivative", edge, lambda local: local.g, function=op.name)
    if op.fuses and edge.argnum == 0:
        name, _ = op.fuses

        def twice(local: Local) -> Array:
            y = applied(name, local.x)
            return local.right() * y * (1 - y)

        yield at("extra-activation-derivative", edge, twice, function=name)
    unary = (
        op.elementwise
        and sum(graph.nodes[i].kind != "constant" for i in node.inputs) == 1
        and is_local(op, edge.argnum)
    )
    if not unary or source.shape != node.shape or edge_rule(graph, edge).text in ("1", "-1", "0", "y", "x", "1 / y"):
        return
    yield at("missing-activation-derivative", edge, lambda local: local.g, function=op.name)
    yield at("extra-activation-derivative", edge, lambda local: local.raw(g=local.raw()), function=op.name)
    yield at("derivative-at-output", edge, partial(at_output, graph, node), function=op.name)


def at_output(graph: Graph, node: Operation, local: Local) -> Array:
    """The rule with the output where the input belongs."""
    inputs = list(local.inputs)
    inputs[local.edge.argnum] = local.z
    function = forward_kernel(graph.use(node), False)
    return local.raw(z=np.asarray(function(*inputs)), inputs=inputs)


def applied(name: str, x: Array, axis: int = -1) -> Array:
    """softmax or sigmoid of an array."""
    op = OPS[name]
    assert op.array is not None
    return np.asarray(op.array(x, axis=(axis,)) if op.normalises else op.array(x))


def axes(
    circuit: Circuit, graph: Graph, edge: Edge, node: Operation, source: Node, values: list[Value]
) -> Iterator[Mistake]:
    """A function along another axis: forward too, with all that follows, or in its rule alone."""
    op = node.op
    if op.fuses and edge.argnum == 0 and OPS[op.fuses[0]].normalises:
        name, _ = op.fuses
        for axis in range(len(source.shape) - 1):

            def other(local: Local, axis: int = axis) -> Array:
                return local.g / size_of(local.x.shape[:-1]) * (applied(name, local.x, axis) - local.inputs[1])

            yield at("wrong-axis", edge, other, function=name)
    for options, z in along_other_axes(node, [np.asarray(values[i]) for i in node.inputs]):
        if z.shape != node.shape:
            continue
        run = rule_of(replaced(graph.use(node), **options), edge.argnum).array_kernel

        def turned(local: Local, run: Kernel = run, z: Array = z) -> Array:
            return local.summed(np.asarray(run(local.g, z, *local.inputs)))

        if op.normalises:
            yield Mistake(
                "wrong-axis",
                edge.id,
                {edge.id: turned},
                {"function": op.name},
                circuit.values_after(values, {node.id: z}),
            )
        yield at("wrong-axis", edge, turned, function=op.name)


def along_other_axes(node: Operation, inputs: list[Array]) -> Iterator[tuple[Options, Array]]:
    """The options and the result of a node's op along every other axis along which it can run."""
    op, shapes = node.op, tuple(x.shape for x in inputs)
    rank = max(len(shapes[0]), len(node.shape))
    if rank < 2 or "axis" not in node.options or op.shape is None or op.array is None:
        return
    for axis in range(rank):
        try:
            _, options = op.shape(op.name, shapes, node.options | {"axis": axis})
            z = np.asarray(op.array(*inputs, **options))
        except EngineError:  # no such axis, shapes that do not fit along it, or indices that are too large for it
            continue
        if options["axis"] != node.options["axis"]:
            yield options, z


def losses(
    circuit: Circuit, graph: Graph, edge: Edge, node: Operation, source: Node, values: list[Value]
) -> Iterator[Mistake]:
    """The gradient of the squared error in place of the cross-entropy's."""
    op = node.op
    rows, whole = float(source.shape[0] if source.shape else 1), float(size_of(source.shape))
    factors = dict.fromkeys((1.0, 2.0, 1 / rows, 2 / rows, 1 / whole, 2 / whole))
    if op.fuses and edge.argnum == 0:
        name, _ = op.fuses
        through = through_rows if OPS[name].normalises else through_elements
        for factor in factors:

            def fused(local: Local, factor: float = factor) -> Array:
                y = applied(name, local.x)
                return local.g * factor * through(y, y - local.inputs[1])

            yield at("squared-error-not-cross-entropy", edge, fused)
    elif op.name in UNFUSED and edge.argnum == 0:
        for factor in factors:
            yield at(
                "squared-error-not-cross-entropy",
                edge,
                lambda local, factor=factor: local.g * factor * (local.x - local.inputs[1]),
            )
    elif source.op is not None and source.op.name in FUSED and edge is circuit.outgoing[source.id][0]:
        others = {e.id: nothing for e in circuit.outgoing[source.id][1:]}
        for target in (n for n in graph.nodes if n.op is None and n.shape == source.shape):
            for factor in factors:

                def unfused(local: Local, factor: float = factor, target: int = target.id) -> Array:
                    return factor * (local.x - np.asarray(values[target]))

                yield Mistake("squared-error-not-cross-entropy", edge.id, {edge.id: unfused, **others})


def through_elements(y: Array, g: Array) -> Array:
    """Back through an activation of each element by itself."""
    return g * y * (1 - y)


def through_rows(y: Array, g: Array) -> Array:
    """Back through the softmax of each row."""
    return y * (g - np.sum(g * y, axis=-1, keepdims=True))
