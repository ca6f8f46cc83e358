"""What libraries make of the numbers that arrays hold, and not smoothly: places, counts, sorted sets.

Each takes the machine, for what it counts, and arrays of known numbers; what they come from is assumed to stay.
"""

# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
# What is known beforehand is of any type until it is asked.
from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.language.values import rooms

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

Numbers = NDArray[np.float64]


def wholes(values: Any) -> NDArray[np.int64]:
    """Numbers as whole ones.  ValueError where they are none."""
    found = np.asarray(values, dtype=np.float64)
    if not np.all((found == np.trunc(found)) & (np.abs(found) < 2**53)):
        raise ValueError
    return found.astype(np.int64)


def places(m: Machine, x: Any) -> tuple[Any, ...]:
    """Where an array is not zero: the places along each axis."""
    return np.nonzero(np.atleast_1d(x))


def flat_places(m: Machine, x: Any) -> Any:
    return np.flatnonzero(x)


def place_rows(m: Machine, x: Any) -> Any:
    return np.argwhere(x)


def present(m: Machine, x: Any) -> Any:
    """The places of what is no NaN among all elements in order."""
    return np.flatnonzero(~np.isnan(x))


def sorted_present(m: Machine, x: Any) -> Any:
    """The places of what is no NaN once all are sorted, where NaN come last."""
    return np.arange(np.count_nonzero(~np.isnan(x)))


def bin_fractions(m: Machine, x: Any, bins: int) -> Any:
    """Even steps from the smallest to the largest of numbers that are not all the same."""
    rooms.check_room(m, (bins + 1,))
    if bins < 1 or not np.min(x) < np.max(x):
        raise ValueError
    return np.linspace(0, 1, bins + 1)


def up_to_largest(m: Machine, x: Any) -> Any:
    """The whole numbers from 0 to the largest of x."""
    largest = int(max(np.max(x), 0))
    rooms.check_room(m, (largest + 1, *np.shape(x)))
    return np.arange(largest + 1, dtype=np.float64)


def first_places(m: Machine, x: Any) -> Any:
    """Of each of the different numbers, from the smallest on, where it first stands."""
    return np.unique(x, return_index=True)[1]


def inverse_places(m: Machine, x: Any) -> Any:
    return np.unique(x, return_inverse=True)[1].reshape(np.shape(x))


def how_often(m: Machine, x: Any) -> Any:
    return np.unique(x, return_counts=True)[1]


def kept_places(m: Machine, condition: Any, size: int | None) -> Any:
    """The places at which a condition holds, along an axis of a size."""
    found = np.flatnonzero(condition)
    if np.ndim(condition) != 1 or (size is not None and found.size and found[-1] >= size):
        raise ValueError
    return found


def left_places(m: Machine, size: int, removed: Any) -> Any:
    """The places of an axis that are left where some are removed: by number, a list of them, or a mask."""
    gone = np.zeros(size, dtype=bool)
    if isinstance(removed, np.ndarray):
        gone[wholes(removed)] = True  # pyright: ignore[reportUnknownArgumentType]
    else:
        gone[removed] = True
    return np.flatnonzero(~gone)


def sorted_places(m: Machine, a: Any, v: Any, side: str, sorter: Any) -> Any:
    """Where each of v would stand in the sorted a."""
    if side not in ("left", "right") or np.ndim(a) != 1:
        raise ValueError
    return np.searchsorted(np.asarray(a), v, side, None if sorter is None else wholes(sorter))  # pyright: ignore


def bins_of(m: Machine, x: Any, bins: Any, right: bool) -> Any:
    return np.digitize(x, bins, right)


def key_order(m: Machine, keys: Any) -> Any:
    return np.lexsort(keys)


def counts(m: Machine, x: Any, least: int) -> Any:
    """How often each whole number from 0 on occurs."""
    found = wholes(x)
    size = max(int(found.max(initial=-1)) + 1, least)
    rooms.check_room(m, (size,))
    return np.bincount(found, minlength=size)


def count_shape(m: Machine, x: Any, least: int) -> tuple[int]:
    size = max(int(wholes(x).max(initial=-1)) + 1, least)
    rooms.check_room(m, (size,))
    return (size,)


def whole_places(m: Machine, x: Any) -> Any:
    return wholes(x)


def bin_counts(m: Machine, a: Any, bins: Any, span: Any, density: bool) -> Any:
    """How many numbers fall into each bin; of `density` the share, by the width."""
    if not isinstance(bins, np.ndarray):
        rooms.check_room(m, (bins,))
    return np.histogram(a, bins, range=None if span is None else tuple(np.asarray(span)), density=bool(density))[0]


def bin_places(m: Machine, a: Any, bins: Any, span: Any) -> Any:
    """The bin that each number falls into; of one outside of all, one past the last."""
    edges = bin_edges_known(m, a, bins, span)
    flat = np.ravel(a)
    found = np.searchsorted(edges, flat, "right") - 1
    found[flat == edges[-1]] = len(edges) - 2
    found[(found < 0) | (found > len(edges) - 2)] = len(edges) - 1
    return found


