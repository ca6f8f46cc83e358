"""A trace as JSON: written once, straight from NumPy's arrays, exactly as the contract says."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import Any

import numpy as np
import orjson
from gradlens.app.problems import Problem
from gradlens.engine.ops.reduction import average, norm_array, standard_deviation

Json = Any

AT_ONCE = 1000  # nodes or edges encoded
DIGITS = 2 * 25  # bytes of a number, in a buffer that is doubled when it is full
BESIDE = 8_000_000  # bytes of what else is encoded at once
SUMMARISED = 2**18  # numbers whose figures are found


def encode_trace(trace: Any, values: str, auto_elements: int, response_elements: int, **more: Json) -> bytes:
    """The JSON of an engine.Trace, with some fields more.

    values: "auto" sends arrays of up to `auto_elements` elements in full, "full" all, "summary" none; where more than
    `response_elements` numbers came together so, the largest are left out.  An array that is left out has its figures
    in `summary`.
    """
    numbers = _Numbers(_fitting(_arrays(trace), auto_limit(values, auto_elements), response_elements))
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


def _listed(items: Iterable[Json], numbers: _Numbers) -> Iterator[bytes]:
    """The items of a list as JSON, a few at a time: those of a large graph take ten times the room as objects."""
    items = iter(items)
    comma = b""
    while some := list(islice(items, AT_ONCE)):
        yield comma
        yield numbers.dumped(some)[1:-1]
        comma = b","


def _arrays(trace: Any) -> Iterator[np.ndarray]:
    """Every array that may be sent, as often as it would be."""
    found = [trace.seed, *trace.gradients.values()]
    for node in trace.nodes:
        found += (node.value, node.gradient, node.tangent)
    for edge in trace.edges:
        found += (edge.local, edge.contribution, edge.tangent)
    return (value for value in found if isinstance(value, np.ndarray) and value.ndim)


def _fitting(arrays: Iterable[np.ndarray], limit: float, most: int) -> float:
    """The size up to which arrays can be sent: `limit`, or less where more than `most` numbers came together so."""
    sizes = sorted(array.size for array in arrays if array.size <= limit)
    total = sum(sizes)
    while total > most:
        limit = sizes[-1] - 1
        while sizes and sizes[-1] > limit:
            total -= sizes.pop()
    return limit


def auto_limit(values: str, auto_elements: int) -> float:
    """The largest array that is sent in full."""
    return {"auto": auto_elements, "full": math.inf, "summary": 0}[values]


def encode_values(content: Json, response_elements: int, limit: float = math.inf, elide: bool = True) -> bytes:
    """The JSON of objects of numbers and arrays.

    limit: an array of more elements is null, and its object has its figures as "summary".  elide: whether the largest
      arrays
    are left out likewise where more than `response_elements` numbers came together.  Raises Problem where they may not
    be.
    """
    arrays = list(_arrays_in(content))
    fitting = _fitting(arrays, limit, response_elements)
    if fitting < limit and not elide:
        raise Problem.of("answer-too-large", count=sum(array.size for array in arrays), limit=response_elements)
    numbers = _Numbers(fitting)
    numbers.summarise(arrays)
    return numbers.dumped(_shown(content, numbers))


def _arrays_in(value: Json) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray) and value.ndim:
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _arrays_in(inner)


def _shown(value: Json, numbers: _Numbers) -> Json:
    if isinstance(value, dict):
        figures = {name: numbers.shown(inner)[1] for name, inner in value.items() if isinstance(inner, np.ndarray)}
        figures = {name: summary for name, summary in figures.items() if summary is not None}
        return {name: _shown(inner, numbers) for name, inner in value.items()} | (
            {"summary": figures} if figures else {}
        )
    if isinstance(value, list):
        return [_shown(inner, numbers) for inner in value]
    return value if isinstance(value, (str, int)) else numbers.shown(value)[0]


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
            return _tagged(option)
    return "..." if option is ... else option


class _Numbers:
    """Decides which arrays are sent, and has the figures of the others.

    limit: the largest size of an array that is sent.
    """

    def __init__(self, limit: float):
        self.limit = limit
        self.figures: dict[int, Json] = {}
        self.unwritten = 0  # numbers of arrays that were shown and are not encoded yet

    def dumped(self, content: Json) -> bytes:
        """The JSON of what was shown.

        Where memory ends orjson ends the process, so what it may need is asked for before.  Raises MemoryError.
        """
        np.empty(BESIDE + DIGITS * self.unwritten, np.uint8)
        self.unwritten = 0
        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)

    def summarise(self, arrays: Iterable[np.ndarray]) -> None:
        """Find the figures of those that are left out, many of one size at a time."""
        by_size: dict[int, dict[int, np.ndarray]] = {}
        for array in arrays:
            if array.size > self.limit:
                by_size.setdefault(array.size, {})[id(array)] = array
        for size, same in by_size.items():
            waiting = iter(same.items())
            while some := dict(islice(waiting, max(1, SUMMARISED // size))):
                for key, figures in zip(some, _summaries_of(list(some.values()))):
                    # A third of the room of a dict; copied, because orjson's own bytes hold on to what it reserved for
                    # them.
                    self.figures[key] = orjson.Fragment(bytes(memoryview(orjson.dumps(figures))))

    def shown(self, value: float | np.ndarray | None) -> tuple[Json, Json]:
        """What stands for `value` in the JSON, and its summary where the array itself is left out."""
        if value is None:
            return None, None
        if not isinstance(value, np.ndarray) or value.ndim == 0:
            return _tagged(float(value)), None
        if value.size > self.limit:
            return None, self.figures[id(value)]
        self.unwritten += value.size
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


def _summaries_of(arrays: list[np.ndarray]) -> list[Json]:
    """Figures of the finite elements of arrays of one size, and how many are not finite."""
    rows = np.stack([array.reshape(-1) for array in arrays])
    finite = np.isfinite(rows)
    if finite.all():
        return _figures(rows)
    counts = zip(finite.sum(1).tolist(), np.isnan(rows).sum(1).tolist())
    return [
        _figures(row[kept][None], nans, row.size - count - nans)[0]
        for row, kept, (count, nans) in zip(rows, finite, counts)
    ]


def _figures(rows: np.ndarray, nan_count: int = 0, inf_count: int = 0) -> list[Json]:
    """The summary of each row of finite numbers, beside which so many were not."""
    figures = dict.fromkeys(("min", "max", "mean", "std", "norm"), [math.nan] * len(rows))
    if rows.size:
        with np.errstate(over="ignore", invalid="ignore"):
            found = (
                rows.min(1),
                rows.max(1),
                average(rows, 1, False),
                standard_deviation(rows, (1,), False, 0.0),
                norm_array(rows, 2.0, (1,), False),
            )
        figures = dict(zip(figures, (np.asarray(figure).tolist() for figure in found)))
    return [
        {**dict(zip(figures, map(_tagged, row))), "nan_count": nan_count, "inf_count": inf_count}
        for row in zip(*figures.values())
    ]


def _summaries(**found: Json) -> Json:
    present = {name: summary for name, summary in found.items() if summary is not None}
    return present or None
