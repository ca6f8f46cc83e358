"""The passes of a diagnosis: with a reader's numbers in place, with mistakes planted, and moved to see what rounding
does.
"""

from __future__ import annotations

import sys
from functools import partial

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.diagnosing import noise
from gradlens.engine.diagnosing.mistakes import nothing, times
from gradlens.engine.diagnosing.noise import (
    MOVED,
    Noise,
    coarse_noise,
    finite,
    gradient_noise,
    largest,
    signs,
    value_noise,
)
from gradlens.engine.diagnosing.planted_passes import (
    CALL_WORK,
    ELEMENT_WORK,
    STEP_WORK,
    Backward,
    Circuit,
    NotApplicable,
)
from gradlens.engine.ops import OPS
from tests.each import each

FORK = "a = 2 * x\nb = sin(a)\nc = a * a\ny = 3 * b + c"


def run(program: str, inputs: dict, settle=lambda id, g: g, seed: object = None):
    trace = engine.trace(program, inputs, seed=seed)
    circuit = Circuit(trace.graph)
    return trace, Backward(circuit, list(trace.values), np.asarray(trace.seed, dtype=float)).run(settle)


def edge(trace, base: Backward, source: str, target: str, argnum: int):
    at = trace.graph.names
    return next(e for e in base.circuit.edges if (e.source, e.target, e.argnum) == (at[source], at[target], argnum))


@pytest.mark.parametrize(
    ("program", "inputs", "seed"),
    [
        (FORK, {"x": 0.7}, None),
        (
            "y = sum((X @ W + b) ** 2)",
            {"X": np.ones((2, 3)), "W": np.arange(6.0).reshape(3, 2), "b": [1.0, -1.0]},
            None,
        ),
        ("y = x * [1, 2] + b", {"x": [1.0, 2.0], "b": 3.0}, [1.0, -2.0]),
        ("y = x * 2\nu = y * 3", {"x": 1.0}, None),
    ],
)
def test_a_pass_without_a_mistake_is_backpropagation(program, inputs, seed):
    trace, base = run(program, inputs, seed=seed)
    for node in trace.nodes:
        if node.gradient is not None:
            assert (
                np.allclose(base.computed[node.id], node.gradient)
                and base.used[node.id] is base.computed[node.id]
                and base.computed[node.id].shape == node.shape
            )
    assert set(base.contributions) == {e.id for e in base.circuit.edges} and all(
        np.allclose(base.contributions[e.id], trace.edges[e.id].contribution) for e in base.circuit.edges
    )


def test_a_pass_goes_on_with_what_it_is_told():
    trace, base = run(FORK, {"x": 0.7}, lambda id, g: np.asarray(10.0) if id == 3 else g)
    at, told = trace.graph.names, trace.graph.nodes[3].name
    assert told == "b" and float(base.used[at["b"]]) == 10 and float(base.computed[at["b"]]) == 3
    assert float(base.computed[at["x"]]) == pytest.approx(2 * (10 * np.cos(1.4) + 2 * 1.4))


def test_what_a_planted_mistake_changes_is_told_and_nothing_else():
    trace, base = run(FORK, {"x": 0.7})
    at, sine = trace.graph.names, edge(trace, base, "a", "b", 0)
    before = base.circuit.work
    changed = base.planted({sine.id: partial(times, 5.0)}, set())
    a = 5 * 3 * np.cos(1.4) + 2 * 1.4
    assert (
        {k: float(v) for k, v in changed.items() if k in (at["a"], at["x"])}
        == pytest.approx({at["a"]: a, at["x"]: 2 * a})
        and at["b"] not in changed
        and at["c"] not in changed
    )
    start = base.circuit.place[sine.id]
    assert base.circuit.work - before == pytest.approx(
        STEP_WORK * (len(base.circuit.edges) - start)
        + sum(base.circuit.cost(e) for e in base.circuit.edges if e.target == at["a"])
        + base.circuit.cost(sine)
    )
    # Nothing goes beyond a node whose gradient the reader wrote down.
    settled = base.planted({sine.id: partial(times, 5.0)}, {at["a"]})
    assert float(settled[at["a"]]) == pytest.approx(a) and at["x"] not in settled
    # Only some edges are walked.
    within = base.planted({sine.id: partial(times, 5.0)}, set(), {sine.id})
    assert float(within[at["a"]]) == pytest.approx(a) and at["x"] not in within
    assert base.planted({sine.id: partial(times, 5.0)}, set(), set()) == {}
    both = base.planted({e.id: nothing for e in base.circuit.outgoing[at["a"]]}, set())
    assert float(both[at["a"]]) == 0 and float(both[at["x"]]) == 0


