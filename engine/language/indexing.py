"""Items: of lists, tuples, text and dictionaries by what is known, of arrays as nodes; and writing to them."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language import calling, memory, nodes
from gradlens.engine.language.items.keys import (
    FULL,
    check_index,
    check_places,
    key_part,
    known_key,
    known_slice,
    mask_key,
    mask_of,
    slice_text,
    value_text,
)
from gradlens.engine.language.nodes import id_of, opened_list, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    At,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    Fresh,
    Instance,
    ListCell,
    Module,
    Several,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.array_errors import failed
from gradlens.engine.language.standard.exceptions import as_python, raising
from gradlens.engine.language.syntax import SYMBOLS, Misplaced
from gradlens.engine.language.values import known_values, masks, rooms, value_texts, written_lists
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

# What x[i] += y is called in JAX.
UPDATES: Mapping[type[ast.operator] | None, str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}


INDEX = OPS["index"]
GENERIC = ("list", "dict", "tuple", "set", "frozenset", "type", "defaultdict", "deque", "Counter", "OrderedDict")


def get_item(m: Machine, frame: Frame, held: Any, key: Any, node: ast.Subscript) -> None:
    items = held.items if type(held) is ListCell and type(key) is int and type(node.ctx) is ast.Load else None
    if items is not None and -len(items) <= key < len(items):
        frame.stack.append(items[key])
        return
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
        value_texts.check_text(m, held, node)
        if type(key) is slice:
            found = held[known_slice(m, key, slice_text(node))]
            if kind is not range:
                m.charge(len(found) // 8, node)
            return found
        check_index(held, key, node)
        at = known_values.whole(m, key, slice_text(node), "index-type")
        size = written_lists.length(held)
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
    raise value_texts.no_number(m, held, value_text(node))


def grid_item(m: Machine, held: Module, key: Any, node: Any) -> Any:
    """An item of NumPy's s_, c_, r_, mgrid and ogrid; MISSING of all else."""
    match held.name:
        case "numpy.s_":
            return key
        case "numpy.c_" | "numpy.r_":
            parts: list[Any] = list(key) if kind_of(key) is tuple else [key]
            parts = [steps(m, part, node) if type(part) is slice else part for part in parts]
            ranks = [len(m.graph.nodes[id_of(m, part, node)].shape) for part in parts]
            if held.name == "numpy.c_" and max(ranks) == 2:  # a vector beside matrices is a column
                parts = [
                    tensor_item(m, tensor_of(m, p, node), (FULL, None), node) if r == 1 else p
                    for p, r in zip(parts, ranks)
                ]
                ranks = [max(rank, 2) if rank else 0 for rank in ranks]
            name = "concatenate" if max(ranks) > 1 else "hstack" if held.name == "numpy.r_" else "column_stack"
            axis = -1 if held.name == "numpy.c_" else 0
            if name == "concatenate" and min(ranks) < max(ranks):
                raise Misplaced("ragged-ranks", node, name=held.name.replace("numpy", "np"))
            more = [axis] if name == "concatenate" else []
            return m.foreign(m.library_function("numpy", name), [], [ListCell(parts), *more], {}, node)
        case "numpy.mgrid" | "numpy.ogrid":
            parts = list(key) if kind_of(key) is tuple else [key]
            made = [steps(m, part, node) for part in parts]
            lines = [line.value for line in made]
            whole = all(line.whole for line in made)
            rooms.check_room(m, (len(lines), *[line.size for line in lines]))
            if held.name == "numpy.ogrid":
                open_lines = np.ix_(*lines) if len(lines) > 1 else lines
                found = [
                    Fresh(np.asarray(line, dtype=np.float64), node, whole=one.whole, library="numpy")
                    for line, one in zip(open_lines, made, strict=True)
                ]
                return tuple(found) if len(found) > 1 else found[0]
            grid = np.array(np.meshgrid(*lines, indexing="ij"))
            return Fresh(grid if len(lines) > 1 else grid[0], node, whole=whole, library="numpy")
        case _:
            return MISSING


def steps(m: Machine, part: Any, node: Any) -> Fresh:
    """start:stop:step as an array, or start:stop:5j, which is five numbers with both ends.  Error: slice-step."""
    count = part.step if type(part) is slice and type(part.step) is complex else None
    ends = (
        [known_values.plain(m, end, node) for end in (part.start, part.stop, None if count else part.step)]
        if type(part) is slice
        else [None]
    )
    start, stop, step = [*ends, None, None][:3]
    if not all(one is None or isinstance(one, (int, float)) for one in ends) or stop is None or step == 0:
        raise Misplaced("slice-step", node)
    start, step = start or 0, step or 1
    if count is not None:
        size = int(min(abs(count), 2.0**53))
        rooms.check_room(m, (size,))
        return Fresh(np.linspace(start, stop, size), node, library="numpy", fractions=True)
    size = max(0, math.ceil(min((stop - start) / step, 2.0**53)))
    rooms.check_room(m, (size,))
    whole = all(type(end) is int for end in (start, stop, step))
    return Fresh(start + step * np.arange(float(size)), node, whole=whole, library="numpy")


