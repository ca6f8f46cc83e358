"""The backward pass as a program: the language describes its own gradients, so they can be read, run and differentiated
again.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np

from gradlens.engine.graph import Edge, Graph, Node
from gradlens.engine.language.dialects.libraries import bare
from gradlens.engine.language.names import CONSTANTS, NUMPY, own
from gradlens.engine.language.syntax import BINARY, COMPARE, name_of, registry_rule
from gradlens.engine.ops import OPS, Op, Option, Options
from gradlens.engine.ops.rule_texts import statics
from gradlens.engine.passes.backward import contributing
from gradlens.engine.passes.rules import edge_rule
from gradlens.engine.values import Array, Key, KeyPart, Shape, Value

WRITTEN_OUT = 64  # elements of an array that is written number by number, though there may be a call that makes it
CREATED: dict[str, Callable[..., Array]] = {
    "zeros": np.zeros,
    "full": np.full,
    "eye": np.eye,
    "arange": np.arange,
    "linspace": np.linspace,
}
RESERVED = frozenset(OPS) | frozenset(CONSTANTS) | frozenset(NUMPY) | frozenset(CREATED)
OPERATORS = {name: kind for kind, name in BINARY.items()}
COMPARISONS = {name: kind for kind, name in COMPARE.items()}
Plain: TypeAlias = "float | str | EllipsisType | tuple[Plain, ...] | None"  # a value of an option
Nested: TypeAlias = "float | list[Nested]"  # the numbers of an array


@dataclass(frozen=True, slots=True)
class GradientProgram:
    """program: its text.  outputs: for each input's name, the name of its gradient."""

    program: str
    outputs: dict[str, str]


def gradient_program_of(graph: Graph, seed: Value | None = None) -> GradientProgram:
    """Write a graph and its backward pass out: one statement a node, one an edge's contribution, one a sum.

    seed: the upstream gradient at the output, by default ones.  The program computes bit for bit what the passes do:
    it applies the same rules in the same order.
    """
    return Writer(graph).write(seed)


