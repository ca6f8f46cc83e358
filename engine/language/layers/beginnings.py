"""torch.nn.init: with which numbers the weights of a layer begin."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.objects import Builtin, Fresh, Tensor
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.values import Array, Shape

if TYPE_CHECKING:
    from gradlens.engine.graph import Leaf
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
# as they were called before they were marked as writing
PLAIN_NAMES = tuple(name[:-1] for name in BEGINNINGS if name not in ("zeros_", "ones_"))
REFILLING = {"uniform_": "uniform_(from, to)", "normal_": "normal_(mean, std)"}  # methods of tensors


def begins(m: Machine, call: Call) -> Any:
    """nn.init.zeros_(layer.weight): weights begin with other numbers.

    Errors: those of its arguments; weights-in-use, where something is computed with them already.
    """
    name = call.name if call.name in BEGINNINGS else f"{call.name}_"
    return refilled(m, call, name, f"nn.init.{call.name}")


def refilling(name: str) -> Builtin:
    """w.data.normal_(0, 0.01), torch.empty(2, 3).uniform_(-1, 1): as nn.init of the same name."""

    def run(m: Machine, call: Call) -> Any:
        ends = {"from": "a", "to": "b"}
        keywords = {ends.get(key, key): value for key, value in call.keywords.items()}
        return refilled(m, replace(call, keywords=keywords), name, name)

    return Builtin(name, run, REFILLING[name])


def refilled(m: Machine, call: Call, name: str, spelled: str) -> Any:
    defaults, make = BEGINNINGS[name]
    facts = {"function": spelled, "signature": f"{spelled.rpartition('.')[2]}({', '.join(['tensor', *defaults])})"}
    names = ["tensor", *defaults]
    required = ["tensor", *[name for name, default in defaults.items() if default is None]]
    keywords = {key: value for key, value in call.keywords.items() if key != "generator"}
    bound = by_name(facts["function"], facts["signature"], names, required, call.args, keywords, call.node)
    held = bound.pop("tensor")
    if type(held) not in (Fresh, Tensor):
        raise value_texts.no_number(m, held, call.node)
    fresh = held if type(held) is Fresh and held.tensor is None else None
    shape = np.shape(fresh.value) if fresh is not None else m.graph.nodes[nodes.id_of(m, held, call.node)].shape
    options = {name: known_values.plain(m, bound.get(name, default), call.node) for name, default in defaults.items()}
    for option, value in options.items():
        if type(value) is not type(defaults[option]) and not isinstance(value, (int, float)):
            raise Misplaced(
                "argument-unsupported", call.node, **facts, argument=option, got=value_texts.shown(bound.get(option))
            )
    few = len(shape) < 2 and name.startswith(("xavier", "kaiming"))
    if few or (name == "eye_" and len(shape) != 2):
        raise Misplaced("argument-shape", call.node, function=facts["function"], argument="tensor", shape=str(shape))
    numbers = make(None if name in CONSTANT else m.stream("torch").source, shape, options)
    if fresh is not None:
        fresh.value, fresh.unwritten = numbers, ""
        if name not in CONSTANT:
            fresh.drawn, fresh.written, fresh.whole, fresh.cell = fresh.drawn or name.strip("_"), False, False, None
        return held
    leaf = unused_leaf(m, nodes.tensor_of(m, held, call.node), call)
    if leaf is None:
        raise Misplaced("weights-in-use", call.node, name=facts["function"])
    leaf.value = numbers
    m.graph.unwritten.pop(leaf.id, None)
    if leaf.name is not None:
        m.graph.written.pop(leaf.name, None)  # those that the text has are its numbers no more
        if name not in CONSTANT and leaf.name not in m.graph.drawn:
            m.graph.drawn.append(leaf.name)
    return held


def unused_leaf(m: Machine, tensor: Tensor, call: Call) -> Leaf | None:
    """The input that an array is or shows by .data, where nothing is computed with it yet."""
    while tensor.view is not None and tensor.view.op.name in ("stop_gradient", "identity"):
        tensor = tensor.view.base
    graph = m.graph
    leaf = graph.nodes[tensor.id]
    m.charge(graph.edge_count // 64, call.node)
    shown = {leaf.id}
    for target in graph.nodes[leaf.id + 1 :]:
        if not shown.isdisjoint(target.inputs):
            if target.kind != "stop_gradient" or target.differentiable or target.id in graph.renewed:
                return None
            shown.add(target.id)
    return leaf if leaf.op is None and leaf.kind == "input" else None
