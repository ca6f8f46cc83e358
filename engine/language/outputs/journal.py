"""A program read with a journal: which node every name, attribute and item was given, line by line."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlens.engine.graph import Graph, Node
from gradlens.engine.language.machine import Machine
from gradlens.engine.language.nodes import tensor_of
from gradlens.engine.language.objects import Computed, Fresh, Instance, ListCell, Scope, Tensor
from gradlens.engine.language.outputs.gradient_names import HELD, HELD_GRADIENTS, meanings
from gradlens.engine.language.running.frames import Frame
from gradlens.engine.language.syntax import Syntax

BACKWARD = ("back", "bwd", "grad", "bptt")  # in the names of functions


@dataclass(eq=False, slots=True)
class Entry:
    """One assignment that was carried out, or a return.

    target: as it is written; name: its last part, a key where that is a text.  kind: "name", "attribute", "item",
    "change" of a part of an array, "share" in a gradient that an object adds up beside its number, as self.grad +=, or
    "return", whose name is the function's.  owner: the object whose method it is
    in.  holder, key: of an attribute or item.
    at: how many nodes there were.  cell: the array, which may be changed in place later, under another name too.
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
    cell: Tensor | None


class JournalMachine(Machine):
    """A machine that notes what is assigned, and what functions return.

    returns: each with how many assignments there were before it.  held: by scope and name what it stood for that is no
    node, and what a function was called with, likewise.  callers: by scope of a function the line that called it.
    taken: what functions were called with that is a node, as names of theirs.
    """

    def __init__(self, syntax: Syntax, *rest: Any, statements: dict[int, ast.stmt] | None = None):
        super().__init__(syntax, *rest)
        self.journal: list[Entry] = []
        self.returns: list[tuple[int, Entry]] = []
        self.last_return: tuple[ast.stmt, Scope] | None = None
        self.held: dict[tuple[Scope, str], list[tuple[int, Any]]] = {}
        self.statements = statements_by_node(syntax.body) if statements is None else statements
        self.scopes: dict[int, tuple[Scope, Any]] = {}
        self.callers: dict[Scope, ast.stmt | None] = {}
        self.taken: list[Entry] = []
        self.texts: dict[int, str] = {}

    def unparsed(self, node: ast.AST) -> str:
        if id(node) not in self.texts:
            self.texts[id(node)] = ast.unparse(node)
        return self.texts[id(node)]

    def bind(self, frame: Frame, scope: Scope, name: str, value: Any, node: Any) -> None:  # pyright: ignore
        if scope not in self.callers:
            self.entered(frame, scope)
        super().bind(frame, scope, name, value, node)  # pyright: ignore
        if self.node_of(value) is None:  # pyright: ignore
            self.turned(scope, name, scope.names.get(name))
        self.note(frame, "name", name, name, scope.names.get(name), node)

    def entered(self, frame: Frame, scope: Scope) -> None:
        """Note what a function was called with, before it binds a name of its own."""
        function = frame.function
        caller = self.callers[scope] = None if function is None else self.statements.get(id(frame.node))
        if frame.scope is not scope or function is None or caller is None:
            return
        owner, at = owner_of(frame), len(self.graph.nodes)
        for name, value in scope.names.items():
            self.held.setdefault((scope, name), []).append((-1, value))
            found = self.node_of(value)
            if found is not None:
                made = Entry(name, name, "taken", found, caller, scope, function.name, owner, None, None, at, None)
                self.taken.append(made)

    def turned(self, scope: Scope, name: str, value: Any) -> None:
        self.held.setdefault((scope, name), []).append((len(self.journal), value))

    def set_attribute(self, frame: Frame, held: Any, name: str, value: Any, node: ast.Attribute) -> None:  # pyright: ignore
        super().set_attribute(frame, held, name, value, node)  # pyright: ignore
        kept = held.names.get(name) if type(held) is Instance else value
        if type(kept) is Fresh and kept.tensor is None and is_sum_begun(frame, name, kept):
            tensor_of(self, kept, node)  # a node, to be told where nothing is ever added
        self.note(frame, "attribute", self.unparsed(node), name, kept, node, held)

    def set_item(  # pyright: ignore
        self, frame: Frame, held: Any, key: Any, value: Any, node: ast.Subscript, operator: Any = None
    ) -> None:
        super().set_item(frame, held, key, value, node, operator)  # pyright: ignore
        if type(held) is Tensor:
            base = node.value
            name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
            self.note(frame, "change", self.unparsed(base), str(name), held, node, held)
        else:
            key = key.value if type(key) is Computed else key.known if type(key) is Tensor else key
            name = key if isinstance(key, str) else self.unparsed(node.value)
            self.note(frame, "item", f"{self.unparsed(node.value)}[{key!r}]", name, value, node, held, key)

    def name_written(self, tensor: Tensor, target: Any, node: Any) -> None:  # pyright: ignore
        super().name_written(tensor, target, node)  # pyright: ignore
        if isinstance(node, ast.Call):  # np.add.at(dW, …)
            key = (
                target.slice.value
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant)
                else None
            )
            if isinstance(key, str) and isinstance(target, ast.Subscript):  # np.add.at(grads["W"], …)
                text = f"{self.unparsed(target.value)}[{key!r}]"
                return self.note(self.frame, "item", text, key, tensor, node, tensor, key)
            name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
            self.note(self.frame, "change", self.unparsed(target), str(name), tensor, node, tensor)

    def give(self, frame: Frame, value: Any) -> None:  # pyright: ignore
        statement = self.statements.get(id(self.place))
        super().give(frame, value)  # pyright: ignore
        if frame.code.kind != "function" or frame.code.ours or frame.function is None or statement is None:
            return
        if frame.scope not in self.callers:
            self.entered(frame, frame.scope)
        owner = owner_of(frame)
        self.scopes.setdefault(id(statement), (frame.scope, owner))
        self.last_return = statement, frame.scope
        found = self.node_of(value)
        if found is not None:
            name, at = frame.function.name, len(self.graph.nodes)
            made = Entry(f"{name}()", name, "return", found, statement, frame.scope, name, owner, None, None, at, None)
            self.returns.append((len(self.journal), made))

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
        owner = owner_of(frame)
        self.scopes.setdefault(id(statement), (frame.scope, owner))
        found = self.node_of(value)
        if found is not None:
            if kind == "attribute" and name in HELD_GRADIENTS and held_number(holder) is not None:
                kind, found = "share", share_of(found, statement, self.graph)
            function = frame.function.name if frame.function is not None else ""
            at, cell = len(self.graph.nodes), cell_of(value)
            made = Entry(target, name, kind, found, statement, frame.scope, function, owner, holder, key, at, cell)
            self.journal.append(made)

    def node_of(self, value: Any) -> Node | None:
        return node_of(value, self.graph)


