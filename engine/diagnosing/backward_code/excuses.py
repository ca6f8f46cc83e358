"""Lines whose numbers are not the gradient that their name means, and that are right nevertheless."""

from __future__ import annotations

import ast

import numpy as np

from gradlens.engine.diagnosing.backward_code.known_gradients import TOLERANCE, largest_of, same
from gradlens.engine.diagnosing.backward_code.lines import Judged, Line
from gradlens.engine.diagnosing.backward_code.matching import SMALL
from gradlens.engine.graph import Graph, Node
from gradlens.engine.passes.forward import plan_forward
from gradlens.engine.values import Array, Value


def scaled(value: Array, truth: Array, counts: set[int]) -> bool:
    """Whether a value is a gradient times a number of samples, by which it may be divided later."""
    return any(same(value / n, truth) for n in counts)


def counts_of(graph: Graph, loss: Node) -> set[int]:
    """How many samples there may be: the sizes of what the loss is made from."""
    return {n for id in graph.reaching(loss.id) for n in graph.nodes[id].shape[:2] if n > 1}


def excuse_scaled(judged: Judged, counts: set[int]) -> None:
    """dZ = A - Y, and 1 / m only in dW: what is divided later is not wrong, where a weight's gradient is right or is
    divided in its own line.
    """
    graph, lines = judged.watched.graph, [line for line in judged.lines if line.of]
    inner = {(line.entry.statement, line.entry.target) for line in lines if line.of[0].op is not None}
    above: set[int] = set()
    is_late = False
    for line in lines:
        if line.of[0].op is None and (line.entry.statement, line.entry.target) not in inner:
            is_late = is_late or divides(line.entry.statement)
            if line.verdict == "right" and not line.slack:  # what is 0 anyhow tells nothing
                above |= graph.reaching(line.entry.node.id)
    for line in lines:
        is_inner = (line.entry.statement, line.entry.target) in inner
        line.scales = is_inner and (is_late or line.entry.node.id in above)
        line.scales = line.scales and line.entry.kind != "share"  # which is by itself what its op adds
        if line.verdict == "wrong" and line.scales:
            value = np.asarray(judged.values[line.entry.node.id], dtype=np.float64)
            if any(scaled(value, truth, counts) for truth in line.truths):
                line.verdict, line.excused = "unjudged", True


def divides(statement: ast.stmt) -> bool:
    """Whether a line divides, or takes a mean."""
    return any(
        (isinstance(n, (ast.BinOp, ast.AugAssign)) and isinstance(n.op, ast.Div))
        or (isinstance(n, ast.Attribute) and n.attr == "mean")
        for n in ast.walk(statement)
    )


def excuse_absorbed(judged: Judged) -> None:
    """What is not the gradient of its name, but gives a right gradient, is meant so: dmu without its sign."""
    graph = judged.watched.graph
    last = max((one.entry.node.id for one in judged.lines if one.verdict == "right" and one.of), default=-1)
    for line in reversed(judged.lines):
        alone = line.entry.kind == "share" or not line.of or line.of[0].op is None
        if line.verdict != "wrong" or alone or line.entry.node.id >= last:
            continue
        made = graph.made_from({line.entry.node.id}) - {line.entry.node.id}
        size = SMALL * largest(judged, line)
        behind = [
            one
            for one in judged.lines
            if one.verdict == "right" and one.of and one.entry.node.id in made
            if not one.slack and largest(judged, one) > size
        ]
        if behind and is_used(judged, line, behind):
            line.verdict = "unjudged"


def largest(judged: Judged, line: Line) -> float:
    return largest_of(np.asarray(judged.values[line.entry.node.id]))


def is_used(judged: Judged, line: Line, behind: list[Line]) -> bool:
    """Whether any line behind another one would have other numbers if that had: dvar * np.mean(x - mu) has not, and
    what is right with the gradient of its name too tells nothing.
    """
    value = np.asarray(judged.values[line.entry.node.id], dtype=np.float64)
    moved = [value * (1.5 + np.cos(np.arange(value.size).reshape(value.shape)))]
    moved += [truth for truth in line.truths[:1] if truth.shape == value.shape]
    return all(is_other(judged, line, one, behind) for one in moved)


def is_other(judged: Judged, line: Line, moved: Array, behind: list[Line]) -> bool:
    """Whether any line behind another one has other numbers where that has those that are given."""
    made = judged.watched.graph.made_from({line.entry.node.id})
    new: dict[int, Value] = {line.entry.node.id: moved if moved.shape else float(moved)}
    with np.errstate(all="ignore"):
        for kernel, target, a, b, more in plan_forward(judged.watched.graph):
            if target in made and target != line.entry.node.id:
                inputs = (a,) if b is None else (a, b) if more is None else more
                new[target] = kernel(*[new[i] if i in new else judged.values[i] for i in inputs])
    for one in behind:
        id = one.entry.node.id
        before, after = np.asarray(judged.values[id]), np.asarray(new[id])
        if largest_of(after - before) > TOLERANCE * largest_of(before):
            return True
    return False
