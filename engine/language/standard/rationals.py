"""fractions.Fraction in the language: a ratio of known whole numbers, computed exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradlens.engine.language import nodes
from gradlens.engine.language.calls.arguments import Call, expect
from gradlens.engine.language.objects import Builtin, ClassObject, Instance
from gradlens.engine.language.standard.exceptions import Raised, made, raising
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, value_texts

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

MOST_DIGITS = 4_000  # of a number in a text, its exponent included
DIGITS_A_STEP = 64

BEGINNING = """
class Fraction:
    def __init__(self, numerator=0, denominator=None):
        self.numerator, self.denominator = ratio(numerator, denominator)
    def __pow__(a, n):
        if not isinstance(n, int):
            return float(a) ** float(n)
        if n < 0:
            return Fraction(a.denominator ** -n, a.numerator ** -n)
        return Fraction(a.numerator ** n, a.denominator ** n)
    def __rpow__(b, a):
        return a ** b.numerator if b.denominator == 1 else a ** float(b)
    def __neg__(a):
        return Fraction(-a.numerator, a.denominator)
    def __pos__(a):
        return Fraction(a.numerator, a.denominator)
    def __abs__(a):
        return Fraction(abs(a.numerator), a.denominator)
    def __hash__(a):
        return hash((a.numerator, a.denominator))
    def __bool__(a):
        return a.numerator != 0
    def __float__(a):
        return a.numerator / a.denominator
    def __int__(a):
        return a.numerator // a.denominator if a.numerator >= 0 else -(-a.numerator // a.denominator)
    def __str__(a):
        return f"{a.numerator}/{a.denominator}" if a.denominator != 1 else f"{a.numerator}"
    def __repr__(a):
        return f"Fraction({a.numerator}, {a.denominator})"
    def as_integer_ratio(a):
        return a.numerator, a.denominator
    def limit_denominator(a, max_denominator=1000000):
        return Fraction(*nearest(a.numerator, a.denominator, max_denominator))
"""
ARITHMETIC = """
    def __{name}__(a, b):
        if isinstance(b, int):
            b = Fraction(b)
        return {exact} if isinstance(b, Fraction) else float(a) {sign} b
    def __r{name}__(b, a):
        return Fraction(a) {sign} b if isinstance(a, int) else a {sign} float(b)
"""
COMPARISON = """
    def __{name}__(a, b):
        if isinstance(b, int):
            b = Fraction(b)
        if isinstance(b, Fraction):
            return a.numerator * b.denominator {sign} b.numerator * a.denominator
        return float(a) {sign} b
"""
CROSSED = "Fraction(a.numerator * b.denominator {sign} b.numerator * a.denominator, a.denominator * b.denominator)"
OPERATORS = {
    "add": ("+", CROSSED.format(sign="+")),
    "sub": ("-", CROSSED.format(sign="-")),
    "mul": ("*", "Fraction(a.numerator * b.numerator, a.denominator * b.denominator)"),
    "truediv": ("/", "Fraction(a.numerator * b.denominator, a.denominator * b.numerator)"),
    "floordiv": ("//", "(a.numerator * b.denominator) // (a.denominator * b.numerator)"),
    "mod": ("%", "a - b * (a // b)"),
}
COMPARED = {"eq": "==", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
TEXT = "".join(
    [
        BEGINNING,
        *[ARITHMETIC.format(name=name, sign=sign, exact=exact) for name, (sign, exact) in OPERATORS.items()],
        *[COMPARISON.format(name=name, sign=sign) for name, sign in COMPARED.items()],
    ]
)


def part_of(m: Machine, value: Any, node: Any) -> Fraction:
    """What Fraction takes: a whole number, a float, a text, or another of its kind.  Error: rational-part."""
    if type(value) is Instance and {"numerator", "denominator"} <= value.names.keys():
        numbers = [known_values.whole(m, value.names[n], node, "index-type") for n in ("numerator", "denominator")]
        return Fraction(*numbers)
    found = known_values.plain(m, value, node)
    got = value_texts.shown(value)
    refused = Misplaced("argument-unsupported", node, function="Fraction", argument="numerator", got=got)
    if type(found) is str:
        mantissa, _, exponent = found.lower().replace("_", "").partition("e")
        if len(mantissa) > MOST_DIGITS or (exponent.strip("+- ").isdecimal() and int(exponent[:9]) > MOST_DIGITS):
            raise refused
    m.charge(len(found) // DIGITS_A_STEP if type(found) is str else 1, node)
    try:
        return Fraction(found)
    except (ValueError, OverflowError) as error:
        raise refused.as_in_python(raising(type(error).__name__, *error.args)) from None
    except (TypeError, ZeroDivisionError):
        raise refused from None


def ratio(m: Machine, call: Call) -> tuple[int, int]:
    """Numerator and denominator in lowest terms.  Error: ZeroDivisionError, as Python's."""
    numerator, denominator = expect(call, 2, 2)
    above = part_of(m, numerator, call.node)
    below = Fraction(1) if denominator is None else part_of(m, denominator, call.node)
    if not below:
        raise Raised(made("ZeroDivisionError", f"Fraction({above.numerator}, 0)"), call.node)
    m.charge((above.numerator.bit_length() + below.numerator.bit_length()) // DIGITS_A_STEP, call.node)
    found = above / below
    return found.numerator, found.denominator


def nearest(m: Machine, call: Call) -> tuple[int, int]:
    """The nearest ratio whose denominator is no larger than a bound."""
    numerator, denominator, most = [known_values.whole(m, one, call.node, "index-type") for one in call.args]
    if most < 1:
        raise Misplaced(
            "argument-unsupported", call.node, function=call.name, argument="max_denominator", got=str(most)
        )
    m.charge(denominator.bit_length(), call.node)
    found = Fraction(numerator, denominator).limit_denominator(most)
    return found.numerator, found.denominator


def rational_class(m: Machine) -> ClassObject:
    """fractions.Fraction, made where it is first asked for."""
    if m.rationals is None:
        m.rationals = nodes.defined(
            m, TEXT, {"ratio": Builtin("Fraction", ratio), "nearest": Builtin("limit_denominator", nearest)}, ours=True
        )
    return m.rationals.names["Fraction"]
