"""Complex forms of ops whose kernels are real: the piece is chosen by the real part, its slope is the derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.checking.complex_step import complex_steps
from gradlens.engine.checking.downstream import between
from gradlens.engine.ops import OPS
from gradlens.engine.ops.complex_forms import modulus, sigmoid, softplus, winner
from gradlens.engine.ops.reduction import complex_norm as norm
from tests.each import each

H = 1e-20
POINTS = np.array([-800.0, -40.0, -1.0, -1e-9, 1e-9, 1.0, 40.0, 800.0])


def form(op: str) -> Callable[..., Any]:
    """An op's own function on complex numbers."""
    found = OPS[op].complex
    assert callable(found)
    return found


def slope(function, x: object, along: object = 1.0) -> np.ndarray:
    """By a step in the imaginary direction."""
    return np.imag(function(np.asarray(x, dtype=float) + 1j * H * np.asarray(along))) / H


@np.errstate(all="ignore")
def logistic(x: np.ndarray) -> np.ndarray:
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


@each(
    "function, value, derivative",
    [
        (modulus, np.abs, np.sign),
        (sigmoid, logistic, lambda x: logistic(x) * logistic(-x)),
        (softplus, lambda x: np.logaddexp(0, x), logistic),
        (form("log_sigmoid"), lambda x: -np.logaddexp(0, -x), lambda x: logistic(-x)),
        (form("relu"), lambda x: np.maximum(x, 0), lambda x: x > 0),
        (form("softsign"), lambda x: x / (1 + np.abs(x)), lambda x: 1 / (1 + np.abs(x)) ** 2),
        (form("silu"), lambda x: x * logistic(x), lambda x: logistic(x) + x * logistic(x) * logistic(-x)),
        (
            lambda x: form("leaky_relu")(x, 0.1),
            lambda x: np.where(x > 0, x, 0.1 * x),
            lambda x: np.where(x > 0, 1, 0.1),
        ),
        (
            lambda x: form("elu")(x, 1.5),
            lambda x: np.where(x > 0, x, 1.5 * np.expm1(np.minimum(x, 0))),
            lambda x: np.where(x > 0, 1, 1.5 * np.exp(np.minimum(x, 0))),
        ),
        (lambda x: form("clip")(x, -2, 3), lambda x: np.clip(x, -2, 3), lambda x: (x > -2) & (x < 3)),
        (lambda x: form("maximum")(x, 2 * x), lambda x: np.maximum(x, 2 * x), lambda x: np.where(x > 0, 2, 1)),
        (lambda x: form("minimum")(x, 2 * x), lambda x: np.minimum(x, 2 * x), lambda x: np.where(x < 0, 2, 1)),
        (lambda x: form("where")(x, x, 2 * x), lambda x: x, lambda x: np.ones_like(x)),
        (lambda x: form("where")(0 * x, x, 2 * x), lambda x: 2 * x, lambda x: 2 * np.ones_like(x)),
    ],
)
def test_a_piecewise_form_has_the_value_and_the_slope_of_its_function(function, value, derivative):
    with np.errstate(all="raise", under="ignore"):
        assert np.allclose(np.real(function(POINTS + 0j)), value(POINTS), rtol=1e-14, atol=0)
        assert np.allclose(slope(function, POINTS), derivative(POINTS), rtol=1e-12, atol=1e-300)


@each(
    "call, value, derivative",
    [
        ("relu", 0, 0),
        ("softplus", np.log(2), 0.5),
        ("sigmoid", 0.5, 0.25),
        ("abs", 0, 1),
        ("log_sigmoid", -np.log(2), 0.5),
        ("silu", 0, 0.5),
        ("softsign", 0, 1),
    ],
)
def test_at_the_seam_of_two_pieces_one_of_them_rules(call, value, derivative):
    assert np.real(form(call)(0j)) == pytest.approx(value) and slope(form(call), 0.0) == pytest.approx(derivative)


