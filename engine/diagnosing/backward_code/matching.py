"""Which gradient each line of a backward half stands for, and whether it is that.

A name says it where it can: dW1 is the gradient of W1 as it is seen from there. Any other line is judged by its
numbers alone: where they are those of some node's gradient it is right, else nothing is said of it.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from gradlens.engine.diagnosing.backward_code.watching import Watched
from gradlens.engine.graph import Edge, Graph, Node
from gradlens.engine.language.objects import DictCell, Instance, ListCell
from gradlens.engine.language.outputs.gradient_names import meanings, said_in_comments
from gradlens.engine.language.outputs.journal import Entry, held_number, node_of
from gradlens.engine.passes.backward import contributing, filled, plan_backward, run_backward
from gradlens.engine.passes.forward import plan_forward, run_forward
from gradlens.engine.values import Array, Value

TOLERANCE = 1e-5  # of the largest element: log(p + 1e-7) is differentiated as log(p)
LEAST = 1e-12
CANCELLED = 1e-13  # beside the terms of a sum: 0 but for rounding
SMALL = 1e-6  # beside the others: a gradient that is 0 but for rounding is right whatever it is made of
REARRANGING = frozenset(("transpose", "reshape", "permute", "flatten", "ravel", "squeeze", "expand_dims", "moveaxis"))
LOCAL = re.compile(r"[d∂](\w+?)_?[d∂]_?(\w+)")
BEHIND = re.compile(r"(\w*?)_?(?:backward|back|bwd|grad|gradient|bp)_?(\w*)", re.IGNORECASE)


@dataclass(eq=False, slots=True)
class Line:
    """One assignment of the backward half.

    of: the nodes whose gradient its name means; base: by which name.  last: whether its target is assigned no more.
    verdict: "right", "wrong", or "unjudged".  key: which assignment it is, in a program with another line too.
    truths: what it may be, where its name says that.  seen: whether the line itself sees what it is the gradient of.
    scales: whether it may be divided by the number of samples later.  slack: where its gradient is 0 but for rounding,
      how far numbers that were rounded may be from it.
    """

    entry: Entry
    of: list[Node]
    base: str
    last: bool
    verdict: str
    key: tuple[int, str, int]
    truths: list[Array] = field(default_factory=list[Array])
    seen: bool = True
    scales: bool = False
    slack: float = 0.0

    def is_right(self, value: Array) -> bool:
        return any(
            same(value, truth) or (self.slack > 0 and value.size == truth.size and largest_of(value) <= self.slack)
            for truth in self.truths
        )


@dataclass(slots=True)
class Judged:
    """A program with its loss and the lines behind it.  contributions: of edges."""

    watched: Watched
    loss: Node
    values: list[Value]
    truths: dict[int, Array]
    lines: list[Line]
    contributions: list[Value | None]


def differentiated(graph: Graph, journal: list[Entry]) -> None:
    """Arrays that a program holds in objects have gradients too, though nothing but its own lines asks for them."""
    kept = {node.id for e in journal if (node := unnamed(e.node, graph)).kind == "constant"}
    if not kept:
        return
    for id in kept:
        graph.nodes[id].differentiable = True
    for edge in graph.edges:
        target = graph.operation(edge.target)
        if not edge.differentiable and graph.nodes[edge.source].differentiable:
            edge.differentiable = target.op.rule(edge.argnum) is not None
        if edge.differentiable:
            target.differentiable = True


def unnamed(node: Node, graph: Graph) -> Node:
    """What a second name of a value stands for."""
    while node.op is not None and node.op.name == "identity":
        node = graph.nodes[node.inputs[0]]
    return node


def values_of(graph: Graph, given: dict[str, Value]) -> list[Value]:
    """The value of every node, both halves."""
    values: list[Value] = [node.value for node in graph.nodes]  # pyright: ignore - the pass sets the others
    for name, value in given.items():
        if name in graph.inputs:
            values[graph.inputs[name]] = value
    with np.errstate(all="ignore"):
        run_forward(plan_forward(graph), values)
    return values


def gradients_of(
    graph: Graph, loss: Node, values: list[Value], upstream: Value | None
) -> tuple[dict[int, Array], list[Value | None]]:
    """The gradient of every node that the loss depends on, and what each edge adds to it.  upstream: at the loss, by
    default 1.
    """
    graph.output = loss.id
    gradients: list[Value | None] = [None] * len(graph.nodes)
    gradients[loss.id] = filled(1.0, loss.shape) if upstream is None else upstream
    contributions: list[Value | None] = [None] * len(graph.edges)
    with np.errstate(all="ignore"):
        run_backward(plan_backward(graph, contributing(graph)), values, gradients, contributions)
    truths = {id: np.array(g, dtype=np.float64) for id, g in enumerate(gradients) if g is not None}
    return truths, contributions


def gradients_inside(graph: Graph, first: int, contributions: list[Value | None]) -> dict[int, Array]:
    """The gradients of the values that go into a part of the graph, from node `first` on, by their uses there."""
    found: dict[int, Array] = {}
    for edge in graph.edges:
        part = contributions[edge.id]
        if part is not None and edge.source < first <= edge.target:
            found[edge.source] = found[edge.source] + part if edge.source in found else np.array(part, np.float64)
    return found


def parts_of(graph: Graph, contributions: list[Value | None]) -> dict[int, list[Array]]:
    """By node that is used several times, what comes back from each use, and from all in each call and turn."""
    uses: dict[int, list[Edge]] = {}
    for edge in graph.edges:
        if contributions[edge.id] is not None:
            uses.setdefault(edge.source, []).append(edge)
    found: dict[int, list[Array]] = {}
    for id, edges in uses.items():
        if len(edges) < 2:
            continue
        by_group: dict[int, Array] = {}
        found[id] = []
        for edge in edges:
            part = np.asarray(contributions[edge.id], dtype=np.float64)
            found[id].append(part)
            group = graph.nodes[edge.target].group
            while group is not None:
                by_group[group] = by_group[group] + part if group in by_group else part
                group = graph.groups[group].parent
        found[id] += by_group.values()
    return found


def parts_by_class(
    watched: Watched, contributions: list[Value | None], parts: dict[int, list[Array]]
) -> dict[tuple[int, int], Array]:
    """By node that is used several times and by the line of a class, what comes back from its uses in that class, where
    there are others: the gradient as a layer knows it, without the penalty on its weights.
    """
    found: dict[tuple[int, int], Array] = {}
    inside = class_at(watched.syntax.body)
    if not inside:
        return found
    uses: dict[int, list[tuple[int | None, Array]]] = {}
    for edge in watched.graph.edges:
        if edge.source in parts and contributions[edge.id] is not None:
            place = inside.get(getattr(watched.graph.nodes[edge.target].place, "lineno", 0))
            uses.setdefault(edge.source, []).append((place, np.asarray(contributions[edge.id], dtype=np.float64)))
    for id, several in uses.items():
        classes = {place for place, _ in several}
        for place in classes if len(classes) > 1 else ():
            if place is not None:
                found[id, place] = np.sum([part for at, part in several if at == place], axis=0)
    return found


def class_at(body: Iterable[ast.stmt]) -> dict[int, int]:
    """By line of the text the class that it stands in, by that one's line."""
    classes = [one for one in body if isinstance(one, ast.ClassDef)]
    return {line: one.lineno for one in classes for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}


