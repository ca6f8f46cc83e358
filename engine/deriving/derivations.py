"""Why each rule holds: derivations in steps that are expressions of the language, each equal to the one before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Unpack

import numpy as np

from gradlens.engine.deriving.activations import ACTIVATIONS
from gradlens.engine.deriving.calculus import ARITHMETIC, ELEMENTARY, SPECIAL
from gradlens.engine.deriving.formulas import formula
from gradlens.engine.deriving.graph_paths import Which, find_node
from gradlens.engine.deriving.layers import IMAGES, LOSSES, NORMALISATIONS, SOFTMAXES
from gradlens.engine.deriving.lines import Point, Written, fitted, operands, written
from gradlens.engine.deriving.naming import (
    TIMES_USED,
    Shown,
    naming_at,
    readers_names,
    registry_names,
)
from gradlens.engine.deriving.products import MATRICES, PRODUCTS
from gradlens.engine.deriving.reductions import MOVING, REDUCTIONS
from gradlens.engine.deriving.step import AT_ONCE, AT_SEAMS, NO_GRADIENT, Derivations, Steps, Text
from gradlens.engine.deriving.uses import Call, at_group, at_node, exemplary_use
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph
from gradlens.engine.ops import OPS, Op, Use
from gradlens.engine.ops.rule_texts import is_local, statics
from gradlens.engine.program import Building, Program, subject
from gradlens.engine.values import Value

DERIVATIONS: Derivations = {
    **ARITHMETIC,
    **ELEMENTARY,
    **SPECIAL,
    **ACTIVATIONS,
    **REDUCTIONS,
    **PRODUCTS,
    **MATRICES,
    **MOVING,
    **SOFTMAXES,
    **NORMALISATIONS,
    **LOSSES,
    **IMAGES,
}
SPACING = re.compile(r"\\left(?![a-z])|\\right(?![a-z])|\\[,;! ]|\s")
SHARE = 0.05  # of the work that a program may take, for one line: there are up to ten, for each of up to three inputs


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation.

    expression: in the language, with D(f, x) for a derivative and lim(f) for a limit as h goes to 0.  latex: the same
      as a formula.
    template: with placeholders for a graph's nodes, where numbers may stand; None where a variable has to.  exact:
      whether it holds no derivative or limit; those are found with small steps.
    value: at a point, None without one and where it is too much work.
    """

    expression: str
    latex: str
    template: str | None
    reason: Text
    exact: bool
    value: Value | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """Why the rule of one input holds.

    kind: what the lines are worth, "local" (the local derivative) or "vjp" (the contribution).
    """

    input: str
    argnum: int
    edge: int | None
    kind: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Derived:
    """The derivations of one op.  note: why there is none."""

    op: str
    node: int | None
    derivations: list[Derivation]
    note: Text | None


def derivation(name: str) -> Derived:
    """An op's derivations with its own argument names: of numbers where it acts on each element by itself, else as in
    its first example.

    Error: unknown-function.

    >>> [line.expression for line in gradlens.derivation("tanh").derivations[0].lines][-1]
    '1 - z ** 2'
    """
    if name not in OPS:
        raise EngineError("unknown-function", name=name)
    op = OPS[name]
    use = exemplary_use(op)
    shown = registry_names(use)
    found = [
        Derivation(operand, argnum, None, kind(op, argnum), as_lines(lines, use, operand, shown))
        for argnum, operand, lines in derived_inputs(use)
    ]
    return Derived(name, None, found, None if found else NO_GRADIENT)


def derive(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    node: Which | None = None,
    edge: int | None = None,
    group: int | None = None,
    index: list[int] | None = None,
    seed: object = None,
    **building: Unpack[Building],
) -> Derived:
    """The derivations of the op at a node, of the one at an edge, or of a library function that was opened, each line
    with its value in a run.

    node: an id or a name.  group: the id of the opened function's.  index: the one element that is wanted of every
      value; of the input for a
    contribution, of the op's result for a local derivative.  The others as of `trace`.  Errors: those of `trace`,
    what-to-derive, unknown-node,
    node-number, edge-number, group-number, leaf-derivation, derivation-index.

    >>> gradlens.derive("y = x ** 2", {"x": 3.0}, node="y").derivations[0].lines[-1].expression
    'n * x'
    """
    program, values = subject(program, inputs, building)
    limits = program.limits
    graph = program.graph
    call, wanted = chosen(graph, node, edge, group)
    trace = program.run(values, seed=seed)
    op, use = call.op, call.use
    names = operands(use)
    at = dict(zip(names, (trace.values[i] for i in call.inputs)))
    upstream = trace.nodes[call.output].gradient
    if upstream is None:
        return Derived(op.name, call.output, [], NO_GRADIENT)
    at |= {"z": trace.values[call.output], "g": upstream}
    shown = readers_names(trace, (*call.inputs, call.output))
    edges = {} if group is not None else {e.argnum: e.id for e in graph.edges if e.target == call.output}
    found: list[Derivation] = []
    for argnum, operand, lines in derived_inputs(use):
        if not graph.nodes[call.inputs[argnum]].differentiable or wanted not in (None, argnum):
            continue
        local = kind(op, argnum) == "local"
        source, target = use.shapes[argnum], graph.nodes[call.output].shape
        place = None if index is None else checked(index, target if local else source)
        point = Point(use, at, limits.flops * SHARE, limits.elements, place)
        values = [worth(point, line, operand, local, source, target, place) for line in lines]
        found.append(
            Derivation(
                operand,
                argnum,
                edges.get(argnum),
                kind(op, argnum),
                as_lines(lines, use, operand, shown, values, trace.symbol(trace.output)),
            )
        )
    return Derived(op.name, call.output, found, None if found else NO_GRADIENT)


