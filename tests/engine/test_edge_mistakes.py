"""What an edge delivers with each mistake made at it, beside the same in NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.diagnosing.mistakes import Mistake, edge_mistakes
from gradlens.engine.diagnosing.planted_passes import Backward, Circuit, NotApplicable
from gradlens.engine.ops import OPS
from tests.each import each
from tests.engine.planted import sigmoid, softmax
from tests.engine.test_ops import calls, smooth_point

draw = np.random.default_rng(7).normal
X, W, S, T = draw(size=(4, 3)), draw(size=(3, 3)), draw(size=(4, 3)), np.eye(3)[[0, 2, 1, 0]]
b, c, x, v = draw(size=3), draw(size=(4, 1)), 0.7, draw(size=6)
P, Q = np.abs(X) / 4 + 0.1, draw(size=(3, 4))
INPUTS = {"X": X, "W": W, "S": S, "T": T, "b": b, "c": c, "x": x, "v": v, "P": P, "Q": Q, "K": T[:, 0]}


def passed(program: str) -> tuple[engine.Program, Backward]:
    """The graph of a program of the inputs above, and its backward pass."""
    names = {name: np.asarray(value).tolist() for name, value in INPUTS.items() if name in program}
    trace = engine.trace(program, names)
    circuit = Circuit(trace.graph)
    return trace, Backward(circuit, list(trace.values), np.asarray(trace.seed, dtype=float)).run(lambda id, g: g)


def label(graph, id: int) -> str:
    return graph.nodes[id].name


def mistakes(
    program: str, source: str, target: str, argnum: int
) -> list[tuple[str, dict, dict[str, np.ndarray], list | None]]:
    """Of the edge: kind, params, what each planted edge delivers (by its target and argnum), and the values that
    change.
    """
    trace, base = passed(program)
    graph = trace.graph
    edge = next(
        e
        for e in base.circuit.edges
        if label(graph, e.source) == source and label(graph, e.target) == target and e.argnum == argnum
    )
    found = []
    for mistake in edge_mistakes(base.circuit, edge, base.values):
        assert isinstance(mistake, Mistake) and graph.edges[mistake.edge].source == edge.source
        delivered = {}
        for id in mistake.plants:
            planted = graph.edges[id]
            try:
                delivered[f"{label(graph, planted.target)}.{planted.argnum}"] = base.delivered(
                    planted, base.used[planted.target], mistake.plants
                )
            except (NotApplicable, ValueError):
                delivered[f"{label(graph, planted.target)}.{planted.argnum}"] = None
        found.append((mistake.kind, mistake.params, delivered, mistake.values))
    return found


def along(axis: int, g: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Back through a softmax along an axis."""
    return z * (g - np.sum(g * z, axis=axis, keepdims=True))


ACROSS = {"function": "softmax"}
SQUARED = "squared-error-not-cross-entropy"
FACTORS = (1, 2, 1 / 4, 2 / 4, 1 / 12, 2 / 12)
Y, Z = softmax(X), sigmoid(X)

