"""A function of Python is read from its source, with what it uses of its module, and its gradients are right."""

from __future__ import annotations

import functools
import linecache
import math
import sys
import types
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy import exp, pi
from numpy import sum as total_of

import gradlens
from gradlens.engine.python.programs import program_of
from tests.engine.numerics import close

EPSILON = 1e-3
TURNS = 3
WEIGHTS = np.array([[1.0, 2.0], [3.0, 4.0]])
OPTIONS = {"power": 2, "names": ["a", "b"]}


def squashed(x):
    return 1 / (1 + exp(-x))


def layer(x, W, b=0.5):
    return squashed(x @ W + b) + EPSILON


def total(x, W):
    return np.sum(layer(x, W) @ WEIGHTS)


def turned(x):
    for _ in range(TURNS):
        x = x * x
    return x


def keyed(x, *, mode="relu", axis=0):
    """A text, and a number that decides the shape."""
    return np.sum(np.maximum(x, 0) if mode == "relu" else x, axis=axis)


def many(*xs, scale=1.0):
    return sum(xs) * scale


def optioned(x):
    return x ** OPTIONS["power"]


def shadowed(sum, x):
    return sum * x


def factorial_like(n, x):
    return x if n <= 1 else x * factorial_like(n - 1, x)


def doubling(function):
    @functools.wraps(function)
    def doubled(*arguments):
        return 2 * function(*arguments)

    return doubled


@doubling
def decorated(x):
    return x**3


class Affine:
    def __init__(self, W, b):
        self.W, self.b, self.x = W, b, None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b


class Net:
    def __init__(self):
        self.params = {"W": np.array([[1.0, -2.0], [0.5, 1.0]]), "b": np.array([0.1, 0.2])}
        self.layers = OrderedDict(first=Affine(self.params["W"], self.params["b"]))

    def __call__(self, x):
        for one in self.layers.values():
            x = one.forward(x)
        return x

    def loss(self, x, t):
        return np.sum((self(x) - t) ** 2)

    @staticmethod
    def twice(x):
        return 2 * x

    @classmethod
    def thrice(cls, x):
        return cls.twice(x) * 1.5


class Slotted:
    __slots__ = ("w",)

    def __init__(self):
        self.w = 3.0

    def __call__(self, x):
        return self.w * x


def norms(x):
    return total_of(np.linalg.norm(x) * pi * np.ones(2))


def closed(k):
    return lambda x: x**k


NET = Net()
X = np.array([[1.0, 2.0]])
T = np.array([[0.0, 1.0]])
CALLS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {
    "helpers and arrays of the module": (total, (np.ones(2), np.eye(2)), {}),
    "keywords, and lists as arrays": (total, (), {"W": [[1.0, 0.0], [0.0, 2.0]], "x": [1, 2]}),
    "a default behind": (layer, (np.ones(2), np.eye(2)), {}),
    "a loop over a number of the module": (turned, (1.5,), {}),
    "a text": (keyed, (np.array([1.0, -2.0]),), {"mode": "none"}),
    "another default left as it is": (keyed, (np.ones((2, 2)),), {"axis": 1}),
    "any number of arguments": (many, (1.0, 2.0), {"scale": 3.0}),
    "a dictionary of the module": (optioned, (3.0,), {}),
    "names of Python": (shadowed, (2.0, 3.0), {}),
    "a function that calls itself": (factorial_like, (3, 2.0), {}),
    "a decorator": (decorated, (2.0,), {}),
    "a lambda": (lambda x, y: x * y, (2.0, 3.0), {}),
    "one lambda of two in a line": ((lambda x: x, lambda x: x * x)[1], (3.0,), {}),
    "what surrounds it": (closed(3), (2.0,), {}),
    "a method": (NET.loss, (X, T), {}),
    "an object that is called": (NET, (X,), {}),
    "a static method": (Net.twice, (2.0,), {}),
    "a class method": (Net.thrice, (2.0,), {}),
    "a part of a call": (functools.partial(layer, b=3.0), (np.ones(2), np.eye(2)), {}),
    "whole numbers": (lambda x, n: x**n, (2.0, 3), {}),
    "slots": (Slotted(), (2.0,), {}),
    "members of libraries under other names": (norms, (np.array([3.0, 4.0]),), {}),
    "a dictionary": (lambda p: p["a"] * p["b"], ({"a": 2.0, "b": 3.0},), {}),
    "an infinity": (lambda x, y: x + y, (2.0, math.inf), {}),
}  # fmt: skip


