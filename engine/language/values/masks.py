"""Which values are arrays of True and False."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradlens.engine.graph import Node

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

# of which arrays of True and False make one
PASSING = frozenset(
    "identity index reshape ravel transpose swapaxes moveaxis expand_dims squeeze flip broadcast_to stack concat tile"
    " repeat roll diag tril triu mul".split()
)


def are_masks(m: Machine, ids: tuple[int, ...]) -> bool:
    """Whether values are arrays of True and False, where + means "or"."""
    nodes = m.graph.nodes
    for id in ids:
        if nodes[id].shape:
            return all(is_mask(m, one) for one in ids)
    return False


def is_mask(m: Machine, id: int) -> bool:
    """Whether a value is made of comparisons alone."""
    nodes = m.graph.nodes
    if id not in m.masks and nodes[id].kind not in PASSING:
        return compares(nodes[id])

    def parts(id: int) -> tuple[int, ...]:
        return nodes[id].inputs if nodes[id].kind in PASSING else ()

    def is_one(id: int) -> bool:
        made_of = parts(id)
        return all(m.masks[i] for i in made_of) if made_of else compares(nodes[id])

    return judged(m.masks, id, parts, is_one)


def compares(node: Node) -> bool:
    return node.op is not None and node.op.family == "comparison"


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
