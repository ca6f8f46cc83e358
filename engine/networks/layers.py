"""The layers: what each takes, and what it is in the language."""

from __future__ import annotations

from typing import Any

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import suggestion
from gradlens.engine.networks.blocks import BLOCKS
from gradlens.engine.networks.fields import (
    Field,
    anything,
    choice,
    flag,
    names,
    number,
    one_name,
    pair,
    read_fields,
    shown,
    sizes,
    typed,
    whole,
)
from gradlens.engine.networks.initial import INITS
from gradlens.engine.networks.writing import Draft, LayerType
from gradlens.engine.ops import OPS
from gradlens.engine.shapes import broadcast
from gradlens.engine.values import Shape, size_of

COMMON = {"type": Field(anything), "name": Field(one_name), "input": Field(names)}
WEIGHTED = {
    "init": Field(choice(*INITS)),
    "std": Field(number(0)),
    "l1": Field(number(0)),
    "l2": Field(number(0)),
    "W": Field(anything),
    "b": Field(anything),
    "bias": Field(flag, True),
}
POOL = {"size": Field(pair(1), required=True), "stride": Field(pair(1)), "padding": Field(pair(0), (0, 0))}
NORM = {"gamma": Field(anything), "beta": Field(anything), "eps": Field(number(0), 1e-5)}
ANY_AXIS = whole(-32)


def needed(draft: Draft, field: str, otherwise: object) -> Any:
    """A field, or what the values of the weights tell of it.  Error: spec-missing."""
    value = draft[field] or otherwise
    if value is None:
        raise EngineError("spec-missing", place=draft.place, field=field)
    return value


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


def convolution(draft: Draft, axes: int) -> Shape:
    """Filters (K, C, …) over channels-first images or signals (N, C, …)."""
    x = draft.shape
    given = draft.given_shape("W")
    filters = needed(draft, "filters", given[0] if given else None)
    size = needed(draft, "size", given[2:] if given else None)
    size, stride, padding = (
        (value,) if isinstance(value, int) else value for value in (size, draft["stride"], draft["padding"])
    )
    channels = draft["channels"] or (given[1] if given and len(given) == axes + 2 else None)
    wanted = f"(N, {channels or 'C'}, {'L' if axes == 1 else 'H, W'})"
    draft.needs(len(x) == axes + 2 and (channels is None or x[1] == channels), wanted)
    out = windows(draft, x[2:], size, stride, padding)
    fan = size_of(size)
    draft.parameter("W", (filters, x[1], *size), x[1] * fan, filters * fan)
    draft.result = f"conv{axes}d(x, W, stride={text(stride)}, padding={text(padding)})"
    if draft["bias"]:
        draft.parameter("b", (filters,), init="zeros")
        draft.result += f" + reshape(b, ({filters}, {', '.join('1' * axes)}))"
    return (x[0], filters, *out)


