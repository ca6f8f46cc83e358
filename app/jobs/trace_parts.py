"""The nodes and the edges of a trace as JSON: what stays while numbers change is written once for a small graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar
from weakref import WeakKeyDictionary

from gradlens.app.jobs.arrays import NULL, ArrayWriter
from gradlens.app.jobs.item_patterns import ItemWriter
from gradlens.engine.errors import Place
from gradlens.engine.graph import Graph, Node
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.traces import Trace, TraceEdge, TraceNode
from gradlens.engine.values import Value

AT_ONCE = 1000  # nodes or edges encoded: those of a large graph take ten times the room as objects
SMALL = 250  # nodes of a graph whose JSON is kept
SPAN = b'{"start":{"line":%d,"column":%d},"end":{"line":%d,"column":%d}}'
Item = TypeVar("Item", TraceNode, TraceEdge)
TRUTH = b"false", b"true"


@dataclass
class Written:
    """Of a graph, its nodes and its edges as JSON with their numbers and places left open.

    spans: of its nodes, in the text of `syntax`.
    """

    nodes: bytes
    edges: bytes
    syntax: Syntax
    spans: list[bytes]


@dataclass
class Keyed:
    """What a trace's key is made of while its JSON is: all but its numbers, and the places that move with these.

    moving: nodes whose places in the text depend on how long its numbers are.
    """

    moving: frozenset[int]
    hash: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=12))


kept: WeakKeyDictionary[Graph, Written] = WeakKeyDictionary()


def written(trace: Trace, items: ItemWriter) -> Written | None:
    """What is kept of a graph; None of one that is not small."""
    graph = trace.graph
    if len(graph.nodes) > SMALL or graph.edge_count > 2 * SMALL:
        return None
    found = kept.get(graph)
    if found is None:
        nodes, edges = items.nodes(graph.nodes), items.edges(graph.edges)
        found = kept[graph] = Written(nodes, edges, trace.syntax, span_tokens(trace, graph.nodes))
    elif found.syntax is not trace.syntax:
        found = kept[graph] = Written(found.nodes, found.edges, trace.syntax, span_tokens(trace, graph.nodes))
    return found


def nodes_json(trace: Trace, numbers: ArrayWriter, items: ItemWriter, keyed: Keyed | None = None) -> Iterator[bytes]:
    """The JSON of the list of nodes, in parts."""
    found = written(trace, items)
    for some in batches(trace.nodes):
        plain = trace.graph.nodes[some[0].id : some[-1].id + 1]
        template, spans = (found.nodes, found.spans) if found else (items.nodes(plain), span_tokens(trace, plain))
        values, gradients, tangents, summaries = columns(
            numbers,
            value=[node.value for node in some],
            gradient=[node.gradient for node in some],
            tangent=[node.tangent for node in some],
        )
        conventions = [TRUTH[node.convention] for node in some]
        if keyed is not None:
            keyed.hash.update(template)
            keyed.hash.update(b"".join([span for node, span in zip(some, spans) if node.id not in keyed.moving]))
        rows = zip(values, gradients, tangents, spans, conventions, summaries, strict=True)
        yield (b"," if some[0].id else b"") + template % tuple(chain.from_iterable(rows))


def edges_json(trace: Trace, numbers: ArrayWriter, items: ItemWriter, keyed: Keyed | None = None) -> Iterator[bytes]:
    """The JSON of the list of edges, in parts."""
    found = written(trace, items)
    for some in batches(trace.edges):
        template = found.edges if found else items.edges(trace.graph.edges[some[0].id : some[-1].id + 1])
        rows = columns(
            numbers,
            local=[edge.local for edge in some],
            contribution=[edge.contribution for edge in some],
            tangent=[edge.tangent for edge in some],
        )
        if keyed is not None:
            keyed.hash.update(template)
        yield (b"," if some[0].id else b"") + template % tuple(chain.from_iterable(zip(*rows, strict=True)))


def columns(numbers: ArrayWriter, **fields: Sequence[Value | None]) -> list[Sequence[bytes]]:
    """The JSON of each field of some nodes or edges, and that of the figures of what is left out."""
    count = len(next(iter(fields.values())))
    found: list[Sequence[bytes]] = []
    left_out: dict[int, list[bytes]] = {}
    for name, values in fields.items():
        tokens, figures = numbers.tokens(values)
        found.append(tokens)
        for place, one in figures.items():
            left_out.setdefault(place, []).append(b'"%b":%b' % (name.encode(), one))
    summaries = [NULL] * count
    for place, figures in left_out.items():
        summaries[place] = b"{%b}" % b",".join(figures)
    return [*found, summaries]


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """A few at a time."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def span_tokens(trace: Trace, nodes: Sequence[Node]) -> list[bytes]:
    """The JSON of where each of some nodes stands in the text."""
    syntax = trace.syntax
    return [span_token(syntax, node.place) for node in nodes]


def span_token(syntax: Syntax, place: Place | None) -> bytes:
    """The JSON of a place in a text."""
    if place is None:
        return NULL
    if syntax.is_plain:
        end_line, end = place.end_lineno or place.lineno, place.end_col_offset or place.col_offset
        return SPAN % (place.lineno, place.col_offset, end_line, end)
    span = syntax.span(place)
    assert span is not None
    return SPAN % (span.start_line, span.start_column, span.end_line, span.end_column)


__all__ = ["Keyed", "edges_json", "nodes_json", "span_token"]
