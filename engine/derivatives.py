"""Jacobians, Hessians and their products with a direction, all from backward passes.

A row of a Jacobian is one backward pass with a seed of one 1; a Hessian is the Jacobian of the gradient program;
a Hessian-vector product is the gradient of the gradient's product with the vector (Pearlmutter 1994).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

import numpy as np

from engine.errors import EngineError
from engine.gradient_program import literal
from engine.graph import Limits
from engine.program import Program, compile
from engine.values import Value, as_value, shape_of, size_of

KINDS = ("jacobian", "hessian", "jvp", "hvp")


def derivatives(
    text: str, inputs: Mapping[str, object] | None = None, *, kind: str, direction: Mapping[str, object] | None = None,
    output: str | None = None, detail: str = "fused", limits: Limits | None = None,
) -> Value | dict:
    """A derivative of a program's output by all of its inputs.

    kind: "jacobian": {input: array of output shape + input shape};  "hessian": {input: {input: array of both shapes}},
    for an output that is one number;  "jvp": the output's change along `direction`, of its shape;
    "hvp": {input: the gradient's change along `direction`}.
    direction: a value by input name, of the input's shape; inputs left out stay where they are.
    Errors: those of `trace`, unknown-kind, scalar-output, unknown-input, input-shape, too-much-work, too-many-elements.
    """
    if kind not in KINDS:
        raise EngineError("unknown-kind", derivative=str(kind))
    limits = limits or Limits()
    values = {name: as_value(value, name) for name, value in (inputs or {}).items()}
    program = compile(text, {name: shape_of(value) for name, value in values.items()}, output=output, detail=detail, limits=limits)
    if kind == "jacobian":
        return jacobian(program, values, limits)
    along = directions(program, direction or {}) if kind in ("jvp", "hvp") else {}
    if kind == "jvp":
        found = jacobian(program, values, limits)
        return sum((np.tensordot(found[name], v, axes=np.ndim(v)) for name, v in along.items()), start=np.zeros(output_shape(program)))
    if output_shape(program) != ():
        raise EngineError("scalar-output", derivative=kind, got=str(output_shape(program)))
    written = program.gradient_program()
    shapes = {name: shape_of(value) for name, value in values.items()}
    if kind == "hessian":
        return {
            name: keep(jacobian(compile(written.program, shapes, output=gradient, limits=limits), values, limits), program)
            for name, gradient in written.outputs.items()
        }
    terms = [f"sum({written.outputs[name]} * {ast.unparse(literal(v))})" for name, v in along.items()] or ["identity(0)"]
    product = compile(f"{written.program}{' + '.join(terms)}\n", shapes, limits=limits)
    return keep(product.gradients(values)[1], program)


def jacobian(program: Program, values: Mapping[str, Value], limits: Limits) -> dict[str, np.ndarray]:
    """One row a backward pass: for each input an array of output shape + input shape."""
    graph = program.graph
    shape = output_shape(program)
    rows = size_of(shape)
    columns = sum(size_of(graph.nodes[id].shape) for id in graph.inputs.values())
    if rows * columns > limits.elements:
        raise EngineError("too-many-elements", count=rows * columns, limit=int(limits.elements))
    if rows * (graph.forward_flops + graph.backward_flops) > limits.flops:
        raise EngineError("too-much-work", count=rows * (graph.forward_flops + graph.backward_flops), limit=int(limits.flops))
    found = {name: np.zeros(shape + graph.nodes[id].shape) for name, id in graph.inputs.items()}
    for index in np.ndindex(*shape):
        seed = np.zeros(shape)
        seed[index] = 1.0
        _, gradients = program.gradients(values, seed=seed if shape else None)
        for name, gradient in gradients.items():
            found[name][index] = gradient
    return found


def keep(found: Mapping[str, Value], program: Program) -> dict[str, Value]:
    """The inputs of the program itself: a gradient program has its seed as one more."""
    return {name: found[name] for name in program.graph.inputs}


def output_shape(program: Program) -> tuple[int, ...]:
    return program.graph.nodes[program.graph.output].shape


def directions(program: Program, given: Mapping[str, object]) -> dict[str, Value]:
    """The direction by input, checked.  Errors: unknown-input, input-shape."""
    graph = program.graph
    found = {}
    for name, value in given.items():
        if name not in graph.inputs:
            raise EngineError("unknown-input", name=name)
        found[name] = as_value(value, name)
        wanted = graph.nodes[graph.inputs[name]].shape
        if shape_of(found[name]) != wanted:
            raise EngineError("input-shape", name=name, got=str(shape_of(found[name])), wanted=str(wanted))
    return found
