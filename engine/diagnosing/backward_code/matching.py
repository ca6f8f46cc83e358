"""Whether each line of a backward half is the gradient that it stands for.

Where its name tells of no gradient, it is judged by its numbers alone: where they are those of some node's gradient it
is right, else nothing is said of it.
"""

from __future__ import annotations

import ast
from collections import Counter

import numpy as np

from gradlens.engine.diagnosing.backward_code.gradients import Parts, class_at, parts_by_class, parts_of, zero
from gradlens.engine.diagnosing.backward_code.known_gradients import TOLERANCE, Known, largest_of, same
from gradlens.engine.diagnosing.backward_code.lines import Line
from gradlens.engine.diagnosing.backward_code.watching import Watched
from gradlens.engine.graph import Graph
from gradlens.engine.language.objects import Instance
from gradlens.engine.language.outputs.journal import Entry
from gradlens.engine.values import Array, Value

CANCELLED = 1e-13  # beside the terms of a sum: 0 but for rounding
SMALL = 1e-6  # beside the others: a gradient that is 0 but for rounding is right whatever it is made of
REARRANGING = frozenset(("transpose", "reshape", "permute", "flatten", "ravel", "squeeze", "expand_dims", "moveaxis"))


def judge(
    lines: list[Line],
    watched: Watched,
    values: list[Value],
    truths: dict[int, Array],
    contributions: list[Value | None],
    by_class: bool = True,
) -> None:
    """Give every line its verdict.

    contributions: of edges.  by_class: whether a class may give what comes back from its own uses alone.
    """
    known, graph = Known(truths), watched.graph
    parts = parts_of(graph, contributions)
    of_classes = parts_by_class(watched, contributions, parts) if by_class else {}
    inside = class_at(watched.syntax.body)
    targets: dict[int, list[int]] = {}
    for edge in graph.edges:
        targets.setdefault(edge.source, []).append(edge.target)
    changed: set[tuple[int, str]] = set()
    scopes: dict[tuple[ast.stmt, str], set[int]] = {}
    for line in lines:
        scopes.setdefault((line.entry.statement, line.entry.target), set()).add(id(line.entry.scope))
    times = Counter((line.entry.statement, id(line.entry.scope), line.entry.target) for line in lines)
    for line in lines:
        entry = line.entry
        value = np.asarray(values[entry.node.id], dtype=np.float64)
        line.of = [node for node in line.of if node.kind != "constant" or node.id in truths]  # else it has no gradient
        line.truths = [zero(truths, node) for node in line.of]
        if entry.kind == "share":
            shared = parts_for(line, parts) or line.truths
            idle = any(target not in truths for node in line.of for target in targets.get(node.id, ()))
            if adds_up(line, lines):
                line.truths = [*shared, *([np.zeros(line.of[0].shape)] if line.of and idle else [])]
        elif entry.function and len(scopes[entry.statement, entry.target]) > 1:
            # Of a step that is called several times, the part that comes back from its own use.
            line.wholes = [part for node in line.of if node.id in parts for part in parts[node.id].wholes]
            line.truths += parts_for(line, parts)
        if of_classes and (place := inside.get(entry.statement.lineno)) is not None:
            here = [of_classes[node.id, place] for node in line.of if (node.id, place) in of_classes]
            line.truths += here
            line.wholes += here
        line.slack = slack_of(line, truths, targets)
        place = (id(entry.scope), entry.target)
        if line.is_right(value):
            line.verdict = "right"
            changed.add(place)
            continue
        anyhow = known.find(value) is not None
        if not line.last and entry.kind == "name" and times[entry.statement, *place] > 1:
            # Of a state what comes back from the next step: the rest is added in the next turn.
            changed |= {place} if any(same(value, part) for part in parts_for(line, parts)) else set()
        if hands_on(entry, anyhow) and (id(entry.scope), entry.name) in changed:
            line.verdict = "right"  # self.dh = dh
        elif not line.of or not line.last or is_written_later(entry, value) or is_zeros(line, value, graph, truths):
            line.verdict = "right" if anyhow else "unjudged"
            if anyhow and not line.of:
                changed.add(place)
        elif anyhow and place in changed and entry.kind in ("change", "name") and not is_part(line, value, parts):
            line.verdict = "right"  # the same array, further back: dh[h <= 0] = 0
        elif (
            line.of[0].op is None
            and entry.kind not in ("return", "share")
            and is_given(entry)
            and not is_begun(line, value, lines)
        ):
            line.verdict = "unjudged"  # a step such as dx = 0.1
        elif entry.kind == "return" and not line.truths[0].any():
            line.verdict = "unjudged"  # what has no slope is given one: a straight-through estimator
        elif not line.seen and (
            type(entry.owner) is Instance or all(value.size != truth.size for truth in line.truths)
        ):
            line.verdict = "unjudged"  # of another call or object, where the name is not to be seen from here
        elif line.of[0].op is not None and is_rearranged(line, graph, values):
            line.verdict = "right"
        else:
            line.verdict = "wrong"


