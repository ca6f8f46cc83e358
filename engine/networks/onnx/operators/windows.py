"""Convolution and pooling on channels-first images and signals, and changes of their size."""

from __future__ import annotations

import math
from collections.abc import Callable

from gradlens.engine.networks.onnx.values import Call, Result, Write, number_text, size_text, tuple_text
from gradlens.engine.values import Shape

Sides = list[tuple[int, int]]  # how many are added before and after, by axis
PLAIN = ("", "NOTSET", "VALID")


# Where the i-th of m elements lies among n, and how such a place is rounded, as the standard's Resize has both.
PLACES: dict[str, Callable[[int, int, int, float], float]] = {
    "align_corners": lambda i, n, m, factor: i * (n - 1) / (m - 1) if m > 1 else 0.0,
    "asymmetric": lambda i, n, m, factor: i / factor,
    "half_pixel": lambda i, n, m, factor: (i + 0.5) / factor - 0.5,
    "pytorch_half_pixel": lambda i, n, m, factor: (i + 0.5) / factor - 0.5 if m > 1 else 0.0,
}
ROUNDED: dict[str, Callable[[float], float]] = {
    "ceil": math.ceil,
    "floor": math.floor,
    "round_prefer_ceil": lambda place: math.floor(place + 0.5),
    "round_prefer_floor": lambda place: math.ceil(place - 0.5),
}


def per_axis(call: Call, name: str, count: int, least: int = 1) -> list[int]:
    """An attribute with a number by axis, 1 where it is left out.  Error: onnx-attribute."""
    found = call.ints(name) or [1] * count
    if len(found) != count or min(found) < least:
        raise call.unsupported(name, found)
    return found


def sides(call: Call, size: list[int], stride: list[int], dilation: list[int]) -> Sides:
    """The attributes pads and auto_pad.  Errors: onnx-attribute, onnx-inputs."""
    count = len(size)
    pads, kind = call.ints("pads") or [0] * (2 * count), call.take("auto_pad", "NOTSET")
    if len(pads) != 2 * count or min(pads, default=0) < 0:
        raise call.unsupported("pads", pads)
    if kind in PLAIN:
        return [(0, 0)] * count if kind == "VALID" else list(zip(pads[:count], pads[count:], strict=True))
    if kind not in ("SAME_UPPER", "SAME_LOWER"):
        raise call.unsupported("auto_pad", kind)
    found: Sides = []
    for n, k, s, d in zip(call.shape(0)[2:], size, stride, dilation, strict=True):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        less, more = total // 2, total - total // 2
        found.append((less, more) if kind == "SAME_UPPER" else (more, less))
    return found


def counts(call: Call, shape: Shape, size: list[int], stride: list[int], around: Sides, dilation: list[int]) -> Shape:
    """How many windows fit along each axis.  Error: onnx-inputs."""
    fit = tuple(
        (n + sum(p) - (k - 1) * d - 1) // s + 1
        for n, k, s, p, d in zip(shape, size, stride, around, dilation, strict=True)
    )
    call.needs(min(fit) >= 1)
    return fit


def padded(x: str, around: Sides, value: str = "0") -> str:
    """An array with a number at the sides of its last axes."""
    if not any(map(any, around)):
        return x
    return f"pad({x}, ((0, 0), (0, 0), {', '.join(map(str, around))}), value={value})"


def even(around: Sides) -> bool:
    return all(before == after for before, after in around)


def filters(call: Call, w: Shape) -> tuple[list[int], list[int], list[int], int]:
    """Size, stride and dilation of filters of a shape, by axis, and in how many groups they are."""
    size = list(w[2:])
    if (given := call.ints("kernel_shape")) not in (None, size):
        raise call.unsupported("kernel_shape", given)
    stride, dilation = per_axis(call, "strides", len(size)), per_axis(call, "dilations", len(size))
    return size, stride, dilation, call.take("group", 1)


def convolution(call: Call) -> Result:
    """Filters (K, C / group, …)."""
    x, w = call.shape(0), call.shape(1)
    count = len(x) - 2
    call.needs(count in (1, 2) and len(w) == len(x))
    size, stride, dilation, group = filters(call, w)
    around = sides(call, size, stride, dilation)
    call.needs(group >= 1 and x[1] == w[1] * group and w[0] % group == 0)
    out = counts(call, x[2:], size, stride, around, dilation)
    inner, padding = (
        (call.text(0), [p for p, _ in around]) if even(around) else (padded(call.text(0), around), [0] * count)
    )
    library = "" if group == 1 and set(dilation) == {1} else "F."
    options = chosen(stride=(stride, 1), padding=(padding, 0), dilation=(dilation, 1), groups=([group], 1))
    text = f"{library}conv{count}d({inner}, {call.text(1)}{options})"
    return text + bias(call, w[0], count), (x[0], w[0], *out)


