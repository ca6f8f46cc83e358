"""What a line would give, computed with NumPy on the values that it saw: for a first look at many forms of it.

Only what is listed here is computed; of anything else the program itself must tell.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlens.engine.diagnosing.backward_code.search.line_names import Names, NotKnown
from gradlens.engine.language.objects import DictCell, Instance, ListCell, Scope
from gradlens.engine.values import Value

LIBRARIES = frozenset(("np", "numpy", "jnp", "torch", "F", "math"))
BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.MatMult: operator.matmul,
}
COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
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
MAKING: dict[str, Callable[..., Any]] = {"arange": np.arange, "zeros": np.zeros, "ones": np.ones, "eye": np.eye}
KEYWORDS = {"dim": "axis", "keepdim": "keepdims"}
SAME = frozenset(("copy", "clone", "detach", "contiguous", "float", "double", "astype", "asarray", "array"))
MOST = 4_000_000  # elements


@dataclass(slots=True)
class Line:
    """A line that is carried out: what it saw, and what it has assigned so far.  new: of nodes that are others."""

    names: Names
    scope: Scope
    time: int
    new: Mapping[int, Value]
    torch: bool
    functions: Mapping[str, ast.FunctionDef]
    assigned: dict[str, Any] = field(default_factory=dict[str, Any])
    inside: int = 0

    def carry_out(self, statement: ast.stmt) -> None:
        """Assign what a statement assigns.  Raises NotKnown, and what NumPy raises."""
        if isinstance(statement, ast.Assign):
            value = self.value(statement.value)
            for target in statement.targets:
                self.assign(target, value)
        elif isinstance(statement, ast.AugAssign):
            self.change(statement)
        elif isinstance(statement, ast.Return) and statement.value is not None:
            self.assigned["return"] = self.value(statement.value)
        elif not isinstance(statement, ast.Pass):
            raise NotKnown

    def assign(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Tuple):
            if not isinstance(value, tuple) or len(value) != len(target.elts):  # pyright: ignore
                raise NotKnown
            for one, part in zip(target.elts, value, strict=True):  # pyright: ignore
                self.assign(one, self.names.value(part, self.time, self.new))
        elif isinstance(target, ast.Subscript):
            held = self.value(target.value)
            key = self.key(target.slice)
            base = ast.unparse(target.value)
            if type(held) in (DictCell, ListCell):
                self.assigned[f"{base}[{key!r}]"] = value
            else:
                made = np.array(held, dtype=np.float64)
                made[key] = value
                self.assigned[base] = made
        else:
            self.assigned[ast.unparse(target)] = value

    def change(self, statement: ast.AugAssign) -> None:
        target = statement.target
        how = BINARY.get(type(statement.op))
        if how is None:
            raise NotKnown
        self.assign(
            target, how(self.value(ast.parse(ast.unparse(target), mode="eval").body), self.value(statement.value))
        )

    def value(self, x: ast.expr) -> Any:
        made = VALUES.get(type(x))
        if made is None:
            raise NotKnown
        return made(self, x)

    def key(self, x: ast.expr) -> Any:
        """An index: whole numbers, truths, parts and tuples of them."""
        if isinstance(x, ast.Tuple):
            return tuple(self.key(one) for one in x.elts)
        return as_key(self.value(x))


def as_key(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(as_key, value))  # pyright: ignore
    if type(value) is ListCell and value.items is not None:
        return as_key(list(value.items))
    if isinstance(value, range):
        return np.array(value)
    if isinstance(value, (float, np.ndarray)) and np.asarray(value).dtype == np.float64:
        whole = np.asarray(value)
        if not (whole == np.round(whole)).all():
            raise NotKnown
        return whole.astype(int) if whole.ndim else int(whole)
    return value


def constant(line: Line, x: ast.Constant) -> Any:
    return x.value


def name(line: Line, x: ast.Name) -> Any:
    if x.id in line.assigned:
        return line.assigned[x.id]
    return line.names.name(line.scope, x.id, line.time, line.new)


def attribute(line: Line, x: ast.Attribute) -> Any:
    if isinstance(x.value, ast.Name) and x.value.id in LIBRARIES and x.value.id not in line.assigned:
        if x.attr in ("pi", "e", "inf", "newaxis"):
            return getattr(np, x.attr)
        raise NotKnown
    if line.assigned and (text := ast.unparse(x)) in line.assigned:
        return line.assigned[text]
    held = line.value(x.value)
    if type(held) is Instance:
        return line.names.attribute(held, x.attr, line.time, line.new)
    if isinstance(held, (float, int, np.ndarray, np.generic)):
        array = np.asarray(held)
        if x.attr in ("T", "mT"):
            return array.T if x.attr == "T" else array.swapaxes(-1, -2)
        if x.attr == "shape":
            return array.shape
        if x.attr in ("size", "ndim"):
            return array.size if x.attr == "size" else array.ndim
        if x.attr == "data":
            return held
    raise NotKnown


def item(line: Line, x: ast.Subscript) -> Any:
    held, key = line.value(x.value), line.key(x.slice)
    if type(held) in (DictCell, ListCell):
        if line.assigned and (text := f"{ast.unparse(x.value)}[{key!r}]") in line.assigned:
            return line.assigned[text]
        return line.names.item(held, key, line.time, line.new)
    if isinstance(held, (tuple, range)):
        return line.names.value(held[key], line.time, line.new)  # pyright: ignore
    if not isinstance(held, np.ndarray):
        raise NotKnown
    return held[key]


def part(line: Line, x: ast.Slice) -> slice:
    return slice(*[None if one is None else line.key(one) for one in (x.lower, x.upper, x.step)])


def binary(line: Line, x: ast.BinOp) -> Any:
    a, b = line.value(x.left), line.value(x.right)
    if isinstance(x.op, ast.Pow):
        return power(a, b)
    how = BINARY.get(type(x.op))
    if how is None or not (is_number(a) and is_number(b)):
        raise NotKnown
    return how(a, b)


def is_number(value: Any) -> bool:
    return isinstance(value, (float, int, np.ndarray, np.generic))


def power(a: Any, b: Any) -> Any:
    if not (is_number(a) and is_number(b)):
        raise NotKnown
    return np.power(np.asarray(a, dtype=np.float64), b) if isinstance(a, np.ndarray) else float(a) ** b


def unary(line: Line, x: ast.UnaryOp) -> Any:
    value = line.value(x.operand)
    if isinstance(x.op, ast.USub):
        return -np.asarray(value, dtype=np.float64) if isinstance(value, np.ndarray) else -value
    if isinstance(x.op, (ast.Invert, ast.Not)) and isinstance(value, np.ndarray) and value.dtype == bool:
        return ~value
    raise NotKnown


def comparison(line: Line, x: ast.Compare) -> Any:
    if len(x.ops) != 1 or type(x.ops[0]) not in COMPARED:
        raise NotKnown
    return COMPARED[type(x.ops[0])](line.value(x.left), line.value(x.comparators[0]))


def several(line: Line, x: ast.Tuple | ast.List) -> Any:
    return tuple(line.value(one) for one in x.elts)


def call(line: Line, x: ast.Call) -> Any:
    if any(keyword.arg is None for keyword in x.keywords):
        raise NotKnown
    keywords = {KEYWORDS.get(k.arg, k.arg): line.value(k.value) for k in x.keywords if k.arg is not None}
    keywords.pop("dtype", None)
    if isinstance(x.func, ast.Name):
        return called(line, x.func.id, [line.value(one) for one in x.args], keywords)
    if not isinstance(x.func, ast.Attribute):
        raise NotKnown
    library = isinstance(x.func.value, ast.Name) and x.func.value.id in LIBRARIES
    args = [line.value(one) for one in x.args]
    held = None if library else line.value(x.func.value)
    if not library and not is_number(held):
        raise NotKnown
    return applied(line, x.func.attr, args if library else [held, *args], keywords, library)


def applied(line: Line, name: str, args: list[Any], keywords: dict[str, Any], library: bool) -> Any:
    """A function of a library, or a method of an array before its arguments."""
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
    if name == "transpose" and line.torch and len(args) == 3:
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


def called(line: Line, name: str, args: list[Any], keywords: dict[str, Any]) -> Any:
    """A function of Python's, or of the program where it does nothing but compute."""
    if name == "len" and len(args) == 1:
        return len(args[0].items) if type(args[0]) in (ListCell, DictCell) else len(args[0])
    if name == "range":
        return range(*[int(one) for one in args])
    if name in ("float", "int") and len(args) == 1:
        return float(args[0]) if name == "float" else int(args[0])
    made = line.functions.get(name)
    if made is None and len(args) == 1 and not keywords and (name in PLAIN or name == "sigmoid"):
        if line.names.is_bound(line.scope, name):
            raise NotKnown
        return applied(line, name, args, keywords, True)  # an op by its bare name
    if made is None or keywords or line.inside > 3 or len(made.args.args) != len(args):
        raise NotKnown
    inner = Line(line.names, line.scope, line.time, line.new, line.torch, line.functions, inside=line.inside + 1)
    inner.assigned.update({one.arg: value for one, value in zip(made.args.args, args, strict=True)})
    for statement in made.body:
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            inner.carry_out(statement)
    return inner.assigned["return"]


def functions_of(body: tuple[ast.stmt, ...]) -> dict[str, ast.FunctionDef]:
    """The functions of a program that assign names of their own and return something."""
    found: dict[str, ast.FunctionDef] = {}
    for one in body:
        if isinstance(one, ast.FunctionDef):
            last = one.body[-1]
            plain = all(isinstance(s, (ast.Assign, ast.AugAssign, ast.Expr)) for s in one.body[:-1])
            if plain and isinstance(last, ast.Return) and not one.decorator_list:
                found[one.name] = one
    return found


VALUES: dict[type[ast.expr], Callable[[Line, Any], Any]] = {
    ast.Constant: constant,
    ast.Name: name,
    ast.Attribute: attribute,
    ast.Subscript: item,
    ast.Slice: part,
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.Compare: comparison,
    ast.Tuple: several,
    ast.List: several,
    ast.Call: call,
}
