"""Which gradient each line of a backward half stands for, by its name: dW1 is that of W1 as it is seen from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gradlens.engine.diagnosing.backward_code.lines import Line
from gradlens.engine.diagnosing.backward_code.watching import Watched
from gradlens.engine.graph import Node
from gradlens.engine.language.objects import DictCell, Fresh, Instance, ListCell
from gradlens.engine.language.outputs.gradient_names import completed, meanings, said_in_comments
from gradlens.engine.language.outputs.journal import Entry, held_number, node_of

LOCAL = re.compile(r"[d∂](\w+?)_?[d∂]_?(\w+)")
BEHIND = re.compile(r"(\w*?)_?(?:backward|back|bwd|grad|gradient|bp)_?(\w*)", re.IGNORECASE)

PARAMETERS, GRADIENTS = ("params", "parameters", "weights"), ("grads", "gradients")


def lines_of(watched: Watched, loss: Node, begins: int, ends: int | None, total: Node | None = None) -> list[Line]:
    """The assignments of the backward half, with what their names stand for.

    total: what is differentiated, where the loss is a term of it.
    """
    journal = watched.journal[:ends]
    lines: list[Line] = []
    counts: dict[tuple[int, str], int] = {}
    for entry in journal[begins:]:
        origin = getattr(entry.statement, "origin", id(entry.statement))
        number = counts[origin, entry.target] = counts.get((origin, entry.target), 0) + 1
        lines.append(Line(entry, [], "", False, "unjudged", (origin, entry.target, number)))
    seen: set[tuple[int, int, str]] = set()
    for line in reversed(lines):
        entry = line.entry
        holder = entry.scope if entry.kind in ("name", "change") else entry.holder
        key = (id(holder), 0, entry.target if entry.kind not in ("attribute", "share") else entry.name)
        line.last = key not in seen or entry.kind == "share"
        seen.add(key)
    resolver = Resolver(watched, loss, total or loss)
    for line in lines:
        line.base, line.of = resolver.meant(line.entry)
        line.seen = resolver.sees(line.entry, line.base)
    return [line for line in lines if line.of or resolver.behind(line.entry.node).id > loss.id]


class Resolver:
    """What a name means from a line of the backward half: a node of the forward half."""

    def __init__(self, watched: Watched, loss: Node, total: Node):
        self.loss = loss
        self.graph = watched.graph
        self.forward = [e for e in watched.journal if e.node.id <= loss.id and e.at <= loss.id + 1]
        self.by_name: dict[str, list[Entry]] = {}
        taken = [e for e in watched.taken if e.node.id <= loss.id and e.at <= loss.id + 1]
        for entry in (*taken, *self.forward):
            self.by_name.setdefault(entry.name, []).append(entry)
        self.states = {id(e.cell): e.node for e in self.forward if e.cell is not None}
        self.reached = watched.graph.reaching(total.id)
        self.root = watched.root()
        self.said = said_in_comments(watched.syntax.text)

    def meant(self, entry: Entry) -> tuple[str, list[Node]]:
        """The name that a target is the gradient of, and its nodes, the likeliest first."""
        if entry.kind == "return":
            return entry.name, [entry.holder]
        if entry.kind == "share":
            return self.of_object(entry)
        local = LOCAL.fullmatch(entry.name)
        if local is not None and self.is_other(local[1]) and (local[1] + local[2]) not in self.by_name:
            return "", []
        if (found := self.of_parameter(entry)) is not None:
            return found
        if entry.kind == "item" and isinstance(entry.key, int):
            return self.of_list(entry)
        said = self.said.get(entry.statement.lineno)
        names = [(base, True) for base in ([said] if said else [])]
        names += [(base, True) for base, _ in meanings(entry.name)]
        if entry.kind == "item" and isinstance(entry.key, str):
            names += [(base, True) for base, _ in meanings(entry.target)]
        for base, _ in names:
            found = [n for n in self.nodes(base, entry) if n.id in self.reached and n.id != entry.node.id]
            if found:
                return base, list(dict.fromkeys(found))
        whole = completed(entry.name, entry.scope.names) if entry.kind in ("name", "change") else None
        if whole is not None and not any(base in self.by_name for base, _ in names):
            found = [n for n in self.nodes(whole, entry) if n.id in self.reached and n.id != entry.node.id]
            return (whole, list(dict.fromkeys(found))) if found else ("", [])
        return "", []

    def sees(self, entry: Entry, base: str) -> bool:
        """Whether a name has a value where an assignment stands, in its object, or in a list."""
        if entry.kind in ("item", "return", "share") or "[" in base:
            return True
        owner = entry.owner.names if type(entry.owner) is Instance else {}
        mine = entry.owner if type(entry.owner) is Instance else None
        return (
            base in entry.scope.names
            or base in owner
            or any(
                e.scope is entry.scope or (mine is not None and (e.owner is mine or e.holder is mine))
                for e in self.by_name.get(base, ())
            )
            or any(
                type(one) is DictCell and base in one.items for one in (*owner.values(), *entry.scope.names.values())
            )
        )

    def is_other(self, name: str) -> bool:
        """Whether dA_dB is no gradient of the loss: A is something else."""
        return name in self.by_name and all(e.node.id != self.loss.id for e in self.by_name[name])

    def nodes(self, base: str, entry: Entry) -> Iterator[Node]:
        if (node := self.node(entry.scope.names.get(base))) is not None and node.id <= self.loss.id:
            yield node
            yield from self.bound_before(base, node)
        held = [e for e in self.by_name.get(base, []) if e.target != entry.target]  # grads['W'] of the step before
        yield from (e.node for e in reversed(held) if e.kind in ("name", "change") and e.scope is entry.scope)
        owner = entry.holder if entry.kind == "attribute" and type(entry.holder) is Instance else entry.owner
        if type(owner) is Instance:
            if (node := self.node(owner.names.get(base))) is not None and node.id <= self.loss.id:
                yield node
            mine = [e for e in reversed(held) if e.owner is owner or e.holder is owner]
            for e in mine:
                yield self.states.get(id(e.cell), e.node)  # an array of weights is changed in place elsewhere
                yield e.node
            if mine:
                return
        own = owner.names.values() if type(owner) is Instance else ()
        held_by = (*own, *entry.scope.names.values(), *(self.root.values() if entry.kind == "item" else ()))
        for value in held_by:
            node = self.node(value.items.get(base)) if type(value) is DictCell else None
            if node is not None and node.id <= self.loss.id:
                yield node
        if entry.function:
            behind = BEHIND.fullmatch(entry.function)
            stem = "".join(behind.groups()) if behind else entry.function
            yield from (e.node for e in reversed(held) if e.function and stem and e.function.startswith(stem))
            if entry.scope.names.get(base) is not None:
                return
        yield from (e.node for e in reversed(held) if e.kind != "taken" and (not e.function or e.kind == "item"))

    def bound_before(self, base: str, node: Node) -> Iterator[Node]:
        """What a name stood for before it was bound again, where it was made: A = relu(Z), A = A * mask."""
        held = self.by_name.get(base, ())
        made = next((e for e in held if e.node.id == node.id and e.function and e.kind == "name"), None)
        if made is None or node.op is None:
            return
        before = self.graph.reaching(node.id) - {node.id}
        for one in reversed(held):
            if (
                one.scope is made.scope
                and one.kind == "name"
                and one.node.shape == node.shape
                and one.node.id in before
            ):
                yield one.node

    def node(self, value: object) -> Node | None:
        node = node_of(value, self.graph)
        return None if node is None else self.behind(node)

    def behind(self, node: Node) -> Node:
        """What a second name of a value of the forward half stands for."""
        while (
            node.op is not None
            and node.op.name == "identity"
            and (node.id > self.loss.id or node.id not in self.reached)
        ):
            node = self.graph.nodes[node.inputs[0]]
        return node

    def of_object(self, entry: Entry) -> tuple[str, list[Node]]:
        """self.grad: of the number that the object holds, as self.data."""
        name = held_number(entry.holder) or ""
        held = [e for e in self.by_name.get(name, []) if e.holder is entry.holder]
        target = entry.target.rpartition(".")[0]
        return (f"{target}.{name}", [held[-1].node]) if held else ("", [])

    def of_list(self, entry: Entry) -> tuple[str, list[Node]]:
        """nabla_w[-1]: the item at the same place of the list that its name begins."""
        container = entry.name.removeprefix("self.")
        for base, _ in meanings(container) if container not in GRADIENTS else ():
            for holder in (entry.scope.names, entry.owner.names if type(entry.owner) is Instance else {}):
                for name, value in holder.items():
                    same = name == base or (len(base) < len(name) and name.startswith(base))
                    if same and type(value) is ListCell and value.items is not None and name != container:
                        key = entry.key
                        if -len(value.items) <= key < len(value.items):
                            node = self.node(value.items[key])
                            if node is not None and node.id in self.reached:
                                return f"{name}[{key}]", [node]
        return "", []

    def of_parameter(self, entry: Entry) -> tuple[str, list[Node]] | None:
        """grads[0], or the array in that place, of an object that holds params too: the item at its place."""
        owner = entry.owner.names if type(entry.owner) is Instance else {}
        found = [
            (name, held[name]) for held in (owner, entry.scope.names, self.root) for name in PARAMETERS if name in held
        ]
        parameters, given = next(((name, one) for name, one in found if type(one) is ListCell), ("", None))
        if given is None or entry.kind not in ("item", "change"):
            return None
        for name in GRADIENTS:
            for held in (owner.get(name), entry.scope.names.get(name)):
                items = held.items if type(held) is ListCell else None
                if items is None or len(items) != len(given.items or ()):
                    continue
                k = entry.key if entry.holder is held else place_of(entry.cell, items)
                node = self.node(given.items[k]) if isinstance(k, int) and -len(items) <= k < len(items) else None
                if node is not None and node.id in self.reached:
                    return f"{parameters}[{k}]", [node]
        return None


def place_of(cell: Any, items: list[Any]) -> int | None:
    """Where an array stands in a list."""
    found = [k for k, one in enumerate(items) if one is cell or (type(one) is Fresh and one.tensor is cell)]
    return found[0] if found and cell is not None else None
