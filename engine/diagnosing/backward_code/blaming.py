"""Which line is to blame, and the name of its mistake, where no other line is found that mends it."""

from __future__ import annotations

import ast

import numpy as np

from gradlens.engine.diagnosing.backward_code.by_difference import kind_by_difference
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.matching import REARRANGING
from gradlens.engine.diagnosing.backward_code.search.suspects import recomputed
from gradlens.engine.language.outputs.gradient_names import meanings
from gradlens.engine.values import Array

MOST_STEPS = 12


def kind_beside(judged: Judged, blamed: ast.stmt, first: Line) -> str | None:
    """The kind of a mistake by the numbers of the blamed line, where it is known what these should be."""
    if (again := recomputed(judged).get(id(blamed))) is not None:
        return kind_of_value(judged, *again)
    made = {entry.node.id for entry in judged.watched.journal if entry.statement is blamed}
    made |= {entry.node.id for _, entry in judged.watched.returns if entry.statement is blamed}
    line = first if first.entry.node.id in made or is_form_of(judged, first, made) else None
    for one in judged.lines if line is None else ():
        if one.verdict == "wrong" and one.entry.node.id in made:
            line = one
    turns = [one for one in judged.lines if one.entry.statement is blamed and one.of]
    if len(turns) > 1 and (kind := kind_in_turn(judged, turns[0])) is not None:
        return kind
    if line is None or not line.of:
        return None
    value, truth = np.asarray(judged.values[line.entry.node.id], np.float64), line.truths[0]
    kind = kind_by_difference(judged, value, truth, line.of[0])
    node = line.entry.node
    if kind is None and isinstance(blamed, ast.AugAssign) and node.op is not None and node.op.name == "add":
        before = np.asarray(judged.values[node.inputs[0]], np.float64)  # what is added is wrong, where that is right
        if before.shape == value.shape == truth.shape:
            kind = kind_by_difference(judged, value - before, truth - before)
    return kind or ("missing-upstream" if lacks_upstream(judged, line, made) else None)


def kind_of_value(judged: Judged, value: Array, right: Array) -> str:
    """The kind of a mistake in a value of the forward half that is computed again."""
    if value.shape != right.shape:
        return "wrong-array"
    return kind_by_difference(judged, value, right) or "wrong-array"


def kind_in_turn(judged: Judged, line: Line) -> str | None:
    """The kind of a mistake in the first turn of a loop, before it is handed on, beside any step's gradient."""
    value = np.asarray(judged.values[line.entry.node.id], np.float64)
    of_same = [truth for truth in line.truths if truth.shape == value.shape and truth.any()][:MOST_STEPS]
    kinds = (kind_by_difference(judged, value, truth) for truth in of_same)
    return next((kind for kind in kinds if kind is not None), None)


def is_form_of(judged: Judged, line: Line, made: set[int]) -> bool:
    """Whether a line only gives another form to one of several nodes: dx = dx.T."""
    node = line.entry.node
    while node.op is not None and node.op.name in REARRANGING and node.id not in made:
        node = judged.watched.graph.nodes[node.inputs[0]]
    return node.id in made


def lacks_upstream(judged: Judged, line: Line, made: set[int]) -> bool:
    """Whether a line behind others that are right is made of no gradient."""
    value = getattr(line.entry.statement, "value", None)
    read = [n for n in ast.walk(value) if isinstance(n, ast.Name)] if value is not None else []
    if any(True for n in read for _ in meanings(n.id)):
        return False
    given = {one.entry.node.id for one in judged.lines if one.of or one.verdict == "right"}
    before = any(one.verdict == "right" and one.of and one.entry.node.id < line.entry.node.id for one in judged.lines)
    reaching = set[int]().union(*[judged.watched.graph.reaching(id) - {id} for id in made])
    return before and given.isdisjoint(reaching)


def begun_by(judged: Judged, statement: ast.stmt) -> ast.stmt:
    """The line that begins the sum to which another one adds a path: dx = dx + dout."""
    made = [entry for entry in judged.watched.journal if entry.statement is statement]
    if not made or not adds(statement, made[0].target):
        return statement
    journal = judged.watched.journal[: judged.watched.journal.index(made[0])]
    before = [e.statement for e in journal if e.scope is made[0].scope and e.target == made[0].target]
    return before[-1] if before and isinstance(before[-1], ast.Assign) else statement


def adds(statement: ast.stmt, target: str) -> bool:
    """Whether a line adds to what it assigns to."""
    value = getattr(statement, "value", None)
    is_sum = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add)
    own = is_sum and target in (ast.unparse(value.left), ast.unparse(value.right))
    return own or (isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add))


def maker_of(judged: Judged, line: Line) -> ast.stmt:
    """The line that made what another one returns, or only gives another form: return dx, dx = dx.T."""
    statement, node, watched = line.entry.statement, line.entry.node, judged.watched
    value = getattr(statement, "value", None)
    is_own = any(isinstance(n, ast.Name) and n.id == line.entry.target for n in ast.walk(value)) if value else False
    while is_own and node.op is not None and node.op.name in REARRANGING:
        node = watched.graph.nodes[node.inputs[0]]
    if not isinstance(statement, ast.Return) and node is line.entry.node:
        return statement
    makers = [e.statement for e in watched.journal if e.node.id == node.id and e.scope is line.entry.scope]
    return makers[0] if makers else statement
