"""The backward pass as a program: bit for bit the same gradients, and differentiable once more."""

from __future__ import annotations

import ast
import math
from keyword import iskeyword

import numpy as np
import pytest

from gradlens import engine
from gradlens.app.examples import EXAMPLES
from gradlens.engine.language.dialects.libraries import BARE, LIBRARIES, numpy_table
from gradlens.engine.ops import OPS
from tests.each import each
from tests.engine.numerics import central_difference, close
from tests.engine.test_array_constants import Constant
from tests.engine.test_ops import ALL, calls, smooth_point

PROGRAMS = {
    "two paths": ("a = x ** 2\nb = a ** 2\nc = a ** 2\nz = b + c", {"x": 2.0}),
    "rebinding": ("c = a * b\nc = c + a\nc = c * c", {"a": 2.0, "b": 3.0}),
    "literals and an unused input": ("w = [1, 2]\nz = sum(w * x) + 1e-7", {"x": [0.5, -1.0], "y": [1.0, 2.0, 3.0]}),
    "names in the way": ("dz = x * 2\ndx = dz + x\nz = dx * x\nw4 = z * z", {"x": 1.5}),
    "a layer and a loss": (
        "h = relu(X @ W + b)\nL = softmax_cross_entropy(h, t)",
        {
            "X": [[1.0, 2.0, 3.0], [0.5, -1.0, 1.0]],
            "W": [[0.1, 0.2], [0.3, 0.4], [-0.5, 0.6]],
            "b": [0.1, 0.2],
            "t": [[0, 1], [1, 0]],
        },
    ),
    "functions and loops": (
        "def f(x, n=2):\n    return x ** n\ns = 0 * a\nfor i in range(3):\n    s = s + f(a, i + 1) * i",
        {"a": 1.25},
    ),
    "korean": ("사과 = 100\n개수 = 2\n총액 = 사과 * 개수 * 1.1", {}),
    "an input of which the name is taken": ("y = x * 3\nx = x * 2\nz = x * x + x * y", {"x": 1.5}),
    "a filled array": ("a = zeros(3)\nfor i in range(3):\n    a[i] = x * i\nz = sum(a * a)", {"x": 1.5}),
    "an item of an input that is written": ("x[0] += x[1]\nz = sum(x * x)", {"x": [1.0, 2.0]}),
    "a row that shows its array": (
        "m = np.array([[1.0, 2], [3, 4]])\nr = m[0]\nr[1] = x\nz = np.sum(m * m) * x",
        {"x": 1.5},
    ),
    "places that a condition chooses": ("m = np.array([1.0, -2, 3])\nm[m > 0] = x\nz = np.sum(m * m) * x", {"x": 1.5}),
    "whole numbers that Python counts": (
        "n = 3\nz = x ** n * (n // 2) + n % 2 * x - n ** -1 + x * (2 ** 70)",
        {"x": 1.5},
    ),
    "a minus before a known zero": ("n = 0\nz = x * -n + x ** n", {"x": 1.5}),
    "written arrays that are compared": (
        "z = sum(x * less([1, 2], [2, 1])) + sum(x * ([3, 4] > x))",
        {"x": [1.5, 3.5]},
    ),
    "an object's number": (
        "class V:\n    def __init__(self, d):\n        self.d = d\n    def __mul__(self, o):\n"
        "        return V(self.d * o.d)\nz = (V(x) * V(3.0)).d",
        {"x": 1.5},
    ),
    "an index twice": ("z = x[0] * x[0] + x[1:, ][0]", {"x": [3.0, 1.0]}),
}


@each("name", PROGRAMS)
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


