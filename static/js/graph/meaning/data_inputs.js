/** Which inputs of a program are data, guessed from how it uses them: labels, samples that weights are applied to, and what its training does not update. Pure. */

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
 * Names of the inputs that are data: labels; where there are labels, the samples that a layer's weights are applied to;
 * and where the program updates inputs by their gradients, all others.
 * @param {Trace} trace
 * @param {Ops} ops
 * @returns {Set<string>}
 */
export function dataOf(trace, ops) {
  const labels = labelsOf(trace, ops);
  return new Set([...labels, ...(labels.size ? samplesOf(trace) : []), ...leftAlone(trace)]);
}

/** What no step of a training changes. @param {Trace} trace @returns {string[]} */
function leftAlone({ nodes, stepped }) {
  if (!Object.keys(stepped ?? {}).length) return [];
  return nodes.flatMap(({ op, name }) => (op === "input" && name !== null && !Object.hasOwn(stepped, name) ? [name] : []));
}

/** @param {Trace} trace @returns {string[]} */
function samplesOf({ nodes, edges }) {
  const uses = usesOf(edges);
  const isSample = (/** @type {TraceEdge} */ { source, target, argnum }) => {
    const { op, inputs } = nodes[target];
    return LAYERS.has(op) && argnum === 0 && inputs.some((id) => id !== source && nodes[id].op === "input");
  };
  return nodes.flatMap((node) => {
    const own = node.op === "input" && node.name !== null ? uses.get(node.id) : null;
    return own?.every(isSample) ? [String(node.name)] : [];
  });
}

/**
 * Names of the inputs that say what is right or which element is meant: a gradient by them is a number, but nobody moves
 * them to move the output. All their uses are as such: as the target of a loss or as indices; with zeros and ones, beside
 * a logarithm or subtracted from a result, as cross-entropy and squared errors are written out; or so after a step that
 * has no other input. A single 0 or 1 is one where it stands beside two logarithms: t log y + (1 − t) log(1 − y).
 * @param {Trace} trace
 * @param {Ops} ops
 * @returns {Set<string>}
 */
export function labelsOf({ nodes, edges, groups }, ops) {
  const uses = usesOf(edges);
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
    const isMark = isBinary(nodes[source]) || (isOneOrZero(nodes[source]) && (nodes[source].op !== "input" || (uses.get(source)?.length ?? 0) > 1));
    if (isMark && op === "mul" && others.some((one) => one.op.startsWith("log"))) return true;
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

/** By source. @param {TraceEdge[]} edges @returns {Map<number, TraceEdge[]>} */
function usesOf(edges) {
  const uses = new Map();
  for (const edge of edges) {
    const own = uses.get(edge.source);
    if (own) own.push(edge);
    else uses.set(edge.source, [edge]);
  }
  return uses;
}

/** Whether all that is there is 0 or 1, and both are. @param {TraceNode} node */
function isBinary({ value }) {
  return isOneOrZero({ value }) && new Set(flatten(value)).size === 2;
}

/** @param {Pick<TraceNode, "value">} node */
function isOneOrZero({ value }) {
  return flatten(value).every((one) => one === 0 || one === 1);
}
