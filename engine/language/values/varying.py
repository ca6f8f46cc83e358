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
from gradlens.engine.language.objects import Computed, Tensor
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

    leaves: what it became; ids: where those stood in the graph when they were made.  decided: whether the graph is as
    it is by the number in another way.
    """

    number: Computed
    leaves: list[Leaf] = field(default_factory=list[Leaf])
    ids: set[int] = field(default_factory=set[int])
    decided: bool = False

    def judge(self, m: Machine) -> None:
        """Find out whether a reading of the program asked for the number."""
        asked = self.number in m.assumed_numbers or self.number in m.looked_numbers
        self.decided = self.decided or asked
        for ids in (m.assumed, m.looked):
            self.decided = self.decided or not self.ids.isdisjoint(ids)
        self.ids.clear()

    def watch(self, leaf: Leaf) -> None:
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
        self.ids.add(leaf.id)

    def within(self, graph: Graph) -> VariedGraph | None:
        """The graph and what in it is the number; None where more than leaves depends on it."""
        for leaf in self.leaves:
            leaf.__class__ = Leaf
        mine = {id(leaf) for leaf in self.leaves}
        found = tuple([node.id for node in graph.nodes if id(node) in mine])
        held = set(found)
        if self.decided or any(node.kind in LOGIC and not held.isdisjoint(node.inputs) for node in graph.nodes):
            return None
        return VariedGraph(graph, -1 if self.number.value < 0 else 1, found)


@dataclass(frozen=True, slots=True)
class VariedGraph:
    """A graph with a number that varies.  sign: -1 where that has a minus before it.  leaves: what it became."""

    graph: Graph
    sign: int
    leaves: tuple[int, ...]


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


def varied_leaf(m: Machine, id: int) -> None:
    """Note a leaf that the number that varies has become."""
    leaf = m.graph.nodes[id]
    assert m.variation is not None and isinstance(leaf, Leaf)
    m.variation.watch(leaf)
