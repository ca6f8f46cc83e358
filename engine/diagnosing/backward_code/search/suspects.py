"""Which line is the likeliest to be wrong: it has gradients that are right, and gives what is none."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from itertools import combinations

import numpy as np

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import is_unpacking
from gradlens.engine.diagnosing.backward_code.known_gradients import Known, same
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.matching import is_turned
from gradlens.engine.language.outputs.gradient_names import meanings
from gradlens.engine.language.outputs.journal import Entry
from gradlens.engine.values import Array

MOST_LINES = 2_000
MOST = 20_000  # edges
BEGINNING = re.compile(
    r"(?:d|grad|delta|upstream)(?:_?out|_?y|_?loss|_?[lLzZ]|_?logits|_?scores|)(?:_?\d+)?$|d[A-Z_]\w*$"
)
MOST_USES, MOST_SUMS = 5, 2_000


def suspects_of(judged: Judged, known: Known, counts: set[int]) -> set[int]:
    """By their identity, the lines that are likely to be wrong."""
    graph = judged.watched.graph
    entries = [entry for entry in judged.watched.journal if judged.is_behind(entry.node.id)]
    entries += [entry for _, entry in judged.watched.returns if judged.is_behind(entry.node.id)]
    if len(entries) > MOST_LINES:
        return set()
    strict = strict_nodes(judged)
    of_gradients = {line.entry.node.id for line in judged.lines if line.of or line.verdict == "right"}
    of_gradients |= beginnings(judged, entries)
    gradients = graph.made_from(of_gradients)
    named = {entry.node.id for entry in entries}
    is_known = knower(judged, known, counts, strict, misnamed(judged))
    sums = Known(dict(enumerate(partial_sums(judged))))

    def is_sum(id: int) -> bool:
        return sums.find(np.asarray(judged.values[id], dtype=np.float64)) is not None

    found = without_gradient(judged, entries, gradients) | of_lists(judged, is_known)
    found |= of_copies(judged) | recomputed(judged).keys()
    handed: set[int] = set()  # made by another line before
    for entry in sorted(entries, key=lambda one: (one.node.id, one.kind != "return", one.at)):
        if entry.node.id in handed or entry.node.op is None:
            continue
        handed.add(entry.node.id)
        adds = isinstance(entry.statement, ast.AugAssign)
        if entry.node.id not in gradients or is_known(entry.node.id) or (adds and is_sum(entry.node.id)):
            continue
        if all(is_known(one) or is_sum(one) for one in inputs_of(judged, entry, named) if one in gradients):
            found.add(id(entry.statement))
    return found


def beginnings(judged: Judged, entries: list[Entry]) -> set[int]:
    """What is computed of the forward half alone, named a gradient, and goes into wrong lines: dout = y - t."""
    graph = judged.watched.graph
    wrong = {line.entry.node.id for line in judged.lines if line.verdict == "wrong"}
    into = graph.reaching(max(wrong)) if wrong else set[int]()
    return {
        entry.node.id
        for entry in entries
        if entry.kind == "name" and entry.node.op is not None and entry.node.id in into
        if not is_unpacking(entry.statement) and BEGINNING.match(entry.name)
    }


def of_copies(judged: Judged) -> set[int]:
    """Lines that give another one's gradient a second name without a change, and that name's gradient is another."""
    found = set[int]()
    for line in judged.lines:
        is_copy = isinstance(line.entry.statement, ast.Assign) and isinstance(line.entry.statement.value, ast.Name)
        if is_copy and line.entry.kind == "name" and line.of and not line.is_of_leaf:
            value = np.asarray(judged.values[line.entry.node.id], dtype=np.float64)
            if not line.is_right(value) and all(value.shape == truth.shape for truth in line.truths):
                found.add(id(line.entry.statement))
    return found


def recomputed(judged: Judged) -> dict[int, tuple[Array, Array]]:
    """By their identity, the lines that compute a value of the forward half again and get another one: both."""
    forward: dict[str, list[Array]] = {}
    before = {id(entry.statement) for entry in judged.watched.journal if entry.node.id in judged.forward}
    again: list[Entry] = []
    for entry in judged.watched.journal:
        if entry.kind != "name" or not entry.node.shape or entry.node.op is None:
            continue
        if not any(isinstance(n, (ast.BinOp, ast.Call)) for n in ast.walk(entry.statement)):
            continue
        if entry.node.id in judged.forward:
            forward.setdefault(entry.name, []).append(np.asarray(judged.values[entry.node.id], dtype=np.float64))
        elif judged.is_behind(entry.node.id) and id(entry.statement) not in before:
            again.append(entry)
    named = {(id(line.entry.statement), line.entry.target) for line in judged.lines if line.of}
    found: dict[int, tuple[Array, Array]] = {}
    for entry in again:
        rights = forward.get(entry.name, [])
        of_gradient = entry.name[0] in "d∂" and any(True for _ in meanings(entry.name))
        if not rights or of_gradient or (id(entry.statement), entry.target) in named:
            continue
        value = np.asarray(judged.values[entry.node.id], dtype=np.float64)
        alike = [one for one in rights if one.shape == value.shape]
        if not any(same(value, one) for one in rights):
            found.setdefault(id(entry.statement), (value, (alike or rights)[-1]))
    return found


def of_lists(judged: Judged, is_known: Callable[[int], bool]) -> set[int]:
    """Lines that make a list of what are no gradients, out of values of the forward half: [h + t for h, t in pairs]."""
    watched, found = judged.watched, set[int]()
    for node in watched.graph.nodes[min(judged.start, judged.loss.id + 1) :]:
        statement = watched.statements.get(id(node.place))
        value = getattr(statement, "value", None)
        if statement is None or not isinstance(value, (ast.ListComp, ast.List)) or node.op is None:
            continue
        named = isinstance(statement, ast.Assign) and any(True for _ in meanings(ast.unparse(statement.targets[0])))
        if named and judged.is_behind(node.id) and not is_known(node.id):
            found.add(id(statement))
    return found


def without_gradient(judged: Judged, entries: list[Entry], gradients: set[int]) -> set[int]:
    """Lines that give what is named a gradient and made of none: of a local derivative that is a slope of an op."""
    graph, found = judged.watched.graph, set[int]()
    slopes: dict[int, Array] = {}
    for edge in graph.edges[:MOST]:
        part, upstream = judged.contributions[edge.id], judged.truths.get(edge.target)
        if part is not None and upstream is not None and np.shape(part) == upstream.shape and (upstream != 0).all():
            slopes[edge.id] = np.asarray(part) / upstream
    known = Known(slopes)
    right = [line.entry.node.id for line in judged.lines if line.of and line.verdict == "right"]
    begun = min(right, default=len(graph.nodes))
    for entry in entries:
        if (
            entry.kind != "name"
            or is_unpacking(entry.statement)
            or entry.node.op is None
            or entry.node.id in gradients
            or entry.node.id <= begun
        ):
            continue
        value = np.asarray(judged.values[entry.node.id], dtype=np.float64)
        if entry.node.shape and any(True for _ in meanings(entry.name)) and known.find(value) is None:
            found.add(id(entry.statement))
    return found


def partial_sums(judged: Judged) -> list[Array]:
    """What some of a node's uses give together, on the way to its gradient."""
    by_source: dict[int, list[Array]] = {}
    for edge in judged.watched.graph.edges[:MOST]:
        part = judged.contributions[edge.id]
        if part is not None:
            by_source.setdefault(edge.source, []).append(np.asarray(part, dtype=np.float64))
    found: list[Array] = []
    for parts in by_source.values():
        if 2 < len(parts) <= MOST_USES and len(found) < MOST_SUMS:
            found += [sum(some, np.zeros(())) for n in range(2, len(parts)) for some in combinations(parts, n)]
    return found


