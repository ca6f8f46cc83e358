"""The methods of a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.calls import written_values
from gradlens.engine.language.calls.arguments import Call, method_arguments
from gradlens.engine.language.objects import Builtin, ListCell, kind_of
from gradlens.engine.language.standard.exceptions import raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.language.values.value_texts import check_text

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

TEXT_METHODS: dict[str, Callable[..., Any]] = {
    name: getattr(str, name)
    for name in (
        "upper lower strip lstrip rstrip title capitalize startswith endswith split rsplit splitlines replace find"
        " rfind index count isdigit isalpha isalnum isspace isupper islower isnumeric isidentifier swapcase casefold"
        " partition removeprefix removesuffix"
    ).split()
}
WIDENING = ("zfill", "ljust", "rjust", "center")


def text_method(m: Machine, call: Call) -> Any:
    given = [known_values.plain(m, value, call.node) for value in call.args]
    keywords = {name: known_values.plain(m, value, call.node) for name, value in call.keywords.items()}
    if any(type(value) not in (str, int, tuple) and value is not None for value in [*given, *keywords.values()]):
        raise Misplaced("text-method", call.node, name=call.name)
    text = given[0]
    for part in given:
        check_text(m, part, call.node)
    m.charge(len(text) // 8, call.node)
    if call.name in WIDENING and (len(given) < 2 or type(given[1]) is not int or given[1] > 10_000):
        raise Misplaced("text-method", call.node, name=call.name)
    if call.name == "replace" and len(given) > 2 and type(given[2]) is str:
        m.charge(len(text) * len(given[2]) // 8, call.node)
    run = TEXT_METHODS[call.name] if call.name in TEXT_METHODS else getattr(str, call.name)
    try:
        found = run(*given, **keywords)
    except (TypeError, ValueError, OverflowError) as error:
        refused = Misplaced("text-method", call.node, name=call.name)
        raise refused.as_in_python(raising(type(error).__name__, *error.args)) from None
    return ListCell(found) if kind_of(found) is list else found


def text_join(m: Machine, call: Call) -> str:
    (items,) = method_arguments(call, 1, 1)
    parts = m.listed(items, call.node)
    if not all(isinstance(part, str) for part in parts):
        raise Misplaced("text-method", call.node, name=call.name)
    m.charge(sum(len(part) + len(call.args[0]) for part in parts) // 8, call.node)
    return call.args[0].join(parts)


def text_format(m: Machine, call: Call) -> str:
    text, *given = call.args
    values = [written_values.python_value(m, value, call.node) for value in given]
    keywords = {name: written_values.python_value(m, value, call.node) for name, value in call.keywords.items()}
    # No attribute and no item of a value is reached through a text, and no width that fills the memory.
    if any(c in text for c in ".[") and any(
        ("." in part.partition(":")[0]) or "[" in part for part in text.replace("{{", "").split("{")[1:]
    ):
        raise Misplaced("text-format", call.node)
    written_values.charge_format(m, text, "{", [*values, *keywords.values()], call.node)
    try:
        return text.format(*values, **keywords)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise Misplaced("text-format", call.node) from None


TEXT: dict[str, Builtin] = {name: Builtin(name, text_method) for name in (*TEXT_METHODS, *WIDENING)} | {
    "join": Builtin("join", text_join),
    "format": Builtin("format", text_format),
}
