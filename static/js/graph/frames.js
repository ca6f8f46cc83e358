/**
 * The animation as a function of (trace, cursor). Pure.
 *
 * Cursor 0 shows the leaves only. Then come one step per forward use of a value, the turn that places the seed on
 * the output, and one step per edge of `backward_order`. Cursor k is the state after k steps; its active step is
 * the k-th.
 *
 * The plan (linear in nodes and edges, made once a trace) notes at which step each thing happens, so that the state
 * of one node or edge is a comparison with the cursor: constant time, whichever way the cursor moved.
 */

import { add } from "../lib/numbers.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Wire} Wire */

/**
 * @typedef {{kind: "forward" | "backward", edge: number, node: number, arrives: boolean}
 *   | {kind: "turn", node: number}} Step
 *   forward: `node` is the target, and `arrives` says that its value appears;
 *   backward: `node` is the source, and `arrives` says that its gradient is complete.
 *
 * @typedef {object} Plan
 * @property {Trace} trace
 * @property {Step[]} steps
 * @property {number} turn  the cursor at which the seed is on the output
 * @property {Int32Array} valueAt  by node: the cursor from which its value is shown
 * @property {Int32Array} completeAt  by node: the cursor from which its gradient is complete; 0 where it has none
 * @property {Int32Array} forwardAt  by edge: the cursor at which it carries a value
 * @property {Int32Array} backwardAt  by edge: the cursor at which it carries a contribution; 0 where it never does
 * @property {number[][]} contributors  by node: its outgoing edges in backward order
 *
 * @typedef {"idle" | "carrying" | "done"} Passage
 * @typedef {object} NodeState
 * @property {boolean} valueShown
 * @property {"none" | "partial" | "complete"} gradient
 * @property {number} received  how many contributions have arrived
 * @property {boolean} active
 * @typedef {{forward: Passage, backward: Passage, active: boolean}} EdgeState
 */

/** @type {WeakMap<Trace, Plan>} */
const plans = new WeakMap();

/**
 * The steps of a trace and the moment of everything in it.
 * @param {Trace} trace
 * @returns {Plan}
 */
export function plan(trace) {
  const known = plans.get(trace);
  if (known) return known;
  const made = makePlan(trace);
  plans.set(trace, made);
  return made;
}

/**
 * @param {Trace} trace
 * @returns {Plan}
 */
function makePlan(trace) {
  const { nodes, edges } = trace;
  const incoming = gather(nodes.length, edges, "target");
  for (const list of incoming) list.sort((a, b) => edges[a].argnum - edges[b].argnum);
  /** @type {Step[]} */
  const steps = [];
  const valueAt = new Int32Array(nodes.length);
  const completeAt = new Int32Array(nodes.length);
  const forwardAt = new Int32Array(edges.length);
  const backwardAt = new Int32Array(edges.length);

  for (const node of trace.forward_order) {
    for (const [i, edge] of incoming[node].entries()) {
      const arrives = i === incoming[node].length - 1;
      forwardAt[edge] = steps.push({ kind: "forward", edge, node, arrives });
    }
    if (incoming[node].length) valueAt[node] = steps.length;
  }
  const turn = steps.push({ kind: "turn", node: trace.output });
  for (const node of nodes) if (node.differentiable) completeAt[node.id] = turn;

  /** @type {number[][]} */
  const contributors = nodes.map(() => []);
  for (const edge of trace.backward_order) contributors[edges[edge].source].push(edge);
  for (const edge of trace.backward_order) {
    const node = edges[edge].source;
    backwardAt[edge] = steps.push({ kind: "backward", edge, node, arrives: contributors[node].at(-1) === edge });
    completeAt[node] = backwardAt[edge];
  }
  return { trace, steps, turn, valueAt, completeAt, forwardAt, backwardAt, contributors };
}

/**
 * @param {number} count
 * @param {import("../lib/types.js").TraceEdge[]} edges
 * @param {"source" | "target"} end
 * @returns {number[][]}
 */
function gather(count, edges, end) {
  /** @type {number[][]} */
  const lists = Array.from({ length: count }, () => []);
  for (const edge of edges) lists[edge[end]].push(edge.id);
  return lists;
}

/**
 * @param {Plan} plan
 * @param {number} cursor
 * @returns {Step | null} the step that led to this cursor
 */
export function activeStep(plan, cursor) {
  return cursor > 0 ? plan.steps[cursor - 1] : null;
}

/**
 * @param {Plan} plan
 * @param {number} id
 * @param {number} cursor
 * @returns {NodeState}
 */
export function nodeState(plan, id, cursor) {
  const step = activeStep(plan, cursor);
  let received = 0;
  // Contributors stand in backward order, so the first one still to come ends the count.
  for (const edge of plan.contributors[id]) {
    if (plan.backwardAt[edge] > cursor) break;
    received += 1;
  }
  const seeded = id === plan.trace.output && cursor >= plan.turn;
  const complete = plan.completeAt[id] > 0 && cursor >= plan.completeAt[id];
  return {
    valueShown: cursor >= plan.valueAt[id],
    gradient: complete ? "complete" : received > 0 || seeded ? "partial" : "none",
    received,
    active: step !== null && step.node === id,
  };
}

/**
 * @param {Plan} plan
 * @param {number} id
 * @param {number} cursor
 * @returns {EdgeState}
 */
