"""A trace as a graph for Graphviz: values, gradients and contributions as labels, groups as clusters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradlens.engine.exporting.colours import Theme, colour, gradient_paint
from gradlens.engine.exporting.drawings import Step, cursor_of
from gradlens.engine.exporting.frames import Frame, frame_at
from gradlens.engine.exporting.gradient_scale import GradientScale, representative, scale_of
from gradlens.engine.exporting.labels import (
    box_label,
    brief_text,
    edge_label,
    is_leaf,
    name_of,
    partial,
    sign_word,
    value_lines,
)
from gradlens.engine.traces import Trace, TraceEdge, TraceNode

FONT = "Helvetica"
CLOSED = -1  # stands where a cluster ends
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def dot(
    trace: Trace,
    *,
    theme: Theme = None,
    step: Step = "end",
    background: bool = False,
    caption: str = "",
) -> str:
    """A digraph from left to right, operands in order.  Linear in nodes and edges.

    theme: dark or, whatever else it is, light.  caption: the graph's label.  Error: no-such-step.
    """
    writer = _Writer(trace, frame_at(trace, cursor_of(trace, step)), isinstance(step, int), theme == "dark")
    return "\n".join(writer.lines(background, caption))


def quoted(text: str) -> str:
    r"""A label: its backslashes are no escapes such as \N, a node's name, and its quotes end nothing."""
    return '"' + "\\n".join(_inside(line) for line in text.split("\n")) + '"'


def _inside(line: str) -> str:
    # Graphviz reads &lt; in labels as HTML does.
    return (
        CONTROL.sub("\N{REPLACEMENT CHARACTER}", line).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    )


class _Writer:
    """The lines of one graph."""

    def __init__(self, trace: Trace, frame: Frame, is_marked: bool, is_dark: bool):
        self.trace = trace
        self.frame = frame
        self.is_marked = is_marked  # whether the step that led here is
        self.is_dark = is_dark
        self.scale: GradientScale = scale_of(trace)
        self.inside: dict[int | None, list[TraceNode]] = {}
        for node in trace.nodes:
            self.inside.setdefault(node.group, []).append(node)
        self.within: dict[int | None, list[int]] = {}
        for group in trace.groups:
            self.within.setdefault(group.parent, []).append(group.id)

    def lines(self, background: bool, caption: str) -> Iterator[str]:
        paper = self.attributes(bgcolor=self.colour("paper") if background else "transparent")
        told = (
            f" label={quoted(caption)} labelloc=b labeljust=l fontcolor={quoted(self.colour('ink'))}" if caption else ""
        )
        yield f"digraph {quoted(name_of(self.trace.nodes[self.trace.output]))} {{"
        yield f"  graph [rankdir=LR ordering=in {paper} fontname={quoted(FONT)}{told}]"
        yield f"  node [shape=box style={quoted('rounded,filled')} fontname={quoted(FONT)} fontsize=14]"
        yield f"  edge [fontname={quoted(FONT)} fontsize=12]"
        yield from self.members()
        for edge in self.trace.edges:
            yield self.edge(edge)
        yield "}"
        yield ""

    def members(self) -> Iterator[str]:
        """Nodes in their clusters, however deep those are."""
        pending: list[tuple[int | None, str]] = [(None, "  ")]
        while pending:
            group, indent = pending.pop()
            if group == CLOSED:
                yield f"{indent}}}"
                continue
            if group is not None:
                label = self.attributes(
                    label=self.trace.groups[group].label,
                    style="rounded",
                    color=self.colour("line"),
                    fontcolor=self.colour("ink-soft"),
                )
                yield f"{indent}subgraph cluster_{group} {{"
                yield f"{indent}  graph [{label}]"
                pending.append((CLOSED, indent))
                indent += "  "
            for node in self.inside.get(group, ()):
                yield f"{indent}{self.node(node)}"
            pending += [(inner, indent) for inner in reversed(self.within.get(group, ()))]

    def node(self, node: TraceNode) -> str:
        is_active = self.is_marked and self.frame.active_node == node.id
        looks = self.attributes(
            label="\n".join(self.node_label(node)),
            fillcolor=self.colour("paper-raised" if is_leaf(node) else "paper-sunken"),
            color=self.colour("accent" if is_active else "hairline" if node.op == "constant" else "line"),
            fontcolor=self.colour("ink-soft" if node.op == "constant" else "ink"),
        )
        return f"n{node.id} [{looks}]"

    def node_label(self, node: TraceNode) -> Iterator[str]:
        """Sign and name, value, gradient."""
        if node.op == "constant":
            yield brief_text(node.value, node.shape)
            return
        yield " ".join(part for part in box_label(node) if part)
        if self.frame.values[node.id]:
            yield from value_lines(node.value, node.shape)
        if node.id in self.frame.sums and node.differentiable:
            gradient, is_whole = self.frame.sums[node.id]
            yield f"{partial(self.trace, node)} ="
            yield from value_lines(gradient, node.shape)
            if not is_whole:
                yield "+ …"

    def edge(self, edge: TraceEdge) -> str:
        source = self.trace.nodes[edge.source]
        if self.frame.back[edge.id]:
            size = representative(edge.contribution)
            sign = sign_word(edge.contribution)
            looks = self.attributes(
                label=edge_label(self.trace, edge),
                dir="back",
                color=self.colour(gradient_paint(self.scale.share(size))),
                penwidth=f"{self.scale.width(size):g}",
                fontcolor=self.colour(f"{sign}-text" if sign else "ink-soft"),
            )
        elif self.frame.forward[edge.id]:
            label = brief_text(source.value, source.shape) if source.shape else ""
            looks = self.attributes(label=label, color=self.colour("ink-soft"), fontcolor=self.colour("ink-soft"))
        else:
            looks = self.attributes(color=self.colour("line"))
        return f"  n{edge.source} -> n{edge.target} [{looks}]"

    def colour(self, paint: str) -> str:
        return colour(paint, self.is_dark)

    def attributes(self, **attributes: str) -> str:
        return " ".join(f"{name}={quoted(value)}" for name, value in attributes.items() if value)
