"""torch.nn.init: with which numbers the weights of a layer begin."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.objects import Fresh, Tensor
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.values import Array, Shape

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def fans(shape: Shape) -> tuple[int, int]:
    """How many inputs and outputs a weight has."""
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def gain(a: float, nonlinearity: str) -> float:
    """By how much a nonlinearity shrinks what passes it: He et al., 2015."""
    found = {"relu": math.sqrt(2), "tanh": 5 / 3, "selu": 0.75, "leaky_relu": math.sqrt(2 / (1 + a * a))}
    return found.get(nonlinearity, 1.0)


def spread_of(shape: Shape, gain: float) -> float:
    """The standard deviation by Glorot and Bengio, 2010."""
    return gain * math.sqrt(2 / sum(fans(shape)))


def he(shape: Shape, a: float, mode: str, nonlinearity: str) -> float:
    return gain(a, nonlinearity) / math.sqrt(fans(shape)[mode == "fan_out"])


Begin = Callable[[Any, Shape, dict[str, Any]], Array]  # generator, shape, options
BEGINNINGS: dict[str, tuple[dict[str, Any], Begin]] = {  # options with their defaults, and the numbers
    "zeros_": ({}, lambda g, s, o: np.zeros(s)),
    "ones_": ({}, lambda g, s, o: np.ones(s)),
    "eye_": ({}, lambda g, s, o: np.eye(s[0], s[1])),
    "constant_": ({"val": None}, lambda g, s, o: np.full(s, float(o["val"]))),
    "uniform_": ({"a": 0.0, "b": 1.0}, lambda g, s, o: g.uniform(o["a"], o["b"], s)),
    "normal_": ({"mean": 0.0, "std": 1.0}, lambda g, s, o: g.normal(o["mean"], o["std"], s)),
    "xavier_uniform_": ({"gain": 1.0}, lambda g, s, o: math.sqrt(3) * spread_of(s, **o) * g.uniform(-1, 1, s)),
    "xavier_normal_": ({"gain": 1.0}, lambda g, s, o: g.normal(0, spread_of(s, **o), s)),
    "kaiming_uniform_": (
        {"a": 0, "mode": "fan_in", "nonlinearity": "leaky_relu"},
        lambda g, s, o: math.sqrt(3) * he(s, **o) * g.uniform(-1, 1, s),
    ),
    "kaiming_normal_": (
        {"a": 0, "mode": "fan_in", "nonlinearity": "leaky_relu"},
        lambda g, s, o: g.normal(0, he(s, **o), s),
    ),
}
CONSTANT = ("zeros_", "ones_", "eye_", "constant_")


def begins(m: Machine, call: Call) -> Any:
    """nn.init.zeros_(layer.weight): weights begin with other numbers.

    Errors: those of its arguments; weights-in-use, where something is computed with them already.
    """
    defaults, make = BEGINNINGS[call.name]
    facts = {"function": f"nn.init.{call.name}", "signature": f"{call.name}({', '.join(['tensor', *defaults])})"}
    names = ["tensor", *defaults]
    required = ["tensor", *[name for name, default in defaults.items() if default is None]]
    bound = by_name(facts["function"], facts["signature"], names, required, call.args, call.keywords, call.node)
    held = bound.pop("tensor")
    if type(held) not in (Fresh, Tensor):
        raise value_texts.no_number(m, held, call.node)
    fresh = held if type(held) is Fresh and held.tensor is None else None
    shape = np.shape(fresh.value) if fresh is not None else m.graph.nodes[nodes.id_of(m, held, call.node)].shape
    options = {name: known_values.plain(m, bound.get(name, default), call.node) for name, default in defaults.items()}
    for name, value in options.items():
        if type(value) is not type(defaults[name]) and not isinstance(value, (int, float)):
            raise Misplaced(
                "argument-unsupported", call.node, **facts, argument=name, got=value_texts.shown(bound.get(name))
            )
    few = len(shape) < 2 and call.name.startswith(("xavier", "kaiming"))
    if few or (call.name == "eye_" and len(shape) != 2):
        raise Misplaced("argument-shape", call.node, function=facts["function"], argument="tensor", shape=str(shape))
    numbers = make(None if call.name in CONSTANT else m.stream("torch").source, shape, options)
    if fresh is not None:
        fresh.value = numbers
        return held
    tensor = nodes.tensor_of(m, held, call.node)
    leaf = m.graph.nodes[tensor.id]
    m.charge(len(m.graph.edges) // 64, call.node)
    if leaf.kind != "input" or any(edge.source == tensor.id for edge in m.graph.edges):
        raise Misplaced("weights-in-use", call.node, name=f"nn.init.{call.name}")
    leaf.value = numbers  # pyright: ignore[reportAttributeAccessIssue]
    return tensor
