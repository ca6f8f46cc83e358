"""How long it takes from cold text to a graph that is ready to run, for every kind of text.

    python tests/benchmarks/bench_building.py [words of the kinds]

A node is one of the finished graph: an input, a constant, or what an op gives.  Beside it stand the steps that the
evaluator counts for one, in which a call weighs as many, and the expressions and statements among them: of objects and
calls there are many a node, and what such a one takes is the last column.  The unit is what a node of the
plainest tape takes on the same machine at the same time: an object with a value, its operands and a closure, as
micrograd makes it.  Process time, the least of several in alternation.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from gradlens import engine
from gradlens.engine.errors import EngineError
from gradlens.engine.language import builder
from gradlens.engine.language.machine import Machine

TURNS = 1_000
ROUNDS = 7
NUMPY = "import numpy as np\n"
VALUE = """
class Value:
    def __init__(self, data, children=(), op=""):
        self.data = data
        self.grad = 0
        self._prev = set(children)
        self._op = op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), "+")

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), "*")

x = Value(2.0)
y = Value(0.5)
"""
LAYERS = """
class Neuron:
    def __init__(self, n, k):
        self.w = [0.1 * (i + k) for i in range(n)]
        self.b = 0.5

    def __call__(self, x):
        return np.tanh(sum((w * one for w, one in zip(self.w, x)), self.b))

class Layer:
    def __init__(self, n, m):
        self.neurons = [Neuron(n, k) for k in range(m)]

    def __call__(self, x):
        return [n(x) for n in self.neurons]

x0 = 1.0
x1 = 2.0
hidden, output = Layer(2, 20), Layer(20, 20)
y = sum(output(hidden([x0, x1])))
"""
MODULE = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class Cell(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.a = nn.Linear(n, n)
        self.b = nn.Linear(n, n)

    def forward(self, x, h):
        return torch.tanh(self.a(x) + self.b(h))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = Cell(3)
        self.out = nn.Linear(3, 1)

    def forward(self, x):
        h = torch.zeros(3)
        for t in range(len(x)):
            h = self.cell(x[t], h)
        return F.relu(self.out(h)).sum()

torch.manual_seed(0)
"""
SCALARS = "x = 2.0\ny = x\n"
TURN = f"for i in range({TURNS}):\n    "
KINDS = {
    "lines": SCALARS + "y = y * 1.01 + x\n" * TURNS,
    "doubling": "t = 1.5\n" + "t = t + t\n" * 2 * TURNS,
    "loop": f"{SCALARS}{TURN}y = y * 1.01 + x\ny",
    "while loop": f"{SCALARS}i = 0\nwhile i < {TURNS}:\n    y = y * 1.01 + x\n    i += 1\ny",
    "calls of a function": f"def f(a, b):\n    return a * 1.01 + b\n{SCALARS}{TURN}y = f(y, x)\ny",
    "nested functions": "def g(a):\n    return a * 1.01\ndef f(a, b):\n    return g(a) + b\n"
    f"{SCALARS}{TURN}y = f(y, x)\ny",
    "keywords and defaults": f"def f(a, b=1.01, *, c=0.5):\n    return a * b + c\n{SCALARS}{TURN}y = f(y, c=x)\ny",
    "lambdas": f"f = lambda a: a * 1.01 + x\n{SCALARS}{TURN}y = f(y)\ny",
    "sum of a comprehension": f"x = 2.0\ny = sum([x * i for i in range({TURNS})])",
    "sum of products": f"{NUMPY}w = np.ones({TURNS})\nx = np.ones({TURNS})\ny = sum(a * b for a, b in zip(w, x))",
    "calls of numpy": NUMPY + SCALARS + "y = np.sin(y) * x\n" * TURNS,
    "calls of torch": f"import torch\nx = torch.tensor([1.0, 2.0])\ny = x\n{TURN}y = torch.tanh(y) * x\ny.sum()",
    "calls of F": f"import torch\nimport torch.nn.functional as F\nx = torch.tensor([1.0, 2.0])\ny = x\n"
    f"{TURN}y = F.relu(y) * x + F.softmax(x, dim=0)\ny.sum()",
    "calls with an axis": f"{NUMPY}x = np.ones((2, 2))\ny = x\n{TURN}y = x * np.sum(y, axis=1, keepdims=True)\ny.sum()",
    "methods of arrays": f"{NUMPY}x = np.array([2.0, 3.0])\ny = x\n" + "y = y.clip(0, 9) * x\n" * TURNS + "y.sum()",
    "layers of nn": f"{MODULE}x = torch.ones({TURNS}, 3)\nNet()(x)",
    "objects as numbers": NUMPY + VALUE + "y = y * x + y\n" * TURNS + "y",
    "objects and numbers": NUMPY + VALUE + "y = y * 1.01 + x\n" * TURNS + "y",
    "objects as layers": NUMPY + LAYERS,
    "attributes": f"class P:\n    pass\np = P()\np.w = 1.5\n{SCALARS}p.y = y\n{TURN}p.y = p.w * p.y + x\np.y",
    "methods": "class P:\n    def __init__(self, w):\n        self.w = w\n    def step(self, y):\n"
    f"        return self.w * y + 0.5\np = P(1.01)\n{SCALARS}{TURN}y = p.step(y)\ny",
    "list of lists": "x = 2.0\nm = [[0.1, 0.2], [0.3, 0.4]]\nv = [x, x]\n"
    f"for i in range({TURNS // 4}):\n"
    "    v = [m[0][0] * v[0] + m[0][1] * v[1], m[1][0] * v[0] + m[1][1] * v[1]]\nv[0] + v[1]",
    "dictionary": f"p = {{'w': 1.5, 'b': 0.5}}\n{SCALARS}{TURN}y = p['w'] * y + p['b']\ny",
    "writes in place": f"{NUMPY}x = np.ones(10)\nout = np.zeros(10)\n{TURN}out[i % 10] = x[i % 10] * 2\nout.sum()",
    "branches": f"{SCALARS}{TURN}if i % 2 == 0:\n        y = y * 1.01\n    else:\n        y = y + x\ny",
}


