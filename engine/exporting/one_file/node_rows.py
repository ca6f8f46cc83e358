"""The numbers of a trace as an HTML table: each node with its formula, its value, and what its gradient is a sum of."""

from __future__ import annotations

from gradlens.engine.exporting.drawings import Language
from gradlens.engine.exporting.labels import is_leaf, name_of, partial, value_text
from gradlens.engine.exporting.mathml_formulas import mathml
from gradlens.engine.exporting.pictures import escaped
from gradlens.engine.latex import fill
from gradlens.engine.traces import Trace, TraceEdge, TraceNode
from gradlens.engine.values import Shape, Value

MOST_NODES = 300
MOST_CONTRIBUTIONS = 20  # to one node
LONGEST = 4_000  # letters of a formula: nobody reads a longer one
WORDS = {
    "en": {
        "node": "Node",
        "formula": "Formula",
        "value": "Value",
        "gradient": "Gradient",
        "contributions": "What its edges bring",
        "cut": "The first {shown} of {all} nodes.",
        "more": "and {count} more",
    },
    "ko": {
        "node": "노드",
        "formula": "식",
        "value": "값",
        "gradient": "기울기",
        "contributions": "에지마다 보내는 기울기",
        "cut": "노드 {all}개 가운데 처음 {shown}개입니다.",
        "more": "그 밖에 {count}개",
    },
}


def number_table(trace: Trace, language: Language) -> str:
    """A `table` element; rules and formulas carry the ids of their edges and nodes."""
    words = WORDS[language]
    arriving: dict[int, list[TraceEdge]] = {}
    for id in trace.backward_order:
        edge = trace.edges[id]
        arriving.setdefault(edge.source, []).append(edge)
    heads = [words[name] for name in ("node", "formula", "value", "gradient", "contributions")]
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in heads)
    nodes = [node for node in trace.nodes if node.op != "constant" or node.name]
    rows = "".join(_row(trace, node, arriving.get(node.id, []), words) for node in nodes[:MOST_NODES])
    cut = words["cut"].format(shown=MOST_NODES, all=len(nodes)) if len(nodes) > MOST_NODES else ""
    foot = f'<tfoot><tr><td colspan="{len(heads)}">{cut}</td></tr></tfoot>' if cut else ""
    return f'<table id="numbers"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>{foot}</table>'


def _row(trace: Trace, node: TraceNode, arriving: list[TraceEdge], words: dict[str, str]) -> str:
    gradient = ""
    if node.differentiable:
        gradient = f"{escaped(partial(trace, node))} = {_number(node.gradient, node.shape)}"
    brought = "".join(
        f'<div data-edge="{edge.id}">{_formula(edge.rule_latex or "")} = {_number(edge.contribution, node.shape)}</div>'
        for edge in arriving[:MOST_CONTRIBUTIONS]
    )
    if len(arriving) > MOST_CONTRIBUTIONS:
        brought += f"<div>{words['more'].format(count=len(arriving) - MOST_CONTRIBUTIONS)}</div>"
    return (
        f'<tr data-id="{node.id}"><th scope="row">{escaped(name_of(node))}</th>'
        f'<td data-node="{node.id}">{_formula(_made(trace, node))}</td>'
        f'<td class="number">{_number(node.value, node.shape)}</td><td class="number">{gradient}</td>'
        f"<td>{brought}</td></tr>"
    )


def _made(trace: Trace, node: TraceNode) -> str:
    """How a value is made, as LaTeX; "" of a leaf."""
    if is_leaf(node) or node.template is None:
        return ""
    return f"{trace.symbol(node.id)} = {fill(node.template, trace.symbol)}"


def _formula(latex: str) -> str:
    return "" if not latex else mathml(latex) if len(latex) <= LONGEST else "…"


def _number(value: Value | None, shape: Shape) -> str:
    """A number with all its digits beside those that are read; an array as the figure writes it."""
    text = escaped(value_text(value, shape))
    return text if shape or value is None else f'<data value="{float(value)!r}">{text}</data>'
