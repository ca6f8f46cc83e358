"""The JSON of nodes and of edges without their numbers: what those that use an op alike share is written once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter
from types import SimpleNamespace
from typing import Any

import orjson

from gradlens.engine.exporting.wire.contract import edge_structure, node_structure
from gradlens.engine.graph import Edge, Graph, Node
from gradlens.engine.ops import Use
from gradlens.engine.ops.op import MOST_PARTS
from gradlens.engine.passes.rules import Rule, forward_form, rule_of
from gradlens.engine.traces import Trace

Json = Any

OPEN = "\0"  # in no text of a program; a place for what a number decides
WHOLE, WITHIN = "\1", "\2"  # begin a place that is a value of its own, and one in a string
PLACE = re.compile(r'"\\u0001(\d+)"|\\u0002(\d+);')
NUMBER = '"\\u0000"'  # OPEN as JSON

# What an item has of its own: its id, the symbol of the output or a name, and a group.  Then of each
# operand and of the node itself: its id, its symbol, and its symbol among others.
ID, OUTPUT, NAME, GROUP, OWN = 0, 1, 1, 2, 3
EACH, SYMBOL, BESIDE = 3, 1, 2
Part = tuple[int, str, str]

MOST_PATTERNS = 2048


class Pattern:
    """JSON with a place for each thing that an item has of its own, and a later one for each number."""

    __slots__ = ("pick", "text")

    def __init__(self, content: Json):
        positions: list[int] = []

        def place(match: re.Match[str]) -> str:
            positions.append(int(match[1] or match[2]))
            return "%s"

        # Filled twice, so a sign that stands for itself is written four times.
        text = orjson.dumps(content).decode().replace("%", "%%%%").replace(NUMBER, "%%b")
        self.text = PLACE.sub(place, text)
        self.pick = itemgetter(*positions)


class Places:
    """The symbols of operands by their positions, as places."""

    output = f"{WITHIN}{OUTPUT};"

    def symbol(self, position: int) -> str:
        return f"{WITHIN}{OWN + EACH * position + SYMBOL};"

    def beside(self, position: int) -> str:
        return f"{WITHIN}{OWN + EACH * position + BESIDE};"


PLACES = Places()
# By what decides all of it; None of what was met once: a pattern takes as long as several items.
patterns: dict[object, Pattern | None] = {}


class ItemWriter:
    """Writes the nodes and edges of one trace, each number left open as `%b`."""

    def __init__(self, trace: Trace):
        self.trace = trace
        self.graph: Graph = trace.graph

    @cached_property
    def parts(self) -> list[Part]:
        """What patterns take of each node."""
        symbol = self.trace.symbol
        symbols = escaped([symbol(node.id) for node in self.graph.nodes])
        return [(id, one, f"({one})" if one[0] == "-" else one) for id, one in enumerate(symbols)]

    def nodes(self, some: Sequence[Node]) -> bytes:
        """A list's items."""
        parts, names = self.parts, {None: "null"}
        written: list[str] = []
        for node in some:
            pattern = self.pattern_of_node(node)
            if pattern is None:
                written.append(opened(node_structure(self.trace.nodes[node.id], OPEN)))
                continue
            name, group = node.name, node.group
            if name not in names:
                names[name] = orjson.dumps(name).decode().replace("%", "%%")
            own = (node.id, names[name], "null" if group is None else group)
            for id in node.inputs:
                own += parts[id]
            written.append(pattern.text % pattern.pick(own + parts[node.id]))
        return ",".join(written).encode()

    def edges(self, some: Sequence[Edge]) -> bytes:
        """A list's items."""
        parts, nodes = self.parts, self.graph.nodes
        output = parts[self.graph.output][SYMBOL]
        written: list[str] = []
        for edge in some:
            target = edge.target
            pattern = self.pattern_of_edge(edge)
            if pattern is None:
                written.append(opened(edge_structure(self.trace.edges[edge.id], OPEN)))
                continue
            own = (edge.id, output, "")
            for id in nodes[target].inputs:
                own += parts[id]
            written.append(pattern.text % pattern.pick(own + parts[target]))
        return ",".join(written).encode()

    def pattern_of_node(self, node: Node) -> Pattern | None:
        """None where there is none, and the node is written by itself."""
        if node.op is None:
            use, key = None, (node.kind, node.shape, node.differentiable)
        else:
            use = node.use or self.graph.use(node)
            key = use if node.differentiable else (use,)
        pattern = patterns.get(key)
        if pattern is None and not is_new(key, len(node.inputs)):
            pattern = patterns[key] = node_pattern(node, use)
        return pattern

    def pattern_of_edge(self, edge: Edge) -> Pattern | None:
        """The same of an edge."""
        target, argnum = self.graph.operation(edge.target), edge.argnum
        use = target.use or self.graph.use(target)
        rule = (use.rules.get(argnum) or rule_of(use, argnum)) if edge.differentiable else None
        key = (argnum, len(target.inputs)) if rule is None else rule
        pattern = patterns.get(key)
        if pattern is None and not is_new(key, len(target.inputs)):
            pattern = patterns[key] = edge_pattern(rule, argnum, len(target.inputs))
        return pattern


