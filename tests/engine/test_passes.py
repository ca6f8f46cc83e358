"""The graph and its two passes: edges, sums, broadcasting, depth."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.ops import OPS
from gradlens.engine.ops.reduction import unbroadcast
from tests.each import each
from tests.engine.numerics import close
from tests.engine.test_ops import calls, smooth_point

PROGRAMS = {
    "two paths": ("a = x ** 2\nb = a ** 2\nc = a ** 2\nz = b + c", {"x": 2.0}),
    "dead branch": ("a = exp(x)\nb = log(y)\nz = a * 2", {"x": 1.0, "y": 0.0}),
    "three uses of an array": ("z = sum(x * x + x[::-1])", {"x": [1.0, 2.0, 3.0]}),
    "affine and softmax": (
        "h = relu(X @ W + b)\np = softmax(h)\nz = -mean(log(p[:, 0]))",
        {"X": [[1.0, 2.0], [0.5, -1.0]], "W": [[0.1, 0.2, 0.3], [0.4, 0.5, -0.6]], "b": [0.1, 0.0, -0.1]},
    ),
    "a constant in every place": ("z = (2 - x) / 3 + 4 ** x", {"x": 1.5}),
    "an array output": ("z = outer(x, y)", {"x": [1.0, 2.0], "y": [3.0, 4.0, 5.0]}),
    "a list of values": ("v = [x, y, 1]\nz = sum(v * v) + concat([v, v[1:]])[3]", {"x": 2.0, "y": 3.0}),
    "korean": ("사과 = 100\n개수 = 2\n소비세 = 1.1\n합계 = 사과 * 개수 * 소비세", {}),
}


@each("name", PROGRAMS)
@each("detail", ["fused", "expanded"])
def test_a_gradient_is_exactly_the_sum_of_its_outgoing_contributions_and_the_seed(name, detail):
    program, inputs = PROGRAMS[name]
    trace = engine.trace(program, inputs, detail=detail)
    order = {edge: i for i, edge in enumerate(trace.backward_order)}
    for node in trace.nodes:
        if not node.differentiable:
            assert node.gradient is None
            continue
        outgoing = sorted(
            (e for e in trace.edges if e.source == node.id and e.contribution is not None),
            key=lambda e: order.get(e.id, -1),
        )
        total = trace.seed if node.id == trace.output else None
        for edge in outgoing:
            assert np.shape(edge.contribution) == node.shape
            assert isinstance(edge.contribution, float) == (node.shape == ())
            if edge.id in order:
                total = edge.contribution if total is None else total + edge.contribution
        assert np.array_equal(node.gradient, np.zeros(node.shape) if total is None else total, equal_nan=True)


@each("name", PROGRAMS)
def test_a_contribution_is_upstream_times_local_where_the_jacobian_is_diagonal(name):
    trace = engine.trace(*PROGRAMS[name])
    walked = set(trace.backward_order)
    for edge in trace.edges:
        if edge.local is not None and edge.id in walked:
            product = np.asarray(trace.nodes[edge.target].gradient * edge.local)
            assert np.shape(edge.local) == trace.nodes[edge.target].shape
            assert np.array_equal(unbroadcast(product, trace.nodes[edge.source].shape), edge.contribution)


@each("name", PROGRAMS)
def test_every_edge_of_a_nodes_consumers_is_walked_before_its_own(name):
    trace = engine.trace(*PROGRAMS[name])
    arrived: dict[int, int] = {}
    for position, id in enumerate(trace.backward_order):
        arrived[trace.edges[id].source] = position
    for position, id in enumerate(trace.backward_order):
        assert arrived.get(trace.edges[id].target, -1) < position


def test_two_uses_of_one_variable_are_two_edges_and_their_contributions_add_up():
    trace = engine.trace("z = x * x", {"x": 3.0})
    assert [(e.source, e.target, e.argnum, e.contribution) for e in trace.edges] == [(0, 1, 0, 3.0), (0, 1, 1, 3.0)]
    assert trace["x"].gradient == 6.0


def test_edges_to_constants_are_listed_without_contribution_and_not_walked():
    trace = engine.trace("z = x ** 2", {"x": 3.0})
    constant = next(e for e in trace.edges if trace.nodes[e.source].op == "constant")
    assert constant.contribution is None and constant.local is None and constant.id not in trace.backward_order


def test_a_value_named_though_made_of_constants_has_a_gradient():
    trace = engine.trace("angle = pi / 6\nz = sin(angle)")
    assert close(trace["angle"].gradient, np.cos(np.pi / 6))


def test_the_gradient_of_t_plus_t_a_hundred_times_is_two_to_the_hundredth():
    trace = engine.trace("t = x\n" + "t = t + t\n" * 100, {"x": 1.0})
    assert trace.gradients["x"] == 2.0**100
    assert len(trace.nodes) == 102


def test_a_chain_of_a_hundred_thousand_nodes_runs_without_recursion():
    limit = sys.getrecursionlimit()
    program = engine.compile("y = x\n" + "y = y * 1.00001\n" * 100_000, {"x": ()})
    value, gradients = program.gradients({"x": 2.0})
    assert sys.getrecursionlimit() == limit
    assert close(gradients["x"], 1.00001**100_000)
    assert close(value, 2 * 1.00001**100_000)


@each(
    "shape, wanted",
    [
        ((2, 3), (3,)),
        ((2, 3), (2, 1)),
        ((2, 3), ()),
        ((4, 2, 3), (1, 3)),
        ((2, 3), (2, 3)),
        ((0, 3), (3,)),
        ((2, 3), (1, 1)),
    ],
)
def test_unbroadcast_sums_what_broadcasting_repeated(shape, wanted):
    g = np.arange(float(np.prod(shape))).reshape(shape)
    x = np.zeros(wanted)
    repeated = np.broadcast_to(np.arange(x.size).reshape(wanted), shape)
    expected = np.array([g[repeated == i].sum() for i in range(x.size)]).reshape(wanted)
    assert close(unbroadcast(g, wanted), expected)


def test_a_compiled_program_runs_again_and_again_and_refuses_other_shapes():
    program = engine.compile("z = (x + y) ** 2", {"x": (), "y": ()})
    assert program.gradients({"x": 2.0, "y": 3.0}) == (25.0, {"x": 10.0, "y": 10.0})
    assert program.gradients({"x": 1, "y": 1}) == (4.0, {"x": 4.0, "y": 4.0})
    assert program.run({"x": 2.0, "y": 3.0})["z"].value == 25.0
    assert program.forward({"x": 2.0, "y": 3.0})[-1] == 25.0
    for inputs, kind in (
        ({"x": 1.0}, "missing-input"),
        ({"x": [1.0], "y": 1.0}, "input-shape"),
        ({"x": 1.0, "y": 1.0, "q": 1.0}, "unknown-input"),
        ({"x": 1.0, "y": 1.0, "z": 1.0}, "input-computed"),
    ):
        with pytest.raises(engine.EngineError) as caught:
            program.run(inputs)
        assert caught.value.kind == kind


def test_running_twice_gives_the_same_and_leaves_the_inputs_alone():
    x = np.array([1.0, 2.0, 3.0])
    program = engine.compile("z = sum(x * x + x + x + x)", {"x": (3,)})
    first = program.run({"x": x})
    gradient = first["x"].gradient.copy()
    second = program.run({"x": x})
    assert (
        np.array_equal(x, [1, 2, 3])
        and np.array_equal(first["x"].gradient, gradient)
        and np.array_equal(second["x"].gradient, gradient)
    )
    assert close(gradient, [5, 7, 9])


def test_a_seed_is_the_upstream_at_the_output_and_one_number_stands_for_all():
    assert close(engine.trace("z = x * 3", {"x": [1.0, 2.0]}, seed=[1.0, 10.0]).gradients["x"], [3, 30])
    assert close(engine.trace("z = x * 3", {"x": [1.0, 2.0]}, seed=2).gradients["x"], [6, 6])
    assert close(engine.trace("z = x * 3", {"x": [1.0, 2.0]}).gradients["x"], [3, 3])


def test_any_name_can_be_the_output():
    trace = engine.trace("a = x * 2\nb = a * 3", {"x": 1.0}, output="a")
    assert trace.gradients == {"x": 2.0} and trace["b"].gradient == 0.0


def test_what_it_costs_is_told():
    cost = engine.trace("t = x + y\nz = t ** 2", {"x": 2.0, "y": 3.0}).cost
    assert (cost.forward_flops, cost.backward_flops, cost.numeric_evaluations) == (2, 4, 4)


def test_an_opened_function_is_a_group_of_its_nodes():
    trace = engine.trace("y = softmax(x)", {"x": [1.0, 2.0]}, detail="expanded")
    group = trace.groups[0]
    assert (group.name, group.parent) == ("softmax", None)
    assert [trace.nodes[i].op for i in group.nodes] == ["max", "sub", "exp", "sum", "div"]
    assert all(trace.nodes[i].group == 0 for i in group.nodes) and trace["y"].op == "div"


def test_the_fused_softmax_cross_entropy_is_y_minus_t_and_finite_where_its_parts_overflow():
    t = [[0.0, 1.0, 0.0]]
    small = engine.trace(
        "L = softmax_cross_entropy(x, t)\ny = softmax(x)", {"x": [[0.3, 2.9, 4.0]], "t": t}, output="L"
    )
    assert close(small.gradients["x"], small["y"].value - np.array(t))
    large = {"x": [[1e4, -1e4, 0.0]], "t": t}
    fused = engine.trace("L = softmax_cross_entropy(x, t)", large)
    assert close(fused["L"].value, 2e4) and close(fused.gradients["x"], [[1, -1, 0]])
    parts = engine.trace("L = softmax_cross_entropy(x, t)", large, detail="expanded")
    assert not np.isfinite(parts["L"].value)


@each("op", OPS.values())
def test_what_is_one_number_is_a_float_and_all_else_an_array_of_its_shape(op):
    call, shapes = calls(op)[0]
    point = smooth_point(op, shapes, seed=11)
    for program in (f"z = {call}", f"z = sum({call})"):
        trace = engine.trace(
            program, point, direction={name: np.ones(shape) if shape else 1.0 for name, shape in shapes.items()}
        )
        for node in trace.nodes:
            for value in (node.value, node.gradient, node.tangent):
                assert value is None or (
                    type(value) is float
                    if node.shape == ()
                    else isinstance(value, np.ndarray) and value.dtype == float and value.shape == node.shape
                )
        for edge in trace.edges:
            source, target = trace.nodes[edge.source].shape, trace.nodes[edge.target].shape
            for value, shape in ((edge.contribution, source), (edge.local, target), (edge.tangent, target)):
                assert value is None or (
                    type(value) is float
                    if shape == ()
                    else isinstance(value, np.ndarray) and value.dtype == float and value.shape == shape
                )


def test_three_and_more_contributions_are_added_up_without_a_trace_in_each_other():
    trace = engine.trace("a = x * 1\nz = a + 2 * a + 3 * a + 4 * a", {"x": [1.0, 2.0]})
    assert close(trace["a"].gradient, [10, 10]) and sorted(
        e.contribution[0] for e in trace.edges if e.source == trace["a"].id
    ) == [1, 2, 3, 4]
    assert close(trace["z"].gradient, [1, 1])


def test_an_index_that_fails_is_told_at_the_node_that_chose():
    with pytest.raises(engine.EngineError) as caught:
        engine.compile("a = x * 2\nb = take(a, i)\nz = b + 1", {"x": (2,), "i": ()}).run({"x": [1.0, 2.0], "i": 7.0})
    assert caught.value.kind == "index-value" and caught.value.span.start_line == 2


def test_an_edge_has_the_local_derivative_of_its_op_where_the_jacobian_is_diagonal_and_none_elsewhere():
    trace = engine.trace("a = x * y\nz = sum(a) ** 2", {"x": [1.0, 2.0], "y": 3.0})
    locals_ = [
        (
            trace.nodes[e.source].name,
            trace.nodes[e.target].op,
            e.local if e.local is None else np.asarray(e.local).tolist(),
        )
        for e in trace.edges
    ]
    assert locals_ == [
        ("x", "mul", [3, 3]),
        ("y", "mul", [1, 2]),
        ("a", "sum", None),
        (None, "pow", None),
        (None, "pow", 18),
    ]


@pytest.mark.parametrize(
    ("given", "gradients"),
    [
        ([2.0, 3.0], {"a": [1.0, 1.0], "x": 2.0}),
        ([2.0, 3.0, 4.0], {"a": [1.0, 1.0, 1.0], "x": 3.0}),
        ([2.0], {"a": [1.0], "x": 1.0}),
    ],
)
def test_a_list_is_as_long_as_the_value_that_is_given_for_it(given, gradients):
    found = engine.trace("a = [1, 2]\ny = len(a) * x + sum([v for v in a])", {"a": given, "x": 2.0})
    assert {name: np.asarray(value).tolist() for name, value in found.gradients.items()} == gradients
    assert engine.trace("a = [1, 2]\ny = a * x", {"a": 3.0, "x": 2.0}).gradients == {"a": 2.0, "x": 3.0}


def test_a_number_that_scales_a_list_is_no_count_of_it():
    assert np.array_equal(engine.trace("y = [1, 2] * x", {"x": 2.0}).gradients["x"], 3.0)
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("y = [1.0] * n\nfor i in range(n):\n    y = y + x", {"n": 2.0, "x": 1.0})
    assert caught.value.kind == "list-repeat"
