/** Where softmax or the sigmoid meets its cross-entropy, as two nodes or as one, what comes back is a difference: "y − t", "(y − t) / 2". Pure. */

import { flatten } from "../../lib/numbers.js";
import { nameOf } from "../labels.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */

const CLOSE = 1e-9;
/** By op, the probabilities that it makes of what enters it; null: they are its value. @type {Record<string, ((scores: number[], width: number) => number[]) | null>} */
const OPS = { softmax: null, sigmoid: null, softmax_cross_entropy: softmax, sigmoid_cross_entropy: (scores) => scores.map((one) => 1 / (1 + Math.exp(-one))) };

/**
 * What an edge into one of them brings back, where that is the probabilities minus a target of the program: the numbers
 * themselves decide it.
 * @param {Trace} trace
 * @param {number} id
 * @returns {string} "" where it is not
 */
export function differenceOf({ nodes, edges }, id) {
  const { source, target, contribution } = edges[id];
  const [made, scores] = [nodes[target], nodes[source]];
  if (!Object.hasOwn(OPS, made.op) || contribution === null || made.value === null || scores.value === null) return "";
  const make = OPS[made.op];
  const width = scores.shape.at(-1) ?? 1;
  const value = make ? make(flatten(scores.value), width) : flatten(made.value);
  const brought = flatten(contribution);
  if (brought.length !== value.length) return "";
  for (const node of nodes) {
    if (node.op !== "input" || node.name === null || node.id === source) continue;
    const label = labelOf(node, scores.shape);
    if (!label) continue;
    const at = value.findIndex((one, i) => Math.abs(one - label[i]) > CLOSE);
    if (at < 0) continue;
    const share = brought[at] / (value[at] - label[at]);
    const parts = Math.round(1 / share);
    if (!(parts >= 1) || brought.some((one, i) => Math.abs(one * parts - (value[i] - label[i])) > CLOSE * parts)) continue;
    const written = String(node.shape) === String(scores.shape) ? node.name : `one_hot(${node.name})`;
    const difference = `${make ? `${made.op.split("_")[0]}(${nameOf(scores)})` : nameOf(made)} − ${written}`;
    return parts === 1 ? difference : `(${difference}) / ${parts}`;
  }
  return "";
}

/** The first edge that brings back such a difference. @param {Trace} trace @returns {{edge: number, difference: string} | null} */
export function differenceIn(trace) {
  for (const { id } of trace.edges) {
    const difference = differenceOf(trace, id);
    if (difference) return { edge: id, difference };
  }
  return null;
}

/** A target's elements: as they are, or one-hot where it holds numbers of classes. @param {import("../../lib/types.js").TraceNode} node @param {number[]} shape  of the scores */
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
