/** What is known of a node or an edge at a step, in a few words: for a look in passing. Pure. */

import { label, number } from "../lib/format.js";
import { edgeState, gradientAt, nodeState } from "./frames.js";
import { contributionLabel, equals, isLeaf, nameOf, partial, signOf } from "./labels.js";
import { flatten } from "../lib/numbers.js";

/** @typedef {import("../lib/types.js").Wire} Wire */
/** @typedef {{title: string, rows: [string, string][]}} Hint */

/** Of a longer vector the least and the greatest number are shown. */
const MOST_ELEMENTS = 6;

/**
 * @param {import("./frames.js").Plan} plan
 * @param {import("../lib/types.js").Selection} subject
 * @param {number} cursor
 * @param {import("../lib/types.js").Translate} t
 * @param {boolean} full
 * @returns {Hint | null} null where nothing is computed yet
 */
export function hint(plan, { kind, id }, cursor, t, full) {
  const found = kind === "node" ? nodeHint(plan, id, cursor, t, full) : edgeHint(plan, id, cursor, t, full);
  return found.rows.length ? found : null;
}

/**
 * @param {import("./frames.js").Plan} plan
 * @param {number} id
 * @param {number} cursor
 * @param {import("../lib/types.js").Translate} t
 * @param {boolean} full
 * @returns {Hint}
 */
function nodeHint(plan, id, cursor, t, full) {
  const node = plan.trace.nodes[id];
  const state = nodeState(plan, id, cursor);
  /** @type {Hint["rows"]} */
  const rows = [];
  if (state.valueShown) {
    rows.push([t("inspector.value"), brief(node.value, node.shape, full, node.summary?.value)]);
    if (node.shape.length) rows.push([t("hint.shape"), label(null, node.shape)]);
  }
  if (node.differentiable && state.gradient !== "none") {
    const word = state.gradient === "partial" ? t("inspector.sum.partial") : partial(plan.trace, node);
    rows.push([word, brief(gradientAt(plan, id, cursor), node.shape, full, node.summary?.gradient)]);
  }
  return { title: isLeaf(node) ? nameOf(node) : `${nameOf(node)}  ${signOf(node.op)}`, rows };
}

/**
 * @param {import("./frames.js").Plan} plan
 * @param {number} id
 * @param {number} cursor
 * @param {import("../lib/types.js").Translate} t
 * @param {boolean} full
 * @returns {Hint}
 */
function edgeHint(plan, id, cursor, t, full) {
  const { trace } = plan;
  const edge = trace.edges[id];
  const source = trace.nodes[edge.source];
  const target = trace.nodes[edge.target];
  const state = edgeState(plan, id, cursor);
  /** @type {Hint["rows"]} */
  const rows = [];
  if (state.forward !== "idle") rows.push([t("inspector.value"), brief(source.value, source.shape, full, source.summary?.value)]);
  if (state.backward !== "idle") {
    const isProduct = edge.local !== null && !target.shape.length && !source.shape.length;
    if (isProduct) rows.push([t("inspector.contribution"), `${number(target.gradient, full)} × ${number(edge.local, full)} ${equals(contributionLabel(trace, id, full))}`]);
    else rows.push([t("inspector.contribution.vjp"), brief(edge.contribution, source.shape, full, edge.summary?.contribution)]);
  }
  return { title: `${nameOf(source)} → ${nameOf(target)}`, rows };
}

/**
 * A number; a short vector's numbers; of any other array its least and its greatest number.
 * @param {Wire} value
 * @param {number[]} shape
 * @param {boolean} full
 * @param {import("../lib/types.js").Figures | undefined} [figures]  of an array that was not sent
 */
function brief(value, shape, full, figures) {
  if (!shape.length) return label(value, shape, full);
  const numbers = flatten(value);
  if (numbers.length && shape.length === 1 && numbers.length <= MOST_ELEMENTS) return `[${numbers.map((one) => number(one, full)).join(", ")}]`;
  const [least, greatest] = numbers.length ? extent(numbers) : [figures?.min, figures?.max];
  return least === undefined || greatest === undefined ? label(value, shape) : `${number(least, full)} … ${number(greatest, full)}`;
}

/** @param {number[]} numbers @returns {Wire[]} */
function extent(numbers) {
  return [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
}
