/** From the places of nodes to the whole geometry: edges are routed, numbers find their room, echoes stand apart. Pure. */

import { MARGIN, TEXT_HEIGHT, route } from "./edge_routes.js";

/** @typedef {import("../../lib/types.js").Box} Box */
/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {import("./layout_plan.js").Plan} Plan */
/** @typedef {{boxes: Box[], routed: import("./edge_routes.js").Routed | null, groups: Box[], width: number, height: number}} Placed  boxes: in the order of the plan's nodes */

/** What a finger hits of a switch, in px. */
const SWITCH = 26;

/** @param {Plan} plan @param {Placed} placed  in one row @returns {Geometry} */
export function geometryOf(plan, { boxes, routed, groups, width, height }) {
  const edges = route(plan.edges, boxes, routed, plan.form !== "compact", switchesOf(plan, boxes, groups));
  return withNumbers(plan, { form: plan.form, ...(plan.brevity && { brevity: plan.brevity }), ...apart(plan, boxes), edges, stubs: [], groups, rows: 1, width, height });
}

/**
 * Where a group is opened or closed, and its label beside that.
 * @param {Plan} plan
 * @param {Box[]} boxes
 * @param {(Box & {isRest?: boolean})[]} frames  of the open groups
 */
export function switchesOf(plan, boxes, frames) {
  const closed = plan.nodes.flatMap(({ opens }, i) => (opens ? [{ x: boxes[i].x + boxes[i].w / 2, y: boxes[i].y - boxes[i].h / 2, w: SWITCH, h: SWITCH }] : []));
  const open = frames.flatMap(({ id, x, y, w, h, isRest }) => {
    const label = plan.groups[id].label;
    return isRest ? [] : [{ x: x - w / 2 + label.w / 2, y: y - h / 2 + SWITCH / 2, w: label.w, h: SWITCH }];
  });
  return [...closed, ...open];
}

/** A geometry that has room for the numbers that found none between the nodes. @param {Plan} plan @param {Geometry} geometry @returns {Geometry} */
export function withNumbers(plan, geometry) {
  const { width, height } = geometry;
  const room = new Map(plan.edges.map(({ id, label }) => [id, label]));
  const numbers = geometry.edges.flatMap(({ id, label }) => (label ? [{ ...label, w: room.get(id)?.w ?? 0, h: TEXT_HEIGHT }] : []));
  const beyond = (/** @type {number[]} */ by) => by.reduce((a, b) => Math.max(a, b), MARGIN) - MARGIN;
  const dx = beyond(numbers.map(({ x, w }) => w / 2 - x));
  const dy = beyond(numbers.map(({ y, h }) => h / 2 - y));
  const right = beyond(numbers.map(({ x, w }) => x + w / 2 - width));
  const bottom = beyond(numbers.map(({ y, h }) => y + h / 2 - height));
  if (!dx && !dy && !right && !bottom) return geometry;
  /** @template {import("../../lib/types.js").Point} T @param {T} at @returns {T} */
  const moved = (at) => ({ ...at, x: at.x + dx, y: at.y + dy });
  const edges = geometry.edges.map((edge) => ({ ...edge, points: edge.points.map(moved), rest: edge.rest?.map(moved) ?? null, label: edge.label && moved(edge.label) }));
  const [nodes, echoes, stubs, groups] = [geometry.nodes.map(moved), geometry.echoes.map(moved), geometry.stubs.map(moved), geometry.groups.map(moved)];
  return { ...geometry, nodes, echoes, stubs, groups, edges, width: width + dx + right, height: height + dy + bottom };
}

/**
 * The nodes of the trace and the echoes, each echo by its edge.
 * @param {Plan} plan
 * @param {Box[]} boxes
 */
export function apart({ nodes }, boxes) {
  const count = nodes.findIndex(({ echo }) => echo !== undefined);
  if (count < 0) return { nodes: boxes, echoes: [] };
  return { nodes: boxes.slice(0, count), echoes: boxes.slice(count).map((box, i) => ({ ...box, id: nodes[count + i].echo ?? -1 })) };
}