export function edgeState(plan, id, cursor) {
  const forward = passage(plan.forwardAt[id], cursor);
  const backward = passage(plan.backwardAt[id], cursor);
  return { forward, backward, active: forward === "carrying" || backward === "carrying" };
}

/**
 * @param {number} at
 * @param {number} cursor
 * @returns {Passage}
 */
function passage(at, cursor) {
  if (at === 0 || cursor < at) return "idle";
  return cursor === at ? "carrying" : "done";
}

/**
 * The gradient of a node as far as it has been summed at this cursor; null where nothing arrived or it is elided.
 *
 * A complete gradient is the service's own number, so the last frame equals the trace bit for bit.
 *
 * @param {Plan} plan
 * @param {number} id
 * @param {number} cursor
 * @returns {Wire}
 */
export function gradientAt(plan, id, cursor) {
  const state = nodeState(plan, id, cursor);
  if (state.gradient === "none") return null;
  if (state.gradient === "complete") return plan.trace.nodes[id].gradient;
  /** @type {Wire | undefined} */
  let sum = id === plan.trace.output ? plan.trace.seed : undefined;
  for (const edge of plan.contributors[id].slice(0, state.received)) {
    const part = plan.trace.edges[edge].contribution;
    sum = sum === undefined ? part : add(sum, part);
  }
  return sum ?? null;
}

/**
 * The nodes and edges whose state differs, or may differ, between two cursors: linear in the steps between them.
 * @param {Plan} plan
 * @param {number} from
 * @param {number} to
 * @returns {{nodes: Set<number>, edges: Set<number>}}
 */
export function touched(plan, from, to) {
  /** @type {Set<number>} */
  const nodes = new Set();
  /** @type {Set<number>} */
  const edges = new Set();
  const first = Math.max(Math.min(from, to), 1);
  for (let cursor = first; cursor <= Math.max(from, to); cursor += 1) {
    const step = plan.steps[cursor - 1];
    nodes.add(step.node);
    if (step.kind !== "turn") edges.add(step.edge);
    else for (const node of plan.trace.nodes) if (plan.completeAt[node.id] === cursor) nodes.add(node.id);
  }
  return { nodes, edges };
}

/**
 * Everything at one cursor: linear in nodes and edges.
 * @param {Trace} trace
 * @param {number} cursor
 */
export function frame(trace, cursor) {
  const p = plan(trace);
  return {
    cursor,
    step: activeStep(p, cursor),
    nodes: trace.nodes.map(({ id }) => ({ ...nodeState(p, id, cursor), sum: gradientAt(p, id, cursor) })),
    edges: trace.edges.map(({ id }) => edgeState(p, id, cursor)),
  };
}

/**
 * @param {Plan} plan
 * @param {import("../lib/types.js").Selection} selection
 * @returns {boolean} whether the trace has such a node or edge
 */
export function has({ trace }, { kind, id }) {
  return id >= 0 && id < (kind === "node" ? trace.nodes : trace.edges).length;
}

/** What a node or an edge is called in the program; null where it has no name. @param {Plan} plan @param {import("../lib/types.js").Selection} selection */
function nameIn({ trace: { nodes, edges } }, { kind, id }) {
  if (kind === "node") return nodes[id].name;
  const { source, target } = edges[id];
  return nodes[source].name && nodes[target].name ? `${nodes[source].name} > ${nodes[target].name}` : null;
}

/**
 * A selection with its name, by which it is found again.
 * @param {Plan} plan
 * @param {import("../lib/types.js").Selection} selection  of this plan
 * @returns {import("../lib/types.js").Selection}
 */
export function named(plan, { kind, id }) {
  const name = nameIn(plan, { kind, id });
  return name === null ? { kind, id } : { kind, id, name };
}

/**
 * Where a selection is in a plan, which may number its nodes in another way; null where it is not in it.
 * @param {Plan} plan
 * @param {import("../lib/types.js").Selection | null} selection
 * @returns {import("../lib/types.js").Selection | null}
 */
export function located(plan, selection) {
  if (!selection) return null;
  const { kind, name } = selection;
  const isThere = has(plan, selection);
  if (name === undefined || (isThere && nameIn(plan, selection) === name)) return isThere ? selection : null;
  const found = (kind === "node" ? plan.trace.nodes : plan.trace.edges).find(({ id }) => nameIn(plan, { kind, id }) === name);
  return found ? { kind, id: found.id, name } : null;
}

/**
 * The cursor at which a node or edge has its moment: an edge's contribution, a node's value.
 * @param {Plan} plan
 * @param {import("../lib/types.js").Selection} selection
 * @returns {number}
 */
export function momentOf(plan, { kind, id }) {
  if (kind === "node") return plan.valueAt[id];
  return plan.backwardAt[id] || plan.forwardAt[id];
}

/**
 * Whether two traces are the same graph, whatever its numbers.
 * @param {Trace} a
 * @param {Trace} b
 */
export function sameTopology(a, b) {
  return a.nodes.length === b.nodes.length && a.nodes.every((node, id) => {
    const other = b.nodes[id];
    return node.op === other.op && node.name === other.name && node.group === other.group
      && String(node.inputs) === String(other.inputs) && String(node.shape) === String(other.shape);
  });
}
