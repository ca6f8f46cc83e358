"""What a picture of a trace consists of at a step: boxes, paths and texts with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.colours import gradient_paint
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
    number,
    partial,
    sign_word,
    value_lines,
)
from gradlens.engine.exporting.layout.edge_paths import arrow
from gradlens.engine.exporting.layout.edge_routes import Point, rounded
from gradlens.engine.exporting.layout.layout_plan import HEAT_CELL, ROW, TITLE_GAP, lines_of
from gradlens.engine.exporting.text_widths import FONTS, text_width
from gradlens.engine.traces import Trace, TraceEdge, TraceNode

Language = Literal["en", "ko"]
Step: TypeAlias = Literal["end", "values", "start"] | int
Anchor = Literal["start", "middle", "end"]
MOST_NODES = 300
MOST_CAPTION = 2000  # letters
MARGIN = 16
IDLE_WIDTH = 1.25
MARK_WIDTH, MARK_OPACITY = 16, 0.16
HEAT_HEIGHT, HEAT_GAP = 16, 1
LEGEND = (260, 46)
LEGEND_STOPS = 24
STOP_OVERLAP = 0.5  # what is under them does not shine through
CAPTION_FONT, CAPTION_ROW = "value", 20
NARROWEST_CAPTION = 360
WORDS = {
    "en": {"legend": "Contribution to the gradient", "not-finite": "NaN, ∞"},
    "ko": {"legend": "에지를 따라 흐르는 기울기", "not-finite": "NaN, ∞"},
}


@dataclass(frozen=True, slots=True)
class Rect:
    """x and y are its upper left corner.  fill and stroke: paints, as Palette has them."""

    x: float
    y: float
    w: float
    h: float
    fill: str
    stroke: str = "none"
    rx: float = 0
    width: float = 1
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """d: M, L, C and Z with pairs "x,y", as in SVG."""

    d: str
    fill: str = "none"
    stroke: str = "none"
    width: float = 1
    opacity: float = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text.  font: a name of FONTS.  y: its baseline.  halo: whether what is under it keeps away."""

    text: str
    font: str
    x: float
    y: float
    fill: str
    anchor: Anchor = "middle"
    halo: bool = False
    slanted: bool = False

    @property
    def length(self) -> float:
        """In px."""
        return text_width(self.text, self.font)


Shape: TypeAlias = Rect | Path | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """Sizes in px.  shapes: in the order in which they are drawn."""

    width: float
    height: float
    shapes: list[Shape]
    frame: Frame


def drawing(
    trace: Trace,
    *,
    language: Language = "en",
    step: Step = "end",
    legend: bool = False,
    background: bool = False,
    caption: str = "",
    caption_rows: int = 0,
    placed: dict[str, Any] | None = None,
) -> Drawing:
    """A trace at a step.

    step: the end; all values and no gradient; the start; or a cursor, whose step is marked.
    caption: a sentence that stands below, in a room of at least `caption_rows`.
    placed: the trace's geometry, where it is there already.
    Errors: picture-too-large, no-such-step.
    """
    if len(trace.nodes) > MOST_NODES:
        raise EngineError("picture-too-large", count=len(trace.nodes), limit=MOST_NODES)
    cursor = cursor_of(trace, step)
    frame = frame_at(trace, cursor)
    place = placed or geometry(trace)
    drawer = _Drawer(trace, place, frame, isinstance(step, int))
    shapes = list(drawer.parts())
    width, height = place["width"] + 2 * MARGIN, place["height"] + 2 * MARGIN
    if caption or caption_rows:
        width = max(width, NARROWEST_CAPTION + 2 * MARGIN)
        lines = caption_lines(caption, place["width"])
        for i, line in enumerate(lines):
            shapes.append(text_at(line, CAPTION_FONT, MARGIN, height + (i + 0.3) * CAPTION_ROW, "ink", anchor="start"))
        height += max(len(lines), caption_rows) * CAPTION_ROW + MARGIN / 2
    if legend:
        shapes += drawer.legend(WORDS[language], MARGIN, height)
        width, height = max(width, LEGEND[0] + 2 * MARGIN), height + LEGEND[1] + MARGIN
    if background:
        shapes.insert(0, Rect(0, 0, rounded(width), rounded(height), "paper"))
    return Drawing(width, height, shapes, frame)


def cursor_of(trace: Trace, step: Step) -> int:
    """A step as a cursor.  Error: no-such-step."""
    cursor = {"end": steps_of(trace), "values": turn_of(trace) - 1, "start": 0}[step] if isinstance(step, str) else step
    if not 0 <= cursor <= steps_of(trace):
        raise EngineError("no-such-step", step=cursor, last=steps_of(trace))
    return cursor