# Program, edge, and every mistake there, the plainest first: kind, params, what is delivered.
TABLE: list[tuple[str, tuple[str, str, int], list[tuple[str, dict, object]]]] = [
    (
        "a = sin(x)\nb2 = cos(x)\ny = a + 3 * b2",
        ("x", "b2", 0),
        [
            ("missing-path", {"count": 2}, 0),
            ("sign", {}, 3 * np.sin(x)),
            ("missing-activation-derivative", {"function": "cos"}, 3),
            ("extra-activation-derivative", {"function": "cos"}, 3 * np.sin(x) ** 2),
            ("derivative-at-output", {"function": "cos"}, -3 * np.sin(np.cos(x))),
            ("missing-upstream", {}, -np.sin(x)),
        ],
    ),
    ("y = 3 * x", ("x", "y", 1), [("sign", {}, -3), ("missing-upstream", {}, 3)]),
    ("y = x + 3", ("x", "y", 0), [("sign", {}, -1), ("missing-upstream", {}, 1)]),
    (
        "A = X + b\nL = sum(A * S)",
        ("b", "A", 1),
        [
            ("bias-not-summed", {}, S),
            ("bias-not-summed", {}, S[0]),
            ("bias-not-summed", {}, S[-1]),
            ("wrong-axis", {"function": "sum"}, S.sum(1)),
            ("mean-not-sum", {"count": 4}, S.sum(0) / 4),
            ("sign", {}, -S.sum(0)),
            ("missing-upstream", {}, np.full(3, 4)),
        ],
    ),
    (
        "A = X * c\nL = sum(A * S)",
        ("c", "A", 1),
        [
            ("bias-not-summed", {}, S * X),
            ("bias-not-summed", {}, (S * X)[:, :1]),
            ("bias-not-summed", {}, (S * X)[:, -1:]),
            ("wrong-axis", {"function": "sum"}, (S * X).sum(0)),
            ("mean-not-sum", {"count": 3}, (S * X).sum(1, keepdims=True) / 3),
            ("transposed", {}, (S * X).sum(1, keepdims=True).T),
            ("sign", {}, -(S * X).sum(1, keepdims=True)),
            ("missing-upstream", {}, X.sum(1, keepdims=True)),
        ],
    ),
    (
        "A = X * c\nL = sum(A * S)",
        ("X", "A", 0),
        [("transposed", {}, (S * c).T), ("sign", {}, -S * c), ("missing-upstream", {}, np.broadcast_to(c, S.shape))],
    ),
    (
        "A = affine(X, W, b)\nL = sum(A * S)",
        ("b", "A", 2),
        [
            ("bias-not-summed", {}, S),
            ("bias-not-summed", {}, S[0]),
            ("bias-not-summed", {}, S[-1]),
            ("wrong-axis", {"function": "sum"}, S.sum(1)),
            ("mean-not-sum", {"count": 4}, S.sum(0) / 4),
            ("sign", {}, -S.sum(0)),
            ("missing-upstream", {}, np.full(3, 4)),
        ],
    ),
    (
        "A = affine(X, W, b)\nL = sum(A * S)",
        ("W", "A", 1),
        [
            ("transposed", {}, (X.T @ S).T),
            ("transposed", {}, None),
            ("sign", {}, -X.T @ S),
            ("mean-not-sum", {"count": 4}, X.T @ S / 4),
            ("sum-not-mean", {"count": 4}, X.T @ S * 4),
            ("missing-upstream", {}, X.T @ np.ones((4, 3))),
        ],
    ),
    (
        "A = W @ W.T\nB = W @ A\nL = sum(B * B)",
        ("A", "B", 1),
        [
            ("transposed", {}, lambda g: (W.T @ g).T),
            ("transposed", {}, lambda g: W @ g),
            ("sign", {}, lambda g: -W.T @ g),
            ("mean-not-sum", {"count": 3}, lambda g: W.T @ g / 3),
            ("sum-not-mean", {"count": 3}, lambda g: W.T @ g * 3),
            ("missing-upstream", {}, W.T @ np.ones((3, 3))),
        ],
    ),
    (
        "A = X @ W\nL = sum(A * S)",
        ("X", "A", 0),
        [
            ("transposed", {}, (S @ W.T).T),
            ("transposed", {}, S @ W),
            ("sign", {}, -S @ W.T),
            ("missing-upstream", {}, np.ones((4, 3)) @ W.T),
        ],
    ),
    (
        "A = W @ b\nL = sum(A * b)",
        ("W", "A", 0),
        [
            ("transposed", {}, np.outer(b, b)),
            ("sign", {}, -np.outer(b, b)),
            ("missing-upstream", {}, np.outer(np.ones(3), b)),
        ],
    ),
    (
        "A = W[:1] @ Q\nL = 5 * sum(A)",
        ("Q", "A", 1),
        [
            ("transposed", {}, 5 * np.outer(np.ones(4), W[0])),
            ("transposed", {}, None),
            ("sign", {}, -5 * np.outer(W[0], np.ones(4))),
            ("missing-upstream", {}, np.outer(W[0], np.ones(4))),
        ],
    ),
    (
        "m = mean(v)\nL = 5 * m",
        ("v", "m", 0),
        [
            ("sign", {}, np.full(6, -5 / 6)),
            ("sum-not-mean", {"count": 6}, np.full(6, 5)),
            ("mean-not-sum", {"count": 6}, np.full(6, 5 / 36)),
            ("missing-upstream", {}, np.full(6, 1 / 6)),
        ],
    ),
    (
        "m = mean(X)\nL = 5 * m",
        ("X", "m", 0),
        [
            ("transposed", {}, np.full((3, 4), 5 / 12)),
            ("sign", {}, np.full((4, 3), -5 / 12)),
            ("sum-not-mean", {"count": 12}, np.full((4, 3), 5)),
            ("mean-not-sum", {"count": 12}, np.full((4, 3), 5 / 144)),
            ("sum-not-mean", {"count": 3}, np.full((4, 3), 5 / 4)),
            ("mean-not-sum", {"count": 3}, np.full((4, 3), 5 / 36)),
            ("sum-not-mean", {"count": 4}, np.full((4, 3), 5 / 3)),
            ("mean-not-sum", {"count": 4}, np.full((4, 3), 5 / 48)),
            ("missing-upstream", {}, np.full((4, 3), 1 / 12)),
        ],
    ),
    (
        "m = sum(W, axis=1)\nL = sum(m * b)",
        ("W", "m", 0),
        [
            ("transposed", {}, np.outer(np.ones(3), b)),
            ("sign", {}, -np.outer(b, np.ones(3))),
            ("mean-not-sum", {"count": 3}, np.outer(b, np.ones(3)) / 3),
            ("wrong-axis", {"function": "sum"}, np.outer(np.ones(3), b)),
            ("missing-upstream", {}, np.ones((3, 3))),
        ],
    ),
    (
        "m = sum(X)\nL = 5 * m",
        ("X", "m", 0),
        [
            ("transposed", {}, np.full((3, 4), 5)),
            ("sign", {}, np.full((4, 3), -5)),
            ("mean-not-sum", {"count": 12}, np.full((4, 3), 5 / 12)),
            ("mean-not-sum", {"count": 4}, np.full((4, 3), 5 / 4)),
            ("mean-not-sum", {"count": 3}, np.full((4, 3), 5 / 3)),
            ("missing-upstream", {}, np.ones((4, 3))),
        ],
    ),
    (
        "A = b @ W\nL = sum(A * b)",
        ("W", "A", 1),
        [
            ("transposed", {}, np.outer(b, b)),
            ("sign", {}, -np.outer(b, b)),
            ("missing-upstream", {}, np.outer(b, np.ones(3))),
        ],
    ),
    (
        "u = v[:2]\nm = mean(u)\nL = 5 * m",
        ("u", "m", 0),
        [
            ("sign", {}, [-2.5, -2.5]),
            ("sum-not-mean", {"count": 2}, [5, 5]),
            ("mean-not-sum", {"count": 2}, [1.25, 1.25]),
            ("missing-upstream", {}, [0.5, 0.5]),
        ],
    ),
    (
        "u = v[:2]\nm = sum(u)\nL = 5 * m",
        ("u", "m", 0),
        [("sign", {}, [-5, -5]), ("mean-not-sum", {"count": 2}, [2.5, 2.5]), ("missing-upstream", {}, [1, 1])],
    ),
    (
        "H = tanh(X)\nL = sum(H * S)",
        ("X", "H", 0),
        [
            ("transposed", {}, (S * (1 - np.tanh(X) ** 2)).T),
            ("sign", {}, S * (np.tanh(X) ** 2 - 1)),
            ("missing-activation-derivative", {"function": "tanh"}, S),
            ("extra-activation-derivative", {"function": "tanh"}, S * (1 - np.tanh(X) ** 2) ** 2),
            ("derivative-at-output", {"function": "tanh"}, S * (1 - np.tanh(np.tanh(X)) ** 2)),
            ("missing-upstream", {}, 1 - np.tanh(X) ** 2),
        ],
    ),
    (
        "m = sum(v)\nL = m / 6",
        ("m", "L", 0),
        [("sign", {}, -1 / 6), ("sum-not-mean", {"count": 6}, 1), ("missing-upstream", {}, 1 / 6)],
    ),
    ("m = sum(v)\nL = m / 5", ("m", "L", 0), [("sign", {}, -1 / 5), ("missing-upstream", {}, 1 / 5)]),
    (
        "H = softmax(X, axis=1)\nL = sum(H * S)",
        ("X", "H", 0),
        [
            ("transposed", {}, along(1, S, Y).T),
            ("sign", {}, -along(1, S, Y)),
            ("missing-activation-derivative", ACROSS, S),
            ("wrong-axis", ACROSS, lambda g: along(0, S, softmax(X, 0))),
            ("wrong-axis", ACROSS, lambda g: along(0, S, softmax(X, 0))),
            ("missing-upstream", {}, np.zeros((4, 3))),
        ],
    ),
    (
        "L = softmax_cross_entropy(X, T)",
        ("X", "L", 0),
        [
            ("transposed", {}, ((Y - T) / 4).T),
            ("sign", {}, (T - Y) / 4),
            ("sum-not-mean", {"count": 4}, Y - T),
            ("mean-not-sum", {"count": 4}, (Y - T) / 16),
            ("sum-not-mean", {"count": 3}, (Y - T) * 3 / 4),
            ("mean-not-sum", {"count": 3}, (Y - T) / 12),
            ("extra-activation-derivative", ACROSS, (Y - T) / 4 * Y * (1 - Y)),
            ("wrong-axis", ACROSS, (softmax(X, 0) - T) / 4),
            *[(SQUARED, {}, f * along(1, Y - T, Y)) for f in FACTORS],
            ("missing-upstream", {}, (Y - T) / 4),
        ],
    ),
    (
        "L = sigmoid_cross_entropy(X, T)",
        ("X", "L", 0),
        [
            ("transposed", {}, ((Z - T) / 12).T),
            ("sign", {}, (T - Z) / 12),
            ("sum-not-mean", {"count": 12}, Z - T),
            ("mean-not-sum", {"count": 12}, (Z - T) / 144),
            ("sum-not-mean", {"count": 3}, (Z - T) / 4),
            ("mean-not-sum", {"count": 3}, (Z - T) / 36),
            ("sum-not-mean", {"count": 4}, (Z - T) / 3),
            ("mean-not-sum", {"count": 4}, (Z - T) / 48),
            ("extra-activation-derivative", {"function": "sigmoid"}, (Z - T) / 12 * Z * (1 - Z)),
            *[(SQUARED, {}, f * (Z - T) * Z * (1 - Z)) for f in FACTORS],
            ("missing-upstream", {}, (Z - T) / 12),
        ],
    ),
    (
        "E = cross_entropy(P, T)\nL = 5 * E",
        ("P", "E", 0),
        [
            ("transposed", {}, (-5 * T / P / 4).T),
            ("sign", {}, 5 * T / P / 4),
            ("sum-not-mean", {"count": 4}, -5 * T / P),
            ("mean-not-sum", {"count": 4}, -5 * T / P / 16),
            ("sum-not-mean", {"count": 3}, -15 * T / P / 4),
            ("mean-not-sum", {"count": 3}, -5 * T / P / 12),
            *[(SQUARED, {}, 5 * f * (P - T)) for f in FACTORS],
            ("missing-upstream", {}, -T / P / 4),
        ],
    ),
]