def is_sum_begun(frame: Frame, name: str, kept: Fresh) -> bool:
    """Whether a backward pass makes zeros to which gradients are to be added."""
    function = frame.function.name.lower() if frame.function is not None else ""
    zeros = isinstance(kept.value, np.ndarray) and not kept.drawn and not kept.value.any()
    return zeros and any(word in function for word in BACKWARD) and any(True for _ in meanings(name))


def held_number(held: Any) -> str | None:
    """The name of the number of an object that keeps its gradient beside it; None where it has no such."""
    return next((name for name in HELD if name in held.names), None) if type(held) is Instance else None


def share_of(node: Node, statement: ast.stmt, graph: Graph) -> Node:
    """What is added to a gradient: of self.grad += g the node of g."""
    adds = isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add) and node.kind == "add"
    return graph.nodes[node.inputs[1]] if adds else node


def owner_of(frame: Frame) -> Instance | None:
    """The object whose method a body is."""
    parameters = frame.code.parameters
    first = frame.scope.names.get(parameters[0]) if parameters else None
    return first if type(first) is Instance else None


def node_of(value: Any, graph: Graph) -> Node | None:
    """The node that a value of the program is, if it is one."""
    cell = cell_of(value)
    return graph.nodes[cell.id] if cell is not None and 0 <= cell.id < len(graph.nodes) else None


def cell_of(value: Any) -> Tensor | None:
    """The array or number of the graph that a value of the program is, if it is one."""
    if type(value) in (Computed, Fresh, ListCell):
        value = value.tensor
    return value if type(value) is Tensor else None


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
