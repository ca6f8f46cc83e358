"""Why a value is not finite: the first element at fault, with its operands."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from copy import deepcopy

import numpy as np

from gradlens.engine.advising.patterns import operand_texts, written_by_reader
from gradlens.engine.errors import QUOTED_CHARACTERS
from gradlens.engine.graph import Graph, Node, Operation
from gradlens.engine.language.locations import syntax_of
from gradlens.engine.language.syntax import BINARY, SYMBOLS, source
from gradlens.engine.passes.kernels import Kernel, kernel
from gradlens.engine.values import Value, is_number, number

Index = tuple[int, ...]  # of one element
ORDER: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
WHOLE = {"floor": np.floor, "abs": abs, "sin": np.sin}  # what conditions of the registry call

INFIX = {name: SYMBOLS[operator] for operator, name in BINARY.items() if name != "matmul"}


def finite(value: Value) -> bool:
    if type(value) is float:
        return value - value == 0
    return bool(np.isfinite(value).all())


def holds_nan(value: Value) -> bool:
    return value != value if type(value) is float else bool(np.isnan(value).any())


def what(value: Value) -> str:
    """The worst that a value holds: NaN before infinities."""
    array = np.asarray(value)
    if np.isnan(array).any():
        return "NaN"
    return "∞" if (array == np.inf).any() else "−∞"


def label(node: Node, index: Index = ()) -> str:
    """A node in a sentence: its name, or its op and id; with the element that is meant."""
    name = node.name if node.name is not None else f"{node.kind} (v{node.id})"
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def figure(number: float) -> str:
    """A number as one would type it, to six digits."""
    return f"{number + 0.0:.6g}"  # no sign at 0


def first_faults(graph: Graph, values: list[Value]) -> list[Node]:
    """The first node that is not finite though what it was made from is; and, where that holds no NaN, the first that
    makes one.

    An infinity that the program writes by its name (np.inf, a bound that is left out) is no fault.
    """

    def is_fault(node: Node, sound: Callable[[Value], bool]) -> bool:
        if sound(values[node.id]):
            return False
        made_of = [*(values[i] for i in node.inputs), *(o for o in node.options.values() if isinstance(o, float))]
        return all(map(sound, made_of)) and not (node.kind == "constant" and meant(node, values[node.id]))

    first = next((node for node in graph.nodes if is_fault(node, finite)), None)
    if first is not None and holds_nan(values[first.id]):
        return [first]
    later = next((node for node in graph.nodes if is_fault(node, lambda value: not holds_nan(value))), None)
    return [node for node in (first, later) if node is not None]


def meant(node: Node, value: Value) -> bool:
    """Whether a constant's infinity is written as such, and is not a number that is too large for a float."""
    place = syntax_of(node.place)
    written = ast.walk(place) if isinstance(place, ast.AST) else ()
    return not holds_nan(value) and not any(
        isinstance(part, ast.Constant) and is_number(part.value) and not finite(number(part.value)) for part in written
    )


def explain(graph: Graph, node: Node, values: list[Value]) -> tuple[str, dict[str, str], Index | None]:
    """The kind of a node's fault, what its sentence is filled with, and the element, where there is one.

    A NaN is explained where the node holds one: at the first element whose operands hold none.
    """
    value, operands = values[node.id], [values[i] for i in node.inputs]
    facts = {"node": label(node), "what": what(value), "function": node.kind}
    if node.op is None:
        return (
            (
                "non-finite-input"
                if node.kind == "input"
                else "nan-constant"
                if holds_nan(value)
                else "non-finite-constant"
            ),
            facts,
            None,
        )
    if not node.op.elementwise:
        return ("non-finite-value" if all(map(finite, operands)) else "nan-of-infinity"), facts, None
    nan = holds_nan(value)
    spread = [np.broadcast_to(operand, node.shape) for operand in operands]
    sound = [~np.isnan(x) if nan else np.isfinite(x) for x in spread]
    at_fault = np.logical_and.reduce([np.isnan(value) if nan else np.isinf(value), *sound])
    index = tuple(int(i) for i in np.argwhere(at_fault)[0])
    numbers = [float(x[index]) for x in spread]
    result = float(np.asarray(value)[index])
    facts |= {"node": label(node, index), "what": what(result), "shown": written(node, numbers)}
    if not all(map(np.isfinite, numbers)):
        return "indeterminate", facts, index
    if node.op.defined and not mask(graph, node, node.op.defined)(None, result, *numbers):
        return ("undefined" if nan else "pole"), facts | domain(graph, node), index
    return ("non-finite-value" if nan else "overflow"), facts, index