def caption_lines(caption: str, width: float) -> list[str]:
    """A sentence as it stands below a graph of a width in px."""
    return list(wrapped(caption[:MOST_CAPTION], CAPTION_FONT, max(width, NARROWEST_CAPTION)))


def wrapped(text: str, font: str, width: float) -> Iterator[str]:
    """A text as lines of at most a width in px, broken at spaces; a longer word is broken anywhere."""
    line = ""
    for word in text.split():
        if line and text_width(f"{line} {word}", font) > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
        while text_width(line, font) > width and len(line) > 1:
            kept = next(i for i in range(1, len(line) + 1) if i == len(line) or text_width(line[: i + 1], font) > width)
            yield line[:kept]
            line = line[kept:]
    if line:
        yield line


def text_at(text: str, font: str, x: float, y: float, fill: str, *, anchor: Anchor = "middle", **more: bool) -> Text:
    """A line of text around the height y."""
    return Text(text, font, rounded(x), rounded(y + 0.35 * FONTS[font][1]), fill, anchor, **more)


class _Drawer:
    """The shapes of one picture."""

    def __init__(self, trace: Trace, place: dict[str, Any], frame: Frame, is_marked: bool):
        self.trace = trace
        self.place = place
        self.frame = frame
        self.is_marked = is_marked  # whether the step that led here is
        self.scale: GradientScale = scale_of(trace)

    def parts(self) -> Iterator[Shape]:
        for frame in self.place["groups"]:
            yield from self._group(moved(frame))
        edges = [(self.trace.edges[route["id"]], route) for route in self.place["edges"]]
        for edge, route in edges:
            yield from self._line(edge, route)
        for echo in self.place["echoes"]:
            yield from self._echo(moved(echo))
        for box in self.place["nodes"]:
            yield from self._node(self.trace.nodes[box["id"]], moved(box))
        # Above everything: a number that has found no room is read nevertheless.
        for edge, route in edges:
            yield from self._number(edge, route)

    def _group(self, frame: dict[str, Any]) -> Iterator[Shape]:
        yield box_of(frame, 10, "paper-sunken 60 paper", "hairline")
        x, y = frame["x"] - frame["w"] / 2, frame["y"] - frame["h"] / 2
        yield text_at(self.trace.groups[frame["id"]].label, "group", x + 12, y + 15, "ink-soft", anchor="start")

    def _echo(self, echo: dict[str, Any]) -> Iterator[Shape]:
        source = self.trace.nodes[self.trace.edges[echo["id"]].source]
        yield box_of(echo, echo["h"] / 2, "paper", "line", dashed=True)
        yield text_at(box_label(source)[1], "name", echo["x"], echo["y"], "ink-soft")

    def _line(self, edge: TraceEdge, route: dict[str, Any]) -> Iterator[Shape]:
        size = representative(edge.contribution)
        back = self.frame.back[edge.id]
        width = self.scale.width(size) if back else IDLE_WIDTH
        paint = (
            gradient_paint(self.scale.share(size)) if back else "ink-soft" if self.frame.forward[edge.id] else "line"
        )
        line, head = arrow(tuple(Point(at["x"] + MARGIN, at["y"] + MARGIN) for at in route["points"]), back, width)
        if self._is_active(edge.id):
            yield Path(line, stroke="accent", width=MARK_WIDTH, opacity=MARK_OPACITY)
            paint = paint if back else "accent"
        yield Path(line, stroke=paint, width=width)
        yield Path(head, fill=paint)

    def _is_active(self, edge: int) -> bool:
        return self.is_marked and self.frame.active_edge == edge

    def _number(self, edge: TraceEdge, route: dict[str, Any]) -> Iterator[Shape]:
        source = self.trace.nodes[edge.source]
        if route["label"] is None:
            return
        if self.frame.back[edge.id]:
            text = edge_label(self.trace, edge)
        elif self._is_active(edge.id) or (self.frame.forward[edge.id] and source.shape):
            text = brief_text(source.value, source.shape)
        else:
            return
        fill = "accent" if self._is_active(edge.id) else "ink-soft"
        if self.frame.back[edge.id] and (sign := sign_word(edge.contribution)):
            fill = f"{sign}-text"
        at = route["label"]
        yield text_at(text, "edge", at["x"] + MARGIN, at["y"] + MARGIN, fill, halo=True)

    def _node(self, node: TraceNode, box: dict[str, Any]) -> Iterator[Shape]:
        x, y = box["x"], box["y"]
        is_active = self.is_marked and self.frame.active_node == node.id
        fill = "accent-paper" if is_active else "paper-raised" if is_leaf(node) else "paper-sunken"
        stroke = "accent" if is_active else "hairline" if node.op == "constant" else "line"
        yield box_of(box, 8, fill, stroke, width=1.5 if is_active else 1)
        if node.op == "constant":
            yield text_at(brief_text(node.value, node.shape), "value", x, y, "ink-soft")
            return
        lines = lines_of(node)
        yield from self._title(node, x, y + lines.title)
        if self.frame.values[node.id]:
            for i, line in enumerate(value_lines(node.value, node.shape)):
                yield text_at(line, "value", x, y + lines.value + i * ROW, "ink")
        if node.id not in self.frame.sums or not node.differentiable:
            return
        gradient, is_whole = self.frame.sums[node.id]
        yield text_at(partial(self.trace, node), "notation", x, y + lines.notation, "ink-soft")
        if (room := heat_room(node.shape)) is not None:
            yield from self._heat(np.asarray(gradient), room, x, y + lines.gradient)
            return
        sign = "" if node.shape else sign_word(gradient)
        for i, line in enumerate(value_lines(gradient, node.shape)):
            paint = f"{sign}-text" if sign else "ink-soft"
            yield text_at(line, "gradient", x, y + lines.gradient + i * ROW, paint, slanted=not is_whole)

    def _title(self, node: TraceNode, x: float, y: float) -> Iterator[Shape]:
        """Sign and name, beside each other."""
        sign, name = box_label(node)
        font = "word" if is_word(sign) else "sign"
        gap = TITLE_GAP if sign and name else 0
        widths = text_width(sign, font), text_width(name, "name")
        left = x - (sum(widths) + gap) / 2
        paint = "ink-soft" if node.name is None else "ink"
        if sign:
            yield text_at(sign, font, left, y, "ink", anchor="start")
        if name:
            yield text_at(name, "name", left + widths[0] + gap, y, paint, anchor="start")

    def _heat(self, gradient: Any, room: tuple[int, int], x: float, y: float) -> Iterator[Shape]:
        """A small array's gradient: one cell an element."""
        rows, columns = room
        height = HEAT_HEIGHT / max(rows, 2)
        left, top = x - columns * HEAT_CELL / 2, y - height * rows / 2
        for i, value in enumerate(gradient.ravel().tolist()):
            at = rounded(left + i % columns * HEAT_CELL), rounded(top + i // columns * height)
            yield Rect(*at, HEAT_CELL - HEAT_GAP, height - HEAT_GAP, gradient_paint(self.scale.share(value)))

    def legend(self, words: dict[str, str], x: float, y: float) -> Iterator[Shape]:
        """What colour and width say: wide at both ends and thin at zero, as the edges are."""
        yield text_at(words["legend"], "notation", x, y, "ink-soft", anchor="start")
        width, middle = LEGEND[0] - 70, y + 18
        for i in range(LEGEND_STOPS):
            a, b = (2 * j / LEGEND_STOPS - 1 for j in (i, i + 1))
            (xa, ha), (xb, hb) = ((x + (p + 1) / 2 * width, 0.8 + 2.4 * abs(p)) for p in (a, b))
            xb += STOP_OVERLAP * (b < 1)
            p = (a + b) / 2
            share = (0.22 + 0.78 * abs(p)) * (1 if p > 0 else -1)
            yield Path(
                f"M{xa:.1f},{middle - ha:.1f}L{xb:.1f},{middle - hb:.1f}L{xb:.1f},{middle + hb:.1f}"
                f"L{xa:.1f},{middle + ha:.1f}Z",
                fill=gradient_paint(share),
            )
        largest = self.scale.largest
        ends: tuple[tuple[float, float, Anchor], ...] = (
            (-largest, x, "start"),
            (0.0, x + width / 2, "middle"),
            (largest, x + width, "end"),
        )
        for value, at, anchor in ends:
            yield text_at(number(value), "notation", at, y + 36, "ink-soft", anchor=anchor)
        yield Rect(rounded(x + width + 14), rounded(middle - 3), 14, 6, "non-finite")
        yield text_at(words["not-finite"], "notation", x + width + 32, middle, "ink-soft", anchor="start")


def moved(box: dict[str, Any]) -> dict[str, Any]:
    """A box of the geometry within the picture's margin."""
    return {**box, "x": box["x"] + MARGIN, "y": box["y"] + MARGIN}


def box_of(box: dict[str, Any], rx: float, fill: str, stroke: str, *, width: float = 1, dashed: bool = False) -> Rect:
    """A box of the geometry, whose place is its centre."""
    x, y = rounded(box["x"] - box["w"] / 2), rounded(box["y"] - box["h"] / 2)
    return Rect(x, y, box["w"], box["h"], fill, stroke, rx, width, dashed)
