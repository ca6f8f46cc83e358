"""How edges run and where their numbers stand, once the nodes have their places: static/js/graph/layout/edge_routes.js.

An edge leaves at the right side of its source and enters at the left side of its target, operands in order from the
top. It runs straight across in one curve where no other node stands in its way, else as the layout routed it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gradlens.engine.exporting.layout.layout_plan import PlannedEdge

END_GAP = 16  # between the ends of two edges on one side of a node, where there is room
CORNER = 12  # is left alone
CLEARANCE = 6  # from nodes that a curve passes
LEVEL = 0.36  # share of the way that a curve leaves and enters level
SAMPLES = 16
PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)  # shares of the way for an edge's number, best first
FARTHER, FINE = 8, 8  # heights that a number may be moved on, and steps of each
# What it costs a number to cover a box or another number, a line, a word above an input; to lie beyond everything else,
# or in the margin: in places further down the list.
COVERS_TEXT, COVERS_LINE, COVERS_NOTE, LEAVES_PICTURE, LEAVES_GRAPH = 1000, 30, 20, 700, 8
MARGIN = 14
NOTE = (44, 14)
LINE_GAP = 4  # between a level line and the number beside it
TEXT_HEIGHT = 16
CELL = 96  # of the grid in which numbers look for their neighbours


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    """x and y are its centre."""

    id: int
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Route:
    """points: a cubic spline, the start, then two controls and an end for each piece.  label: the number's centre."""

    id: int
    points: list[Point]
    label: Point | None


def route(edges: Sequence[PlannedEdge], boxes: Sequence[Box], routed: dict[int, list[Point]]) -> list[Route]:
    """Every edge in the order of ids.  edges: sorted by target and operand.  routed: splines that go around nodes."""
    ends = _ends(edges, boxes)
    drawn: dict[int, list[Point]] = {}
    for edge in edges:
        start, end = ends[edge.id]
        straight = curve(start, end)
        around = routed.get(edge.id)
        blocked = around and any(
            box.id != edge.source and box.id != edge.target and _meets(straight, box) for box in boxes
        )
        drawn[edge.id] = _moved(around, start, end) if around and blocked else straight
    places = _label_places(edges, drawn, boxes)
    return [Route(id, drawn[id], places.get(id)) for id in sorted(drawn)]


def _ends(edges: Sequence[PlannedEdge], boxes: Sequence[Box]) -> dict[int, tuple[Point, Point]]:
    """Where each edge leaves and enters: operands in order, uses by where they go, so that none cross at the box."""
    into: list[list[PlannedEdge]] = [[] for _ in boxes]
    out: list[list[PlannedEdge]] = [[] for _ in boxes]
    for edge in edges:
        into[edge.target].append(edge)
        out[edge.source].append(edge)
    entry: dict[int, Point] = {}
    leave: dict[int, Point] = {}
    for side, box in zip(into, boxes):
        entry |= {edge.id: Point(box.x - box.w / 2, y) for edge, y in _spread(side, box)}
    for side, box in zip(out, boxes):
        slopes = {edge.id: (entry[edge.id].y - box.y) / max(boxes[edge.target].x - box.x, 1) for edge in side}
        ordered = sorted(side, key=lambda edge: slopes[edge.id])
        leave |= {edge.id: Point(box.x + box.w / 2, y) for edge, y in _spread(ordered, box)}
    return {edge.id: (leave[edge.id], entry[edge.id]) for edge in edges}


def _spread(side: Sequence[PlannedEdge], box: Box) -> Iterator[tuple[PlannedEdge, float]]:
    gap = min(END_GAP, (box.h - 2 * CORNER) / max(len(side) - 1, 1))
    for i, edge in enumerate(side):
        yield edge, box.y + (i - (len(side) - 1) / 2) * gap


def curve(start: Point, end: Point) -> list[Point]:
    """One curve, level at both ends."""
    reach = (end.x - start.x) * LEVEL
    return [start, Point(start.x + reach, start.y), Point(end.x - reach, end.y), end]


def _moved(points: Sequence[Point], start: Point, end: Point) -> list[Point]:
    """A route with its ends, and the controls beside them, moved to where they belong."""
    before, after = start.y - points[0].y, end.y - points[-1].y
    moved = [Point(start.x, start.y), Point(points[1].x, points[1].y + before), *points[2:-2]]
    return [*moved, Point(points[-2].x, points[-2].y + after), Point(end.x, end.y)]


def _meets(points: Sequence[Point], box: Box) -> bool:
    """Whether a curve comes too close to a box."""
    start, end = points[0], points[-1]
    if box.x + box.w / 2 < start.x or box.x - box.w / 2 > end.x:
        return False
    # A curve that is level at both ends lies between them.
    top, bottom = min(start.y, end.y) - CLEARANCE, max(start.y, end.y) + CLEARANCE
    if box.y + box.h / 2 < top or box.y - box.h / 2 > bottom:
        return False
    w, h = box.w / 2 + CLEARANCE, box.h / 2 + CLEARANCE
    return any(abs(at.x - box.x) < w and abs(at.y - box.y) < h for at in samples(points))