@each(
    "program, shapes, seed, written",
    [
        (
            "z = sum(x, axis=0)",
            {"x": (2, 3)},
            None,
            "z = sum(x, axis=(0,))\ndz = broadcast_to(1, (3,))\ndx = spread(dz, (2, 3), (0,))\n",
        ),  # no option that has its default
        (
            "z = sum(x, axis=0, keepdims=True)",
            {"x": (2, 3)},
            None,
            "z = sum(x, axis=(0,), keepdims=True)\ndz = broadcast_to(1, (1, 3))\ndx = spread(dz, (2, 3), (0,))\n",
        ),
        (
            "a = exp(x)\nb = log(y)\nz = a * 2",
            {"x": (), "y": ()},
            None,
            "a = exp(x)\nz = a * 2\ndz = 1\nda = dz * 2\ndx = da * a\ndy = identity(0)\n",
        ),  # no statement that nothing reads
        ("z = x * 2", {"x": (), "y": (2, 3)}, None, "z = x * 2\ndz = 1\ndx = dz * 2\ndy = broadcast_to(0, (2, 3))\n"),
        (
            "x = 2\ny = x * 3\nx = 5\nz = x * y",
            {},
            None,
            "x = 2\ny = x * 3\nz = 5 * y\ndz = 1\ndy = dz * 5\ndx = dy * 3\n",
        ),
        (
            "x = x * 2\ny = x * x",
            {"x": ()},
            None,
            (
                "x_2 = x * 2\ny = x_2 * x_2\ndy = 1\ndx_2_1 = dy * x_2\ndx_2_2 = dy * x_2\ndx_2 = dx_2_1 + dx_2_2\ndx ="
                " dx_2 * 2\n"
            ),
        ),
        ("z = x * 2", {"x": (2,)}, 2, "z = x * 2\ndz = [2, 2]\ndx = dz * 2\n"),
        ("z = x * 2", {"x": (2,)}, [1, 1], "z = x * 2\ndz = broadcast_to(1, (2,))\ndx = dz * 2\n"),
        ("z = x * 2", {"x": (2,)}, [1, 0], "z = x * 2\ndz = [1, 0]\ndx = dz * 2\n"),
        ("z = x * 2", {"x": ()}, -2.5, "z = x * 2\ndz = -2.5\ndx = dz * 2\n"),
        ("x", {"x": ()}, None, "dx = 1\n"),
        ("z = 3 * 2", {}, None, "z = 3 * 2\ndz = 1\n"),
        (
            "z = [x, y, 1]",
            {"x": (), "y": ()},
            None,
            "z = stack([x, y, 1])\ndz = broadcast_to(1, (3,))\ndy = dz[1]\ndx = dz[0]\n",
        ),
        (
            "z = x[1:, [0, 1]]",
            {"x": (3, 3)},
            None,
            "z = x[1:, [0, 1]]\ndz = broadcast_to(1, (2, 2))\ndx = scatter(dz, np.s_[1:, [0, 1]], (3, 3))\n",
        ),
        ("z = x[0, -1]", {"x": (3, 3)}, None, "z = x[0, -1]\ndz = 1\ndx = scatter(dz, (0, -1), (3, 3))\n"),
        (
            "z = x[::-1, None]",
            {"x": (3,)},
            None,
            "z = x[::-1, None]\ndz = broadcast_to(1, (3, 1))\ndx = scatter(dz, np.s_[::-1, None], (3,))\n",
        ),
        (
            "z = einsum('ij,jk->ik', a, b)",
            {"a": (2, 3), "b": (3, 2)},
            None,
            (
                "z = einsum('ij,jk->ik', a, b)\ndz = broadcast_to(1, (2, 2))\ndb = einsum('ik,ij->jk', dz, a)\nda ="
                " einsum('ik,jk->ij', dz, b)\n"
            ),
        ),
        (
            "z = max(x)",
            {"x": (3,)},
            None,
            (
                "z = max(x, axis=(0,))\ndz = 1\nw1 = x == spread(z, (3,), (0,))\ndx = w1 * spread(dz / sum(w1,"
                " axis=(0,), keepdims=False), (3,), (0,))\n"
            ),
        ),
        (
            "v1 = 2 * x\nz = -exp(v1 * x)",
            {"x": ()},
            None,
            (
                "v1 = 2 * x\nv3 = v1 * x\nv4 = exp(v3)\nz = -v4\ndz = 1\ndv4 = -dz\ndv3 = dv4 * v4\ndx_1 = dv3 *"
                " v1\ndv1 = dv3 * x\ndx_2 = dv1 * 2\ndx = dx_1 + dx_2\n"
            ),
        ),
        (
            "z = erf(x) * pi",
            {"x": (), "pi": ()},
            None,
            (
                "v1 = erf(x)\nz = v1 * pi\ndz = 1\ndpi = dz * v1\ndv1 = dz * pi\ndx = dv1 * (2 / sqrt(__pi__) * exp(-x"
                " ** 2))\n"
            ),
        ),
    ],
)
def test_a_gradient_program_has_what_it_needs_and_no_more(program, shapes, seed, written):
    assert engine.compile(program, shapes).gradient_program(seed).program == written


