"""What of a trace is another one where only numbers of its program are: the rest the client has already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from gradlens.app.jobs.arrays import ArrayWriter
from gradlens.app.jobs.encoding import array_writer, encode_trace
from gradlens.app.jobs.trace_parts import Keyed, span_token
from gradlens.app.schemas.programs import NumbersRequest
from gradlens.app.settings import Settings
from gradlens.engine.exporting.wire.contract import trace_numbers, trace_structure
from gradlens.engine.graph import Graph
from gradlens.engine.program import Traced
from gradlens.engine.traces import Trace
from gradlens.engine.values import Value

Json = Any


@dataclass(frozen=True, slots=True)
class Base:
    """What is known of a graph whose trace was answered.  moving: as of `Keyed`."""

    key: str
    moving: frozenset[int]


bases: WeakKeyDictionary[Graph, Base] = WeakKeyDictionary()


def numbers_or_trace(traced: Traced, request: NumbersRequest, settings: Settings) -> bytes:
    """The JSON of an answer.

    A trace's key tells all of it but what depends on numbers.  Where constants of the graph are other ones, the key
    tells of which graph, and which: that graph's key does too.
    """
    limits = request.values, settings.values_auto_elements, settings.response_elements
    trace, base = traced.trace, bases.get(traced.graph)
    if base is not None:
        changed = "".join([f".{id}" for id in sorted(traced.changed)])
        for key in (base.key + changed, base.key):
            if key in request.have:
                moving = base.moving | on_lines(traced.graph, traced.lines) if traced.changed else base.moving
                numbers = array_writer(trace, *limits)
                return b'{"key":"%b","trace":null,"numbers":%b}' % (
                    key.encode(),
                    numbers.dumped(numbers_content(trace, numbers, moving, traced.changed)),
                )
        if changed:
            return answer(base.key + changed, encode_trace(trace, *limits))
    keyed = Keyed(on_lines(trace.graph, traced.lines))
    keyed.hash.update(orjson.dumps([trace_structure(trace), sorted(keyed.moving)]))
    encoded = encode_trace(trace, *limits, keyed=keyed)
    base = bases[trace.graph] = Base(keyed.hash.hexdigest(), keyed.moving)
    return answer(base.key, encoded)


def answer(key: str, encoded: bytes) -> bytes:
    """The JSON of a whole trace with its key."""
    return b'{"key":"%b","trace":%b,"numbers":null}' % (key.encode(), encoded)


def on_lines(graph: Graph, lines: frozenset[int]) -> frozenset[int]:
    """The nodes of which the text begins or ends on one of these lines."""
    return frozenset(
        [
            node.id
            for node in graph.nodes
            if (at := node.place) is not None and (at.lineno in lines or at.end_lineno in lines)
        ]
    )


def numbers_content(trace: Trace, numbers: ArrayWriter, moving: frozenset[int], changed: frozenset[int]) -> Json:
    """What depends on numbers: the rest of a trace, and of its nodes and edges a list a field, in their order.

    moving: the nodes whose places are told.  changed: the constants that are other ones, whose symbols are told, and
    the formulas in which they stand.
    """
    nodes, edges = trace.nodes, trace.edges
    moves = nodes[0].tangent is not None
    latex = [edge for edge in edges if not changed.isdisjoint(nodes[edge.target].inputs)] if changed else []
    node_figures: dict[str, Json] = {}
    edge_figures: dict[str, Json] = {}
    return trace_numbers(trace, numbers) | {
        "program": trace.program,
        "nodes": {
            "value": column("value", [node.value for node in nodes], numbers, node_figures),
            "gradient": column("gradient", [node.gradient for node in nodes], numbers, node_figures),
            "tangent": column("tangent", [node.tangent for node in nodes], numbers, node_figures) if moves else None,
            "convention": [node.id for node in nodes if node.convention],
            "summary": node_figures,
            "span": {
                str(id): orjson.Fragment(span_token(trace.syntax, trace.graph.nodes[id].place)) for id in sorted(moving)
            },
            "latex": {str(id): nodes[id].latex for id in sorted(changed)},
        },
        "edges": {
            "local": column("local", [edge.local for edge in edges], numbers, edge_figures),
            "contribution": column("contribution", [edge.contribution for edge in edges], numbers, edge_figures),
            "tangent": column("tangent", [edge.tangent for edge in edges], numbers, edge_figures) if moves else None,
            "summary": edge_figures,
            "local_latex": {str(edge.id): edge.local_latex for edge in latex},
            "rule_latex": {str(edge.id): edge.rule_latex for edge in latex},
        },
    }


def column(name: str, values: Sequence[Value | None], numbers: ArrayWriter, figures: dict[str, Json]) -> list[Json]:
    """One field of all nodes or edges; the figures of what is left out are put among theirs, by id."""
    found: list[Json] = []
    for id, value in enumerate(values):
        if type(value) is float and isfinite(value):
            found.append(value)
            continue
        shown, summary = numbers.shown(value)
        found.append(shown)
        if summary is not None:
            figures.setdefault(str(id), {})[name] = summary
    return found


__all__ = ["numbers_or_trace"]
