/**
 * The layout of our own, for when Graphviz does not answer in time, cannot start, or the graph is too large for it: that
 * of engine/exporting/layout/layered.py, which draws the same pictures without a browser. Pure.
 *
 * Columns go by longest path from the leaves; a leaf stands just before its first use. An edge across several columns
 * bends once in each, so that it finds its way between nodes. Within a column things stand in the order of their
 * neighbours' heights, groups together; the heights are then drawn towards straight edges, as far as all keep apart.
 */

import { CLEARANCE, LEVEL } from "../edge_routes.js";
import { intoColumns } from "./columns.js";
import { FRAME_LABEL, FRAME_MARGIN, NESTED_MARGIN, heights } from "./heights.js";
import { inOrder } from "./order.js";

/** @typedef {import("../../../lib/types.js").Box} Box */
/** @typedef {import("../../../lib/types.js").Point} Point */
/** @typedef {import("../layout_plan.js").Plan} Plan */
/** @typedef {import("../geometry.js").Placed} Placed */
/** @typedef {import("./columns.js").Layers} Layers */

/** Between two columns, and beside the widest number between them, in px. */
const NARROWEST_GAP = 64;
const LABEL_AIR = 28;
/** Between two level edges. */
const BESIDE = 10;

/**
 * @param {Plan} plan  nodes in topological order
 * @returns {Placed}
 */
export function layered(plan) {
  const layers = intoColumns(plan);
  const columns = inOrder(plan, layers);
  const y = heights(layers, columns);
  const { middles, sides } = across(plan, layers, columns);
  const boxes = plan.nodes.map(({ w, h }, id) => ({ id, x: middles[layers.items[id].column], y: y[id], w, h }));
  const groups = frames(plan, boxes, layers, y, middles);
  level(layers, boxes, groups, middles, y);
  const routed = new Map();
  for (const { id, source, target } of plan.edges) {
    const bends = layers.bends.get(id);
    if (bends) routed.set(id, { points: spline(boxes[source], boxes[target], bends, layers, y, sides), label: null });
  }
  return fromCorner(boxes, routed, groups);
}

/** The middle of each column, and its left and right side. @param {Plan} plan @param {Layers} layers @param {number[][]} columns */
function across({ edges }, { items }, columns) {
  const widths = columns.map((column) => column.reduce((widest, id) => Math.max(widest, items[id].w), 0));
  const gaps = columns.map(() => NARROWEST_GAP);
  for (const { target, label } of edges) {
    if (!label) continue;
    const before = items[target].column - 1;
    gaps[before] = Math.max(gaps[before], label.w + LABEL_AIR);
  }
  let left = 0;
  const sides = widths.map((width, i) => {
    const side = [left, left + width];
    left += width + gaps[i];
    return side;
  });
  return { middles: sides.map(([from], i) => from + widths[i] / 2), sides };
}