def mask(graph: Graph, node: Operation, text: str) -> Kernel:
    """A condition of the registry as a function of single numbers."""
    return kernel(text, graph.use(node), True)


def domain(graph: Graph, node: Operation) -> dict[str, str]:
    """Where an op has a value, as parameters of a remark: of the reader's own operands, or where these cannot be told
    of its arguments.
    """
    call, condition = (ast.parse(text, mode="eval").body for text in (formula(node), node.op.defined or ""))
    texts = operand_texts(node) if written_by_reader(graph, frozenset({node.id})) else []
    texts = (
        texts[: len(node.op.inputs)]
        if len(texts) >= len(node.op.inputs)
        else [name_of(graph.nodes[i]) for i in node.inputs]
    )
    operands = {name: text for name, text in zip(node.op.inputs, texts) if text is not None}
    needs = folded(_Told(operands).visit(deepcopy(condition)))
    told = {"formula": source(_Told(operands).visit(deepcopy(call))), "needs": source(needs)}
    if (
        len(operands) < len(node.op.inputs)
        or not speaks_of_names(needs)
        or max(map(len, told.values())) >= QUOTED_CHARACTERS
    ):
        told = {"formula": formula(node), "needs": source(_Told({}).visit(condition))}
    return told


def name_of(node: Node) -> ast.expr | None:
    """What an operand is called where its text is not known: its name, or the number that it is."""
    if node.name is not None:
        return ast.Name(node.name)
    return (
        ast.parse(figure(node.value), mode="eval").body
        if node.kind == "constant" and type(node.value) is float and finite(node.value)
        else None
    )


def folded(condition: ast.expr) -> ast.expr:
    """A condition without the parts that numbers decide: -1 >= 0 is no way for x ** -1 to have a value."""
    if isinstance(condition, ast.BinOp):
        left, right = folded(condition.left), folded(condition.right)
        decided, other = (left, right) if isinstance(left, ast.Constant) else (right, left)
        if not isinstance(decided, ast.Constant):
            return ast.BinOp(left, condition.op, right)
        return other if decided.value is isinstance(condition.op, ast.BitAnd) else decided
    if isinstance(condition, ast.Compare):
        left, right = figured(condition.left), figured(condition.comparators[0])
        if left is not None and right is not None:
            return ast.Constant(bool(ORDER[type(condition.ops[0])](left, right)))
    return condition


SIGNS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.BitOr, ast.Mult: ast.BitAnd}


class _Told(ast.NodeTransformer):
    """A condition of the registry as the language says it: with the reader's operands, and | and & for sums and
    products of conditions.
    """

    def __init__(self, operands: dict[str, ast.expr]):
        self.operands = operands

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.operands.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(part) for part in node.args]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        sign = SIGNS.get(type(node.op)) if is_condition(node.left) else None
        return ast.BinOp(self.visit(node.left), node.op if sign is None else sign(), self.visit(node.right))


def figured(node: ast.expr) -> float | None:
    """The number that a side of a condition is, where it is one."""
    match node:
        case ast.Constant(int() | float() as value):
            return number(value)
        case ast.UnaryOp(ast.USub(), operand) if (value := figured(operand)) is not None:
            return -value
        case ast.Call(ast.Name(name), [operand]) if name in WHOLE and (value := figured(operand)) is not None:
            return WHOLE[name](value)
        case _:
            pass
    return None


def speaks_of_names(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) for part in ast.walk(node))


def is_condition(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) or (isinstance(node, ast.BinOp) and is_condition(node.left))


def formula(node: Operation) -> str:
    """The op with its arguments' names, in the language."""
    left, *right = node.op.inputs
    return (
        f"{left} {INFIX[node.kind]} {right[0]}"
        if node.kind in INFIX
        else f"{node.kind}({', '.join([*node.op.inputs, *options(node)])})"
    )


def options(node: Operation) -> list[str]:
    """The options that a call must be told with."""
    return [
        f"{option.name}={node.options[option.name]}"
        for option in node.op.options
        if node.options[option.name] != option.default
    ]


def written(node: Operation, numbers: list[float]) -> str:
    """The op with figures for its operands, in the language."""
    figures = [figure(number) for number in numbers]
    if node.kind not in INFIX:
        return f"{node.kind}({', '.join([*figures, *options(node)])})"
    left, right = (f"({text})" if text.startswith("-") else text for text in figures)
    return f"{left} {INFIX[node.kind]} {right}"
