"""The nodes and the edges of a trace as JSON: what stays while numbers change is written once for a small graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import orjson

from gradlens.app.jobs.arrays import NULL, ArrayWriter
from gradlens.engine.exporting.wire.contract import edge_structure, node_structure
from gradlens.engine.graph import Graph
from gradlens.engine.language.syntax import Syntax
from gradlens.engine.traces import Trace, TraceEdge, TraceNode

AT_ONCE = 1000  # nodes or edges encoded: those of a large graph take ten times the room as objects
SMALL = 250  # nodes of a graph whose JSON is kept
OPEN = "\0"  # in no text of a program
SPAN = b'{"start":{"line":%d,"column":%d},"end":{"line":%d,"column":%d}}'
Item = TypeVar("Item", TraceNode, TraceEdge)
NODE_VALUES, EDGE_VALUES = ("value", "gradient", "tangent"), ("local", "contribution", "tangent")


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


def written(trace: Trace) -> Written | None:
    """What is kept of a graph; None of one that is not small."""
    graph = trace.graph
    if len(graph.nodes) > SMALL or graph.edge_count > 2 * SMALL:
        return None
    found = kept.get(graph)
    if found is None or found.syntax is not trace.syntax:
        spans = [span_token(node) for node in trace.nodes]
        if found is None:
            found = Written(
                opened([node_structure(node, OPEN) for node in trace.nodes]),
                opened([edge_structure(edge, OPEN) for edge in trace.edges]),
                trace.syntax,
                spans,
            )
        else:
            found = Written(found.nodes, found.edges, trace.syntax, spans)
        kept[graph] = found
    return found


def opened(contents: Sequence[Any]) -> bytes:
    """JSON of a list's items with a place for each token."""
    return orjson.dumps(contents)[1:-1].replace(b"%", b"%%").replace(b'"\\u0000"', b"%b")


def nodes_json(trace: Trace, numbers: ArrayWriter, keyed: Keyed | None = None) -> Iterator[bytes]:
    """The JSON of the list of nodes, in parts."""
    found = written(trace)
    for some in batches(trace.nodes):
        spans = found.spans if found is not None else list(map(span_token, some))
        tokens = numbers.tokens([value for node in some for value in (node.value, node.gradient, node.tangent)])
        filled: list[bytes] = []
        for node, span in zip(some, spans, strict=True):
            (value, a), (gradient, b), (tangent, c) = next(tokens), next(tokens), next(tokens)
            convention = b"true" if node.convention else b"false"
            filled += (value, gradient, tangent, span, convention, summary_token(NODE_VALUES, (a, b, c)))
        template = found.nodes if found is not None else opened([node_structure(node, OPEN) for node in some])
        if keyed is not None:
            keyed.hash.update(template)
            keyed.hash.update(b"".join([span for node, span in zip(some, spans) if node.id not in keyed.moving]))
        yield (b"," if some[0].id else b"") + template % tuple(filled)


def edges_json(trace: Trace, numbers: ArrayWriter, keyed: Keyed | None = None) -> Iterator[bytes]:
    """The JSON of the list of edges, in parts."""
    found = written(trace)
    for some in batches(trace.edges):
        tokens = numbers.tokens([value for edge in some for value in (edge.local, edge.contribution, edge.tangent)])
        filled: list[bytes] = []
        for _ in some:
            (local, a), (contribution, b), (tangent, c) = next(tokens), next(tokens), next(tokens)
            filled += (local, contribution, tangent, summary_token(EDGE_VALUES, (a, b, c)))
        template = found.edges if found is not None else opened([edge_structure(edge, OPEN) for edge in some])
        if keyed is not None:
            keyed.hash.update(template)
        yield (b"," if some[0].id else b"") + template % tuple(filled)


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """A few at a time."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def span_token(node: TraceNode) -> bytes:
    """The JSON of where a node stands in the text."""
    span = node.span
    if span is None:
        return NULL
    return SPAN % (span.start_line, span.start_column, span.end_line, span.end_column)


def summary_token(names: tuple[str, str, str], figures: tuple[bytes | None, bytes | None, bytes | None]) -> bytes:
    """The JSON of the figures of what is left out."""
    if figures == (None, None, None):
        return NULL
    return b"{%b}" % b",".join(
        [b'"%b":%b' % (name.encode(), one) for name, one in zip(names, figures) if one is not None]
    )


__all__ = ["Keyed", "edges_json", "nodes_json", "span_token", "summary_token"]
