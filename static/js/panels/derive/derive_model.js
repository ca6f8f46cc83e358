/** What the panel of derivations is about: whose rule, which element, whether the lines agree, how many paths. Pure. */

import { number, superscript } from "../../lib/format.js";
import { flatten } from "../../lib/numbers.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").Selection} Selection */
/** @typedef {import("../../lib/types.js").Wire} Wire */

/** @typedef {{node: number} | {edge: number} | {group: number}} Subject  in the numbers of the service */

/** As in lib/format.js: a matrix that stands in a formula. */
const LARGEST_MATRIX = 4;

/**
 * The groups around a node, the outermost first.
 * @param {Trace} trace
 * @param {number | null} group
 * @returns {number[]}
 */
function around({ groups }, group) {
  const found = [];
  for (let id = group; id !== null; id = groups[id].parent) found.unshift(id);
  return found;
}

/**
 * The group that a drawn node stands for; null where it is a node of the program.
 *
 * All that is drawn around it is open, so that as many groups are open around what it stands for.
 *
 * @param {Trace} served  as the service sent it
 * @param {Trace} drawn
 * @param {number} id  in the drawing
 * @returns {number | null}
 */
function closedGroup(served, drawn, id) {
  const { origin = id, group } = drawn.nodes[id];
  return around(served, served.nodes[origin].group)[around(drawn, group).length] ?? null;
}

/**
 * What is drawn, as the service calls it.
 * @param {Trace} served
 * @param {Trace} drawn
 * @param {Selection} selection
 * @returns {Subject}
 */
export function subjectOf(served, drawn, { kind, id }) {
  const target = kind === "node" ? id : drawn.edges[id].target;
  const group = closedGroup(served, drawn, target);
  const only = group === null ? null : onlyOp(served, group);
  if (group !== null && only === null) return { group };
  const to = only ?? originOf(drawn, target);
  if (kind === "node") return { node: to };
  const { source, argnum } = drawn.edges[id];
  const from = originOf(drawn, source);
  // Into a function that is closed, arguments are counted otherwise.
  const found = served.edges.filter((edge) => edge.source === from && edge.target === to && (only !== null || edge.argnum === argnum));
  return found.length === 1 ? { edge: found[0].id } : { node: to };
}

/**
 * What a function of the program does, where that is one op: a network's layer has its op's derivation.
 * @param {Trace} served
 * @param {number} group
 * @returns {number | null}
 */
function onlyOp({ nodes, groups }, group) {
  const ops = isOwn(groups[group]) ? nodes.filter((node) => node.group === group && node.inputs.length) : [];
  return ops.length === 1 && !groups.some(({ parent }) => parent === group) ? ops[0].id : null;
}

/**
 * The library function around a node that is drawn with what is in it.
 * @param {Trace} served
 * @param {Trace} drawn
 * @param {Selection} selection
 * @returns {number | null}
 */
export function openGroup(served, drawn, { kind, id }) {
  const { origin = id, group } = drawn.nodes[kind === "node" ? id : drawn.edges[id].target];
  if (group === null) return null;
  const found = around(served, served.nodes[origin].group)[around(drawn, group).length - 1];
  return isOwn(served.groups[found]) ? null : found;
}

/** Whether it is a function of the program, and has no rule of its own. @param {import("../../lib/types.js").TraceGroup} group */
export function isOwn({ operands }) {
  return operands === null;
}

/**
 * The function or op that is derived.
 * @param {Trace} served
 * @param {Subject} subject
 * @returns {{name: string, node: number | null, group: number | null}}
 */
export function callOf({ nodes, edges, groups }, subject) {
  if ("group" in subject) return { name: groups[subject.group].name, node: null, group: subject.group };
  const node = "node" in subject ? subject.node : edges[subject.edge].target;
  return { name: nodes[node].op, node, group: null };
}

/** @param {Trace} drawn @param {number} id */
function originOf(drawn, id) {
  return drawn.nodes[id].origin ?? id;
}

/**
 * Where edges of the program are drawn; those inside a closed group are not.
 * @param {Trace} served
 * @param {Trace} drawn
 * @param {number[]} edges  of the service
 * @returns {number[]} of the drawing, in the same order
 */