@each(
    "program, edge, expected",
    TABLE,
)
def test_every_mistake_of_an_edge_delivers_what_somebody_gets_who_makes_it(program, edge, expected):
    found = mistakes(program, *edge)
    assert [(kind, params) for kind, params, _, _ in found] == [(kind, params) for kind, params, _ in expected]
    for (kind, params, delivered, _), (_, _, value) in zip(found, expected, strict=True):
        (got,) = delivered.values()
        if isinstance(value, Callable):
            trace, base = passed(program)
            value = value(base.used[trace.graph.names[edge[1]]])
        if value is None:
            assert got is None or got.shape != np.shape(INPUTS[edge[0]]), (kind, params)
        else:
            assert got.shape == np.shape(value) and np.allclose(got, value, rtol=1e-12, atol=1e-14), (
                kind,
                params,
                got,
                value,
            )


def test_a_path_forgotten_is_this_use_or_all_the_others():
    found = [
        (kind, params, delivered)
        for kind, params, delivered, _ in mistakes("c2 = 2 * x\ns = sin(x)\ny = c2 + s + 3 * x", "x", "s", 0)
        if kind == "missing-path"
    ]
    assert [params for _, params, _ in found] == [{"count": 3}, {"count": 3, "missing": 2}]
    assert [{place: float(g) for place, g in delivered.items()} for _, _, delivered in found] == [
        {"s.0": 0},
        {"c2.1": 0, "None.1": 0},
    ]
    assert [kind for kind, *_ in mistakes("s = sin(x)\ny = 3 * s", "x", "s", 0)].count("missing-path") == 0


