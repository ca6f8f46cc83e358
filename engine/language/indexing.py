"""Items: of lists, tuples, text and dictionaries by what is known, of arrays as nodes; and writing to them."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.language import calling, memory, nodes
from gradlens.engine.language.calls import iteration
from gradlens.engine.language.creation import all_true_or_false
from gradlens.engine.language.nodes import id_of, opened_list, shown, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    At,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Fresh,
    Generator,
    Instance,
    ListCell,
    Module,
    SetCell,
    Several,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import as_python, by_types, raising, type_name, unpacking
from gradlens.engine.language.syntax import SYMBOLS, Misplaced
from gradlens.engine.ops import OPS
from gradlens.engine.shapes import index_shape
from gradlens.engine.values import Key, KeyPart, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Frame, Machine

LARGEST = 2**63 - 1
MOST_PLACES = 100_000  # in a list of an index: as many as a text of the longest length could write out
FULL = slice(None)
# What x[i] += y is called in JAX.
UPDATES: Mapping[type[ast.operator] | None, str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}


GENERIC = ("list", "dict", "tuple", "set", "frozenset", "type", "defaultdict", "deque", "Counter", "OrderedDict")


def get_item(m: Machine, frame: Frame, held: Any, key: Any, node: ast.Subscript) -> None:
    if type(node.ctx) is ast.Store:  # x[i] += y
        tensor = held.tensor if type(held) in (ListCell, Fresh) else held
        if type(tensor) is Tensor:
            m.graph.begin_sum(tensor.id)
    if type(held) is Instance:
        calling.call_method(m, frame, held, "__getitem__", [key], node)
        return
    if type(held) is DictCell and held.factory is not None and m.key(key, slice_text(node)) not in held.items:
        m.push_steps(frame, m.missing_item(held, key, frame, node))
        return
    frame.stack.append(item(m, held, key, node))


def item(m: Machine, held: Any, key: Any, node: Any) -> Any:
    kind = kind_of(held)
    if kind is Tensor:
        return tensor_item(m, held, key, node)
    if kind is ListCell:
        return list_item(m, held, key, node)
    if kind is DictCell:
        found = held.items.get(m.key(key, slice_text(node)), MISSING)
        if found is MISSING and held.kind == "Counter":
            return 0
        if found is MISSING:
            names = [name for name in held.items if isinstance(name, str)]
            raise m.no_key(key, names, node)
        return found
    if kind is DequeCell:
        return deque_item(m, held, key, node)
    if kind is ClassObject and held.native == "enum":
        return m.member_named(held, key, node)
    if kind is Type or kind is ClassObject or (kind is Builtin and held.name in GENERIC):
        return held  # list[int]
    if kind is tuple or kind is str or kind is range:
        if type(key) is slice:
            found = held[known_slice(m, key, slice_text(node))]
            if kind is not range:
                m.charge(len(found) // 8, node)
            return found
        check_index(held, key, node)
        at = nodes.whole(m, key, slice_text(node), "index-type")
        size = nodes.length(held)
        if not -size <= at < size:
            raise Misplaced("index-range", node, index=at, axis=0, size=size).as_in_python(as_python(lambda: held[at]))
        return held[at]
    if kind is Fresh:
        return tensor_item(m, tensor_of(m, held, held.place), key, node)
    if kind is Module and (found := grid_item(m, held, key, node)) is not MISSING:
        return found
    if kind is Unreachable:
        return held
    if kind is At and held.key is MISSING:
        return At(held.tensor, key)
    if kind is Several:
        named = item(m, tuple(held.parts), key, node)
        return held.get(named) if type(named) is str else tuple([held.get(name) for name in named])
    if kind is int or kind is float or kind is bool or kind is Computed:
        return tensor_item(m, tensor_of(m, held, value_text(node)), key, node)
    raise nodes.no_number(m, held, value_text(node))


def grid_item(m: Machine, held: Module, key: Any, node: Any) -> Any:
    """An item of NumPy's s_, c_, r_, mgrid and ogrid; MISSING of all else."""
    match held.name:
        case "numpy.s_":
            return key
        case "numpy.c_" | "numpy.r_":
            parts: list[Any] = list(key) if kind_of(key) is tuple else [key]
            parts = [steps(m, part, node) if type(part) is slice else part for part in parts]
            ranks = [len(m.graph.nodes[id_of(m, part, node)].shape) for part in parts]
            name = "concatenate" if max(ranks) > 1 else "hstack" if held.name == "numpy.r_" else "column_stack"
            axis = -1 if held.name == "numpy.c_" else 0
            if name == "concatenate" and min(ranks) < max(ranks):
                raise Misplaced("ragged-ranks", node, name=held.name.replace("numpy", "np"))
            more = [axis] if name == "concatenate" else []
            return m.foreign(m.library_function("numpy", name), [], [ListCell(parts), *more], {}, node)
        case "numpy.mgrid" | "numpy.ogrid":
            parts = list(key) if kind_of(key) is tuple else [key]
            lines = [steps(m, part, node).value for part in parts]
            nodes.check_room(m, (len(lines), *[line.size for line in lines]))
            if held.name == "numpy.ogrid":
                open_lines = np.ix_(*lines) if len(lines) > 1 else lines
                found = [Fresh(np.asarray(line, dtype=np.float64), node, library="numpy") for line in open_lines]
                return tuple(found) if len(found) > 1 else found[0]
            whole = np.array(np.meshgrid(*lines, indexing="ij"))
            return Fresh(whole if len(lines) > 1 else whole[0], node, whole=True, library="numpy")
        case _:
            return MISSING


