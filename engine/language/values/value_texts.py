"""Values and places as an error, a label or a call shows them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from sys import intern
from typing import TYPE_CHECKING, Any, cast

from gradlens.engine.errors import quote
from gradlens.engine.language.objects import (
    Bound,
    Builtin,
    ClassObject,
    Computed,
    DequeCell,
    DictCell,
    DictView,
    Foreign,
    Fresh,
    Function,
    Identity,
    Instance,
    ListCell,
    Meant,
    Module,
    SetCell,
    Several,
    Tensor,
    Type,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.syntax import Misplaced, source
from gradlens.engine.ops import Op

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

MOST_SHOWN = 1_000  # bits of a whole number
KNOWN_SHOWN = 4  # items of a tuple that a call shows
ARRAY = "array(…)"  # in a text, where NumPy writes the numbers


def no_number(m: Machine, value: Any, place: Any) -> Misplaced:
    """Why a value cannot flow into the graph."""
    if isinstance(value, str):
        return Misplaced("string", place)
    if isinstance(value, Unreachable):
        return Misplaced(value.kind, place, what=value.what)
    if isinstance(value, Identity):
        return Misplaced("identity", place, function=value.name)
    if isinstance(value, Function) and value.name == "lambda":
        call = f"({text_of(place)}){value.code.signature.removeprefix('lambda')}"
        return Misplaced("function-as-value", place, name="lambda", signature=call)
    if isinstance(value, Function):
        return Misplaced("function-as-value", place, name=value.name, signature=value.code.signature)
    if isinstance(value, Foreign):
        signature = value.signatures[0].text if value.signatures else "x"
        prefix = value.name.rpartition(".")[0]
        return Misplaced(
            "function-as-value", place, name=value.name, signature=f"{prefix}{'.' if prefix else ''}{signature}"
        )
    if isinstance(value, Op):
        return Misplaced("function-as-value", place, name=value.name, signature=value.signature)
    if isinstance(value, Builtin):
        return Misplaced("function-as-value", place, name=value.name, signature=value.signature or f"{value.name}(…)")
    if isinstance(value, Bound):
        found = text_of(place) if isinstance(place, ast.Attribute) else shown(value)
        return Misplaced("function-as-value", place, name=found, signature=f"{found}()")
    if isinstance(value, Several):
        return Misplaced("values-alone", place, name=value.function, parts=", ".join(value.parts))
    if value is None and not isinstance(place, ast.Constant):
        return Misplaced("none-as-number", place, got=text_of(place))
    return Misplaced("not-a-number", place, got=shown(value))


def check_text(m: Machine, value: Any, place: Any) -> None:
    """Error: array-text, of a text with an array in it, by which something is decided or counted."""
    if m.writes_arrays and kind_of(value) is str and ARRAY in value:
        raise Misplaced("array-text", place, got=text_of(place))


def text_of(place: Any) -> str:
    if kind_of(place) is Meant:
        place = place.call
    return source(place) if isinstance(place, ast.expr) else "…"


def class_name(of: ClassObject) -> str:
    """A class by the name that a reader knows it by: of what @contextmanager makes, that."""
    return "@contextmanager" if of.ours and of.name.startswith("_") else of.name


def shown(value: Any) -> str:
    """A value as an error or a call shows it."""
    kind = kind_of(value)
    if kind is Instance:
        return intern(f"{value.of.name}(…)")  # which as many groups tell as there are calls
    if kind is int and value.bit_length() > MOST_SHOWN:
        return "…"  # longer than is quoted, and Python writes no more than 4,300 digits
    if kind is int or kind is str or kind is bool or value is None:
        return quote(repr(value))
    match value:
        case Computed():
            return shown(value.value)
        case float():
            return f"{value:g}"
        case tuple():
            items = cast(tuple[Any, ...], value)
            return f"({items_shown(items)}{',' if len(items) == 1 else ''})"
        case Function():
            return value.name
        case ClassObject():
            return value.name
        case Bound():
            return f"{shown(value.self)}.{shown(value.function)}"
        case Builtin() | Op() | Foreign():
            return value.name
        case Module():
            return value.text
        case Identity():
            return f"{value.name}(…)"
        case ListCell():
            return f"[{items_shown(value.items if value.items is not None else value.literal or ())}]"
        case DictCell() | DictView():
            return "{…}"
        case DequeCell():
            return "deque([…])"
        case SetCell():
            return "{…}"
        case Unreachable():
            return value.what
        case slice():
            return ":"
        case range():
            return repr(value)
        case Type():
            return value.name
        case Fresh():
            return shown(value.value) if isinstance(value.value, float) else "an array"
        case Tensor():
            return "an array"
        case _ if value is ...:
            return "..."
        case _ if hasattr(value, "__next__"):
            return "an iterator"
        case _:
            return type(value).__name__


def items_shown(items: Sequence[Any]) -> str:
    """The first items of a tuple or a list."""
    parts = ["…" if isinstance(part, (tuple, list, ListCell)) else shown(part) for part in items[:KNOWN_SHOWN]]
    return ", ".join([*parts, "…"] if len(items) > KNOWN_SHOWN else parts)
