"""Layers of PyTorch as classes in the language: `nn.Linear(2, 3)` is an object whose weights are inputs."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calling import Call
from gradlens.engine.language.objects import (
    Builtin,
    ClassObject,
    DictCell,
    Fresh,
    Instance,
    ListCell,
    Scope,
    Tensor,
    Unreachable,
    kind_of,
)
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.values import Array, Shape

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

SIMPLE = {  # activations and losses: the function that calls each
    "ReLU": "relu(x)",
    "Sigmoid": "sigmoid(x)",
    "Tanh": "tanh(x)",
    "GELU": "gelu(x)",
    "SiLU": "silu(x)",
    "Mish": "mish(x)",
    "Softplus": "softplus(x)",
    "Softsign": "softsign(x)",
    "ReLU6": "relu6(x)",
    "SELU": "selu(x)",
    "Hardsigmoid": "hardsigmoid(x)",
    "Hardswish": "hardswish(x)",
    "LogSigmoid": "log_sigmoid(x)",
    "Identity": "x",
    "Flatten": "reshape(x, (x.shape[0], -1))",
}
LOSSES = {
    "MSELoss": "mse(x, t)",
    "L1Loss": "mae(x, t)",
    "BCELoss": "binary_cross_entropy(x, t)",
    "BCEWithLogitsLoss": "sigmoid_cross_entropy(x, t)",
    "CrossEntropyLoss": "softmax_cross_entropy(x, t)",
    "NLLLoss": "nll_loss(x, t)",
}

TEXT = (
    """
class Linear(Module):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = draw_weight((out_features, in_features), in_features)
        self.bias = draw_weight((out_features,), in_features) if bias else None
    def forward(self, input):
        if self.bias is None:
            return linear(input, self.weight)
        return linear(input, self.weight, self.bias)

class Embedding(Module):
    def __init__(self, num_embeddings, embedding_dim):
        self.weight = draw_normal((num_embeddings, embedding_dim))
    def forward(self, input):
        return embedding(input, self.weight)

class Sequential(Module):
    def __init__(self, *layers):
        self.layers = list(layers)
    def forward(self, input):
        for layer in self.layers:
            input = layer(input)
        return input
    def __iter__(self):
        return iter(self.layers)
    def __getitem__(self, place):
        return self.layers[place]

class ModuleList(Module):
    def __init__(self, layers=()):
        self.layers = list(layers)
    def __iter__(self):
        return iter(self.layers)
    def __getitem__(self, place):
        return self.layers[place]
    def __len__(self):
        return len(self.layers)
    def append(self, layer):
        self.layers.append(layer)

class Dropout(Module):
    def __init__(self, p=0.5, inplace=False):
        self.p = p
    def forward(self, input):
        return input if self.p == 0 else refuse_dropout(input)

class Softmax(Module):
    def __init__(self, dim=-1):
        self.dim = dim
    def forward(self, input):
        return softmax(input, self.dim)

class LogSoftmax(Module):
    def __init__(self, dim=-1):
        self.dim = dim
    def forward(self, input):
        return log_softmax(input, self.dim)

class LeakyReLU(Module):
    def __init__(self, negative_slope=0.01, inplace=False):
        self.slope = negative_slope
    def forward(self, input):
        return leaky_relu(input, self.slope)

class ELU(Module):
    def __init__(self, alpha=1.0, inplace=False):
        self.alpha = alpha
    def forward(self, input):
        return elu(input, self.alpha)

class LayerNorm(Module):
    def __init__(self, normalized_shape, eps=1e-5):
        self.weight = draw_ones(normalized_shape)
        self.bias = draw_zeros(normalized_shape)
        self.eps = eps
    def forward(self, input):
        return layer_norm(input, self.eps) * self.weight + self.bias

class Conv2d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        size = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        count = in_channels * size[0] * size[1]
        self.weight = draw_weight((out_channels, in_channels, size[0], size[1]), count)
        self.bias = draw_weight((out_channels,), count) if bias else None
        self.stride = stride
        self.padding = padding
    def forward(self, input):
        result = conv2d(input, self.weight, self.stride, self.padding)
        return result if self.bias is None else result + reshape(self.bias, (-1, 1, 1))