def steps(m: Machine, part: Any, node: Any) -> Fresh:
    """start:stop:step as an array.  Error: slice-step."""
    ends = [nodes.plain(m, end, node) for end in (part.start, part.stop, part.step)] if type(part) is slice else [None]
    start, stop, step = [*ends, None, None][:3]
    if not all(one is None or isinstance(one, (int, float)) for one in ends) or stop is None or step == 0:
        raise Misplaced("slice-step", node)
    start, step = start or 0, step or 1
    count = max(0, math.ceil(min((stop - start) / step, 2.0**53)))
    nodes.check_room(m, (count,))
    return Fresh(start + step * np.arange(float(count)), node, whole=True, library="numpy")


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
            None if end is None else max(-LARGEST, min(nodes.whole(m, end, text or node, "index-type"), LARGEST))
        )
    if ends[2] == 0:
        raise Misplaced("slice-step", node).as_in_python(as_python(lambda: list[Any]()[::0]))
    return slice(*ends)


def list_item(m: Machine, cell: ListCell, key: Any, node: ast.Subscript) -> Any:
    kind = kind_of(key)
    if kind is slice:
        if cell.leaf and not m.libraries:
            return tensor_item(m, tensor_of(m, cell, value_text(node)), key, node)
        found = opened_list(m, cell)[known_slice(m, key, slice_text(node))]
        m.charge(len(found), node)
        return ListCell(found, place=None)
    if kind is tuple or key is None or key is ... or kind is ListCell or kind is Fresh:
        return tensor_item(m, tensor_of(m, cell, value_text(node)), key, node)
    if kind is Tensor and (cell.leaf or all_numbers(m, cell)) and (cell.leaf or m.values_missing(key)):
        return tensor_item(m, tensor_of(m, cell, value_text(node)), key, node)
    check_index([], key, node)
    at = nodes.whole(m, key, slice_text(node), "index-type")
    items = opened_list(m, cell)
    if not -len(items) <= at < len(items):
        refused = Misplaced("index-range", node, index=at, axis=0, size=len(items))
        raise refused.as_in_python(as_python(lambda: list[Any]()[0]))
    return items[at]


