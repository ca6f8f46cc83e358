/**
 * A long layout in rows, as text is broken into lines. Pure.
 *
 * The layout was made in one row; it is cut between two columns where the fewest edges cross. An edge that is cut goes
 * into a stub with its source's name at the end of its row and comes out of another one at the start of the next.
 */

import { apart, switchesOf, withNumbers } from "./geometry.js";
import { columnsOf, startsOf } from "./columns.js";
import { route } from "./edge_routes.js";

/** @typedef {import("../../lib/types.js").Box} Box */
/** @typedef {import("../../lib/types.js").Point} Point */
/** @typedef {import("../../lib/types.js").Stub} Stub */
/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {import("./layout_plan.js").Plan} Plan */
/** @typedef {import("./geometry.js").Placed} Placed */
/** @typedef {{w: number, h: number}} Size */
/** @typedef {import("./columns.js").Columns} Columns */

const STUB_HEIGHT = 24;
/** From a row's last column to its stubs, and between two rows and two stubs, in px. */
export const STUB_GAP = 28;
export const ROW_GAP = 30;
const BETWEEN_STUBS = 6;
/** What each stub adds to a column of them. */
export const STUB_ROOM = STUB_HEIGHT + BETWEEN_STUBS;
const FRAME_MARGIN = 12;
const FRAME_LABEL = 20;
/** Enough for a tenth of a px on a line across a screen. */
const HALVINGS = 14;

/**
 * @param {Plan} plan
 * @param {Placed} placed  in one row
 * @param {number[]} cuts  after which columns
 * @param {(source: number) => number} stubWidth  by node of the plan
 * @returns {Geometry}
 */
export function inRows(plan, placed, cuts, stubWidth) {
  const columns = columnsOf(plan, placed);
  const start = startsOf(plan, columns.of);
  const rows = Array.from(start, (column) => cuts.filter((cut) => cut < column).length);
  const { stubs, pieces, rests } = cutEdges(plan, placed, columns, cuts, rows, stubWidth);
  const frames = framesOf(plan, placed.groups, columns, cuts, rows, placed.boxes);
  const shifts = shiftsOf([...placed.boxes.map((box, i) => ({ ...box, row: rows[i] })), ...stubs, ...frames], pieces, cuts.length + 1);
  /** @template {Point} T @param {T} at @param {number} row @returns {T} */
  const moved = (at, row) => ({ ...at, x: round(at.x + shifts.by[row].x), y: round(at.y + shifts.by[row].y) });

  const boxes = placed.boxes.map((box, i) => moved(box, rows[i]));
  const ends = stubs.map(({ row, ...stub }, i) => ({ ...moved(stub, row), id: boxes.length + i }));
  /** @type {import("./edge_routes.js").Routed} */
  const routed = new Map();
  for (const { id, points, room, row } of pieces) if (points) routed.set(id, { points: points.map((at) => moved(at, row)), label: room && moved(room, row) });
  const groups = frames.map(({ row, ...frame }) => moved(frame, row));
  const drawn = route(pieces, [...boxes, ...ends], routed, plan.form !== "compact", switchesOf(plan, boxes, groups));
  const edges = drawn.slice(0, plan.edges.length).map(({ id, points, label }) => {
    const rest = rests.get(id);
    return { id, points, rest: rest === undefined ? null : drawn[rest].points, label };
  });
  return withNumbers(plan, {
    form: plan.form, ...(plan.brevity && { brevity: plan.brevity }), ...apart(plan, boxes), edges, stubs: ends.map((box, i) => ({ ...box, id: stubs[i].edge, end: stubs[i].end })),
    groups, rows: cuts.length + 1, width: round(shifts.width), height: round(shifts.height),
  });
}

/**
 * Every edge within its row: one that is cut becomes two, which end and begin at a stub each.
 * @param {Plan} plan
 * @param {Placed} placed
 * @param {Columns} columns
 * @param {number[]} cuts
 * @param {number[]} rows  by node
 * @param {(source: number) => number} stubWidth
 */
