/** What differs between two programs' runs: values and gradients of what has one name in both. Pure. */

import { flatten } from "../lib/numbers.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/** @typedef {{name: string, nodes: [TraceNode, TraceNode], value: boolean, gradient: boolean}} Row  value, gradient: whether it differs */

/** Two ways to compute one number differ by that share of it, which is no difference. */
const CLOSE = 1e-9;

/**
 * What has one name in both, each by its place among its namesakes.
 * @param {Trace} a
 * @param {Trace} b
 * @returns {Row[]}
 */
export function compared(a, b) {
  const others = byName(b);
  return [...byName(a)].flatMap(([key, one]) => {
    const other = others.get(key);
    if (!other) return [];
    const gradient = one.differentiable !== other.differentiable || (one.differentiable && differ(one.gradient, other.gradient, one.summary?.gradient, other.summary?.gradient));
    return [{ name: String(one.name), nodes: /** @type {[TraceNode, TraceNode]} */ ([one, other]), value: differ(one.value, other.value, one.summary?.value, other.summary?.value), gradient }];
  });
}

/** @param {Trace} trace @returns {Map<string, TraceNode>} */
function byName({ nodes }) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return new Map(nodes.filter(({ name }) => name !== null).map((node) => {
    const count = (counts.get(String(node.name)) ?? 0) + 1;
    counts.set(String(node.name), count);
    return [`${node.name} ${count}`, node];
  }));
}

/**
 * @param {import("../lib/types.js").Wire} a
 * @param {import("../lib/types.js").Wire} b
 * @param {import("../lib/types.js").Figures | null} [ofA]  of an array that was left out
 * @param {import("../lib/types.js").Figures | null} [ofB]
 */
function differ(a, b, ofA = null, ofB = null) {
  if (a === null || b === null) return a !== b || !areClose(figuresOf(ofA), figuresOf(ofB));
  return !areClose(flatten(a), flatten(b));
}

/** @param {import("../lib/types.js").Figures | null} figures */
function figuresOf(figures) {
  return Object.values(figures ?? {}).map(Number);
}

/** @param {number[]} a @param {number[]} b */
function areClose(a, b) {
  const size = Math.max(...[...a, ...b].filter(Number.isFinite).map(Math.abs), 0);
  return a.length === b.length && a.every((one, i) => Object.is(one, b[i]) || one === b[i] || Math.abs(one - b[i]) <= CLOSE * size);
}
