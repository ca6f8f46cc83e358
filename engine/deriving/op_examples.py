"""A small program of each op, to be opened and played."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import count

import numpy as np

from gradlens.engine.ops import Op
from gradlens.engine.values import Array, Shape, size_of

SMOOTH = (-1.5, 2.5)  # where an op names no interval: both signs, and nothing large
GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples spread evenly, however many are taken (Weyl)
READABLE = 9  # numbers of all inputs together
RESULTS = ("y", "z", "r")


def example_program(op: Op) -> str:
    """Numbers for the inputs of an op, its call, and a number that is made of all of its results.

    Of the calls that its tests have it is the largest that can be read at a glance, or else the smallest.
    """
    call, shapes = max(op.tests.examples, key=readable, default=(simple_call(op), dict.fromkeys(op.inputs, ())))
    places = count(1)
    lines = [f"{name} = {written(values(op, name, shape, places))}" for name, shape in shapes.items()]
    result = next(name for name in RESULTS if name not in shapes)
    lines.append(f"{result} = {call}")
    if any(shapes.values()) and op.family != "loss":
        lines.append(f"L = sum({result} ** 3)")
    return "\n".join(lines)


def simple_call(op: Op) -> str:
    return f"{op.name}({', '.join(op.inputs)})"


def readable(example: tuple[str, Mapping[str, Shape]]) -> int:
    """How much an example shows, of those that can be read; of the others, the smaller is the better."""
    total = sum(size_of(shape) for shape in example[1].values())
    return total if total <= READABLE else -total


def values(op: Op, name: str, shape: Shape, places: count[int]) -> Array:
    """Numbers of an input: labels as rows of one 1, others spread over the interval where the op is smooth."""
    if name == op.labels and shape:
        rows = np.zeros(shape)
        flat = rows.reshape(-1, shape[-1])
        flat[np.arange(len(flat)), np.arange(1, len(flat) + 1) % shape[-1]] = 1
        return rows
    low, high = op.tests.domain.get(name, SMOOTH)
    spread = [low + (high - low) * (next(places) * GOLDEN % 1) for _ in range(size_of(shape))]
    return np.array(spread).reshape(shape).round(2)


def written(numbers: Array) -> str:
    """Numbers as one writes them, a list within a list for each axis."""
    if numbers.ndim:
        return f"[{', '.join(written(row) for row in numbers)}]"
    value = float(numbers)
    return repr(int(value)) if value.is_integer() else repr(value)