function cutEdges({ edges, nodes }, { boxes, routed }, { of, right }, cuts, rows, stubWidth) {
  /** @type {(Omit<Box, "id"> & {edge: number, end: "out" | "in", row: number})[]} */
  const stubs = [];
  /** @type {(Plan["edges"][number] & {points: Point[] | null, room: Point | null, row: number})[]} */
  const pieces = [];
  /** By edge: the piece of it in the other row. @type {Map<number, number>} */
  const rests = new Map();
  for (const edge of edges) {
    const { id, source, target, label } = edge;
    const [from, to] = [rows[source], rows[target]];
    const { points = null, label: room = null } = routed?.get(id) ?? {};
    if (from === to) {
      pieces.push({ ...edge, points, room, row: from });
      continue;
    }
    const [last, before] = [cuts[from], cuts[to - 1]];
    const out = points && of[source] < last ? splitAt(points, right[last]) : null;
    const into = points && of[target] > before + 1 ? splitAt(points, right[before]) : null;
    const w = stubWidth(source);
    const middle = points ? (/** @type {number} */ x) => yAt(points, x) : () => boxes[source].y;
    const ends = nodes.length + stubs.length;
    stubs.push({ edge: id, end: "out", row: from, x: right[last] + STUB_GAP + w / 2, y: middle(right[last]), w, h: STUB_HEIGHT });
    stubs.push({ edge: id, end: "in", row: to, x: right[before] - w / 2, y: middle(right[before]), w, h: STUB_HEIGHT });
    pieces.push({ id, source, target: ends, label, points: out && out[0], room: null, row: from });
    rests.set(id, edges.length + rests.size);
    pieces.push({ id: edges.length + rests.size - 1, source: ends + 1, target, label: null, points: into && into[1], room: null, row: to });
  }
  const leaves = boxes.map((box, i) => ({ ...box, row: rows[i], isMoved: rows[i] > 0 && of[i] === cuts[rows[i] - 1] })).filter(({ isMoved }) => isMoved);
  for (let row = 0; row <= cuts.length; row += 1) {
    spread(stubs.filter((stub) => stub.row === row && stub.end === "out"), []);
    spread(stubs.filter((stub) => stub.row === row && stub.end === "in"), leaves.filter((leaf) => leaf.row === row));
  }
  return { stubs, pieces, rests };
}

/** Stubs of one column, one below the other, beside what stands there already. @param {{y: number, h: number}[]} stubs @param {{y: number, h: number}[]} fixed */
function spread(stubs, fixed) {
  let least = -Infinity;
  for (const stub of stubs.sort((a, b) => a.y - b.y)) {
    const half = stub.h / 2 + BETWEEN_STUBS;
    stub.y = Math.max(stub.y, least + stub.h / 2);
    for (const { y, h } of fixed.toSorted((a, b) => a.y - b.y)) if (Math.abs(stub.y - y) < half + h / 2) stub.y = y + h / 2 + half;
    least = stub.y + half;
  }
}

/**
 * A frame for each row that a group has nodes in; one that is in no other row keeps the frame that it has.
 * @param {Plan} plan
 * @param {Box[]} groups
 * @param {Columns} columns
 * @param {number[]} cuts
 * @param {number[]} rows
 * @param {Box[]} boxes
 */