def list_item(m: Machine, cell: ListCell, key: Any, node: ast.Subscript) -> Any:
    kind = kind_of(key)
    if kind is slice:
        if cell.leaf and not m.libraries:
            return part_of_leaf(m, cell, key, node)
        found = opened_list(m, cell)[known_slice(m, key, slice_text(node))]
        m.charge(len(found), node)
        return ListCell(found, place=None)
    if kind is tuple or key is None or key is ... or kind is ListCell or kind is Fresh:
        return tensor_item(m, tensor_of(m, cell, value_text(node)), key, node)
    if kind is Tensor and (cell.leaf or all_numbers(m, cell)) and (cell.leaf or m.values_missing(key)):
        return tensor_item(m, tensor_of(m, cell, value_text(node)), key, node)
    check_index([], key, node)
    at = known_values.whole(m, key, slice_text(node), "index-type")
    items = opened_list(m, cell)
    if not -len(items) <= at < len(items):
        refused = Misplaced("index-range", node, index=at, axis=0, size=len(items))
        raise refused.as_in_python(as_python(lambda: list[Any]()[0]))
    return items[at]


def part_of_leaf(m: Machine, cell: ListCell, key: slice, node: ast.Subscript) -> ListCell:
    """A slice of a list that is an array: another list, as Python's, which is an array likewise."""
    assert cell.literal is not None
    part, array = known_slice(m, key, slice_text(node)), tensor_of(m, cell, value_text(node))
    literal = cell.literal[part]
    rows = opened_list(m, cell)[part] if any(type(item) is list for item in literal) else None  # that both lists hold
    found = ListCell(rows, place=node, literal=literal)
    found.tensor = tensor_item(m, array, key, node)
    found.leaf = True
    nodes.remember_items(m, found)
    return found


def deque_item(m: Machine, held: DequeCell, key: Any, node: Any) -> Any:
    if type(key) is slice:
        said = raising("TypeError", "sequence index must be integer, not 'slice'")
        raise Misplaced("index-type", slice_text(node)).as_in_python(said)
    at = known_values.whole(m, key, slice_text(node), "index-type")
    m.charge(len(held.items) // 64, node)
    if not -len(held.items) <= at < len(held.items):
        refused = Misplaced("index-range", node, index=at, axis=0, size=len(held.items))
        raise refused.as_in_python(as_python(lambda: held.items[at]))
    return held.items[at]


def all_numbers(m: Machine, cell: ListCell) -> bool:
    return cell.items is None or all(type(i) in (int, float, bool, Computed, Tensor) for i in cell.items)


# ------------------------------------------------------------------ arrays


def tensor_item(m: Machine, tensor: Tensor, key: Any, node: ast.Subscript) -> Tensor:
    """x[key], which is of the library of x."""
    try:
        found = taken(m, tensor, key, node)
    except (Misplaced, EngineError) as error:
        key_failed(error, tensor, key)
        raise
    found.library = tensor.library
    return found


def key_failed(error: Misplaced | EngineError, tensor: Tensor, key: Any) -> None:
    """Note whose array an index does not fit."""
    parts = key if kind_of(key) is tuple else (key,)
    if error.kind not in ("index-type", "index-text") or any(kind_of(part) in (str, float) for part in parts):
        failed(error, library=tensor.library)


def taken(m: Machine, tensor: Tensor, key: Any, node: ast.Subscript) -> Tensor:
    """x[key]: a view where the key is of whole numbers and slices, a value of its own else."""
    if type(key) is int or type(key) is Computed:
        part = key if type(key) is int else key_part(m, key, slice_text(node))
        return memory.shown_part(m, tensor, INDEX, {"key": (part,)}, node)
    key = mask_of(m, key, node)
    for part in key if kind_of(key) is tuple else (key,):
        check_places(m, part, slice_text(node))
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


def by_value(m: Machine, tensor: Tensor, key: Tensor, node: ast.Subscript) -> Tensor:
    """x[i] of a value i of the graph: the places are looked up when the graph runs; a mask must be known."""
    id = id_of(m, key, slice_text(node))
    shape = m.graph.nodes[id].shape
    if shape and masks.is_mask(m, id):
        return nodes.apply(
            m,
            OPS["index"],
            (id_of(m, tensor, value_text(node)),),
            {"key": mask_key(m, tensor, key, 0, slice_text(node))},
            node,
        )
    if known_values.is_truth(m, key):
        raise Misplaced("index-mask", slice_text(node))
    return nodes.apply(m, OPS["take"], (id_of(m, tensor, value_text(node)), id), {"axis": 0}, node)


def chosen_in_rows(m: Machine, tensor: Tensor, key: Any, node: Any) -> Tensor | None:
    """p[np.arange(n), t], one place of each row by a value t; None for any other index."""
    if kind_of(key) is not tuple or len(key) != 2:
        return None
    first, labels = key
    if not isinstance(labels, Tensor) or len(m.graph.nodes[labels.id].shape) != 1 or masks.is_mask(m, labels.id):
        return None
    numbers = (
        known_values.plain(m, first, slice_text(node)) if type(first) in (range, Fresh, ListCell) else NotImplemented
    )
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
    if not m.graph.nodes[id].shape or masks.is_mask(m, id):
        return None
    return nodes.apply(m, OPS["take"], (id_of(m, tensor, value_text(node)), id), {"axis": at[0]}, node)


# ------------------------------------------------------------------ writing


def changed_copy(node: ast.Subscript, operator: type[ast.operator] | None) -> dict[str, str]:
    """What to write in JAX for a write to a part, as parameters of an error."""
    written, name = value_texts.text_of(node), value_texts.text_of(value_text(node))
    update, value = UPDATES.get(operator, "set"), "…"
    if operator is not None and update == "set":
        value = f"{written} {SYMBOLS[operator]} (…)"
    return {"name": name, "remedy": f"{name} = {name}.at{written[len(name) :]}.{update}({value})"}


# ------------------------------------------------------------------ one after another
