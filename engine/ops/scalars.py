"""Functions of Python floats with IEEE results, for ops on single numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def ieee(fast: Callable[..., Any], exact: Callable[..., Any]) -> Callable[..., Any]:
    """`fast` on Python floats, with the IEEE result where Python raises an error instead."""

    def scalar(*values: float) -> float:
        try:
            return fast(*values)
        except (ValueError, OverflowError, ZeroDivisionError):
            with np.errstate(all="ignore"):
                return float(exact(*values))

    return scalar


def quiet(exact: Callable[..., Any]) -> Callable[..., float]:
    """A function of NumPy's on Python floats, without its warnings."""

    def scalar(*values: float) -> float:
        with np.errstate(all="ignore"):
            return float(exact(*values))

    return scalar


def larger(x: float, y: float) -> float:
    """maximum on floats; NaN wins, as in NumPy."""
    return x if x >= y or x != x else y


def smaller(x: float, y: float) -> float:
    """minimum on floats; NaN wins, as in NumPy."""
    return x if x <= y or x != x else y


def sign_scalar(x: float) -> float:
    return x if x == 0 or x != x else math.copysign(1.0, x)