@each("op, call, shapes", ALL, sample=6)
def test_every_rule_can_be_written_out_and_differentiated_again(op, call, shapes):
    point = smooth_point(op, shapes, seed=11)
    program = engine.compile(f"z = {call}", shapes)
    trace = program.run(point)
    written = program.gradient_program()
    weights = {name: np.random.default_rng(5).uniform(0.5, 1.5, shape) for name, shape in shapes.items()}
    again = engine.compile(written.program, shapes, output=next(iter(written.outputs.values())))
    for name, output in written.outputs.items():
        first = again.to(again.graph.names[output]).run(point, seed=weights[name])
        assert np.array_equal(first[output].value, trace.gradients[name])

        def gradient(value, varied, name=name):
            return float(np.sum(weights[name] * program.gradients(point | {varied: value})[1][name]))

        for varied in point:
            expected = central_difference(lambda value, varied=varied: gradient(value, varied), point[varied])
            assert close(first.gradients[varied], expected, rtol=2e-5, atol=2e-6)


def test_a_name_goes_to_its_last_value_and_earlier_ones_and_the_languages_are_numbered_from_two():
    written = engine.compile(
        "def f(u):\n    exp = u * u\n    return exp * 3\nt = f(x)\nt = t * v", {"x": (), "v": ()}
    ).gradient_program()
    assert (
        written.program
        == "exp_2 = x * x\nt_2 = exp_2 * 3\nt = t_2 * v\ndt = 1\ndv = dt * t_2\ndt_2 = dt * v\ndexp_2 = dt_2 * 3\ndx_1"
        " = dexp_2 * x\ndx_2 = dexp_2 * x\ndx = dx_1 + dx_2\n"
    )


@each(
    "name",
    sorted(
        name
        for name in {*OPS, *BARE, *numpy_table, *LIBRARIES["torch"]}
        if name.startswith("d") and name[1:].isidentifier() and not iskeyword(name[1:])
    ),
)
def test_a_gradient_is_never_called_like_a_function_of_any_library(name):
    # The gradient of "ivide" would be called "divide".
    written = engine.compile(f"z = {name[1:]} * 3", {name[1:]: ()}).gradient_program()
    assert written.outputs == {name[1:]: f"{name}_2"} and f"\n{name}_2 = dz * 3\n" in written.program


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
    assert close(
        engine.trace(program, {"x": 0.7}, output=output)[output].value,
        2 * math.exp(0.7) * (math.cos(0.7) - math.sin(0.7)),
    )


def test_a_seed_stands_in_the_program():
    written = engine.compile("z = x * 3", {"x": (2,)}).gradient_program([1.0, 10.0])
    assert close(engine.trace(written.program, {"x": [1.0, 2.0]}, output="dx")["dx"].value, [3, 30])


@each("example", EXAMPLES)
@each("detail", ["fused", "expanded"])
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


