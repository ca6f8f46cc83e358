/**
 * How edges run and where their numbers stand, once the nodes have their places. Pure.
 *
 * An edge leaves at the right side of its source and enters at the left side of its target, operands in order from
 * the top. It runs straight across in one curve where no other node stands in its way, else as the layout routed it.
 */

/** @typedef {import("../../lib/types.js").Point} Point */
/** @typedef {import("../../lib/types.js").Box} Box */
/** @typedef {import("../../lib/types.js").EdgeGeometry} EdgeGeometry */
/** @typedef {{w: number, h: number}} Size */
/** @typedef {import("./layout_plan.js").Plan["edges"][number]} PlannedEdge */
/** @typedef {Map<number, {points: Point[], label: Point | null}>} Routed  by edge: what the layout itself drew */

/** Between the ends of two edges on one side of a node, where there is room, in px. */
export const END_GAP = 16;
/** Corners are left alone. */
const CORNER = 12;
/** A curve keeps this far from nodes that it passes. */
export const CLEARANCE = 6;
/** Share of the way that a curve leaves and enters level. */
export const LEVEL = 0.36;
const SAMPLES = 16;
/** Shares of the way at which an edge's number may stand, best first. */
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
/** How many heights of a number it may be moved on, and in how many steps each. */
const FARTHER = 8;
const FINE = 8;
/** What it costs a number to cover a box or another number, or a line, in places further down the list. */
const COVERS_TEXT = 1000;
const COVERS_LINE = 30;
/** … to lie beyond everything else, where the figure may end, or in its margin; or where a word above an input may stand. */
const LEAVES_PICTURE = 700;
const LEAVES_GRAPH = 8;
/** Of the figure, around the graph, in px. */
export const MARGIN = 14;
const COVERS_NOTE = 20;
const NOTE = { w: 44, h: 14 };
/** Between a level line and the number beside it, in px. */
const LINE_GAP = 4;
/** Of a number itself, in px; the room that a layout keeps for it has air above and below. */
export const TEXT_HEIGHT = 16;
/** Of the grid in which numbers look for their neighbours, in px. */
const CELL = 96;

/**
 * @param {PlannedEdge[]} edges  sorted by target and operand
 * @param {Box[]} boxes  by node
 * @param {Routed | null} routed  null: nothing goes around
 * @param {boolean} [isCrowded]  whether all numbers are shown at once
 * @param {(Point & Size)[]} [taken]  where else no number may stand
 * @returns {EdgeGeometry[]} in the order of ids
 */
export function route(edges, boxes, routed, isCrowded = true, taken = []) {
  const ends = endsOf(edges, boxes);
  const drawn = edges.map((edge) => {
    const { from, to } = /** @type {{from: Point, to: Point}} */ (ends.get(edge.id));
    const straight = curve(from, to);
    const around = routed?.get(edge.id);
    const isFree = !around || !boxes.some((box) => box.id !== edge.source && box.id !== edge.target && meets(straight, box));
    return { ...edge, points: isFree ? straight : moved(around.points, from, to), around, isFree };
  });
  const places = placeLabels(drawn, boxes, isCrowded, taken);
  return drawn.map(({ id, points }) => ({ id, points, label: places.get(id) ?? null })).sort((a, b) => a.id - b.id);
}

/**
 * Where each edge leaves and enters: operands in order, and uses by where they go, so that none cross at the box.
 * @param {PlannedEdge[]} edges
 * @param {Box[]} boxes
 */
function endsOf(edges, boxes) {
  const into = gather(edges, boxes.length, "target");
  const out = gather(edges, boxes.length, "source");
  /** @type {Map<number, {from: Point, to: Point}>} */
  const ends = new Map(edges.map(({ id, source, target }) => {
    const [a, b] = [boxes[source], boxes[target]];
    return [id, { from: { x: a.x + a.w / 2, y: a.y }, to: { x: b.x - b.w / 2, y: b.y } }];
  }));
  /** @param {PlannedEdge[]} side @param {Box} box @param {"from" | "to"} end */
  const spread = (side, box, end) => {
    const gap = Math.min(END_GAP, (box.h - 2 * CORNER) / Math.max(side.length - 1, 1));
    for (const [i, { id }] of side.entries()) {
      const found = ends.get(id);
      if (found) found[end].y += (i - (side.length - 1) / 2) * gap;
    }
  };
  for (const [target, side] of into.entries()) spread(side, boxes[target], "to");
  for (const [source, side] of out.entries()) {
    const { x, y } = boxes[source];
    /** @param {PlannedEdge} edge */
    const slope = ({ id, target }) => ((ends.get(id)?.to.y ?? 0) - y) / Math.max(boxes[target].x - x, 1);
    spread(side.toSorted((a, b) => slope(a) - slope(b)), boxes[source], "from");
  }
  return ends;
}

