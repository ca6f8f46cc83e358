"""Values that are all equal: their deviation is exactly 0, also where their mean would round; and lengths whose squares
are too small for a float.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.data.sets import Table, prepared
from gradlens.engine.ops import OPS
from tests.each import each
from tests.engine.numerics import close

VALUES = (0.1, 1 / 3, 0.7, 1e-300, 1e300, -0.1, 5e-324)
LENGTHS = (2, 3, 6, 7, 10, 17)
AXES = ("", "axis=0", "axis=1", "axis=(0, 1)", "axis=-1, keepdims=True")
# Ops of the registry that take the mean of something away, or divide by a deviation, with calls that are flat at equal
# values.
CENTRED = {
    "std": [f"std(x, {axis}{', ' if axis else ''}ddof={ddof})" for axis in AXES for ddof in (0, 0.5, 1)],
    "var": [f"var(x, {axis}{', ' if axis else ''}ddof={ddof})" for axis in AXES for ddof in (0, 0.5, 1)],
    "layer_norm": ["layer_norm(x)", "layer_norm(x, eps=0.1)"],
    "batch_norm": ["batch_norm(x, 1, 0)", "batch_norm(x, 2, 0, eps=0.1)"],
    "mean": [f"x - mean(x{', ' if axis else ''}{axis})" for axis in AXES if axis != "axis=1"],
}


def speaks_of_a_deviation(op) -> bool:
    """Whether a rule or the definition of an op takes a mean or a variance of its input."""
    texts = [r for r in (*op.local.values(), *op.vjp.values(), op.definition) if isinstance(r, str)]
    return any(f"{name}(x" in text for text in texts for name in ("mean", "var", "std") if name != op.name)


def remarked(trace) -> list[str]:
    """The kinds of a trace's remarks but those about gradients that are 0 up to rounding."""
    return [w.kind for w in trace.warnings if w.kind != "vanished-gradient"]


def test_every_op_that_takes_a_deviation_is_driven_here():
    # rms_norm, root_mean_square and the losses take means of squares and of errors, and subtract none of them from its
    # own terms.
    assert {op.name for op in OPS.values() if speaks_of_a_deviation(op)} - {"rms_norm", "root_mean_square"} <= set(
        CENTRED
    )


@each("call", [call for calls in CENTRED.values() for call in calls])
@each("detail", ["fused", "expanded"])
def test_equal_values_have_no_deviation_and_no_gradient_of_it(call, detail):
    reference = remarked(engine.trace(f"z = {call}", {"x": np.full((4, 4), 2.0)}, detail=detail))
    for n in LENGTHS:
        shape = (n, 3) if "axis=0" in call or "batch" in call else (3, n)
        program = engine.compile(f"z = {call}", {"x": shape}, detail=detail)
        for value in VALUES:
            trace = program.run({"x": np.full(shape, value)})
            assert not np.any(trace["z"].value), (shape, value)
            assert remarked(trace) == reference, (shape, value)
            if not call.startswith("x -"):  # whose gradients are sums of 1 - n / n
                assert close(trace.gradients["x"], np.zeros(shape), atol=1e-9 if "norm" in call else 0), (shape, value)


@pytest.mark.parametrize(
    "program", ["sqrt(var(x))", "(x - mean(x)) / std(x)", "x / std(x)", "layer_norm(x, eps=0)", "std(x, ddof=3)"]
)
def test_what_is_spelled_out_is_told_as_where_the_mean_is_exact(program):
    for value in VALUES:
        trace, reference = (
            engine.trace(f"z = {program}", {"x": [v, v, v]}) for v in (value, math.copysign(2.0, value))
        )
        if value in (0.1, 1 / 3, 0.7, -0.1):
            assert (
                close(trace.gradients["x"], reference.gradients["x"]) or not np.isfinite(reference.gradients["x"]).all()
            )
        assert remarked(trace) == remarked(reference)


def test_a_deviation_written_as_a_root_has_a_remedy():
    trace = engine.trace("z = sqrt(var(x, axis=1, ddof=1))", {"x": np.full((2, 3), 0.1)})
    assert "std(x, axis=1, ddof=1.0)" in [w.params.get("remedy") for w in trace.warnings]


def test_rows_of_equal_values_leave_the_others_bit_for_bit():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 7))
    mixed = np.concatenate([x, np.full((3, 7), 0.1)])
    for name, numpy in (("mean", np.mean), ("var", np.var), ("std", np.std)):
        found = engine.trace(f"z = {name}(x, axis=1)", {"x": mixed})
        assert np.array_equal(found["z"].value[:40], numpy(x, axis=1))
        assert np.array_equal(found["z"].value[40:], np.full(3, 0.1 if name == "mean" else 0.0))


# Each is homogeneous: of x times c it is |c| times that of x, also where the squares are 0.
@each(
    "call",
    [
        "norm(x)",
        "norm(x, 3)",
        "norm(x, 0.5)",
        "linalg_norm(x)",
        "std(x)",
        "std(x, ddof=1)",
        "norm(x, axis=0)",
        "std(x, axis=0, keepdims=True)",
    ],
)
@each("scale", [1e-300, 1e-170, 1e-150, 1e90])
def test_a_length_of_tiny_numbers_is_that_of_ordinary_ones_scaled(call, scale):
    x = np.array([[3.0, -4.0], [5.0, 6.5]])
    ordinary, scaled = (engine.trace(f"z = {call}", {"x": x * c}) for c in (1.0, scale))
    assert np.allclose(np.asarray(scaled["z"].value) / scale, ordinary["z"].value, rtol=1e-12)
    assert np.allclose(scaled.gradients["x"], ordinary.gradients["x"], rtol=1e-9)
    assert not scaled.warnings


