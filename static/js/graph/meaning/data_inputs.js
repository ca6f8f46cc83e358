/** Which inputs of a program are data, guessed from how it uses them: labels, and samples that weights are applied to. Pure. */

import { flatten } from "../../lib/numbers.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../../lib/types.js").TraceEdge} TraceEdge */
/** @typedef {Map<string, {signature: string}>} Ops */

/** What the registry calls the right answers that a loss compares with, and the places of elements that are taken. */
const LABELS = new Set(["t", "indices"]);
/** Ops of a layer: samples are their first operand, weights the second. */
const LAYERS = new Set(["matmul", "affine", "linear", "dot", "conv2d"]);

/**
 * Names of the inputs that are data: labels, and where there are labels, the samples that a layer's weights are applied to.
 * @param {Trace} trace
 * @param {Ops} ops
 * @returns {Set<string>}
 */
export function dataOf(trace, ops) {
  const labels = labelsOf(trace, ops);
  return labels.size ? new Set([...labels, ...samplesOf(trace)]) : labels;
}

/** @param {Trace} trace @returns {string[]} */
function samplesOf({ nodes, edges }) {
  const isSample = (/** @type {TraceEdge} */ { source, target, argnum }) => {
    const { op, inputs } = nodes[target];
    return LAYERS.has(op) && argnum === 0 && inputs.some((id) => id !== source && nodes[id].op === "input");
  };
  return nodes.flatMap((node) => {
    const uses = edges.filter(({ source }) => source === node.id);
    return node.op === "input" && node.name !== null && uses.length > 0 && uses.every(isSample) ? [node.name] : [];
  });
}

/**
 * Names of the inputs that say what is right or which element is meant: a gradient by them is a number, but nobody moves
 * them to move the output. All their uses are as such: as the target of a loss or as indices; with zeros and ones, beside
 * a logarithm or subtracted from a result, as cross-entropy and squared errors are written out; or so after a step that
 * has no other input.
 * @param {Trace} trace
 * @param {Ops} ops
 * @returns {Set<string>}
 */
export function labelsOf({ nodes, edges, groups }, ops) {
  /** By source. @type {Map<number, TraceEdge[]>} */
  const uses = new Map();
  for (const edge of edges) uses.set(edge.source, [...(uses.get(edge.source) ?? []), edge]);
  /** @type {Map<number, boolean>} */
  const known = new Map();
  // Whatever uses a node comes after it.
  for (const { id } of nodes.toReversed()) {
    const own = uses.get(id) ?? [];
    known.set(id, own.length > 0 && own.every(isLabel));
  }

  /** @param {TraceEdge} edge */
  function isLabel({ source, target, argnum }) {
    const { op, inputs, group } = nodes[target];
    const others = inputs.filter((_, i) => i !== argnum).map((id) => nodes[id]);
    if (LABELS.has(operandName(op, argnum)) || isGroupsLabel(source, group)) return true;
    if (isBinary(nodes[source]) && op === "mul" && others.some((one) => one.op.startsWith("log"))) return true;
    if (isBinary(nodes[source]) && op === "sub" && others.some(({ inputs }) => inputs.length > 0)) return true;
    return known.get(target) === true && others.every((one) => one.op === "constant");
  }

  /** Of a library function that is open around the use. @param {number} source @param {number | null} group */
  function isGroupsLabel(source, group) {
    for (let id = group; id !== null; id = groups[id].parent) {
      const { name, operands } = groups[id];
      if (operands?.some((operand, i) => operand === source && LABELS.has(operandName(name, i)))) return true;
    }
    return false;
  }

  /** @param {string} op @param {number} argnum */
  function operandName(op, argnum) {
    return ops.get(op)?.signature.slice(op.length + 1, -1).split(", ")[argnum] ?? "";
  }

  return new Set(nodes.flatMap(({ id, op, name }) => (op === "input" && name !== null && known.get(id) ? [name] : [])));
}

/** Whether all that is there is 0 or 1, and both are. @param {TraceNode} node */
function isBinary({ value }) {
  const values = flatten(value);
  return values.every((one) => one === 0 || one === 1) && new Set(values).size === 2;
}