@pytest.mark.parametrize(
    ("program", "wrong"),
    [
        ("H = softmax(X, axis=1)\nL = sum(H * S)", softmax(X, 0)),
        ("H = softmax(X, axis=0)\nL = sum(H * S)", softmax(X, 1)),
        ("H = softmax(X, axis=-1)\nL = sum(H * S)", softmax(X, 0)),
        ("H = log_softmax(X, axis=1)\nL = sum(H * S)", np.log(softmax(X, 0))),
    ],
)
def test_a_softmax_along_the_wrong_axis_is_so_in_its_value_too_or_in_its_rule_alone(program, wrong):
    trace, _ = passed(program)
    one, other = [values for kind, _, _, values in mistakes(program, "X", "H", 0) if kind == "wrong-axis"]
    assert (
        one is not None
        and np.allclose(one[trace.graph.names["H"]], wrong)
        and np.isclose(float(one[trace.graph.output]), np.sum(wrong * S))
        and other is None
    )


def turned_axes(program: str, function: str) -> list[np.ndarray]:
    found = mistakes(program, "X" if "X" in program else "W" if "W" in program else "v", "H", 0)
    return [
        delivered["H.0"]
        for kind, params, delivered, _ in found
        if kind == "wrong-axis" and params == {"function": function}
    ]


