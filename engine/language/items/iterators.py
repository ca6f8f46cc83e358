"""Going through values: the items of lists, dictionaries, sets and arrays, one by one or all at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import memory
from gradlens.engine.language.calls import iteration
from gradlens.engine.language.nodes import id_of, opened_list, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Fresh,
    Generator,
    Instance,
    ListCell,
    SetCell,
    Several,
    Tensor,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.array_errors import of_array
from gradlens.engine.language.standard.exceptions import by_types, raising, type_name, unpacking
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import value_texts, written_lists
from gradlens.engine.language.values.value_texts import shown
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


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
        refused = Misplaced("changed-in-loop", node, got=value_texts.text_of(node))
        raise refused.as_in_python(raising("RuntimeError", *error.args)) from None


def live_deque(cell: DequeCell, node: Any) -> Iterator[Any]:
    try:
        yield from cell.items
    except RuntimeError as error:
        refused = Misplaced("changed-in-loop", node, got=value_texts.text_of(node))
        raise refused.as_in_python(raising("RuntimeError", *error.args)) from None


def live_set(m: Machine, cell: SetCell, node: Any) -> Iterator[Any]:
    size = len(cell.items)
    for item in m.listed(cell, node):
        if len(cell.items) != size:
            refused = Misplaced("changed-in-loop", node, got=value_texts.text_of(node))
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
        raise of_array(Misplaced("not-iterable", node, got=value_texts.text_of(node)), tensor)
    for i in range(shape[0]):
        yield memory.shown_part(m, tensor, OPS["index"], {"key": (i,)}, m.turn_place or node)


def listed(m: Machine, value: Any, node: Any) -> list[Any]:
    """All items of a value.  Error: not-iterable."""
    kind = kind_of(value)
    if kind is ListCell:
        found: list[Any] = list(opened_list(m, value))
    elif kind is tuple or kind is range or kind is str:
        m.charge(written_lists.length(value), node)
        value_texts.check_text(m, value, node)
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
        raise Misplaced("not-iterable", node, got=value_texts.text_of(node)).as_in_python(by_types(iter, value))
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
