"""The key of an item: what of an index is known, and what it means for a list and an array."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language.nodes import id_of, tensor_of
from gradlens.engine.language.objects import DictCell, Fresh, ListCell, SetCell, Tensor, become, kind_of
from gradlens.engine.language.standard.exceptions import as_python, by_types, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, masks, value_texts, written_lists
from gradlens.engine.language.values.whole_arrays import is_of_fractions
from gradlens.engine.language.values.written_lists import all_true_or_false
from gradlens.engine.values import Key, KeyPart

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

LARGEST = 2**63 - 1
MOST_PLACES = 100_000  # in a list of an index: as many as a text of the longest length could write out
FULL = slice(None)


def slice_text(node: Any) -> Any:
    """The text of an index, of what stands before it, where the reader wrote any."""
    return node.slice if isinstance(node, ast.Subscript) else node


def value_text(node: Any) -> Any:
    return node.value if isinstance(node, ast.Subscript) else node


def known_slice(m: Machine, key: slice, node: Any) -> slice:
    texts = [node.lower, node.upper, node.step] if isinstance(node, ast.Slice) else [node] * 3
    ends: list[int | None] = []
    for end, text in zip((key.start, key.stop, key.step), texts):
        # Beyond every array, as Python does: a larger bound means the same.
        ends.append(
            None if end is None else max(-LARGEST, min(known_values.whole(m, end, text or node, "index-type"), LARGEST))
        )
    if ends[2] == 0:
        raise Misplaced("slice-step", node).as_in_python(as_python(lambda: list[Any]()[::0]))
    return slice(*ends)


def check_index(held: Any, key: Any, node: Any) -> None:
    """Error: index-type, for an index that Python takes for none."""
    if kind_of(key) in (str, float, DictCell, SetCell):
        refused = Misplaced("index-type", slice_text(node))
        raise refused.as_in_python(by_types(held.__getitem__, key))


def mask_of(m: Machine, key: Any, node: Any) -> Any:
    """A key in which arrays of True and False are nodes."""
    if kind_of(key) is tuple:
        m.charge(len(key), node)
        return tuple([part if kind_of(part) is tuple else mask_of(m, part, node) for part in key])
    if type(key) is Fresh and key.mask:
        return tensor_of(m, key, slice_text(node))
    if type(key) is ListCell and is_truths(m, key):
        found = tensor_of(m, key, slice_text(node))
        m.masks[found.id] = True
        return found
    return key


def is_truths(m: Machine, cell: ListCell) -> bool:
    if cell.items is None:
        return bool(cell.literal) and all_true_or_false(cell.literal or [])
    return bool(cell.items) and all(known_values.is_truth(m, part) for part in cell.items)


def mask_key(m: Machine, tensor: Tensor, mask: Any, axis: int, node: Any) -> Key:
    """The places where a mask holds, one list an axis."""
    values = np.asarray(known_values.known_array(m, mask, node))
    if not values.ndim:
        raise Misplaced("index-mask", node)
    shape = m.graph.nodes[tensor.id].shape
    if values.shape != shape[axis : axis + values.ndim]:
        raise Misplaced("mask-shape", node, mask=str(values.shape), shape=str(shape))
    places = np.nonzero(values)
    m.charge(int(values.size) // 8, node)
    return tuple([tuple(found.tolist()) for found in places])


def known_key(m: Machine, tensor: Tensor, key: Any, node: Any) -> Key:
    """An index that is known: whole numbers, slices, lists of whole numbers, None and an ellipsis."""
    if type(key) is int:
        return (key,)
    if m.frame.code.ours and kind_of(key) is tuple and not isinstance(node, ast.Tuple):
        return key  # an option of a definition, read where the call stands
    parts = key if kind_of(key) is tuple else (key,)
    texts = node.elts if isinstance(node, ast.Tuple) and len(node.elts) == len(parts) else [node] * len(parts)
    found: list[KeyPart] = []
    axis = 0
    for part, text in zip(parts, texts):
        if type(part) is Tensor and not known_values.is_truth(m, part) and masks.is_mask(m, part.id):
            places = mask_key(m, tensor, part, axis, text)
            found += places
            axis += len(places)
            continue
        found.append(key_part(m, part, text))
        axis += part is not None
    return tuple(found)


def key_part(m: Machine, part: Any, text: Any) -> KeyPart:
    """One item of an index.  Errors: index-mask, index-type, ragged-list, value-needed."""
    kind = kind_of(part)
    if part is None or part is ...:
        return part
    if known_values.is_truth(m, part):
        raise Misplaced("index-mask", text)
    if kind is int:
        return part
    if kind is slice:
        return known_slice(m, part, text)
    if kind is range:
        if written_lists.length(part) > MOST_PLACES:
            raise Misplaced("index-type", text)
        m.charge(len(part), text)
        return tuple(part)
    if kind is Fresh and part.mask:
        part, kind = tensor_of(m, part, text), Tensor
    if kind in (tuple, ListCell, Fresh):
        return places(m, part, text)
    check_places(m, part, text)
    if kind is Tensor and m.graph.nodes[id_of(m, part, text)].shape:
        found = known_values.nested(np.asarray(known_values.known_array(m, part, text)))
        if found is NotImplemented:
            raise Misplaced("index-type", text)
        return found
    if kind is str:
        raise Misplaced("index-text", text, got=part)
    return known_values.whole(m, part, text, "index-type")


def check_places(m: Machine, part: Any, text: Any) -> None:
    """Error: index-fractions, of an index that is a number or an array of a type of fractions."""
    part = become(part)
    if type(part) not in (Fresh, Tensor) or not m.libraries or m.frame.code.ours:
        return
    if part.fractions if type(part) is Fresh else part.known is None and is_of_fractions(m, id_of(m, part, text)):
        said = raising("IndexError", "arrays used as indices must be of integer (or boolean) type")
        raise Misplaced("index-fractions", text, got=value_texts.text_of(text)).as_in_python(said)


def places(m: Machine, part: Any, text: Any) -> KeyPart:
    """A list of whole numbers, or of such lists of one length."""
    found = known_values.plain(m, part, text)
    if found is NotImplemented or kind_of(found) is not tuple:
        raise Misplaced("index-type", text)
    leaves: list[Any] = [found]
    level: list[Any] = [found]
    while level and kind_of(level[0]) is tuple:
        if any(kind_of(row) is not tuple for row in level):
            raise Misplaced("index-type", text)
        if any(len(row) != len(level[0]) for row in level):
            row = next(row for row in level if len(row) != len(level[0]))
            raise Misplaced("ragged-list", text, left=len(level[0]), right=len(row))
        level = [item for row in level for item in row]
        leaves = level
    if len(leaves) > MOST_PLACES:
        raise Misplaced("index-type", text)
    if any(type(leaf) is bool for leaf in leaves):
        raise Misplaced("index-mask", text)
    if any(type(leaf) is not int for leaf in leaves):
        raise Misplaced("index-type", text)
    m.charge(len(leaves), text)
    return found
