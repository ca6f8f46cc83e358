"""The lines of a backward half beside the gradients that they stand for, and what was meant by the first wrong one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gradlens.engine.diagnosing.backward_code.by_difference import kind_by_difference
from gradlens.engine.diagnosing.backward_code.by_numbers import kind_by_numbers
from gradlens.engine.diagnosing.backward_code.excuses import counts_of, excuse_absorbed, excuse_scaled
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import PLAIN
from gradlens.engine.diagnosing.backward_code.fragile import fragile_lines
from gradlens.engine.diagnosing.backward_code.gradients import (
    differentiated,
    gradients_inside,
    gradients_of,
    values_of,
    zero,
)
from gradlens.engine.diagnosing.backward_code.known_gradients import Known, same
from gradlens.engine.diagnosing.backward_code.line_meanings import lines_of
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.matching import is_turned, judge
from gradlens.engine.diagnosing.backward_code.search.repairing import search_of
from gradlens.engine.diagnosing.backward_code.search.search_work import SearchWork
from gradlens.engine.diagnosing.backward_code.search.trials import Repair
from gradlens.engine.diagnosing.backward_code.watching import Watched, watch
from gradlens.engine.errors import Span
from gradlens.engine.graph import Graph, Limits, Node
from gradlens.engine.language.outputs.backward_half import half_of, loss_of, number_of_shares, upstream_of
from gradlens.engine.language.outputs.gradient_names import LOSSES
from gradlens.engine.language.syntax import Syntax, parse
from gradlens.engine.values import Array, Value


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


@dataclass(frozen=True, slots=True)
class Differentiated:
    """What a backward half differentiates: its name, its node and the upstream gradient there, where one is given.

    begins, ends: the half's lines in the journal.  first: the first node that is made inside of it, where it begins
    with values that are given.  total: the loss, where `loss` is a term of it and the half begins before the others.
    """

    name: str
    loss: Node
    upstream: Node | None
    begins: int
    ends: int | None
    first: int = 0
    total: Node | None = None


def judge_half(
    watched: Watched, half: Differentiated, values: list[Value], values_given: dict[str, Value], limits: Limits
) -> JudgedCode:
    """Judge the lines of one backward half."""
    syntax, loss, upstream = watched.syntax, half.loss, half.upstream
    given = None if upstream is None else values[upstream.id]
    truths, contributions = gradients_of(watched.graph, half.total or loss, values, given)
    if half.first:
        truths |= gradients_inside(watched.graph, half.first, contributions)
    lines = lines_of(watched, loss, half.begins, half.ends, half.total)
    known = judge(lines, watched, values, truths, contributions)
    judged = Judged(watched, loss, values, truths, lines, contributions)
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
        answer.right = zero(truths, first.of[0])
        answer.claimed = np.asarray(values[first.entry.node.id], dtype=np.float64)
        follow(lines, verdicts, first, repair, judged)
        if repair is not None:
            answer.kind = repair.kind
            answer.right_text = "\n".join(ast.unparse(one) for one in repair.made if not isinstance(one, ast.Pass))
        else:
            answer.kind = kind_by_numbers(judged, first) or kind_beside(judged, blamed, first)
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
    if found is not None and found.wrong and not is_own(judged, found, first):
        found = None
    if found is None:
        return first, None, search.candidates.suspected(first) or first.entry.statement
    return first, found, found.statement


def kind_beside(judged: Judged, blamed: ast.stmt, first: Line) -> str | None:
    """The kind of a mistake by the numbers of the blamed line, where it is known what these should be."""
    made = {entry.node.id for entry in judged.watched.journal if entry.statement is blamed}
    made |= {entry.node.id for _, entry in judged.watched.returns if entry.statement is blamed}
    line = first if first.entry.node.id in made else None
    for one in judged.lines if line is None else ():
        if one.verdict == "wrong" and one.entry.node.id in made:
            line = one
    if line is None or not line.of:
        return None
    return kind_by_difference(judged, np.asarray(judged.values[line.entry.node.id], np.float64), line.truths[0])


def is_own(judged: Judged, repair: Repair, first: Line) -> bool:
    """Whether a repair after which other lines are wrong still is one of the first wrong line: it stands with it.

    One line of an op is carried out for many: what mends one of them is no repair.
    """
    scope, _ = judged.watched.scopes.get(id(repair.statement), (None, None))
    return first.entry.kind != "share" and (repair.statement is first.entry.statement or scope is first.entry.scope)


def differentiated_half(watched: Watched, loss_at: tuple[str, int] | None) -> tuple[Node, Node | None, int] | None:
    """What the backward half of a program differentiates, the upstream gradient there where one is given, and where it
    begins in the journal.
    """
    graph, journal, text = watched.graph, watched.journal, watched.syntax.text
    if (given := given_loss(watched, loss_at)) is not None:
        found = loss_of(graph, journal, watched.returns, text, given)
        return None if found is None else (found[0], None, found[1])
    if (added := number_of_shares(graph, journal)) is not None:
        return added[0], None, added[1]
    half = half_of(graph, journal, watched.returns, text, watched.last, watched.chosen, strict=False)
    return upstream_of(graph, journal, text) if half is None else (half.loss, None, half.begins)


def total_of(watched: Watched, loss: Node, begins: int) -> Node | None:
    """What a loss is a term of, where that is made behind the first gradients: data_loss + penalty."""
    graph = watched.graph
    found: Node | None = None
    for entry in watched.journal[begins:]:
        is_named = entry.node.shape == () and entry.node.id > loss.id and LOSSES.fullmatch(entry.name)
        if is_named and is_term(loss, entry.node, graph):
            found = entry.node
    if found is None:
        return None
    written = {line.entry.node.id for line in lines_of(watched, loss, begins, None) if line.of}
    return None if written & graph.reaching(found.id) else found


def is_term(loss: Node, total: Node, graph: Graph) -> bool:
    """Whether a node is added to others, once, to make another one."""
    pending, count = [total], 0
    while pending:
        node = pending.pop()
        if node.id == loss.id:
            count += 1
        elif node.id > loss.id and node.op is not None and node.op.name in ("add", "identity"):
            pending += [graph.nodes[i] for i in node.inputs]
    return count == 1 and loss.id != total.id


def given_loss(watched: Watched, loss_at: tuple[str, int] | None) -> Node | None:
    """The node of a loss that is known by its kind and line."""
    if loss_at is None:
        return None
    kind, line = loss_at
    nodes = [n for n in watched.graph.nodes if n.kind == kind and getattr(n.place, "lineno", -1) == line]
    return nodes[-1] if nodes else None


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


def code_line(syntax: Syntax, statement: ast.stmt, line: Line, verdict: str, judged: Judged) -> CodeLine:
    value = np.asarray(judged.values[line.entry.node.id], dtype=np.float64)
    error = 0.0
    if line.of:
        truth = zero(judged.truths, line.of[0])
        if value.size != truth.size:
            error = np.inf
        elif not same(value, truth):
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