export function drawnEdges(served, drawn, edges) {
  /** By closed group, and by node. @type {Map<string, number>} */
  const places = new Map();
  /** @type {Set<number>} */
  const closed = new Set();
  for (const { id } of drawn.nodes) {
    const group = closedGroup(served, drawn, id);
    if (group !== null) closed.add(group);
    places.set(group === null ? `node ${originOf(drawn, id)}` : `group ${group}`, id);
  }
  /** @param {number} id */
  const place = (id) => {
    const group = around(served, served.nodes[id].group).find((one) => closed.has(one));
    return places.get(group === undefined ? `node ${id}` : `group ${group}`);
  };
  /** By both ends: a path may be long. @type {Map<string, import("../../lib/types.js").TraceEdge[]>} */
  const between = new Map();
  for (const edge of drawn.edges) {
    const key = `${edge.source} ${edge.target}`;
    between.set(key, [...(between.get(key) ?? []), edge]);
  }
  return edges.flatMap((id) => {
    const { source, target, argnum } = served.edges[id];
    const candidates = between.get(`${place(source)} ${place(target)}`) ?? [];
    const found = candidates.find((edge) => edge.argnum === argnum) ?? candidates[0];
    return found ? [found.id] : [];
  });
}

/** Whether an array is small enough to stand in a line. @param {number[]} shape */
export function isWritten(shape) {
  return shape.length <= 2 && shape.every((size) => size > 0 && size <= LARGEST_MATRIX);
}

/**
 * An element's place that exists, made of what the reader wrote.
 * @param {number[]} wanted
 * @param {number[]} shape
 */
export function within(wanted, shape) {
  return shape.map((size, axis) => Math.min(Math.max(Math.trunc(wanted[axis] || 0), 0), Math.max(size - 1, 0)));
}

/**
 * Whether a line comes to what the rule gives. Small steps are right to some six digits, arithmetic to ten.
 * @param {{value: Wire, exact: boolean}} line
 * @param {Wire} rule  what the last line is worth
 * @returns {boolean | null}  null where one of them is not known
 */
export function agrees({ value, exact }, rule) {
  if (value === null || rule === null) return null;
  const [own, last] = [flatten(value), flatten(rule)];
  const largest = last.reduce((most, one) => (Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most), 0);
  const tolerance = exact ? 1e-10 * largest : 2e-6 * largest + 1e-7 * Math.max(1, largest);
  return own.length === last.length && own.every((one, i) => Object.is(one, last[i]) || Math.abs(one - last[i]) <= tolerance || one === last[i]);
}

/**
 * How many paths there are, as a reader can take it in: "3", "2¹⁰⁰ = 1,267,… ≈ 1.268×10³⁰".
 * @param {string | null} count  null beyond a thousand digits
 * @param {number | null} log10
 */
export function countText(count, log10) {
  if (count === null) return log10 === null ? "0" : `≈ ${powerOfTen(log10)}`;
  const exact = BigInt(count);
  const grouped = count.replace(/\B(?=(\d{3})+$)/g, ",");
  if (count.length <= 9) return grouped;
  const bits = exact.toString(2);
  const asPower = /^10+$/.test(bits) ? `2${superscript(bits.length - 1)} = ` : "";
  const written = count.length <= 40 ? `${grouped} ` : "";
  return `${asPower}${written}≈ ${powerOfTen(log10 ?? 0)}`;
}

/** @param {number} log10 */
function powerOfTen(log10) {
  const exponent = Math.floor(log10);
  const digits = Number((10 ** (log10 - exponent)).toPrecision(3));
  return digits < 10 ? `${digits}×10${superscript(exponent)}` : `1×10${superscript(exponent + 1)}`;
}

/**
 * A product as it is multiplied out: "1.1 × 2 = 2.2". Factors of a long path are not all written.
 * @param {Wire[]} factors
 * @param {Wire} product
 * @param {boolean} full
 */
export function productText(factors, product, full) {
  const MOST = 12;
  const written = factors.slice(0, MOST).map((one) => enclosed(number(one, full)));
  if (factors.length > MOST) written.push("…");
  const result = number(product, full);
  if (factors.length <= 1) return result;
  return `${written.join(" × ")} ${result.startsWith("≈") ? `≈ ${result.slice(1)}` : `= ${result}`}`;
}

/** @param {string} text  of a number: a negative one stands in parentheses behind a sign */
export function enclosed(text) {
  return text.startsWith("−") || text.startsWith("≈−") ? `(${text})` : text;
}
