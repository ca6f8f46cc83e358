/** A library function as one node beside its definition's graph: what is cut out of the traces, and how they compare. Pure. */

import { nameOf } from "../../graph/labels.js";
import { add, flatten, scalar } from "../../lib/numbers.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../../lib/types.js").Wire} Wire */

/** Functions whose definition is told by what stands within another one of it. @type {Record<string, string[]>} */
const WITHIN = { softmax_cross_entropy: ["softmax"], log_softmax: ["softmax"] };

/** What is opened, so that a function's definition is seen. @param {string} name */
export function opened(name) {
  return [name, ...(WITHIN[name] ?? [])];
}

/**
 * Every use of a function, in the order of their results: its nodes, and where it is open the nodes within.
 * @param {Trace} trace
 * @param {string} name
 * @returns {{node: number, group: number | null, nodes: Set<number>}[]}  node: the result
 */
export function usesOf(trace, name) {
  const { nodes, groups } = trace;
  const closed = nodes.filter(({ op }) => op === name).map(({ id }) => ({ node: id, group: null, nodes: new Set([id]) }));
  const open = groups.filter((group) => group.name === name).map(({ id }) => {
    const within = nodes.filter(({ group }) => isIn(trace, group, id)).map((node) => node.id);
    return { node: Math.max(...within), group: id, nodes: new Set(within) };
  });
  return [...closed, ...open].sort((a, b) => a.node - b.node);
}

/** @param {Trace} trace @param {number | null} group @param {number} outer */
function isIn({ groups }, group, outer) {
  for (let id = group; id !== null; id = groups[id].parent) if (id === outer) return true;
  return false;
}

/**
 * Some nodes of a trace with the operands that they use, as a trace of its own: an operand is a leaf in it, and its
 * gradient is what these nodes send to it.
 * @param {Trace} trace
 * @param {{node: number, group: number | null, nodes: Set<number>}} use
 * @returns {Trace}
 */
export function cutOut(trace, { node: result, group: outer, nodes: kept }) {
  const inner = trace.edges.filter(({ target }) => kept.has(target));
  const ids = [...new Set([...kept, ...inner.map(({ source }) => source)])].sort((a, b) => a - b);
  const place = new Map(ids.map((id, i) => [id, i]));
  const at = (/** @type {number} */ id) => place.get(id) ?? -1;
  const walked = new Set(trace.backward_order);
  const groups = outer === null ? [] : trace.groups.filter(({ id }) => id !== outer && isIn(trace, id, outer));
  const frames = new Map(groups.map(({ id }, i) => [id, i]));
  const nodes = ids.map((id, i) => {
    const node = trace.nodes[id];
    const own = { ...node, id: i, origin: node.id, opens: null };
    if (kept.has(id)) return { ...own, inputs: node.inputs.map(at), group: frames.get(node.group ?? -1) ?? null };
    const sent = inner.filter((edge) => edge.source === id && walked.has(edge.id)).map(({ contribution }) => contribution);
    const gradient = sent.length ? sent.reduce((sum, one) => add(sum, one)) : null;
    return { ...own, op: node.op === "constant" ? "constant" : "input", name: node.op === "constant" ? null : nameOf(node), inputs: [], template: null, group: null, gradient };
  });
  const numbers = new Map(inner.map(({ id }, i) => [id, i]));
  return {
    ...trace, nodes,
    edges: inner.map((edge, id) => ({ ...edge, id, source: at(edge.source), target: at(edge.target) })),
    groups: groups.map((group, id) => ({ ...group, id, parent: frames.get(group.parent ?? -1) ?? null, path: undefined, nodes: group.nodes.map(at) })),
    forward_order: trace.forward_order.filter((id) => place.has(id)).map(at),
    backward_order: trace.backward_order.flatMap((id) => numbers.get(id) ?? []),
    output: at(result), seed: trace.nodes[result].gradient, gradients: {}, stepped: {}, warnings: [],
  };
}

/** @param {Trace} cut */
function leavesOf({ nodes }) {
  return nodes.filter(({ op }) => op === "input");
}

/** The operands of a function as one node, in the order of its arguments. @param {Trace} one */
export function operandsOf(one) {
  const order = one.edges.filter(({ target }) => target === one.output).sort((a, b) => a.argnum - b.argnum).map(({ source }) => source);
  return [...new Set(order)].map((id) => one.nodes[id]).filter(({ op }) => op === "input");
}

/**
 * The operands' gradients, by the one node and from its parts.
 * @param {Trace} one
 * @param {Trace} many
 * @returns {{name: string, shape: number[], one: Wire, many: Wire, difference: number | null}[]}  difference: the largest, null where an array is elided
 */
export function compared(one, many) {
  // In both they stand in the program's order, but have other numbers.
  const others = leavesOf(many);
  const parts = new Map(leavesOf(one).map(({ id }, i) => [id, others[i]]));
  return operandsOf(one).filter(({ differentiable, gradient }) => differentiable && gradient !== null).map((node) => {
    const other = parts.get(node.id)?.gradient ?? null;
    return { name: nameOf(node), shape: node.shape, one: node.gradient, many: other, difference: farthest(node.gradient, other) };
  });
}

/** @param {Wire} a @param {Wire} b */
function farthest(a, b) {
  if (a === null || b === null) return null;
  const [left, right] = [flatten(a), flatten(b)];
  return left.reduce((most, one, i) => {
    const apart = Object.is(one, right[i]) ? 0 : Math.abs(one - right[i]);
    return Number.isNaN(apart) || apart > most ? apart : most;
  }, 0);
}