def deque_item(m: Machine, held: DequeCell, key: Any, node: Any) -> Any:
    if type(key) is slice:
        said = raising("TypeError", "sequence index must be integer, not 'slice'")
        raise Misplaced("index-type", slice_text(node)).as_in_python(said)
    at = nodes.whole(m, key, slice_text(node), "index-type")
    m.charge(len(held.items) // 64, node)
    if not -len(held.items) <= at < len(held.items):
        refused = Misplaced("index-range", node, index=at, axis=0, size=len(held.items))
        raise refused.as_in_python(as_python(lambda: held.items[at]))
    return held.items[at]


def check_index(held: Any, key: Any, node: Any) -> None:
    """Error: index-type, for an index that Python takes for none."""
    if kind_of(key) in (str, float, DictCell, SetCell):
        refused = Misplaced("index-type", slice_text(node))
        raise refused.as_in_python(by_types(held.__getitem__, key))


def all_numbers(m: Machine, cell: ListCell) -> bool:
    return cell.items is None or all(type(i) in (int, float, bool, Computed, Tensor) for i in cell.items)


# ------------------------------------------------------------------ arrays


def tensor_item(m: Machine, tensor: Tensor, key: Any, node: ast.Subscript) -> Tensor:
    """x[key], which is of the library of x."""
    found = taken(m, tensor, key, node)
    found.library = tensor.library
    return found


def taken(m: Machine, tensor: Tensor, key: Any, node: ast.Subscript) -> Tensor:
    """x[key]: a view where the key is of whole numbers and slices, a value of its own else."""
    key = mask_of(m, key, node)
    if type(key) is Tensor and key.known is None and type(slice_text(node)) is not ast.Tuple:
        return by_value(m, tensor, key, node)
    if (rows := chosen_in_rows(m, tensor, key, node)) is not None:
        return rows
    if (along := chosen_along(m, tensor, key, node)) is not None:
        return along
    parts = known_key(m, tensor, key, slice_text(node))
    if any(isinstance(part, tuple) for part in parts):
        return nodes.apply(m, OPS["index"], (id_of(m, tensor, value_text(node)),), {"key": parts}, node)
    return memory.shown_part(m, tensor, OPS["index"], {"key": parts}, node)


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
    return bool(cell.items) and all(nodes.is_truth(m, part) for part in cell.items)


def by_value(m: Machine, tensor: Tensor, key: Tensor, node: ast.Subscript) -> Tensor:
    """x[i] of a value i of the graph: the places are looked up when the graph runs; a mask must be known."""
    id = id_of(m, key, slice_text(node))
    shape = m.graph.nodes[id].shape
    if shape and nodes.is_mask(m, id):
        return nodes.apply(
            m,
            OPS["index"],
            (id_of(m, tensor, value_text(node)),),
            {"key": mask_key(m, tensor, key, 0, slice_text(node))},
            node,
        )
    if nodes.is_truth(m, key):
        raise Misplaced("index-mask", slice_text(node))
    return nodes.apply(m, OPS["take"], (id_of(m, tensor, value_text(node)), id), {"axis": 0}, node)


def mask_key(m: Machine, tensor: Tensor, mask: Any, axis: int, node: Any) -> Key:
    """The places where a mask holds, one list an axis."""
    values = np.asarray(nodes.known_array(m, mask, node))
    if not values.ndim:
        raise Misplaced("index-mask", node)
    shape = m.graph.nodes[tensor.id].shape
    if values.shape != shape[axis : axis + values.ndim]:
        raise Misplaced("mask-shape", node, mask=str(values.shape), shape=str(shape))
    places = np.nonzero(values)
    m.charge(int(values.size) // 8, node)
    return tuple([tuple(found.tolist()) for found in places])


def chosen_in_rows(m: Machine, tensor: Tensor, key: Any, node: Any) -> Tensor | None:
    """p[np.arange(n), t], one place of each row by a value t; None for any other index."""
    if kind_of(key) is not tuple or len(key) != 2:
        return None
    first, labels = key
    if not isinstance(labels, Tensor) or len(m.graph.nodes[labels.id].shape) != 1 or nodes.is_mask(m, labels.id):
        return None
    numbers = nodes.plain(m, first, slice_text(node)) if type(first) in (range, Fresh, ListCell) else NotImplemented
    if numbers is NotImplemented or kind_of(numbers) is not tuple:
        return None
    rows = len(numbers)
    shape = m.graph.nodes[tensor.id].shape
    if numbers != tuple(range(rows)) or len(shape) != 2 or shape[0] != rows:
        return None
    id = id_of(m, labels, slice_text(node))
    column = nodes.apply(m, OPS["expand_dims"], (id,), {"axis": 1}, node)
    source = id_of(m, tensor, value_text(node))
    chosen = nodes.apply(m, OPS["take_along_axis"], (source, column.id), {"axis": 1}, node)
    return nodes.apply(m, OPS["index"], (chosen.id,), {"key": (FULL, 0)}, node)


def chosen_along(m: Machine, tensor: Tensor, key: Any, node: ast.Subscript) -> Tensor | None:
    """m[:, t], all by a list t of places along one axis; None for any other index."""
    if kind_of(key) is not tuple:
        return None
    at = [i for i, part in enumerate(key) if type(part) is Tensor]
    if len(at) != 1 or any(part != FULL for i, part in enumerate(key) if i != at[0] and type(part) is slice):
        return None
    if any(type(part) is not slice for i, part in enumerate(key) if i != at[0]):
        return None
    id = id_of(m, key[at[0]], slice_text(node))
    if not m.graph.nodes[id].shape or nodes.is_mask(m, id):
        return None
    return nodes.apply(m, OPS["take"], (id_of(m, tensor, value_text(node)), id), {"axis": at[0]}, node)


def known_key(m: Machine, tensor: Tensor, key: Any, node: Any) -> Key:
    """An index that is known: whole numbers, slices, lists of whole numbers, None and an ellipsis."""
    if m.frame.code.ours and kind_of(key) is tuple and not isinstance(node, ast.Tuple):
        return key  # an option of a definition, read where the call stands
    parts = key if kind_of(key) is tuple else (key,)
    texts = node.elts if isinstance(node, ast.Tuple) and len(node.elts) == len(parts) else [node] * len(parts)
    found: list[KeyPart] = []
    axis = 0
    for part, text in zip(parts, texts):
        if type(part) is Tensor and not nodes.is_truth(m, part) and nodes.is_mask(m, part.id):
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
    if nodes.is_truth(m, part):
        raise Misplaced("index-mask", text)
    if kind is int:
        return part
    if kind is slice:
        return known_slice(m, part, text)
    if kind is range:
        if nodes.length(part) > MOST_PLACES:
            raise Misplaced("index-type", text)
        m.charge(len(part), text)
        return tuple(part)
    if kind is Fresh and part.mask:
        part, kind = tensor_of(m, part, text), Tensor
    if kind in (tuple, ListCell, Fresh):
        return places(m, part, text)
    if kind is Tensor and m.graph.nodes[id_of(m, part, text)].shape:
        found = nodes.nested(np.asarray(nodes.known_array(m, part, text)))
        if found is NotImplemented:
            raise Misplaced("index-type", text)
        return found
    if kind is str:
        raise Misplaced("index-text", text, got=part)
    return nodes.whole(m, part, text, "index-type")


def places(m: Machine, part: Any, text: Any) -> KeyPart:
    """A list of whole numbers, or of such lists of one length."""
    found = nodes.plain(m, part, text)
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


# ------------------------------------------------------------------ writing


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
        if kind_of(key) is not tuple and not (held.leaf and type(key) is slice and not m.libraries):
            set_list_item(m, held, key, value, node)
            return
        if held.leaf:
            raise Misplaced("list-write", node)
    if kind is DequeCell:
        deque_item(m, held, key, node)
        held.items[nodes.whole(m, key, slice_text(node), "index-type")] = (
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
        raise Misplaced("array-fixed", node, **changed_copy(node, operator))
    write_item(m, held, key, value, node)


def changed_copy(node: ast.Subscript, operator: type[ast.operator] | None) -> dict[str, str]:
    """What to write in JAX for a write to a part, as parameters of an error."""
    written, name = nodes.text_of(node), nodes.text_of(value_text(node))
    update, value = UPDATES.get(operator, "set"), "…"
    if operator is not None and update == "set":
        value = f"{written} {SYMBOLS[operator]} (…)"
    return {"name": name, "remedy": f"{name} = {name}.at{written[len(name) :]}.{update}({value})"}


def set_list_item(m: Machine, cell: ListCell, key: Any, value: Any, node: ast.Subscript) -> None:
    nodes.extend_empty(m, cell)
    items = opened_list(m, cell)
    value = tensor_of(m, value, value.place) if type(value) is Fresh else value
    if type(key) is slice:
        part = known_slice(m, key, slice_text(node))
        given = m.listed(value, node)
        if part.step not in (None, 1) and len(items[part]) != len(given):
            raise Misplaced("unpack-count", node, count=len(items[part]), got=len(given))
        items[part] = given
    else:
        at = nodes.whole(m, key, slice_text(node), "index-type")
        if not -len(items) <= at < len(items):
            refused = Misplaced("index-range", node, index=at, axis=0, size=len(items))
            raise refused.as_in_python(as_python(lambda: list[Any]().__setitem__(0, 0)))
        items[at] = value
    nodes.list_changed(m, cell)


def write_item(m: Machine, tensor: Tensor, key: Any, value: Any, node: ast.Subscript) -> None:
    """x[key] = value: a new node for x, which every alias and every view sees."""
    m.graph.begin_sum(tensor.id)
    key = mask_of(m, key, node)
    before = id_of(m, tensor, value_text(node))
    shape = m.graph.nodes[before].shape
    given = id_of(m, value, node)
    if nodes.is_truth(m, key):
        write_all(m, tensor, key, before, given, node)
        return
    if type(key) is Tensor and nodes.is_mask(m, id_of(m, key, slice_text(node))):
        mask = key.id
        if m.graph.nodes[mask].shape == shape and m.graph.nodes[given].shape == ():
            memory.write(
                m, tensor, nodes.apply(m, OPS["where"], (mask, given, before), nodes.NO_OPTIONS, node).id, node
            )
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
    memory.write(m, tensor, nodes.apply(m, OPS["put"], (before, given), {"key": parts}, node).id, node)
    m.name_written(tensor, node.value, node)


def write_all(m: Machine, tensor: Tensor, truth: Any, before: int, given: int, node: ast.Subscript) -> None:
    """x[True] = y: all of x, where the truth holds."""
    shape = m.graph.nodes[before].shape
    condition = id_of(m, truth, slice_text(node))
    found = nodes.apply(m, OPS["where"], (condition, given, before), nodes.NO_OPTIONS, node)
    if m.graph.nodes[found.id].shape != shape:
        raise Misplaced("index-mask", slice_text(node))
    memory.write(m, tensor, found.id, node)
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
    written = nodes.apply(m, OPS["put"], (whole, chosen), {"key": (tuple(last),)}, node).id
    memory.write(m, tensor, nodes.apply(m, OPS["reshape"], (written,), {"shape": shape}, node).id, node)
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
            del items[known_slice(m, key, slice_text(node))]
        else:
            at = nodes.whole(m, key, slice_text(node), "index-type")
            if not -len(items) <= at < len(items):
                refused = Misplaced("index-range", node, index=at, axis=0, size=len(items))
                raise refused.as_in_python(as_python(lambda: [].__delitem__(0)))
            del items[at]
        nodes.list_changed(m, held)
        return
    if type(held) is Instance and (found := held.of.find("__delitem__")) is not MISSING:
        m.answer(Bound(found, held), [key], node)
        return
    raise Misplaced("not-written", node, got=shown(held))


# ------------------------------------------------------------------ one after another


def iterator(m: Machine, frame: Frame, value: Any, node: Any) -> Any:
    """What a loop takes its items from."""
    kind = kind_of(value)
    if kind is Generator:
        return value
    if kind is ListCell and value.items is not None:
        return chain(live(value))
    if kind is ListCell and value.leaf and not m.libraries:
        return chain(live_rows(m, value, node))
    if kind is Tensor or kind is Fresh:
        return chain(rows(m, tensor_of(m, value, node), node))
    if kind is ListCell:
        m.charge(len(opened_list(m, value)), node)
        return chain(live(value))
    if kind is Instance:
        said = by_types(iter, value) if value.of.find("__getitem__") is MISSING else None
        raise Misplaced("not-iterable", node, got=shown(value)).as_in_python(said)
    if hasattr(value, "__next__"):
        return value
    if kind is range:
        return iter(value)
    if kind is DictCell:
        return chain(live_dictionary(DictView(value, "keys"), node))
    if kind is DictView:
        return chain(live_dictionary(value, node))
    if kind is SetCell:
        return chain(live_set(m, value, node))
    if kind is DequeCell:
        return chain(live_deque(value, node))
    return iter(m.listed(value, node))


def live_dictionary(view: DictView, node: Any) -> Iterator[Any]:
    """What a dictionary holds.  Error: changed-in-loop, where that becomes more or less meanwhile."""
    try:
        yield from view.live()
    except RuntimeError as error:
        refused = Misplaced("changed-in-loop", node, got=nodes.text_of(node))
        raise refused.as_in_python(raising("RuntimeError", *error.args)) from None


def live_deque(cell: DequeCell, node: Any) -> Iterator[Any]:
    try:
        yield from cell.items
    except RuntimeError as error:
        refused = Misplaced("changed-in-loop", node, got=nodes.text_of(node))
        raise refused.as_in_python(raising("RuntimeError", *error.args)) from None


def live_set(m: Machine, cell: SetCell, node: Any) -> Iterator[Any]:
    size = len(cell.items)
    for item in m.listed(cell, node):
        if len(cell.items) != size:
            refused = Misplaced("changed-in-loop", node, got=nodes.text_of(node))
            raise refused.as_in_python(raising("RuntimeError", "Set changed size during iteration"))
        yield item


def live(cell: ListCell) -> Iterator[Any]:
    """The items of a list that may grow meanwhile."""
    at = 0
    while cell.items is not None and at < len(cell.items):
        yield cell.items[at]
        at += 1


def live_rows(m: Machine, cell: ListCell, node: Any) -> Iterator[Any]:
    """The parts of a list that is an array, and its items once it has become longer or shorter."""
    at = 0
    for row in rows(m, tensor_of(m, cell, node), node):
        if not cell.leaf:
            break
        yield row
        at += 1
    while not cell.leaf and at < len(opened_list(m, cell)):
        yield opened_list(m, cell)[at]
        at += 1


def rows(m: Machine, tensor: Tensor, node: Any) -> Iterator[Tensor]:
    """The parts of an array along its first axis, made one by one."""
    shape = m.graph.nodes[id_of(m, tensor, node)].shape
    if not shape:
        raise Misplaced("not-iterable", node, got=nodes.text_of(node))
    for i in range(shape[0]):
        yield memory.shown_part(m, tensor, OPS["index"], {"key": (i,)}, m.turn_place or node)


def listed(m: Machine, value: Any, node: Any) -> list[Any]:
    """All items of a value.  Error: not-iterable."""
    kind = kind_of(value)
    if kind is ListCell:
        found: list[Any] = list(opened_list(m, value))
    elif kind is tuple or kind is range or kind is str:
        m.charge(nodes.length(value), node)
        return list(value)
    elif kind is Tensor or kind is Fresh:
        found = list(rows(m, tensor_of(m, value, node), node))
    elif kind is DictCell:
        found = list(value.items)
    elif kind is SetCell:
        found = sorted_set(value.items)
    elif kind is DictView:
        found = value.items()
    elif kind is DequeCell:
        found = list(value.items)
    elif kind is ClassObject and value.native == "enum":
        found = m.members(value)
    elif kind is Instance and value.of.native == "tuple":
        found = list(m.fields_of(value))
    elif hasattr(value, "__next__"):
        found = []
        for item in value:
            m.charge(1, node)
            found.append(item)
        return found
    elif kind is Generator:
        return m.done(iteration.gathered(m, value, node), node).items
    elif kind is Several:
        found = [value.get(name) for name in value.parts]
    elif kind is Unreachable:
        raise Misplaced(value.kind, node, what=value.what)
    else:
        raise Misplaced("not-iterable", node, got=nodes.text_of(node)).as_in_python(by_types(iter, value))
    m.charge(len(found), node)
    return found


def sorted_set(items: set[Any]) -> list[Any]:
    """The items of a set in an order that is always the same: Python's own of text changes from run to run."""
    if all(type(item) in (int, float, bool) for item in items):
        return list(items)
    return sorted(items, key=lambda item: (str(kind_of(item)), repr(item) if isinstance(item, str) else 0, str(item)))


def unpacked(m: Machine, value: Any, count: int | None, node: Any) -> list[Any]:
    """The items that an assignment to several names takes.  Error: unpack-count."""
    if type(value) is Tensor or type(value) is Fresh:
        tensor = tensor_of(m, value, node)
        shape = m.graph.nodes[id_of(m, tensor, node)].shape
        if not shape or (count is not None and shape[0] != count):
            refused = Misplaced("unpack-count", node, count=count or 1, got=shape[0] if shape else 1)
            raise refused.as_in_python(unpacking(count or 1, shape[0]) if shape else None)
        m.turn_place = node
        found = list(rows(m, tensor, node))
        m.turn_place = None
        return found
    if type(value) is Unreachable and count is not None:
        return [value] * count
    if type(value) in (int, float, bool, Computed) or value is None:
        said = f"cannot unpack non-iterable {type_name(value)} object"
        raise Misplaced("unpack-count", node, count=count or 1, got=1).as_in_python(raising("TypeError", said))
    found = listed(m, value, node)
    if count is not None and len(found) != count:
        raise Misplaced("unpack-count", node, count=count, got=len(found)).as_in_python(unpacking(count, len(found)))
    return found
