/** What is written in a node's box and on an edge: the same words for layout, drawing, table and screen reader. Pure. */

import { label, number, subscript, superscript } from "../lib/format.js";

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
  const value = label(node.value, node.shape);
  if (node.op === "constant") return { sign: "", name: "", value };
  return { sign: isLeaf(node) ? "" : signOf(node.op), name: shorten(nameOf(node)), value };
}

/**
 * The gradient line of a box.
 * @param {Wire} gradient
 * @param {number[]} shape
 * @returns {string}
 */
export function gradientLabel(gradient, shape) {
  return `∂ ${label(gradient, shape)}`;
}

/**
 * A node in running text: its name, or the symbol that formulas have for it, or a constant's number.
 * @param {TraceNode} node
 * @returns {string}
 */
export function nameOf(node) {
  if (node.name) return node.name;
  return node.op === "constant" ? label(node.value, node.shape) : `v${subscript(node.origin ?? node.id)}`;
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
  const value = label(node.value, node.shape, full);
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
  return shape.length ? label(contribution, shape) : contribution === null ? "…" : number(contribution, full);
}

/** A longer name would push the graph apart. */
const LONGEST_FACTOR = 6;

/**
 * What an edge of a matrix product brings back, G being the product's gradient: "G Wᵀ"; nothing where no two matrices meet.
 * @param {Trace} trace
 * @param {number} id
 */
export function transposed({ nodes, edges }, id) {
  const { source, target, argnum, contribution } = edges[id];
  const { op, inputs, operands } = nodes[target];
  const place = operands ? operands.indexOf(source) : argnum;
  const other = nodes[(operands ?? inputs)[1 - place]];
  const meet = [nodes[source], nodes[target], other].every((node) => node?.shape.length === 2 && node.op !== "constant");
  if (!meet || contribution === null || other.id === source || !["matmul", "affine", "linear", "dot"].includes(op)) return "";
  const name = nameOf(other);
  if (name.length > LONGEST_FACTOR) return "";
  if (op === "linear") return place ? `Gᵀ ${name}` : `G ${name}`; // its weights are transposed already
  return place ? `${name}ᵀ G` : `G ${name}ᵀ`;
}

/** What is written on an edge that has carried its contribution back. @param {Trace} trace @param {number} edge */
export function edgeLabel(trace, edge) {
  return `${transposed(trace, edge)}  ${contributionLabel(trace, edge)}`.trim();
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

/** @param {string} name */
function shorten(name) {
  const letters = [...name];
  return letters.length <= LONGEST_NAME ? name : `${letters.slice(0, LONGEST_NAME - 1).join("")}…`;
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

/** @param {any} value @returns {string} */
function optionText(value) {
  if (value === true || value === false) return value ? "True" : "False";
  if (Array.isArray(value)) return `(${value.map(optionText).join(", ")}${value.length === 1 ? "," : ""})`;
  if (value !== null && typeof value === "object") return [value.start, value.stop, ...(value.step === null ? [] : [value.step])].map((end) => end ?? "").join(":");
  return value === null ? "None" : String(value);
}
