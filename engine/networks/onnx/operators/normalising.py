"""Normalisation, softmax and the losses on it."""

from __future__ import annotations

from gradlens.engine.networks.onnx.values import Call, Result, Write, tuple_text
from gradlens.engine.values import Shape, size_of

BATCH = """def {}(x, scale, bias, mean, var, shape, eps):
    n = (x - reshape(mean, shape)) / sqrt(reshape(var, shape) + eps)
    return reshape(scale, shape) * n + reshape(bias, shape)"""
OVER_AXES = """def {}(x, axes, eps):
    m = mean(x, axis=axes, keepdims=True)
    return (x - m) / sqrt(var(x, axis=axes, keepdims=True) + eps)"""
ROOT_MEAN_SQUARE = """def {}(x, axes, eps):
    return x / sqrt(mean(x ** 2, axis=axes, keepdims=True) + eps)"""


def batch_normalization(call: Call) -> Result:
    """By the means and variances of the file, as a trained model does it."""
    x = call.shape(0)
    call.only("spatial", 1)
    call.only("training_mode", 0)
    call.take("momentum", 0.9)
    channels = call.channels()
    call.needs(call.outputs == 1 and all(call.shape(i) == (channels,) for i in range(1, 5)))
    name = call.define("batch_normalization", BATCH)
    shape = tuple_text([channels, *[1] * (len(x) - 2)])
    inputs = ", ".join(call.text(i) for i in range(5))
    return f"{name}({inputs}, {shape}, {call.take('epsilon', 1e-5)!r})", x


def normal(
    call: Call, axes: tuple[int, ...], eps: float, definition: str = OVER_AXES, name: str = "normalize_over"
) -> str:
    return f"{call.define(name, definition)}({call.text(0)}, {tuple_text(axes)}, {eps!r})"


def layer_normalization(call: Call) -> Result:
    x = call.shape(0)
    axis, eps = call.axis(call.take("axis", -1)), call.take("epsilon", 1e-5)
    call.only("stash_type", 1, 11)
    call.needs(call.outputs == 1)
    axes = tuple(range(axis, len(x)))
    text = f"layer_norm({call.text(0)}, eps={eps!r})" if len(axes) == 1 else normal(call, axes, eps)
    return scaled(call, text), x


def rms_normalization(call: Call) -> Result:
    x = call.shape(0)
    axis, eps = call.axis(call.take("axis", -1)), call.take("epsilon", 1e-5)
    call.only("stash_type", 1, 11)
    axes = tuple(range(axis, len(x)))
    return scaled(call, normal(call, axes, eps, ROOT_MEAN_SQUARE, "rms_normalize_over")), x


def scaled(call: Call, text: str) -> str:
    """Times the second input, plus the third."""
    text = f"{call.text(1)} * {text}"
    return f"{text} + {call.text(2)}" if call.has(2) else text


def a_channel(call: Call, text: str, x: Shape) -> str:
    """Times the second input and plus the third, which have one number a channel."""
    channels = call.channels()
    call.needs(call.shape(1) == call.shape(2) == (channels,))
    shape = tuple_text([channels, *[1] * (len(x) - 2)])
    return f"reshape({call.text(1)}, {shape}) * {text} + reshape({call.text(2)}, {shape})"


def instance_normalization(call: Call) -> Result:
    x = call.shape(0)
    call.needs(len(x) >= 3)
    text = normal(call, tuple(range(2, len(x))), call.take("epsilon", 1e-5))
    return a_channel(call, text, x), x


def group_normalization(call: Call) -> Result:
    """Before opset 21 scale and bias have one number a group."""
    x, groups, eps = call.shape(0), call.take("num_groups", 0), call.take("epsilon", 1e-5)
    call.only("stash_type", 1, 11)
    channels = call.channels(3)
    call.needs(groups >= 1 and channels % groups == 0)
    text = f"F.group_norm({call.text(0)}, {groups}, None, None, {eps!r})"
    if call.opset >= 21:
        return a_channel(call, text, x), x
    call.needs(call.shape(1) == call.shape(2) == (groups,))
    shape = tuple_text([channels, *[1] * (len(x) - 2)])
    each = [f"reshape(repeat({call.text(i)}, {channels // groups}), {shape})" for i in (1, 2)]
    return f"{each[0]} * {text} + {each[1]}", x


def mean_variance(call: Call) -> Result:
    axes = tuple(call.axis(one) for one in call.ints("axes") or [0, 2, 3])
    x = call.text(0)
    own = f"axis={tuple_text(axes)}, keepdims=True"
    return f"({x} - mean({x}, {own})) / (std({x}, {own}) + 1e-9)", call.shape(0)


def lp_normalization(call: Call) -> Result:
    axis, p = call.axis(call.take("axis", -1)), call.take("p", 2)
    call.needs(p in (1, 2))
    return f"{call.text(0)} / norm({call.text(0)}, ord={p}, axis={axis}, keepdims=True)", call.shape(0)


def softmax(call: Call) -> Result:
    """Before opset 13 over all axes from the given one on."""
    x, old = call.shape(0), call.opset < 13
    function = "log_softmax" if call.operator.type == "LogSoftmax" else "softmax"
    given = call.take("axis", 1 if old else -1)
    axis = call.axis(given, len(x) + (old and given == len(x)))
    if not old or (size_of(x[axis + 1 :]) == 1 and axis < len(x)):
        return f"{function}({call.text(0)}, axis={axis})", x
    rows = (size_of(x[:axis]), size_of(x[axis:]))
    return f"reshape({function}(reshape({call.text(0)}, {rows})), {tuple_text(x)})", x


def class_loss(call: Call) -> Result:
    """The softmax cross-entropy of class numbers, or the loss of logarithms of probabilities, classes on axis 1."""
    x, t = call.shape(0), call.shape(1)
    kind = call.take("reduction", "mean")
    call.needs(len(x) >= 2 and t == (x[0], *x[2:]) and call.outputs == 1 and kind in ("mean", "sum", "none"))
    call.only("ignore_index", -(2**63))
    if call.has(2):
        raise call.unsupported("weights", "…")
    logarithms = call.text(0)
    if call.operator.type == "SoftmaxCrossEntropyLoss":
        logarithms = f"log_softmax({logarithms}, axis=1)"
    picked = f"-squeeze(take_along_axis({logarithms}, expand_dims({call.text(1)}, 1), axis=1), 1)"
    return (picked, t) if kind == "none" else (f"{kind}({picked})", ())


NORMALISING: dict[str, Write] = {
    "BatchNormalization": batch_normalization,
    "GroupNormalization": group_normalization,
    "InstanceNormalization": instance_normalization,
    "LayerNormalization": layer_normalization,
    "LogSoftmax": softmax,
    "LpNormalization": lp_normalization,
    "MeanVarianceNormalization": mean_variance,
    "NegativeLogLikelihoodLoss": class_loss,
    "RMSNormalization": rms_normalization,
    "Softmax": softmax,
    "SoftmaxCrossEntropyLoss": class_loss,
}
