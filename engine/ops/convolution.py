"""Convolution and pooling: windows of an image as columns (`unfold`), and back (`fold`).

Everything else is a product or a maximum.
"""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.op import Cells, Cost, Op, Option, Shapes, Tests, Words
from gradlens.engine.shapes import normal_axis
from gradlens.engine.values import Array, Key, Shape, size_of

Pair = tuple[int, int]


CACHED = 2**15  # elements of images that are walked several times at once
FEW = 16  # elements that are compared one after the other, which is several times faster than to look for their places


def pair(name: str, option: str, given: tuple[int, ...], least: int) -> Pair:
    """A height and a width; one number stands for both."""
    both = given * 2 if len(given) == 1 else given
    if len(both) != 2 or min(both) < least:
        raise EngineError("window", function=name, option=option, got=str(given), least=least)
    return both


def fitting(image: Shape, size: Pair, stride: Pair, padding: Pair) -> Pair:
    """How many windows fit, down and across."""
    down, across = [(n + 2 * p - r) // s + 1 for n, r, s, p in zip(image[2:], size, stride, padding, strict=True)]
    return down, across


def windows(name: str, image: Shape, options: dict[str, Any]) -> tuple[Pair, dict[str, Pair]]:
    """How many windows fit, down and across, and the options in normal form."""
    if len(image) != 4:
        raise EngineError("image-needed", function=name, shape=str(image))
    normal = {
        "size": pair(name, "size", options["size"], 1),
        "stride": pair(name, "stride", options["stride"], 1),
        "padding": pair(name, "padding", options["padding"], 0),
    }
    fit = fitting(image, normal["size"], normal["stride"], normal["padding"])
    if min(fit) < 1:
        raise EngineError("window-too-large", function=name, size=str(normal["size"]), shape=str(image))
    return fit, normal


def padded(shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, ...]:
    """The image with its zeros around it."""
    n, c, height, width = options.get("shape", shapes[0])
    down, across = options["padding"]
    return ((n, c, height + 2 * down, width + 2 * across),)


def unfold_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    fit, normal = windows(name, shapes[0], options)
    n, c = shapes[0][:2]
    return (n, c * size_of(normal["size"]), size_of(fit)), normal


def fold_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    image = options["shape"]
    columns, normal = unfold_shape(name, (image,), options)
    if shapes[0] != columns:
        raise EngineError("broadcast-to", function=name, shape=str(shapes[0]), wanted=str(columns))
    return image, {"shape": image, **normal}


def matched(shape: Shape, size: Pair, stride: Pair, padding: Pair) -> tuple[Pair, Iterator[tuple[Key, Key]]]:
    """How many windows fit, and stretches of the columns (N, C, R, S, down, across), each with where it lies in the
    padded image.

    One stretch a place in the windows, or one a window, whichever are fewer.
    """
    fit = fitting(shape, size, stride, padding)
    every = slice(None)
    if size_of(size) <= size_of(fit):
        return fit, (
            (
                (every, every, i, j),
                (
                    every,
                    every,
                    slice(i, i + stride[0] * fit[0], stride[0]),
                    slice(j, j + stride[1] * fit[1], stride[1]),
                ),
            )
            for i in range(size[0])
            for j in range(size[1])
        )
    return fit, (
        (
            (..., y, x),
            (
                every,
                every,
                slice(y * stride[0], y * stride[0] + size[0]),
                slice(x * stride[1], x * stride[1] + size[1]),
            ),
        )
        for y in range(fit[0])
        for x in range(fit[1])
    )


def few_at_once(images: Array) -> Iterator[slice]:
    """A batch in parts that stay in the processor's cache while they are read or written once a place."""
    count = max(1, CACHED * len(images) // max(images.size, 1))
    for start in range(0, len(images), count):
        yield slice(start, start + count)


def unfold(x: Array, size: Pair, stride: Pair, padding: Pair) -> Array:
    n, c = x.shape[:2]
    image = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2)) if any(padding) else x
    fit, stretches = matched(x.shape, size, stride, padding)
    columns = np.empty((n, c, *size, *fit), image.dtype)
    stretches = list(stretches)
    for some in few_at_once(image):
        into, source = columns[some], image[some]
        for stretch, place in stretches:
            into[stretch] = source[place]
    return columns.reshape(n, c * size_of(size), size_of(fit))


def fold(x: Array, shape: Shape, size: Pair, stride: Pair, padding: Pair) -> Array:
    n, c, height, width = shape
    image = np.zeros((n, c, height + 2 * padding[0], width + 2 * padding[1]))
    fit, stretches = matched(shape, size, stride, padding)
    columns = x.reshape(n, c, *size, *fit)
    stretches = list(stretches)
    apart = stride[0] >= size[0] and stride[1] >= size[1]
    for some in few_at_once(image):
        into, source = image[some], columns[some]
        for stretch, place in stretches:
            if apart:
                into[place] = source[stretch]
            else:
                into[place] += source[stretch]
        if apart:
            into += 0.0  # what is added to a zero is no −0
    return image[:, :, padding[0] : padding[0] + height, padding[1] : padding[1] + width]