def chosen(**options: tuple[list[int], int]) -> str:
    """Options as they stand in a call, without those that are the default."""
    return "".join(f", {name}={size_text(size)}" for name, (size, default) in options.items() if set(size) != {default})


def bias(call: Call, channels: int, count: int) -> str:
    if not call.has(2):
        return ""
    call.needs(call.shape(2) == (channels,))
    return f" + reshape({call.text(2)}, {tuple_text([channels, *[1] * count])})"


def transposed_convolution(call: Call) -> Result:
    """Filters (C, K / group, …)."""
    x, w = call.shape(0), call.shape(1)
    count = len(x) - 2
    call.needs(count in (1, 2) and len(w) == len(x) and x[1] == w[0])
    size, stride, dilation, group = filters(call, w)
    call.needs(group >= 1 and x[1] % group == 0)
    more = call.ints("output_padding") or [0] * count
    if len(more) != count or any(not 0 <= m < max(s, d) for m, s, d in zip(more, stride, dilation, strict=True)):
        raise call.unsupported("output_padding", more)
    whole = [
        (n - 1) * s + (k - 1) * d + 1 + m for n, s, k, d, m in zip(x[2:], stride, size, dilation, more, strict=True)
    ]
    around = cut(call, whole, stride)
    out = tuple(n - a - b for n, (a, b) in zip(whole, around, strict=True))
    call.needs(min(out) >= 1)
    options = chosen(stride=(stride, 1), output_padding=(more, 0), groups=([group], 1), dilation=(dilation, 1))
    text = f"F.conv_transpose{count}d({call.text(0)}, {call.text(1)}{options})"
    if any(map(any, around)):
        kept = ", ".join(f"{a}:{n - b}" for n, (a, b) in zip(whole, around, strict=True))
        text = f"{text}[:, :, {kept}]"
    channels = w[1] * group
    return text + bias(call, channels, count), (x[0], channels, *out)


