"""Keras configurations: their numbers and counts against Keras itself, and options that have no counterpart."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.network import NetworkSpec, build_network, trace_network
from gradlens.engine.networks.specs.keras_layers import ACTIVATIONS
from gradlens.engine.networks.training import Training, TrainingPlan, samples_of
from tests.each import each
from tests.engine.numerics import close

FIGURES = json.loads((Path(__file__).parent / "data" / "keras.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in FIGURES["cases"]}
ROW = [[-1.0, 0.5]]


def sequential(*layers: tuple[str, dict], **more: object) -> dict:
    return {
        "class_name": "Sequential",
        "config": {"layers": [{"class_name": kind, "config": config} for kind, config in layers]},
        **more,
    }


def output(model: object, x: object = ROW, **parameters: object) -> list:
    return np.asarray(trace_network(NetworkSpec(model, parameters=parameters), x)[0]["y"].value).tolist()


@each("name", CASES)
def test_a_model_gives_the_numbers_and_counts_of_keras_in_the_models_own_layout(name):
    case = CASES[name]
    model = case["model"] | {"keras_version": "3.15.1"}
    trace, network = trace_network(NetworkSpec(model, "mse", parameters=case["parameters"]), case["x"], case["y"])
    assert close(trace["y"].value, case["y"], rtol=1e-5, atol=1e-5)  # Keras computes in parts in float32
    assert trace["loss"].value < 1e-10  # a target in the model's layout is compared element by element
    assert sum(int(np.prod(p.shape)) for p in network.parameters) == case["count"]


def test_every_activation_is_compared_with_keras():
    layers = [layer for case in CASES.values() for layer in case["model"]["config"]["layers"]]
    assert ACTIVATIONS.keys() - {"swish", "hard_swish", "exponential"} | {"hard_sigmoid", "linear"} <= {
        layer["config"].get("activation") for layer in layers
    }  # Keras writes silu and hard_silu; exponential is among the layers


# ------------------------------------------------------------- two versions

HARD = {2: [[0.3, 0.6]], 3: [[2 / 6, 3.5 / 6]]}  # of -1 and 0.5: 0.2 x + 0.5, and relu6(x + 3) / 6


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (2, {"keras_version": "2.15.0"}),
        (2, {"keras_version": "2.2.4-tf"}),
        (2, {"keras_version": "1.2.2"}),
        (2, {"keras_version": "tfjs-layers 4.2.0"}),
        (3, {"keras_version": "3.3.3"}),
    ],
)
def test_hard_sigmoid_is_that_of_the_version_that_is_told(version, told):
    model = sequential(("Activation", {"activation": "hard_sigmoid"}), **told)
    assert close(output(model), HARD[version]) and close(output(json.dumps(model)), HARD[version])
    wrapped = {"modelTopology": {"model_config": sequential(("Activation", {"activation": "hard_sigmoid"})), **told}}
    assert close(output(wrapped), HARD[version])
    edges = [[-2.5, 2.5, -2.4, -3.1, 2.9]]
    kinks = {2: [[0, 1, 0.02, 0, 1]], 3: [[0.5 / 6, 5.5 / 6, 0.6 / 6, 0, 5.9 / 6]]}
    assert close(output(model, edges), kinks[version])


@pytest.mark.parametrize(
    ("version", "layer"),
    [
        (2, ("InputLayer", {"batch_input_shape": [None, 2]})),
        (3, ("InputLayer", {"batch_shape": [None, 2]})),
        (
            3,
            (
                "Dropout",
                {"rate": 0.0, "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}}},
            ),
        ),
    ],
)
def test_a_version_is_known_by_what_it_alone_writes(version, layer):
    assert close(output(sequential(layer, ("Activation", {"activation": "hard_sigmoid"}))), HARD[version])


def test_what_depends_on_a_version_that_nothing_tells_is_refused():
    for model in (
        sequential(("Activation", {"activation": "hard_sigmoid"})),
        sequential(("Dense", {"units": 2, "activation": "hard_sigmoid"}))["config"],
    ):
        with pytest.raises(engine.EngineError) as error:
            output(model)
        assert error.value.kind == "spec-version" and "keras_version" in error.value.detail
        assert output(model | {"keras_version": "3.0.0"})  # the remedy


# ------------------------------------------------------ options that change numbers

DENSE = {"units": 2}
HONOURED = {
    "bias of ones": (("Dense", DENSE | {"bias_initializer": {"class_name": "Ones", "config": {}}}), {"b1": [1, 1]}),
    "bias of a number": (
        ("Dense", DENSE | {"bias_initializer": {"class_name": "Constant", "config": {"value": 0.1}}}),
        {"b1": [0.1, 0.1]},
    ),
    "bias by a word": (("Dense", DENSE | {"bias_initializer": "ones"}), {"b1": [1, 1]}),
    "no bias": (("Dense", DENSE | {"use_bias": None, "bias_initializer": "ones"}), {}),
    "weights of a number": (
        ("Dense", DENSE | {"kernel_initializer": {"class_name": "Constant", "config": {"value": 3}}}),
        {"W1": [[3, 3], [3, 3]]},
    ),
    "weights of zeros": (("Dense", DENSE | {"kernel_initializer": "zeros"}), {"W1": [[0, 0], [0, 0]]}),
    "scale and shift": (
        (
            "BatchNormalization",
            {"gamma_initializer": {"class_name": "Constant", "config": {"value": 2}}, "beta_initializer": "ones"},
        ),
        {"gamma1": [2, 2], "beta1": [1, 1]},
    ),
}


@each("case", HONOURED)
def test_first_values_are_those_of_the_configuration(case):
    layer, expected = HONOURED[case]
    trace, network = trace_network(NetworkSpec(sequential(layer)), [[1.0, 2.0], [3.0, 5.0]])
    for name, value in expected.items():
        assert close(trace[name].value, value)
    assert expected or [p.name for p in network.parameters] == ["W1"]


def test_a_variance_scaling_is_the_draw_that_it_is_another_name_of():
    scaling = {
        "he": (2, "fan_in", "truncated_normal"),
        "he_uniform": (2, "fan_in", "uniform"),
        "xavier": (1, "fan_avg", "truncated_normal"),
        "xavier_uniform": (1.0, "fan_avg", "uniform"),
    }
    for init, (scale, mode, distribution) in scaling.items():
        given = {
            "class_name": "VarianceScaling",
            "config": {"scale": scale, "mode": mode, "distribution": distribution, "seed": None},
        }
        assert (
            build_network(NetworkSpec(sequential(("Dense", DENSE | {"kernel_initializer": given}))), {"x": (1, 2)})
            .parameters[0]
            .init
            == init
        )


def test_weights_are_drawn_between_the_bounds_that_are_told():
    given = {"class_name": "RandomUniform", "config": {"minval": -0.25, "maxval": 0.25, "seed": None}}
    for layer in (
        ("Embedding", {"input_dim": 50, "output_dim": 40, "embeddings_initializer": given}),
        ("Dense", {"units": 1000, "kernel_initializer": given}),
    ):
        drawn = np.asarray(trace_network(NetworkSpec(sequential(layer)), [[0.0, 1.0]])[0]["W1"].value)
        assert (
            0.24 < drawn.max() <= 0.25 and -0.25 <= drawn.min() < -0.24 and close(drawn.std(), 0.25 / 3**0.5, rtol=0.05)
        )


OBJECT = {"class_name": "Strange", "config": {}}
LAYERS = {
    "Dense": DENSE,
    "Conv2D": {"filters": 1, "kernel_size": 1},
    "BatchNormalization": {},
    "LayerNormalization": {},
    "Embedding": {"input_dim": 3, "output_dim": 2},
    "Dropout": {"rate": 0.5},
    "Activation": {"activation": "relu"},
    "Softmax": {},
    "Flatten": {},
    "MaxPooling2D": {},
    "ReLU": {},
    "LeakyReLU": {},
    "ELU": {},
    "Rescaling": {"scale": 2},
    "Reshape": {"target_shape": [2]},
}
REFUSED = [
    *(
        ("Dense", option, OBJECT)
        for option in (
            "kernel_initializer",
            "bias_initializer",
            "kernel_regularizer",
            "bias_regularizer",
            "activity_regularizer",
            "kernel_constraint",
            "bias_constraint",
            "activation",
            "quantization_config",
        )
    ),
    ("Dense", "kernel_initializer", {"class_name": "RandomNormal", "config": {"mean": 1.0, "stddev": 0.1}}),
    ("Dense", "kernel_initializer", {"class_name": "RandomUniform", "config": {"minval": 0, "maxval": 1}}),
    ("Dense", "kernel_initializer", {"class_name": "RandomUniform", "config": {"minval": "a"}}),
    (
        "Dense",
        "kernel_initializer",
        {"class_name": "VarianceScaling", "config": {"scale": 3.0, "mode": "fan_on", "distribution": "uniform"}},
    ),
    ("Dense", "bias_initializer", "glorot"),
    ("Dense", "bias_initializer", {"class_name": "Constant", "config": {"value": "NaN"}}),
    ("Dense", "kernel_regularizer", {"class_name": "L2", "config": {"l2": "0.01"}}),
    ("Dense", "kernel_regularizer", {"class_name": "Mine", "config": {"l2": 0.01}}),
    ("Dense", "kernel_regularizer", "l2"),
    ("Dense", "lora_rank", 4),
    *(("Dense", "activation", name) for name in ("flatten", "affine", "batch_norm", "gelu_tanh", "sin", "softmaks", 3)),
    ("Conv2D", "padding", "causal"),
    ("Conv2D", "data_format", "channels_middle"),
    ("Conv2D", "kernel_constraint", OBJECT),
    *(
        ("BatchNormalization", option, value)
        for option, value in {
            "axis": [1, 2],
            "renorm": True,
            "gamma_initializer": "random_normal",
            "beta_initializer": OBJECT,
            "gamma_regularizer": OBJECT,
            "beta_constraint": OBJECT,
            "virtual_batch_size": 8,
        }.items()
    ),
    *(
        ("LayerNormalization", option, value)
        for option, value in {
            "axis": [1, 2],
            "rms_scaling": True,
            "gamma_initializer": OBJECT,
        }.items()
    ),
    ("Embedding", "embeddings_initializer", OBJECT),
    ("Embedding", "embeddings_regularizer", OBJECT),
    ("Embedding", "embeddings_constraint", OBJECT),
    ("Dropout", "noise_shape", [None, 1]),
    ("Softmax", "axis", [1, 2]),
    ("Flatten", "data_format", "strange"),
    ("MaxPooling2D", "padding", "causal"),
    ("MaxPooling2D", "data_format", "strange"),
    ("ReLU", "max_value", "high"),
    ("LeakyReLU", "negative_slope", "steep"),
    ("ELU", "alpha", [1]),
    ("Rescaling", "scale", [1, 2]),
    ("Reshape", "target_shape", [-1, -1]),
    ("Reshape", "target_shape", [0]),
    *((kind, "made_up", 1) for kind in LAYERS),
]


@each("kind, option, value", REFUSED)
def test_what_would_change_numbers_and_has_no_counterpart_is_refused_by_name(kind, option, value):
    with pytest.raises(engine.EngineError) as error:
        output(sequential((kind, LAYERS[kind] | {option: value})), np.ones((2, 2)))
    assert error.value.kind.startswith("spec-")
    # The name of an option, or ours of the field that it becomes.
    assert any(
        word in error.value.detail
        for word in (
            option,
            {"negative_slope": "slope", "target_shape": "shape", "max_value": "top"}.get(option, option),
        )
    )


def test_every_required_option_is_asked_for():
    for kind, option in (
        ("Dense", "units"),
        ("Conv2D", "filters"),
        ("Dropout", "rate"),
        ("Embedding", "output_dim"),
        ("Reshape", "target_shape"),
        ("Permute", "dims"),
        ("Rescaling", "scale"),
    ):
        config = {name: value for name, value in (LAYERS | {"Permute": {}})[kind].items() if name != option}
        with pytest.raises(engine.EngineError) as error:
            output(sequential((kind, config)))
        assert (error.value.kind, error.value.params["field"]) == ("spec-missing", option)


# ------------------------------------------------------------------ structure


def tensor(source: str, *place: int) -> dict:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [source, *(place or (0, 0))]}}


def functional(*layers: tuple, output: object = None) -> dict:
    """layers: class, name, inbound nodes, options."""
    items = [
        {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": nodes}
        for kind, name, nodes, config in layers
    ]
    return {"class_name": "Functional", "config": {"layers": items, "output_layers": output or [[layers[-1][1], 0, 0]]}}


INPUT = ("InputLayer", "i", [], {})
RELU = ("ReLU", "r", [{"args": [tensor("i")], "kwargs": {}}], {})


def test_the_models_output_is_the_one_that_it_names():
    negated = ("Rescaling", "n", [{"args": [tensor("r")]}], {"scale": -1})
    for name, expected in (("n", [[0, -0.5]]), ("r", [[0, 0.5]]), ("i", ROW)):
        for told in ([[name, 0, 0]], [name, 0, 0]):
            assert close(output(functional(INPUT, RELU, negated, output=told)), expected)


@each(
    "model",
    [
        functional(INPUT, ("ReLU", "r", [{"args": [tensor("i", 0, 1)]}], {})),
        functional(INPUT, ("Add", "a", [{"args": [tensor("i"), 1.0]}], {})),
        functional(INPUT, ("Dropout", "d", [{"args": [tensor("i")], "kwargs": {"training": True}}], {"rate": 0.5})),
        functional(INPUT, ("Dropout", "d", [[["i", 0, 0, {"training": True}]]], {"rate": 0.5})),
        functional(INPUT, RELU, output=[["r", 0, 1]]),
        functional(INPUT, RELU, output={"a": ["r", 0, 0]}),
        functional(INPUT, ("ReLU", "r", {"args": 1}, {})),
        functional(INPUT, ("ReLU", "r", [{"args": [{"class_name": "__keras_tensor__"}]}], {})),
    ],
)
def test_what_a_graph_of_layers_cannot_say_here_is_refused(model):
    with pytest.raises(engine.EngineError) as error:
        output(model)
    assert error.value.kind == "spec-unsupported"


def test_a_layer_of_a_graph_tells_what_leads_into_it():
    with pytest.raises(engine.EngineError) as error:
        output(functional(INPUT, ("ReLU", "r", [], {})))
    assert (error.value.kind, error.value.params["place"]) == ("spec-missing", "layers[1]")


def test_sums_broadcast_no_batch_into_another_axis():
    """Keras would put the missing axis after the batch's."""
    layers = [{"type": "reshape", "shape": [1, 2], "name": "a"}, {"type": "add", "input": ["a", "x"]}]
    with pytest.raises(engine.EngineError) as error:
        output(layers, np.ones((2, 2)))
    assert error.value.kind == "merge-shapes"


