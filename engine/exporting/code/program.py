"""A trace's passes as statements: leaves, forward and backward, with the reader's own names."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.code.expressions import Expressions, Library
from gradlens.engine.exporting.code.layout import assigned, comment
from gradlens.engine.exporting.code.sources import Sources
from gradlens.engine.exporting.drawings import Language
from gradlens.engine.graph import UNLIMITED, Graph
from gradlens.engine.ops import OPS
from gradlens.engine.passes.gradient_program import Writer
from gradlens.engine.program import compile
from gradlens.engine.traces import Trace, TraceNode
from gradlens.engine.values import Value, size_of

MOST_NODES = 2_000
MOST_NUMBERS = 40_000
MOST_TERMS = 40  # of a sum in one statement
OWN_NAMES = frozenset({"np", "torch", "jnp", "jax", "math", "functools", "itertools", "operator", "main", "check", "F"})


@dataclass(slots=True)
class Passes:
    """The statements of both passes.

    leaves, forward, backward: lines.  values: by name, what a run gave; gradients: likewise, with the name of the
    gradient that the script computes.
    """

    leaves: list[str] = field(default_factory=list[str])
    forward: list[str] = field(default_factory=list[str])
    backward: list[str] = field(default_factory=list[str])
    names: list[str] = field(default_factory=list[str])
    output: str = ""
    seed: str = ""
    gradients: dict[str, tuple[str, str, Value]] = field(default_factory=dict[str, "tuple[str, str, Value]"])


def check_size(trace: Trace, most: int) -> None:
    """Errors: code-too-long, value-too-large, which names the value."""
    if len(trace.nodes) > MOST_NODES:
        raise EngineError("code-too-long", count=len(trace.nodes), limit=MOST_NODES)
    leaves = [node for node in trace.nodes if node.op in ("input", "constant")]
    if sum(size_of(node.shape) for node in leaves) > most:
        largest = max(leaves, key=lambda node: size_of(node.shape))
        raise EngineError(
            "value-too-large", name=largest.name or f"v{largest.id}", count=size_of(largest.shape), limit=most
        )


def passes_of(trace: Trace, library: Library, sources: Sources, language: Language, most: int = MOST_NUMBERS) -> Passes:
    """Both passes of a run, in a library's spelling.

    most: numbers that its inputs may hold.
    """
    check_size(trace, most)
    graph = trace.graph
    writer = Writer(graph)
    program = writer.write(trace.seed)
    leaves = {writer.names[id]: trace.values[id] for id in graph.inputs.values()}
    statements = [line.partition(" = ")[0] for line in writer.lines]

    built = compile(
        program.program, values=leaves, output=statements[-1] if statements else None, limits=UNLIMITED
    ).graph
    renamed = script_names([*leaves, *statements], sources)
    names: dict[int, str] = {}
    found = Passes(output=renamed[writer.names[graph.output]], seed=renamed[writer.seed_name])
    expressions = Expressions(library, built, names, sources)
    for name, value in leaves.items():
        names[built.names[name]] = renamed[name]
        found.names.append(renamed[name])
        found.leaves.append(assigned(renamed[name], expressions.leaf(value)))
    groups = {writer.names[node.id]: node.group for node in graph.nodes if node.id in writer.names}
    known = {name: trace.values[id] for id, name in writer.names.items()}
    remarked = {writer.names[node.id]: conventions(node, language) for node in trace.nodes if node.convention}
    expressions.kinks = {built.names[name] for name in (*remarked, *beside_nan(trace, writer)) if name in built.names}
    group: int | None = None
    lines = found.forward
    for name in statements:
        if name in leaves:
            continue
        if name == writer.seed_name:
            lines = found.backward
            expressions.by_hand = True
        elif lines is found.forward and groups.get(name) != group:
            group = groups.get(name)
            lines.append(f"# {group_label(graph, group)}" if group is not None else "")
        if lines is found.forward:
            lines += remarked.get(name, [])
        if name not in built.names:  # a number that is known without a run
            lines.append(assigned(renamed[name], expressions.value(known[name])))
            continue
        id = built.names[name]
        for part in parts_of_sum(built, id, names):
            lines.append(assigned(renamed[name], expressions.statement(part)))
            names[part] = renamed[name]
        lines.append(
            f"{renamed[name]} = {names[id]}" if id in names else assigned(renamed[name], expressions.statement(id))
        )
        names.setdefault(id, renamed[name])
    for name, gradient in trace.gradients.items():
        assert gradient is not None
        id = graph.stepped.get(name, graph.inputs[name])
        found.gradients[name] = renamed[writer.names[id]], renamed[writer.gradients[id]], gradient
    return found


def parts_of_sum(graph: Graph, id: int, names: Mapping[int, str]) -> list[int]:
    """The sums on the way to a long one that are assigned by themselves: no expression is nested too deeply."""
    found: list[int] = []
    node = graph.nodes[id]
    while node.kind == "add" and node.inputs[0] not in names:
        node = graph.nodes[node.inputs[0]]
        found.append(node.id)
    return found[::-1][MOST_TERMS::MOST_TERMS]


def beside_nan(trace: Trace, writer: Writer) -> list[str]:
    """The names of nodes with NaN among their operands, where libraries differ as at kinks."""
    broken = {node.id for node in trace.graph.nodes if np.isnan(trace.values[node.id]).any()}
    return [writer.names[node.id] for node in trace.graph.nodes if node.id in writer.names and broken & {*node.inputs}]


def conventions(node: TraceNode, language: Language) -> list[str]:
    """What a comment says of a node that sits where calculus has no derivative."""
    op = OPS.get(node.op)
    return comment(op.words.convention[language]) if op is not None and op.words.convention else []


def group_label(graph: Graph, group: int | None) -> str:
    """What a comment says of the statements of a group: one line."""
    assert group is not None
    return " ".join(graph.groups[group].label.split())


def script_names(names: list[str], sources: Sources) -> dict[str, str]:
    """The names of a script: the reader's own, but for those that Python or the script has for something else."""
    reserved = {*dir(builtins), *keyword.kwlist, *OWN_NAMES}
    sources.taken |= reserved
    found: dict[str, str] = {}
    plain = [name for name in names if name not in reserved]
    sources.taken.update(plain)
    for name in names:
        if name not in found:
            found[name] = sources.fresh(f"{name}_") if name in reserved else name
    return found
