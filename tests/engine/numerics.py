"""Comparing what the engine gives with what a source says."""

from __future__ import annotations

import numpy as np

from gradlens import engine

TAGS = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


def untagged(value: object) -> np.ndarray:
    """A number, array or nested list, with non-finite numbers as strings, as an array."""
    return value if isinstance(value, np.ndarray) else np.array(_untag(value), dtype=float)


def _untag(value: object) -> object:
    if isinstance(value, list):
        return [_untag(item) for item in value]
    return TAGS.get(value, value) if isinstance(value, str) else value


def close(found: object, expected: object, rtol: float = 1e-9, atol: float = 1e-12) -> bool:
    """Whether two values have one shape and agree; NaN equals NaN."""
    found, expected = np.asarray(found, dtype=float), untagged(expected)
    return found.shape == expected.shape and np.allclose(found, expected, rtol=rtol, atol=atol, equal_nan=True)


def central_difference(f, x: np.ndarray | float, h: float = 1e-6) -> np.ndarray:
    """The gradient of the number f(x) by x, element by element."""
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def program_difference(program: engine.Program, point: dict, name: str, weights: np.ndarray) -> np.ndarray:
    """The gradient of sum(weights * output) by one input, by central differences; the program is compiled once."""

    def output(value: np.ndarray) -> float:
        return float(np.sum(weights * program.forward(point | {name: value})[program.graph.output]))

    return central_difference(output, point[name])
