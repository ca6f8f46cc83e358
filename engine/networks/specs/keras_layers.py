"""Keras's layer classes as layers of this package, in Keras's own layout of axes: everything that changes a number is
honoured, or refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.specs.foreign import Arguments, Reader, Spec, reader
from gradlens.engine.networks.specs.keras_first import renamed
from gradlens.engine.networks.specs.keras_weights import first_number, first_weights, penalties, weighted
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
VOLUMES, IMAGES, SIGNALS = (0, 4, 1, 2, 3), (0, 3, 1, 2), (0, 2, 1)  # to channels first


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
    "exponential": {"type": "exponential"},
    "swish": {"type": "silu"},
    "hard_silu": {"type": "hardswish"},
    "hard_swish": {"type": "hardswish"},
    "hard_tanh": {"type": "hardtanh"},
    "hard_shrink": {"type": "hardshrink", "bound": 0.5},
    "soft_shrink": {"type": "softshrink", "bound": 0.5},
    "tanh_shrink": {"type": "tanhshrink"},
    "leaky_relu": {"type": "leaky_relu", "slope": 0.2},
}


def read_layer(layer_class: str, given: Spec, place: str, version: int | None, roles: Sequence[str] = ()) -> list[Spec]:
    """A layer and the activation that it ends with.

    version: of Keras, 2 or 3; None where it is not known.  roles: of its inputs; empty for those without a name.
    """
    layer_class, given = renamed(layer_class, given, place)
    layer = reader(layer_class, CLASSES, OTHERS, place)
    named = next(filter(None, roles), None)
    begun = len(roles) > 1 and layer_class in (*STATES, "Bidirectional")
    states = STATES.get(layer_class, -1)
    if (named is not None and layer_class not in (*NAMED_INPUTS, *STATES)) or (begun and len(roles) != 1 + states):
        raise EngineError("spec-unsupported", place=place, option=named or "initial_state", got="…")
    a = Arguments(place, given, version)
    frozen = a.flag("trainable", True) is False
    after = [] if layer_class in OWN_ACTIVATION else activation(a, version)
    found = layer(a)
    a.done(IGNORED)
    found[-1:] = [found[-1] | {"initial": True}] if begun else found[-1:]
    return [spec | ({"frozen": True} if frozen else {}) for spec in found] + after


NAMED_INPUTS = ("MultiHeadAttention", "Attention")  # a query, a value, a key, in that order
STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}  # how many arrays they carry from step to step
OWN_ACTIVATION = ("Activation", "SimpleRNN", "LSTM", "GRU", "Bidirectional", "TimeDistributed")  # they read it


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


# --------------------------------------------------------------------- layers


def dense(a: Arguments) -> list[Spec]:
    return [{"type": "affine", "units": a.need("units"), **weighted(a)}]


def first(value: object) -> Any:
    return value[0] if is_json_list(value) and len(value) == 1 else value


def channels(a: Arguments, order: tuple[int, ...]) -> Spec:
    """The order of axes that a layer needs here, where channels come last."""
    return {} if a.take("data_format", "channels_last") == "channels_first" else {"channels_first_order": order}


ORDERS = {1: SIGNALS, 2: IMAGES, 3: VOLUMES}


def padding(a: Arguments, *more: str) -> Spec:
    """valid, same, or causal.  Error: spec-unsupported."""
    given = a.take("padding", "valid")
    if given not in ("valid", "same", *more):
        raise EngineError("spec-unsupported", place=a.place, option="padding", got=shown(given))
    return {} if given == "valid" else {given: True}


def conv(axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        return [
            {
                "type": f"conv{axes}d",
                "filters": a.need("filters"),
                **windows(a),
                "groups": a.take("groups", 1),
                **padding(a, *(("causal",) if axes == 1 else ())),
                **weighted(a),
                **channels(a, ORDERS[axes]),
            }
        ]

    return layer


def windows(a: Arguments) -> Spec:
    return {
        "size": first(a.need("kernel_size")),
        "stride": first(a.take("strides", 1)),
        "dilation": first(a.take("dilation_rate", 1)),
    }


def depthwise(axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        a.only("groups", 1)
        return [
            {
                "type": f"depthwise_conv{axes}d",
                "multiplier": a.take("depth_multiplier", 1),
                **windows(a),
                **padding(a),
                **weighted(a, "depthwise"),
                **channels(a, ORDERS[axes]),
            }
        ]

    return layer


def separable(axes: int) -> Reader:
    """A depthwise convolution without a bias, and one of windows of a single element."""

    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        a.only("groups", 1)
        first_last = a.given.get("data_format")
        one = {
            "type": f"depthwise_conv{axes}d",
            "multiplier": a.take("depth_multiplier", 1),
            **windows(a),
            **padding(a),
            **first_weights(a, "depthwise_initializer"),
            **penalties(a, "depthwise_regularizer"),
            "bias": False,
            **channels(a, ORDERS[axes]),
        }
        a.given["data_format"] = first_last
        two = {"type": f"conv{axes}d", "filters": a.need("filters"), "size": 1, **weighted(a, "pointwise")}
        return [one, two | channels(a, ORDERS[axes])]

    return layer


def conv_transpose(axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        a.only("output_padding", [])
        a.only("dilation_rate", 1, [1], [1, 1])
        a.only("groups", 1)
        return [
            {
                "type": f"conv{axes}d_transpose",
                "filters": a.need("filters"),
                "size": first(a.need("kernel_size")),
                "stride": first(a.take("strides", 1)),
                **padding(a),
                **weighted(a),
                **channels(a, ORDERS[axes]),
            }
        ]

    return layer


def checked_format(a: Arguments) -> None:
    if a.given.get("data_format") not in (None, "channels_first", "channels_last"):
        a.only("data_format", "channels_last")


def pool(kind: str, axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        size = first(a.take("pool_size", 2))
        return [
            {
                "type": f"{kind}_pool{axes}d",
                "size": size,
                "stride": first(a.take("strides", size)),
                **padding(a),
                **channels(a, ORDERS[axes]),
            }
        ]

    return layer


def global_pool(kind: str, axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        kept = a.flag("keepdims", False)
        return [{"type": f"global_{kind}_pool", "keepdims": kept, "reduces": not kept, **channels(a, ORDERS[axes])}]

    return layer


def sides(kind: str, option: str, axes: int) -> Reader:
    """Zeros at the sides, or what is cut there: a number for all, one by axis, or a pair by axis."""

    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        a.only("data_format", "channels_last")
        given = a.take(option, 1)
        if axes == 1:
            both = [given, given] if isinstance(given, int) else given
        else:
            by_axis = [given] * axes if isinstance(given, int) else given
            both = [
                n
                for one in (by_axis if is_json_list(by_axis) else [by_axis])
                for n in (one if is_json_list(one) else [one, one])
            ]
        return [{"type": kind, "sides": both}]

    return layer


def upsample(axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        checked_format(a)
        size = a.take("size", 2)
        factors = size if is_json_list(size) else [size] * axes
        mode = a.take("interpolation", "nearest")
        return [{"type": "upsample", "factors": factors, "mode": mode, **channels(a, ORDERS[axes])}]

    return layer


def spatial_dropout(a: Arguments) -> list[Spec]:
    checked_format(a)
    a.only("data_format", "channels_last")
    return [{"type": "spatial_dropout", "rate": a.need("rate")}]


# ------------------------------------------------------------------- sequences

SQUASHING = {"hard_sigmoid": "hardsigmoid", "linear": "linear"}


def squashing(a: Arguments, option: str, usual: str) -> str:
    """The function of a state or of a gate.  Errors: spec-unsupported, spec-version."""
    name = a.take(option, usual)
    if name == "hard_sigmoid" and a.version == 2:
        return "hard_sigmoid_2"
    if name == "hard_sigmoid" and a.version is None:
        raise EngineError("spec-version", place=a.place, option=option, got=name)
    if name not in ("tanh", "sigmoid", "relu", "softsign", "elu", "selu", "softmax", *SQUASHING):
        raise EngineError("spec-unsupported", place=a.place, option=option, got=shown(name))
    return SQUASHING.get(name, name)


def recurrent(kind: str) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        carried = 2 if kind == "lstm" else 1
        states = a.flag("return_state", False)
        a.only("stateful", False)
        a.only("time_major", False)
        a.only("recurrent_regularizer")
        if not a.given.get("return_sequences"):
            a.only("zero_output_for_mask", False)
        for passed in ("unroll", "implementation", "use_cudnn"):
            a.take(passed)
        first_state = first_weights(a, "recurrent_initializer")
        spec: Spec = {
            "type": kind,
            "units": a.need("units"),
            "activation": squashing(a, "activation", "tanh"),
            "sequences": a.flag("return_sequences", False),
            "hides_masked": a.flag("zero_output_for_mask", False),
            "backward": a.flag("go_backwards", False),
            "recurrent_dropout": a.take("recurrent_dropout", 0),
            "recurrent_init": first_state.get("init", "orthogonal"),
        }
        if kind != "simple_rnn":
            spec["gate"] = squashing(a, "recurrent_activation", "sigmoid")
        if kind == "gru":
            spec["reset_after"] = a.flag("reset_after", a.version == 3)
        dropped = a.take("dropout", 0)
        spec |= weighted(a)
        if kind == "lstm":
            forgetting(a, spec)
        if states:
            shown = {"type": "leading_steps", "without": carried} if spec["sequences"] else {"type": "step", "at": 0}
            spec |= {"states": True, "parts": [shown, *({"type": "step", "at": n} for n in range(-carried, 0))]}
        return [*([{"type": "spatial_dropout", "rate": dropped}] if dropped else []), spec]

    return layer


def forgetting(a: Arguments, spec: Spec) -> None:
    """Jozefowicz et al. 2015: the bias of the forget gate begins with 1."""
    units = spec["units"]
    if a.flag("unit_forget_bias", True) and spec["bias"] is not False and type(units) is int and 0 < units < 10_000:
        first = spec.get("b", 0.0)
        if isinstance(first, float) and "bias_init" not in spec:
            spec["b"] = [first] * units + [1.0] * units + [first] * (2 * units)


def bidirectional(a: Arguments) -> list[Spec]:
    """One layer and the same on the sequence turned around.  Error: spec-unsupported, for two that differ."""
    inner = a.need("layer")
    a.take("backward_layer")
    merge = a.take("merge_mode")
    layer_class, given = inner_layer(inner, a.place)
    if layer_class not in ("SimpleRNN", "LSTM", "GRU") or merge not in ("concat", "sum", "mul", "ave"):
        raise EngineError("spec-unsupported", place=a.place, option="merge_mode", got=shown(merge or layer_class))
    *before, spec = read_layer(layer_class, given, a.place, a.version)
    if "states" in spec:
        raise EngineError("spec-unsupported", place=a.place, option="return_state", got="true")
    back = {"br": spec["b"]} if "b" in spec else {}
    # It makes its layers give zeros at the steps that are left out, whatever they say.
    hides = {"hides_masked": spec["sequences"]}
    return [*before, spec | {"bidirectional": True, "merge": merge} | hides | back]


def time_distributed(a: Arguments) -> list[Spec]:
    layer_class, given = inner_layer(a.need("layer"), a.place)
    parts = read_layer(layer_class, given, a.place, a.version)
    if any("parts" in one for one in parts):
        raise EngineError("spec-unsupported", place=a.place, option="return_state", got="true")
    return [{"type": "time_distributed", "inner": parts}]


def inner_layer(item: object, place: str) -> tuple[str, Spec]:
    """Error: spec-object."""
    if not is_mapping(item) or not isinstance(item.get("class_name"), str) or not is_mapping(item.get("config")):
        raise EngineError("spec-object", place=place, got=shown(item))
    return item["class_name"], dict(item["config"])


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
    switched = {name: False for name in ("center", "scale") if not a.flag(name, True)}
    gamma, beta = first_number(a, "gamma_initializer", 1.0), first_number(a, "beta_initializer", 0.0)
    return switched | {
        name: value
        for name, value, usual, there in (("gamma", gamma, 1, "scale"), ("beta", beta, 0, "center"))
        if value != usual and there not in switched
    }


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


def group_norm(a: Arguments) -> list[Spec]:
    a.only("axis", -1)
    spec: Spec = {"type": "group_norm", "groups": a.take("groups", 32), "eps": a.take("epsilon", 1e-3)}
    return [spec | scale_and_shift(a) | {"channels_last": True}]


def prelu(a: Arguments) -> list[Spec]:
    a.only("alpha_regularizer")
    a.only("alpha_constraint")
    return [
        {
            "type": "prelu",
            "shared": a.take("shared_axes") or [],
            "a": first_number(a, "alpha_initializer", 0.0),
        }
    ]


def merge(kind: str) -> Reader:
    return lambda a: [{"type": kind}]


def dot(a: Arguments) -> list[Spec]:
    a.only("normalize", False)
    axes = a.need("axes")
    return [{"type": "dot", "axes": axes if is_json_list(axes) else [axes]}]


def dropout(a: Arguments) -> list[Spec]:
    a.only("noise_shape")
    return [{"type": "dropout", "rate": a.need("rate")}]


def embedding(a: Arguments) -> list[Spec]:
    hides = a.flag("mask_zero", False)
    return [
        {
            "type": "embedding",
            **({"makes_mask": 0.0} if hides else {}),
            "vocabulary": a.need("input_dim"),
            "units": a.need("output_dim"),
            **weighted(a, "embeddings"),
        }
    ]


def masking(a: Arguments) -> list[Spec]:
    value = a.take("mask_value", 0.0)
    return [{"type": "masked", "value": value, "makes_mask": value}]


def relu(a: Arguments) -> list[Spec]:
    slope, top, threshold = a.take("negative_slope", 0), a.take("max_value"), a.take("threshold", 0)
    if threshold or top not in (None, 6) or (slope and top):
        return [{"type": "clipped_relu", "slope": slope, "top": top, "threshold": threshold}]
    return [{"type": "leaky_relu", "slope": slope} if slope else {"type": "relu6" if top else "relu"}]


def multi_head_attention(a: Arguments) -> list[Spec]:
    a.only("output_shape")
    a.only("attention_axes", [1])
    for passed in ("flash_attention", "use_gate"):
        a.only(passed, False)
    for part in ("query_shape", "key_shape", "value_shape"):
        a.take(part)
    spec: Spec = {
        "type": "attention",
        "heads": a.need("num_heads"),
        "key_dim": a.need("key_dim"),
        "value_dim": a.take("value_dim"),
        "dropout": a.take("dropout", 0.0),
    }
    return [spec | weighted(a)]


def attention(a: Arguments) -> list[Spec]:
    a.only("use_scale", False)
    a.only("score_mode", "dot")
    a.only("dropout", 0, 0.0)
    return [{"type": "dot_attention"}]


def normalization(a: Arguments) -> list[Spec]:
    """The mean and variance of data, where the layer tells them; else of what it was adapted to: 0 and 1 at first."""
    a.only("invert", False)
    told = {ours: a.take(theirs) for ours, theirs in (("m", "mean"), ("v", "variance"))}
    axis = first(a.take("axis", -1))
    values = {name: first(value) if is_json_list(value) else value for name, value in told.items() if value is not None}
    return [{"type": "standardize", "axis": axis} | values]


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
    "Conv3D": conv(3),
    "DepthwiseConv1D": depthwise(1),
    "DepthwiseConv2D": depthwise(2),
    "SeparableConv1D": separable(1),
    "SeparableConv2D": separable(2),
    "Conv1DTranspose": conv_transpose(1),
    "Conv2DTranspose": conv_transpose(2),
    "MaxPooling1D": pool("max", 1),
    "MaxPooling2D": pool("max", 2),
    "MaxPooling3D": pool("max", 3),
    "AveragePooling1D": pool("avg", 1),
    "AveragePooling2D": pool("avg", 2),
    "AveragePooling3D": pool("avg", 3),
    "GlobalMaxPooling1D": global_pool("max", 1),
    "GlobalMaxPooling2D": global_pool("max", 2),
    "GlobalMaxPooling3D": global_pool("max", 3),
    "GlobalAveragePooling1D": global_pool("avg", 1),
    "GlobalAveragePooling2D": global_pool("avg", 2),
    "GlobalAveragePooling3D": global_pool("avg", 3),
    "ZeroPadding1D": sides("zero_pad", "padding", 1),
    "ZeroPadding2D": sides("zero_pad", "padding", 2),
    "ZeroPadding3D": sides("zero_pad", "padding", 3),
    "Cropping1D": sides("crop", "cropping", 1),
    "Cropping2D": sides("crop", "cropping", 2),
    "Cropping3D": sides("crop", "cropping", 3),
    "UpSampling1D": upsample(1),
    "UpSampling2D": upsample(2),
    "UpSampling3D": upsample(3),
    "SpatialDropout1D": spatial_dropout,
    "SpatialDropout2D": spatial_dropout,
    "SpatialDropout3D": spatial_dropout,
    "SimpleRNN": recurrent("simple_rnn"),
    "LSTM": recurrent("lstm"),
    "GRU": recurrent("gru"),
    "Bidirectional": bidirectional,
    "TimeDistributed": time_distributed,
    "RepeatVector": lambda a: [{"type": "repeat_vector", "count": a.need("n")}],
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "GroupNormalization": group_norm,
    "PReLU": prelu,
    "ThresholdedReLU": lambda a: [{"type": "threshold", "threshold": a.take("theta", 1.0), "value": 0.0}],
    "Dropout": dropout,
    "Embedding": embedding,
    "Activation": lambda a: activation(a, a.version),
    "ReLU": relu,
    "Masking": masking,
    "MultiHeadAttention": multi_head_attention,
    "Attention": attention,
    "Normalization": normalization,
    "LeakyReLU": leaky_relu,
    "ELU": lambda a: [{"type": "elu", "alpha": a.take("alpha", 1.0)}],
    "Softmax": lambda a: [{"type": "softmax", "axis": first(a.take("axis", -1))}],
    "Rescaling": rescaling,
    **{name: merge(name.lower()) for name in ("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum")},
    "Dot": dot,
    "Concatenate": lambda a: [{"type": "concat", "axis": a.take("axis", -1)}],
}

OTHERS = (
    "AdditiveAttention",
    "AlphaDropout",
    "CategoryEncoding",
    "CenterCrop",
    "Conv3DTranspose",
    "ConvLSTM2D",
    "Discretization",
    "EinsumDense",
    "Functional",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GroupQueryAttention",
    "Hashing",
    "IntegerLookup",
    "LSTMCell",
    "Lambda",
    "Model",
    "RMSNormalization",
    "RNN",
    "RandomFlip",
    "RandomRotation",
    "RandomZoom",
    "Resizing",
    "Sequential",
    "SpectralNormalization",
    "StringLookup",
    "TextVectorization",
    "UnitNormalization",
)
