/** Where softmax or the sigmoid meets its cross-entropy, as two nodes or as one, what comes back is a difference: "y − t", "(y − t) / 2". Pure. */

import { flatten } from "../../lib/numbers.js";
import { nameOf } from "../labels.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../../lib/types.js").Wire} Wire */
/** @typedef {{name: string, of: (scores: number[], width: number) => number[]}} Maker  of probabilities */

const CLOSE = 1e-9;
/** What a small number inside the logarithm, as in log(y + 1e-7), leaves of it. */
const NEARLY = 1e-5;
/** A difference as small as that would be one of anything. */
const LEAST_TOLD = 1e-2;
/** A mean is over no more samples than that. */
const MOST_PARTS = 1e5;

/** @type {Maker} */
export const SOFTMAX = { name: "softmax", of: softmax };
/** @type {Maker} */
export const SIGMOID = { name: "sigmoid", of: (scores) => scores.map((one) => 1 / (1 + Math.exp(-one))) };
/** By op, what makes probabilities of what enters it; null: they are its value. @type {Record<string, Maker | null>} */
const OPS = { softmax: null, sigmoid: null, log_softmax: SOFTMAX, softmax_cross_entropy: SOFTMAX, sigmoid_cross_entropy: SIGMOID };

/**
 * What an edge into one of them brings back, where that is the probabilities minus a target of the program: the numbers
 * themselves decide it.
 * @param {Trace} trace
 * @param {number} id
 * @returns {string} "= y − t", or "≈ y − t" where it is nearly that; "" where it is not
 */
export function differenceOf({ nodes, edges }, id) {
  const { source, target, contribution } = edges[id];
  const [made, scores] = [nodes[target], nodes[source]];
  if (!Object.hasOwn(OPS, made.op) || contribution === null || made.value === null || scores.value === null) return "";
  const make = OPS[made.op];
  const probabilities = make ? make.of(flatten(scores.value), scores.shape.at(-1) ?? 1) : flatten(made.value);
  return differenceFrom(nodes, scores, contribution, probabilities, make || !made.name ? `${make?.name ?? made.op}(${nameOf(scores)})` : made.name);
}

/**
 * Whether what comes back to scores is their probabilities minus a target, and how that is written.
 * @param {TraceNode[]} nodes
 * @param {TraceNode} scores
 * @param {Wire} brought
 * @param {number[]} probabilities
 * @param {string} written
 */
export function differenceFrom(nodes, scores, brought, probabilities, written) {
  const back = flatten(brought);
  if (back.length !== probabilities.length) return "";
  for (const node of nodes) {
    if (node.op !== "input" || node.name === null || node.id === scores.id) continue;
    const label = labelOf(node, scores.shape);
    if (!label) continue;
    const differences = probabilities.map((one, i) => one - label[i]);
    const largest = differences.reduce((best, one) => (Math.abs(one) > Math.abs(best) ? one : best), 0);
    const parts = Math.round(largest / back[differences.indexOf(largest)]);
    if (!(Math.abs(largest) > CLOSE && parts >= 1 && parts <= MOST_PARTS)) continue;
    const off = back.reduce((most, one, i) => Math.max(most, Math.abs(one * parts - differences[i])), 0);
    const isEqual = off <= CLOSE * Math.abs(largest);
    if (!isEqual && !(back.length > 1 && off <= NEARLY && Math.abs(largest) >= LEAST_TOLD)) continue;
    const difference = `${written} − ${String(node.shape) === String(scores.shape) ? node.name : `one_hot(${node.name})`}`;
    return `${isEqual ? "=" : "≈"} ${parts === 1 ? difference : `(${difference}) / ${parts}`}`;
  }
  return "";
}

/** A target's elements: as they are, or one-hot where it holds numbers of classes. @param {TraceNode} node @param {number[]} shape  of the scores */
function labelOf({ value, shape: own }, shape) {
  if (String(own) === String(shape)) return flatten(value);
  const width = shape.at(-1) ?? 0;
  if (!width || String(own) !== String(shape.slice(0, -1))) return null;
  return flatten(value).flatMap((one) => Array.from({ length: width }, (_, i) => (i === one ? 1 : 0)));
}

/** Row by row. @param {number[]} scores @param {number} width */
function softmax(scores, width) {
  return scores.flatMap((_, i) => {
    if (i % width) return [];
    const row = scores.slice(i, i + width);
    const most = Math.max(...row);
    const powers = row.map((one) => Math.exp(one - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((one) => one / sum);
  });
}