def test_a_function_that_is_read_gives_what_it_gives_when_it_is_called():
    for told, (function, arguments, keywords) in CALLS.items():
        trace = gradlens.explain(function, *arguments, **keywords)
        listed = [np.asarray(one) if isinstance(one, list) else one for one in arguments]
        named = {key: np.asarray(one) if isinstance(one, list) else one for key, one in keywords.items()}
        program = program_of(function, arguments, keywords)
        assert close(trace.nodes[trace.output].value, function(*listed, **named), rtol=1e-12), told
        assert all(name in trace or name in {one.name for one in trace.known} for name in program.arguments.values()), (
            told
        )


def test_the_inputs_are_the_arguments_by_the_names_of_the_parameters():
    assert gradlens.explain(lambda w, x: (w * x) ** 2, 3.0, 2.0).gradients == {"w": 24.0, "x": 36.0}
    assert gradlens.explain(lambda p: p["a"] * p["b"], {"a": 2.0, "b": 3.0}).gradients == {"a": 3.0, "b": 2.0}
    assert list(gradlens.explain(norms, np.array([3.0, 4.0])).gradients) == ["x"]
    trace = gradlens.explain(NET.loss, X, T)
    assert list(trace.gradients) == ["W", "b", "x", "t"]  # the same arrays in a dictionary and a layer are one input
    assert close(trace.gradients["t"], -2 * (NET(X) - T), rtol=1e-12)


def nothing_given(x):
    y = x  # noqa: F841


def test_what_is_not_to_be_read_is_refused_by_name():
    stranger, other = object(), closed(2)

    def strange(x):
        return x * stranger.scale  # pyright: ignore[reportAttributeAccessIssue]

    def ambiguous(x):
        return other(x) + closed_again(x)

    closed_again = closed(3)
    typed: dict[str, Any] = {}
    exec("def typed(x):\n    return x", typed)
    with pytest.raises(gradlens.EngineError, match="nothing_given is None: it gives no number"):
        gradlens.explain(nothing_given, 2.0)
    for function, kind, name in (
        (math.sin, "function-no-source", "sin"),
        (np.exp, "function-no-source", "exp"),
        (typed["typed"], "function-no-source", "typed"),
        (strange, "function-object", "stranger"),
        (ambiguous, "function-two-meanings", "k"),
    ):
        with pytest.raises(gradlens.EngineError) as caught:
            gradlens.explain(function, 2.0)
        assert caught.value.kind == kind and caught.value.params["name"] == name


def test_arguments_that_do_not_fit_and_what_is_no_function_are_type_errors():
    with pytest.raises(
        TypeError, match=r"total\(x, W\) does not take these arguments: missing a required argument: 'W'"
    ):
        gradlens.explain(total, 1.0)
    with pytest.raises(TypeError, match="a function is needed, not int"):
        gradlens.explain(3, 1.0)  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="Net is a class"):
        gradlens.explain(Net)


def test_a_mistake_is_told_with_its_file_and_line():
    def wrong(x):
        y = x * 2
        return undefined_function(y)  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

    with pytest.raises(gradlens.EngineError) as caught:
        gradlens.explain(wrong, 2.0)
    [note] = caught.value.__notes__
    line = wrong.__code__.co_firstlineno + 2
    assert note.startswith(f'File "{__file__}", line {line}: return undefined_function(y)')


def test_a_class_of_a_notebook_is_found_by_its_methods(monkeypatch):
    """Its module has no file, and its cell is where its methods say."""
    cell = "\n\nclass Scale:\n    def __init__(self, k):\n        self.k = k\n\n"
    cell += "    def __call__(self, x):\n        return self.k * x\n"
    lines = [*map(str, cell.splitlines(keepends=True))]
    linecache.cache["<cell 3>"] = (len(cell), None, lines, "<cell 3>")
    module = types.ModuleType("notebook")
    monkeypatch.setitem(sys.modules, "notebook", module)
    exec(compile(cell, "<cell 3>", "exec"), vars(module))
    assert gradlens.explain(module.Scale(3.0), 2.0).gradients == {"x": 3.0}
    assert program_of(module.Scale(3.0), (2.0,), {}).place(1) == ("<cell 3>", 3)


def test_methods_of_tensors_are_pytorchs(monkeypatch):
    class Tensor:
        __module__ = "torch"

        def __array__(self, dtype=None, copy=None):
            return np.array([1.0, 2.0, 4.0])

    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))
    for value, free in ((Tensor(), 1), (np.array([1.0, 2.0, 4.0]), 0)):
        trace = gradlens.explain(lambda x: x.std(), value)
        assert close(trace.nodes[trace.output].value, np.std([1.0, 2.0, 4.0], ddof=free), rtol=1e-12)
