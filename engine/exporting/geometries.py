"""Where everything of a trace stands in its figure, as the page's own layout says it: the type Geometry of
static/js/lib/types.js.
"""

from __future__ import annotations

from typing import Any

from gradlens.engine.exporting.layout.edge_routes import MARGIN, TEXT_HEIGHT, Box, Point, rounded, route
from gradlens.engine.exporting.layout.layered import placed_in_layers
from gradlens.engine.exporting.layout.layout_plan import Plan, plan_layout
from gradlens.engine.exporting.text_widths import Measure, text_width
from gradlens.engine.traces import Trace

Json = dict[str, Any]


def geometry(trace: Trace, measure: Measure = text_width) -> Json:
    """Nodes, echoes, edges and frames with their places in px, in one row: what `<gradlens-graph>` draws a trace by.

    The nodes and edges stand in the order of the trace's ids; every group is open.
    """
    return laid_out(plan_layout(trace, measure))


def laid_out(plan: Plan) -> Json:
    """The geometry of what is planned."""
    placed = placed_in_layers(plan)
    routes = route(plan.edges, placed.boxes, placed.routed)
    rooms = {edge.id: edge.label[0] for edge in plan.edges if edge.label is not None}
    numbers = [
        Box(one.id, one.label.x, one.label.y, rooms[one.id], TEXT_HEIGHT) for one in routes if one.label is not None
    ]
    # A number may stand in the margin that a figure has around its graph.
    extents = [_extent(box) for box in (*placed.boxes, *placed.groups)]
    extents += [(x0 + MARGIN, y0 + MARGIN, x1 - MARGIN, y1 - MARGIN) for x0, y0, x1, y1 in map(_extent, numbers)]
    extents += [(at.x, at.y, at.x, at.y) for one in routes for at in one.points]
    left, top = min(x0 for x0, _, _, _ in extents), min(y0 for _, y0, _, _ in extents)
    right, bottom = max(x1 for _, _, x1, _ in extents), max(y1 for _, _, _, y1 in extents)

    def point(at: Point) -> Json:
        return {"x": rounded(at.x - left), "y": rounded(at.y - top)}

    def box(id: int, at: Box) -> Json:
        return {"id": id, **point(Point(at.x, at.y)), "w": at.w, "h": at.h}

    return {
        "form": "tall",
        "nodes": [box(at.id, at) for node, at in zip(plan.nodes, placed.boxes) if node.echo is None],
        "echoes": [box(node.echo, at) for node, at in zip(plan.nodes, placed.boxes) if node.echo is not None],
        "edges": [
            {
                "id": one.id,
                "points": [point(at) for at in one.points],
                "rest": None,
                "label": None if one.label is None else point(one.label),
            }
            for one in routes
        ],
        "stubs": [],
        "groups": [{**box(at.id, at), "w": rounded(at.w), "h": rounded(at.h)} for at in placed.groups],
        "rows": 1,
        "width": rounded(right - left),
        "height": rounded(bottom - top),
    }


def _extent(box: Box) -> tuple[float, float, float, float]:
    return box.x - box.w / 2, box.y - box.h / 2, box.x + box.w / 2, box.y + box.h / 2
