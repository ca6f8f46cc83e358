"""The fields of a specification: what each takes, checked, with its place in the error."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeGuard, TypeVar

from gradlens.engine.errors import EngineError, Ours, quote
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.values import is_list, is_mapping

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Field:
    """One field.  read: (value, place) -> value in normal form.  required: where there is no default."""

    read: Callable[[object, str], object]
    default: object = None
    required: bool = False


def read_fields(given: object, place: str, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Every field of an object, defaults filled in.

    Errors: spec-object, spec-field, spec-missing, and the fields' own.
    """
    if not is_mapping(given):
        raise EngineError("spec-object", place=place, got=shown(given))
    for name in given:
        if name not in fields:
            raise EngineError(
                "spec-field",
                place=place,
                field=shown(name),
                fields=Ours(", ".join(fields)),
                **suggestion(str(name), fields),
            )
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if given.get(name) is not None:
            found[name] = field.read(given[name], f"{place}.{name}" if place else name)
        elif field.required:
            raise EngineError("spec-missing", place=place, field=name)
        else:
            found[name] = field.default
    return found


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """What reads a value, with what it takes, for who asks before giving it anything."""

    read: Callable[[object, str], T]
    takes: Mapping[str, object]

    def __call__(self, value: object, place: str) -> T:
        return self.read(value, place)


def takes(kind: str, **bounds: object) -> Callable[[Callable[[object, str], T]], Reader[T]]:
    """Note beside a reader what it takes."""
    return lambda read: Reader(read, {"kind": kind, **bounds})


def described(fields: Mapping[str, Field]) -> list[dict[str, object]]:
    """The fields that can be written in a line, each with what it takes; arrays and layers within layers are not among
    them.
    """
    return [
        {"name": name, "required": field.required, "default": field.default, **takes}
        for name, field in fields.items()
        if (takes := getattr(field.read, "takes", None))
    ]


SHOWN_PARTS, SHOWN_LEVELS = 12, 3


def shown(value: object) -> str:
    """What was given, for an error: as JSON has it, of lists and objects their first parts."""
    return value if isinstance(value, str) else _written(value, SHOWN_LEVELS)


def _written(value: object, levels: int) -> str:
    if isinstance(value, str):
        return f'"{quote(value)}"'
    if is_mapping(value) or is_list(value):
        open, close = "{}" if is_mapping(value) else "[]"
        if not levels:
            return f"{open}…{close}"
        if is_mapping(value):
            items = islice(value.items(), SHOWN_PARTS)
            parts = [f"{_written(str(name), 0)}: {_written(part, levels - 1)}" for name, part in items]
        else:
            parts = [_written(part, levels - 1) for part in islice(value, SHOWN_PARTS)]
        return open + ", ".join(parts + ["…"] * (len(value) > SHOWN_PARTS)) + close
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return quote(value)


def is_whole(value: object) -> TypeGuard[int | float]:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def whole(least: int) -> Reader[int]:
    """A whole number of at least `least`; 3.0 is one."""

    @takes("whole", least=least)
    def read(value: object, place: str) -> int:
        if not is_whole(value) or value < least:
            raise EngineError("spec-whole", place=place, least=least, got=shown(value))
        return int(value)

    return read


def number(low: float = -math.inf, below: float = math.inf, above: bool = False) -> Reader[float]:
    """A finite number from `low`, or above it, and below `below`."""

    @takes("number", low=None if low == -math.inf else low, below=None if below == math.inf else below)
    def read(value: object, place: str) -> float:
        if (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and abs(value) <= 1e300
            and low <= value < below
            and not (above and value == low)
        ):
            return float(value) + 0.0  # no -0.0: NumPy takes none for a deviation
        bounds = (
            ("|x| ≤ 1e300" if below == math.inf else "") if low == -math.inf else f"{'>' if above else '≥'} {low:g}"
        )
        bounds += "" if below == math.inf else f", < {below:g}"
        raise EngineError("spec-number", place=place, bounds=bounds, got=shown(value))

    return read


@takes("flag")
def flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise EngineError("spec-flag", place=place, got=shown(value))
    return value


def pair(least: int) -> Reader[tuple[int, ...]]:
    """A height and a width; one number stands for both."""
    return counts(2, least, "pair")


def triple(least: int) -> Reader[tuple[int, ...]]:
    """A depth, a height and a width; one number stands for all."""
    return counts(3, least, "sizes")


def counts(axes: int, least: int, kind: str) -> Reader[tuple[int, ...]]:
    @takes(kind, least=least)
    def read(value: object, place: str) -> tuple[int, ...]:
        found: list[Any] = list(value) if is_list(value) else [value]
        found = found * axes if len(found) == 1 else found
        if len(found) != axes or not all(is_whole(n) and n >= least for n in found):
            raise EngineError(f"spec-{kind}", place=place, least=least, got=shown(value))
        return tuple(int(n) for n in found)

    return read


def sizes(least: int) -> Reader[tuple[int, ...]]:
    @takes("sizes", least=least)
    def read(value: object, place: str) -> tuple[int, ...]:
        if not is_list(value) or not value or not all(is_whole(n) and n >= least for n in value):
            raise EngineError("spec-sizes", place=place, least=least, got=shown(value))
        return tuple(int(n) for n in value)

    return read


@takes("sizes", least=0)
def sides(value: object, place: str) -> tuple[int, ...]:
    """How much before and after each axis."""
    if not is_list(value) or not value or len(value) % 2 or not all(is_whole(n) and n >= 0 for n in value):
        raise EngineError("spec-sides", place=place, got=shown(value))
    return tuple(int(n) for n in value)


def choice(*choices: str) -> Reader[str]:
    @takes("choice", choices=list(choices))
    def read(value: object, place: str) -> str:
        return one_of(value, choices, place)

    return read


def one_of(value: object, choices: Iterable[str], place: str) -> str:
    choices = list(choices)
    if not isinstance(value, str) or value not in choices:
        raise EngineError(
            "spec-choice",
            place=place,
            choices=Ours(", ".join(choices)),
            got=shown(value),
            **(suggestion(value[:80], choices) if isinstance(value, str) else {}),
        )
    return value


def one_name(value: object, place: str) -> str:
    """Error: network-name."""
    if not isinstance(value, str):
        raise EngineError("network-name", place=place, name=shown(value))
    return value


def names(value: object, place: str) -> tuple[str, ...]:
    """One name, or a list of them."""
    found = (value,) if isinstance(value, str) else value
    if not is_list(found) or not found or not all(isinstance(name, str) for name in found):
        raise EngineError("spec-names", place=place, got=shown(value))
    return tuple(found)


def anything(value: object, place: str) -> Any:
    return value


def typed(given: object, place: str) -> dict[str, Any]:
    """An object with a "type"; a word alone stands for one without other fields.  Errors: spec-object, spec-missing."""
    if isinstance(given, str):
        return {"type": given}
    if not is_mapping(given):
        raise EngineError("spec-object", place=place, got=shown(given))
    if not isinstance(given.get("type"), str):
        raise EngineError("spec-missing", place=place, field="type")
    return dict(given)
