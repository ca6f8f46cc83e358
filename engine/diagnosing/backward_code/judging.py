"""The lines of a backward half beside the gradients that they stand for, and what was meant by the first wrong one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gradlens.engine.diagnosing.backward_code.blaming import begun_by, kind_beside, maker_of
from gradlens.engine.diagnosing.backward_code.by_numbers import kind_by_numbers
from gradlens.engine.diagnosing.backward_code.excuses import counts_of, excuse_absorbed, excuse_scaled
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import PLAIN
from gradlens.engine.diagnosing.backward_code.fragile import fragile_lines
from gradlens.engine.diagnosing.backward_code.gradients import (
    differentiated,
    gradients_inside,
    gradients_of,
    values_of,
)
from gradlens.engine.diagnosing.backward_code.halves import Differentiated, differentiated_half, total_of
from gradlens.engine.diagnosing.backward_code.known_gradients import Known
from gradlens.engine.diagnosing.backward_code.line_meanings import lines_of
from gradlens.engine.diagnosing.backward_code.line_noise import allow_noise
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.matching import is_turned, judge
from gradlens.engine.diagnosing.backward_code.search.repairing import NEAREST, search_of
from gradlens.engine.diagnosing.backward_code.search.search_work import SearchWork
from gradlens.engine.diagnosing.backward_code.search.trials import Repair
from gradlens.engine.diagnosing.backward_code.watching import Watched, watch
from gradlens.engine.errors import Span
from gradlens.engine.graph import Limits, Node
from gradlens.engine.language.syntax import Syntax, parse
from gradlens.engine.values import Array, Value

MOST_TURNED = 3


@dataclass(frozen=True, slots=True)
class CodeLine:
    """An assignment of the backward half, as it was carried out last.

    line: in the text of the whole, from 1; text: as it is written.  target: what is assigned.  of: the name whose
    gradient it is, None where only its numbers tell.  verdict: "right", "fragile" (right because the batch is of one),
    "wrong", "follows" from an earlier error, or "unjudged".  relative_error: of the worst element, over the largest.
    """

    line: int
    span: Span | None
    text: str
    target: str
    of: str | None
    verdict: str
    relative_error: float


@dataclass(slots=True)
class JudgedCode:
    """What is found of a backward half.  loss: the name of what is differentiated.

    wrong: the line to blame, if any; right_text: what was meant there, where another line is found that mends it.
    kind: which mistake, by that line or by the numbers alone.  entry: the first assignment that is wrong; right,
    claimed: of its worst element.
    fragile: the sentence of the first line that is right by chance.
    """

    loss: str
    lines: list[CodeLine]
    wrong: CodeLine | None = None
    right_text: str | None = None
    kind: str | None = None
    entry: Line | None = None
    right: Array | None = None
    claimed: Array | None = None
    tried: int = 0
    complete: bool = True
    fragile: str = ""


def judge_code(
    text: str, given: Mapping[str, Value], limits: Limits, *, loss_at: tuple[str, int] | None = None
) -> JudgedCode | None:
    """Judge a program with a backward half; None where none is recognised.

    loss_at: the kind of the loss's node and its line, where the forward half was given by itself.
    Errors: those of building and running.
    """
    syntax = parse(text, limits.text_length, limits.nesting)
    syntax = replace(syntax, body=list(syntax.body))  # pyright: ignore - lines are put in others' places
    values_given = dict(given)
    watched = watch(syntax, values_given, limits)
    found = differentiated_half(watched, loss_at)
    halves = [
        Differentiated(one.name, one.out, one.upstream, one.begins, one.ends, one.first) for one in watched.claims
    ]
    if found is not None:
        loss, upstream, begins = found
        name = "L" if upstream is not None else loss.name or "L"
        ends = min((one.begins for one in watched.claims), default=None)
        total = total_of(watched, loss, begins) if upstream is None and loss_at is None else None
        name = name if total is None else total.name or name
        halves.append(Differentiated(name, loss, upstream, begins, ends, total=total))
    if not halves:
        return None
    differentiated(watched.graph, watched.journal)
    values = values_of(watched.graph, values_given)
    answers: list[JudgedCode] = []
    for half in halves:
        answers.append(judge_half(watched, half, values, values_given, limits))
        if answers[-1].wrong is not None:
            break
    answer = answers[-1]
    answer.lines = [line for one in answers for line in one.lines]
    answer.fragile = next((one.fragile for one in answers if one.fragile), "")
    return answer


def judge_half(
    watched: Watched, half: Differentiated, values: list[Value], values_given: dict[str, Value], limits: Limits
) -> JudgedCode:
    """Judge the lines of one backward half."""
    syntax, loss, upstream = watched.syntax, half.loss, half.upstream
    given = None if upstream is None else values[upstream.id]
    lines = lines_of(watched, loss, half.begins, half.ends, half.total)
    inner, outer = half.losses(watched)
    forward = watched.graph.reaching(inner.id) | watched.graph.reaching(outer.id)
    start = start_of(watched, lines, forward, loss)
    parts: list[Judged] = []
    held: list[list[Line]] = []
    for of, mine in ((inner, lines),) if inner is outer else split(lines, inner, outer):
        truths, contributions = gradients_of(watched.graph, of, values, given)
        if half.first:
            truths |= gradients_inside(watched.graph, half.first, contributions)
        judge(mine, watched, values, truths, contributions, not half.first)
        parts.append(Judged(watched, loss, values, truths, lines, contributions, forward, start))
        held.append(mine)
    if any(line.verdict == "wrong" for line in lines):
        allow_noise(parts[0])
        for one, mine in zip(parts, held, strict=True):
            judge(mine, watched, values, one.truths, one.contributions, not half.first)
        for line in lines:
            line.noise = 0.0 if line.verdict == "wrong" else line.noise  # that of wrong numbers excuses no other ones
    first = next((line for line in lines if line.verdict == "wrong"), None)
    is_outer = first is not None and not first.entry.function
    judged, known = parts[-1 if is_outer else 0], Known(*[one.truths for one in parts])
    watched.graph.output = outer.id if is_outer else inner.id
    counts = counts_of(watched.graph, loss)
    excuse_scaled(judged, counts)
    excuse_absorbed(judged)
    answer = JudgedCode(half.name, [])
    first = next((line for line in lines if line.verdict == "wrong"), None)
    verdicts = {line.key: line.verdict for line in lines}
    blamed: ast.stmt | None = None
    if first is not None:
        first, repair, blamed = repaired(judged, first, values_given, limits, known, counts, answer)
        verdicts = {line.key: line.verdict for line in lines}
        answer.entry = first
        answer.right = first.truths[0]
        answer.claimed = np.asarray(values[first.entry.node.id], dtype=np.float64)
        follow(lines, verdicts, first, repair, judged)
        if repair is not None:
            answer.kind = repair.kind
            answer.right_text = "\n".join(text_of(one) for one in repair.made if not isinstance(one, ast.Pass))
        else:
            answer.kind = kind_by_numbers(judged, first) or kind_beside(judged, blamed, first)
            if answer.kind == "statistics-as-constants":
                blamed = begun_by(judged, blamed)
    shown: dict[tuple[int, str], Line] = {}
    for line in lines:
        shown[id(line.entry.statement), line.entry.target] = line
    fragile = dict[int, str]() if first is not None else fragile_lines(judged)
    for line in shown.values():
        verdict = verdicts[line.key]
        if verdict == "right" and (why := fragile.get(id(line.entry.statement))) is not None:
            verdict, answer.fragile = "fragile", answer.fragile or why
        answer.lines.append(code_line(syntax, line.entry.statement, line, verdict, judged))
    if blamed is not None:
        assert first is not None
        of_blamed = next((one for one in shown.values() if one.entry.statement is blamed), first)
        answer.wrong = code_line(syntax, blamed, of_blamed, "wrong", judged)
        answer.lines = [
            replace(one, verdict="wrong") if one.line == answer.wrong.line and one.verdict != "right" else one
            for one in answer.lines
        ]
    return answer


def start_of(watched: Watched, lines: list[Line], forward: set[int], loss: Node) -> int:
    """The first node that is made for a gradient, by the targets of lines that are known to give one."""
    targets = {(line.entry.target, line.entry.function) for line in lines if line.of}
    made = [e for e in watched.journal if (e.target, e.function) in targets and e.node.id not in forward]
    return min((min(e.at, e.node.id) for e in made), default=loss.id + 1)


def split(lines: list[Line], inner: Node, outer: Node) -> list[tuple[Node, list[Line]]]:
    """The lines in functions and the others, each with what they differentiate."""
    return [
        (inner, [one for one in lines if one.entry.function]),
        (outer, [one for one in lines if not one.entry.function]),
    ]


def repaired(
    judged: Judged,
    first: Line,
    given: dict[str, Value],
    limits: Limits,
    known: Known,
    counts: set[int],
    answer: JudgedCode,
) -> tuple[Line, Repair | None, ast.stmt]:
    """The first line that is wrong, what mends it, and the line to blame.

    A gradient of the other sign may be meant so: where it is not all that is wrong, the next line is looked at first.
    """
    wrong = [line for line in judged.lines if line.verdict == "wrong"]
    turned = [line for line in wrong if is_turned(line, np.asarray(judged.values[line.entry.node.id]))]
    others = [line for line in wrong if line not in turned]
    work = SearchWork()
    if first in turned and others:
        search = search_of(judged, given, limits, known, counts, work)
        found = search.repair(first, (PLAIN,))
        if found is not None and not found.wrong and found.kind == "sign":
            return first, found, found.statement
        for line in turned:
            line.verdict = "unjudged"
        search = search_of(judged, given, limits, known, counts, work)
        found = search.repair(others[0])
        answer.tried = work.tried
        if found is not None and not found.wrong:
            return others[0], found, found.statement
        for line in turned:
            line.verdict = "wrong"
    search = search_of(judged, given, limits, known, counts, work)
    found = search.repair(first)
    answer.tried, answer.complete = work.tried, search.complete
    if found is None or found.wrong:
        for line in turned_before(judged, first):
            line.verdict = "wrong"
            other = search_of(judged, given, limits, known, counts, work).repair(line, (PLAIN,))
            if other is not None and not other.wrong:
                return line, other, other.statement
            line.verdict = "unjudged"
    suspected = search.candidates.suspected(first)
    if found is not None and found.wrong:
        elsewhere = suspected is not None and found.statement is not suspected
        if elsewhere or not is_own(judged, found, first) or not mends_others(judged, found, first):
            found = None
    if found is None and (behind := behind_it(judged, first)) is not None:
        first.verdict = "unjudged"  # it may be meant so, as dmu without its sign
        other = search_of(judged, given, limits, known, counts, work).repair(behind, NEAREST)
        if other is not None and not other.wrong:
            return behind, other, other.statement
        first.verdict = "wrong"
    if found is None:
        return first, None, suspected or maker_of(judged, first)
    return first, found, found.statement


def turned_before(judged: Judged, first: Line) -> list[Line]:
    """The lines before the first wrong one, and that it is made of, that may be meant with the other sign."""
    before = judged.watched.graph.reaching(first.entry.node.id)
    lines = [line for line in judged.lines if line.verdict == "unjudged" and line.entry.node.id in before]
    return [line for line in lines if is_turned(line, np.asarray(judged.values[line.entry.node.id]))][:MOST_TURNED]


def is_own(judged: Judged, repair: Repair, first: Line) -> bool:
    """Whether a repair after which other lines are wrong still is one of the first wrong line: it stands with it.

    One line of an op is carried out for many: what mends one of them is no repair.
    """
    scope, _ = judged.watched.scopes.get(id(repair.statement), (None, None))
    return first.entry.kind != "share" and (repair.statement is first.entry.statement or scope is first.entry.scope)


def behind_it(judged: Judged, first: Line) -> Line | None:
    """The next wrong line that is made of a wrong one on the way."""
    if first.is_of_leaf or first.entry.kind == "share":
        return None
    made = judged.watched.graph.made_from({first.entry.node.id})
    behind = [one for one in judged.lines if one.verdict == "wrong" and one.entry.node.id in made and one is not first]
    return next((one for one in behind if one.entry.statement is not first.entry.statement), None)


def mends_others(judged: Judged, repair: Repair, first: Line) -> bool:
    """Whether what is made of the first wrong line comes right with it, or a part of that: else the line is not it."""
    made = judged.watched.graph.made_from({first.entry.node.id})
    behind = {one.key for one in judged.lines if one.verdict == "wrong" and one.entry.node.id in made} - {first.key}
    return not behind or bool(behind & repair.right)


def follow(
    lines: list[Line],
    verdicts: dict[tuple[int, str, int], str],
    first: Line,
    repair: Repair | None,
    judged: Judged,
) -> None:
    """What comes right with the repair follows from the mistake; without one, what is made from the wrong value."""
    made = judged.watched.graph.made_from({first.entry.node.id}) if repair is None else set[int]()
    for line in lines:
        if line.verdict == "wrong" and line is not first:
            mended = line.key in repair.right if repair is not None else line.entry.node.id in made
            if mended:
                verdicts[line.key] = "follows"
    if repair is not None and repair.statement is not first.entry.statement:
        verdicts[first.key] = "follows"


def text_of(statement: ast.stmt) -> str:
    """A line as it is written; of a loop its head."""
    text = ast.unparse(statement)
    return text.split("\n")[0] if isinstance(statement, ast.For) else text


def code_line(syntax: Syntax, statement: ast.stmt, line: Line, verdict: str, judged: Judged) -> CodeLine:
    value = np.asarray(judged.values[line.entry.node.id], dtype=np.float64)
    error = 0.0
    if line.of and not line.is_right(value):
        truth = line.truths[0]
        if value.size != truth.size:
            error = np.inf
        else:
            size = max(float(np.max(np.abs(truth), initial=0.0)), float(np.max(np.abs(value), initial=0.0)))
            error = float(np.max(np.abs(value.ravel() - truth.ravel()), initial=0.0)) / size if size else 0.0
    return CodeLine(
        statement.lineno,
        syntax.span(statement),
        ast.unparse(statement).split("\n")[0],
        line.entry.target,
        line.base or None,
        verdict,
        error,
    )
