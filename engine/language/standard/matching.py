"""match: whether a value is as a pattern says, and what the names in it stand for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import attributes
from gradlens.engine.language.functions import instances
from gradlens.engine.language.locations import in_place_of
from gradlens.engine.language.objects import (
    MISSING,
    Asked,
    Builtin,
    ClassObject,
    DequeCell,
    DictCell,
    Instance,
    ListCell,
    kind_of,
)
from gradlens.engine.language.standard.exceptions import Raised, exception_of, is_one, made
from gradlens.engine.language.standard.records import fields_by_name, fields_of
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import comparisons

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame

Names = dict[str, Any]
WHOLE = ("bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple")


def matched(m: Machine, frame: Frame, pattern: ast.pattern, value: Any) -> Names | None:
    """What the names of a pattern stand for; None where the value is not as it says."""
    names: Names = {}
    return names if fits(m, frame, pattern, value, names) else None


def fits(m: Machine, frame: Frame, pattern: Any, value: Any, names: Names) -> bool:
    m.charge(1, pattern)
    match pattern:
        case ast.MatchValue(wanted):
            return same(m, value, constant(m, frame, wanted), pattern)
        case ast.MatchSingleton(wanted):
            return value is wanted
        case ast.MatchAs(inner, name):
            if inner is not None and not fits(m, frame, inner, value, names):
                return False
            if name is not None:
                names[name] = value
            return True
        case ast.MatchOr(patterns):
            return any(fits(m, frame, one, value, names) for one in patterns)
        case ast.MatchSequence(patterns):
            return fits_sequence(m, frame, patterns, value, names)
        case ast.MatchMapping(keys, patterns, rest):
            return fits_mapping(m, frame, keys, patterns, rest, value, names)
        case ast.MatchClass():
            return fits_class(m, frame, pattern, value, names)
        case _:
            raise Misplaced("not-in-language", pattern, construct="match")


def same(m: Machine, value: Any, wanted: Any, node: Any) -> bool:
    if m.is_known(value) and m.is_known(wanted):
        return comparisons.equal(m, value, wanted, node)
    written = in_place_of(node, ast.Compare(ast.Constant(0), [ast.Eq()], [ast.Constant(0)]))
    return m.truth(comparisons.compared(m, ast.Eq, value, wanted, written), node)


def constant(m: Machine, frame: Frame, node: ast.expr) -> Any:
    """A number, a text, or a name with dots."""
    match node:
        case ast.Constant(value):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(value)) if isinstance(value, (int, float)):
            return -value
        case ast.Name(name):
            return m.lookup(frame, name, node)
        case ast.Attribute(value, name):
            found = attributes.attribute(m, frame, constant(m, frame, value), name, node, None)
            return m.answer(found.function, found.args, node) if type(found) is Asked else found
        case _:
            raise Misplaced("not-in-language", node, construct="match")


def fits_sequence(m: Machine, frame: Frame, patterns: list[ast.pattern], value: Any, names: Names) -> bool:
    kind = kind_of(value)
    if kind is Instance and value.of.native == "tuple":
        items = list(fields_of(m, value))
    elif kind in (ListCell, tuple, range, DequeCell):
        items = m.listed(value, patterns[0] if patterns else m.place)
    else:
        return False
    star = next((i for i, one in enumerate(patterns) if isinstance(one, ast.MatchStar)), None)
    if len(items) != len(patterns) if star is None else len(items) < len(patterns) - 1:
        return False
    for i, one in enumerate(patterns):
        if isinstance(one, ast.MatchStar):
            if one.name is not None:
                names[one.name] = ListCell(items[i : len(items) - (len(patterns) - i - 1)])
            continue
        at = i if star is None or i < star else i - len(patterns)
        if not fits(m, frame, one, items[at], names):
            return False
    return True


def fits_mapping(
    m: Machine,
    frame: Frame,
    keys: list[ast.expr],
    patterns: list[ast.pattern],
    rest: str | None,
    value: Any,
    names: Names,
) -> bool:
    if type(value) is not DictCell:
        return False
    found = [m.key(constant(m, frame, key), key) for key in keys]
    for key, one in zip(found, patterns, strict=True):
        item = value.items.get(key, MISSING)
        if item is MISSING or not fits(m, frame, one, item, names):
            return False
    if rest is not None:
        m.charge(len(value.items) // 8, m.place)
        names[rest] = DictCell({key: item for key, item in value.items.items() if key not in found})
    return True


def fits_class(m: Machine, frame: Frame, pattern: Any, value: Any, names: Names) -> bool:
    wanted = constant(m, frame, pattern.cls)
    if type(wanted) not in (ClassObject, Builtin):
        text = "called match pattern must be a class"
        raise Raised(made("TypeError", text), pattern)
    if not instances.is_a(m, value, wanted):
        return False
    if type(wanted) is Builtin:
        if pattern.kwd_attrs or len(pattern.patterns) > (wanted.name in WHOLE):
            raise Misplaced("not-in-language", pattern, construct="match")
        return all(fits(m, frame, one, value, names) for one in pattern.patterns)
    places = places_of(m, wanted)
    if len(pattern.patterns) > len(places):
        count = len(pattern.patterns)
        text = f"{wanted.name}() accepts {len(places)} positional sub-pattern{'s' * (len(places) != 1)} ({count} given)"
        raise Raised(made("TypeError", text), pattern)
    wanted_parts = [*zip(places, pattern.patterns), *zip(pattern.kwd_attrs, pattern.kwd_patterns)]
    for name, one in wanted_parts:
        part = attribute_or_missing(m, frame, value, name, pattern)
        if part is MISSING or not fits(m, frame, one, part, names):
            return False
    return True


def places_of(m: Machine, owner: ClassObject) -> tuple[str, ...]:
    """The attributes that the places of a class pattern stand for."""
    own = owner.find("__match_args__")
    if own is not MISSING:
        return tuple(m.listed(own, m.place))
    if owner.find("_fields") is not MISSING:
        return owner.find("_fields")
    return tuple(name for name, one in fields_by_name(owner).items() if one.names["init"])


def attribute_or_missing(m: Machine, frame: Frame, held: Any, name: str, node: Any) -> Any:
    try:
        found = attributes.attribute(m, frame, held, name, node, None)
        return m.answer(found.function, found.args, node) if type(found) is Asked else found
    except Misplaced as error:
        exception = exception_of(error)
        if exception is None or error.guessed or not is_one(exception, "AttributeError"):
            raise
        return MISSING
