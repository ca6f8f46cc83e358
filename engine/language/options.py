"""Options: arguments of an op that must be known before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.items.keys import key_part
from gradlens.engine.language.objects import ListCell, kind_of
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.ops import Op, Option
from gradlens.engine.values import is_tuple, is_wholes, number

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

LARGEST = 2**63 - 1  # whole number of an option: what NumPy and JSON carry, with either sign


PLAIN = (int, bool, str)  # types of what an option holds as it is


def option_of(m: Machine, op: Op, option: Option, given: Any, text: Any) -> Any:
    """An option's value, of its kind.  Errors: option-<kind>, option-range, option-least, value-needed."""
    if option.kind == "key":
        if m.frame.code.ours and kind_of(given) is tuple:
            return given  # an option of a definition, read where the call stands
        parts = given if kind_of(given) is tuple else (given,)
        return tuple([key_part(m, part, text) for part in parts])
    plain = given is None or type(given) in PLAIN
    value = given if plain else known_values.plain(m, given, text)
    if value is None and not option.required and (option.default is None or option.kind == "axis"):
        return None
    ok, value = fitting(option.kind, value, type(given) is ListCell)
    if not ok:
        raise Misplaced(f"option-{option.kind}", text, function=op.name, option=option.name, got=got(given, text))
    if type(value) in (bool, str):
        return value
    for n in leaves(value) if is_tuple(value) else (value,):
        if type(n) is int and abs(n) > LARGEST:
            raise Misplaced("option-range", text, function=op.name, option=option.name, got=got(given, text))
        if option.least is not None and isinstance(n, (int, float)) and n < option.least:
            raise Misplaced(
                "option-least", text, function=op.name, option=option.name, least=option.least, got=str(value)
            )
    return value


def got(given: Any, text: Any) -> str:
    found = value_texts.text_of(text)
    return found if found != "…" else value_texts.shown(given)


def leaves(value: object) -> Iterator[object]:
    """What a value that is known beforehand is made of, however nested."""
    pending = [value]
    while pending:
        one = pending.pop()
        if is_tuple(one):
            pending += one
        else:
            yield one


def fitting(kind: str, value: object, listed: bool = False) -> tuple[bool, object]:
    """Whether a known value is of an option's kind, and its normal form."""
    whole = type(value) is int
    match kind:
        case "axis" | "axes":
            return whole or is_wholes(value), value
        case "bool":
            return isinstance(value, bool), value
        case "shape":
            return whole or is_wholes(value), (value,) if whole else value
        case "text":
            return isinstance(value, str), value
        case "pair":
            two = is_tuple(value) and len(value) == 2 and all(type(v) is int or is_wholes(v) for v in value)
            return whole or two, value
        case "widths":
            if is_tuple(value) and value and all(is_wholes(v) and len(v) in (1, 2) for v in value):
                return True, tuple([v if len(v) == 2 else (v[0], v[0]) for v in value])  # (1,) is 1 before and behind
            return whole or (is_wholes(value) and len(value) in (1, 2)) or value == (), value
        case "number":
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return True, number(value)
            return False, value
        case _:
            return whole, value
