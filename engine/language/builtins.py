"""Python's own functions: as Python has them of what is known, as ops of what flows into the graph."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator
from collections.abc import Generator as Steps  # of the evaluator's own functions, which ask for calls
from functools import cmp_to_key, reduce
from itertools import chain
from types import NoneType
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from gradlens.engine.language import calling, nodes
from gradlens.engine.language.arithmetic import NAMES, computed, is_array, is_number, result, sortable, value_of
from gradlens.engine.language.calling import Asked, Call, asking, next_item
from gradlens.engine.language.nodes import shown, tensor_of
from gradlens.engine.language.objects import (
    MISSING,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Fresh,
    Function,
    Generator,
    Given,
    Instance,
    ListCell,
    Property,
    SetCell,
    Super,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import as_python, by_types, ended, exception_of, is_one, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.ops import OPS
from gradlens.engine.values import number

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

WRITTEN_NUMBERS = {
    "inf": math.inf,
    "+inf": math.inf,
    "-inf": -math.inf,
    "infinity": math.inf,
    "-infinity": -math.inf,
    "nan": math.nan,
}


DECIMALS = 300  # that round takes: a power of ten beyond is no float


def expect(call: Call, least: int, most: int) -> list[Any]:
    """The arguments of a call that takes no keywords."""
    if call.keywords or not least <= len(call.args) <= most:
        raise Misplaced("method-arguments", call.node, name=call.name, least=least, most=most, count=len(call.args))
    return call.args


# ------------------------------------------------------------------ counting


def slice_of(m: Machine, call: Call) -> slice:
    """slice(stop), slice(start, stop, step): what stands between the brackets of an index."""
    if call.keywords or not 1 <= len(call.args) <= 3:
        raise Misplaced("method-arguments", call.node, name="slice", least=1, most=3, count=len(call.args))
    return slice(*call.args)


def range_of(m: Machine, call: Call) -> range:
    if call.keywords or not 1 <= len(call.args) <= 3:
        raise Misplaced("range-bounds", call.node)
    numbers = [nodes.whole(m, a, call.text(i), "range-bounds") for i, a in enumerate(call.args)]
    if len(numbers) == 3 and numbers[2] == 0:
        raise Misplaced("slice-step", call.text(2)).as_in_python(as_python(lambda: range(0, 1, 0)))
    return range(*numbers)


def iterated(m: Machine, value: Any, call: Call, place: int) -> Iterator[Any] | Generator:
    return m.iterator(call.frame, value, call.text(place))


def enumerate_of(m: Machine, call: Call) -> Iterator[Any] | Generator:
    names = ["iterable", "start"]
    bound = calling.by_name(call.name, "enumerate(x, start=0)", names, names[:1], call.args, call.keywords, call.node)
    text = call.text("start" if "start" in call.keywords else 1)
    start = nodes.whole(m, bound.get("start", 0), text, "index-type")
    items = iterated(m, bound["iterable"], call, 0)
    if isinstance(items, Generator):
        return m.lazy(enumerated(items, start), call.node)
    return enumerate(items, start)


def enumerated(items: Generator, start: int) -> Steps[Any, Any, None]:
    while (item := (yield items)) is not MISSING:
        yield Given((start, item))
        start += 1


def zip_of(m: Machine, call: Call) -> Iterator[Any] | Generator:
    bound = calling.by_name(call.name, "zip(x, y, …, strict=False)", ["strict"], [], [], call.keywords, call.node)
    parts = [iterated(m, part, call, i) for i, part in enumerate(call.args)]
    strict = m.truth(bound.get("strict", False), call.node)
    known = [part for part in parts if not isinstance(part, Generator)]
    if len(known) < len(parts):
        return m.lazy(zipped_lazily(parts, strict, call.node), call.node)
    return iterator_of(zipped(known, strict, call.node))


def zipped_lazily(parts: list[Any], strict: bool, node: Any) -> Steps[Any, Any, None]:
    """Items one by one: of what ends first the others are asked no further, as in Python."""
    while True:
        found: list[Any] = []
        for part in parts:
            item = yield from next_item(part)
            if item is MISSING:
                others = parts[1:] if not found else ()
                for other in others if strict else ():
                    item = yield from next_item(other)
                    if item is not MISSING:
                        break
                if strict and (found or item is not MISSING):
                    raise Misplaced("zip-lengths", node)
                return
            found.append(item)
        yield Given(tuple(found))


def iterator_of(items: Iterator[Any]) -> Iterator[Any]:
    """Items as a value: a generator of the evaluator's own would be taken for one that asks for calls."""
    return chain(items)


def zipped(parts: list[Iterator[Any]], strict: bool, node: Any) -> Iterator[Any]:
    try:
        yield from zip(*parts, strict=strict)
    except ValueError as error:
        raise Misplaced("zip-lengths", node).as_in_python(raising("ValueError", *error.args)) from None


def reversed_of(m: Machine, call: Call) -> Iterator[Any]:
    (value,) = expect(call, 1, 1)
    if hasattr(value, "__next__") or type(value) is SetCell:
        raise Misplaced("not-reversed", call.text(0), got=nodes.text_of(call.text(0)))
    if type(value) is range:
        return iter(value[::-1])
    if type(value) is Tensor:
        m.turn_place = m.turn_place or call.text(0)
    if type(value) is ListCell and not is_array(m, value):
        return iterator_of(backwards(nodes.opened_list(m, value), value))
    return iter(m.listed(value, call.text(0))[::-1])


