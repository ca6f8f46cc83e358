"""What to write instead: formulas that lose a number where another spelling keeps it, in the reader's own names.

Both columns of the table are programs in the language. The left one is looked for in the graph, so it is found
across assignments too; the right one is filled with the reader's own text.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from copy import deepcopy

import numpy as np

from gradlens.engine.advising.cures import Remedy
from gradlens.engine.advising.faults import Index, finite
from gradlens.engine.advising.patterns import (
    Match,
    asked,
    called,
    expression_of,
    matched,
    operand_texts,
    written_by_reader,
)
from gradlens.engine.graph import Edge, Graph, Node
from gradlens.engine.language.names import own
from gradlens.engine.language.syntax import registry_rule
from gradlens.engine.ops import OPS, Use
from gradlens.engine.passes.kernels import kernel
from gradlens.engine.passes.rules import rule_of
from gradlens.engine.values import Value

# Longer patterns first: the whole is better replaced than a part of it.
REWRITES = (
    ("-mean(t * log(sigmoid(x)) + (1 - t) * log(1 - sigmoid(x)))", "sigmoid_cross_entropy(x, t)"),
    ("-mean(sum(t * log(softmax(x)), axis=axis, keepdims=keepdims))", "softmax_cross_entropy(x, t)"),
    ("-sum(t * log(softmax(x)))", "-sum(t * log_softmax(x))"),
    ("log(exp(x) / sum(exp(x), axis=axis, keepdims=keepdims))", "log_softmax(x, axis=axis)"),
    ("exp(x - y) / sum(exp(x - y), axis=axis, keepdims=keepdims)", "softmax(x - y, axis=axis)"),
    ("exp(x) / sum(exp(x), axis=axis, keepdims=keepdims)", "softmax(x, axis=axis)"),
    ("log(sum(exp(x), axis=axis, keepdims=keepdims))", "logsumexp(x, axis=axis, keepdims=keepdims)"),
    ("log(softmax(x, axis=axis))", "log_softmax(x, axis=axis)"),
    ("log(1 / (1 + exp(-x)))", "log_sigmoid(x)"),
    ("log(1 - sigmoid(x))", "log_sigmoid(-x)"),
    ("log(sigmoid(x))", "log_sigmoid(x)"),
    ("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "tanh(x)"),
    ("1 / (1 + exp(-x))", "sigmoid(x)"),
    ("1 / (1 + exp(x))", "sigmoid(-x)"),
    ("exp(x) / (1 + exp(x))", "sigmoid(x)"),
    ("log(exp(x) + exp(y))", "logaddexp(x, y)"),
    ("log(1 + exp(x))", "softplus(x)"),
    (
        "x / sqrt(sum(x ** 2, axis=axis, keepdims=keepdims))",
        "x / maximum(norm(x, axis=axis, keepdims=keepdims), 1e-12)",
    ),
    ("x / norm(x, axis=axis, keepdims=keepdims)", "x / maximum(norm(x, axis=axis, keepdims=keepdims), 1e-12)"),
    ("x / std(y, axis=axis, keepdims=keepdims)", "x / (std(y, axis=axis, keepdims=keepdims) + 1e-5)"),
    ("sqrt(sum(x ** 2, axis=axis, keepdims=keepdims))", "norm(x, axis=axis, keepdims=keepdims)"),
    ("sqrt(var(x, axis=axis, keepdims=keepdims, ddof=ddof))", "std(x, axis=axis, keepdims=keepdims, ddof=ddof)"),
    ("sqrt(x @ x)", "norm(x)"),
    ("sqrt(x ** 2 + y ** 2)", "hypot(x, y)"),
    ("sqrt(x ** 2)", "abs(x)"),
    ("sqrt(x) ** 2", "x"),
    ("sin(x) / x", "where(x == 0, 1, sin(x) / where(x == 0, 1, x))"),
    ("x / abs(x)", "sign(x)"),
    ("abs(x) / x", "sign(x)"),
    ("x * log(y)", "xlogy(x, y)"),
)
CANCELLING = (
    ("1 - sigmoid(x)", "sigmoid(-x)"),
    ("exp(x) - 1", "expm1(x)"),
    ("1 - exp(x)", "-expm1(x)"),
    ("1 - cos(x)", "2 * sin(x / 2) ** 2"),
    ("1 - erf(x)", "erfc(x)"),
    ("log(1 + x)", "log1p(x)"),
)
SMALL = 1e-7  # a difference of numbers near 1 that is larger has kept half of its 16 digits
# The ops of these patterns, and those of their operands: most nodes need no closer look.
_ASKED = [asked(ast.parse(text, mode="eval").body) for text, _ in CANCELLING]
LOSING = frozenset(op for op, _ in _ASKED)
LOST = frozenset(asked(part)[0] for _, parts in _ASKED for part in parts if isinstance(part, (ast.Call, ast.BinOp)))
REACH = 6  # nodes downstream: the longest pattern is that deep
ROOTS = 64  # nodes tried: a value may be used by thousands
SAFE = (1.0, 0.0, 2.0)  # one of them is inside the domain of every function of the registry


class Unwritable(Exception):
    """The remedy cannot be said: it takes one axis where the reader's formula has several, or a name that is made of
    itself.
    """


def rewrites(graph: Graph, fault: int, consumers: dict[int, list[Edge]]) -> Iterator[Remedy]:
    """Better spellings of formulas that contain the node at fault, the longest formula first."""
    roots = downstream(graph, fault, consumers)
    for pattern, remedy in REWRITES:
        for root in roots:
            match = matched(graph, pattern, root)
            if match is not None and fault in match.nodes and (found := filled(graph, root, remedy, match)):
                yield found


def cancellations(graph: Graph, values: list[Value]) -> Iterator[tuple[Node, int, Remedy]]:
    """Every difference that lost more than half of its digits where another spelling keeps them: (node, digits lost,
    remedy).
    """
    for node in graph.nodes:
        if node.kind not in LOSING or not any(graph.nodes[i].kind in LOST for i in node.inputs):
            continue
        if not np.min(np.abs(values[node.id]), initial=np.inf) < SMALL:
            continue
        for pattern, remedy in CANCELLING:
            match = matched(graph, pattern, node.id)
            if match is None:
                continue
            with np.errstate(all="ignore"):
                x = np.asarray(values[match.ids["x"]])
                exact = kernel(remedy, Use(OPS["identity"], (x.shape,), {}), False)(None, None, x)
                off = np.abs(values[node.id] - exact) / np.abs(exact)
            worst = np.max(np.where(np.isfinite(off), off, 0.0), initial=0.0)
            if worst > 1e-8 and (found := filled(graph, node.id, remedy, match)):
                yield node, min(16, round(16 + float(np.log10(worst)))), found


def downstream(graph: Graph, id: int, consumers: dict[int, list[Edge]]) -> list[int]:
    """A node and what is made from it within reach, nearest first."""
    found, level = [id], [id]
    for _ in range(REACH):
        level = [edge.target for node in level for edge in consumers.get(node, ())]
        found += level
        if len(found) > ROOTS:
            break
    return list(dict.fromkeys(found))[:ROOTS]


def users(graph: Graph) -> dict[int, list[Edge]]:
    """The edges that leave each node."""
    found: dict[int, list[Edge]] = {}
    for edge in graph.edges:
        found.setdefault(edge.source, []).append(edge)
    return found


def filled(graph: Graph, root: int, remedy: str, match: Match) -> Remedy | None:
    """A remedy in the reader's own names; None where it cannot be said in these."""
    whole = expression_of(graph.nodes[root])
    if whole is None or not written_by_reader(graph, match.nodes):
        return None
    try:
        return Remedy(whole, _Filled(match, taken(graph)).visit(deepcopy(registry_rule(remedy).result)))
    except (Unwritable, RecursionError):
        return None