@each("x", [-1 + 1e-9, -0.5, -0.49, -1e-3, -1e-12, -1e-18, 0.0, 1e-300, 1e-18, 1e-9, 0.3, 0.5, 0.6, 2.0, 1e10, 1e200])
def test_a_small_number_is_not_lost_beside_1(x):
    with np.errstate(all="ignore"):
        assert np.isclose(np.real(form("log1p")(x + 0j)), np.log1p(x), rtol=1e-14, atol=0) and np.isclose(
            slope(form("log1p"), x), 1 / (1 + x), rtol=1e-14, atol=0
        )
    step = form("log1p")(x + 1e-3j)
    assert np.isclose(step, np.log(np.array(1 + x + 1e-3j)), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "program",
    [
        "softplus(x) ** 2 * 1e40",
        "log(softplus(x))",
        "log_sigmoid(-x) ** 2",
        "log1p(exp(x)) ** 2 * 1e40",
        "1 / log1p(exp(x))",
    ],
)
def test_what_is_small_beside_1_has_its_slope_by_complex_steps(program):
    for x in (-40.0, -20.0, -5.0):
        (found,) = engine.check(program, {"x": x}, method="complex").results
        assert found.verdict == "agree" and found.numeric == pytest.approx(found.analytic, rel=1e-12)


@pytest.mark.parametrize(
    ("op", "x", "expected"),
    [
        ("maximum", 3.0, 0.5),
        ("minimum", 3.0, 0.5),
        ("maximum", 4.0, 1),
        ("minimum", 4.0, 0),
        ("maximum", 2.0, 0),
        ("minimum", 2.0, 1),
    ],
)
def test_of_two_equal_numbers_each_has_half(op, x, expected):
    assert (
        slope(lambda x: form(op)(x, np.full((), 3.0)), x) == expected
        and slope(lambda y: form(op)(np.full((), 3.0), y), x) == expected
    )
    assert np.real(form(op)(x + 0j, 3.0 + 0j)) == (max if op == "maximum" else min)(x, 3.0)


@pytest.mark.parametrize(
    ("low", "high", "x", "expected"), [(-1, 1, 1.0, 1), (-1, 1, -1.0, 1), (-1, 1, 1.5, 0), (-1, 1, -1.5, 0)]
)
def test_at_a_bound_the_number_itself_is_taken(low, high, x, expected):
    assert slope(lambda x: form("clip")(x, low, high), x) == expected and np.real(
        form("clip")(x + 0j, low, high)
    ) == np.clip(x, low, high)


def test_winners_share_what_they_send():
    x, along = np.array([[3.0, 1.0, 3.0], [0.0, 5.0, 2.0]]), np.array([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]])
    assert np.allclose(slope(lambda x: winner(x, (1,), False, np.max), x, along), [2.5, 16]) and np.allclose(
        slope(lambda x: winner(x, (1,), False, np.min), x, along), [2, 8]
    )
    assert (
        slope(lambda x: winner(x, (1,), True, np.max), x, along).shape == (2, 1)
        and slope(lambda x: winner(x, (0, 1), False, np.max), x, along).shape == ()
        and np.allclose(slope(lambda x: winner(x, (0,), False, np.max), x, along), [1, 16, 4])
    )
    assert np.allclose(np.real(winner(x + 0j, (1,), False, np.max)), [3, 5])


@each("keepdims", [True, False])
@each(
    "ord, value, derivative",
    [
        (np.inf, [4, 12], [[0, -1], [1, 0]]),
        (-np.inf, [3, 5], [[1, 0], [0, 1]]),
        (0, [2, 2], np.zeros((2, 2))),
        (1, [7, 17], [[1, -1], [1, 1]]),
        (2, [5, 13], [[3 / 5, -4 / 5], [12 / 13, 5 / 13]]),
        (
            3,
            [91 ** (1 / 3), 1853 ** (1 / 3)],
            [[9 / 91 ** (2 / 3), -16 / 91 ** (2 / 3)], [144 / 1853 ** (2 / 3), 25 / 1853 ** (2 / 3)]],
        ),
        (-1, [12 / 7, 60 / 17], [[(12 / 7 / 3) ** 2, -((12 / 7 / 4) ** 2)], [(60 / 17 / 12) ** 2, (60 / 17 / 5) ** 2]]),
    ],
)
def test_norms_of_every_order(ord, value, derivative, keepdims):
    x = np.array([[3.0, -4.0], [12.0, 5.0]])
    assert np.allclose(np.ravel(np.real(norm(x + 0j, ord, (1,), keepdims))), value) and np.shape(
        norm(x + 0j, ord, (1,), keepdims)
    ) == ((2, 1) if keepdims else (2,))
    for i, j in np.ndindex(2, 2):
        along = np.zeros((2, 2))
        along[i, j] = 1
        assert np.allclose(
            np.ravel(slope(lambda x: norm(x, ord, (1,), keepdims), x, along)),
            np.where(np.arange(2) == i, np.array(derivative)[i, j], 0),
        )
    for size in (1e-200, 1e-300):  # powers of which underflow
        with np.errstate(all="ignore"):
            assert ord in (0, np.inf, -np.inf) or np.allclose(
                np.real(norm(x * size + 0j, ord, (1,), False)) / size, value, rtol=1e-5
            )


