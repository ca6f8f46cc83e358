"""How long it takes from cold text to a graph that is ready to run, for every kind of text.

    python tests/benchmarks/bench_building.py [words of the kinds]

The unit is what a node of the plainest tape takes on the same machine at the same time: an object with a value, its
operands and a closure, as micrograd makes it.  Process time, the least of several in alternation.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from gradlens import engine
from gradlens.engine.errors import EngineError

TURNS = 500
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
KINDS = {
    "lines": "x = 2.0\ny = x\n" + "y = y * 1.01 + x\n" * TURNS,
    "doubling": "t = 1.5\n" + "t = t + t\n" * 2 * TURNS,
    "loop": f"x = 2.0\ny = x\nfor i in range({TURNS}):\n    y = y * 1.01 + x\ny",
    "while loop": f"x = 2.0\ny = x\ni = 0\nwhile i < {TURNS}:\n    y = y * 1.01 + x\n    i += 1\ny",
    "nested functions": "def g(a):\n    return a * 1.01\ndef f(a, b):\n    return g(a) + b\n"
    f"x = 2.0\ny = x\nfor i in range({TURNS}):\n    y = f(y, x)\ny",
    "sum of a comprehension": f"x = 2.0\ny = sum([x * i for i in range({TURNS})])",
    "sum of products": f"{NUMPY}w = np.ones({TURNS})\nx = np.ones({TURNS})\ny = sum(a * b for a, b in zip(w, x))",
    "calls of a library": f"{NUMPY}x = 2.0\ny = x\n" + "y = np.sin(y) * x\n" * TURNS,
    "methods of arrays": f"{NUMPY}x = np.array([2.0, 3.0])\ny = x\n" + "y = y.clip(0, 9) * x\n" * TURNS + "y.sum()",
    "objects as numbers": NUMPY + VALUE + "y = y * x + y\n" * TURNS + "y",
    "objects as layers": NUMPY + LAYERS,
    "list of lists": "x = 2.0\nm = [[0.1, 0.2], [0.3, 0.4]]\nv = [x, x]\n"
    f"for i in range({TURNS // 4}):\n"
    "    v = [m[0][0] * v[0] + m[0][1] * v[1], m[1][0] * v[0] + m[1][1] * v[1]]\nv[0] + v[1]",
    "dictionary": f"x = 2.0\np = {{'w': 1.5, 'b': 0.5}}\ny = x\n"
    f"for i in range({TURNS}):\n    y = p['w'] * y + p['b']\ny",
    "writes in place": f"{NUMPY}x = np.ones(10)\nout = np.zeros(10)\n"
    f"for i in range({TURNS}):\n    out[i % 10] = x[i % 10] * 2\nout.sum()",
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


def main(words: list[str]) -> None:
    kinds = {kind: text for kind, text in KINDS.items() if not words or any(word in kind for word in words)}
    counts: dict[str, int] = {}
    for kind, text in kinds.items():
        try:
            counts[kind] = len(engine.compile(text).graph.nodes)
        except EngineError as error:
            sys.exit(f"{kind}: {error}")
    least = dict.fromkeys(kinds, float("inf"))
    unit = float("inf")
    gc.disable()
    for _ in range(15):
        for kind, text in kinds.items():
            unit = min(unit, seconds(tape) / (3 * TURNS))
            least[kind] = min(least[kind], seconds(lambda text=text: engine.compile(text)))
        gc.collect()
    print(f"a node of the plainest tape: {unit * 1e9:.0f} ns\n")
    for kind, whole in least.items():
        node = whole / counts[kind]
        print(f"  {kind:24} {counts[kind]:6,} nodes {node * 1e6:8.2f} us/node {node / unit:8.1f} x the tape's")


if __name__ == "__main__":
    main(sys.argv[1:])
