/** Which part of a large drawing is in view, and whether it is little enough to be drawn in detail. Pure. */

/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {import("../../lib/types.js").Point} Point */
/** @typedef {{x: number, y: number, w: number, h: number}} Area  from its corner */

/** Measured: with 1,000 nodes in SVG, panning is no longer smooth everywhere; with half as many it is. */
export const MOST_DETAILED = 500;
const MOST_EDGES = 2000;
/** Scales between which a whole large graph and one node's letters are seen, in px for each unit of the graph. */
export const FARTHEST = 0.05;
export const NEAREST = 6;
/** Of the view, on each side: so far it can be moved before anything is drawn anew. */
const MARGIN = 0.35;

/** Extents of edges, made once a geometry. @type {WeakMap<Geometry, Float64Array>} */
const extents = new WeakMap();

/** @param {Area} seen @returns {Area} the view and what is around it */
export function around({ x, y, w, h }) {
  return { x: x - w * MARGIN, y: y - h * MARGIN, w: w * (1 + 2 * MARGIN), h: h * (1 + 2 * MARGIN) };
}

/** @param {Area} outer @param {Area} inner */
export function holds(outer, inner) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w && inner.y + inner.h <= outer.y + outer.h;
}

/**
 * What of a drawing lies in an area.
 * @param {Geometry} geometry
 * @param {Area} area
 * @param {{nodes: Iterable<number>, edges: Iterable<number>}} always  what is drawn wherever it lies
 * @returns {Geometry & {isFar: boolean}}  isFar: there is too much for details, and only what is always drawn is left
 */
export function partsIn(geometry, area, always) {
  const { x, y, w, h } = area;
  /** @param {import("../../lib/types.js").Box} box */
  const isSeen = (box) => box.x + box.w / 2 >= x && box.x - box.w / 2 <= x + w && box.y + box.h / 2 >= y && box.y - box.h / 2 <= y + h;
  const bounds = extentsOf(geometry);
  const edges = geometry.edges.filter((_, i) => bounds[4 * i] <= x + w && bounds[4 * i + 1] >= x && bounds[4 * i + 2] <= y + h && bounds[4 * i + 3] >= y);
  const nodes = geometry.nodes.filter(isSeen);
  const isFar = nodes.length > MOST_DETAILED || edges.length > MOST_EDGES;
  const keptNodes = new Set([...always.nodes, ...(isFar ? [] : nodes.map(({ id }) => id))]);
  const keptEdges = new Set([...always.edges, ...(isFar ? [] : edges.map(({ id }) => id))]);
  return {
    ...geometry, isFar,
    // By id, as the whole drawing is: what is drawn in detail does not depend on the way the view came.
    nodes: [...keptNodes].sort((a, b) => a - b).map((id) => geometry.nodes[id]),
    edges: [...keptEdges].sort((a, b) => a - b).map((id) => geometry.edges[id]),
    echoes: geometry.echoes.filter((box) => keptEdges.has(box.id)),
    groups: isFar ? [] : geometry.groups.filter(isSeen),
  };
}

/**
 * The node at a place, or the nearest within reach.
 * @param {Geometry} geometry
 * @param {Point} at
 * @param {number} reach
 * @returns {number | null}
 */
export function nodeAt({ nodes }, at, reach) {
  let best = { id: /** @type {number | null} */ (null), distance: reach };
  for (const { id, x, y, w, h } of nodes) {
    const distance = Math.hypot(Math.max(Math.abs(at.x - x) - w / 2, 0), Math.max(Math.abs(at.y - y) - h / 2, 0));
    if (distance < best.distance) best = { id, distance };
  }
  return best.id;
}

/** Left, right, top and bottom of each edge: a spline lies within its controls. @param {Geometry} geometry */
function extentsOf(geometry) {
  const known = extents.get(geometry);
  if (known) return known;
  const found = new Float64Array(4 * geometry.edges.length);
  for (const [i, { points }] of geometry.edges.entries()) {
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
    found.set([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)], 4 * i);
  }
  extents.set(geometry, found);
  return found;
}
