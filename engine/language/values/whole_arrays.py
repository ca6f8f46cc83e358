"""Which arrays hold whole numbers alone, so that NumPy and PyTorch cut what is written to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradlens.engine.language.values.masks import judged

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

# of which arrays of whole numbers make one
PASSING = (
    *("stack", "concat", "index", "reshape", "ravel", "transpose"),
    *("swapaxes", "moveaxis", "expand_dims", "squeeze", "flip"),
)
# of which whole numbers make whole ones
KEEPING = ("put", "add", "sub", "mul", "neg", "abs", "maximum", "minimum", "sum", "max", "min", "prod")
# whose results are whole numbers, whatever they are made of
ROUNDING = ("floor", "ceil", "round", "trunc", "sign", "heaviside", "one_hot", "argmax", "argmin", "argsort")


def is_whole(m: Machine, id: int) -> bool:
    """Whether an array is one of whole numbers, as the call that made it says."""
    nodes = m.graph.nodes

    def parts(id: int) -> tuple[int, ...]:
        node = nodes[id]
        return node.inputs if node.kind in PASSING else ()

    def is_one(id: int) -> bool:
        made_of = parts(id)
        return bool(made_of) and all(m.wholes[i] for i in made_of)

    return judged(m.wholes, id, parts, is_one)


def are_whole(m: Machine, id: int) -> bool:
    """Whether a value has whole numbers alone, whatever its inputs are."""
    nodes = m.graph.nodes
    seen: dict[int, bool] = {}

    def parts(id: int) -> tuple[int, ...]:
        if is_whole(m, id):
            return ()
        return nodes[id].inputs[nodes[id].kind == "where" :] if nodes[id].kind in (*PASSING, *KEEPING, "where") else ()

    def is_one(id: int) -> bool:
        node = nodes[id]
        if made_of := parts(id):
            return all(seen[i] for i in made_of)
        if is_whole(m, id) or id in m.bits or node.kind in ROUNDING:
            return True
        if node.op is not None:
            return node.op.family == "comparison"
        return node.kind == "constant" and bool(np.all(node.value == np.trunc(node.value)))

    return judged(seen, id, parts, is_one)
