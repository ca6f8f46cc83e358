"""The backward pass as a program: bit for bit the same gradients, and differentiable once more."""

from __future__ import annotations

import math

import numpy as np
import pytest

import engine
from app.examples import EXAMPLES
from tests.engine.numerics import central_difference, close
from tests.engine.test_ops import ALL, smooth_point

PROGRAMS = {
    "two paths": ("a = x ** 2\nb = a ** 2\nc = a ** 2\nz = b + c", {"x": 2.0}),
    "rebinding": ("c = a * b\nc = c + a\nc = c * c", {"a": 2.0, "b": 3.0}),
    "literals and an unused input": ("w = [1, 2]\nz = sum(w * x) + 1e-7", {"x": [0.5, -1.0], "y": [1.0, 2.0, 3.0]}),
    "names in the way": ("dz = x * 2\ndx = dz + x\nz = dx * x\nw4 = z * z", {"x": 1.5}),
    "a layer and a loss": ("h = relu(X @ W + b)\nL = softmax_cross_entropy(h, t)", {"X": [[1.0, 2.0, 3.0], [0.5, -1.0, 1.0]], "W": [[0.1, 0.2], [0.3, 0.4], [-0.5, 0.6]], "b": [0.1, 0.2], "t": [[0, 1], [1, 0]]}),
    "functions and loops": ("def f(x, n=2):\n    return x ** n\ns = 0 * a\nfor i in range(3):\n    s = s + f(a, i + 1) * i", {"a": 1.25}),
    "korean": ("사과 = 100\n개수 = 2\n총액 = 사과 * 개수 * 1.1", {}),
    "an index twice": ("z = x[0] * x[0] + x[1:, ][0]", {"x": [3.0, 1.0]}),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_gradient_program_gives_the_same_gradients_to_the_last_bit(name):
    program, inputs = PROGRAMS[name]
    trace = engine.trace(program, inputs)
    written = engine.compile(program, {k: np.shape(v) for k, v in inputs.items()}).gradient_program()
    assert set(written.outputs) == set(trace.gradients)
    for input_, output in written.outputs.items():
        again = engine.trace(written.program, inputs, output=output)
        assert np.array_equal(again[output].value, trace.gradients[input_])


def test_it_reads_as_one_would_write_it():
    written = engine.compile("t = x + y\nz = t ** 2", {"x": (), "y": ()}).gradient_program()
    assert written.program == "t = x + y\nz = t ** 2\ndz = 1\ndt = dz * (2 * t)\ndy = dt\ndx = dt\n"
    assert written.outputs == {"x": "dx", "y": "dy"}


@pytest.mark.parametrize(("op", "call", "shapes"), ALL)
def test_every_rule_can_be_written_out_and_differentiated_again(op, call, shapes):
    point = smooth_point(op, shapes, seed=11)
    program = engine.compile(f"z = {call}", shapes)
    trace = program.run(point)
    written = program.gradient_program()
    weights = {name: np.random.default_rng(5).uniform(0.5, 1.5, shape) for name, shape in shapes.items()}
    for name, output in written.outputs.items():
        first = engine.trace(written.program, point, output=output, seed=weights[name])
        assert np.array_equal(first[output].value, trace.gradients[name])

        def gradient(value, varied, name=name):
            return float(np.sum(weights[name] * engine.trace(f"z = {call}", point | {varied: value}).gradients[name]))

        for varied in point:
            expected = central_difference(lambda value, varied=varied: gradient(value, varied), point[varied])
            assert close(first.gradients[varied], expected, rtol=2e-5, atol=2e-6)


def test_a_name_goes_to_its_last_value_and_earlier_ones_and_the_languages_are_numbered_from_two():
    written = engine.compile("def f(u):\n    exp = u * u\n    return exp * 3\nt = f(x)\nt = t * v", {"x": (), "v": ()}).gradient_program()
    assert written.program == "exp_2 = x * x\nt_2 = exp_2 * 3\nt = t_2 * v\ndt = 1\ndv = dt * t_2\ndt_2 = dt * v\ndexp_2 = dt_2 * 3\ndx_1 = dexp_2 * x\ndx_2 = dexp_2 * x\ndx = dx_1 + dx_2\n"


def test_the_hessian_of_rosenbrocks_function_at_its_minimum():
    point = {"x": 1.0, "y": 1.0}
    written = engine.compile("z = 100 * (y - x**2)**2 + (1 - x)**2", {"x": (), "y": ()}).gradient_program()
    rows = [engine.trace(written.program, point, output=written.outputs[name]).gradients for name in ("x", "y")]
    assert [[row["x"], row["y"]] for row in rows] == [[802, -400], [-400, 200]]


def test_the_third_derivative_of_sine_times_exponential():
    program, output = "z = sin(x) * exp(x)", "z"
    for _ in range(3):
        written = engine.compile(program, {"x": ()}, output=output).gradient_program()
        program, output = written.program, written.outputs["x"]
    assert close(engine.trace(program, {"x": 0.7}, output=output)[output].value, 2 * math.exp(0.7) * (math.cos(0.7) - math.sin(0.7)))


def test_a_seed_stands_in_the_program():
    written = engine.compile("z = x * 3", {"x": (2,)}).gradient_program([1.0, 10.0])
    assert close(engine.trace(written.program, {"x": [1.0, 2.0]}, output="dx")["dx"].value, [3, 30])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
@pytest.mark.parametrize("detail", ["fused", "expanded"])
def test_every_example_of_the_page_gives_its_gradients_again_to_the_last_bit(example, detail):
    for text in example["program"].values():
        trace = engine.trace(text, example["inputs"], detail=detail)
        written = engine.write_gradient_program(text, example["inputs"], detail=detail)
        for name, output in written.outputs.items():
            again = engine.trace(written.program, example["inputs"], output=output)
            assert np.array_equal(again[output].value, trace.gradients[name], equal_nan=True)


def test_a_function_opened_alone_is_opened_in_the_gradient_program_too():
    inputs = {"x": [1.0, 2.0, 4.0]}
    text = "def f(x):\n    return softmax(sigmoid(x))\nz = sum(f(x) ** 2)"
    trace = engine.trace(text, inputs, expand=["softmax"])
    written = engine.write_gradient_program(text, inputs, expand=["softmax"])
    assert "softmax(" not in written.program and "exp(" in written.program and "sigmoid(" in written.program
    assert np.array_equal(engine.trace(written.program, inputs, output="dx")["dx"].value, trace.gradients["x"])
