"""Points without a derivative: the registry's masks are held to difference quotients, its conventions to figures of
PyTorch.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from gradlens.engine.ops import OPS
from gradlens.engine.ops.op import Op
from gradlens.engine.program import Program

from gradlens import engine
from tests.engine.numerics import close
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
        np.max(steps, initial=0.0) < 1e-2
        and close(forth, slopes, rtol=1e-3, atol=1e-3 * H)
        and close(found, skew @ slopes, rtol=1e-3, atol=1e-3 * H)
    )


def told(op: Op, program: Program, point: dict[str, np.ndarray | np.float64]) -> bool | None:
    """Whether the run says that the op met its convention; None where a gradient is not finite, as at a pole."""
    trace = program.run(point)
    if not all(np.isfinite(gradient).all() for gradient in trace.gradients.values()):
        return None
    return any(node.convention for node in trace.nodes if node.op == op.name)


SMOOTH = {
    "stop_gradient",
    "argmax",
    "argmin",
    "argsort",
    "first_winner",
    "dropout_mask",
    "one_hot",
}  # whose gradient stops on purpose


@pytest.mark.parametrize(
    "op",
    [op for op in OPS.values() if op.name not in SMOOTH and not op.whole and (op.local or op.vjp)],
    ids=lambda op: op.name,
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
                smooth, said = differentiable(program, point, moving), told(op, program, point)
            if smooth is None or said is None:
                continue
            assert said is not smooth, (program.syntax.text, point)


# PyTorch 2.13 in float64: gradients of the sum of the output, by input.  Where it has none or another one, the reason
# stands beside it.
FIGURES = [
    ("abs(x)", {"x": 0}, {"x": 0}),
    ("sign(x)", {"x": 0}, {"x": 0}),
    *[(f"{name}(x)", {"x": x}, {"x": 0}) for name in ("floor", "ceil", "trunc") for x in (-1, 2)],
    ("round(x)", {"x": 0.5}, {"x": 0}),
    ("round(x)", {"x": 1.5}, {"x": 0}),
    ("relu(x)", {"x": 0}, {"x": 0}),
    ("leaky_relu(x)", {"x": 0}, {"x": 0.01}),
    ("leaky_relu(x, 0.3)", {"x": 0}, {"x": 0.3}),
    ("prelu(x, a)", {"x": 0, "a": 3}, {"x": 3, "a": 0}),
    ("elu(x)", {"x": 0}, {"x": 1}),
    ("elu(x, 2)", {"x": 0}, {"x": 2}),
    ("selu(x)", {"x": 0}, {"x": 1.7580993408473766}),
    ("celu(x, 2)", {"x": 0}, {"x": 1}),
    ("hardsigmoid(x)", {"x": -3}, {"x": 0}),
    ("hardsigmoid(x)", {"x": 3}, {"x": 0}),
    ("hardswish(x)", {"x": -3}, {"x": 0}),
    ("hardswish(x)", {"x": 3}, {"x": 1}),
    ("relu6(x)", {"x": 0}, {"x": 0}),
    ("relu6(x)", {"x": 6}, {"x": 0}),
    ("hardtanh(x)", {"x": -1}, {"x": 0}),
    ("hardtanh(x)", {"x": 1}, {"x": 0}),
    ("hardshrink(x)", {"x": -0.5}, {"x": 0}),
    ("hardshrink(x)", {"x": 0.5}, {"x": 0}),
    ("softshrink(x)", {"x": -0.5}, {"x": 0}),
    ("softshrink(x)", {"x": 0.5}, {"x": 0}),
    ("threshold(x, 1, 5)", {"x": 1}, {"x": 0}),
    ("maximum(x, y)", {"x": 2, "y": 2}, {"x": 0.5, "y": 0.5}),
    ("minimum(x, y)", {"x": 2, "y": 2}, {"x": 0.5, "y": 0.5}),
    *[("clip(x, low, high)", {"x": x, "low": -1, "high": 1}, {"x": 1, "low": 0, "high": 0}) for x in (-1, 1)],
    ("clip(x, low, high)", {"x": 1, "low": 1, "high": 1}, {"x": 1, "low": 0, "high": 0}),
    *[("clip(x, low, high)", {"x": x, "low": 2, "high": 1}, {"x": 0, "low": 0, "high": 1}) for x in (0, 1, 1.5, 2, 3)],
    ("clip(x, low, high)", {"x": 2, "low": 1, "high": 1}, {"x": 0, "low": 0, "high": 1}),
    (
        "clip(x, low, high)",
        {"x": 0, "low": 1, "high": 1},
        {"x": 0, "low": 1, "high": 0},
    ),  # PyTorch has 0 for both bounds, with which the value moves
    *[("copysign(x, y)", {"x": 0, "y": y}, {"x": 0, "y": 0}) for y in (1, -1)],
    ("copysign(x, y)", {"x": 2, "y": 0}, {"x": 1, "y": 0}),
    ("copysign(x, y)", {"x": -2, "y": 0}, {"x": -1, "y": 0}),
    ("copysign(x, y)", {"x": 2, "y": -0.0}, {"x": -1, "y": 0}),
    ("heaviside(x, y)", {"x": 0, "y": 0.5}, {"x": 0, "y": 1}),  # PyTorch has no derivative of it
    ("hypot(x, y)", {"x": 0, "y": 0}, {"x": 0, "y": 0}),
    ("xlogy(x, y)", {"x": 0, "y": 0}, {"x": -np.inf, "y": 0}),  # PyTorch: NaN, NaN; 0, NaN
    ("atan2(y, x)", {"y": 0, "x": 0}, {"y": 0, "x": 0}),
    ("atan2(y, x)", {"y": 0, "x": -2}, {"y": -0.5, "x": 0}),
    ("atan2(y, x)", {"y": -0.0, "x": -1}, {"y": -1, "x": 0}),
    ("fmod(x, y)", {"x": 4, "y": 2}, {"x": 1, "y": -2}),
    ("fmod(x, y)", {"x": -4, "y": 2}, {"x": 1, "y": 2}),
    ("fmod(x, y)", {"x": 0, "y": 2}, {"x": 1, "y": 0}),
    ("mod(x, y)", {"x": 4, "y": 2}, {"x": 1, "y": -2}),
    ("mod(x, y)", {"x": -4, "y": 2}, {"x": 1, "y": 2}),
    ("mod(x, y)", {"x": 4, "y": -2}, {"x": 1, "y": 2}),
    ("floor_divide(x, y)", {"x": 4, "y": 2}, {"x": 0, "y": 0}),
    ("pow(x, y)", {"x": 0, "y": 0}, {"x": 0, "y": 0}),
    ("pow(x, y)", {"x": 0, "y": 0.5}, {"x": np.inf, "y": 0}),
    ("pow(x, y)", {"x": 0, "y": -1}, {"x": -np.inf, "y": -np.inf}),
    ("pow(x, y)", {"x": 0, "y": 1}, {"x": 1, "y": 0}),
    ("div(x, y)", {"x": 1, "y": 0}, {"x": np.inf, "y": -np.inf}),
    ("sqrt(x)", {"x": 0}, {"x": np.inf}),
    ("cbrt(x)", {"x": 0}, {"x": np.inf}),
    ("log(x)", {"x": 0}, {"x": np.inf}),
    ("smooth_l1(y, t, 0.5)", {"y": [1, 2], "t": [0.5, 2.5]}, {"y": [0.5, -0.5], "t": [-0.5, 0.5]}),
    ("huber(y, t, 0.5)", {"y": [1, 2], "t": [0.5, 2.5]}, {"y": [0.25, -0.25], "t": [-0.25, 0.25]}),
    ("mae(y, t)", {"y": [1, 2], "t": [1, 0]}, {"y": [0, 0.5], "t": [0, -0.5]}),
    ("hinge(y, t)", {"y": [1, 2], "t": [1, -1]}, {"y": [0, 0.5], "t": [0, -1]}),  # as mean(relu(1 - t * y))
    ("max(x)", {"x": [1, 1, 0]}, {"x": [0.5, 0.5, 0]}),
    ("min(x)", {"x": [0, 1, 0]}, {"x": [0.5, 0, 0.5]}),
    ("std(x)", {"x": [2, 2]}, {"x": [0, 0]}),
    ("std(x, ddof=1)", {"x": [2, 2]}, {"x": [0, 0]}),
    ("norm(x)", {"x": [0, 0]}, {"x": [0, 0]}),
    ("norm(x, 1)", {"x": [0, 2]}, {"x": [0, 1]}),
    ("norm(x, 3)", {"x": [0, 0]}, {"x": [0, 0]}),
    ("norm(x, inf)", {"x": [2, -2, 1]}, {"x": [0.5, -0.5, 0]}),
    ("norm(x, -inf)", {"x": [2, -2, 3]}, {"x": [0.5, -0.5, 0]}),
    ("root_mean_square(x)", {"x": [0, 0]}, {"x": [0, 0]}),  # as norm
    ("linalg_norm(x, 1)", {"x": [[1, 0], [2, 1]]}, {"x": [[1, 0], [1, 0]]}),
    ("linalg_norm(x, 1)", {"x": [[0, 0], [2, 1]]}, {"x": [[0, 0], [1, 0]]}),
    ("linalg_norm(x, inf)", {"x": [[1, -1], [2, 0]]}, {"x": [[0.5, -0.5], [0.5, 0]]}),
    ("sum(sort(x) * [1, 2, 4])", {"x": [5, 3, 3]}, {"x": [4, 1, 2]}),
    (
        "median(x)",
        {"x": [3, 1, 1, 1, 2]},
        {"x": [0, 0, 0, 1, 0]},
    ),  # the one in the middle of the stable order; PyTorch shares it
    ("cross_entropy(y, t)", {"y": [0, 1], "t": [0, 1]}, {"y": [0, -1]}),
    ("binary_cross_entropy(y, t)", {"y": [0, 1], "t": [0, 1]}, {"y": [0.5, -0.5]}),
    ("kl_div(p, q)", {"p": [0, 1], "q": [0.5, 0.5]}, {"q": [0, -2]}),
    ("entropy(p)", {"p": [0, 1]}, {"p": [np.inf, -1]}),
]


@pytest.mark.parametrize(("call", "point", "gradients"), FIGURES)
def test_a_convention_is_the_one_that_was_measured(call, point, gradients):
    arrays = {name: [value] if np.ndim(value) == 0 else value for name, value in point.items()}
    for inputs in (point, arrays):
        found = engine.trace(f"z = {call}", inputs).gradients
        for name, expected in gradients.items():
            assert close(found[name], np.broadcast_to(np.asarray(expected, float), np.shape(found[name]))), (
                name,
                found[name],
            )


def test_every_convention_has_a_figure():
    poles = {"csc", "cot", "csch", "coth"}  # where value and derivative are infinite, as IEEE arithmetic has them
    assert {op.name for op in OPS.values() if op.kink} - poles <= {
        name for call, *_ in FIGURES for name in OPS if f"{name}(" in call
    }