/** Around the nodes of each group, and the groups in it. @param {Plan} plan @param {Box[]} boxes @param {Layers} layers @param {number[]} y @param {number[]} middles @returns {Box[]} */
function frames({ nodes, groups }, boxes, { items }, y, middles) {
  /** @type {Map<number, [x0: number, y0: number, x1: number, y1: number]>} */
  const bounds = new Map();
  /** @param {number | null} group @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
  const widen = (group, x0, y0, x1, y1) => {
    if (group === null) return;
    const [a, b, c, d] = bounds.get(group) ?? [x0, y0, x1, y1];
    bounds.set(group, [Math.min(a, x0), Math.min(b, y0), Math.max(c, x1), Math.max(d, y1)]);
  };
  const m = FRAME_MARGIN;
  for (const [i, { x, y, w, h }] of boxes.entries()) {
    const [left, top] = [x - w / 2, y - h / 2];
    widen(nodes[i].group, left - m, top - m - FRAME_LABEL, left + w + m, top + h + m);
  }
  for (const { id, column, path } of items.slice(boxes.length)) {
    if (path.length) widen(path[path.length - 1], middles[column], y[id] - m - FRAME_LABEL, middles[column], y[id] + m);
  }
  for (const { id, parent, label } of groups.toReversed()) {
    const found = bounds.get(id);
    if (!found) continue;
    const [x0, y0, x1, y1] = found;
    const right = Math.max(x1, x0 + label.w + m);
    bounds.set(id, [x0, y0, right, y1]);
    const n = NESTED_MARGIN;
    widen(parent, x0 - n, y0 - n - FRAME_LABEL, right + n, y1 + n);
  }
  return [...bounds].sort(([a], [b]) => a - b).map(([id, [x0, y0, x1, y1]]) => ({ id, x: (x0 + x1) / 2, y: (y0 + y1) / 2, w: x1 - x0, h: y1 - y0 }));
}

/** Give all bends of a long edge one height, where nothing stands at it. @param {Layers} layers @param {Box[]} boxes @param {Box[]} groups @param {number[]} middles @param {number[]} y */
function level({ items, bends }, boxes, groups, middles, y) {
  const bent = [...bends.values()].flat();
  for (const chain of bends.values()) {
    const [left, right] = [middles[items[chain[0]].column], middles[items[chain[chain.length - 1]].column]];
    const inside = items[chain[0]].path;
    const near = [...boxes, ...groups.filter(({ id }) => !inside.includes(id))].filter(({ x, w }) => x + w / 2 > left && x - w / 2 < right);
    const own = new Set(chain);
    const taken = new Set(chain.map((id) => items[id].column));
    const beside = bent.filter((id) => !own.has(id) && taken.has(items[id].column)).map((id) => y[id]);
    const away = (/** @type {number} */ at) => chain.reduce((sum, id) => sum + Math.abs(at - y[id]), 0);
    const wanted = [...new Set(chain.map((id) => y[id]))].sort((a, b) => away(a) - away(b) || a - b);
    const free = wanted.find((at) => near.every((box) => Math.abs(at - box.y) >= box.h / 2 + CLEARANCE) && beside.every((other) => Math.abs(at - other) >= BESIDE));
    if (free !== undefined) for (const id of chain) y[id] = free;
  }
}

/** A long edge by its bends: level across each column. @param {Box} source @param {Box} target @param {number[]} bends @param {Layers} layers @param {number[]} y @param {number[][]} sides */
function spline(source, target, bends, { items }, y, sides) {
  const points = [{ x: source.x + source.w / 2, y: source.y }];
  const on = (/** @type {Point} */ end) => points.push(...piece(points[points.length - 1], end));
  for (const bend of bends) for (const side of sides[items[bend].column]) on({ x: side, y: y[bend] });
  on({ x: target.x - target.w / 2, y: target.y });
  return points;
}

/** @param {Point} start @param {Point} end */
function piece(start, end) {
  const reach = (end.x - start.x) * LEVEL;
  return [{ x: start.x + reach, y: start.y }, { x: end.x - reach, y: end.y }, end];
}

/** The whole with its corner at 0. @param {Box[]} boxes @param {Map<number, {points: Point[], label: null}>} routed @param {Box[]} groups @returns {Placed} */
function fromCorner(boxes, routed, groups) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const hold = (/** @type {number} */ x, /** @type {number} */ y, w = 0, h = 0) => {
    left = Math.min(left, x - w / 2);
    top = Math.min(top, y - h / 2);
    right = Math.max(right, x + w / 2);
    bottom = Math.max(bottom, y + h / 2);
  };
  for (const { x, y, w, h } of [...boxes, ...groups]) hold(x, y, w, h);
  for (const { points } of routed.values()) for (const { x, y } of points) hold(x, y);
  /** @template {Point} T @param {T} at @returns {T} */
  const moved = (at) => ({ ...at, x: at.x - left, y: at.y - top });
  return {
    boxes: boxes.map(moved), groups: groups.map(moved),
    routed: new Map([...routed].map(([id, { points }]) => [id, { points: points.map(moved), label: null }])),
    width: right - left, height: bottom - top,
  };
}
