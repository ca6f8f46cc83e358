"""The layered layout: nodes in columns, few crossings, straight main line, groups apart from what is not theirs.

Columns go by longest path from the leaves; a leaf stands just before its first use. An edge across several columns
bends once in each, so that it finds its way between nodes. Within a column things stand in the order of their
neighbours' heights, groups together; the heights are then drawn towards straight edges, as far as all keep apart.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass

from gradlens.engine.exporting.layout.edge_routes import CLEARANCE, END_GAP, LEVEL, Box, Point
from gradlens.engine.exporting.layout.layout_plan import Plan

NARROWEST_GAP = 64  # between two columns
LABEL_AIR = 28  # beside the widest number between them
ROW_GAP = 24
BEND_GAP = 14
BESIDE = 10  # two level edges
GROUP_GAP = 16
FRAME_MARGIN, FRAME_LABEL, NESTED_MARGIN = 12, 20, 8
SWEEPS = 8
ROUNDS, PASSES = 120, 6
MOST_BENDS = 2000  # a larger graph has none: its edges run straight across
MOST_WORK = 300_000  # steps of the search for heights
# How strongly an edge draws its ends to one height: from a leaf, between ops, from what a node is mainly made of, at
# a bend.
LEAF, INNER, MAIN, BEND = 1, 4, 30, 20
LIGHTEST = 0.5  # what nothing draws


@dataclass(slots=True)
class Item:
    """What has a place in a column: a node of the plan, the bend of an edge, or room that a group keeps.

    path: the groups around it, from the outermost.
    """

    id: int
    column: int
    w: float
    h: float
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an edge, from one column to the next.  port: how far from the target's middle it ends."""

    source: int
    target: int
    port: float
    pull: int


@dataclass(frozen=True, slots=True)
class Layers:
    """items: first the plan's nodes, by id.  bends: of each long edge, its items."""

    items: list[Item]
    segments: list[Segment]
    bends: dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Placed:
    """boxes: in the order of the plan's nodes.  routed: splines of long edges.  groups: their frames."""

    boxes: list[Box]
    routed: dict[int, list[Point]]
    groups: list[Box]


def placed_in_layers(plan: Plan) -> Placed:
    """Where everything stands."""
    layers = into_columns(plan)
    columns = in_order(plan, layers)
    y = heights(layers, columns)
    x, sides = across(plan, layers, columns)
    boxes = [Box(node.id, x[layers.items[node.id].column], y[node.id], node.w, node.h) for node in plan.nodes]
    groups = frames(plan, boxes, [(item, y[item.id]) for item in layers.items[len(boxes) :]], x)
    level(layers, boxes, groups, x, y)
    routed = {
        edge.id: _spline(boxes[edge.source], boxes[edge.target], layers.bends[edge.id], layers, y, sides)
        for edge in plan.edges
        if edge.id in layers.bends
    }
    return Placed(boxes, routed, groups)


def into_columns(plan: Plan) -> Layers:
    """Columns, and what stands in them."""
    column, loose, made = _columns(plan)
    paths = _paths(plan)
    items = [Item(n.id, column[n.id], n.w, n.h, () if n.group is None else paths[n.group]) for n in plan.nodes]
    spans: dict[int, tuple[int, int]] = {}
    for item in items:
        for group in item.path:
            low, high = spans.get(group, (item.column, item.column))
            spans[group] = min(low, item.column), max(high, item.column)
    main = _main_lines(plan, [(not is_loose, at) for is_loose, at in zip(loose, column)], made)
    places = _ports(plan)
    crossed = sum(column[edge.target] - column[edge.source] - 1 for edge in plan.edges)
    segments: list[Segment] = []
    bends: dict[int, list[int]] = {}
    for edge in plan.edges:
        pull = LEAF if edge.source not in made else MAIN if edge.id in main else INNER
        last = edge.source
        if crossed <= MOST_BENDS and column[edge.target] - column[edge.source] > 1:
            chain: list[int] = []
            for at in range(column[edge.source] + 1, column[edge.target]):
                # In a group of its source or of its target, while that lasts.
                out = [group for group in items[edge.source].path if spans[group][1] >= at]
                into = [group for group in items[edge.target].path if spans[group][0] <= at]
                bend = Item(len(items), at, 0, 0, tuple(max(into, out, key=len)))
                items.append(bend)
                segments.append(Segment(last, bend.id, 0, BEND if chain else pull))
                chain.append(bend.id)
                last = bend.id
            bends[edge.id] = chain
        segments.append(Segment(last, edge.target, places[edge.id], pull))
    _keep_room(plan, items)
    return Layers(items, segments, bends)