@each(
    "program, function, expected",
    [
        ("H = cumsum(X, axis=0)\nL = sum(H * S)", "cumsum", [np.flip(np.cumsum(np.flip(S, 1), 1), 1)]),
        ("H = cumsum(X, axis=1)\nL = sum(H * S)", "cumsum", [np.flip(np.cumsum(np.flip(S, 0), 0), 0)]),
        ("H = roll(X, 1, axis=0)\nL = sum(H * S)", "roll", [np.roll(S, -1, 1)]),
        ("H = roll(X, 1)\nL = sum(H * S)", "roll", [np.roll(S, -1, 0), np.roll(S, -1, 1)]),
        ("H = flip(X, axis=0)\nL = sum(H * S)", "flip", [np.flip(S, 1)]),
        ("H = flip(X)\nL = sum(H * S)", "flip", [np.flip(S, 0), np.flip(S, 1)]),
        ("H = sum(W, axis=0)\nL = sum(H * b)", "sum", [np.outer(b, np.ones(3))]),
        # Of another shape, along an axis that is too short, or the same thing.
        ("H = cumsum(X)\nL = sum(H)", "cumsum", []),
        ("H = cumsum(v)\nL = sum(H * v)", "cumsum", []),
        ("H = sum(X)\nL = 2 * H", "sum", []),
        ("H = repeat(X, 2)\nL = sum(H)", "repeat", []),
        ("H = take(X, [0, 3], axis=0)\nL = sum(H)", "take", []),
        ("H = max(X, keepdims=True)\nL = sum(H)", "max", []),
    ],
)
def test_a_rule_along_the_wrong_axis_is_that_of_the_function_along_that_axis(program, function, expected):
    found = turned_axes(program, function)
    assert len(found) == len(expected) and all(np.allclose(one, other) for one, other in zip(found, expected))