def assert_written_out(program: str, inputs: dict, seed: object = None) -> str:
    """That the gradient program gives the gradients of the passes, bit for bit and of the inputs' shapes.

    Returns it.
    """
    shapes = {name: np.shape(value) for name, value in inputs.items()}
    compiled = engine.compile(program, shapes)
    trace = compiled.run(inputs, seed=seed)
    written = compiled.gradient_program(seed)
    assert set(written.outputs) == set(trace.gradients)
    again = engine.compile(written.program, shapes, output=next(iter(written.outputs.values())))
    values = again.forward(inputs)
    for name, output in written.outputs.items():
        found, expected = np.asarray(values[again.graph.names[output]]), np.asarray(trace.gradients[name])
        assert found.shape == expected.shape and found.tobytes() == expected.tobytes(), (name, written.program)
    return written.program


def drawn(*shape: int) -> np.ndarray | float:
    return np.random.default_rng(len(shape)).uniform(0.5, 1.5, shape) if shape else 1.25


@each("op", OPS.values())
def test_an_op_of_a_written_array_is_written_out_and_its_array_stays_one(op):
    call, shapes = next(use for use in reversed(calls(op)) if all(math.prod(shape) for shape in use[1].values()))
    point = smooth_point(op, shapes, seed=11)
    for name, value in point.items():
        for constant in (
            value,
            np.round(2 * np.asarray(value)),
        ):  # whole numbers too, which Python's lists could be repeated by
            text = ast.unparse(Constant(name, np.asarray(constant).tolist()).visit(ast.parse(call, mode="eval")))
            assert_written_out(f"z = {text}\ny_ = q_ * z", {n: v for n, v in point.items() if n != name} | {"q_": 1.5})


@each(
    "program, gradient",
    [  # what Python's lists would give instead: 3 * [1, 2] has six numbers, [1, 2] + [3, 4] four
        ("z = x * max(2 * np.array([1, 2]))", 4),
        ("z = x * max(np.array([1, 2]) * 2)", 4),
        ("z = x * max(np.array([1, 2]) + np.array([3, 4]))", 6),
        ("z = x * max(add([1, 2], [3, 4]))", 6),
        ("n = 3\nz = x * max(n * full(2, 2))", 6),
        ("w = [5, 6]\nz = x * max(len(w) * np.ones(2))", 2),
        ("z = x * max(3 * eye(2) @ [1, 2])", 6),
        ("z = sum(x * [1, 2] * 2)", 6),
        ("z = x * (2 * [1, 2])[3]", 2),
        ("z = dot([x, x], [1, 2])", 3),
    ],
)
def test_an_array_that_is_added_or_multiplied_is_no_list_of_pythons(program, gradient):
    assert_written_out(program, {"x": 1.5})
    assert engine.trace(program, {"x": 1.5}).gradients["x"] == gradient
    assert engine.derivatives(f"{program}\ny = z ** 2", {"x": 1.5}, kind="hessian")["x"]["x"] == 2 * gradient**2


def test_the_second_derivatives_by_a_vector_that_a_list_weighs():
    found = engine.derivatives("z = (x @ [1, 2, 3]) ** 2", {"x": [0.5, -1.0, 2.0]}, kind="hessian")
    assert np.array_equal(found["x"]["x"], 2 * np.outer([1, 2, 3], [1, 2, 3]))


def test_an_op_is_called_by_the_languages_name_where_the_program_has_it_for_its_own():
    text = assert_written_out("mul = 2 * x\nz = mul @ [1, 2]", {"x": [1.5, 2.5]})
    assert "dmul = __mul__(dz, [1, 2])" in text


NUMBERS = [
    "0.0",
    "-0.0",
    "inf",
    "-inf",
    "nan",
    "5e-324",
    "-1e300",
    "9007199254740991.0",
    "9007199254740992.0",
    "1e22",
    "-3",
    "0.1",
    "1.0",
]


