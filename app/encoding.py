"""A trace as JSON: written once, straight from NumPy's arrays, exactly as the contract says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import orjson

from app.problems import Problem
from engine.ops.reduction import average, norm_array, standard_deviation

Json = Any


def encode_trace(trace: Any, values: str, auto_elements: int, response_elements: int) -> bytes:
    """The JSON of an engine.Trace.

    values: "auto" sends arrays of up to `auto_elements` elements in full, "full" all, "summary" none.
    Raises Problem where more than `response_elements` numbers would be sent.
    """
    numbers = _Numbers(auto_limit(values, auto_elements))
    content = {
        "program": trace.program,
        "nodes": [_node(node, numbers) for node in trace.nodes],
        "edges": [_edge(edge, numbers) for edge in trace.edges],
        "groups": [
            {
                "id": group.id, "name": group.name, "label": group.label, "parent": group.parent, "nodes": group.nodes,
                "operands": None if group.op is None else group.operands, "options": _static(group.options),
            }
            for group in trace.groups
        ],
        "forward_order": trace.forward_order,
        "backward_order": trace.backward_order,
        "output": trace.output,
        "seed": numbers.shown(trace.seed)[0],
        "gradients": {name: numbers.shown(gradient)[0] for name, gradient in trace.gradients.items()},
        "warnings": [
            {
                "kind": warning.kind,
                "message": warning.message,
                "params": warning.params,
                "node": warning.node,
                "edge": warning.edge,
                "span": span(warning.span),
            }
            for warning in trace.warnings
        ],
        "cost": trace.cost,
    }
    if numbers.count > response_elements:
        raise Problem.of("answer-too-large", count=numbers.count, limit=response_elements)
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def auto_limit(values: str, auto_elements: int) -> float:
    """The largest array that is sent in full."""
    return {"auto": auto_elements, "full": math.inf, "summary": 0}[values]


def encode_values(content: Json, response_elements: int, limit: float = math.inf) -> bytes:
    """The JSON of objects of numbers and arrays.

    limit: an array of more elements is null, and its object has its figures as "summary".
    Raises Problem where more than `response_elements` numbers would be sent.
    """
    numbers = _Numbers(limit)

    def shown(value: Json) -> Json:
        if isinstance(value, dict):
            figures = {name: _summary(inner) for name, inner in value.items() if isinstance(inner, np.ndarray) and inner.size > limit}
            return {name: shown(inner) for name, inner in value.items()} | ({"summary": figures} if figures else {})
        if isinstance(value, list):
            return [shown(inner) for inner in value]
        return value if isinstance(value, (str, int)) else numbers.shown(value)[0]

    encoded = shown(content)
    if numbers.count > response_elements:
        raise Problem.of("answer-too-large", count=numbers.count, limit=response_elements)
    return orjson.dumps(encoded, option=orjson.OPT_SERIALIZE_NUMPY)


def span(found: Any) -> Json:
    """An engine.Span as the contract writes it; None stays None."""
    if found is None:
        return None
    return {
        "start": {"line": found.start_line, "column": found.start_column},
        "end": {"line": found.end_line, "column": found.end_column},
    }


def _node(node: Any, numbers: _Numbers) -> Json:
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


def _edge(edge: Any, numbers: _Numbers) -> Json:
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
    """A static argument, or a dict of them. What an index has and JSON has not: a slice is its three parts, an ellipsis "..."."""
    match option:
        case dict():
            return {name: _static(value) for name, value in option.items()}
        case tuple():
            return [_static(item) for item in option]
        case slice():
            return {"start": option.start, "stop": option.stop, "step": option.step}
        case float():
            return _tagged(option)
    return "..." if option is ... else option


class _Numbers:
    """Decides which arrays are sent, and counts the numbers that are."""

    def __init__(self, limit: float):
        self.limit = limit
        self.count = 0

    def shown(self, value: float | np.ndarray | None) -> tuple[Json, Json]:
        """What stands for `value` in the JSON, and its summary where the array itself is left out."""
        if value is None:
            return None, None
        if not isinstance(value, np.ndarray) or value.ndim == 0:
            return _tagged(float(value)), None
        if value.size > self.limit:
            return None, _summary(value)
        self.count += value.size
        if np.isfinite(value).all():
            # orjson reads memory in C order; broadcast and transposed views are not laid out so.
            return np.ascontiguousarray(value), None
        return _tagged_list(value.tolist()), None


def _tagged(number: float) -> float | str:
    """A number that JSON can carry: NaN and the infinities become their names."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _tagged_list(values: list | float) -> Json:
    return [_tagged_list(value) for value in values] if isinstance(values, list) else _tagged(values)


def _summary(value: np.ndarray) -> Json:
    """Figures of the finite elements, and how many are not finite."""
    finite = value[np.isfinite(value)]
    nan_count = int(np.isnan(value).sum())
    figures = dict.fromkeys(("min", "max", "mean", "std", "norm"), math.nan)
    if finite.size:
        with np.errstate(over="ignore", invalid="ignore"):
            figures = {
                "min": finite.min(),
                "max": finite.max(),
                "mean": average(finite, 0, False),
                "std": standard_deviation(finite, (0,), False, 0.0),
                "norm": norm_array(finite, 2.0, (0,), False),
            }
    return {
        **{name: _tagged(float(figure)) for name, figure in figures.items()},
        "nan_count": nan_count,
        "inf_count": value.size - finite.size - nan_count,
    }


def _summaries(**found: Json) -> Json:
    present = {name: summary for name, summary in found.items() if summary is not None}
    return present or None
