"""A node of a graph as an expression of a library: its operator, a call of the library's own, or a helper."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlens.engine.exporting.code.literals import attribute, index, key_literal, literal, plain_number
from gradlens.engine.exporting.code.sources import Sources
from gradlens.engine.graph import Graph, Node
from gradlens.engine.language.syntax import BINARY, COMPARE
from gradlens.engine.shapes import stretched_axes
from gradlens.engine.values import Value, size_of

OPERATORS = {name: kind for kind, name in BINARY.items()}
COMPARISONS = {name: kind for kind, name in COMPARE.items()}
PLAIN = ("identity", "add", "sub", "mul", "div", "neg", "pow")  # of Python's numbers they are one of Python's
RAISING = ("div", "pow")  # where IEEE has infinities and NaN, Python's numbers raise errors or turn complex
Written = Callable[["Expressions", Node, list[ast.expr]], ast.expr | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """How a library spells the ops.

    module: the name that scripts give it.  number: what makes a number of its own of one of Python's.
    templates: by op, an expression in which its inputs and options stand by their names; an argument by keyword falls
      away where its value is None or False.
    written: by op, a function where a template is not enough; of None the op's helper is taken.
    """

    module: str
    number: tuple[str, ...]
    templates: Mapping[str, str] = field(default_factory=dict[str, str])
    written: Mapping[str, Written] = field(default_factory=dict[str, Written])
    fallback: Written


class Expressions:
    """Nodes of a graph as a library writes them.

    names: of the nodes that have a statement of their own; the others are written where they are used.
    """

    def __init__(self, library: Library, graph: Graph, names: Mapping[int, str], sources: Sources):
        self.library = library
        self.graph = graph
        self.names = names
        self.sources = sources

    def value(self, value: Value) -> ast.expr:
        """A number or an array as a value of the library's."""
        if isinstance(value, np.ndarray) and value.ndim:
            return literal(value, self.library.module)
        return ast.Call(attribute(*self.library.number), [literal(float(value), self.library.module)], [])

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
            return (
                literal(value, self.library.module)
                if isinstance(value, np.ndarray) and value.ndim
                else plain_number(float(value), self.library.module)
            )
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
            return ast.Call(attribute(*self.library.number), [made], [])
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
        if node.kind in OPERATORS or node.kind in COMPARISONS:
            if node.kind in RAISING and all(map(self.is_plain, node.inputs)) and not self.is_harmless(node):
                operands[0] = ast.Call(attribute(*self.library.number), [operands[0]], [])
            if node.kind in COMPARISONS:
                return ast.Compare(operands[0], [COMPARISONS[node.kind]()], [operands[1]])
            return ast.BinOp(operands[0], OPERATORS[node.kind](), operands[1])
        if (write := self.library.written.get(node.kind)) is not None:
            found = write(self, node, operands)
            if found is not None:
                return found
        if (template := self.library.templates.get(node.kind)) is not None:
            return self.filled(template, node, operands)
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
            found[name] = literal(self.option(node, name, value), self.library.module)
        return found

    def option(self, node: Node, name: str, value: Any) -> Any:
        """An option's value: one axis as a number, all of them as None."""
        if isinstance(value, tuple) and name in ("axis", "dim"):
            rank = len(self.graph.nodes[node.inputs[0]].shape)
            if len(value) == rank and node.options.get("shape") is None:
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
        node.keywords = [
            one
            for one in node.keywords
            if not (isinstance(one.value, ast.Constant) and (one.value.value is None or one.value.value is False))
        ]
        return node


def call(*names: str) -> Callable[..., ast.Call]:
    """A call of np.sum and its like."""
    return lambda *arguments, **given: ast.Call(
        attribute(*names), list(arguments), [ast.keyword(name, value) for name, value in given.items()]
    )


# ---- NumPy