def lines_of(watched: Watched, loss: Node, begins: int, ends: int | None) -> list[Line]:
    """The assignments of the backward half, with what their names stand for."""
    journal = watched.journal[:ends]
    lines: list[Line] = []
    counts: dict[tuple[int, str], int] = {}
    for entry in journal[begins:]:
        origin = getattr(entry.statement, "origin", id(entry.statement))
        number = counts[origin, entry.target] = counts.get((origin, entry.target), 0) + 1
        lines.append(Line(entry, [], "", False, "unjudged", (origin, entry.target, number)))
    seen: set[tuple[int, int, str]] = set()
    for line in reversed(lines):
        entry = line.entry
        holder = entry.scope if entry.kind in ("name", "change") else entry.holder
        key = (id(holder), 0, entry.target if entry.kind not in ("attribute", "share") else entry.name)
        line.last = key not in seen or entry.kind == "share"
        seen.add(key)
    resolver = Resolver(watched, loss)
    for line in lines:
        line.base, line.of = resolver.meant(line.entry)
        line.seen = resolver.sees(line.entry, line.base)
    return [line for line in lines if line.of or resolver.behind(line.entry.node).id > loss.id]


class Resolver:
    """What a name means from a line of the backward half: a node of the forward half."""

    def __init__(self, watched: Watched, loss: Node):
        self.loss = loss
        self.graph = watched.graph
        self.forward = [e for e in watched.journal if e.node.id <= loss.id and e.at <= loss.id + 1]
        self.by_name: dict[str, list[Entry]] = {}
        for entry in self.forward:
            self.by_name.setdefault(entry.name, []).append(entry)
        self.states = {id(e.cell): e.node for e in self.forward if e.cell is not None}
        self.reached = watched.graph.reaching(loss.id)
        self.said = said_in_comments(watched.syntax.text)

    def meant(self, entry: Entry) -> tuple[str, list[Node]]:
        """The name that a target is the gradient of, and its nodes, the likeliest first."""
        if entry.kind == "return":
            return entry.name, [entry.holder]
        if entry.kind == "share":
            return self.of_object(entry)
        local = LOCAL.fullmatch(entry.name)
        if local is not None and self.is_other(local[1]) and (local[1] + local[2]) not in self.by_name:
            return "", []
        if entry.kind == "item" and isinstance(entry.key, int):
            return self.of_list(entry)
        said = self.said.get(entry.statement.lineno)
        names = [(base, True) for base in ([said] if said else [])]
        names += [(base, True) for base, _ in meanings(entry.name)]
        if entry.kind == "item" and isinstance(entry.key, str):
            names += [(base, True) for base, _ in meanings(entry.target)]
        for base, _ in names:
            found = [n for n in self.nodes(base, entry) if n.id in self.reached and n.id != entry.node.id]
            if found:
                return base, list(dict.fromkeys(found))
        return "", []

    def sees(self, entry: Entry, base: str) -> bool:
        """Whether a name has a value where an assignment stands, in its object, or in a list."""
        if entry.kind in ("item", "return", "share"):
            return True
        owner = entry.owner.names if type(entry.owner) is Instance else {}
        mine = entry.owner if type(entry.owner) is Instance else None
        return (
            base in entry.scope.names
            or base in owner
            or any(
                e.scope is entry.scope or (mine is not None and (e.owner is mine or e.holder is mine))
                for e in self.by_name.get(base, ())
            )
            or any(
                type(one) is DictCell and base in one.items for one in (*owner.values(), *entry.scope.names.values())
            )
        )

    def is_other(self, name: str) -> bool:
        """Whether dA_dB is no gradient of the loss: A is something else."""
        return name in self.by_name and all(e.node.id != self.loss.id for e in self.by_name[name])

    def nodes(self, base: str, entry: Entry) -> Iterator[Node]:
        if (node := self.node(entry.scope.names.get(base))) is not None and node.id <= self.loss.id:
            yield node
        held = [e for e in self.by_name.get(base, []) if e.target != entry.target]  # grads['W'] of the step before
        yield from (e.node for e in reversed(held) if e.kind in ("name", "change") and e.scope is entry.scope)
        owner = entry.holder if entry.kind == "attribute" and type(entry.holder) is Instance else entry.owner
        if type(owner) is Instance:
            if (node := self.node(owner.names.get(base))) is not None and node.id <= self.loss.id:
                yield node
            mine = [e for e in reversed(held) if e.owner is owner or e.holder is owner]
            for e in mine:
                yield self.states.get(id(e.cell), e.node)  # an array of weights is changed in place elsewhere
                yield e.node
            if mine:
                return
        held_by = (*(owner.names.values() if type(owner) is Instance else ()), *entry.scope.names.values())
        for value in held_by:
            node = self.node(value.items.get(base)) if type(value) is DictCell else None
            if node is not None and node.id <= self.loss.id:
                yield node
        if entry.function:
            behind = BEHIND.fullmatch(entry.function)
            stem = "".join(behind.groups()) if behind else entry.function
            yield from (e.node for e in reversed(held) if e.function and stem and e.function.startswith(stem))
            if entry.scope.names.get(base) is not None:
                return
        yield from (e.node for e in reversed(held) if not e.function or e.kind == "item")

    def node(self, value: object) -> Node | None:
        node = node_of(value, self.graph)
        return None if node is None else self.behind(node)

    def behind(self, node: Node) -> Node:
        """What a second name of a value of the forward half stands for."""
        while (
            node.op is not None
            and node.op.name == "identity"
            and (node.id > self.loss.id or node.id not in self.reached)
        ):
            node = self.graph.nodes[node.inputs[0]]
        return node

    def of_object(self, entry: Entry) -> tuple[str, list[Node]]:
        """self.grad: of the number that the object holds, as self.data."""
        name = held_number(entry.holder) or ""
        held = [e for e in self.by_name.get(name, []) if e.holder is entry.holder]
        target = entry.target.rpartition(".")[0]
        return (f"{target}.{name}", [held[-1].node]) if held else ("", [])

    def of_list(self, entry: Entry) -> tuple[str, list[Node]]:
        """nabla_w[-1]: the item at the same place of the list that its name begins."""
        container = entry.name.removeprefix("self.")
        for base, _ in meanings(container):
            for holder in (entry.scope.names, entry.owner.names if type(entry.owner) is Instance else {}):
                for name, value in holder.items():
                    same = name == base or (len(base) < len(name) and name.startswith(base))
                    if same and type(value) is ListCell and value.items is not None and name != container:
                        key = entry.key
                        if -len(value.items) <= key < len(value.items):
                            node = self.node(value.items[key])
                            if node is not None and node.id in self.reached:
                                return f"{name}[{key}]", [node]
        return "", []


