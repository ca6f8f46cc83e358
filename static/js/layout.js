/**
 * Where everything stands: a trace becomes Graphviz's DOT text, and Graphviz's JSON becomes geometry in px.
 *
 * Pure and deterministic. The DOT text holds ids and sizes only, never a user's text, and is therefore also the key
 * of the picture: while it stays the same, so does the layout.
 */

import { contributionLabel, gradientLabel, nodeLabel } from "./labels.js";

/** @typedef {import("./types.js").Trace} Trace */
/** @typedef {import("./types.js").Geometry} Geometry */
/** @typedef {"sign" | "word" | "name" | "value" | "gradient" | "edge" | "group"} Font */
/** @typedef {(text: string, font: Font) => number} Measure  the width of a text in px */

/**
 * @typedef {object} Plan  what is to be placed, sizes in px
 * @property {{id: number, w: number, h: number, group: number | null}[]} nodes
 * @property {{id: number, source: number, target: number, label: {w: number, h: number} | null}[]} edges  operands in order
 * @property {{id: number, parent: number | null, label: {w: number, h: number}}[]} groups
 */

const POINTS_PER_INCH = 72;
const NODE_HEIGHT = 66;
const CONSTANT_HEIGHT = 30;
const NARROWEST_NODE = 60;
const NARROWEST_CONSTANT = 36;
const PADDING = 24;
/** Widths grow in steps, so that another digit seldom moves the picture. */
const WIDTH_STEP = 12;
const LABEL_HEIGHT = 22;
const GROUP_LABEL_HEIGHT = 20;
/** Beside a group's label, for the switch that closes it. */
const SWITCH_WIDTH = 24;
/** The picture of a small array: its largest extent, and the sizes of "∂", of a cell and of the gap, in px. */
export const HEAT = { rows: 4, columns: 10, mark: 14, cell: 9, gap: 1, height: 16 };
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
  const nodes = trace.nodes.map((node) => {
    const { sign, name, value } = nodeLabel(node);
    if (node.op === "constant") {
      const w = stepped(Math.max(measure(value, "value") + 16, NARROWEST_CONSTANT));
      return { id: node.id, w, h: CONSTANT_HEIGHT, group: node.group };
    }
    const gap = sign && name ? 6 : 0;
    const title = measure(sign, signFont(sign)) + gap + measure(name, "name");
    const gradient = node.differentiable ? measure(gradientLabel(node.gradient, node.shape), "gradient") : 0;
    const heat = heatRoom(node.shape)?.w ?? 0;
    const widest = Math.max(title, measure(value, "value"), gradient, heat) + PADDING;
    return { id: node.id, w: stepped(Math.max(widest, NARROWEST_NODE)), h: NODE_HEIGHT, group: node.group };
  });
  const walked = new Set(labelled ? trace.backward_order : []);
  const edges = trace.edges.map(({ id, source, target }) => {
    const text = walked.has(id) ? contributionLabel(trace, id) : "";
    return { id, source, target, label: text ? { w: stepped(measure(text, "edge") + 6), h: LABEL_HEIGHT } : null };
  });
  edges.sort((a, b) => a.target - b.target || trace.edges[a.id].argnum - trace.edges[b.id].argnum);
  const groups = trace.groups.map(({ id, parent, label }) => {
    return { id, parent, label: { w: stepped(measure(label, "group") + SWITCH_WIDTH), h: GROUP_LABEL_HEIGHT } };
  });
  return { nodes, edges, groups };
}

/**
 * The room for a small array's picture; null where it would be too large.
 * @param {number[]} shape
 * @returns {{w: number, rows: number, columns: number} | null}
 */
export function heatRoom(shape) {
  if (shape.length < 1 || shape.length > 2) return null;
  const columns = shape[shape.length - 1];
  const rows = shape.length === 2 ? shape[0] : 1;
  if (rows === 0 || columns === 0 || rows > HEAT.rows || columns > HEAT.columns) return null;
  return { w: HEAT.mark + columns * HEAT.cell, rows, columns };
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
    `graph [${ranking}rankdir=LR, ordering=in, splines=true, nodesep=0.3, ranksep=0.3, margin=0, pad=0]`,
    'node [shape=box, fixedsize=true, label=""]',
    "edge [arrowhead=none]",
    ...groupLines(plan),
  ];
  for (const { id, source, target, label } of plan.edges) {
    const room = label ? `, label=${blank(label)}` : "";
    lines.push(`n${source} -> n${target} [id=e${id}${room}]`);
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

  const nodes = plan.nodes.map(({ id, w, h }) => {
    const [x, y] = numbers(must(objects, `n${id}`).pos);
    return { id, ...at(x, y), w, h };
  });
  const edges = plan.edges.map(({ id }) => {
    const { pos, lp } = must(splines, `e${id}`);
    const points = String(pos).split(" ").map((pair) => {
      const [x, y] = numbers(pair);
      return at(x, y);
    });
    const [x, y] = lp ? numbers(lp) : [];
    return { id, points, label: lp ? at(x, y) : null };
  }).sort((a, b) => a.id - b.id);
  const groups = plan.groups.filter(({ id }) => objects.has(`cluster_${id}`)).map(({ id }) => {
    const [x0, y0, x1, y1] = numbers(objects.get(`cluster_${id}`).bb);
    return { id, ...at((x0 + x1) / 2, (y0 + y1) / 2), w: round(x1 - x0), h: round(y1 - y0) };
  });
  return { nodes, edges, groups, width: round(right - left), height: round(top - bottom) };
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