@pytest.mark.parametrize("plant", [lambda local: np.ones((7, 5)), lambda local: local.inputs[9]])
def test_a_mistake_whose_shapes_do_not_fit_cannot_be_made(plant):
    trace, base = run("a = sin(x)\nb = a * a\ny = sum(b)", {"x": [1.0, 2.0]})
    with pytest.raises(NotApplicable):
        base.planted({edge(trace, base, "a", "b", 0).id: plant}, set())


def test_an_edge_sees_its_upstream_its_output_and_its_inputs():
    trace, base = run(
        "A = X + b\ny = sum(A * S)", {"X": np.ones((2, 3)), "b": [1.0, 2.0, 3.0], "S": np.arange(6.0).reshape(2, 3)}
    )
    local = base.circuit.local(edge(trace, base, "b", "A", 1), base.used[trace.graph.names["A"]], base.values)
    assert (
        np.array_equal(local.g, np.arange(6).reshape(2, 3))
        and np.array_equal(local.x, [1, 2, 3])
        and np.array_equal(local.z, [[2, 3, 4]] * 2)
        and np.array_equal(local.right(), [3, 5, 7])
    )
    assert (
        np.array_equal(local.summed(np.ones((2, 3))), [2, 2, 2])
        and np.array_equal(local.summed(np.array(4.0)), [8, 8, 8])
        and np.array_equal(local.raw(g=2 * local.g), 2 * local.g)
    )
    trace, base = run("y = sin(x)", {"x": 2.0})
    local = base.circuit.local(base.circuit.edges[0], np.asarray(5.0), base.values)
    assert (
        float(local.raw()) == pytest.approx(5 * np.cos(2))
        and float(local.raw(inputs=[np.asarray(1.0)])) == pytest.approx(5 * np.cos(1))
        and float(local.raw(g=np.asarray(1.0))) == pytest.approx(np.cos(2))
    )
    trace, base = run("y = tanh(x)", {"x": 0.5})
    assert float(
        base.circuit.local(base.circuit.edges[0], np.asarray(1.0), base.values).raw(z=np.asarray(0.25))
    ) == pytest.approx(1 - 0.0625)


def test_values_after_a_change_are_computed_anew_and_what_is_given_stays():
    trace, base = run("a = 2 * x\nb = a * a\nu = 3 * v\ny = b + u", {"x": 1.0, "v": [1.0, 2.0]})
    at, circuit = trace.graph.names, base.circuit
    before, values = circuit.work, list(trace.values)
    after = circuit.values_after(values, {at["a"]: np.asarray(5.0)})
    assert (
        isinstance(after[at["a"]], float)
        and (after[at["a"]], after[at["b"]], after[at["x"]]) == (5.0, 25.0, 1.0)
        and np.array_equal(after[at["y"]], [28, 31])
        and after[at["u"]] is values[at["u"]]
    )
    assert circuit.work - before == 2 * CALL_WORK and values[at["b"]] == 4.0
    both = circuit.values_after(values, {at["x"]: 9.0, at["b"]: 7.0})
    assert (both[at["a"]], both[at["b"]]) == (18.0, 7.0) and np.array_equal(both[at["y"]], [10, 13])


