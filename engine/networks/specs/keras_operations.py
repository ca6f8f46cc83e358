"""Operations between the layers of a Keras 3 model, x + y or keras.ops.relu(x), as the layers that compute the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from gradlens.engine.values import is_json_list, is_mapping

MODULE = re.compile(r"keras(\.src)?\.ops(\.|$)")
# Of two values: the layer of that name does the same.
JOINING = ("Add", "Subtract", "Multiply", "Maximum", "Minimum")
# Of a value and a number c: what the value is multiplied by and what is added, where it comes first and where c does.
Scaled = Callable[[float], tuple[float, float] | None]
SCALING: dict[str, tuple[Scaled, Scaled]] = {
    "Add": (lambda c: (1.0, c), lambda c: (1.0, c)),
    "Subtract": (lambda c: (1.0, -c), lambda c: (-1.0, c)),
    "Multiply": (lambda c: (c, 0.0), lambda c: (c, 0.0)),
    "TrueDivide": (lambda c: (1 / c, 0.0) if c else None, lambda _: None),
    "Divide": (lambda c: (1 / c, 0.0) if c else None, lambda _: None),
}
ACTIVATIONS = {
    "Relu": "relu",
    "Relu6": "relu6",
    "Silu": "silu",
    "Selu": "selu",
    "Sigmoid": "sigmoid",
    "HardSigmoid": "hard_sigmoid",
    "LogSigmoid": "log_sigmoid",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Tanh": "tanh",
    "Exp": "exponential",
}
WITH_OPTIONS = {  # the layer, and the options that both have
    "LeakyRelu": ("LeakyReLU", ("negative_slope",)),
    "Elu": ("ELU", ("alpha",)),
    "Softmax": ("Softmax", ("axis",)),
    "Concatenate": ("Concatenate", ("axis",)),
}
HIDING = ("NotEqual", "Any")  # which steps are left out, as Keras writes what a layer with a mask hands on


def as_layer(item: Any) -> Any:
    """A part of a model as a layer, where it is an operation that a layer does too; else the part as it is."""
    if not is_mapping(item) or not MODULE.match(str(item.get("module"))) or not is_mapping(item.get("config")):
        return item
    found = layer_of(str(item.get("class_name")), item["config"], item.get("inbound_nodes"))
    if found is None:
        return item
    layer_class, options, nodes = found
    config = {"name": item["config"].get("name"), **options}
    return {**item, "module": "keras.layers", "registered_name": None, "class_name": layer_class, "config": config} | {
        "inbound_nodes": nodes
    }


def layer_of(kind: str, config: Mapping[str, Any], nodes: Any) -> tuple[str, dict[str, Any], Any] | None:
    """The layer's class, its options, and what leads into it."""
    if not is_json_list(nodes) or len(nodes) != 1 or not is_mapping(nodes[0]) or not is_json_list(nodes[0].get("args")):
        return None
    args: Any = nodes[0]["args"]
    if kind in ACTIVATIONS and len(args) == 1:
        return "Activation", {"activation": ACTIVATIONS[kind]}, nodes
    if kind == "Gelu" and config.get("approximate") is False:
        return "Activation", {"activation": "gelu"}, nodes
    if kind == "Negative" and len(args) == 1:
        return "Rescaling", {"scale": -1.0}, nodes
    if kind in WITH_OPTIONS and len(args) == 1:
        layer_class, options = WITH_OPTIONS[kind]
        return layer_class, {name: config[name] for name in options if name in config}, nodes
    if kind in HIDING and is_left_out(kind, config, args):
        value = float(args[1]) if kind == "NotEqual" else None
        return kind, {"value": value}, [{"args": args[:1], "kwargs": {}}]
    if len(args) != 2 or nodes[0].get("kwargs"):
        return None
    numbers = [at for at, one in enumerate(args) if is_number(one)]
    if not numbers and kind in JOINING and all(map(is_mapping, args)):
        return kind, {}, [{"args": [args], "kwargs": {}}]
    if len(numbers) == 1 and kind in SCALING:
        scaled = SCALING[kind][numbers[0] == 0](float(args[numbers[0]]))
        if scaled is not None:
            options = {"scale": scaled[0], "offset": scaled[1]}
            return "Rescaling", options, [{"args": [args[1 - numbers[0]]], "kwargs": {}}]
    return None


def is_left_out(kind: str, config: Mapping[str, Any], args: list[Any]) -> bool:
    """Whether an operation is one of those that tell the steps that are left out."""
    if kind == "NotEqual":
        return len(args) == 2 and is_mapping(args[0]) and is_number(args[1])
    return len(args) == 1 and config.get("axis") == -1 and config.get("keepdims") is False


def is_number(one: object) -> bool:
    """Whether a number is told that a float holds."""
    return type(one) is float or (type(one) is int and abs(one) <= 2**53)
