"""Random numbers as the program's library draws them: after a seed those of NumPy and of Python are the same here.

PyTorch's are not: they stand for weights whose numbers nobody expects.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from operator import methodcaller
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.values import Array, Shape

Seed: TypeAlias = "int | Sequence[int]"


class NewNumPy:
    """np.random.default_rng(seed)."""

    def __init__(self, seed: Seed | np.random.BitGenerator):
        self.source = np.random.default_rng(seed)

    def normal(self, shape: Shape) -> Array | float:
        return self.source.standard_normal(shape or None)

    def uniform(self, shape: Shape) -> Array | float:
        return self.source.random(shape or None)

    def narrow(self, name: str, shape: Shape) -> Any:
        """Numbers of 32 bits, which are others: of random and standard_normal."""
        return methodcaller(name, shape or None, dtype=np.float32)(self.source)

    def whole(self, low: int, high: int, shape: Shape, dtype: str | None = None) -> Any:
        """dtype: of NumPy, where it is no int64: then other numbers are drawn."""
        return self.source.integers(low, high, shape or None, dtype or np.int64)

    def law(self, name: str, arguments: list[Any], shape: Shape | None) -> Any:
        """name: a method of the generator, of those in LAWS."""
        return methodcaller(name, *arguments, size=shape)(self.source)

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


class OldNumPy(NewNumPy):
    """np.random.seed(seed) and np.random.RandomState(seed)."""

    def __init__(self, seed: Seed):
        self.source: Any = np.random.RandomState(seed)

    def uniform(self, shape: Shape) -> Array | float:
        return self.source.random_sample(shape or None)

    def whole(self, low: int, high: int, shape: Shape, dtype: str | None = None) -> Any:
        return self.source.randint(low, high, shape or None, dtype or np.int64)


class Python(NewNumPy):
    """random.seed(seed): one number at a time."""

    def __init__(self, seed: Any):
        self.source: Any = random.Random(seed)

    def normal(self, shape: Shape) -> float:
        return self.source.gauss(0.0, 1.0)

    def uniform(self, shape: Shape) -> float:
        return self.source.random()

    def whole(self, low: int, high: int, shape: Shape, dtype: str | None = None) -> int:
        return self.source.randrange(low, high)

    def choice(self, count: int, shape: Shape, replace: bool, chances: Array | None) -> int:
        return self.source.choice(range(count))


STREAMS: dict[str, type[NewNumPy]] = {"numpy": OldNumPy, "random": Python}
