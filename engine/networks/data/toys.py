"""Points in the plane that a network is tried on: those of TensorFlow Playground, drawn by its formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gradlens.engine.values import Array

# (n, 2) coordinates from about -6 to 6, and (n,) classes 0 and 1, or numbers from -1 to 1
Points = tuple[Array, Array]
RADIUS = 5.0
HALF = 6.0  # of the square in which numbers are to be predicted
FOOT = 2.0  # of a cone, from its middle
GAP = 0.3  # of xor, on both sides of the axes


def circle(rng: np.random.Generator, n: int, noise: float) -> Points:
    """A disc, and the ring around it."""
    inside = np.arange(n) < n // 2
    r = np.where(inside, rng.uniform(0, 0.5 * RADIUS, n), rng.uniform(0.7 * RADIUS, RADIUS, n))
    angle = rng.uniform(0, 2 * math.pi, n)
    x = np.stack([r * np.sin(angle), r * np.cos(angle)], axis=1)
    moved = x + noise * rng.uniform(-RADIUS, RADIUS, (n, 2))
    return x, (np.hypot(moved[:, 0], moved[:, 1]) < 0.5 * RADIUS).astype(float)


def xor(rng: np.random.Generator, n: int, noise: float) -> Points:
    """Opposite quadrants are of one class."""
    x = rng.uniform(-RADIUS, RADIUS, (n, 2))
    x += np.where(x > 0, GAP, -GAP)
    moved = x + noise * rng.uniform(-RADIUS, RADIUS, (n, 2))
    return x, (moved[:, 0] * moved[:, 1] >= 0).astype(float)


def gauss(rng: np.random.Generator, n: int, noise: float) -> Points:
    """Two clouds; without noise their variance is 1/2, with noise 1/2 it is 4."""
    first = np.arange(n) < n // 2
    centre = np.where(first, 2.0, -2.0)[:, None]
    return centre + rng.normal(0, math.sqrt(0.5 + 7 * noise), (n, 2)), first.astype(float)


def spiral(rng: np.random.Generator, n: int, noise: float) -> Points:
    """Two arms around each other."""
    half = n // 2
    place = np.concatenate([np.arange(half) / max(half, 1), np.arange(n - half) / (n - half)])
    first = np.arange(n) < half
    angle = 1.75 * place * 2 * math.pi + np.where(first, 0, math.pi)
    r = place * RADIUS
    x = np.stack([r * np.sin(angle), r * np.cos(angle)], axis=1)
    return x + noise * rng.uniform(-1, 1, (n, 2)), first.astype(float)


def plane(rng: np.random.Generator, n: int, noise: float) -> Points:
    """Numbers that grow evenly along the diagonal."""
    x = rng.uniform(-HALF, HALF, (n, 2))
    moved = x + noise * rng.uniform(-HALF, HALF, (n, 2))
    return x, (moved[:, 0] + moved[:, 1]) / (2 * HALF)


def hills(rng: np.random.Generator, n: int, noise: float) -> Points:
    """Six cones, up and down by turns; between them the ground is 0."""
    x = rng.uniform(-HALF, HALF, (n, 2))
    moved = x + noise * rng.uniform(-HALF, HALF, (n, 2))
    centres = np.array([[a, b] for b in (2.5, -2.5) for a in (-4.0, 0.0, 4.0)])
    heights = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    away = np.hypot(*np.moveaxis(moved[:, None] - centres, -1, 0))
    nearest = np.argmin(away, axis=1)
    return x, heights[nearest] * np.clip(1 - away[np.arange(n), nearest] / FOOT, 0, 1)


TOYS: Mapping[str, Callable[[np.random.Generator, int, float], Points]] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
    "plane": plane,
    "hills": hills,
}
OF_NUMBERS = ("plane", "hills")
DERIVED: Mapping[str, Callable[[Array, Array], Array]] = {
    "x1": lambda x1, _: x1,
    "x2": lambda _, x2: x2,
    "x1^2": lambda x1, _: x1**2,
    "x2^2": lambda _, x2: x2**2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, _: np.sin(x1),
    "sin(x2)": lambda _, x2: np.sin(x2),
}


def derived(points: Array, names: Sequence[str]) -> Array:
    """Features (n, names) of points (n, 2), by their names in DERIVED."""
    return np.stack([DERIVED[name](points[:, 0], points[:, 1]) for name in names], axis=1)