def test_a_contribution_costs_about_what_its_op_does():
    trace, base = run("A = X @ W\nB = A * 2\ny = sum(B)", {"X": np.ones((4, 5)), "W": np.ones((5, 6))})
    product, scaled = (
        base.circuit.cost(edge(trace, base, "X", "A", 0)),
        base.circuit.cost(edge(trace, base, "A", "B", 0)),
    )
    flops = OPS["matmul"].cost.flops
    assert flops is not None
    matmul = flops(((4, 5), (5, 6)), (4, 6))
    assert product == CALL_WORK + ELEMENT_WORK * 24 + matmul and scaled - CALL_WORK - ELEMENT_WORK * 24 == (
        24 if OPS["mul"].cost.flops is None else OPS["mul"].cost.flops(((4, 6), ()), (4, 6))
    )


def moves(program: str, inputs: dict, name: str):
    """Of a node: how far its value and its gradient move, and how far by what rounds inside."""
    trace, base = run(program, inputs)
    id = trace.graph.names[name]
    with np.errstate(all="ignore"):
        value, gradient = (
            value_noise(base.circuit, list(trace.values))(id),
            gradient_noise(base.circuit, list(trace.values), base.seed)(id),
        )
    return value, gradient


@each(
    "program, inputs, name, moved, inner",
    [
        # What is given does not move; a value moves by its size, and with what it is made of, up or down.
        ("y = 3 * x", {"x": 2.0}, "y", {6}, {0}),
        ("y = 3 * x", {"x": 2.0}, "x", {0}, {0}),
        ("a = 3 * x\ny = a * a", {"x": 2.0}, "y", {36, 108}, {0}),
        ("a = 3 * x\ny = a - 1", {"x": 2.0}, "y", {1, 11}, {0}),
        ("a = 3 * x\ny = a - 6", {"x": 2.0}, "y", {6}, {0}),
        ("y = x > 1", {"x": 2.0}, "y", {0}, {0}),
        ("y = sigmoid(x)", {"x": 0.0}, "y", {0.5}, {1}),
        ("y = 5 * sigmoid(x)", {"x": 0.0}, "y", {0, 5}, {5}),
        ("y = exp(x)", {"x": 0.0}, "y", {1}, {0}),
        (
            "y = sum(stack([2 * x, 3 * x]))",
            {"x": 1.0},
            "y",
            {2, 4, 6, 10, 1, 9, 5, 11, 13, 15, 7, 3, 0, 8, 12, 14},
            {0},
        ),
        ("y = 3 * stop_gradient(2 * x)", {"x": 1.0}, "y", {6}, {0}),
        ("y = logsumexp([2 * x])", {"x": 300.0}, "y", {0, 600, 1200, 1800}, {0, 600}),
    ],
)
def test_a_value_moves_by_its_own_size_and_with_what_it_is_made_of(program, inputs, name, moved, inner):
    found, _ = moves(program, inputs, name)
    assert float(found.moved) in [pytest.approx(m) for m in moved] and float(found.inner) in [
        pytest.approx(m) for m in inner
    ]


@each(
    "program, inputs, name, moved, inner",
    [
        ("y = 3 * x", {"x": 2.0}, "y", {1}, {0}),
        ("y = 3 * x", {"x": 2.0}, "x", {0, 6}, {0}),
        ("a = 3 * x\ny = a * a", {"x": 2.0}, "a", {0, 12, 24, 36}, {0}),
        ("y = sigmoid(x)", {"x": 40.0}, "x", {0, 2 * np.exp(-40)}, {1}),
        ("y = 7 * sigmoid(x)", {"x": 40.0}, "x", {0, 7 * np.exp(-40), 14 * np.exp(-40), 21 * np.exp(-40)}, {7}),
        ("y = x * 0", {"x": 2.0}, "x", {0}, {0}),
        ("y = 1 / x", {"x": 0.0}, "x", {0}, {0}),
        # A number that is left when others cancel moves with these.
        ("a = 3 * x\nb = a + 1000\nc = b - a\ny = w * c", {"x": 2.0, "w": 1.0}, "w", None, {0}),
    ],
)
def test_a_gradient_moves_with_the_values_and_the_gradients_on_its_way(program, inputs, name, moved, inner):
    _, found = moves(program, inputs, name)
    assert float(found.inner) in [pytest.approx(m) for m in inner]
    if moved is None:
        assert 500 < float(found.moved) < 5000
    else:
        assert any(float(found.moved) == pytest.approx(m, rel=1e-3) for m in moved), found.moved