def backwards(items: list[Any], cell: ListCell) -> Iterator[Any]:
    """The items of a list that may change meanwhile, from the last place on."""
    for at in range(len(items) - 1, -1, -1):
        if cell.items is None or at >= len(cell.items):
            return
        yield cell.items[at]


def len_of(m: Machine, call: Call) -> Any:
    (value,) = expect(call, 1, 1)
    kind = kind_of(value)
    if kind is ListCell:
        return len(value.literal if value.items is None else value.items)  # pyright: ignore
    if kind in (tuple, str, range):
        return nodes.length(value)
    if kind is DictCell or kind is SetCell:
        return len(value.items)
    if kind is DictView:
        return len(value.held.items)
    if kind is DequeCell:
        return len(value.items)
    if kind is ClassObject and value.native == "enum":
        return len(m.members(value))
    if kind is Tensor or kind is Fresh:
        shape = m.graph.nodes[nodes.id_of(m, value, call.node)].shape if kind is Tensor else np.shape(value.value)
        if shape:
            return shape[0]
        raise Misplaced("len-argument", call.node)
    if kind is Unreachable:
        return value
    if kind is Instance and (found := value.of.find("__len__")) is not MISSING:
        return asking(Asked(Bound(found, value), []))
    raise Misplaced("len-argument", call.node).as_in_python(by_types(len, value))


def iter_of(m: Machine, call: Call) -> Any:
    items = iterated(m, expect(call, 1, 1)[0], call, 0)
    return items if isinstance(items, Generator) else iterator_of(items)


def next_of(m: Machine, call: Call) -> Any:
    held, *default = expect(call, 1, 2)
    if not hasattr(held, "__next__"):
        raise Misplaced("not-iterable", call.node, got=shown(held)).as_in_python(by_types(next, held))
    found = next(held, MISSING)
    if found is MISSING:
        if default:
            return default[0]
        raise ended(held, call.node)
    return found


# ------------------------------------------------------------------ numbers


def sum_of(m: Machine, call: Call) -> Any:
    """Python's sum of items, and the op of an array where no library is used."""
    if not call.args or call.keywords.keys() - {"start"} or len(call.args) > 2:
        return op_of(m, "sum", call)
    items, *start = call.args
    start = start or [call.keywords[k] for k in call.keywords]
    if type(items) is Unreachable:
        return items
    if type(items) is Tensor or type(items) is Fresh or is_array(m, items):
        of_op = not start or type(start[0]) is int or start[0] is None
        if of_op and not m.libraries and (type(items) is not Tensor or not start or not is_list_start(start[0])):
            return op_of(m, "sum", call)
        return rows_sum(m, tensor_of(m, items, call.text(0)), start, call)
    if is_number(items):
        return op_of(m, "sum", call)
    if type(items) is ListCell and is_rows(items) and not m.libraries and not start:
        return op_of(m, "sum", call)  # rows of numbers are an array where no library is spoken
    given = m.listed(items, call.text(0))
    return folded(m, given, start[0] if start else 0, call)


def is_rows(cell: ListCell) -> bool:
    """Whether a list is rows of numbers as the text has them."""
    return cell.items is None and any(isinstance(item, list) for item in cell.literal or ())


def is_list_start(value: Any) -> bool:
    return type(value) in (ListCell, Tensor, Computed, float)


def rows_sum(m: Machine, tensor: Tensor, start: list[Any], call: Call) -> Any:
    """Python's sum of an array: of its rows."""
    id = nodes.id_of(m, tensor, call.node)
    shape = m.graph.nodes[id].shape
    if not shape:
        raise Misplaced("not-iterable", call.text(0), got=nodes.text_of(call.text(0)))
    if start and type(start[0]) is int and start[0] != 0:
        raise Misplaced("sum-start", call.text(1))
    options: dict[str, Any] = {"axis": 0 if len(shape) > 1 else None, "keepdims": False}
    total = nodes.apply(m, OPS["sum"], (id,), options, call.node)
    if start and not (is_number(start[0]) and value_of(m, start[0]) == 0):
        return result(m, ast.Add, total, start[0], call.node)
    return total


def folded(m: Machine, items: list[Any], start: Any, call: Call) -> Any:
    """start + items[0] + items[1] + …; of arrays of one shape as one sum of the list that they are."""
    if any(type(item) is Instance for item in items) or type(start) is Instance:
        return folded_objects(m, items, start, call)
    if all(is_number(item) for item in items):
        total = start
        if is_number(start):
            for item in items:
                total = computed(m, ast.Add, total, item, call.node)
                if not is_number(total):
                    break
            else:
                return stacked_sum(m, items, start, total, call) if m.is_flowing(items) else total
    if any(type(item) in (str, DictCell) or item is None for item in items):
        bad = next(item for item in items if type(item) in (str, DictCell) or item is None)
        raise nodes.no_number(m, bad, call.text(0))
    if any(type(item) in (ListCell, tuple) for item in items) and type(start) in (ListCell, tuple):
        for item in items:
            start = result(m, ast.Add, start, item, call.node)
        return start
    return stacked_sum(m, items, start, None, call)


