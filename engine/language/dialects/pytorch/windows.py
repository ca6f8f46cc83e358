"""Windows of images, as PyTorch's convolutions, poolings and paddings have them (see signatures.py)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradlens.engine.language.dialects.pytorch.shape_helpers import (
    FULL,
    Keys,
    axis_of,
)
from gradlens.engine.language.dialects.signatures import Held
from gradlens.engine.language.objects import kind_of
from gradlens.engine.values import Shape, size_of

MOST_PLACES = 10_000  # of an axis that is made longer
PAD_MODES: dict[str, Any] = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # of PyTorch, of NumPy


def pair(value: Any, axes: int = 2) -> Shape:
    """One number for all axes, or one for each."""
    sizes = (value,) * axes if type(value) is int else tuple(value)
    if len(sizes) != axes or not all(type(n) is int for n in sizes):
        raise ValueError
    return sizes


def row(value: Any) -> int:
    """A number that may stand in parentheses."""
    return pair(value, 1)[0]


def flat(value: Any) -> Shape:
    """(1, n): the size of a window of one axis as one of an image with one row."""
    return 1, row(value)


def flat_0(value: Any) -> Shape:
    return 0, row(value)


def same_widths(W: Held, dilation: Any) -> tuple[Shape, ...]:
    """What is added on each side so that a convolution keeps the size; one more at the end where it is odd."""
    totals = [d * (n - 1) for d, n in zip(pair(dilation, len(W.shape) - 2), W.shape[2:])]
    return ((0, 0), (0, 0), *[(n // 2, n - n // 2) for n in totals])


def apart(W: Held, dilation: Any) -> Keys:
    """Where the weights of a kernel lie that is spread out."""
    steps = pair(dilation, len(W.shape) - 2)
    if min(steps) < 1:
        raise ValueError
    return (..., *[slice(None, None, d) for d in steps])


def spread_shape(W: Held, dilation: Any) -> Shape:
    return (*W.shape[:2], *[d * (n - 1) + 1 for d, n in zip(pair(dilation, len(W.shape) - 2), W.shape[2:])])


def groups_of(x: Held, W: Held, groups: int) -> tuple[tuple[Keys, Keys], ...]:
    """For each group of channels: the index of its inputs, and that of its kernels."""
    if groups < 1 or x.shape[1] % groups or W.shape[0] % groups:
        raise ValueError
    n, k = x.shape[1] // groups, W.shape[0] // groups
    return tuple([((FULL, slice(i * n, i * n + n)), (slice(i * k, i * k + k),)) for i in range(groups)])


def kernel_size(W: Held) -> Shape:
    return W.shape[2:]


def kernel_rows(x: Held, W: Held, groups: int) -> Shape:
    """The weights of each group of channels, with those of one filter in a row."""
    if groups < 1 or W.shape[0] % groups or x.shape[1] != W.shape[1] * groups:
        raise ValueError
    return groups, W.shape[0] // groups, size_of(W.shape[1:])


def window_places(x: Held, W: Held, stride: Any, padding: Any) -> Shape:
    """What a convolution gives: how many filters, and how many windows fit along each axis."""
    axes = len(W.shape) - 2
    places = [
        (n + 2 * p - k) // s + 1
        for n, k, s, p in zip(x.shape[2:], W.shape[2:], pair(stride, axes), pair(padding, axes))
    ]
    return (x.shape[0], W.shape[0], *places)


def window_columns(x: Held, W: Held, stride: Any, padding: Any, groups: int) -> Shape:
    """Windows as columns, by groups of channels."""
    places = window_places(x, W, stride, padding)[2:]
    return x.shape[0], groups, size_of(W.shape[1:]), size_of(places)


def transposed_widths(W: Held, stride: Any, padding: Any, output_padding: Any) -> tuple[Shape, ...]:
    """What a transposed convolution adds around its input, which lies one stride apart."""
    axes = len(W.shape) - 2
    found: list[Shape] = [(0, 0), (0, 0)]
    for n, s, p, extra in zip(W.shape[2:], pair(stride, axes), pair(padding, axes), pair(output_padding, axes)):
        if n - 1 - p < 0 or not 0 <= extra < s:
            raise ValueError
        found.append((n - 1 - p, n - 1 - p + extra))
    return tuple(found)


def kernel_axes(W: Held) -> Shape:
    return tuple(range(2, len(W.shape)))


def pool_widths(x: Held, size: Any, stride: Any, padding: Any, ceil: bool) -> tuple[Shape, ...]:
    """What max pooling adds around an image: the padding, and with ceil_mode what fills the last window."""
    found: list[Shape] = [(0, 0)] * (len(x.shape) - 2)
    for n, k, s, p in zip(x.shape[-2:], pair(size), pair(size if stride is None else stride), pair(padding)):
        if min(k, s) < 1 or not 0 <= p <= k // 2:
            raise ValueError
        extra = 0
        if ceil:
            places = -(-(n + 2 * p - k) // s)
            places -= places * s >= n + p  # a window begins inside of the image or of what is before it
            extra = max(0, places * s + k - n - 2 * p)
        found.append((p, p + extra))
    return tuple(found)


def area(size: Any, axes: int = 2) -> int:
    """How many places a window has."""
    return size_of(pair(size, axes))


def fold_shape(x: Held, output_size: Any, size: Any) -> Shape:
    if len(x.shape) != 3 or x.shape[1] % area(size):
        raise ValueError
    return (x.shape[0], x.shape[1] // area(size), *pair(output_size))


def resizing(x: Held, dim: int, size: Any, factor: Any) -> tuple[int, int, float]:
    """Of an axis that is made longer or shorter: its size, the new one, and the step in the old one."""
    total = x.shape[axis_of(x, dim)]
    axes = len(x.shape) - 2
    if (size is None) == (factor is None):
        raise ValueError
    if size is not None:
        wanted = pair(size, axes)[dim]
        if not 1 <= wanted <= MOST_PLACES:
            raise ValueError
        return total, wanted, total / wanted
    by = (factor if kind_of(factor) is tuple else (factor,) * axes)[dim]
    wanted = math.floor(total * by)
    if not 1 <= wanted <= MOST_PLACES:
        raise ValueError
    return total, wanted, 1 / by


def nearest(x: Held, dim: int, size: Any, factor: Any, middle: float = 0.0) -> Shape:
    """The places that nearest-neighbour interpolation takes along an axis."""
    total, wanted, step = resizing(x, dim, size, factor)
    return tuple([min(math.floor((i + middle) * step), total - 1) for i in range(wanted)])


def new_size(x: Held, dim: int, size: Any, factor: Any) -> int:
    return resizing(x, dim, size, factor)[1]


def between_places(x: Held, dim: int, size: Any, factor: Any, corners: Any) -> tuple[list[float], int]:
    """Where along an axis linear interpolation looks, and the last place there is."""
    total, wanted, step = resizing(x, dim, size, factor)
    if corners:
        step = (total - 1) / (wanted - 1) if wanted > 1 else 0.0
        return [i * step for i in range(wanted)], total - 1
    return [max(0.0, (i + 0.5) * step - 0.5) for i in range(wanted)], total - 1


def place_before(x: Held, dim: int, size: Any, factor: Any, corners: Any) -> Shape:
    found, last = between_places(x, dim, size, factor, corners)
    return tuple([min(math.floor(place), last) for place in found])


def place_after(x: Held, dim: int, size: Any, factor: Any, corners: Any) -> Shape:
    _, last = between_places(x, dim, size, factor, corners)
    return tuple([min(place + 1, last) for place in place_before(x, dim, size, factor, corners)])


def share_between(x: Held, mode: Any, dim: int, size: Any, factor: Any, corners: Any) -> Any:
    """How far each place is on the way from the one before it to the one after it."""
    if mode != {3: "linear", 4: "bilinear"}.get(len(x.shape)):
        raise ValueError
    found, _ = between_places(x, dim, size, factor, corners)
    shares = np.array([place - math.floor(place) for place in found])
    return shares.reshape(-1, *[1] * (-dim - 1))


def window_counts(x: Held, size: Any, stride: Any, padding: Any, ceil: bool, with_padding: bool) -> Any:
    """How many numbers each window of an average counts, with the padding or without it."""
    added = pool_widths(x, size, stride, padding, ceil)
    counts: list[Any] = []
    for n, k, s, p, (_, after) in zip(x.shape[-2:], pair(size), pair(stride), pair(padding), added[-2:]):
        starts = np.arange((n + p + after - k) // s + 1) * s - p
        ends = np.minimum(starts + k, n + p)
        counts.append(ends - starts if with_padding else np.minimum(ends, n) - np.maximum(starts, 0))
    return np.outer(counts[0], counts[1]).astype(np.float64)


def steps_of(size: Any, stride: Any) -> Any:
    return size if stride is None else stride


def channel_widths(x: Held, size: int) -> tuple[Shape, ...]:
    if not 1 <= size <= 10_000:
        raise ValueError
    return ((0, 0), (size // 2, (size - 1) // 2), *[(0, 0)] * (len(x.shape) - 2))


def near_channels(x: Held, size: int) -> tuple[Keys, ...]:
    """For each place of a window, the channels that stand there."""
    count = x.shape[1] - size + 1
    return tuple([(FULL, slice(i, i + count)) for i in range(size)])


def widths_of(x: Held, widths: Any) -> tuple[Shape, ...]:
    """PyTorch's widths, pairs from the last axis on, as pairs from the first; what is less than 0 is cut elsewhere."""
    pairs = padding_pairs(x, widths)
    return tuple([(max(a, 0), max(b, 0)) for a, b in pairs])


