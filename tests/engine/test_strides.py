"""How arrays lie in memory, against NumPy's own strides for thousands of random arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine import strides
from gradlens.engine.strides import Layout

COUNT = 3_000


def layout_of(x: NDArray[Any]) -> Layout:
    return Layout(x.shape, tuple(s // x.itemsize for s in x.strides))


def same(found: Layout, x: NDArray[Any]) -> bool:
    """Whether it is the layout of an array; a stride along an axis of one element says nothing."""
    wanted = layout_of(x)
    steps = [(a, b) for a, b, n in zip(found.strides, wanted.strides, x.shape) if n > 1]
    return found.shape == wanted.shape and (0 in x.shape or all(a == b for a, b in steps))


def random_key(random: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, ...]:
    parts: list[Any] = []
    for n in shape:
        match random.integers(6):
            case 0 if n:
                parts.append(int(random.integers(-n, n)))
            case 1:
                parts += [None, slice(None)]
            case 2:
                parts.append(slice(None, None, int(random.choice([-2, -1, 2]))))
            case 3:
                parts.append(slice(int(random.integers(0, 2)), None))
            case _:
                parts.append(slice(None))
    if parts and random.integers(3) == 0:
        at = int(random.integers(len(parts)))
        if all(part is None or part == slice(None) for part in parts[at:]):
            parts[at:] = [...]
    return tuple(parts)


def viewed(random: np.random.Generator, x: NDArray[Any], found: Layout) -> tuple[NDArray[Any], Layout]:
    """One random view of an array, and of its layout."""
    axes = [int(a) for a in random.permutation(x.ndim)]
    match random.integers(6):
        case 0:
            return x.transpose(axes), strides.transposed(found, axes)
        case 1:
            key = random_key(random, x.shape)
            return np.asarray(x[key]), strides.indexed(found, key)
        case 2 if x.ndim:
            return np.flip(x, axes[0]), strides.flipped(found, axes[:1])
        case 3 if x.ndim >= 2:
            return np.diagonal(x), strides.diagonal(found)
        case 4 if x.size and x.ndim < 4:
            shape = (2, *x.shape)
            return np.broadcast_to(x, shape), strides.stretched(found, shape)
        case _:
            return x.T, strides.transposed(found, None)


def random_shape(random: np.random.Generator, size: int) -> tuple[int, ...]:
    """A shape of so many elements."""
    shape: list[int] = []
    while size > 1:
        n = int(random.choice([d for d in range(2, size + 1) if size % d == 0]))
        shape.append(n)
        size //= n
    for _ in range(random.integers(3)):
        shape.insert(int(random.integers(len(shape) + 1)), 1)
    return tuple(shape)


def test_layouts_are_numpys():
    random = np.random.default_rng(13)
    copies = 0
    for _ in range(COUNT):
        shape = tuple(
            int(n) for n in random.choice([1, 2, 3, 4, 0], random.integers(1, 4), p=[0.15, 0.3, 0.3, 0.2, 0.05])
        )
        x = np.zeros(shape, order="C" if random.integers(2) else "F")
        found = strides.own(shape) if x.flags.c_contiguous else strides.fortran(shape)
        for _ in range(random.integers(4)):
            x, found = viewed(random, x, found)
        assert same(found, x), (x.shape, layout_of(x), found)
        assert found.is_contiguous == x.flags.c_contiguous and found.is_fortran == x.flags.f_contiguous, found
        wanted = random_shape(random, x.size) if x.size else (0,)
        other, shaped = x.reshape(wanted), strides.reshaped(found, wanted)
        if x.size:
            assert (shaped is not None) == np.shares_memory(other, x), (found, wanted)
            assert shaped is None or same(shaped, other), (found, wanted, shaped)
            copies += shaped is None
        operands = [(x, found)]
        if random.integers(2) and x.size:
            part = tuple(n if random.integers(4) else 1 for n in x.shape)[int(random.integers(x.ndim + 1)) :]
            y = np.zeros(part, order="C" if random.integers(2) else "F")
            operands.append((y, strides.own(part) if y.flags.c_contiguous else strides.fortran(part)))
            random.shuffle(operands)  # pyright: ignore[reportArgumentType, reportCallIssue]
        made = np.negative(x) if len(operands) == 1 else operands[0][0] + operands[1][0]
        assert same(strides.result([layout for _, layout in operands], made.shape), made), operands
        copy = x.copy(order="K")
        assert same(strides.copied(found), copy), found
    assert COUNT / 20 < copies < COUNT / 2
