"""Calls of NumPy and PyTorch, computed with NumPy: what a first look at many forms of a line needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.search.line_names import NotKnown
from gradlens.engine.language.objects import Computed, ListCell

LIBRARIES = frozenset(("np", "numpy", "jnp", "torch", "F", "math"))
REDUCING: dict[str, Callable[..., Any]] = {
    "sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "amax": np.max, "amin": np.min, "prod": np.prod,
    "var": np.var, "std": np.std, "argmax": np.argmax, "argmin": np.argmin,
}  # fmt: skip
PLAIN: dict[str, Callable[..., Any]] = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "tanh": np.tanh, "abs": np.abs, "sign": np.sign, "sin": np.sin,
    "cos": np.cos, "cosh": np.cosh, "sinh": np.sinh, "square": np.square, "reciprocal": np.reciprocal,
    "maximum": np.maximum, "minimum": np.minimum, "multiply": np.multiply, "add": np.add, "subtract": np.subtract,
    "divide": np.divide, "power": np.power, "pow": np.power, "negative": np.negative, "dot": np.dot,
    "matmul": np.matmul, "mm": np.matmul, "bmm": np.matmul, "outer": np.outer, "where": np.where,
    "zeros_like": np.zeros_like, "ones_like": np.ones_like, "einsum": np.einsum, "diag": np.diag,
    "logical_not": np.logical_not, "heaviside": np.heaviside,
}  # fmt: skip
SHAPING: dict[str, Callable[..., Any]] = {
    "reshape": np.reshape, "transpose": np.transpose, "swapaxes": np.swapaxes, "squeeze": np.squeeze,
    "expand_dims": np.expand_dims, "concatenate": np.concatenate, "hstack": np.hstack, "vstack": np.vstack,
    "stack": np.stack, "ravel": np.ravel, "repeat": np.repeat, "tile": np.tile, "flip": np.flip, "pad": np.pad,
    "broadcast_to": np.broadcast_to, "cumsum": np.cumsum, "tril": np.tril, "triu": np.triu, "clip": np.clip,
}  # fmt: skip
MAKING: dict[str, Callable[..., Any]] = {
    "arange": np.arange, "zeros": np.zeros, "ones": np.ones, "eye": np.eye, "empty": np.zeros,
}  # fmt: skip
SAME = frozenset(("copy", "clone", "detach", "contiguous", "float", "double", "astype", "asarray", "array"))
MOST = 4_000_000  # elements


def as_key(value: Any) -> Any:
    """An index, or a size: whole numbers, truths, and several of them."""
    if isinstance(value, tuple):
        return tuple(map(as_key, value))  # pyright: ignore
    if type(value) is ListCell and value.items is not None:
        return as_key(list(value.items))
    if isinstance(value, list):
        return [as_key(one) for one in value]  # pyright: ignore
    if isinstance(value, range):
        return np.array(value)
    if isinstance(value, slice):
        return slice(*[as_key(end) for end in (value.start, value.stop, value.step)])
    if type(value) is Computed:
        return as_key(value.value)
    if isinstance(value, (float, np.ndarray)) and np.asarray(value).dtype == np.float64:
        whole = np.asarray(value)
        if not (whole == np.round(whole)).all():
            raise IndexError
        return whole.astype(int) if whole.ndim else int(whole)
    return value


def applied(name: str, args: list[Any], keywords: dict[str, Any], library: bool, torch: bool) -> Any:
    """A function of a library, or a method of an array before its arguments.

    torch: whether the program is of PyTorch.
    """
    if library and name in MAKING:
        made = [as_key(one) for one in args]
        if any(np.prod(one) > MOST for one in made if isinstance(one, (int, tuple))):
            raise NotKnown
        return MAKING[name](*made)
    if not args:
        raise NotKnown
    if name in REDUCING:
        if len(args) > 1:
            keywords["axis"] = as_key(args[1])
        if len(args) > 2:
            keywords["keepdims"] = args[2]
        return REDUCING[name](np.asarray(args[0]), **keywords)
    if name in PLAIN:
        return PLAIN[name](*args, **keywords)
    if name in SAME:
        return np.asarray(args[0], dtype=np.float64) if name != "astype" else args[0]
    if name == "sigmoid":
        return 1 / (1 + np.exp(-np.asarray(args[0])))
    if name in ("t", "numel", "unsqueeze", "permute", "view", "cat"):
        return of_torch(name, args, keywords)
    if name == "transpose" and torch and len(args) == 3:
        return np.swapaxes(*args)
    if name == "transpose" and len(args) > 2:
        return np.transpose(args[0], [int(one) for one in args[1:]])
    if name == "reshape" and len(args) > 2:
        return np.reshape(args[0], [int(one) for one in args[1:]])
    if name == "size" and len(args) == 2:
        return np.asarray(args[0]).shape[int(args[1])]
    if name == "clip" and not library and len(args) != 3:
        raise NotKnown
    if name in SHAPING:
        return SHAPING[name](*[as_key(one) if i else one for i, one in enumerate(args)], **keywords)
    raise NotKnown


def of_torch(name: str, args: list[Any], keywords: dict[str, Any]) -> Any:
    array = args[0] if name == "cat" else np.asarray(args[0])
    if name == "t":
        return array.T
    if name == "numel":
        return array.size
    if name == "unsqueeze":
        return np.expand_dims(array, int(args[1]))
    if name == "cat":
        return np.concatenate(array, *args[1:], **keywords)
    whole = args[1:] if not isinstance(args[1], tuple) else args[1]
    return (
        np.transpose(array, [int(one) for one in whole])
        if name == "permute"
        else array.reshape([int(n) for n in whole])
    )
