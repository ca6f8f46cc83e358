"""A trace as JSON: written once, straight from NumPy's arrays, exactly as the contract says."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import Any

import numpy as np

from gradlens.app.jobs.arrays import ArrayWriter, auto_limit, fitting_limit, tagged
from gradlens.app.problems import Problem
from gradlens.engine.errors import Span

Json = Any

AT_ONCE = 1000  # nodes or edges encoded


def encode_trace(trace: Any, values: str, auto_elements: int, response_elements: int, **more: Json) -> bytes:
    """The JSON of a trace of the engine's, with some fields more.

    values: "auto" sends arrays of up to `auto_elements` elements in full, "full" all, "summary" none; where more than
    `response_elements` numbers came together so, the largest are left out.  An array that is left out has its figures
    in `summary`.
    """
    numbers = ArrayWriter(fitting_limit(_arrays(trace), auto_limit(values, auto_elements), response_elements))
    numbers.summarise(_arrays(trace))
    content = {
        "program": trace.program,
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
        "warnings": [encode_remark(warning) for warning in trace.warnings],
        "cost": trace.cost,
    }
    encoded = BytesIO()
    encoded.write(numbers.dumped(content | more)[:-1])
    for name, items in (
        ("nodes", (_node(node, numbers) for node in trace.nodes)),
        ("edges", (_edge(edge, numbers) for edge in trace.edges)),
    ):
        encoded.write(b',"%b":[' % name.encode())
        encoded.writelines(_listed(items, numbers))
        encoded.write(b"]")
    encoded.write(b"}")
    return encoded.getvalue()


def _listed(items: Iterable[Json], numbers: ArrayWriter) -> Iterator[bytes]:
    """The items of a list as JSON, a few at a time: those of a large graph take ten times the room as objects."""
    items = iter(items)
    comma = b""
    while some := list(islice(items, AT_ONCE)):
        yield comma
        yield numbers.dumped(some)[1:-1]
        comma = b","


def _arrays(trace: Any) -> Iterator[np.ndarray]:
    """Every array that may be sent, as often as it would be."""
    found = [trace.seed, *trace.gradients.values(), *[one.value for one in trace.known]]
    for node in trace.nodes:
        found += (node.value, node.gradient, node.tangent)
    for edge in trace.edges:
        found += (edge.local, edge.contribution, edge.tangent)
    return (value for value in found if isinstance(value, np.ndarray) and value.ndim)


def encode_values(content: Json, response_elements: int, limit: float = math.inf, elide: bool = True) -> bytes:
    """The JSON of objects of numbers and arrays.

    limit: an array of more elements is null, and its object has its figures as "summary".
    elide: whether the largest arrays are left out likewise where more than `response_elements` numbers came together.
    Raises Problem where they may not be.
    """
    arrays = list(_arrays_in(content))
    fitting = fitting_limit(arrays, limit, response_elements)
    if fitting < limit and not elide:
        raise Problem.of("answer-too-large", count=sum(array.size for array in arrays), limit=response_elements)
    numbers = ArrayWriter(fitting)
    numbers.summarise(arrays)
    return numbers.dumped(_shown(content, numbers))


def _arrays_in(value: Json) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray) and value.ndim:
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _arrays_in(inner)


def _shown(value: Json, numbers: ArrayWriter) -> Json:
    if isinstance(value, dict):
        figures = {name: numbers.shown(inner)[1] for name, inner in value.items() if isinstance(inner, np.ndarray)}
        figures = {name: summary for name, summary in figures.items() if summary is not None}
        return {name: _shown(inner, numbers) for name, inner in value.items()} | (
            {"summary": figures} if figures else {}
        )
    if isinstance(value, list):
        return [_shown(inner, numbers) for inner in value]
    return value if isinstance(value, (str, int)) else numbers.shown(value)[0]


def encode_remark(remark: Any) -> Json:
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


def _node(node: Any, numbers: ArrayWriter) -> Json:
    value, value_summary = numbers.shown(node.value)
    gradient, gradient_summary = numbers.shown(node.gradient)
    tangent, tangent_summary = numbers.shown(node.tangent)
    return {
        "id": node.id,
        "op": node.op,
        "name": node.name,
        "inputs": node.inputs,
        "options": _static(node.options),
        "shape": node.shape,
        "value": value,
        "gradient": gradient,
        "tangent": tangent,
        "differentiable": node.differentiable,
        "group": node.group,
        "span": span(node.span),
        "latex": node.latex,
        "template": node.template,
        "convention": node.convention,
        "summary": _summaries(value=value_summary, gradient=gradient_summary, tangent=tangent_summary),
    }


def _edge(edge: Any, numbers: ArrayWriter) -> Json:
    local, local_summary = numbers.shown(edge.local)
    contribution, contribution_summary = numbers.shown(edge.contribution)
    tangent, tangent_summary = numbers.shown(edge.tangent)
    return {
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "argnum": edge.argnum,
        "local": local,
        "contribution": contribution,
        "tangent": tangent,
        "local_latex": edge.local_latex,
        "rule_latex": edge.rule_latex,
        "local_template": edge.local_template,
        "rule_template": edge.rule_template,
        "summary": _summaries(local=local_summary, contribution=contribution_summary, tangent=tangent_summary),
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
    present = {name: summary for name, summary in found.items() if summary is not None}
    return present or None
