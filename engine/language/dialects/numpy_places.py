"""Which places NumPy's calls take, in order, and the powers, steps and convolutions of their signatures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradlens.engine.language.dialects.numpy_helpers import MOST_PLACES, bounded, several_axes, whole
from gradlens.engine.language.dialects.signatures import Held
from gradlens.engine.values import size_of


def diagonal_places(x: Held, offset: Any, first: Any, second: Any) -> tuple[Any, ...]:
    """The index of a diagonal of the first two axes, once the two that it lies in stand there."""
    rows, columns = (x.shape[i] for i in several_axes((first, second), len(x.shape)))
    k = whole(offset)
    count = max(0, min(rows, columns - k) if k >= 0 else min(rows + k, columns))
    start = (0, k) if k >= 0 else (-k, 0)
    return tuple([tuple(range(at, at + bounded(count))) for at in start])


def triangle_mask(x: Held, k: Any) -> Any:
    rows, columns = x.shape[-2:]
    bounded(rows * columns)
    return np.tri(rows, columns, whole(k), dtype=bool)


def one_less(k: Any) -> int:
    return whole(k) - 1


def widths_after(k: Any) -> tuple[int, int]:
    return 0, abs(whole(k))


def size_of_whole(k: Any) -> int:
    return abs(whole(k))


def widths_of(x: Held, width: Any) -> list[tuple[int, int]]:
    rank = len(x.shape)
    pairs: Any = np.broadcast_to(np.asarray(width), (rank, 2)).tolist()
    if any(type(n) is not int or n < 0 for pair in pairs for n in pair):
        raise ValueError
    return [(before, after) for before, after in pairs]


def padding_places(x: Held, width: Any, mode: Any) -> tuple[Any, ...]:
    """The index that repeats what lies at the edges, as np.pad does by its modes."""
    pairs = widths_of(x, width)
    bounded(math.prod([n + sum(pair) for n, pair in zip(x.shape, pairs)]))
    lines = [np.pad(np.arange(n), pair, mode=mode).tolist() for n, pair in zip(x.shape, pairs)]
    if len(lines) == 1:
        return (tuple(lines[0]),)
    return tuple([nested(part) for part in np.ix_(*lines)])


def padded_mask(x: Held, width: Any) -> Any:
    pairs = widths_of(x, width)
    bounded(math.prod([n + sum(pair) for n, pair in zip(x.shape, pairs)]))
    return np.pad(np.ones(x.shape, dtype=bool), pairs)


def same_number(values: Any) -> float:
    """The number that np.pad sets on all sides."""
    numbers = np.unique(np.asarray(values, dtype=np.float64))
    if numbers.size != 1:
        raise ValueError
    return float(numbers[0])


def padding_numbers(x: Held, width: Any, values: Any) -> Any:
    """What np.pad sets around an array by sides, and zeros in its place."""
    pairs = widths_of(x, width)
    bounded(math.prod([n + sum(pair) for n, pair in zip(x.shape, pairs)]))
    return np.pad(np.zeros(x.shape), pairs, constant_values=np.asarray(values, dtype=np.float64))


def nested(part: Any) -> Any:
    def tuples(items: Any) -> Any:
        return tuple([tuples(one) for one in items]) if isinstance(items, list) else items

    return tuples(part.tolist())


def repeated_places(repeats: Any) -> Any:
    counts = [whole(n) for n in repeats]
    if any(n < 0 for n in counts):
        raise ValueError
    bounded(sum(counts))
    return np.repeat(np.arange(len(counts)), counts)


def resized_places(x: Held, shape: Any) -> Any:
    sizes = (shape,) if type(shape) is int else shape
    count = bounded(math.prod([whole(n) for n in sizes]))
    if not size_of(x.shape):
        raise ValueError
    return np.arange(count) % size_of(x.shape)


def shown_windows(x: Held, window: Any, axis: Any) -> Any:
    """Which of the elements in order each window of an array shows.

    The count is held to twice, as axes may come again and each window of a window is one more.
    """
    sizes = (window,) if type(window) is int else window
    bounded(size_of(x.shape) * math.prod([whole(n) for n in sizes]))
    places = np.arange(size_of(x.shape)).reshape(x.shape)
    return np.lib.stride_tricks.sliding_window_view(places, window, axis)


def triangle_places(n: Any, k: Any, m: Any, upper: bool) -> tuple[Any, ...]:
    rows, columns = whole(n), whole(n if m is None else m)
    if rows < 0 or columns < 0:
        raise ValueError
    bounded(rows * columns)
    return np.triu_indices(rows, whole(k), columns) if upper else np.tril_indices(rows, whole(k), columns)


def triangle_places_of(x: Held, k: Any, upper: bool) -> tuple[Any, ...]:
    return triangle_places(x.shape[0], k, x.shape[1], upper)


def both_places(n: Any) -> tuple[Any, ...]:
    found = np.arange(bounded(whole(n)))
    return found, found


def both_places_of(x: Held) -> tuple[Any, ...]:
    if x.shape[0] != x.shape[1]:
        raise ValueError
    return both_places(x.shape[0])


def distances(c: Held, r: Held) -> Any:
    """How far apart the rows and columns of a symmetric Toeplitz matrix are."""
    bounded(c.shape[0] * r.shape[0])
    return np.abs(np.arange(c.shape[0])[:, None] - np.arange(r.shape[0]))


def steps_apart(c: Held, r: Held) -> Any:
    """The same from the lowest left corner on, counted in the diagonals."""
    bounded(c.shape[0] * r.shape[0])
    return np.arange(r.shape[0]) - np.arange(c.shape[0])[:, None] + c.shape[0] - 1


def around(c: Held) -> Any:
    n = c.shape[0]
    bounded(n * n)
    return (np.arange(n)[:, None] - np.arange(n)) % n


def upper_middle(x: Held) -> int:
    if not x.shape[0]:
        raise ValueError
    return x.shape[0] // 2


def cuts(x: Held, n: Any, inclusive: int) -> tuple[Any, Any]:
    """Between which of the sorted elements the n - 1 cuts into equal parts lie, and how far."""
    count = x.shape[0]
    if type(n) is not int or not 1 <= n <= MOST_PLACES or count < 2:
        raise ValueError
    at = np.arange(1, n) * (count - 1 if inclusive else count + 1) / n - (0 if inclusive else 1)
    low = np.clip(np.floor(at), 0, count - 2)
    return low, at - low


def cut_below(x: Held, n: Any, inclusive: int) -> Any:
    return cuts(x, n, inclusive)[0]


def cut_above(x: Held, n: Any, inclusive: int) -> Any:
    return cuts(x, n, inclusive)[0] + 1


def cut_between(x: Held, n: Any, inclusive: int) -> Any:
    return cuts(x, n, inclusive)[1]


def falling(p: Held) -> Any:
    """The exponents of a polynomial's coefficients, the highest first."""
    return np.arange(p.shape[0])[::-1].astype(np.float64)


