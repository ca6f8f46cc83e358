"""A recorded trace checked by itself: every gradient is the sum of what its node's uses deliver."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np

from gradlens.engine.recorded.records import Recorded, RecordedEdge, RecordedNode, outgoing, recorded
from gradlens.engine.recorded.trace_files import load
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array, Shape

# Of the sizes that are summed: what the order of a sum and the rounding of its parts leave.
TOLERANCES = {"float64": 1e-9, "float32": 1e-4, "float16": 5e-2}


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a trace contradicts itself first, on the way back from the output.

    kind: "sum", a gradient is not what its edges deliver; "product", a contribution is not upstream × local; "input",
    an input's gradient is told otherwise beside the nodes.  given, right: at `index`, where they are furthest apart.
    """

    kind: str
    node: int
    edge: int | None
    index: tuple[int, ...]
    given: float
    right: float
    sentence: str


@dataclass(slots=True)
class Verified:
    """ok: whether nothing contradicts itself.  sums, products: how many were checked.

    unchecked: nodes whose gradient or whose edges' contributions were not recorded.

    >>> gradlens.verify(gradlens.trace("y = x * x", {"x": 3.0})).ok
    True
    """

    ok: bool = True
    sums: int = 0
    products: int = 0
    unchecked: list[str] = field(default_factory=list[str])
    fault: Fault | None = None

    def __repr__(self) -> str:
        if self.fault is not None:
            return self.fault.sentence
        told = f"{self.sums} gradients are the sums of their contributions, {self.products} contributions are products"
        return told + (f"; {len(self.unchecked)} nodes have no numbers to check" if self.unchecked else "")


@np.errstate(all="ignore")
def verify(trace: Recorded | Trace | str | os.PathLike[str]) -> Verified:
    """Check a trace by its own numbers: each gradient is the sum of its contributions, plus the seed at the output, and
    each contribution of an elementwise op is the upstream gradient times the local derivative.

    trace: a trace, a recorded one, or the path of its file.
    Errors: those of `load`.

    >>> trace = gradlens.trace("y = x * x", {"x": 3.0})
    >>> gradlens.verify(trace)
    2 gradients are the sums of their contributions, 2 contributions are products
    """
    record = trace if isinstance(trace, Recorded) else recorded(trace) if isinstance(trace, Trace) else load(trace)
    tolerance = TOLERANCES[record.precision]
    uses = outgoing(record.edges)
    found = Verified()
    for node in reversed(record.nodes):
        edges = uses.get(node.id, [])
        for edge in sorted(edges, key=lambda edge: (-edge.target, edge.argnum)):
            found.fault = found.fault or product_fault(record, edge, tolerance, found)
        found.fault = found.fault or sum_fault(record, node, edges, tolerance, found)
        if found.fault is not None:
            break
    found.fault = found.fault or input_fault(record, tolerance)
    found.ok = found.fault is None
    return found


def sum_fault(
    record: Recorded, node: RecordedNode, edges: list[RecordedEdge], tolerance: float, found: Verified
) -> Fault | None:
    """Whether a node's gradient is another than the sum of what its edges deliver."""
    if node.gradient is None:
        if "gradient" in node.left_out:
            found.unchecked.append(node.label)
        return None
    if any("contribution" in edge.left_out for edge in edges):
        found.unchecked.append(node.label)
        return None
    parts = [edge.contribution for edge in edges if edge.contribution is not None]
    if node.id == record.output:
        if record.seed is None:
            found.unchecked.append(node.label)
            return None
        parts.append(np.broadcast_to(record.seed, node.shape))
    elif edges and not parts and node.gradient.any():
        found.unchecked.append(node.label)  # of a framework that tells no contributions
        return None
    total = np.zeros(node.shape) if not parts else np.sum(parts, axis=0)
    size = np.sum([np.abs(part) for part in parts], axis=0) if parts else np.zeros(node.shape)
    found.sums += 1
    index = furthest(node.gradient, total, tolerance * size)
    if index is None:
        return None
    given, right = float(node.gradient[index]), float(total[index])
    sentence = (
        f"The gradient at {node.label}{at(index)} is {given:.6g}, but what its"
        f" {len(parts)} {'use delivers' if len(parts) == 1 else 'uses deliver'} adds up to {right:.6g}."
    )
    return Fault("sum", node.id, None, index, given, right, sentence)


def product_fault(record: Recorded, edge: RecordedEdge, tolerance: float, found: Verified) -> Fault | None:
    """Whether a contribution is another than upstream × local, summed where the source was stretched."""
    source, target = record.nodes[edge.source], record.nodes[edge.target]
    if edge.local is None or edge.contribution is None or target.gradient is None:
        return None
    product = target.gradient * edge.local
    if not np.isfinite(product).all():
        return None  # what an op does not choose passes nothing, not even of an infinite upstream
    right, size = summed_to(product, source.shape), summed_to(np.abs(product), source.shape)
    if right is None or size is None:
        return None
    found.products += 1
    index = furthest(edge.contribution, right, tolerance * size)
    if index is None:
        return None
    given, wanted = float(edge.contribution[index]), float(right[index])
    sentence = (
        f"What {target.label} delivers to {source.label}{at(index)} is {given:.6g}, but upstream × local is"
        f" {wanted:.6g}."
    )
    return Fault("product", edge.source, edge.id, index, given, wanted, sentence)


def input_fault(record: Recorded, tolerance: float) -> Fault | None:
    """Whether the gradients by name are others than those of nodes of these names."""
    for name, given in record.gradients.items():
        nodes = [node for node in record.nodes if node.name == name and node.gradient is not None]
        same = [node for node in nodes if node.shape == given.shape]
        if not nodes or any(furthest(given, there(node), tolerance * np.abs(given)) is None for node in same):
            continue
        node = (same or nodes)[-1]
        index = furthest(given, there(node), tolerance * np.abs(given)) if same else ()
        one, other = (float(given[index or ()]), float(there(node)[index or ()])) if same else (np.nan, np.nan)
        sentence = f"The gradient by {name} is {one:.6g} in the list of gradients, but {other:.6g} at its node."
        return Fault("input", node.id, None, index or (), one, other, sentence)
    return None


def there(node: RecordedNode) -> Array:
    assert node.gradient is not None
    return node.gradient


def summed_to(array: Array, shape: Shape) -> Array | None:
    """An array summed over the axes along which one of `shape` was stretched; None where it was not."""
    if array.shape == shape:
        return array
    lead = array.ndim - len(shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, array.shape[lead:])):
        return None
    axes = (*range(lead), *(i + lead for i, n in enumerate(shape) if n == 1))
    return np.sum(array, axis=axes, keepdims=True).reshape(shape)


def furthest(given: Array, right: Array, allowed: Array) -> tuple[int, ...] | None:
    """Where two arrays are furthest apart, of the places where that is more than is allowed; None where nowhere."""
    off = np.abs(given - right)
    same = (given == right) | (np.isnan(given) & np.isnan(right)) | (off <= allowed)
    if same.all():
        return None
    measure = np.where(same, -1.0, np.where(np.isnan(off), np.inf, off))
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(measure)), given.shape))


def at(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""