def cut_of(x: Held, widths: Any) -> Keys:
    """What a width below 0 leaves of an array."""
    found: list[Any] = []
    for (a, b), n in zip(padding_pairs(x, widths), x.shape):
        if max(-a, 0) + max(-b, 0) > n:
            raise ValueError
        found.append(slice(max(-a, 0), n - max(-b, 0)))
    return tuple(found)


def padding_pairs(x: Held, widths: Any) -> tuple[Shape, ...]:
    if len(widths) % 2 or len(widths) > 2 * len(x.shape):
        raise ValueError
    pairs = [tuple(widths[i : i + 2]) for i in range(0, len(widths), 2)]
    return (*[(0, 0)] * (len(x.shape) - len(pairs)), *reversed(pairs))


def mirrored(x: Held, widths: Any, mode: str, dim: int) -> Shape:
    """The places that padding by what is there takes along one of the last axes."""
    number = len(widths) // 2
    if mode not in PAD_MODES or len(widths) % 2 or number > 3:
        raise ValueError
    if len(x.shape) not in (number + 1, number + 2):
        raise ValueError
    total = x.shape[axis_of(x, dim)]
    if -dim > number:
        return tuple(range(total))
    before, after = widths[2 * (-dim - 1) : 2 * -dim]
    if min(before, after) < 0 or (mode == "reflect" and max(before, after) >= total):
        raise ValueError
    if (mode == "circular" and max(before, after) > total) or max(before, after) > 10_000:
        raise ValueError
    return tuple(np.pad(np.arange(total), (before, after), PAD_MODES[mode]).tolist())


def all_sides(padding: Any, axes: int) -> Shape:
    """The widths of a padding layer: one number for every side."""
    return (padding,) * (2 * axes) if type(padding) is int else tuple(padding)


WINDOWS: Mapping[str, Callable[..., object]] = {
    f.__name__: f
    for f in (
        pair,
        row,
        flat,
        flat_0,
        same_widths,
        apart,
        spread_shape,
        groups_of,
        kernel_size,
        kernel_rows,
        window_places,
        window_columns,
        transposed_widths,
        kernel_axes,
        pool_widths,
        area,
        fold_shape,
        nearest,
        new_size,
        place_before,
        place_after,
        share_between,
        window_counts,
        steps_of,
        channel_widths,
        near_channels,
        widths_of,
        cut_of,
        mirrored,
        all_sides,
    )
}
