"""Arrays that a call makes from nothing: zeros(3), np.eye(2), torch.arange(4). They are literals, written shorter."""

from __future__ import annotations

import ast
import math
from collections.abc import Container

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language.calls import bind_arguments
from gradlens.engine.language.names import own_name
from gradlens.engine.language.statics import Known
from gradlens.engine.language.syntax import Misplaced, check_type, literal, meaningful, source
from gradlens.engine.values import Shape, Value, check_shape, is_wholes, number, size_of

SIGNATURES = {
    "zeros": "zeros(shape)",
    "ones": "ones(shape)",
    "full": "full(shape, value)",
    "eye": "eye(rows, columns=rows)",
    "arange": "arange(start=0, stop, step=1)",
    "linspace": "linspace(start, stop, count=50)",
    "identity": "identity(n)",
    "factorial": "factorial(n)",
    "zeros_like": "zeros_like(x)",
    "ones_like": "ones_like(x)",
    "full_like": "full_like(x, value)",
}
NUMPY_PREFIXES = ("np", "numpy", "jnp", "jax.numpy")
LIBRARIES = ("", "math", "torch", *NUMPY_PREFIXES)


def created(node: ast.Call, known: Known, most: float) -> Value | None:
    """The array that a call makes from nothing; None where it is no such call.

    most: elements allowed, refused before they are there.
    Errors: those of a call's arguments, creation-shape, creation-number, creation-like, too-many-elements.
    """
    prefix, name = creating(node.func, known.scope)
    if not name:
        return None
    value = Creation(node, name, known, most, prefix).array()
    check_type(f"{prefix}.{name}".lstrip("."), node.keywords, value)
    return value


def creating(function: ast.expr, taken: Container[str]) -> tuple[str, str]:
    """The library and the name of a function that makes an array, or two empty texts.  taken: the program's names."""
    prefix, _, name = own_name(function, taken).rpartition(".")
    if name not in SIGNATURES or prefix not in LIBRARIES or (name == "identity" and prefix not in NUMPY_PREFIXES):
        return "", ""
    return prefix, name


class Creation:
    """One call, and how to read its arguments."""

    def __init__(self, node: ast.Call, name: str, known: Known, most: float, prefix: str):
        node = ast.copy_location(ast.Call(node.func, node.args, meaningful(node.keywords)), node)
        self.node, self.name, self.known, self.most, self.prefix = node, name, known, most, prefix

    def array(self) -> Value:
        match self.name:
            case "zeros" | "ones":
                value = 0.0 if self.name == "zeros" else 1.0
                # torch.zeros(2, 3): the sizes need no parentheses; NumPy's second argument is a type.
                sizes = (
                    self.node.args
                    if len(self.node.args) > 1 and not self.node.keywords and self.prefix not in NUMPY_PREFIXES
                    else None
                )
                shape = (
                    tuple(self.whole(n) for n in sizes)
                    if sizes
                    else self.shape(self.bound(["shape"], ["shape"])["shape"])
                )
                return self.filled(shape, value)
            case "full":
                given = self.bound(["shape", "value"], ["shape", "value"])
                return self.filled(self.shape(given["shape"]), self.number(given["value"]))
            case "identity":
                rows = self.whole(self.bound(["n"], ["n"])["n"])
                self.check((rows, rows))
                return np.eye(rows)
            case "eye":
                given = self.bound(["rows", "columns"], ["rows"])
                rows = self.whole(given["rows"])
                columns = self.whole(given["columns"]) if "columns" in given else rows
                self.check((rows, columns))
                return np.eye(rows, columns)
            case "arange":
                given = self.bound(["start", "stop", "step"], [])
                if "stop" not in given:  # arange(3) ends at 3
                    given = self.bound(["start", "stop", "step"], ["start"])
                    given["stop"] = given.pop("start")
                start, stop, step = (
                    self.number(given[name]) if name in given else default
                    for name, default in (("start", 0.0), ("stop", 0.0), ("step", 1.0))
                )
                if step == 0 or not math.isfinite(start) or not math.isfinite(stop) or not math.isfinite(step):
                    raise Misplaced("creation-number", self.node, function=self.name, signature=SIGNATURES[self.name])
                count = max(math.ceil(min((stop - start) / step, 2.0**53)), 0)
                self.check((count,))
                return np.arange(start, stop, step) if count else np.zeros(0)
            case "linspace":
                given = self.bound(["start", "stop", "count"], ["start", "stop"])
                count = self.whole(given["count"]) if "count" in given else 50  # NumPy's default
                self.check((count,))
                with np.errstate(all="ignore"):
                    numbers = np.linspace(self.number(given["start"]), self.number(given["stop"]), count)
                if not np.isfinite(numbers).all():
                    raise Misplaced("creation-number", self.node, function=self.name, signature=SIGNATURES[self.name])
                return numbers
            case "factorial":
                node = self.bound(["n"], ["n"])["n"]
                n = self.known.static(node)
                if type(n) is not int:
                    raise Misplaced("option-integer", node, function="factorial", option="n", got=source(node))
                if n < 0:
                    raise Misplaced("option-least", node, function="factorial", option="n", least=0, got=str(n))
                return float(math.factorial(n)) if n <= 170 else math.inf  # 171! is beyond float64
            case _:
                pass  # of another array's shape
        given = self.bound(
            ["x", "value"] if self.name == "full_like" else ["x"], ["x", "value"] if self.name == "full_like" else ["x"]
        )
        like = self.known.shape_of(given["x"].id) if isinstance(given["x"], ast.Name) else None
        if like is None:
            raise Misplaced("creation-like", given["x"], function=self.name)
        value = self.number(given["value"]) if "value" in given else 0.0 if self.name == "zeros_like" else 1.0
        return self.filled(like, value)

    def bound(self, names: list[str], required: list[str]) -> dict[str, ast.expr]:
        return bind_arguments(self.name, SIGNATURES[self.name], names, required, self.node.args, self.node)

    def shape(self, node: ast.expr) -> Shape:
        found = self.known.static(node)
        if type(found) is int:
            found = (found,)
        if not is_wholes(found) or any(n < 0 for n in found):
            raise Misplaced("creation-shape", node, function=self.name, signature=SIGNATURES[self.name])
        return found

    def whole(self, node: ast.expr) -> int:
        found = self.known.static(node)
        if type(found) is not int or found < 0:
            raise Misplaced("creation-shape", node, function=self.name, signature=SIGNATURES[self.name])
        return found

    def number(self, node: ast.expr) -> float:
        found = self.known.static(node)
        if isinstance(found, (int, float)) and not isinstance(found, bool):
            return number(found)
        value = literal(node, self.known.scope)
        if not isinstance(value, float):
            raise Misplaced("creation-number", node, function=self.name, signature=SIGNATURES[self.name])
        return value

    def filled(self, shape: Shape, value: float) -> Value:
        self.check(shape)
        return np.full(shape, value) if shape else value

    def check(self, shape: Shape) -> None:
        check_shape(shape, self.most)
        if size_of(shape) > self.most:
            raise EngineError("too-many-elements", count=size_of(shape), limit=int(self.most))