def cut(call: Call, whole: list[int], stride: list[int]) -> Sides:
    """What is cut off at the sides of a transposed convolution's result."""
    wanted = call.ints("output_shape")
    if wanted is None and call.attributes.get("auto_pad") not in ("SAME_UPPER", "SAME_LOWER"):
        return sides(call, [1] * len(whole), [1] * len(whole), [1] * len(whole))
    call.ints("pads")
    kind = call.take("auto_pad", "NOTSET")
    sizes = wanted or [n * s for n, s in zip(call.shape(0)[2:], stride, strict=True)]
    call.needs(len(sizes) == len(whole) and all(w >= n for w, n in zip(whole, sizes, strict=True)))
    less = [(w - n) // 2 for w, n in zip(whole, sizes, strict=True)]
    found = [(part, w - n - part) for part, w, n in zip(less, whole, sizes, strict=True)]
    return found if kind == "SAME_UPPER" else [(b, a) for a, b in found]


def pool(call: Call) -> Result:
    """Windows that begin behind the image and what is before it are left out, as in PyTorch."""
    x, highest = call.shape(0), call.operator.type == "MaxPool"
    count = len(x) - 2
    call.needs(count in (1, 2) and call.outputs == 1)
    size = call.ints("kernel_shape") or []
    call.needs(len(size) == count and min(size, default=0) >= 1)
    stride, dilation = per_axis(call, "strides", count), per_axis(call, "dilations", count)
    if set(dilation) != {1}:
        raise call.unsupported("dilations", dilation)
    call.only("storage_order", 0, 1)
    around, ceil = sides(call, size, stride, dilation), bool(call.take("ceil_mode", 0))
    counted = bool(call.take("count_include_pad", 0)) if not highest else True
    more = [0] * count
    if ceil:
        for i, (n, k, s, p) in enumerate(zip(x[2:], size, stride, around, strict=True)):
            places = -(-(n + sum(p) - k) // s)
            places -= places * s >= n + p[0]
            more[i] = max(0, places * s + k - n - sum(p))
    filled = [(a, b + m) for (a, b), m in zip(around, more, strict=True)]
    out = counts(call, x[2:], size, stride, filled, dilation)
    text = pooled(call.text(0), size, stride, filled, highest)
    if not highest and (any(more) or (not counted and any(map(any, around)))):
        # Of how many elements of a window the average is made, as a share of the whole.
        shape = [1, 1, *(n + sum(p) if counted else n for n, p in zip(x[2:], around, strict=True))]
        around_ones = [(0, m) for m in more] if counted else filled
        text = f"{text} / {pooled(f'ones({tuple_text(shape)})', size, stride, around_ones, highest)}"
    return text, (*x[:2], *out)


def pooled(x: str, size: list[int], stride: list[int], around: Sides, highest: bool) -> str:
    """One pooling."""
    if len(size) == 1:  # a signal is an image of one row
        inner = pooled(f"expand_dims({x}, 2)", [1, *size], [1, *stride], [(0, 0), *around], highest)
        return f"squeeze({inner}, 2)"
    function = "max_pool2d" if highest else "avg_pool2d"
    if not highest and even(around):
        padding = size_text([before for before, _ in around])
        return f"{function}({x}, {size_text(size)}, stride={size_text(stride)}, padding={padding})"
    outside = 'float("-inf")' if highest else "0"
    return f"{function}({padded(x, around, outside)}, {size_text(size)}, stride={size_text(stride)})"


def global_pool(function: str) -> Write:
    def write(call: Call) -> Result:
        x = call.shape(0)
        call.needs(len(x) > 2)
        axes = tuple(range(2, len(x)))
        return f"{function}({call.text(0)}, axis={tuple_text(axes)}, keepdims=True)", (*x[:2], *[1] * len(axes))

    return write


def resize(call: Call) -> Result:
    """To the nearest element, or on straight lines between neighbours, as F.interpolate does both."""
    x = call.shape(0)
    call.needs(len(x) in (3, 4))
    mode = call.take("mode", "nearest")
    old = call.operator.type == "Upsample" or call.opset < 11
    between = call.take("coordinate_transformation_mode", "asymmetric" if old else "half_pixel")
    rounded = call.take("nearest_mode", "floor" if old else "round_prefer_floor")
    call.only("antialias", 0)
    call.only("exclude_outside", 0)
    call.only("keep_aspect_ratio_policy", "stretch")
    for name in ("cubic_coeff_a", "extrapolation_value"):
        call.attributes.pop(name, None)
    axes = [call.axis(one) for one in call.ints("axes") or range(len(x))]
    last = 1 if old else 2
    if call.has(3) and call.value(3).shape != (0,):
        sizes = dict(zip(axes, call.known_ints(3), strict=False))
        new = tuple(sizes.get(axis, n) for axis, n in enumerate(x))
        factors = [m / n for m, n in zip(new, x, strict=True)]
    else:
        given = call.take("scales", list[float]()) if "scales" in call.attributes else call.known(last).tolist()
        by_axis = dict(zip(axes, given, strict=False))
        factors = [float(by_axis.get(axis, 1.0)) for axis in range(len(x))]
        new = tuple(int(n * f) for n, f in zip(x, factors, strict=True))
    call.needs(new[:2] == x[:2] and min(new) >= 1 and max(new) <= 1_000)
    size = tuple_text(new[2:])
    if mode == "nearest":
        return nearest(call, factors, new, between, rounded), new
    exact = all(f == m / n for f, m, n in zip(factors, new, x, strict=True))
    corners = between == "align_corners"
    if mode == "linear" and (corners or (exact and between in ("half_pixel", "pytorch_half_pixel"))):
        if between == "pytorch_half_pixel" and 1 in new[2:]:
            raise call.unsupported("coordinate_transformation_mode", between)
        kind = "linear" if len(x) == 3 else "bilinear"
        return f"F.interpolate({call.text(0)}, size={size}, mode='{kind}', align_corners={corners})", new
    raise call.unsupported("mode", f"{mode}, {between}")


def nearest(call: Call, factors: list[float], new: Shape, between: str, rounded: str) -> str:
    """The elements that the nearest places name, axis by axis.  Error: onnx-attribute."""
    text = call.text(0)
    if rounded not in ROUNDED or between not in PLACES:
        raise call.unsupported("mode", f"nearest, {between}, {rounded}")
    for axis, (n, m, factor) in enumerate(zip(call.shape(0), new, factors, strict=True)):
        if m != n or factor != 1:
            places = [PLACES[between](i, n, m, factor) for i in range(m)]
            found = [min(max(int(ROUNDED[rounded](place)), 0), n - 1) for place in places]
            text = f"take({text}, {found}, axis={axis})"
    return text if text != call.text(0) else f"{text} + 0"


def local_response(call: Call) -> Result:
    """Krizhevsky et al. 2012, section 3.3."""
    size, x = call.take("size", 0), call.shape(0)
    call.needs(size % 2 == 1 and len(x) > 2)
    numbers = [call.take(name, default) for name, default in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0))]
    return f"F.local_response_norm({call.text(0)}, {size}, {', '.join(map(number_text, numbers))})", x


WINDOWS: dict[str, Write] = {
    "AveragePool": pool,
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
    "GlobalAveragePool": global_pool("mean"),
    "GlobalMaxPool": global_pool("max"),
    "LRN": local_response,
    "MaxPool": pool,
    "Resize": resize,
    "Upsample": resize,
}
