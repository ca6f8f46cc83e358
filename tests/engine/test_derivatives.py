"""Jacobians, Hessians and their products."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.numerics import central_difference, close

import engine

ROSENBROCK = "100 * (y - x**2)**2 + (1 - x)**2"


def test_the_hessian_of_rosenbrocks_function():
    found = engine.derivatives(ROSENBROCK, {"x": 1.0, "y": 1.0}, kind="hessian")
    assert found == {"x": {"x": 802, "y": -400}, "y": {"x": -400, "y": 200}}


def test_a_hessian_of_arrays_has_the_axes_of_both_inputs_and_is_symmetric():
    inputs = {"W": [[0.1, 0.2], [0.3, -0.4]], "b": [0.1, 0.2]}
    program = "x = [[1, 2], [3, -1]]\nt = [[0, 1], [1, 0]]\nL = softmax_cross_entropy(tanh(x @ W + b), t)"
    found = engine.derivatives(program, inputs, kind="hessian")
    assert found["W"]["b"].shape == (2, 2, 2)
    assert close(found["W"]["b"], np.moveaxis(found["b"]["W"], 0, -1))
    row = central_difference(lambda b: engine.trace(program, inputs | {"b": b}).gradients["W"][1, 0], inputs["b"])
    assert close(found["W"]["b"][1, 0], row, rtol=1e-6, atol=1e-8)


def test_a_jacobian_has_the_axes_of_the_output_and_then_of_the_input():
    found = engine.derivatives("z = outer(x, x)[0] * s", {"x": [2.0, 3.0], "s": 5.0}, kind="jacobian")
    assert close(found["x"], [[20, 0], [15, 10]]) and close(found["s"], [4, 6])


def test_products_with_a_direction_are_those_of_the_matrices():
    inputs, v = {"x": [1.0, 2.0], "y": 3.0}, {"x": [0.5, -1.0], "y": 2.0}
    jacobian = engine.derivatives("z = x ** 3 * y", inputs, kind="jacobian")
    assert close(engine.derivatives("z = x ** 3 * y", inputs, kind="jvp", direction=v), jacobian["x"] @ v["x"] + jacobian["y"] * v["y"])
    program = "z = sum(x ** 3 * y)"
    hessian = engine.derivatives(program, inputs, kind="hessian")
    product = engine.derivatives(program, inputs, kind="hvp", direction=v)
    assert close(product["x"], hessian["x"]["x"] @ v["x"] + hessian["x"]["y"] * v["y"])
    assert close(product["y"], hessian["y"]["x"] @ v["x"] + hessian["y"]["y"] * v["y"])


def test_an_input_that_does_not_matter_has_zeros():
    assert close(engine.derivatives("z = x ** 2", {"x": 3.0, "y": [1.0, 2.0]}, kind="hessian")["x"]["y"], [0, 0])
    assert close(engine.derivatives("z = x ** 2", {"x": 3.0, "y": [1.0, 2.0]}, kind="hessian")["y"]["x"], [0, 0])


@pytest.mark.parametrize(
    ("program", "arguments", "kind"),
    [
        ("z = x * 2", {"kind": "laplacian"}, "unknown-kind"), ("z = x * 2", {"kind": "hessian"}, "scalar-output"),
        ("z = x * 2", {"kind": "jvp", "direction": {"q": 1}}, "unknown-input"), ("z = x * 2", {"kind": "jvp", "direction": {"x": 1}}, "input-shape"),
        ("z = x * 2", {"kind": "jvp", "direction": {"x": ["a", "b"]}}, "input-number"),
        ("z = x * 2", {"kind": "jacobian", "limits": engine.Limits(elements=8, flops=3)}, "too-much-work"),
        ("z = outer(x, x)", {"kind": "jacobian", "limits": engine.Limits(elements=7)}, "too-many-elements"),
    ],
)
def test_what_cannot_be_derived_is_said(program, arguments, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.derivatives(program, {"x": [1.0, 2.0]}, **arguments)
    assert caught.value.kind == kind
