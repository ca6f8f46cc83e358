/**
 * Where everything stands: a trace becomes Graphviz's DOT text, and Graphviz's JSON becomes geometry in px.
 *
 * Pure. Deterministic, too: the DOT text holds ids and sizes only, never a user's text, and is therefore also the key
 * of the picture: while it stays the same, so does the layout.
 */

import { isWritten } from "../../lib/format.js";
import { edgeLabel, nodeLabel, partial } from "../labels.js";
import { placesOf, valueLines } from "../node_lines.js";
import { route } from "./edge_routes.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {"sign" | "word" | "name" | "value" | "notation" | "gradient" | "edge" | "group"} Font */
/** @typedef {(text: string, font: Font) => number} Measure  the width of a text in px */

/**
 * @typedef {object} Plan  what is to be placed, sizes in px
 * @property {{id: number, w: number, h: number, group: number | null, echo?: number}[]} nodes  first those of the
 *   trace; then, for each use of a leaf far from it, an echo: the leaf's name once more, for the edge of that id
 * @property {{id: number, source: number, target: number, label: {w: number, h: number} | null}[]} edges  operands in order
 * @property {{id: number, parent: number | null, label: {w: number, h: number}}[]} groups
 */

const POINTS_PER_INCH = 72;
const CONSTANT_HEIGHT = 30;
const ECHO_HEIGHT = 28;
const NARROWEST_NODE = 60;
const NARROWEST_CONSTANT = 36;
const PADDING = 24;
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
/** How much more an edge between two ops wants to be level than one from a leaf. */
const SPINE_WEIGHT = 4;
/** Above this the numbers on edges would be unreadable; their room is better given to the nodes. */
export const MOST_LABELLED_NODES = 500;

/**
 * The sizes of everything in a trace.
 * @param {Trace} trace
 * @param {Measure} measure
 * @returns {Plan}
 */
