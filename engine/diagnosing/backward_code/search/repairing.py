"""The search for the line that was meant: other lines are put in a line's place, and the program runs again."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.excuses import scaled
from gradlens.engine.diagnosing.backward_code.forms.plain_forms import plain
from gradlens.engine.diagnosing.backward_code.forms.rewriting import rewritings
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import (
    COUNTS,
    FACTORS,
    INNER,
    NAMES,
    PATHS,
    PLAIN,
    TERMS,
    Program,
    base_of,
    copied,
    following,
    is_unpacking,
    of,
    with_value,
)
from gradlens.engine.diagnosing.backward_code.forms.sum_forms import AXES
from gradlens.engine.diagnosing.backward_code.known_gradients import Known
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.matching import REARRANGING
from gradlens.engine.diagnosing.backward_code.search.candidates import Candidates
from gradlens.engine.diagnosing.backward_code.search.replay import Replay, replay_of
from gradlens.engine.diagnosing.backward_code.search.search_work import MOST, SearchWork
from gradlens.engine.diagnosing.backward_code.search.suspects import suspects_of
from gradlens.engine.diagnosing.backward_code.search.trials import Repair, Trials, holder_of
from gradlens.engine.diagnosing.backward_code.search.visible_values import Visible
from gradlens.engine.graph import Limits
from gradlens.engine.language.outputs.gradient_names import meanings
from gradlens.engine.values import Value

STAGES = (PLAIN, COUNTS, PATHS, NAMES, FACTORS, INNER, TERMS)
NEAREST, SHORT, LONG = (PLAIN, COUNTS, PATHS, NAMES), (PLAIN, COUNTS, PATHS, NAMES, FACTORS), (INNER,)
LATER = 6  # lines
SLOW = 0.6  # of all work, after which no line is looked at any more that takes a run for each form
SMALL = 60  # nodes of a program that may run for every form


@dataclass(slots=True)
class Search:
    """The search for a repair of the first wrong line."""

    judged: Judged
    known: Known
    counts: set[int]
    work: SearchWork
    candidates: Candidates
    visible: Visible
    trials: Trials
    replay: Replay | None = None
    places: list[tuple[ast.stmt, bool]] = field(default_factory=list[tuple[ast.stmt, bool]])
    seen_before: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    complete: bool = True

    def repair(self, first: Line, stages: tuple[int, ...] = STAGES) -> Repair | None:
        """The plainest repair after which every line is right; else the first that mends the first wrong one."""
        lines = self.judged.lines
        was_right = {line.key for line in lines if line.verdict == "right"}
        places = self.places = self.candidates.places(first)
        best: Repair | None = None
        self.replay = replay_of(self.judged, first, self.work)
        if stages == STAGES and (found := self.other_way(first, was_right)) is not None:
            return found
        for group, stage in self.rounds(places, stages):
            found = self.stage(stage, group, first, was_right)
            if found is not None and not found.wrong:
                return self.of_mask(self.nearer(found, first, was_right), first, was_right)
            if found is not None and (best is None or len(found.wrong) < len(best.wrong)):
                best = found
            if not self.complete:
                return best
        return best

    def rounds(
        self, places: list[tuple[ast.stmt, bool]], stages: tuple[int, ...]
    ) -> Iterator[tuple[list[tuple[ast.stmt, bool]], int]]:
        """Which lines are looked at for which forms.

        One mistake is made where all that is wrong comes from; of several, the first wrong line has its own.  The
        likeliest line has what is right and gives what is no gradient; what may be missing behind a line comes last.
        """
        suspects = self.candidates.suspects
        for group in self.by_reach(places):
            late = [one for one in group if one[1] or id(one[0]) in self.candidates.handing]
            doubtful = [one for one in group if id(one[0]) in self.candidates.doubtful and one not in late]
            suspected = [one for one in group if id(one[0]) in suspects and not is_unpacking(one[0])]
            mine = [*doubtful, *(one for one in suspected if one not in doubtful + late)]
            others = [one for one in group if one not in mine and one not in late]
            slow = [one for one in mine + others if not self.is_quick(one[0])]
            mine = [one for one in mine if one not in slow]
            calling = [one for one in group if id(one[0]) in self.candidates.calling]
            others = [one for one in others if one not in slow]
            for part, held in (
                (calling, (PLAIN, NAMES)),
                (mine, SHORT),
                ([one for one in slow if id(one[0]) in suspects], (PLAIN,)),
                (others, NEAREST),
                ([one for one in slow if one[0] in self.candidates.naming], (PLAIN,)),
                ([one for one in slow if id(one[0]) in suspects], NEAREST),
                (mine, LONG),
                (others, (*SHORT[len(NEAREST) :], *LONG)),
                (mine, (TERMS,)),
                (others, (TERMS,)),
                (slow, NEAREST),
            ):
                yield from ((part, stage) for stage in stages if part and stage in held)
            yield from ((late, stage) for stage in stages if late)

    def other_way(self, first: Line, was_right: set[tuple[int, str, int]]) -> Repair | None:
        """The loop around the first wrong line the other way round, where that mends all."""
        loop = loop_around(self.judged.watched.syntax.body, first.entry.statement)
        if loop is None or not reads_neighbours(loop):
            return None
        made = copied(loop)
        assert isinstance(made, ast.For)
        is_turned = isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "reversed"
        made.iter = loop.iter.args[0] if is_turned else of("reversed(e)", e=loop.iter)  # pyright: ignore
        self.work.form()
        found = self.trials.tried("wrong-order", loop, [made], first, was_right)
        return found if found is not None and not found.wrong else None

    def of_mask(self, found: Repair, first: Line, was_right: set[tuple[int, str, int]]) -> Repair:
        """A repair that turns a mask round, in the line that makes the mask."""
        if found.kind != "wrong-slope":
            return found
        read = {n.id for one in found.made for n in ast.walk(one) if isinstance(n, ast.Name)}
        for statement, after in self.places:
            target = base_of(statement)
            if after or not isinstance(getattr(statement, "value", None), ast.Compare) or target is None:
                continue
            for kind, made in plain(statement.value, AXES) if ast.unparse(target) in read else ():  # pyright: ignore
                if kind == "wrong-mask" and not self.work.is_spent:
                    self.work.form()
                    other = self.trials.tried(kind, statement, [with_value(statement, made)], first, was_right)
                    if other is not None and not other.wrong:
                        return other
        return found

    def is_quick(self, statement: ast.stmt) -> bool:
        """Whether many forms of a line can be looked at: without a run of the program, or by short ones."""
        assert self.replay is not None
        return len(self.judged.watched.graph.nodes) < SMALL or self.replay.is_quick(statement)

    def is_late(self, statement: ast.stmt) -> bool:
        """Whether too much is done to look at a line that takes a run of the program for each form."""
        return self.work.done > SLOW * MOST and not self.is_quick(statement)

    def by_reach(self, places: list[tuple[ast.stmt, bool]]) -> list[list[tuple[ast.stmt, bool]]]:
        """Places that all wrong lines come from, and the others."""
        graph = self.judged.watched.graph
        made: dict[int, set[int]] = {}
        for line in self.judged.lines:
            made.setdefault(id(line.entry.statement), set()).add(line.entry.node.id)
        right = {line.entry.node.id for line in self.judged.lines if line.verdict == "right"}
        for _, entry in self.judged.watched.returns:
            if entry.node.id not in right:
                made.setdefault(id(entry.statement), set()).add(entry.node.id)
        for node in graph.nodes[min(self.judged.start, self.judged.loss.id + 1) :]:
            if not self.judged.is_behind(node.id):
                continue
            statement = self.judged.watched.statements.get(id(node.place))
            if statement is not None:
                made.setdefault(id(statement), set()).add(node.id)
        wrong = {line.entry.node.id for line in self.judged.lines if line.verdict == "wrong"}
        groups: tuple[list[tuple[ast.stmt, bool]], list[tuple[ast.stmt, bool]]] = ([], [])
        for place in places:
            reached = graph.made_from(made.get(id(place[0]), set()))
            groups[0 if wrong <= reached else 1].append(place)
        return [group for group in groups if group]

    def stage(
        self, stage: int, places: list[tuple[ast.stmt, bool]], first: Line, was_right: set[tuple[int, str, int]]
    ) -> Repair | None:
        best: Repair | None = None
        for statement, after in places:
            own = statement is first.entry.statement
            shape = first.of[0].shape if own and first.of else self.shape_at(statement)
            if self.is_late(statement):
                continue
            visible = self.visible
            program = Program(
                visible.scales(statement), visible.literals(), visible.layers(statement), visible.holders(statement)
            )
            for kind, made in rewritings(statement, stage, self.visible.seen(statement), shape, after, program):
                if self.work.is_spent:
                    self.complete = False
                    return best
                if self.is_late(statement):
                    break
                self.work.form()
                if self.comes_out_wrong(statement, made, first):
                    continue
                key = id(statement), "\n".join(map(ast.unparse, made))
                if key in self.seen_before:
                    continue
                self.seen_before.add(key)
                found = self.trials.tried(kind, statement, made, first, was_right)
                if found is None:
                    continue
                if not found.wrong:
                    return found if stage != PLAIN else self.simpler(found, first, was_right)
                if best is None or len(found.wrong) < len(best.wrong):
                    best = found
        return best if stage != TERMS else self.later_terms(first, was_right) or best

    def simpler(self, found: Repair, first: Line, was_right: set[tuple[int, str, int]]) -> Repair:
        """A repair that adds a sign to a line, or one that turns what stands in another."""
        if found.kind not in ("sign", "wrong-mask") or length([found.statement]) > length(found.made):
            return found
        most = 0 if found.kind == "sign" and length([found.statement]) < length(found.made) else -1
        others = [one for one, after in self.places if not after and one is not found.statement]
        for statement in (found.statement, *others):
            for kind, made in rewritings(statement, PLAIN, [], None):
                if kind != "sign" or length(made) > length([statement]) + most or self.work.is_spent:
                    continue
                self.work.form()
                if not self.comes_out_wrong(statement, made, first):
                    other = self.trials.tried(kind, statement, made, first, was_right)
                    if other is not None and not other.wrong:
                        return other
        return found

    def comes_out_wrong(self, statement: ast.stmt, made: list[ast.stmt], first: Line) -> bool:
        """Whether the first wrong line stays wrong with others in a line's place, where no run is needed to tell."""
        assert self.replay is not None
        if rearranges(statement, first):
            return False
        try:
            value = self.replay.value(statement, made)
        except ValueError:
            return True
        if value is None or first.is_mended(value):
            return False
        late = first.scales and any(scaled(value, truth, self.counts) for truth in first.truths)
        return self.known.find(value) is None and not late

    def later_terms(self, first: Line, was_right: set[tuple[int, str, int]]) -> Repair | None:
        """A gradient that is made behind the first wrong line, and should have been added to it there."""
        held, place = holder_of(self.judged.watched.syntax.body, first.entry.statement)
        target = base_of(first.entry.statement)
        if target is None:
            return None
        text, rows = ast.unparse(target), next((n for n in first.entry.node.shape if n > 1), 1)
        for other in held[place + 1 : place + LATER]:
            added = base_of(other)
            if added is None or not any(True for _ in meanings(ast.unparse(added).rpartition(".")[2])):
                continue
            for by, sign in [(by, sign) for by in ("", f" / {rows}") for sign in "+-"]:
                if self.may_lack(first, other, (1 if sign == "+" else -1) / (rows if by else 1)):
                    more = following(f"{text} = {text} {sign} {ast.unparse(added)}{by}", other)
                    found = self.trials.tried("missing-path", other, [copied(other), more], first, was_right)
                    if found is not None and not found.wrong:
                        return found
        return None

    def may_lack(self, first: Line, other: ast.stmt, times: float) -> bool:
        """Whether the first wrong line comes right, by its numbers, with another line's value added so many times."""
        values = self.judged.values
        value = np.asarray(values[first.entry.node.id], dtype=np.float64)
        for entry in self.judged.watched.journal:
            if entry.statement is other:
                more = np.asarray(values[entry.node.id], dtype=np.float64)
                if more.shape == value.shape and first.is_mended(value + times * more):
                    return True
        return False

    def nearer(self, found: Repair, first: Line, was_right: set[tuple[int, str, int]]) -> Repair:
        """A repair by one more line, where the gradient that it adds was used last before."""
        if found.kind != "missing-path" or len(found.made) != 2:
            return found
        more, target = found.made[1], base_of(found.statement)
        text = "" if target is None else ast.unparse(target)
        read = {node.id for node in ast.walk(more) if isinstance(node, ast.Name)} - {text}
        gradients = {one.text for one in self.visible.seen(found.statement) if one.gradient} & read
        held, place = holder_of(self.judged.watched.syntax.body, found.statement)
        for k in range(place - 1, -1, -1):
            made = base_of(held[k])
            if made is not None and ast.unparse(made) == text and isinstance(held[k], ast.Assign):
                break
            value = getattr(held[k], "value", None)
            names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} if value is not None else set()
            if gradients & names and not gradients & {ast.unparse(made)} if made is not None else False:
                other = self.trials.tried(found.kind, held[k], [copied(held[k]), more], first, was_right)
                return other if other is not None and not other.wrong else found
        return found

    def shape_at(self, statement: ast.stmt) -> Any:
        return next((e.entry.node.shape for e in self.judged.lines if e.entry.statement is statement), None)


