"""A Keras model's configuration (model.get_config(), model.to_json()) as layers: read, never executed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from engine.errors import EngineError
from engine.network.fields import shown
from engine.network.foreign import Arguments, Reader, Spec, reader

# They change no number of a network whose weights are drawn here.
IGNORED = (
    "name", "trainable", "dtype", "batch_input_shape", "batch_shape", "input_shape", "input_dim", "input_length", "bias_initializer", "seed", "noise_shape",
    "momentum", "moving_mean_initializer", "moving_variance_initializer", "beta_initializer", "gamma_initializer", "sparse", "ragged", "optional",
    "registered_name", "module", "build_config", "mask_zero", "synchronized", "renorm",
)
IMAGES, SIGNALS = ((0, 3, 1, 2), (0, 2, 3, 1)), ((0, 2, 1), (0, 2, 1))  # to channels first, and back
CHANNELS = {"Conv2D": IMAGES, "MaxPooling2D": IMAGES, "AveragePooling2D": IMAGES, "Conv1D": SIGNALS}
KEEPING = {"BatchNormalization", "Dropout", "Activation", "ReLU", "LeakyReLU", "ELU", "Add", "Multiply"}  # axes in any order but the batch's
INITIALIZERS = {"GlorotUniform": "xavier_uniform", "GlorotNormal": "xavier", "HeUniform": "he_uniform", "HeNormal": "he", "Zeros": "zeros", "RandomNormal": "normal"}
ACTIVATIONS = {"swish": "silu", "hard_sigmoid": "hardsigmoid", "hard_swish": "hardswish", "hard_silu": "hardswish"}


def from_keras(config: object) -> list[Spec]:
    """The layers.  Errors: spec-json, spec-object, layer-type, spec-unsupported, spec-missing, layer-source."""
    if isinstance(config, str):
        try:
            config = json.loads(config)
        except (ValueError, RecursionError):
            raise EngineError("spec-json") from None
    inner = config.get("config", config) if isinstance(config, Mapping) else config
    kind = config.get("class_name", "Sequential") if isinstance(config, Mapping) else None
    items = inner.get("layers") if isinstance(inner, Mapping) else None
    if kind not in ("Sequential", "Functional", "Model") or not isinstance(items, list) or not items:
        raise EngineError("spec-json")
    sequential = kind == "Sequential"
    several = sum(isinstance(item, Mapping) and item.get("class_name") == "InputLayer" for item in items) > 1
    layers: list[Spec] = []
    outputs: dict[str, str] = {}  # their name of a layer -> ours of the last layer that it became
    turned: dict[str, tuple[int, ...]] = {}  # ours, where channels come first as they do not there -> the way back
    previous = None
    for index, item in enumerate(items):
        place = f"layers[{index}]"
        layer_class, given = layer_config(item, place)
        name = str(item.get("name") or given.get("name") or f"layer_{index}")
        sources = inbound(item) if not sequential else [previous] if previous else []
        for source in sources:
            if source not in outputs:
                raise EngineError("layer-source", place=place, name=shown(source))
        inputs = [outputs[source] for source in sources] or ["x"]
        last_channels = given.get("data_format", "channels_last") == "channels_last"
        found = read(layer_class, given, place)
        if layer_class == "InputLayer":
            outputs[name] = plain_name(name) if several else "x"
        else:
            before, way_back = turn(layer_class, last_channels, inputs, turned, plain_name(name), place)
            layers += before
            inputs = [before[-1]["name"]] if before else inputs
            for part, layer in enumerate(found):
                layer |= {"name": plain_name(name) + (f"_{part + 1}" if part else ""), "input": inputs}
                inputs = [layer["name"]]
            layers += found
            outputs[name] = inputs[0]
            if way_back:
                turned[outputs[name]] = way_back
        previous = name
    return in_order(layers, inner.get("output_layers"), outputs)


def turn(layer_class: str, last_channels: bool, inputs: list[str], turned: Mapping[str, tuple[int, ...]], name: str, place: str) -> tuple[list[Spec], tuple[int, ...] | None]:
    """Axes turned before a layer that needs them in another order, and the way back from its output, if any.

    Keras holds images as (N, H, W, C) by default, and here they are (N, C, H, W).  Error: spec-unsupported.
    """
    ways = [turned.get(source) for source in inputs]
    axes: tuple[int, ...] | None = None
    if layer_class in CHANNELS and last_channels and ways[0] is None:
        axes, way_back = CHANNELS[layer_class]
    elif layer_class in CHANNELS or layer_class in KEEPING:
        way_back = ways[0]
        if any(way != way_back for way in ways):
            raise EngineError("spec-unsupported", place=place, option="data_format", got="channels_last")
    else:
        axes, way_back = ways[0], None
        if len(inputs) > 1 and any(ways):
            raise EngineError("spec-unsupported", place=place, option="data_format", got="channels_last")
    return ([] if axes is None else [{"type": "transpose", "axes": list(axes), "name": f"{name}_turned", "input": inputs}]), way_back


def layer_config(item: object, place: str) -> tuple[str, Spec]:
    if not isinstance(item, Mapping) or not isinstance(item.get("class_name"), str) or not isinstance(item.get("config"), Mapping):
        raise EngineError("spec-object", place=place, got=shown(item))
    return item["class_name"], dict(item["config"])


def plain_name(name: str) -> str:
    return re.sub(r"\W|^(?=\d)", "_", name)


def inbound(item: Mapping) -> list[str]:
    """The names of the layers that lead into one: lists in Keras 2, tensors with a history in Keras 3."""
    found: list[str] = []
    pending: list[object] = [item.get("inbound_nodes")]
    while pending:
        part = pending.pop(0)
        if isinstance(part, Mapping):
            history = part.get("keras_history")
            if isinstance(history, list) and history and isinstance(history[0], str):
                found.append(history[0])
            else:
                pending = [*part.values(), *pending]
        elif isinstance(part, list):
            if len(part) >= 3 and isinstance(part[0], str) and isinstance(part[1], int):
                found.append(part[0])
            else:
                pending = [*part, *pending]
    return found


def in_order(layers: list[Spec], output_layers: object, outputs: Mapping[str, str]) -> list[Spec]:
    """The output's layers last, as the network's output is its last layer.  Error: spec-unsupported, for several outputs."""
    while isinstance(output_layers, list) and len(output_layers) == 1 and isinstance(output_layers[0], list):
        output_layers = output_layers[0]
    if not isinstance(output_layers, list) or not output_layers or not isinstance(output_layers[0], str):
        if output_layers:
            raise EngineError("spec-unsupported", place="layers", option="output_layers", got=shown(output_layers))
        return layers
    last = outputs.get(output_layers[0])
    return [layer for layer in layers if layer["name"] != last] + [layer for layer in layers if layer["name"] == last]


def read(layer_class: str, given: Spec, place: str) -> list[Spec]:
    layer = reader(layer_class, CLASSES, place)
    a = Arguments(place, given)
    after = activation(a) if layer_class != "Activation" else []
    found = layer(a)
    a.done(IGNORED)
    return found + after


def activation(a: Arguments) -> list[Spec]:
    """The activation that a layer ends with."""
    name = a.take("activation", "linear")
    if not isinstance(name, str):
        raise EngineError("spec-unsupported", place=a.place, option="activation", got=shown(name))
    return [] if name == "linear" else [{"type": ACTIVATIONS.get(name, name)}]


def weighted(a: Arguments) -> Spec:
    """Bias, initial values and penalties of a layer with weights."""
    spec: Spec = {"bias": a.take("use_bias", True)}
    given = a.take("kernel_initializer") or a.take("embeddings_initializer")
    name, options = class_and_config(given)
    if name is not None:
        camel = "".join(word.title() for word in str(name).split("_")) if str(name).islower() else str(name)
        if camel not in INITIALIZERS:
            raise EngineError("spec-unsupported", place=a.place, option="kernel_initializer", got=shown(name))
        spec["init"] = INITIALIZERS[camel]
        if camel == "RandomNormal":
            spec["std"] = options.get("stddev", 0.05)
    penalty = a.take("kernel_regularizer")
    if penalty is not None:
        _, config = class_and_config(penalty)
        if not config or config.keys() - {"l1", "l2"}:
            raise EngineError("spec-unsupported", place=a.place, option="kernel_regularizer", got=shown(penalty))
        # l2 Σ W² there, l2/2 Σ W² here.
        spec |= {name: factor * value for name, factor in (("l1", 1), ("l2", 2)) if isinstance(value := config.get(name), (int, float))}
    return spec


def class_and_config(given: object) -> tuple[object, Mapping]:
    """An object's class and options; a word is a class without options."""
    if not isinstance(given, Mapping):
        return given, {}
    config = given.get("config")
    return given.get("class_name"), config if isinstance(config, Mapping) else {}


