"""The search for a mistake that gives a claim: the numbers that it solves for, what it holds for a label, and how it
ranks.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.diagnosing.claims import Claim
from gradlens.engine.diagnosing.mistakes import Mistake
from gradlens.engine.diagnosing.planted_passes import Backward, Circuit
from gradlens.engine.diagnosing.searching import (
    ORDER,
    SINGLES,
    Search,
    alone,
    learning_rate,
    multiple,
)
from gradlens.engine.diagnosing.wording import KINDS, figure, figures
from tests.each import each


def claim(value: object, slack: float = 0.0) -> Claim:
    value = np.array(value, dtype=float)
    return Claim("x", 0, "gradient", value, np.full(value.shape, slack), None, 2.0**-53, True)


@each(
    "value, slack, rest, share, factor",
    [
        # Several numbers may be any multiple; in three digits where these do.
        ([5.0, 10.0], 0, [0, 0], [2, 4], 2.5),
        ([-1.0, -2.0], 0, [0, 0], [2, 4], -0.5),
        ([1.23456, 2.46912], 0, [0, 0], [1, 2], 1.23456),
        ([1.234, 2.468], 1e-2, [0, 0], [1, 2], 1.23),
        ([11.0, 24.0], 0, [10, 20], [1, 4], None),
        ([13.0, 32.0], 0, [10, 20], [1, 4], 3),
        ([5.0, 11.0], 0, [0, 0], [2, 4], None),
        ([0.0, 0.0], 0, [0, 0], [2, 4], None),
        ([2.0, 4.0], 0, [0, 0], [0, 0], None),
        ([np.nan, 1.0], 0, [0, 0], [1, 1], None),
        ([1.0, 2.0, 3.0], 0, [0, 0], [1, 2], None),
        ([12.0, 20.0], 0, [10, 20], [1, 0], 2),
        ([12.5, 20.0], 0, [10, 20], [1, 0], None),
        # Nearly 1: numbers that are slightly off.
        ([0.998981, 1.997962], 0, [0, 0], [1, 2], None),
        ([1.0101, 2.0202], 0, [0, 0], [1, 2], None),
        ([10.99, 21.98], 0, [10, 20], [1, 2], None),
        ([0.97, 1.94], 0, [0, 0], [1, 2], 0.97),
        ([1.05, 2.1], 0, [0, 0], [1, 2], 1.05),
        # One number is a multiple of any other: only of small whole ones, and their reciprocals, by name.
        (6.0, 0, 0, 3, 2),
        (30.0, 0, 0, 3, 10),
        (33.0, 0, 0, 3, None),
        (1.5, 0, 0, 3, 1 / 2),
        (0.3, 0, 0, 3, 1 / 10),
        (3 / 11, 0, 0, 3, None),
        (-6.0, 0, 0, 3, -2),
        (-1.0, 0, 0, 3, -1 / 3),
        (7.5, 0, 0, 3, None),
        (3.0, 0, 0, 3, None),
        (-3.0, 0, 0, 3, None),
        (0.0, 0, 0, 3, None),
        (16.0, 0, 10, 3, 2),
        (2.0, 0, 0, 0, None),
        (10.0, 0, 10, 0, None),
        (6.1, 0.2, 0, 3, 2),
    ],
)
def test_a_factor_is_solved_for_where_a_factor_tells(value, slack, rest, share, factor):
    with np.errstate(all="ignore"):
        found = multiple(claim(value, slack), np.array(rest, dtype=float), np.array(share, dtype=float))
    assert found == (None if factor is None else pytest.approx(factor, rel=1e-12))


@each(
    "value, slack, weight, gradient, rate",
    [
        ([0.9, 1.8], 0, [1, 2], [1, 2], 0.1),
        ([0.75, 1.5], 0, [1, 2], [1, 2], 0.25),
        ([0.88, 1.76], 0, [1, 2], [1, 2], 0.12),
        ([0.877, 1.754], 0, [1, 2], [1, 2], None),
        ([-9.0, -18.0], 0, [1, 2], [1, 2], 10),
        ([-10.0, -20.0], 0, [1, 2], [1, 2], None),
        ([1.1, 2.2], 0, [1, 2], [1, 2], None),
        ([0.9, 1.9], 0, [1, 2], [1, 2], None),
        ([1.0, 2.0], 0, [1, 2], [1, 2], None),
        ([1.0, 2.0], 0, [1, 2], [0, 0], None),
        (0.5, 0, 1, 1, 0.5),
        ([0.9, 2.0], 0, [1, 2], [1, 0], 0.1),
        ([np.nan, 1.0], 0, [1, 2], [1, 2], None),
        # A step that does not show in the digits tells nothing.
        ([1.0, 2.0], 0.05, [1.001, 2.002], [0.01, 0.02], None),
        ([0.96, 1.92], 5e-3, [1, 2], [1, 2], 0.04),
    ],
)
def test_a_learning_rate_has_two_digits_at_most_and_its_step_shows(value, slack, weight, gradient, rate):
    found = learning_rate(claim(value, slack), np.array(weight, dtype=float), np.array(gradient, dtype=float))
    assert found == (None if rate is None else pytest.approx(rate, rel=1e-12))


def test_a_node_that_is_made_of_one_input_alone_is_known_with_it():
    graph = engine.trace(
        "a = x.T\nb = 2 * a\nc = b + y\nd = y * y\ne = 3 * 2\nz = sum(c) * e + sum(d)",
        {"x": np.eye(2), "y": np.ones((2, 2))},
    ).graph
    found = alone(graph)
    names = {id: n for n, id in graph.names.items()}
    assert {n: names.get(found[id]) for n, id in graph.names.items()} == {
        "x": "x",
        "y": "y",
        "a": "x",
        "b": "x",
        "c": None,
        "d": "y",
        "e": None,
        "z": None,
    }


def searched(program: str, inputs: dict) -> Search:
    trace = engine.trace(program, inputs)
    circuit = Circuit(trace.graph)
    base = Backward(circuit, list(trace.values), np.asarray(trace.seed, dtype=float)).run(lambda id, g: g)
    return Search(circuit, base, {}, {}, trace.values, lambda c, t: c.matches(t), 1e12)


@each(
    "program, inputs, labels",
    [
        ("L = softmax_cross_entropy(X, T)", {"X": [[1.0, 2.0], [3.0, 4.0]], "T": [[0.5, 0.5], [0.1, 0.9]]}, {"T"}),
        ("L = mse(X, T)", {"X": [1.0, 2.0], "T": [3.0, 4.0]}, {"T"}),
        ("L = sum((X - T) ** 2)", {"X": [1.5, 2.0], "T": [3.0, 4.0]}, {"T"}),
        ("L = sum((X + T) ** 2)", {"X": [1.5, 2.0], "T": [3.0, 4.0]}, set()),
        ("L = sum(X * T)", {"X": [1.5, 2.0], "T": [0.0, 1.0]}, {"T"}),
        ("L = sum(X * T)", {"X": [1.5, 2.0], "T": [0.0, 2.0]}, set()),
        ("L = sum(X[i])", {"X": [1.5, 2.5, 3.0], "i": [2, 0]}, {"i"}),
        ("L = x - t", {"x": 1.0, "t": 0.0}, set()),
        ("L = sum(X - T)", {"X": [1.5], "T": [1.0]}, set()),
        ("L = sum(X - 2 * T)", {"X": [1.5, 2.0], "T": [3.0, 4.0]}, set()),
        ("L = sum(T - X)", {"X": [1.5, 2.0], "T": [3.0, 4.0]}, {"X"}),
        ("h = X > 2\nL = sum(h * X)", {"X": [1.5, 2.5]}, set()),
    ],
)
def test_a_label_is_what_a_loss_compares_with_what_is_of_zeros_and_ones_or_of_classes(program, inputs, labels):
    search = searched(program, inputs)
    assert {n.name for n in search.graph.nodes if search.is_label(n)} == labels


def test_edges_above_a_node_are_met_nearest_first_and_not_beyond_what_was_claimed():
    trace = engine.trace("a = 2 * x\nb = sin(a)\nc = cos(a)\nd = b * c\nu = 3 * x\ny = d + u", {"x": 0.7})
    circuit, at = Circuit(trace.graph), trace.graph.names
    names = {id: n for n, id in at.items()}

    def walk(name, stops):
        above = circuit.edges_above(at[name], {at[s] for s in stops})
        return [(names.get(e.source), names.get(e.target)) for e in above]

    assert (
        sorted(walk("a", [])[:2]) == [("a", "b"), ("a", "c")]
        and sorted(walk("a", [])[2:4]) == [("b", "d"), ("c", "d")]
        and walk("a", [])[4:] == [("d", "y")]
    )
    assert (
        sorted(walk("a", ["b"])) == [("a", "b"), ("a", "c"), ("c", "d"), ("d", "y")]
        and sorted(walk("a", ["b", "c"])) == [("a", "b"), ("a", "c")]
        and walk("y", []) == []
        and len(walk("x", [])) == 8
    )


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
    assert set(ORDER) <= KINDS.keys() | {"path-factor"} and len(set(ORDER)) == len(ORDER)


@pytest.mark.parametrize(
    ("program", "inputs", "gradients", "diagnosis", "edge"),
    [
        # All uses of a node at once: their sign, or without what comes from above.
        (
            "h = 2 * x\na = sin(h)\nb = h * h\ny = 3 * a + 3 * b",
            {"x": 0.7},
            lambda g: {"h": -g["h"], "x": -g["x"]},
            "sign",
            ("h", "a"),
        ),
        (
            "h = 2 * x\na = sin(h)\nb = h * h\ny = 3 * a + 7 * b",
            {"x": 0.7},
            lambda g: {"h": np.cos(1.4) + 2.8},
            "missing-upstream",
            ("h", "a"),
        ),
        # A factor at one use of several, at all of them, and further up.
        (
            "h = 2 * x\na = sin(h)\nb = h * h\ny = a + b",
            {"x": 0.7},
            lambda g: {"h": np.cos(1.4) * 5 + 2.8},
            "path-factor",
            ("h", "a"),
        ),
        ("h = 2 * x\na = sin(h)\nb = h * h\ny = a + b", {"x": 0.7}, lambda g: {"h": 5 * g["h"]}, "scale", ("h", "a")),
        ("y = sum(exp(x))", {"x": [0.1, 0.2]}, lambda g: {"x": 2.5 * g["x"]}, "scale", ("x", None)),
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
    program, inputs = (
        "Y = X @ W\nL = mse(Y, T)",
        {
            "X": draw(size=(5, 3)),
            "W": draw(size=(3, 4)),
            "T": draw(size=(5, 4)),
        },
    )
    wrong = engine.trace(program, inputs | {"T": np.roll(inputs["T"], rolled, axis)}).gradients["W"]
    found = engine.diagnose(program, inputs, gradients={"W": wrong.tolist()})
    trace = engine.trace(program, inputs)
    assert (found.diagnosis, found.params["labels"]) == ("shifted-labels", "T") and trace.nodes[
        trace.edges[found.edge].source
    ].name == "T"


@each("rate", [0.1, 0.025, 1.5])
@each("updated", [("V", "U"), ("V",), ("U",)])
def test_a_gradient_passed_back_through_weights_after_their_step_is_known_by_the_rate(rate, updated):
    draw = np.random.default_rng(6).normal
    inputs = {
        "X": draw(size=(5, 3)),
        "W": draw(size=(3, 4)),
        "V": draw(size=(4, 3)),
        "U": draw(size=(3, 2)),
        "T": draw(size=(5, 2)),
    }
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
    assert (found.diagnosis, found.params["rate"]) == ("updated-weights", "0.05") and sorted(
        c.verdict for c in found.checked
    ) == ["follows", "wrong"]
    one = engine.diagnose(program, inputs, gradients=written | {"X": draw(size=(5, 3)).tolist()})
    assert sorted(c.verdict for c in one.checked) == ["wrong", "wrong"]


def test_what_a_mistake_changes_passes_a_claim_of_another_shape_and_ends_at_one_of_its_own():
    program, slopes = "m = 3 * x\nf = 2 * u\nz = f + m\nL = sum(z * S)", np.array([0.3, -1.2, 0.7])
    inputs = {"x": [1.0, 2.0, 3.0], "u": [0.4, 0.5, 0.6], "S": slopes.tolist()}
    for between, verdict, below in (
        (-slopes, "follows", -3 * slopes),
        ([1.0, 2.0], "wrong", -3 * slopes),
        (5 * slopes, "wrong", 15 * slopes),
    ):
        found = engine.diagnose(
            program, inputs, gradients={"f": (-slopes).tolist(), "m": np.asarray(between).tolist(), "x": below.tolist()}
        )
        assert found.diagnosis == "sign" and [(c.name, c.verdict) for c in found.checked] == [
            ("f", "wrong"),
            ("m", verdict),
            ("x", "follows"),
        ]


@each(
    "one, other, told",
    [
        (1.0, 2.0, ("1", "2")),
        (0.1 + 0.2, 0.3, ("0.30000000000000004", "0.29999999999999999")),
        (1.0, 1.0 + 2**-52, ("1", "1.0000000000000002")),
        (0.9, 0.90000211111, ("0.9", "0.900002")),
        (1 / 3, 1 / 3 + 1e-9, ("0.333333333", "0.333333334")),
        (1.0, 1.0, ("1", "1")),
        (np.inf, -np.inf, ("∞", "−∞")),
        (np.nan, 0.0, ("NaN", "0")),
        (-0.0, 1.0, ("0", "1")),
        (1e-300, 1e300, ("1e-300", "1e+300")),
    ],
)
def test_two_numbers_read_as_two(one, other, told):
    assert figures(one, other) == told and figure(123456.789) == "123457" and figure(123456.789, 8) == "123456.79"


def searched_for(program: str, inputs: dict, name: str, value: object, **others: object) -> tuple[Search, Claim, list]:
    """A search for what gives a claim of one node, in nine places, beside others; and the edges above the node."""
    search = searched(program, inputs)
    for n, number in {**others, name: value}.items():
        node, number = search.graph.nodes[search.graph.names[n]], np.array(number, dtype=float)
        search.claims[node.id] = Claim(
            n, node.id, "gradient", number, np.full(number.shape, 5e-10), None, 2.0**-53, number.shape == node.shape
        )
        search.verdicts[node.id] = "wrong" if n == name else "right"
    first = search.claims[search.graph.names[name]]
    return search, first, search.circuit.edges_above(first.node, search.settled)


THREE_LAYERS = "H = tanh(X @ W)\nG = tanh(H @ V)\nY = G @ U\nL = mse(Y, T)"


def layers() -> dict:
    draw = np.random.default_rng(6).normal
    return {
        "X": draw(size=(5, 3)),
        "W": draw(size=(3, 4)),
        "V": draw(size=(4, 3)),
        "U": draw(size=(3, 2)),
        "T": draw(size=(5, 2)),
    }


def test_every_mistake_that_is_tried_is_counted_and_the_search_says_when_it_stops_short(monkeypatch):
    program, inputs = "H = tanh(X @ W)\nL = sum(H ** 2)", {"X": [[0.1, 0.4]], "W": [[0.3, -0.2], [0.5, 0.9]]}
    claims = {"W": [[9.1, 7.7], [-3.3, 5.9]]}
    whole = engine.diagnose(program, inputs, gradients=claims)
    search, first, edges = searched_for(program, inputs, "W", claims["W"])
    assert whole.complete and whole.tried == len(list(search.hypotheses(first, edges))) > 10
    for tries, complete in ((whole.tried, True), (whole.tried - 1, False), (5, False), (0, False)):
        monkeypatch.setattr(sys.modules["gradlens.engine.diagnosing.searching"], "TRIES", tries)
        found = engine.diagnose(program, inputs, gradients=claims)
        assert (found.tried, found.complete) == (tries, complete)


def test_no_more_is_tried_than_the_work_allows():
    search, first, _ = searched_for(THREE_LAYERS, layers(), "W", np.ones((3, 4)))
    search.work = 0.0
    assert search.explain(first) == [] and not search.complete and search.tried == 0
    search.complete = True
    assert list(search.scaled(first, search.circuit.edges_above(first.node, set()))) == [] and not search.complete


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_mistakes_of_one_kind_at_one_place_the_one_that_fewer_claims_speak_against_is_told(monkeypatch, order):
    # Both give the claim of y; one of them gives that of x too.
    search, first, _ = searched_for("y = 3 * x\nz = y ** 2", {"x": 2.0}, "y", 24.0, x=72.0)
    (above,), (below,) = (search.circuit.outgoing[search.graph.names[n]] for n in "yx")
    twice = lambda local: 2 * local.right()  # noqa: E731
    told = [
        Mistake("scale", above.id, {above.id: twice}, {"which": "one"}),
        Mistake("scale", above.id, {above.id: twice, below.id: twice}, {"which": "both"}),
    ]
    monkeypatch.setattr(search, "hypotheses", lambda *_: told[::order])
    ((mistake, against),) = search.explain(first)
    assert (mistake.params["which"], against) == ("one", 0)
    alike = [Mistake("scale", above.id, {above.id: twice}, {"which": n}) for n in ("earlier", "later")]
    monkeypatch.setattr(search, "hypotheses", lambda *_: alike)
    assert [m.params["which"] for m, _ in search.explain(first)] == ["earlier"]


def test_a_mistake_at_all_uses_is_told_at_the_first_that_is_met_on_the_way_back():
    program, inputs = "h = 2 * x\na = sin(h)\nb = h * h\nc = exp(h)\ny = a + b + c", {"x": [0.7, 0.2]}
    search, first, edges = searched_for(program, inputs, "h", 2.5 * engine.trace(program, inputs)["h"].gradient)
    uses = search.circuit.outgoing[first.node]
    every = [
        m for m in (*search.on_the_way(edges), *search.scaled(first, edges)) if set(m.plants) == {e.id for e in uses}
    ]
    assert len(uses) == 4 and [(m.kind, m.edge) for m in every] == [
        ("sign", uses[0].id),
        ("missing-upstream", uses[0].id),
        ("scale", uses[0].id),
    ]
    assert every[2].params == {"factor": "2.5"} and np.allclose(search.gradients(every[2])[first.node], first.value)
    (found, *_), alone = (
        search.explain(first),
        searched_for("y = sum(exp(x))", {"x": [0.1, 0.2]}, "x", 2.5 * np.exp([0.1, 0.2])),
    )
    assert (found[0].kind, found[0].edge) == ("scale", uses[0].id)
    # Of a node with one use that is the factor of the use.
    assert len({m.edge for m in alone[0].scaled(*alone[1:])}) == len(list(alone[0].scaled(*alone[1:])))


def test_a_factor_of_one_use_of_several_is_told_as_that_of_its_way():
    program, inputs = "h = 2 * x\na = sin(h)\nb = h * h\ny = a + b", {"x": [0.7, 0.2]}
    h = 2 * np.array(inputs["x"])
    found = engine.diagnose(program, inputs, gradients={"h": (5 * np.cos(h) + 2 * h).tolist()})
    assert (found.diagnosis, found.sentence, found.params["factor"]) == ("path-factor", "scale-path", "5")
    whole = engine.diagnose(program, inputs, gradients={"h": (5 * (np.cos(h) + 2 * h)).tolist()})
    assert (whole.diagnosis, whole.sentence) == ("scale", "scale")


def test_a_softmax_along_the_wrong_axis_that_a_weight_is_multiplied_by_is_found_below_it():
    draw = np.random.default_rng(8).normal
    program, inputs = (
        "P = softmax(S)\nQ = tanh(P)\nY = Q @ W\nL = mse(Y, T)",
        {
            "S": draw(size=(5, 3)),
            "W": draw(size=(3, 2)),
            "T": draw(size=(5, 2)),
        },
    )
    S = np.exp(inputs["S"])
    Q = np.tanh(S / S.sum(0))
    trace = engine.trace(program, inputs)
    wrong = Q.T @ (2 * (np.asarray(trace["Y"].value) - inputs["T"]) / 10)
    # The activations alone, or all that is computed with them.
    through = Q.T @ (2 * (Q @ inputs["W"] - inputs["T"]) / 10)
    assert not np.allclose(wrong, through)
    found = engine.diagnose(program, inputs, gradients={"W": through.tolist()})
    edge = trace.edges[found.edge]
    assert (
        found.diagnosis,
        found.params["function"],
        trace.nodes[edge.source].name,
        trace.nodes[edge.target].name,
    ) == ("wrong-axis", "softmax", "S", "P")


def test_only_what_lies_below_a_node_is_misaligned():
    program, inputs = (
        "P = softmax(S)\nY = P @ W\nR = softmax(Y)\nL = mse(R, T)",
        {
            "S": np.eye(3),
            "W": np.eye(3) / 2,
            "T": np.ones((3, 3)),
        },
    )
    for name, below in (("W", {"P"}), ("Y", {"P"}), ("S", set()), ("R", {"P", "R"})):
        search, _, edges = searched_for(program, inputs, name, np.ones((3, 3)))
        found = [
            search.graph.nodes[search.graph.edges[m.edge].target].name
            for m in search.misaligned(edges)
            if m.edge is not None
        ]
        assert set(found) == below and len(found) == len(below)


W_AND_X = "y = W * x\nL = sum(y ** 2)", {"W": [1.0, 2.0], "x": [0.5, 0.25]}


@each(
    "program, inputs, name, value, rate",
    [
        (*W_AND_X, "W", [1 - 0.1 * 0.5, 2 - 0.1 * 0.25], "0.1"),
        (*W_AND_X, "W", [1 - 0.25 * 0.5, 2 - 0.25 * 0.25], "0.25"),
        # Of another shape, of what is no weight, of one short number, and of what no step gives.
        (*W_AND_X, "W", [0.9, 1.8, 3.0], None),
        (*W_AND_X, "y", [0.5 - 0.1, 0.5 - 0.1], None),
        (*W_AND_X, "W", [0.9, 1.8], None),
        ("L = 3 * w", {"w": 1.0}, "w", "0.7", None),
        ("L = 3 * w", {"w": 1.0}, "w", "0.70000", "0.1"),
    ],
)
def test_an_updated_weight_in_place_of_its_gradient_is_of_a_weight_and_tells(program, inputs, name, value, rate):
    found = engine.diagnose(program, inputs, gradients={name: value})
    every = [(d.diagnosis, d.params.get("rate")) for d in (found, *found.alternatives)]
    assert (("updated-weights", rate) in every) if rate else "updated-weights" not in [kind for kind, _ in every]


def stepped_back(rates: dict[str, float]) -> np.ndarray:
    """The gradient of W where the way back goes through weights after their steps."""
    inputs = layers()
    trace = engine.trace(THREE_LAYERS, inputs)
    V, U = (inputs[n] - rates.get(n, 0.0) * trace.gradients[n] for n in "VU")
    H, G, Y = (np.asarray(trace[n].value) for n in "HGY")
    return inputs["X"].T @ (2 * (Y - inputs["T"]) / Y.size @ U.T * (1 - G**2) @ V.T * (1 - H**2))


def test_what_is_held_against_updated_weights_tells_more_than_a_rate_of_two_digits():
    wrong = stepped_back({"V": 0.1, "U": 0.1})
    program, inputs = THREE_LAYERS, layers()
    right = engine.trace(program, inputs).gradients["W"]

    def found(value, slack=5e-10):
        search, c, e = searched_for(program, inputs, "W", value)
        claim = Claim(c.name, c.node, c.kind, c.value, np.full(c.value.shape, slack), None, c.unit, c.fits)
        return [mistake.params["rate"] for mistake in search.updated(claim, e)]

    assert "0.1" in found(wrong)
    assert found(wrong[:2]) == [] and found(wrong.T) == []  # of another shape
    one = np.where(np.arange(12).reshape(3, 4) == 0, 0.05, 0.0)
    assert found(one, 5e-3) == []  # one short number
    assert found(right + 1e-7) == [] and found(np.round(wrong, 4), 5e-5)
    apart = np.abs(wrong - right).max()
    assert found(wrong, apart) == []  # as far off as its digits


def test_one_weight_among_many_that_are_not_on_the_way_is_tried_by_itself():
    names = [f"p{k}" for k in range(SINGLES + 5)]
    program = (
        "S = " + " + ".join(f"{n} * {n}" for n in names) + "\n" + THREE_LAYERS.replace("L =", "M =") + "\nL = M + S"
    )
    inputs = {n: 0.5 + k / 10 for k, n in enumerate(names)} | layers()
    found = engine.diagnose(program, inputs, gradients={"W": stepped_back({"V": 0.1}).tolist()})
    assert (found.diagnosis, found.params["rate"]) == ("updated-weights", "0.1")


def test_all_later_weights_may_be_updated_together_with_the_nodes_own():
    draw = np.random.default_rng(9).normal
    inputs = {"h": draw(size=(4, 3)), "W": draw(size=(3, 3)), "V": draw(size=(3, 2)), "T": draw(size=(4, 2))}
    program = "a = tanh(h @ W)\nc = tanh(a @ W)\nY = c @ V\nL = mse(Y, T)"
    trace = engine.trace(program, inputs)
    a, c, Y = (np.asarray(trace[n].value) for n in ("a", "c", "Y"))
    W, V = (inputs[n] - 0.1 * trace.gradients[n] for n in "WV")
    last = 2 * (Y - inputs["T"]) / Y.size @ V.T * (1 - c**2)
    wrong = a.T @ last + inputs["h"].T @ (last @ W.T * (1 - a**2))
    found = engine.diagnose(program, inputs, gradients={"W": wrong.tolist()})
    assert (found.diagnosis, found.params["rate"]) == ("updated-weights", "0.1")


@pytest.mark.parametrize(("rate", "told"), [(10, True), (11, False), (1e-3, True), (-0.1, False)])
def test_a_rate_lies_between_nothing_and_ten(rate, told):
    # d(x·W·V)/dx = W·V: the step of W is x·V and that of V is x·W.
    program, inputs = "y = x * W\nL = sum(y * V)", {"x": [1.0, 2.0], "W": [3.0, 5.0], "V": [7.0, 11.0]}
    x, W, V = (np.array(inputs[n]) for n in "xWV")
    found = engine.diagnose(program, inputs, gradients={"x": (W * (V - rate * x * W)).tolist()})
    assert (
        ("updated-weights", f"{rate:g}") in [(d.diagnosis, d.params.get("rate")) for d in (found, *found.alternatives)]
    ) == told


def test_what_has_a_claim_of_its_own_is_no_label():
    program, inputs = "Y = X @ W\nL = mse(Y, T)", {"X": np.eye(2), "W": np.ones((2, 2)), "T": [[3.0, 4.0], [6.0, 8.0]]}
    for others, tried in (({}, 4), ({"T": np.ones((2, 2))}, 0)):
        search, _, _ = searched_for(program, inputs, "W", np.eye(2), **others)
        assert len([m for m in search.shifted() if m.params["labels"] == "T"]) == tried


def test_only_inputs_are_written_down_as_updated():
    search, first, _ = searched_for(*W_AND_X, "W", [1 - 0.25 * 0.5, 2 - 0.25 * 0.25], y=[1.0, 1.0])
    (best, against), *_ = search.explain(first)
    assert (best.kind, best.params, against) == ("updated-weights", {"rate": "0.25"}, 0)
