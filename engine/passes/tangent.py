"""The forward mode: how every value moves when the inputs move along a direction; one pass, edge by edge, with the
backward pass's rules.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import cast

from gradlens.engine.graph import Graph
from gradlens.engine.language.builder import rule_graph
from gradlens.engine.ops.rule_texts import statics
from gradlens.engine.passes.backward import contributing, filled, plan_backward, run_backward
from gradlens.engine.passes.forward import plan_forward, run_forward
from gradlens.engine.passes.kernels import fitted, forward_kernel
from gradlens.engine.passes.rules import Rule, edge_rule
from gradlens.engine.values import Value

# (tangent of the source, output, *inputs) -> what the edge passes on, of the target's shape
Push = Callable[..., Value]


def run_tangents(
    graph: Graph,
    values: list[Value],
    tangents: list[Value | None],
    passed: list[Value | None] | None,
) -> None:
    """Fill `tangents`, which holds those of the moving inputs already, and `passed` by edge, if a list is given.

    A source that does not move passes nothing on, so an infinite derivative by it makes no NaN.
    """
    nodes = graph.nodes
    for edge in graph.edges:
        moved = tangents[edge.source]
        if moved is None or not edge.differentiable:
            continue
        target, inputs = edge.target, nodes[edge.target].inputs
        if graph.operation(target).op.variadic == "list":
            if tangents[target] is None:
                tangents[target] = list_tangent(graph, target, tangents)
            continue
        arrived = push_of(edge_rule(graph, edge))(moved, values[target], *[values[i] for i in inputs])
        before = tangents[target]
        tangents[target] = arrived if before is None else before + arrived
        if passed is not None:
            passed[edge.id] = arrived


def push_of(rule: Rule) -> Push:
    """An edge's Jacobian applied to the tangent of its source; made once, and kept with the rule."""
    if rule.push is None:
        rule.push = made_push(rule)
    return rule.push


def made_push(rule: Rule) -> Push:
    if not rule.is_local:
        return transposed(rule)
    # A diagonal Jacobian is its own transpose: the backward rule, with the source's tangent for the upstream.
    run, shape = rule.kernel, rule.use.shape
    assert shape is not None, rule.use.op.name
    return run if rule.use.on_numbers else lambda *values: fitted(run(*values), shape)


def transposed(rule: Rule) -> Push:
    """The vjp of a vjp: the rule is linear in g, so its transpose maps a tangent of the source to one of the target."""
    use = rule.use
    target = use.shape
    assert target is not None, use.op.name
    names = ("g", "z", *use.op.operand_names(len(use.shapes)))
    shapes = dict(zip(names, (target, target, *use.shapes), strict=True))
    graph = rule_graph(rule.contribution, shapes, statics(use))
    linear = {graph.inputs["g"]}
    for inner in graph.edges:
        if inner.source in linear:
            linear.add(inner.target)
    moving = [inner for inner in contributing(graph) if inner.source in linear]
    # What is linear in g is never computed: no derivative of it depends on it. A rule may also stand on an op that is
    # not linear in what holds g (expm's): there all is computed, with zeros for g.
    at_zero = any(reads_operand(edge_rule(graph, inner)) for inner in moving)
    known = [step for step in plan_forward(graph) if at_zero or step[1] not in linear]
    back = plan_backward(graph, moving)
    leaves = cast(
        list[Value], [inner.value for inner in graph.nodes]
    )  # None where it is set before it is read, or never
    shape = graph.nodes[graph.output].shape

    def push(tangent: Value, *output_and_inputs: Value) -> Value:
        values = leaves.copy()
        values[0] = filled(0.0, target) if at_zero else None
        values[1 : len(names)] = output_and_inputs
        run_forward(known, values)
        gradients: list[Value | None] = [None] * len(leaves)
        gradients[graph.output] = fitted(tangent, shape)
        run_backward(back, values, gradients, None)
        found = gradients[0]
        return filled(0.0, target) if found is None else found

    return push


def reads_operand(rule: Rule) -> bool:
    """Whether the derivative by an operand depends on that operand, or on the result."""
    op = rule.use.op
    own = op.operand_names(len(rule.use.shapes))[rule.argnum]
    tree = [*ast.walk(ast.parse(rule.contribution))]
    of_shapes = {id(node.value) for node in tree if isinstance(node, ast.Attribute)}
    return any(isinstance(node, ast.Name) and node.id in (own, "z") and id(node) not in of_shapes for node in tree)


def list_tangent(graph: Graph, target: int, tangents: Sequence[Value | None]) -> Value:
    """The list of the tangents: edge by edge it would be as many arrays as the list is long."""
    node = graph.operation(target)
    moved = [filled(0.0, graph.nodes[i].shape) if tangents[i] is None else tangents[i] for i in node.inputs]
    return fitted(forward_kernel(graph.use(node), False)(*moved), node.shape)
