"""Keras's layer classes as layers of this package, in Keras's own layout of axes: everything that changes a number is
honoured, or refused by name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.specs.foreign import Arguments, Reader, Spec, padding, reader
from gradlens.engine.values import is_json_list, is_mapping

# They change no number: weights are drawn here, evaluation takes the training data's own statistics, and everything is
# float64.
IGNORED = (
    "name",
    "dtype",
    "input_length",
    "seed",
    "momentum",
    "moving_mean_initializer",
    "moving_variance_initializer",
    "sparse",
    "ragged",
    "optional",
    "autocast",
    "registered_name",
    "module",
    "build_config",
    "synchronized",
    "renorm_clipping",
    "renorm_momentum",
    "fused",
    "input_dtype",
    "batch_size",
)
IMAGES, SIGNALS = (0, 3, 1, 2), (0, 2, 1)  # to channels first
NEVER_TRAINED = (
    "InputLayer",
    "Activation",
    "ReLU",
    "LeakyReLU",
    "ELU",
    "Softmax",
    "Dropout",
    "Flatten",
    "Reshape",
    "Permute",
    "Rescaling",
)


INITIALIZERS = {
    "GlorotUniform": "xavier_uniform",
    "GlorotNormal": "xavier",
    "HeUniform": "he_uniform",
    "HeNormal": "he",
}
SCALINGS = {(2.0, "fan_in"): "he", (1.0, "fan_avg"): "xavier"}  # by scale and mode
# Each by its name in keras.activations, with the defaults of the function there, which are not always those of the
# layer of that name.
ACTIVATIONS: dict[str, Spec] = {
    **{
        name: {"type": name}
        for name in (
            "relu",
            "relu6",
            "softmax",
            "celu",
            "elu",
            "selu",
            "softplus",
            "softsign",
            "silu",
            "gelu",
            "tanh",
            "sigmoid",
            "mish",
            "log_softmax",
            "log_sigmoid",
        )
    },
    "swish": {"type": "silu"},
    "hard_silu": {"type": "hardswish"},
    "hard_swish": {"type": "hardswish"},
    "hard_tanh": {"type": "hardtanh"},
    "hard_shrink": {"type": "hardshrink", "bound": 0.5},
    "soft_shrink": {"type": "softshrink", "bound": 0.5},
    "tanh_shrink": {"type": "tanhshrink"},
    "leaky_relu": {"type": "leaky_relu", "slope": 0.2},
}


def read_layer(layer_class: str, given: Spec, place: str, version: int | None) -> list[Spec]:
    """A layer and the activation that it ends with.  version: of Keras, 2 or 3; None where it is not known."""
    layer = reader(layer_class, CLASSES, OTHERS, place)
    a = Arguments(place, given)
    if layer_class in NEVER_TRAINED:
        a.take("trainable")
    a.only("trainable", True)
    after = [] if layer_class == "Activation" else activation(a, version)
    found = activation(a, version) if layer_class == "Activation" else layer(a)
    a.done(IGNORED)
    return found + after


def activation(a: Arguments, version: int | None) -> list[Spec]:
    """The activation that is named.  Errors: spec-unsupported, spec-version."""
    name = a.take("activation", "linear")
    if name == "linear":
        return []
    if name == "hard_sigmoid":
        if version is None:
            raise EngineError("spec-version", place=a.place, option="activation", got=name)
        # Keras 2: 0.2 x + 0.5 from 0 to 1; with 1.2 x it is what Keras 3 has, relu6(x + 3) / 6.
        return [*([{"type": "rescale", "scale": 1.2}] if version == 2 else []), {"type": "hardsigmoid"}]
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise EngineError("spec-unsupported", place=a.place, option="activation", got=shown(name))
    return [ACTIVATIONS[name]]


# -------------------------------------------------------------------- weights


def weighted(a: Arguments, kernel: str = "kernel") -> Spec:
    """Bias, first values and penalties of a layer with weights."""
    spec = first_weights(a, f"{kernel}_initializer") | penalties(a, f"{kernel}_regularizer")
    if kernel == "kernel":
        spec["bias"] = a.flag("use_bias", True)
        bias = first_number(a, "bias_initializer", 0.0)
        if spec["bias"] is not False and bias:
            spec["b"] = bias
    return spec


def first_weights(a: Arguments, option: str) -> Spec:
    """How weights are drawn.  Error: spec-unsupported."""
    given = a.take(option)
    if given is None:
        return {}
    name, options = class_and_config(given)
    number = constant(name, options)
    if number is not None:
        return {"init": "zeros"} if number == 0 else {"W": number}
    if name == "RandomNormal" and options.get("mean", 0) == 0:
        return {"init": "normal", "std": options.get("stddev", 0.05)}
    bounds = options.get("minval", -0.05), options.get("maxval", 0.05)
    if (
        name in ("RandomUniform", "Uniform")
        and all(isinstance(bound, (int, float)) for bound in bounds)
        and 0 < bounds[1] == -bounds[0]
    ):
        return {"init": "uniform", "std": bounds[1] / math.sqrt(3)}
    init = INITIALIZERS.get(name) if isinstance(name, str) else None
    if name == "VarianceScaling":
        drawn = {"uniform": "_uniform", "truncated_normal": "", "untruncated_normal": "", "normal": ""}.get(
            str(options.get("distribution", "truncated_normal"))
        )
        scaled = [
            ours
            for theirs, ours in SCALINGS.items()
            if theirs == (options.get("scale", 1.0), options.get("mode", "fan_in"))
        ]
        init = scaled[0] + drawn if scaled and drawn is not None else None
    if init is None:
        raise EngineError(
            "spec-unsupported", place=a.place, option=option, got=shown(given) if not isinstance(name, str) else name
        )
    return {"init": init}


def first_number(a: Arguments, option: str, usual: float) -> float:
    """The number that every element begins with.  Error: spec-unsupported, for numbers that are drawn."""
    given = a.take(option)
    if given is None:
        return usual
    name, options = class_and_config(given)
    number = constant(name, options)
    if number is None:
        raise EngineError(
            "spec-unsupported", place=a.place, option=option, got=shown(given) if not isinstance(name, str) else name
        )
    return number


def constant(name: object, options: Mapping[str, Any]) -> float | None:
    number: object = (
        {"Zeros": 0.0, "Ones": 1.0, "Constant": options.get("value", 0.0)}.get(name) if isinstance(name, str) else None
    )
    return (
        float(number)
        if isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) <= 1e300
        else None
    )


def penalties(a: Arguments, option: str) -> Spec:
    """Error: spec-unsupported."""
    given = a.take(option)
    if given is None:
        return {}
    name, config = class_and_config(given)
    factors = {key: config[key] for key in ("l1", "l2") if config.get(key) is not None}
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in factors.values())
    if name not in ("L1", "L2", "L1L2") or not factors or config.keys() - {"l1", "l2"} or not numbers:
        raise EngineError(
            "spec-unsupported", place=a.place, option=option, got=shown(given) if not isinstance(name, str) else name
        )
    # l2 Σ W² there, l2/2 Σ W² here.
    return {key: value * {"l1": 1, "l2": 2}[key] for key, value in factors.items()}


def class_and_config(given: object) -> tuple[object, Mapping[str, Any]]:
    """An object's class and options; a word such as "he_normal" is a class without options."""
    if isinstance(given, str):
        return "".join(word.title() for word in given.split("_")) if given.islower() else given, {}
    if not is_mapping(given):
        return None, {}
    config = given.get("config")
    return given.get("class_name"), config if is_mapping(config) else {}


