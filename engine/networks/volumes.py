"""Convolution and pooling of channels-first volumes (N, C, D, H, W): slice by slice, as images."""

from __future__ import annotations

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.convolutions import SAME, WEIGHTED, around, axes_of, needed, padded, windows
from gradlens.engine.networks.fields import Field, triple, whole
from gradlens.engine.networks.writing import Draft, LayerType
from gradlens.engine.values import Shape, size_of


def convolution(draft: Draft) -> Shape:
    """Filters (K, C / groups, …): for each of their slices a convolution of images, and their sum."""
    x, groups = draft.shape, draft["groups"]
    given = draft.given_shape("W")
    draft.needs(len(x) == 5 and draft["channels"] in (None, x[1]), f"(N, {draft['channels'] or 'C'}, D, H, W)")
    filters = needed(draft, "filters", given[0] if given else None)
    size = axes_of(needed(draft, "size", given[2:] if given else None), 3)
    stride, dilation = axes_of(draft["stride"], 3), axes_of(draft["dilation"], 3)
    if x[1] % groups or filters % groups:
        raise EngineError("spec-unsupported", place=draft.place, option="groups", got=groups)
    sides = around(draft, x[2:], size, stride, dilation)
    out = windows(draft, x[2:], size, stride, sides, dilation)
    draft.parameter("W", (filters, x[1] // groups, *size), x[1] // groups * size_of(size), filters * size_of(size))
    high, wide = (n + sum(p) for n, p in zip(x[3:], sides[1:], strict=True))
    part = f"p[:, :, i * {dilation[0]}:i * {dilation[0]} + {(out[0] - 1) * stride[0] + 1}:{stride[0]}]"
    images = f"reshape(swapaxes({part}, 1, 2), {(x[0] * out[0], x[1], high, wide)})"
    call = f"F.conv2d({images}, W[:, :, i], None, {stride[1:]}, 0, {dilation[1:]}, {groups})"
    draft.lines += [f"p = {padded(sides)}", f"parts = [{call} for i in range({size[0]})]", "y = parts[0]"]
    draft.lines += [f"for i in range(1, {size[0]}):", "    y = y + parts[i]"] if size[0] > 1 else []
    draft.result = f"swapaxes(reshape(y, {(x[0], out[0], filters, *out[1:])}), 1, 2)"
    if draft["bias"]:
        draft.parameter("b", (filters,), init="zeros")
        draft.result += f" + reshape(b, ({filters}, 1, 1, 1))"
    return (x[0], filters, *out)


def pool(draft: Draft) -> Shape:
    """The largest or the mean of each window, first of each slice; of what is added at the sides nothing counts."""
    x = draft.shape
    draft.needs(len(x) == 5, "(N, C, D, H, W)")
    size = axes_of(draft["size"], 3)
    stride = axes_of(draft["stride"] or size, 3)
    sides = around(draft, x[2:], size, stride, (1, 1, 1))
    out = windows(draft, x[2:], size, stride, sides, (1, 1, 1))
    largest = draft.type.startswith("max")
    kind = "max" if largest else "avg"
    high = tuple(n + sum(p) for n, p in zip(x[2:], sides, strict=True))

    def pooled(value: str, samples: int, channels: int) -> str:
        images = f"reshape({value}, {(samples, channels * high[0], *high[1:])})"
        slices = f"{kind}_pool2d({images}, {size[1:]}, stride={stride[1:]})"
        rows = f"reshape({slices}, {(samples * channels, 1, high[0], out[1] * out[2])})"
        found = f"{kind}_pool2d({rows}, {(size[0], 1)}, stride={(stride[0], 1)})"
        return f"reshape({found}, {(samples, channels, *out)})"

    draft.result = pooled(padded(sides, "-inf" if largest else "0"), *x[:2])
    if not largest and any(map(any, sides)):
        draft.result += f" / {pooled(padded(sides, name=f'ones({(1, 1, *x[2:])})'), 1, 1)}"
    return (*x[:2], *out)


POOL = {"size": Field(triple(1), required=True), "stride": Field(triple(1)), "padding": Field(triple(0), (0, 0, 0))}
VOLUMES = {
    "conv3d": LayerType(
        convolution,
        WEIGHTED
        | {
            "filters": Field(whole(1)),
            "channels": Field(whole(1)),
            "groups": Field(whole(1), 1),
            "size": Field(triple(1)),
            "stride": Field(triple(1), (1, 1, 1)),
            "padding": Field(triple(0), (0, 0, 0)),
            "dilation": Field(triple(1), (1, 1, 1)),
        }
        | SAME,
    ),
    "max_pool3d": LayerType(pool, POOL | SAME),
    "avg_pool3d": LayerType(pool, POOL | SAME),
}