@each("value", NUMBERS)
def test_every_number_is_written_as_itself_to_the_bit(value):
    for program in (
        f"z = x * {value}",
        f"z = x * [{value}, 1]",
        f"w = {value}\nz = x * w",
        f"w = [{value}, 2]\nz = x / w",
        f"z = x * full(100, {value})",
        f"z = pad(x * [1, 2], 1, value={value}) * {value}",
    ):
        assert_written_out(program, {"x": 1.5})
    assert_written_out("z = x * 3", {"x": [1.5, 2.5]}, [float(value), 1.0])
    assert_written_out("z = x * 3", {"x": 1.5}, float(value))


@each(
    "value, text",
    [
        ("2.0", "2"),
        ("-0.0", "-0.0"),
        ("-2.5", "-2.5"),
        ("1e22", "1e+22"),
        ("1e15", "1000000000000000"),
        ("-inf", "-inf"),
        ("nan", "nan"),
    ],
)
def test_a_number_is_written_as_one_would_write_it(value, text):
    assert assert_written_out(f"z = x * {value}", {"x": 1.5}).splitlines()[0] == f"z = x * {text}"


ZEROS = "0.0, " * 65


@each(
    "array, call",
    [
        *[
            (f"full(65, {value})", f"full((65,), {text})")
            for value, text in (
                ("0.0", "0"),
                ("-0.0", "-0.0"),
                ("inf", "inf"),
                ("-inf", "-inf"),
                ("nan", "nan"),
                ("2.5", "2.5"),
            )
        ],
        ("zeros((0, 3))", "zeros((0, 3))"),
        ("ones(0)", "zeros((0,))"),
        ("full((5, 13), 2)", "full((5, 13), 2)"),
        ("full((1, 65), 2)", "full((1, 65), 2)"),
        ("full((5, 13, 2), 2)", "full((5, 13, 2), 2)"),
        ("full((65, 1), 2)", "full((65, 1), 2)"),
        ("eye(9)", "eye(9, 9)"),
        ("eye(9, 12)", "eye(9, 12)"),
        ("eye(12, 9)", "eye(12, 9)"),
        ("arange(65)", "arange(0, 64.5, 1)"),
        ("arange(5, -60, -1)", "arange(5, -59.5, -1)"),
        ("arange(1, 18, 0.25)", "arange(1, 17.875, 0.25)"),
        ("linspace(1, -1, 77)", "linspace(1, -1, 77)"),
        (f"[{ZEROS}-0.0]", "linspace(0, -0.0, 66)"),
        ("linspace(0, 1.79e308, 66)", "linspace(0, 1.79e+308, 66)"),
    ],
)
def test_a_long_array_is_written_as_the_call_that_makes_it(array, call):
    assert assert_written_out(f"z = x * {array}", {"x": 1.5}).splitlines()[0] == f"z = x * {call}"


@each(
    "array",
    [
        "full(64, 2)",
        "eye(8)",
        "arange(64)",
        f"[{ZEROS}1]",
        f"[-0.0, {ZEROS}]",
        f"[inf, {ZEROS}]",
        f"[{ZEROS}inf]",
        f"[{ZEROS}nan]",
        f"[1, {ZEROS}]",
        f"[{', '.join(map(str, range(65)))}, 66]",
        f"[[0, {ZEROS}], [{ZEROS}1]]",
        f"[[1, {ZEROS}], [{ZEROS}1]]",
        f"[[[0, {ZEROS}]], [[{ZEROS}1]]]",
        str(np.random.default_rng(2).uniform(size=(9, 9)).tolist()),
    ],
)
def test_a_short_array_and_one_that_follows_no_rule_are_written_number_by_number(array):
    first = assert_written_out(f"z = x * {array}", {"x": 1.5}).splitlines()[0]
    assert not any(f"{name}(" in first for name in ("zeros", "full", "eye", "arange", "linspace"))


