"""The methods and attributes of Python's numbers, and how whole numbers are written in other bases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.objects import Builtin, Computed, Tensor
from gradlens.engine.language.standard.exceptions import by_types
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts
from gradlens.engine.language.values.number_types import is_float

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

BITS_A_STEP = 64  # of a whole number that is written out or counted


def is_integer(m: Machine, call: Call) -> bool:
    return float(known_values.known_number(m, call.args[0], call.node)).is_integer()


def whole_of(m: Machine, call: Call) -> int:
    """The one argument, a whole number that is known.  Error: index-whole."""
    (value,) = expect(call, 1, 1)
    got = value_texts.shown(value)
    try:
        if type(value) is Tensor and is_float(m, value):
            raise Misplaced("index-whole", call.node, function=call.name, argument="x", got=got)
        found = known_values.whole(m, value, call.node, "index-whole", function=call.name, argument="x", got=got)
    except Misplaced as error:
        raise (error.as_in_python(by_types(bin, value)) if error.kind == "index-whole" else error) from None
    m.charge(found.bit_length() // BITS_A_STEP, call.node)
    return found


def of_whole(name: str, run: Callable[[int], int]) -> Builtin:
    """A method of whole numbers that gives such a one."""
    return Builtin(name, lambda m, call: Computed(run(whole_of(m, call)), None, tuple(call.args), call.node))


def in_base(name: str, write: Callable[[int], str]) -> Builtin:
    return Builtin(name, lambda m, call: write(whole_of(m, call)), f"{name}(number)")


def format_of(m: Machine, call: Call) -> Any:
    """format(x, spec), as in an f-string."""
    value, *spec = expect(call, 1, 2)
    given = known_values.plain(m, spec[0], call.node) if spec else ""
    if type(given) is not str:
        raise Misplaced("text-format", call.node)
    return m.formatted(value, given, -1, call.node)


NUMBER_METHODS: Mapping[str, Builtin] = {
    "is_integer": Builtin("is_integer", is_integer),
    "bit_length": of_whole("bit_length", int.bit_length),
    "bit_count": of_whole("bit_count", int.bit_count),
}
NUMBER_TEXTS: Mapping[str, Builtin] = {
    **{name: in_base(name, write) for name, write in (("bin", bin), ("oct", oct), ("hex", hex))},
    "format": Builtin("format", format_of, "format(x, '.2f')"),
}