def inputs_of(judged: Judged, entry: Entry, named: set[int]) -> set[int]:
    """The values of other lines that a line has."""
    nodes = judged.watched.graph.nodes
    found: set[int] = set()
    pending, seen = list(entry.node.inputs), set(entry.node.inputs)
    while pending:
        id = pending.pop()
        if not judged.is_behind(id):
            continue
        if id in named:
            found.add(id)
            continue
        more = [i for i in nodes[id].inputs if i not in seen]
        seen.update(more)
        pending += more
    return found


def strict_nodes(judged: Judged) -> set[int]:
    """What is assigned whole, by one line, to a name that means the gradient of something."""
    lines: dict[tuple[int, str], set[int]] = {}
    for line in judged.lines:
        lines.setdefault((id(line.entry.scope), line.entry.target), set()).add(id(line.entry.statement))
    return {
        line.entry.node.id
        for line in judged.lines
        if line.of and line.entry.kind == "name" and len(lines[id(line.entry.scope), line.entry.target]) == 1
    }


def misnamed(judged: Judged) -> set[int]:
    """What is assigned for the first time to a name that is bound again, and is the gradient of another one."""
    return {line.entry.node.id for line in judged.lines if is_misnamed(judged, line)}


def is_misnamed(judged: Judged, line: Line) -> bool:
    """Whether a line that is not its name's last gives what is right by its numbers, but not what its name means."""
    statement = line.entry.statement
    if (
        line.last
        or not line.of
        or line.is_of_leaf
        or line.entry.kind != "name"
        or not isinstance(statement, ast.Assign)
    ):
        return False
    if is_unpacking(statement) or any(
        isinstance(n, ast.Name) and n.id == line.entry.target for n in ast.walk(statement.value)
    ):
        return False
    value = np.asarray(judged.values[line.entry.node.id], dtype=np.float64)
    forms = [value, *[value.reshape(truth.shape) for truth in line.truths if truth.size == value.size]]
    return not any(line.is_right(form) for form in forms)


def knower(judged: Judged, known: Known, counts: set[int], strict: set[int], other: set[int]) -> Callable[[int], bool]:
    """Whether a node's value is a gradient, what comes back along an edge, or such times a number of samples.

    strict: nodes that are to be the whole gradient.  other: those that are not what their names mean.
    """

    def value_of(line: Line) -> Array:
        return np.asarray(judged.values[line.entry.node.id], dtype=np.float64)

    held = {line.entry.node.id: True for line in judged.lines if line.verdict == "right"}
    other = other | {
        one.entry.node.id for one in judged.lines if one.verdict == "wrong" and is_turned(one, value_of(one))
    }
    held.update(dict.fromkeys(other, False))
    idle = {truth.shape for truth in judged.truths.values() if not truth.any()}
    along = Known({i: np.asarray(c, np.float64) for i, c in enumerate(judged.contributions[:MOST]) if c is not None})

    def is_known(id: int) -> bool:
        if id not in held:
            value: Array = np.asarray(judged.values[id], dtype=np.float64)
            if not value.any() and value.shape in idle:
                held[id] = True
                return True
            forms = [value, *(value / n for n in sorted(counts)[:4])]
            ways = (known,) if id in strict else (known, along)
            held[id] = any(one.find(form) is not None for form in forms for one in ways)
        return held[id]

    return is_known
