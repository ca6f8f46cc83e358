"""A program tried with other lines in a line's place."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.excuses import scaled
from gradlens.engine.diagnosing.backward_code.forms.naming import named
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import placed
from gradlens.engine.diagnosing.backward_code.gradients import values_of
from gradlens.engine.diagnosing.backward_code.known_gradients import Known
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.matching import is_rearranged, is_turned
from gradlens.engine.diagnosing.backward_code.search.search_work import SearchWork
from gradlens.engine.diagnosing.backward_code.watching import watch
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph, Limits
from gradlens.engine.language.outputs.journal import Entry, statements_by_node
from gradlens.engine.values import Array, Value


@dataclass(slots=True)
class Repair:
    """A line in another's place.  right: how many lines are right then; whole: whether none is wrong any more."""

    kind: str
    statement: ast.stmt
    made: list[ast.stmt]
    right: set[tuple[int, str, int]]
    wrong: set[tuple[int, str, int]]


@dataclass(slots=True)
class Trials:
    """What comes out of a program with other lines."""

    judged: Judged
    given: dict[str, Value]
    limits: Limits
    known: Known
    counts: set[int]
    work: SearchWork

    def tried(
        self, kind: str, statement: ast.stmt, made: list[ast.stmt], first: Line, was_right: set[tuple[int, str, int]]
    ) -> Repair | None:
        """What comes out with another line: None where it does not run, or the first wrong line stays wrong."""
        syntax, judged = self.judged.watched.syntax, self.judged
        made = [placed(one) for one in made]
        self.work.run(judged.watched)
        statements = judged.watched.statements
        added = {id_: one for id_, one in statements_by_node(made).items() if id_ not in statements}
        statements.update(added)
        with Replaced(syntax.body, statement, made):
            try:
                watched = watch(syntax, self.given, self.limits, statements)
                loss = loss_in(watched.journal, judged)
                if len(watched.graph.nodes) <= loss:
                    return None
                values = values_of(watched.graph, self.given)
            except (EngineError, ValueError, IndexError):
                return None
            finally:
                for one in added:
                    del statements[one]
        if not np.array_equal(values[loss], judged.values[judged.loss.id], equal_nan=True):
            return None  # a line that the forward half goes through as well
        entries = [e for e in watched.journal if e.at > loss + 1 or e.node.id > loss]
        counts: dict[tuple[int, str], int] = {}
        right, wrong = set[tuple[int, str, int]](), set[tuple[int, str, int]]()
        late = set[tuple[int, str, int]]()
        elsewhere = set[tuple[int, str, int]]()  # the gradient of something else, df of what goes into f
        again = {(id(one.entry.scope), one.entry.target) for one in judged.lines if one.verdict == "right"}
        lines = {line.key: line for line in judged.lines}
        latest: dict[str, Line] = {}
        made_as: dict[tuple[int, str, int], int] = {}
        for entry in entries:
            if entry.statement in made and not hasattr(entry.statement, "origin") and entry.target in latest:
                # One more line for the same array: it stands for the one before it.
                line = latest[entry.target]
                value = np.asarray(values[entry.node.id], dtype=np.float64)
                if self.is_right(line, value, first):
                    right.add(line.key)
                    wrong.discard(line.key)
                continue
            origin = getattr(entry.statement, "origin", id(entry.statement))
            number = counts[origin, entry.target] = counts.get((origin, entry.target), 0) + 1
            line = lines.get((origin, entry.target, number))
            if line is None:
                continue
            latest[entry.target] = line
            made_as[line.key] = entry.node.id
            value = np.asarray(values[entry.node.id], dtype=np.float64)
            if line.verdict != "unjudged" or line.of:
                goes_on = line.verdict == "right" or (id(line.entry.scope), line.entry.target) in again
                goes_on = goes_on and not (line.is_of_leaf and (line is first or self.was_named_right(line)))
                again_so = bool(line.of) and is_rearranged(replace(line, entry=entry), watched.graph, values)
                if line.of and line.is_right(value):
                    again.add((id(line.entry.scope), line.entry.target))
                if self.is_right(line, value, first) or (goes_on and self.known.find(value) is not None) or again_so:
                    right.add(line.key)
                elif (line.scales and any(scaled(value, truth, self.counts) for truth in line.truths)) or (
                    line.verdict == "wrong" and line is not first and is_turned(line, value)
                ):
                    late.add(line.key)
                elif line.verdict in ("wrong", "right") or line.excused:
                    wrong.add(line.key)
                    if line.of and line.of[0].op is not None and self.known.find(value) is not None:
                        elsewhere.add(line.key)
        summed = {key[:2] for key in right if lines[key].is_of_leaf and lines[key].last}
        wrong -= {key for key in wrong if lines[key].is_of_leaf and not lines[key].last and key[:2] in summed}
        meant_so = absorbed(wrong, right, lines, made_as, watched.graph)
        wrong -= meant_so
        if first.key in late and not wrong:
            right.add(first.key)  # divided by the number of samples later
        was_wrong = {line.key for line in judged.lines if line.verdict == "wrong"}
        if first.key in elsewhere and wrong <= elsewhere and was_wrong & right:
            right, wrong = right | elsewhere, set[tuple[int, str, int]]()
        if isinstance(made[0], ast.Pass) and first.entry.statement is statement and not wrong:
            before = [e for e in entries if (e.target, e.function) == (first.entry.target, first.entry.function)]
            if before and first.is_mended(np.asarray(values[before[-1].node.id], dtype=np.float64)):
                right.add(first.key)  # a line too many
        may_differ = meant_so | {line.key for line in judged.lines if not line.last}
        if first.key not in right or not was_right <= right | may_differ:
            return None
        scope, _ = judged.watched.scopes.get(id(statement), (None, None))
        names = {} if scope is None else scope.names
        return Repair(named(kind, statement, made, judged.watched.graph, names), statement, made, right, wrong)

    def was_named_right(self, line: Line) -> bool:
        """Whether a line is the gradient that its name means, as it is written."""
        return line.is_right(np.asarray(self.judged.values[line.entry.node.id], dtype=np.float64))

    @staticmethod
    def is_right(line: Line, value: Array, first: Line) -> bool:
        return line.is_mended(value) if line is first else line.is_right(value)


