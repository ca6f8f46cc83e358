"""The name of a mistake, from the line that is written and the one that was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlens.engine.diagnosing.backward_code.forms.statement_parts import is_text
from gradlens.engine.graph import Graph, Node
from gradlens.engine.language.outputs.journal import node_of

Pair = tuple[ast.AST, ast.AST]
SUPERSEDED = frozenset(("wrong-array", "wrong-upstream", "output-derivative-at-input", "wrong-constant"))


def named(kind: str, written: ast.stmt, meant: list[ast.stmt], graph: Graph, names: dict[str, object]) -> str:
    """The kind of a mistake as the difference of both lines tells it, else the one by which the other was found.

    names: the values that the line sees.
    """
    if len(meant) != 1 or kind not in SUPERSEDED | {"sign"}:
        return kind
    places = list(differences(written, meant[0]))
    if not places:
        return kind
    ways = [way for way, _ in places]
    if all(any(node == "Compare" for node, _ in way) for way in ways):
        return "wrong-mask"
    if all(any(field == "slice" for _, field in way) and not is_text(meant) for way, (_, meant) in places):
        return "wrong-index"
    if kind in ("wrong-constant", "wrong-upstream", "sign"):
        return kind
    if is_slope(meant[0]) and all(is_fed(pair, graph, names) for _, pair in places):
        return "output-derivative-at-input"
    return "wrong-array" if kind == "output-derivative-at-input" else kind


def is_fed(pair: Pair, graph: Graph, names: dict[str, object]) -> bool:
    """Whether what is written goes into the function whose output is meant."""
    written, meant = pair
    if isinstance(meant, ast.Call):
        return ast.unparse(written) in map(ast.unparse, meant.args)
    source, out = of_name(written, graph, names), of_name(meant, graph, names)
    return source is not None and out is not None and is_output(out, source, graph)


def differences(
    written: ast.AST, meant: ast.AST, way: tuple[tuple[str, str], ...] = ()
) -> Iterator[tuple[tuple[tuple[str, str], ...], Pair]]:
    """Where two pieces of syntax are not alike: the way to the place, as kinds and fields, and both pieces there."""
    pending: list[tuple[ast.AST, ast.AST, tuple[tuple[str, str], ...]]] = [(written, meant, way)]
    while pending:
        a, b, way = pending.pop()
        if ast.dump(a) == ast.dump(b):
            continue
        children = list(parted(a, b))
        whole = isinstance(a, ast.Attribute) and not isinstance(a.value, (ast.Subscript, ast.Attribute))
        if type(a) is not type(b) or not children or whole:
            yield way, (a, b)
            continue
        pending += [(one, other, (*way, (type(a).__name__, field))) for field, one, other in children]


def parted(a: ast.AST, b: ast.AST) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """The pieces that two nodes of syntax are made of, side by side; none where they differ otherwise."""
    found: list[tuple[str, ast.AST, ast.AST]] = []
    for field in a._fields:
        one, other = getattr(a, field, None), getattr(b, field, None)
        ones = one if isinstance(one, list) else [one]
        others = other if isinstance(other, list) else [other]
        if len(ones) != len(others):  # pyright: ignore
            return
        for x, y in zip(ones, others, strict=True):  # pyright: ignore
            if isinstance(x, ast.AST) and isinstance(y, ast.AST):
                found.append((field, x, y))
            elif x != y:
                return
    yield from found


def of_name(x: ast.AST, graph: Graph, names: dict[str, object]) -> Node | None:
    return node_of(names.get(ast.unparse(x)), graph) if isinstance(x, (ast.Name, ast.Attribute)) else None


def is_slope(statement: ast.stmt) -> bool:
    """Whether a line holds 1 - a, as the derivatives of sigmoid and tanh do."""
    return any(
        isinstance(n, ast.BinOp)
        and isinstance(n.op, ast.Sub)
        and isinstance(n.left, ast.Constant)
        and n.left.value == 1
        for n in ast.walk(statement)
    )


def is_output(out: Node, source: Node, graph: Graph) -> bool:
    """Whether a node is made of another element by element: its activation, written in one or in steps."""
    pending, seen = [out], {out.id}
    while pending:
        node = pending.pop()
        if node.id == source.id:
            return True
        if node.op is None or not (node.op.elementwise or node.op.normalises):
            continue
        for i in node.inputs:
            if i not in seen and i >= source.id:
                seen.add(i)
                pending.append(graph.nodes[i])
    return False
