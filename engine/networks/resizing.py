"""Layers that change how large images and signals are, and one that drops whole channels of them."""

from __future__ import annotations

from gradlens.engine.networks.fields import Field, choice, number, sides, sizes, whole
from gradlens.engine.networks.writing import Draft, LayerType
from gradlens.engine.values import Shape


def sides_of(draft: Draft) -> list[tuple[int, int]]:
    """How many before and after, by axis; the batch's and the channels' axis have none."""
    given = draft["sides"]
    draft.needs(len(draft.shape) == 2 + len(given) // 2, f"{1 + len(given) // 2} axes after the batch's")
    return [(0, 0), *zip(given[::2], given[1::2], strict=True)]


def zero_pad(draft: Draft) -> Shape:
    """Zeros at the sides of channels-last images (N, H, W, C) and signals (N, L, C)."""
    sides = [*sides_of(draft), (0, 0)]
    draft.result = f"pad(x, ({', '.join(map(str, sides))}))"
    return tuple(n + a + b for n, (a, b) in zip(draft.shape, sides, strict=True))


def crop(draft: Draft) -> Shape:
    """Channels-last images and signals without their sides."""
    sides = [*sides_of(draft), (0, 0)]
    shape = tuple(n - a - b for n, (a, b) in zip(draft.shape, sides, strict=True))
    draft.needs(min(shape) >= 1, "a larger image")
    kept = (f"{a}:{n - b}" for n, (a, b) in zip(draft.shape, sides, strict=True))
    draft.result = f"x[{', '.join(kept)}]"
    return shape


def upsample(draft: Draft) -> Shape:
    """Every element of channels-first images or signals so many times, or between neighbours on straight lines."""
    x, factors = draft.shape, draft["factors"]
    draft.needs(len(x) == 2 + len(factors), "(N, C, …)")
    if draft["mode"] == "bilinear":
        draft.needs(len(x) == 4, "(N, C, H, W)")
        draft.result = f"F.interpolate(x, scale_factor={tuple(factors)}, mode='bilinear')"
    else:
        draft.result = "x"
        for axis, factor in enumerate(factors, 2):
            if factor > 1:
                draft.result = f"repeat({draft.result}, {factor}, axis={axis})"
        if draft.result == "x":
            draft.lines.append("same = x")
            draft.result = "same"
    return (*x[:2], *(n * f for n, f in zip(x[2:], factors, strict=True)))


def spatial_dropout(draft: Draft) -> Shape:
    """Whole channels of channels-last images or signals dropped: the same at every place."""
    x, writer = draft.shape, draft.writer
    draft.needs(len(x) >= 3, "(N, …, C)")
    writer.dropouts += 1
    seed = draft["seed"] if draft["seed"] is not None else writer.dropouts
    if writer.drops and draft["rate"]:
        one = ", ".join([":", *[":1"] * (len(x) - 2)])
        draft.result = f"x * dropout_mask(x[{one}], rate={draft['rate']!r}, seed={writer.dropout_seed + seed})"
    else:
        draft.lines.append("same = x")
        draft.result = "same"
    return x


RESIZING = {
    "zero_pad": LayerType(zero_pad, {"sides": Field(sides, required=True)}),
    "crop": LayerType(crop, {"sides": Field(sides, required=True)}),
    "upsample": LayerType(
        upsample,
        {"factors": Field(sizes(1), required=True), "mode": Field(choice("nearest", "bilinear"), "nearest")},
    ),
    "spatial_dropout": LayerType(spatial_dropout, {"rate": Field(number(0, below=1), 0.5), "seed": Field(whole(0))}),
}