def search_of(
    judged: Judged, given: dict[str, Value], limits: Limits, known: Known, counts: set[int], work: SearchWork
) -> Search:
    """A search that nothing is known of yet."""
    trials = Trials(judged, given, limits, known, counts, work)
    candidates = Candidates(judged, known, suspects_of(judged, known, counts))
    return Search(judged, known, counts, work, candidates, Visible(judged), trials)


def rearranges(statement: ast.stmt, first: Line) -> bool:
    """Whether the first wrong line gives a gradient another form under its own name: then its numbers tell nothing."""
    value = getattr(statement, "value", None)
    if statement is not first.entry.statement or value is None:
        return False
    nodes = list(ast.walk(value))
    return any(isinstance(n, ast.Attribute) and n.attr in REARRANGING for n in nodes) and any(
        isinstance(n, ast.Name) and n.id == first.entry.target for n in nodes
    )


def loop_around(body: Iterable[ast.stmt], statement: ast.stmt) -> ast.For | None:
    """The innermost loop that a line stands in."""
    for one in body:
        if any(node is statement for node in ast.walk(one)) and one is not statement:
            inner = [child for name in ("body", "orelse", "finalbody") for child in getattr(one, name, ())]
            found = loop_around(inner, statement)
            return found if found is not None or not isinstance(one, ast.For) else one
    return None


def reads_neighbours(loop: ast.For) -> bool:
    """Whether a turn goes on from the one before it: a name is read that is assigned further down."""
    turns = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    later = [n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    for one in loop.body:
        value = getattr(one, "value", None)
        read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} if value is not None else set[str]()
        if isinstance(one, ast.Assign) and (read - turns) & set(later):
            return True
        made = [n.id for n in ast.walk(one) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        later = [name for name in later if name not in made]
    return False


def length(statements: list[ast.stmt]) -> int:
    return sum(len(ast.unparse(one)) for one in statements)