STRETCHED = [  # (call, shapes of a, b, c, the inputs that receive a sum over stretched axes)
    ("a @ b", [(4, 2, 3), (3, 2)], "b"),
    ("a @ b", [(4, 2, 3), (3,)], "b"),
    ("a @ b", [(3,), (4, 3, 2)], "a"),
    ("a @ b", [(1, 2, 3), (4, 3, 2)], "a"),
    ("a @ b", [(4, 1, 2, 3), (5, 3, 2)], "ab"),
    ("a @ b", [(2, 3), (3,)], ""),
    ("a @ b", [(3,), (3, 2)], ""),
    ("a @ b", [(3,), (3,)], ""),
    ("a @ b", [(2, 3), (3, 4)], ""),
    ("dot(a, b)", [(), (3,)], "a"),
    ("dot(a, b)", [(2, 3), ()], "b"),
    ("dot(a, b)", [(2, 3), (3,)], ""),
    ("dot(a, b)", [(), ()], ""),
    ("solve(a, b)", [(3, 3), (3,)], ""),
    ("solve(a, b)", [(3, 3), (2, 3, 2)], "a"),
    ("solve(a, b)", [(2, 3, 3), (3, 2)], "b"),
    ("solve(a, b)", [(2, 3, 3), (1, 3, 2)], "b"),
    ("cross(a, b)", [(2, 3), (3,)], "b"),
    ("cross(a, b)", [(1, 3), (2, 3)], "a"),
    ("cross(a, b)", [(3,), (3,)], ""),
    ("affine(a, b, c)", [(2, 3), (3, 4), (4,)], "c"),
    ("affine(a, b, c)", [(2, 3), (3, 4), ()], "c"),
    ("affine(a, b, c)", [(2, 3), (3, 4), (2, 4)], ""),
    ("affine(a, b, c)", [(3,), (3, 4), (4,)], ""),
    ("batch_norm(a, b, c)", [(5, 3), (3,), (3,)], "bc"),
    ("batch_norm(a, b, c)", [(5, 3), (), (1, 3)], "bc"),
    ("broadcast_to(a, (2, 3))", [()], "a"),
    ("broadcast_to(a, (2, 3))", [(2, 1)], "a"),
    ("broadcast_to(a, (2, 3))", [(2, 3)], ""),
    ("where(a > 1, b, c)", [(2, 1), (), (3,)], "bc"),
    ("a - b", [(), (2, 3)], "a"),
    ("a / b", [(2, 3), (2, 3)], ""),
    ("atan2(a, b)", [(2, 1), (1, 3)], "ab"),
    ("clip(a, 0, b)", [(2, 3), (3,)], "b"),
]


@each("call, shapes, summed", STRETCHED)
def test_an_input_that_is_stretched_receives_a_sum_and_no_other_does(call, shapes, summed):
    inputs = {
        name: drawn(*shape) + (4 * np.eye(3) if call.startswith("solve") and name == "a" else 0)
        for name, shape in zip("abc", shapes)
    }
    text = assert_written_out(f"z = {call}", inputs)
    assert {line[1] for line in text.splitlines() if "sum_to(" in line and line[0] == "d"} >= set(summed)
    if not summed:
        assert "sum_to(" not in text


def test_what_is_written_is_taken_by_the_limits_that_wrote_it_or_refused_by_name():
    program = "y = " + " * ".join(["x"] * 50)
    length = len(engine.write_gradient_program(program, {"x": 2.0}).program)
    written = engine.write_gradient_program(program, {"x": 2.0}, limits=engine.Limits(text_length=length))
    output, limits = written.outputs["x"], engine.Limits(text_length=length)
    assert engine.trace(written.program, {"x": 2.0}, output=output, limits=limits)[output].value == 50 * 2.0**49
    with pytest.raises(engine.EngineError) as caught:
        engine.write_gradient_program(program, {"x": 2.0}, limits=engine.Limits(text_length=length - 1))
    assert (caught.value.kind, caught.value.params) == (
        "gradient-program-too-long",
        {"length": length, "limit": length - 1},
    )
    # A Hessian stands on the same text, that nobody is to post: there only the work counts.
    assert (
        engine.derivatives(program, {"x": 1.0}, kind="hessian", limits=engine.Limits(text_length=length - 1))["x"]["x"]
        == 50 * 49
    )
