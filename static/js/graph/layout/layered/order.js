/** The order in each column, from the top: as the program names things, or with fewer crossings. Pure. */

import { END_GAP } from "../edge_routes.js";
import { MOST_BENDS } from "./columns.js";

/** @typedef {import("./columns.js").Item} Item */
/** @typedef {import("./columns.js").Layers} Layers */
/** @typedef {import("./columns.js").Segment} Segment */

export const ROW_GAP = 24;
const SWEEPS = 8;

/** @param {import("../layout_plan.js").Plan} plan @param {Layers} layers @returns {number[][]} */
export function inOrder(plan, { items, segments }) {
  /** @type {Segment[][]} */
  const into = items.map(() => []);
  /** @type {Segment[][]} */
  const out = items.map(() => []);
  for (const segment of segments) {
    into[segment.target].push(segment);
    out[segment.source].push(segment);
  }
  const count = items.reduce((most, { column }) => Math.max(most, column), -1) + 1;
  let key = readingOrder(plan.nodes.length, items, into);
  let best = sorted(items, count, key);
  let least = crossings(items, segments, best);
  let columns = best;
  for (let sweep = 0; sweep < SWEEPS && segments.length <= MOST_BENDS && least > 0; sweep += 1) {
    const place = spreadOut(items, columns);
    key = [...place];
    const forward = sweep % 2 === 0;
    for (const column of forward ? columns : columns.toReversed()) {
      for (const id of column) {
        const near = forward && into[id].length ? into[id].map(({ source, port }) => key[source] - port)
          : out[id].map(({ target, port }) => (forward ? place : key)[target] + port);
        if (near.length) key[id] = mean(near);
      }
    }
    columns = sorted(items, count, key);
    const found = crossings(items, segments, columns);
    if (found < least) [best, least] = [columns, found];
  }
  return best;
}

/** Leaves as the output's formula names them, from the top; everything else in the middle of what it is made of. @param {number} nodes @param {Item[]} items @param {Segment[][]} into */
function readingOrder(nodes, items, into) {
  const key = items.map(() => -1);
  let leaves = 0;
  for (let root = nodes - 1; root >= 0; root -= 1) {
    const pending = [root];
    while (pending.length) {
      const at = pending[pending.length - 1];
      if (key[at] >= 0) {
        pending.pop();
        continue;
      }
      const waiting = into[at].filter(({ source }) => key[source] < 0);
      if (waiting.length) {
        for (const { source } of waiting.reverse()) pending.push(source);
        continue;
      }
      pending.pop();
      if (into[at].length) key[at] = mean(into[at].map(({ source }) => key[source]));
      else {
        key[at] = leaves;
        leaves += 1;
      }
    }
  }
  // Room that groups keep has no neighbours: it goes with the group.
  return key;
}

/** Columns in the order of keys, the items of a group together, and groups in one order in all columns. @param {Item[]} items @param {number} count @param {number[]} key */
function sorted(items, count, key) {
  /** @type {Map<number, {sum: number, count: number}>} */
  const sums = new Map();
  for (const { id, w, h, path } of items) {
    if (!h && !w) continue;
    for (const group of path) {
      const { sum, count } = sums.get(group) ?? { sum: 0, count: 0 };
      sums.set(group, { sum: sum + key[id], count: count + 1 });
    }
  }
  const means = new Map(Array.from(sums, ([group, { sum, count }]) => [group, sum / count]));
  /** By item: mean, kind and number of each group around it, then its own. */
  const rank = items.map(({ id, path }) => [...path.flatMap((group) => [means.get(group) ?? 0, 0, group]), key[id], 1, id]);
  /** @type {number[][]} */
  const columns = Array.from({ length: count }, () => []);
  for (const { id, column } of items) columns[column].push(id);
  for (const column of columns) column.sort((a, b) => compared(rank[a], rank[b]));
  return columns;
}

/** @param {number[]} a @param {number[]} b */
function compared(a, b) {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return a[at] - (b[at] ?? -Infinity);
  return 0;
}

/** Heights of items that stand one below the other, each column around 0. @param {Item[]} items @param {number[][]} columns */
export function spreadOut(items, columns) {
  const place = items.map(() => 0);
  for (const column of columns) {
    let at = -column.reduce((sum, id) => sum + items[id].h + ROW_GAP, 0) / 2;
    for (const id of column) {
      place[id] = at + (items[id].h + ROW_GAP) / 2;
      at += items[id].h + ROW_GAP;
    }
  }
  return place;
}

/** How often two segments cross. @param {Item[]} items @param {Segment[]} segments @param {number[][]} columns */
function crossings(items, segments, columns) {
  const rank = items.map(() => 0);
  for (const column of columns) for (const [i, id] of column.entries()) rank[id] = i;
  /** @type {[number, number][][]} */
  const between = columns.map(() => []);
  for (const { source, target, port } of segments) between[items[source].column].push([rank[source], rank[target] + port / (2 * END_GAP * segments.length)]);
  let total = 0;
  for (const gap of between) {
    /** @type {number[]} */
    const ends = [];
    // Those of one source leave in the order of their ends: they do not cross.
    for (const [, end] of gap.sort(compared)) {
      total += ends.length - placeIn(ends, end, (one) => one < end);
      ends.splice(placeIn(ends, end, (one) => one <= end), 0, end);
    }
  }
  return total;
}

/** How many of a sorted list come before. @param {number[]} list @param {number} end @param {(one: number) => boolean} isBefore */
function placeIn(list, end, isBefore) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(list[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
