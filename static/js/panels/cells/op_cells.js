/** An op at a node of a trace, as its cells are told. Pure. */

import { subscript } from "../../lib/format.js";
import { nameOf } from "../../graph/labels.js";
import { flatten } from "../../lib/numbers.js";
import { wiringOf } from "./cell_maps.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {Map<string, import("../../lib/types.js").OpEntry>} Ops */
/** @typedef {import("./cell_links.js").Use} Use */
/** @typedef {import("./cell_links.js").Wiring} Wiring */
/**
 * @typedef {object} Subject
 * @property {Use} use
 * @property {Wiring} wiring
 * @property {number} node
 * @property {number[]} operands  nodes, by place
 * @property {number[]} edges  by operand; one edge may bring a collapsed group's operand in at several places
 * @property {string[]} names  of the operands
 * @property {string} name
 */

/** @type {WeakMap<Trace, Map<number, Subject | null>>} */
const known = new WeakMap();

/**
 * @param {Trace} trace
 * @param {number} id  of the node
 * @param {Ops} ops  all of them
 * @returns {Subject | null}  null where there are no arrays, or the op is not told cell by cell
 */
export function subjectAt(trace, id, ops) {
  const subjects = known.get(trace) ?? new Map();
  known.set(trace, subjects);
  if (!subjects.has(id)) subjects.set(id, makeSubject(trace, id, ops));
  return subjects.get(id) ?? null;
}

/** @param {Trace} trace @param {number} id @param {Ops} ops @returns {Subject | null} */
function makeSubject({ nodes, edges }, id, ops) {
  const node = nodes[id];
  // A function of the program may bear any name.
  const operands = node.operands === undefined ? node.inputs : node.operands ?? [];
  if (!operands.length || ![id, ...operands].some((one) => nodes[one]?.shape.length)) return null;
  const incoming = edges.filter(({ target }) => target === id);
  const isCall = node.operands !== undefined;
  const into = operands.map((source, arg) => incoming.find((edge) => edge.source === source && (isCall || edge.argnum === arg)));
  if (into.some((edge) => edge === undefined)) return null;
  /** @type {Use} */
  const use = {
    op: node.op, cells: ops.get(node.op)?.cells ?? null, options: node.options ?? {}, shape: node.shape, shapes: operands.map((one) => nodes[one].shape),
    values: operands.map((one) => (nodes[one].value === null ? null : flatten(nodes[one].value))),
    value: node.value === null ? null : flatten(node.value),
    locals: into.map((edge) => (!edge || edge.local === null ? null : filled(flatten(edge.local), node.shape))),
  };
  const wiring = wiringOf(use);
  return wiring && { use, wiring, node: id, operands, edges: into.map((edge) => edge?.id ?? -1), names: operands.map((one) => name(nodes[one])), name: name(node) };
}

/** A derivative that is the same everywhere may be sent as one number. @param {number[]} items @param {number[]} shape */
function filled(items, shape) {
  return items.length === 1 ? new Array(shape.reduce((a, b) => a * b, 1)).fill(items[0]) : items;
}

/** An array of the text has no name, and its shape would not do for one. @param {import("../../lib/types.js").TraceNode} node */
function name(node) {
  return node.op === "constant" && node.shape.length ? `v${subscript(node.origin ?? node.id)}` : nameOf(node);
}
