"""Which values are arrays of True and False."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

PASSING = (
    "identity",
    "index",
    "reshape",
    "ravel",
    "transpose",
    "swapaxes",
    "expand_dims",
    "squeeze",
)  # of which an array of True and False makes one


def are_masks(m: Machine, ids: Iterable[int]) -> bool:
    """Whether values are arrays of True and False, where + means "or"."""
    ids = tuple(ids)
    nodes = m.graph.nodes
    return any(nodes[id].shape for id in ids) and all(is_mask(m, id) for id in ids)


def is_mask(m: Machine, id: int) -> bool:
    """Whether a value is made of comparisons alone."""
    nodes = m.graph.nodes

    def parts(id: int) -> tuple[int, ...]:
        return nodes[id].inputs if nodes[id].kind in PASSING or nodes[id].kind == "mul" else ()

    def is_one(id: int) -> bool:
        op, made_of = nodes[id].op, parts(id)
        return all(m.masks[i] for i in made_of) if made_of else op is not None and op.family == "comparison"

    return judged(m.masks, id, parts, is_one)


def judged(
    known: dict[int, bool], id: int, parts: Callable[[int], tuple[int, ...]], verdict: Callable[[int], bool]
) -> bool:
    """What holds for a node by what holds for its parts. Each node is judged once, however many ways lead to it."""
    pending = [id] if id not in known else []
    while pending:
        if waiting := [i for i in parts(pending[-1]) if i not in known]:
            pending += waiting
            continue
        one = pending.pop()
        known[one] = verdict(one)
    return known[id]
