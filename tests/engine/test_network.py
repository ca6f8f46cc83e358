"""Networks: from a specification to a program, and its numbers against textbooks and other libraries."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.data.sets import load_dataset
from gradlens.engine.networks.initial import DRAWS, INITS
from gradlens.engine.networks.layers import ACTIVATIONS, LAYERS
from gradlens.engine.networks.losses import LOSSES
from gradlens.engine.networks.network import NetworkSpec, build_network, right, trace_network
from tests.each import each
from tests.engine.numerics import close

RNG = np.random.default_rng(0)
MAZUR = [
    {"type": "affine", "units": 2, "W": [[0.15, 0.25], [0.20, 0.30]], "b": [0.35, 0.35]},
    "sigmoid",
    {"type": "affine", "units": 2, "W": [[0.40, 0.50], [0.45, 0.55]], "b": [0.60, 0.60]},
    "sigmoid",
]
IMAGE, SEQUENCE, ROWS = RNG.normal(size=(3, 2, 6, 6)), RNG.normal(size=(2, 4, 6)), RNG.normal(size=(5, 6))

# An example of every layer, its input, and how many numbers it learns.
VOLUME = np.sin(np.arange(24.0)).reshape(1, 1, 2, 3, 4)
EXAMPLES = {
    "affine": ({"units": 3}, ROWS, 6 * 3 + 3),
    "conv1d": ({"filters": 3, "size": 2, "stride": 2, "padding": 1}, SEQUENCE, 3 * 4 * 2 + 3),
    "conv2d": ({"filters": 4, "size": [3, 2], "stride": [1, 2], "padding": 1}, IMAGE, 4 * 2 * 3 * 2 + 4),
    "max_pool2d": ({"size": 2}, IMAGE, 0),
    "avg_pool2d": ({"size": [2, 3], "stride": 1}, IMAGE, 0),
    "depthwise_conv1d": ({"size": 2, "causal": True}, SEQUENCE, 4 * 2 + 4),
    "depthwise_conv2d": ({"size": 3, "multiplier": 2, "same": True}, IMAGE, 4 * 9 + 4),
    "conv1d_transpose": ({"filters": 3, "size": 2, "stride": 3}, SEQUENCE, 4 * 3 * 2 + 3),
    "conv2d_transpose": ({"filters": 3, "size": 3, "stride": 2, "same": True}, IMAGE, 2 * 3 * 9 + 3),
    "max_pool1d": ({"size": 2}, SEQUENCE, 0),
    "avg_pool1d": ({"size": 3, "same": True}, SEQUENCE, 0),
    "global_max_pool": ({}, IMAGE, 0),
    "global_avg_pool": ({"keepdims": True}, SEQUENCE, 0),
    "zero_pad": ({"sides": [1, 0, 2, 1]}, IMAGE, 0),
    "crop": ({"sides": [1, 2]}, SEQUENCE, 0),
    "upsample": ({"factors": [2, 3]}, IMAGE, 0),
    "spatial_dropout": ({"rate": 0.25}, SEQUENCE, 0),
    "simple_rnn": ({"units": 3, "activation": "linear"}, SEQUENCE, 6 * 3 + 9 + 3),
    "lstm": ({"units": 2, "bidirectional": True}, SEQUENCE, 2 * 4 * (6 * 2 + 4 + 2)),
    "gru": ({"units": 2, "sequences": True}, SEQUENCE, 3 * (6 * 2 + 4 + 4)),
    "repeat_vector": ({"count": 3}, ROWS, 0),
    "time_distributed": ({"layers": [{"type": "affine", "units": 2}]}, SEQUENCE, 14),
    "group_norm": ({"groups": 2}, IMAGE, 4),
    "conv3d": ({"filters": 2, "size": 2, "same": True}, VOLUME, 2 * 8 + 2),
    "max_pool3d": ({"size": 2}, VOLUME, 0),
    "avg_pool3d": ({"size": [2, 3, 1], "same": True}, VOLUME, 0),
    "mask": ({}, SEQUENCE, 0),
    "masked": ({}, SEQUENCE, 0),
    "exponential": ({}, ROWS, 0),
    "clipped_relu": ({"top": 0.5, "slope": 0.1, "threshold": 0.25}, ROWS, 0),
    "standardize": ({}, SEQUENCE, 12),
    "prelu": ({"shared": [2]}, SEQUENCE, 4),
    "flatten": ({}, IMAGE, 0),
    "reshape": ({"shape": [3, 2]}, ROWS, 0),
    "transpose": ({"axes": [0, 2, 1]}, SEQUENCE, 0),
    "batch_norm": ({}, IMAGE, 4),
    "layer_norm": ({}, SEQUENCE, 12),
    "dropout": ({"rate": 0.25}, ROWS, 0),
    "identity": ({}, ROWS, 0),
    "step": ({"at": -1}, SEQUENCE, 0),
    "leading_steps": ({"without": 1}, SEQUENCE, 0),
    "rescale": ({"scale": 0.5, "offset": -1}, ROWS, 0),
    "embedding": ({"vocabulary": 7, "units": 3}, np.array([[0, 6, 6], [1, 2, 3]]), 21),
    "attention": ({"heads": 3}, SEQUENCE, 4 * (36 + 6)),
    "residual": (
        {"layers": [{"type": "affine", "units": 4}, "tanh", {"type": "affine", "units": 6}]},
        ROWS,
        6 * 4 + 4 + 4 * 6 + 6,
    ),
    "transformer_block": ({"heads": 2}, SEQUENCE, 12 * 36 + 13 * 6),  # 12 d² + 13 d
} | {op.name: ({}, ROWS, 0) for op in ACTIVATIONS}
MERGES = {"add", "multiply", "subtract", "average", "maximum", "minimum", "dot", "concat", "dot_attention"}
MERGES |= {"masked_mean"}


def test_every_layer_has_an_example():
    assert EXAMPLES.keys() | MERGES == LAYERS.keys()
    assert {
        op.name for op in engine.OPS.values() if op.family == "activation" and len(op.inputs) == 1 and not op.options
    } <= LAYERS.keys()


@each("kind", EXAMPLES)
def test_a_layer_is_a_group_of_the_shape_and_parameters_that_it_tells(kind):
    fields, x, count = EXAMPLES[kind]
    trace, network = trace_network(NetworkSpec([{"type": kind, **fields}]), x)
    (layer,) = network.layers
    assert trace["y"].shape == layer.output_shape
    assert sum(np.size(trace[name].value) for name in layer.parameters) == count
    groups, at = trace.graph.groups, trace["y"].group
    assert at is not None
    # The layer's group is the outermost; a function that is opened in it has one of its own.
    while (outer := groups[at].parent) is not None:
        at = outer
    assert groups[at].name == layer.name
    assert all(
        np.any(trace.gradients[name]) for name in layer.parameters if not name.startswith("bk")
    )  # softmax forgets what is equal for all keys


@each("kind", EXAMPLES)
@each("detail", ["fused", "expanded"])
def test_the_program_gives_the_same_numbers_by_itself(kind, detail):
    fields, x, _ = EXAMPLES[kind]
    trace, network = trace_network(
        NetworkSpec([{"type": kind, **fields}], {"type": "mse"}, l2=0.1),
        x,
        np.zeros(build_network(NetworkSpec([{"type": kind, **fields}]), {"x": x.shape}).output_shape),
        detail=detail,
    )
    again = engine.trace(network.text, {name: trace[name].value for name in network.shapes}, detail=detail)
    assert again["loss"].value == trace["loss"].value
    for name, gradient in trace.gradients.items():
        assert np.array_equal(np.asarray(again.gradients[name]), np.asarray(gradient))


def test_the_contracts_example():
    trace, network = trace_network(
        NetworkSpec(
            [
                {"type": "affine", "units": 3, "init": "he"},
                {"type": "relu"},
                {"type": "affine", "units": 2, "W": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "b": [0, 0]},
            ],
            "softmax_cross_entropy",
        ),
        [[1.0, 0.5]],
        [[0, 1]],
    )
    assert list(network.shapes) == ["x", "W1", "b1", "W2", "b2", "t"]
    assert [group.name for group in trace.graph.groups] == ["affine1", "relu1", "affine2"]
    assert close(trace["W2"].value, [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    # The book's rule: the gradient of the logits is y - t.
    y = np.exp(trace["y"].value) / np.exp(trace["y"].value).sum()
    assert close(trace["y"].gradient, y - [[0, 1]])


# ------------------------------------------------------------------ textbooks


def test_mazurs_example_gives_his_error_and_first_gradients():
    """M. Mazur, A Step by Step Backpropagation Example (2015)."""
    trace, _ = trace_network(NetworkSpec(MAZUR, "mse"), [[0.05, 0.10]], [[0.01, 0.99]])
    assert close(trace["loss"].value, 0.298371109, rtol=0, atol=5e-10)
    assert close(np.asarray(trace.gradients["W2"])[0, 0], 0.082167041, rtol=0, atol=5e-10)
    assert close(np.asarray(trace.gradients["W1"])[0, 0], 0.000438568, rtol=0, atol=5e-10)
    assert close(trace["h2"].value, [[0.593269992, 0.596884378]], rtol=0, atol=5e-10)
    assert close(trace["y"].value, [[0.75136507, 0.772928465]], rtol=0, atol=5e-9)


def test_the_two_layer_net_of_cs231n_gives_its_scores_and_loss():
    """Stanford CS231n, assignment 1, two_layer_net.ipynb: the toy model, with reg 0.05 as reg Σ W²."""
    old = np.random.RandomState(0)
    w1, w2 = 0.1 * old.randn(4, 10), 0.1 * old.randn(10, 3)
    x = 10 * np.random.RandomState(1).randn(5, 4)
    layers = [{"type": "affine", "W": w1, "b": np.zeros(10)}, "relu", {"type": "affine", "W": w2, "b": np.zeros(3)}]
    trace, _ = trace_network(NetworkSpec(layers, "softmax_cross_entropy", l2=0.1), x, [0, 1, 2, 2, 1])
    assert close(np.asarray(trace["y"].value)[0], [-0.81233741, -1.27654624, -0.70335995], rtol=0, atol=5e-9)
    assert close(trace["loss"].value, 1.30378789133, rtol=0, atol=5e-12)


def test_the_books_two_layer_network_passes_its_gradient_check_on_digits():
    """K. Saito, Deep Learning from Scratch, section 5.7: TwoLayerNet with weights of deviation 0.01, three images, h =
    1e-4.

    Its measure is the mean of |analytic - numeric| over each parameter; here on the digits of 8×8, so 64-50-10.
    """
    digits = load_dataset("digits")
    x, t = digits.x[:3] / 16, digits.t[:3]
    spec = NetworkSpec(
        [{"type": "affine", "units": 50}, "relu", {"type": "affine", "units": 10}],
        "softmax_cross_entropy",
        init="normal",
    )
    trace, network = trace_network(spec, x, t)
    program = network.compile()
    inputs = {name: np.asarray(trace[name].value) for name in network.shapes}
    h = 1e-4
    for name in ("W1", "b1", "W2", "b2"):
        numeric = np.zeros_like(inputs[name])
        for index in np.ndindex(numeric.shape):
            moved = [inputs[name].copy(), inputs[name].copy()]
            moved[0][index] += h
            moved[1][index] -= h
            up, down = (program.forward(inputs | {name: value})[program.graph.output] for value in moved)
            numeric[index] = (up - down) / (2 * h)
        assert np.mean(np.abs(numeric - trace.gradients[name])) < 1e-8


def deep(activation: str, init: str) -> list[float]:
    layers = [layer for _ in range(10) for layer in ({"type": "affine", "units": 32}, activation)] + [
        {"type": "affine", "units": 3}
    ]
    iris = load_dataset("iris")
    x = (iris.x - iris.x.mean(axis=0)) / iris.x.std(axis=0)
    trace, _ = trace_network(NetworkSpec(layers, "softmax_cross_entropy", init=init), x, iris.t)
    return [float(np.linalg.norm(np.asarray(trace.gradients[f"W{layer}"]))) for layer in range(1, 11)]


def test_gradients_vanish_in_ten_layers_of_sigmoid_and_not_of_relu():
    """Glorot and Bengio 2010; He et al.

    2015: a sigmoid passes a quarter at most, relu with its own scale passes all.
    """
    sigmoid, relu = deep("sigmoid", "xavier"), deep("relu", "he")
    assert all(before < after for before, after in pairwise(sigmoid))
    assert sigmoid[0] < 1e-4 * sigmoid[-1]
    assert 0.1 < relu[0] / relu[-1] < 10


# ------------------------------------------------- by hand, and other libraries


def test_attention_with_heads_is_each_heads_softmax_of_scaled_products():
    trace, _ = trace_network(NetworkSpec([{"type": "attention", "heads": 3}]), SEQUENCE)
    value = {name: trace[name].value for name in trace.gradients}
    q, k, v = (SEQUENCE @ value[f"W{part}1"] + value[f"b{part}1"] for part in "qkv")
    heads = []
    for head in range(3):
        part = slice(2 * head, 2 * head + 2)
        scores = np.einsum("btd,bsd->bts", q[..., part], k[..., part]) / np.sqrt(2)
        weights = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
        heads.append(weights @ v[..., part])
    assert close(trace["y"].value, np.concatenate(heads, axis=-1) @ value["Wo1"] + value["bo1"])


def test_batch_normalisation_leaves_mean_beta_and_deviation_gamma_in_every_channel():
    parameters = {"gamma1": [2.0, 3.0], "beta1": [-1.0, 5.0]}
    trace, _ = trace_network(NetworkSpec([{"type": "batch_norm", "eps": 0.0}], parameters=parameters), IMAGE)
    y = np.asarray(trace["y"].value)
    assert close(y.mean(axis=(0, 2, 3)), [-1, 5]) and close(y.std(axis=(0, 2, 3)), [2, 3])


def test_every_loss_and_reduction_is_that_of_its_formula():
    y, t = np.array([[0.2, 0.7, 0.1], [0.5, 0.25, 0.25]]), np.array([[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]])
    logs = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    each = {
        "softmax_cross_entropy": -(t * logs).sum(axis=1),
        "cross_entropy": -(t * np.log(y)).sum(axis=1),
        "sigmoid_cross_entropy": -t * np.log(1 / (1 + np.exp(-y))) - (1 - t) * np.log(1 / (1 + np.exp(y))),
        "binary_cross_entropy": -t * np.log(y) - (1 - t) * np.log(1 - y),
        "mse": (y - t) ** 2,
        "mae": np.abs(y - t),
        "huber": np.where(np.abs(y - t) < 0.25, (y - t) ** 2 / 2, 0.25 * (np.abs(y - t) - 0.125)),
    }
    assert each.keys() == LOSSES.keys()
    for name, expected in each.items():
        for reduction, reduce in (("mean", np.mean), ("sum", np.sum), ("none", np.asarray)):
            loss = {"type": name, "reduction": reduction} | ({"delta": 0.25} if name == "huber" else {})
            trace, _ = trace_network(NetworkSpec([{"type": "reshape", "shape": [3]}], loss), y, t)
            assert close(trace["loss"].value, reduce(expected)), (name, reduction)


def test_penalties_are_part_of_the_graph_and_of_the_gradient():
    layers = [{"type": "affine", "units": 1, "W": [[2.0], [-3.0]]}]
    trace, _ = trace_network(
        NetworkSpec(layers, "mse", l1=0.5, l2=0.1), [[1.0, 1.0]], [[-1.0]]
    )  # y is -1: no loss but the penalties
    assert close(trace["penalty"].value, 0.5 * 5 + 0.1 / 2 * 13) and trace["data_loss"].value == 0
    assert close(trace.gradients["W1"], [[0.5 + 0.2], [-0.5 - 0.3]])


def test_class_numbers_are_rows_with_a_single_one():
    layers = [{"type": "affine", "units": 3}]
    one_hot, _ = trace_network(
        NetworkSpec(layers, "softmax_cross_entropy"), [[1.0, 2.0], [3.0, 4.0]], [[0, 0, 1], [1, 0, 0]]
    )
    numbers, _ = trace_network(NetworkSpec(layers, "softmax_cross_entropy"), [[1.0, 2.0], [3.0, 4.0]], [2, 0])
    assert numbers["loss"].value == one_hot["loss"].value


def test_right_answers_are_counted_by_what_the_loss_decides():
    def share(loss: str, y: list, t: list) -> float | None:
        head = build_network(NetworkSpec(["relu"], loss), {"x": np.shape(y)}).loss
        assert head is not None
        return right(np.array(y), np.array(t), head)

    assert share("softmax_cross_entropy", [[1, 2], [5, 4]], [[0, 1], [0, 1]]) == 0.5
    assert share("sigmoid_cross_entropy", [[-1.0], [2.0], [3.0]], [[0], [1], [0]]) == 2 / 3
    assert share("binary_cross_entropy", [[0.4], [0.6]], [[0], [1]]) == 1
    assert share("mse", [[1.0]], [[1.0]]) is None


def test_several_inputs_meet_where_a_layer_names_them():
    layers = [
        {"type": "affine", "units": 2, "name": "left", "input": "a", "W": [[1, 0], [0, 1]]},
        {"type": "affine", "units": 2, "name": "right", "input": "b", "W": [[1, 1]]},
        {"type": "add", "name": "both", "input": ["left", "right"]},
        {"type": "concat", "input": ["both", "a"]},
    ]
    trace, network = trace_network(NetworkSpec(layers), {"a": [[1.0, 2.0]], "b": [[10.0]]})
    assert close(trace["y"].value, [[11, 12, 1, 2]])
    assert [layer.name for layer in network.layers] == ["left", "right", "both", "concat1"]


def test_a_layer_named_like_a_function_of_the_language_does_not_call_itself():
    trace, network = trace_network(NetworkSpec([{"type": "relu", "name": "relu"}]), [[-1.0, 2.0]])
    assert close(trace["y"].value, [[0, 2]]) and network.layers[0].name == "relu_layer"


def test_a_draw_has_the_deviation_of_its_paper_and_the_same_seed_the_same_values():
    deviation = {
        "he": (2 / 400) ** 0.5,
        "he_uniform": (2 / 400) ** 0.5,
        "xavier": (2 / 700) ** 0.5,
        "xavier_uniform": (2 / 700) ** 0.5,
        "lecun": (1 / 400) ** 0.5,
        "lecun_uniform": (1 / 400) ** 0.5,
        "fan_out": (1 / 300) ** 0.5,
        "fan_out_uniform": (1 / 300) ** 0.5,
        "orthogonal": (1 / 400) ** 0.5,
        "normal": 0.01,
        "uniform": (1 / 400 / 3) ** 0.5,
        "zeros": 0,
    }
    assert deviation.keys() == set(INITS) == DRAWS.keys() - {"ones"}
    for init, expected in deviation.items():
        drawn = [
            np.asarray(
                trace_network(
                    NetworkSpec([{"type": "affine", "units": 300}], init=init, init_seed=seed), np.ones((1, 400))
                )[0]["W1"].value
            )
            for seed in (1, 1, 2)
        ]
        assert close(drawn[0].std(), expected, rtol=0.02) and abs(drawn[0].mean()) < 1e-3
        assert np.array_equal(drawn[0], drawn[1]) and (init == "zeros" or not np.array_equal(drawn[0], drawn[2]))


def test_a_given_parameter_leaves_the_draws_of_the_others_as_they_are():
    layers = [{"type": "affine", "units": 2}, {"type": "affine", "units": 2}]
    drawn, _ = trace_network(NetworkSpec(layers), [[1.0, 2.0]])
    given, _ = trace_network(NetworkSpec(layers, parameters={"W1": [[1, 2], [3, 4]]}), [[1.0, 2.0]])
    assert close(given["W1"].value, [[1, 2], [3, 4]]) and np.array_equal(given["W2"].value, drawn["W2"].value)


# ----------------------------------------------------------- Keras and PyTorch


def test_the_text_of_a_sequential_is_read_layer_by_layer():
    text = """
