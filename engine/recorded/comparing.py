"""Two traces laid over each other: the first value, edge or gradient in which they differ, or that turns NaN."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from gradlens.engine.recorded.records import Recorded, RecordedEdge, RecordedNode, outgoing, recorded
from gradlens.engine.recorded.trace_files import load
from gradlens.engine.recorded.verifying import at, furthest
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array, Shape, size_of

TOLERANCES = {"float64": 1e-9, "float32": 1e-4, "float16": 2e-2}  # relative, and of the largest element of an array
# Ops by the names that frameworks have for them: matched where their inputs are.
SYNONYMS = {
    "mm": "matmul", "bmm": "matmul", "mv": "matmul", "dot": "matmul", "t": "transpose", "permute": "transpose",
    "true_divide": "div", "threshold": "relu",
}  # fmt: skip

MOST_COMPARED = 10_000_000  # numbers of arrays of one shape that are compared by value

Source = Recorded | Trace | str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """kind: "value", "contribution" (of an edge), "gradient", "value-nan" or "gradient-nan" (of theirs alone).

    ours, theirs: ids of the node, or of the edge's source.  ours_edge, theirs_edge: of the edge.  index: where both are
    furthest apart.
    """

    kind: str
    ours: int | None
    theirs: int
    ours_edge: int | None
    theirs_edge: int | None
    index: tuple[int, ...]
    numbers: tuple[float, float]
    sentence: str


@dataclass(slots=True)
class Comparison:
    """agree: whether all that was compared is equal.  matched: pairs of node ids, ours and theirs.

    ours_alone, theirs_alone: nodes that have no partner.  compared: how many values, contributions and gradients.

    >>> ours, theirs = (gradlens.trace(f"y = x * {k}", {"x": 3.0}) for k in (2, 4))
    >>> gradlens.compare(ours, theirs).first.numbers
    (6.0, 12.0)
    """

    agree: bool = True
    first: Difference | None = None
    matched: dict[int, int] = field(default_factory=dict[int, int])
    compared: dict[str, int] = field(default_factory=dict[str, int])
    ours_alone: list[str] = field(default_factory=list[str])
    theirs_alone: list[str] = field(default_factory=list[str])

    def __repr__(self) -> str:
        if self.first is not None:
            return self.first.sentence
        counts = ", ".join(f"{count} {kind}s" for kind, count in self.compared.items())
        return f"No difference in {counts or 'anything: no node of one is one of the other'}."


@np.errstate(all="ignore")
def compare(
    ours: Source, theirs: Source, names: Mapping[str, str] | None = None, *, rtol: float | None = None
) -> Comparison:
    """Lay two traces over each other, values on the way forward, then contributions and gradients on the way back.

    Nodes are matched by their names, as `names` says first (ours to theirs), by the same op on matched nodes, and
    arrays by equal values where one alone has them; the outputs are one another.  rtol: relative to each number, and to
    the largest of its array; by default that of the coarser precision of both.
    Errors: those of `load`.  Raises KeyError for a name in `names` that a trace does not have.

    >>> right = gradlens.trace("h = x * w\\nL = h ** 2", {"x": 2.0, "w": 3.0})
    >>> other = gradlens.trace("h = x * w\\nL = h ** 2 + 0 * x", {"x": 2.0, "w": 3.0})
    >>> gradlens.compare(right, right).agree
    True
    >>> gradlens.compare(right, gradlens.trace("h = x * w\\nL = h ** 3", {"x": 2.0, "w": 3.0}))
    The value of L differs: 36 in ours, 216 in theirs.
    """
    left, right = as_record(ours), as_record(theirs)
    tolerance = rtol if rtol is not None else max(TOLERANCES[one.precision] for one in (left, right))
    found = Comparison(matched=Matcher(left, right, names or {}, tolerance).pairs())
    partners = {theirs: ours for ours, theirs in found.matched.items()}
    found.ours_alone = [node.label for node in left.nodes if node.id not in found.matched and node.op != "constant"]
    found.theirs_alone = [node.label for node in right.nodes if node.id not in partners and node.op != "constant"]
    differences = Overlay(left, right, found, tolerance)
    found.first = (
        next(differences.forward(), None) or first_nan(left, right, partners) or next(differences.backward(), None)
    )
    found.agree = found.first is None and bool(found.matched)
    return found


def as_record(source: Source) -> Recorded:
    if isinstance(source, Recorded):
        return source
    return recorded(source) if isinstance(source, Trace) else load(source)


def differs(ours: Array, theirs: Array, tolerance: float) -> tuple[int, ...] | None:
    """Where two arrays of one shape are furthest apart, if they differ."""
    finite = np.abs(theirs[np.isfinite(theirs)])
    largest = float(finite.max()) if finite.size else 0.0
    return furthest(ours, theirs, tolerance * (np.abs(theirs) + largest))


class Matcher:
    """Which node of ours is which of theirs."""

    def __init__(self, ours: Recorded, theirs: Recorded, names: Mapping[str, str], tolerance: float):
        self.ours = ours
        self.theirs = theirs
        self.names = names
        self.tolerance = tolerance
        self.found: dict[int, int] = {}
        self.taken: set[int] = set()

    def pairs(self) -> dict[int, int]:
        self.by_name()
        self.by_value(is_input=True)
        self.by_structure()
        self.by_value(is_input=False)
        self.by_structure()
        self.match(self.ours.nodes[self.ours.output], self.theirs.nodes[self.theirs.output])
        return dict(sorted(self.found.items()))

    def match(self, ours: RecordedNode, theirs: RecordedNode) -> None:
        if ours.id not in self.found and theirs.id not in self.taken and size(ours) == size(theirs):
            self.found[ours.id] = theirs.id
            self.taken.add(theirs.id)

    def by_name(self) -> None:
        """Of a name that is bound again, the last."""
        for mine, other in self.names.items():
            self.match(self.ours[mine], self.theirs[other])
        named = {node.name: node for node in self.theirs.nodes if node.name}
        plain = {name.replace(".", "_"): node for name, node in named.items()}
        for name, node in {node.name: node for node in self.ours.nodes if node.name}.items():
            other = named.get(name) or plain.get(name or "")
            if other is not None:
                self.match(node, other)

    def by_value(self, is_input: bool) -> None:
        """Arrays that are equal in one node of each alone."""
        by_shape: dict[Shape, tuple[list[RecordedNode], list[RecordedNode]]] = {}
        for record, others, side in ((self.ours, self.found, 0), (self.theirs, self.taken, 1)):
            for node in record.nodes:
                is_free = node.id not in others and (node.op == "input") is is_input
                if is_free and node.value is not None and node.value.size > 1:
                    by_shape.setdefault(node.shape, ([], []))[side].append(node)
        for mine, others in by_shape.values():
            if len(mine) * len(others) * size_of((mine or others)[0].shape) > MOST_COMPARED:
                continue
            equal = [(one, two) for one in mine for two in others if self.is_equal(one, two)]
            for one, two in equal:
                if sum(one is a for a, _ in equal) == sum(two is b for _, b in equal) == 1:
                    self.match(one, two)

    def is_equal(self, ours: RecordedNode, theirs: RecordedNode) -> bool:
        if ours.value is None or theirs.value is None or size(ours) != size(theirs):
            return False
        return differs(ours.value.reshape(theirs.shape), theirs.value, self.tolerance) is None

    def by_structure(self) -> None:
        made: dict[tuple[object, ...], list[RecordedNode]] = {}
        for node in self.theirs.nodes:
            if node.inputs:
                made.setdefault((SYNONYMS.get(node.op, node.op), *node.inputs), []).append(node)
        for node in self.ours.nodes:
            inputs = [self.found.get(id) for id in node.inputs]
            same = made.get((SYNONYMS.get(node.op, node.op), *inputs), []) if None not in inputs else []
            if len(same) > 1:  # x[0] and x[1] among them
                same = [one for one in same if one.id not in self.taken and self.is_equal(node, one)]
            if inputs and same and node.id not in self.found:
                self.match(node, same[0])


def size(node: RecordedNode) -> tuple[int, ...]:
    """A shape by which nodes are matched: axes of one element are none."""
    return tuple(n for n in node.shape if n != 1)


class Overlay:
    """The differences of two traces whose nodes are matched."""

    def __init__(self, ours: Recorded, theirs: Recorded, comparison: Comparison, tolerance: float):
        self.ours = ours
        self.theirs = theirs
        self.matched = comparison.matched
        self.compared = comparison.compared
        self.tolerance = tolerance

    def off(self, kind: str, ours: Array | None, theirs: Array | None) -> tuple[int, ...] | None:
        if ours is None or theirs is None:
            return None
        self.compared[kind] = self.compared.get(kind, 0) + 1
        return differs(ours.reshape(theirs.shape), theirs, self.tolerance)

    def forward(self) -> Iterator[Difference]:
        """Values, in the order in which ours are computed."""
        for mine, other in self.matched.items():
            node, partner = self.ours.nodes[mine], self.theirs.nodes[other]
            index = self.off("value", node.value, partner.value)
            if index is not None:
                one, two = numbers(node.value, partner.value, index)
                known = all(id in self.matched for id in node.inputs)
                made = "; what it is made of agrees" if node.inputs and known else ""
                yield Difference(
                    "value", mine, other, None, None, index, (one, two),
                    f"The value of {called(node, partner)}{at(index)} differs: {one:.6g} in ours, {two:.6g} in"
                    f" theirs{made}.",
                )  # fmt: skip

    def backward(self) -> Iterator[Difference]:
        """Contributions and gradients, in the order in which ours are computed."""
        uses, other_uses = outgoing(self.ours.edges), outgoing(self.theirs.edges)
        for mine, other in reversed(self.matched.items()):
            node, partner = self.ours.nodes[mine], self.theirs.nodes[other]
            for edge in sorted(uses.get(mine, []), key=lambda edge: (-edge.target, edge.argnum)):
                same = self.partner_of(edge, other_uses.get(other, []))
                if same is None:
                    continue
                index = self.off("contribution", edge.contribution, same.contribution)
                if index is not None:
                    target = called(self.ours.nodes[edge.target], self.theirs.nodes[same.target])
                    one, two = numbers(edge.contribution, same.contribution, index)
                    yield Difference(
                        "contribution", mine, other, edge.id, same.id, index, (one, two),
                        f"What {target} sends back to {called(node, partner)}{at(index)} differs: {one:.6g} in ours,"
                        f" {two:.6g} in theirs; the gradient at {target} agrees.",
                    )  # fmt: skip
            index = self.off("gradient", node.gradient, partner.gradient)
            if index is not None:
                one, two = numbers(node.gradient, partner.gradient, index)
                yield Difference(
                    "gradient", mine, other, None, None, index, (one, two),
                    f"The gradient at {called(node, partner)}{at(index)} differs: {one:.6g} in ours, {two:.6g} in"
                    " theirs; those of all matched nodes behind it agree.",
                )  # fmt: skip

    def partner_of(self, edge: RecordedEdge, others: list[RecordedEdge]) -> RecordedEdge | None:
        """The edge of theirs between the same nodes, if it is one alone, or the one at the same argument."""
        target = self.matched.get(edge.target)
        between = [one for one in others if one.target == target]
        return next((one for one in between if len(between) == 1 or one.argnum == edge.argnum), None)


def numbers(ours: Array | None, theirs: Array | None, index: tuple[int, ...]) -> tuple[float, float]:
    assert ours is not None and theirs is not None
    return float(ours.reshape(theirs.shape)[index]), float(theirs[index])


def called(ours: RecordedNode, theirs: RecordedNode) -> str:
    return ours.label if ours.label == theirs.label or not theirs.name else f"{ours.label} ({theirs.label} in theirs)"


def first_nan(ours: Recorded, theirs: Recorded, partners: Mapping[int, int]) -> Difference | None:
    """Where theirs turns NaN first, in a place that ours need not have: a value made of finite ones, or a contribution
    of a finite gradient.
    """
    if any(has_nan(node.value) or has_nan(node.gradient) for node in ours.nodes):
        return None  # ours tells itself where its first NaN is
    for node in theirs.nodes:
        if has_nan(node.value) and not any(has_nan(theirs.nodes[id].value) for id in node.inputs):
            index = furthest(np.zeros(node.shape), nan_of(node.value), np.zeros(node.shape)) or ()
            sentence = f"The value of {node.label}{at(index)} turns NaN in theirs, while nothing that it is made of is."
            mine = partners.get(node.id)
            return Difference("value-nan", mine, node.id, None, None, index, (np.nan, np.nan), sentence)
    for edge in sorted(theirs.edges, key=lambda edge: (-edge.target, edge.argnum)):
        target, source = theirs.nodes[edge.target], theirs.nodes[edge.source]
        if has_nan(edge.contribution) and not has_nan(target.gradient):
            index = furthest(np.zeros(source.shape), nan_of(edge.contribution), np.zeros(source.shape)) or ()
            sentence = (
                f"What {target.label} sends back to {source.label}{at(index)} turns NaN in theirs, while the gradient"
                f" at {target.label} is not."
            )
            mine = partners.get(source.id)
            return Difference("gradient-nan", mine, source.id, None, edge.id, index, (np.nan, np.nan), sentence)
    return None


def has_nan(array: Array | None) -> bool:
    return array is not None and bool(np.isnan(array).any())


def nan_of(array: Array | None) -> Array:
    """NaN where an array is, else 0."""
    assert array is not None
    return np.where(np.isnan(array), np.nan, 0.0)
