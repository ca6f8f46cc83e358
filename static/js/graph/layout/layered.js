/**
 * A layout of our own in linear time, for when Graphviz does not answer in time or cannot start. Pure.
 *
 * Columns by longest path from the leaves; a leaf stands just before its first consumer; within a column nodes are
 * sorted by where their inputs stand.
 */

/** @typedef {import("./layout_plan.js").Plan} Plan */
/** @typedef {import("./geometry.js").Placed} Placed */

const COLUMN_GAP = 96;
const ROW_GAP = 24;
const GROUP_MARGIN = 12;

/**
 * @param {Plan} plan  nodes in topological order
 * @returns {Placed}
 */
export function layered(plan) {
  const columns = intoColumns(plan);
  const boxes = place(plan, columns);
  return { boxes, routed: null, groups: frames(plan, boxes), ...extent(boxes) };
}

/**
 * @param {Plan} plan
 * @returns {number[][]} node ids by column
 */
function intoColumns({ nodes, edges }) {
  const column = new Int32Array(nodes.length);
  const isLeaf = new Uint8Array(nodes.length).fill(1);
  // Edges are sorted by target and targets are topologically ordered, so every source's column is final here.
  for (const { source, target } of edges) {
    column[target] = Math.max(column[target], column[source] + 1);
    isLeaf[target] = 0;
  }
  const first = new Int32Array(nodes.length).fill(-1);
  for (const { source, target } of edges) {
    if (isLeaf[source] && (first[source] < 0 || column[target] < first[source])) first[source] = column[target];
  }
  /** @type {number[][]} */
  const columns = [];
  for (const { id } of nodes) {
    const at = isLeaf[id] && first[id] > 0 ? first[id] - 1 : column[id];
    while (columns.length <= at) columns.push([]);
    columns[at].push(id);
  }
  return columns;
}

/**
 * @param {Plan} plan
 * @param {number[][]} columns
 */
function place({ nodes, edges }, columns) {
  const boxes = nodes.map(({ id, w, h }) => ({ id, x: 0, y: 0, w, h }));
  /** @type {number[][]} */
  const sources = nodes.map(() => []);
  const consumer = new Int32Array(nodes.length).fill(-1);
  for (const { source, target } of edges) {
    sources[target].push(source);
    if (consumer[source] < 0) consumer[source] = target;
  }
  const heights = columns.map((column) => column.reduce((sum, id) => sum + nodes[id].h + ROW_GAP, -ROW_GAP));
  const middle = heights.reduce((tallest, height) => Math.max(tallest, height), 0) / 2;
  let left = 0;
  for (const [i, column] of columns.entries()) {
    /** @type {Map<number, number>} */
    const wanted = new Map();
    for (const id of column) if (sources[id].length) wanted.set(id, mean(sources[id].map((source) => boxes[source].y)));
    for (const id of column) {
      // A leaf stands beside the operand that it meets, above or below it as the two are written.
      const operands = consumer[id] < 0 ? [] : sources[consumer[id]];
      const other = operands.find((operand) => wanted.has(operand) && operand !== id);
      if (!sources[id].length && other !== undefined) {
        const side = Math.sign(operands.indexOf(id) - operands.indexOf(other));
        wanted.set(id, (wanted.get(other) ?? 0) + side / 2);
      }
    }
    column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || a - b);
    const width = column.reduce((widest, id) => Math.max(widest, nodes[id].w), 0);
    let top = middle - heights[i] / 2;
    for (const id of column) {
      boxes[id].x = left + width / 2;
      boxes[id].y = top + nodes[id].h / 2;
      top += nodes[id].h + ROW_GAP;
    }
    left += width + COLUMN_GAP;
  }
  return boxes;
}

/** @param {number[]} values */
function mean(values) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

/**
 * @param {Plan} plan
 * @param {import("../../lib/types.js").Box[]} boxes
 */
function frames({ nodes, groups }, boxes) {
  /** @type {Map<number, {x0: number, y0: number, x1: number, y1: number}>} */
  const bounds = new Map();
  /** @param {number | null} group @param {{x0: number, y0: number, x1: number, y1: number}} b */
  const widen = (group, b) => {
    if (group === null) return;
    const old = bounds.get(group) ?? b;
    bounds.set(group, {
      x0: Math.min(old.x0, b.x0), y0: Math.min(old.y0, b.y0), x1: Math.max(old.x1, b.x1), y1: Math.max(old.y1, b.y1),
    });
  };
  for (const { id, group } of nodes) {
    const { x, y, w, h } = boxes[id];
    const m = GROUP_MARGIN;
    widen(group, { x0: x - w / 2 - m, y0: y - h / 2 - m - 20, x1: x + w / 2 + m, y1: y + h / 2 + m });
  }
  for (const { id, parent } of [...groups].reverse()) {
    const b = bounds.get(id);
    if (b) widen(parent, { x0: b.x0 - 8, y0: b.y0 - 24, x1: b.x1 + 8, y1: b.y1 + 8 });
  }
  return [...bounds].sort(([a], [b]) => a - b).map(([id, { x0, y0, x1, y1 }]) => {
    return { id, x: (x0 + x1) / 2, y: (y0 + y1) / 2, w: x1 - x0, h: y1 - y0 };
  });
}

/** @param {import("../../lib/types.js").Box[]} boxes */
function extent(boxes) {
  let width = 0;
  let height = 0;
  for (const { x, y, w, h } of boxes) {
    width = Math.max(width, x + w / 2);
    height = Math.max(height, y + h / 2);
  }
  return { width, height };
}
