"""Layers of PyTorch as classes in the language: `nn.Linear(2, 3)` is an object whose weights are parameters."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.dialects.pytorch.layers import LAYERS
from gradlens.engine.language.layers.holding import METHODS
from gradlens.engine.language.layers.parameters import PARAMETER, as_parameter
from gradlens.engine.language.layers.trained import batch_statistics, dropped
from gradlens.engine.language.objects import Builtin, ClassObject, DictCell, Fresh, Instance, Module, kind_of
from gradlens.engine.language.standard.copying import COPY
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, masks, value_texts
from gradlens.engine.language.values.rooms import check_draws
from gradlens.engine.ops import OPS
from gradlens.engine.values import Array, Shape

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

CLASSES = frozenset(["Module", *re.findall(r"^class ([^\W_]\w*)", LAYERS, re.MULTILINE)])


def module_class(m: Machine, name: str) -> ClassObject:
    """A class of layers, made with all others where the first is asked for."""
    if m.layers is None:
        methods: dict[str, Any] = {name: Builtin(name, run) for name, run in METHODS.items()}
        module = ClassObject("Module", (), {**methods, "training": True}, ours=True)
        helpers: dict[str, Any] = {name: Builtin(name, run) for name, run in HELPERS.items()}
        torch = Module("torch", "torch")
        functional = Module("torch.nn.functional", "F")
        names = {"Module": module, "Parameter": PARAMETER, "torch": torch, "F": functional, **helpers}
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
    place = m.frame.place or call.node  # a layer's own lines are not in the reader's text
    return Fresh(make(m.stream("torch").source, sizes), place, drawn="weight", library="torch", parameter=True)


def normal(m: Machine, call: Call) -> Fresh:
    """Of a shape; a row that is told begins with 0."""
    shape, row = call.args[0], known_values.plain(m, call.args[1], call.node)

    def make(generator: np.random.Generator, sizes: Shape) -> Array:
        found = generator.standard_normal(sizes)
        if type(row) is int and -sizes[0] <= row < sizes[0]:
            found[row] = 0.0
        return found

    return drawn(m, call, shape, make)


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


HELPERS = {
    "draw_weight": uniform,
    "draw_normal": normal,
    "draw_constant": constant,
    "only": only,
    "masked_scores": masked_scores,
    "dropped": dropped,
    "batch_statistics": batch_statistics,
    "as_parameter": as_parameter,
    "copied": lambda m, call: COPY["deepcopy"].run(m, call),
    "is_slice": lambda m, call: type(call.args[0]) is slice,
    "is_keyed": lambda m, call: type(call.args[0]) in (DictCell, Instance),
}
