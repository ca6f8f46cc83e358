"""The derivative by one element of a node as a slope, and what to make of it where it is not the gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradlens.engine.checking.complex_step import complex_steps
from gradlens.engine.checking.downstream import between, rounding
from gradlens.engine.passes.forward import ForwardStep, run_forward
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array, Shape, Value, size_of

AGREEMENT = 1e-6  # of the larger gradient: what CS231n calls good for smooth functions is 1e-7, for kinked ones 1e-5
WAVED = 0.1  # of a wave's argument: in a longer step its slopes need not agree
COMPLEX_STEPS = (1e-6, 1e-10, 1e-14)  # further ones, where the first does not agree
UNDERFLOWING = 1e-280
SETTLED = 0.1  # of the error: differences that still move by more have no limit to show
FINEST_STEP = 1e-6  # below it round-off hides whether differences converge
CANCELLED = 1e-12  # of a node's largest gradient
ROUNDINGS = 10  # of one op: a sum of many rounds many times
# What one op costs beside its arithmetic, in multiplications of a matrix product: its call, and each element it writes.
CALL_WORK, SCALAR_CALL_WORK, ELEMENT_WORK = 50_000, 10_000, 100
# From good to bad: a name's verdict is that of its worst element.  undecided: the differences are not finite though
# value and
# gradient are, because a step leaves the domain or a number overflows.
VERDICTS = ("agree", "kink", "undecided", "non-finite", "mismatch")

Slopes = tuple[float, float, float]  # to the right, to the left, and the central one


@dataclass(frozen=True, slots=True)
class Result:
    """One node's gradient by both methods.

    analytic, numeric: of the node's shape, or one number a sample.  absolute_error: of the worst element;
    relative_error: the same over the largest gradient of the node.  noise: what round-off may do to a difference.
    indices: of the sampled elements, else None.  held: whether a stop_gradient on the way kept its value while the node
      was moved.
    """

    name: str
    node: int
    analytic: Value
    numeric: Value
    absolute_error: float
    relative_error: float
    noise: float
    worst_index: list[int]
    verdict: str
    elements: int
    sampled: bool
    indices: list[list[int]] | None
    held: bool


class Probe:
    """One node that is changed, element by element, and the nodes between it and the output.

    trace: a run of the program; beside: another, a step aside; forward: the plan of its forward pass.
    """

    def __init__(self, name: str, id: int, trace: Trace, beside: Trace, forward: list[ForwardStep]):
        self.name, self.id = name, id
        self.graph, self.trace = trace.graph, trace
        self.between, self.held = between(self.graph, id)
        self.steps = [step for step in forward if step[1] in self.between]
        self.seed = self.trace.seed
        self.shape: Shape = self.graph.nodes[id].shape
        self.size = size_of(self.shape)
        gradient = self.trace.nodes[id].gradient
        self.gradient = np.zeros(self.shape) if gradient is None else np.asarray(gradient)
        self.base = np.array(self.trace.values[id], dtype=np.float64)
        self.noise = max(rounding(t, self.between) for t in (trace, beside))
        self.seeded = np.asarray(self.seed) != 0
        self.defined = bool(np.isfinite(np.where(self.seeded, trace.values[self.graph.output], 0.0)).all())
        self.chosen: list[tuple[int, ...]] = []
        self.indices: list[list[int]] | None = None
        self.refining = 0

    def work(self, method: str) -> float:
        """What one evaluation costs, before any is made."""
        nodes = [self.graph.operation(step[1]) for step in self.steps]
        work = 0.0
        for node in nodes:
            shapes = tuple(self.graph.nodes[i].shape for i in node.inputs)
            size = size_of(node.shape)
            call = SCALAR_CALL_WORK if self.graph.use_at(node.id).on_numbers else CALL_WORK
            work += (
                call
                + (size if node.op.cost.flops is None else node.op.cost.flops(shapes, node.shape))
                + ELEMENT_WORK * size
            )
        return 4 * work if method == "complex" else work

    def choose(self, count: int, sample_seed: int) -> None:
        """All elements, or a sample of `count`."""
        if self.size <= count:
            self.chosen = list(np.ndindex(self.shape))
            return
        flat = np.sort(np.random.default_rng(sample_seed).choice(self.size, count, replace=False))
        self.chosen = [tuple(map(int, np.unravel_index(int(i), self.shape))) for i in flat]
        self.indices = [list(index) for index in self.chosen]

    def at(self, index: tuple[int, ...], value: float | complex, values: list[Any], steps: list[ForwardStep]) -> Any:
        """The output with one element changed."""
        if self.shape == ():
            values[self.id] = value
        else:
            changed = self.base.astype(complex) if isinstance(value, complex) else self.base.copy()
            changed[index] = value
            values[self.id] = changed
        run_forward(steps, values)
        return values[self.graph.output]

    def difference(self, a: Value, b: Value) -> float:
        """How far the seeded output moved: element by element, so that large outputs do not drown small changes."""
        return float(np.sum(self.seed * (np.asarray(a) - b), where=self.seeded))

    def step(self, index: tuple[int, ...], h: float) -> float:
        return h * max(1.0, abs(float(self.base[index])))

    def sides(self, index: tuple[int, ...], h: float) -> Slopes:
        """The slopes to the right and to the left, and the central one."""
        x, s = float(self.base[index]), self.step(index, h)
        values = list(self.trace.values)
        here = self.trace.values[self.graph.output]
        up, down = x + s, x - s
        above, below = self.at(index, up, values, self.steps), self.at(index, down, values, self.steps)
        right = self.difference(above, here) / (up - x) if up != x else np.nan
        left = self.difference(here, below) / (x - down) if down != x else np.nan
        # By the step that was really taken: x + s is rounded.
        return right, left, self.difference(above, below) / (up - down) if up != down else 0.0

    def central(self, h: float, tick: Callable[[int], None]) -> Array:
        """Central differences of the chosen elements."""
        self.slopes: list[Slopes] = []
        for index in self.chosen:
            self.slopes.append(self.sides(index, h))
            tick(2)
        return np.array([central for _, _, central in self.slopes])

    def complex(self, h: float, tick: Callable[[int], None]) -> Array:
        """Complex steps of the chosen elements.  Errors: not-analytic."""
        self.complex_steps = complex_steps(self.graph, self.between)
        found: list[float] = []
        for index in self.chosen:
            found.append(self.slanted(index, h))
            tick(1)
        return np.array(found)

    def slanted(self, index: tuple[int, ...], h: float) -> float:
        """The slope by a step of h in the imaginary direction."""
        output = self.at(index, complex(float(self.base[index]), h), list(self.trace.values), self.complex_steps)
        return float(np.sum(self.seed * np.imag(output), where=self.seeded)) / h

    @property
    def analytic(self) -> Array:
        return np.array([self.gradient[index] for index in self.chosen], dtype=np.float64)

    def error(self, numeric: Array) -> float:
        """The largest error over the largest gradient."""
        return relative(self.analytic, numeric)

    def judged(self, numeric: Array, h: float, method: str) -> Result:
        analytic = self.analytic
        judge = self.verdict if method == "central" else self.complex_verdict
        verdicts = [judge(i, float(a), float(n), h) for i, (a, n) in enumerate(zip(analytic, numeric, strict=True))]
        errors = np.abs(analytic - numeric)
        errors[(analytic == numeric) | (np.isnan(analytic) & np.isnan(numeric))] = 0.0
        order = [(VERDICTS.index(v), np.inf if np.isnan(e) else e) for v, e in zip(verdicts, errors, strict=True)]
        worst = max(range(len(order)), key=order.__getitem__, default=None)
        whole = self.indices is None
        noise = self.noise / h if method == "central" else self.noise
        return Result(
            self.name,
            self.id,
            shaped(analytic, self.shape) if whole else analytic,
            shaped(numeric, self.shape) if whole else numeric,
            0.0 if worst is None else float(errors[worst]),
            self.error(numeric),
            noise,
            [] if worst is None else list(self.chosen[worst]),
            "agree" if worst is None else verdicts[worst],
            self.size,
            not whole,
            self.indices,
            self.held,
        )

    def verdict(self, i: int, analytic: float, numeric: float, h: float) -> str:
        """What two numbers that differ, or two slopes that do, mean."""
        if not np.isfinite(analytic) or not self.defined:
            return "non-finite"
        index, slopes = self.chosen[i], self.slopes[i]
        if not np.isfinite(slopes).all():
            return "undecided"
        if not np.isfinite(self.noise):
            return "agree" if abs(analytic - numeric) <= AGREEMENT * max(abs(analytic), abs(numeric)) else "undecided"
        near, gap = self.close(analytic, slopes, index, h), half_gap(slopes)
        if near and gap <= 5e-4 * max(abs(slopes[0]), abs(slopes[1])) + self.blur(index, h) / 2:
            return "agree"
        tenth = h / 10
        finer = self.sides(index, tenth)
        self.refining += 2
        if not np.isfinite(finer).all():
            return "agree" if near else "undecided"
        smaller_gap, noise = half_gap(finer), self.blur(index, tenth) / 2
        # Where the function is smooth the gap shrinks with the step; at a kink it stays.
        if smaller_gap > gap / 2 and smaller_gap > noise:
            return "undecided" if self.waves(index, tenth) else "kink"
        if near:
            return "agree"
        # A kink within the step, but not within a tenth of it.
        if gap > 30 * smaller_gap + noise and self.close(analytic, finer, index, tenth):
            return "agree" if self.waves(index, h) else "kink"
        return self.refined(analytic, slopes, finer, index, tenth)

    def refined(self, analytic: float, coarse: Slopes, fine: Slopes, index: tuple[int, ...], h: float) -> str:
        """Whether ever smaller steps, or what they extrapolate to (Richardson), come to the gradient, or to another
        slope.  h: of `fine`.
        """
        shrinking = 0
        while True:
            right, left, central = fine
            if not np.isfinite(fine).all():
                return "undecided"
            if self.close(analytic, (right, left, central + (central - coarse[2]) / 99), index, h):
                return "agree"
            # Where only the second derivative jumps, as of relu(x)² at 0, the error shrinks with the step itself.
            shrinking = shrinking + 1 if abs(central - analytic) < abs(coarse[2] - analytic) / 5 else 0
            if shrinking == 2:
                return "agree"
            if h <= FINEST_STEP / 10:
                break
            h /= 10
            coarse, fine = fine, self.sides(index, h)
            self.refining += 2
        noise = self.blur(index, h)
        if abs(central - coarse[2]) > SETTLED * min(abs(central - analytic), abs(central) + noise) + noise:
            return "undecided"
        return self.other_slope(index, h)

    def other_slope(self, index: tuple[int, ...], h: float) -> str:
        """What it means that differences come to another slope than the gradient."""
        if any(self.trace.nodes[id].convention for id in self.between):
            return "kink"
        # At large numbers even the finest step spans many pieces of such a function.
        repeats = any(self.graph.operation(id).op.repeats for id in self.between)
        return "undecided" if repeats and self.step(index, h) > 0.1 else "mismatch"

    def waves(self, index: tuple[int, ...], h: float) -> bool:
        """Whether a step goes so far along a wave that slopes on both sides differ without a kink, and no convention
        was met.
        """
        arguments = [
            self.graph.nodes[id].inputs[0] for id in self.between if self.graph.operation(id).op.repeats == "wave"
        ]
        if not arguments or any(self.trace.nodes[id].convention for id in self.between):
            return False
        values = list(self.trace.values)
        self.at(index, float(self.base[index]) + self.step(index, h), values, self.steps)
        self.refining += 1
        return any(np.max(np.abs(values[id] - self.trace.values[id]), initial=0.0) > WAVED for id in arguments)

    def blur(self, index: tuple[int, ...], h: float) -> float:
        """How far rounding may move a slope."""
        return ROUNDINGS * self.noise / self.step(index, h)

    def close(self, analytic: float, slopes: Slopes, index: tuple[int, ...], h: float) -> bool:
        numeric = slopes[2]
        return abs(analytic - numeric) <= AGREEMENT * max(abs(analytic), abs(numeric)) + self.blur(index, h)

    def complex_verdict(self, i: int, analytic: float, numeric: float, h: float) -> str:
        if not np.isfinite(analytic) or not self.defined:
            return "non-finite"
        if not (np.isfinite(numeric) and np.isfinite(self.noise)):
            return "undecided"
        if self.complex_close(analytic, numeric, h):
            return "agree"
        if any(self.trace.nodes[id].convention for id in self.between):
            return "kink"
        # Beside a tiny element the step may be large; times a tiny derivative it may be less than the least number.
        index = self.chosen[i]
        for step in (h * abs(float(self.base[index])), *COMPLEX_STEPS):
            self.refining += 1
            if step > 0 and self.complex_close(analytic, self.slanted(index, step), step):
                return "agree"
        return "mismatch" if max(abs(analytic), abs(numeric)) > UNDERFLOWING and self.settles(index) else "undecided"

    @cached_property
    def largest(self) -> float:
        """The largest element that is sent to the node: its gradient may be what is left after they cancel."""
        sent = [self.gradient] + [
            self.trace.edges[e.id].contribution for e in self.graph.edges if e.source == self.id and e.differentiable
        ]
        sizes = np.abs(np.concatenate([np.ravel(part) for part in sent]))
        return float(np.max(sizes[np.isfinite(sizes)], initial=0.0))

    def complex_close(self, analytic: float, numeric: float, h: float) -> bool:
        # Truncation is h² times a third derivative of unknown size: taken as a thousand times the first.
        tolerance = (AGREEMENT + 1000 * h * h) * max(abs(analytic), abs(numeric))
        # No values are subtracted, but contributions may cancel to less than their rounding, on the way back once more.
        return abs(analytic - numeric) <= tolerance + ROUNDINGS**2 * self.noise + CANCELLED * self.largest

    def settles(self, index: tuple[int, ...]) -> bool:
        """Whether complex steps of several sizes give one slope."""
        found = [self.slanted(index, step) for step in COMPLEX_STEPS]
        self.refining += len(found)
        return max(found) - min(found) <= SETTLED * max(map(abs, found))


def half_gap(slopes: Slopes) -> float:
    """Half of what lies between the slopes on both sides; the whole may be beyond the largest number."""
    return abs(slopes[0] / 2 - slopes[1] / 2)


def relative(analytic: Array, numeric: Array) -> float:
    """The largest error over the largest gradient, as CS231n divides; 0 where both are 0."""
    if not analytic.size:
        return 0.0
    error = np.max(np.abs(analytic - numeric))
    size = max(np.max(np.abs(analytic)), np.max(np.abs(numeric)))
    return 0.0 if error == 0 else float(error / size)


def shaped(flat: Array, shape: Shape) -> Value:
    return float(flat[0]) if shape == () else flat.reshape(shape)