class Writer:
    """A program's names and lines.

    taken: the names that it has for its own. Those that are made here are never the language's, so that only the
      reader's hide it.
    names, gradients: of nodes and of their gradients, by node.  seed_name: of the output's gradient.
    """

    def __init__(self, graph: Graph):
        self.graph = graph
        self.edges = contributing(graph)
        self.taken: set[str] = set(graph.names)
        self.names: dict[int, str] = {}
        self.gradients: dict[int, str] = {}
        self.seed_name = ""
        self.counts: dict[str, int] = {}
        self.lines: list[str] = []

    def write(self, seed: Value | None) -> GradientProgram:
        graph = self.graph
        needed = (
            {graph.output}
            | {id for edge in self.edges for id in (edge.source, edge.target)}
            | set(graph.inputs.values())
        )
        for node in reversed(graph.nodes):
            if node.id in needed:
                needed.update(node.inputs)
        for node in graph.nodes:
            if node.id in needed:
                self.forward(node)
        self.gradients = gradients = self.backward(seed)
        outputs = {name: gradients[id] for name, id in graph.inputs.items()}
        return GradientProgram("\n".join(self.lines) + "\n", outputs)

    def forward(self, node: Node) -> None:
        """A node as a statement; numbers of the text stay where they are used."""
        if node.kind == "constant":
            return
        name = node.name
        if node.op is None:
            assert name is not None
            self.names[node.id] = name if self.graph.inputs[name] == node.id else self.fresh(name)
            if node.value is not None:
                self.assign(self.names[node.id], self.literal(node.value))
            return
        if name is None or self.graph.names.get(name) != node.id or name in self.graph.inputs:
            name = self.fresh(name or f"v{node.id}")
        self.names[node.id] = name
        self.assign(name, self.call(node.op, [self.operand(i) for i in node.inputs], node.options))

    def backward(self, seed: Value | None) -> dict[int, str]:
        """The names of all gradients, by node."""
        graph = self.graph
        gradients: dict[int, str] = {}
        parts: dict[int, list[str]] = {}
        counts: dict[int, int] = {}
        for edge in self.edges:
            counts[edge.source] = counts.get(edge.source, 0) + 1
        gradients[graph.output] = self.fresh(f"d{self.names.get(graph.output, 'output')}")
        self.seed_name = gradients[graph.output]
        self.assign(self.seed_name, self.seed(seed))
        for edge in self.edges:
            whole = gradients.get(edge.source) or self.fresh(f"d{self.names[edge.source]}")
            gradients[edge.source] = whole
            part = whole if counts[edge.source] == 1 else self.fresh(f"{whole}_{len(parts.get(edge.source, ())) + 1}")
            self.assign(part, self.contribution(edge, gradients[edge.target]))
            arrived = parts.setdefault(edge.source, [])
            arrived.append(part)
            if len(arrived) == counts[edge.source] > 1:
                self.lines.append(f"{whole} = {' + '.join(arrived)}")
        for id in graph.inputs.values():
            if id not in gradients:
                gradients[id] = self.fresh(f"d{self.names[id]}")
                self.assign(gradients[id], self.filled(0.0, graph.nodes[id].shape))
        return gradients

    def contribution(self, edge: Edge, upstream: str) -> ast.expr:
        """One edge's rule with the program's names in it."""
        graph = self.graph
        node = graph.operation(edge.target)
        rule = edge_rule(graph, edge)
        op, use = node.op, rule.use
        known = statics(use)
        names: dict[str, ast.expr] = {name: own(name, self.taken) for name in CONSTANTS}
        names |= {name: self.literal(value) for name, value in known.items() if name not in node.options}
        names |= {o.name: self.option(o, node.options[o.name]) for o in op.options}
        names |= {name: self.operand(id) for name, id in zip(op.operand_names(len(node.inputs)), node.inputs)}
        names |= {"z": ast.Name(self.names[node.id]), "g": ast.Name(upstream)}
        shapes = {name: known.get(f"{name}_shape") for name in op.inputs}
        syntax = registry_rule(rule.contribution)
        for name, part in syntax.parts:
            value = Substitute(names, shapes, self.taken).visit(copy(part))
            temporary = self.fresh(f"{name}{node.id}")
            self.assign(temporary, value)
            names[name] = ast.Name(temporary)
        written = Substitute(names, shapes, self.taken).visit(copy(syntax.result))
        source = graph.nodes[edge.source]
        if source.shape != node.shape and op.may_stretch(use.shapes, edge.argnum):
            written = ast.Call(self.own("sum_to"), [written, self.literal(source.shape)], [])
        return written

    def seed(self, seed: Value | None) -> ast.expr:
        shape = self.graph.nodes[self.graph.output].shape
        if seed is None or (isinstance(seed, np.ndarray) and (seed == 1).all()):
            return ast.Constant(1) if shape == () else self.filled(1.0, shape)
        return self.literal(seed)

    def operand(self, id: int) -> ast.expr:
        node = self.graph.nodes[id]
        if node.kind != "constant":
            return ast.Name(self.names[id])
        assert node.value is not None
        return self.literal(node.value)

    def fresh(self, wanted: str) -> str:
        """A name that nothing else has, nor the language."""
        name, count = wanted, self.counts.get(wanted, 1)
        while name in self.taken or name in RESERVED or bare(name):
            count += 1
            name = f"{wanted}_{count}"
        self.counts[wanted] = count  # a name that a loop binds is wanted as often as it turns
        self.taken.add(name)
        return name

    def assign(self, name: str, value: ast.expr) -> None:
        self.lines.append(f"{name} = {ast.unparse(value)}")

    def own(self, name: str) -> ast.Name:
        """A name of the language's, where the program may have one like it."""
        return own(name, self.taken)

    def call(self, op: Op, operands: list[ast.expr], options: Options) -> ast.expr:
        """An op as it is written: with its operator where it has one."""
        if op.name in OPERATORS:
            return operation(ast.BinOp(operands[0], OPERATORS[op.name](), operands[1]), self.taken)
        if op.name in COMPARISONS:
            return comparison(ast.Compare(operands[0], [COMPARISONS[op.name]()], [operands[1]]), self.taken)
        if op.name == "neg":
            return ast.UnaryOp(ast.USub(), operands[0])
        if op.name == "index" and not isinstance(operands[0], ast.List):
            return ast.Subscript(operands[0], places(options["key"]))
        function = self.own(op.name)
        if op.variadic == "arguments":
            return ast.Call(function, [self.literal(options[op.options[0].name]), *operands], [])
        inputs: list[ast.expr] = [ast.List(operands)] if op.variadic else operands
        given = [
            ast.keyword(o.name, self.option(o, options[o.name])) for o in op.options if options[o.name] != o.default
        ]
        return ast.Call(function, inputs, given)

    def literal(self, value: Plain | Array) -> ast.expr:
        """A value as it is written in the language: numbers, arrays, shapes, keys."""
        if isinstance(value, np.ndarray):
            return self.array(value)
        if isinstance(value, tuple):
            return ast.Tuple([self.literal(v) for v in value])
        if not isinstance(value, float):
            return sizes(value)
        if value != value:
            return self.own("nan")
        if math.copysign(1.0, value) < 0:
            return ast.UnaryOp(ast.USub(), self.literal(-value) if value else ast.Constant(0.0))  # -0 is 0 in Python
        if value == math.inf:
            return self.own("inf")
        return ast.Constant(int(value) if value.is_integer() and value < 2**53 else value)

    def array(self, value: Array) -> ast.expr:
        """An array as a list of its numbers; as the call that makes it where it has none or many by a rule."""
        if value.size == 0 or value.size > WRITTEN_OUT:
            with np.errstate(all="ignore"):
                for function, arguments in makers(value):
                    if CREATED[function](*arguments).tobytes() == value.tobytes():  # NaN and the sign of 0 too
                        return ast.Call(self.own(function), [self.literal(a) for a in arguments], [])
        return self.rows(value.tolist())

    def rows(self, items: Nested) -> ast.expr:
        return ast.List([self.rows(item) for item in items]) if isinstance(items, list) else self.literal(items)

    def option(self, option: Option, value: Any) -> ast.expr:
        """A value of an option; an index as np.s_[1:, [0, 2]], unless it is made of whole numbers."""
        if option.kind == "key" and any(not isinstance(k, int) for k in value):
            return ast.Subscript(ast.Attribute(self.own("np"), "s_"), places(value))
        return self.literal(value)

    def filled(self, value: float, shape: Shape) -> ast.expr:
        """An array of one number: a node, not an input."""
        if shape == ():
            return ast.Call(self.own("identity"), [self.literal(value)], [])
        return ast.Call(self.own("broadcast_to"), [self.literal(value), sizes(shape)], [])


