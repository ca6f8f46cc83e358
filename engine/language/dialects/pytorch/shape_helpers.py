"""What signatures compute of shapes, and of what is known beforehand: axes, indices, widths, constant masks.

An argument that does not fit is a ValueError, an axis that is out of range an IndexError; the reader's call is refused
by that argument's name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.language.dialects.signatures import Held, Part
from gradlens.engine.language.objects import kind_of
from gradlens.engine.values import Array, Shape, size_of

Keys = tuple[Any, ...]
FULL = slice(None)
MOST_PAIRED = 300  # rows, each of which meets each other


def axis_of(x: Held, dim: int) -> int:
    """An axis from the start.  Error: IndexError."""
    if type(dim) is not int or not -len(x.shape) <= dim < len(x.shape):
        raise IndexError
    return dim % len(x.shape)


def at(x: Held, dim: int, part: Any) -> Keys:
    """The index that takes a part along one axis."""
    return (FULL,) * axis_of(x, dim) + (part,)


def rank(x: Held) -> int:
    return len(x.shape)


def count(x: Held, dim: int = -1) -> int:
    """How many places an axis has."""
    return x.shape[axis_of(x, dim)]


def elements(x: Held) -> int:
    return size_of(x.shape)


def narrowed(x: Held, dim: int, start: int, length: int) -> Keys:
    size = x.shape[axis_of(x, dim)]
    start = start + size if start < 0 else start
    if not 0 <= start <= start + length <= size:
        raise ValueError
    return at(x, dim, slice(start, start + length))


def place(x: Held, dim: int, index: int) -> Keys:
    """x.select: one place of an axis, which goes."""
    size = x.shape[axis_of(x, dim)]
    if type(index) is not int or not -size <= index < size:
        raise ValueError
    return at(x, dim, index)


def first(x: Held, k: int, dim: int) -> Keys:
    """The first k places along an axis."""
    if type(k) is not int or not 0 <= k <= x.shape[axis_of(x, dim)]:
        raise ValueError
    return at(x, dim, slice(0, k))


def nth(x: Held, k: int, dim: int, keep: bool) -> Keys:
    """The k-th place from 1 on, of an axis that goes or stays with one place."""
    if type(k) is not int or not 1 <= k <= x.shape[axis_of(x, dim)]:
        raise ValueError
    return at(x, dim, slice(k - 1, k) if keep else k - 1)


def middle(x: Held, dim: int, keep: bool) -> Keys:
    """The place of PyTorch's median: of an even number the lower of the two in the middle."""
    return nth(x, (x.shape[axis_of(x, dim)] + 1) // 2, dim, keep)


def pieces(x: Held, sizes: Any, dim: int) -> tuple[Keys, ...]:
    """Parts of one size, of which the last may be smaller, or of the sizes that are given."""
    size = x.shape[axis_of(x, dim)]
    if type(sizes) is int:
        if sizes < 1:
            raise ValueError
        sizes = [min(sizes, size - start) for start in range(0, size, sizes)]
    if sum(sizes) != size or min(sizes, default=0) < 0:
        raise ValueError
    ends = np.cumsum([0, *sizes]).tolist()
    return tuple([at(x, dim, slice(a, b)) for a, b in pairwise(ends)])


def chunks(x: Held, number: int, dim: int) -> tuple[Keys, ...]:
    """PyTorch's chunk: all of one size but the last, and so maybe fewer than asked for."""
    if type(number) is not int or number < 1:
        raise ValueError
    return pieces(x, max(1, -(-x.shape[axis_of(x, dim)] // number)), dim)


def sections(x: Held, number: Any, dim: int) -> tuple[Keys, ...]:
    """tensor_split: as equal as can be, the first ones larger; or cut at the places that are given."""
    size = x.shape[axis_of(x, dim)]
    if type(number) is int:
        if not 1 <= number <= 10_000:
            raise ValueError
        return pieces(x, tuple([size // number + (i < size % number) for i in range(number)]), dim)
    ends = [0, *[max(0, min(size, p + size if p < 0 else p)) for p in number], size]
    return tuple([at(x, dim, slice(a, max(a, b))) for a, b in pairwise(ends)])


def rows(x: Held, dim: int) -> tuple[Keys, ...]:
    """Each place of an axis, which goes."""
    return tuple([at(x, dim, i) for i in range(x.shape[axis_of(x, dim)])])


def windows(x: Held, dim: int, size: int, step: int) -> tuple[Keys, ...]:
    """Tensor.unfold: the parts of one size that lie one step apart."""
    total = x.shape[axis_of(x, dim)]
    if size < 1 or step < 1 or size > total:
        raise ValueError
    return tuple([at(x, dim, slice(i, i + size)) for i in range(0, total - size + 1, step)])


def adaptive(x: Held, sizes: Any, dim: int) -> tuple[Keys, ...]:
    """The parts of an axis that adaptive pooling makes one place each of.  sizes: of one axis, or of the last ones."""
    wanted = sizes[dim] if kind_of(sizes) is tuple else sizes
    total = x.shape[axis_of(x, dim)]
    wanted = total if wanted is None else wanted
    if type(wanted) is not int or not 1 <= wanted <= 10_000:
        raise ValueError
    return tuple([at(x, dim, slice(i * total // wanted, -(-(i + 1) * total // wanted))) for i in range(wanted)])


def gathered(x: Held, dim: int, index: NDArray[Any]) -> Keys:
    """The places that scatter writes to, as an index of all axes."""
    axis = axis_of(x, dim)
    if len(index.shape) != len(x.shape) or np.any((index < 0) | (index >= x.shape[axis])):
        raise ValueError
    if any(i != axis and n > m for i, (n, m) in enumerate(zip(index.shape, x.shape))):
        raise ValueError
    grid: list[Any] = list(np.indices(index.shape))
    grid[axis] = index
    return tuple([nested(part) for part in grid])


def once(x: Held, dim: int, index: NDArray[Any]) -> Keys:
    """The same, where no place is written to twice: which of both stays is not told."""
    key = gathered(x, dim, index)
    if len(set(zip(*[np.ravel(part).tolist() for part in key]))) != index.size:
        raise ValueError
    return key


def nested(array: NDArray[Any]) -> Any:
    def tuples(items: Any) -> Any:
        return tuple([tuples(one) for one in items]) if kind_of(items) is list else items

    return tuples(array.tolist())


def part_of(x: Held, index: NDArray[Any]) -> Part:
    """What scatter reads of its source: from the start, as far as the index goes."""
    if len(x.shape) != index.ndim or any(n > m for n, m in zip(index.shape, x.shape)):
        raise ValueError
    return Part(x.value, tuple([slice(0, n) for n in index.shape]))


def places_along(x: Held, dim: int, index: NDArray[Any]) -> Keys:
    """The places of one axis that an index names, each once."""
    size = x.shape[axis_of(x, dim)]
    if index.ndim > 1 or np.any((index < 0) | (index >= size)) or np.unique(index).size != index.size:
        raise ValueError
    return at(x, dim, tuple(np.ravel(index).tolist()))


def true_places(x: Held, mask: NDArray[Any]) -> Keys:
    """The places at which a mask, stretched to an array, is true."""
    return tuple([tuple(part.tolist()) for part in np.nonzero(np.broadcast_to(mask, x.shape))])


def as_many(x: Held, mask: NDArray[Any]) -> Keys:
    """As many places from the start as a mask, stretched to an array, is true at."""
    return (slice(0, int(np.count_nonzero(np.broadcast_to(mask, x.shape)))),)


def shape_of(x: Held) -> Shape:
    return x.shape


def most(index: NDArray[Any]) -> int:
    """How many classes there are where the largest index is the last of them."""
    return int(index.max()) + 1


def size_as(src: Held, index: Held) -> Keys:
    """What scatter_add reads of its source."""
    if len(src.shape) != len(index.shape) or any(n > m for n, m in zip(index.shape, src.shape)):
        raise ValueError
    return tuple([slice(0, n) for n in index.shape])


def head(x: Held, dim: int) -> Keys:
    return at(x, dim, slice(None, -1))


def tail(x: Held, dim: int) -> Keys:
    return at(x, dim, slice(1, None))


def squeezed(x: Held, dim: Any) -> Shape:
    """The shape without those of the axes that have one place."""
    gone = {axis_of(x, one) for one in ((dim,) if type(dim) is int else dim)}
    return tuple([n for i, n in enumerate(x.shape) if i not in gone or n != 1])


def moved(x: Held, source: Shape, destination: Shape) -> Shape:
    """The order of axes of which some are moved."""
    if len(source) != len(destination):
        raise ValueError
    ends = {axis_of(x, b): axis_of(x, a) for a, b in zip(source, destination)}
    others = iter([i for i in range(len(x.shape)) if i not in ends.values()])
    return tuple([ends[i] if i in ends else next(others) for i in range(len(x.shape))])


def last_size_of(x: Held) -> Shape:
    return x.shape[-1:]


def side(x: Held) -> Shape:
    """The number of rows of a square."""
    if x.shape[0] != x.shape[1]:
        raise ValueError
    return x.shape[:1]


def sides(pad: Any) -> int:
    """How many axes widths are for."""
    return len(pad) // 2


# ------------------------------------------------------------------ matrices


def upper(x: Held, diagonal: int) -> Array:
    """1 on a diagonal and above it, of the shape of the last two axes."""
    return np.triu(np.ones(x.shape[-2:]), whole(diagonal))


def lower(x: Held, diagonal: int) -> Array:
    return np.tril(np.ones(x.shape[-2:]), whole(diagonal))


def whole(value: Any) -> int:
    if type(value) is not int or abs(value) > 2**31:
        raise ValueError
    return value


def shifted(diagonal: int) -> tuple[Shape, Shape]:
    """What a diagonal matrix is padded with to stand on another diagonal."""
    k = whole(diagonal)
    if abs(k) > 10_000:
        raise ValueError
    return ((0, k), (k, 0)) if k > 0 else ((-k, 0), (0, -k))


def diagonal_of(x: Held, offset: int, dim1: int, dim2: int) -> Keys:
    """The index of a diagonal of the last two axes, once dim1 and dim2 are those."""
    a, b = axis_of(x, dim1), axis_of(x, dim2)
    if a == b:
        raise ValueError
    n, m = x.shape[a], x.shape[b]
    start = (max(0, -whole(offset)), max(0, whole(offset)))
    length = max(0, min(n - start[0], m - start[1]))
    return (..., tuple(range(start[0], start[0] + length)), tuple(range(start[1], start[1] + length)))


def last_two(x: Held, dim1: int, dim2: int) -> Shape:
    """The order of axes in which two of them are the last."""
    a, b = axis_of(x, dim1), axis_of(x, dim2)
    return (*[i for i in range(len(x.shape)) if i not in (a, b)], a, b)


def causal(query: Held, key: Held) -> Shape:
    """The shape of a mask of which each place sees those before it."""
    return query.shape[-2], key.shape[-2]


def root(query: Held) -> float:
    """The square root of how many features a query has."""
    return math.sqrt(query.shape[-1])


def heads_apart(query: Held, key: Held) -> Shape:
    """The shape of a causal mask where each sequence lies before its heads."""
    return query.shape[1], key.shape[1]


# ------------------------------------------------------------------ features and groups


def last_axes(x: Held, sizes: Any) -> Shape:
    """The axes that layer normalisation goes over."""
    sizes = (sizes,) if type(sizes) is int else tuple(sizes)
    if not sizes or sizes != x.shape[len(x.shape) - len(sizes) :]:
        raise ValueError
    return tuple(range(len(x.shape) - len(sizes), len(x.shape)))


def other_axes(x: Held) -> Shape:
    """All axes but the second."""
    if len(x.shape) < 2:
        raise ValueError
    return (0, *range(2, len(x.shape)))


def inner_axes(x: Held) -> Shape:
    """The axes of each image's channels."""
    if len(x.shape) < 3:
        raise ValueError
    return tuple(range(2, len(x.shape)))


def class_axis(x: Held) -> int:
    return min(1, len(x.shape) - 1)


def channel_shape(x: Held) -> Shape:
    """The shape in which one number a channel lies beside an array."""
    return (-1, *[1] * (len(x.shape) - 2))


def grouped(x: Held, groups: int) -> Shape:
    """Samples by groups of channels, with all that belongs to one in a row."""
    if type(groups) is not int or groups < 1 or len(x.shape) < 2 or x.shape[1] % groups:
        raise ValueError
    return x.shape[0], groups, size_of(x.shape[1:]) // groups


def images(x: Held) -> Shape:
    """Samples by channels, with the pixels in a row."""
    if len(x.shape) < 3:
        raise ValueError
    return *x.shape[:2], size_of(x.shape[2:])


def split_channels(x: Held, factor: int) -> Shape:
    """Pixel shuffling: channels as those that stay by the rows and columns that they become."""
    n, c, h, w = x.shape
    if factor < 1 or c % factor**2:
        raise ValueError
    return n, c // factor**2, factor, factor, h, w


def joined_pixels(x: Held, factor: int) -> Shape:
    n, c, h, w = x.shape
    return n, c // factor**2, h * factor, w * factor


def split_pixels(x: Held, factor: int) -> Shape:
    """The opposite of pixel shuffling: rows and columns as those that stay by those that become channels."""
    n, c, h, w = x.shape
    if factor < 1 or h % factor or w % factor:
        raise ValueError
    return n, c, h // factor, factor, w // factor, factor


def joined_channels(x: Held, factor: int) -> Shape:
    n, c, h, w = x.shape
    return n, c * factor**2, h // factor, w // factor


def channel_groups(x: Held, groups: int) -> Shape:
    if type(groups) is not int or groups < 1 or x.shape[1] % groups:
        raise ValueError
    return groups, x.shape[1] // groups


def earlier(x: Held) -> Shape:
    """Of each pair of rows the first; later gives the other."""
    return tuple([i for i in range(pairing(x)) for _ in range(i + 1, x.shape[0])])


def later(x: Held) -> Shape:
    return tuple([j for i in range(pairing(x)) for j in range(i + 1, x.shape[0])])


def pairing(x: Held) -> int:
    if x.shape[0] > MOST_PAIRED:
        raise ValueError
    return x.shape[0]


def row_place(x: Held, place: int) -> int:
    """The number of a row, counted from the start."""
    size = x.shape[0]
    if type(place) is not int or not -size <= place < size:
        raise ValueError
    return place % size


def common(a: Held, b: Held) -> Shape:
    """The shape that two arrays broadcast to."""
    return tuple(np.broadcast_shapes(a.shape, b.shape))


def split_axis(x: Held, dim: int, sizes: Any) -> Shape:
    """The shape in which one axis is several."""
    axis = axis_of(x, dim)
    sizes = tuple(sizes)
    if sizes.count(-1) > 1:
        raise ValueError
    if -1 in sizes:
        known = -size_of(sizes)
        sizes = tuple([x.shape[axis] // known if n == -1 else n for n in sizes]) if known else sizes
    if size_of(sizes) != x.shape[axis]:
        raise ValueError
    return (*x.shape[:axis], *sizes, *x.shape[axis + 1 :])


# ------------------------------------------------------------------ order


def before(x: Held, q: float, dim: int | None) -> Any:
    """The index of the sorted place below a quantile."""
    return quantile_key(x, q, dim, math.floor)


def after(x: Held, q: float, dim: int | None) -> Any:
    return quantile_key(x, q, dim, math.ceil)


def quantile_key(x: Held, q: Any, dim: int | None, rounded: Callable[[float], int]) -> Any:
    total = size_of(x.shape) if dim is None else x.shape[axis_of(x, dim)]
    if not isinstance(q, (int, float)) or not 0 <= q <= 1 or total == 0:
        raise ValueError
    index = rounded(q * (total - 1))
    return index if dim is None else at(x, dim, slice(index, index + 1))


def between(x: Held, q: float, dim: int | None) -> float:
    """How far a quantile lies from the sorted place below it to the next."""
    total = size_of(x.shape) if dim is None else x.shape[axis_of(x, dim)]
    return q * (total - 1) - math.floor(q * (total - 1))


def past(x: Held, dim: int) -> Array:
    """1 where a place of the axis does not come after another: (n, n)."""
    n = x.shape[axis_of(x, dim)]
    if n > 2_000:
        raise ValueError
    return np.tril(np.ones((n, n)))


def last_place(x: Held, dim: int) -> int:
    return x.shape[axis_of(x, dim)] - 1


SHAPE_HELPERS: Mapping[str, Callable[..., object]] = {
    f.__name__: f
    for f in (
        *(at, rank, count, elements, narrowed, place, first, nth, middle, pieces, chunks, sections, rows, windows),
        *(
            adaptive,
            gathered,
            once,
            part_of,
            true_places,
            as_many,
            places_along,
            shape_of,
            most,
            upper,
            lower,
            shifted,
            diagonal_of,
            last_two,
        ),
        *(
            causal,
            heads_apart,
            root,
            last_axes,
            other_axes,
            inner_axes,
            class_axis,
            channel_shape,
            grouped,
            images,
        ),
        *(
            split_channels,
            joined_pixels,
            split_axis,
            split_pixels,
            joined_channels,
            channel_groups,
            earlier,
            later,
            row_place,
            common,
        ),
        *(size_as, head, tail, squeezed, moved, last_size_of, side, sides),
        *(before, after, between, past, last_place),
    )
}
