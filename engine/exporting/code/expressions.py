"""A node of a graph as an expression of a library: its operator, a call of the library's own, or a helper."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.code.literals import attribute, literal, plain_number
from gradlens.engine.exporting.code.sources import Sources
from gradlens.engine.graph import Graph, Node
from gradlens.engine.language.syntax import BINARY, COMPARE
from gradlens.engine.values import Array, Value

OPERATORS = {name: kind for kind, name in BINARY.items()}
COMPARISONS = {name: kind for kind, name in COMPARE.items()}
PLAIN = ("identity", "add", "sub", "mul", "div", "neg", "pow")  # of Python's numbers they are one of Python's
RAISING = ("div", "pow")  # where IEEE has infinities and NaN, Python's numbers raise errors or turn complex
Written = Callable[["Expressions", Node, list[ast.expr]], ast.expr | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """How a library spells the ops.

    title: what it is called.  module: the name that scripts give it.
    number, array: what makes a number, an array of its own of Python's.
    wraps: whether its functions take its own numbers alone.  leaf: arguments by keyword that make a value an input.
    axis, keepdims: how its reductions call these.
    templates: by op, an expression in which its inputs and options stand by their names; an argument by keyword falls
      away where it is None or keepdims=False.  `axis` is left out where all are meant, `axis_` never.
    at_kinks: the same, where an op sits at a point at which the library's own convention is another one; "" where there
      is no such expression.
    written: by op, a function where a template is not enough; where it gives None the others are asked.
    fallback: of the ops in neither.
    """

    title: str
    module: str
    number: tuple[str, ...]
    array: str = "array"
    wraps: bool = False
    leaf: tuple[str, ...] = ()
    axis: str = "axis"
    keepdims: str = "keepdims"
    templates: Mapping[str, str] = field(default_factory=dict[str, str])
    at_kinks: Mapping[str, str] = field(default_factory=dict[str, str])
    written: Mapping[str, Written] = field(default_factory=dict[str, Written])
    fallback: Written


class Expressions:
    """Nodes of a graph as a library writes them.

    names: of the nodes that have a statement of their own; the others are written where they are used.
    by_hand: whether no gradient need pass what is written.
    kinks: the nodes at which a convention applies.
    opening: the ops in whose definitions the nodes stand.
    """

    def __init__(
        self,
        library: Library,
        graph: Graph,
        names: Mapping[int, str],
        sources: Sources,
        opening: frozenset[str] = frozenset(),
        by_hand: bool = False,
    ):
        self.by_hand = by_hand
        self.kinks: set[int] = set()
        self.opening = opening
        self.library = library
        self.graph = graph
        self.names = names
        self.sources = sources

    def value(self, value: Value) -> ast.expr:
        """A number or an array as a value of the library's."""
        if isinstance(value, np.ndarray) and value.ndim:
            return self.array(value)
        return ast.Call(attribute(*self.library.number), [literal(float(value), self.library.module)], [])

    def leaf(self, value: Value) -> ast.expr:
        """A value of which a gradient is wanted."""
        made = self.value(value)
        assert isinstance(made, ast.Call)
        return ast.Call(made.func, made.args, [ast.keyword(name, ast.Constant(True)) for name in self.library.leaf])

    def array(self, value: Array) -> ast.expr:
        return literal(value, self.library.module, self.library.array)

    def operand(self, id: int) -> ast.expr:
        """A node where it is used, a condition as the number 0 or 1."""
        made = self.condition(id)
        return ast.BinOp(ast.Constant(1.0), ast.Mult(), made) if self.is_condition(id) else made

    def condition(self, id: int) -> ast.expr:
        """A node where it is used, a condition as True or False."""
        if id in self.names:
            return ast.Name(self.names[id])
        node = self.graph.nodes[id]
        if node.op is None:
            assert node.value is not None
            value = node.value
            is_array = isinstance(value, np.ndarray) and value.ndim
            return self.array(value) if is_array else plain_number(float(value), self.library.module)  # pyright: ignore[reportArgumentType]
        return self.made(node)

    def is_condition(self, id: int) -> bool:
        """Whether a node that is written where it is used is True or False there."""
        node = self.graph.nodes[id]
        if id in self.names or node.op is None:
            return False
        return node.kind in COMPARISONS or (node.kind == "mul" and all(map(self.is_condition, node.inputs)))

    def is_plain(self, id: int) -> bool:
        """Whether a node is a number of Python's, made of the text's own."""
        node = self.graph.nodes[id]
        if id in self.names or node.shape != ():
            return False
        return node.op is None or self.is_plain_op(node)

    def is_plain_op(self, node: Node) -> bool:
        """Whether an op gives a number of Python's."""
        return node.shape == () and node.kind in PLAIN and all(map(self.is_plain, node.inputs))

    def is_power(self, node: Node) -> bool:
        """Whether an op is a power whose exponent stands in the text, of which libraries agree."""
        return node.kind == "pow" and self.graph.nodes[node.inputs[1]].kind == "constant"

    def own(self, number: ast.expr) -> ast.expr:
        """One of Python's numbers as one of the library's."""
        return ast.Call(attribute(*self.library.number), [with_point(number)], [])

    def is_harmless(self, node: Node) -> bool:
        """Whether Python's own division raises no error: by a number that is not 0."""
        divisor = self.graph.nodes[node.inputs[1]]
        return node.kind == "div" and divisor.op is None and divisor.value != 0

    def statement(self, id: int) -> ast.expr:
        """What a node's name is assigned."""
        node = self.graph.nodes[id]
        if node.op is None:
            assert node.value is not None
            return self.value(node.value)
        made = self.made(node)
        is_condition = node.kind in COMPARISONS or (node.kind == "mul" and all(map(self.is_condition, node.inputs)))
        if self.is_plain_op(node):
            return self.own(made)
        return ast.BinOp(ast.Constant(1.0), ast.Mult(), made) if is_condition else made

    def made(self, node: Node) -> ast.expr:
        """An op with its operands."""
        op = node.op
        assert op is not None
        if node.kind == "where":
            operands = [self.condition(node.inputs[0]), *map(self.operand, node.inputs[1:])]
        elif node.kind == "mul":  # a product of a number and a condition is a number
            operands = list(map(self.condition, node.inputs))
        else:
            operands = list(map(self.operand, node.inputs))
        library = self.library
        is_operator = (node.kind in OPERATORS or node.kind in COMPARISONS) and node.kind not in library.templates
        if not is_operator:
            operands = list(map(with_point, operands))
        if library.wraps and not is_operator and node.kind not in ("neg", "where", "identity"):
            operands = [self.own(made) if self.is_plain(id) else made for id, made in zip(node.inputs, operands)]
        if (
            node.id in self.kinks
            and not self.is_power(node)
            and (template := library.at_kinks.get(node.kind)) is not None
        ):
            if not template and not self.by_hand:
                raise EngineError("code-kink", function=node.kind, library=library.title)
            if template:
                return self.filled(template, node, operands)
        if (write := library.written.get(node.kind)) is not None:
            found = write(self, node, operands)
            if found is not None:
                return found
        if (template := library.templates.get(node.kind)) is not None:
            return self.filled(template, node, operands)
        if is_operator:
            if node.kind in RAISING and all(map(self.is_plain, node.inputs)) and not self.is_harmless(node):
                operands[0] = self.own(operands[0])
            if node.kind in COMPARISONS:
                return ast.Compare(operands[0], [COMPARISONS[node.kind]()], [operands[1]])
            return ast.BinOp(operands[0], OPERATORS[node.kind](), operands[1])
        found = self.library.fallback(self, node, operands)
        assert found is not None, node.kind
        return found

    def arguments(self, node: Node, operands: list[ast.expr]) -> dict[str, ast.expr]:
        """Inputs and options by name."""
        op = node.op
        assert op is not None
        if op.variadic:
            found: dict[str, ast.expr] = {op.inputs[0]: ast.List(operands)}
        else:
            found = dict(zip(op.inputs, operands))
        for name, value in node.options.items():
            if name == "axis":
                found["axis_"] = literal(value[0] if isinstance(value, tuple) and len(value) == 1 else value)
            found[name] = literal(self.option(node, name, value), self.library.module)
        return found

    def option(self, node: Node, name: str, value: Any) -> Any:
        """An option's value: one axis as a number, all axes of a reduction as None."""
        if name == "ddof":
            return int(value) if float(value).is_integer() else value
        if isinstance(value, tuple) and name == "axis":
            rank = len(self.graph.nodes[node.inputs[0]].shape)
            if len(value) == rank and node.options.get("keepdims") is False:
                return None
            return value[0] if len(value) == 1 else value
        return value

    def filled(self, template: str, node: Node, operands: list[ast.expr]) -> ast.expr:
        """A template with its names replaced."""
        return _Filled(self.arguments(node, operands)).visit(ast.parse(template, mode="eval").body)

    def shape(self, id: int) -> tuple[int, ...]:
        return self.graph.nodes[id].shape