def is_new(key: object, count: int) -> bool:
    """Whether no pattern is made: of what is met for the first time, or has more operands than one is made of."""
    if key in patterns:
        return False
    if count > MOST_PARTS:
        return True
    if len(patterns) >= MOST_PATTERNS:
        patterns.clear()
    patterns[key] = None
    return True


def node_pattern(node: Node, use: Use | None) -> Pattern:
    """That of the nodes that use an op alike, or of alike leaves.  use: None of a leaf."""
    ids, own = places(len(node.inputs))
    like = SimpleNamespace(
        id=f"{WHOLE}{ID}",
        op=node.kind,
        name=f"{WHOLE}{NAME}",
        inputs=ids[:-1],
        options=node.options,
        shape=node.shape,
        differentiable=node.differentiable,
        group=f"{WHOLE}{GROUP}",
        latex=PLACES.symbol(len(node.inputs)),
        template=None if use is None else forward_form(use).template(own),
    )
    return Pattern(node_structure(like, OPEN))  # pyright: ignore[reportArgumentType] - a node with places


def edge_pattern(rule: Rule | None, argnum: int, count: int) -> Pattern:
    """That of the edges that share a rule, or of those into one of `count` inputs through which no gradient flows."""
    ids, own = places(count)
    positions = range(count + 1)
    like = SimpleNamespace(
        id=f"{WHOLE}{ID}",
        source=ids[argnum],
        target=ids[-1],
        argnum=argnum,
        local_latex=None if rule is None else rule.local_latex(positions, PLACES),
        rule_latex=None if rule is None else rule.latex(positions, PLACES),
        local_template=None if rule is None else rule.local_template(own),
        rule_template=None if rule is None else rule.template(own),
    )
    return Pattern(edge_structure(like, OPEN))  # pyright: ignore[reportArgumentType] - an edge with places


def places(count: int) -> tuple[list[str], list[str]]:
    """The ids of operands and of the node itself: each as a value of its own, and in a string."""
    at = range(OWN, OWN + EACH * (count + 1), EACH)
    return [f"{WHOLE}{one}" for one in at], [f"{WITHIN}{one};" for one in at]


def opened(content: Json) -> str:
    """JSON with a place for each number."""
    return orjson.dumps(content).decode().replace("%", "%%").replace(NUMBER, "%b")


def escaped(texts: list[str]) -> list[str]:
    """Texts as they stand in strings of JSON that are filled."""
    return orjson.dumps(texts).decode().replace("%", "%%")[2:-2].split('","') if texts else []


__all__ = ["ItemWriter"]
