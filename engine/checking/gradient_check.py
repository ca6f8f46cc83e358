"""Gradients against differences: the same derivative by a method that shares nothing with backpropagation.

Central differences (f(x + s) - f(x - s)) / 2s for every element, or complex steps where every op allows them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Unpack

import numpy as np

from gradlens.engine.checking.differences import AGREEMENT, Probe, Result
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph
from gradlens.engine.language.syntax import normal_name, suggestion
from gradlens.engine.passes.forward import plan_forward
from gradlens.engine.program import Building, Program, subject
from gradlens.engine.values import Value

METHODS = ("central", "complex")
# Of central differences, whose truncation grows as s² and whose round-off as 1/s: near the cube root of 2^-53.
# The step is h max(1, |x|): below 1 as textbooks have it, above 1 relative, because x + 1e-5 is x for large x.
CENTRAL_H = 1e-5
COMPLEX_H = 1e-20  # no subtraction, so no round-off: its square vanishes beside any value
SWEPT_H = tuple(10.0**-k for k in range(1, 13))
MAX_ELEMENTS = 1000  # of each name; more tell nobody more
SWEPT_ELEMENTS = 20
SHARE = 0.25  # of the work that is allowed: matrix products reach their speed in large pieces only


@dataclass(frozen=True, slots=True)
class Point:
    """What the gradient of the first so many elements cost, in seconds; `measured`, or extrapolated from what was."""

    elements: int
    evaluations: int
    seconds: float
    measured: bool


@dataclass(slots=True)
class Check:
    """evaluations: numeric, backprop (one forward, one backward), and refining, spent on telling verdicts apart.

    curve: the cost over the number of elements.  ratio: of all elements' cost to one backpropagation's, in seconds.
    """

    method: str
    h: float
    results: list[Result]
    evaluations: dict[str, int]
    seconds: dict[str, float]
    curve: list[Point]
    ratio: float


@dataclass(slots=True)
class Sweep:
    """error: by name, the relative error at each h.  regimes: "truncation", "best", "round-off", "non-finite", or
    "unexplained" where no h agrees.  complex_step: the error of complex steps, None where an op has no complex form,
    which obstacle then names."""

    h: list[float]
    error: dict[str, list[float]]
    regimes: dict[str, list[str]]
    best_h: dict[str, float | None]
    complex_step: dict[str, float] | None
    obstacle: str | None
    indices: dict[str, list[list[int]] | None] = field(default_factory=dict[str, list[list[int]] | None])


@np.errstate(all="ignore")
def check(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    h: float | None = None,
    method: str = "central",
    wrt: Sequence[str] | None = None,
    max_elements: int | None = None,
    sample_seed: int = 0,
    seed: object = None,
    **building: Unpack[Building],
) -> Check:
    """Compare gradients with differences.

    wrt: names of nodes, inputs or not; default all inputs.  An intermediate node is changed and all after it computed
      anew.
    max_elements: of each name; above it a sample is drawn with `sample_seed`, and a smaller one where the work is too
      much.
    Errors: those of `trace`, unknown-method, step-size, sample-size, unknown-node, no-gradient, not-analytic,
      check-work.

    >>> gradlens.check("y = sin(x)", {"x": 1.0}).results[0].verdict
    'agree'
    """
    if method not in METHODS:
        raise EngineError("unknown-method", method=str(method))
    bench = Bench(*subject(program, inputs, building), seed, wrt)
    h = bench.step_size((CENTRAL_H if method == "central" else COMPLEX_H) if h is None else h)
    probes = bench.probes(MAX_ELEMENTS if max_elements is None else max_elements, sample_seed, method)
    results: list[Result] = []
    clock = Clock()
    for probe in probes:
        clock.start(probe)
        numeric = probe.central(h, clock.tick) if method == "central" else probe.complex(h, clock.tick)
        clock.stop(probe)
        results.append(probe.judged(numeric, h, method))
    backprop = bench.backprop_seconds()
    total = clock.of_all_elements()
    evaluations = {"numeric": clock.evaluations, "backprop": 2, "refining": sum(p.refining for p in probes)}
    seconds = {"numeric": clock.seconds, "backprop": backprop}
    return Check(method, h, results, evaluations, seconds, clock.curve(), total / backprop)


@np.errstate(all="ignore")
def check_sweep(
    program: Program | str,
    inputs: Mapping[str, object] | None = None,
    *,
    h: Sequence[float] | None = None,
    wrt: Sequence[str] | None = None,
    max_elements: int | None = None,
    sample_seed: int = 0,
    seed: object = None,
    **building: Unpack[Building],
) -> Sweep:
    """The error of central differences for steps from large to small. Arguments and errors as of `check`.

    >>> gradlens.check_sweep("y = sin(x)", {"x": 1.0}, h=[1e-1, 1e-5, 1e-12]).best_h
    {'x': 1e-05}
    """
    bench = Bench(*subject(program, inputs, building), seed, wrt)
    steps = sorted({bench.step_size(s) for s in (SWEPT_H if h is None else h)}, reverse=True)
    if not steps:
        raise EngineError("step-size", got="[]")
    probes = bench.probes(SWEPT_ELEMENTS if max_elements is None else max_elements, sample_seed, "central", len(steps))
    sweep = Sweep(steps, {}, {}, {}, None, None, {p.name: p.indices for p in probes})
    for probe in probes:
        errors = [probe.error(probe.central(s, Clock().tick)) for s in steps]
        sweep.error[probe.name] = errors
        sweep.regimes[probe.name], best = regimes(errors)
        sweep.best_h[probe.name] = None if best is None else steps[best]
    try:
        sweep.complex_step = {p.name: p.error(p.complex(COMPLEX_H, Clock().tick)) for p in probes}
    except EngineError as error:
        sweep.obstacle = str(error.params["function"])
    return sweep


def regimes(errors: list[float]) -> tuple[list[str], int | None]:
    """What rules the error at each step, from large steps to small, and the place of the least error."""
    finite = [i for i, e in enumerate(errors) if np.isfinite(e)]
    best = min(finite, key=errors.__getitem__, default=None)
    if best is None or errors[best] > 100 * AGREEMENT:
        return ["unexplained" if i in finite else "non-finite" for i in range(len(errors))], None
    named = ["truncation" if i < best else "round-off" if i > best else "best" for i in range(len(errors))]
    return [name if i in finite else "non-finite" for i, name in enumerate(named)], best


class Bench:
    """A program that ran once both ways, and what of it is checked."""

    def __init__(
        self,
        program: Program,
        inputs: dict[str, Value],
        seed: object,
        wrt: Sequence[str] | None,
    ):
        self.program = program
        self.inputs = inputs
        self.seed = seed
        self.trace = program.run(inputs, seed=seed)
        self.graph = program.graph
        self.names = {name: node_id(self.graph, name) for name in (self.movable() if wrt is None else wrt)}
        self.forward = plan_forward(self.graph)
        self.beside = self.program.run(self.moved(), seed=seed)

    def movable(self) -> list[str]:
        """The inputs that can take a small step: not those whose whole numbers choose elements."""
        whole = self.graph.whole_inputs()
        return [name for name in self.graph.inputs if name not in whole]

    def moved(self) -> dict[str, Value]:
        """The inputs a step aside: at a minimum all gradients are 0, but rounding is not."""
        leaves = Counter(node.name for node in self.graph.nodes if node.kind == "input")
        # A name that was assigned twice has two leaves, perhaps of two shapes: it stays where it is.
        values = {name: self.trace.values[id] for name, id in self.graph.inputs.items() if leaves[name] == 1}
        moved = {
            name: values[name] + CENTRAL_H * np.maximum(1.0, np.abs(values[name]))
            for name in self.movable()
            if name in values
        }
        return self.inputs | values | moved

    def step_size(self, h: object) -> float:
        if isinstance(h, bool) or not isinstance(h, (int, float)) or not 1e-300 <= h <= 1:
            raise EngineError("step-size", got=str(h))
        return float(h)

    def probes(self, max_elements: object, sample_seed: int, method: str, times: int = 1) -> list[Probe]:
        """One probe a name, their samples as large as the work allows.  Errors: sample-size, check-work."""
        if isinstance(max_elements, bool) or not isinstance(max_elements, int) or max_elements < 1:
            raise EngineError("sample-size", got=str(max_elements))
        probes = [Probe(name, id, self.trace, self.beside, self.forward) for name, id in self.names.items()]
        share = SHARE * self.program.limits.flops / max(len(probes), 1)
        for probe in probes:
            work = times * (2 if method == "central" else 1) * probe.work(method)
            affordable = share // max(work, 1)
            if affordable < 1:
                raise EngineError(
                    "check-work", name=probe.name, steps=times, names=len(probes), count=int(work), limit=int(share)
                )
            probe.choose(int(min(max_elements, affordable)), sample_seed)
        return probes

    def backprop_seconds(self) -> float:
        """Of one forward and one backward pass, as fast as the engine has them."""
        started = time.perf_counter()
        self.program.gradients(self.inputs, seed=self.seed)
        return time.perf_counter() - started


def node_id(graph: Graph, name: str) -> int:
    """The input of a name, or the node that it stands for last.  Errors: unknown-node, no-gradient."""
    normal = normal_name(name)
    id = graph.inputs.get(normal, graph.names.get(normal))
    if id is None:
        raise EngineError("unknown-node", name=name, **suggestion(normal, graph.names))
    if not graph.nodes[id].differentiable or normal in graph.whole_inputs():
        raise EngineError("no-gradient", name=normal)
    return id


class Clock:
    """Evaluations and seconds, and how they grew with the elements."""

    def __init__(self):
        self.evaluations = 0
        self.seconds = 0.0
        self.marks: list[tuple[int, int, float]] = []
        self.elements = 0
        self.missing = 0
        self.extrapolated = 0.0
        self.began = 0.0
        self.before = 0.0

    def start(self, probe: Probe) -> None:
        self.before = self.seconds
        self.began = time.perf_counter() - self.seconds

    def tick(self, evaluations: int) -> None:
        """One more element is done."""
        self.elements += 1
        self.evaluations += evaluations
        if str(self.elements).rstrip("0") in ("1", "2", "5"):
            self.marks.append((self.elements, self.evaluations, time.perf_counter() - self.began))

    def stop(self, probe: Probe) -> None:
        self.seconds = time.perf_counter() - self.began
        chosen = max(len(probe.chosen), 1)
        missing = probe.size - len(probe.chosen)
        self.missing += missing
        self.extrapolated += (self.seconds - self.before) / chosen * missing

    def of_all_elements(self) -> float:
        return self.seconds + self.extrapolated

    def curve(self) -> list[Point]:
        points = [Point(*mark, True) for mark in self.marks]
        if points and points[-1].elements != self.elements:
            points.append(Point(self.elements, self.evaluations, self.seconds, True))
        if self.missing:
            elements = self.elements + self.missing
            points.append(Point(elements, self.evaluations // self.elements * elements, self.of_all_elements(), False))
        return points
