"""The layers: what each takes, and what it is in the language."""

from __future__ import annotations

from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.networks.blocks import BLOCKS
from gradlens.engine.networks.convolutions import CONVOLUTIONS, WEIGHTED, needed
from gradlens.engine.networks.fields import (
    Field,
    anything,
    flag,
    names,
    number,
    one_name,
    read_fields,
    shown,
    sizes,
    takes,
    typed,
    whole,
)
from gradlens.engine.networks.merging import MERGING
from gradlens.engine.networks.recurrent import RECURRENT
from gradlens.engine.networks.resizing import RESIZING
from gradlens.engine.networks.volumes import VOLUMES
from gradlens.engine.networks.writing import Draft, LayerType
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape, size_of

COMMON = {
    "type": Field(anything),
    "name": Field(one_name),
    "input": Field(names),
    "frozen": Field(flag, False),
    "shares": Field(one_name),
}
NORM = {
    "gamma": Field(anything),
    "beta": Field(anything),
    "eps": Field(number(0), 1e-5),
    "scale": Field(flag, True),
    "center": Field(flag, True),
}


def places(value: object, place: str) -> tuple[int, ...]:
    """Axes from 1, of which there may be none."""
    return tuple(sizes(1)(value, place)) if value else ()


@takes("sizes", least=-1)
def target_sizes(value: object, place: str) -> tuple[int, ...]:
    """Sizes from 1, one of which may be -1: what is left."""
    found = sizes(-1)(value, place)
    if 0 in found or found.count(-1) > 1:
        sizes(1)(value, place)
    return found


ANY_AXIS = whole(-32)


def affine(draft: Draft) -> Shape:
    """x @ W + b on the last axis; the axes before it are the batch's."""
    x = draft.shape
    given = draft.given_shape("W")
    units = needed(draft, "units", given[-1] if given else None)
    draft.needs(len(x) >= 1, "(N, units)")
    inputs = draft["inputs"] or (given[0] if given and len(given) == 2 else x[-1])
    draft.needs(x[-1] == inputs, f"(…, {inputs})")
    draft.parameter("W", (inputs, units), inputs, units)
    if draft["bias"]:
        draft.parameter("b", (units,), init="zeros")
        draft.result = "affine(x, W, b)" if len(x) <= 2 else "x @ W + b"
    else:
        draft.result = "x @ W"
    return (*x[:-1], units)


def flatten(draft: Draft) -> Shape:
    """All axes but the batch's in one, in their order, or with the channels of axis 1 moved to the end before."""
    x = draft.shape
    draft.needs(len(x) >= 2, "(N, …)")
    moved = draft["channels_last"] and len(x) > 2
    draft.result = f"reshape({'moveaxis(x, 1, -1)' if moved else 'x'}, (x.shape[0], {size_of(x[1:])}))"
    return *x[:1], size_of(x[1:])


