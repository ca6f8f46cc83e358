"""Patterns: formulas of the language looked for in a graph, whatever statements they are spread over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlens.engine.graph import Graph, Node
from gradlens.engine.language.locations import operands_of, syntax_of
from gradlens.engine.language.names import PREFIXES
from gradlens.engine.language.objects import Meant
from gradlens.engine.language.syntax import BINARY, registry_rule
from gradlens.engine.ops import OPS, Option
from gradlens.engine.values import is_list

COMMUTATIVE = ("add", "mul")
ALIKE = 8  # levels to which two expressions are compared


@dataclass
class Match:
    """What the names of a pattern stand for: nodes, the text that the reader wrote for them, and options."""

    ids: dict[str, int] = field(default_factory=dict[str, int])
    texts: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    nodes: frozenset[int] = frozenset()


def matched(graph: Graph, pattern: str, root: int) -> Match | None:
    return _match(graph, registry_rule(pattern).result, root, None, Match())


def _match(graph: Graph, pattern: ast.expr, id: int, text: ast.expr | None, match: Match) -> Match | None:
    """`match` with what the pattern's names mean at this node; None where it does not fit."""
    if isinstance(pattern, ast.Name):
        if pattern.id in match.ids:
            return match if alike(graph, match.ids[pattern.id], id) else None
        if text is None:
            return None
        return Match(match.ids | {pattern.id: id}, match.texts | {pattern.id: text}, match.options, match.nodes)
    node = unaliased(graph, id)
    if isinstance(pattern, ast.Constant):
        return match if is_number(node, pattern.value) else None
    name, parts = asked(pattern)
    for chosen in arrangements(graph, node, name, parts):
        options = options_of(graph, node, pattern) if node.kind == name else {}
        if options is None:
            return None
        texts = operand_texts(node)
        found: Match | None = Match(match.ids, match.texts, match.options | options, match.nodes | {id, node.id})
        for part, argnum in chosen:
            found = _match(graph, part, node.inputs[argnum], texts[argnum] if argnum < len(texts) else None, found)
            if found is None:
                break
        else:
            return found
    return None


def is_number(node: Node, number: object) -> bool:
    """Whether a node is this one number of the text; an array of it is none."""
    return node.kind == "constant" and node.shape == () and node.value == number


def called(pattern: ast.expr) -> str:
    """The name of the op that a pattern calls."""
    assert isinstance(pattern, ast.Call) and isinstance(pattern.func, ast.Name)
    return pattern.func.id


def asked(pattern: ast.expr) -> tuple[str, list[ast.expr]]:
    """The op that a pattern asks for, and the patterns of its operands."""
    match pattern:
        case ast.BinOp(left, op, right):
            return BINARY[type(op)], [left, right]
        case ast.UnaryOp(ast.USub(), operand):
            return "neg", [operand]
        case _:
            pass
    return called(pattern), pattern.args if isinstance(pattern, ast.Call) else []


def arrangements(graph: Graph, node: Node, name: str, parts: list[ast.expr]) -> Iterator[list[tuple[ast.expr, int]]]:
    """The ways in which a node may be what the pattern asks for: each part with the operand that it stands for."""
    if node.kind == name and len(node.inputs) == len(parts):
        yield [(part, argnum) for argnum, part in enumerate(parts)]
        if name in COMMUTATIVE:
            yield [(parts[1], 0), (parts[0], 1)]
    if name == "pow" and (node.kind == "square" or (node.kind == "mul" and alike(graph, *node.inputs))):
        yield [(parts[0], 0)]
    if name == "sqrt" and node.kind == "pow" and is_number(graph.nodes[node.inputs[1]], 0.5):
        yield [(parts[0], 0)]


def options_of(graph: Graph, node: Node, pattern: ast.expr) -> dict[str, Any] | None:
    """The values of the options that the pattern names; None where one that it leaves out is not at its default."""
    given = pattern.keywords if isinstance(pattern, ast.Call) else []
    keywords = {k.arg: k.value.id for k in given if isinstance(k.value, ast.Name)}
    rank = len(graph.nodes[node.inputs[0]].shape) if node.inputs else 0
    found: dict[str, Any] = {}
    for option in node.op.options if node.op is not None else ():
        value = plain(option, node.options.get(option.name, option.default), rank)
        if option.name in keywords:
            found[keywords[option.name]] = (value, rank)
        elif value != option.default:
            return None
    return found


def plain(option: Option, value: object, rank: int) -> object:
    """An axis as the reader would write it: axes are kept in normal form, where all of them, or the last, may have been
    left out.
    """
    if not is_list(value) or option.kind not in ("axis", "axes"):
        return value
    if option.default == -1 and value in ((), (rank - 1,)):
        return -1
    if option.default is None and value == tuple(range(rank)):
        return None
    return value[0] if len(value) == 1 else value


def unaliased(graph: Graph, id: int) -> Node:
    """The node behind names that were given to it later."""
    node = graph.nodes[id]
    while node.kind == "identity":
        node = graph.nodes[node.inputs[0]]
    return node


def alike(graph: Graph, a: int, b: int, levels: int = ALIKE) -> bool:
    """Whether two nodes are the same expression of the same values."""
    left, right = unaliased(graph, a), unaliased(graph, b)
    if left is right:
        return True
    if left.kind != right.kind or left.shape != right.shape or levels == 0:
        return False
    if left.kind == "constant":
        return bool(np.array_equal(np.asarray(left.value), np.asarray(right.value)))
    if left.op is None or left.options != right.options:
        return False
    return all(alike(graph, i, j, levels - 1) for i, j in zip(left.inputs, right.inputs, strict=True))


def expression_of(node: Node) -> ast.expr | None:
    """The reader's text of a node: what was assigned, where it has a name; None where that is a call of a function
    around it.
    """
    place = syntax_of(node.place)
    if isinstance(place, ast.Assign):
        return place.value
    if isinstance(place, Meant):
        return None if place.inner else syntax_of(place.call)
    return place if isinstance(place, ast.expr) else None


def written_by_reader(graph: Graph, ids: frozenset[int]) -> bool:
    """Whether the nodes stand in one body of text: a function's names mean nothing outside it, a definition is not the
    reader's.
    """
    groups = {graph.body(graph.nodes[id].group) for id in ids}
    group = groups.pop()
    return not groups and (group is None or graph.groups[group].name not in OPS)


def operand_texts(node: Node) -> list[ast.expr]:
    """The reader's text of each operand, in order; shorter where it is not known."""
    if isinstance(node.place, Meant):  # a call of another library, whose arguments stand in another order
        return [text for text in operands_of(node.place) if isinstance(text, ast.expr)]
    text = expression_of(node)
    match text:
        case ast.BinOp(left, _, right):
            return [left, right]
        case ast.UnaryOp(_, operand):
            return [operand]
        case ast.Compare(left, _, [right]):
            return [left, right]
        case ast.Call(ast.Attribute(ast.expr() as value, _), arguments) if not _is_prefix(value):
            return [value, *arguments]
        case ast.Call(_, arguments):
            return list(arguments)
        case _:
            pass
    return []


def _is_prefix(value: ast.expr) -> bool:
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Name) and value.id in PREFIXES