class Substitute(ast.NodeTransformer):
    """A rule's own names replaced by the program's, and the language's kept out of their reach."""

    def __init__(self, names: dict[str, ast.expr], shapes: dict[str, Shape | None], taken: Container[str]):
        self.names = names
        self.shapes = shapes
        self.taken = taken

    def visit_Call(self, node: ast.Call) -> ast.Call:
        node.func = own(name_of(node.func), self.taken)
        node.args = [self.visit(a) for a in node.args]
        node.keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return operation(ast.BinOp(self.visit(node.left), node.op, self.visit(node.right)), self.taken)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        sides = [self.visit(side) for side in (node.left, *node.comparators)]
        return comparison(ast.Compare(sides[0], node.ops, sides[1:]), self.taken)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.names.get(node.id, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr == "shape":
            return sizes(self.shapes[name_of(node.value)])
        value = self.visit(node.value)
        if isinstance(value, ast.List):
            assert node.attr == "T", node.attr
            return ast.Call(own("transpose", self.taken), [value], [])
        return ast.Attribute(value, node.attr)


def operation(node: ast.BinOp, taken: Container[str]) -> ast.expr:
    """An operator, or the call of its op where an operand is a written array: Python's + and * of lists join and repeat
    them.
    """
    if isinstance(node.op, (ast.Add, ast.Mult)) and any(
        isinstance(operand, ast.List) for operand in (node.left, node.right)
    ):
        return ast.Call(own(BINARY[type(node.op)], taken), [node.left, node.right], [])
    return node


def comparison(node: ast.Compare, taken: Container[str]) -> ast.expr:
    """A comparison, or the call of its op where a side is a written array: Python compares lists as wholes."""
    sides = [node.left, *node.comparators]
    if len(sides) == 2 and any(isinstance(side, ast.List) for side in sides):
        return ast.Call(own(COMPARE[type(node.ops[0])], taken), sides, [])
    return node


def copy(node: ast.expr) -> ast.expr:
    """A rule's syntax is shared; what is changed is a copy."""
    return ast.parse(ast.unparse(node), mode="eval").body


def makers(value: Array) -> Iterator[tuple[str, tuple[Plain, ...]]]:
    """Calls that may make an array."""
    if value.size == 0:
        yield "zeros", (value.shape,)
        return
    first, last = float(value.flat[0]), float(value.flat[-1])
    yield "full", (value.shape, first)
    if value.ndim == 2:
        yield "eye", value.shape
    if value.ndim == 1 and np.isfinite(value).all():
        step = float(value[1]) - first
        stop = first + step * (value.size - 0.5)
        if step and math.isfinite(stop):
            yield "arange", (first, stop, step)
        yield "linspace", (first, last, value.size)


def sizes(value: Plain) -> ast.expr:
    """Whole numbers and tuples of them, text, True, None."""
    if isinstance(value, tuple):
        return ast.Tuple([sizes(v) for v in value])
    if isinstance(value, int) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def places(key: Key) -> ast.expr:
    """An index: 1:, 0, [2, 3]."""
    items = [place(k) for k in key]
    return items[0] if len(items) == 1 else ast.Tuple(items)


def place(k: KeyPart) -> ast.expr:
    """One part of an index."""
    if isinstance(k, tuple):
        return ast.List([place(v) for v in k])
    if not isinstance(k, slice):
        return sizes(k)
    return ast.Slice(*(None if v is None else sizes(v) for v in (k.start, k.stop, k.step)))