/**
 * What logits, targets, predictions and exponentials are called: as the reader calls them, and by letters that are free.
 * @param {string} x
 * @param {string} t
 */
export function lettersOf(x, t) {
  /** @param {string[]} letters */
  const free = (letters) => letters.find((letter) => letter !== x && letter !== t) ?? "";
  return { x, t, y: free(["y", "p", "q"]), e: free(["e", "E", "u"]) };
}

/**
 * Where y − t comes out of the parts: y is used twice, and each use sends its part back through one and the same node.
 * @param {Trace} cut  the definition's graph
 * @param {string} name
 * @returns {{y: number[], parts: number[][], sum: number[]} | null}  parts: of the gradient by the logits, one a use
 */
export function partsOf(cut, name) {
  const pivotOp = { softmax_cross_entropy: "exp", sigmoid_cross_entropy: "sigmoid" }[name];
  const pivot = cut.nodes.find(({ op }) => op === pivotOp);
  const into = pivot && cut.edges.find(({ target }) => target === pivot.id);
  if (!pivot || !into || into.contribution === null) return null;
  const local = flatten(into.local);
  const uses = cut.edges.filter(({ source, contribution }) => source === pivot.id && contribution !== null);
  const parts = uses.map(({ contribution }) => flatten(contribution).map((one, i) => one * local[i]));
  if (!local.length || parts.some((part) => part.length !== local.length)) return null;
  const framed = cut.groups[0]?.nodes;
  const y = name === "softmax_cross_entropy" && framed ? cut.nodes[Math.max(...framed)] : pivot;
  // The numerator, or log y, brings what the target takes away; the other use what the prediction adds.
  parts.sort((a, b) => sum(a) - sum(b));
  return { y: flatten(y.value), parts, sum: flatten(into.contribution) };
}

/** @param {number[]} list */
function sum(list) {
  return list.reduce((a, b) => a + b, 0);
}

/**
 * @typedef {object} Extreme  logits of 1,000 as two programs
 * @property {string} definition  as a textbook writes it
 * @property {Record<string, Wire>} inputs
 * @property {boolean} isStable  the definition that opens here is another one, which subtracts the maximum first
 * @property {Wire} [seed]  where the result is an array: the gradient of its first element
 */

/** @type {Record<string, Extreme>} */
const EXTREMES = {
  softmax: { definition: "e = exp(x)\nz = e / sum(e, axis=-1, keepdims=True)", inputs: { x: [1000, 999, 998] }, isStable: true, seed: [1, 0, 0] },
  log_softmax: { definition: "e = exp(x)\nz = log(e / sum(e, axis=-1, keepdims=True))", inputs: { x: [1000, 999, 998] }, isStable: true, seed: [1, 0, 0] },
  softmax_cross_entropy: {
    definition: "e = exp(x)\ny = e / sum(e, axis=-1, keepdims=True)\nz = -mean(sum(t * log(y), axis=-1))",
    inputs: { x: [1000, 999, 998], t: [0, 1, 0] }, isStable: true,
  },
  logsumexp: { definition: "z = log(sum(exp(x)))", inputs: { x: [1000, 999, 998] }, isStable: false },
  sigmoid: { definition: "z = 1 / (1 + exp(-x))", inputs: { x: -1000 }, isStable: false },
  log_sigmoid: { definition: "z = log(1 / (1 + exp(-x)))", inputs: { x: -1000 }, isStable: false },
  softplus: { definition: "z = log(1 + exp(x))", inputs: { x: 1000 }, isStable: false },
  sigmoid_cross_entropy: {
    definition: "y = 1 / (1 + exp(-x))\nz = -mean(t * log(y) + (1 - t) * log(1 - y))", inputs: { x: [1000, -1000], t: [0, 1] }, isStable: false,
  },
  // Of logits that far apart the probabilities are exactly 1 and 0.
  cross_entropy: { definition: "z = -mean(sum(t * log(y), axis=-1))", inputs: { y: [1, 0, 0], t: [1, 0, 0] }, isStable: false },
  binary_cross_entropy: { definition: "z = -mean(t * log(y) + (1 - t) * log(1 - y))", inputs: { y: [1, 0], t: [1, 0] }, isStable: false },
};
const FAR = 1000;

/**
 * The experiment with logits of 1,000: the reader's own, where moving all of them by one number leaves a softmax as it is.
 * @param {string} name
 * @param {TraceNode[]} operands
 * @returns {Extreme & {program: string, isOwn: boolean} | null}
 */
export function extremeOf(name, operands) {
  const extreme = EXTREMES[name];
  if (!extreme) return null;
  const program = `z = ${name}(${Object.keys(extreme.inputs).join(", ")})`;
  const [x, t] = operands;
  const isMovable = Array.isArray(extreme.inputs.x) && name !== "sigmoid_cross_entropy" && x?.shape.length === 1 && x.shape[0] <= 6;
  const items = isMovable ? flatten(x.value) : [];
  const fits = items.length > 1 && items.every(Number.isFinite) && (!extreme.inputs.t || (t !== undefined && t.shape.join() === x.shape.join()));
  if (!fits) return { ...extreme, program, isOwn: false };
  const by = FAR - Math.max(...items);
  const inputs = { x: items.map((one) => one + by), ...(extreme.inputs.t ? { t: t.value } : {}) };
  return { ...extreme, inputs, program, isOwn: true, ...(extreme.seed && { seed: items.map((_, i) => (i ? 0 : 1)) }) };
}

/** Whether there is no NaN in it and nothing infinite. @param {Wire} value */
export function isFinite(value) {
  return flatten(value).every(Number.isFinite) && (Array.isArray(value) || Number.isFinite(scalar(value)));
}
