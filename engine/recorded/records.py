"""A trace as numbers that somebody wrote down: nodes with values and gradients, edges with contributions."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gradlens.engine.exporting.saving import write_whole
from gradlens.engine.exporting.wire.numbers import fitting_limit, summaries, tagged, tagged_list
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array, Shape

MOST_NUMBERS = 4_000_000  # in a file, of all arrays together: about 100 MB


@dataclass(slots=True)
class RecordedNode:
    """A value.  value, gradient: None where they were not recorded, or left out of the file for their length.

    left_out: which of the two were.
    """

    id: int
    op: str
    name: str | None
    inputs: list[int]
    shape: Shape
    value: Array | None
    gradient: Array | None
    left_out: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """How a sentence calls it: by its name, or by its op and id."""
        return self.name or f"{self.op} (node {self.id})"


@dataclass(slots=True)
class RecordedEdge:
    """One use of a value.  local: of elementwise ops; contribution: what arrived at the source."""

    id: int
    source: int
    target: int
    argnum: int
    local: Array | None
    contribution: Array | None
    left_out: frozenset[str] = frozenset()


@dataclass(slots=True)
class Recorded:
    """A trace that was written down.

    precision: of the numbers, "float64", "float32" or "float16".  gradients: by the names of inputs.

    >>> path = gradlens.trace("h = x * x\\ny = h + x", {"x": 3.0}).save("sum.json")
    >>> gradlens.load(path)["h"].gradient
    array(1.)
    """

    nodes: list[RecordedNode]
    edges: list[RecordedEdge]
    output: int
    seed: Array | None = None
    gradients: dict[str, Array] = field(default_factory=dict[str, Array])
    program: str = ""
    precision: str = "float64"

    def __getitem__(self, name: str) -> RecordedNode:
        """The last node of a name.  Raises KeyError."""
        for node in reversed(self.nodes):
            if node.name == name:
                return node
        raise KeyError(name)

    def __repr__(self) -> str:
        return f"<{len(self.nodes)} nodes and {len(self.edges)} edges recorded, of {self.nodes[self.output].label}>"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as a trace file and return its path.  Raises OSError where it cannot be written."""
        write_whole(Path(path), self.json().encode())
        return Path(path)

    def json(self) -> str:
        """The trace file: what `POST /api/expression` answers, with what was recorded."""
        return record_json(self)

    def arrays(self) -> Iterator[Array]:
        for node in self.nodes:
            yield from (one for one in (node.value, node.gradient) if one is not None and one.ndim)
        for edge in self.edges:
            yield from (one for one in (edge.local, edge.contribution) if one is not None and one.ndim)


def record_json(record: Recorded) -> str:
    limit = fitting_limit(record.arrays(), np.inf, MOST_NUMBERS)
    figures = dict(summaries(record.arrays(), limit))

    def shown(array: Array | None) -> Any:
        if array is None or (array.ndim and array.size > limit):
            return None
        return tagged_list(array.tolist()) if array.ndim else tagged(float(array))

    def summary(**arrays: Array | None) -> Any:
        return {
            name: figures[id(one)] for name, one in arrays.items() if one is not None and id(one) in figures
        } or None

    nodes: list[dict[str, Any]] = [
        {
            "id": node.id,
            "op": node.op,
            "name": node.name,
            "inputs": node.inputs,
            "options": {},
            "shape": node.shape,
            "value": shown(node.value),
            "gradient": shown(node.gradient),
            "tangent": None,
            "differentiable": node.gradient is not None,
            "group": None,
            "span": None,
            "latex": "",
            "template": None,
            "convention": False,
            "summary": summary(value=node.value, gradient=node.gradient),
        }
        for node in record.nodes
    ]
    edges: list[dict[str, Any]] = [
        {
            "id": edge.id,
            "source": edge.source,
            "target": edge.target,
            "argnum": edge.argnum,
            "local": shown(edge.local),
            "contribution": shown(edge.contribution),
            "tangent": None,
            "local_latex": None,
            "rule_latex": None,
            "local_template": None,
            "rule_template": None,
            "summary": summary(local=edge.local, contribution=edge.contribution),
        }
        for edge in record.edges
    ]
    content: dict[str, Any] = {
        "precision": record.precision,
        "program": record.program,
        "groups": [],
        "forward_order": [node.id for node in record.nodes],
        "backward_order": [edge.id for edge in sorted(record.edges, key=lambda edge: (-edge.target, edge.argnum))],
        "output": record.output,
        "seed": shown(record.seed),
        "gradients": {name: shown(one) for name, one in record.gradients.items()},
        "nodes": nodes,
        "edges": edges,
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def recorded(trace: Trace) -> Recorded:
    """A trace of ours as it would be written down."""

    def array(value: Any) -> Array | None:
        return None if value is None else np.asarray(value, dtype=np.float64)

    return Recorded(
        nodes=[
            RecordedNode(node.id, node.op, node.name, node.inputs, node.shape, array(node.value), array(node.gradient))
            for node in trace.nodes
        ],
        edges=[
            RecordedEdge(edge.id, edge.source, edge.target, edge.argnum, array(edge.local), array(edge.contribution))
            for edge in trace.edges
        ],
        output=trace.output,
        seed=array(trace.seed),
        gradients={name: found for name, one in trace.gradients.items() if (found := array(one)) is not None},
        program=trace.program,
    )


def outgoing(edges: Iterable[RecordedEdge]) -> dict[int, list[RecordedEdge]]:
    """Edges by the node that they use."""
    found: dict[int, list[RecordedEdge]] = {}
    for edge in edges:
        found.setdefault(edge.source, []).append(edge)
    return found
