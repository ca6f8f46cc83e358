"""Lines that are right with these numbers, and would not be with others."""

from __future__ import annotations

import ast

import numpy as np

from gradlens.engine.diagnosing.backward_code.excuses import divides
from gradlens.engine.diagnosing.backward_code.lines import Judged


def fragile_lines(judged: Judged) -> dict[int, str]:
    """By statement, the sentence that says why it is right by chance."""
    found: dict[int, str] = {}
    for line in judged.lines:
        statement = line.entry.statement
        if line.verdict != "right":
            continue
        base = line.of[0] if line.of else None
        if base is not None and base.op is None and line.entry.node.shape == (1, *base.shape):
            if not keeps_axis(statement):
                found[id(statement)] = "line-fragile-sum"
        elif passes_at_zero(statement):
            found[id(statement)] = "line-fragile-mask"
    behind = [line for line in judged.lines if line.verdict == "right"]
    statements = {id(line.entry.statement): line.entry.statement for line in judged.lines}
    if behind and is_mean_of_one(judged) and not any(map(divides, statements.values())):
        found.setdefault(id(behind[0].entry.statement), "line-fragile")
    return found


def keeps_axis(statement: ast.stmt) -> bool:
    """Whether a line sums, or may, and keeps the axis that it sums along."""
    return any(isinstance(node, ast.Call) for node in ast.walk(statement))


def passes_at_zero(statement: ast.stmt) -> bool:
    """Whether a mask lets 0 through: dh * (h >= 0), or dh[h < 0] = 0."""
    written: list[ast.AST] = list(statement.targets) if isinstance(statement, ast.Assign) else []
    cleared = [node for target in written if isinstance(target, ast.Subscript) for node in ast.walk(target.slice)]
    value = getattr(statement, "value", None)
    kept = [] if value is None else list(ast.walk(value))
    return any(compares(node, ast.Lt) for node in cleared) or any(compares(node, ast.GtE) for node in kept)


def compares(node: ast.AST, how: type[ast.cmpop]) -> bool:
    """Whether a piece of syntax compares with 0."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or type(node.ops[0]) is not how:
        return False
    right = node.comparators[0]
    return isinstance(right, ast.Constant) and right.value == 0


def is_mean_of_one(judged: Judged) -> bool:
    """Whether the loss is a mean over a batch of one."""
    graph = judged.watched.graph
    for reached in graph.reaching(judged.loss.id):
        node = graph.nodes[reached]
        if node.op is None:
            continue
        source = graph.nodes[node.inputs[0]].shape
        if node.op.averages and source and source[0] == 1 and all(n == 1 for n in node.shape):
            return True
        if node.op.name == "div" and all(n == 1 for n in node.shape):
            below = graph.nodes[node.inputs[1]].value
            if below is not None and np.size(below) == 1 and float(np.asarray(below).reshape(())) == 1:
                return True
    return False
