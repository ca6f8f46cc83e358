/** What is to be placed, and how large each thing is: what a layout, Graphviz's or our own, begins with. Pure. */

import { isWritten } from "../../lib/format.js";
import { compactName, echoName, edgeLabel, nodeLabel, partial, signOf, stubName, usualBrevity } from "../labels.js";
import { SAME_LINE_GAP, isSameLine, placesOf, valueLines } from "../node_lines.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../node_lines.js").Form} Form */
/** @typedef {"sign" | "word" | "name" | "value" | "notation" | "gradient" | "edge" | "step" | "group"} Font */
/** @typedef {(text: string, font: Font) => number} Measure  the width of a text in px */

/**
 * @typedef {object} Plan  what is to be placed, sizes in px
 * @property {{id: number, w: number, h: number, group: number | null, echo?: number, opens?: boolean}[]} nodes  first those
 *   of the trace, with a switch at the upper right corner where one opens a group; then, for each use of a leaf far
 *   from it, an echo: the leaf's name once more, for the edge of that id
 * @property {Form} form
 * @property {{id: number, source: number, target: number, label: {w: number, h: number} | null}[]} edges  operands in order; in
 *   a compact form the numbers of one step alone are shown, and take no room
 * @property {{id: number, parent: number | null, label: {w: number, h: number}}[]} groups
 * @property {number} [brevity]  how short names are cut
 * @property {boolean} [isDense]  whether the nodes of a column stand closer than the number of an edge is high
 * @property {Int32Array} [columns]  by node, where they are not left to the layout
 */

const CONSTANT_HEIGHT = 30;
const ECHO_HEIGHT = 28;
const NARROWEST_NODE = 60;
const NARROWEST_CONSTANT = 36;
const PADDING = 24;
const COMPACT_PADDING = 12;
/** Widths grow in steps, so that another digit seldom moves the picture. */
const WIDTH_STEP = 12;
const LABEL_HEIGHT = 22;
const GROUP_LABEL_HEIGHT = 20;
/** Beside a group's label, for the switch that closes it. */
const SWITCH_WIDTH = 24;
/** The picture of a small array: its largest extent, and the sizes of a cell and of the gap, in px. */
export const HEAT = { rows: 4, columns: 10, cell: 9, gap: 1, height: 16 };
/** An input with more uses than this is repeated beside those that are more than so many columns beyond its first. */
const MOST_LINES = 4;
const NEAR_COLUMNS = 2;
/** Above this the numbers on edges would be unreadable; their room is better given to the nodes. */
export const MOST_LABELLED_NODES = 500;

/**
 * The sizes of everything in a trace.
 * @param {Trace} trace
 * @param {Measure} measure
 * @param {Form} [form]
 * @param {number} [brevity]  of a compact form
 * @returns {Plan}
 */
export function planLayout(trace, measure, form = "tall", brevity = form === "compact" ? usualBrevity(trace) : 0) {
  const labelled = trace.nodes.length <= MOST_LABELLED_NODES;
  /** @type {Plan["nodes"]} */
  const nodes = trace.nodes.map((node) => {
    const { sign, name, value } = nodeLabel(node);
    if (node.op === "constant") {
      const w = stepped(Math.max(measure(value, "value") + 16, NARROWEST_CONSTANT));
      return { id: node.id, w, h: CONSTANT_HEIGHT, group: node.group };
    }
    const gap = sign && name ? 6 : 0;
    const title = measure(sign, signFont(sign)) + gap + measure(form === "compact" ? compactName(trace, node, false, brevity) : name, "name");
    const heat = heatRoom(node.shape)?.w ?? 0;
    const widest = Math.max(title, ...valueLines(node.value, node.shape).map((line) => measure(line, "value")), gradientWidth(trace, node, form, brevity, measure), heat) + (form === "compact" ? COMPACT_PADDING : PADDING);
    const w = form === "compact" ? stepped(Math.max(widest, NARROWEST_CONSTANT), WIDTH_STEP / 2) : stepped(Math.max(widest, NARROWEST_NODE));
    return { id: node.id, w, h: placesOf(node, form).height, group: node.group, ...(node.opens && { opens: true }) };
  });
  /** By edge: the echo that it starts from. @type {Map<number, number>} */
  const echoes = new Map();
  for (const edge of farUses(trace)) {
    const { source, target } = trace.edges[edge];
    const w = stepped(Math.max(measure(echoName(trace.nodes[source], brevity), "name") + 16, NARROWEST_CONSTANT));
    echoes.set(edge, nodes.push({ id: nodes.length, w, h: ECHO_HEIGHT, group: trace.nodes[target].group, echo: edge }) - 1);
  }
  const walked = new Set(labelled ? trace.backward_order : []);
  const edges = trace.edges.map(({ id, source, target }) => {
    const text = walked.has(id) ? edgeLabel(trace, id, form === "compact") : "";
    const label = text ? { w: stepped(measure(text, form === "compact" ? "step" : "edge") + 6), h: LABEL_HEIGHT } : null;
    return { id, source: echoes.get(id) ?? source, target, label };
  });
  edges.sort((a, b) => a.target - b.target || trace.edges[a.id].argnum - trace.edges[b.id].argnum);
  const groups = trace.groups.map(({ id, parent, label }) => {
    return { id, parent, label: { w: stepped(measure(label, "group") + SWITCH_WIDTH), h: GROUP_LABEL_HEIGHT } };
  });
  return { form, nodes, edges, groups, ...(brevity && { brevity }) };
}