def _columns(plan: Plan) -> tuple[list[int], list[bool], set[int]]:
    """By node: its column, and whether leaves alone lead to it; the nodes that are made of others."""
    nodes = plan.nodes
    column = [0] * len(nodes)
    into: list[list[int]] = [[] for _ in nodes]
    uses: list[list[int]] = [[] for _ in nodes]
    for edge in plan.edges:
        into[edge.target].append(edge.source)
        uses[edge.source].append(edge.target)

    def apart(source: int, target: int) -> int:
        """Columns from one to the other: what comes into a group from outside leaves one to the group's own leaves."""
        group = nodes[target].group
        if group is None or nodes[source].group == group or not into[source]:
            return 1
        return 2 if any(not into[id] and nodes[id].group == group for id in into[target]) else 1

    # What leaves alone lead to stands near its use.
    loose = [True] * len(nodes)
    for node in sorted(range(len(nodes)), key=lambda id: bool(into[id])):
        for source in into[node]:
            loose[node] = loose[node] and loose[source] and (len(uses[source]) == 1 or not into[source])
            column[node] = max(column[node], column[source] + apart(source, node))
    for node in sorted(range(len(nodes)), key=lambda id: (not into[id], -id)):
        if uses[node] and loose[node]:
            column[node] = min([column[use] - apart(node, use) for use in uses[node]])
    return column, loose, {id for id, sources in enumerate(into) if sources}


def _paths(plan: Plan) -> list[tuple[int, ...]]:
    """By group: the groups around it from the outermost, and itself."""
    paths: list[tuple[int, ...]] = []
    for group in plan.groups:
        paths.append((*(() if group.parent is None else paths[group.parent]), group.id))
    return paths


