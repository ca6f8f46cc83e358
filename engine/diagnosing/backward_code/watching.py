"""A program read with its journal, both halves of it, whatever it ends in."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlens.engine.graph import Graph, Limits, Node
from gradlens.engine.language.builder import Building, check_names, opened_functions
from gradlens.engine.language.compiling.compiler import compiled
from gradlens.engine.language.gradients.custom import Applied
from gradlens.engine.language.objects import Scope, Tensor, kind_of
from gradlens.engine.language.outputs.journal import Entry, JournalMachine, node_of
from gradlens.engine.language.running.frames import Frame
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.values import Value, shape_of, size_of


@dataclass(slots=True)
class Watched:
    """A program with its journal.

    returns: of functions.  last: the node that is the program's value; chosen: whether the program differentiates it.
    statements: of every piece of syntax, by its identity.  scopes: by statement, one in which it ran.
    steps: of the machine.  claims: of functions with a backward pass of their own.  held: by scope and name what it
    stood for that is no node, each with how many entries the journal had; before all, what a function was called with.
    callers: by scope of a function the line that called it.  taken: what functions were called with, as their names.
    """

    syntax: Syntax
    graph: Graph
    journal: list[Entry]
    returns: list[tuple[int, Entry]]
    last: int | None
    chosen: bool
    statements: dict[int, ast.stmt]
    scopes: dict[int, tuple[Scope, Any]]
    steps: int
    claims: tuple[Claim, ...]
    held: dict[tuple[Scope, str], list[tuple[int, Any]]]
    callers: dict[Scope, ast.stmt | None]
    taken: list[Entry]

    def root(self) -> dict[str, Any]:
        """The names of the program itself, outside of functions."""
        return next((e.scope.names for e in self.journal if not e.function), {})


@dataclass(frozen=True, slots=True)
class Claim:
    """The backward pass of a function that has one of its own: what it makes of an upstream gradient at its output.

    first: the first node of its forward pass.  begins, ends: in the journal.
    """

    name: str
    out: Node
    upstream: Node
    first: int
    begins: int
    ends: int


class WatchedBuilding(Building):
    """The output is chosen from the journal afterwards: what is last is the last gradient."""

    claims: tuple[Claim, ...] = ()

    def loss_or_output(self) -> int:
        m = self.machine
        last = len(m.graph.nodes) - 1
        assert isinstance(m, JournalMachine)
        first = {one.of: one for one in reversed(m.applied)}
        self.claims = tuple(claim for one in reversed(first.values()) if (claim := claim_of(m, one)) is not None)
        return len(m.graph.nodes) - 1 if self.claims else last

    def settle(self) -> None:
        """Nodes keep their ids: the journal and the scopes refer to them, and the values are those that were given."""


def claim_of(m: JournalMachine, applied: Applied) -> Claim | None:
    """Carry out the backward pass of a function; None where it cannot be told apart from what comes before."""
    out = node_of(applied.out, m.graph)
    if applied.backward is None or applied.forward is None or out is None or out.op is None:
        return None
    frame = Frame(compiled([], "program", "program", 1), m.root, None, None, None)
    m.frames.append(frame)
    m.frame = frame
    size = size_of(out.shape)
    numbers = np.cos(np.arange(size) * 1.7 + 0.3) + 1.2
    upstream = Tensor(m.constant(numbers.reshape(out.shape) if out.shape else float(numbers[0]), None), library="torch")
    begins = len(m.journal)
    found = m.answer(applied.backward, [applied.context, upstream], out.place)
    m.frames.clear()
    several: tuple[Any, ...] = found if kind_of(found) is tuple else (found,)
    parameters = [name for name in applied.forward.code.parameters if name != "ctx"][-len(applied.args) :]
    for name, value, argument in zip(parameters, several, applied.args):
        node, of = node_of(value, m.graph), node_of(argument, m.graph)
        if node is not None and of is not None and m.last_return is not None:
            statement, scope = m.last_return
            at = len(m.graph.nodes)
            m.journal.append(
                Entry(f"return {name}", name, "return", node, statement, scope, "", None, of, None, at, None)
            )
    return Claim(applied.of.name, out, m.graph.nodes[upstream.id], applied.first, begins, len(m.journal))


def watch(
    syntax: Syntax, values: Mapping[str, Value], limits: Limits, statements: dict[int, ast.stmt] | None = None
) -> Watched:
    """Read a program with its journal.

    statements: of every piece of its syntax, where they are known.  Errors: those of building.
    """
    shapes = {name: shape_of(value) for name, value in values.items()}
    machine = JournalMachine(
        syntax, check_names(shapes), dict(values), opened_functions("fused"), limits, {}, statements=statements
    )
    building = WatchedBuilding(machine, True, None)
    graph = building.program(None)
    value = machine.last if machine.chosen is None else machine.chosen
    last = node_of(value, graph)
    return Watched(
        syntax,
        graph,
        machine.journal,
        machine.returns,
        None if last is None else last.id,
        machine.chosen is not None,
        machine.statements,
        machine.scopes,
        machine.steps,
        building.claims,
        machine.held,
        machine.callers,
        machine.taken,
    )
