"""Items of np.empty and the like that nobody has written: they hold nothing, and yet the output may depend on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.graph import Graph, Operation
from gradlens.engine.values import Value

Mask = NDArray[np.bool_]


def read_unwritten(graph: Graph, values: list[Value]) -> list[int]:
    """The arrays of which the output depends on an item that was not written, by their ids.

    What an op makes of such an item is one too; an op that neither moves items nor goes by them one by one takes all.
    """
    if not graph.unwritten:
        return []
    reaching = graph.reaching(graph.output)
    found: list[int] = []
    for root in graph.unwritten:
        value = graph.nodes[root].value
        if root not in reaching or (value is not None and np.any(values[root])):  # others were given
            continue
        masks: dict[int, Mask] = {root: np.ones(graph.nodes[root].shape, dtype=bool)}
        for node in graph.nodes[root + 1 : graph.output + 1]:
            if type(node) is Operation and node.id in reaching and not masks.keys().isdisjoint(node.inputs):
                mask = passed(node, masks, values)
                if mask.any():
                    masks[node.id] = mask
        if graph.output in masks and masks[graph.output].any():
            found.append(root)
    return found


def passed(node: Operation, masks: dict[int, Mask], values: list[Value]) -> Mask:
    """The items of a result that are made of items that were not written."""
    given = [masks.get(id, np.zeros(np.shape(values[id]), dtype=bool)) for id in node.inputs]
    op = node.op
    if op.name == "where" and not given[0].any():
        return np.broadcast_to(np.where(values[node.inputs[0]], given[1], given[2]), node.shape)
    if op.elementwise:
        return np.broadcast_to(np.logical_or.reduce(np.broadcast_arrays(*given)), node.shape)
    if op.family == "shape" and op.array is not None:
        moved = op.array(*[mask.astype(np.float64) for mask in given], **node.options)
        return np.not_equal(moved, 0)
    return np.full(node.shape, any(mask.any() for mask in given))


def zeros_like(function: str) -> str:
    """What makes zeros in place of a function that makes nothing: np.zeros of np.empty, torch.zeros of torch.Tensor."""
    library, _, name = function.rpartition(".")
    zeros = name.replace("empty", "zeros") if "empty" in name else "zeros"
    return f"{library}.{zeros}" if library else zeros
