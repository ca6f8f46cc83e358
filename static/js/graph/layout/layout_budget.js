/** Which graphs Graphviz draws, and which our own layout draws. Pure. */

/** @typedef {import("./layout_plan.js").Plan} Plan */

const MOST_NODES = 1500; // beyond them its crossing search alone takes seconds

/**
 * The ranks that all edges together may cross. Graphviz puts a point, or an edge's label, at every rank that an edge
 * crosses, and its time grows faster than the square of their number: at these it takes about a second on a laptop.
 */
const MOST_RANKS = { labelled: 1500, bare: 5000 };

/**
 * The size decides and no clock, so that the same program has the same picture on every machine.
 * @param {Plan} plan
 * @returns {boolean}
 */
export function isForGraphviz(plan) {
  if (plan.nodes.length > MOST_NODES) return false;
  const isLabelled = plan.edges.some(({ label }) => label !== null);
  return crossedRanks(plan) <= (isLabelled ? MOST_RANKS.labelled : MOST_RANKS.bare);
}

/**
 * How many ranks the edges cross in all: a leaf stands just before its first consumer.
 * @param {Plan} plan  nodes in topological order, edges sorted by target
 */
export function crossedRanks({ nodes, edges }) {
  const rank = new Int32Array(nodes.length);
  const first = new Int32Array(nodes.length).fill(-1);
  for (const { source, target } of edges) rank[target] = Math.max(rank[target], rank[source] + 1);
  for (const { source, target } of edges) {
    if (first[source] < 0 || rank[target] < first[source]) first[source] = rank[target];
  }
  /** @param {number} node */
  const standing = (node) => (rank[node] === 0 && first[node] > 0 ? first[node] - 1 : rank[node]);
  return edges.reduce((sum, { source, target }) => sum + rank[target] - standing(source), 0);
}