@each("op", [op for op in OPS.values() if any(o.name == "axis" for o in op.options)], sample=4)
def test_wrong_numbers_of_whatever_runs_along_an_axis_are_told_of_and_never_end_in_an_error(op):
    for call, shapes in calls(op):
        program, inputs = engine.compile(f"y = {call}\nL = sum(y * y)", shapes), smooth_point(op, shapes, seed=11)
        trace = program.run(inputs)
        for name in trace.graph.names:
            value, gradient = trace[name].value, trace[name].gradient
            if name not in trace.graph.inputs and np.size(value):
                assert (
                    engine.diagnose(
                        program, inputs, values={name: (1.5 * np.asarray(value) + 1).tolist()}
                    ).first_wrong.name
                    == name
                )
            if gradient is not None and np.size(gradient):
                assert (
                    engine.diagnose(
                        program, inputs, gradients={name: (1.5 * np.asarray(gradient) + 1).tolist()}
                    ).first_wrong.name
                    == name
                )


@pytest.mark.parametrize(
    ("loss", "count"),
    [
        ("mse", 12),
        ("mae", 12),
        ("binary_cross_entropy", 12),
        ("sigmoid_cross_entropy", 12),
        ("softmax_cross_entropy", 4),
        ("cross_entropy", 4),
    ],
)
def test_the_mean_of_a_loss_is_over_as_many_as_it_averages(loss, count):
    # The first of the factors: that which gives the gradient of the sum over samples, or over elements where each is a
    # sample.
    found = mistakes(f"L = {loss}(P, T)", "P", "L", 0)
    right = np.asarray(passed(f"L = {loss}(P, T)")[0].gradients["P"])
    told = [
        (kind, params["count"], delivered["L.0"])
        for kind, params, delivered, _ in found
        if kind in ("sum-not-mean", "mean-not-sum")
    ]
    assert [n for _, n, _ in told[:2]] == [count, count] and sorted({n for _, n, _ in told}) == sorted({count, 3, 4})
    for kind, n, delivered in told:
        assert np.allclose(delivered, right * n if kind == "sum-not-mean" else right / n)


def test_a_loss_on_rows_of_three_axes_is_averaged_over_all_rows_and_its_softmax_may_run_along_two_others(monkeypatch):
    logits, labels = draw(size=(2, 4, 3)), softmax(draw(size=(2, 4, 3)))
    monkeypatch.setitem(INPUTS, "C3", logits)
    monkeypatch.setitem(INPUTS, "D3", labels)
    found = mistakes("L = softmax_cross_entropy(C3, D3)", "C3", "L", 0)
    turned = [delivered["L.0"] for kind, params, delivered, _ in found if (kind, params) == ("wrong-axis", ACROSS)]
    assert len(turned) == 2 and all(
        np.allclose(g, (softmax(logits, axis) - labels) / 8) for axis, g in enumerate(turned)
    )
    assert [params["count"] for kind, params, *_ in found if kind == "sum-not-mean"] == [8, 2, 12]
    assert np.allclose(
        next(delivered["L.0"] for kind, _, delivered, _ in found if kind == SQUARED),
        along(2, softmax(logits) - labels, softmax(logits)),
    )


def test_classes_in_place_of_rows_of_zeros_and_ones_are_averaged_over_the_samples():
    trace = engine.trace("L = softmax_cross_entropy(X, t)", {"X": X.tolist(), "t": [0, 2, 1, 0]})
    circuit = Circuit(trace.graph)
    base = Backward(circuit, list(trace.values), np.ones(())).run(lambda id, g: g)
    (edge,) = [e for e in circuit.edges if trace.graph.nodes[e.source].name == "X"]
    assert next(m.params for m in edge_mistakes(circuit, edge, base.values) if m.kind == "sum-not-mean") == {"count": 4}


