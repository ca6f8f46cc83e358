"""A program read with a journal: which node every name, attribute and item was given, line by line."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradlens.engine.graph import Graph, Limits, Node
from gradlens.engine.language.builder import Building, check_names, opened_functions
from gradlens.engine.language.machine import Frame, Machine
from gradlens.engine.language.objects import Computed, Fresh, Instance, ListCell, Scope, Tensor
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.values import Value, shape_of


@dataclass(eq=False, slots=True)
class Entry:
    """One assignment that was carried out.

    target: as it is written; name: its last part, a key where that is a text.  kind: "name", "attribute", "item", or
    "change" of a part of an array.  owner: the object whose method it is in.  holder, key: of an attribute or item.
    at: how many nodes there were.
    """

    target: str
    name: str
    kind: str
    node: Node
    statement: ast.stmt
    scope: Scope
    function: str
    owner: Any
    holder: Any
    key: Any
    at: int


@dataclass(slots=True)
class Watched:
    """A program with its journal.

    statements: of every piece of syntax, by its identity.  scopes: by statement, one in which it ran.
    """

    syntax: Syntax
    graph: Graph
    journal: list[Entry]
    statements: dict[int, ast.stmt]
    scopes: dict[int, tuple[Scope, Any]]


class WatchedMachine(Machine):
    """A machine that notes what is assigned."""

    journal: list[Entry]
    statements: dict[int, ast.stmt]
    scopes: dict[int, tuple[Scope, Any]]

    def bind(self, frame: Frame, scope: Scope, name: str, value: Any, node: Any) -> None:  # pyright: ignore
        super().bind(frame, scope, name, value, node)  # pyright: ignore
        self.note(frame, "name", name, name, scope.names.get(name), node)

    def set_attribute(self, frame: Frame, held: Any, name: str, value: Any, node: ast.Attribute) -> None:  # pyright: ignore
        super().set_attribute(frame, held, name, value, node)  # pyright: ignore
        kept = held.names.get(name) if type(held) is Instance else value
        self.note(frame, "attribute", ast.unparse(node), name, kept, node, held)

    def set_item(self, frame: Frame, held: Any, key: Any, value: Any, node: ast.Subscript) -> None:  # pyright: ignore
        super().set_item(frame, held, key, value, node)  # pyright: ignore
        if type(held) is Tensor:
            base = node.value
            name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
            self.note(frame, "change", ast.unparse(base), str(name), held, node, held)
        else:
            key = key.value if type(key) is Computed else key.known if type(key) is Tensor else key
            name = key if isinstance(key, str) else ast.unparse(node.value)
            self.note(frame, "item", f"{ast.unparse(node.value)}[{key!r}]", name, value, node, held, key)

    def note(
        self,
        frame: Frame,
        kind: str,
        target: str,
        name: str,
        value: Any,
        place: Any,
        holder: Any = None,
        key: Any = None,
    ) -> None:
        statement = self.statements.get(id(place))
        if statement is None:
            return
        parameters = frame.code.parameters
        first = frame.scope.names.get(parameters[0]) if parameters else None
        owner = first if type(first) is Instance else None
        self.scopes.setdefault(id(statement), (frame.scope, owner))
        found = self.node_of(value)
        if found is not None:
            function = frame.function.name if frame.function is not None else ""
            at = len(self.graph.nodes)
            self.journal.append(
                Entry(target, name, kind, found, statement, frame.scope, function, owner, holder, key, at)
            )

    def node_of(self, value: Any) -> Node | None:
        return node_of(value, self.graph)


def node_of(value: Any, graph: Graph) -> Node | None:
    """The node that a value of the program is, if it is one."""
    if type(value) in (Computed, Fresh, ListCell):
        value = value.tensor
    return graph.nodes[value.id] if type(value) is Tensor and 0 <= value.id < len(graph.nodes) else None


class WatchedBuilding(Building):
    """The output is chosen from the journal afterwards: what is last is the last gradient."""

    def output(self) -> int:
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
    machine = WatchedMachine(syntax, check_names(shapes), dict(values), opened_functions("fused"), limits, {})
    machine.journal, machine.scopes = [], {}
    machine.statements = statements_by_node(syntax.body) if statements is None else statements
    graph = WatchedBuilding(machine, True, None).program(None)
    return Watched(syntax, graph, machine.journal, machine.statements, machine.scopes)


def statements_by_node(body: Sequence[ast.stmt]) -> dict[int, ast.stmt]:
    """For every piece of syntax the innermost statement that it stands in."""
    found: dict[int, ast.stmt] = {}
    pending: list[tuple[ast.AST, ast.stmt | None]] = [(statement, None) for statement in body]
    while pending:
        node, around = pending.pop()
        inside = node if isinstance(node, ast.stmt) else around
        if inside is not None:
            found[id(node)] = inside
        pending += [(child, inside) for child in ast.iter_child_nodes(node)]
    return found