/** @param {PlannedEdge[]} edges @param {number} count @param {"source" | "target"} end */
function gather(edges, count, end) {
  /** @type {PlannedEdge[][]} */
  const lists = Array.from({ length: count }, () => []);
  for (const edge of edges) lists[edge[end]].push(edge);
  return lists;
}

/** One curve, level at both ends. @param {Point} from @param {Point} to */
function curve(from, to) {
  const reach = (to.x - from.x) * LEVEL;
  return [from, { x: from.x + reach, y: from.y }, { x: to.x - reach, y: to.y }, to];
}

/** A route with its ends, and the controls beside them, moved to where they belong. @param {Point[]} points @param {Point} from @param {Point} to */
function moved(points, from, to) {
  const last = points.length - 1;
  const [start, end] = [points[0], points[last]];
  return points.map(({ x, y }, i) => {
    const by = i < 2 ? from.y - start.y : i > last - 2 ? to.y - end.y : 0;
    return { x: i === 0 ? from.x : i === last ? to.x : x, y: y + by };
  });
}

/** Whether a curve comes too close to a box. @param {Point[]} points @param {Box} box */
function meets(points, { x, y, w, h }) {
  const [from, , , to] = points;
  if (x + w / 2 < from.x || x - w / 2 > to.x) return false;
  // A curve that is level at both ends lies between them.
  if (y + h / 2 + CLEARANCE < Math.min(from.y, to.y) || y - h / 2 - CLEARANCE > Math.max(from.y, to.y)) return false;
  return samples(points).some((at) => Math.abs(at.x - x) < w / 2 + CLEARANCE && Math.abs(at.y - y) < h / 2 + CLEARANCE);
}

/** Points along a spline. @param {Point[]} points @returns {Point[]} */
function samples(points) {
  const pieces = (points.length - 1) / 3;
  return Array.from({ length: pieces * SAMPLES + 1 }, (_, i) => pointAt(points, i / (pieces * SAMPLES)).at);
}

/** A spline's point at a share of its pieces, and its direction there. @param {Point[]} points @param {number} share */
function pointAt(points, share) {
  const pieces = (points.length - 1) / 3;
  const piece = Math.min(Math.floor(share * pieces), pieces - 1);
  const t = share * pieces - piece;
  const [a, b, c, d] = points.slice(piece * 3, piece * 3 + 4);
  const s = 1 - t;
  /** @param {"x" | "y"} axis */
  const at = (axis) => s * s * s * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t * t * t * d[axis];
  /** @param {"x" | "y"} axis */
  const slope = (axis) => s * s * (b[axis] - a[axis]) + 2 * s * t * (c[axis] - b[axis]) + t * t * (d[axis] - c[axis]);
  return { at: { x: at("x"), y: at("y") }, slope: { x: slope("x"), y: slope("y") } };
}

/**
 * Each number beside its edge, where it covers least.
 * @param {(PlannedEdge & {points: Point[], around: {label: Point | null} | undefined})[]} edges
 * @param {Box[]} boxes
 * @param {boolean} isCrowded
 * @param {(Point & Size)[]} taken
 * @returns {Map<number, Point>} by edge
 */