def taken(graph: Graph) -> set[str]:
    """The reader's names, those of functions that are called too."""
    return {*graph.names, *graph.taken}


class _Filled(ast.NodeTransformer):
    """A remedy with the reader's text for its names, and without options at their default.

    taken: the reader's names.
    """

    def __init__(self, match: Match, taken: Container[str]):
        self.match = match
        self.taken = taken

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.match.texts.get(node.id, node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        match operand := self.visit(node.operand):  # twice a minus is none
            case ast.UnaryOp(ast.USub(), inner):
                return inner
            case ast.BinOp(ast.UnaryOp(ast.USub(), inner), ast.Mult() | ast.Div() as op, right):
                return ast.BinOp(inner, op, right)
            case _:
                pass
        return ast.UnaryOp(node.op, operand)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = called(node)
        defaults = {option.name: option.default for option in OPS[name].options}
        keywords: list[ast.keyword] = []
        for keyword in node.keywords:
            assert keyword.arg is not None and isinstance(keyword.value, ast.Name)
            (value, rank), default = self.match.options[keyword.value.id], defaults[keyword.arg]
            if default == -1:
                if rank > 1 and not isinstance(value, int):
                    raise Unwritable
                value = -1 if value in (None, rank - 1) else value
            if value != default:
                keywords.append(ast.keyword(keyword.arg, ast.Constant(value)))
        return ast.Call(own(name, self.taken), [self.visit(argument) for argument in node.args], keywords)


def not_taken(
    graph: Graph, id: int, index: Index | None, values: list[Value], consumers: dict[int, list[Edge]]
) -> Edge | None:
    """The edge by which a node reaches a `where` that takes the other branch: at the element, where it is the same in
    both, or else somewhere.
    """
    for node in downstream(graph, id, consumers):
        for edge in consumers.get(node, ()):
            target = graph.nodes[edge.target]
            if target.kind == "where" and edge.argnum > 0:
                condition = np.broadcast_to(values[target.inputs[0]], target.shape) != 0
                taken = condition if edge.argnum == 1 else ~condition
                if not np.all(taken[index] if index is not None and target.shape == graph.nodes[id].shape else taken):
                    return edge
    return None


def choose_first(graph: Graph, fault: Node, branch: Edge) -> Iterator[Remedy]:
    """The remedy for a function outside its domain in a branch that is not taken: choose its argument first."""
    choice = graph.nodes[branch.target]
    argnum = 1 if fault.kind == "div" else 0
    texts, conditions = operand_texts(fault), operand_texts(choice)
    whole, safe = expression_of(choice), safe_argument(graph, fault, argnum)
    if (
        whole is None
        or safe is None
        or len(texts) <= argnum
        or not conditions
        or not written_by_reader(graph, frozenset({fault.id, choice.id}))
    ):
        return
    argument, number, condition = texts[argnum], ast.Constant(int(safe)), conditions[0]
    try:
        if not any(part is argument for part in ast.walk(whole)):
            # The branch has a line of its own, where names of later lines mean nothing yet.
            whole = expression_of(fault)
            assert whole is not None
            condition = _SpelledOut(graph, fault.id).visit(deepcopy(condition))
        branches = [argument, number] if branch.argnum == 1 else [number, argument]
        guarded = ast.Call(own("where", taken(graph)), [condition, *branches], [])
        yield Remedy(whole, deepcopy(whole, {id(argument): guarded}))
    except (Unwritable, RecursionError):
        return


class _SpelledOut(ast.NodeTransformer):
    """A condition in which every name that is bound by the line at fault, or after it, stands as the formula that it
    was given.
    """

    def __init__(self, graph: Graph, fault: int):
        self.graph, self.fault = graph, fault

    def visit_Name(self, node: ast.Name) -> ast.expr:
        id = self.graph.names.get(node.id)
        if id is None or id < self.fault:
            return node
        formula = expression_of(self.graph.nodes[id])
        if formula is None or any(isinstance(part, ast.Name) and part.id == node.id for part in ast.walk(formula)):
            raise Unwritable
        return self.visit(deepcopy(formula))


def safe_argument(graph: Graph, node: Node, argnum: int) -> float | None:
    """A number at which the function and its derivative are finite."""
    if node.op is None:
        return None  # a leaf that is not finite itself
    op, use = node.op, graph.use(node)
    if not op.elementwise or op.scalar is None or op.rule(argnum) is None:
        return None
    text = rule_of(use, argnum).text
    rule = kernel(text, use, True)
    for number in SAFE:
        numbers = [number if i == argnum else 1.0 for i in range(len(node.inputs))]
        value = op.scalar(*numbers, **node.options)
        if finite(value) and finite(float(rule(None, value, *numbers))):
            return number
    return None
