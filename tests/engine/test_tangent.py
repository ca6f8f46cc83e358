"""The forward mode: the tangent of every node, against backward passes, central differences and hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.app.examples import EXAMPLES
from tests.each import each
from tests.engine.numerics import close
from tests.engine.test_ops import ALL, smooth_point


def drawn(shapes: dict, seed: int) -> dict:
    rng = np.random.default_rng(seed)
    return {name: rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape) for name, shape in shapes.items()}


def rows(program: engine.Program, inputs: dict, direction: dict) -> np.ndarray:
    """The Jacobian, one backward pass a row, times the direction."""
    shape = program.graph.nodes[program.graph.output].shape
    found = np.zeros(shape)
    for index in np.ndindex(*shape):
        seed = np.zeros(shape)
        seed[index] = 1.0
        gradients = program.gradients(inputs, seed=seed if shape else 1.0)[1]
        found[index] = sum(np.sum(gradients[name] * v) for name, v in direction.items())
    return found


@each("op, call, shapes", ALL, sample=6)
def test_the_tangent_of_every_op_is_its_jacobian_times_the_direction(op, call, shapes):
    point, direction = smooth_point(op, shapes, seed=7), drawn(shapes, 3)
    program = engine.compile(f"z = {call}", shapes)
    trace = program.run(point, direction=direction)
    assert close(trace["z"].tangent, rows(program, point, direction))
    if op.name != "stop_gradient":  # whose purpose is to differ from the derivative
        h = 1e-6
        ahead, behind = ({name: point[name] + sign * h * direction[name] for name in point} for sign in (1, -1))
        difference = (
            np.asarray(program.forward(ahead)[program.graph.output]) - program.forward(behind)[program.graph.output]
        ) / (2 * h)
        assert close(trace["z"].tangent, difference, rtol=1e-6, atol=1e-7)


@each("op, call, shapes", ALL)
def test_what_the_seed_makes_of_the_tangent_the_direction_makes_of_the_gradients(op, call, shapes):
    """<seed, J v> = <Jᵀ seed, v>: both modes walk the same Jacobians."""
    point, direction = smooth_point(op, shapes, seed=7), drawn(shapes, 3)
    program = engine.compile(f"z = {call}", shapes)
    seed = np.random.default_rng(8).uniform(0.5, 1.5, program.graph.nodes[program.graph.output].shape)
    trace = program.run(point, seed=seed, direction=direction)
    assert close(
        np.sum(seed * trace["z"].tangent), sum(np.sum(trace.gradients[name] * v) for name, v in direction.items())
    )


@each("example", EXAMPLES)
@each("detail", ["fused", "expanded"])
def test_both_modes_agree_on_every_example_of_the_page(example, detail):
    program = engine.compile(
        example["program"]["en"], {name: np.shape(v) for name, v in example["inputs"].items()}, detail=detail
    )
    direction = drawn({name: program.graph.nodes[id].shape for name, id in program.graph.inputs.items()}, 3)
    trace = program.run(example["inputs"], direction=direction)
    total = sum(np.sum(trace.gradients[name] * v) for name, v in direction.items())
    assert close(np.sum(trace.nodes[trace.output].tangent), total)


def test_a_nodes_tangent_is_the_sum_of_what_its_edges_pass_on():
    trace = engine.trace("t = x * y\nz = t * x", {"x": 3.0, "y": [1.0, 2.0]}, direction={"x": 1.0, "y": [10.0, 0.0]})
    assert close(trace["t"].tangent, [1 + 30, 2])
    assert close(trace["z"].tangent, [31 * 3 + 3 * 1, 2 * 3 + 6 * 1])
    for node in trace.nodes:
        arriving = [edge.tangent for edge in trace.edges if edge.target == node.id]
        if arriving:
            assert close(node.tangent, sum(arriving))


def test_an_input_that_is_left_out_does_not_move_and_its_infinite_derivative_makes_no_nan():
    trace = engine.trace("z = sqrt(x) + 3 * y", {"x": 0.0, "y": 1.0}, direction={"y": 2.0})
    assert trace["z"].tangent == 6 and trace["x"].tangent == 0
    assert np.isnan(engine.trace("z = sqrt(x) + 3 * y", {"x": 0.0, "y": 1.0}, direction={"x": 0.0})["z"].tangent)


def test_the_branch_that_is_not_taken_passes_no_nan_forward_while_backward_its_own_edge_has_one():
    # Forward, the infinite tangent of the logarithm is not chosen; backward, its edge multiplies 0 by an infinite
    # slope.
    trace = engine.trace("z = where(x > 0, log(x), 0)", {"x": 0.0}, direction={"x": 1.0})
    assert trace["z"].tangent == 0 and np.isnan(trace.gradients["x"])


def test_without_a_direction_nothing_has_a_tangent_and_with_one_what_does_not_move_has_0():
    trace = engine.trace("z = 2 * x * (x > 1)", {"x": 3.0})
    assert all(part.tangent is None for part in (*trace.nodes, *trace.edges))
    trace = engine.trace("z = 2 * x * (x > 1)", {"x": 3.0}, direction={"x": 5.0})
    assert {node.op: node.tangent for node in trace.nodes} == {"input": 5, "constant": 0, "gt": 0, "mul": 10}
    assert [edge.tangent is None for edge in trace.edges] == [edge.contribution is None for edge in trace.edges]


def test_a_list_moves_as_one_and_so_a_long_one_costs_what_its_length_says():
    n = 3000  # as arrays of its length, one an element, 72 megabytes
    trace = engine.trace(f"z = [{', '.join(['x', 'y'] * (n // 2))}]", {"x": 1.0, "y": 2.0}, direction={"x": 3.0})
    assert close(trace["z"].tangent, [3, 0] * (n // 2))
    assert all(edge.tangent is None for edge in trace.edges if edge.target == trace["z"].id)


def test_depth_costs_no_recursion_and_many_paths_no_time():
    assert (
        engine.trace("t = x\nfor i in range(1000):\n    t = t + t", {"x": 1.0}, direction={"x": 1.0})["t"].tangent
        == 2.0**1000
    )


def test_a_name_bound_again_moves_the_number_that_is_its_input():
    trace = engine.trace("x = 2\ny = x * 3\nx = 5\nz = x * y", direction={"x": 1.0})
    assert trace["z"].tangent == trace.gradients["x"] == 15


def test_the_cost_tells_what_either_mode_needs_for_the_whole_jacobian():
    cost = engine.trace("z = W @ x", {"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 2, 3]}).cost
    assert (cost.backward_passes, cost.tangent_passes, cost.numeric_evaluations) == (2, 9, 18)
    assert cost.tangent_flops == cost.backward_flops > cost.forward_flops


@pytest.mark.parametrize(
    ("direction", "kind"),
    [
        ({"q": 1}, "unknown-input"),
        ({"z": 1}, "input-computed"),
        ({"x": 1}, "direction-shape"),
        ({"x": [[1, 2]]}, "direction-shape"),
        ({"x": ["a", 1]}, "input-number"),
        ({"x": [1, [2]]}, "input-ragged"),
    ],
)
def test_a_direction_that_does_not_fit_is_an_error(direction, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("z = x * 2", {"x": [1.0, 2.0]}, direction=direction)
    assert caught.value.kind == kind
