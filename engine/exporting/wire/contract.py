"""A trace as the objects of the contract's JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from gradlens.engine.advising.advice import Remark
from gradlens.engine.errors import Span
from gradlens.engine.exporting.wire.numbers import fitting_limit, summaries, tagged, tagged_list
from gradlens.engine.traces import Trace, TraceEdge, TraceNode
from gradlens.engine.values import Value

Json = Any

FULL_ELEMENTS = 4_096  # the largest array that is written in full, as the service does it by default
MOST_NUMBERS = 1_000_000  # of all arrays together


class Writer(Protocol):
    """Decides which arrays are sent."""

    def shown(self, value: Value | None) -> tuple[Json, Json]:
        """What stands for `value` in the JSON, and its figures where the array itself is left out."""
        ...


class ListWriter:
    """Arrays as nested lists, for the JSON of the standard library."""

    def __init__(self, trace: Trace, longest: float):
        self.limit = fitting_limit(arrays_of(trace), longest, MOST_NUMBERS)
        self.figures = dict(summaries(arrays_of(trace), self.limit))

    def shown(self, value: Value | None) -> tuple[Json, Json]:
        if isinstance(value, np.ndarray) and value.ndim:
            return (tagged_list(value.tolist()), None) if value.size <= self.limit else (None, self.figures[id(value)])
        return (None if value is None else tagged(float(value))), None


def trace_json(trace: Trace, longest: float = FULL_ELEMENTS) -> str:
    """The JSON of a trace, its numbers in full precision; arrays of more than so many elements by their figures."""
    writer = ListWriter(trace, longest)
    content = trace_content(trace, writer) | {
        "nodes": [node_content(node, writer) for node in trace.nodes],
        "edges": [edge_content(edge, writer) for edge in trace.edges],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=fields)


def trace_content(trace: Trace, numbers: Writer) -> dict[str, Json]:
    """All of a trace but its nodes and edges."""
    return {"program": trace.program} | trace_structure(trace) | trace_numbers(trace, numbers)


def trace_structure(trace: Trace) -> dict[str, Json]:
    """What of it is the same whatever the numbers are."""
    return {
        "groups": [
            {
                "id": group.id,
                "name": group.name,
                "label": group.label,
                "parent": group.parent,
                "nodes": group.nodes,
                "operands": None if group.op is None else group.operands,
                "options": _static(group.options),
                "call": group.call,
            }
            for group in trace.groups
        ],
        "forward_order": trace.forward_order,
        "backward_order": trace.backward_order,
    }


def trace_numbers(trace: Trace, numbers: Writer) -> dict[str, Json]:
    """The rest."""
    return {
        "output": trace.output,
        "seed": numbers.shown(trace.seed)[0],
        "gradients": {name: numbers.shown(gradient)[0] for name, gradient in trace.gradients.items()},
        "stepped": trace.stepped,
        "known": [
            {"name": one.name, "value": numbers.shown(one.value)[0], "span": span(one.span)} for one in trace.known
        ],
        "assumed": trace.assumed,
        "drawn": trace.drawn,
        "read_as": [{"span": span(place), "meant": meant} for place, meant in trace.read_as],
        "skipped": [{"span": span(one)} for one in trace.skipped],
        "warnings": [remark_content(warning) for warning in trace.warnings],
        "cost": trace.cost,
    }


def arrays_of(trace: Trace) -> Iterator[np.ndarray]:
    """Every array that may be sent, as often as it would be."""
    found = [trace.seed, *trace.gradients.values(), *[one.value for one in trace.known]]
    shapes = [node.shape for node in trace.graph.nodes]
    if any(shapes):
        for node in trace.nodes:
            if shapes[node.id]:
                found += (node.value, node.gradient, node.tangent)
        for edge in trace.edges:
            if shapes[edge.source] or shapes[edge.target]:
                found += (edge.local, edge.contribution, edge.tangent)
    return (value for value in found if isinstance(value, np.ndarray) and value.ndim)


def remark_content(remark: Remark) -> Json:
    """An engine's remark as the contract writes it."""
    return {
        "kind": remark.kind,
        "message": remark.message,
        "params": remark.params,
        "node": remark.node,
        "edge": remark.edge,
        "span": span(remark.span),
    }


def fields(record: Any) -> Any:
    """A record and the records in it as objects; arrays stay what they are."""
    if isinstance(record, Span):
        return span(record)
    if dataclasses.is_dataclass(record):
        return {field.name: fields(getattr(record, field.name)) for field in dataclasses.fields(record)}
    return [fields(item) for item in record] if isinstance(record, list) else record


def span(found: Any) -> Json:
    """A span of the engine's as the contract writes it; None stays None."""
    if found is None:
        return None
    return {
        "start": {"line": found.start_line, "column": found.start_column},
        "end": {"line": found.end_line, "column": found.end_column},
    }


def node_content(node: TraceNode, numbers: Writer) -> Json:
    value, value_summary = numbers.shown(node.value)
    gradient, gradient_summary = numbers.shown(node.gradient)
    tangent, tangent_summary = numbers.shown(node.tangent)
    return node_structure(node) | {
        "value": value,
        "gradient": gradient,
        "tangent": tangent,
        "span": span(node.span),
        "convention": node.convention,
        "summary": _summaries(value=value_summary, gradient=gradient_summary, tangent=tangent_summary),
    }


def node_structure(node: TraceNode, open: Json = None) -> Json:
    """What of a node is the same whatever the numbers are, with its other fields left open."""
    return {
        "id": node.id,
        "op": node.op,
        "name": node.name,
        "inputs": node.inputs,
        "options": _static(node.options),
        "shape": node.shape,
        "value": open,
        "gradient": open,
        "tangent": open,
        "differentiable": node.differentiable,
        "group": node.group,
        "span": open,
        "latex": node.latex,
        "template": node.template,
        "convention": open,
        "summary": open,
    }


def edge_content(edge: TraceEdge, numbers: Writer) -> Json:
    local, local_summary = numbers.shown(edge.local)
    contribution, contribution_summary = numbers.shown(edge.contribution)
    tangent, tangent_summary = numbers.shown(edge.tangent)
    return edge_structure(edge) | {
        "local": local,
        "contribution": contribution,
        "tangent": tangent,
        "summary": _summaries(local=local_summary, contribution=contribution_summary, tangent=tangent_summary),
    }


def edge_structure(edge: TraceEdge, open: Json = None) -> Json:
    """The same of an edge."""
    return {
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "argnum": edge.argnum,
        "local": open,
        "contribution": open,
        "tangent": open,
        "local_latex": edge.local_latex,
        "rule_latex": edge.rule_latex,
        "local_template": edge.local_template,
        "rule_template": edge.rule_template,
        "summary": open,
    }


def _static(option: Json) -> Json:
    """A static argument, or a dict of them.

    What an index has and JSON has not: a slice is its three parts, an ellipsis "...".
    """
    match option:
        case dict():
            return {name: _static(value) for name, value in option.items()}
        case tuple():
            return [_static(item) for item in option]
        case slice():
            return {"start": option.start, "stop": option.stop, "step": option.step}
        case float():
            return tagged(option)
    return "..." if option is ... else option


def _summaries(**found: Json) -> Json:
    return {name: summary for name, summary in found.items() if summary is not None} or None
