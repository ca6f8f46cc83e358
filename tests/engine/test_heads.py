"""What a network ends in, beside what its loss expects: the loss that is meant, or a word."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens.engine.networks.evaluation import Samples
from gradlens.engine.networks.heads import FITTING, KINDS
from gradlens.engine.networks.layers import ACTIVATIONS
from gradlens.engine.networks.losses import LOSSES
from gradlens.engine.networks.network import NetworkSpec, trace_network
from gradlens.engine.networks.training import Training, TrainingPlan
from gradlens.engine.ops import OPS
from gradlens.engine.values import Value
from tests.each import each
from tests.engine.numerics import close
from tests.engine.test_training import of

AFFINE = {"type": "affine", "units": 3, "W": [[1.0, -2.0, 0.5], [0.3, 1.0, -1.0]], "b": [0.1, 0.2, 0.3]}
X, T = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
Z = X @ np.array(AFFINE["W"]) + AFFINE["b"]
CROSS_ENTROPY = -(T * (Z - np.log(np.exp(Z).sum(axis=1, keepdims=True)))).sum(axis=1)
BINARY = np.log1p(np.exp(Z)) - T * Z

RANGES = {op.name: op.words.values for op in OPS.values() if op.words.values}


def kinds(layers: object, loss: object, x: object = X, t: object = T) -> tuple[set[str], Value]:
    trace, network = trace_network(NetworkSpec(layers, loss), x, t)
    assert {w.kind for w in network.remarks} <= KINDS.keys() and network.remarks == [
        w for w in trace.warnings if w.kind in KINDS
    ]
    return {w.kind for w in network.remarks}, trace["loss"].value


@pytest.mark.parametrize(
    ("loss", "head", "values", "kind"),
    [
        ("softmax_cross_entropy", "softmax", CROSS_ENTROPY, "head-twice"),
        ("cross_entropy", "log_softmax", CROSS_ENTROPY, "head-logarithm"),
        ("sigmoid_cross_entropy", "sigmoid", BINARY, "head-twice"),
        ("softmax_cross_entropy", "log_softmax", CROSS_ENTROPY, None),
        ("cross_entropy", "softmax", CROSS_ENTROPY, None),
        ("binary_cross_entropy", "sigmoid", BINARY, None),
    ],
)
def test_a_function_is_not_applied_twice(loss, head, values, kind):
    for ending in ([head], [{"type": head, "name": "last"}, "identity"]):
        for reduction, reduce in (("mean", np.mean), ("sum", np.sum), ("none", np.asarray)):
            found, value = kinds([AFFINE, *ending], {"type": loss, "reduction": reduction})
            assert close(value, reduce(values)) and found == ({kind} if kind else set())


def test_the_forms_of_other_libraries_fit_as_well():
    keras = {
        "class_name": "Sequential",
        "config": {
            "layers": [
                {"class_name": "Conv2D", "config": {"filters": 3, "kernel_size": [1, 1], "activation": "softmax"}}
            ]
        },
    }
    assert kinds(keras, "softmax_cross_entropy", np.ones((2, 2, 2, 1)), np.ones((2, 2, 2, 3)) / 3)[0] == {"head-twice"}
    assert kinds("nn.Sequential(nn.Linear(2, 3), nn.Softmax(dim=1))", "softmax_cross_entropy")[0] == {"head-twice"}
    assert kinds("nn.Sequential(nn.Linear(2, 3), nn.Softmax(dim=0))", "softmax_cross_entropy")[0] == {"head-range"}
    assert kinds("nn.Sequential(nn.Linear(2, 3), nn.Sigmoid())", "sigmoid_cross_entropy")[0] == {"head-twice"}


def test_a_dropout_after_a_function_hides_it_from_no_loss():
    for op in ACTIVATIONS:
        for loss in ("softmax_cross_entropy", "sigmoid_cross_entropy"):
            said = op.name in RANGES and (loss == "sigmoid_cross_entropy" or "∞" not in RANGES[op.name])
            assert kinds([AFFINE, op.name, "dropout"], loss)[0] == ({"head-range"} if said else set()), (op.name, loss)


def test_every_activation_beside_every_loss_is_right_or_remarked():
    """Where a loss takes any numbers it is the one asked for, of the outputs; what they cannot reach is said."""
    for op in ACTIVATIONS:
        for loss in LOSSES:
            found, _ = kinds([AFFINE, op.name], loss)
            said = (loss, op.name) in FITTING
            said |= (loss == "sigmoid_cross_entropy" and op.name in RANGES) or (
                loss == "softmax_cross_entropy" and "∞" not in RANGES.get(op.name, "∞")
            )
            said |= (loss == "cross_entropy" and op.name != "softmax") or (
                loss == "binary_cross_entropy" and op.name not in ("sigmoid", "softmax", "hardsigmoid")
            )
            assert bool(found) == said, (op.name, loss, found)


def test_the_ranges_are_those_of_the_functions():
    far = np.linspace(-60, 60, 4001)[:, None] * [1.0, -1.0]
    for name, text in RANGES.items():
        y = np.asarray(trace_network(NetworkSpec([name]), far)[0]["y"].value)
        low, high = (float(part.replace("∞", "inf")) for part in text[1:-1].split(","))
        assert low <= y.min() and y.max() <= high
        for bound, met in ((low, y.min()), (high, y.max())):
            assert abs(met - bound) < 0.05 if np.isfinite(bound) else abs(met) > 50, (name, bound)


@each(
    "layers, loss, x, t, expected",
    [
        ([{"type": "affine", "units": 1}], "softmax_cross_entropy", X, [[1], [1]], {"one-class"}),
        ([{"type": "affine", "units": 1}, "softmax"], "mse", X, [1, 0], {"one-class"}),
        ([{"type": "affine", "units": 1}, "softmax"], "binary_cross_entropy", X, [1, 0], {"one-class"}),
        ([{"type": "affine", "units": 1}, "sigmoid"], "binary_cross_entropy", X, [1, 0], set()),
        (
            [{"type": "conv2d", "filters": 3, "size": 1}, "relu"],
            "softmax_cross_entropy",
            np.ones((1, 1, 2, 2)),
            np.ones((1, 3, 2, 2)),
            {"class-axis"},
        ),
        (
            "nn.Sequential(nn.Conv1d(1, 3, 1), nn.BatchNorm1d(3))",
            "softmax_cross_entropy",
            np.ones((1, 1, 4)),
            np.ones((1, 3, 4)),
            {"class-axis"},
        ),
        (
            [{"type": "conv2d", "filters": 3, "size": 1}, {"type": "transpose", "axes": [0, 2, 3, 1]}],
            "softmax_cross_entropy",
            np.ones((1, 1, 2, 2)),
            np.ones((1, 2, 2, 3)),
            set(),
        ),
        (
            [{"type": "conv2d", "filters": 3, "size": 1}, "flatten"],
            "softmax_cross_entropy",
            np.ones((1, 1, 1, 1)),
            [1],
            set(),
        ),
        (
            [{"type": "embedding", "vocabulary": 3, "units": 2}, AFFINE],
            "softmax_cross_entropy",
            [[0, 1]],
            [[0, 2]],
            set(),
        ),
        ([AFFINE, "softmax", {"type": "reshape", "shape": [3]}], "softmax_cross_entropy", X, T, {"head-range"}),
        ([{"type": "reshape", "shape": [2]}], "cross_entropy", X, [0, 1], set()),
        ([AFFINE], "cross_entropy", X, T, {"head-distribution"}),
        ([AFFINE, "sigmoid"], "cross_entropy", X, T, {"head-distribution"}),
        ([AFFINE], "binary_cross_entropy", X, T, {"head-probability"}),
        ([AFFINE], "softmax_cross_entropy", X, T, set()),
        ([AFFINE, "softmax"], "mse", X, T, set()),
        ([AFFINE], "mse", X, T, set()),
    ],
)
def test_what_cannot_be_meant_is_remarked(layers, loss, x, t, expected):
    assert kinds(layers, loss, x, t)[0] == expected


def test_the_advice_on_channels_can_be_followed():
    layers = [{"type": "conv2d", "filters": 3, "size": 1}]
    _, network = trace_network(
        NetworkSpec(layers, "softmax_cross_entropy"), np.ones((1, 1, 2, 2)), np.ones((1, 3, 2, 2))
    )
    axes = [int(n) for n in str(network.remarks[0].params["axes"]).strip("[]").split(",")]
    assert (
        kinds(
            [*layers, {"type": "transpose", "axes": axes}],
            "softmax_cross_entropy",
            np.ones((1, 1, 2, 2)),
            np.ones((1, 2, 2, 3)),
        )[0]
        == set()
    )


@pytest.mark.parametrize(
    ("units", "head", "loss", "named"),
    [
        (3, "softmax", "softmax_cross_entropy", "cross_entropy"),
        (1, "sigmoid", "sigmoid_cross_entropy", "binary_cross_entropy"),
    ],
)
def test_a_training_with_a_function_twice_is_that_of_the_loss_that_is_meant(units, head, loss, named):
    samples = of("iris")
    if units == 1:
        samples = Samples(samples.x, (samples.t == 0) * 1.0, samples.train, ("others", "setosa"))
    layers = [{"type": "affine", "units": 9}, "relu", {"type": "affine", "units": units}, head]
    start, *_, end = Training(
        NetworkSpec(layers, loss), samples, TrainingPlan({"type": "adam", "lr": 0.02}, epochs=20, batch_size=10)
    ).events()
    plain, *_, expected = Training(
        NetworkSpec(layers, named), samples, TrainingPlan({"type": "adam", "lr": 0.02}, epochs=20, batch_size=10)
    ).events()
    assert (
        [w.kind for w in start["warnings"]] == ["head-twice"]
        and start["loss_function"] == named
        and plain["warnings"] == []
    )
    assert end["train"] == expected["train"] and end["train"]["loss"] < 0.1
