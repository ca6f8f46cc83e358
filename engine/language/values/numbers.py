"""Known numbers, of the graph too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.nodes import NUMBERS
from gradlens.engine.language.objects import Computed, Tensor, kind_of
from gradlens.engine.language.values import dependence

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


WHOLE = frozenset("floor ceil trunc isqrt factorial comb perm gcd lcm".split())  # functions of the module math


def is_number(value: Any) -> bool:
    """Whether a value is a known number, of the graph too."""
    kind = kind_of(value)
    return kind in NUMBERS or (kind is Tensor and value.known is not None and value.view is None and not value.is_array)


LONG = 2**53  # from here on a float does not hold every whole number


def is_long(value: Any) -> bool:
    """Whether a number is a whole one with digits that a float does not keep."""
    return type(value) is int and not -LONG < value < LONG


def loses_digits(value: int) -> bool:
    """Whether a float is another number."""
    return is_long(value) and value.bit_length() < 1_024 and int(float(value)) != value


def held_by(value: Any) -> Any:
    """The number that a known one is, for what computes with it and decides nothing by it."""
    kind = kind_of(value)
    return value.value if kind is Computed else value.known if kind is Tensor else value


def value_of(m: Machine, value: Any) -> Any:
    """The number that a known one is, for what decides by it."""
    kind = kind_of(value)
    if kind is not Computed and kind is not Tensor:
        return value
    dependence.look(m, value)
    return value.value if kind is Computed else value.known
