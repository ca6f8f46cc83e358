"""One number of a text that may be another: what it becomes in the graph, and whether anything else depends on it.

A program is built once more with that number as one that varies. Where nothing but values of leaves, and the arguments
that the groups of calls tell, is as it is by the number, the graph of the text with another number is known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradlens.engine.graph import Graph, Leaf
from gradlens.engine.language.objects import Computed, ListCell, Tensor, kind_of
from gradlens.engine.values import number

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

NOTHING = object()  # what no value of a program is
MOST_BITS = 54  # of a whole number that varies
LOGIC = frozenset({"logical_and", "logical_or", "logical_xor", "logical_not"})  # which ask whether a number is 0 or 1


class Told(str):
    """The number that varies, as the group of a call tells it among the arguments."""

    __slots__ = ()


@dataclass
class Variation:
    """A number of the text that varies.

    leaves: what it became; places: at which element of those that are arrays; ids: where they stood in the graph when
    they were made.  decided: whether the graph is as it is by the number in another way.
    """

    number: Computed
    leaves: list[Leaf] = field(default_factory=list[Leaf])
    places: list[int] = field(default_factory=list[int])
    ids: set[int] = field(default_factory=set[int])
    decided: bool = False

    def judge(self, m: Machine) -> None:
        """Find out whether a reading of the program asked for the number."""
        asked = self.number in m.assumed_numbers or self.number in m.looked_numbers
        self.decided = self.decided or asked
        for ids in (m.assumed, m.looked):
            self.decided = self.decided or not self.ids.isdisjoint(ids)
        self.ids.clear()

    def watch(self, leaf: Leaf, at: int) -> None:
        """Keep a leaf; whoever reads its value while the graph is built decides by it."""
        held = Leaf.__dict__["value"]

        class Watched(Leaf):
            __slots__ = ()

            @property
            def value(watched) -> Any:  # pyright: ignore - in place of what a leaf holds
                self.decided = True
                return held.__get__(watched)

        leaf.__class__ = Watched
        self.leaves.append(leaf)
        self.places.append(at)
        self.ids.add(leaf.id)

    def within(self, graph: Graph) -> VariedGraph | None:
        """The graph and what in it is the number; None where more than leaves depends on it."""
        for leaf in self.leaves:
            leaf.__class__ = Leaf
        mine = {id(leaf): at for leaf, at in zip(self.leaves, self.places)}
        found = tuple([(node.id, mine[id(node)]) for node in graph.nodes if id(node) in mine])
        held = {at for at, _ in found}
        if self.decided or any(node.kind in LOGIC and not held.isdisjoint(node.inputs) for node in graph.nodes):
            return None
        return VariedGraph(graph, -1 if self.number.value < 0 else 1, found)


@dataclass(frozen=True, slots=True)
class VariedGraph:
    """A graph with a number that varies.

    sign: -1 where that has a minus before it.  leaves: what it became, each with the place among the numbers of an
    array, -1 where it is a number itself.
    """

    graph: Graph
    sign: int
    leaves: tuple[tuple[int, int], ...]


def variation(body: Iterable[ast.stmt], line: int, column: int) -> Variation | None:
    """The number that stands at a place of the syntax, with its sign, put there as one that varies; None where none is.

    column: as the syntax counts, in bytes.
    """
    for top in body:
        if not top.lineno <= line <= (top.end_lineno or top.lineno):
            continue
        around: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(top):
            for inner in ast.iter_child_nodes(node):
                around[inner] = node
            if isinstance(node, ast.Constant) and (node.lineno, node.col_offset) == (line, column):
                return put(node, around)
    return None


def put(node: ast.Constant, around: dict[ast.AST, ast.AST]) -> Variation | None:
    value: Any = node.value
    if type(value) not in (int, float):
        return None
    written: ast.expr = node
    sign = around.get(node)
    if isinstance(sign, ast.UnaryOp) and isinstance(sign.op, ast.USub):
        written, value = sign, -value
    made = Computed(value, None, (), written)
    made.varies = True
    made.bits = 0 if type(value) is float else MOST_BITS
    varied = ast.copy_location(ast.Constant(made), written)  # pyright: ignore[reportArgumentType] - read by us alone
    holder = around.get(written)
    if holder is None:
        return None
    for name, held in ast.iter_fields(holder):
        if held is written:
            setattr(holder, name, varied)
        elif isinstance(held, list) and written in held:
            held[held.index(written)] = varied
    return Variation(made)


def varied(m: Machine, value: Computed, place: Any) -> Tensor:
    """The number that varies, as a constant of the graph."""
    known: Any = None if type(value.value) is float else value.value
    tensor = Tensor(m.constant(number(value.value), place), known)
    varied_leaf(m, tensor.id)
    return tensor


def literal_around(m: Machine, value: Any) -> tuple[list[Any], int] | None:
    """Nested lists and tuples of plain numbers, and the place of the number that varies among them; None of others."""
    found: list[Any] = []
    pending: list[tuple[Any, list[Any]]] = [(value, found)]
    while pending:
        one, into = pending.pop()
        items = one if kind_of(one) in (tuple, list) else one.literal if one.items is None else one.items
        for part in items or ():
            if type(part) in (int, float) or part is m.varying:
                into.append(part)
            elif kind_of(part) in (tuple, list) or (type(part) is ListCell and part.tensor is None):
                into.append([])
                pending.append((part, into[-1]))
            else:
                return None
    flat = numbers_in(found)
    if sum(part is m.varying for part in flat) != 1:
        return None
    at = next(i for i, part in enumerate(flat) if part is m.varying)
    return plainly(m, found), at


def numbers_in(nested: list[Any]) -> list[Any]:
    return [inner for part in nested for inner in (numbers_in(part) if kind_of(part) is list else [part])]


def plainly(m: Machine, nested: list[Any]) -> list[Any]:
    """The number that varies as it is written."""
    return [plainly(m, part) if kind_of(part) is list else part.value if part is m.varying else part for part in nested]


def varied_leaf(m: Machine, id: int, at: int = -1) -> None:
    """Note a leaf that the number that varies has become, or a part of.  at: its place in an array."""
    leaf = m.graph.nodes[id]
    assert m.variation is not None and isinstance(leaf, Leaf)
    m.variation.watch(leaf, at)
