"""Layers of PyTorch as classes in the language: `nn.Linear(2, 3)` is an object whose weights are inputs."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calling import Asked
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.dialects.pytorch.layers import LAYERS
from gradlens.engine.language.objects import (
    Builtin,
    ClassObject,
    DictCell,
    Fresh,
    Instance,
    ListCell,
    Module,
    Tensor,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, masks, value_texts
from gradlens.engine.language.values.rooms import check_draws
from gradlens.engine.ops import OPS
from gradlens.engine.values import Array, Shape

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

CLASSES = frozenset(
    [
        "Module",
        *[s.name for s in ast.parse(LAYERS).body if isinstance(s, ast.ClassDef) and not s.name.startswith("_")],
    ]
)


def module_class(m: Machine, name: str) -> ClassObject:
    """A class of layers, made with all others where the first is asked for."""
    if m.layers is None:
        methods: dict[str, Any] = {name: Builtin(name, run) for name, run in METHODS.items()}
        module = ClassObject("Module", (), {**methods, "training": True}, ours=True)
        helpers: dict[str, Any] = {name: Builtin(name, run) for name, run in HELPERS.items()}
        torch = Module("torch", "torch")
        names = {"Module": module, "torch": torch, "F": Module("torch.nn.functional", "F"), **helpers}
        m.layers = nodes.defined(m, LAYERS, names)
    return m.layers.names[name]


def uniform(m: Machine, call: Call) -> Fresh:
    """PyTorch's first weights of a layer: uniform within 1/√n of n inputs."""
    shape, count = call.args
    known = known_values.plain(m, count, call.node)
    bound = 1 / math.sqrt(max(known, 1)) if type(known) is int else 1.0  # what is no count is refused as a shape
    return drawn(m, call, shape, lambda g, s: g.uniform(-bound, bound, s))


def drawn(m: Machine, call: Call, shape: Any, make: Callable[[np.random.Generator, Shape], Array]) -> Fresh:
    sizes = known_values.plain(m, shape, call.node)
    sizes = (sizes,) if type(sizes) is int else sizes
    if kind_of(sizes) is not tuple or not all(type(n) is int and n >= 0 for n in sizes):
        raise Misplaced("creation-shape", call.node, function="Linear", signature="Linear(in_features, out_features)")
    check_draws(m, sizes)
    return Fresh(make(m.stream("torch").source, sizes), call.node, drawn="weight", library="torch")


def normal(m: Machine, call: Call) -> Fresh:
    return drawn(m, call, call.args[0], lambda g, s: g.standard_normal(s))


def constant(m: Machine, call: Call) -> Fresh:
    shape, value = call.args
    number = float(known_values.plain(m, value, call.node))
    return drawn(m, call, shape, lambda g, s: np.full(s, number))


def only(m: Machine, call: Call) -> None:
    """Error: argument-unsupported, for an option that is another than the one that is modelled."""
    value, allowed, name = call.args
    known = known_values.plain(m, value, call.node)
    if known is NotImplemented or known != allowed:
        layer = call.frame.scope.names["self"].of.name
        raise Misplaced(
            "argument-unsupported", call.node, function=f"nn.{layer}", argument=name, got=value_texts.shown(value)
        )


def masked_scores(m: Machine, call: Call) -> Any:
    """Attention's scores with a mask that is added, or that is True where nothing is to be seen."""
    scores, mask = call.args
    id = nodes.id_of(m, mask, call.node)
    name = "where" if masks.is_mask(m, id) else "add"
    given = (id, m.constant(-math.inf, call.node), scores.id) if name == "where" else (scores.id, id)
    return nodes.apply(m, OPS[name], given, nodes.NO_OPTIONS, call.node)


def refuse_dropout(m: Machine, call: Call) -> Any:
    raise Misplaced("dropout-random", call.node)


