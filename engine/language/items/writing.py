"""Writing to items and deleting them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.errors import EngineError
from gradlens.engine.language import calling, memory, nodes
from gradlens.engine.language.indexing import changed_copy, deque_item, key_failed
from gradlens.engine.language.items.keys import known_key, known_slice, mask_of, slice_text, value_text
from gradlens.engine.language.nodes import id_of, opened_list, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    DequeCell,
    DictCell,
    Fresh,
    Instance,
    ListCell,
    Tensor,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import as_python, raising, type_name
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, masks
from gradlens.engine.language.values.value_texts import shown
from gradlens.engine.ops import OPS
from gradlens.engine.shapes import index_shape
from gradlens.engine.values import Key, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


def set_item(
    m: Machine,
    frame: Frame,
    held: Any,
    key: Any,
    value: Any,
    node: ast.Subscript,
    operator: type[ast.operator] | None = None,
) -> None:
    """held[key] = value.  operator: of held[key] += value, where it was that."""
    kind = kind_of(held)
    if kind is Instance:
        calling.call_method(m, frame, held, "__setitem__", [key, value], node, dropped=True)
        return
    if kind is DictCell:
        m.insert(frame, held.items, key, value, node)
        m.writes += 1
        return
    if kind is ListCell:
        is_array = held.leaf and not m.libraries and kind_of(value) not in (ListCell, tuple, range)
        if kind_of(key) is not tuple and not (type(key) is slice and is_array):
            set_list_item(m, held, key, value, node)
            return
        if held.leaf:
            raise Misplaced("list-write", node)
    if kind is DequeCell:
        deque_item(m, held, key, node)
        held.items[known_values.whole(m, key, slice_text(node), "index-type")] = (
            tensor_of(m, value, value.place) if type(value) is Fresh else value
        )
        m.writes += 1
        return
    if kind is Unreachable:
        held.depends = held.depends or m.is_input(value) or (type(value) is Unreachable and value.depends)
        return
    if kind is Fresh:
        held = tensor_of(m, held, held.place)
        kind = Tensor
    if kind is not Tensor:
        said = f"'{type_name(held)}' object does not support item assignment"
        refused = Misplaced("not-written", node, got=shown(held))
        raise refused.as_in_python(raising("TypeError", said) if type_name(held) else None)
    if held.library == "jax":
        said = raising("TypeError", "JAX arrays are immutable and do not support in-place item assignment.")
        raise Misplaced("array-fixed", node, **changed_copy(node, operator)).as_in_python(said)
    try:
        write_item(m, held, key, value, node)
    except (Misplaced, EngineError) as error:
        key_failed(error, held, key)
        raise


def set_list_item(m: Machine, cell: ListCell, key: Any, value: Any, node: ast.Subscript) -> None:
    nodes.extend_empty(m, cell)
    items = opened_list(m, cell)
    value = tensor_of(m, value, value.place) if type(value) is Fresh else value
    if type(key) is slice:
        part = known_slice(m, key, slice_text(node))
        given = m.listed(value, node)
        m.charge(len(items) // 256, node)
        if part.step not in (None, 1) and len(items[part]) != len(given):
            raise Misplaced("unpack-count", node, count=len(items[part]), got=len(given))
        items[part] = given
    else:
        at = known_values.whole(m, key, slice_text(node), "index-type")
        if not -len(items) <= at < len(items):
            refused = Misplaced("index-range", node, index=at, axis=0, size=len(items))
            raise refused.as_in_python(as_python(lambda: list[Any]().__setitem__(0, 0)))
        items[at] = value
    nodes.list_changed(m, cell)


def write_item(m: Machine, tensor: Tensor, key: Any, value: Any, node: ast.Subscript) -> None:
    """x[key] = value: a new node for x, which every alias and every view sees."""
    memory.check_written(tensor, node)
    m.graph.begin_sum(tensor.id)
    key = mask_of(m, key, node)
    before = id_of(m, tensor, value_text(node))
    shape = m.graph.nodes[before].shape
    given = id_of(m, value, node)
    if known_values.is_truth(m, key):
        write_all(m, tensor, key, before, given, node)
        return
    if type(key) is Tensor and masks.is_mask(m, id_of(m, key, slice_text(node))):
        mask = key.id
        if m.graph.nodes[mask].shape == shape and m.graph.nodes[given].shape == ():
            written(m, tensor, nodes.apply(m, OPS["where"], (mask, given, before), nodes.NO_OPTIONS, node).id, node)
            m.name_written(tensor, node.value, node)
            return
    parts = known_key(m, tensor, key, slice_text(node))
    m.place = node
    wanted = index_shape(shape, parts)
    if repeated(shape, parts):
        write_repeated(m, tensor, before, given, parts, node)
        return
    got = m.graph.nodes[given].shape
    while len(got) > len(wanted) and got[0] == 1:  # NumPy drops such axes of what is written
        given = nodes.apply(m, OPS["reshape"], (given,), {"shape": got[1:]}, node).id
        got = got[1:]
    written(m, tensor, nodes.apply(m, OPS["put"], (before, given), {"key": parts}, node).id, node)
    m.name_written(tensor, node.value, node)


def write_all(m: Machine, tensor: Tensor, truth: Any, before: int, given: int, node: ast.Subscript) -> None:
    """x[True] = y: all of x, where the truth holds."""
    shape = m.graph.nodes[before].shape
    condition = id_of(m, truth, slice_text(node))
    found = nodes.apply(m, OPS["where"], (condition, given, before), nodes.NO_OPTIONS, node)
    if m.graph.nodes[found.id].shape != shape:
        raise Misplaced("index-mask", slice_text(node))
    written(m, tensor, found.id, node)
    m.name_written(tensor, node.value, node)


def repeated(shape: Any, key: Key) -> bool:
    """Whether a key names a place twice."""
    if not any(isinstance(part, tuple) for part in key):
        return False
    places = cast(NDArray[np.int64], np.arange(size_of(shape)).reshape(shape)[key])
    return np.unique(places).size != places.size


def write_repeated(m: Machine, tensor: Tensor, before: int, given: int, key: Key, node: ast.Subscript) -> None:
    """x[[1, 1]] = y: of what is written to one place the last stays."""
    shape = m.graph.nodes[before].shape
    places = np.arange(size_of(shape)).reshape(shape)[key]
    last = {place: i for i, place in enumerate(places.ravel().tolist())}
    spread = nodes.apply(m, OPS["broadcast_to"], (given,), {"shape": places.shape}, node).id
    flat = nodes.apply(m, OPS["reshape"], (spread,), {"shape": (places.size,)}, node).id
    chosen = nodes.apply(m, OPS["index"], (flat,), {"key": (tuple(last.values()),)}, node).id
    whole = nodes.apply(m, OPS["reshape"], (before,), {"shape": (size_of(shape),)}, node).id
    placed = nodes.apply(m, OPS["put"], (whole, chosen), {"key": (tuple(last),)}, node).id
    written(m, tensor, nodes.apply(m, OPS["reshape"], (placed,), {"shape": shape}, node).id, node)
    m.name_written(tensor, node.value, node)


def delete_item(m: Machine, held: Any, key: Any, node: ast.Subscript) -> None:
    if type(held) is DictCell:
        if m.key(key, slice_text(node)) not in held.items:
            raise m.no_key(key, [k for k in held.items if isinstance(k, str)], node)
        del held.items[m.key(key, slice_text(node))]
        m.writes += 1
        return
    if type(held) is ListCell:
        items = opened_list(m, held)
        if type(key) is slice:
            m.charge(len(items) // 64, node)
            del items[known_slice(m, key, slice_text(node))]
        else:
            at = known_values.whole(m, key, slice_text(node), "index-type")
            if not -len(items) <= at < len(items):
                refused = Misplaced("index-range", node, index=at, axis=0, size=len(items))
                raise refused.as_in_python(as_python(lambda: [].__delitem__(0)))
            m.charge(len(items) // 256, node)
            del items[at]
        nodes.list_changed(m, held)
        return
    if type(held) is Instance and (found := held.of.find("__delitem__")) is not MISSING:
        m.answer(Bound(found, held), [key], node)
        return
    raise Misplaced("not-written", node, got=shown(held))


def written(m: Machine, tensor: Tensor, id: int, place: Any) -> None:
    """Items of an array have become others: where gradients are cut, it stays what they are shown of."""
    if memory.stays_leaf(m, tensor, place):
        memory.renew(m, tensor, Tensor(id), place)
    else:
        memory.write(m, tensor, id, place)
