"""Layers of Keras: their numbers, gradients and three steps of training against Keras itself."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.network import NetworkSpec, trace_network
from gradlens.engine.networks.specs.keras_layers import CLASSES
from gradlens.engine.networks.training import Training, TrainingPlan, samples_of
from tests.each import each
from tests.engine.numerics import close

FIGURES = json.loads((Path(__file__).parent / "data" / "keras_layers.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in FIGURES["cases"]}


def wave(shape: list[int], shift: float) -> np.ndarray:
    """What the figures were computed with."""
    return 0.4 * np.sin(1.7 * np.arange(math.prod(shape)) + shift).reshape(shape)


@each("name", CASES)
def test_a_model_gives_the_numbers_gradients_and_steps_of_keras(name):
    case = CASES[name]
    words = case["kind"] == "words"
    x = (np.arange(8) % 6).reshape(case["shape"]) if words else 2 * wave(case["shape"], 0.3)
    t = wave(case["output"], 0.7)
    values = {n: wave(shape, i + 1) + (len(shape) == 1) for i, (n, shape, _) in enumerate(case["gradients"])}
    spec = NetworkSpec(case["model"] | {"keras_version": "3.15.1"}, "mse", parameters=values)
    trace, network = trace_network(spec, x, t)
    assert {p.name for p in network.parameters} == values.keys()
    # Keras computes in parts in float32.
    assert close(trace["y"].value, np.reshape(case["y"], case["output"]), rtol=2e-6, atol=2e-6)
    for parameter, _, told in case["gradients"]:
        gradient = np.asarray(trace.gradients[parameter], dtype=np.float64).ravel()
        assert close(gradient @ np.cos(np.arange(gradient.size)), told, rtol=2e-6, atol=2e-6), parameter
    training = Training(spec, samples_of({"x": x}, t), TrainingPlan({"type": "sgd", "lr": 0.1}, 3, shuffle=False))
    losses = [event["loss"] for event in training.events(lambda: False) if event["event"] in ("step", "end")]
    assert close(losses, case["losses"], rtol=2e-6)


def test_every_class_is_compared_with_keras():
    told = Path(__file__).parent / "data"
    text = "".join((told / f"{name}.json").read_text(encoding="utf-8") for name in ("keras", "keras_layers"))
    drawn = {
        "SimpleRNN",
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "ThresholdedReLU",
    }  # the last is of Keras 2 alone
    assert {name for name in CLASSES if f'"class_name":"{name}"' not in text} <= drawn


def test_a_simple_recurrent_layer_is_elmans():
    x, w, u, b = wave([2, 3, 4], 1), wave([4, 2], 2), wave([2, 2], 3), wave([2], 4)
    config = {"units": 2, "return_sequences": True}
    model = {"class_name": "Sequential", "config": {"layers": [{"class_name": "SimpleRNN", "config": config}]}}
    trace, _ = trace_network(NetworkSpec(model, parameters={"W1": w, "U1": u, "b1": b}), x)
    h, found = np.zeros((2, 2)), []
    for i in range(3):
        h = np.tanh(x[:, i] @ w + h @ u + b)
        found.append(h)
    assert close(trace["y"].value, np.stack(found, axis=1))


def layer(kind: str, **config: object) -> dict:
    return {"class_name": kind, "config": config}


def model(*layers: dict, kind: str = "Sequential", **more: object) -> dict:
    return {"class_name": kind, "config": {"layers": list(layers), **more}}


def test_a_model_within_a_model_is_its_layers_in_their_place():
    def call(one: dict, *sources: str) -> dict:
        return one | {"name": one["config"]["name"], "inbound_nodes": [[[source, 0, 0, {}] for source in sources]]}

    first, second = layer("Dense", units=3, activation="relu"), layer("Dense", units=2)
    flat = model(first, second, layer("Dense", units=1))
    # Names of layers are those of one model each.
    inner = model(first, second, kind="Sequential", name="inner")
    joined = model(
        call(layer("InputLayer", name="u")),
        call(layer("Dense", name="first", units=3, activation="relu"), "u"),
        call(layer("Dense", name="second", units=2), "first"),
        kind="Functional",
        name="joined",
        input_layers=[["u", 0, 0]],
        output_layers=[["second", 0, 0]],
    )
    x = wave([3, 4], 1)
    expected = trace_network(NetworkSpec(flat, init_seed=3), x)[0]["y"].value
    for nested in (
        model(inner, layer("Dense", units=1)),
        model(joined, layer("Dense", units=1)),
        model(model(inner, name="outer"), layer("Dense", units=1)),
        model(
            call(layer("InputLayer", name="i")),
            call(joined, "i"),
            call(layer("Dense", name="last", units=1), "joined"),
            kind="Functional",
            output_layers=[["last", 0, 0]],
        ),
    ):
        assert close(trace_network(NetworkSpec(nested, init_seed=3), x)[0]["y"].value, expected)
    with pytest.raises(engine.EngineError) as error:
        frozen = model(first, name="inner", trainable=False)
        trace_network(NetworkSpec(model(frozen, second)), x)
    assert error.value.kind == "spec-unsupported" and "layers[0]" in error.value.detail