HELPERS = {
    "draw_weight": uniform,
    "draw_normal": normal,
    "draw_constant": constant,
    "only": only,
    "masked_scores": masked_scores,
    "refuse_dropout": refuse_dropout,
}


def begin(m: Machine, call: Call) -> None:
    return None


def itself(m: Machine, call: Call) -> Any:
    return call.args[0]


def held_by(m: Machine, layer: Any, place: Any) -> list[Any]:
    """A layer and all that it holds, however deep: layers, weights and other values, without its buffers.

    As in PyTorch, what a list of the reader's own class holds is not the layer's; that of a ModuleList is.
    """
    found: list[Any] = []
    pending: list[Any] = [layer]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        m.charge(1, place)
        seen.add(id(one))
        found.append(one)
        inner: list[Any] = []
        if type(one) is Instance:
            known = m.layers.names if m.layers is not None else {}
            lists = any(known.get(base.name) is base for base in one.of.lineage() if base.name != "Module")
            inner = [
                value
                for name, value in one.names.items()
                if (id(one), name) not in m.buffers and (lists or type(value) not in (ListCell, DictCell))
            ]
        elif type(one) is ListCell and one.items is not None:
            inner = one.items
        elif type(one) is DictCell:
            inner = list(one.items.values())
        pending += reversed(inner)
    return found


def parameters(m: Machine, call: Call) -> ListCell:
    """The weights of a layer and of those inside it, in the order in which they were made."""
    held = held_by(m, call.args[0], call.node)
    return ListCell([nodes.tensor_of(m, one, call.node) for one in held if type(one) in (Fresh, Tensor)])


def modules(m: Machine, call: Call) -> ListCell:
    """A layer and those inside of it."""
    return ListCell([one for one in held_by(m, call.args[0], call.node) if type(one) is Instance])


def trains(m: Machine, call: Call) -> Any:
    """layer.train() and layer.eval(), of it and of those inside of it."""
    layer, *mode = call.args
    on = call.name == "train" and (not mode or known_values.plain(m, mode[0], call.node) is not False)
    for one in held_by(m, layer, call.node):
        if type(one) is Instance:
            one.names["training"] = on
    m.writes += 1
    return layer


def applied(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    """layer.apply(function): of those inside first."""
    layer, function = call.args
    for one in reversed([one for one in held_by(m, layer, call.node) if type(one) is Instance]):
        yield Asked(function, [one])
    return layer


def clear_gradients(m: Machine, call: Call) -> None:
    for one in parameters(m, Call(call.args[:1], {}, call.node, call.frame)).items or ():
        m.gradients.set(one, None)


def unreachable_state(m: Machine, call: Call) -> Any:
    return Unreachable(f"{call.name}()", call.node)


def register(m: Machine, call: Call) -> None:
    """self.register_buffer("mask", mask): an attribute by its name."""
    if not 3 <= len(call.args) <= 4 - (call.name != "register_buffer"):
        raise Misplaced("method-arguments", call.node, name=call.name, least=2, most=2, count=len(call.args) - 1)
    held, name, value = call.args[:3]
    if type(name) is not str or not name.isidentifier():
        raise Misplaced("attribute-by-text", call.node, name=call.name)
    held.names[name] = nodes.tensor_of(m, value, call.node) if type(value) is Fresh else m.kept(value, name, call.node)
    if call.name == "register_buffer":
        m.buffers[id(held), name] = held
    m.writes += 1


METHODS = {
    "register_buffer": register,
    "register_parameter": register,
    "add_module": register,
    "__init__": begin,
    "parameters": parameters,
    "zero_grad": clear_gradients,
    "modules": modules,
    "apply": applied,
    "train": trains,
    "eval": trains,
    "to": itself,
    "cuda": itself,
    "cpu": itself,
    "double": itself,
    "float": itself,
    "state_dict": unreachable_state,
    "named_parameters": unreachable_state,
}


# ------------------------------------------------------------------ nn.init


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