# --------------------------------------------------------------------- layers


def dense(a: Arguments) -> list[Spec]:
    return [{"type": "affine", "units": a.need("units"), **weighted(a)}]


def first(value: object) -> Any:
    return value[0] if is_json_list(value) and len(value) == 1 else value


def channels(a: Arguments, order: tuple[int, ...]) -> Spec:
    """The order of axes that a layer needs here, where channels come last."""
    return {} if a.take("data_format", "channels_last") == "channels_first" else {"channels_first_order": order}


def conv(axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        a.only("dilation_rate", 1, [1], [1, 1])
        a.only("groups", 1)
        size, stride = first(a.need("kernel_size")), first(a.take("strides", 1))
        return [
            {
                "type": f"conv{axes}d",
                "filters": a.need("filters"),
                "size": size,
                "stride": stride,
                "padding": padding(a, a.take("padding", "valid"), size, stride),
                **weighted(a),
                **channels(a, IMAGES if axes == 2 else SIGNALS),
            }
        ]

    return layer


def checked_format(a: Arguments) -> None:
    if a.given.get("data_format") not in (None, "channels_first", "channels_last"):
        a.only("data_format", "channels_last")


def pool(kind: str) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        a.only("padding", "valid")
        size = first(a.take("pool_size", 2))
        return [{"type": kind, "size": size, "stride": first(a.take("strides", size)), **channels(a, IMAGES)}]

    return layer


def flatten(a: Arguments) -> list[Spec]:
    """Channels that come first are moved to the end before, as Keras does."""
    checked_format(a)
    return [{"type": "flatten", **({"channels_last": True} if a.take("data_format") == "channels_first" else {})}]


def reshape(a: Arguments) -> list[Spec]:
    return [{"type": "reshape", "shape": a.need("target_shape")}]


def permute(a: Arguments) -> list[Spec]:
    """dims: counted from 1, without the batch."""
    dims = a.need("dims")
    return [{"type": "transpose", "axes": [0, *dims] if is_json_list(dims) else dims}]


def scale_and_shift(a: Arguments) -> Spec:
    a.only("center", True)
    a.only("scale", True)
    gamma, beta = first_number(a, "gamma_initializer", 1.0), first_number(a, "beta_initializer", 0.0)
    return {name: value for name, value, usual in (("gamma", gamma, 1), ("beta", beta, 0)) if value != usual}


def batch_norm(a: Arguments) -> list[Spec]:
    a.only("renorm", False)
    return [
        {"type": "batch_norm", "axis": first(a.take("axis", -1)), "eps": a.take("epsilon", 1e-3), **scale_and_shift(a)}
    ]


def layer_norm(a: Arguments) -> list[Spec]:
    a.only("rms_scaling", False)
    return [
        {"type": "layer_norm", "axis": first(a.take("axis", -1)), "eps": a.take("epsilon", 1e-3), **scale_and_shift(a)}
    ]


def dropout(a: Arguments) -> list[Spec]:
    a.only("noise_shape")
    return [{"type": "dropout", "rate": a.need("rate")}]


def embedding(a: Arguments) -> list[Spec]:
    a.only("mask_zero", False)
    return [
        {
            "type": "embedding",
            "vocabulary": a.need("input_dim"),
            "units": a.need("output_dim"),
            **weighted(a, "embeddings"),
        }
    ]


def relu(a: Arguments) -> list[Spec]:
    a.only("threshold", 0)
    slope, top = a.take("negative_slope", 0), a.take("max_value")
    if top not in (None, 6) or (slope and top):
        raise EngineError("spec-unsupported", place=a.place, option="max_value", got=shown(top))
    return [{"type": "leaky_relu", "slope": slope} if slope else {"type": "relu6" if top else "relu"}]


def leaky_relu(a: Arguments) -> list[Spec]:
    """negative_slope in Keras 3, alpha in Keras 2; both have the default 0.3."""
    older = a.take("alpha", 0.3)
    return [{"type": "leaky_relu", "slope": a.take("negative_slope", older)}]


def rescaling(a: Arguments) -> list[Spec]:
    return [{"type": "rescale", "scale": a.need("scale"), "offset": a.take("offset", 0.0)}]


CLASSES: dict[str, Reader] = {
    "InputLayer": lambda a: [],
    "Dense": dense,
    "Conv1D": conv(1),
    "Conv2D": conv(2),
    "MaxPooling2D": pool("max_pool2d"),
    "AveragePooling2D": pool("avg_pool2d"),
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "Dropout": dropout,
    "Embedding": embedding,
    "Activation": lambda a: [],
    "ReLU": relu,
    "LeakyReLU": leaky_relu,
    "ELU": lambda a: [{"type": "elu", "alpha": a.take("alpha", 1.0)}],
    "Softmax": lambda a: [{"type": "softmax", "axis": first(a.take("axis", -1))}],
    "Rescaling": rescaling,
    "Add": lambda a: [{"type": "add"}],
    "Multiply": lambda a: [{"type": "multiply"}],
    "Concatenate": lambda a: [{"type": "concat", "axis": a.take("axis", -1)}],
}

OTHERS = (
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "Average",
    "AveragePooling1D",
    "AveragePooling3D",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM2D",
    "Convolution2D",
    "Cropping1D",
    "Cropping2D",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "EinsumDense",
    "Functional",
    "GRU",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "GroupQueryAttention",
    "Hashing",
    "IntegerLookup",
    "LSTM",
    "LSTMCell",
    "Lambda",
    "Masking",
    "MaxPooling1D",
    "MaxPooling3D",
    "Maximum",
    "Minimum",
    "Model",
    "MultiHeadAttention",
    "Normalization",
    "PReLU",
    "RMSNormalization",
    "RNN",
    "RandomFlip",
    "RandomRotation",
    "RandomZoom",
    "RepeatVector",
    "Resizing",
    "SeparableConv1D",
    "SeparableConv2D",
    "Sequential",
    "SimpleRNN",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpectralNormalization",
    "StringLookup",
    "Subtract",
    "TextVectorization",
    "ThresholdedReLU",
    "TimeDistributed",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
)
