"""Graphs of numbers: the text, the same by hand, and the same in micrograd where it is installed."""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.measuring import Run


@dataclass(frozen=True)
class Workload:
    """text, inputs: as the engine takes them.  floor: the same by hand, every value and gradient kept.

    peers: others by name, who give the same gradients.
    """

    name: str
    text: str
    inputs: Mapping[str, Any]  # numbers, or arrays
    floor: Run
    peers: Mapping[str, Run] = field(default_factory=dict[str, Run])


def chain(length: int) -> Workload:
    """y = y * 1.0001 + 0.001, again and again."""
    turns = length // 2

    def floor() -> object:
        values = [0.5]
        y = 0.5
        for _ in range(turns):
            y = y * 1.0001
            values.append(y)
            y = y + 0.001
            values.append(y)
        gradients = [1.0] * len(values)
        g = 1.0
        for i in range(len(values) - 1, 0, -2):
            gradients[i] = g
            g = g * 1.0001
            gradients[i - 1] = g
        return values, gradients

    def micrograd() -> object:
        y = x = importlib.import_module("micrograd.engine").Value(0.5)
        for _ in range(turns):
            y = y * 1.0001
            y = y + 0.001
        y.backward()
        return x.grad

    text = "y = x\n" + "y = y * 1.0001\ny = y + 0.001\n" * turns
    return Workload(f"chain of {length:,} nodes", text, {"x": 0.5}, floor, {"micrograd": deep(micrograd)})


def square() -> Workload:
    """(x + y) ** 2."""

    def floor() -> object:
        x, y = 2.0, 3.0
        t = x + y
        z = t * t
        gt = 2 * t
        return t, z, gt, {"x": gt, "y": gt}

    def micrograd() -> object:
        value = importlib.import_module("micrograd.engine").Value
        x, y = value(2.0), value(3.0)
        ((x + y) ** 2).backward()
        return x.grad, y.grad

    return Workload("(x + y)**2", "(x + y) ** 2", {"x": 2.0, "y": 3.0}, floor, {"micrograd": micrograd})


def neuron() -> Workload:
    """The sigmoid circuit of CS231n."""
    given = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}

    def floor() -> object:
        w0, x0, w1, x1, w2 = 2.0, -1.0, -3.0, -2.0, -3.0
        a = w0 * x0
        b = w1 * x1
        c = a + b
        d = c + w2
        e = -d
        f = math.exp(e)
        h = 1 + f
        z = 1 / h
        gh = -z * z
        ge = gh * f
        gd = -ge
        gradients = {"w0": gd * x0, "x0": gd * w0, "w1": gd * x1, "x1": gd * w1, "w2": gd}
        return (a, b, c, d, e, f, h, z), (gh, ge, gd), gradients

    def micrograd() -> object:
        value = importlib.import_module("micrograd.engine").Value
        w0, x0, w1, x1, w2 = leaves = [value(number) for number in given.values()]
        s = w0 * x0 + w1 * x1 + w2
        e = (-s).data
        f = value(math.exp(e), (s,), "exp(-x)")  # it has no exp of its own

        def backward() -> None:
            s.grad -= f.data * f.grad

        f._backward = backward
        ((f + 1) ** -1).backward()
        return [leaf.grad for leaf in leaves]

    text = "1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))"
    return Workload("sigmoid circuit", text, given, floor, {"micrograd": micrograd})


def perceptron(width: int, layers: int, samples: int) -> Workload:
    """An MLP of single numbers, as micrograd's: w * x summed, and tanh, for every neuron."""
    lines, inputs, hidden = [], {}, [[f"x{s}_{i}" for i in range(width)] for s in range(samples)]
    for s in range(samples):
        inputs |= {name: 0.1 * (i + s % 7) for i, name in enumerate(hidden[s])}
    weights = {
        (layer, j, i): 0.3 * math.sin(layer + 3 * j + 7 * i)
        for layer in range(layers)
        for j in range(width)
        for i in range(width)
    }
    inputs |= {f"w{layer}_{j}_{i}": value for (layer, j, i), value in weights.items()}
    for s in range(samples):
        for layer in range(layers):
            for j in range(width):
                sums = " + ".join(f"w{layer}_{j}_{i} * {one}" for i, one in enumerate(hidden[s]))
                lines.append(f"h{s}_{layer}_{j} = tanh({sums})")
            hidden[s] = [f"h{s}_{layer}_{j}" for j in range(width)]
    lines.append("y = " + " + ".join(name for names in hidden for name in names))

    def floor() -> object:
        """One tape of values and one of gradients, by hand."""
        values: list[float] = []
        local: list[tuple[int, float, int, float]] = []  # of each, its two sources with their local derivatives
        put, link = values.append, local.append

        def leaf(value: float) -> int:
            put(value)
            link((0, 0.0, 0, 0.0))
            return len(values) - 1

        rows = [[leaf(0.1 * (i + s % 7)) for i in range(width)] for s in range(samples)]
        places = {key: leaf(value) for key, value in weights.items()}
        for row in rows:
            current = row
            for layer in range(layers):
                made = []
                for j in range(width):
                    total = -1
                    for i, x in enumerate(current):
                        w = places[layer, j, i]
                        put(values[w] * values[x])
                        link((w, values[x], x, values[w]))
                        if total >= 0:
                            last = len(values) - 1
                            put(values[total] + values[last])
                            link((total, 1.0, last, 1.0))
                        total = len(values) - 1
                    t = math.tanh(values[total])
                    put(t)
                    link((total, 1 - t * t, 0, 0.0))
                    made.append(len(values) - 1)
                current = made
            row[:] = current
        total = -1
        for row in rows:
            for one in row:
                if total >= 0:
                    put(values[total] + values[one])
                    link((total, 1.0, one, 1.0))
                    total = len(values) - 1
                else:
                    total = one
        gradients = [0.0] * len(values)
        gradients[total] = 1.0
        for i in range(total, -1, -1):
            g = gradients[i]
            a, da, b, db = local[i]
            gradients[a] += g * da
            gradients[b] += g * db
        return values, gradients

    def micrograd() -> object:
        value = importlib.import_module("micrograd.engine").Value
        held = {key: value(number) for key, number in weights.items()}
        total = value(0.0)
        for s in range(samples):
            row = [value(0.1 * (i + s % 7)) for i in range(width)]
            for layer in range(layers):
                made = []
                for j in range(width):
                    z: Any = sum((held[layer, j, i] * x for i, x in enumerate(row)), value(0.0))
                    t = value(math.tanh(z.data), (z,), "tanh")

                    def backward(t: Any = t, z: Any = z) -> None:
                        z.grad += (1 - t.data**2) * t.grad

                    t._backward = backward
                    made.append(t)
                row = made
            for one in row:
                total = total + one
        total.backward()
        return [one.grad for one in held.values()]

    nodes = len(inputs) + samples * layers * width * 2 * width + samples * width - 1
    return Workload(f"MLP of {nodes:,} nodes", "\n".join(lines), inputs, floor, {"micrograd": deep(micrograd)})


def deep(run: Run) -> Run:
    """With room for its recursion."""

    def contestant() -> object:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(10_000)
        try:
            return run()
        finally:
            sys.setrecursionlimit(limit)

    return contestant
