/** How much each leaf moves the output: by its gradient, and by one percent of itself. Pure. */

import { flatten, scalar } from "../../lib/numbers.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {"norm" | "largest" | "elasticity"} Measure */
/**
 * @typedef {object} Leaf
 * @property {TraceNode} node
 * @property {string} name
 * @property {number} norm  of the gradient; of a scalar, the gradient itself
 * @property {number} largest  element of the gradient by size, with its sign
 * @property {number} elasticity  percent of the output for one percent of every element; NaN where that means nothing
 */

/** Numbers of a leaf that can be chosen. */
const MOST_ELEMENTS = 100;

/**
 * The seeded output: what the gradients are the gradients of.
 * @param {Trace} trace
 * @returns {number}  NaN where it was not sent
 */
export function outputOf({ nodes, output, seed }) {
  const { value } = nodes[output];
  if (value === null) return NaN;
  const seeds = flatten(seed);
  return flatten(value).reduce((sum, one, i) => sum + one * (seeds.length === 1 ? seeds[0] : seeds[i]), 0);
}

/**
 * @param {Trace} trace
 * @returns {Leaf[]}
 */
export function leavesOf(trace) {
  const inputs = trace.nodes.filter(({ op, name, differentiable }) => op === "input" && name !== null && differentiable);
  const total = outputOf(trace);
  return inputs.flatMap((node) => {
    const name = node.name ?? "";
    // A name with two leaves cannot be given one other value.
    if (inputs.filter((one) => one.name === name).length > 1) return [];
    const figures = node.summary?.gradient;
    const gradients = flatten(node.gradient);
    const values = flatten(node.value);
    const largest = gradients.length ? gradients.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)) : farther(figures);
    const norm = !node.shape.length ? gradients[0] : gradients.length ? normOf(gradients) : scalar(figures?.norm ?? "NaN");
    const moved = values.length === gradients.length && values.length ? values.reduce((sum, value, i) => sum + value * gradients[i], 0) : NaN;
    return [{ node, name, norm, largest, elasticity: total === 0 ? NaN : moved / total }];
  });
}

/** Without squares that overflow, and of any number of elements. @param {number[]} all */
function normOf(all) {
  return all.reduce((norm, one) => Math.hypot(norm, one), 0);
}

/** @param {import("../../lib/types.js").Figures | undefined} figures */
function farther(figures) {
  if (!figures) return NaN;
  const [low, high] = [scalar(figures.min), scalar(figures.max)];
  return Math.abs(low) > Math.abs(high) ? low : high;
}

/**
 * @param {Leaf[]} leaves
 * @param {Measure} measure
 * @returns {Leaf[]}  the strongest first; what has no number last
 */
export function ranked(leaves, measure) {
  /** @param {Leaf} leaf */
  const size = (leaf) => (Number.isNaN(leaf[measure]) ? -1 : Math.abs(leaf[measure]));
  return leaves.toSorted((a, b) => size(b) - size(a));
}

/**
 * The elements of a leaf, those with the largest gradients first.
 * @param {TraceNode} node
 * @returns {{index: number[], value: number, gradient: number}[]}
 */
export function elementsOf({ value, gradient, shape }) {
  const gradients = flatten(gradient);
  const all = flatten(value).map((one, i) => ({ index: indexOf(i, shape), value: one, gradient: gradients[i] }));
  return gradients.length ? all.toSorted((a, b) => Math.abs(b.gradient) - Math.abs(a.gradient)).slice(0, MOST_ELEMENTS) : [];
}

/** @param {number} flat @param {number[]} shape */
function indexOf(flat, shape) {
  return shape.reduceRight((/** @type {{rest: number, index: number[]}} */ { rest, index }, size) => ({ rest: Math.floor(rest / size), index: [rest % size, ...index] }), { rest: flat, index: [] }).index;
}

/**
 * A value with one of its numbers changed.
 * @param {import("../../lib/types.js").Wire} value
 * @param {number[]} index
 * @param {number} to
 * @returns {import("../../lib/types.js").Wire}
 */
export function withElement(value, [first, ...others], to) {
  if (first === undefined || !Array.isArray(value)) return to;
  return value.map((item, i) => (i === first ? withElement(item, others, to) : item));
}

/**
 * How far a number may be moved: by the power of ten that it has.
 * @param {number} value
 * @returns {{span: number, step: number, first: number}}
 */
export function reachOf(value) {
  const size = Math.abs(value);
  const unit = size > 0 && Number.isFinite(size) ? 10 ** Math.floor(Math.log10(size) + 1e-9) : 1;
  return { span: unit, step: unit / 100, first: unit > 1 ? Math.max(1, unit / 100) : unit / 10 };
}

/**
 * Arithmetic's own noise is no change: 101 - 100 is 1, and 0.3 - 0.2 is 0.1.
 * @param {number} value
 */
export function tidy(value) {
  return Number(value.toPrecision(12));
}