export function planLayout(trace, measure) {
  const labelled = trace.nodes.length <= MOST_LABELLED_NODES;
  /** @type {Plan["nodes"]} */
  const nodes = trace.nodes.map((node) => {
    const { sign, name, value } = nodeLabel(node);
    if (node.op === "constant") {
      const w = stepped(Math.max(measure(value, "value") + 16, NARROWEST_CONSTANT));
      return { id: node.id, w, h: CONSTANT_HEIGHT, group: node.group };
    }
    const gap = sign && name ? 6 : 0;
    const title = measure(sign, signFont(sign)) + gap + measure(name, "name");
    const gradient = node.differentiable ? [measure(partial(trace, node), "notation"), ...valueLines(node.gradient, node.shape).map((line) => measure(line, "gradient"))] : [];
    const heat = heatRoom(node.shape)?.w ?? 0;
    const widest = Math.max(title, ...valueLines(node.value, node.shape).map((line) => measure(line, "value")), ...gradient, heat) + PADDING;
    return { id: node.id, w: stepped(Math.max(widest, NARROWEST_NODE)), h: placesOf(node).height, group: node.group };
  });
  /** By edge: the echo that it starts from. @type {Map<number, number>} */
  const echoes = new Map();
  for (const edge of farUses(trace)) {
    const { source, target } = trace.edges[edge];
    const w = stepped(Math.max(measure(nodeLabel(trace.nodes[source]).name, "name") + 16, NARROWEST_CONSTANT));
    echoes.set(edge, nodes.push({ id: nodes.length, w, h: ECHO_HEIGHT, group: trace.nodes[target].group, echo: edge }) - 1);
  }
  const walked = new Set(labelled ? trace.backward_order : []);
  const edges = trace.edges.map(({ id, source, target }) => {
    const text = walked.has(id) ? edgeLabel(trace, id) : "";
    const label = text ? { w: stepped(measure(text, "edge") + 6), h: LABEL_HEIGHT } : null;
    return { id, source: echoes.get(id) ?? source, target, label };
  });
  edges.sort((a, b) => a.target - b.target || trace.edges[a.id].argnum - trace.edges[b.id].argnum);
  const groups = trace.groups.map(({ id, parent, label }) => {
    return { id, parent, label: { w: stepped(measure(label, "group") + SWITCH_WIDTH), h: GROUP_LABEL_HEIGHT } };
  });
  return { nodes, edges, groups };
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

/** @param {number} width */
function stepped(width) {
  return Math.ceil(width / WIDTH_STEP) * WIDTH_STEP;
}

/**
 * @param {Plan} plan
 * @returns {string} DOT text
 */
export function toDot(plan) {
  // Ranked by cluster, as Graphviz does by default, an edge into a frame may run from right to left.
  const ranking = plan.groups.length ? "newrank=true, " : "";
  const lines = [
    "digraph {",
    `graph [${ranking}rankdir=LR, ordering=in, splines=true, nodesep=0.3, ranksep=0.24, margin=0, pad=0]`,
    'node [shape=box, fixedsize=true, label=""]',
    "edge [arrowhead=none, tailport=e, headport=w]",
    ...groupLines(plan),
  ];
  const made = new Set(plan.edges.map(({ target }) => target));
  for (const { id, source, target, label } of plan.edges) {
    const room = label ? `, label=${blank(label)}` : "";
    // From one op to the next the line is level: the leaves come in from the sides.
    const level = made.has(source) ? `, weight=${SPINE_WEIGHT}` : "";
    lines.push(`n${source} -> n${target} [id=e${id}${level}${room}]`);
  }
  lines.push("}");
  return lines.join("\n");
}

/**
 * The nodes inside their clusters, without recursion: each group opens, holds its nodes and children, and closes.
 * @param {Plan} plan
 * @returns {string[]}
 */
function groupLines({ nodes, groups }) {
  /** @type {Map<number | null, string[]>} */
  const members = new Map([[null, []]]);
  for (const { id } of groups) members.set(id, []);
  for (const { id, w, h, group } of nodes) {
    members.get(group)?.push(`n${id} [width=${inches(w)}, height=${inches(h)}]`);
  }
  // Children come after their parents, so from the last group on each is whole before its parent takes it in.
  for (const { id, parent, label } of [...groups].reverse()) {
    const lines = [`subgraph cluster_${id} {`, `graph [margin=12, labeljust=l, label=${blank(label)}]`];
    members.get(parent)?.push([...lines, ...(members.get(id) ?? []), "}"].join("\n"));
  }
  return members.get(null) ?? [];
}

/**
 * An empty label that keeps room for a text of this size.
 * @param {{w: number, h: number}} size
 */
function blank({ w, h }) {
  return `<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE" WIDTH="${w}" HEIGHT="${h}"><TR><TD></TD></TR></TABLE>>`;
}

/** @param {number} px */
function inches(px) {
  return (px / POINTS_PER_INCH).toFixed(4);
}

/**
 * @param {any} drawn  Graphviz's output in its "json0" format
 * @param {Plan} plan
 * @returns {Geometry}
 * @throws {Error} where a node or an edge of the plan is missing in the output
 */
export function fromGraphviz(drawn, plan) {
  const [left, bottom, right, top] = numbers(drawn.bb);
  /** @param {number} x @param {number} y Graphviz's y points upwards */
  const at = (x, y) => ({ x: round(x - left), y: round(top - y) });

  /** @type {Map<string, any>} */
  const objects = new Map((drawn.objects ?? []).map((/** @type {any} */ item) => [item.name, item]));
  /** @type {Map<string, any>} */
  const splines = new Map((drawn.edges ?? []).map((/** @type {any} */ item) => [item.id, item]));

  const boxes = plan.nodes.map(({ id, w, h }) => {
    const [x, y] = numbers(must(objects, `n${id}`).pos);
    return { id, ...at(x, y), w, h };
  });
  const routed = new Map(plan.edges.map(({ id }) => {
    const { pos, lp } = must(splines, `e${id}`);
    const points = String(pos).split(" ").map((pair) => {
      const [x, y] = numbers(pair);
      return at(x, y);
    });
    const [x, y] = lp ? numbers(lp) : [];
    return [id, { points, label: lp ? at(x, y) : null }];
  }));
  const edges = route(plan.edges, boxes, routed);
  const groups = plan.groups.filter(({ id }) => objects.has(`cluster_${id}`)).map(({ id }) => {
    const [x0, y0, x1, y1] = numbers(objects.get(`cluster_${id}`).bb);
    return { id, ...at((x0 + x1) / 2, (y0 + y1) / 2), w: round(x1 - x0), h: round(y1 - y0) };
  });
  return { ...apart(plan, boxes), edges, groups, width: round(right - left), height: round(top - bottom) };
}

/**
 * The nodes of the trace and the echoes, each echo by its edge.
 * @param {Plan} plan
 * @param {import("../../lib/types.js").Box[]} boxes
 */
export function apart({ nodes }, boxes) {
  const count = nodes.findIndex(({ echo }) => echo !== undefined);
  if (count < 0) return { nodes: boxes, echoes: [] };
  return { nodes: boxes.slice(0, count), echoes: boxes.slice(count).map((box, i) => ({ ...box, id: nodes[count + i].echo ?? -1 })) };
}

/**
 * @param {Map<string, any>} map
 * @param {string} key
 */
function must(map, key) {
  const found = map.get(key);
  if (found?.pos === undefined) throw new Error(`Graphviz left out ${key}.`);
  return found;
}

/**
 * @param {unknown} text  "1.5,2"
 * @returns {number[]}
 */
function numbers(text) {
  return String(text).split(",").map(Number);
}

/** @param {number} px */
function round(px) {
  return Math.round(px * 10) / 10;
}