function framesOf({ nodes, groups: planned }, groups, { right }, cuts, rows, boxes) {
  /** By group and row: what stands in it. @type {Map<number, Map<number, {x0: number, y0: number, x1: number, y1: number}>>} */
  const bounds = new Map(planned.map(({ id }) => [id, new Map()]));
  const nesting = planned.map(() => 0);
  for (const { id, parent } of planned.toReversed()) if (parent !== null) nesting[parent] = Math.max(nesting[parent], nesting[id] + 1);
  for (const { id, group } of nodes) {
    const { x, y, w, h } = boxes[id];
    for (let at = group; at !== null; at = planned[at].parent) {
      const known = bounds.get(at)?.get(rows[id]) ?? { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
      bounds.get(at)?.set(rows[id], { x0: Math.min(known.x0, x - w / 2), y0: Math.min(known.y0, y - h / 2), x1: Math.max(known.x1, x + w / 2), y1: Math.max(known.y1, y + h / 2) });
    }
  }
  return groups.flatMap((frame) => {
    const parts = [...(bounds.get(frame.id) ?? [])].sort(([a], [b]) => a - b);
    if (parts.length === 1) return [{ ...frame, isRest: false, row: parts[0][0] }];
    const margin = FRAME_MARGIN * (1 + nesting[frame.id]);
    return parts.map(([row, { x0, y0, x1, y1 }], i) => {
      const [left, top] = [i ? x0 - margin : frame.x - frame.w / 2, y0 - margin - FRAME_LABEL * (1 + nesting[frame.id])];
      const [end, bottom] = [i < parts.length - 1 ? Math.min(right[cuts[row]], x1) + margin : frame.x + frame.w / 2, y1 + margin];
      return { id: frame.id, row, isRest: i > 0, x: (left + end) / 2, y: (top + bottom) / 2, w: end - left, h: bottom - top };
    });
  });
}

/**
 * How each row moves to its place: all begin at the left, one below the other.
 * @param {(Size & Point & {row: number})[]} boxes  everything with a size
 * @param {{points: Point[] | null, row: number}[]} pieces
 * @param {number} count
 */
function shiftsOf(boxes, pieces, count) {
  const bounds = Array.from({ length: count }, () => ({ x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity }));
  const widen = (/** @type {number} */ row, /** @type {number} */ x, /** @type {number} */ y, w = 0, h = 0) => {
    const b = bounds[row];
    bounds[row] = { x0: Math.min(b.x0, x - w / 2), y0: Math.min(b.y0, y - h / 2), x1: Math.max(b.x1, x + w / 2), y1: Math.max(b.y1, y + h / 2) };
  };
  for (const { row, x, y, w, h } of boxes) widen(row, x, y, w, h);
  for (const { row, points } of pieces) for (const { x, y } of points ?? []) widen(row, x, y);
  let height = -ROW_GAP;
  const by = bounds.map(({ x0, y0, y1 }) => {
    const y = height + ROW_GAP - y0;
    height += ROW_GAP + y1 - y0;
    return { x: -x0, y };
  });
  return { by, width: Math.max(...bounds.map(({ x0, x1 }) => x1 - x0)), height };
}

/** The height of a spline at a place. @param {Point[]} points @param {number} x */
function yAt(points, x) {
  const [before, after] = splitAt(points, x);
  return (before.at(-1) ?? after[0]).y;
}

/**
 * A spline that runs to the right, in two: up to a place, and from there on.
 * @param {Point[]} points
 * @param {number} x
 * @returns {[Point[], Point[]]}
 */
export function splitAt(points, x) {
  let piece = 0;
  while (piece + 6 < points.length && points[piece + 3].x < x) piece += 3;
  const [a, b, c, d] = points.slice(piece, piece + 4);
  let [from, to] = [0, 1];
  for (let i = 0; i < HALVINGS; i += 1) {
    const share = (from + to) / 2;
    if (halved(a, b, c, d, share)[0][3].x < x) from = share;
    else to = share;
  }
  const [first, second] = halved(a, b, c, d, from);
  return [[...points.slice(0, piece), ...first], [...second, ...points.slice(piece + 4)]];
}

/** De Casteljau's construction. @param {Point} a @param {Point} b @param {Point} c @param {Point} d @param {number} share @returns {[Point[], Point[]]} */
function halved(a, b, c, d, share) {
  const between = (/** @type {Point} */ p, /** @type {Point} */ q) => ({ x: p.x + (q.x - p.x) * share, y: p.y + (q.y - p.y) * share });
  const [ab, bc, cd] = [between(a, b), between(b, c), between(c, d)];
  const [abc, bcd] = [between(ab, bc), between(bc, cd)];
  const at = between(abc, bcd);
  return [[a, ab, abc, at], [at, bcd, cd, d]];
}

/** @param {number} px */
function round(px) {
  return Math.round(px * 10) / 10;
}