def powers(x: Held, count: Any, increasing: Any) -> Any:
    """The exponents of the columns of a Vandermonde matrix."""
    n = x.shape[0] if count is None else whole(count)
    bounded(n * x.shape[0])
    found = np.arange(float(n))
    return found if increasing else found[::-1].copy()


def fractions(count: Any, endpoint: Any) -> Any:
    """Even steps from 0 to 1."""
    return np.linspace(0, 1, bounded(whole(count)), bool(endpoint))


def last_interval(xp: Held, fp: Held) -> int:
    """Error: that fp has another length."""
    if fp.shape != xp.shape:
        raise IndexError
    if xp.shape[0] < 2:
        raise ValueError
    return xp.shape[0] - 2


def all_but_one(v: Held) -> int:
    if not v.shape[0]:
        raise ValueError
    return v.shape[0] - 1


def convolved(n: int, m: int, mode: Any) -> tuple[int, int]:
    """The part of the full convolution of n with m numbers that a mode keeps."""
    large, small = max(n, m), min(n, m)
    match mode:
        case "full":
            return 0, n + m - 1
        case "same":
            return (small - 1) // 2, (small - 1) // 2 + large
        case "valid":
            return small - 1, large
        case _:
            raise ValueError


def convolved_from(a: Held, v: Held, mode: Any) -> int:
    return convolved(a.shape[0], v.shape[0], mode)[0]


def convolved_to(a: Held, v: Held, mode: Any) -> int:
    return convolved(a.shape[0], v.shape[0], mode)[1]


def correlated(a: Held, v: Held, mode: Any) -> tuple[int, int]:
    n, m = a.shape[0], v.shape[0]
    start, stop = convolved(n, m, mode)
    if mode == "same" and m > n:  # NumPy exchanges the two, and turns the result around
        start, stop = n + m - 1 - stop, n + m - 1 - start
    return start, stop


def correlated_from(a: Held, v: Held, mode: Any) -> int:
    return correlated(a, v, mode)[0]


def correlated_to(a: Held, v: Held, mode: Any) -> int:
    return correlated(a, v, mode)[1]


NUMPY_PLACES: Mapping[str, Callable[..., object]] = {
    f.__name__: f
    for f in (
        diagonal_places,
        triangle_mask,
        one_less,
        widths_after,
        size_of_whole,
        padding_places,
        padded_mask,
        same_number,
        padding_numbers,
        repeated_places,
        resized_places,
        shown_windows,
        triangle_places,
        triangle_places_of,
        both_places,
        both_places_of,
        distances,
        steps_apart,
        around,
        upper_middle,
        cut_below,
        cut_above,
        cut_between,
        falling,
        powers,
        fractions,
        last_interval,
        all_but_one,
        convolved_from,
        convolved_to,
        correlated_from,
        correlated_to,
    )
}
