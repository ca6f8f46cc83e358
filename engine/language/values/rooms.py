"""Counting arrays before they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlens.engine.errors import EngineError
from gradlens.engine.values import Shape, check_shape, size_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

NUMBERS_A_STEP = 512  # of an array that NumPy makes or copies in the time of a step


def check_draws(m: Machine, shape: Shape) -> None:
    """Count random numbers before they are drawn, each of which takes as long as four that are copied."""
    check_room(m, shape)
    m.charge(size_of(shape) * 4 // NUMBERS_A_STEP, m.place)


def check_room(m: Machine, shape: Shape) -> None:
    """Count an array before it is made.  Errors: too-many-axes, too-many-elements, empty-too-large, too-many-steps."""
    check_shape(shape, m.limits.elements)
    if size_of(shape) > m.limits.elements:
        raise EngineError("too-many-elements", count=size_of(shape), limit=int(m.limits.elements))
    m.charge(size_of(shape) // NUMBERS_A_STEP, m.place)