def bin_edges_known(m: Machine, a: Any, bins: Any, span: Any) -> Any:
    if not isinstance(bins, np.ndarray):
        rooms.check_room(m, (bins,))
    return np.histogram_bin_edges(np.add(a, 0), bins, None if span is None else tuple(np.asarray(span)))


def is_among(m: Machine, x: Any, y: Any, invert: bool) -> Any:
    return np.isin(x, y, invert=bool(invert))


def common_places(m: Machine, x: Any, y: Any) -> Any:
    """Of each of the different numbers that stand in both, where it first stands in x."""
    return np.intersect1d(x, y, return_indices=True)[1]


def places_alone(m: Machine, x: Any, y: Any) -> Any:
    """Of each of the different numbers of x that do not stand in y, where it first stands."""
    values, places = np.unique(x, return_index=True)
    return places[~np.isin(values, y)]


def places_of_one(m: Machine, both: Any, x: Any, y: Any) -> Any:
    """Of each of the different numbers that stand in x alone or in y alone, where it first stands in both joined."""
    values, places = np.unique(both, return_index=True)
    return places[np.isin(values, np.setxor1d(x, y))]


def unraveled(m: Machine, indices: Any, shape: Any) -> tuple[Any, ...]:
    return np.unravel_index(wholes(indices), wholes(shape))


def raveled(m: Machine, places: Any, sizes: Any) -> Any:
    return np.ravel_multi_index(tuple(wholes(places)), tuple(wholes(sizes).tolist()))


def greatest_divisor(m: Machine, x: Any, y: Any) -> Any:
    return np.gcd(wholes(x), wholes(y))


def least_multiple(m: Machine, x: Any, y: Any) -> Any:
    return np.lcm(wholes(x), wholes(y))


def most_common(m: Machine, x: Any) -> Any:
    """The number that occurs most often, the first of several."""
    values, first, often = np.unique(np.ravel(x), return_index=True, return_counts=True)
    at = first[often == often.max()].min()
    return values[np.searchsorted(values, np.ravel(x)[at])]


def all_most_common(m: Machine, x: Any) -> Any:
    values, first, often = np.unique(np.ravel(x), return_index=True, return_counts=True)
    return values[often == often.max()][np.argsort(first[often == often.max()])]


def rank_of(m: Machine, a: Any, tolerance: Any) -> Any:
    return np.linalg.matrix_rank(a, tolerance)


def combinations(m: Machine, n: Any, k: Any) -> Any:
    """n over k, of whole numbers.  0 where k is beyond n."""
    return each_pair(m, n, k, math.comb)


def arrangements(m: Machine, n: Any, k: Any) -> Any:
    return each_pair(m, n, n if k is None else k, math.perm)


def each_pair(m: Machine, n: Any, k: Any, count: Callable[[int, int], int]) -> Any:
    left, right = np.broadcast_arrays(wholes(n), wholes(k))
    if np.any(np.abs(left) > 10_000):
        raise ValueError
    m.charge(int(np.sum(np.minimum(np.abs(right), np.abs(left)))) // 4, m.place)

    def one(a: int, b: int) -> float:
        try:
            return float(count(a, b)) if 0 <= b <= a else 0.0
        except OverflowError:
            return math.inf

    pairs = zip(left.ravel().tolist(), right.ravel().tolist())
    found = np.array([one(a, b) for a, b in pairs]).reshape(left.shape)
    return found if found.shape else int(found) if np.isfinite(found) and abs(found) < 2**53 else float(found)


def factorials(m: Machine, n: Any, step: int) -> Any:
    """n (n - step) (n - 2 step) …, of whole numbers; 0 of negative ones."""
    given = wholes(n)
    m.charge(int(np.sum(np.clip(given, 0, 400))) // 16, m.place)

    def one(a: int) -> float:
        found = 1.0
        for i in range(a, 0, -step):
            found *= i
            if math.isinf(found):
                break
        return found if a >= 0 else 0.0

    found = np.array([one(a) for a in given.ravel().tolist()]).reshape(given.shape)
    return found if found.shape else float(found)


KNOWN: Mapping[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        places,
        flat_places,
        place_rows,
        present,
        up_to_largest,
        sorted_present,
        bin_fractions,
        first_places,
        inverse_places,
        how_often,
        kept_places,
        left_places,
        sorted_places,
        bins_of,
        key_order,
        counts,
        count_shape,
        whole_places,
        bin_counts,
        bin_places,
        bin_edges_known,
        is_among,
        common_places,
        places_alone,
        places_of_one,
        unraveled,
        raveled,
        greatest_divisor,
        least_multiple,
        most_common,
        all_most_common,
        rank_of,
        combinations,
        arrangements,
        factorials,
    )
}
