"""The text of a PyTorch nn.Sequential(...) as layers: parsed, never executed."""

from __future__ import annotations

import ast

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import Misplaced, Syntax, parse
from gradlens.engine.networks.specs.foreign import Arguments, Reader, Spec, padding
from gradlens.engine.networks.specs.printed import as_text, is_printed
from gradlens.engine.networks.specs.scripts import NESTING, TEXT_LENGTH, Script, model_script
from gradlens.engine.values import is_json_list


def from_pytorch(text: str) -> list[Spec] | Script:
    """The layers of an nn.Sequential that holds nothing else; else the lines that make a model, to be run.

    Errors: layer-type, spec-text, spec-printed, spec-models, spec-arguments, and those of parsing, with their place.
    """
    if is_printed(text):
        text = as_text(text)
    try:
        return listed(text)
    except EngineError:
        return model_script(text)


def listed(text: str) -> list[Spec]:
    """Errors: layer-type, spec-unsupported, spec-missing, spec-text, and those of parsing."""
    syntax = parse(text, TEXT_LENGTH, NESTING)
    try:
        return sequential(constructed(syntax), "layers", syntax) or identity(Arguments("layers", {}))
    except Misplaced as error:
        raise EngineError(error.kind, syntax.span(error.place), **error.params) from None


def constructed(syntax: Syntax) -> ast.expr:
    """The last statement's value, after any imports."""
    *before, last = syntax.body
    for statement in before:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            raise Misplaced("spec-text", statement)
    match last:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.Expr(value=value):
            return value
        case _:
            pass
    raise Misplaced("spec-text", last)


def sequential(node: ast.expr, place: str, syntax: Syntax, depth: int = 0) -> list[Spec]:
    """The layers of nn.Sequential(...), those of another inside it among them."""
    name, call = module(node)
    if name != "Sequential" or depth > 8:
        raise Misplaced("spec-text", node)
    if call.keywords:
        raise Misplaced("spec-text", call.keywords[0])
    layers: list[Spec] = []
    for index, item in enumerate(call.args):
        at = f"{place}[{index}]"
        name, inner = module(item)
        if name == "Sequential":
            layers += sequential(item, at, syntax, depth + 1)
            continue
        try:
            layers += read(name, inner, at)
        except EngineError as error:
            raise error.at(syntax.span(item)) from None
    return layers


def module(node: ast.expr) -> tuple[str, ast.Call]:
    """nn.Linear(...) or torch.nn.Linear(...): its name, and the call.  Error: spec-text."""
    match node:
        case (
            ast.Call(ast.Name(name))
            | ast.Call(ast.Attribute(ast.Name("nn"), name))
            | ast.Call(ast.Attribute(ast.Attribute(ast.Name("torch"), "nn"), name))
        ):
            return name, node
        case _:
            pass
    raise Misplaced("spec-text", node)


def read(name: str, call: ast.Call, place: str) -> list[Spec]:
    if name not in MODULES:
        raise EngineError("layer-type", place=place, type=name)
    layer = MODULES[name]
    order = ORDERS.get(name, ())
    if len(call.args) > len(order):
        raise Misplaced("spec-text", call.args[len(order)])
    given = dict(zip(order, map(plain, call.args)))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in given:
            raise Misplaced("spec-text", keyword)
        given[keyword.arg] = plain(keyword.value)
    arguments = Arguments(place, given)
    layers = layer(arguments)
    arguments.done(("inplace", "device", "dtype"))
    return layers


def plain(node: ast.expr) -> object:
    """A number, True, False, None, a word, or a tuple of them; a number's value is checked by whoever takes it."""
    match node:
        case ast.Constant(int() | float() | str() | None as value):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)) if not isinstance(value, bool):
            return -value
        case ast.Tuple(items) | ast.List(items):
            return [plain(item) for item in items if not isinstance(item, (ast.Tuple, ast.List))]
        case _:
            pass
    raise Misplaced("spec-text", node)


# ------------------------------------------------------------------- modules


def linear(a: Arguments) -> list[Spec]:
    return [
        {
            "type": "affine",
            "inputs": a.need("in_features"),
            "units": a.need("out_features"),
            "bias": a.flag("bias", True),
        }
    ]


def conv(axes: int) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        a.only("dilation", 1, [1], [1, 1])
        a.only("groups", 1)
        a.only("padding_mode", "zeros")
        size, stride, around = a.need("kernel_size"), a.take("stride", 1), a.take("padding", 0)
        if axes == 1:
            size, stride, around = (
                value[0] if is_json_list(value) and len(value) == 1 else value for value in (size, stride, around)
            )
        return [
            {
                "type": f"conv{axes}d",
                "channels": a.need("in_channels"),
                "filters": a.need("out_channels"),
                "size": size,
                "stride": stride,
                "padding": padding(a, around, size, stride),
                "bias": a.flag("bias", True),
            }
        ]

    return layer


def pool(kind: str) -> Reader:
    def layer(a: Arguments) -> list[Spec]:
        a.only("dilation", 1)
        a.only("ceil_mode", False)
        a.only("return_indices", False)
        around = a.take("padding", 0)
        if kind == "max_pool2d" and around not in (0, [0, 0]):
            raise EngineError(
                "spec-unsupported", place=a.place, option="padding", got=str(around)
            )  # padded with -inf there, with 0 here
        a.only("count_include_pad", True)
        a.only("divisor_override")
        size = a.need("kernel_size")
        return [{"type": kind, "size": size, "stride": a.take("stride", size), "padding": around}]

    return layer


