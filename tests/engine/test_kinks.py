"""Points without a derivative: the registry's masks are held to difference quotients, its conventions to figures of
PyTorch.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from gradlens import engine
from gradlens.engine.ops import OPS
from gradlens.engine.ops.op import Op
from gradlens.engine.program import Program
from tests.each import each
from tests.engine.numerics import close
from tests.engine.references import FIGURES, WITHOUT_GRADIENT
from tests.engine.test_ops import calls

H = 1e-6
GRIDS = {1: np.arange(-6, 6.5, 0.5), 2: np.array([-3, -1, -0.5, 0, 0.5, 1, 2]), 3: np.array([-1.0, 0, 1])}
LEVELS = ((-1, 0, 1), (0,), (-2, 2), (0.3, 0.7))  # of which arrays are drawn, so that elements tie


def uses(op: Op) -> Iterator[tuple[Program, list[dict[str, np.ndarray | np.float64]]]]:
    """Programs of one call, with points at which an op may have no derivative."""
    if op.elementwise:
        for given in ({}, {o.name: 2 if o.kind == "integer" else 0.7 for o in op.options}):
            call = f"{op.name}({', '.join([*op.inputs, *(f'{name}={value}' for name, value in given.items())])})"
            grid = itertools.product(GRIDS[len(op.inputs)], repeat=len(op.inputs))
            yield (
                engine.compile(f"z = {call}", dict.fromkeys(op.inputs, ())),
                [dict(zip(op.inputs, map(np.float64, values))) for values in grid],
            )
        return
    for call, shapes in calls(op):
        random = np.random.default_rng(1)
        points = [
            {name: random.choice(np.array(levels, float), shape) for name, shape in shapes.items()} for levels in LEVELS
        ]
        yield engine.compile(f"z = {call}", shapes), points


def differentiable(program: Program, point: dict[str, np.ndarray | np.float64], moving: list[str]) -> bool | None:
    """Whether one linear map tells how the output moves along every direction; None where something is not finite."""
    sizes = [point[name].size for name in moving]
    weights = np.random.default_rng(2).uniform(0.5, 1.5, program.graph.nodes[program.graph.output].shape)

    def rise(direction: np.ndarray) -> float:
        parts = np.split(H * direction, np.cumsum(sizes)[:-1])
        return float(
            np.sum(
                weights
                * (
                    program.forward(
                        point
                        | {name: point[name] + part.reshape(point[name].shape) for name, part in zip(moving, parts)}
                    )[program.graph.output]
                    - here
                )
            )
        )

    here = program.forward(point)[program.graph.output]
    axes = np.eye(sum(sizes))
    if not np.isfinite(here).all():
        return None
    forth, back = np.array([rise(e) for e in axes]), np.array([rise(-e) for e in axes])
    skew = [*np.random.default_rng(3).normal(size=(3, sum(sizes)))]
    found = np.array([rise(d) for d in skew])
    if not np.isfinite([*forth, *back, *found]).all():
        return None
    slopes = (forth - back) / 2
    steps = np.abs([*forth, *back, *found])
    return bool(
        np.max(steps, initial=0.0) < 1e-2 * max(1.0, np.max(np.abs(here), initial=0.0))  # no jump, of its size
        and close(forth, slopes, rtol=1e-3, atol=1e-3 * H)
        and close(found, skew @ slopes, rtol=1e-3, atol=1e-3 * H)
    )


def told(op: Op, program: Program, point: dict[str, np.ndarray | np.float64]) -> bool | None:
    """Whether the run says that the op met its convention; None where a gradient is not finite, as at a pole."""
    trace = program.run(point)
    if not all(np.isfinite(np.asarray(gradient, float)).all() for gradient in trace.gradients.values()):
        return None
    return any(node.convention for node in trace.nodes if node.op == op.name)


@each(
    "op",
    [op for op in OPS.values() if op.name not in WITHOUT_GRADIENT and not op.whole and (op.local or op.vjp)],
    sample=6,
)
def test_a_convention_is_told_where_there_is_no_derivative_and_only_there(op):
    for program, points in uses(op):
        fixed = {name for i, name in enumerate(op.inputs) if not op.variadic and op.rule(i) is None}
        moving = [
            name
            for name in program.graph.inputs
            if name not in fixed and program.graph.nodes[program.graph.inputs[name]].shape != (0,)
        ]
        for point in points:
            with np.errstate(all="ignore"):
                said = told(op, program, point)
                smooth = None if said is None else differentiable(program, point, moving)
            assert smooth is None or said is not smooth, (program.syntax.text, point)


@each("call, point, gradients", FIGURES)
def test_a_convention_is_the_one_that_was_measured(call, point, gradients):
    arrays = {name: [value] if np.ndim(value) == 0 else value for name, value in point.items()}
    for inputs in (point, arrays):
        found = engine.trace(f"z = {call}", inputs).gradients
        for name, expected in gradients.items():
            assert close(found[name], np.broadcast_to(np.asarray(expected, float), np.shape(found[name]))), (
                name,
                found[name],
            )
