"""Jacobians, Hessians and their products with a direction, out of backward passes and passes of the forward mode.

A backward pass with a seed of one 1 is a row of a Jacobian, a forward-mode pass along one input element is a column.
A Hessian is the Jacobian of the gradient program, so its product with a direction is one forward-mode pass over that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Limits
from gradlens.engine.passes.backward import filled
from gradlens.engine.program import Building, Program, compile, subject
from gradlens.engine.values import Array, Shape, Value, shape_of, size_of

KINDS = ("jacobian", "hessian", "jvp", "hvp")


def derivatives(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    kind: str,
    direction: Mapping[str, object] | None = None,
    **building: Unpack[Building],
) -> Value | dict[str, Any]:
    """A derivative of a program's output by all of its inputs.

    kind: "jacobian": {input: array of output shape + input shape};  "hessian": {input: {input: array of both shapes}},
    for an output that is one number;  "jvp": the output's change along `direction`, of its shape;
    "hvp": {input: the gradient's change along `direction`}.
    direction: a value by input name, of the input's shape; inputs left out stay where they are.
    Errors: those of `trace`, unknown-kind, scalar-output, derivative-too-large, derivative-nodes, derivative-visits,
      too-much-work.

    >>> gradlens.derivatives("y = x ** 2", {"x": [1.0, 2.0]}, kind="jacobian")["x"].tolist()
    [[2.0, 0.0], [0.0, 4.0]]
    """
    if kind not in KINDS:
        raise EngineError("unknown-kind", derivative=str(kind))
    program, values = subject(program, inputs, building)
    limits = program.limits
    along = program.direction(direction or {})
    if kind == "jacobian":
        return jacobian(program, values, limits)
    if kind == "jvp":
        return tangent(program, program.tangents(program.forward(values), along), program.graph.output)
    if output_shape(program) != ():
        raise EngineError("scalar-output", derivative=kind, got=str(output_shape(program)))
    try:
        return second_derivative(program, values, along if kind == "hvp" else None, limits)
    except EngineError as error:
        error.span = None  # a place in a text that nobody typed
        raise


def second_derivative(
    program: Program, values: Mapping[str, Value], along: Mapping[str, Value] | None, limits: Limits
) -> dict[str, Value] | dict[str, dict[str, Array]]:
    """How the gradients move along a direction, or with None along every element of every input."""
    nodes = len(program.graph.nodes) + len(program.edges)  # a statement a node, and one a contribution at the least
    if nodes > limits.nodes:
        raise EngineError("derivative-nodes", count=nodes, limit=int(limits.nodes))
    written = program.gradient_program()
    # Of a text that nobody typed only the work counts. With an output, its backward half is a program like any other.
    again = compile(
        written.program,
        {name: shape_of(value) for name, value in values.items()},
        output=next(iter(written.outputs.values()), None),
        limits=replace(limits, text_length=math.inf, nesting=math.inf),
    )
    gradients = {name: again.graph.names[gradient] for name, gradient in written.outputs.items()}
    if along is None:
        return hessian(again, gradients, values, limits)
    tangents = again.tangents(again.forward(values), along)
    return {name: tangent(again, tangents, id) for name, id in gradients.items()}


def jacobian(program: Program, values: Mapping[str, Value], limits: Limits) -> dict[str, Array]:
    """For each input an array of output shape + input shape: row by row or column by column, whichever are fewer."""
    shape, by_input = output_shape(program), input_shapes(program)
    rows, columns = size_of(shape), sum(size_of(s) for s in by_input.values())
    allow("Jacobian", rows * columns, min(rows, columns), program, limits)
    found = {name: np.zeros(shape + s) for name, s in by_input.items()}
    if rows <= columns:
        for index, seed in units(shape):
            for name, gradient in program.gradients(values, seed=seed)[1].items():
                found[name][index] = gradient
        return found
    primals = program.forward(values)
    for name, s in by_input.items():
        for index, unit in units(s):
            found[name][(..., *index)] = tangent(program, program.tangents(primals, {name: unit}), program.graph.output)
    return found


def hessian(
    program: Program, gradients: Mapping[str, int], values: Mapping[str, Value], limits: Limits
) -> dict[str, dict[str, Array]]:
    """Column by column: how the gradients move along every element of every input.

    program: of the gradients, whose nodes `gradients` names by input.
    """
    by_input = {name: program.graph.nodes[id].shape for name, id in gradients.items()}
    columns = sum(size_of(s) for s in by_input.values())
    allow("Hessian", columns**2, columns, program, limits)
    found = {row: {column: np.zeros(s + t) for column, t in by_input.items()} for row, s in by_input.items()}
    primals = program.forward(values)
    for column, s in by_input.items():
        for index, unit in units(s):
            tangents = program.tangents(primals, {column: unit})
            for row, id in gradients.items():
                found[row][column][(..., *index)] = tangent(program, tangents, id)
    return found


def allow(derivative: str, count: int, passes: int, program: Program, limits: Limits) -> None:
    """Errors: derivative-too-large, derivative-visits, too-much-work."""
    if count > limits.elements:
        raise EngineError("derivative-too-large", derivative=derivative, count=count, limit=int(limits.elements))
    nodes = len(program.graph.nodes)
    if passes * nodes > limits.visits:
        raise EngineError(
            "derivative-visits",
            derivative=derivative,
            passes=passes,
            nodes=nodes,
            count=passes * nodes,
            limit=int(limits.visits),
        )
    work = passes * (program.graph.forward_flops + program.graph.backward_flops)
    if work > limits.flops:
        raise EngineError("too-much-work", count=work, limit=int(limits.flops))


def units(shape: Shape) -> Iterator[tuple[tuple[int, ...], Value]]:
    """Every index of a shape, with the array that is 1 there and 0 elsewhere."""
    for index in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[index] = 1.0
        yield index, unit if shape else 1.0


def tangent(program: Program, tangents: list[Value | None], id: int) -> Value:
    """A node's tangent; zeros where it does not move."""
    found = tangents[id]
    return filled(0.0, program.graph.nodes[id].shape) if found is None else found


def input_shapes(program: Program) -> dict[str, Shape]:
    return {name: program.graph.nodes[id].shape for name, id in program.graph.inputs.items()}


def output_shape(program: Program) -> Shape:
    return program.graph.nodes[program.graph.output].shape
