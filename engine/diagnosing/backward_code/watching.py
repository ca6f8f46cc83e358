"""A program read with its journal, both halves of it, whatever it ends in."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradlens.engine.graph import Graph, Limits
from gradlens.engine.language.builder import Building, check_names, opened_functions
from gradlens.engine.language.objects import Scope
from gradlens.engine.language.outputs.journal import Entry, JournalMachine, node_of
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.values import Value, shape_of


@dataclass(slots=True)
class Watched:
    """A program with its journal.

    returns: of functions.  last: the node that is the program's value; chosen: whether the program differentiates it.
    statements: of every piece of syntax, by its identity.  scopes: by statement, one in which it ran.
    steps: of the machine.
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


class WatchedBuilding(Building):
    """The output is chosen from the journal afterwards: what is last is the last gradient."""

    def loss_or_output(self) -> int:
        return len(self.machine.graph.nodes) - 1

    def settle(self) -> None:
        """Nodes keep their ids: the journal and the scopes refer to them, and the values are those that were given."""


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
    graph = WatchedBuilding(machine, True, None).program(None)
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
    )
