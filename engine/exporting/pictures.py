"""A trace as a picture: SVG of what the page shows at a step, drawn without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any, Literal

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.colours import Palette, Theme, gradient_paint
from gradlens.engine.exporting.edge_paths import arrow
from gradlens.engine.exporting.edge_routes import Point, rounded
from gradlens.engine.exporting.frames import Frame, frame_at, steps_of, turn_of
from gradlens.engine.exporting.geometries import geometry
from gradlens.engine.exporting.gradient_scale import GradientScale, representative, scale_of
from gradlens.engine.exporting.labels import (
    box_label,
    brief_text,
    edge_label,
    heat_room,
    is_leaf,
    is_word,
    name_of,
    number,
    partial,
    sign_word,
    value_lines,
    value_text,
)
from gradlens.engine.exporting.layout_plan import HEAT_CELL, ROW, TITLE_GAP, lines_of
from gradlens.engine.exporting.text_widths import FONTS, text_width
from gradlens.engine.traces import Trace, TraceEdge, TraceNode

Language = Literal["en", "ko"]
Step = Literal["end", "values", "start"] | int
MOST_NODES = 300
MOST_DESCRIBED = 60  # nodes in the text that stands for the picture
MARGIN = 16
IDLE_WIDTH = 1.25
HEAT_HEIGHT, HEAT_GAP = 16, 1
HALO = ' stroke-width="5" stroke-linejoin="round" paint-order="stroke"'
LEGEND = (260, 46)
LEGEND_STOPS = 24
FAMILY = (
    "Pretendard, Inter, system-ui, -apple-system, 'Segoe UI', 'Apple SD Gothic Neo', 'Noto Sans KR',"
    " 'Noto Sans CJK KR', 'Malgun Gothic', sans-serif"
)
WORDS = {
    "en": {
        "title": "Computational graph of {name}",
        "legend": "Contribution to the gradient",
        "not-finite": "NaN, ∞",
    },
    "ko": {"title": "{name}의 계산 그래프", "legend": "에지를 따라 흐르는 기울기", "not-finite": "NaN, ∞"},
}
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML


def picture(
    trace: Trace,
    *,
    language: Language = "en",
    theme: Theme = None,
    step: Step = "end",
    legend: bool = False,
    background: bool = False,
    title: str | None = None,
    placed: dict[str, Any] | None = None,
) -> str:
    """SVG of a trace at a step, with text as text and colours inlined.

    theme: light, dark; None, as the reader's system has it; "page", by the custom properties of a page of ours.
    step: the end; all values and no gradient; the start; or a cursor, whose step is marked.
    placed: the trace's geometry, where it is there already.
    Error: picture-too-large.
    """
    if len(trace.nodes) > MOST_NODES:
        raise EngineError("picture-too-large", count=len(trace.nodes), limit=MOST_NODES)
    cursor = {"end": steps_of(trace), "values": turn_of(trace) - 1, "start": 0}[step] if isinstance(step, str) else step
    if not 0 <= cursor <= steps_of(trace):
        raise EngineError("no-such-step", step=cursor, last=steps_of(trace))
    frame = frame_at(trace, cursor)
    drawing = _Drawing(trace, placed or geometry(trace), frame, Palette(theme), isinstance(step, int))
    words = WORDS[language]
    body = list(drawing.parts())
    place = drawing.place
    width, height = place["width"] + 2 * MARGIN, place["height"] + 2 * MARGIN
    if legend:
        body += drawing.legend(words, MARGIN, height)
        width, height = max(width, LEGEND[0] + 2 * MARGIN), height + LEGEND[1] + MARGIN
    if background:
        body.insert(0, f'<rect width="{width:g}" height="{height:g}" {drawing.palette.paint(fill="paper")}/>')
    name = words["title"].format(name=name_of(trace.nodes[trace.output])) if title is None else title
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {rounded(width):g} {rounded(height):g}"'
        f' width="{rounded(width):g}" height="{rounded(height):g}" role="img" font-family="{FAMILY}"'
        ' font-variant-numeric="tabular-nums">'
        f"<title>{escaped(name)}</title><desc>{escaped(described(trace, frame))}</desc>{drawing.palette.style}"
        f"{''.join(body)}</svg>"
    )


def described(trace: Trace, frame: Frame) -> str:
    """What a picture shows, in words: each value with its gradient, as far as they are there."""
    told: list[str] = []
    for node in [node for node in trace.nodes if node.op != "constant"][:MOST_DESCRIBED]:
        said = name_of(node)
        if frame.values[node.id]:
            said += f" = {value_text(node.value, node.shape)}"
        if frame.sums.get(node.id, (None, False))[1]:
            said += f", {partial(trace, node)} = {value_text(node.gradient, node.shape)}"
        told.append(said)
    return "; ".join(told)


def escaped(text: str) -> str:
    """As text of an SVG."""
    return escape(FORBIDDEN.sub("\ufffd", text))


class _Drawing:
    """The elements of one picture."""

    def __init__(self, trace: Trace, place: dict[str, Any], frame: Frame, palette: Palette, is_marked: bool):
        self.trace = trace
        self.place = place
        self.frame = frame
        self.palette = palette
        self.is_marked = is_marked  # whether the step that led here is
        self.scale: GradientScale = scale_of(trace)

    def parts(self) -> Iterator[str]:
        yield f'<g transform="translate({MARGIN},{MARGIN})">'
        for frame in self.place["groups"]:
            yield from self._group(frame)
        edges = [(self.trace.edges[route["id"]], route) for route in self.place["edges"]]
        for edge, route in edges:
            yield self._line(edge, route)
        for echo in self.place["echoes"]:
            yield from self._echo(echo)
        for box in self.place["nodes"]:
            yield from self._node(self.trace.nodes[box["id"]], box)
        # Above everything: a number that has found no room is read nevertheless.
        for edge, route in edges:
            yield self._number(edge, route)
        yield "</g>"

    def text(
        self,
        text: str,
        font: str,
        x: float,
        y: float,
        fill: str,
        *,
        anchor: str = "middle",
        more: str = "",
        halo: bool = False,
    ) -> str:
        """A line of text.  y: its middle."""
        if not text:
            return ""
        weight, size = FONTS[font]
        length = rounded(text_width(text, font))
        paints = {"fill": fill} | ({"stroke": "paper"} if halo else {})
        more += HALO if halo else ""
        return (
            f'<text x="{rounded(x):g}" y="{rounded(y + 0.35 * size):g}" font-size="{size}" font-weight="{weight}"'
            f' text-anchor="{anchor}" textLength="{length:g}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"'
            f" {self.palette.paint(**paints)}{more}>{escaped(text)}</text>"
        )

    def _box(self, box: dict[str, Any], rx: float, fill: str, stroke: str, more: str = "") -> str:
        x, y = box["x"] - box["w"] / 2, box["y"] - box["h"] / 2
        return (
            f'<rect x="{rounded(x):g}" y="{rounded(y):g}" width="{box["w"]:g}" height="{box["h"]:g}" rx="{rx:g}"'
            f" {self.palette.paint(fill=fill, stroke=stroke)}{more}/>"
        )

    def _group(self, frame: dict[str, Any]) -> Iterator[str]:
        yield self._box(frame, 10, "paper-sunken 60 paper", "hairline")
        x, y = frame["x"] - frame["w"] / 2, frame["y"] - frame["h"] / 2
        yield self.text(self.trace.groups[frame["id"]].label, "group", x + 12, y + 15, "ink-soft", anchor="start")

    def _echo(self, echo: dict[str, Any]) -> Iterator[str]:
        source = self.trace.nodes[self.trace.edges[echo["id"]].source]
        yield self._box(echo, echo["h"] / 2, "paper", "line", ' stroke-dasharray="3 3"')
        yield self.text(box_label(source)[1], "name", echo["x"], echo["y"], "ink-soft")

    def _line(self, edge: TraceEdge, route: dict[str, Any]) -> str:
        size = representative(edge.contribution)
        back = self.frame.back[edge.id]
        width = self.scale.width(size) if back else IDLE_WIDTH
        paint = (
            gradient_paint(self.scale.share(size)) if back else "ink-soft" if self.frame.forward[edge.id] else "line"
        )
        points = [Point(at["x"], at["y"]) for at in route["points"]]
        line, head = arrow(points, back, width)
        mark = ""
        if self._is_active(edge.id):
            paints = self.palette.paint(fill="none", stroke="accent")
            mark = f'<path d="{line}" stroke-width="16" stroke-opacity="0.16" {paints}/>'
            paint = paint if back else "accent"
        return (
            f'{mark}<path d="{line}" stroke-width="{width:g}" {self.palette.paint(fill="none", stroke=paint)}/>'
            f'<path d="{head}" {self.palette.paint(fill=paint)}/>'
        )

    def _is_active(self, edge: int) -> bool:
        return self.is_marked and self.frame.active_edge == edge

    def _number(self, edge: TraceEdge, route: dict[str, Any]) -> str:
        source = self.trace.nodes[edge.source]
        if route["label"] is None:
            return ""
        if self.frame.back[edge.id]:
            text = edge_label(self.trace, edge)
        elif self._is_active(edge.id) or (self.frame.forward[edge.id] and source.shape):
            text = brief_text(source.value, source.shape)
        else:
            return ""
        fill = "accent" if self._is_active(edge.id) else "ink-soft"
        if self.frame.back[edge.id] and (sign := sign_word(edge.contribution)):
            fill = f"{sign}-text"
        at = route["label"]
        return self.text(text, "edge", at["x"], at["y"], fill, halo=True)

    def _node(self, node: TraceNode, box: dict[str, Any]) -> Iterator[str]:
        x, y = box["x"], box["y"]
        is_active = self.is_marked and self.frame.active_node == node.id
        fill = "accent-paper" if is_active else "paper-raised" if is_leaf(node) else "paper-sunken"
        stroke = "accent" if is_active else "hairline" if node.op == "constant" else "line"
        yield self._box(box, 8, fill, stroke, ' stroke-width="1.5"' if is_active else "")
        if node.op == "constant":
            yield self.text(brief_text(node.value, node.shape), "value", x, y, "ink-soft")
            return
        lines = lines_of(node)
        yield self._title(node, x, y + lines.title)
        if self.frame.values[node.id]:
            for i, line in enumerate(value_lines(node.value, node.shape)):
                yield self.text(line, "value", x, y + lines.value + i * ROW, "ink")
        if node.id not in self.frame.sums or not node.differentiable:
            return
        gradient, is_whole = self.frame.sums[node.id]
        yield self.text(partial(self.trace, node), "notation", x, y + lines.notation, "ink-soft")
        if (room := heat_room(node.shape)) is not None:
            yield from self._heat(np.asarray(gradient), room, x, y + lines.gradient)
            return
        sign = "" if node.shape else sign_word(gradient)
        slanted = "" if is_whole else ' font-style="italic"'
        for i, line in enumerate(value_lines(gradient, node.shape)):
            paint = f"{sign}-text" if sign else "ink-soft"
            yield self.text(line, "gradient", x, y + lines.gradient + i * ROW, paint, more=slanted)

    def _title(self, node: TraceNode, x: float, y: float) -> str:
        """Sign and name, beside each other."""
        sign, name = box_label(node)
        font = "word" if is_word(sign) else "sign"
        gap = TITLE_GAP if sign and name else 0
        widths = text_width(sign, font), text_width(name, "name")
        left = x - (sum(widths) + gap) / 2
        paint = "ink-soft" if node.name is None else "ink"
        return self.text(sign, font, left, y, "ink", anchor="start") + self.text(
            name, "name", left + widths[0] + gap, y, paint, anchor="start"
        )

    def _heat(self, gradient: Any, room: tuple[int, int], x: float, y: float) -> Iterator[str]:
        """A small array's gradient: one cell an element."""
        rows, columns = room
        height = HEAT_HEIGHT / max(rows, 2)
        left, top = x - columns * HEAT_CELL / 2, y - height * rows / 2
        for i, value in enumerate(gradient.ravel().tolist()):
            at = f'x="{rounded(left + i % columns * HEAT_CELL):g}" y="{rounded(top + i // columns * height):g}"'
            paint = self.palette.paint(fill=gradient_paint(self.scale.share(value)))
            yield f'<rect {at} width="{HEAT_CELL - HEAT_GAP}" height="{height - HEAT_GAP:g}" {paint}/>'

    def legend(self, words: dict[str, str], x: float, y: float) -> Iterator[str]:
        """What colour and width say: wide at both ends and thin at zero, as the edges are."""
        yield self.text(words["legend"], "notation", x, y, "ink-soft", anchor="start")
        width, middle = LEGEND[0] - 70, y + 18
        for i in range(LEGEND_STOPS):
            a, b = (2 * j / LEGEND_STOPS - 1 for j in (i, i + 1))
            (xa, ha), (xb, hb) = ((x + (p + 1) / 2 * width, 0.8 + 2.4 * abs(p)) for p in (a, b))
            p = (a + b) / 2
            share = (0.22 + 0.78 * abs(p)) * (1 if p > 0 else -1)
            yield (
                f'<path d="M{xa:.1f},{middle - ha:.1f}L{xb:.1f},{middle - hb:.1f}L{xb:.1f},{middle + hb:.1f}'
                f'L{xa:.1f},{middle + ha:.1f}Z" {self.palette.paint(fill=gradient_paint(share))}/>'
            )
        largest = self.scale.largest
        for value, at, anchor in ((-largest, x, "start"), (0.0, x + width / 2, "middle"), (largest, x + width, "end")):
            yield self.text(number(value), "notation", at, y + 36, "ink-soft", anchor=anchor)
        paints = self.palette.paint(fill="non-finite")
        yield f'<rect x="{x + width + 14:g}" y="{middle - 3:g}" width="14" height="6" {paints}/>'
        yield self.text(words["not-finite"], "notation", x + width + 32, middle, "ink-soft", anchor="start")
