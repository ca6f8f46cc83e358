"""Training: published updates, other libraries' optimizers, and runs that are the same for the same seeds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.advising.advice import NON_FINITE
from gradlens.engine.networks.data.sets import CATALOGUE, load_dataset, prepared
from gradlens.engine.networks.evaluation import AT_ONCE
from gradlens.engine.networks.network import NetworkSpec
from gradlens.engine.networks.optimizers import OPTIMIZERS, read_optimizer
from gradlens.engine.networks.training import Samples, Training, TrainingLimits, TrainingPlan, samples_of
from tests.each import each
from tests.engine.numerics import close
from tests.engine.test_network import MAZUR

LINE = samples_of({"x": np.array([[0.0], [1.0], [2.0], [3.0]])}, np.array([1.0, 3.0, 5.0, 7.0]))  # t = 2 x + 1
NEURON = [{"type": "affine", "units": 1, "W": [[0.0]], "b": [0.0]}]


def run(layers: object, loss: object, samples: Samples, plan: TrainingPlan, **spec: Any) -> list[dict]:
    return list(Training(NetworkSpec(layers, loss, **spec), samples, plan).events())


def of(name: str, train: int | None = None, **options: Any) -> Samples:
    data = prepared(load_dataset(name, **options), unit=CATALOGUE[name].unit, train=train, test=None, seed=0)
    return Samples({"x": data.x}, data.t, data.train, data.classes)


# ------------------------------------------------------------------ textbooks


def test_mazurs_update_gives_his_weights_and_the_error_after_it_with_biases_held_fixed():
    """M.

    Mazur, A Step by Step Backpropagation Example (2015). The error after the update is the one that his weights give.
    """
    samples = samples_of({"x": np.array([[0.05, 0.10]])}, np.array([[0.01, 0.99]]))
    plan = TrainingPlan({"type": "sgd", "lr": 0.5}, steps=1, freeze=("b1", "b2"))
    _, step, end = run(MAZUR, "mse", samples, plan)
    assert close(step["loss"], 0.298371109, rtol=0, atol=5e-10)
    assert close(end["parameters"]["W1"], [[0.149780716, 0.24975114], [0.19956143, 0.29950229]], rtol=0, atol=5e-9)
    assert close(end["parameters"]["W2"], [[0.35891648, 0.511301270], [0.408666186, 0.561370121]], rtol=0, atol=5e-9)
    assert close(end["parameters"]["b1"], [0.35, 0.35]) and close(end["parameters"]["b2"], [0.6, 0.6])
    assert close(end["loss"], 0.2910277737, rtol=0, atol=5e-11)


def test_mazurs_update_with_every_neurons_bias_trained():
    samples = samples_of({"x": np.array([0.05, 0.10])}, np.array([0.01, 0.99]))  # a single sample needs no brackets
    *_, end = run(MAZUR, "mse", samples, TrainingPlan({"type": "sgd", "lr": 0.5}, steps=1))
    assert close(end["loss"], 0.2804714468, rtol=0, atol=5e-11)


def test_two_affine_layers_with_relu_read_digits_they_have_not_seen():
    plan = TrainingPlan({"type": "momentum", "lr": 0.1}, epochs=8, batch_size=50, report_every=1000)
    *_, end = run(
        [{"type": "affine", "units": 50}, "relu", {"type": "affine", "units": 10}],
        "softmax_cross_entropy",
        of("digits"),
        plan,
    )
    assert end["reason"] == "steps" and end["test"]["accuracy"] > 0.95


def test_two_hidden_layers_untangle_the_spiral():
    """A net that a reader of TensorFlow Playground would choose: two hidden layers of 16 neurons."""
    layers = [
        {"type": "affine", "units": 16},
        "relu",
        {"type": "affine", "units": 16},
        "relu",
        {"type": "affine", "units": 1},
    ]
    plan = TrainingPlan({"type": "adam", "lr": 0.02}, epochs=150, batch_size=32, report_every=10_000)
    *_, end = run(layers, "sigmoid_cross_entropy", of("spiral"), plan)
    assert end["train"]["accuracy"] > 0.95 and end["test"]["accuracy"] > 0.95


def test_a_line_is_found_by_gradient_descent():
    *_, end = run(NEURON, "mse", LINE, TrainingPlan({"type": "sgd", "lr": 0.1}, steps=500, report_every=500))
    assert close(end["parameters"]["W1"], [[2.0]], rtol=1e-6) and close(end["parameters"]["b1"], [1.0], rtol=1e-6)


def test_the_first_figures_are_those_of_a_calculation_by_hand():
    """y = 0: the loss is (1 + 9 + 25 + 49) / 4 = 21, dW = -2 (0 + 3 + 10 + 21) / 4 = -17, db = -2 · 16 / 4 = -8; W
    becomes 1.7, b 0.8.
    """
    _, step, end = run(NEURON, "mse", LINE, TrainingPlan({"type": "sgd", "lr": 0.1}, steps=1))
    assert (
        step["loss"] == 21
        and step["gradient_norms"] == {"W1": 17, "b1": 8}
        and step["update_ratios"] == {"W1": None, "b1": None}
    )
    assert close(end["parameters"]["W1"], [[1.7]]) and close(end["parameters"]["b1"], [0.8])
    _, first, second, _ = run(NEURON, "mse", LINE, TrainingPlan({"type": "sgd", "lr": 0.1}, steps=2))
    assert first["step"] == 1 and close(second["update_ratios"]["b1"], 0.1 * second["gradient_norms"]["b1"] / 0.8)


# ----------------------------------------------------------------- optimizers

# Three steps from (1, -1) with these gradients, at lr 0.1 and weight decay 0.01, by torch.optim of PyTorch 2.13.
GRADIENTS = ([1.0, -2.0], [0.5, 0.25], [-3.0, 1e-3])
PYTORCH = {
    "sgd": [1.147252899, -0.8224777990000001],
    "momentum": [0.928824699, -0.500729599],
    "nesterov": [1.083774515241, -0.374072879341],
    "adagrad": [0.9485337767745885, -0.9115037258231721],
    "rmsprop": [0.49188191020321115, -0.1239194992295464],
    "adam": [0.8409370037302822, -0.7975243929022012],
}


def test_every_optimizer_moves_as_pytorchs_does():
    assert PYTORCH.keys() == OPTIMIZERS.keys()
    for kind, expected in PYTORCH.items():
        optimizer = read_optimizer({"type": kind, "lr": 0.1, "weight_decay": 0.01})
        value = np.array([1.0, -1.0])
        slots = optimizer.start(value)
        for step, gradient in enumerate(GRADIENTS, 1):
            value = value - optimizer.update(value, np.array(gradient), slots, step)
        assert close(value, expected, rtol=1e-12), kind


@each(
    "optimizer, kind, part",
    [
        ("adma", "spec-choice", 'Did you mean "adam"?'),
        ({"type": "sgd", "momentum": 0.9}, "spec-field", '"momentum"'),
        ({"type": "sgd", "lr": -1}, "spec-number", "optimizer.lr"),
        ({"type": "sgd", "lr": "fast"}, "spec-number", "fast"),
        ({"type": "adam", "beta1": 1}, "spec-number", "< 1"),
        ({"lr": 1}, "spec-missing", '"type"'),
        (3, "spec-object", "optimizer"),
    ],
)
def test_a_wrong_optimizer_is_told(optimizer, kind, part):
    with pytest.raises(engine.EngineError) as error:
        read_optimizer(optimizer)
    assert error.value.kind == kind and part in error.value.detail


# ---------------------------------------------------------------- the same run

NET = [
    {"type": "affine", "units": 6},
    {"type": "batch_norm"},
    "relu",
    {"type": "dropout", "rate": 0.25},
    {"type": "affine", "units": 3},
]


def same(a: Any, b: Any) -> bool:
    """Bit for bit."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return np.array_equal(a, b)