def stacked_sum(m: Machine, items: list[Any], start: Any, known: Any, call: Call) -> Any:
    if not items:
        return start
    ids = [nodes.id_of(m, item, call.text(0)) for item in items]
    shapes = {m.graph.nodes[id].shape for id in ids}
    if len(shapes) > 1:
        total: Any = start
        for item in items:
            total = item if is_number(total) and value_of(m, total) == 0 else result(m, ast.Add, total, item, call.node)
        return total
    rows = nodes.apply(m, OPS["stack"], tuple(ids), {"axis": 0}, call.text(0))
    axis = 0 if len(m.graph.nodes[rows.id].shape) > 1 else None
    made = nodes.apply(m, OPS["sum"], (rows.id,), {"axis": axis, "keepdims": False}, call.node)
    if not (is_number(start) and value_of(m, start) == 0):
        made = result(m, ast.Add, made, start, call.node)
    if known is not None and type(made) is Tensor and type(value_of(m, known)) is not float:
        made.known = value_of(m, known)
    return made


def folded_objects(m: Machine, items: list[Any], start: Any, call: Call) -> Steps[Any, Any, Any]:
    total = start
    for item in items:
        if type(total) is Instance or type(item) is Instance:
            if is_number(total) and value_of(m, total) == 0 and type(item) is Instance and total is start:
                found = item.of.find("__radd__")
                if found is MISSING:
                    raise Misplaced("no-operator", call.node, name="__radd__", got=item.of.name)
            total = yield from calling.operator_steps(m, NAMES[ast.Add], total, item, call.node)
        else:
            total = result(m, ast.Add, total, item, call.node)
    return total


def extreme_of(m: Machine, call: Call) -> Any:
    """Python's max and min, and the ops of an array."""
    name = call.name
    paired = {"max": "maximum", "min": "minimum"}[name]
    others = call.keywords.keys() - {"key", "default"}
    args = call.args
    if others or not args:
        return op_of(m, name, call)
    if len(args) == 1:
        items = args[0]
        if type(items) in (Tensor, Fresh) or is_array(m, items) or is_number(items):
            if m.libraries and type(items) is Tensor and len(m.graph.nodes[items.id].shape) > 1:
                raise Misplaced("max-of-rows", call.node, name=name)
            return op_of(m, name, call)
        given = m.listed(items, call.text(0))
        if not given:
            if "default" in call.keywords:
                return call.keywords["default"]
            said = as_python(lambda: max(list[Any]()) if name == "max" else min(list[Any]()))
            raise Misplaced("empty-sequence", call.node, name=name).as_in_python(said)
    else:
        axis = args[1] if len(args) == 2 else None
        if not m.libraries and type(args[0]) is Tensor and axis is None and len(args) == 2:
            return op_of(m, name, call)
        given = args
        if len(args) == 3 and type(args[2]) is bool and not all(is_number(a) for a in args):
            return op_of(m, name, call)
    if "key" in call.keywords or not any(type(item) in (Tensor, Fresh) or m.is_flowing([item]) for item in given):
        return chosen_extreme(m, given, call)
    if len(given) == 2:
        ids = [nodes.id_of(m, item, call.text(i)) for i, item in enumerate(given)]
        return nodes.apply(m, OPS[paired], (ids[0], ids[1]), nodes.NO_OPTIONS, call.node)
    if len(given) == 1:
        return given[0]
    ids = [nodes.id_of(m, item, call.text(i)) for i, item in enumerate(given)]
    if len({m.graph.nodes[id].shape for id in ids}) > 1 or any(m.graph.nodes[id].shape for id in ids):
        raise Misplaced("max-of-rows", call.node, name=name)
    rows = nodes.apply(m, OPS["stack"], tuple(ids), {"axis": 0}, call.node)
    return nodes.apply(m, OPS[name], (rows.id,), {"axis": 0, "keepdims": False}, call.node)


def chosen_extreme(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, Any] | Any:
    if "key" not in call.keywords and any(type(item) is Instance for item in items):
        found = yield from extreme_object(m, items, call)
        return found
    keyed = yield from keys_of(m, items, call)
    best = i = 0
    try:
        for i in range(1, len(items)):
            if keyed[i] > keyed[best] if call.name == "max" else keyed[i] < keyed[best]:
                best = i
    except TypeError as error:
        refused = Misplaced("not-compared", call.node, left=shown(items[best]), right=shown(items[i]))
        raise refused.as_in_python(raising("TypeError", *error.args)) from None
    return items[best]


def extreme_object(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, Any]:
    """The largest or smallest of objects by their own < or >."""
    best = items[0]
    first, second = ("__gt__", "__lt__") if call.name == "max" else ("__lt__", "__gt__")
    for item in items[1:]:
        for held, other, name in ((item, best, first), (best, item, second)):
            if type(held) is Instance and (found := held.of.find(name)) is not MISSING:
                holds = yield Asked(Bound(found, held), [other])
                break
        else:
            raise Misplaced("not-compared", call.node, left=shown(item), right=shown(best))
        if m.truth(holds, call.node):
            best = item
    return best


def raw_keys(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, list[Any]]:
    """What a function makes of items for their order; themselves where there is none."""
    function = call.keywords.get("key")
    if function is None:
        return items
    found: list[Any] = []
    for item in items:
        key = yield Asked(function, [item])
        found.append(key)
    return found


