/** Nodes in columns by longest path, and what stands in the columns between: the bends of long edges, room that groups keep. Pure. */

import { END_GAP } from "../edge_routes.js";

/** @typedef {import("../layout_plan.js").Plan} Plan */
/**
 * What has a place in a column: a node of the plan, the bend of an edge, or room that a group keeps.
 * @typedef {{id: number, column: number, w: number, h: number, path: number[]}} Item  path: the groups around it, from the outermost
 * @typedef {{source: number, target: number, port: number, pull: number}} Segment  of an edge, from one column to the next; port: how far from the target's middle it ends
 * @typedef {{items: Item[], segments: Segment[], bends: Map<number, number[]>}} Layers  items: first the plan's nodes, by id; bends: of each long edge, its items
 */

/** A larger graph has none: its edges run straight across. */
export const MOST_BENDS = 2000;
/** How strongly an edge draws its ends to one height: from a leaf, between ops, from what a node is mainly made of, at a bend. */
const [LEAF, INNER, MAIN, BEND] = [1, 4, 30, 20];

/** @param {Plan} plan @returns {Layers} */
export function intoColumns(plan) {
  const { column, loose, made } = columnsOf(plan);
  const paths = pathsOf(plan);
  /** @type {Item[]} */
  const items = plan.nodes.map(({ w, h, group }, id) => ({ id, column: column[id], w, h, path: group === null ? [] : paths[group] }));
  /** By group, its first and last column. @type {Map<number, [number, number]>} */
  const spans = new Map();
  for (const { column, path } of items) {
    for (const group of path) {
      const [low, high] = spans.get(group) ?? [column, column];
      spans.set(group, [Math.min(low, column), Math.max(high, column)]);
    }
  }
  const main = mainLines(plan, column, loose, made);
  const ports = portsOf(plan);
  const crossed = plan.edges.reduce((sum, { source, target }) => sum + column[target] - column[source] - 1, 0);
  /** @type {Segment[]} */
  const segments = [];
  /** @type {Layers["bends"]} */
  const bends = new Map();
  for (const { id, source, target } of plan.edges) {
    const pull = !made[source] ? LEAF : main.has(id) ? MAIN : INNER;
    let last = source;
    if (crossed <= MOST_BENDS && column[target] - column[source] > 1) {
      /** @type {number[]} */
      const chain = [];
      for (let at = column[source] + 1; at < column[target]; at += 1) {
        // In a group of its source or of its target, while that lasts.
        const out = items[source].path.filter((group) => (spans.get(group)?.[1] ?? 0) >= at);
        const into = items[target].path.filter((group) => (spans.get(group)?.[0] ?? 0) <= at);
        const bend = items.length;
        items.push({ id: bend, column: at, w: 0, h: 0, path: out.length > into.length ? out : into });
        segments.push({ source: last, target: bend, port: 0, pull: chain.length ? BEND : pull });
        chain.push(bend);
        last = bend;
      }
      bends.set(id, chain);
    }
    segments.push({ source: last, target, port: ports.get(id) ?? 0, pull });
  }
  keepRoom(plan, paths, items);
  return { items, segments, bends };
}

/** By node: its column, whether leaves alone lead to it, and whether it is made of others. @param {Plan} plan */
function columnsOf({ nodes, edges }) {
  const column = new Array(nodes.length).fill(0);
  /** @type {number[][]} */
  const into = nodes.map(() => []);
  /** @type {number[][]} */
  const uses = nodes.map(() => []);
  for (const { source, target } of edges) {
    into[target].push(source);
    uses[source].push(target);
  }
  const made = into.map((sources) => sources.length > 0);

  /** Columns from one to the other: what comes into a group from outside leaves one to the group's own leaves. @param {number} source @param {number} target */
  const apart = (source, target) => {
    const { group } = nodes[target];
    if (group === null || nodes[source].group === group || !made[source]) return 1;
    return into[target].some((id) => !made[id] && nodes[id].group === group) ? 2 : 1;
  };

  const ids = [...nodes.keys()];
  // What leaves alone lead to stands near its use.
  const loose = nodes.map(() => true);
  for (const id of [...ids.filter((id) => !made[id]), ...ids.filter((id) => made[id])]) {
    for (const source of into[id]) {
      loose[id] = loose[id] && loose[source] && (uses[source].length === 1 || !made[source]);
      column[id] = Math.max(column[id], column[source] + apart(source, id));
    }
  }
  ids.reverse();
  for (const id of [...ids.filter((id) => made[id]), ...ids.filter((id) => !made[id])]) {
    if (uses[id].length && loose[id]) column[id] = uses[id].reduce((least, use) => Math.min(least, column[use] - apart(id, use)), Infinity);
  }
  return { column, loose, made };
}

/** By group: the groups around it from the outermost, and itself. @param {Plan} plan */
function pathsOf({ groups }) {
  /** @type {number[][]} */
  const paths = [];
  for (const { id, parent } of groups) paths.push([...(parent === null ? [] : paths[parent]), id]);
  return paths;
}

/** The edges from what each node is mainly made of: the one source that more led to than to the others. @param {Plan} plan @param {number[]} column @param {boolean[]} loose @param {boolean[]} made */
function mainLines({ nodes, edges }, column, loose, made) {
  const rank = column.map((at, id) => (loose[id] ? 0 : nodes.length + 1) + at);
  /** @type {Map<number, Set<number>>} */
  const sources = new Map();
  for (const { source, target } of edges) if (made[source]) sources.set(target, (sources.get(target) ?? new Set()).add(source));
  /** By target that has one such source: its rank. @type {Map<number, number>} */
  const alone = new Map();
  for (const [target, ids] of sources) {
    const ranks = Array.from(ids, (id) => rank[id]);
    const highest = ranks.reduce((a, b) => Math.max(a, b));
    if (ranks.filter((one) => one === highest).length === 1) alone.set(target, highest);
  }
  return new Set(edges.filter(({ source, target }) => made[source] && alone.get(target) === rank[source]).map(({ id }) => id));
}

/** By edge: how far from the middle of its target it ends. @param {Plan} plan @returns {Map<number, number>} */
function portsOf({ nodes, edges }) {
  /** @type {number[][]} */
  const into = nodes.map(() => []);
  for (const { id, target } of edges) into[target].push(id);
  return new Map(into.flatMap((side) => side.map((id, i) => /** @type {[number, number]} */ ([id, (i - (side.length - 1) / 2) * END_GAP]))));
}

/** Room for each group in columns between its own that hold nothing of it, so that nothing else takes it. @param {Plan} plan @param {number[][]} paths @param {Item[]} items */
function keepRoom({ groups }, paths, items) {
  /** @type {Set<number>[]} */
  const held = groups.map(() => new Set());
  for (const { column, path } of items) for (const group of path) held[group].add(column);
  for (let group = held.length - 1; group >= 0; group -= 1) {
    const columns = [...held[group]];
    const [first, last] = [columns.reduce((a, b) => Math.min(a, b), Infinity), columns.reduce((a, b) => Math.max(a, b), -1)];
    for (let column = first; column <= last; column += 1) {
      if (held[group].has(column)) continue;
      items.push({ id: items.length, column, w: 0, h: 0, path: paths[group] });
      for (const outer of paths[group]) held[outer].add(column);
    }
  }
}
