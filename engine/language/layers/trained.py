"""What layers do in training and not in evaluation, where a network is trained: dropout, and statistics of batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call
from gradlens.engine.language.objects import Tensor
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def dropped(m: Machine, call: Call) -> Any:
    """What nn.Dropout makes in training: elements, or whole channels of the last axes, left out at random.

    Error: dropout-random, where no network is trained.
    """
    x, rate, axes = call.args
    behaviour, together = m.behaviour, known_values.plain(m, axes, call.node)
    known = known_values.plain(m, rate, call.node)
    if behaviour is None or together is None or not isinstance(known, (int, float)):
        raise Misplaced("dropout-random", call.node)
    if behaviour.mode != "train":
        return x
    id = nodes.id_of(m, x, call.node)
    options = {"rate": float(known), "seed": behaviour.next_dropout(), "train": True}
    if not together:
        return nodes.apply(m, OPS["dropout"], (id,), options, call.node)
    shape = m.graph.nodes[id].shape
    ones = m.constant(np.ones((*shape[: len(shape) - together], *(1,) * together)), call.node)
    mask = nodes.apply(m, OPS["dropout_mask"], (ones,), options, call.node)
    return nodes.apply(m, OPS["mul"], (id, mask.id), nodes.NO_OPTIONS, call.node)


def batch_statistics(m: Machine, call: Call) -> Any:
    """The mean and variance of each channel, which are inputs in evaluation; None where no network is trained, or the
    layer is not in training.
    """
    x, training = call.args
    behaviour = m.behaviour
    if behaviour is None or (behaviour.mode == "train" and not known_values.plain(m, training, call.node)):
        return None
    id = nodes.id_of(m, x, call.node)
    shape = m.graph.nodes[id].shape
    axes = (0, *range(2, len(shape)))
    number = len(behaviour.statistics) // 2 + 1
    found: list[Tensor] = []
    for kind in ("mean", "var"):
        name = f"batch_{kind}{number}"
        behaviour.statistics[name] = shape[1:2]
        if behaviour.mode == "evaluate":
            one = Tensor(m.graph.add_input(name, shape[1:2], None, m.frame.place or call.node))
        else:
            options = {"axis": axes, "keepdims": False} | ({"ddof": 0.0} if kind == "var" else {})
            one = nodes.apply(m, OPS[kind], (id,), options, call.node)
            m.graph.name(one.id, name)
        one.library = "torch"
        found.append(one)
    return tuple(found)