@pytest.mark.parametrize(
    "item",
    [
        {"module": "keras.src.ops.numpy"},
        {"module": "my_layers"},
        {"registered_name": "mine>Dense"},
        {"module": "__main__", "registered_name": "Dense"},
    ],
)
def test_a_class_that_only_has_a_layers_name_is_not_that_layer(item):
    model = {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": DENSE} | item]}}
    with pytest.raises(engine.EngineError) as error:
        output(model)
    assert error.value.kind == "layer-type" and "suggestion" not in error.value.params


@each(
    "layer, fits",
    [
        (("InputLayer", {"batch_shape": [None, 8]}), False),
        (("InputLayer", {"batch_shape": [32, 2]}), True),
        (("InputLayer", {"batch_shape": [None, None]}), True),
        (("InputLayer", {"batch_shape": [None, 2, 1]}), False),
        (("Dense", DENSE | {"batch_input_shape": [None, 3]}), False),
        (("Dense", DENSE | {"input_shape": [2]}), True),
        (("Dense", DENSE | {"input_dim": 3}), False),
        (("InputLayer", {"batch_shape": [None, "a"]}), True),
    ],
)
def test_an_input_has_the_shape_that_the_model_tells(layer, fits):
    if fits:
        assert output(sequential(layer, ("ReLU", {})))
    else:
        with pytest.raises(engine.EngineError) as error:
            output(sequential(layer, ("ReLU", {})))
        assert error.value.kind == "declared-shape" and "(1, 2)" in error.value.detail


def test_a_model_is_trained_and_evaluated_in_its_own_layout():
    """With a learning rate of 0 the one batch's statistics are those of evaluation, but for their variance's n / (n -
    1).
    """
    model = sequential(
        ("Conv2D", {"filters": 2, "kernel_size": 2, "activation": "relu"}),
        ("BatchNormalization", {"axis": 2, "epsilon": 0.0}),
        ("Flatten", {}),
        ("Dense", {"units": 3, "activation": "softmax"}),
    )
    x, t = np.random.default_rng(0).normal(size=(6, 4, 5, 1)), np.array([0.0, 1, 2, 0, 1, 2])
    training = Training(
        NetworkSpec(model, "cross_entropy"),
        samples_of({"x": x}, t),
        TrainingPlan({"type": "sgd", "lr": 0}, steps=1, predict={"x": x}),
    )
    _, step, _ = training.events()
    assert [statistic.shape for statistic in training.network.statistics] == [
        (4,)
    ] * 2  # the width, which is last of (N, C, H, W)
    convolved, _ = trace_network(
        NetworkSpec(
            sequential(("Conv2D", {"filters": 2, "kernel_size": 2, "activation": "relu"})),
            parameters={name: training.parameters[name] for name in ("W1", "b1")},
        ),
        x,
    )
    hidden = np.asarray(convolved["y"].value)
    mean, variance = hidden.mean(axis=(0, 1, 3)), hidden.var(axis=(0, 1, 3), ddof=1)
    normal = (hidden - mean[:, None]) / np.sqrt(variance[:, None])
    logits = normal.reshape(6, -1) @ training.parameters["W2"] + training.parameters["b2"]
    assert close(step["predictions"], np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))


