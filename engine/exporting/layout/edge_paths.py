"""SVG paths of edges and their arrowheads, from spline points: static/js/graph/drawing/edge_paths.js."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from gradlens.engine.exporting.layout.edge_routes import Point, rounded

HEAD_LENGTH, HEAD_HALF_WIDTH = 9, 4.5
HALVINGS = 14  # enough for a tenth of a px on a line across a screen


def path_of(points: Sequence[Point]) -> str:
    """The whole spline."""
    pieces = [f"C{' '.join(map(_pair, points[i : i + 3]))}" for i in range(1, len(points) - 2, 3)]
    return f"M{_pair(points[0])}{''.join(pieces)}"


@lru_cache(maxsize=1024)  # an edge is drawn anew at each step
def arrow(points: tuple[Point, ...], is_back: bool, width: float) -> tuple[str, str]:
    """The line of an edge and its head, at the source where it goes back.

    The line ends inside the head, so that a wide one does not blunt the tip.
    """
    spline = list(reversed(points)) if is_back else list(points)
    tip = spline[-1]
    length, half = HEAD_LENGTH + width, HEAD_HALF_WIDTH + width / 2
    line = _cut(spline, length - 1)
    end = line[-1]
    reach = math.dist(end, tip) or 1
    ux, uy = (tip.x - end.x) / reach, (tip.y - end.y) / reach
    base = Point(tip.x - ux * length, tip.y - uy * length)
    left = Point(base.x - uy * half, base.y + ux * half)
    right = Point(base.x + uy * half, base.y - ux * half)
    return path_of(line), f"M{_pair(tip)}L{_pair(left)}L{_pair(right)}Z"


def _cut(spline: list[Point], length: float) -> list[Point]:
    """A spline that ends at a distance before its end, on the same curve."""
    tip = spline[-1]
    # Pieces that the head covers whole.
    while len(spline) > 4 and math.dist(spline[-4], tip) < length:
        spline = spline[:-3]
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        share = (low + high) / 2
        if math.dist(_first_part(spline[-4:], share)[2], tip) > length:
            low = share
        else:
            high = share
    return [*spline[:-3], *_first_part(spline[-4:], low)]


def _first_part(piece: Sequence[Point], share: float) -> list[Point]:
    """A cubic Bézier curve up to a share of it, by de Casteljau's construction: its two controls and its end."""

    def between(p: Point, q: Point) -> Point:
        return Point(p.x + (q.x - p.x) * share, p.y + (q.y - p.y) * share)

    a, b, c, d = piece
    ab, bc, cd = between(a, b), between(b, c), between(c, d)
    abc, bcd = between(ab, bc), between(bc, cd)
    return [ab, abc, between(abc, bcd)]


def _pair(at: Point) -> str:
    return f"{rounded(at.x):g},{rounded(at.y):g}"