def absorbed(
    wrong: set[tuple[int, str, int]],
    right: set[tuple[int, str, int]],
    lines: dict[tuple[int, str, int], Line],
    made_as: dict[tuple[int, str, int], int],
    graph: Graph,
) -> set[tuple[int, str, int]]:
    """The wrong lines on the way that give right gradients of inputs alone, and are meant so: dA without its mask.

    made_as: the node of each line.
    """
    ends = {key for key in right | wrong if lines[key].is_of_leaf and lines[key].last and key in made_as}
    found = set[tuple[int, str, int]]()
    for key in wrong - ends:
        if key in made_as and lines[key].of and not lines[key].is_of_leaf and lines[key].entry.kind != "share":
            made = graph.made_from({made_as[key]})
            behind = {end for end in ends if made_as[end] in made}
            if behind & right and not behind & wrong:
                found.add(key)
    return found


def loss_in(journal: list[Entry], judged: Judged) -> int:
    """The node of the loss in a program with other lines, which may make more or fewer nodes before it."""
    mine = [entry for entry in judged.watched.journal if entry.node.id == judged.loss.id]
    if not mine or judged.start > judged.loss.id:
        return judged.loss.id
    alike = [entry for entry in judged.watched.journal if entry.statement is mine[0].statement]
    others = [entry for entry in journal if entry.statement is mine[0].statement]
    place = alike.index(mine[0])
    return others[place].node.id if place < len(others) else judged.loss.id


class Replaced:
    """A statement with others in its place, for a while."""

    def __init__(self, body: tuple[ast.stmt, ...], statement: ast.stmt, made: list[ast.stmt]):
        self.statement, self.made = statement, made
        self.holder: list[ast.stmt] | None = None
        self.body = body

    def __enter__(self) -> None:
        self.holder, self.place = holder_of(self.body, self.statement)
        self.holder[self.place : self.place + 1] = self.made

    def __exit__(self, *_: object) -> None:
        assert self.holder is not None
        self.holder[self.place : self.place + len(self.made)] = [self.statement]


def holder_of(body: Any, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
    """The list that a statement stands in, and its place there."""
    pending: list[Any] = [body]
    while pending:
        held = pending.pop()
        for place, one in enumerate(held):
            if one is statement:
                return held, place
            inner: list[Any] = [getattr(one, name, None) for name in ("body", "orelse", "finalbody")]
            pending += [body for body in inner if isinstance(body, list)]
    raise AssertionError("a statement that stands nowhere")
