"""Operators that work element by element."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gradlens.engine.networks.onnx.tensors import KINDS
from gradlens.engine.networks.onnx.values import Call, Result, Value, Write, number_text
from gradlens.engine.values import Shape

UNARY = {
    "Abs": "abs",
    "Acos": "acos",
    "Acosh": "acosh",
    "Asin": "asin",
    "Asinh": "asinh",
    "Atan": "atan",
    "Atanh": "atanh",
    "Ceil": "ceil",
    "Cos": "cos",
    "Cosh": "cosh",
    "Erf": "erf",
    "Exp": "exp",
    "Floor": "floor",
    "HardSwish": "hardswish",
    "Log": "log",
    "Mish": "mish",
    "Reciprocal": "reciprocal",
    "Relu": "relu",
    "Round": "round",
    "Sigmoid": "sigmoid",
    "Sign": "sign",
    "Sin": "sin",
    "Sinh": "sinh",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Sqrt": "sqrt",
    "Tan": "tan",
    "Tanh": "tanh",
}
BINARY = {"Add": "{} + {}", "Sub": "{} - {}", "Mul": "{} * {}", "Pow": "{} ** {}", "PRelu": "prelu({}, {})"}
COMPARING = {"Equal": "==", "Greater": ">", "GreaterOrEqual": ">=", "Less": "<", "LessOrEqual": "<="}
LOGICAL = {"And": "logical_and({}, {})", "Or": "logical_or({}, {})", "Xor": "ne({}, {})"}
MANY = {"Sum": "{} + {}", "Max": "maximum({}, {})", "Min": "minimum({}, {})", "Mean": "{} + {}"}
SELU = {"alpha": 1.6732632, "gamma": 1.050701}  # in the standard's single precision
SIXTH = 0.16666667


def common_shape(call: Call, *shapes: Shape) -> Shape:
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise call.unfit() from None


def unary(function: str) -> Write:
    return lambda call: (f"{function}({call.text(0)})", call.shape(0), call.value(0).kind)


def activation(form: Callable[[Call, str], str]) -> Write:
    """form: gives the expression from the input's text."""
    return lambda call: (form(call, call.text(0)), call.shape(0))


def binary(form: str, kind: str | None = None) -> Write:
    def write(call: Call) -> Result:
        shape = common_shape(call, call.shape(0), call.shape(1))
        return form.format(call.text(0), call.text(1)), shape, kind or call.value(0).kind

    return write


def division(call: Call) -> Result:
    """Of whole numbers without the remainder, cut towards 0."""
    shape, kind = common_shape(call, call.shape(0), call.shape(1)), call.value(0).kind
    text = f"{call.text(0)} / {call.text(1)}"
    return (text if kind == "float" else f"trunc({text})"), shape, kind


def remainder(call: Call) -> Result:
    function = "fmod" if call.take("fmod", 0) else "mod"
    shape = common_shape(call, call.shape(0), call.shape(1))
    return f"{function}({call.text(0)}, {call.text(1)})", shape, call.value(0).kind


def many(name: str) -> Write:
    def write(call: Call) -> Result:
        shape = common_shape(call, *[call.shape(i) for i in range(len(call.inputs))])
        text = call.text(0)
        for i in range(1, len(call.inputs)):
            text = MANY[name].format(text, call.text(i))
        if name == "Mean" and len(call.inputs) > 1:
            text = f"({text}) / {len(call.inputs)}"
        return text if len(call.inputs) > 1 else f"{text} + 0", shape, call.value(0).kind

    return write


def chosen(call: Call) -> Result:
    shape = common_shape(call, *[call.shape(i) for i in range(3)])
    return f"where({call.text(0)}, {call.text(1)}, {call.text(2)})", shape, call.value(1).kind


def clip(call: Call) -> Result:
    bounds: list[str] = []
    for i, (name, end) in enumerate((("min", -math.inf), ("max", math.inf)), 1):
        if call.opset < 11:
            limit = call.take(name, end) if name in call.attributes else end
            bounds.append("" if abs(limit) > 3e38 else number_text(limit))
        elif call.has(i):
            bounds.append(call.text(i))
        else:
            bounds.append("")
    x = call.text(0)
    low, high = bounds
    if (low, high) == ("0", "6"):
        text = f"relu6({x})"
    elif (low, high) == ("0", ""):
        text = f"relu({x})"
    else:
        options = [f"{name}={value}" for name, value in (("low", low), ("high", high)) if value]
        text = f"clip({', '.join([x, *options])})"
    return text, call.shape(0), call.value(0).kind