def _common(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    count = 0
    while count < min(len(a), len(b)) and a[count] == b[count]:
        count += 1
    return a[:count]


def _main_lines(plan: Plan, rank: Sequence[tuple[bool, int]], made: set[int]) -> set[int]:
    """The edges from what each node is mainly made of: the one source that more led to than to the others."""
    sources: dict[int, set[int]] = {}
    for edge in plan.edges:
        if edge.source in made:
            sources.setdefault(edge.target, set()).add(edge.source)
    highest = {target: max([rank[id] for id in ids]) for target, ids in sources.items()}
    alone = {target for target, ids in sources.items() if sum(rank[id] == highest[target] for id in ids) == 1}
    return {
        edge.id
        for edge in plan.edges
        if edge.target in alone and edge.source in made and rank[edge.source] == highest[edge.target]
    }


def _ports(plan: Plan) -> dict[int, float]:
    """By edge: how far from the middle of its target it ends."""
    into: dict[int, list[int]] = {}
    for edge in plan.edges:
        into.setdefault(edge.target, []).append(edge.id)
    return {id: (i - (len(side) - 1) / 2) * END_GAP for side in into.values() for i, id in enumerate(side)}


def _keep_room(plan: Plan, items: list[Item]) -> None:
    """Room for each group in columns between its own that hold nothing of it, so that nothing else takes it."""
    held: list[set[int]] = [set() for _ in plan.groups]
    for item in items:
        for group in item.path:
            held[group].add(item.column)
    paths = _paths(plan)
    for group in range(len(held) - 1, -1, -1):
        for column in range(min(held[group], default=0), max(held[group], default=-1) + 1):
            if column not in held[group]:
                items.append(Item(len(items), column, 0, 0, paths[group]))
                for outer in paths[group]:
                    held[outer].add(column)


def in_order(plan: Plan, layers: Layers) -> list[list[int]]:
    """The items of each column, from the top: as the program names them, or with fewer crossings."""
    items, segments = layers.items, layers.segments
    into: list[list[Segment]] = [[] for _ in items]
    out: list[list[Segment]] = [[] for _ in items]
    for segment in segments:
        into[segment.target].append(segment)
        out[segment.source].append(segment)
    count = max((item.column for item in items), default=-1) + 1
    key = _reading_order(plan, layers, into)
    best = _sorted(items, count, key)
    least = crossings(items, segments, best)
    columns = best
    for sweep in range(SWEEPS if len(segments) <= MOST_BENDS else 0):
        if least == 0:
            break
        place = _spread_out(items, columns)
        key = list(place)
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            for id in column:
                near = (
                    [key[s.source] - s.port for s in into[id]] if forward else [key[s.target] + s.port for s in out[id]]
                )
                if not near and forward:
                    near = [place[s.target] + s.port for s in out[id]]
                if near:
                    key[id] = sum(near) / len(near)
        columns = _sorted(items, count, key)
        found = crossings(items, segments, columns)
        if found < least:
            best, least = columns, found
    return best


def _reading_order(plan: Plan, layers: Layers, into: Sequence[Sequence[Segment]]) -> list[float]:
    """Leaves as the output's formula names them, from the top; everything else in the middle of what it is made of."""
    key: list[float] = [-1.0] * len(layers.items)
    leaves = 0
    for root in range(len(plan.nodes) - 1, -1, -1):
        pending = [root]
        while pending:
            at = pending[-1]
            if key[at] >= 0:
                pending.pop()
                continue
            waiting = [s.source for s in into[at] if key[s.source] < 0]
            if waiting:
                pending.extend(reversed(waiting))
                continue
            pending.pop()
            sources = [key[s.source] for s in into[at]]
            if sources:
                key[at] = sum(sources) / len(sources)
            else:
                key[at] = leaves
                leaves += 1
    # Room that groups keep has no neighbours: it goes with the group.
    return key


def _sorted(items: Sequence[Item], count: int, key: Sequence[float]) -> list[list[int]]:
    """Columns in the order of keys, the items of a group together, and groups in one order in all columns."""
    sums: dict[int, tuple[float, int]] = {}
    for item in items:
        if item.h or item.w:
            for group in item.path:
                total, members = sums.get(group, (0.0, 0))
                sums[group] = total + key[item.id], members + 1
    means = {group: total / members for group, (total, members) in sums.items()}
    rank = [(*[(means.get(group, 0.0), 0, group) for group in item.path], (key[item.id], 1, item.id)) for item in items]
    columns: list[list[int]] = [[] for _ in range(count)]
    for item in items:
        columns[item.column].append(item.id)
    for column in columns:
        column.sort(key=lambda id: rank[id])
    return columns


def _spread_out(items: Sequence[Item], columns: Sequence[Sequence[int]]) -> list[float]:
    """Heights of items that stand one below the other, each column around 0."""
    place = [0.0] * len(items)
    for column in columns:
        at = -sum(items[id].h + ROW_GAP for id in column) / 2
        for id in column:
            place[id] = at + (items[id].h + ROW_GAP) / 2
            at += items[id].h + ROW_GAP
    return place


def crossings(items: Sequence[Item], segments: Sequence[Segment], columns: Sequence[Sequence[int]]) -> int:
    """How often two segments cross."""
    rank = [0] * len(items)
    for column in columns:
        for i, id in enumerate(column):
            rank[id] = i
    between: list[list[tuple[int, float]]] = [[] for _ in columns]
    for segment in segments:
        end = rank[segment.target] + segment.port / (2 * END_GAP * len(segments))
        between[items[segment.source].column].append((rank[segment.source], end))
    total = 0
    for gap in between:
        ends: list[float] = []
        # Those of one source leave in the order of their ends: they do not cross.
        for _, end in sorted(gap):
            total += len(ends) - bisect_left(ends, end)
            insort(ends, end)
    return total


def heights(layers: Layers, columns: Sequence[Sequence[int]]) -> list[float]:
    """By item: its height, near those of its neighbours, while all keep apart.

    Rounds of: everything moves half way to the mean of its neighbours; then what is too close is pushed apart, each
    pair by the least that does it, until the pushes agree (Hildreth's method).
    """
    items = layers.items
    bounds, constraints = _apart(items, columns)
    y = _spread_out(items, columns)
    y += [0.0] * bounds
    pulls: list[list[tuple[int, float, int]]] = [[] for _ in y]
    for segment in layers.segments:
        pulls[segment.source].append((segment.target, segment.port, segment.pull))
        pulls[segment.target].append((segment.source, -segment.port, segment.pull))
    weights = [sum(pull for _, _, pull in near) for near in pulls]
    lightness = [1 / (weight or LIGHTEST) for weight in weights]
    pushed = [0.0] * len(constraints)
    work = PASSES * len(constraints) + 2 * len(layers.segments)
    rounds = min(ROUNDS, MOST_WORK // max(work, 1))
    for _ in range(rounds):
        wanted = list(y)
        for id, near in enumerate(pulls):
            if near:
                mean = sum([(y[other] + by) * pull for other, by, pull in near]) / weights[id]
                wanted[id] = (y[id] + mean) / 2
        y = _pushed_apart(wanted, lightness, constraints, pushed)
    _settle(y, constraints)
    return y[: len(items)]


def _apart(items: Sequence[Item], columns: Sequence[Sequence[int]]) -> tuple[int, list[tuple[int, int, float]]]:
    """What keeps things apart: how many bounds of groups there are beside the items, and (upper, lower, at least)."""
    bounds: dict[tuple[int, str], int] = {}

    def bound(group: int, side: str) -> int:
        return bounds.setdefault((group, side), len(items) + len(bounds))

    found: dict[tuple[int, int], float] = {}
    for column in columns:
        last, below, path = -1, 0.0, ()  # what is above, half of its height, and the groups that are open
        for id in [*column, -1]:
            item = items[id] if id >= 0 else None
            inside = () if item is None else item.path
            shared = len(_common(path, inside))
            for i in range(len(path) - 1, shared - 1, -1):
                end = bound(path[i], "bottom")
                found[last, end] = below + (FRAME_MARGIN if last < len(items) else NESTED_MARGIN)
                last, below = end, 0.0
            for i in range(shared, len(inside)):
                start = bound(inside[i], "top")
                if last >= 0:
                    nested = i > 0 and last == bound(inside[i - 1], "top")
                    found[last, start] = below + (NESTED_MARGIN + FRAME_LABEL if nested else GROUP_GAP)
                last, below = start, 0.0
            if item is None:
                continue
            if last >= len(items):
                is_top = bool(item.path) and last == bound(item.path[-1], "top")
                gap = FRAME_MARGIN + FRAME_LABEL if is_top else GROUP_GAP
            elif last >= 0:
                gap = ROW_GAP if item.h and items[last].h else BEND_GAP
            else:
                gap = 0.0
            if last >= 0:
                found[last, id] = below + gap + item.h / 2
            last, below, path = id, item.h / 2, item.path
    return len(bounds), [(a, b, gap) for (a, b), gap in found.items()]


def _pushed_apart(
    wanted: list[float],
    lightness: Sequence[float],
    constraints: Sequence[tuple[int, int, float]],
    pushed: list[float],
) -> list[float]:
    """The nearest heights to those that are wanted, with everything apart; what is light moves more.

    pushed: by constraint, the push of the round before, with which it begins.
    """
    y = wanted
    for i, (upper, lower, _) in enumerate(constraints):
        if pushed[i]:
            y[upper] -= pushed[i] * lightness[upper]
            y[lower] += pushed[i] * lightness[lower]
    for _ in range(PASSES):
        for i, (upper, lower, gap) in enumerate(constraints):
            push = (gap - y[lower] + y[upper]) / (lightness[upper] + lightness[lower])
            if push < -pushed[i]:
                push = -pushed[i]
            if push:
                pushed[i] += push
                y[upper] -= push * lightness[upper]
                y[lower] += push * lightness[lower]
    return y


def _settle(y: list[float], constraints: Sequence[tuple[int, int, float]]) -> None:
    """Push down what is still too close."""
    for _ in y:
        is_apart = True
        for upper, lower, gap in constraints:
            if y[lower] - y[upper] < gap - 1e-9:
                y[lower] = y[upper] + gap
                is_apart = False
        if is_apart:
            return


def level(layers: Layers, boxes: Sequence[Box], groups: Sequence[Box], x: Sequence[float], y: list[float]) -> None:
    """Give all bends of a long edge one height, where nothing stands at it."""
    items = layers.items
    bent = {id for chain in layers.bends.values() for id in chain}
    for chain in layers.bends.values():
        left, right = x[items[chain[0]].column], x[items[chain[-1]].column]
        inside = items[chain[0]].path
        near = [
            box
            for box in (*boxes, *[group for group in groups if group.id not in inside])
            if box.x + box.w / 2 > left and box.x - box.w / 2 < right
        ]
        taken = {items[id].column for id in chain}
        beside = [y[id] for id in bent.difference(chain) if items[id].column in taken]
        for height in sorted({y[id] for id in chain}, key=lambda at: (sum([abs(at - y[id]) for id in chain]), at)):
            is_free = all(abs(height - box.y) >= box.h / 2 + CLEARANCE for box in near)
            if is_free and all(abs(height - other) >= BESIDE for other in beside):
                for id in chain:
                    y[id] = height
                break


def across(
    plan: Plan, layers: Layers, columns: Sequence[Sequence[int]]
) -> tuple[list[float], list[tuple[float, float]]]:
    """By column: its middle, and its left and right side."""
    widths = [max([layers.items[id].w for id in column], default=0) for column in columns]
    gaps = [NARROWEST_GAP] * len(columns)
    for edge in plan.edges:
        if edge.label is not None:
            before = layers.items[edge.target].column - 1
            gaps[before] = max(gaps[before], edge.label[0] + LABEL_AIR)
    middles: list[float] = []
    sides: list[tuple[float, float]] = []
    left = 0.0
    for width, gap in zip(widths, gaps):
        middles.append(left + width / 2)
        sides.append((left, left + width))
        left += width + gap
    return middles, sides


def _spline(
    source: Box,
    target: Box,
    bends: Sequence[int],
    layers: Layers,
    y: Sequence[float],
    sides: Sequence[tuple[float, float]],
) -> list[Point]:
    """A long edge by its bends: level across each column."""
    points = [Point(source.x + source.w / 2, source.y)]
    for bend in bends:
        left, right = sides[layers.items[bend].column]
        points += _piece(points[-1], Point(left, y[bend]))
        points += _piece(points[-1], Point(right, y[bend]))
    return points + _piece(points[-1], Point(target.x - target.w / 2, target.y))


def _piece(start: Point, end: Point) -> list[Point]:
    reach = (end.x - start.x) * LEVEL
    return [Point(start.x + reach, start.y), Point(end.x - reach, end.y), end]


def frames(plan: Plan, boxes: Sequence[Box], others: Sequence[tuple[Item, float]], x: Sequence[float]) -> list[Box]:
    """Around the nodes of each group, and the groups in it."""
    bounds: dict[int, tuple[float, float, float, float]] = {}

    def widen(group: int | None, x0: float, y0: float, x1: float, y1: float) -> None:
        if group is not None:
            a, b, c, d = bounds.get(group, (x0, y0, x1, y1))
            bounds[group] = min(a, x0), min(b, y0), max(c, x1), max(d, y1)

    m = FRAME_MARGIN
    for node, box in zip(plan.nodes, boxes):
        left, top = box.x - box.w / 2, box.y - box.h / 2
        widen(node.group, left - m, top - m - FRAME_LABEL, left + box.w + m, top + box.h + m)
    for item, y in others:
        if item.path:
            widen(item.path[-1], x[item.column], y - m - FRAME_LABEL, x[item.column], y + m)
    for group in reversed(plan.groups):
        if group.id in bounds:
            x0, y0, x1, y1 = bounds[group.id]
            x1 = bounds[group.id][2] if x1 - x0 >= group.label[0] + m else x0 + group.label[0] + m
            bounds[group.id] = x0, y0, x1, y1
            n = NESTED_MARGIN
            widen(group.parent, x0 - n, y0 - n - FRAME_LABEL, x1 + n, y1 + n)
    return [Box(id, (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0) for id, (x0, y0, x1, y1) in sorted(bounds.items())]
