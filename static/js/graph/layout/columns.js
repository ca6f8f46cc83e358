/** The columns of a layout in one row, and what it costs to cut it between two of them. Pure. */

/** @typedef {import("./layout_plan.js").Plan} Plan */
/** @typedef {import("./geometry.js").Placed} Placed */
/** @typedef {{left: number[], right: number[], of: Int32Array, top: number[], bottom: number[], crossing: Float64Array, stays: Uint8Array}} Columns  of: by box; by column: crossing, what a cut after it costs; stays, whether anything in it does not go with the next column */

/** What it costs to cut a group, in edges that are cut. */
const CUT_GROUP = 2;

/**
 * Boxes of one column overlap from left to right; those of two do not.
 * @param {Plan} plan
 * @param {Placed} placed
 * @returns {Columns}
 */
export function columnsOf({ nodes, edges, groups }, { boxes }) {
  const of = new Int32Array(boxes.length);
  /** @type {Omit<Columns, "of" | "crossing" | "stays">} */
  const columns = { left: [], right: [], top: [], bottom: [] };
  for (const { i, x, y, w, h } of boxes.map((box, i) => ({ ...box, i })).sort((a, b) => a.x - a.w / 2 - (b.x - b.w / 2))) {
    let at = columns.left.length - 1;
    if (at < 0 || x - w / 2 >= columns.right[at]) {
      at += 1;
      columns.left.push(x - w / 2);
      columns.right.push(-Infinity);
      columns.top.push(Infinity);
      columns.bottom.push(-Infinity);
    }
    columns.right[at] = Math.max(columns.right[at], x + w / 2);
    columns.top[at] = Math.min(columns.top[at], y - h / 2);
    columns.bottom[at] = Math.max(columns.bottom[at], y + h / 2);
    of[i] = at;
  }
  // What begins after a cut counts from there to where it ends: summed up, that is what each cut crosses.
  const crossing = new Float64Array(columns.left.length + 1);
  const start = startsOf({ nodes, edges }, of);
  const stays = new Uint8Array(columns.left.length);
  for (const [id, column] of of.entries()) if (start[id] === column) stays[column] = 1;
  for (const { source, target } of edges) {
    if (of[target] <= start[source]) continue;
    crossing[start[source]] += 1;
    crossing[of[target]] -= 1;
  }
  for (const [from, to] of extentsOf(nodes, groups, of)) {
    if (to <= from) continue;
    crossing[from] += CUT_GROUP;
    crossing[to] -= CUT_GROUP;
  }
  for (let i = 1; i < crossing.length; i += 1) crossing[i] += crossing[i - 1];
  return { ...columns, of, crossing, stays };
}

/**
 * By node: the first column of the row that it may stand in. A leaf goes with what uses it, if that is all in the next column.
 * @param {Pick<Plan, "nodes" | "edges">} plan
 * @param {Int32Array} of
 */
export function startsOf({ nodes, edges }, of) {
  const start = Int32Array.from(of);
  const first = new Int32Array(nodes.length).fill(-1);
  const isMade = new Uint8Array(nodes.length);
  for (const { source, target } of edges) {
    isMade[target] = 1;
    if (first[source] < 0 || of[target] < first[source]) first[source] = of[target];
  }
  for (const { id } of nodes) if (!isMade[id] && first[id] === of[id] + 1) start[id] = first[id];
  return start;
}

/** @param {Plan["nodes"]} nodes @param {Plan["groups"]} groups @param {Int32Array} of @returns {[number, number][]} by group: its first column and its last */
function extentsOf(nodes, groups, of) {
  /** @type {[number, number][]} */
  const extents = groups.map(() => [Infinity, -1]);
  const widen = (/** @type {number} */ group, /** @type {number} */ from, /** @type {number} */ to) => {
    extents[group] = [Math.min(extents[group][0], from), Math.max(extents[group][1], to)];
  };
  for (const { id, group } of nodes) if (group !== null) widen(group, of[id], of[id]);
  for (const { id, parent } of groups.toReversed()) if (parent !== null) widen(parent, ...extents[id]);
  return extents;
}