class _Filled(ast.NodeTransformer):
    def __init__(self, arguments: Mapping[str, ast.expr]):
        self.arguments = arguments

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.arguments.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        node.keywords = [one for one in node.keywords if not is_default(one)]
        return node


def is_default(argument: ast.keyword) -> bool:
    """Whether an argument says what is so without it: None, and keepdims=False."""
    if not isinstance(argument.value, ast.Constant):
        return False
    return argument.value.value is None or (argument.value.value is False and argument.arg in ("keepdims", "keepdim"))


def with_point(operand: ast.expr) -> ast.expr:
    """A whole number of the text as a float, which a library would keep whole."""
    value = operand.value if isinstance(operand, ast.Constant) else None
    return ast.Constant(float(value)) if isinstance(value, int) and not isinstance(value, bool) else operand


def without_defaults(expression: ast.expr) -> ast.expr:
    """A call without the arguments by keyword that are None or False."""
    return _Filled({}).visit(expression)


def call(*names: str) -> Callable[..., ast.Call]:
    """A call of np.sum and its like."""
    return lambda *arguments, **given: ast.Call(
        attribute(*names), list(arguments), [ast.keyword(name, value) for name, value in given.items()]
    )


def same(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return operands[0]


def negative(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return ast.UnaryOp(ast.USub(), operands[0])


def up_to_sign(e: Expressions, node: Node, operands: list[ast.expr]) -> None:
    """Vectors that another library may turn around: of use only where a rule takes each twice.  Error: code-sign."""
    if not e.by_hand:
        raise EngineError("code-sign", function=node.kind, library=e.library.title)
