"""What NumPy's signatures compute of shapes and of what is known beforehand.

Arrays among the arguments come as Held; ValueError where an argument does not fit, IndexError for an axis.
"""

# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false
# What is known beforehand is of any type until it is asked.
from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradlens.engine.language.dialects.signatures import Held, Part
from gradlens.engine.values import Shape, size_of

MOST_PLACES = 1_000_000  # that a helper writes out


def bounded(count: int) -> int:
    if not 0 <= count <= MOST_PLACES:
        raise ValueError
    return count


def whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError
    return value


def one_axis(axis: Any, rank: int) -> int:
    if type(axis) is not int or not -rank <= axis < rank:
        raise IndexError
    return axis % rank


def several_axes(axis: Any, rank: int) -> tuple[int, ...]:
    """Axes counted from the front; None is all of them."""
    if axis is None:
        return tuple(range(rank))
    found = tuple([one_axis(one, rank) for one in (axis if isinstance(axis, tuple) else (axis,))])
    if len(set(found)) != len(found):
        raise IndexError
    return found


# ------------------------------------------------------------------ sizes


def count_of(x: Held) -> int:
    return size_of(x.shape)


def size_along(x: Held, axis: Any) -> int:
    return x.shape[one_axis(axis, len(x.shape))]


def rank_of_array(x: Held) -> int:
    return len(x.shape)


def columns_of(x: Held) -> int:
    if not x.shape:
        raise ValueError
    return x.shape[-1]


def up_to(n: Any) -> Any:
    """The whole numbers from 0 to n."""
    if not isinstance(n, (int, float)) or n != int(n):
        raise ValueError
    return np.arange(bounded(int(n) + 1), dtype=np.float64)


def halves(d: Any) -> Any:
    """0, 1/2, 1, … of the multivariate gamma function's arguments."""
    return np.arange(bounded(whole(d))) / 2


def d_of_multigamma(d: Any) -> float:
    """The logarithm of the power of π in the multivariate gamma function."""
    return whole(d) * (whole(d) - 1) / 4 * math.log(math.pi)


def true() -> bool:
    return True


def false() -> bool:
    return False


def least_float() -> float:
    return -sys.float_info.max


def largest_float() -> float:
    return sys.float_info.max


def place_in(x: Held, at: Any) -> int:
    """A place before which something stands, counted from the front."""
    size = x.shape[0]
    if not -size <= whole(at) <= size:
        raise ValueError
    return at % size if at < 0 else at


def place_of(x: Held, places: Any) -> tuple[int, ...]:
    """Of x.item(place) and x.item(row, column)."""
    found = tuple([whole(one) for one in places])
    if len(found) == 1 and len(x.shape) != 1:
        if not -size_of(x.shape) <= found[0] < size_of(x.shape):
            raise ValueError
        found = tuple(int(i) for i in np.unravel_index(found[0] % size_of(x.shape), x.shape))
    if len(found) != len(x.shape):
        raise ValueError
    return found


# ------------------------------------------------------------------ axes


def merged_axes(x: Held, axis: Any) -> tuple[int, ...]:
    """The axes of a reduction last, in their order."""
    gone = sorted(several_axes(axis, len(x.shape)))
    return (*[i for i in range(len(x.shape)) if i not in gone], *gone)


def merged_shape(x: Held, axis: Any) -> Shape:
    """The axes of a reduction as the last one."""
    gone = several_axes(axis, len(x.shape))
    return (*[n for i, n in enumerate(x.shape) if i not in gone], math.prod([x.shape[i] for i in gone]))


def reduced(x: Held, axis: Any, keepdims: Any) -> Shape:
    gone = several_axes(axis, len(x.shape))
    return tuple([1 if i in gone else n for i, n in enumerate(x.shape) if keepdims or i not in gone])