def gelu(call: Call) -> Result:
    kind = call.take("approximate", "none")
    if kind not in ("none", "tanh"):
        raise call.unsupported("approximate", kind)
    return f"{'gelu' if kind == 'none' else 'gelu_tanh'}({call.text(0)})", call.shape(0)


def selu(call: Call, x: str) -> str:
    alpha, gamma = call.take("alpha", SELU["alpha"]), call.take("gamma", SELU["gamma"])
    if math.isclose(alpha, SELU["alpha"], rel_tol=1e-6) and math.isclose(gamma, SELU["gamma"], rel_tol=1e-6):
        return f"selu({x})"
    return f"{gamma!r} * elu({x}, alpha={alpha!r})"


def hardsigmoid(call: Call, x: str) -> str:
    alpha, beta = call.take("alpha", 0.2), call.take("beta", 0.5)
    if math.isclose(alpha, SIXTH, rel_tol=1e-6) and beta == 0.5:
        return f"hardsigmoid({x})"
    return f"clip({alpha!r} * {x} + {beta!r}, low=0, high=1)"


def shrink(call: Call, x: str) -> str:
    bound, bias = call.take("lambd", 0.5), call.take("bias", 0.0)
    return f"where({x} > {bound!r}, {x} - {bias!r}, where({x} < {-bound!r}, {x} + {bias!r}, 0))"


def swish(call: Call, x: str) -> str:
    alpha = call.take("alpha", 1.0)
    return f"silu({x})" if alpha == 1 else f"{x} * sigmoid({alpha!r} * {x})"


def cast(call: Call) -> Result:
    """To whole numbers the fraction is cut off, to a condition everything but 0 is true."""
    value, kind = call.value(0), cast_kind(call)
    if kind == "float" or kind == value.kind or (kind == "int" and value.kind == "bool"):
        return Value(call.text(0), value.shape, kind)
    return (f"trunc({call.text(0)})" if kind == "int" else f"{call.text(0)} != 0"), value.shape, kind


def cast_kind(call: Call) -> str:
    """What is cast to: "float", "int" or "bool".  Error: onnx-attribute."""
    for name in ("saturate", "round_mode"):  # of 8-bit floats
        call.attributes.pop(name, None)
    if call.operator.type == "CastLike":
        return call.value(1).kind
    to = call.take("to", 0)
    if to not in KINDS:
        raise call.unsupported("to", to)
    return KINDS[to]


def dropout(call: Call) -> Result:
    """Of a model that is used, which drops nothing."""
    call.take("ratio", 0.5)
    call.take("seed", 0)
    if call.has(2) and call.known_number(2):
        raise call.unsupported("training_mode", 1)
    return call.value(0)


def options(name: str, **defaults: tuple[str, float]) -> Callable[[Call, str], str]:
    """A function with the attributes that it takes, by their names there."""

    def form(call: Call, x: str) -> str:
        given = [f"{own}={call.take(name, default)!r}" for name, (own, default) in defaults.items()]
        return f"{name}({', '.join([x, *given])})"

    return form


ELEMENTWISE: dict[str, Write] = {
    **{name: unary(function) for name, function in UNARY.items()},
    **{name: binary(form) for name, form in BINARY.items()},
    **{name: binary(f"{{}} {sign} {{}}", "bool") for name, sign in COMPARING.items()},
    **{name: binary(form, "bool") for name, form in LOGICAL.items()},
    **{name: many(name) for name in MANY},
    "Cast": cast,
    "CastLike": cast,
    "Celu": activation(options("celu", alpha=("alpha", 1.0))),
    "Clip": clip,
    "Div": division,
    "Dropout": dropout,
    "Elu": activation(options("elu", alpha=("alpha", 1.0))),
    "Gelu": gelu,
    "HardSigmoid": activation(hardsigmoid),
    "Identity": lambda call: call.value(0),
    "IsNaN": lambda call: (f"{call.text(0)} != {call.text(0)}", call.shape(0), "bool"),
    "LeakyRelu": activation(options("leaky_relu", alpha=("slope", 0.01))),
    "Mod": remainder,
    "Neg": lambda call: (f"-{call.text(0)}", call.shape(0), call.value(0).kind),
    "Not": lambda call: (f"logical_not({call.text(0)})", call.shape(0), "bool"),
    "Selu": activation(selu),
    "Shrink": activation(shrink),
    "Swish": activation(swish),
    "ThresholdedRelu": activation(lambda call, x: f"where({x} > {call.take('alpha', 1.0)!r}, {x}, 0)"),
    "Where": chosen,
}