class Known:
    """The gradients of all nodes, found by their numbers."""

    def __init__(self, truths: Mapping[int, Array]):
        self.truths = truths
        self.by_size: dict[int, list[tuple[float, int]]] = {}
        for id, truth in truths.items():
            if np.isfinite(truth).all() and truth.any():
                self.by_size.setdefault(truth.size, []).append((self.sign(truth), id))
        for found in self.by_size.values():
            found.sort()

    @staticmethod
    def sign(array: Array) -> float:
        """A number that tells arrays of one size apart: a sum with weights of no pattern."""
        flat = array.ravel()
        return float(np.sum(flat * np.cos(np.arange(flat.size) * 1.7 + 0.3)))

    def find(self, value: Array) -> int | None:
        """A node whose gradient a value is."""
        signs = self.by_size.get(value.size, [])
        if not signs or not np.isfinite(value).all():
            return None
        size, sign = float(np.max(np.abs(value), initial=0.0)), self.sign(value)
        slack = TOLERANCE * size * value.size**0.5 * 4
        place = bisect_left(signs, (sign - slack, -1))
        for found, id in signs[place : place + 20]:
            if found > sign + slack:
                break
            if same(value, self.truths[id]):
                return id
        return None


def same(value: Array, truth: Array) -> bool:
    """Whether a value is a gradient, axes of size 1 apart."""
    if tuple(n for n in value.shape if n != 1) != tuple(n for n in truth.shape if n != 1):
        return False
    value, truth = value.ravel(), truth.ravel()
    with np.errstate(all="ignore"):
        size = float(np.max(np.abs(truth[np.isfinite(truth)]), initial=0.0))
        close = np.abs(value - truth) <= TOLERANCE * size + LEAST
    return bool((close | (value == truth) | (np.isnan(value) & np.isnan(truth))).all())


