/** How large the gradients of a graph are: the largest, the smallest, the first that is no number; and all as a heat map. Pure. */

import { flatten, scalar } from "../../lib/numbers.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {"largest" | "smallest" | "non-finite"} Extreme */

/** Decades below the largest that a heat map tells apart: smaller ones look like zero. */
const DECADES = 8;

/** The elements of a node's value. @param {TraceNode} node */
export const valueOf = ({ value, summary }) => elementsOf(value, summary?.value);
/** The elements of its gradient. @param {TraceNode} node */
export const gradientOf = ({ gradient, summary, differentiable }) => (differentiable ? elementsOf(gradient, summary?.gradient) : []);

/**
 * The elements of an array; of an elided one what its figures tell of them.
 * @param {import("../../lib/types.js").Wire} value
 * @param {import("../../lib/types.js").Figures} [figures]
 */
function elementsOf(value, figures) {
  if (value !== null || !figures) return flatten(value);
  return [scalar(figures.min), scalar(figures.max), ...(figures.nan_count ? [NaN] : []), ...(figures.inf_count ? [Infinity] : [])];
}

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
  // What is computed from a value that is NaN is NaN, and so is what comes back.
  if (extreme === "non-finite") return firstNanValue(trace) ?? firstNonFiniteGradient(trace) ?? firstNonFiniteValue(trace);
  const sized = trace.nodes.filter(({ id, op, differentiable }) => id !== trace.output && op !== "constant" && differentiable)
    .map((node) => ({ id: node.id, size: sizeOf(node) })).filter(({ size }) => size > 0);
  if (!sized.length) return null;
  const isBetter = (/** @type {number} */ a, /** @type {number} */ b) => (extreme === "largest" ? a > b : a < b);
  return sized.reduce((best, one) => (isBetter(one.size, best.size) ? one : best)).id;
}

/** The first on the way back whose gradient is NaN or infinite. @param {Trace} trace */
export function firstNonFiniteGradient({ nodes, edges, backward_order, output }) {
  const order = [output, ...backward_order.map((edge) => edges[edge].source)];
  return order.find((id) => Number.isNaN(sizeOf(nodes[id]))) ?? null;
}

/** The first on the way forward whose value is NaN. @param {Trace} trace */
function firstNanValue({ nodes }) {
  return nodes.find((node) => valueOf(node).some(Number.isNaN))?.id ?? null;
}

/** The first on the way forward whose value is NaN or infinite. @param {Trace} trace */
export function firstNonFiniteValue({ nodes }) {
  return nodes.find((node) => valueOf(node).some((one) => !Number.isFinite(one)))?.id ?? null;
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