def same(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return operands[0]


def negative(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return ast.UnaryOp(ast.USub(), operands[0])


def indexed(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return ast.Subscript(operands[0], index(node.options["key"]))


def transposed(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr | None:
    rank = len(node.shape)
    axes = node.options["axes"]
    return ast.Attribute(operands[0], "T") if axes is None or tuple(axes) == tuple(range(rank))[::-1] else None


def summed_to(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """The sum along the axes along which an operand was stretched."""
    given, wanted = e.shape(node.inputs[0]), node.options["shape"]
    total = call(e.library.module, "sum")
    if wanted == given:
        return operands[0]
    if wanted == ():
        return total(operands[0])
    axes = stretched_axes(given, wanted)
    if all(given[len(given) - len(wanted) :][i] == n for i, n in enumerate(wanted)):
        return total(operands[0], axis=literal(axes[0] if len(axes) == 1 else axes))
    kept = total(operands[0], axis=literal(axes[0] if len(axes) == 1 else axes), keepdims=ast.Constant(True))
    return kept if len(given) == len(wanted) else call(e.library.module, "reshape")(kept, literal(wanted))


def spread_out(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """A reduction undone: the value again and again along the axes that are gone."""
    given, shape, axes = e.shape(node.inputs[0]), node.options["shape"], node.options["axis"]
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
    made = operands[0]
    if given and given != kept:
        if size_of(given) == size_of(shape):
            return call(e.library.module, "reshape")(made, literal(shape))
        made = call(e.library.module, "reshape")(made, literal(kept))
    return call(e.library.module, "broadcast_to")(made, literal(shape))


def einsum(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    subscripts: str = node.options["subscripts"]
    right = subscripts.rpartition("->")[2]
    if len(set(right)) < len(right):
        name = e.sources.add_text("einsum_onto_diagonal", ONTO_DIAGONAL)
        return ast.Call(ast.Name(name), [ast.Constant(subscripts), *operands], [])
    return call(e.library.module, "einsum")(ast.Constant(subscripts), *operands)


SCATTER = '''def {name}(x, key, shape):
    """Zeros with x at the places of an index; a place that is named twice gets both."""
    result = np.zeros(shape)
    np.add.at(result, key, x)
    return result'''
PUT = '''def {name}(x, y, key):
    """A copy of x with y at the places of an index."""
    result = np.array(x, dtype=np.float64)
    result[key] = y
    return result'''

ONTO_DIAGONAL = """def {name}(subscripts, *values):
    \"\"\"An einsum whose result names a letter twice: zeros but on that diagonal.\"\"\"
    left, right = subscripts.split("->")
    letters = "".join(dict.fromkeys(right))
    result = np.einsum(left + "->" + letters, *values)
    size = dict(zip(letters, np.shape(result)))
    whole = np.zeros([size[letter] for letter in right])
    np.einsum(right + "->" + letters, whole)[...] = result
    return whole"""


def scattered(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    name = e.sources.add_text("scatter", SCATTER)
    return ast.Call(ast.Name(name), [operands[0], key_literal(node.options["key"]), literal(node.options["shape"])], [])


def put(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    return ast.Call(ast.Name(e.sources.add_text("put", PUT)), [*operands, key_literal(node.options["key"])], [])


def helper(e: Expressions, node: Node, operands: list[ast.expr]) -> ast.expr:
    """What the engine computes: NumPy's own function, a short expression, or a function that is written out."""
    op = node.op
    assert op is not None and op.array is not None, node.kind
    options = {name: literal(value) for name, value in node.options.items()}
    given: dict[str, ast.expr] = (
        {op.inputs[0]: ast.List(operands)} if op.variadic == "list" else dict(zip(op.inputs, operands))
    )
    if op.variadic != "arguments" and (made := e.sources.inline(op.array, given | options)) is not None:
        return _Filled({}).visit(made)
    function = e.sources.value(op.array, op.name)
    arguments = operands if op.variadic == "arguments" else list(given.values())
    return ast.Call(function, arguments, [ast.keyword(name, value) for name, value in options.items()])


NUMPY = Library(
    module="np",
    number=("np", "float64"),
    templates={
        "where": "np.where(condition, x, y)",
        "transpose": "np.transpose(x, axes)",
        "reshape": "np.reshape(x, shape)",
        "ravel": "np.ravel(x)",
        "sum": "np.sum(x, axis=axis, keepdims=keepdims)",
        "max": "np.max(x, axis=axis, keepdims=keepdims)",
        "min": "np.min(x, axis=axis, keepdims=keepdims)",
        "mean": "np.mean(x, axis=axis, keepdims=keepdims)",
        "prod": "np.prod(x, axis=axis, keepdims=keepdims)",
        "broadcast_to": "np.broadcast_to(x, shape)",
        "expand_dims": "np.expand_dims(x, axis)",
        "logical_and": "np.logical_and(x, y) * 1.0",
        "logical_or": "np.logical_or(x, y) * 1.0",
        "logical_not": "np.logical_not(x) * 1.0",
    },
    written={
        "identity": same,
        "stop_gradient": same,
        "neg": negative,
        "index": indexed,
        "transpose": transposed,
        "sum_to": summed_to,
        "spread": spread_out,
        "einsum": einsum,
        "scatter": scattered,
        "put": put,
    },
    fallback=helper,
)
