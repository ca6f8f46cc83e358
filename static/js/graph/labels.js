/** What is written in a node's box and on an edge: the same words for layout, drawing, table and screen reader. Pure. */

import { isShortened, label, subscript, superscript, valueText } from "../lib/format.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../lib/types.js").Wire} Wire */

/** Ops that have a sign of their own on paper; all others go by name. @type {Map<string, string>} */
const SIGNS = new Map([
  ["add", "+"], ["sub", "−"], ["mul", "×"], ["div", "÷"], ["neg", "−"],
  ["pow", "**"], ["matmul", "@"], ["identity", "="],
  ["index", "[ ]"], ["getitem", "[ ]"], ["transpose", "ᵀ"], ["abs", "|·|"], ["sqrt", "√"],
]);
const LONGEST_NAME = 22;
/** In "∂total/∂apple" each of the two. */
const LONGEST_PART = 14;
/**
 * By brevity, how many letters a name has in a compact box, and in "∂total/∂apple" the output's and the node's: fewer where
 * all letters can be larger for it. The output's, which is every node's, is left out at last.
 */
const COMPACT_NAMES = [
  { name: LONGEST_NAME, output: LONGEST_PART, node: LONGEST_PART }, { name: 11, output: 7, node: 7 },
  { name: 7, output: 5, node: 5 }, { name: 5, output: 1, node: 4 }, { name: 3, output: 1, node: 3 },
];
export const MOST_BREVITY = COMPACT_NAMES.length - 1;
/** A graph of more nodes than that has its names shorter from the beginning. */
const MOST_LONG_NAMES = 24;

/**
 * @param {string} op
 * @returns {string} "×", "exp"
 */
export function signOf(op) {
  return SIGNS.get(op) ?? op;
}

/** @param {TraceNode} node */
export function isLeaf(node) {
  return node.op === "input" || node.op === "constant";
}

/**
 * A node's box, line by line. A constant is its number alone.
 * @param {TraceNode} node
 * @returns {{sign: string, name: string, value: string}}
 */
export function nodeLabel(node) {
  const value = briefText(node.value, node.shape);
  if (node.op === "constant") return { sign: "", name: "", value };
  return { sign: isLeaf(node) ? "" : signOf(node.op), name: shorten(nameOf(node)), value };
}

/** Elements in one short line; a longer array is told by its shape. */
const MOST_IN_LINE = 4;

/**
 * A value in one short line: a number, a few elements, or a shape.
 * @param {Wire} value
 * @param {number[]} shape
 * @param {boolean} [full]
 */
export function briefText(value, shape, full = false) {
  return shape.reduce((product, size) => product * size, 1) <= MOST_IN_LINE ? valueText(value, shape, full) : label(value, shape, full);
}

/**
 * A node in running text: its name, or the symbol that formulas have for it, or a constant's number.
 * @param {TraceNode} node
 * @returns {string}
 */
export function nameOf(node) {
  if (node.name) return node.name;
  return node.op === "constant" ? briefText(node.value, node.shape) : `v${subscript(node.origin ?? node.id)}`;
}

/** What a leaf is called where it is repeated. @param {TraceNode} node @param {number} [brevity]  as of compact names */
export function echoName(node, brevity = 0) {
  return shorten(nameOf(node), COMPACT_NAMES[brevity].name);
}

/** What an edge is called where it is cut. @param {TraceNode} node @param {number} [brevity]  as of compact names */
export function stubName(node, brevity = 0) {
  return shorten(nameOf(node), Math.min(LONGEST_PART, COMPACT_NAMES[brevity].name));
}

/**
 * A node's gradient in the one notation, with the program's own names: "∂total/∂apple".
 * @param {Trace} trace
 * @param {TraceNode} node
 * @param {number} [longest]  how many letters it may have
 * @param {number} [longestOutput]  and the output
 */
export function partial({ nodes, output }, node, longest = LONGEST_PART, longestOutput = longest) {
  return `∂${shorten(nameOf(nodes[output]), longestOutput)}/∂${shorten(nameOf(node), longest)}`;
}

/**
 * What a compact box is called: the node's name, or the gradient's.
 * @param {Trace} trace
 * @param {TraceNode} node
 * @param {boolean} isGradient
 * @param {number} [brevity]
 */
export function compactName(trace, node, isGradient, brevity = 0) {
  const longest = COMPACT_NAMES[brevity];
  return isGradient ? partial(trace, node, longest.node, longest.output) : shorten(nameOf(node), longest.name);
}

/** How short the names of a compact graph are where there is room enough. @param {Trace} trace */
export function usualBrevity({ nodes }) {
  return nodes.length > MOST_LONG_NAMES ? 1 : 0;
}

/**
 * "= 2.2", or "≈ 0.7311" where digits are left out.
 * @param {string} text  of the value
 * @param {Wire} [value]  of an array, whose text does not say itself that it is rounded
 * @param {number[]} [shape]
 */
export function equals(text, value = null, shape = []) {
  if (text.startsWith("≈")) return `≈ ${text.slice(1)}`;
  return `${shape.length && isShortened(value, shape) ? "≈" : "="} ${text}`;
}

/**
 * What an edge brings, by name: one value that is used more than once in an operation has a number for each use, h⁽¹⁾ and h⁽²⁾, for a
 * local derivative changes only one of them.
 * @param {Trace} trace
 * @param {import("../lib/types.js").TraceEdge} edge
 * @returns {string}
 */
