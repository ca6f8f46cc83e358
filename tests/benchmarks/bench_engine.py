"""How fast the engine runs a built graph, against plain Python, micrograd and PyTorch where they are installed.

    python tests/benchmarks/bench_engine.py

All in one process, in alternation, one thread; medians, and ratios to the floor (the same arithmetic by hand).
Peers are optional: `pip install micrograd torch`.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from gradlens import engine


def medians(contestants: dict[str, Callable], rounds: int = 15) -> dict[str, float]:
    """Seconds of each contestant, all of them once a round."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for contestant in contestants.values():
        contestant()
    for _ in range(rounds):
        for name, contestant in contestants.items():
            gc.collect()
            start = time.perf_counter()
            contestant()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def report(title: str, contestants: dict[str, Callable], units: float, unit: str, rounds: int = 15) -> None:
    """Print every contestant's figure and its ratio to the floor."""
    found = medians(contestants, rounds)
    floor = found["floor"]
    print(f"\n{title}")
    for name, seconds in found.items():
        print(f"  {name:12} {seconds / units:10.3f} {unit:8} {seconds / floor:8.2f} x floor")


def chain(length: int) -> None:
    """y = y * 1.0001 + 0.001, and back."""
    program = engine.compile("y = x\n" + "y = y * 1.0001\ny = y + 0.001\n" * (length // 2), {"x": ()})

    def floor() -> None:
        ys = [0.5]
        y = 0.5
        for _ in range(length // 2):
            y = y * 1.0001
            ys.append(y)
            y = y + 0.001
            ys.append(y)
        gradients = [1.0] * len(ys)
        g = 1.0
        for i in range(len(ys) - 1, 0, -2):
            gradients[i] = g
            g = g * 1.0001
            gradients[i - 1] = g

    contestants = {"floor": floor, "gradlens": lambda: program.gradients({"x": 0.5})}
    try:
        from micrograd.engine import Value  # pyright: ignore[reportMissingImports] - where it is installed
    except ImportError:
        pass
    else:

        def micrograd() -> None:
            y = Value(0.5)
            for _ in range(length // 2):
                y = y * 1.0001
                y = y + 0.001
            y.backward()

        if length <= 300:  # its topological sort recurses
            contestants["micrograd"] = micrograd
    report(f"chain of {length:,} nodes", contestants, length * 1e-9, "ns/node", rounds=7)


def tiny() -> None:
    """Two expressions that everybody tries first."""
    square = engine.compile("(x + y) ** 2", {"x": (), "y": ()})
    neuron = engine.compile(
        "1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))", dict.fromkeys(("w0", "x0", "w1", "x1", "w2"), ())
    )
    repeats = 2000

    def floor() -> None:
        for _ in range(repeats):
            x, y = 2.0, 3.0
            t = x + y
            g = 2 * t
            _ = (t * t, {"x": g, "y": g})

    def run(program: engine.Program, inputs: dict) -> Callable:
        def contestant() -> None:
            for _ in range(repeats):
                program.gradients(inputs)

        return contestant

    contestants = {
        "floor": floor,
        "(x + y)**2": run(square, {"x": 2.0, "y": 3.0}),
        "neuron": run(neuron, {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}),
    }
    report("tiny expressions, inputs and gradients by name", contestants, repeats * 1e-6, "us")


def network() -> None:
    """Affine 784-100-10 with relu and softmax cross-entropy, batch of 100; every gradient and contribution kept."""
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(100, 784)), np.eye(10)[rng.integers(0, 10, 100)]
    w1, b1, w2, b2 = rng.normal(size=(784, 100)) / 28, np.zeros(100), rng.normal(size=(100, 10)) / 10, np.zeros(10)
    inputs = {"X": x, "t": t, "W1": w1, "b1": b1, "W2": w2, "b2": b2}
    text = "h = relu(X @ W1 + b1)\np = softmax(h @ W2 + b2)\nloss = -sum(t * log(p)) / 100"
    program = engine.compile(text, {name: value.shape for name, value in inputs.items()})

    def floor() -> None:
        a = x @ w1
        s = a + b1
        h = np.maximum(s, 0)
        u = h @ w2 + b2
        e = np.exp(u - u.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.sum(t * np.log(p)) / 100
        gp = -(t / p) / 100
        gt = -np.log(p) / 100
        gu = p * (gp - np.sum(gp * p, axis=1, keepdims=True))
        gw2, gb2, gh = h.T @ gu, np.ones(100) @ gu, gu @ w2.T
        gs = gh * (s > 0)
        gw1, gb1, gx = x.T @ gs, np.ones(100) @ gs, gs @ w1.T
        _ = (loss, gt, gw1, gb1, gw2, gb2, gx)

    contestants = {"floor": floor, "gradlens": lambda: program.gradients(inputs)}
    try:
        import torch  # pyright: ignore[reportMissingImports] - where it is installed
    except ImportError:
        pass
    else:
        torch.set_num_threads(1)
        leaves = {name: torch.tensor(value, requires_grad=True) for name, value in inputs.items()}

        def pytorch() -> None:
            for leaf in leaves.values():
                leaf.grad = None
            h = torch.relu(leaves["X"] @ leaves["W1"] + leaves["b1"])
            p = torch.softmax(h @ leaves["W2"] + leaves["b2"], dim=1)
            (-(leaves["t"] * torch.log(p)).sum() / 100).backward()

        contestants["pytorch"] = pytorch
    report("784-100-10, batch 100", contestants, 1e-3, "ms", rounds=41)


def building() -> None:
    """From text to a plan."""
    for count in (1_000, 10_000, 100_000):
        text = "y = x\n" + "y = y * 1.0001\ny = sin(y)\n" * (count // 2)
        start = time.perf_counter()
        program = engine.compile(text, {"x": ()})
        seconds = time.perf_counter() - start
        print(
            f"  parse and build {len(program.graph.nodes):>8,} nodes: {seconds / len(program.graph.nodes) * 1e6:.1f}"
            " us/node"
        )


if __name__ == "__main__":
    for length in (200, 1_000, 10_000, 100_000):
        chain(length)
    tiny()
    network()
    print("\nbuilding")
    building()
