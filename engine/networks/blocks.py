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
    """Multi-head self-attention on (N, T, d) or (T, d).

    Vaswani et al. 2017, Attention Is All You Need, section 3.2.
    """
    x, heads = draft.shape, draft["heads"]
    draft.needs(len(x) in (2, 3) and x[-1] % heads == 0, f"(N, T, {heads} · n)")
    d = x[-1]
    projected: dict[str, str] = {}
    for part in "qkvo":
        draft.parameter(f"W{part}", (d, d), d, d)
        if draft["bias"]:
            draft.parameter(f"b{part}", (d,), init="zeros")
        projected[part] = f"@ W{part}" + (f" + b{part}" if draft["bias"] else "")
    leading = ", ".join(f"x.shape[{axis}]" for axis in range(len(x) - 1))
    for part in "qkv":
        if heads == 1:
            draft.lines.append(f"{part} = x {projected[part]}")
        else:
            draft.lines.append(
                f"{part} = swapaxes(reshape(x {projected[part]}, ({leading}, {heads}, {d // heads})), -2, -3)"
            )
    draft.lines.append("a = attention(q, k, v)")
    draft.result = f"{'a' if heads == 1 else f'reshape(swapaxes(a, -2, -3), ({leading}, {d}))'} {projected['o']}"
    return x


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
            **{f"{kind}{part}": Field(anything) for kind in "Wb" for part in "qkvo"},
        },
    ),
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