@pytest.mark.parametrize(("activation", "value"), [("softmax", Y), ("sigmoid", Z)])
def test_probabilities_are_compared_with_every_leaf_of_their_shape_as_a_squared_error_would(activation, value):
    program = f"H = {activation}(X)\nM = T * log(H)\nR = S * H\nL = -sum(M) + sum(R)"
    trace, base = passed(program)
    uses = [e for e in base.circuit.edges if e.source == trace.graph.names["H"]]
    found = [m for m in edge_mistakes(base.circuit, uses[0], base.values) if m.kind == SQUARED]
    leaves = [INPUTS[n.name] for n in trace.graph.nodes if n.op is None and n.shape == (4, 3)]
    assert len(leaves) == 3 and len(found) == 3 * len(FACTORS)
    for mistake, (leaf, factor) in zip(found, [(leaf, f) for leaf in leaves for f in FACTORS], strict=True):
        assert mistake.edge == uses[0].id and set(mistake.plants) == {e.id for e in uses}
        assert np.allclose(base.planted(mistake.plants, set())[trace.graph.names["H"]], factor * (value - leaf))
    assert not [m for m in edge_mistakes(base.circuit, uses[1], base.values) if m.kind == SQUARED]


def test_the_squared_error_of_one_number_has_no_factor_of_rows():
    for program in ("L = sigmoid_cross_entropy(x, 1)", "H = sigmoid(x)\nk = 2 * x\nL = -log(H)"):
        _, base = passed(program)
        found = [
            m for e in base.circuit.edges for m in edge_mistakes(base.circuit, e, base.values) if m.kind == SQUARED
        ]
        assert found and len(found) % 2 == 0  # 1 and 2


def test_a_number_is_divided_by_a_batch_only_where_some_input_has_as_many_rows():
    for program, counts in (
        ("m = sum(v) * x\nL = m / 6", [6]),
        ("m = sum(v) * x\nL = m / 7", []),
        ("m = sum(v[:1])\nL = m / 1", []),
        ("m = sum(X)\nL = m / 3", []),
        ("m = sum(X)\nL = m / 4", [4]),
        ("m = sum(v)\nL = 6 / m", []),
    ):
        source, argnum = "m", 1 if "6 / m" in program else 0
        assert [
            params["count"] for kind, params, _, _ in mistakes(program, source, "L", argnum) if kind == "sum-not-mean"
        ] == counts, program


@pytest.mark.parametrize(
    "program",
    [
        "A = X / [1, 2, 4]\nL = sum(A)",
        "m = sum(v[:2])\nL = m / 2",
        "A = X / x\nL = sum(A)",
        "k = T[0]\nm = sum(X) / 3\nL = sum(k) * m",
    ],
)
def test_no_array_and_no_size_of_what_is_computed_is_taken_for_that_of_a_batch(program):
    _, base = passed(program)
    assert not [
        m for e in base.circuit.edges for m in edge_mistakes(base.circuit, e, base.values) if m.kind == "sum-not-mean"
    ]


@pytest.mark.parametrize(
    "program",
    [
        "m = mean(v[:1])\nL = 5 * m",
        "m = sum(v[:1])\nL = 5 * m",
        "Y1 = X[:1]\nL = mean(Y1[:, :1])",
        "A = b[:1] @ Q[:1]\nL = sum(A)",
        "E = X[:1] @ W\nL = sum(E)",
    ],
)
def test_over_one_there_is_no_mean(program):
    _, base = passed(program)
    counts = [
        m.params["count"]
        for e in base.circuit.edges
        for m in edge_mistakes(base.circuit, e, base.values)
        if m.kind in ("sum-not-mean", "mean-not-sum")
    ]
    assert 1 not in counts