def parts_for(line: Line, parts: dict[int, Parts]) -> list[Array]:
    """What comes back to what a line is the gradient of, in parts."""
    held = [parts[node.id] for node in line.of if node.id in parts]
    return [part for one in held for part in (*one.uses, *one.wholes)]


def is_part(line: Line, value: Array, parts: dict[int, Parts]) -> bool:
    """Whether a line gives of an input's gradient what comes back from one use alone: db = da in the last turn."""
    return line.is_of_leaf and any(same(value, part) for part in parts_for(line, parts))


def is_written_later(entry: Entry, value: Array) -> bool:
    """Whether a line makes zeros that something is added to later, under whatever name."""
    return entry.cell is not None and entry.cell.id != entry.node.id and not value.any()


def is_zeros(line: Line, value: Array, graph: Graph, truths: dict[int, Array]) -> bool:
    """Whether a line makes zeros of nothing that has a gradient, to which something is added by another name."""
    node = line.entry.node
    if value.any() or node.op is None or not node.shape:
        return False
    return truths.keys().isdisjoint(graph.reaching(node.id))


def hands_on(entry: Entry, anyhow: bool) -> bool:
    """Whether a line keeps what a name of the same kind stands for in an object: self.dh = dh.

    anyhow: whether its value is the gradient of anything.
    """
    value = getattr(entry.statement, "value", None)
    if entry.kind != "attribute" or value is None:
        return False
    if isinstance(value, ast.Name):
        return value.id == entry.name
    return anyhow and any(isinstance(n, ast.Name) and n.id == entry.name for n in ast.walk(value))


def adds_up(line: Line, lines: list[Line]) -> bool:
    """Whether a share in a gradient leaves the others as they are: it is added, or the first."""
    first = next(one for one in lines if one.entry.kind == "share" and one.entry.holder is line.entry.holder)
    return line is first or not isinstance(line.entry.statement, ast.Assign)


def slack_of(line: Line, truths: dict[int, Array], targets: dict[int, list[int]]) -> float:
    """Of a sum that cancels out, as of a bias before batch norm, what its terms' last figures may leave; else 0."""
    if not line.of:
        return 0.0
    terms = max((largest_of(truths[id]) for id in targets.get(line.of[0].id, ()) if id in truths), default=0.0)
    return TOLERANCE * terms if largest_of(zero(truths, line.of[0])) <= CANCELLED * terms else 0.0


def is_rearranged(line: Line, graph: Graph, values: list[Value]) -> bool:
    """Whether a line gives a right gradient another form under its own name: dout = dout.transpose(0, 2, 3, 1)."""
    entry, node = line.entry, line.entry.node
    value = getattr(entry.statement, "value", None)
    if value is None or not any(isinstance(n, ast.Name) and n.id == entry.target for n in ast.walk(value)):
        return False
    while node.op is not None and node.op.name in REARRANGING:
        node = graph.nodes[node.inputs[0]]
        if line.is_right(np.asarray(values[node.id], dtype=np.float64)):
            return True
    return False


def is_turned(line: Line, value: Array) -> bool:
    """Whether a line on the way has the right numbers with the other sign, which a later line may turn round."""
    return bool(line.of) and line.of[0].op is not None and line.is_right(-value)


def is_begun(line: Line, value: Array, lines: list[Line]) -> bool:
    """Whether a line begins a sum to which nothing is added: zeros in the shape of an array."""
    node, target = line.entry.node, (line.entry.target, line.entry.function)
    if node.op is not None or not node.shape or node.shape != line.of[0].shape or value.any():
        return False
    return sum((one.entry.target, one.entry.function) == target for one in lines) == 1


def is_given(entry: Entry) -> bool:
    """Whether a value was not computed from anything of the program, or is not assigned: a name that runs in a loop."""
    assigning = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)  # of the last np.add.at(dE, idx, dout)
    return entry.node.op is None or not isinstance(entry.statement, assigning)
