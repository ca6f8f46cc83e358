"""Texts that differ in one number from one that was asked for lately, where that number is no input by itself: it
stands in an expression, a call, a dictionary, a function.

The second of such texts is built twice, the other time with the number as one that varies (language/values/varying.py).
Where that says that only leaves and the arguments that calls tell come from it, and both texts' graphs agree to that,
any third is the same graph with another number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from gradlens.engine.built_programs import MOST_BYTES, P, Program, is_same, size_of
from gradlens.engine.graph import Graph, Leaf, Operation
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.language.values.value_texts import shown
from gradlens.engine.language.values.varying import Told, VariedGraph
from gradlens.engine.values import Value, number, shape_of
from gradlens.engine.written_numbers import Place, differing, number_at

MOST = 8  # texts, and numbers of them
K = TypeVar("K")
# What else a graph is, beside its nodes, edges and groups.
FACTS = (
    "output names inputs made_for taken drawn unused assumptions looked written split left_out half stepped unwritten"
    " last_line elements"
    " forward_flops backward_flops contributions zeros begun rebound"
).split()


@dataclass(frozen=True, slots=True)
class Question(Generic[P]):
    """A text that was asked for.  building: how it is built.  values: of all inputs; given: the names of those that the
    text does not give.
    """

    text: str
    building: Any
    values: Mapping[str, Value]
    given: frozenset[str]
    program: P

    @property
    def from_outside(self) -> Mapping[str, Value]:
        return {name: value for name, value in self.values.items() if name in self.given}

    def is_like(self, building: Any, values: Mapping[str, Value]) -> bool:
        """Whether the program is that of other values too."""
        if building != self.building or values.keys() != self.given:
            return False
        graph = self.program.graph
        decided = graph.assumptions.keys() | graph.looked.keys()
        return all(
            shape_of(value) == shape_of(self.values[name])
            and (name not in decided or is_same(value, self.values[name]))
            for name, value in values.items()
        )


@dataclass(frozen=True, slots=True)
class Varied(Generic[P]):
    """A number of a text.  leaves: what it became.  told: the groups of calls that tell it, and at which argument.
    Both are empty, and `known` is False, where more depends on it.  sign: 1, or -1 where a minus is before it.
    """

    question: Question[P]
    place: Place
    known: bool
    sign: int = 1
    leaves: tuple[tuple[int, int], ...] = ()
    told: tuple[tuple[int, int], ...] = ()

    def with_number(self, written: str) -> Graph:
        value = self.sign * self.place.value_of(written)
        return with_number(self.question.program.graph, value, self.leaves, self.told)

    def syntax(self, syntax: Syntax, text: str, end: int) -> Syntax:
        """The syntax of the text with another number, which ends there."""
        line, column = self.place.line, self.place.end - self.place.begin
        return syntax.written_as(text, {line: (column, end - self.place.end)}, {line})


class VariedPrograms(Generic[P]):
    """The numbers that were changed last, and the texts that were asked for last."""

    def __init__(self) -> None:
        self.questions: tuple[Question[P], ...] = ()  # both replaced as a whole, so that threads need no lock
        self.numbers: tuple[Varied[P], ...] = ()

    def find(self, text: str, building: Any, values: Mapping[str, Value]) -> tuple[Varied[P], str] | None:
        """The number that a text has another in place of, with what stands there; None where none is known."""
        for varied in self.numbers:
            written = number_at(varied.question.text, varied.place, text)
            if written is not None and varied.known and varied.question.is_like(building, values):
                self.numbers = (varied, *[one for one in self.numbers if one is not varied])
                return varied, written
        return None

    def ask(self, question: Question[P], build: Callable[[Place], VariedGraph | None]) -> None:
        """Note what was asked for; where it differs in one number from another question, find out what that decides.

        build: its graph with the number at a place as one that varies.
        """
        others = self.questions
        if size_of(question.program) > MOST_BYTES // 4 or any(one.text == question.text for one in others[:1]):
            return
        self.questions = fitting((question, *others), [one.program for one in (question, *others)])
        for other in others:
            if other.program.graph is question.program.graph or not question.is_like(
                other.building, other.from_outside
            ):
                continue
            place = differing(question.text, other.text)
            if place is None:
                continue
            if not any(
                one.question.building == question.building and number_at(one.question.text, one.place, question.text)
                for one in self.numbers
            ):
                numbers = (varied_of(question, other, place, build(place)), *self.numbers)
                self.numbers = fitting(numbers, [one.question.program for one in numbers])
            return


def fitting(kept: tuple[K, ...], programs: Sequence[Program]) -> tuple[K, ...]:
    """As many of what is kept, the newest first, as there is room for with their programs."""
    room, count = MOST_BYTES // 2, 0
    for program in programs[:MOST]:
        room -= size_of(program)
        count += room >= 0
    return kept[:count]


def varied_of(question: Question[P], other: Question[P], place: Place, built: VariedGraph | None) -> Varied[P]:
    """What a number of a text decides, as its graph with the number varied says, and that of another text confirms."""
    written = number_at(question.text, place, other.text)
    if built is not None and written is not None:
        mine, theirs = question.program.graph, other.program.graph
        groups = built.graph.groups
        told = tuple((group.id, i) for group in groups for i, one in enumerate(group.call or ()) if type(one) is Told)
        if is_equal(mine, built.graph, places=True):
            changed = with_number(mine, built.sign * place.value_of(written), built.leaves, told)
            if is_equal(changed, theirs, places=False):
                return Varied(question, place, True, built.sign, built.leaves, told)
    return Varied(question, place, False)


def with_number(
    graph: Graph, value: float, leaves: tuple[tuple[int, int], ...], told: tuple[tuple[int, int], ...]
) -> Graph:
    """A graph with another number at some of its leaves, and in what some groups tell."""
    made = copy(graph)
    nodes = made.nodes = list(graph.nodes)
    for id, at in leaves:
        old = nodes[id]
        assert isinstance(old, Leaf)
        kind = "input" if old.kind == "input" else "constant"
        leaf = nodes[id] = Leaf(id, kind, with_element(old.value, at, value), old.shape, old.group, old.place)
        leaf.name, leaf.differentiable = old.name, old.differentiable
    for id in ruled(graph, leaves):
        used = nodes[id] = copy(nodes[id])
        assert isinstance(used, Operation)
        used.use = None
    if told:
        made.groups = list(graph.groups)
        for id, i in told:
            group = made.groups[id] = copy(made.groups[id])
            assert group.call is not None
            group.call = (*group.call[:i], shown(value), *group.call[i + 1 :])
    return made


def with_element(held: Value | None, at: int, value: float) -> Value:
    """A number in place of another, or of one of the numbers of an array."""
    if at < 0:
        return number(value)
    made = np.array(held, dtype=np.float64)
    made.flat[at] = number(value)
    return made


def ruled(graph: Graph, leaves: tuple[tuple[int, int], ...]) -> list[int]:
    """The nodes whose rules are chosen by the numbers of these leaves."""
    changed = {id for id, _ in leaves}
    return [
        edge.target
        for edge in graph.edges
        if edge.source in changed and (op := graph.nodes[edge.target].op) is not None and op.numbers
    ]


def is_equal(a: Graph, b: Graph, places: bool) -> bool:
    """Whether two graphs say the same.  places: also of where in the text their nodes stand."""
    if len(a.nodes) != len(b.nodes) or len(a.edges) != len(b.edges) or len(a.groups) != len(b.groups):
        return False
    return all(one == other for one, other in zip(facts(a, places), facts(b, places)))


def facts(graph: Graph, places: bool) -> Iterator[object]:
    for node in graph.nodes:
        value = None if node.value is None else np.asarray(node.value, dtype=np.float64).tobytes()
        yield node.kind, node.name, node.inputs, node.shape, node.group, node.differentiable, value, repr(node.options)
        if places and (at := node.place) is not None:
            yield at.lineno, at.col_offset, at.end_lineno, at.end_col_offset
    for edge in graph.edges:
        yield edge.source, edge.target, edge.argnum, edge.differentiable
    for group in graph.groups:
        yield group.name, group.label, group.parent, group.nodes, group.op, group.operands, group.output
        yield repr(group.options), group.call, group.loop
    for name in FACTS:
        yield repr(getattr(graph, name))
    yield [(at.lineno, at.end_lineno) for at in graph.skipped], list(graph.known), len(graph.read_as)


__all__ = ["Question", "Varied", "VariedPrograms"]
