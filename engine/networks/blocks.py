"""Layers made of layers: attention with heads, residual connections, transformer blocks."""

from __future__ import annotations

from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import Field, anything, choice, flag, number, shown, whole
from gradlens.engine.networks.initial import INITS
from gradlens.engine.networks.writing import Draft, LayerType
from gradlens.engine.values import Shape, is_list

DEPTH = 8  # of layers within layers; nobody reads a picture of more, and each level is one of Python's stack


def attention(draft: Draft) -> Shape:
    """Multi-head attention on (N, T, d) or (T, d): of the input to itself, or to a second one, with keys from a third.

    Vaswani et al. 2017, Attention Is All You Need, section 3.2.
    """
    x, heads = draft.shape, draft["heads"]
    draft.needs(len(x) in (2, 3) and (draft["key_dim"] is not None or x[-1] % heads == 0), f"(N, T, {heads} · n)")
    key_dim = draft["key_dim"] or x[-1] // heads
    value_dim = draft["value_dim"] or (key_dim if draft["key_dim"] else x[-1] // heads)
    count = len(draft.shapes)
    sources = {"q": 0, "k": min(count - 1, 2), "v": min(count - 1, 1)}
    names = ["x"] if count == 1 else [f"x{i + 1}" for i in range(count)]
    for shape in draft.shapes[1:]:
        draft.needs(len(shape) == len(x) and shape[:-2] == x[:-2], "(N, T, …) of every input")
    for part, at in sources.items():
        width, source = value_dim if part == "v" else key_dim, draft.shapes[at]
        draft.parameter(f"W{part}", (source[-1], heads * width), source[-1], heads * width)
        projected = f"{names[at]} @ W{part}" + bias(draft, part, heads * width)
        if heads > 1:
            leading = ", ".join(f"{names[at]}.shape[{axis}]" for axis in range(len(x) - 1))
            projected = f"swapaxes(reshape({projected}, ({leading}, {heads}, {width})), -2, -3)"
        draft.lines.append(f"{part} = {projected}")
    draft.lines.append(f"a = {attended(draft, key_dim)}")
    units = x[-1]
    draft.parameter("Wo", (heads * value_dim, units), heads * value_dim, units)
    leading = ", ".join(f"{names[0]}.shape[{axis}]" for axis in range(len(x) - 1))
    joined = "a" if heads == 1 else f"reshape(swapaxes(a, -2, -3), ({leading}, {heads * value_dim}))"
    draft.result = f"{joined} @ Wo" + bias(draft, "o", units)
    return x


def bias(draft: Draft, part: str, size: int) -> str:
    if not draft["bias"]:
        return ""
    draft.parameter(f"b{part}", (size,), init="zeros")
    return f" + b{part}"


def attended(draft: Draft, key_dim: int) -> str:
    """The values by the weights that queries and keys give, some of which training leaves out."""
    rate, writer = draft["dropout"], draft.writer
    writer.dropouts += 1 if rate else 0
    if not (rate and writer.drops):
        return "attention(q, k, v)"
    weights = f"softmax(q @ swapaxes(k, -1, -2) / sqrt({float(key_dim)!r}), axis=-1)"
    return f"dropout({weights}, rate={rate!r}, seed={writer.dropout_seed + writer.dropouts}) @ v"


def dot_attention(draft: Draft) -> Shape:
    """Luong et al. 2015: values (N, S, v) by the weights that queries (N, T, d) and keys (N, S, d) give.

    The second input is that of values, the third that of keys; where there is none, values are keys.
    """
    query, value, *keys = draft.shapes
    key = keys[0] if keys else value
    draft.needs({len(s) for s in draft.shapes} == {3} and query[2] == key[2] and key[1] == value[1], "(N, T, d)")
    name = "x3" if keys else "x2"
    draft.result = f"softmax(x1 @ swapaxes({name}, 1, 2), axis=-1) @ x2"
    return (query[0], query[1], value[2])


def residual(draft: Draft) -> Shape:
    """x plus what the layers make of it.  He et al. 2016, Deep Residual Learning for Image Recognition."""
    value, shape = draft.inner(draft["layers"], f"{draft.place}.layers", draft.shape)
    if shape != draft.shape:
        raise EngineError("residual-shapes", place=draft.place, left=str(draft.shape), right=str(shape))
    draft.result = f"x + {value}"
    return shape


def transformer_block(draft: Draft) -> Shape:
    """Attention and two affine layers, each with a residual connection and layer normalisation.

    norm: "pre", before each part (Radford et al. 2019, GPT-2), or "post", after each sum (Vaswani et al. 2017).
    """
    x, heads = draft.shape, draft["heads"]
    draft.needs(len(x) in (2, 3) and x[-1] % heads == 0, f"(N, T, {heads} · n)")
    d = x[-1]
    shared = {name: draft[name] for name in ("init", "l1", "l2") if draft[name] is not None}
    drop = [{"type": "dropout", "rate": draft["dropout"]}] if draft["dropout"] else []
    attend = [{"type": "attention", "heads": heads, "bias": draft["bias"], **shared}, *drop]
    forward = [
        {"type": "affine", "units": draft["units"] or 4 * d, "bias": draft["bias"], **shared},
        {"type": draft["activation"]},
        {"type": "affine", "units": d, "bias": draft["bias"], **shared},
        *drop,
    ]
    norm = {"type": "layer_norm"}
    if draft["norm"] == "pre":
        parts = [{"type": "residual", "layers": [norm, *part]} for part in (attend, forward)]
    else:
        parts = [layer for part in (attend, forward) for layer in ({"type": "residual", "layers": part}, norm)]
    draft.result, shape = draft.inner(parts, draft.place, x)
    return shape


def over_time(draft: Draft) -> Shape:
    """Layers on every step of a sequence (N, T, …) by itself."""
    x = draft.shape
    draft.needs(len(x) >= 3, "(N, T, …)")
    draft.lines.append(f"flat = reshape(x, {(x[0] * x[1], *x[2:])})")
    value, shape = draft.inner(draft["layers"], f"{draft.place}.layers", (x[0] * x[1], *x[2:]), "flat")
    draft.result = f"reshape({value}, {(*x[:2], *shape[1:])})"
    return (*x[:2], *shape[1:])


def layers(value: object, place: str) -> list[Any]:
    """A list of layers, not nested too deeply.  Errors: spec-layers, spec-depth."""
    if not is_list(value) or not value:
        raise EngineError("spec-layers", place=place, got=shown(value))
    if place.count(".layers") > DEPTH:
        raise EngineError("spec-depth", place=place, limit=DEPTH)
    return list(value)


SHARED = {"init": Field(choice(*INITS)), "l1": Field(number(0)), "l2": Field(number(0)), "bias": Field(flag, True)}

BLOCKS = {
    "attention": LayerType(
        attention,
        SHARED
        | {
            "heads": Field(whole(1), 1),
            "key_dim": Field(whole(1)),
            "value_dim": Field(whole(1)),
            "dropout": Field(number(0, below=1), 0.0),
            **{f"{kind}{part}": Field(anything) for kind in "Wb" for part in "qkvo"},
        },
        more=2,
    ),
    "dot_attention": LayerType(dot_attention, inputs=None),
    "time_distributed": LayerType(over_time, {"layers": Field(layers, required=True)}),
    "residual": LayerType(residual, {"layers": Field(layers, required=True)}),
    "transformer_block": LayerType(
        transformer_block,
        SHARED
        | {
            "heads": Field(whole(1), 1),
            "units": Field(whole(1)),
            "activation": Field(choice("gelu", "gelu_tanh", "relu", "silu", "tanh"), "gelu"),
            "norm": Field(choice("pre", "post"), "pre"),
            "dropout": Field(number(0, below=1), 0.0),
        },
    ),
}