def moved_axes(x: Held, source: Any, destination: Any) -> tuple[int, ...]:
    """NumPy's moveaxis of several axes as a transposition."""
    rank = len(x.shape)
    sources, targets = several_axes(source, rank), several_axes(destination, rank)
    if len(sources) != len(targets):
        raise ValueError
    order = [i for i in range(rank) if i not in sources]
    for target, one in sorted(zip(targets, sources)):
        order.insert(target, one)
    return tuple(order)


def rolled_axes(x: Held, axis: Any, start: Any) -> tuple[int, ...]:
    rank = len(x.shape)
    axis, start = one_axis(axis, rank), whole(start) + rank * (whole(start) < 0)
    if not 0 <= start <= rank:
        raise ValueError
    order = [i for i in range(rank) if i != axis]
    order.insert(start - (axis < start), axis)
    return tuple(order)


def expanded_shape(x: Held, axis: Any) -> Shape:
    rank = len(x.shape) + len(axis)
    added = several_axes(axis, rank)
    rest = iter(x.shape)
    return tuple([1 if i in added else next(rest) for i in range(rank)])


def front_axes(x: Held, first: Any, second: Any) -> tuple[int, ...]:
    """Two axes in front of the others."""
    two = several_axes((first, second), len(x.shape))
    return (*two, *[i for i in range(len(x.shape)) if i not in two])


def last_and_next_to_last(y: Held) -> tuple[int, int]:
    """What np.dot sums over: the last axis of the first, the last but one of the second."""
    return -1, len(y.shape) - 2


def first_of(axes: Any) -> Any:
    return axes[0]


def second_of(axes: Any) -> Any:
    return axes[1]


def one_along(x: Held, axis: Any) -> Shape:
    axis = one_axis(axis, len(x.shape))
    return (*x.shape[:axis], 1, *x.shape[axis + 1 :])


def along(x: Held, weights: Held, axis: Any) -> Shape:
    """The shape in which weights lie along the axes that are averaged over."""
    if weights.shape == x.shape:
        return x.shape
    if axis is None:
        raise ValueError
    axes = several_axes(axis, len(x.shape))
    if tuple([x.shape[i] for i in axes]) != weights.shape or list(axes) != sorted(axes):
        raise ValueError
    return tuple([n if i in axes else 1 for i, n in enumerate(x.shape)])


def counted(x: Held, axis: Any, keepdims: Any) -> Any:
    """How many elements each mean is of."""
    gone = several_axes(axis, len(x.shape))
    found = np.full(reduced(x, axis, keepdims), float(math.prod([x.shape[i] for i in gone])))
    return found if found.shape else float(found)


def last_along(x: Held, axis: Any) -> int:
    return (size_of(x.shape) if axis is None else size_along(x, axis)) - 1


def tens_left(decimals: Any) -> float:
    """What is divided by before rounding to the left of the point."""
    if not -20 <= whole(decimals) < 0:
        raise ValueError
    return 10.0**-decimals


# ------------------------------------------------------------------ parts


def cut(x: Held, ends: list[int], axis: int) -> list[Part]:
    """The parts of an axis between places, as a list."""
    bounded(len(ends))
    before = (slice(None),) * axis
    return [Part(x.value, (*before, slice(start, stop))) for start, stop in zip([0, *ends], [*ends, None])]


def parted(x: Held, sections: Any, axis: Any) -> list[Part]:
    """np.split: into so many equal parts, or at places."""
    if type(sections) is int and (sections < 1 or size_along(x, axis) % sections):
        raise ValueError
    return nearly_parted(x, sections, axis)


def nearly_parted(x: Held, sections: Any, axis: Any) -> list[Part]:
    """np.array_split: the first parts are longer by one where they cannot be equal."""
    axis = one_axis(axis, len(x.shape))
    if type(sections) is not int:
        return cut(x, [whole(n) for n in sections], axis)
    size = x.shape[axis]
    if not 1 <= sections <= MOST_PLACES:
        raise ValueError
    each, longer = divmod(size, sections)
    ends = np.cumsum([each + 1] * longer + [each] * (sections - longer)).tolist()
    return cut(x, ends[:-1], axis)