class Cell:
    """A number on the plainest tape."""

    def __init__(self, data: float, children: tuple[Cell, ...] = ()):
        self.data = data
        self.grad = 0.0
        self.children = children
        self.backward: Callable[[], None] | None = None

    def __add__(self, other: Cell) -> Cell:
        made = Cell(self.data + other.data, (self, other))

        def backward() -> None:
            self.grad += made.grad
            other.grad += made.grad

        made.backward = backward
        return made

    def __mul__(self, factor: float) -> Cell:
        other = Cell(factor)
        made = Cell(self.data * other.data, (self, other))

        def backward() -> None:
            self.grad += other.data * made.grad
            other.grad += self.data * made.grad

        made.backward = backward
        return made


def tape() -> Cell:
    x = Cell(2.0)
    y = x
    for _ in range(TURNS):
        y = y * 1.01 + x
    return y


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def counted(text: str) -> tuple[int, int, int]:
    """The nodes of a text's graph, the steps that its building took, and those that were expressions and statements."""
    machines: list[Machine] = []
    charged = [0]  # for calls, items and text

    class Counting(Machine):
        def __init__(self, *args: Any, **options: Any):
            super().__init__(*args, **options)
            machines.append(self)

        def charge(self, count: int, place: Any) -> None:
            charged[0] += count
            super().charge(count, place)

    builder.Machine, plain = Counting, builder.Machine
    try:
        nodes = len(engine.compile(text).graph.nodes)
    finally:
        builder.Machine = plain
    steps = sum(machine.steps for machine in machines)
    return nodes, steps, steps - charged[0]


def main(words: list[str]) -> None:
    kinds = {kind: text for kind, text in KINDS.items() if not words or any(word in kind for word in words)}
    counts: dict[str, tuple[int, int, int]] = {}
    for kind, text in kinds.items():
        try:
            counts[kind] = counted(text)
        except EngineError as error:
            sys.exit(f"{kind}: {error}")
    least = dict.fromkeys(kinds, float("inf"))
    unit = float("inf")
    gc.disable()
    for _ in range(ROUNDS):
        for kind, text in kinds.items():
            unit = min(unit, seconds(tape) / (3 * TURNS))
            least[kind] = min(least[kind], seconds(lambda text=text: engine.compile(text)))
        gc.collect()
    print(f"a node of the plainest tape: {unit * 1e9:.0f} ns\n")
    print(
        f"  {'':24} {'nodes':>6} {'us/node':>8} {'x tape':>7} {'steps/node':>10}"
        f" {'expressions':>11} {'us/expression':>13}"
    )
    for kind, whole in least.items():
        nodes, steps, expressions = counts[kind]
        node = whole / nodes * 1e6
        print(
            f"  {kind:24} {nodes:6} {node:8.2f} {node / unit / 1e6:7.1f}"
            f" {steps / nodes:10.1f} {expressions / nodes:11.1f} {whole / expressions * 1e6:13.2f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