def chosen(graph: Graph, node: Which | None, edge: int | None, group: int | None) -> tuple[Call, int | None]:
    """What is meant, and the place of the operand where an edge is.

    Errors: what-to-derive, *-number, unknown-node, leaf-derivation.
    """
    if [node, edge, group].count(None) != 2:
        raise EngineError("what-to-derive")
    if edge is not None:
        if not 0 <= edge < len(graph.edges):
            raise EngineError("edge-number", got=edge, count=len(graph.edges))
        return at_node(graph, graph.edges[edge].target), graph.edges[edge].argnum
    if group is not None:
        if not 0 <= group < len(graph.groups):
            raise EngineError("group-number", got=group, count=len(graph.groups))
        if graph.groups[group].op is None:
            raise EngineError("leaf-derivation", name=graph.groups[group].name)
        return at_group(graph, graph.groups[group]), None
    assert node is not None
    id = find_node(graph, node)
    if graph.nodes[id].op is None:
        raise EngineError("leaf-derivation", name=str(node))
    return at_node(graph, id), None


def checked(index: list[int], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Error: derivation-index."""
    if len(index) != len(shape) or any(not 0 <= i < n for i, n in zip(index, shape)):
        raise EngineError("derivation-index", index=str(index), shape=str(shape))
    return tuple(index)


def derived_inputs(use: Use) -> list[tuple[int, str, list[Written]]]:
    """For each operand with a derivation: its place, its name, the lines."""
    found = steps_of(use.op)
    return [
        (argnum, operand, written(use, argnum, found[use.op.input_name(argnum)]))
        for argnum, operand in enumerate(operands(use))
        if use.op.input_name(argnum) in found
    ]


def steps_of(op: Op) -> Mapping[str, Steps]:
    """The steps for each input that takes a gradient.

    Nobody need have written them: then they go to the rule at once, and of an op that is but its definition, no further
    than that.
    """
    if op.name in DERIVATIONS:
        return DERIVATIONS[op.name]
    if op.has_gradient:
        return dict.fromkeys((*op.local, *op.vjp), AT_SEAMS if op.kink else AT_ONCE)
    return dict.fromkeys(op.inputs, ()) if op.definition is not None else {}


def kind(op: Op, argnum: int) -> str:
    return "local" if op.elementwise or is_local(op, argnum) else "vjp"


def worth(
    point: Point,
    line: Written,
    operand: str,
    local: bool,
    source: tuple[int, ...],
    target: tuple[int, ...],
    place: tuple[int, ...] | None,
) -> Value | None:
    """A line's value in the shape of what it derives, or one element of it."""
    value = point.value(line.text, operand)
    if value is None:
        return None
    value = fitted(value, local, source, target)
    return float(np.asarray(value)[place]) if place is not None else value


def as_lines(
    lines: list[Written],
    use: Use,
    operand: str,
    shown: tuple[Shown, ...],
    values: list[Value | None] | None = None,
    output: str = "L",
) -> list[Line]:
    """The lines as formulas, with the names of `shown`; one that reads as the one before it is no step, and is left
    out.

    values: what each line is worth, where there is a program.  output: whose gradients stand in them.
    """
    names = naming_at(use, lines, shown, output)
    arrays = any(shape != () for shape in use.shapes)
    found: list[Line] = []
    for i, line in enumerate(lines):
        template = formula(line.text, names.symbols, statics(use), dict(zip(use.op.inputs, use.shapes)), arrays)
        latex = names.latex(template)
        reason = names.reason(line.reason, operand)
        if i == 0 and names.repeated:
            reason = {language: text + TIMES_USED[language] for language, text in reason.items()}
        if found and read_alike(found[-1].latex, latex):
            reason = found.pop().reason
        found.append(
            Line(
                line.text,
                latex,
                names.numbered(template) if values is not None and line.exact else None,
                reason,
                line.exact,
                None if values is None else values[i],
            )
        )
    return found


def read_alike(one: str, other: str) -> bool:
    """Whether two formulas look the same."""
    return SPACING.sub("", one) == SPACING.sub("", other)


__all__ = ["DERIVATIONS", "Derivation", "Derived", "Line", "derivation", "derive", "steps_of"]
