"""A reader's values: which mistake of its op gives a wrong one, beside the same in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.diagnosing.comparing import Gradients, Values
from gradlens.engine.diagnosing.noise import coarse_noise
from tests.each import each
from tests.engine.planted import softmax

draw = np.random.default_rng(11).normal
X, W, S, A = draw(size=(4, 3)), draw(size=(3, 3)), draw(size=(3, 3)), draw(size=(2, 4))
b, v, C, Q = draw(size=3), draw(size=6), draw(size=(2, 3, 4)), draw(size=(3, 4))
INPUTS = {"X": X, "W": W, "S": S, "A": A, "b": b, "v": v, "C": C, "Q": Q, "T": np.eye(3)[[0, 2, 1, 0]], "x": 0.7}


def told(program: str, claims: dict, **fields: object):
    inputs = {name: np.asarray(value).tolist() for name, value in INPUTS.items() if name in program}
    return engine.diagnose(
        program,
        inputs,
        values={n: np.asarray(c).tolist() if not isinstance(c, str) else c for n, c in claims.items()},
        **fields,
    )


LOSS = np.mean(-np.log(softmax(X))[np.arange(4), [0, 2, 1, 0]])


@each(
    "program, claim, diagnosis, params",
    [
        ("y = sin(X)", -np.sin(X), "sign", {}),
        ("y = 3 * x", -2.1, "sign", {}),
        ("y = X * 2", (X * 2).T, "transposed", {}),
        ("y = W @ S", (W @ S).T, "transposed", {}),
        ("y = W @ S", W.T @ S, "transposed", {}),
        ("y = W @ S", W @ S.T, "transposed", {}),
        ("y = W @ S", W.T @ S.T, "transposed", {}),
        ("y = W @ Q", W.T @ Q, "transposed", {}),
        ("y = X @ W", X @ W.T, "transposed", {}),
        ("y = affine(W, S, b)", W.T @ S + b, "transposed", {}),
        ("y = affine(W, S, b)", W @ S.T + b, "transposed", {}),
        ("y = affine(W, S, b)", W.T @ S.T + b, "transposed", {}),
        ("y = affine(X, S, b)", X @ S.T + b, "transposed", {}),
        ("y = A @ X", (A @ X).T, "transposed", {}),
        ("y = dot(W, S)", W @ S.T, "transposed", {}),
        ("y = W @ b", W.T @ b, "unknown", {}),
        ("y = A @ X", A @ X + 1, "unknown", {}),
        ("y = sum(W, axis=0)", W.sum(1), "wrong-axis", {"function": "sum"}),
        ("y = sum(W, axis=1)", W.sum(0), "wrong-axis", {"function": "sum"}),
        ("y = mean(X, axis=0)", X.mean(1), "wrong-axis", {"function": "mean"}),
        ("y = softmax(X, axis=1)", softmax(X, 0), "wrong-axis", {"function": "softmax"}),
        ("y = log_softmax(X)", np.log(softmax(X, 0)), "wrong-axis", {"function": "log_softmax"}),
        ("y = cumsum(X, axis=0)", np.cumsum(X, 1), "wrong-axis", {"function": "cumsum"}),
        ("y = cumsum(X, axis=1)", np.cumsum(X, 0), "wrong-axis", {"function": "cumsum"}),
        ("y = softmax(C, axis=2)", softmax(C, 0), "wrong-axis", {"function": "softmax"}),
        ("y = softmax(C, axis=0)", softmax(C, 1), "wrong-axis", {"function": "softmax"}),
        ("y = max(W, axis=0)", W.max(1), "wrong-axis", {"function": "max"}),
        ("y = cumsum(X)", np.cumsum(X, 1), "wrong-axis", {"function": "cumsum"}),
        ("y = repeat(X, 2)", np.repeat(X, 2, 0), "wrong-axis", {"function": "repeat"}),
        ("y = roll(X, 1)", np.roll(X, 1, 1), "wrong-axis", {"function": "roll"}),
        ("y = median(X)", np.median(X, 1), "wrong-axis", {"function": "median"}),
        ("y = sort(X, axis=0)", np.sort(X, 1), "wrong-axis", {"function": "sort"}),
        ("y = stack([W, S])", np.stack([W, S], 1), "wrong-axis", {"function": "stack"}),
        ("y = concat([W, S])", np.concatenate([W, S], 1), "wrong-axis", {"function": "concat"}),
        ("y = concat([X, W])", np.concatenate([X, W])[::-1], "unknown", {}),
        ("y = expand_dims(b, 0)", [b, b], "unknown", {}),
        ("y = split(X, 2)", np.zeros((2, 2, 3)), "unknown", {}),
        ("y = take(X, [0, 2], axis=0)", X[:, [0, 2]], "wrong-axis", {"function": "take"}),
        ("y = take(X, [0, 3], axis=0)", X[[1, 2]], "unknown", {}),
        ("y = diff(X, axis=0)", np.diff(X, axis=1), "wrong-axis", {"function": "diff"}),
        ("y = prod(C, axis=1)", C.prod(2), "wrong-axis", {"function": "prod"}),
        ("y = sum(C, axis=(0, 1))", C.sum(1), "wrong-axis", {"function": "sum"}),
        ("y = mean(v)", v.sum(), "sum-not-mean", {"count": 6}),
        ("y = mean(X)", X.sum(), "sum-not-mean", {"count": 12}),
        ("y = mean(X)", X.sum() / 3, "sum-not-mean", {"count": 4}),
        ("y = mean(X, axis=0)", X.sum(0), "sum-not-mean", {"count": 4}),
        ("y = mean(X, axis=1)", X.sum(1), "sum-not-mean", {"count": 3}),
        ("y = mse(X, 2 * X)", np.sum(X**2), "sum-not-mean", {"count": 12}),
        ("y = softmax_cross_entropy(X, T)", LOSS * 4, "sum-not-mean", {"count": 4}),
        ("y = sum(v)", v.mean(), "mean-not-sum", {"count": 6}),
        ("y = sum(X)", X.mean(), "mean-not-sum", {"count": 12}),
        ("y = sum(X)", X.sum() / 4, "mean-not-sum", {"count": 4}),
        ("y = sum(X, axis=0)", X.mean(0), "mean-not-sum", {"count": 4}),
        ("y = sum(X, axis=1)", X.mean(1), "mean-not-sum", {"count": 3}),
        ("y = softmax(X)", X, "missing-activation-derivative", {"function": "softmax"}),
        ("y = log_softmax(v)", v, "missing-activation-derivative", {"function": "log_softmax"}),
        ("y = sin(X)", X, "unknown", {}),
        ("y = sin(X)", 2.5 * np.sin(X), "scale", {"factor": "2.5"}),
        ("y = sin(X)", np.sin(X) / 3, "scale", {"factor": "0.333333"}),
        ("y = sin(X)", np.cos(X), "unknown", {}),
        ("y = sin(x)", 0.31, "unknown", {}),
        ("y = sin(x)", 2 * np.sin(0.7), "scale", {"factor": "2"}),
        ("y = max(v)", v.max() * 6, "scale", {"factor": "6"}),
        ("y = sum(v)", v.sum() * 6, "scale", {"factor": "6"}),
        ("y = mean(v)", v.mean() / 6, "scale", {"factor": "0.166667"}),
        ("y = mean(x)", 1.4, "scale", {"factor": "2"}),
        ("y = sum(x)", 0.35, "scale", {"factor": "0.5"}),
    ],
)
def test_a_wrong_value_is_named_by_the_mistake_that_gives_it(program, claim, diagnosis, params):
    found = told(program, {"y": claim})
    assert (found.first_wrong.name, found.first_wrong.kind, found.diagnosis) == ("y", "value", diagnosis)
    assert {key: found.params.get(key) for key in params} == params and found.sentence == diagnosis
    graph = engine.trace(
        program, {name: np.asarray(value).tolist() for name, value in INPUTS.items() if name in program}
    ).graph
    if diagnosis == "unknown":
        assert found.edge is None and found.alternatives == []
    else:
        assert (graph.edges[found.edge].target, graph.edges[found.edge].argnum) == (graph.names["y"], 0)
    assert (
        [(c.verdict, c.kind) for c in found.checked] == [("wrong", "value")]
        and not found.ok
        and found.tried == 0
        and found.complete
    )


@each(
    "program",
    ["y = W @ b", "y = sum(X)", "y = mean(X, axis=0)", "y = softmax(X)", "y = max(v)", "y = sin(x)", "y = X * 1"],
)
def test_a_right_value_and_one_in_few_digits_are_not_accused(program):
    trace = engine.trace(
        program, {name: np.asarray(value).tolist() for name, value in INPUTS.items() if name in program}
    )
    right = np.asarray(trace["y"].value)
    assert told(program, {"y": right}).ok and {c.verdict for c in told(program, {"y": right}).checked} == {"right"}
    short = told(program, {"y": np.array2string(right, precision=3)})
    assert (
        short.ok
        and short.sentence == "rounding"
        and {c.verdict for c in short.checked} == {"rounding"}
        and short.explanation
        and short.diagnosis is None
    )
    assert not told(program, {"y": right + 0.01}).ok


def test_mistakes_that_give_one_number_are_all_told_and_the_plainest_first():
    found = told("y = mean(v)", {"y": v.sum()})
    assert [(a.diagnosis, a.params.get("factor")) for a in found.alternatives] == [("scale", "6")]
    assert [a.diagnosis for a in told("y = sin(X)", {"y": -np.sin(X)}).alternatives] == ["scale"]


def test_what_is_computed_from_a_wrong_value_follows_and_what_is_wrong_again_is_told():
    program = "h = W @ b\nk = h * 2\ny = sum(k)"
    h = W @ b + 1
    follows = told(program, {"y": np.sum(2 * h), "k": 2 * h, "h": h})
    assert [(c.name, c.verdict) for c in follows.checked] == [
        ("h", "wrong"),
        ("k", "follows"),
        ("y", "follows"),
    ] and follows.first_wrong.name == "h"
    again = told(program, {"y": np.sum(2 * h), "k": 3 * h, "h": h})
    assert [(c.name, c.verdict) for c in again.checked] == [("h", "wrong"), ("k", "wrong"), ("y", "wrong")]
    between = told(program, {"y": np.sum(2 * h), "h": h})
    assert [(c.name, c.verdict) for c in between.checked] == [("h", "wrong"), ("y", "follows")]
    right = told(program, {"y": np.sum(2 * (W @ b)), "h": h})
    assert [(c.name, c.verdict) for c in right.checked] == [("h", "wrong"), ("y", "right")]
    other_shape = told(program, {"h": [1.0, 2.0], "y": np.sum(2 * (W @ b))})
    assert [(c.name, c.verdict, c.shape) for c in other_shape.checked] == [
        ("h", "wrong", [2]),
        ("y", "right", []),
    ] and other_shape.checked[0].relative_error == np.inf


def test_in_few_digits_what_follows_is_as_exact_as_these():
    program = "h = W @ b\nk = h * 2"
    h = np.round(W @ b + 1, 1)
    printed = "[" + " ".join(f"{x:.1f}" for x in h) + "]"
    near = told(program, {"h": printed, "k": 2 * h * (1 + 0.04 / np.max(np.abs(h)))})
    assert [c.verdict for c in near.checked] == ["wrong", "follows"]
    far = told(program, {"h": printed, "k": 2 * h * (1 + 0.4 / np.max(np.abs(h)))})
    assert [c.verdict for c in far.checked] == ["wrong", "wrong"]


@each(
    "rate, digits",
    [(0.5, "0.5"), (0.01, "0.01"), (0.25, "0.25"), (10, "10"), (0.125, None), (20, None), (-0.1, None)],
)
def test_a_weight_after_its_step_is_known_by_a_rate_of_two_digits(rate, digits):
    trace = engine.trace("y = sum((W @ b) ** 2)", {"W": W.tolist(), "b": b.tolist()})
    stepped = {n: np.asarray(trace[n].value) - rate * trace.gradients[n] for n in ("W", "b")}
    found = told("y = sum((W @ b) ** 2)", stepped)
    assert found.first_wrong.name == "W" and found.edge is None
    if digits is None:
        assert found.diagnosis == "unknown" and [c.verdict for c in found.checked] == ["wrong", "wrong"]
    else:
        assert (found.diagnosis, found.params["rate"]) == ("updated-weights", digits) and [
            c.verdict for c in found.checked
        ] == ["wrong", "follows"]
        mixed = told("y = sum((W @ b) ** 2)", stepped | {"b": np.asarray(b) + 1})
        assert [c.verdict for c in mixed.checked] == ["wrong", "wrong"]


@each(
    "claim", [[1.5, 2.5], [[1.0, 2.0], [3.0, 4.0]], W[:1].tolist(), 3.5, [[[1.0, 2.0]]], [], np.ones((3, 4)).tolist()]
)
def test_an_input_of_another_shape_was_not_stepped(claim):
    found = told("y = sum((W @ b) ** 2)", {"W": claim})
    assert (found.first_wrong.name, found.diagnosis, found.alternatives) == ("W", "unknown", []) and found.params[
        "right"
    ] == "(3 × 3)"


def test_an_input_in_which_nothing_was_stepped_is_of_no_mistake():
    found = told("y = sum(W) + 0 * x", {"W": W + draw(size=(3, 3)), "x": 0.9})
    assert found.diagnosis == "unknown" and [c.verdict for c in found.checked] == ["wrong", "wrong"]
    assert told("y = sum(W) + 0 * x", {"x": 0.9}).diagnosis == "unknown"
    # One short number can always be made to come from a rate.
    assert (
        told("y = x ** 2", {"x": 0.56}).diagnosis == "unknown"
        and told("y = x ** 2", {"x": 0.5612345}).diagnosis == "unknown"
    )


def test_of_several_mistakes_of_one_value_no_other_claim_speaks_against_any():
    turned = np.array([[0.0, 1.0, -2.0], [-1.0, 0.0, 3.0], [2.0, -3.0, 0.0]])
    found = engine.diagnose("y = M * 1", {"M": turned.tolist()}, values={"y": (-turned).tolist()})
    assert [(found.diagnosis, 0), *((a.diagnosis, a.unexplained) for a in found.alternatives)] == [
        ("sign", 0),
        ("transposed", 0),
        ("scale", 0),
    ]


def test_only_what_is_wrong_follows_from_an_update():
    # A step against no gradient leaves x as it is, and x was right.
    trace = engine.trace("y = sum((W @ b) ** 2) + 0 * x", {"W": W.tolist(), "b": b.tolist(), "x": 0.7})
    found = told("y = sum((W @ b) ** 2) + 0 * x", {"W": W - 0.5 * trace.gradients["W"], "x": 0.7})
    assert (found.diagnosis, [(c.name, c.verdict) for c in found.checked]) == (
        "updated-weights",
        [("W", "wrong"), ("x", "right")],
    )


@pytest.mark.parametrize("claim", [np.ones((3, 3)), np.ones((2, 2)), np.ones((2, 5))])
def test_factors_that_are_transposed_need_not_fit_what_is_added(claim):
    found = engine.diagnose(
        "y = affine(L, R, c)",
        {"L": X[:2].tolist(), "R": A.T[:3].tolist(), "c": [1.0, 2.0]},
        values={"y": claim.tolist()},
    )
    assert found.diagnosis == "unknown" and [c.verdict for c in found.checked] == ["wrong"]


@pytest.mark.parametrize(
    ("claim", "verdict"), [("333.3000", "rounding"), ("333.33000", "wrong"), ("333.33333", "right")]
)
def test_numbers_are_rounded_on_the_way_to_as_many_places_as_are_written_by_hand(claim, verdict):
    found = engine.diagnose("a = 1000 * x\ny = a / 3", {"x": 1.0}, gradients={"x": claim})
    assert [c.verdict for c in found.checked] == [verdict]


def test_values_are_rounded_by_hand_where_they_are_computed_and_not_where_they_are_given():
    computed, given = (
        ("h = x / 3\np = h * w\ny = 1000 * p", {"x": 1.0, "w": 2.0}),
        (
            "p = x * w\ny = 1000 * p",
            {"x": 1 / 3, "w": 2.0},
        ),
    )
    for (program, inputs), verdict in ((computed, "rounding"), (given, "wrong")):
        assert [c.verdict for c in engine.diagnose(program, inputs, gradients={"w": "330.00"}).checked] == [verdict]


def test_a_claim_of_another_shape_is_never_gone_on_with():
    program, inputs = "a = x @ W\nz = a * 3\ny = sum(z ** 2)", {"x": [[0.3, 0.7]], "W": [[0.1, 0.9], [0.4, 0.2]]}
    right = {n: np.asarray(engine.trace(program, inputs)[n].gradient) for n in ("z", "x")}
    found = engine.diagnose(
        program, inputs, gradients={"z": (right["z"] * 1.05).tolist(), "a": [[1.0, 2.0, 3.0]], "x": right["x"].tolist()}
    )
    assert [(c.name, c.verdict) for c in found.checked] == [("z", "wrong"), ("a", "wrong"), ("x", "right")]


def test_what_is_right_is_not_measured_against_rounding(monkeypatch):
    program, inputs = "h = tanh(X @ W)\ny = sum(h ** 2)", {"X": X.tolist(), "W": W.tolist()}
    trace = engine.trace(program, inputs)
    measured = []
    for kind in (Gradients, Values):
        monkeypatch.setattr(
            kind,
            "measured",
            lambda self, kind=kind: measured.append(kind) or (lambda id: coarse_noise(self.truths[id])),
        )
    right = {
        "values": {"h": np.asarray(trace["h"].value)},
        "gradients": {n: np.asarray(trace[n].gradient) for n in ("h", "W")},
    }
    assert (
        engine.diagnose(
            program, inputs, **{k: {n: a.tolist() for n, a in claims.items()} for k, claims in right.items()}
        ).ok
        and measured == []
    )
    assert not engine.diagnose(
        program, inputs, gradients={"h": (right["gradients"]["h"] + 1).tolist()}
    ).ok and measured == [Gradients]


def test_what_is_computed_takes_no_step():
    program = "h = W @ b\ny = sum(h ** 2)"
    trace = engine.trace(program, {"W": W.tolist(), "b": b.tolist()})
    stepped = {n: np.asarray(trace[n].value) - 0.5 * np.asarray(trace[n].gradient) for n in ("W", "h")}
    found = told(program, stepped)
    assert (found.diagnosis, [(c.name, c.verdict) for c in found.checked]) == (
        "updated-weights",
        [("W", "wrong"), ("h", "wrong")],
    )


def test_beside_a_large_value_a_small_one_is_as_exact_as_alone():
    found = engine.diagnose("z = x * y", {"x": [1e10, 0.5], "y": [1.0, 1.0]}, values={"z": [1e10, 0.50001]})
    assert not found.ok and found.checked[0].worst_index == [1]
