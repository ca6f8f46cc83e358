"""Rules to kernels: text of the language becomes a function on numbers or arrays.

Only the registry's own text is ever compiled here, never a user's.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np

from gradlens.engine.language.names import NUMBERS
from gradlens.engine.language.syntax import BINARY, COMPARE, SYMBOLS, name_of, registry_rule
from gradlens.engine.ops import OPS, Use
from gradlens.engine.ops.arithmetic import chosen
from gradlens.engine.ops.rule_texts import is_mask, statics
from gradlens.engine.values import Array, Shape, Value

Kernel = Callable[..., Any]

COMPARED: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def kernel(text: str, use: Use, on_numbers: bool) -> Kernel:
    """A function (g, z, *inputs) that evaluates a rule, or another text with the same names, at one use of its op.

    on_numbers: on Python floats, with IEEE results; otherwise on NumPy values.
    """
    op = use.op
    if op.variadic == "list":
        return part_of(text)
    if on_numbers and op.statics is None and not op.options:
        return _plain(text, op.inputs)  # nothing static to bind
    bound = statics(use)
    needed = _needed(text, frozenset(bound))
    return _maker(text, op.operand_names(len(use.shapes)), needed, on_numbers)(*[bound[name] for name in needed])


def part_of(text: str) -> Kernel:
    """The rule g[:, 3] or g[2:5] of one value of a list, read without a compiler: a list has as many rules as it is
    long.
    """
    key = tuple(
        [
            slice(*[int(n) if n else None for n in item.split(":")]) if ":" in item else int(item)
            for item in text[2:-1].split(", ")
        ]
    )

    def rule(g: Array, z: Array, *inputs: Array) -> Array:
        return np.asarray(g)[key]

    return rule


@cache  # one entry a rule of the registry
def _plain(text: str, inputs: tuple[str, ...]) -> Kernel:
    return _maker(text, inputs, (), True)()


@lru_cache(maxsize=4096)  # one entry a rule of the registry, and one a place in a list
def _needed(text: str, known: frozenset[str]) -> tuple[str, ...]:
    found: set[str] = set()
    for expression in registry_rule(text).expressions:
        for node in ast.walk(expression):
            if isinstance(node, ast.Name) and node.id in known:
                found.add(node.id)
            if isinstance(node, ast.Attribute) and node.attr == "shape":
                found.add(f"{name_of(node.value)}_shape")
    return tuple(sorted(found))


@lru_cache(maxsize=4096)  # as above
def _maker(text: str, inputs: tuple[str, ...], needed: tuple[str, ...], scalar: bool) -> Callable[..., Kernel]:
    writer = _Scalar() if scalar else _Array()
    rule = registry_rule(text)
    lines = [f"        {name} = {writer.visit(value)}" for name, value in rule.parts]
    lines.append(f"        return {writer.visit(rule.result)}")
    source = "\n".join(
        [f"def make({', '.join(needed)}):", f"    def rule(g, z, {', '.join(inputs)}):", *lines, "    return rule"]
    )
    made: dict[str, Any] = {}
    exec(compile(source, f"<rule {text!r}>", "exec"), _kernels(scalar), made)  # the registry's own text
    return made["make"]


@cache
def _kernels(scalar: bool) -> dict[str, object]:
    """What a rule may call, by the names that the writer gives them."""
    kernels: dict[str, object] = {f"{name}_": op.scalar if scalar else op.array for name, op in OPS.items()}
    return kernels | NUMBERS | {"chosen": chosen}


class _Writer(ast.NodeVisitor):
    """An expression of the language as Python source over kernels named `<op>_`."""

    def visit_Name(self, node: ast.Name) -> str:
        return node.id

    def visit_Constant(self, node: ast.Constant) -> str:
        assert isinstance(node.value, (int, float))
        return repr(node.value if isinstance(node.value, bool) else float(node.value))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        return f"(-{self.visit(node.operand)})"

    def visit_BinOp(self, node: ast.BinOp) -> str:
        left, right = self.visit(node.left), self.visit(node.right)
        match node.op, node.right:
            case ast.Pow(), ast.Constant(int(power)) if power in (2, 3):
                return f"({' * '.join([left] * power)})"  # as the forward has it
            case ast.Div() | ast.Pow() | ast.MatMult(), _:
                return f"{BINARY[type(node.op)]}_({left}, {right})"
            case _:
                return f"({left} {SYMBOLS[type(node.op)]} {right})"

    def visit_Attribute(self, node: ast.Attribute) -> str:
        if node.attr == "T":
            return f"{self.visit(node.value)}.T"
        return f"{name_of(node.value)}_{node.attr}"

    def visit_Subscript(self, node: ast.Subscript) -> str:
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return f"index_({self.visit(node.value)}, key=({', '.join(self.place(item) for item in items)},))"

    def place(self, node: ast.expr) -> str:
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            return f"slice({', '.join('None' if part is None else self.static(part) for part in parts)})"
        return self.static(node)

    def visit_Call(self, node: ast.Call) -> str:
        op = OPS[name_of(node.func)]
        values, rest = node.args[: len(op.inputs)], node.args[len(op.inputs) :]
        if op.variadic == "arguments":
            values, rest = node.args[1:], node.args[:1]
        arguments = [self.visit(a) for a in values]
        given = dict(zip((o.name for o in op.options), map(self.static, rest)))
        given |= {k.arg: self.static(k.value) for k in node.keywords}
        options = [f"{o.name}={given.get(o.name, repr(o.default))}" for o in op.options]
        return f"{op.name}_({', '.join(arguments + options)})"

    def static(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value):
                return repr(value)
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
                return repr(-value)
            case ast.Tuple(items):
                return f"({' '.join(f'{self.static(item)},' for item in items)})"
            case _:
                return self.visit(node)


class _Scalar(_Writer):
    def visit_Compare(self, node: ast.Compare) -> str:
        return f"{COMPARE[type(node.ops[0])]}_({self.visit(node.left)}, {self.visit(node.comparators[0])})"


class _Array(_Writer):
    def visit_Compare(self, node: ast.Compare) -> str:
        # A mask stays boolean, by which it is chosen in half the time that `where` takes.
        return f"({self.visit(node.left)} {COMPARED[type(node.ops[0])]} {self.visit(node.comparators[0])})"

    def visit_Call(self, node: ast.Call) -> str:
        match node:
            case ast.Call(ast.Name("where"), [condition, value, ast.Constant(0)]) if is_mask(condition):
                return f"chosen({self.visit(condition)}, {self.visit(value)})"
            case _:
                return super().visit_Call(node)


def forward_kernel(use: Use, on_numbers: bool) -> Kernel:
    """The function of an op's inputs alone, for one use: options bound, the faster form where there is one."""
    op = use.op
    special = op.specialize(use) if op.specialize is not None else None
    if special is not None:
        return special
    function = op.scalar if on_numbers and op.scalar is not None else op.array
    assert function is not None, op.name
    return partial(function, **use.options) if use.options else function


def as_result(kernel: Kernel, shape: Shape) -> Kernel:
    """A kernel on arrays whose result is a float where its shape is ()."""
    if shape == ():
        return lambda *values: float(kernel(*values))
    return kernel


def as_array(value: Any) -> Array:
    return np.asarray(value, dtype=np.float64)


def fitted(value: Any, shape: Shape) -> Value:
    """A value stretched to a shape; a float for ()."""
    return float(value) if shape == () else np.broadcast_to(as_array(value), shape)