@pytest.mark.parametrize(
    ("x", "ord", "value"),
    [
        ([1e-300, 2e-300], -2, 1e-300 / 1.25**0.5),
        ([1e-200, 1e-300], 4, 1e-200),
        ([1e-300, 1e-300], 4, 1e-300 * 2**0.25),
        ([1e-300, 1e-310], 0.5, 1e-300 * (1 + 1e-5) ** 2),
        ([0.0, 1e-200], 4, 1e-200),
        ([0.0, 0.0], 3, 0.0),
    ],
)
def test_a_norm_is_measured_by_the_element_that_decides(x, ord, value):
    # Beside another its powers would overflow.
    with np.errstate(all="ignore"):
        assert np.real(norm(np.array(x) + 0j, ord, (0,), False)) == pytest.approx(value, rel=1e-9, abs=0)
    assert engine.trace(f"z = norm(x, {ord})", {"x": x})["z"].value == pytest.approx(value, rel=1e-9, abs=0)


def test_a_loss_on_logits_is_a_mean_of_its_elements():
    x, t = np.array([-2.0, 0.0, 3.0]), np.array([0.0, 1.0, 0.25])
    loss = form("sigmoid_cross_entropy")
    assert np.real(loss(x + 0j, t)) == pytest.approx(np.mean(np.logaddexp(0, x) - x * t))
    assert [slope(lambda x: loss(x, t), x, np.eye(3)[i]) for i in range(3)] == pytest.approx(
        (logistic(x) - t) / 3
    ) and [slope(lambda t: loss(x, t), t, np.eye(3)[i]) for i in range(3)] == pytest.approx(-x / 3)


@each(
    "program, gradient",
    [
        # Constant but for jumps: nothing passes.
        ("y = floor(x) * x", 2.0),
        ("y = sign(x) * x", 1.0),
        ("y = (x > 1) * x", 1.0),
        ("y = round(x) + 3 * x", 3.0),
        ("y = ceil(x) * trunc(x) * x", 6.0),
        ("y = argmax([x, 1]) + x", 1.0),
        # Options, constants, and ops of more than two inputs.
        ("y = clip(x, -1, 1) + x", 1.0),
        ("y = where(x > 0, 3 * x, 5 * x)", 3.0),
        ("y = leaky_relu(-x, 0.25)", -0.25),
        ("y = sum(stack([x, x ** 2, x ** 3]))", 1 + 5 + 18.75),
        ("y = sum(concat([[x], [2 * x]]))", 3.0),
        ("y = sum(cumsum([x, x, x]))", 6.0),
        ("y = x ** 3", 18.75),
        ("y = x / 4", 0.25),
        ("y = max([x, 1, 2 * x])", 2.0),
    ],
)
def test_a_complex_step_through_a_program_is_its_derivative(program, gradient):
    (found,) = engine.check(program, {"x": 2.5}, method="complex").results
    assert (found.verdict, found.name) == ("agree", "x") and found.numeric == pytest.approx(gradient, rel=1e-14)


def test_only_what_follows_from_the_node_needs_a_complex_form_and_the_first_without_is_named():
    graph = engine.trace("a = erf(y)\nb = hypot(x, 1)\nc = cbrt(b)\nz = a * c * x", {"x": 2.0, "y": 1.0}).graph
    for name, function in (("x", "hypot"), ("y", "erf"), ("b", "cbrt")):
        with pytest.raises(engine.EngineError) as error:
            complex_steps(graph, between(graph, graph.names[name])[0])
        assert error.value.kind == "not-analytic" and error.value.params["function"] == function
    ids, _ = between(graph, graph.names["c"])
    assert [id for _, id, *_ in complex_steps(graph, ids)] == sorted(ids) and len(ids) == 2
