"""Sums of products as matrix products, two operands at a time: in which order, what that costs, and the sum itself."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from operator import itemgetter

import numpy as np

from gradlens.engine.ops.op import Shapes
from gradlens.engine.values import Array, Shape


@dataclass(frozen=True, slots=True)
class Plan:
    """How a sum of products is computed.

    pairs: places among the operands that are left, of which the product comes last.  flops: of all products and sums.
    largest: elements of the largest array between.
    """

    pairs: tuple[tuple[int, int], ...]
    flops: int
    largest: int


@lru_cache(maxsize=1024)
def planned(terms: tuple[str, ...], shapes: Shapes, right: str) -> Plan:
    """The order in which every product adds the least to what there is; of equal ones the cheapest.

    terms: one letter an axis of each operand.  right: the letters of the result, each once.
    """
    size: dict[str, int] = {}
    for term, shape in zip(terms, shapes):
        for c, n in zip(term, shape):
            size[c] = n if size.get(c, 1) == 1 else size[c]

    def count(letters: frozenset[str]) -> int:
        return math.prod([size[c] for c in letters])

    live: list[frozenset[str]] = [frozenset(own(term, shape, size)) for term, shape in zip(terms, shapes)]
    uses = Counter([c for letters in live for c in letters]) + Counter(right)
    flops = sum(math.prod(shape) for shape in shapes)
    pairs: list[tuple[int, int]] = []
    largest = 0
    while len(live) > 1:
        found: list[tuple[int, int, int, int, frozenset[str]]] = []
        sizes = [count(letters) for letters in live]
        for i, j in combinations(range(len(live)), 2):
            both = live[i] | live[j]
            kept = frozenset([c for c in both if uses[c] > (c in live[i]) + (c in live[j])])
            found.append((count(kept) - sizes[i] - sizes[j], count(both), i, j, kept))
        _, work, i, j, kept = min(found, key=itemgetter(0, 1))
        pairs.append((i, j))
        uses.subtract([*live[i], *live[j]])
        uses.update(kept)
        live = [*live[:i], *live[i + 1 : j], *live[j + 1 :], kept]
        largest = max(largest, count(kept))
        flops += 2 * work + count(kept)
    return Plan(tuple(pairs), flops, largest)


def own(term: str, shape: Shape, size: dict[str, int]) -> str:
    """The letters of an operand, each once, without those along which its size of 1 is stretched."""
    return "".join(dict.fromkeys(c for c, n in zip(term, shape) if n == size[c]))


def contracted(terms: tuple[str, ...], values: tuple[Array, ...], right: str) -> Array:
    """The sum of the operands' products over all letters that `right` lacks."""
    shapes = tuple([np.shape(v) for v in values])
    size: dict[str, int] = {}
    for term, shape in zip(terms, shapes):
        for c, n in zip(term, shape):
            size[c] = n if size.get(c, 1) == 1 else size[c]
    live: list[tuple[str, Array]] = []
    for term, value in zip(terms, values):
        letters = own(term, np.shape(value), size)
        squeezed = "".join(c for c, n in zip(term, np.shape(value)) if n == size[c])
        value = np.reshape(value, [n for c, n in zip(term, np.shape(value)) if n == size[c]])
        live.append(
            (letters, value if letters == squeezed else np.einsum(f"{squeezed}->{letters}", value))
        )  # a diagonal
    for i, j in planned(terms, shapes, right).pairs:
        (left, x), (other, y) = live[i], live[j]
        del live[j], live[i]
        needed = set(right).union(*[letters for letters, _ in live])
        live.append(product(left, x, other, y, needed))
    letters, value = live[0]
    letters, value = summed(letters, value, set(right))
    return np.transpose(value, [letters.index(c) for c in right])


def summed(letters: str, value: Array, needed: set[str]) -> tuple[str, Array]:
    """An operand summed along the letters that nothing else has."""
    axes = tuple([a for a, c in enumerate(letters) if c not in needed])
    return ("".join(c for c in letters if c in needed), np.sum(value, axis=axes)) if axes else (letters, value)


def product(left: str, x: Array, right: str, y: Array, needed: set[str]) -> tuple[str, Array]:
    """Two operands as one: (batch, rows, inner) @ (batch, inner, columns)."""
    left, x = summed(left, x, needed | set(right))
    right, y = summed(right, y, needed | set(left))
    batch = [c for c in left if c in right and c in needed]
    inner = [c for c in left if c in right and c not in needed]
    rows, columns = [c for c in left if c not in right], [c for c in right if c not in left]
    size = dict(zip(left, np.shape(x))) | dict(zip(right, np.shape(y)))

    def matrices(letters: str, value: Array, *groups: list[str]) -> Array:
        return np.transpose(value, [letters.index(c) for group in groups for c in group]).reshape(
            [math.prod([size[c] for c in group]) for group in groups]
        )

    both = [*batch, *rows, *columns]
    x, y = matrices(left, x, batch, rows, inner), matrices(right, y, batch, inner, columns)
    if not batch:
        x, y = x[0], y[0]
    whole = np.matmul(x, y) if inner else x * y  # without a sum a broadcast product is faster
    return "".join(both), whole.reshape([size[c] for c in both])
