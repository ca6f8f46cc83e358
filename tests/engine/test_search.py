"""The search for a mistake that gives a claim: the numbers that it solves for, what it holds for a label, and how it ranks."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.diagnose.claims import Claim
from engine.diagnose.passes import Backward, Circuit
from engine.diagnose.searching import ORDER, Search, alone, learning_rate, multiple
from engine.diagnose.wording import KINDS, figure, figures


def claim(value: object, slack: float = 0.0) -> Claim:
    value = np.array(value, dtype=float)
    return Claim("x", 0, "gradient", value, np.full(value.shape, slack), None, 2.0**-53, True)


@pytest.mark.parametrize(
    ("value", "slack", "rest", "share", "factor"),
    [
        # Several numbers may be any multiple; in three digits where these do.
        ([5.0, 10.0], 0, [0, 0], [2, 4], 2.5), ([-1.0, -2.0], 0, [0, 0], [2, 4], -0.5), ([1.23456, 2.46912], 0, [0, 0], [1, 2], 1.23456), ([1.234, 2.468], 1e-2, [0, 0], [1, 2], 1.23), ([11.0, 24.0], 0, [10, 20], [1, 4], None), ([13.0, 32.0], 0, [10, 20], [1, 4], 3),
        ([5.0, 11.0], 0, [0, 0], [2, 4], None), ([0.0, 0.0], 0, [0, 0], [2, 4], None), ([2.0, 4.0], 0, [0, 0], [0, 0], None), ([np.nan, 1.0], 0, [0, 0], [1, 1], None), ([1.0, 2.0, 3.0], 0, [0, 0], [1, 2], None), ([12.0, 20.0], 0, [10, 20], [1, 0], 2), ([12.5, 20.0], 0, [10, 20], [1, 0], None),
        # One number is a multiple of any other: only of small whole ones, and their reciprocals, by name.
        (6.0, 0, 0, 3, 2), (30.0, 0, 0, 3, 10), (33.0, 0, 0, 3, None), (1.5, 0, 0, 3, 1 / 2), (0.3, 0, 0, 3, 1 / 10), (3 / 11, 0, 0, 3, None), (-6.0, 0, 0, 3, -2), (-1.0, 0, 0, 3, -1 / 3), (7.5, 0, 0, 3, None), (3.0, 0, 0, 3, None), (-3.0, 0, 0, 3, None), (0.0, 0, 0, 3, None), (16.0, 0, 10, 3, 2), (2.0, 0, 0, 0, None), (6.1, 0.2, 0, 3, 2),
    ],
)
def test_a_factor_is_solved_for_where_a_factor_tells(value, slack, rest, share, factor):
    with np.errstate(all="ignore"):
        found = multiple(claim(value, slack), np.array(rest, dtype=float), np.array(share, dtype=float))
    assert found == (None if factor is None else pytest.approx(factor, rel=1e-12))


@pytest.mark.parametrize(
    ("value", "slack", "weight", "gradient", "rate"),
    [
        ([0.9, 1.8], 0, [1, 2], [1, 2], 0.1), ([0.75, 1.5], 0, [1, 2], [1, 2], 0.25), ([0.88, 1.76], 0, [1, 2], [1, 2], 0.12), ([0.877, 1.754], 0, [1, 2], [1, 2], None), ([-9.0, -18.0], 0, [1, 2], [1, 2], 10), ([-10.0, -20.0], 0, [1, 2], [1, 2], None), ([1.1, 2.2], 0, [1, 2], [1, 2], None), ([0.9, 1.9], 0, [1, 2], [1, 2], None),
        ([1.0, 2.0], 0, [1, 2], [1, 2], None), ([1.0, 2.0], 0, [1, 2], [0, 0], None), (0.5, 0, 1, 1, 0.5), ([0.9, 2.0], 0, [1, 2], [1, 0], 0.1), ([np.nan, 1.0], 0, [1, 2], [1, 2], None),
        # A step that does not show in the digits tells nothing.
        ([1.0, 2.0], 0.05, [1.001, 2.002], [0.01, 0.02], None), ([0.96, 1.92], 5e-3, [1, 2], [1, 2], 0.04),
    ],
)
def test_a_learning_rate_has_two_digits_at_most_and_its_step_shows(value, slack, weight, gradient, rate):
    found = learning_rate(claim(value, slack), np.array(weight, dtype=float), np.array(gradient, dtype=float))
    assert found == (None if rate is None else pytest.approx(rate, rel=1e-12))


def test_a_node_that_is_made_of_one_input_alone_is_known_with_it():
    graph = engine.trace("a = x.T\nb = 2 * a\nc = b + y\nd = y * y\ne = 3 * 2\nz = sum(c) * e + sum(d)", {"x": np.eye(2), "y": np.ones((2, 2))}).graph
    found = alone(graph)
    names = {id: n for n, id in graph.names.items()}
    assert {n: names.get(found[id]) for n, id in graph.names.items()} == {"x": "x", "y": "y", "a": "x", "b": "x", "c": None, "d": "y", "e": None, "z": None}


def searched(program: str, inputs: dict) -> Search:
    trace = engine.trace(program, inputs)
    circuit = Circuit(trace.graph)
    base = Backward(circuit, list(trace.values), np.asarray(trace.seed, dtype=float)).run(lambda id, g: g)
    return Search(circuit, base, {}, {}, trace.values, lambda c, t: c.matches(t), 1e12)


@pytest.mark.parametrize(
    ("program", "inputs", "labels"),
    [
        ("L = softmax_cross_entropy(X, T)", {"X": [[1.0, 2.0], [3.0, 4.0]], "T": [[0.5, 0.5], [0.1, 0.9]]}, {"T"}), ("L = mse(X, T)", {"X": [1.0, 2.0], "T": [3.0, 4.0]}, {"T"}), ("L = sum((X - T) ** 2)", {"X": [1.5, 2.0], "T": [3.0, 4.0]}, {"T"}), ("L = sum((X + T) ** 2)", {"X": [1.5, 2.0], "T": [3.0, 4.0]}, set()),
        ("L = sum(X * T)", {"X": [1.5, 2.0], "T": [0.0, 1.0]}, {"T"}), ("L = sum(X * T)", {"X": [1.5, 2.0], "T": [0.0, 2.0]}, set()), ("L = sum(X[i])", {"X": [1.5, 2.5, 3.0], "i": [2, 0]}, {"i"}), ("L = x - t", {"x": 1.0, "t": 0.0}, set()), ("L = sum(X - T)", {"X": [1.5], "T": [1.0]}, set()), ("L = sum(X - 2 * T)", {"X": [1.5, 2.0], "T": [3.0, 4.0]}, set()),
        ("L = sum(T - X)", {"X": [1.5, 2.0], "T": [3.0, 4.0]}, {"X"}), ("h = X > 2\nL = sum(h * X)", {"X": [1.5, 2.5]}, set()),
    ],
)
def test_a_label_is_what_a_loss_compares_with_what_is_of_zeros_and_ones_or_of_classes(program, inputs, labels):
    search = searched(program, inputs)
    assert {n.name for n in search.graph.nodes if search.is_label(n)} == labels


def test_edges_above_a_node_are_met_nearest_first_and_not_beyond_what_was_claimed():
    trace = engine.trace("a = 2 * x\nb = sin(a)\nc = cos(a)\nd = b * c\nu = 3 * x\ny = d + u", {"x": 0.7})
    circuit, at = Circuit(trace.graph), trace.graph.names
    names = {id: n for n, id in at.items()}
    walk = lambda name, stops: [(names.get(e.source), names.get(e.target)) for e in circuit.edges_above(at[name], {at[s] for s in stops})]  # noqa: E731
    assert sorted(walk("a", [])[:2]) == [("a", "b"), ("a", "c")] and sorted(walk("a", [])[2:4]) == [("b", "d"), ("c", "d")] and walk("a", [])[4:] == [("d", "y")]
    assert sorted(walk("a", ["b"])) == [("a", "b"), ("a", "c"), ("c", "d"), ("d", "y")] and sorted(walk("a", ["b", "c"])) == [("a", "b"), ("a", "c")] and walk("y", []) == [] and len(walk("x", [])) == 8


def test_mistakes_that_fit_alike_are_ranked_by_what_speaks_against_them_then_by_their_kind():
    program, inputs = "a = x ** 2\nb = 3 * x\ny = a + b", {"x": 2.0}
    trace = engine.trace(program, inputs)
    right = {n: float(trace[n].gradient) for n in ("x", "a", "b")}
    found = engine.diagnose(program, inputs, gradients=right | {"x": 4.0})
    ranked = [(found.diagnosis, 0), *((a.diagnosis, a.unexplained) for a in found.alternatives)]
    assert ranked[0][0] == "missing-path" and [n for _, n in ranked] == sorted(n for _, n in ranked)
    for n in {n for _, n in ranked}:
        kinds = [ORDER.index(kind) for kind, m in ranked if m == n]
        assert kinds == sorted(kinds)
    assert set(ORDER) <= KINDS.keys() and len(set(ORDER)) == len(ORDER)


@pytest.mark.parametrize(
    ("program", "inputs", "gradients", "diagnosis", "edge"),
    [
        # All uses of a node at once: their sign, or without what comes from above.
        ("h = 2 * x\na = sin(h)\nb = h * h\ny = 3 * a + 3 * b", {"x": 0.7}, lambda g: {"h": -g["h"], "x": -g["x"]}, "sign", ("h", "a")), ("h = 2 * x\na = sin(h)\nb = h * h\ny = 3 * a + 7 * b", {"x": 0.7}, lambda g: {"h": np.cos(1.4) + 2.8}, "missing-upstream", ("h", "a")),
        # A factor at one use of several, at all of them, and further up.
        ("h = 2 * x\na = sin(h)\nb = h * h\ny = a + b", {"x": 0.7}, lambda g: {"h": np.cos(1.4) * 5 + 2.8}, "scale", ("h", "a")), ("h = 2 * x\na = sin(h)\nb = h * h\ny = a + b", {"x": 0.7}, lambda g: {"h": 5 * g["h"]}, "scale", ("h", "a")), ("y = sum(exp(x))", {"x": [0.1, 0.2]}, lambda g: {"x": 2.5 * g["x"]}, "scale", ("x", None)),
    ],
)
def test_a_mistake_at_all_uses_of_a_node_is_found(program, inputs, gradients, diagnosis, edge):
    trace = engine.trace(program, inputs)
    wrong = gradients({n: np.asarray(trace[n].gradient) for n in trace.graph.names})
    found = engine.diagnose(program, inputs, gradients={n: np.asarray(g).tolist() for n, g in wrong.items()})
    every = [(found.diagnosis, found.edge), *((a.diagnosis, a.edge) for a in found.alternatives)]
    assert any(kind == diagnosis and trace.nodes[trace.edges[e].source].name == edge[0] for kind, e in every), every
    assert found.diagnosis in (diagnosis, "scale", "sign") and found.complete and found.tried > 3


@pytest.mark.parametrize("rolled", [1, -1])
@pytest.mark.parametrize("axis", [0, 1])
def test_labels_may_be_shifted_both_ways_along_each_axis(rolled, axis):
    draw = np.random.default_rng(5).normal
    program, inputs = "Y = X @ W\nL = mse(Y, T)", {"X": draw(size=(5, 3)), "W": draw(size=(3, 4)), "T": draw(size=(5, 4))}
    wrong = engine.trace(program, inputs | {"T": np.roll(inputs["T"], rolled, axis)}).gradients["W"]
    found = engine.diagnose(program, inputs, gradients={"W": wrong.tolist()})
    trace = engine.trace(program, inputs)
    assert (found.diagnosis, found.params["labels"]) == ("shifted-labels", "T") and trace.nodes[trace.edges[found.edge].source].name == "T"


@pytest.mark.parametrize("rate", [0.1, 0.025, 1.5])
@pytest.mark.parametrize("updated", [("V", "U"), ("V",), ("U",)])
def test_a_gradient_passed_back_through_weights_after_their_step_is_known_by_the_rate(rate, updated):
    draw = np.random.default_rng(6).normal
    inputs = {"X": draw(size=(5, 3)), "W": draw(size=(3, 4)), "V": draw(size=(4, 3)), "U": draw(size=(3, 2)), "T": draw(size=(5, 2))}
    program = "H = tanh(X @ W)\nG = tanh(H @ V)\nY = G @ U.T.T\nL = mse(Y, T)"
    trace = engine.trace(program, inputs)
    stepped = {n: inputs[n] - (rate if n in updated else 0) * trace.gradients[n] for n in ("V", "U")}
    H, G, Y = (np.asarray(trace[n].value) for n in "HGY")
    back = 2 * (Y - inputs["T"]) / Y.size @ stepped["U"].T * (1 - G**2)
    wrong = inputs["X"].T @ (back @ stepped["V"].T * (1 - H**2))
    found = engine.diagnose(program, inputs, gradients={"W": wrong.tolist()})
    assert (found.diagnosis, found.params["rate"], found.edge) == ("updated-weights", f"{rate:g}", None)


def test_the_updated_weight_itself_is_no_gradient():
    draw = np.random.default_rng(7).normal
    program, inputs = "L = sum((X @ W) ** 2)", {"X": draw(size=(5, 3)), "W": draw(size=(3, 4))}
    right = engine.trace(program, inputs).gradients
    written = {n: (inputs[n] - 0.05 * right[n]).tolist() for n in ("X", "W")}
    found = engine.diagnose(program, inputs, gradients=written)
    assert (found.diagnosis, found.params["rate"]) == ("updated-weights", "0.05") and sorted(c.verdict for c in found.checked) == ["follows", "wrong"]
    one = engine.diagnose(program, inputs, gradients=written | {"X": draw(size=(5, 3)).tolist()})
    assert sorted(c.verdict for c in one.checked) == ["wrong", "wrong"]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [(1.0, 2.0, ("1", "2")), (0.9, 0.90000211111, ("0.9", "0.900002")), (1 / 3, 1 / 3 + 1e-9, ("0.333333333", "0.333333334")), (1.0, 1.0, ("1", "1")), (np.inf, -np.inf, ("∞", "−∞")), (np.nan, 0.0, ("NaN", "0")), (-0.0, 1.0, ("0", "1")), (1e-300, 1e300, ("1e-300", "1e+300"))],
)
def test_two_numbers_read_as_two(one, other, told):
    assert figures(one, other) == told and figure(123456.789) == "123457" and figure(123456.789, 8) == "123456.79"
