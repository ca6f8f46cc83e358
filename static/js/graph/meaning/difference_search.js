/** The place of a graph where probabilities minus labels come back. Pure. */

import { flatten } from "../../lib/numbers.js";
import { nameOf } from "../labels.js";
import { SIGMOID, SOFTMAX, differenceFrom, differenceOf } from "./label_difference.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {{selection: import("../../lib/types.js").Selection, source: TraceNode, difference: string}} Found  source: that it comes back to */

const CLOSE = 1e-9;

/** @type {WeakMap<Trace, Found | null>} */
const known = new WeakMap();

/**
 * The first such place: an edge, or where softmax is written out, or closed together with its loss, the node of the scores.
 * @param {Trace} trace
 */
export function differenceIn(trace) {
  if (!known.has(trace)) known.set(trace, sought(trace));
  return known.get(trace) ?? null;
}

/** @param {Trace} trace @returns {Found | null} */
function sought(trace) {
  const { nodes, edges } = trace;
  for (const { id, source } of edges) {
    const difference = differenceOf(trace, id);
    if (difference) return { selection: { kind: "edge", id }, source: nodes[source], difference };
  }
  for (const node of nodes) {
    const difference = differenceAt(trace, node);
    if (difference) return { selection: { kind: "node", id: node.id }, source: node, difference };
  }
  return null;
}

/**
 * The same of a node: what comes back to it from all its uses.
 * @param {Trace} trace
 * @param {TraceNode} node
 * @returns {string} "= y − t"; "" where it is none
 */
export function differenceAt({ nodes }, node) {
  const { shape, value, gradient, differentiable } = node;
  const width = shape.at(-1) ?? 0;
  // One number may be the difference of two others by chance.
  if (!differentiable || width < 2 || value === null || gradient === null) return "";
  const scores = flatten(value);
  if (!scores.every(Number.isFinite)) return "";
  for (const { name, of } of [SOFTMAX, SIGMOID]) {
    const probabilities = of(scores, width);
    const difference = differenceFrom(nodes, node, gradient, probabilities, `${name}(${nameOf(node)})`);
    if (!difference) continue;
    const made = nodes.find((one) => one.name !== null && String(one.shape) === String(shape) && isClose(flatten(one.value), probabilities));
    return made ? differenceFrom(nodes, node, gradient, probabilities, nameOf(made)) : difference;
  }
  return "";
}

/** @param {number[]} some @param {number[]} others */
function isClose(some, others) {
  return some.length === others.length && some.every((one, i) => Math.abs(one - others[i]) <= CLOSE);
}