def test_the_same_seeds_give_the_same_run_bit_for_bit_and_others_another():
    def events(**plan: Any) -> list[dict]:
        return run(NET, "softmax_cross_entropy", of("iris"), TrainingPlan("adam", epochs=3, batch_size=16, **plan))

    assert same(events(), events())
    assert not same(events()[-1]["parameters"], events(shuffle_seed=1)[-1]["parameters"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_that_is_resumed_goes_on_as_if_it_had_not_ended(optimizer):
    whole = run(NET, "softmax_cross_entropy", of("iris"), TrainingPlan(optimizer, steps=20, batch_size=16))
    half = run(NET, "softmax_cross_entropy", of("iris"), TrainingPlan(optimizer, steps=9, batch_size=16))[-1]
    rest = run(
        NET,
        "softmax_cross_entropy",
        of("iris"),
        TrainingPlan(optimizer, steps=11, batch_size=16, resume=half["resume"]),
        parameters=half["parameters"],
    )
    assert [event["step"] for event in rest if event["event"] == "step"] == list(range(10, 21))
    assert same(rest[-1], whole[-1])


def test_a_state_that_does_not_fit_is_told():
    for resume, kind in (
        ({"step": 3, "slots": {}}, "training-state"),
        ({"step": 3, "slots": {"W1": {"velocity": 1.0}, "b1": {"velocity": [0.0]}}}, "layer-weights"),
        ({"step": -1}, "spec-whole"),
        ({}, "spec-missing"),
    ):
        with pytest.raises(engine.EngineError) as error:
            Training(NetworkSpec(NEURON, "mse"), LINE, TrainingPlan("momentum", steps=1, resume=resume))
        assert error.value.kind == kind


def test_every_epoch_meets_every_training_sample_once_in_an_order_of_its_own():
    samples = samples_of({"x": np.arange(10.0)[:, None]}, np.zeros(10), train=8)
    training = Training(NetworkSpec(NEURON, "mse"), samples, TrainingPlan(epochs=2, batch_size=3))
    epochs = [
        np.concatenate([np.ravel(training.batch(step)["x"]) for step in steps]).tolist()
        for steps in ((1, 2, 3), (4, 5, 6))
    ]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(8)) and epochs[0] != epochs[1]
    still = Training(NetworkSpec(NEURON, "mse"), samples, TrainingPlan(epochs=1, batch_size=3, shuffle=False))
    assert [np.ravel(still.batch(step)["x"]).tolist() for step in (1, 3)] == [[0, 1, 2], [6, 7]]


def test_a_step_drops_what_no_other_step_drops():
    training = Training(
        NetworkSpec([{"type": "dropout", "rate": 0.5}, {"type": "affine", "units": 1}], "mse"),
        samples_of({"x": np.ones((4, 20))}, np.zeros(4)),
        TrainingPlan(steps=3, trace_at=(1, 2)),
    )
    first, second = (event["trace"]["h1"].value for event in training.events() if event["event"] == "trace")
    assert not np.array_equal(first, second) and set(first.ravel()) == {0.0, 2.0}


# ------------------------------------------------------------------ the events


def test_a_trace_is_of_the_steps_batch_before_its_update_and_reproduces_its_loss():
    samples = of("iris")
    events = run(
        [{"type": "affine", "units": 3}],
        "softmax_cross_entropy",
        samples,
        TrainingPlan(steps=5, batch_size=10, trace_at=(3,)),
    )
    step = next(event for event in events if event["event"] == "step" and event["step"] == 3)
    trace = next(event["trace"] for event in events if event["event"] == "trace")
    assert trace["loss"].value == step["loss"]
    assert close(np.linalg.norm(trace.gradients["W1"]), step["gradient_norms"]["W1"])


@each("optimizer", OPTIMIZERS)
def test_the_updates_of_a_traced_step_are_what_the_next_parameters_have_more_than_those_of_the_trace(optimizer):
    samples = of("iris")
    layers = [{"type": "affine", "units": 4}, "tanh", {"type": "affine", "units": 3}]
    spec = {"type": optimizer, "lr": 0.05, "weight_decay": 0.01}
    plan = TrainingPlan(spec, steps=3, batch_size=10, trace_at=(3,), freeze=("b1",))
    *_, traced, end = run(layers, "softmax_cross_entropy", samples, plan)
    assert set(traced["updates"]) == {"W1", "W2", "b2"}
    for name, update in traced["updates"].items():
        before, after = traced["trace"][name].value, end["parameters"][name]
        assert np.array_equal(before + update["added"], after)
        assert update["rising"] == np.sum(after > before) and update["falling"] == np.sum(after < before)
        assert close(update["ratio"], np.linalg.norm(after - before) / np.linalg.norm(before), rtol=1e-9)


def test_reports_come_at_the_first_step_every_so_many_and_at_the_last():
    steps = [
        event["step"]
        for event in run(NEURON, "mse", LINE, TrainingPlan({"type": "sgd", "lr": 0.01}, steps=25, report_every=10))
        if event["event"] == "step"
    ]
    assert steps == [1, 10, 20, 25]


def test_loss_and_accuracy_on_held_out_samples_are_those_of_the_network_written_out():
    samples = of("iris", train=100)
    *_, end = run(
        [{"type": "affine", "units": 3}], "softmax_cross_entropy", samples, TrainingPlan(steps=3, batch_size=7)
    )
    y = samples.x["x"] @ end["parameters"]["W1"] + end["parameters"]["b1"]
    for part, chosen in (("train", slice(0, 100)), ("test", slice(100, 150))):
        logs = y[chosen] - np.log(np.exp(y[chosen]).sum(axis=1, keepdims=True))
        labels = np.asarray(samples.t)[chosen].astype(int)
        assert close(end[part]["loss"], -logs[np.arange(len(labels)), labels].mean())
        assert close(end[part]["accuracy"], (y[chosen].argmax(axis=1) == labels).mean())


def test_evaluation_leaves_penalties_and_dropout_out():
    layers = [{"type": "dropout", "rate": 0.5}, *NEURON]
    _, step, end = run(
        layers,
        "mse",
        LINE,
        TrainingPlan({"type": "sgd", "lr": 0.0}, steps=1),
        parameters={"W1": [[2.0]], "b1": [1.0]},
        l2=1.0,
    )
    assert step["train"]["loss"] == 0 and step["loss"] > 2 and end["train"]["accuracy"] is None


def test_batch_normalisation_is_evaluated_with_the_averages_of_batches():
    """Ioffe and Szegedy 2015, algorithm 2: the mean of the batches' means and of their unbiased variances."""
    x = np.random.default_rng(0).normal(3, 2, (24, 2))
    samples = samples_of({"x": x}, np.zeros((24, 2)), train=20)
    training = Training(
        NetworkSpec([{"type": "batch_norm", "eps": 0.0}], "mse"),
        samples,
        TrainingPlan({"type": "sgd", "lr": 0}, steps=1, batch_size=10, predict={"x": x[20:]}),
    )
    _, step, _ = training.events()
    batches = x[:20].reshape(2, 10, 2)
    mean, variance = batches.mean(axis=(0, 1)), batches.var(axis=1, ddof=1).mean(axis=0)
    assert close(step["predictions"], (x[20:] - mean) / np.sqrt(variance))


def test_predictions_come_with_every_report():
    events = run(
        NEURON,
        "mse",
        LINE,
        TrainingPlan({"type": "sgd", "lr": 0.1}, steps=2, predict={"x": np.array([[10.0]] * (AT_ONCE + 1))}),
    )
    assert close(events[1]["predictions"], np.zeros((AT_ONCE + 1, 1))) and close(events[2]["predictions"][-1], [17.8])


# ------------------------------------------------------------------ its ends


def test_a_diverging_loss_is_reported_with_the_step_and_the_first_node_to_blame():
    *_, end = run(NEURON, "mse", LINE, TrainingPlan({"type": "sgd", "lr": 1e10}, steps=100))
    assert end["reason"] == "diverged" and not math.isfinite(end["loss"])
    assert end["warning"].kind in NON_FINITE and end["warning"].node is not None
    assert 1 < end["step"] < 100


def test_a_diverged_training_names_the_layer():
    layers = [
        {"type": "affine", "units": 1, "W": [[1.0]], "b": [0.0]},
        {"type": "affine", "units": 1, "name": "huge", "W": [[1e200]], "b": [0.0]},
    ]
    *_, end = run(layers, "mse", samples_of({"x": np.array([[1e200]])}, np.array([0.0])), TrainingPlan(steps=5))
    assert end["step"] == 1 and end["layer"] == "huge"


def test_data_that_is_not_finite_is_named():
    *_, end = run(NEURON, "mse", samples_of({"x": np.array([[np.nan]])}, np.array([0.0])), TrainingPlan(steps=5))
    assert (end["reason"], end["step"], end["warning"].kind) == ("diverged", 1, "non-finite-input")


def test_when_the_time_is_up_it_ends_with_what_it_has_learnt():
    asked = iter([False, False, True])
    *_, end = Training(NetworkSpec(NEURON, "mse"), LINE, TrainingPlan({"type": "sgd", "lr": 0.1}, steps=100)).events(
        lambda: next(asked)
    )
    assert (
        (end["reason"], end["step"]) == ("budget", 3)
        and end["resume"]["step"] == 3
        and end["parameters"]["W1"][0, 0] > 0
    )


@each(
    "plan, kind, figures",
    [
        (TrainingPlan(steps=101), "training-steps", ("101", "100")),
        (TrainingPlan(epochs=51, batch_size=2), "training-steps", ("102", "100")),
        (TrainingPlan(steps=100), "training-work", ("3000",)),
        (TrainingPlan(), "training-length", ()),
        (TrainingPlan(steps=1, freeze=("W2",)), "unknown-parameter", ("W2",)),
        (TrainingPlan(steps=1, predict={"x": np.zeros((3, 2))}), "input-shape", ("(3, 2)",)),
        (TrainingPlan(steps=1, predict={"z": np.zeros((3, 1))}), "unknown-input", ("z",)),
    ],
)
def test_what_cannot_be_run_is_told_before_anything_is_computed(plan, kind, figures):
    with pytest.raises(engine.EngineError) as error:
        Training(NetworkSpec(NEURON, "mse"), LINE, plan, TrainingLimits(steps=100, flops=3000))
    assert error.value.kind == kind and all(figure in error.value.detail for figure in figures)


@pytest.mark.parametrize(
    ("layers", "loss", "x", "t", "kind"),
    [
        (NEURON, None, [[1.0]], [1.0], "training-loss"),
        (NEURON, {"type": "mse", "reduction": "none"}, [[1.0]], [1.0], "training-loss"),
        (NEURON, "mse", [[1.0], [2.0]], [1.0], "sample-count"),
        (NEURON, "mse", np.zeros((0, 1)), [], "data-empty"),
        (NEURON, "mse", [[1.0]], [[1.0, 2.0]], "targets-shape"),
        ([{"type": "affine", "units": 3}], "softmax_cross_entropy", [[1.0], [2.0]], [0, 3], "labels-range"),
    ],
)
def test_data_that_does_not_fit_is_told(layers, loss, x, t, kind):
    with pytest.raises(engine.EngineError) as error:
        Training(NetworkSpec(layers, loss), samples_of({"x": np.array(x)}, np.array(t)), TrainingPlan(steps=1))
    assert error.value.kind == kind


def test_the_work_is_known_before_it_is_done():
    """x @ W + b on 4 rows: 4 · 3 forward; the figure of a training is its steps' passes and reports' evaluations."""
    one, two = (
        Training(NetworkSpec(NEURON, "mse"), LINE, TrainingPlan(steps=steps, report_every=1000)) for steps in (1, 11)
    )
    program = one.program(4, 1).graph
    assert two.flops - one.flops >= 10 * (program.forward_flops + program.backward_flops)
