"""Layers as Keras 1 writes them, by the names that Keras 2 gave to their classes and options."""

from __future__ import annotations

from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.specs.foreign import Spec
from gradlens.engine.values import is_mapping

CLASSES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "SeparableConvolution2D": "SeparableConv2D",
}
OPTIONS = {
    "border_mode": "padding",
    "bias": "use_bias",
    "nb_filter": "filters",
    "subsample": "strides",
    "subsample_length": "strides",
    "stride": "strides",
    "atrous_rate": "dilation_rate",
    "filter_length": "kernel_size",
    "pool_length": "pool_size",
    "length": "size",
    "p": "rate",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "gamma_init": "gamma_initializer",
    "beta_init": "beta_initializer",
}
SIZES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
ORDERINGS = {"tf": "channels_last", "th": "channels_first"}
ONLY = {"mode": 0, "forget_bias_init": "one", "weights": None}  # what there is one way of since
UNITS = ("Dense", "SimpleRNN", "LSTM", "GRU")
WORDS = {"zero": "zeros", "one": "ones"}
OURS = {*OPTIONS, *ONLY, *(name for names in SIZES for name in names), "dim_ordering", "consume_less"}


def renamed(layer_class: str, given: Spec, place: str) -> tuple[str, Spec]:
    """A layer's class and options by the names of Keras 2.  Error: spec-unsupported, for what it has no name for."""
    layer_class = CLASSES.get(layer_class, layer_class)
    if not given.keys() & OURS and not (layer_class in UNITS and "output_dim" in given):
        return layer_class, given
    found: Spec = {}
    for name, value in given.items():
        if name in ONLY:
            if value not in (ONLY[name], None):
                raise EngineError("spec-unsupported", place=place, option=name, got=shown(value))
        elif name == "dim_ordering" and value in ORDERINGS:
            found["data_format"] = ORDERINGS[value]
        elif name == "output_dim" and layer_class in UNITS:
            found["units"] = value
        elif name != "consume_less" and not any(name in names for names in SIZES):
            found[option(name, layer_class)] = newer(name, value)
    for names in SIZES:
        if names[0] in given:
            found["kernel_size"] = [given.get(name) for name in names]
    return layer_class, found


def option(name: str, layer_class: str) -> str:
    if layer_class == "Embedding" and name in ("init", "W_regularizer", "W_constraint"):
        return OPTIONS[name].replace("kernel", "embeddings")
    return OPTIONS.get(name, name)


def newer(name: str, value: Any) -> Any:
    """The word of an initializer, or a penalty, as Keras 2 writes it."""
    if name.endswith("init") and isinstance(value, str):
        return WORDS.get(value, value)
    if name.endswith("_regularizer") and is_mapping(value) and value.get("name") == "WeightRegularizer":
        return {"class_name": "L1L2", "config": {key: value[key] for key in ("l1", "l2") if key in value}}
    return value