def test_a_jump_is_no_rounding():
    # d is left over where numbers cancel: moved, it changes its sign, and the gradient of relu jumps.
    _, found = moves("d = a + b - c\ny = relu(d) * w", {"a": 0.1, "b": 0.2, "c": 0.3, "w": 5.0}, "a")
    assert float(found.moved) <= 40


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_the_noise_of_each_element_is_its_own(shape):
    trace, base = run("a = 2 * x\ny = sum(a * a)", {"x": np.full(shape, 3.0)})
    at = trace.graph.names
    for found in (
        value_noise(base.circuit, list(trace.values))(at["a"]),
        gradient_noise(base.circuit, list(trace.values), base.seed)(at["a"]),
    ):
        assert (
            np.broadcast_shapes(found.moved.shape, shape) == shape
            and (found.moved >= 0).all()
            and np.isfinite(found.moved).all()
        )
    assert np.allclose(value_noise(base.circuit, list(trace.values))(at["a"]).moved, 6)


def test_in_a_large_program_every_element_may_be_off_as_the_largest(monkeypatch):
    found = coarse_noise(np.array([1.0, -4.0, np.inf, np.nan]))
    assert (
        np.array_equal(found.moved, [4, 4, 4, 4])
        and np.array_equal(found.inner, [0, 0, 0, 0])
        and coarse_noise(np.zeros((0, 2))).moved.shape == (0, 2)
        and np.array_equal(coarse_noise(np.array([0.5, -0.25])).moved, [0.5, 0.5])
    )
    program, inputs = "z = sum(x * y)", {"x": [1e10, 0.5], "y": [1.0, 1.0]}
    near, far = {"y": [1e10, 0.50001]}, {"y": [1e10, 0.5012345]}
    assert not engine.diagnose(program, inputs, gradients=near).ok
    monkeypatch.setattr(sys.modules["gradlens.engine.diagnosing.comparing"], "MOST_EDGES", 0)
    assert (
        engine.diagnose(program, inputs, gradients=near).ok and not engine.diagnose(program, inputs, gradients=far).ok
    )


def test_signs_are_drawn_and_what_is_not_finite_is_nothing():
    drawn = signs(np.random.default_rng(0), (1000,))
    assert (
        set(drawn) == {-1.0, 1.0}
        and abs(drawn.mean()) < 0.1
        and signs(np.random.default_rng(0), (2, 3)).shape == (2, 3)
    )
    assert np.array_equal(finite(np.array([1.0, np.nan, np.inf, -np.inf])), [1, 0, 0, 0])
    assert (
        [np.asarray(m).tolist() for m in largest([[np.array([1.0, -5.0]), None], [np.array([-3.0, 2.0]), None]])]
        == [[3, 5], 0]
        and MOVED == 2.0**-40
        and noise.DRAWS == 2
    )


@pytest.mark.parametrize(
    ("program", "x", "name", "moved", "inner"),
    [
        # All up: an element's own size, and what the sum, the difference or the product makes of what moved before it.
        ("a = 3 * x\ny = a * a", 2.0, "y", 72 + 36, 0),
        ("a = 3 * x\nb = a + 1000\ny = b - a", 2.0, "y", 1000 + 6 + 1006 - 6, 0),
        ("a = 3 * x\ny = a - 1", 2.0, "y", 6 + 5, 0),
        ("a = 3 * x\nb = exp(a)\ny = b / a", 1.0, "y", np.exp(3) * (3 + 1) / 3 - np.exp(3) * 3 / 9 + np.exp(3) / 3, 0),
        ("a = sigmoid(x)\nb = 4 * a\ny = b - a", 0.0, "y", 2 + 2 - 0.5 + 1.5, 4 - 1),
        ("a = stack([2 * x, 5 * x])\ny = a[0] - a[1]", 1.0, "y", 3 * 2 - 3 * 5 + 3, 0),
    ],
)
def test_all_that_moves_into_one_value_adds_up(monkeypatch, program, x, name, moved, inner):
    monkeypatch.setattr(noise, "signs", lambda random, shape: np.ones(shape))
    found, _ = moves(program, {"x": x}, name)
    assert (float(found.moved), float(found.inner)) == (pytest.approx(abs(moved)), pytest.approx(inner))


