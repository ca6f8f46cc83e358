"""Jacobians, Hessians and their products."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from gradlens import engine
from tests.each import each
from tests.engine.numerics import central_difference, close
from tests.engine.references import anp, autograd
from tests.engine.test_ops import REFERENCE

ROSENBROCK = "100 * (y - x**2)**2 + (1 - x)**2"


def test_the_hessian_of_rosenbrocks_function():
    found = engine.derivatives(ROSENBROCK, {"x": 1.0, "y": 1.0}, kind="hessian")
    assert found == {"x": {"x": 802, "y": -400}, "y": {"x": -400, "y": 200}}


def test_the_hessian_of_rosenbrocks_function_at_the_origin():
    # By hand: d²/dx² = 1200 x² - 400 y + 2, d²/dxdy = -400 x, d²/dy² = 200.
    assert engine.derivatives(ROSENBROCK, {"x": 0.0, "y": 0.0}, kind="hessian") == {
        "x": {"x": 2, "y": 0},
        "y": {"x": 0, "y": 200},
    }


@each(
    "program, function, shape",
    [
        (
            "softmax_cross_entropy(x, [[0, 1, 0], [1, 0, 0]])",
            lambda x: REFERENCE["softmax_cross_entropy"](x, np.array([[0.0, 1, 0], [1, 0, 0]])),
            (2, 3),
        ),
        (
            "sum(conv2d(x, [[[[1, 2], [-1, 0.5]]]]) ** 3)",
            lambda x: anp.sum(REFERENCE["conv2d"](x, np.array([[[[1, 2], [-1, 0.5]]]])) ** 3),
            (1, 1, 3, 3),
        ),
        (
            "sum(conv2d(y, reshape(x, (2, 1, 2, 2)), stride=2, padding=1) ** 3)",
            lambda x: anp.sum(REFERENCE["conv2d"](np.ones((1, 1, 3, 3)), anp.reshape(x, (2, 1, 2, 2)), 2, 1) ** 3),
            (8,),
        ),
        ("max(x ** 3) * sum(max(x, axis=0) ** 2)", lambda x: anp.max(x**3) * anp.sum(anp.max(x, axis=0) ** 2), (2, 3)),
        ("log(sum(exp(x) ** 2)) * x[0]", lambda x: anp.log(anp.sum(anp.exp(x) ** 2)) * x[0], (3,)),
        (
            "logsumexp(x @ x) + norm(x) + std(x)",
            lambda x: anp.log(anp.sum(anp.exp(x @ x))) + anp.sqrt(anp.sum(x**2)) + anp.std(x),
            (2, 2),
        ),
        ("det(x) * sum(inv(x))", lambda x: anp.linalg.det(x) * anp.sum(anp.linalg.inv(x)), (3, 3)),
        ("sum(cumsum(x) * gelu(x))", lambda x: anp.sum(anp.cumsum(x) * REFERENCE["gelu"](x)), (4,)),
    ],
)
def test_a_hessian_is_that_of_hips_autograd(program, function, shape):
    x = np.random.default_rng(5).uniform(-1.5, 1.5, shape)
    inputs = {"x": x} | ({"y": np.ones((1, 1, 3, 3))} if "y," in program else {})
    assert close(
        engine.derivatives(program, inputs, kind="hessian")["x"]["x"],
        autograd.hessian(function)(x),
        rtol=1e-9,
        atol=1e-10,
    )


@pytest.mark.parametrize(
    "x", [[2.0, 0.0, 3.0], [0.0, 0.0, 3.0, 4.0], [0.0, 0.0, 0.0, 5.0], [1e200, 1e200, 0.0], [1.5, -2.0, 4.0]]
)
def test_the_second_and_third_derivatives_of_a_product_are_exact_at_zeros(x):
    """By two of the numbers it is the product of all others, by three the product of the rest; twice by one it is 0."""

    def rest(*left_out: int) -> float:
        return 0.0 if len(set(left_out)) < len(left_out) else math.prod(v for i, v in enumerate(x) if i not in left_out)

    n = range(len(x))
    assert np.array_equal(
        engine.derivatives("prod(x)", {"x": x}, kind="hessian")["x"]["x"], [[rest(i, j) for j in n] for i in n]
    )
    written = engine.compile("prod(x)", {"x": np.shape(x)}).gradient_program()
    for i in n:
        third = engine.derivatives(f"{written.program}d = {written.outputs['x']}[{i}]", {"x": x}, kind="hessian")["x"][
            "x"
        ]
        assert np.array_equal(third, [[rest(i, j, k) for k in n] for j in n])


@pytest.mark.parametrize("x", [[[1.0, 2.0], [2.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]], [[3.0, 1.0], [-2.0, 5.0]]])
def test_the_second_derivatives_of_a_determinant_are_exact_at_singular_matrices(x):
    # By hand: det = ad - bc, so by a and d it is 1, by b and c -1, by any other two 0.
    found = engine.derivatives("det(x)", {"x": x}, kind="hessian")["x"]["x"]
    assert found.reshape(4, 4).tolist() == [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]]


def test_the_third_derivative_of_a_determinant_is_exact_where_everything_is_0():
    # det = Σ ± a[0, i] b[1, j] c[2, k] over the permutations (i, j, k), so its third derivatives are their signs.
    written = engine.compile("det(x)", {"x": (3, 3)}).gradient_program()
    found = engine.derivatives(
        f"{written.program}d = {written.outputs['x']}[0, 0]", {"x": np.zeros((3, 3))}, kind="hessian"
    )["x"]["x"]
    expected = np.zeros((3, 3, 3, 3))
    expected[1, 1, 2, 2] = expected[2, 2, 1, 1] = 1
    expected[1, 2, 2, 1] = expected[2, 1, 1, 2] = -1
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("n", [3, 8, 9])
def test_the_hessian_of_a_determinant_of_any_size_is_that_of_hips_autograd(n):
    x = np.random.default_rng(2).uniform(-1, 1, (n, n))
    found = engine.derivatives("det(x)", {"x": x}, kind="hessian")["x"]["x"]
    assert close(found, autograd.hessian(anp.linalg.det)(x), rtol=1e-8, atol=1e-9)


def test_rows_and_columns_make_the_same_jacobian():
    """Three outputs of two inputs go column by column, two of three row by row."""
    many = engine.derivatives("[x[0] * x[1], x[0] ** 3, x[1]]", {"x": [2.0, 3.0]}, kind="jacobian")["x"]
    assert many.tolist() == [[3, 2], [12, 0], [0, 1]]
    few = engine.derivatives("[x[0] * x[1], x[1] * x[2] ** 2]", {"x": [2.0, 3.0, 5.0]}, kind="jacobian")["x"]
    assert few.tolist() == [[3, 2, 0], [0, 25, 30]]


def test_a_jacobian_of_a_million_numbers_along_one_is_one_pass():
    limits = engine.Limits(flops=4e7)  # a million passes would need 10^12
    found = engine.derivatives("s * broadcast_to(2, (1000, 1000))", {"s": 3.0}, kind="jacobian", limits=limits)["s"]
    assert found.shape == (1000, 1000) and (found == 2).all()


def test_a_product_with_a_direction_leaves_alone_what_does_not_move():
    inputs = {"x": 0.0, "y": 2.0}
    assert engine.derivatives("sqrt(x) + y ** 3", inputs, kind="jvp", direction={"y": 1.0}) == 12
    assert engine.derivatives("sqrt(x) + y ** 3", inputs, kind="hvp", direction={"y": 1.0}) == {"x": 0, "y": 12}


def test_a_hessian_vector_product_of_many_inputs_needs_no_hessian():
    n = 20_000
    x, v = np.linspace(-1, 1, n), np.linspace(2, 3, n)
    found = engine.derivatives(
        "sum(x ** 3) / 6 + sum(x) ** 2 / 2",
        {"x": x},
        kind="hvp",
        direction={"x": v},
        limits=engine.Limits(elements=2e6, text_length=1000),
    )
    assert close(found["x"], x * v + v.sum())


def test_an_input_with_the_name_of_a_gradient_keeps_its_place_in_hessians():
    found = engine.derivatives("dz = 2\nz = dz * x ** 2 * dx", {"x": 3.0, "dx": 5.0}, kind="hessian")
    assert found["x"] == {"dz": 30, "x": 20, "dx": 12} and list(found) == ["dz", "x", "dx"] and found["dz"]["dx"] == 9


def test_a_hessian_is_symmetric_and_its_columns_are_its_products():
    program = "h = tanh(x @ W + b)\ny = softmax(h @ W)\nsum(y * log(y) * h)"
    inputs = {"x": [0.3, -0.2], "W": [[0.1, 0.2], [0.3, -0.4]], "b": [0.1, 0.2]}
    found = engine.derivatives(program, inputs, kind="hessian")
    for a, b in itertools.product(inputs, repeat=2):
        i, j = np.size(inputs[a]), np.size(inputs[b])
        assert close(found[a][b].reshape(i, j), found[b][a].reshape(j, i).T, atol=1e-12)
    product = engine.derivatives(program, inputs, kind="hvp", direction={"b": [0.0, 1.0]})
    assert all(close(product[name], found[name]["b"][..., 1]) for name in inputs)


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
    assert close(
        engine.derivatives("z = x ** 3 * y", inputs, kind="jvp", direction=v),
        jacobian["x"] @ v["x"] + jacobian["y"] * v["y"],
    )
    program = "z = sum(x ** 3 * y)"
    hessian = engine.derivatives(program, inputs, kind="hessian")
    product = engine.derivatives(program, inputs, kind="hvp", direction=v)
    assert close(product["x"], hessian["x"]["x"] @ v["x"] + hessian["x"]["y"] * v["y"])
    assert close(product["y"], hessian["y"]["x"] @ v["x"] + hessian["y"]["y"] * v["y"])


def test_an_input_that_does_not_matter_has_zeros():
    assert close(engine.derivatives("z = x ** 2", {"x": 3.0, "y": [1.0, 2.0]}, kind="hessian")["x"]["y"], [0, 0])
    assert close(engine.derivatives("z = x ** 2", {"x": 3.0, "y": [1.0, 2.0]}, kind="hessian")["y"]["x"], [0, 0])


@each(
    "program, arguments, kind",
    [
        ("z = x * 2", {"kind": "laplacian"}, "unknown-kind"),
        ("z = x * 2", {"kind": "hessian"}, "scalar-output"),
        ("z = x * 2", {"kind": "jvp", "direction": {"q": 1}}, "unknown-input"),
        ("z = x * 2", {"kind": "jvp", "direction": {"x": 1}}, "direction-shape"),
        ("z = x * 2", {"kind": "jvp", "direction": {"x": ["a", "b"]}}, "input-number"),
        ("z = x * 2", {"kind": "jacobian", "limits": engine.Limits(elements=8, flops=3)}, "too-much-work"),
        ("z = outer(x, x)", {"kind": "jacobian", "limits": engine.Limits(elements=7)}, "derivative-too-large"),
    ],
)
def test_what_cannot_be_derived_is_said(program, arguments, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.derivatives(program, {"x": [1.0, 2.0]}, **arguments)
    assert caught.value.kind == kind


def test_an_error_about_the_gradient_program_points_at_no_text_since_nobody_typed_it():
    with pytest.raises(engine.EngineError) as caught:
        engine.derivatives("z = sum(x * x * x)", {"x": np.ones(100)}, kind="hvp", limits=engine.Limits(flops=1500))
    assert caught.value.kind == "too-much-work" and caught.value.span is None


@pytest.mark.parametrize(
    ("program", "inputs", "kind", "limit", "error", "count"),
    [  # the counts by hand: rows times columns
        ("z = outer(x, x)", {"x": [1.0, 2.0]}, "jacobian", "elements", "derivative-too-large", 8),
        ("z = x[0] * y", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0]}, "jacobian", "elements", "derivative-too-large", 10),
        ("z = sum(x * x)", {"x": np.ones(9)}, "hessian", "elements", "derivative-too-large", 81),
        ("z = sum(x * y)", {"x": np.ones(4), "y": np.ones(4)}, "hessian", "elements", "derivative-too-large", 64),
    ],
)
def test_as_much_as_is_allowed_is_derived_and_one_more_is_refused_with_its_count(
    program, inputs, kind, limit, error, count
):
    engine.derivatives(program, inputs, kind=kind, limits=replace(engine.Limits(), **{limit: count}))
    with pytest.raises(engine.EngineError) as caught:
        engine.derivatives(program, inputs, kind=kind, limits=replace(engine.Limits(), **{limit: count - 1}))
    assert (
        caught.value.kind == error
        and caught.value.params["count"] == count
        and caught.value.params["limit"] == count - 1
    )


@pytest.mark.parametrize(
    ("program", "x", "kind", "nodes", "count"),
    [  # three visits a node that is allowed: the passes (the fewer of rows and columns) times the nodes
        ("z = x * x * x", np.ones(9), "jacobian", 9, 9 * 3),
        ("z = x * x * x * x * x * x", np.ones(9), "jacobian", 18, 9 * 6),
        ("z = x[0] * x * x * x * x * x * x * [[1], [1]]", np.ones(9), "jacobian", 30, 9 * 10),
        ("z = sum(x * x)", np.ones(9), "hessian", 24, 9 * 8),
    ],
)
def test_as_many_nodes_are_visited_as_are_allowed(program, x, kind, nodes, count):
    engine.derivatives(program, {"x": x}, kind=kind, limits=engine.Limits(nodes=nodes))
    with pytest.raises(engine.EngineError) as caught:
        engine.derivatives(program, {"x": x}, kind=kind, limits=engine.Limits(nodes=nodes - 1))
    assert (
        caught.value.kind == "derivative-visits"
        and caught.value.params["count"] == count
        and caught.value.params["passes"] == 9
        and caught.value.params["limit"] == 3 * (nodes - 1)
    )


@pytest.mark.parametrize(
    ("program", "kind", "count"), [("z = x * x * x * x", "hvp", 4 + 6), ("z = x * x", "hessian", 2 + 2)]
)
def test_a_gradient_program_has_as_many_statements_as_nodes_are_allowed(program, kind, count):
    def refusal(nodes):
        with pytest.raises(engine.EngineError) as caught:
            engine.derivatives(
                program,
                {"x": 1.0},
                kind=kind,
                direction={"x": 1.0} if kind == "hvp" else None,
                limits=engine.Limits(nodes=nodes),
            )
        return caught.value

    assert (
        refusal(count - 1).kind == "derivative-nodes"
        and refusal(count - 1).params == {"count": count, "limit": count - 1}
        and refusal(count).kind == "too-many-nodes"
    )


@pytest.mark.parametrize("kind", ["jacobian", "hessian"])
def test_the_work_that_a_refusal_tells_is_what_all_passes_need(kind):
    def asked(flops):
        return engine.derivatives(
            "z = x * x * y" if kind == "jacobian" else "z = sum(x * x * y)",
            {"x": np.arange(50.0), "y": 2.0},
            kind=kind,
            limits=engine.Limits(flops=flops),
        )

    with pytest.raises(engine.EngineError) as caught:
        asked(2000)  # enough for one pass
    count = caught.value.params["count"]
    assert caught.value.kind == "too-much-work" and count > 20_000
    asked(count)
    with pytest.raises(engine.EngineError):
        asked(count - 1)


@pytest.mark.parametrize("kind", ["jacobian", "hessian", "jvp", "hvp"])
def test_a_derivative_that_does_not_move_is_zeros_of_its_shape_and_a_number_is_a_float(kind):
    found = engine.derivatives(
        "z = y * 2 + 0 * sum(w)",
        {"y": 1.5, "x": [[1.0, 2.0]], "w": [3.0]},
        kind=kind,
        direction={} if "vp" in kind else None,
    )
    if kind == "jvp":
        assert type(found) is float and found == 0
    elif kind == "hvp":
        assert (
            type(found["y"]) is float
            and {name: np.shape(v) for name, v in found.items()} == {"y": (), "x": (1, 2), "w": (1,)}
            and not any(np.any(v) for v in found.values())
        )
    elif kind == "jacobian":
        assert (
            {name: v.shape for name, v in found.items()} == {"y": (), "x": (1, 2), "w": (1,)}
            and found["y"] == 2
            and not found["x"].any()
            and not found["w"].any()
        )
    else:
        assert {(a, b): v.shape for a, row in found.items() for b, v in row.items()} == {
            (a, b): s + t
            for a, s in (("y", ()), ("x", (1, 2)), ("w", (1,)))
            for b, t in (("y", ()), ("x", (1, 2)), ("w", (1,)))
        }
        assert not any(v.any() for row in found.values() for v in row.values())
