"""Layers of Keras: their numbers, gradients and three steps of training against Keras itself."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.network import NetworkSpec, build_network, trace_network
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
        "SpatialDropout3D",
        "Normalization",
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


def called(one: dict, *calls: list[list]) -> dict:
    """A layer of a functional model.  calls: what leads into each of its calls, as layer, call and part."""
    return one | {
        "name": one["config"]["name"],
        "inbound_nodes": [[[*source, {}] for source in call] for call in calls],
    }


def functional(*layers: dict, outputs: list[list]) -> dict:
    return model(called(layer("InputLayer", name="i")), *layers, kind="Functional", output_layers=outputs)


def test_layers_that_are_called_twice_share_their_parameters():
    """One layer, and a model of several, each on two values; the file lists a layer before what leads into it."""
    base = model(layer("Dense", units=4, activation="tanh"), layer("Dense", units=3), name="base")
    text = functional(
        called(layer("Add", name="sum"), [["base", 0, 0], ["base", 1, 0]]),
        called(base, [["d", 0, 0]], [["d", 1, 0]]),
        called(layer("Dense", name="d", units=4), [["i", 0, 0]], [["d", 0, 0]]),
        outputs=[["sum", 0, 0]],
    )
    x = wave([3, 4], 1)
    trace, network = trace_network(NetworkSpec(text, "mse"), x, wave([3, 3], 2))
    assert [p.name for p in network.parameters] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    w = {p.name: np.asarray(trace[p.name].value) for p in network.parameters}
    first = x @ w["W1"] + w["b1"]
    both = [np.tanh(h @ w["W2"] + w["b2"]) @ w["W3"] + w["b3"] for h in (first, first @ w["W1"] + w["b1"])]
    assert close(trace["y"].value, both[0] + both[1])
    with pytest.raises(engine.EngineError) as error:
        wide = called(layer("Dense", name="d", units=5), [["i", 0, 0]], [["d", 0, 0]])
        trace_network(NetworkSpec(functional(wide, outputs=[["d", 1, 0]])), x)
    assert error.value.kind == "layer-weights"


def test_of_several_outputs_the_first_is_compared_with_targets_and_that_is_said():
    parts = [called(layer("Dense", name=name, units=n), [["i", 0, 0]]) for name, n in (("a", 2), ("b", 3))]
    trace, network = trace_network(NetworkSpec(functional(*parts, outputs=[["b", 0, 0], ["a", 0, 0]]), "mse"), *XT)
    alone, _ = trace_network(NetworkSpec(functional(parts[1], outputs=[["b", 0, 0]]), "mse"), *XT)
    assert network.output_shape == (3, 3) and trace["y2"].shape == (3, 2)
    assert [w.kind for w in trace.warnings] == ["several-outputs"] and "y2" in trace.warnings[0].message
    assert trace["y"].shape == alone["y"].shape and not np.any(trace.gradients["W1"])


XT = wave([3, 4], 1), wave([3, 3], 2)


def test_what_is_not_trained_stays_as_it_is():
    """A frozen normalisation takes the mean and variance that it has kept, as Keras does."""
    for frozen in (
        model(layer("Dense", units=3, trainable=False), layer("BatchNormalization", trainable=False, epsilon=0.5)),
        model(layer("Dense", units=3), layer("BatchNormalization", epsilon=0.5), trainable=False, name="inner"),
    ):
        spec = NetworkSpec(model(*frozen["config"]["layers"], layer("Dense", units=3)), "mse")
        if "trainable" in frozen["config"]:
            spec = NetworkSpec(model(frozen, layer("Dense", units=3)), "mse")
        trace, network = trace_network(spec, *XT)
        w = {p.name: np.asarray(trace[p.name].value) for p in network.parameters}
        assert close(trace["y"].value, (XT[0] @ w["W1"] / 1.5**0.5) @ w["W2"])
        assert [p.name for p in network.parameters if not p.frozen] == ["W2", "b2"]
        *_, end = Training(spec, samples_of({"x": XT[0]}, XT[1]), TrainingPlan("sgd", 2)).events()
        moved = [name for name, value in end["parameters"].items() if not close(value, w[name])]
        assert moved == ["W2", "b2"]


def test_names_of_layers_are_made_such_that_they_can_be_used():
    """A layer and its activation are two here, Keras numbers its layers, and a name may be one of ours."""
    names = ["dense", "dense_relu", "dense_relu_2", "y", "W1", "lambda", "x", "class", "1st", "a b", "a_b", "F"]
    layers = [layer("Dense", units=4, activation="relu", name=name) for name in names]
    older = {"class_name": "Sequential", "config": [{"class_name": "Sequential", "config": layers}]}
    for text in (model(*layers), older):
        _, network = trace_network(NetworkSpec(text), XT[0])
        assert len({one.name for one in network.layers}) == 2 * len(names) == len(network.layers)
        assert network.layers[0].name.endswith("dense") and len(network.parameters) == 2 * len(names)


def test_biases_begin_as_they_are_told_to():
    one = {"class_name": "VarianceScaling", "config": {"scale": 3, "mode": "fan_avg", "distribution": "uniform"}}
    for given, low, high in (
        (one, -((9 / 500) ** 0.5), (9 / 500) ** 0.5),
        ("ones", 1, 1),
        ("random_uniform", -0.05, 0.05),
    ):
        text = model(layer("Dense", units=500, bias_initializer=given))
        bias = np.asarray(trace_network(NetworkSpec(text), XT[0])[0]["b1"].value)
        assert low <= bias.min() < low + 0.01 and high - 0.01 < bias.max() <= high
    text = model(layer("Bidirectional", layer=layer("LSTM", units=2), merge_mode="concat"))
    trace, _ = trace_network(NetworkSpec(text), wave([2, 3, 4], 1))
    for name in ("b1", "br1"):
        assert close(trace[name].value, [0, 0, 1, 1, 0, 0, 0, 0])


def test_data_are_normalised_by_what_the_layer_tells():
    x = wave([3, 4], 1)
    for told, m, v in (({}, 0, 1), ({"mean": 0.5, "variance": 4.0}, 0.5, 4), ({"mean": [1, 2, 3, 4]}, [1, 2, 3, 4], 1)):
        trace, network = trace_network(NetworkSpec(model(layer("Normalization", **told), layer("ReLU"))), x)
        assert close(trace["y"].value, np.maximum((x - m) / np.sqrt(v), 0)) and all(
            p.frozen for p in network.parameters
        )


def test_steps_that_are_left_out_are_told_where_the_loss_takes_them():
    words = np.array([[1.0, 2, 0], [3, 0, 0]])
    steps = model(
        layer("Embedding", input_dim=4, output_dim=2, mask_zero=True), layer("LSTM", units=2, return_sequences=True)
    )
    trace, _ = trace_network(NetworkSpec(steps, "mse"), words, np.zeros((2, 3, 2)))
    assert [w.kind for w in trace.warnings] == ["masked-loss"] and close(*np.asarray(trace["y"].value)[1, [2, 0]])
    with pytest.raises(engine.EngineError) as error:
        layers = (*steps["config"]["layers"], layer("BatchNormalization"))
        trace_network(NetworkSpec(model(*layers)), words)
    assert error.value.kind == "spec-unsupported" and "mask" in error.value.detail


def test_a_state_is_dropped_out_in_training_alone():
    for kind in ("LSTM", "GRU", "SimpleRNN"):
        text = model(layer(kind, units=2, recurrent_dropout=0.5))
        shapes = {"x": (2, 3, 4)}
        one, two = (build_network(NetworkSpec(text), shapes, mode=mode) for mode in ("train", "measure"))
        assert "dropout_mask" in one.text and "dropout_mask" not in two.text and one.dropouts == two.dropouts == 1
        plain = trace_network(NetworkSpec(model(layer(kind, units=2))), wave([2, 3, 4], 1))[0]["y"].value
        dropped = trace_network(NetworkSpec(text), wave([2, 3, 4], 1))[0]["y"].value
        assert not close(plain, dropped)


def test_layers_of_keras_1_are_those_of_later_versions():
    def first(**config: object) -> dict:
        return {"trainable": True, "b_regularizer": None, "W_constraint": None, "bias": True} | config

    penalty = {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5}
    image = [
        layer(
            "Convolution2D",
            **first(nb_filter=2, nb_row=2, nb_col=3, border_mode="same", subsample=[1, 2], dim_ordering="th"),
        ),
        layer("MaxPooling2D", pool_size=[2, 2], strides=[2, 2], border_mode="valid", dim_ordering="th"),
        layer("Dropout", p=0.0),
        layer("Flatten"),
        layer("Dense", **first(output_dim=3, init="one", W_regularizer=penalty)),
    ]
    later = [
        layer("Conv2D", filters=2, kernel_size=[2, 3], padding="same", strides=[1, 2], data_format="channels_first"),
        layer("MaxPooling2D", pool_size=2, strides=2, data_format="channels_first"),
        layer("Flatten"),
        layer(
            "Dense", units=3, kernel_initializer="ones", kernel_regularizer={"class_name": "L2", "config": {"l2": 0.5}}
        ),
    ]
    words = [
        layer("Embedding", input_dim=5, output_dim=2, init="uniform", mask_zero=False),
        layer(
            "LSTM", output_dim=2, inner_init="zero", inner_activation="sigmoid", forget_bias_init="one", dropout_U=0.0
        ),
    ]
    newer = [layer("Embedding", input_dim=5, output_dim=2, embeddings_initializer="uniform")]
    newer.append(layer("LSTM", units=2, recurrent_initializer="zeros"))
    for one, two, x in ((image, later, wave([2, 1, 4, 6], 1)), (words, newer, np.array([[0.0, 4, 2], [1, 1, 3]]))):
        one_way, other_way = [
            trace_network(NetworkSpec({"keras_version": "1.2.1", **model(*layers)}), x)[0]["y"].value
            for layers in (one, two)
        ]
        assert close(one_way, other_way)
    with pytest.raises(engine.EngineError) as error:
        trace_network(NetworkSpec(model(layer("BatchNormalization", mode=1))), XT[0])
    assert error.value.kind == "spec-unsupported" and "mode" in error.value.detail


def test_a_state_is_handed_on_as_keras_2_writes_it_and_what_gives_several_ways_of_it_is_refused():
    def told(inner: dict, *more: str) -> dict:
        state = [["a", 0, number, {}] for number in (1, 2)]
        return model(
            called(layer("InputLayer", name="i")),
            called(layer("LSTM", name="a", units=3, return_state=True), [["i", 0, 0, {}]]),
            called(inner, [["i", 0, 0, {}], *state[: 2 - len(more)]]),
            kind="Functional",
            input_layers=[["i", 0, 0]],
            output_layers=[["b", 0, 0]],
        )

    second = layer("LSTM", name="b", units=3, dropout=0.5)
    assert build_network(NetworkSpec(told(second)), {"x": (2, 4, 3)}).output_shape == (2, 3)
    both = layer("Bidirectional", name="b", merge_mode="concat", layer=layer("LSTM", units=3, return_state=True))
    for spec in (told(both), told(second, "one state of two"), model(both)):
        with pytest.raises(engine.EngineError) as error:
            build_network(NetworkSpec(spec), {"x": (2, 4, 3)})
        assert error.value.kind == "spec-unsupported" and "state" in error.value.detail


TOKENS = '[{"class_name":"__keras_tensor__","config":{"shape":[null,4],"keras_history":["input_layer_3",0,0]}}]'
EMBEDDED = '"name":"embedding","inbound_nodes":[{"args":[],'


@each(
    "old, new, kind",
    [
        ('0],"kwargs":{}', '1],"kwargs":{}', "spec-unsupported"),  # other steps than the sequence leaves out
        ('"mask_zero":true', '"mask_zero":false', "spec-unsupported"),
        ('"class_name":"NotEqual"', '"class_name":"Less"', "layer-type"),
        (EMBEDDED.replace("[]", TOKENS), EMBEDDED, "spec-unsupported"),  # of no sequence at all
    ],
)
def test_a_mask_as_an_operation_is_that_of_its_sequence_or_refused(old, new, kind):
    model = json.dumps(CASES["a mask as an operation"]["model"], separators=(",", ":"))
    assert build_network(NetworkSpec(json.loads(model)), {"x": (2, 4)}).parameters
    with pytest.raises(engine.EngineError) as refused:
        build_network(NetworkSpec(json.loads(model.replace(old, new))), {"x": (2, 4)})
    assert model != model.replace(old, new) and refused.value.kind == kind


def operation(kind: str, *args: object, **config: object) -> dict:
    """A model of an input and an operation."""
    x = {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}
    given = [x if one == "x" else one for one in args]
    part = {"module": "keras.src.ops.numpy", "name": "o", "inbound_nodes": [{"args": given, "kwargs": {}}]}
    layers = [
        {"class_name": "InputLayer", "name": "x", "config": {"batch_shape": [None, 3], "name": "x"}},
        part | {"class_name": kind, "config": {"name": "o", **config}},
    ]
    return {
        "class_name": "Functional",
        "config": {"layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["o", 0, 0]]},
    }


@each(
    "model, kind",
    [
        (operation("Any", "x", axis=-1, keepdims=False), "layer-type"),  # of values, not of a mask
        (operation("NotEqual", "x", 0), "spec-unsupported"),  # a mask is no value
        (operation("Multiply", "x", 10**400), "layer-type"),
        (operation("Add", "x", True), "layer-type"),
        (operation("Add", 1, 2), "layer-type"),
        (operation("TrueDivide", "x", 0), "layer-type"),
        (operation("TrueDivide", "x", 1e-320), "spec-number"),
        (operation("Add", "x", math.nan), "spec-number"),
    ],
)
def test_an_operation_that_no_layer_does_is_refused(model, kind):
    with pytest.raises(engine.EngineError) as refused:
        build_network(NetworkSpec(json.dumps(model)), {"x": (2, 3)})
    assert refused.value.kind == kind and "hidden" not in str(refused.value)
