"""The forward pass on complex numbers: Im f(x + ih) / h is the derivative without a subtraction.

Squire and Trapp 1998, Using complex variables to estimate derivatives of real functions.  It holds where every op is
analytic; where one is so piece by piece, the real part chooses the piece (Martins, Sturdza and Alonso 2003).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph, Node
from gradlens.engine.ops.reduction import rescued
from gradlens.engine.passes.forward import ForwardStep

# Ops whose NumPy kernel is analytic as it stands. Left out is what takes a modulus, an order, or a real array to write
# to.
ANALYTIC = frozenset(
    "identity add sub mul div neg pow exp log sqrt square sin cos tan tanh reciprocal exp2 expm1 log2 log10 asin acos"
    " atan sinh cosh asinh acosh atanh xlogy stop_gradient sum mean spread prod prod_of_others var std cumsum logsumexp"
    " matmul dot outer inv det solve reshape transpose swapaxes expand_dims broadcast_to index ravel squeeze flip stack"
    " concat diag trace tril triu unfold softmax log_softmax affine softmax_cross_entropy cross_entropy"
    " binary_cross_entropy mse kl_div entropy".split()
)
FLAT = frozenset(
    "gt ge lt le eq ne sign floor ceil trunc round argmax argmin first_winner".split()
)  # constant but for jumps


def modulus(x: np.ndarray) -> np.ndarray:
    return np.where(np.real(x) < 0, -x, x)


def log1p(x: np.ndarray) -> np.ndarray:
    # NumPy's takes the logarithm of 1 + x, where a small x is lost; |1 + x|² is 1 + a(2 + a) + b² of x = a + bi.
    a, b = np.real(x), np.imag(x)
    near = np.log1p(a * (2 + a) + b * b) / 2 + 1j * np.arctan2(b, 1 + a)
    return np.where(np.abs(x) < 0.5, near, np.log1p(x))


def sigmoid(x: np.ndarray) -> np.ndarray:
    # The exponential of what has a negative real part cannot overflow.
    e = np.exp(-modulus(x))
    return np.where(np.real(x) >= 0, 1, e) / (1 + e)


def softplus(x: np.ndarray) -> np.ndarray:
    return np.where(np.real(x) >= 0, x, 0) + log1p(np.exp(-modulus(x)))  # at 0 the same branch as the modulus


def winner(x: np.ndarray, axis: tuple[int, ...], keepdims: bool, choose: Callable) -> np.ndarray:
    """The element of the largest (or smallest) real part; of several, their mean, as the gradient is shared."""
    mask = np.real(x) == choose(np.real(x), axis=axis, keepdims=True)
    return np.sum(x * mask, axis=axis, keepdims=keepdims) / np.sum(mask, axis=axis, keepdims=keepdims)


def norm(x: np.ndarray, ord: float, axis: tuple[int, ...], keepdims: bool) -> np.ndarray:
    if ord in (np.inf, -np.inf):
        return winner(modulus(x), axis, keepdims, np.max if ord > 0 else np.min)
    if ord == 0:
        return np.sum(np.real(x) != 0, axis=axis, keepdims=keepdims)
    return rescued(
        lambda x, keep: np.sum(x**ord, axis=axis, keepdims=keep) ** (1 / ord),
        modulus(x),
        axis,
        keepdims,
        np.max if ord > 0 else np.min,
    )


PIECEWISE: dict[str, Callable] = {
    "abs": modulus,
    "log1p": log1p,
    "maximum": lambda x, y: np.where(np.real(x) > np.real(y), x, np.where(np.real(x) < np.real(y), y, (x + y) / 2)),
    "minimum": lambda x, y: np.where(np.real(x) < np.real(y), x, np.where(np.real(x) > np.real(y), y, (x + y) / 2)),
    "where": lambda condition, x, y: np.where(np.real(condition) != 0, x, y),
    "clip": lambda x, low, high: np.where(
        np.maximum(np.real(x), np.real(low)) > np.real(high), high, np.where(np.real(x) < np.real(low), low, x)
    ),
    "relu": lambda x: np.where(np.real(x) > 0, x, 0),
    "leaky_relu": lambda x, slope: np.where(np.real(x) > 0, x, slope * x),
    "elu": lambda x, alpha: np.where(np.real(x) > 0, x, alpha * np.expm1(np.where(np.real(x) > 0, 0, x))),
    "sigmoid": sigmoid,
    "log_sigmoid": lambda x: -softplus(-x),
    "softplus": softplus,
    "softsign": lambda x: x / (1 + modulus(x)),
    "silu": lambda x: x * sigmoid(x),
    "sigmoid_cross_entropy": lambda x, t: np.mean(softplus(x) - x * t),
    "max": partial(winner, choose=np.max),
    "min": partial(winner, choose=np.min),
    "norm": norm,
}


def complex_steps(graph: Graph, ids: set[int]) -> list[ForwardStep]:
    """The steps of some nodes, none of them a leaf, on complex numbers.

    Errors: not-analytic, which names the first op without such a form.
    """
    steps: list[ForwardStep] = []
    for node in graph.nodes:
        if node.id in ids:
            a, b = node.inputs[0], node.inputs[1] if len(node.inputs) > 1 else None
            steps.append((complex_kernel(graph, node), node.id, a, b, node.inputs if len(node.inputs) > 2 else None))
    return steps


def complex_kernel(graph: Graph, node: Node) -> Callable:
    op = node.op
    if op.name in PIECEWISE:
        kernel = PIECEWISE[op.name]
    elif op.name in ANALYTIC:
        kernel = (op.specialize(graph.use(node)) if op.specialize is not None else None) or op.array
    elif op.name in FLAT:
        kernel = partial(on_real_parts, op.array)
    else:
        raise EngineError("not-analytic", function=op.name)
    return partial(kernel, **node.options) if node.options else kernel


def on_real_parts(kernel: Callable, *values: np.ndarray, **options: object) -> np.ndarray:
    return kernel(*[np.real(v) for v in values], **options)
