"""What a class calls its operators, and what the other operand's method is called."""

from __future__ import annotations

import ast
import operator
from collections.abc import Generator as Steps
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import MISSING, Asked, Bound, Instance
from gradlens.engine.language.standard.exceptions import by_types
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values.value_texts import class_name

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

NAMES: dict[type[ast.operator], tuple[str, str]] = {  # what a class calls its operators
    ast.Add: ("__add__", "__radd__"),
    ast.Sub: ("__sub__", "__rsub__"),
    ast.Mult: ("__mul__", "__rmul__"),
    ast.Div: ("__truediv__", "__rtruediv__"),
    ast.FloorDiv: ("__floordiv__", "__rfloordiv__"),
    ast.Mod: ("__mod__", "__rmod__"),
    ast.Pow: ("__pow__", "__rpow__"),
    ast.MatMult: ("__matmul__", "__rmatmul__"),
    ast.BitAnd: ("__and__", "__rand__"),
    ast.BitOr: ("__or__", "__ror__"),
}
IN_PLACE_NAMES = {sign: name.replace("__", "__i", 1) for sign, (name, _) in NAMES.items()}
COMPARED: dict[type[ast.cmpop], str] = {
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
}


MIRRORED = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__"}


def goes_first(a: Any, b: Any, name: str = "") -> bool:
    """Whether the right operand is asked before the left one: its class stands below that of the left one.

    name: of its method, which is to be another one than the left class has.
    """
    if type(a) is not Instance or type(b) is not Instance or a.of is b.of or a.of not in b.of.lineage():
        return False
    return not name or b.of.find(name) is not a.of.find(name)


def operator_steps(
    m: Machine, names: tuple[str, str], a: Any, b: Any, node: Any, asked: bool = False
) -> Steps[Any, Any, Any]:
    """The methods of both objects, until one gives a value.  asked: whether the first gave none already."""
    sides = ((a, b, names[0]), (b, a, names[1]))
    for held, other, name in reversed(sides) if goes_first(a, b, names[1]) else sides:
        if name == names[0] and asked:
            continue
        if type(held) is Instance and (found := held.of.find(name)) is not MISSING:
            result = yield Asked(Bound(found, held), [other])
            if result is not NotImplemented:
                return result
    held = a if type(a) is Instance else b
    refused = Misplaced("no-operator", node, name=names[0], got=class_name(held.of))
    raise refused.as_in_python(by_types(getattr(operator, names[0]), a, b))


def compare_steps(m: Machine, sign: type[ast.cmpop], a: Any, b: Any, node: Any) -> Steps[Any, Any, Any]:
    """a < b where one of them is an object of the program's classes: by its own method, or that of the other."""
    name = COMPARED[sign]
    sides = ((a, b, name), (b, a, MIRRORED.get(name, name)))
    for held, other, wanted in reversed(sides) if goes_first(a, b) else sides:
        if type(held) is not Instance:
            continue
        found = held.of.find(wanted)
        negated = found is MISSING and wanted == "__ne__"
        found = held.of.find("__eq__") if negated else found
        if found is MISSING:
            continue
        answer = yield Asked(Bound(found, held), [other])
        if answer is not NotImplemented:
            return not m.truth(answer, node) if negated else answer
    if name in ("__eq__", "__ne__"):
        return (a is b) == (name == "__eq__")
    held = a if type(a) is Instance else b
    refused = Misplaced("no-operator", node, name=name, got=class_name(held.of))
    raise refused.as_in_python(by_types(getattr(operator, name), a, b))
