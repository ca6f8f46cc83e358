"""Values as text: str, repr, formats and %."""

from __future__ import annotations

from collections.abc import Generator as Steps
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from gradlens.engine.language import nodes
from gradlens.engine.language.calling import asking, call
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Fresh,
    Function,
    Instance,
    ListCell,
    SetCell,
    Several,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.language.values.number_types import is_float, is_truth
from gradlens.engine.language.values.value_texts import ARRAY, shown
from gradlens.engine.values import shape_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


def charge_format(m: Machine, text: str, mark: str, values: Sequence[Any], node: Any) -> None:
    """Count what is filled in.  Error: text-format, for a width that fills the memory, written or given as a value."""
    if any(len(digits) > 3 for digits in "".join(c if c.isdigit() else " " for c in text).split()):
        raise Misplaced("text-format", node)
    given_width = "*" in text if mark == "%" else any("{" in part.partition("}")[0] for part in text.split(":")[1:])
    if given_width and any(isinstance(value, int) and abs(value) > 999 for value in values):
        raise Misplaced("text-format", node)
    longest = max([len(value) for value in values if isinstance(value, str)], default=0)
    m.charge((len(text) + text.count(mark) * longest) // 8, node)


def percent(m: Machine, text: str, values: Any, node: Any) -> str:
    """text % values."""
    parts: list[Any] = list(values) if kind_of(values) is tuple else [values]
    given: tuple[Any, ...] = tuple([python_value(m, part, node) for part in parts])
    charge_format(m, text, "%", given, node)
    try:
        return text % (given if kind_of(values) is tuple else given[0])
    except (TypeError, ValueError, OverflowError):
        raise Misplaced("text-format", node) from None


def python_value(m: Machine, value: Any, node: Any) -> Any:
    """A value for text: a number of the graph by what it is known to be."""
    if type(value) in (Tensor, Computed):
        found = typed_number(m, value, node)
        return array_text(m) if type(found) is Tensor else found
    if type(value) in (int, float, bool, str) or value is None:
        return value
    return text_form(m, value, node)


def typed_number(m: Machine, value: Any, node: Any) -> Any:
    """A known number as Python has it: a float that is whole by its value is a float still."""
    found = known_values.known_number(m, value, node)
    if type(value) is Tensor:
        m.written_out.append(value)
        if type(found) is int and is_truth(m, value):
            return bool(found)
    return computed_float(m, value, node) if type(found) is int and is_float(m, value) else found


def computed_float(m: Machine, value: Tensor, node: Any) -> float:
    """A number of the graph as it is, -0.0 too."""
    return float(cast(float, known_values.computed_value(m, value.id, node)))


def written(value: Any, node: Any) -> str:
    """repr() of what is Python's own.  Error: text-format, of a whole number of more digits than Python writes."""
    try:
        return repr(value)
    except ValueError as error:
        raise Misplaced("text-format", node).as_in_python(raising("ValueError", *error.args)) from None


def array_text(m: Machine) -> str:
    """What stands for an array in a text: its numbers are not written out."""
    m.writes_arrays = True
    return ARRAY


def text_method(held: Instance, represents: bool) -> Function | Builtin | None:
    """The method by which an object gives its text."""
    for name in ("__repr__",) if represents else ("__str__", "__repr__"):
        if isinstance(found := held.of.find(name), (Function, Builtin)):
            return found
    return None


def text_form(m: Machine, value: Any, node: Any) -> str:
    """str(value) of a known value."""
    kind = kind_of(value)
    if kind is str:
        return value
    if kind is Instance and (found := text_method(value, False)) is not None:
        return m.done(asking(Asked(Bound(found, value), [])), node)
    return represented(m, value, node)


class Text(str):
    """A piece of a text that is written out."""


class Closed:
    """The end of a list or a dictionary that is written out."""

    def __init__(self, cell: Any):
        self.cell = cell


WRITING = 3  # steps of an item, a bracket or a comma
CLASSES = frozenset("bool int float str list tuple dict set".split())
COMMA, COLON = Text(", "), Text(": ")


def represented(m: Machine, value: Any, node: Any) -> str:
    """repr(value) of a known value, as deep as it goes."""
    out: list[str] = []
    pending: list[Any] = [value]
    held: set[int] = set()  # lists and dictionaries around what is written
    while pending:
        one = pending.pop()
        m.charge(WRITING, node)
        kind = kind_of(one)
        if kind is Text:
            out.append(one)
        elif kind is Closed:
            held.discard(id(one.cell))
        elif kind in (Tensor, Computed):
            found = typed_number(m, one, node)
            out.append(array_text(m) if type(found) is Tensor else written(found, node))
        elif kind is Fresh and shape_of(one.value):
            out.append(array_text(m))
        elif kind in (ListCell, DictCell, DequeCell) and id(one) in held:
            out.append("{...}" if kind is DictCell else "[...]")
        elif kind in (ListCell, DictCell, SetCell, DictView, DequeCell, tuple):
            opening, parts, closing = pieces(m, one)
            if kind in (ListCell, DictCell, DequeCell):
                held.add(id(one))
                pending.append(Closed(one))
            pending += [Text(closing), *reversed(parts), Text(opening)]
        elif kind in (int, float, bool, str, range, slice) or one is None:
            m.charge(len(cast(str, one)) // 8 if kind is str else 0, node)
            out.append(written(one, node))
        elif kind is Instance and (found := text_method(one, True)) is not None:
            out.append(m.answer(Bound(found, one), [], node))
        elif kind is Several:
            pending.append(tuple([one.get(name) for name in one.parts]))
        elif kind is Type and one.array:
            out.append(f"{'torch.' * (one.array == 'torch')}{one.name}")
        elif kind is Type or kind is ClassObject or (kind is Builtin and one.name in CLASSES):
            out.append(f"<class '{'__main__.' if kind is ClassObject and not one.ours else ''}{one.name}'>")
        elif kind is Unreachable:
            raise Misplaced(one.kind, node, what=one.what)
        else:
            out.append(f"<{shown(one)}>")
    return "".join(out)


def pieces(m: Machine, value: Any) -> tuple[str, list[Any], str]:
    """How a container is written: its brackets, and its items with what stands between them."""
    kind = kind_of(value)
    parts: list[Any] = []
    if kind is DictCell and value.kind != "dict":
        return m.collection_pieces(value)
    if kind is DictCell:
        for key, item in value.items.items():
            parts += [key, COLON, item, COMMA]
        return "{", parts[:-1], "}"
    if kind is DequeCell:
        return m.collection_pieces(value)
    items: Any = (
        nodes.opened_list(m, value) if kind is ListCell else value if kind is tuple else m.listed(value, m.place)
    )
    for item in items:
        parts += [item, COMMA]
    if kind is ListCell:
        return "[", parts[:-1], "]"
    if kind is DictView:
        return f"dict_{value.kind}([", parts[:-1], "])"
    if kind is SetCell:
        return ("{", parts[:-1], "}") if parts else ("set(", [], ")")
    return "(", parts[:-1], ",)" if len(parts) == 2 else ")"


def format_value(m: Machine, frame: Frame, value: Any, spec: Any, conversion: int, node: Any) -> None:
    if type(value) is Unreachable or type(spec) is Unreachable:
        frame.stack.append(value if type(value) is Unreachable else spec)
        return
    if type(value) is Instance and conversion < 0 and (found := value.of.find("__format__")) is not MISSING:
        call(m, frame, Bound(found, value), [spec], {}, node)
        return
    if type(value) is Instance and (found := text_method(value, conversion == ord("r"))) is not None:
        m.push_steps(frame, formatted_object(m, Bound(found, value), spec, node))
        return
    frame.stack.append(m.formatted(value, spec, conversion, node))


def formatted_object(m: Machine, method: Bound, spec: str, node: Any) -> Steps[Any, Any, str]:
    """The text of an object of the program's, by a format."""
    text = yield Asked(method, [])
    return formatted(m, text, spec, -1, node)


def formatted(m: Machine, value: Any, spec: str, conversion: int, node: Any) -> str:
    known = python_value(m, value, node)
    if conversion == ord("r"):
        known = represented(m, value, node)
    elif conversion == ord("s"):
        known = text_form(m, value, node)
    if any(len(digits) > 3 for digits in "".join(c if c.isdigit() else " " for c in spec).split()):
        raise Misplaced("text-format", node)
    try:
        return format(known, spec)
    except (ValueError, TypeError, OverflowError):
        raise Misplaced("text-format", node) from None
