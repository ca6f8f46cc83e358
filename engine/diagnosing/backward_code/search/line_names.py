"""What names, attributes and items stood for at any time while a program was carried out, from its journal."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.watching import Watched
from gradlens.engine.graph import Node
from gradlens.engine.language.objects import Computed, DictCell, Fresh, Instance, ListCell, Scope, Tensor
from gradlens.engine.language.outputs.journal import Entry
from gradlens.engine.values import Value

TRUTHS = frozenset(("gt", "ge", "lt", "le", "eq", "ne", "logical_and", "logical_or", "logical_not"))
CHANGING = frozenset(("add", "sub", "mul", "div", "put", "index_add"))  # of the array that is the first input
Key = tuple[Any, Any]
Times = tuple[list[int], list[Any]]  # when, and what from then on


class NotKnown(Exception):
    """Only the program itself can tell."""


def hashed(key: Key) -> Key:
    """A key by which a place is found: a slice, also in a tuple, by how it is written."""
    of, name = key
    return (of, repr(name)) if isinstance(name, (slice, tuple, list)) else key


class Names:
    """The journal by name.  A time is a number of entries of the journal."""

    def __init__(self, watched: Watched, values: list[Value]):
        self.watched = watched
        self.values = values
        self.root = next((e.scope for e in watched.journal if not e.function), None)
        self.times: dict[Key, Times] = {}
        self.states: dict[int, Times] = {}  # by cell
        for time, entry in enumerate(watched.journal):
            if entry.kind in ("name", "change"):
                self.note((entry.scope, entry.target), time + 1, entry)
            elif entry.kind == "attribute":
                self.note((id(entry.holder), entry.name), time + 1, entry)
            elif entry.kind == "item":
                self.note((id(entry.holder), entry.key), time + 1, entry)
            if entry.cell is not None:
                times, found = self.states.setdefault(id(entry.cell), ([], []))
                times.append(time + 1)
                found.append(entry.node)
        for key, bound in watched.held.items():
            for time, value in bound:
                self.note(key, time, value)
        for times, found in self.times.values():
            order = sorted(range(len(times)), key=times.__getitem__)
            times[:], found[:] = [times[i] for i in order], [found[i] for i in order]

    def note(self, key: Key, time: int, value: Any) -> None:
        times, found = self.times.setdefault(hashed(key), ([], []))
        times.append(time)
        found.append(value)

    def last(self, key: Key, time: int) -> Any:
        """What was given under a key before a time, as an entry or a value; None where nothing was."""
        held = self.times.get(hashed(key))
        place = bisect_left(held[0], time + 1) if held is not None else 0
        return held[1][place - 1] if held is not None and place else None

    def name(self, scope: Scope, name: str, time: int, new: Mapping[int, Value]) -> Any:
        at: Scope | None = scope
        while at is not None:
            found = self.last((at, name), time)
            if found is not None:
                return self.value(found, time, new)
            if name in at.names:
                return self.value(self.unchanged((at, name), at.names[name]), time, new)
            at = at.outer
        raise NotKnown

    def is_bound(self, scope: Scope, name: str) -> bool:
        at: Scope | None = scope
        while at is not None:
            if name in at.names or (at, name) in self.times:
                return True
            at = at.outer
        return False

    def attribute(self, held: Instance, name: str, time: int, new: Mapping[int, Value]) -> Any:
        found = self.last((id(held), name), time)
        if found is None and name not in held.names:
            raise NotKnown
        found = self.unchanged((id(held), name), held.names[name]) if found is None else found
        return self.value(found, time, new)

    def item(self, held: DictCell | ListCell, key: Any, time: int, new: Mapping[int, Value]) -> Any:
        found = self.last((id(held), key), time)
        if found is None:
            try:
                found = self.unchanged((id(held), key), held.items[key])  # pyright: ignore
            except (KeyError, IndexError, TypeError):
                raise NotKnown from None
        return self.value(found, time, new)

    def unchanged(self, key: Key, value: Any) -> Any:
        """What is under a key at last, where it was there from the beginning; else what was first added to there."""
        if hashed(key) not in self.times:
            return value
        first = self.times[hashed(key)][1][0]
        if type(first) is not Entry or (first.kind == "name" and not isinstance(first.statement, ast.AugAssign)):
            raise NameError  # it stands for nothing yet
        op = first.node.op if type(first) is Entry and isinstance(first.statement, ast.AugAssign) else None
        if op is None or op.name not in CHANGING:
            raise NotKnown
        return self.values[first.node.inputs[0]]

    def value(self, found: Any, time: int, new: Mapping[int, Value]) -> Any:
        """An array, a number, or what holds such, at a time.  new: values of nodes that are others than they were."""
        if type(found) is Entry:
            node, cell = found.node, found.cell
            return self.of_node(node if cell is None else self.state(cell, time), new, cell)
        if type(found) is Computed:
            return found.value
        if type(found) is Fresh or (type(found) is ListCell and found.tensor is not None and found.items is None):
            if found.tensor is None:
                return found.value if type(found) is Fresh else found
            found = found.tensor
        if type(found) is Tensor:
            return self.of_node(self.state(found, time), new, found)
        return found

    def state(self, cell: Tensor, time: int) -> Node:
        """The node that a cell was at a time."""
        held = self.states.get(id(cell))
        if held is not None:
            place = bisect_left(held[0], time + 1)
            if place:
                return held[1][place - 1]
            first = held[1][0]
            if first.op is not None and first.op.name in CHANGING:
                return self.watched.graph.nodes[first.inputs[0]]
            if cell.written:
                raise NotKnown
        if not 0 <= cell.id < len(self.watched.graph.nodes):
            raise NotKnown
        return self.watched.graph.nodes[cell.id]

    def of_node(self, node: Node, new: Mapping[int, Value], cell: Tensor | None) -> Any:
        if node.id not in new and cell is not None and cell.known is not None:
            return cell.known
        value = new[node.id] if node.id in new else self.values[node.id]
        return np.asarray(value) != 0 if node.op is not None and node.op.name in TRUTHS else value