@pytest.mark.parametrize("call", ["norm(x)", "norm(x, 3)", "norm(x, 0.5)", "norm(x, -2)", "std(x)"])
def test_a_length_of_nothing_and_of_infinite_numbers_is_no_length_of_tiny_ones(call):
    for shape, axis, out in (
        ((0,), "", ()),
        ((0, 3), "axis=0", (3,)),
        ((3, 0), "axis=0", (0,)),
        ((3, 0), "axis=1", (3,)),
    ):
        if call != "std(x)":
            empty = engine.trace(f"z = {call[:-1]}, {axis})" if axis else f"z = {call}", {"x": np.zeros(shape)})[
                "z"
            ].value
            assert np.shape(empty) == out and not np.any(np.isfinite(empty) & (np.asarray(empty) != 0))
    rows = np.array([[3e-300, 4e-300], [np.inf, 1e-300], [np.inf, np.inf], [3.0, 4.0], [0.0, 0.0]])
    together = engine.trace(f"z = {call[:-1]}, axis=1)", {"x": rows})["z"].value
    alone = [engine.trace(f"z = {call}", {"x": row})["z"].value for row in rows]
    assert np.array_equal(together, alone, equal_nan=True) and 0 < together[0] < 1e-298


def test_a_column_of_equal_values_becomes_zero_when_data_are_standardised():
    x = np.stack([np.full(20, 0.1), np.arange(20.0)], axis=1)
    found = prepared(Table(("a", "b"), x, np.arange(20.0), None), unit=None, train=None, test=None, seed=0)
    assert not np.any(found.x[:, 0]) and np.isclose(np.std(found.x[: found.train, 1]), 1)


@each(
    "call", ["layer_norm(x, eps=0)", "rms_norm(x, eps=0)", "batch_norm(x, 1, 0, eps=0)", "layer_norm(x)", "rms_norm(x)"]
)
@each("scale", [1e155, 1e200, 1e300, -1e307])
def test_numbers_whose_squares_overflow_are_normalised_as_smaller_ones_in_the_same_proportions(call, scale):
    x = np.array([[3.0, -1.0, 0.5], [1.0, 2.0, -4.0]])
    value = [engine.trace(f"z = {call}", {"x": x * by})["z"].value for by in (scale, np.sign(scale) * 1e10)]
    np.testing.assert_allclose(*value, rtol=1e-12)
    mixed = engine.trace(f"z = {call}", {"x": x * ([[scale], [1.0]] if "batch" not in call else [scale, 1.0, 1.0])})[
        "z"
    ].value
    alone = engine.trace(f"z = {call}", {"x": x})["z"].value
    assert np.array_equal(mixed[1], alone[1]) if "batch" not in call else np.array_equal(mixed[:, 1:], alone[:, 1:])


# (program, its degree): of inputs times c the output is that of the inputs, times c to the degree; a gradient has one
# degree less.
HOMOGENEOUS = [
    ("u = layer_norm(x, eps=0)", 0),
    ("u = rms_norm(x, eps=0)", 0),
    ("u = batch_norm(x, [2, 3, 0.5], 1, eps=0)", 0),
    ("u = root_mean_square(x, axis=0)", 1),
    ("u = root_mean_square(x)", 1),
    ("u = atan2(x, y)", 0),
    ("u = hypot(x, y)", 1),
    ("u = x / y", 0),
    ("u = softsign(x / y)", 0),
    ("u = maximum(x, y)", 1),
    ("u = mean(x, axis=0)", 1),
    ("u = logaddexp(x / y, 1)", 0),
]


@each("program, degree", HOMOGENEOUS)
@each("scale", [1e-300, 1e-200, 1e-160, 1e155, 1e200, 1e300])
def test_a_rule_is_as_exact_as_what_it_is_made_of_however_large_or_small_that_is(program, degree, scale):
    x, y = (
        [[3.0, -1.0, 0.5], [1.0, 2.0, -4.0], [-2.0, 0.5, 1.0]],
        [
            [2.0, 0.25, -1.0],
            [1.5, -3.0, 0.5],
            [1.0, 5.0, -0.1],
        ],
    )
    weights = [[1.0, 0.5, 2.0], [-1.0, 3.0, 0.25], [0.5, 1.0, -2.0]]
    ordinary, scaled = (
        engine.trace(
            f"{program}\nz = sum(u * w)",
            {
                "x": np.multiply(x, c),
                "w": weights,
                **({"y": np.multiply(y, c)} if re.search(r"\by\b", program) else {}),
            },
        )
        for c in (1.0, scale)
    )
    for name in ordinary.gradients.keys() - {"w"}:
        expected = ordinary.gradients[name] if degree else np.asarray(ordinary.gradients[name]) / scale
        np.testing.assert_allclose(scaled.gradients[name], expected, rtol=1e-9, atol=1e-12 * np.max(np.abs(expected)))
    assert not {w.kind for w in scaled.warnings} - {"vanished-gradient", "exploded-gradient"}


@pytest.mark.parametrize("scale", [1e-3, 1e155, 1e200, 1e300])
def test_the_gradient_of_gamma_is_the_normalised_value_also_where_the_squares_overflow(scale):
    x = np.array([[3.0, -1.0], [1.0, 2.0], [-2.0, 5.0]])
    weights = np.array([[1.0, 0.5], [2.0, -1.0], [0.25, 3.0]])
    found = engine.trace(
        "u = batch_norm(x, gamma, 0, eps=0)\nz = sum(u * w)", {"x": x * scale, "gamma": [2.0, 0.5], "w": weights}
    ).gradients["gamma"]
    np.testing.assert_allclose(found, np.sum(weights * (x - x.mean(0)) / x.std(0), axis=0), rtol=1e-12)
