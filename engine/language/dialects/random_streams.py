"""Random numbers as the program's library draws them: after a seed those of NumPy and of Python are the same here.

PyTorch's are not: they stand for weights whose numbers nobody expects.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.values import Array, Shape


class NewNumPy:
    """np.random.default_rng(seed)."""

    def __init__(self, seed: int | Sequence[int]):
        self.source = np.random.default_rng(seed)

    def normal(self, shape: Shape) -> Array | float:
        return self.source.standard_normal(shape or None)

    def uniform(self, shape: Shape) -> Array | float:
        return self.source.random(shape or None)

    def whole(self, low: int, high: int, shape: Shape) -> Any:
        return self.source.integers(low, high, shape or None)

    def permutation(self, count: int, rows: bool) -> NDArray[Any]:
        """rows: whether what is permuted has more axes than one."""
        return self.source.permutation(np.arange(count)[:, None])[:, 0] if rows else self.source.permutation(count)

    def order(self, count: int) -> list[int]:
        """How a list of so many items is shuffled."""
        found = list(range(count))
        self.source.shuffle(found)
        return found

    def choice(self, count: int, shape: Shape, replace: bool, chances: Array | None) -> Any:
        return self.source.choice(count, shape or None, replace, chances)

    def binomial(self, count: int, chance: float, shape: Shape) -> Any:
        return self.source.binomial(count, chance, shape or None)


class OldNumPy(NewNumPy):
    """np.random.seed(seed) and np.random.RandomState(seed)."""

    def __init__(self, seed: int):
        self.source: Any = np.random.RandomState(seed)

    def uniform(self, shape: Shape) -> Array | float:
        return self.source.random_sample(shape or None)

    def whole(self, low: int, high: int, shape: Shape) -> Any:
        return self.source.randint(low, high, shape or None)


class Python(NewNumPy):
    """random.seed(seed): one number at a time."""

    def __init__(self, seed: int):
        self.source: Any = random.Random(seed)

    def normal(self, shape: Shape) -> float:
        return self.source.gauss(0.0, 1.0)

    def uniform(self, shape: Shape) -> float:
        return self.source.random()

    def whole(self, low: int, high: int, shape: Shape) -> int:
        return self.source.randrange(low, high)

    def choice(self, count: int, shape: Shape, replace: bool, chances: Array | None) -> int:
        return self.source.choice(range(count))


STREAMS: dict[str, type[NewNumPy]] = {"numpy": OldNumPy, "random": Python}