class MaxPool2d(Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        self.size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
    def forward(self, input):
        return max_pool2d(input, self.size, self.stride, self.padding)
"""
    + "\n".join(
        f"""
class {name}(Module):
    def __init__(self, inplace=False):
        pass
    def forward(self, x):
        return {text}
"""
        for name, text in SIMPLE.items()
    )
    + "\n".join(
        f"""
class {name}(Module):
    def __init__(self, reduction='mean'):
        check_mean(reduction)
    def forward(self, x, t):
        return {text}
"""
        for name, text in LOSSES.items()
    )
)
CLASSES = frozenset(
    [
        "Module",
        *[s.name for s in ast.parse(TEXT).body if isinstance(s, ast.ClassDef)],
    ]
)


def module_class(m: Machine, name: str) -> ClassObject:
    """A class of layers, made with all others where the first is asked for."""
    if m.layers is None:
        module = ClassObject("Module", (), {name: Builtin(name, run) for name, run in METHODS.items()}, ours=True)
        helpers: dict[str, Any] = {name: Builtin(name, run) for name, run in HELPERS.items()}
        scope = Scope({"Module": module, **helpers})
        outer = m.frame
        m.execute(nodes.registry_code(TEXT), scope, None, m.place)
        m.frame = outer
        m.layers = scope
    return m.layers.names[name]


def uniform(m: Machine, call: Call) -> Fresh:
    """PyTorch's first weights of a layer: uniform within 1/√n of n inputs."""
    shape, count = call.args
    known = nodes.plain(m, count, call.node)
    bound = 1 / math.sqrt(max(known, 1)) if type(known) is int else 1.0  # what is no count is refused as a shape
    return drawn(m, call, shape, lambda g, s: g.uniform(-bound, bound, s))


def drawn(m: Machine, call: Call, shape: Any, make: Callable[[np.random.Generator, Shape], Array]) -> Fresh:
    from gradlens.engine.language.creation import check_draws

    sizes = nodes.plain(m, shape, call.node)
    sizes = (sizes,) if type(sizes) is int else sizes
    if kind_of(sizes) is not tuple or not all(type(n) is int and n >= 0 for n in sizes):
        raise Misplaced("creation-shape", call.node, function="Linear", signature="Linear(in_features, out_features)")
    check_draws(m, sizes)
    return Fresh(make(m.stream("torch").source, sizes), call.node, drawn="weight", library="torch")


def normal(m: Machine, call: Call) -> Fresh:
    return drawn(m, call, call.args[0], lambda g, s: g.standard_normal(s))


def ones(m: Machine, call: Call) -> Fresh:
    return drawn(m, call, call.args[0], lambda g, s: np.ones(s))


def zeros(m: Machine, call: Call) -> Fresh:
    return drawn(m, call, call.args[0], lambda g, s: np.zeros(s))


def check_mean(m: Machine, call: Call) -> None:
    if call.args[0] != "mean":
        raise Misplaced("loss-reduction", call.node, got=nodes.shown(call.args[0]))


def refuse_dropout(m: Machine, call: Call) -> Any:
    raise Misplaced("dropout-random", call.node)


HELPERS = {
    "draw_weight": uniform,
    "draw_normal": normal,
    "draw_ones": ones,
    "draw_zeros": zeros,
    "check_mean": check_mean,
    "refuse_dropout": refuse_dropout,
}


def begin(m: Machine, call: Call) -> None:
    return None


def itself(m: Machine, call: Call) -> Any:
    return call.args[0]


def parameters(m: Machine, call: Call) -> ListCell:
    """The weights of a layer and of those inside it, in the order in which they were made."""
    found: list[Any] = []
    pending: list[Any] = [call.args[0]]
    seen: set[int] = set()
    while pending:
        one = pending.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        if type(one) is Instance:
            pending += one.names.values()
        elif type(one) is ListCell and one.items is not None:
            pending += one.items
        elif type(one) is DictCell:
            pending += one.items.values()
        elif type(one) in (Fresh, Tensor):
            found.append(nodes.tensor_of(m, one, call.node))
    return ListCell(found)


def clear_gradients(m: Machine, call: Call) -> None:
    for one in parameters(m, Call(call.args[:1], {}, call.node, call.frame)).items or ():
        m.gradients.set(one, None)


def unreachable_state(m: Machine, call: Call) -> Any:
    return Unreachable(f"{call.name}()", call.node)


def register(m: Machine, call: Call) -> None:
    """self.register_buffer("mask", mask): an attribute by its name."""
    held, name, value = call.args[:3]
    if type(name) is not str or not name.isidentifier():
        raise Misplaced("attribute-by-text", call.node, name=call.name)
    held.names[name] = nodes.tensor_of(m, value, call.node) if type(value) is Fresh else m.kept(value, name, call.node)
    m.writes += 1


METHODS = {
    "register_buffer": register,
    "register_parameter": register,
    "add_module": register,
    "__init__": begin,
    "parameters": parameters,
    "zero_grad": clear_gradients,
    "train": itself,
    "eval": itself,
    "to": itself,
    "cuda": itself,
    "cpu": itself,
    "double": itself,
    "float": itself,
    "state_dict": unreachable_state,
    "named_parameters": unreachable_state,
}