def dense(a: Arguments) -> list[Spec]:
    return [{"type": "affine", "units": a.need("units"), **weighted(a)}]


def first(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def conv(axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        a.only("data_format", "channels_first", "channels_last")
        a.only("dilation_rate", 1, [1], [1, 1])
        a.only("groups", 1)
        size, stride = first(a.need("kernel_size")), first(a.take("strides", 1))
        return [{"type": f"conv{axes}d", "filters": a.need("filters"), "size": size, "stride": stride, "padding": same(a, size, stride), **weighted(a)}]

    return layer


def same(a: Arguments, size: object, stride: object) -> object:
    """Padding in numbers.  Error: spec-unsupported where "same" would pad one side more."""
    padding = a.take("padding", "valid")
    if padding == "valid":
        return 0
    sizes = size if isinstance(size, list) else [size]
    strides = stride if isinstance(stride, list) else [stride]
    if padding != "same" or not sizes or any(s != 1 for s in strides) or any(not isinstance(n, int) or n % 2 == 0 for n in sizes):
        raise EngineError("spec-unsupported", place=a.place, option="padding", got=shown(padding))
    both = [n // 2 for n in sizes]
    return both if len(both) > 1 else both[0]


def pool(kind: str) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        a.only("data_format", "channels_first", "channels_last")
        a.only("padding", "valid")
        size = first(a.take("pool_size", 2))
        return [{"type": kind, "size": size, "stride": first(a.take("strides", size))}]

    return layer


def flatten(a: Arguments) -> list[Spec]:
    a.only("data_format", "channels_last", "channels_first")
    return [{"type": "flatten"}]


def reshape(a: Arguments) -> list[Spec]:
    return [{"type": "reshape", "shape": a.need("target_shape")}]


def batch_norm(a: Arguments) -> list[Spec]:
    a.only("axis", 1, [1], -1, [-1], 3, [3])  # the channels, wherever they stand
    a.only("center", True)
    a.only("scale", True)
    return [{"type": "batch_norm", "eps": a.take("epsilon", 1e-3)}]


def layer_norm(a: Arguments) -> list[Spec]:
    a.only("axis", -1, [-1])
    a.only("center", True)
    a.only("scale", True)
    a.only("rms_scaling", False)
    return [{"type": "layer_norm", "eps": a.take("epsilon", 1e-3)}]


def embedding(a: Arguments) -> list[Spec]:
    spec = {"type": "embedding", "vocabulary": a.need("input_dim"), "units": a.need("output_dim"), **weighted(a)}
    return [{name: value for name, value in spec.items() if name != "bias"}]


def relu(a: Arguments) -> list[Spec]:
    a.only("threshold", 0)
    slope, top = a.take("negative_slope", 0), a.take("max_value")
    if top not in (None, 6) or slope and top:
        raise EngineError("spec-unsupported", place=a.place, option="max_value", got=shown(top))
    return [{"type": "leaky_relu", "slope": slope} if slope else {"type": "relu6" if top else "relu"}]


def simple(kind: str, **options: str) -> Reader:
    """options: ours, by their names."""
    return lambda a: [{"type": kind} | {ours: value for theirs, ours in options.items() if (value := a.take(theirs)) is not None}]


CLASSES: dict[str, Reader] = {
    "InputLayer": lambda a: [], "Dense": dense, "Conv1D": conv(1), "Conv2D": conv(2), "MaxPooling2D": pool("max_pool2d"), "AveragePooling2D": pool("avg_pool2d"),
    "Flatten": flatten, "Reshape": reshape, "BatchNormalization": batch_norm, "LayerNormalization": layer_norm, "Dropout": simple("dropout", rate="rate"),
    "Embedding": embedding, "Activation": activation, "ReLU": relu, "LeakyReLU": simple("leaky_relu", negative_slope="slope", alpha="slope"),
    "ELU": simple("elu", alpha="alpha"), "Softmax": simple("softmax", axis="axis"), "Add": simple("add"), "Multiply": simple("multiply"),
    "Concatenate": simple("concat", axis="axis"),
}