@pytest.mark.parametrize(
    "loss", ["softmax_cross_entropy", "sigmoid_cross_entropy", "cross_entropy", "binary_cross_entropy"]
)
def test_the_labels_of_a_loss_go_through_no_activation(loss):
    kinds = [kind for kind, *_ in mistakes(f"L = {loss}(P, T)", "T", "L", 1)]
    assert set(kinds) == {"transposed", "sign", "sum-not-mean", "mean-not-sum", "missing-upstream"}


def test_a_matrix_that_is_only_added_to_a_product_is_transposed_by_itself_alone(monkeypatch):
    monkeypatch.setitem(INPUTS, "B2", draw(size=(3, 3)))
    found = mistakes("A = affine(W, S[:3], B2)\nL = sum(A)", "B2", "A", 2)
    assert [kind for kind, *_ in found] == ["transposed", "sign", "missing-upstream"]


def test_there_is_no_mistake_where_there_is_nothing():
    trace = engine.trace("A = E * 3\nL = sum(A)", {"E": np.zeros((0, 3))})
    circuit = Circuit(trace.graph)
    assert not [
        m
        for e in circuit.edges
        if trace.nodes[e.source].shape != ()
        for m in edge_mistakes(circuit, e, list(trace.values))
    ]


@pytest.mark.parametrize(
    ("program", "source", "target", "kinds"),
    [
        # A stretched input of three axes has no wrong one of two; what is as large as the result was not stretched.
        ("A = S3 * b\nL = sum(A)", "b", "A", ["bias-not-summed"] * 3 + ["mean-not-sum"]),
        ("A = X + R\nL = sum(A)", "R", "A", ["bias-not-summed"] * 3 + ["wrong-axis"] + ["mean-not-sum"]),
        ("A = b + O\nL = sum(A)", "b", "A", []),
        ("A = b + x\nL = sum(A)", "x", "A", ["bias-not-summed"] * 3 + ["mean-not-sum"]),
    ],
)
def test_what_is_stretched_may_not_be_summed(monkeypatch, program, source, target, kinds):
    for name, value in {"S3": draw(size=(2, 4, 3)), "R": draw(size=(1, 3)), "O": np.ones((1, 3))}.items():
        monkeypatch.setitem(INPUTS, name, value)
    found = mistakes(program, source, target, 1 if f" {source}\n" in program else 0)
    assert [kind for kind, *_ in found if kind in ("bias-not-summed", "wrong-axis", "mean-not-sum")] == kinds


SEVERAL_PATHS = (
    "u = x ** 2\nv = sin(x)\nw = tanh(x)\ny = sum(u * v) + sum(v * w) + sum(w * u) + sum(u) + sum(exp(v)) + sum(w ** 2)"
)


def test_three_paths_forgotten_at_once_are_told():
    x = np.array([0.5, -1.2, 2.0])
    u, v, w = x**2, np.sin(x), np.tanh(x)
    slopes = np.array([2 * x, np.cos(x), 1 - w**2])
    for lacking in ((1, u, v), (1 + v, u, 0)):  # in what comes back to u, v, w
        du, dv, dw = v + w + 1 - lacking[0], u + w + np.exp(v) - lacking[1], v + u + 2 * w - lacking[2]
        claimed = (np.array([du, dv, dw]) * slopes).sum(axis=0)
        for written in (claimed.tolist(), str(claimed.round(4))):
            found = engine.diagnose(SEVERAL_PATHS, {"x": x.tolist()}, gradients={"x": written})
            assert (found.diagnosis, found.sentence) == ("missing-path", "missing-paths-of-several")
            assert found.params["missing"] == 3 and str(found.params["paths"]).count("→") == 3
    found = engine.diagnose("y = sum(x ** 2 + 3 * x + sin(x) + exp(x))", {"x": x.tolist()}, gradients={"x": [3, 3, 3]})
    assert (found.sentence, found.params["missing"], found.params["count"]) == ("missing-paths", 3, 4)
