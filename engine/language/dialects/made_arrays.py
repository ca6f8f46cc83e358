"""Arrays that a library makes from nothing but numbers: windows, steps, triangles."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what a call holds.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradlens.engine.values import Shape

Made = tuple[Callable[..., Shape], Callable[..., Any]]  # the shape, from the arguments, and the array


def size(n: Any) -> int:
    if type(n) is not int or n < 0:
        raise ValueError
    return n


def window(make: Callable[..., Any]) -> Made:
    return (lambda n, *more: (size(n),), make)


def columns(n: Any, m: Any, k: int = 0) -> Shape:
    return size(n), size(n if m is None else m)


def places_of_triangle(make: Callable[..., Any]) -> Made:
    return (lambda n, k, m: (2, *columns(n, m)), make)


MADE: Mapping[str, Made] = {
    "hamming": window(np.hamming),
    "hanning": window(np.hanning),
    "blackman": window(np.blackman),
    "bartlett": window(np.bartlett),
    "kaiser": window(np.kaiser),
    "triangle": (columns, np.tri),
    "logarithmic": (
        lambda start, stop, count, endpoint, base: (size(count),),
        lambda start, stop, count, endpoint, base: np.logspace(start, stop, count, endpoint, base),
    ),
    "geometric": (
        lambda start, stop, count, endpoint: (size(count),),
        lambda start, stop, count, endpoint: np.geomspace(start, stop, count, endpoint),
    ),
    "grid": (lambda sizes: (len(sizes), *map(size, sizes)), np.indices),
}
