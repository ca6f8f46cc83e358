"""Known numbers, of the graph too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlens.engine.language.nodes import NUMBERS
from gradlens.engine.language.objects import Computed, Tensor, kind_of
from gradlens.engine.language.values import dependence

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


WHOLE = ("floor", "ceil", "trunc", "round", "prod")


def is_number(value: Any) -> bool:
    """Whether a value is a known number, of the graph too."""
    kind = kind_of(value)
    return kind in NUMBERS or (kind is Tensor and value.known is not None and value.view is None and not value.is_array)


def is_whole_node(m: Machine, value: Tensor) -> bool:
    """Whether a node is what math.floor and its like give, which are whole numbers in Python."""
    return m.graph.nodes[value.id].kind in WHOLE


def is_float(m: Machine, value: Any) -> bool:
    """Whether a number of the graph is a float in Python: what a function of the module math gives, or float."""
    return type(value) is Tensor and value.library == "math" and value.known is None and not is_whole_node(m, value)


def held_by(value: Any) -> Any:
    """The number that a known one is, for what computes with it and decides nothing by it."""
    kind = kind_of(value)
    return value.value if kind is Computed else value.known if kind is Tensor else value


def value_of(m: Machine, value: Any) -> Any:
    """The number that a known one is, for what decides by it."""
    dependence.look(m, value)
    return held_by(value)
