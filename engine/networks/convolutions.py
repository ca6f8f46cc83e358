"""Convolution and pooling as layers on channels-first images and signals: (N, C, H, W) and (N, C, L)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import Field, anything, choice, flag, number, pair, whole
from gradlens.engine.networks.initial import INITS
from gradlens.engine.networks.writing import Draft, LayerType
from gradlens.engine.values import Shape, size_of

Sides = tuple[tuple[int, int], ...]  # how many are added before and after, by axis
NAMES = {1: "L", 2: "H, W", 3: "D, H, W"}


def needed(draft: Draft, field: str, otherwise: object) -> Any:
    """A field, or what the values of the weights tell of it.  Error: spec-missing."""
    value = draft[field] or otherwise
    if value is None:
        raise EngineError("spec-missing", place=draft.place, field=field)
    return value


def axes_of(value: Any, axes: int) -> Shape:
    """A number by axis."""
    return (value,) * axes if isinstance(value, int) else tuple(value)


def around(draft: Draft, image: Shape, size: Shape, stride: Shape, dilation: Shape) -> Sides:
    """What is added at the sides: as many on both, or "same" as TensorFlow does it, the odd one after; or all before.

    same: so many that a stride of s makes ⌈n / s⌉ of n.
    """
    fields = draft.fields
    if fields.get("causal"):
        return tuple(((r - 1) * d, 0) for r, d in zip(size, dilation, strict=True))
    if fields.get("same"):
        found = [
            max((-(-n // s) - 1) * s + (r - 1) * d + 1 - n, 0)
            for n, r, s, d in zip(image, size, stride, dilation, strict=True)
        ]
        return tuple((n // 2, n - n // 2) for n in found)
    return tuple((p, p) for p in axes_of(fields["padding"], len(size)))


def windows(draft: Draft, image: Shape, size: Shape, stride: Shape, sides: Sides, dilation: Shape) -> Shape:
    """How many windows fit along each axis.  Error: window-too-large."""
    fit = tuple(
        (n + sum(p) - (r - 1) * d - 1) // s + 1
        for n, r, s, p, d in zip(image, size, stride, sides, dilation, strict=True)
    )
    if min(fit) < 1:
        raise EngineError("window-too-large", function=draft.place, size=str(size), shape=str(draft.shape))
    return fit


def text(numbers: Shape) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else str(numbers)


def padded(sides: Sides, value: str = "0", name: str = "x") -> str:
    """An array with a number at its sides."""
    if not any(map(any, sides)):
        return name
    return f"pad({name}, ((0, 0), (0, 0), {', '.join(map(str, sides))}), value={value})"


def convolution(draft: Draft, axes: int) -> Shape:
    """Filters (K, C / groups, …)."""
    x = draft.shape
    given = draft.given_shape("W")
    multiplier = draft.fields.get("multiplier")
    draft.needs(len(x) == axes + 2, f"(N, C, {NAMES[axes]})")
    filters = x[1] * multiplier if multiplier else needed(draft, "filters", given[0] if given else None)
    groups = x[1] if multiplier else draft["groups"]
    size = axes_of(needed(draft, "size", given[2:] if given else None), axes)
    stride, dilation = axes_of(draft["stride"], axes), axes_of(draft["dilation"], axes)
    channels = draft.fields.get("channels") or (given[1] * groups if given and len(given) == axes + 2 else None)
    draft.needs(channels is None or x[1] == channels, f"(N, {channels or 'C'}, {NAMES[axes]})")
    if x[1] % groups or filters % groups:
        raise EngineError("spec-unsupported", place=draft.place, option="groups", got=groups)
    sides = around(draft, x[2:], size, stride, dilation)
    out = windows(draft, x[2:], size, stride, sides, dilation)
    fan = size_of(size)
    draft.parameter("W", (filters, x[1] // groups, *size), x[1] // groups * fan, filters * fan)
    bias = ""
    if draft["bias"]:
        draft.parameter("b", (filters,), init="zeros")
        bias = f" + reshape(b, ({filters}, {', '.join('1' * axes)}))"
    if groups == 1 and set(dilation) == {1}:
        even = all(before == after for before, after in sides)
        inner, padding = ("x", tuple(p[0] for p in sides)) if even else (padded(sides), (0,) * axes)
        draft.result = f"conv{axes}d({inner}, W, stride={text(stride)}, padding={text(padding)}){bias}"
    else:
        options = f"{stride}, 0, {dilation}, {groups}"
        draft.result = f"F.conv{axes}d({padded(sides)}, W, None, {options}){bias}"
    return (x[0], filters, *out)


def transposed(draft: Draft, axes: int) -> Shape:
    """What a convolution with filters (C, K, …) passes back: larger images.  Of n elements it makes n · stride, and
    unless that is all that is asked for ("same") what the last window reaches beyond.
    """
    x = draft.shape
    draft.needs(len(x) == axes + 2, f"(N, C, {NAMES[axes]})")
    filters, size, stride = draft["filters"], axes_of(draft["size"], axes), axes_of(draft["stride"], axes)
    fan = size_of(size)
    draft.parameter("W", (x[1], filters, *size), filters * fan, x[1] * fan)
    whole = tuple((n - 1) * s + r for n, s, r in zip(x[2:], stride, size, strict=True))
    draft.lines.append(f"full = F.conv_transpose{axes}d(x, W, None, {stride})")
    if draft["same"]:
        out = tuple(n * s for n, s in zip(x[2:], stride, strict=True))
        starts = [max(r - s, 0) // 2 for r, s in zip(size, stride, strict=True)]
        kept = ", ".join(f"{a}:{min(a + n, m)}" for a, n, m in zip(starts, out, whole, strict=True))
        draft.lines.append(f"part = full[:, :, {kept}]")
        lacking = tuple((0, max(a + n - m, 0)) for a, n, m in zip(starts, out, whole, strict=True))
        draft.result = padded(lacking, name="part")
    else:
        out = tuple(n * s + max(r - s, 0) for n, s, r in zip(x[2:], stride, size, strict=True))
        draft.result = padded(tuple((0, n - m) for n, m in zip(out, whole, strict=True)), name="full")
    if draft["bias"]:
        draft.parameter("b", (filters,), init="zeros")
        draft.result += f" + reshape(b, ({filters}, {', '.join('1' * axes)}))"
    return (x[0], filters, *out)


def pool(draft: Draft, axes: int) -> Shape:
    """The largest or the mean of each window; of what is added at the sides, "same" counts nothing."""
    x = draft.shape
    draft.needs(len(x) == axes + 2, f"(N, C, {NAMES[axes]})")
    size = axes_of(draft["size"], axes)
    stride = axes_of(draft["stride"] or size, axes)
    sides = around(draft, x[2:], size, stride, (1,) * axes)
    out = windows(draft, x[2:], size, stride, sides, (1,) * axes)
    same, largest = draft["same"] and any(map(any, sides)), draft.type.startswith("max")
    if axes == 2 and not same:
        padding = tuple(p[0] for p in sides)
        draft.result = f"{draft.type}(x, {text(size)}, stride={text(stride)}, padding={text(padding)})"
    elif largest:
        draft.result = f"F.max_pool{axes}d({padded(sides, '-inf')}, {size}, {stride})"
    else:
        mean = f"F.avg_pool{axes}d({{}}, {size}, {stride})"
        draft.result = mean.format(padded(sides))
        if same:
            ones = padded(sides, name=f"ones({(1, 1, *x[2:])})")
            draft.result += f" / {mean.format(ones)}"
    return (*x[:2], *out)


def over_all(draft: Draft) -> Shape:
    """The largest or the mean of each channel."""
    x = draft.shape
    draft.needs(len(x) >= 3, "(N, C, …)")
    axes = tuple(range(2, len(x)))
    kept = draft["keepdims"]
    function = {"global_max_pool": "max", "global_avg_pool": "mean"}[draft.type]
    draft.result = f"{function}(x, axis={axes}, keepdims={kept})"
    return (*x[:2], *(1 for _ in axes)) if kept else x[:2]


def of_axes(write: Callable[[Draft, int], Shape], axes: int, fields: dict[str, Field]) -> LayerType:
    return LayerType(lambda draft: write(draft, axes), fields)


WEIGHTED = {
    "init": Field(choice(*INITS)),
    "std": Field(number(0)),
    "gain": Field(number(0)),
    "l1": Field(number(0)),
    "l2": Field(number(0)),
    "W": Field(anything),
    "b": Field(anything),
    "bias": Field(flag, True),
    "bias_init": Field(choice(*INITS)),
    "bias_std": Field(number(0)),
    "bias_gain": Field(number(0)),
}
SAME = {"same": Field(flag, False)}
ONE = {"size": Field(whole(1)), "stride": Field(whole(1), 1), "padding": Field(whole(0), 0)}
TWO = {"size": Field(pair(1)), "stride": Field(pair(1), (1, 1)), "padding": Field(pair(0), (0, 0))}
FILTERS = WEIGHTED | {"filters": Field(whole(1)), "channels": Field(whole(1)), "groups": Field(whole(1), 1)} | SAME
DEPTHWISE = WEIGHTED | {"multiplier": Field(whole(1), 1)} | SAME
POOL_ONE = {"size": Field(whole(1), required=True), "stride": Field(whole(1)), "padding": Field(whole(0), 0)} | SAME
POOL_TWO = {"size": Field(pair(1), required=True), "stride": Field(pair(1)), "padding": Field(pair(0), (0, 0))} | SAME
DILATED = {1: {"dilation": Field(whole(1), 1), "causal": Field(flag, False)}, 2: {"dilation": Field(pair(1), (1, 1))}}
LARGER = WEIGHTED | {"filters": Field(whole(1), required=True)} | SAME

CONVOLUTIONS: dict[str, LayerType] = {
    "conv1d": of_axes(convolution, 1, FILTERS | ONE | DILATED[1]),
    "conv2d": of_axes(convolution, 2, FILTERS | TWO | DILATED[2]),
    "depthwise_conv1d": of_axes(
        convolution, 1, DEPTHWISE | ONE | DILATED[1] | {"size": Field(whole(1), required=True)}
    ),
    "depthwise_conv2d": of_axes(convolution, 2, DEPTHWISE | TWO | DILATED[2] | {"size": Field(pair(1), required=True)}),
    "conv1d_transpose": of_axes(
        transposed, 1, LARGER | {"size": Field(whole(1), required=True), "stride": ONE["stride"]}
    ),
    "conv2d_transpose": of_axes(
        transposed, 2, LARGER | {"size": Field(pair(1), required=True), "stride": TWO["stride"]}
    ),
    "max_pool1d": of_axes(pool, 1, POOL_ONE),
    "avg_pool1d": of_axes(pool, 1, POOL_ONE),
    "max_pool2d": of_axes(pool, 2, POOL_TWO),
    "avg_pool2d": of_axes(pool, 2, POOL_TWO),
    "global_max_pool": LayerType(over_all, {"keepdims": Field(flag, False)}),
    "global_avg_pool": LayerType(over_all, {"keepdims": Field(flag, False)}),
}