def windows(draft: Draft, image: Shape, size: Shape, stride: Shape, padding: Shape) -> Shape:
    """How many windows fit along each axis.  Error: window-too-large."""
    fit = tuple((n + 2 * p - r) // s + 1 for n, r, s, p in zip(image, size, stride, padding, strict=True))
    if min(fit) < 1:
        raise EngineError("window-too-large", function=draft.place, size=str(size), shape=str(draft.shape))
    return fit


def text(numbers: Shape) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else str(numbers)


def pool(draft: Draft) -> Shape:
    x = draft.shape
    draft.needs(len(x) == 4, "(N, C, H, W)")
    stride = draft["stride"] or draft["size"]
    out = windows(draft, x[2:], draft["size"], stride, draft["padding"])
    draft.result = f"{draft.type}(x, {text(draft['size'])}, stride={text(stride)}, padding={text(draft['padding'])})"
    return (*x[:2], *out)


def flatten(draft: Draft) -> Shape:
    """All axes but the batch's in one, in their order, or with the channels of axis 1 moved to the end before."""
    x = draft.shape
    draft.needs(len(x) >= 2, "(N, …)")
    moved = draft["channels_last"] and len(x) > 2
    draft.result = f"reshape({'moveaxis(x, 1, -1)' if moved else 'x'}, (x.shape[0], {size_of(x[1:])}))"
    return *x[:1], size_of(x[1:])


def reshape(draft: Draft) -> Shape:
    x, wanted = draft.shape, draft["shape"]
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
    number = draft.writer.families.get("gamma", 0) + 1
    for local, function in (("m", "mean"), ("v", "var")):
        draft.statistic(local, f"{function}{number}", (*(1,) * axis, channels, *(1,) * more) if more else (channels,))
        if draft.writer.own_statistics:
            draft.lines.append(f"{local} = {function}(x, axis={axes}{', keepdims=True' if more else ''})")
    draft.parameter("gamma", (channels,), init="ones")
    draft.parameter("beta", (channels,), init="zeros")
    gamma, beta = (
        f"reshape({name}, ({channels}, {', '.join('1' * more)}))" if more else name for name in ("gamma", "beta")
    )
    draft.result = f"{gamma} * (x - m) / sqrt(v + {draft['eps']!r}) + {beta}"
    return x


def layer_norm(draft: Draft) -> Shape:
    """Each sample over its last axis."""
    x = draft.shape
    if draft["axis"] not in (-1, len(x) - 1):
        raise EngineError("spec-unsupported", place=draft.place, option="axis", got=draft["axis"])
    draft.needs(len(x) >= 1 and x[-1] == (draft["size"] or x[-1]), f"(…, {draft['size'] or 'units'})")
    draft.parameter("gamma", x[-1:], init="ones")
    draft.parameter("beta", x[-1:], init="zeros")
    draft.result = f"gamma * layer_norm(x, eps={draft['eps']!r}) + beta"
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


def identity(draft: Draft) -> Shape:
    draft.lines.append("same = x")  # a node, for the layer to be a group of something
    draft.result = "same"
    return draft.shape


def rescale(draft: Draft) -> Shape:
    scale, offset = draft["scale"], draft["offset"]
    draft.result = f"{scale!r} * x" + (f" + {offset!r}" if offset else "")
    return draft.shape


def merge(draft: Draft) -> Shape:
    """Several inputs, added or multiplied element by element."""
    try:
        if len({len(s) for s in draft.shapes}) > 1:  # the batch's axis of one would meet another axis of the other
            raise EngineError("broadcast", function=draft.type, left=str(draft.shapes[0]), right=str(draft.shapes[1]))
        shape = broadcast(draft.type, tuple(draft.shapes))
    except EngineError:
        raise EngineError(
            "merge-shapes", place=draft.place, layer=draft.type, shapes=", ".join(map(str, draft.shapes))
        ) from None
    sign = {"add": " + ", "multiply": " * "}[draft.type]
    draft.result = sign.join(f"x{i}" for i in range(1, len(draft.shapes) + 1))
    return shape


def concat(draft: Draft) -> Shape:
    first, axis = draft.shapes[0], draft["axis"]
    fits = all(len(s) == len(first) for s in draft.shapes) and -len(first) <= axis < len(first)
    at = axis % len(first) if fits else 0
    if not fits or any(s[:at] + s[at + 1 :] != first[:at] + first[at + 1 :] for s in draft.shapes):
        raise EngineError("merge-shapes", place=draft.place, layer=draft.type, shapes=", ".join(map(str, draft.shapes)))
    draft.result = f"concat([{', '.join(f'x{i}' for i in range(1, len(draft.shapes) + 1))}], axis={axis})"
    return (*first[:at], sum(s[at] for s in draft.shapes), *first[at + 1 :])


CONVOLUTION = WEIGHTED | {"filters": Field(whole(1)), "channels": Field(whole(1))}

LAYERS: dict[str, LayerType] = {
    "affine": LayerType(affine, WEIGHTED | {"units": Field(whole(1)), "inputs": Field(whole(1))}),
    "conv1d": LayerType(
        lambda draft: convolution(draft, 1),
        CONVOLUTION | {"size": Field(whole(1)), "stride": Field(whole(1), 1), "padding": Field(whole(0), 0)},
    ),
    "conv2d": LayerType(
        lambda draft: convolution(draft, 2),
        CONVOLUTION | POOL | {"size": Field(pair(1)), "stride": Field(pair(1), (1, 1))},
    ),
    "max_pool2d": LayerType(pool, POOL),
    "avg_pool2d": LayerType(pool, POOL),
    "flatten": LayerType(flatten, {"channels_last": Field(flag, False)}),
    "reshape": LayerType(reshape, {"shape": Field(sizes(1), required=True)}),
    "transpose": LayerType(transpose, {"axes": Field(sizes(0), required=True)}),
    "batch_norm": LayerType(batch_norm, NORM | {"axis": Field(ANY_AXIS, 1), "channels": Field(whole(1))}),
    "layer_norm": LayerType(layer_norm, NORM | {"axis": Field(ANY_AXIS, -1), "size": Field(whole(1))}),
    "dropout": LayerType(dropout, {"rate": Field(number(0, below=1), 0.5), "seed": Field(whole(0))}),
    "embedding": LayerType(
        embedding,
        {
            "vocabulary": Field(whole(1)),
            "units": Field(whole(1)),
            **{k: WEIGHTED[k] for k in ("init", "std", "l1", "l2", "W")},
        },
    ),
    "identity": LayerType(identity),
    "rescale": LayerType(rescale, {"scale": Field(number(), 1.0), "offset": Field(number(), 0.0)}),
    "add": LayerType(merge, inputs=None),
    "multiply": LayerType(merge, inputs=None),
    "concat": LayerType(concat, {"axis": Field(ANY_AXIS, -1)}, inputs=None),
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
    if layer_type.inputs == 1 != inputs or (layer_type.inputs is None and inputs < 2):
        raise EngineError(
            "layer-inputs", place=place, layer=kind, count="1" if layer_type.inputs else "≥ 2", got=inputs
        )
    return kind, fields