def flatten(a: Arguments) -> list[Spec]:
    a.only("start_dim", 1)
    a.only("end_dim", -1)
    return [{"type": "flatten"}]


def batch_norm(a: Arguments) -> list[Spec]:
    a.take("momentum")  # evaluation takes the training data's statistics, not running ones
    a.only("affine", True)
    a.only("track_running_stats", True)
    return [{"type": "batch_norm", "channels": a.need("num_features"), "eps": a.take("eps", 1e-5)}]


def layer_norm(a: Arguments) -> list[Spec]:
    size = a.need("normalized_shape")
    a.only("elementwise_affine", True)
    a.only("bias", True)
    if is_json_list(size) and len(size) != 1:
        raise EngineError("spec-unsupported", place=a.place, option="normalized_shape", got=str(size))
    return [{"type": "layer_norm", "size": size[0] if is_json_list(size) else size, "eps": a.take("eps", 1e-5)}]


def dropout(a: Arguments) -> list[Spec]:
    return [{"type": "dropout", "rate": a.take("p", 0.5)}]


def embedding(a: Arguments) -> list[Spec]:
    return [{"type": "embedding", "vocabulary": a.need("num_embeddings"), "units": a.need("embedding_dim")}]


def identity(a: Arguments) -> list[Spec]:
    """Whatever it is given, PyTorch's passes over."""
    a.given.clear()
    return [{"type": "identity"}]


def softmax(kind: str) -> Reader:
    """Without dim, PyTorch guesses an axis from how many there are."""
    return lambda a: [{"type": kind, "axis": a.need("dim")}]


def softplus(a: Arguments) -> list[Spec]:
    a.only("beta", 1)
    a.only("threshold", 20)  # from there on PyTorch takes x itself, which is less than 2.1e-9 off
    return [{"type": "softplus"}]


def activation(kind: str, **options: str) -> Reader:
    """options: ours, by their names."""
    return lambda a: [
        {"type": kind} | {ours: value for theirs, ours in options.items() if (value := a.take(theirs)) is not None}
    ]


def gelu(a: Arguments) -> list[Spec]:
    tanh = a.take("approximate", "none")
    if tanh not in ("none", "tanh"):
        raise EngineError("spec-unsupported", place=a.place, option="approximate", got=str(tanh))
    return [{"type": "gelu_tanh" if tanh == "tanh" else "gelu"}]


def hardtanh(a: Arguments) -> list[Spec]:
    a.only("min_val", -1)
    a.only("max_val", 1)
    return [{"type": "hardtanh"}]


def threshold(a: Arguments) -> list[Spec]:
    return [{"type": "threshold", "threshold": a.need("threshold"), "value": a.need("value")}]


MODULES: dict[str, Reader] = {
    "Linear": linear,
    "Conv1d": conv(1),
    "Conv2d": conv(2),
    "MaxPool2d": pool("max_pool2d"),
    "AvgPool2d": pool("avg_pool2d"),
    "Flatten": flatten,
    "BatchNorm1d": batch_norm,
    "BatchNorm2d": batch_norm,
    "LayerNorm": layer_norm,
    "Dropout": dropout,
    "Embedding": embedding,
    "Identity": identity,
    "ReLU": activation("relu"),
    "Sigmoid": activation("sigmoid"),
    "Tanh": activation("tanh"),
    "GELU": gelu,
    "SiLU": activation("silu"),
    "Mish": activation("mish"),
    "LeakyReLU": activation("leaky_relu", negative_slope="slope"),
    "ELU": activation("elu", alpha="alpha"),
    "SELU": activation("selu"),
    "ReLU6": activation("relu6"),
    "Hardtanh": hardtanh,
    "Hardsigmoid": activation("hardsigmoid"),
    "Hardswish": activation("hardswish"),
    "Softplus": softplus,
    "Softsign": activation("softsign"),
    "LogSigmoid": activation("log_sigmoid"),
    "Softmax": softmax("softmax"),
    "LogSoftmax": softmax("log_softmax"),
    "CELU": activation("celu", alpha="alpha"),
    "Tanhshrink": activation("tanhshrink"),
    "Hardshrink": activation("hardshrink", lambd="bound"),
    "Softshrink": activation("softshrink", lambd="bound"),
    "Threshold": threshold,
}
CONV = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias", "padding_mode")
ORDERS: dict[str, tuple[str, ...]] = {
    "Linear": ("in_features", "out_features", "bias"),
    "Conv1d": CONV,
    "Conv2d": CONV,
    "MaxPool2d": ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"),
    "AvgPool2d": ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"),
    "Flatten": ("start_dim", "end_dim"),
    "BatchNorm1d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "BatchNorm2d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "LayerNorm": ("normalized_shape", "eps", "elementwise_affine", "bias"),
    "Dropout": ("p", "inplace"),
    "Embedding": ("num_embeddings", "embedding_dim"),
    "LeakyReLU": ("negative_slope", "inplace"),
    "ELU": ("alpha", "inplace"),
    "Hardtanh": ("min_val", "max_val", "inplace"),
    "Softmax": ("dim",),
    "LogSoftmax": ("dim",),
    "ReLU": ("inplace",),
    "ReLU6": ("inplace",),
    "SELU": ("inplace",),
    "SiLU": ("inplace",),
    "Mish": ("inplace",),
    "GELU": ("approximate",),
    "Softplus": ("beta", "threshold"),
    "CELU": ("alpha", "inplace"),
    "Hardshrink": ("lambd",),
    "Softshrink": ("lambd",),
    "Threshold": ("threshold", "value", "inplace"),
}