/** The widest of the lines that a node's gradient takes. @param {Trace} trace @param {import("../../lib/types.js").TraceNode} node @param {Form} form @param {number} brevity @param {Measure} measure */
function gradientWidth(trace, node, form, brevity, measure) {
  if (!node.differentiable || (form === "compact" && node.id === trace.output)) return 0;
  const font = form === "compact" ? "value" : "gradient"; // there it takes the value's place
  const numbers = Math.max(...valueLines(node.gradient, node.shape).map((line) => measure(line, font)));
  if (form === "compact") return Math.max(numbers, measure(signOf(node.op), signFont(signOf(node.op))) + 6 + measure(compactName(trace, node, true, brevity), "name"));
  const notation = measure(partial(trace, node), "notation");
  return isSameLine(node.shape, form) ? notation + SAME_LINE_GAP + numbers : Math.max(notation, numbers);
}

/** How wide the name of a source is where an edge of it is cut. @param {Trace} trace @param {Plan} plan @param {number} id  of the plan's node @param {Measure} measure */
export function stubWidth(trace, plan, id, measure) {
  const { echo } = plan.nodes[id];
  const node = trace.nodes[echo === undefined ? id : trace.edges[echo].source];
  return stepped(measure(stubName(node, plan.brevity), "name") + 16);
}

/**
 * The edges from a much used input to its far uses. A weight that every step of a loop uses would otherwise draw a line
 * through the whole picture for each step.
 * @param {Trace} trace
 * @returns {number[]} edges
 */
function farUses({ nodes, edges }) {
  const depth = new Int32Array(nodes.length);
  for (const { id, inputs } of nodes) for (const input of inputs) depth[id] = Math.max(depth[id], depth[input] + 1);
  // A node stands just before its first use, so columns are counted from the last one.
  const deepest = depth.reduce((a, b) => Math.max(a, b), 0);
  const column = new Int32Array(nodes.length).fill(deepest);
  for (const { id, inputs } of nodes.toReversed()) for (const input of inputs) column[input] = Math.min(column[input], column[id] - 1);
  /** @type {Map<number, number>} */
  const first = new Map();
  const uses = new Int32Array(nodes.length);
  for (const { source, target } of edges) {
    first.set(source, Math.min(first.get(source) ?? Infinity, column[target]));
    uses[source] += 1;
  }
  const isFar = (/** @type {import("../../lib/types.js").TraceEdge} */ { source, target }) => {
    return nodes[source].op === "input" && uses[source] > MOST_LINES && column[target] - (first.get(source) ?? 0) > NEAR_COLUMNS;
  };
  return edges.filter(isFar).map(({ id }) => id);
}

/**
 * The room for the picture of an array that is not written out; null where it would be too large.
 * @param {number[]} shape
 * @returns {{w: number, rows: number, columns: number} | null}
 */
export function heatRoom(shape) {
  if (shape.length < 1 || shape.length > 2 || isWritten(shape)) return null;
  const columns = shape[shape.length - 1];
  const rows = shape.length === 2 ? shape[0] : 1;
  if (rows === 0 || columns === 0 || rows > HEAT.rows || columns > HEAT.columns) return null;
  return { w: columns * HEAT.cell, rows, columns };
}

/**
 * Signs are set larger than op names.
 * @param {string} sign
 * @returns {"sign" | "word"}
 */
export function signFont(sign) {
  return /^\p{L}{2}/u.test(sign) ? "word" : "sign";
}

/** @param {number} width @param {number} [step] */
function stepped(width, step = WIDTH_STEP) {
  return Math.ceil(width / step) * step;
}

