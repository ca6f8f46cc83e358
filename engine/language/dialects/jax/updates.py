"""x.at[i].set(y) of JAX: another array that differs at some places."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.indexing import tensor_item
from gradlens.engine.language.items.keys import known_key, mask_of
from gradlens.engine.language.objects import NO_OPTIONS, At, Builtin, Tensor
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import masks, value_texts, whole_arrays
from gradlens.engine.ops import OPS
from gradlens.engine.shapes import index_shape

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

# By what the places become; those of others stay.
OPERATIONS = {
    "multiply": "mul",
    "mul": "mul",
    "divide": "div",
    "power": "pow",
    "min": "minimum",
    "max": "maximum",
}


def updated(name: str, m: Machine, call: Call) -> Tensor:
    """x.at[key].name(values)."""
    held = call.args[0]
    if name == "get":
        return tensor_item(m, held.tensor, held.key, call.node)
    function = f"x.at[…].{name}"
    given = by_name(function, f"{function}(values)", ["values"], ["values"], call.args[1:], call.keywords, call.node)
    if whole_arrays.is_whole(m, nodes.id_of(m, held.tensor, call.node)):
        given_id = nodes.id_of(m, given["values"], call.text(1))
        if name == "divide" or not whole_arrays.are_whole(m, given_id):
            raise Misplaced("fraction-cut", call.node, got=value_texts.text_of(call.node))
        whole_arrays.look_at_numbers(m, given_id)
    made = changed(m, held, name, nodes.id_of(m, given["values"], call.text(1)), call.node)
    made.library = "jax"
    return made


def changed(m: Machine, held: At, name: str, value: int, node: Any) -> Tensor:
    base = nodes.id_of(m, held.tensor, node)
    shape = m.graph.nodes[base].shape
    key = mask_of(m, held.key, node)
    masked = type(key) is Tensor and m.graph.nodes[key.id].shape == shape and masks.is_mask(m, key.id)
    if masked and name == "set" and m.graph.nodes[value].shape == ():
        return nodes.apply(m, OPS["where"], (key.id, value, base), NO_OPTIONS, node)
    parts = known_key(m, held.tensor, key, node)
    wanted = index_shape(shape, parts)
    if name == "add" or name == "subtract":  # a place that is named twice gets both
        if m.graph.nodes[value].shape != wanted:
            value = nodes.apply(m, OPS["broadcast_to"], (value,), {"shape": wanted}, node).id
        spread = nodes.apply(m, OPS["scatter"], (value,), {"key": parts, "shape": shape}, node).id
        return nodes.apply(m, OPS["add" if name == "add" else "sub"], (base, spread), NO_OPTIONS, node)
    if name != "set":
        there = nodes.apply(m, OPS["index"], (base,), {"key": parts}, node).id
        value = nodes.apply(m, OPS[OPERATIONS[name]], (there, value), NO_OPTIONS, node).id
    return nodes.apply(m, OPS["put"], (base, value), {"key": parts}, node)


UPDATES = {
    name: Builtin(name, partial(updated, name), f"{name}(values)")
    for name in ("set", "add", "subtract", "get", *OPERATIONS)
}
