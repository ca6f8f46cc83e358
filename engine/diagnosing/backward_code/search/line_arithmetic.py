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
from gradlens.engine.diagnosing.backward_code.search.numpy_calls import LIBRARIES, applied, as_key
from gradlens.engine.diagnosing.backward_code.search.program_calls import Callables, called, parameters_of, turns_of
from gradlens.engine.language.objects import DictCell, Instance, ListCell, Scope
from gradlens.engine.values import Value

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
KEYWORDS = {"dim": "axis", "keepdim": "keepdims"}
ADDED_AT = ("np.add.at", "numpy.add.at")
RETURN = "return"
MOST_STEPS, MOST_CALLS = 3_000, 5


@dataclass(slots=True)
class Line:
    """A line that is carried out: what it saw, and what it has assigned so far.

    new: of nodes that are others.  steps: how many statements were carried out, those of functions too.
    """

    names: Names
    scope: Scope
    time: int
    new: Mapping[int, Value]
    torch: bool
    callables: Callables
    assigned: dict[str, Any] = field(default_factory=dict[str, Any])
    inside: int = 0
    steps: int = 0

    def carry_out(self, statement: ast.stmt) -> None:
        """Assign what a statement assigns.  Raises NotKnown, and what NumPy raises."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise NotKnown
        if isinstance(statement, ast.Assign):
            value = self.value(statement.value)
            for target in statement.targets:
                self.assign(target, value)
        elif isinstance(statement, ast.AugAssign):
            self.change(statement)
        elif isinstance(statement, ast.Return) and statement.value is not None:
            self.assigned[RETURN] = self.value(statement.value)
        elif isinstance(statement, ast.Expr):
            self.expression(statement.value)
        elif isinstance(statement, ast.For) and not statement.orelse:
            for value in turns_of(self, statement.iter):
                self.assign(statement.target, value)
                self.carry_out_all(statement.body)
                if RETURN in self.assigned:
                    return
        elif isinstance(statement, ast.If):
            test = self.value(statement.test)
            if not isinstance(test, (bool, np.bool_)):
                raise NotKnown
            self.carry_out_all(statement.body if test else statement.orelse)
        elif not isinstance(statement, ast.Pass):
            raise NotKnown

    def carry_out_all(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.carry_out(statement)
            if RETURN in self.assigned:
                return

    def expression(self, x: ast.expr) -> None:
        """What stands alone: a text, np.add.at(dW, x, dout), or a call whose value nobody takes."""
        if isinstance(x, ast.Constant):
            return
        if not isinstance(x, ast.Call) or ast.unparse(x.func) not in ADDED_AT or len(x.args) != 3:
            self.value(x)
            return
        held, key, added = self.value(x.args[0]), self.key(x.args[1]), self.value(x.args[2])
        if not isinstance(held, np.ndarray):
            raise NotKnown
        made = np.array(held, dtype=np.float64)
        np.add.at(made, key, added)
        self.assigned[ast.unparse(x.args[0])] = made

    def assign(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            parts: Any = value
            if type(value) is ListCell and value.items is not None:
                parts = tuple(self.names.item(value, k, self.time, self.new) for k in range(len(value.items)))
            if not isinstance(parts, (tuple, list)) or len(parts) != len(target.elts):  # pyright: ignore
                raise NotKnown
            for one, part in zip(target.elts, parts, strict=True):  # pyright: ignore
                self.assign(one, self.names.value(part, self.time, self.new))
        elif isinstance(target, ast.Subscript):
            held = self.value(target.value)
            key = self.key(target.slice)
            base = ast.unparse(target.value)
            if type(held) in (DictCell, ListCell):
                self.assigned[f"{base}[{key!r}]"] = value
            elif isinstance(held, list):
                made = list(held)  # pyright: ignore
                made[key] = value
                self.assigned[base] = made
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
        held = self.value(ast.parse(ast.unparse(target), mode="eval").body)
        self.assign(target, how(operand(held), operand(self.value(statement.value))))

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

    def run(self, made: ast.FunctionDef, args: list[Any]) -> Any:
        """What a function of the program returns."""
        parameters = parameters_of(made)
        if self.inside > MOST_CALLS or parameters is None or len(parameters) != len(args):
            raise NotKnown
        scope = self.names.root or self.scope
        inner = Line(self.names, scope, self.time, self.new, self.torch, self.callables, inside=self.inside + 1)
        inner.steps = self.steps
        inner.assigned.update(zip(parameters, args, strict=True))
        inner.carry_out_all(made.body)
        self.steps = inner.steps
        if RETURN not in inner.assigned:
            raise NotKnown
        return inner.assigned[RETURN]


def constant(line: Line, x: ast.Constant) -> Any:
    return x.value


def name(line: Line, x: ast.Name) -> Any:
    if x.id in line.assigned:
        return line.assigned[x.id]
    if x.id == "Ellipsis":
        return ...
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
    if isinstance(held, (tuple, list, range)):
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
    if how is None:
        raise NotKnown
    if isinstance(a, str) and isinstance(x.op, (ast.Add, ast.Mod)):
        return how(a, b)
    return how(operand(a), operand(b))


def operand(value: Any) -> Any:
    """A number or an array.  Raises TypeError for what none can be computed with."""
    if isinstance(value, (float, int, np.ndarray, np.generic)):
        return value
    if isinstance(value, (tuple, str)) or type(value) in (Instance, DictCell):
        raise TypeError
    if type(value) is ListCell and any(type(one) in (Instance, DictCell, tuple) for one in value.items or ()):
        raise TypeError
    raise NotKnown


def is_number(value: Any) -> bool:
    return isinstance(value, (float, int, np.ndarray, np.generic))


def power(a: Any, b: Any) -> Any:
    a, b = operand(a), operand(b)
    return np.power(np.asarray(a, dtype=np.float64), b) if isinstance(a, np.ndarray) else float(a) ** b


def unary(line: Line, x: ast.UnaryOp) -> Any:
    value = line.value(x.operand)
    if isinstance(x.op, ast.USub):
        value = operand(value)
        return -np.asarray(value, dtype=np.float64) if isinstance(value, np.ndarray) else -value
    if isinstance(x.op, (ast.Invert, ast.Not)) and isinstance(value, np.ndarray) and value.dtype == bool:
        return ~value
    raise NotKnown


def comparison(line: Line, x: ast.Compare) -> Any:
    if len(x.ops) != 1 or type(x.ops[0]) not in COMPARED:
        raise NotKnown
    return COMPARED[type(x.ops[0])](line.value(x.left), line.value(x.comparators[0]))


def several(line: Line, x: ast.Tuple | ast.List) -> Any:
    values = [line.value(one) for one in x.elts]
    return values if isinstance(x, ast.List) else tuple(values)


def text(line: Line, x: ast.JoinedStr) -> str:
    """f"W{i}"."""
    found: list[str] = []
    for one in x.values:
        if isinstance(one, ast.Constant):
            found.append(str(one.value))
        elif isinstance(one, ast.FormattedValue) and one.format_spec is None and one.conversion == -1:
            found.append(called(line, "str", [line.value(one.value)], {}))
        else:
            raise NotKnown
    return "".join(found)


def chosen(line: Line, x: ast.IfExp) -> Any:
    test = line.value(x.test)
    if not isinstance(test, (bool, np.bool_)):
        raise NotKnown
    return line.value(x.body if test else x.orelse)


def call(line: Line, x: ast.Call) -> Any:
    if any(keyword.arg is None for keyword in x.keywords):
        raise NotKnown
    keywords = {KEYWORDS.get(k.arg, k.arg): line.value(k.value) for k in x.keywords if k.arg is not None}
    keywords.pop("dtype", None)
    args: list[Any] = []
    for one in x.args:
        held = line.value(one.value if isinstance(one, ast.Starred) else one)
        args += held if isinstance(one, ast.Starred) else [held]
    if isinstance(x.func, ast.Name):
        return called(line, x.func.id, args, keywords)
    if not isinstance(x.func, ast.Attribute):
        raise NotKnown
    if isinstance(x.func.value, ast.Name) and x.func.value.id in LIBRARIES:
        return applied(x.func.attr, args, keywords, True, line.torch)
    held = line.value(x.func.value)
    if type(held) is Instance:
        made = None if keywords else line.callables.method(held.of.name, x.func.attr)
        if made is None:
            raise NotKnown
        return line.run(made, [held, *args])
    if not is_number(held):
        raise NotKnown
    return applied(x.func.attr, [held, *args], keywords, False, line.torch)


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
    ast.JoinedStr: text,
    ast.IfExp: chosen,
}