import torch.nn as nn
model = nn.Sequential(
    nn.Conv2d(1, 4, kernel_size=3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.MaxPool2d(2),
    nn.Sequential(nn.Flatten(), nn.Linear(64, 8, bias=False)),
    nn.LeakyReLU(0.2), nn.Dropout(p=0.25), torch.nn.Linear(8, 3),
)
"""
    network = build_network(NetworkSpec(text), {"x": (2, 1, 8, 8)})
    assert [layer.type for layer in network.layers] == [
        "conv2d",
        "batch_norm",
        "relu",
        "max_pool2d",
        "flatten",
        "affine",
        "leaky_relu",
        "dropout",
        "affine",
    ]
    assert network.output_shape == (2, 3)
    assert "slope=0.2" in network.text and "rate=0.25" in network.text and "x @ W\n" in network.text


def keras_dense(units: int, activation: str, **more: object) -> dict:
    """A layer as Keras 3 writes it."""
    config = {
        "name": f"dense_{units}",
        "trainable": True,
        "dtype": {"class_name": "DTypePolicy", "config": {"name": "float32"}},
        "units": units,
        "activation": activation,
        "use_bias": True,
        "kernel_initializer": {
            "module": "keras.initializers",
            "class_name": "GlorotUniform",
            "config": {"seed": None},
            "registered_name": None,
        },
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
    }
    return {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": config | more,
        "registered_name": None,
        "build_config": {"input_shape": [None, 4]},
    }


def test_a_keras_sequential_is_read_from_its_configuration_and_from_its_json():
    config = {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [
                {"class_name": "InputLayer", "config": {"batch_shape": [None, 4], "dtype": "float32", "name": "input"}},
                keras_dense(5, "relu", kernel_regularizer={"class_name": "L2", "config": {"l2": 0.01}}),
                keras_dense(3, "softmax"),
            ],
        },
    }
    for layers in (config, json.dumps(config), config["config"]):
        network = build_network(NetworkSpec(layers, "cross_entropy"), {"x": (2, 4)})
        assert [layer.type for layer in network.layers] == ["affine", "relu", "affine", "softmax"]
        assert [(p.init, p.l2) for p in network.parameters] == [
            ("xavier_uniform", 0.02),
            ("zeros", 0.0),
            ("xavier_uniform", 0.0),
            ("zeros", 0.0),
        ]


def test_a_functional_keras_model_branches_and_meets_again():
    def layer(kind: str, name: str, sources: list[str], **config: object) -> dict:
        tensors = [
            {
                "class_name": "__keras_tensor__",
                "config": {"shape": [None, 4], "dtype": "float32", "keras_history": [source, 0, 0]},
            }
            for source in sources
        ]
        return {
            "class_name": kind,
            "name": name,
            "config": {"name": name, **config},
            "inbound_nodes": [{"args": [tensors], "kwargs": {}}] if sources else [],
        }

    model = {
        "class_name": "Functional",
        "config": {
            "name": "model",
            "layers": [
                layer("InputLayer", "input", [], batch_shape=[None, 4]),
                layer("Dense", "dense", ["input"], units=4, activation="tanh"),
                layer("Add", "add", ["input", "dense"]),
                layer("Dense", "dense_1", ["add"], units=2),
            ],
            "input_layers": [["input", 0, 0]],
            "output_layers": [["dense_1", 0, 0]],
        },
    }
    trace, network = trace_network(NetworkSpec(model), np.ones((1, 4)))
    assert [layer.type for layer in network.layers] == ["affine", "tanh", "add", "affine"]
    assert close(trace["h3"].value, 1 + np.tanh(np.ones((1, 4)) @ trace["W1"].value))
    older = json.loads(json.dumps(model))  # Keras 2 writes the sources as lists
    for item, sources in zip(older["config"]["layers"], ([], ["input"], ["input", "dense"], ["add"]), strict=True):
        item["inbound_nodes"] = [[[source, 0, 0, {}] for source in sources]] if sources else []
    assert build_network(NetworkSpec(older), {"x": (1, 4)}).text == network.text


def test_keras_images_keep_their_channels_last():
    conv = {
        "class_name": "Conv2D",
        "config": {
            "filters": 3,
            "kernel_size": [3, 3],
            "strides": [1, 1],
            "padding": "same",
            "data_format": "channels_last",
            "dilation_rate": [1, 1],
            "groups": 1,
            "activation": "linear",
        },
    }
    model = {
        "class_name": "Sequential",
        "config": {
            "layers": [
                conv,
                {
                    "class_name": "MaxPooling2D",
                    "config": {
                        "pool_size": [2, 2],
                        "strides": [2, 2],
                        "padding": "valid",
                        "data_format": "channels_last",
                    },
                },
                {"class_name": "Flatten", "config": {}},
            ]
        },
    }
    x = RNG.normal(size=(2, 4, 6, 1))
    trace, network = trace_network(NetworkSpec(model), x)
    assert [layer.type for layer in network.layers] == ["transpose", "conv2d", "max_pool2d", "transpose", "flatten"]
    # By hand, channels last: each output is the sum over a 3×3 window, then the largest of 2×2, then all in order (H,
    # W, C).
    padded, w = np.pad(x[..., 0], ((0, 0), (1, 1), (1, 1))), np.asarray(trace["W1"].value)
    convolved = np.stack(
        [sum(padded[:, i : i + 4, j : j + 6] * w[k, 0, i, j] for i in range(3) for j in range(3)) for k in range(3)],
        axis=-1,
    )
    assert close(trace["y"].value, convolved.reshape(2, 2, 2, 3, 2, 3).max(axis=(2, 4)).reshape(2, -1))


# ------------------------------------------------------------------ bad input

AFFINE = {"type": "affine", "units": 3}
BAD = {
    "unknown layer": (
        [AFFINE, {"type": "afine", "units": 3}],
        "layer-type",
        'layers[1]: "afine" is not a layer here. Did you mean "affine"?',
    ),
    "unknown option": ([{"type": "affine", "unit": 3}], "spec-field", 'layers[0] has no field "unit".'),
    "no units": ([{"type": "affine"}], "spec-missing", 'layers[0] needs the field "units".'),
    "half a unit": (
        [{"type": "affine", "units": 1.5}],
        "spec-whole",
        "layers[0].units takes a whole number of at least 1, but got 1.5.",
    ),
    "negative units": ([{"type": "affine", "units": -1}], "spec-whole", "layers[0].units"),
    "true units": ([{"type": "affine", "units": True}], "spec-whole", "but got true"),
    "shapes": (
        [AFFINE, {"type": "conv2d", "filters": 2, "size": 3}],
        "layer-input-shape",
        "layers[1] (conv2d) takes an input of shape (N, C, H, W), but gets (2, 3).",
    ),
    "weights": (
        [AFFINE, {"type": "affine", "units": 2, "W": [[1, 2], [3, 4]]}],
        "layer-input-shape",
        "layers[1] (affine) takes an input of shape (…, 2), but gets (2, 3).",
    ),
    "a deviation of what has its own": (
        [{**AFFINE, "init": "he", "std": 0.5}],
        "spec-unsupported",
        "layers[0]: the option std = 0.5",
    ),
    "bias that is none": (
        [{"type": "affine", "units": 3, "bias": False, "b": [1, 2, 3]}],
        "spec-unsupported",
        "layers[0]: the option b",
    ),
    "bias of attention that is none": (
        [{"type": "attention", "bias": False, "bq": [1, 2]}],
        "spec-unsupported",
        "layers[0]: the option bq",
    ),
    "name of another kind": ([{**AFFINE, "name": ["a"]}], "network-name", "layers[0].name"),
    "axis of the batch": ([{"type": "batch_norm", "axis": 0}], "layer-input-shape", "layers[0] (batch_norm)"),
    "bias": (
        [{"type": "affine", "units": 3, "b": [1, 2]}],
        "layer-weights",
        "layers[0].b has shape (2,), but the layer needs (3,).",
    ),
    "inside a residual": (
        [{"type": "residual", "layers": [AFFINE, "rellu"]}],
        "layer-type",
        'layers[0].layers[1]: "rellu"',
    ),
    "residual": (
        [{"type": "residual", "layers": [AFFINE]}],
        "residual-shapes",
        "layers[0]: the layers turn shape (2, 2) into (2, 3).",
    ),
    "one input": ([{"type": "add"}], "layer-inputs", "layers[0] (add) takes ≥ 2 inputs"),
    "two inputs": ([{"type": "relu", "input": ["x", "x"]}], "layer-inputs", "takes 1 input, but gets 2"),
    "unknown source": (
        [{**AFFINE, "name": "hidden"}, {"type": "relu", "input": "hiden"}],
        "layer-source",
        'Did you mean "hidden"?',
    ),
    "name twice": ([{**AFFINE, "name": "a"}, {**AFFINE, "name": "a"}], "network-name", 'layers[1].name: "a"'),
    "no name": ([{**AFFINE, "name": "a b"}], "network-name", '"a b"'),
    "heads": ([{"type": "attention", "heads": 3}], "layer-input-shape", "(N, T, 3 · n)"),
    "rate": ([{"type": "dropout", "rate": 1}], "spec-number", "≥ 0, < 1"),
    "init": ([{**AFFINE, "init": "hee"}], "spec-choice", 'Did you mean "he"?'),
    "no layers": ([], "spec-layers", "at least one layer"),
    "not a list": (3, "spec-layers", "but got 3"),
    "not an object": ([3], "spec-object", "layers[0] takes an object"),
    "no type": ([{"units": 3}], "spec-missing", '"type"'),
    "units beyond measure": ([{"type": "affine", "units": 10**12}, AFFINE], "too-many-elements", "4000000"),
    "deep": (
        [
            {
                "type": "residual",
                "layers": [
                    {
                        "type": "residual",
                        "layers": [
                            {
                                "type": "residual",
                                "layers": [
                                    {
                                        "type": "residual",
                                        "layers": [
                                            {
                                                "type": "residual",
                                                "layers": [
                                                    {
                                                        "type": "residual",
                                                        "layers": [
                                                            {
                                                                "type": "residual",
                                                                "layers": [
                                                                    {
                                                                        "type": "residual",
                                                                        "layers": [
                                                                            {"type": "residual", "layers": ["relu"]}
                                                                        ],
                                                                    }
                                                                ],
                                                            }
                                                        ],
                                                    }
                                                ],
                                            }
                                        ],
                                    }
                                ],
                            }
                        ],
                    }
                ],
            }
        ],
        "spec-depth",
        "8 deep",
    ),
    "torch class": (
        "nn.Sequential(nn.Linear(2, 3), nn.ReLu())",
        "prefix-function",
        '"nn" has no function "ReLu" that is known here. Did you mean "ReLU"?',
    ),
    "torch option": (
        "nn.Sequential(nn.Linear(2, 3), nn.Flatten(start_dim=2))",
        "argument-unsupported",
        '"start_dim" = 2',
    ),
    "torch shapes": ("nn.Sequential(nn.Linear(5, 3))", "layer-input-shape", "(…, 5), but gets (2, 2)"),
    "torch call": ("nn.Sequential(open('f'))", "out-of-reach", "outside"),
    "torch program": ("__import__('os').system('true')", "spec-text", "nn.Sequential"),
    "torch syntax": ("nn.Sequential(", "unclosed-bracket", "never closed"),
    "keras class": (
        {"class_name": "Sequential", "config": {"layers": [{"class_name": "ConvLSTM2D", "config": {"units": 2}}]}},
        "layer-type",
        '"ConvLSTM2D"',
    ),
    "keras option": (
        {
            "class_name": "Sequential",
            "config": {
                "layers": [
                    {"class_name": "Dense", "config": {"units": 2, "kernel_constraint": {"class_name": "MaxNorm"}}}
                ]
            },
        },
        "spec-unsupported",
        "kernel_constraint",
    ),
    "keras penalty": (
        {
            "class_name": "Sequential",
            "config": {
                "layers": [
                    {
                        "class_name": "Dense",
                        "config": {"units": 2, "kernel_regularizer": {"class_name": "L2", "config": 3}},
                    }
                ]
            },
        },
        "spec-unsupported",
        "kernel_regularizer",
    ),
    "keras padding": (
        {
            "class_name": "Sequential",
            "config": {
                "layers": [{"class_name": "Conv1D", "config": {"filters": 2, "kernel_size": [], "padding": "same"}}]
            },
        },
        "layer-input-shape",
        "layers[0]",
    ),
    "keras nonsense": ({"class_name": "Sequential"}, "spec-json", "Keras"),
    "keras no json": ("{", "spec-json", "Keras"),
}


@each("case", BAD)
def test_a_wrong_specification_is_told_with_its_place(case):
    layers, kind, part = BAD[case]
    with pytest.raises(engine.EngineError) as error:
        trace_network(NetworkSpec(layers), [[1.0, 2.0], [3.0, 4.0]], limits=engine.Limits(elements=4_000_000))
    assert error.value.kind == kind and part in error.value.detail


def test_a_mistake_in_the_text_of_a_sequential_is_underlined():
    with pytest.raises(engine.EngineError) as error:
        build_network(NetworkSpec("nn.Sequential(\n    nn.Linear(2, 3),\n    nn.ReLu(),\n)"), {"x": (1, 2)})
    assert (error.value.span.start_line, error.value.span.start_column, error.value.span.end_column) == (3, 4, 11)


@each(
    "t, kind, part",
    [
        ([0, 3], "labels-range", "t[1] is 3, but the network tells 3 classes apart, from 0 to 2"),
        ([0, -1], "labels-range", "t[1] is -1"),
        ([0, 1.5], "labels-whole", "t[1] is 1.5"),
        ([0, "NaN"], "labels-whole", "nan"),
        ([0, 1, 2], "labels-shape", "(2, 3), or class numbers of shape (2,)"),
        ([[0, 1]], "labels-shape", "(1, 2)"),
        (None, "targets-missing", "t"),
    ],
)
def test_labels_that_do_not_fit_are_told(t, kind, part):
    with pytest.raises(engine.EngineError) as error:
        trace_network(NetworkSpec([AFFINE], "softmax_cross_entropy"), [[1.0, 2.0], [3.0, 4.0]], t)
    assert error.value.kind == kind and part in error.value.detail


@each(
    "fields, kind",
    [
        ({"loss": "mse_loss"}, "loss-type"),
        ({"loss": {"type": "mse", "reduction": "average"}}, "spec-choice"),
        ({"loss": {"type": "mse", "delta": 1}}, "spec-field"),
        ({"loss": {"type": "huber", "delta": 0}}, "spec-number"),
        ({"loss": {"type": "mse", "reduction": "none"}, "l2": 1.0}, "penalty-reduction"),
        ({"l2": -1.0}, "spec-number"),
        ({"init_seed": -1}, "spec-whole"),
        ({"parameters": {"W9": 1}}, "unknown-parameter"),
        ({"parameters": {"W1": [1]}}, "layer-weights"),
    ],
)
def test_a_wrong_field_beside_the_layers_is_told(fields, kind):
    with pytest.raises(engine.EngineError) as error:
        trace_network(NetworkSpec(**{"layers": [AFFINE], "loss": "mse"} | fields), [[1.0, 2.0]], [[1.0, 2.0, 3.0]])
    assert error.value.kind == kind


def test_an_input_with_a_name_that_the_network_needs_is_told():
    for name in ("t", "loss", "W1", "a b", "__x"):
        with pytest.raises(engine.EngineError, match="cannot be used here"):
            trace_network(NetworkSpec([AFFINE]), {name: [[1.0, 2.0]]})


def test_the_budget_is_refused_before_a_weight_is_drawn():
    with pytest.raises(engine.EngineError) as error:
        trace_network(
            NetworkSpec([{"type": "affine", "units": 10**9}, {"type": "affine", "units": 10**9}]),
            [[1.0]],
            limits=engine.Limits(elements=1000),
        )
    assert error.value.kind == "too-many-elements" and error.value.span is None