@pytest.mark.parametrize(
    ("program", "inputs", "name", "inner"),
    [
        # Of elements each by itself as large as what comes back to it; of what is stretched, or of a whole row, as the
        # largest.
        ("y = sum(sigmoid(x) * [7, 0.001])", {"x": [40.0, 40.0]}, "x", [7, 0.001]),
        (
            "y = sum(logaddexp(x, b) * [[7, 0.001], [0.1, 0.2]])",
            {"x": np.full((2, 2), 40.0), "b": [1.0, 2.0]},
            "b",
            [7, 7],
        ),
        (
            "y = sum(logaddexp(x, b) * [[7, 0.001], [0.1, 0.2]])",
            {"x": np.full((2, 2), 40.0), "b": [1.0, 2.0]},
            "x",
            [[7, 0.001], [0.1, 0.2]],
        ),
        ("y = sum(softmax(x) * [7, 0.001])", {"x": [1.0, 2.0]}, "x", [7, 7]),
        ("y = sum(softmax(x) * [0.07, 0.001])", {"x": [1.0, 2.0]}, "x", [0.07, 0.07]),
        ("y = sum(exp(x) * [7, 0.001])", {"x": [1.0, 2.0]}, "x", [0, 0]),
    ],
)
def test_what_rounds_inside_an_op_is_as_large_as_what_comes_back_to_it(program, inputs, name, inner):
    _, found = moves(program, inputs, name)
    assert found.inner.shape == np.shape(inner) and np.allclose(found.inner, inner)


@each(
    "moved, inner, claimed, truth, excused",
    [
        # 32 roundings of what moves; of what rounds inside too, where nothing is left of the truth, and the claim is
        # nothing or as much as roundings leave.
        (1, 0, 1 + 2.0**-48, 1, True),
        (1, 0, 1 - 2.0**-48, 1, True),
        (1, 0, 1 + 2.0**-47, 1, False),
        (4, 0, 1 + 2.0**-46, 1, True),
        (0, 1, 1 + 2.0**-48, 1, False),
        (0, 1, 0, 2.0**-48, True),
        (0, 1, 0, -(2.0**-48), True),
        (0, 1, 0, 2.0**-47, False),
        (0, 1, 2.0**-48, 0, True),
        (0, 1, 2.0**-47, 0, False),
        (0, 1, 2.0**-58, 0, True),
        (0, 1, -(2.0**-58), 0, True),
        (0, 1, 2.0**-59, 0, False),
        (0, 1, 2.0**-48, 2.0**-48, True),
        (0, 1, -(2.0**-48), 2.0**-48, True),
        (0, 0, 0, 2.0**-60, False),
        (0, 0, 0.5, 0.5, True),
    ],
)
def test_a_claim_is_excused_by_as_many_roundings_as_may_lie_behind_one_number(moved, inner, claimed, truth, excused):
    found = Noise(np.array([float(moved)]), np.array([float(inner)])).excuses(
        np.array([float(claimed)]), np.array([float(truth)]), 2.0**-53
    )
    assert found.tolist() == [excused]
    single = Noise(np.array([float(moved)]), np.array([float(inner)])).excuses(
        np.array([claimed * 2.0**29 if truth != 1 else 1 + (claimed - 1) * 2.0**29]),
        np.array([truth * 2.0**29 if truth != 1 else 1.0]),
        2.0**-24,
    )
    assert single.tolist() == [excused]