def unstacked(x: Held, axis: Any) -> list[Part]:
    axis = one_axis(axis, len(x.shape))
    return [Part(x.value, (*(slice(None),) * axis, i)) for i in range(bounded(x.shape[axis]))]


# ------------------------------------------------------------------ order


# by method: where among n sorted elements a part q lies, from alpha and beta (Hyndman and Fan 1996)
BETWEEN = {
    "linear": (1.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
    "interpolated_inverted_cdf": (0.0, 1.0),
    **dict.fromkeys(("lower", "higher", "midpoint", "nearest"), (1.0, 1.0)),
}


def part_of(q: Any, hundred: int = 1) -> Any:
    """Parts of 1, or in hundredths."""
    found = np.asarray(q, dtype=np.float64) / hundred
    return found if found.shape else float(found)


def ranks(x: Held, q: Any, axis: Any, method: Any, hundred: int) -> tuple[Any, Any, Any]:
    """The places among the sorted elements below and above each part, and how far between them it lies."""
    count = merged_shape(x, axis)[-1]
    parts = np.atleast_1d(part_of(q, hundred))
    if count == 0 or parts.ndim > 1 or method not in BETWEEN or not np.all((parts >= 0) & (parts <= 1)):
        raise ValueError
    alpha, beta = BETWEEN[method]
    at = np.clip(count * parts + (alpha + parts * (1 - alpha - beta)) - 1, 0, count - 1)
    if alpha == beta == 1:
        at = (count - 1) * parts
    low, high = np.floor(at), np.ceil(at)
    match method:
        case "lower":
            return low, low, at * 0
        case "higher":
            return high, high, at * 0
        case "nearest":
            return np.round(at), np.round(at), at * 0
        case "midpoint":
            return low, high, np.full(at.shape, 0.5)
        case _:
            return low, high, at - low


def ranks_below(x: Held, q: Any, axis: Any, method: Any, hundred: int = 1) -> Any:
    return ranks(x, q, axis, method, hundred)[0]


def ranks_above(x: Held, q: Any, axis: Any, method: Any, hundred: int = 1) -> Any:
    return ranks(x, q, axis, method, hundred)[1]


def between_ranks(x: Held, q: Any, axis: Any, method: Any, hundred: int = 1) -> Any:
    return ranks(x, q, axis, method, hundred)[2]


def quantile_shape(x: Held, q: Any, axis: Any, keepdims: Any) -> Shape:
    return (*np.shape(part_of(q)), *reduced(x, axis, keepdims))


def divided_by(bias: Any, ddof: Any) -> int:
    return whole(ddof) if ddof is not None else 0 if bias else 1


def fewer(x: Held, axis: Any, bias: Any, ddof: Any) -> int:
    """What a covariance is divided by."""
    found = x.shape[axis] - divided_by(bias, ddof)
    if found <= 0:
        raise ValueError
    return found


def bins_and_one(bins: Any) -> tuple[int]:
    """The shape of the sums in bins, with one for what falls outside."""
    return ((bins if type(bins) is int else len(bins) - 1) + 1,)


NUMPY_HELPERS: Mapping[str, Callable[..., object]] = {
    f.__name__: f
    for f in (
        count_of,
        size_along,
        rank_of_array,
        columns_of,
        up_to,
        halves,
        d_of_multigamma,
        true,
        false,
        least_float,
        largest_float,
        place_in,
        place_of,
        merged_axes,
        merged_shape,
        reduced,
        moved_axes,
        rolled_axes,
        expanded_shape,
        front_axes,
        last_and_next_to_last,
        first_of,
        second_of,
        one_along,
        along,
        last_along,
        tens_left,
        parted,
        nearly_parted,
        unstacked,
        counted,
        ranks_below,
        ranks_above,
        between_ranks,
        quantile_shape,
        divided_by,
        fewer,
        bins_and_one,
    )
}