function placeLabels(edges, boxes, isCrowded, taken) {
  /** @type {Map<number, Point>} */
  const places = new Map();
  if (!edges.some(({ label }) => label)) return places;
  const texts = createGrid();
  const lines = createGrid();
  const notes = createGrid();
  const made = new Set(edges.map(({ target }) => target));
  const [left, right] = [Math.min(...boxes.map(({ x, w }) => x - w / 2)), Math.max(...boxes.map(({ x, w }) => x + w / 2))];
  const [top, bottom] = [Math.min(...boxes.map(({ y, h }) => y - h / 2)), Math.max(...boxes.map(({ y, h }) => y + h / 2))];
  for (const box of boxes) {
    texts.add(box, -1 - box.id);
    if (!made.has(box.id)) notes.add({ ...NOTE, x: box.x, y: box.y - (box.h + NOTE.h) / 2 }, box.id);
  }
  for (const [i, area] of taken.entries()) texts.add(area, -1 - boxes.length - i);
  for (const { id, points } of edges) for (const at of samples(points)) lines.add({ ...at, w: 0, h: 0 }, id);
  for (const { id, label: room, points, around } of edges) {
    if (!room) continue;
    const label = { w: room.w, h: TEXT_HEIGHT };
    let best = { at: pointAt(points, 0.5).at, cost: Infinity };
    const beside = candidates(points, label, around?.label ?? null);
    for (let i = 0; i < beside.length + FARTHER * FINE * PLACES.length * 2; i += 1) {
      if (i >= beside.length && best.cost < COVERS_TEXT) break;
      const at = beside[i] ?? farther(points, label, i - beside.length);
      const box = { ...at, ...label };
      const beyond = Math.max(left - (at.x - label.w / 2), at.x + label.w / 2 - right, top - (at.y - label.h / 2), at.y + label.h / 2 - bottom);
      const cost = COVERS_TEXT * texts.count(box) + COVERS_NOTE * notes.count(box) + COVERS_LINE * lines.count(box) + (beyond > MARGIN ? LEAVES_PICTURE : beyond > 0 ? LEAVES_GRAPH : 0) + Math.min(i, beside.length) + Math.max(i - beside.length, 0) / FINE;
      if (cost < best.cost) best = { at, cost };
    }
    places.set(id, { x: Math.round(best.at.x * 10) / 10, y: Math.round(best.at.y * 10) / 10 });
    if (isCrowded) texts.add({ ...best.at, ...label }, id);
  }
  return places;
}

/**
 * Where an edge's number may stand, best first: above the line, below it.
 * @param {Point[]} points
 * @param {Size} label
 * @param {Point | null} kept  the room that the layout kept for it
 * @returns {Point[]}
 */
function candidates(points, { w, h }, kept) {
  const found = PLACES.flatMap((share) => {
    const { at, slope } = pointAt(points, share);
    const length = Math.hypot(slope.x, slope.y) || 1;
    const normal = { x: slope.y / length, y: -slope.x / length }; // upwards where the edge runs to the right
    const away = Math.abs(normal.y) * (h / 2 + LINE_GAP) + Math.abs(normal.x) * (w / 2 + LINE_GAP);
    return [1, -1].map((side) => ({ x: at.x + side * away * normal.x, y: at.y + side * away * normal.y }));
  });
  return kept ? [...found, kept] : found;
}

/** Where there is no room beside the line: farther above it and below it, step by step. @param {Point[]} points @param {Size} label @param {number} i @returns {Point} */
function farther(points, { h }, i) {
  const { at } = pointAt(points, PLACES[Math.floor(i / 2) % PLACES.length]);
  const step = 1 + Math.floor(i / (2 * PLACES.length)) / FINE;
  return { x: at.x, y: at.y + (i % 2 ? step : -step) * h };
}

/** Boxes by the cells of a grid that they touch. */
function createGrid() {
  /** @type {Map<string, {box: Point & Size, owner: number}[]>} */
  const cells = new Map();
  /** @param {Point & Size} box @returns {string[]} */
  const keys = ({ x, y, w, h }) => {
    const found = [];
    for (let i = Math.floor((x - w / 2) / CELL); i <= (x + w / 2) / CELL; i += 1) {
      for (let j = Math.floor((y - h / 2) / CELL); j <= (y + h / 2) / CELL; j += 1) found.push(`${i},${j}`);
    }
    return found;
  };
  return {
    /** @param {Point & Size} box @param {number} owner */
    add(box, owner) {
      for (const key of keys(box)) {
        const cell = cells.get(key);
        if (cell) cell.push({ box, owner });
        else cells.set(key, [{ box, owner }]);
      }
    },
    /** How many owners' boxes a box covers. @param {Point & Size} box */
    count({ x, y, w, h }) {
      /** @type {Set<number>} */
      const seen = new Set();
      for (const key of keys({ x, y, w, h })) {
        for (const { box, owner } of cells.get(key) ?? []) {
          if (Math.abs(box.x - x) < (box.w + w) / 2 && Math.abs(box.y - y) < (box.h + h) / 2) seen.add(owner);
        }
      }
      return seen.size;
    },
  };
}
