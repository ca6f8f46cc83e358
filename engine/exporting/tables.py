"""A trace as a table: a row a node, with its formula, value and gradient; for terminals, and as HTML."""

from __future__ import annotations

import ast
from html import escape
from typing import Any, cast
from unicodedata import combining, east_asian_width

from gradlens.engine.exporting.labels import shortened
from gradlens.engine.graph import Graph
from gradlens.engine.ops import Option
from gradlens.engine.passes.gradient_program import Writer
from gradlens.engine.traces import Trace, TraceNode, shown

MOST_ROWS = 40
LONGEST_FORMULA = 36
LONGEST_ARGUMENTS = 12  # operands of a node whose formula is written
HEADS = ("", "name", "formula", "value", "gradient")
CELL = "padding:2px 10px;text-align:left;white-space:pre"


class Formulas(Writer):
    """The formula of each node, in the program's own names; v7 where node 7 has none."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.taken = set(graph.names)
        self.names = {node.id: node.name or f"v{node.id}" for node in graph.nodes}

    def operand(self, id: int) -> ast.expr:
        return ast.Name(self.names[id]) if self.graph.number(id) is None else super().operand(id)

    def option(self, option: Option, value: Any) -> ast.expr:
        """One axis stands alone, as it is written."""
        if option.kind in ("axes", "axis") and isinstance(value, tuple):
            axes = cast("tuple[int, ...]", value)
            return super().option(option, axes[0] if len(axes) == 1 else axes)
        return super().option(option, value)

    def formula(self, id: int) -> str:
        node = self.graph.nodes[id]
        if node.op is None:
            return node.kind
        if len(node.inputs) > LONGEST_ARGUMENTS:
            return f"{node.op.name}(…)"
        text = ast.unparse(self.call(node.op, [self.operand(i) for i in node.inputs], node.options))
        return text if len(text) <= LONGEST_FORMULA else f"{text[: LONGEST_FORMULA - 1]}…"


def listed(trace: Trace) -> tuple[list[TraceNode], int]:
    """The nodes that a table shows, and how many it leaves out before the last one.  Numbers stand in the formulas."""
    nodes = [
        node for node in trace.nodes if trace.graph.number(node.id) is None or node.name or node.id == trace.output
    ]
    if len(nodes) <= MOST_ROWS:
        return nodes, 0
    return [*nodes[: MOST_ROWS - 1], nodes[-1]], len(nodes) - MOST_ROWS


def rows_of(trace: Trace, nodes: list[TraceNode]) -> list[tuple[str, ...]]:
    """Id with an arrow at the output, name, formula, value and gradient of each node."""
    formulas = Formulas(trace.graph)
    return [
        (
            f"{node.id}{' ←' if node.id == trace.output else ''}",
            shortened(node.name or ""),
            formulas.formula(node.id),
            shown(node.value),
            shown(node.gradient),
        )
        for node in nodes
    ]


def text_table(trace: Trace) -> str:
    """The table in letters of one width."""
    nodes, left_out = listed(trace)
    rows = [HEADS, *rows_of(trace, nodes)]
    widths = [max(map(columns, column)) for column in zip(*rows)]
    lines = [
        "  ".join(cell + " " * (width - columns(cell)) for cell, width in zip(row, widths)).rstrip() for row in rows
    ]
    if left_out:
        lines.insert(-1, f"… {left_out} more")
    return "\n".join(lines)


def html_table(trace: Trace) -> str:
    """The table as HTML, which looks like one without a style sheet too."""
    nodes, left_out = listed(trace)
    rows = ["".join(f'<td style="{CELL}">{escape(cell)}</td>' for cell in row) for row in rows_of(trace, nodes)]
    if left_out:
        rows.insert(-1, f'<td style="{CELL}" colspan="{len(HEADS)}">… {left_out} more</td>')
    head = "".join(f'<th style="{CELL}">{escape(name)}</th>' for name in HEADS)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: Hangul and the like take two each, combining marks none."""
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)
