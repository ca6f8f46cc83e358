"""Numbers that others printed or measured: worked examples of textbooks, and conventions of PyTorch and JAX."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradlens import engine
from tests.each import each
from tests.engine.numerics import close

DATA = Path(__file__).parent / "data"


def cases(corpus: str) -> list:
    """The cases of a corpus whose functions exist here."""
    found = json.loads((DATA / f"{corpus}.json").read_text(encoding="utf-8"))["cases"]
    return [pytest.param(c, id=c["name"]) for c in found if all(f in engine.OPS for f in c["functions"])]


@each("case", cases("textbook"))
def test_a_worked_example_gives_its_published_numbers_at_every_node(case):
    trace = engine.trace(case["program"], case["inputs"], output=case["output"])
    tolerance = {"rtol": case["rtol"], "atol": max(case["atol"], case["grad_atol"])}
    assert close(trace[case["output"]].value, case["expected"]["value"], **tolerance)
    for name, gradient in case["expected"]["gradients"].items():
        assert close(trace.gradients[name], gradient, **tolerance)
    for name, node in case["nodes"].items():
        assert close(trace[name].value, node["value"], **tolerance)
        assert close(trace[name].gradient, node["grad"], **tolerance)
    published = case["published"]
    if published.get("value") is not None:
        assert close(trace[case["output"]].value, published["value"], rtol=0, atol=published["abs_tol"])
    for name, gradient in (published.get("gradients") or {}).items():
        assert close(trace.gradients[name], gradient, rtol=0, atol=published["abs_tol"])


# Where PyTorch and JAX differ from each other, or from the true value, this is what holds here.
DECIDED = {
    "relu(nan)": {"x": 0.0},
    "abs(0.0)": {"x": 0.0},
    "abs(-0.0)": {"x": 0.0},
    "sqrt(subnormal)": {"x": 2.2494568972715982e161},
    "x**y at (0, 0)": {"x": 0.0, "y": 0.0},
    "x**y at (0, -1)": {"x": "-Infinity", "y": "-Infinity"},
    "0**x at -1 (constant base)": {"x": "-Infinity"},
    "x**x at 0": {"x": 0.0},
    "maximum with NaN": {"x": 0.0, "y": 0.0},
    "cbrt(0)": {"x": "Infinity"},
    "clip(x, -1, 1) at -1.0": {"x": 1.0},
    "clip(x, -1, 1) at 1.0": {"x": 1.0},
    "BCE with logits 0, t=0.5": {"x": -0.5, "t": -0.0},
    "BCE with logits 0, t=1": {"x": -1.0, "t": -0.0},
    "std of constants": {"x": [0.0, 0.0, 0.0]},
    "norm at 0": {"x": [0.0, 0.0]},
    "hypot(0, 0)": {"x": 0.0, "y": 0.0},
    "atan2(0, 0)": {"y": 0.0, "x": -0.0},
    "leaky_relu(0)": {"x": 0.01},
    "sigmoid(40)": {"x": 4.248354255291589e-18},
}


@each("case", cases("conventions"))
def test_a_derivative_where_calculus_does_not_say_is_that_of_pytorch_and_jax(case):
    trace = engine.trace(case["program"], case["inputs"], output=case["output"])
    gradients = DECIDED.get(case["name"], case["torch"]["gradients"])
    if case["name"] not in DECIDED:
        for name, gradient in case["jax"]["gradients"].items():
            assert close(gradients[name], gradient, atol=1e-15)
    assert close(trace[case["output"]].value, case["torch"]["value"], atol=1e-15)
    for name, gradient in gradients.items():
        assert close(trace.gradients[name], gradient, atol=0 if case["name"] == "sigmoid(40)" else 1e-15)


def test_an_apple_counts_two_point_two_towards_the_total():
    program = """
apple = 100
apple_count = 2
orange = 150
orange_count = 3
tax = 1.1
apple_price = apple * apple_count
orange_price = orange * orange_count
subtotal = apple_price + orange_price
total = subtotal * tax
"""
    trace = engine.trace(program)
    assert close(trace["total"].value, 715)
    expected = {"apple": 2.2, "apple_count": 110, "orange": 3.3, "orange_count": 165, "tax": 650}
    assert all(close(trace.gradients[name], gradient) for name, gradient in expected.items())