def samples(points: Sequence[Point]) -> list[Point]:
    """Points along a spline."""
    count = (len(points) - 1) // 3 * SAMPLES
    return [point_at(points, i / count)[0] for i in range(count + 1)]


def point_at(points: Sequence[Point], share: float) -> tuple[Point, Point]:
    """A spline's point at a share of its pieces, and its direction there."""
    pieces = (len(points) - 1) // 3
    piece = min(int(share * pieces), pieces - 1)
    t = share * pieces - piece
    s = 1 - t
    a, b, c, d = points[piece * 3 : piece * 3 + 4]
    at = [s * s * s * a[i] + 3 * s * s * t * b[i] + 3 * s * t * t * c[i] + t * t * t * d[i] for i in (0, 1)]
    slope = [s * s * (b[i] - a[i]) + 2 * s * t * (c[i] - b[i]) + t * t * (d[i] - c[i]) for i in (0, 1)]
    return Point(*at), Point(*slope)


def _label_places(
    edges: Sequence[PlannedEdge], drawn: dict[int, list[Point]], boxes: Sequence[Box]
) -> dict[int, Point]:
    """Each number beside its edge, where it covers least."""
    places: dict[int, Point] = {}
    if not any(edge.label for edge in edges):
        return places
    texts, lines, notes = Grid(), Grid(), Grid()
    made = {edge.target for edge in edges}
    left, right = min(b.x - b.w / 2 for b in boxes), max(b.x + b.w / 2 for b in boxes)
    top, bottom = min(b.y - b.h / 2 for b in boxes), max(b.y + b.h / 2 for b in boxes)
    for box in boxes:
        texts.add(box, -1 - box.id)
        if box.id not in made:
            notes.add(Box(box.id, box.x, box.y - (box.h + NOTE[1]) / 2, *NOTE), box.id)
    for edge in edges:
        for at in samples(drawn[edge.id]):
            lines.add(Box(edge.id, at.x, at.y, 0, 0), edge.id)
    for edge in edges:
        if edge.label is None:
            continue
        w, h = edge.label[0], TEXT_HEIGHT
        best, least = point_at(drawn[edge.id], 0.5)[0], math.inf
        for i, at in enumerate(_candidates(drawn[edge.id], w, h)):
            beside = 2 * len(PLACES)
            if i >= beside and least < COVERS_TEXT:
                break
            box = Box(edge.id, at.x, at.y, w, h)
            beyond = max(left - (at.x - w / 2), at.x + w / 2 - right, top - (at.y - h / 2), at.y + h / 2 - bottom)
            cost = (
                COVERS_TEXT * texts.count(box) + COVERS_NOTE * notes.count(box) + COVERS_LINE * lines.count(box)
                + (LEAVES_PICTURE if beyond > MARGIN else LEAVES_GRAPH if beyond > 0 else 0)
                + min(i, beside) + max(i - beside, 0) / FINE
            )  # fmt: skip
            if cost < least:
                best, least = at, cost
        places[edge.id] = Point(rounded(best.x), rounded(best.y))
        texts.add(Box(edge.id, best.x, best.y, w, h), edge.id)
    return places


def rounded(px: float) -> float:
    """To a tenth, as JavaScript's Math.round does it."""
    return math.floor(px * 10 + 0.5) / 10


def _candidates(points: Sequence[Point], w: float, h: float) -> Iterator[Point]:
    """Where an edge's number may stand, best first: above the line, below it, then farther from it, step by step."""
    for share in PLACES:
        at, slope = point_at(points, share)
        length = math.sqrt(slope.x * slope.x + slope.y * slope.y) or 1
        normal = Point(slope.y / length, -slope.x / length)  # upwards where the edge runs to the right
        away = abs(normal.y) * (h / 2 + LINE_GAP) + abs(normal.x) * (w / 2 + LINE_GAP)
        yield Point(at.x + away * normal.x, at.y + away * normal.y)
        yield Point(at.x - away * normal.x, at.y - away * normal.y)
    for i in range(FARTHER * FINE * len(PLACES) * 2):
        at = point_at(points, PLACES[i // 2 % len(PLACES)])[0]
        step = 1 + (i // (2 * len(PLACES))) / FINE
        yield Point(at.x, at.y + (step if i % 2 else -step) * h)


class Grid:
    """Boxes by the cells of a grid that they touch."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Box, int]]] = {}

    @staticmethod
    def _keys(box: Box) -> Iterator[tuple[int, int]]:
        for i in range(math.floor((box.x - box.w / 2) / CELL), math.floor((box.x + box.w / 2) / CELL) + 1):
            for j in range(math.floor((box.y - box.h / 2) / CELL), math.floor((box.y + box.h / 2) / CELL) + 1):
                yield i, j

    def add(self, box: Box, owner: int) -> None:
        for key in self._keys(box):
            self._cells.setdefault(key, []).append((box, owner))

    def count(self, box: Box) -> int:
        """How many owners' boxes a box covers."""
        return len(
            {
                owner
                for key in self._keys(box)
                for other, owner in self._cells.get(key, ())
                if abs(other.x - box.x) < (other.w + box.w) / 2 and abs(other.y - box.y) < (other.h + box.h) / 2
            }
        )
