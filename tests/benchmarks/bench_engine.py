"""How fast the engine runs a graph, against the same by hand and against peers where they are installed.

    python tests/benchmarks/bench_engine.py [words of the rows] [--table]

Processor time of one thread; every contestant once a round, and ratios within a round: their median and quartiles.
Peers are optional: pip install micrograd autograd torch jax.  --table: as the rows of the README's table.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from gradlens import engine
from tests.benchmarks import scalar_workloads as scalars
from tests.benchmarks import tensor_workloads as tensors
from tests.benchmarks.measuring import Run, growth, ratio, repeated, seconds

PACKAGES = {"micrograd": "micrograd", "HIPS autograd": "autograd", "PyTorch": "torch", "JAX, compiled": "jax"}
ROOT = Path(__file__).parents[2]
# (what, at most): the ratio of the engine's time to another's
SCALARS = (
    (scalars.square, 1, 2_000, "micrograd", 0.4),
    (scalars.neuron, 1, 1_000, "micrograd", 0.4),
    (partial(scalars.chain, 1_000), 9, 20, "floor", 4.0),
    (partial(scalars.perceptron, 6, 2, 6), 9, 20, "floor", 4.0),
    (partial(scalars.perceptron, 10, 4, 120), 5, 1, "floor", 4.0),
)
TENSORS = (
    (partial(tensors.perceptron, (784, 100, 10), 100), 21, 3, 1.10, 1.15),
    (partial(tensors.perceptron, (784, 512, 512, 10), 256), 9, 1, 1.10, 1.15),
    (tensors.transformer, 9, 1, 1.20, 1.15),
    (tensors.convolution, 9, 1, 1.20, 1.30),
    (tensors.elementwise, 9, 1, 1.10, 1.30),
)
Row = tuple[str, str, str, str, str]  # workload, what, found, at most, others


def contestants(work: scalars.Workload, program: engine.Program) -> dict[str, Run]:
    """The floor, the engine without and with everything kept, and the peers that are here."""
    here = {name: run for name, run in work.peers.items() if find_spec(PACKAGES[name]) is not None}
    return {
        "floor": work.floor,
        "gradients": lambda: program.gradients(work.inputs),
        "run": lambda: program.run(work.inputs),
        **here,
    }


def compiled(work: scalars.Workload) -> engine.Program:
    return engine.compile(work.text, {name: np.shape(value) for name, value in work.inputs.items()})


def measured(work: scalars.Workload, rounds: int, repeats: int) -> dict[str, list[float]]:
    runs = contestants(work, compiled(work))
    return seconds({name: repeated(run, repeats) for name, run in runs.items()}, rounds)


def others(times: dict[str, list[float]]) -> str:
    """The peers' times as parts of the engine's gradients."""
    found = [name for name in times if name in PACKAGES]
    return ", ".join(f"{ratio(times['gradients'], times[name]).median:.2f} x {name}" for name in found)


def rows_of_scalars(
    make: Callable[[], scalars.Workload], rounds: int, repeats: int, peer: str, most: float
) -> Iterator[Row]:
    work = make()
    times = measured(work, max(rounds, 9) if repeats > 1 else rounds, repeats)
    if peer in times:
        yield work.name, "gradients", f"{ratio(times['gradients'], times[peer])} x {peer}", f"{most}", others(times)
    yield work.name, "everything kept", f"{ratio(times['run'], times['gradients'])} x gradients", "1.3", ""


def rows_of_tensors(
    make: Callable[[], scalars.Workload], rounds: int, repeats: int, most: float, kept: float
) -> Iterator[Row]:
    work = make()
    times = measured(work, rounds, repeats)
    yield work.name, "gradients", f"{ratio(times['gradients'], times['floor'])} x floor", f"{most}", others(times)
    yield work.name, "everything kept", f"{ratio(times['run'], times['floor'])} x floor", f"{kept}", ""


def rows_of_loops() -> Iterator[Row]:
    """A trace a turn, which nobody keeps: its time beside the passes, and its memory."""
    work = tensors.elementwise()
    program = compiled(work)
    values = dict(work.inputs.items())

    def loop() -> None:
        for _ in range(5):
            program.run(values)

    def passes() -> None:
        for _ in range(5):
            program.gradients(values)

    times = seconds({"loop": loop, "passes": passes}, 5)
    yield "a trace in a loop, 10⁶ elements", "time", f"{ratio(times['loop'], times['passes'])} x passes", "1.3", ""
    small = compiled(tensors.elementwise(10_000))
    inputs = {name: value[:10_000] for name, value in work.inputs.items()}
    small.run(inputs)
    tracemalloc.start()
    held = tracemalloc.get_traced_memory()[0]
    for _ in range(100):
        small.run(inputs)
    grown = tracemalloc.get_traced_memory()[0] - held
    tracemalloc.stop()
    yield "a trace in a loop, 100 turns", "memory", f"{grown / 1e3:.0f} kB more", "flat", ""


def rows_of_growth() -> Iterator[Row]:
    """From 10 to 10⁶ nodes and elements: the exponents."""
    unlimited = engine.Limits(*[float("inf")] * 6)
    sizes = (10, 1_000, 100_000, 1_000_000)
    found: dict[str, list[float]] = {"build": [], "gradients": [], "everything kept": [], "edges": []}
    for size in sizes:
        text = "y = x\n" + "y = y * 1.0001\ny = sin(y)\n" * (size // 3)
        repeats = max(1, 20_000 // size)
        program = engine.compile(text, {"x": ()}, limits=unlimited)
        program.run({"x": 0.5})
        asked: dict[str, Run] = {
            "build": lambda text=text: engine.compile(text, {"x": ()}, limits=unlimited),
            "gradients": lambda program=program: program.gradients({"x": 0.5}),
            "everything kept": lambda program=program: program.run({"x": 0.5}),
            "edges": lambda program=program: [e.contribution for e in program.run({"x": 0.5}).edges],
        }
        for name, run in asked.items():
            times = seconds({name: repeated(run, repeats)}, 3 if size < 1_000_000 else 1)
            found[name].append(min(times[name]) / repeats)
    for name, times in found.items():
        steps = ", ".join(f"{t / n * 1e9:,.0f}" for n, t in zip(sizes, times))
        yield (
            f"growth, {sizes[1]:,} to {sizes[-1]:,} nodes",
            name,
            f"{growth(sizes[1:], times[1:]):.2f}",
            "1.05",
            f"{steps} ns a node",
        )
    for name in ("gradients", "everything kept"):
        times = []
        for size in sizes:
            work = tensors.elementwise(size)
            program = compiled(work)
            run = program.gradients if name == "gradients" else program.run
            repeats = max(1, 200_000 // size)
            asked = {"": repeated(lambda run=run, work=work: run(work.inputs), repeats)}
            times.append(min(seconds(asked, 3)[""]) / repeats)
        yield f"growth, {sizes[1]:,} to {sizes[-1]:,} elements", name, f"{growth(sizes[1:], times[1:]):.2f}", "1.05", ""


def rows_of_start() -> Iterator[Row]:
    """A process that imports the engine and finds a first gradient, beside one that imports NumPy."""
    first = "from gradlens import engine; engine.trace('z = (x + y) ** 2', {'x': 2.0, 'y': 3.0}).gradients"
    clock = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
    found: dict[str, list[float]] = {"import numpy": [], first: []}
    with TemporaryDirectory() as kept:  # compiled modules, as of a package that is installed
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": kept}
        for _ in range(8):
            for code, times in found.items():
                command = [sys.executable, "-c", clock.format(code)]
                said = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
                times.append(float(said.stdout))
    ours, numpy = min(found[first]), min(found["import numpy"])
    yield "import and first gradient", "time", f"{ours * 1e3:.0f} ms", "130 ms", f"NumPy's import: {numpy * 1e3:.0f} ms"


def rows_of_building() -> Iterator[Row]:
    """From text to a plan."""
    for count in (1_000, 10_000, 100_000):
        text = "y = x\n" + "y = y * 1.0001\ny = sin(y)\n" * (count // 2)
        start = time.process_time()
        program = engine.compile(text, {"x": ()})
        spent = (time.process_time() - start) / len(program.graph.nodes) * 1e6
        yield f"parse and build {len(program.graph.nodes):,} nodes", "time", f"{spent:.1f} us a node", "12", ""


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    **{f"scalars {i}": partial(rows_of_scalars, *one) for i, one in enumerate(SCALARS)},
    **{f"tensors {i}": partial(rows_of_tensors, *one) for i, one in enumerate(TENSORS)},
    "loop": rows_of_loops,
    "building": rows_of_building,
    "start": rows_of_start,
    "growth": rows_of_growth,
}


def main(words: list[str]) -> None:
    table = "--table" in words
    words = [word for word in words if word != "--table"]
    if table:
        print("| workload | what | found | at most | beside |\n|---|---|---|---|---|")
    for part, rows in PARTS.items():
        if words and not any(word in part for word in words):
            continue
        for row in rows():
            print(
                f"| {' | '.join(row)} |" if table else f"{row[0]:58} {row[1]:16} {row[2]:34} <= {row[3]:8} {row[4]}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