def reshape(draft: Draft) -> Shape:
    x, wanted = draft.shape, draft["shape"]
    if -1 in wanted:
        known = size_of([n for n in wanted if n != -1])
        wanted = tuple(size_of(x[1:]) // known if n == -1 else n for n in wanted)
    if not x or size_of(x[1:]) != size_of(wanted):
        raise EngineError(
            "reshape-size", function=draft.place, shape=str(x[1:]), size=size_of(x[1:]), wanted=str(wanted)
        )
    draft.result = f"reshape(x, (x.shape[0], {', '.join(map(str, wanted))}))"
    return (x[0], *wanted)


def transpose(draft: Draft) -> Shape:
    x: Shape = draft.shape
    axes: Shape = draft["axes"]
    draft.needs(
        sorted(axes) == list(range(len(x))), f"({', '.join('N' if i == 0 else f'n{i}' for i in range(len(axes)))})"
    )
    draft.result = f"transpose(x, {axes})"
    return tuple(x[a] for a in axes)


def batch_norm(draft: Draft) -> Shape:
    """Ioffe and Szegedy 2015, algorithm 1: each feature, or each channel of an image, over the whole batch."""
    x = draft.shape
    axis = draft["axis"] % len(x) if x and -len(x) <= draft["axis"] < len(x) else 0
    wanted = draft["channels"]
    draft.needs(
        axis > 0 and wanted in (None, x[axis]), f"(N, {wanted or 'C'}, …)" if draft["axis"] == 1 else "(N, …, C)"
    )
    channels, more = x[axis], len(x) - 1 - axis
    others = tuple(i for i in range(len(x)) if i != axis)
    axes = others[0] if len(others) == 1 else others
    if draft.frozen:
        kept = frozen_statistics(draft, channels, more)
    else:
        batch_statistics(draft, (*(1,) * axis, channels, *(1,) * more) if more else (channels,), axes)
        kept = ("m", "v")
    form = "{{}}(x - {}) / sqrt({} + {!r}){{}}".format(*kept, draft["eps"])
    draft.result = scaled_and_shifted(draft, channels, more, form)
    return x


def batch_statistics(draft: Draft, shape: Shape, axes: int | Shape) -> None:
    """The mean m and the variance v of each channel over the batch."""
    number = len(draft.writer.statistics) // 2 + 1
    for local, function in (("m", "mean"), ("v", "var")):
        draft.statistic(local, f"{function}{number}", shape)
        if draft.writer.own_statistics:
            draft.lines.append(f"{local} = {function}(x, axis={axes}{', keepdims=True' if len(shape) > 1 else ''})")


def frozen_statistics(draft: Draft, channels: int, more: int) -> tuple[str, str]:
    """The mean and variance of a layer that is not trained: those that it has kept, which begin with 0 and 1."""
    names = draft.parameter("m", (channels,), init="zeros"), draft.parameter("v", (channels,), init="ones")
    return tuple(f"reshape({name}, ({channels}, {', '.join('1' * more)}))" if more else name for name in names)


def scaled_and_shifted(draft: Draft, channels: int, more: int, form: str) -> str:
    """What is normalised, times gamma and plus beta of each channel, where the layer has them.

    more: the axes after that of channels.  form: with places for both.
    """
    parts: list[str] = []
    for name, init, is_there in (("gamma", "ones", draft["scale"]), ("beta", "zeros", draft["center"])):
        if is_there:
            draft.parameter(name, (channels,), init=init)
            parts.append(f"reshape({name}, ({channels}, {', '.join('1' * more)}))" if more else name)
        else:
            parts.append("")
    return form.format(parts[0] and f"{parts[0]} * ", parts[1] and f" + {parts[1]}")


def group_norm(draft: Draft) -> Shape:
    """Wu and He 2018: each sample over groups of its channels, which are axis 1 or the last."""
    x, groups = draft.shape, draft["groups"]
    axis = len(x) - 1 if draft["channels_last"] else 1
    draft.needs(len(x) >= 2 and x[axis] % groups == 0, f"channels of {groups} · n")
    inner = "moveaxis(x, -1, 1)" if draft["channels_last"] else "x"
    draft.lines.append(f"n = F.group_norm({inner}, {groups}, None, None, {draft['eps']!r})")
    outer = "moveaxis(n, 1, -1)" if draft["channels_last"] else "n"
    draft.result = scaled_and_shifted(draft, x[axis], len(x) - 1 - axis, "{}" + outer + "{}")
    return x


def layer_norm(draft: Draft) -> Shape:
    """Each sample over its last axis."""
    x = draft.shape
    if draft["axis"] not in (-1, len(x) - 1):
        raise EngineError("spec-unsupported", place=draft.place, option="axis", got=draft["axis"])
    draft.needs(len(x) >= 1 and x[-1] == (draft["size"] or x[-1]), f"(…, {draft['size'] or 'units'})")
    draft.result = scaled_and_shifted(draft, x[len(x) - 1], 0, "{}layer_norm(x, eps=" + repr(draft["eps"]) + "){}")
    return x


def dropout(draft: Draft) -> Shape:
    writer = draft.writer
    writer.dropouts += 1
    seed = draft["seed"] if draft["seed"] is not None else writer.dropouts
    if writer.drops:
        draft.result = f"dropout(x, rate={draft['rate']!r}, seed={writer.dropout_seed + seed})"
    return draft.shape


def embedding(draft: Draft) -> Shape:
    """The rows of W that whole numbers name."""
    given = draft.given_shape("W") or (None, None)
    vocabulary, units = needed(draft, "vocabulary", given[0]), needed(draft, "units", given[-1])
    draft.parameter(
        "W", (vocabulary, units), vocabulary, units, init=draft["init"] or "normal"
    )  # no sum runs over the vocabulary
    draft.result = "embedding(x, W)"
    return (*draft.shape, units)


def activation(draft: Draft) -> Shape:
    op = OPS[draft.type]
    options = [f"{option.name}={draft[option.name]!r}" for option in op.options if draft[option.name] is not None]
    shape = draft.shape
    for option in op.options:
        if option.kind == "axis":
            draft.needs(-len(shape) <= draft[option.name] < len(shape), "(N, classes)")
            draft.axis = draft[option.name] % len(shape)
    draft.result = f"{op.name}({', '.join(['x', *options])})"
    return shape


def prelu(draft: Draft) -> Shape:
    """He et al. 2015: below 0 a slope that is learnt, for each element of a sample but for those along shared axes."""
    x = draft.shape
    draft.needs(len(x) >= 2 and all(1 <= axis < len(x) for axis in draft["shared"]), "(N, …)")
    draft.parameter("a", tuple(1 if i in draft["shared"] else n for i, n in enumerate(x) if i), init="zeros")
    draft.result = "relu(x) - a * relu(-x)"
    return x


def identity(draft: Draft) -> Shape:
    draft.lines.append("same = x")  # a node, for the layer to be a group of something
    draft.result = "same"
    return draft.shape


def clipped_relu(draft: Draft) -> Shape:
    """Below a threshold a line of some slope that meets 0 there; from the top on constant."""
    threshold, slope, top = draft["threshold"], draft["slope"], draft["top"]
    inner = "x" if top is None else f"minimum(x, {top!r})"
    draft.result = f"where(x >= {threshold!r}, {inner}, {slope!r} * (x - {threshold!r}))"
    return draft.shape


def exponential(draft: Draft) -> Shape:
    draft.result = "exp(x)"
    return draft.shape


def standardize(draft: Draft) -> Shape:
    """Less a mean, by the root of a variance, of each place along an axis: those that data once gave."""
    x = draft.shape
    axis = draft["axis"] % len(x) if x and -len(x) <= draft["axis"] < len(x) else 0
    draft.needs(axis > 0, "(N, …)")
    more = ", 1" * (len(x) - 1 - axis)
    draft.frozen = True
    for name, init in (("m", "zeros"), ("v", "ones")):
        draft.parameter(name, (x[axis],), init=init)
        if more:
            draft.lines.append(f"{name} = reshape({name}, ({x[axis]}{more}))")
    draft.result = "(x - m) / maximum(sqrt(v), 1e-07)"
    return x


def rescale(draft: Draft) -> Shape:
    scale, offset = draft["scale"], draft["offset"]
    draft.result = f"{scale!r} * x" + (f" + {offset!r}" if offset else "")
    return draft.shape


LAYERS: dict[str, LayerType] = {
    "affine": LayerType(affine, WEIGHTED | {"units": Field(whole(1)), "inputs": Field(whole(1))}),
    **CONVOLUTIONS,
    **VOLUMES,
    **RESIZING,
    **RECURRENT,
    "flatten": LayerType(flatten, {"channels_last": Field(flag, False)}),
    "reshape": LayerType(reshape, {"shape": Field(target_sizes, required=True)}),
    "exponential": LayerType(exponential),
    "clipped_relu": LayerType(
        clipped_relu,
        {"threshold": Field(number(), 0.0), "slope": Field(number(), 0.0), "top": Field(number())},
    ),
    "standardize": LayerType(standardize, {"axis": Field(ANY_AXIS, -1), "m": Field(anything), "v": Field(anything)}),
    "transpose": LayerType(transpose, {"axes": Field(sizes(0), required=True)}),
    "batch_norm": LayerType(
        batch_norm,
        NORM | {"axis": Field(ANY_AXIS, 1), "channels": Field(whole(1))} | {"m": Field(anything), "v": Field(anything)},
    ),
    "layer_norm": LayerType(layer_norm, NORM | {"axis": Field(ANY_AXIS, -1), "size": Field(whole(1))}),
    "group_norm": LayerType(
        group_norm, NORM | {"groups": Field(whole(1), required=True), "channels_last": Field(flag, False)}
    ),
    "dropout": LayerType(dropout, {"rate": Field(number(0, below=1), 0.5), "seed": Field(whole(0))}),
    "embedding": LayerType(
        embedding,
        {
            "vocabulary": Field(whole(1)),
            "units": Field(whole(1)),
            **{k: WEIGHTED[k] for k in ("init", "std", "l1", "l2", "W")},
        },
    ),
    "prelu": LayerType(prelu, {"a": Field(anything), "shared": Field(places, ())}),
    "identity": LayerType(identity),
    "rescale": LayerType(rescale, {"scale": Field(number(), 1.0), "offset": Field(number(), 0.0)}),
    **MERGING,
    **BLOCKS,
}

# What the registry calls an activation, and those that its older families hold.
ACTIVATIONS = [
    op for op in OPS.values() if op.activates and all(option.kind in ("number", "axis") for option in op.options)
]
LAYERS.update(
    (
        op.name,
        LayerType(
            activation, {o.name: Field(number() if o.kind == "number" else ANY_AXIS, o.default) for o in op.options}
        ),
    )
    for op in ACTIVATIONS
)


def read_layer(spec: object, place: str, inputs: int) -> tuple[str, dict[str, Any]]:
    """A layer's type and fields.  Errors: layer-type, layer-inputs, and those of the fields."""
    spec = typed(spec, place)
    kind = spec["type"]
    if kind not in LAYERS:
        raise EngineError("layer-type", place=place, type=shown(kind), **suggestion(kind[:80], LAYERS))
    layer_type = LAYERS[kind]
    fields = read_fields(spec, place, COMMON | layer_type.fields)
    least = layer_type.inputs or 2
    if inputs < least or (layer_type.inputs and inputs > least + layer_type.more):
        count = str(least) if layer_type.inputs else f"≥ {least}"
        raise EngineError("layer-inputs", place=place, layer=kind, count=count, got=inputs)
    return kind, fields