export function useName({ nodes, edges }, edge) {
  const uses = edges.filter(({ source, target }) => source === edge.source && target === edge.target).sort((a, b) => a.argnum - b.argnum);
  const name = nameOf(nodes[edge.source]);
  return uses.length > 1 ? `${name}⁽${superscript(uses.findIndex(({ argnum }) => argnum === edge.argnum) + 1)}⁾` : name;
}

/**
 * A name with its number, as the sentence of a step has it: "apple 100"; a number without a name stands for itself.
 * @param {TraceNode} node
 * @param {boolean} full
 * @returns {string}
 */
export function named(node, full) {
  const isShort = node.shape.length < 2 && node.shape.every((size) => size <= MOST_IN_LINE);
  if (!isShort) return nameOf(node);
  const value = valueText(node.value, node.shape, full);
  const isBare = node.op === "constant" || (node.name === null && node.shape.length === 0);
  return isBare ? value : `${nameOf(node)} ${value}`;
}

/**
 * The number that an edge carries back.
 * @param {Trace} trace
 * @param {number} edge
 * @param {boolean} [full]
 * @returns {string}
 */
export function contributionLabel(trace, edge, full = false) {
  const { contribution, source } = trace.edges[edge];
  const { shape } = trace.nodes[source];
  return contribution === null && !shape.length ? "…" : briefText(contribution, shape, full);
}

/** A longer name would push the graph apart. */
const LONGEST_FACTOR = 6;

/**
 * What an edge of a matrix product brings back: "∂L/∂Y Wᵀ"; nothing where no two matrices meet.
 * @param {Trace} trace
 * @param {number} id
 */
export function transposed(trace, id) {
  const { nodes, edges } = trace;
  const { source, target, argnum, contribution } = edges[id];
  const { op, inputs, operands } = nodes[target];
  const place = operands ? operands.indexOf(source) : argnum;
  const other = nodes[(operands ?? inputs)[1 - place]];
  const meet = [nodes[source], nodes[target], other].every((node) => node?.shape.length === 2 && node.op !== "constant");
  if (!meet || contribution === null || other.id === source || !["matmul", "affine", "linear", "dot"].includes(op)) return "";
  const name = nameOf(other);
  if (name.length > LONGEST_FACTOR) return "";
  const upstream = partial(trace, nodes[target]);
  if (op === "linear") return place ? `(${upstream})ᵀ ${name}` : `${upstream} ${name}`; // its weights are transposed already
  return place ? `${name}ᵀ ${upstream}` : `${upstream} ${name}ᵀ`;
}

/**
 * What is written on an edge that has carried its contribution back: its numbers, or where they are too many how they come about.
 * @param {Trace} trace
 * @param {number} edge
 * @param {boolean} [isBrief]  there is room for a line of numbers, but not for rows of them
 */
export function edgeLabel(trace, edge, isBrief = false) {
  const { shape } = trace.nodes[trace.edges[edge].source];
  const written = isBrief && shape.length > 1 ? shape.join("×") : contributionLabel(trace, edge);
  return written.startsWith("[") ? written : `${transposed(trace, edge)}  ${written}`.trim();
}

/**
 * What makes a node the same one after an edit: its name, or being the k-th unnamed use of its op.
 * @param {Trace} trace
 * @returns {string[]} by node, all different
 */
export function identities({ nodes }) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return nodes.map(({ name, op }) => {
    const kind = name === null ? `op ${op}` : `name ${name}`;
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return `${kind} ${count}`;
  });
}

/** A longer name is cut in the middle: names that differ often do so at their ends. @param {string} name @param {number} [longest] */
function shorten(name, longest = LONGEST_NAME) {
  const letters = [...name];
  const kept = (longest - 1) / 2;
  return letters.length <= longest ? name : `${letters.slice(0, Math.ceil(kept)).join("")}…${letters.slice(letters.length - Math.floor(kept)).join("")}`;
}

/**
 * The static arguments of a call, as text: "slope=0.3"; without those that are off, and the axes of what became one number.
 * @param {{options?: Record<string, any>}} call
 * @param {{shape: number[]}} result
 * @returns {string[]}
 */
export function optionTexts({ options }, { shape }) {
  const shown = Object.entries(options ?? {}).filter(([name, value]) => value !== null && !(value === false && name !== "train") && !(name === "axis" && shape.length === 0));
  return shown.map(([name, value]) => `${name}=${optionText(value)}`);
}

/** A longer key says less than the numbers that it chose. */
const LONGEST_KEY = 24;

/** What stands in the brackets of an index: "1:3, 0". @param {Pick<TraceNode, "options">} node @returns {string} */
export function keyText({ options }) {
  const parts = [options?.key ?? []].flat().map((part) => (Array.isArray(part) ? JSON.stringify(part).replaceAll(",", ", ") : optionText(part)));
  const text = parts.join(", ");
  return text.length > LONGEST_KEY ? "…" : text;
}

/** @param {any} value @returns {string} */
function optionText(value) {
  if (value === true || value === false) return value ? "True" : "False";
  if (Array.isArray(value)) return `(${value.map(optionText).join(", ")}${value.length === 1 ? "," : ""})`;
  if (value !== null && typeof value === "object") return [value.start, value.stop, ...(value.step === null ? [] : [value.step])].map((end) => end ?? "").join(":");
  return value === null ? "None" : String(value);
}