def test_what_stands_beside_the_layers_is_read_too():
    model = sequential(("ReLU", {}))
    with pytest.raises(engine.EngineError) as error:
        output({**model, "config": model["config"] | {"build_input_shape": [None, 3]}})
    assert error.value.kind == "declared-shape" and "build_input_shape" in error.value.detail
    assert close(
        output({**model, "config": model["config"] | {"trainable": True, "build_input_shape": [None, 2]}}), [[0, 0.5]]
    )


@pytest.mark.parametrize(
    "layers",
    [
        [("InputLayer", {})],
        [("Activation", {"activation": "linear"})],
        [("InputLayer", {}), ("Activation", {"activation": "linear"})],
        [("Dropout", {"rate": 0.0})],
        [("Flatten", {})],
        [("ReLU", {"name": "y2"})],
    ],
)
def test_a_model_that_only_passes_on_is_a_network(layers):
    assert close(output(sequential(*layers), [[1.0, 2.0]]), [[1, 2]])


def test_nonsense_of_any_kind_is_a_problem_of_ours():
    """Every value of a configuration replaced by others, one at a time."""
    whole = json.dumps(
        functional(
            ("InputLayer", "i", [], {"batch_shape": [None, 4, 4, 1]}),
            (
                "Conv2D",
                "c",
                [{"args": [tensor("i")], "kwargs": {}}],
                {
                    "filters": 2,
                    "kernel_size": [2, 2],
                    "activation": "softmax",
                    "bias_initializer": {"class_name": "Constant", "config": {"value": 1}},
                },
            ),
            ("BatchNormalization", "b", [[["c", 0, 0, {}]]], {"axis": [3], "epsilon": 0.1}),
            ("Concatenate", "j", [{"args": [[tensor("b"), tensor("c")]]}], {"axis": -1}),
            ("Permute", "p", [{"args": [tensor("j")]}], {"dims": [3, 1, 2]}),
        )
    )
    strange = [
        None,
        True,
        -1,
        0,
        1.5,
        1e308,
        10**30,
        "",
        "relu",
        "NaN",
        [],
        [[]],
        [1],
        [None],
        {},
        {"class_name": []},
        {"class_name": "Dense", "config": {}},
    ]

    def places(value: object) -> list:
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
        return [spot for key, inner in items for spot in [(value, key), *places(inner)]]

    for place in range(len(places(json.loads(whole)))):
        for value in strange:
            model = json.loads(whole)
            holder, key = places(model)[place]
            holder[key] = value
            with contextlib.suppress(engine.EngineError):
                build_network(NetworkSpec(model), {"x": (2, 4, 4, 1)})
