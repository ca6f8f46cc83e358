/** How large the gradients of a graph are: the largest, the smallest, the first that is no number; and all as a heat map. Pure. */

import { gradientOf } from "./node_search.js";
import { flatten } from "../../lib/numbers.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {"largest" | "smallest" | "non-finite"} Extreme */

/** Decades below the largest that a heat map tells apart: smaller ones look like zero. */
const DECADES = 8;

/** Of a gradient's largest element; NaN where one of them is no number. @param {TraceNode} node */
function sizeOf(node) {
  return gradientOf(node).reduce((most, one) => (Number.isFinite(one) && !Number.isNaN(most) ? Math.max(most, Math.abs(one)) : NaN), 0);
}

/**
 * The node to look at. Of the output the gradient is given, and tells nothing.
 * @param {Trace} trace
 * @param {Extreme} extreme
 * @returns {number | null}
 */
export function extremeOf(trace, extreme) {
  if (extreme === "non-finite") return firstNonFinite(trace);
  const sized = trace.nodes.filter(({ id, op, differentiable }) => id !== trace.output && op !== "constant" && differentiable)
    .map((node) => ({ id: node.id, size: sizeOf(node) })).filter(({ size }) => size > 0);
  if (!sized.length) return null;
  const isBetter = (/** @type {number} */ a, /** @type {number} */ b) => (extreme === "largest" ? a > b : a < b);
  return sized.reduce((best, one) => (isBetter(one.size, best.size) ? one : best)).id;
}

/** The first on the way back; where all gradients are numbers, the first value that is none. @param {Trace} trace */
function firstNonFinite({ nodes, edges, backward_order, output }) {
  const order = [output, ...backward_order.map((edge) => edges[edge].source)];
  const found = order.find((id) => Number.isNaN(sizeOf(nodes[id])));
  return found ?? nodes.find(({ value, summary }) => flatten(value).some((one) => !Number.isFinite(one)) || summary?.value?.nan_count || summary?.value?.inf_count)?.id ?? null;
}

/**
 * By node, how large its gradient is on a logarithmic scale: 1 the largest, 0 nothing; NaN where it is no number.
 * @param {Trace} trace
 * @returns {{levels: Record<number, number>, least: number, most: number}}  least, most: at both ends of the scale; 0 where no gradient is a number but zero
 */
export function heatOf({ nodes }) {
  const sized = nodes.filter(({ op, differentiable }) => op !== "constant" && differentiable).map((node) => ({ id: node.id, size: sizeOf(node) }));
  const sizes = sized.map(({ size }) => size).filter((size) => size > 0);
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  const least = Math.max(sizes.reduce((a, b) => Math.min(a, b), most), most * 10 ** -DECADES);
  const span = Math.log10(most / least) || 1;
  /** @param {number} size  what is not zero is seen */
  const level = (size) => (size > 0 ? 0.1 + 0.9 * Math.max(1 + Math.log10(size / most) / span, 0) : size);
  return { levels: Object.fromEntries(sized.map(({ id, size }) => [id, level(size)])), least, most };
}