def first_winner(x: Array, axis: int) -> Array:
    if x.shape[axis] <= FEW:
        first, *others = [(slice(None),) * axis + (slice(i, i + 1),) for i in range(x.shape[axis])]
        largest = np.array(x[first])
        for place in others:
            np.maximum(largest, x[place], out=largest)
        if not np.isnan(largest).any():  # a NaN wins, and equals nothing
            won = np.equal(x, largest)
            found = np.array(won[first])
            for place in others:
                np.greater(won[place], found, out=won[place])
                found |= won[place]
            return won.astype(np.float64)
    winner = np.expand_dims(np.argmax(x, axis=axis), axis)
    size: int = x.shape[axis]
    along = np.arange(size).reshape([-1 if a == axis else 1 for a in range(x.ndim)])
    return (along == winner).astype(np.float64)


def axis_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    axis = normal_axis(name, options["axis"], shapes[0])
    if shapes[0][axis] == 0:
        raise EngineError("empty-reduction", function=name, shape=str(shapes[0]))
    return shapes[0], {"axis": axis}


def nothing(shapes: Shapes, out: Shape) -> int:
    return 0


def opened(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    """Of what is always opened: the windows along both axes, or along one, before the definition speaks of sizes."""
    ranks = {"conv1d": 3}.get(name, 4)
    for shape in shapes:
        if len(shape) != ranks:
            raise EngineError("image-needed" if ranks == 4 else "signal-needed", function=name, shape=str(shape))
    if len(shapes) == 2 and shapes[0][1] != shapes[1][1]:
        raise EngineError("channels", function=name, left=shapes[0][1], right=shapes[1][1])
    if ranks == 3:
        (n, _, length), (filters, _, size) = shapes
        fit = (length + 2 * options["padding"] - size) // options["stride"] + 1
        if fit < 1:
            raise EngineError("window-too-large", function=name, size=size, shape=str(shapes[0]))
        return (n, filters, fit), options
    size = options.get("size", shapes[-1][2:])
    fit, normal = windows(name, shapes[0], {"size": size, **options})
    return (shapes[0][0], shapes[1][0] if len(shapes) == 2 else shapes[0][1], *fit), {o: normal[o] for o in options}


SIZE = Option("size", "shape", required=True)
STRIDE, PADDING = Option("stride", "shape", (1, 1)), Option("padding", "shape", (0, 0))
COUNT = "(x.shape[{a}] + 2 * padding[{i}] - {r}) // stride[{i}] + 1"
DOWN, ACROSS = COUNT.format(a=2, i=0, r="W.shape[2]"), COUNT.format(a=3, i=1, r="W.shape[3]")
POOLED = f"(x.shape[0], x.shape[1], {COUNT.format(a=2, i=0, r='size[0]')}, {COUNT.format(a=3, i=1, r='size[1]')})"
SEPARATE = "u = unfold(reshape(x, (x.shape[0] * x.shape[1], 1, x.shape[2], x.shape[3])), size, stride, padding)\n"

OPS = [
    Op(
        "unfold(x)",
        vjp={"x": "fold(g, x.shape, size, stride, padding)"},
        words=Words(
            r"\operatorname{unfold}({x})",
            en="Every window of an image (N, C, H, W) as a column: (N, C·R·S, windows).",
            ko="이미지 (N, C, H, W)의 모든 창을 열로 펼칩니다: (N, C·R·S, 창의 수).",
        ),
        family="convolution",
        options=(SIZE, STRIDE, PADDING),
        array=unfold,
        complex="analytic",
        shape=unfold_shape,
        cost=Cost(flops=nothing, between=padded),
        tests=Tests(
            examples=(
                ("unfold(x, (2, 2))", {"x": (1, 2, 3, 4)}),
                ("unfold(x, (2, 3), stride=2, padding=1)", {"x": (2, 1, 4, 5)}),
            )
        ),
    ),
    Op(
        "fold(x)",
        vjp={"x": "unfold(g, size, stride, padding)"},
        words=Words(
            r"\operatorname{fold}({x})",
            en="Columns added back to the places of the image that they came from: what the gradient of unfold does.",
            ko="열을 이미지의 제자리에 더해 되돌립니다. unfold의 기울기가 하는 일입니다.",
        ),
        family="convolution",
        options=(Option("shape", "shape", required=True, least=0), SIZE, STRIDE, PADDING),
        array=fold,
        shape=fold_shape,
        cost=Cost(flops=lambda shapes, out: size_of(shapes[0]), between=padded),
        tests=Tests(examples=(("fold(x, (1, 2, 3, 4), (2, 2))", {"x": (1, 8, 6)}),)),
    ),
    Op(
        "first_winner(x)",
        words=Words(
            r"\operatorname{first}({x})",
            en="1 at the first of the largest elements along an axis, else 0. It passes no gradient on.",
            ko="축을 따라 가장 큰 원소 가운데 첫째만 1, 나머지는 0. 기울기를 보내지 않습니다.",
        ),
        family="convolution",
        options=(Option("axis", "integer", -1),),
        array=first_winner,
        complex="flat",
        shape=axis_shape,
        cost=Cost(flops=lambda shapes, out: size_of(out)),
        tests=Tests(examples=(("first_winner(x)", {"x": (2, 3)}), ("first_winner(x, axis=0)", {"x": (3,)}))),
    ),
    Op(
        "conv2d(x, W)",
        definition=(
            "u = unfold(x, (W.shape[2], W.shape[3]), stride, padding)\nw = reshape(W, (W.shape[0], W.shape[1] *"
            f" W.shape[2] * W.shape[3]))\nreshape(w @ u, (x.shape[0], W.shape[0], {DOWN}, {ACROSS}))"
        ),
        words=Words(
            r"{x} * {W}",
            en=(
                "Cross-correlation of images (N, C, H, W) with filters (K, C, R, S), as deep learning calls"
                " convolution."
            ),
            ko="이미지 (N, C, H, W)와 필터 (K, C, R, S)의 상호상관. 딥러닝에서 합성곱이라고 부릅니다.",
            precedence=2,
        ),
        family="convolution",
        options=(STRIDE, PADDING),
        shape=opened,
        cells=Cells("convolution"),
        tests=Tests(
            examples=(
                ("conv2d(x, W)", {"x": (2, 1, 4, 4), "W": (2, 1, 3, 2)}),
                ("conv2d(x, W, stride=2, padding=1)", {"x": (1, 2, 4, 3), "W": (1, 2, 2, 2)}),
            )
        ),
    ),
    Op(
        "conv1d(x, W)",
        definition=(
            "image = reshape(x, (x.shape[0], x.shape[1], 1, x.shape[2]))\nu = unfold(image, (1, W.shape[2]), (1,"
            " stride), (0, padding))\nreshape(W, (W.shape[0], W.shape[1] * W.shape[2])) @ u"
        ),
        words=Words(
            r"{x} * {W}",
            en="Cross-correlation of signals (N, C, L) with filters (K, C, R).",
            ko="신호 (N, C, L)와 필터 (K, C, R)의 상호상관.",
            precedence=2,
        ),
        family="convolution",
        options=(Option("stride", "integer", 1, least=1), Option("padding", "integer", 0, least=0)),
        shape=opened,
        cells=Cells("convolution"),
        tests=Tests(
            examples=(
                ("conv1d(x, W)", {"x": (2, 2, 5), "W": (3, 2, 2)}),
                ("conv1d(x, W, stride=2, padding=1)", {"x": (1, 1, 4), "W": (1, 1, 3)}),
            )
        ),
    ),
    Op(
        "max_pool2d(x)",
        definition=f"{SEPARATE}reshape(sum(where(first_winner(u, axis=1), u, 0), axis=1), {POOLED})",
        words=Words(
            r"\operatorname{maxpool}({x})",
            en="The largest element of every window. At a tie the first one gets the gradient, as in PyTorch and JAX.",
            ko="창마다 가장 큰 원소. 같으면 첫째 원소가 기울기를 받습니다(PyTorch, JAX와 같음).",
        ),
        family="convolution",
        options=(SIZE, Option("stride", "shape", (2, 2)), PADDING),
        shape=opened,
        cells=Cells("pooling", "first max"),
        tests=Tests(
            examples=(
                ("max_pool2d(x, 2)", {"x": (2, 2, 4, 4)}),
                ("max_pool2d(x, (2, 3), stride=1)", {"x": (1, 1, 3, 4)}),
            )
        ),
    ),
    Op(
        "avg_pool2d(x)",
        definition=f"{SEPARATE}reshape(mean(u, axis=1), {POOLED})",
        words=Words(r"\operatorname{avgpool}({x})", en="The mean of every window.", ko="창마다 원소의 평균."),
        family="convolution",
        options=(SIZE, Option("stride", "shape", (2, 2)), PADDING),
        shape=opened,
        cells=Cells("pooling", "mean"),
        tests=Tests(
            examples=(
                ("avg_pool2d(x, 2)", {"x": (2, 2, 4, 4)}),
                ("avg_pool2d(x, (2, 3), stride=1, padding=1)", {"x": (1, 1, 3, 4)}),
            )
        ),
    ),
]