def keys_of(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, list[Any]]:
    """What items are ordered by."""
    found: list[Any] = []
    for key in (yield from raw_keys(m, items, call)):
        try:
            found.append(sortable(m, key, call.node))
        except TypeError:
            raise Misplaced("not-compared", call.node, left=shown(key), right=shown(key)) from None
    return found


def sorted_items(m: Machine, items: list[Any], call: Call) -> Steps[Any, Any, list[Any]]:
    raw = yield from raw_keys(m, items, call)
    if any(type(key) is Instance for key in raw):
        return (yield from sorted_objects(m, raw, items, call))
    keyed = yield from keys_of(m, raw, Call([], {}, call.node, call.frame, call.name))
    m.charge(len(items) * max(len(items).bit_length(), 1) // 4, call.node)
    descending = m.truth(call.keywords.get("reverse", False), call.node)

    def order(i: int, j: int) -> int:
        a, b = keyed[i], keyed[j]
        return -1 if a < b else 1 if b < a else 0

    try:
        places = sorted(range(len(items)), key=cmp_to_key(order), reverse=descending)
    except TypeError as error:
        refused = Misplaced("not-compared", call.node, left="…", right="…")
        raise refused.as_in_python(raising("TypeError", *error.args)) from None
    return [items[i] for i in places]


def sorted_objects(m: Machine, keys: list[Any], items: list[Any], call: Call) -> Steps[Any, Any, list[Any]]:
    """Items in the order of the < of objects that stand for them."""
    descending = m.truth(call.keywords.get("reverse", False), call.node)
    places = list(range(len(items)))
    found: list[int] = []
    for place in places[::-1] if descending else places:
        low, high = 0, len(found)
        while low < high:  # after all that are not greater
            middle = (low + high) // 2
            less = yield from calling.compare_steps(m, ast.Lt, keys[place], keys[found[middle]], call.node)
            if m.truth(less, call.node):
                high = middle
            else:
                low = middle + 1
        found.insert(low, place)
    return [items[place] for place in (found[::-1] if descending else found)]


def sorted_of(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    value = expect(Call(call.args, {}, call.node, call.frame, call.name), 1, 1)[0]
    found = yield from sorted_items(m, m.listed(value, call.text(0)), call)
    return ListCell(found)


def abs_of(m: Machine, call: Call) -> Any:
    if len(call.args) == 1 and not call.keywords:
        value = call.args[0]
        if is_number(value) and not m.frame.code.ours:
            return Computed(abs(value_of(m, value)), OPS["abs"], (value,), call.node)
        if type(value) is Instance and (found := value.of.find("__abs__")) is not MISSING:
            return asking(Asked(Bound(found, value), []))
    return op_of(m, "abs", call)


def round_of(m: Machine, call: Call) -> Any:
    value, *digits = call.args or [None]
    digits = digits or [call.keywords[k] for k in call.keywords if k == "ndigits"]
    if is_number(value):
        number = value_of(m, value)
        if isinstance(number, float) and not math.isfinite(number):
            return op_of(m, "round", call)
        count = nodes.plain(m, digits[0], call.node) if digits else None
        if count is not None and (type(count) is not int or abs(count) > DECIMALS):
            raise Misplaced(
                "option-integer", call.node, function="round", option="ndigits", got=nodes.text_of(call.node)
            )
        return Computed(round(number, count), OPS["round"] if count is None else None, (value,), call.node)
    if digits and digits[0] is not None:
        count = nodes.whole(m, digits[0], call.text(1), "option-integer", function="round", option="ndigits", got="…")
        if abs(count) > DECIMALS:
            raise Misplaced(
                "option-integer", call.node, function="round", option="ndigits", got=nodes.text_of(call.node)
            )
        if count == 0:
            return op_of(m, "round", Call(call.args[:1], {}, call.node, call.frame, "round"))
        ten = 10.0**count
        scaled = result(m, ast.Mult, tensor_of(m, value, call.text(0)), ten, call.node)
        made = nodes.apply(m, OPS["round"], (nodes.id_of(m, scaled, call.node),), nodes.NO_OPTIONS, call.node)
        return result(m, ast.Div, made, ten, call.node)
    return op_of(m, "round", call)


def pow_of(m: Machine, call: Call) -> Any:
    if len(call.args) == 2 and not call.keywords and not m.frame.code.ours:
        return result(m, ast.Pow, call.args[0], call.args[1], call.node)
    return op_of(m, "pow", call)


def divmod_of(m: Machine, call: Call) -> Any:
    a, b = expect(call, 2, 2)
    return result(m, ast.FloorDiv, a, b, call.node), result(m, ast.Mod, a, b, call.node)


def op_of(m: Machine, name: str, call: Call) -> Any:
    return calling.op_call(m, OPS[name], call.args, dict(call.keywords), call.node)


# ------------------------------------------------------------------ types


def int_of(m: Machine, call: Call) -> Any:
    if not call.args:
        return 0
    value = call.args[0]
    if type(value) is str:
        bases = [*call.args[1:], *[call.keywords[name] for name in call.keywords if name == "base"]]
        base = nodes.plain(m, bases[0], call.node) if bases else 10
        m.charge(len(value) // 8, call.node)
        try:
            return int(value, base) if len(value) <= 4_300 else 1 // 0
        except (ValueError, TypeError, ZeroDivisionError) as error:
            refused = Misplaced("not-a-whole-number", call.node, got=repr(value))
            if isinstance(error, ValueError):
                refused.as_in_python(raising("ValueError", *error.args))
            raise refused from None
    if is_number(value) and type(value) is not Tensor:
        number = value_of(m, value)
        if isinstance(number, float) and not math.isfinite(number):
            refused = Misplaced("not-a-whole-number", call.node, got=shown(number))
            raise refused.as_in_python(as_python(lambda: int(number)))
        return Computed(int(number), OPS["trunc"] if nodes.flows(value) else None, (value,), call.node)
    if type(value) is Unreachable:
        return value
    if type(value) is Instance and (found := value.of.find("__int__")) is not MISSING:
        return asking(Asked(Bound(found, value), []))
    try:
        tensor = tensor_of(m, value, call.text(0))
    except Misplaced as error:
        raise error.as_in_python(by_types(int, value)) from None
    if type(value) is ListCell:
        shape = str(m.graph.nodes[tensor.id].shape)
        raise Misplaced("one-number-needed", call.node, name="int", shape=shape).as_in_python(by_types(int, value))
    shape = m.graph.nodes[nodes.id_of(m, tensor, call.node)].shape
    if shape not in ((), (1,)):
        raise Misplaced("one-number-needed", call.node, name="int", shape=str(shape))
    if shape:
        tensor = nodes.apply(m, OPS["reshape"], (tensor.id,), {"shape": ()}, call.node)
    try:
        found = nodes.known_number(m, tensor, call.text(0))
    except Misplaced as error:
        if error.kind != "value-needed":
            raise
        return nodes.apply(m, OPS["trunc"], (tensor.id,), nodes.NO_OPTIONS, call.node)
    if isinstance(found, float) and not math.isfinite(found):
        raise Misplaced("not-a-whole-number", call.node, got=shown(found))
    return Computed(int(found), OPS["trunc"], (tensor,), call.node)


def float_of(m: Machine, call: Call) -> Any:
    if not call.args:
        return 0.0
    value = call.args[0]
    if type(value) is str:
        text = value.strip().lower()
        if text in WRITTEN_NUMBERS:
            return WRITTEN_NUMBERS[text]
        try:
            return float(text)
        except ValueError as error:
            refused = Misplaced("not-a-number", call.node, got=repr(value))
            raise refused.as_in_python(raising("ValueError", *error.args)) from None
    if is_number(value) and type(value) is not Tensor:
        number = value_of(m, value)
        if type(number) is float:
            return value
        try:
            return Computed(float(number), OPS["identity"] if nodes.flows(value) else None, (value,), call.node)
        except OverflowError:
            return math.inf if number > 0 else -math.inf
    if type(value) is Instance and (found := value.of.find("__float__")) is not MISSING:
        return asking(Asked(Bound(found, value), []))
    try:
        return m.bare_call("float", call)
    except Misplaced as error:
        if error.python is None and type(value) not in (Tensor, Fresh, ListCell):
            error.as_in_python(by_types(float, value))
        raise


def bool_of(m: Machine, call: Call) -> Any:
    if call.args and type(held := call.args[0]) is Instance:
        for name in ("__bool__", "__len__"):
            if (found := held.of.find(name)) is not MISSING:
                return asked_truth(m, Asked(Bound(found, held), []), call)
    return m.truth(call.args[0], call.text(0)) if call.args else False


def asked_truth(m: Machine, asked: Asked, call: Call) -> Steps[Any, Any, Any]:
    found = yield asked
    return m.truth(found, call.node)


def str_of(m: Machine, call: Call) -> Any:
    if call.args and type(call.args[0]) is Unreachable:
        return call.args[0]
    if call.args and type(call.args[0]) is Instance:
        found = calling.text_method(call.args[0], False)
        if found is not None:
            return asking(Asked(Bound(found, call.args[0]), []))
    return calling.text_form(m, call.args[0], call.node) if call.args else ""


def repr_of(m: Machine, call: Call) -> Any:
    if call.args and type(call.args[0]) is Unreachable:
        return call.args[0]
    if call.args and type(call.args[0]) is Instance:
        found = calling.text_method(call.args[0], True)
        if found is not None:
            return asking(Asked(Bound(found, call.args[0]), []))
    return calling.represented(m, expect(call, 1, 1)[0], call.node)


def list_of(m: Machine, call: Call) -> ListCell:
    return ListCell(m.listed(call.args[0], call.text(0)) if call.args else [])


def tuple_of(m: Machine, call: Call) -> tuple[Any, ...]:
    return tuple(m.listed(call.args[0], call.text(0))) if call.args else ()


def fromkeys(m: Machine, call: Call) -> DictCell:
    items, *value = expect(call, 1, 2)
    return DictCell({m.key(item, call.node): value[0] if value else None for item in m.listed(items, call.node)})


def set_of(m: Machine, call: Call) -> SetCell:
    return SetCell({m.key(i, call.node) for i in m.listed(call.args[0], call.text(0))} if call.args else set())


def dict_of(m: Machine, call: Call) -> DictCell:
    found: dict[Any, Any] = {}
    for given in call.args:
        if type(given) is DictCell:
            m.charge(len(given.items) // 8, call.node)
            found |= given.items
        else:
            for pair in m.listed(given, call.node):
                key, value = m.unpacked(pair, 2, call.node)
                m.insert(call.frame, found, key, value, call.node)
    for key, value in call.keywords.items():
        m.insert(call.frame, found, key, value, call.node)
    return DictCell(found)


def isinstance_of(m: Machine, call: Call) -> bool:
    value, wanted = expect(call, 2, 2)
    return any(is_a(m, value, one) for one in (wanted if kind_of(wanted) is tuple else (wanted,)))


def is_a(m: Machine, value: Any, wanted: Any) -> bool:
    if type(wanted) is ClassObject:
        return type(value) is Instance and wanted in value.of.lineage()
    name = wanted.name if isinstance(wanted, (Builtin, Type)) else ""
    number = value_of(m, value) if is_number(value) else value
    kinds: dict[str, Any] = {
        "int": type(number) in (int, bool),
        "float": type(number) is float or (kind_of(value) is Tensor and value.known is None and m.is_scalar(value)),
        "bool": type(number) is bool,
        "str": type(value) is str,
        "list": type(value) is ListCell,
        "tuple": kind_of(value) is tuple or (kind_of(value) is Instance and value.of.native == "tuple"),
        **dict.fromkeys(CONTAINERS, type(value) in (DictCell, DequeCell) and m.container_kind(value) == name),
        **(abstract_kinds(m, value) if name in ABSTRACT else {}),
        "dict": type(value) is DictCell,
        "set": type(value) is SetCell,
        "ndarray": type(value) in (Tensor, Fresh) and (value.library in ("numpy", "jax") or not m.is_scalar(value)),
        "Tensor": type(value) in (Tensor, Fresh),
        "array": type(value) in (Tensor, Fresh),
        "Value": type(value) in (Tensor, Computed),
        "Variable": type(value) in (Tensor, Computed),
        "Number": is_number(value) or m.is_scalar(value),
        "object": True,
    }
    return bool(kinds.get(name, False))


CONTAINERS = ("defaultdict", "Counter", "OrderedDict", "deque")
ABSTRACT = (
    "Iterable Iterator Sequence MutableSequence Mapping MutableMapping Callable Hashable Sized List Dict Tuple Set"
    " Integral Real"
).split()


def abstract_kinds(m: Machine, value: Any) -> dict[str, bool]:
    """What a value is by the names of typing, collections.abc and numbers."""
    kind = kind_of(value)
    number = value_of(m, value) if is_number(value) else value
    sequence = kind in (ListCell, tuple, str, range, DequeCell)
    own: Callable[[str], Any] = value.of.find if kind is Instance else dict[str, Any]().get
    whole = type(number) in (int, bool)
    iterator = kind is Generator or hasattr(value, "__next__") or own("__next__") not in (None, MISSING)
    held = sequence or kind in (DictCell, SetCell, DictView)
    return {
        "Iterable": held
        or iterator
        or own("__iter__") not in (None, MISSING)
        or (kind is Tensor and not m.is_scalar(value)),
        "Iterator": iterator,
        "Sized": held or own("__len__") not in (None, MISSING),
        "Sequence": sequence,
        "MutableSequence": kind in (ListCell, DequeCell),
        "Mapping": kind is DictCell,
        "MutableMapping": kind is DictCell,
        "Callable": kind in (Function, Builtin, Bound, ClassObject) or own("__call__") not in (None, MISSING),
        "Hashable": kind not in (ListCell, DictCell, SetCell, DequeCell),
        "List": kind is ListCell,
        "Dict": kind is DictCell,
        "Tuple": kind is tuple,
        "Set": kind is SetCell,
        "Integral": whole,
        "Real": whole or type(number) is float or (kind is Tensor and m.is_scalar(value)),
    }


def type_of(m: Machine, call: Call) -> Any:
    (value,) = expect(call, 1, 1)
    if type(value) is Instance:
        return value.of
    if type(value) in (DictCell, DequeCell) and (name := m.container_kind(value)) != "dict":
        return m.container_type(name)
    for name in ("bool", "int", "float", "str", "list", "tuple", "dict", "set"):
        if is_a(m, value, BUILTINS[name]):
            return BUILTINS[name]
    return Type("ndarray")


# ------------------------------------------------------------------ functions of functions


def map_of(m: Machine, call: Call) -> Generator:
    function, *parts = expect(call, 2, 99)
    return m.lazy(mapped(function, [iterated(m, part, call, i + 1) for i, part in enumerate(parts)]), call.node)


def mapped(function: Any, parts: list[Any]) -> Steps[Any, Any, None]:
    while True:
        items: list[Any] = []
        for part in parts:
            item = yield from next_item(part)
            if item is MISSING:
                return
            items.append(item)
        made = yield Asked(function, items)
        yield Given(made)


def filter_of(m: Machine, call: Call) -> Generator:
    function, items = expect(call, 2, 2)
    return m.lazy(filtered(m, function, iterated(m, items, call, 1), call.node), call.node)


def filtered(m: Machine, function: Any, items: Any, node: Any) -> Steps[Any, Any, None]:
    while (item := (yield from next_item(items))) is not MISSING:
        holds = item if function is None else (yield Asked(function, [item]))
        if m.truth(holds, node):
            yield Given(item)


def any_of(m: Machine, call: Call) -> bool:
    (items,) = expect(call, 1, 1)
    return any(m.truth(item, call.node) for item in m.listed(items, call.text(0)))


def all_of(m: Machine, call: Call) -> bool:
    (items,) = expect(call, 1, 1)
    return all(m.truth(item, call.node) for item in m.listed(items, call.text(0)))


def reduce_of(m: Machine, call: Call) -> Steps[Any, Any, Any]:
    function, items, *start = expect(call, 2, 3)
    given = m.listed(items, call.text(1))
    if not given and not start:
        said = as_python(lambda: reduce(max, list[Any]()))
        raise Misplaced("empty-sequence", call.node, name="reduce").as_in_python(said)
    total = start[0] if start else given.pop(0)
    for item in given:
        total = yield Asked(function, [total, item])
    return total


def slice_indices(m: Machine, call: Call) -> tuple[int, ...]:
    """The ends of a slice in a sequence of a length."""
    held, size = call.args
    ends = [None if end is None else nodes.whole(m, end, call.node, "index-type") for end in held_ends(held)]
    length = nodes.whole(m, size, call.node, "index-type")
    if length < 0 or ends[2] == 0:
        said = as_python(lambda: slice(*ends).indices(length))
        raise Misplaced("slice-step", call.node).as_in_python(said)
    return slice(*ends).indices(length)


def held_ends(held: slice) -> tuple[Any, Any, Any]:
    return held.start, held.stop, held.step


def hash_of(m: Machine, call: Call) -> Any:
    """A number that is equal for equal values, the same in every run."""
    (value,) = expect(call, 1, 1)
    if type(value) is Instance and type(found := value.of.find("__hash__")) is Function:
        return asking(Asked(Bound(found, value), []))
    return hash_of_key(m, m.key(value, call.node))


def hash_of_key(m: Machine, key: Any) -> int:
    kind = kind_of(key)
    if kind is Instance and key.hashed is not None:
        return hash_of_key(m, key.hashed)
    if kind is tuple:
        return hash(tuple([hash_of_key(m, part) for part in key]))
    if kind in (int, float, bool):
        return hash(key)
    return crc32(key.encode()) if kind is str else 0 if key is None else m.identity(key)


def ord_of(m: Machine, call: Call) -> int:
    (value,) = expect(call, 1, 1)
    if type(value) is not str or len(value) != 1:
        raise Misplaced("text-method", call.node, name="ord")
    return ord(value)


def chr_of(m: Machine, call: Call) -> str:
    code = nodes.whole(m, expect(call, 1, 1)[0], call.text(0), "index-type")
    if not 32 <= code < 0xD800:
        raise Misplaced("text-method", call.node, name="chr")
    return chr(code)


def issubclass_of(m: Machine, call: Call) -> bool:
    one, wanted = expect(call, 2, 2)
    if type(one) is not ClassObject:
        raise Misplaced("not-called", call.node, name=shown(one))
    return any(base in one.lineage() for base in (wanted if kind_of(wanted) is tuple else (wanted,)))


def print_of(m: Machine, call: Call) -> None:
    return None


def super_of(m: Machine, call: Call) -> Super:
    frame = call.frame
    function = frame.function
    if call.args:
        owner, held = expect(call, 2, 2)
        return Super(owner, held)
    if not isinstance(function, Function) or function.owner is None or not function.code.parameters:
        raise Misplaced("super-outside", call.node)
    return Super(function.owner, frame.scope.names[function.code.parameters[0]])


def wrapped(m: Machine, call: Call) -> Property:
    return Property(call.name, expect(call, 1, 1)[0])


def hasattr_of(m: Machine, call: Call) -> Any:
    held, name = expect(call, 2, 2)
    if type(held) is ClassObject and type(name) is str:
        return held.find(name) is not MISSING
    if type(held) is Instance and type(name) is str:
        if name in held.names:
            return True
        found = held.of.find(name)
        if type(found) is Property or (found is MISSING and held.of.find("__getattr__") is not MISSING):
            return attribute_there(m, held, name, call)
        return found is not MISSING
    kind = kind_of(value_of(m, held) if is_number(held) else held)
    if kind in (int, float, bool, str, tuple, NoneType) and type(name) is str:
        return name in dir(kind)
    raise Misplaced("attribute-by-text", call.node, name="hasattr")


def attribute_there(m: Machine, held: Instance, name: str, call: Call) -> Steps[Any, Any, bool]:
    """Whether what computes an attribute finds one."""
    return (yield from attribute_or(m, held, name, MISSING, call)) is not MISSING


def attribute_or(m: Machine, held: Instance, name: str, default: Any, call: Call) -> Steps[Any, Any, Any]:
    """An attribute, or a default where there is none."""
    try:
        found = m.attribute_of(call.frame, held, name, call.node)
        return (yield found) if type(found) is Asked else found
    except Misplaced as error:
        exception = exception_of(error)
        if exception is None or error.guessed or not is_one(exception, "AttributeError"):
            raise
        return default


def getattr_of(m: Machine, call: Call) -> Any:
    held, name, *default = expect(call, 2, 3)
    if type(held) is ClassObject and not held.ours and type(name) is str and not name.startswith("__"):
        found = held.find(name)
        if found is MISSING and not default:
            raise Misplaced("no-attribute", call.node, name=name, got=held.name)
        return default[0] if found is MISSING else found
    if type(held) is Instance and type(name) is str and not name.startswith("__"):
        if default:
            return attribute_or(m, held, name, default[0], call)
        found = m.attribute_of(call.frame, held, name, call.node)
        return asking(found) if type(found) is Asked else found
    raise Misplaced("attribute-by-text", call.node, name="getattr")


def setattr_of(m: Machine, call: Call) -> None:
    held, name, value = expect(call, 3, 3)
    owned = type(held) is Instance or (type(held) is ClassObject and not held.ours)
    if owned and type(name) is str and not name.startswith("__"):
        held.names[name] = m.kept(value, name, call.node)
        m.writes += 1
        return
    raise Misplaced("attribute-by-text", call.node, name="setattr")


def callable_of(m: Machine, call: Call) -> bool:
    (value,) = expect(call, 1, 1)
    return type(value) in (Function, Builtin, Bound, ClassObject) or (
        type(value) is Instance and value.of.find("__call__") is not MISSING
    )


def id_of_object(m: Machine, call: Call) -> int:
    """A number that tells objects apart, the same in every run."""
    held = expect(call, 1, 1)[0]
    return m.identity(held)


def leaf_value(m: Machine, call: Call) -> Any:
    """micrograd's Value(2.0, label="a") and DeZero's Variable(np.array(2.0)): a number that is an input."""
    if not call.args:
        raise Misplaced("method-arguments", call.node, name=call.name, least=1, most=1, count=0)
    value = call.args[0]
    if type(value) is ListCell and value.items is None:
        return Fresh(nodes.literal_array(value, value.place), call.node, whole=False)
    if isinstance(value, (int, float)):
        return Fresh(number(value), call.node)
    return value


BUILTINS: dict[str, Builtin] = {
    name: Builtin(name, run, signature)
    for name, run, signature in (
        ("range", range_of, "range(start=0, stop, step=1)"),
        ("slice", slice_of, "slice(start, stop, step)"),
        ("enumerate", enumerate_of, "enumerate(items, start=0)"),
        ("zip", zip_of, "zip(items, …)"),
        ("reversed", reversed_of, "reversed(items)"),
        ("len", len_of, "len(items)"),
        ("iter", iter_of, "iter(items)"),
        ("next", next_of, "next(iterator)"),
        ("sum", sum_of, "sum(x, axis=None, keepdims=False)"),
        ("max", extreme_of, "max(x, axis=None, keepdims=False)"),
        ("min", extreme_of, "min(x, axis=None, keepdims=False)"),
        ("sorted", sorted_of, "sorted(items)"),
        ("abs", abs_of, "abs(x)"),
        ("round", round_of, "round(x)"),
        ("pow", pow_of, "pow(x, y)"),
        ("divmod", divmod_of, "divmod(x, y)"),
        ("int", int_of, "int(x)"),
        ("float", float_of, "float(x)"),
        ("bool", bool_of, "bool(x)"),
        ("str", str_of, "str(x)"),
        ("repr", repr_of, "repr(x)"),
        ("list", list_of, "list(items)"),
        ("tuple", tuple_of, "tuple(items)"),
        ("set", set_of, "set(items)"),
        ("frozenset", set_of, "frozenset(items)"),
        ("dict", dict_of, "dict(…)"),
        ("isinstance", isinstance_of, "isinstance(x, class)"),
        ("type", type_of, "type(x)"),
        ("map", map_of, "map(function, items)"),
        ("filter", filter_of, "filter(function, items)"),
        ("any", any_of, "any(items)"),
        ("all", all_of, "all(items)"),
        ("ord", ord_of, "ord(text)"),
        ("hash", hash_of, "hash(x)"),
        ("chr", chr_of, "chr(number)"),
        ("issubclass", issubclass_of, "issubclass(class, class)"),
        ("print", print_of, "print(…)"),
        ("display", print_of, "display(…)"),
        ("super", super_of, "super()"),
        ("property", wrapped, "@property"),
        ("staticmethod", wrapped, "@staticmethod"),
        ("classmethod", wrapped, "@classmethod"),
        ("hasattr", hasattr_of, "hasattr(x, name)"),
        ("getattr", getattr_of, "getattr(x, name)"),
        ("setattr", setattr_of, "setattr(x, name, value)"),
        ("callable", callable_of, "callable(x)"),
        ("id", id_of_object, "id(x)"),
    )
}
OF_TYPES = {("dict", "fromkeys"): Builtin("fromkeys", fromkeys)}
SLICE = Builtin("indices", slice_indices)
LEAVES = {name: Builtin(name, leaf_value, f"{name}(number)") for name in ("Value", "Variable", "Parameter")}
REDUCE = Builtin("reduce", reduce_of, "reduce(function, items)")


def object_set(m: Machine, call: Call) -> None:
    """object.__setattr__(x, name, value)."""
    held, name, value = expect(call, 3, 3)
    if type(held) is not Instance or type(name) is not str or name.startswith("__"):
        raise Misplaced("attribute-by-text", call.node, name="__setattr__")
    held.names[name] = m.kept(value, name, call.node)
    m.writes += 1


OBJECT_SET = Builtin("__setattr__", object_set)
OBJECT_NEW = Builtin("__new__", lambda m, call: Instance(call.args[0]))
OBJECT = ClassObject("object", (), {"__setattr__": OBJECT_SET, "__new__": OBJECT_NEW})