def judge(
    lines: list[Line],
    watched: Watched,
    values: list[Value],
    truths: dict[int, Array],
    contributions: list[Value | None],
) -> Known:
    """Give every line its verdict; and the gradients of all nodes, found by their numbers.  contributions: of edges."""
    known, graph = Known(truths), watched.graph
    parts = parts_of(graph, contributions)
    of_classes, inside = parts_by_class(watched, contributions, parts), class_at(watched.syntax.body)
    targets: dict[int, list[int]] = {}
    for edge in graph.edges:
        targets.setdefault(edge.source, []).append(edge.target)
    changed: set[tuple[int, str]] = set()
    scopes: dict[tuple[ast.stmt, str], set[int]] = {}
    for line in lines:
        scopes.setdefault((line.entry.statement, line.entry.target), set()).add(id(line.entry.scope))
    for line in lines:
        entry = line.entry
        value = np.asarray(values[entry.node.id], dtype=np.float64)
        line.of = [node for node in line.of if node.kind != "constant" or node.id in truths]  # else it has no gradient
        line.truths = [zero(truths, node) for node in line.of]
        if entry.kind == "share":
            shared = [part for node in line.of for part in parts.get(node.id, ())] or line.truths
            idle = any(target not in truths for node in line.of for target in targets.get(node.id, ()))
            if adds_up(line, lines):
                line.truths = [*shared, *([np.zeros(line.of[0].shape)] if line.of and idle else [])]
        elif entry.function and len(scopes[entry.statement, entry.target]) > 1:
            # Of a step that is called several times, the part that comes back from its own use.
            line.truths += [part for node in line.of for part in parts.get(node.id, ())]
        if of_classes and (place := inside.get(entry.statement.lineno)) is not None:
            line.truths += [of_classes[node.id, place] for node in line.of if (node.id, place) in of_classes]
        line.slack = slack_of(line, truths, targets)
        place = (id(entry.scope), entry.target)
        if line.is_right(value):
            line.verdict = "right"
            changed.add(place)
            continue
        anyhow = known.find(value) is not None
        if not line.of or not line.last:
            line.verdict = "right" if anyhow else "unjudged"
            if anyhow and not line.of:
                changed.add(place)
        elif anyhow and place in changed and entry.kind in ("change", "name"):
            line.verdict = "right"  # the same array, further back: dh[h <= 0] = 0
        elif line.of[0].op is None and entry.kind not in ("return", "share") and is_given(entry):
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
    return known


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


def largest_of(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0))


def is_turned(line: Line, value: Array) -> bool:
    """Whether a line on the way has the right numbers with the other sign, which a later line may turn round."""
    return bool(line.of) and line.of[0].op is not None and line.is_right(-value)


def zero(truths: dict[int, Array], node: Node) -> Array:
    return truths[node.id] if node.id in truths else np.zeros(node.shape)


def is_given(entry: Entry) -> bool:
    """Whether a value was not computed from anything of the program."""
    return entry.node.op is None or not isinstance(entry.statement, (ast.Assign, ast.AugAssign, ast.AnnAssign))
