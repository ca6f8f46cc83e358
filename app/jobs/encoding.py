"""A trace as JSON: written once, straight from NumPy's arrays, exactly as the contract says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from gradlens.app.jobs.arrays import ArrayWriter, auto_limit
from gradlens.app.jobs.item_patterns import ItemWriter
from gradlens.app.jobs.trace_parts import Keyed, edges_json, nodes_json
from gradlens.app.problems import Problem
from gradlens.engine.exporting.wire.contract import arrays_of, trace_content
from gradlens.engine.exporting.wire.numbers import fitting_limit
from gradlens.engine.traces import Trace

Json = Any


def encode_trace(
    trace: Trace,
    values: str,
    auto_elements: int,
    response_elements: int,
    keyed: Keyed | None = None,
    **more: Json,
) -> bytes:
    """The JSON of a trace of the engine's, with some fields more.

    values: "auto" sends arrays of up to `auto_elements` elements in full, "full" all, "summary" none; where more than
    `response_elements` numbers came together so, the largest are left out.  An array that is left out has its figures
    in `summary`.
    """
    numbers = array_writer(trace, values, auto_elements, response_elements)
    encoded, items = BytesIO(), ItemWriter(trace)
    encoded.write(numbers.dumped(trace_content(trace, numbers) | more)[:-1])
    encoded.write(b',"nodes":[')
    encoded.writelines(nodes_json(trace, numbers, items, keyed))
    encoded.write(b'],"edges":[')
    encoded.writelines(edges_json(trace, numbers, items, keyed))
    encoded.write(b"]}")
    return encoded.getvalue()


def array_writer(trace: Trace, values: str, auto_elements: int, response_elements: int) -> ArrayWriter:
    """What decides which arrays of a trace are sent."""
    arrays = list(arrays_of(trace))
    numbers = ArrayWriter(fitting_limit(arrays, auto_limit(values, auto_elements), response_elements))
    numbers.summarise(arrays)
    return numbers


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
