/** What each node and edge of the drawing shows at a step. */

import { select } from "d3-selection";
import { valueText } from "../../lib/format.js";
import { MARKS } from "../decorations.js";
import { edgeState, gradientAt, nodeState } from "../frames.js";
import { drawHeat } from "./heat_map.js";
import { compactName, briefText, contributionLabel, edgeLabel, nameOf, nodeLabel, partial, signOf } from "../labels.js";
import { SAME_LINE_GAP, isSameLine, placesOf, valueLines } from "../node_lines.js";
import { heatRoom } from "../layout/layout_plan.js";
import { arrow } from "./edge_paths.js";
import { heatColour, representative } from "../gradient_scale.js";

/**
 * @typedef {object} Scene
 * @property {import("../../lib/types.js").Trace} trace
 * @property {import("../../lib/types.js").Geometry} geometry
 * @property {import("../frames.js").Plan} plan
 * @property {import("../gradient_scale.js").Scale} scale
 * @property {string[]} keys  by node: what makes it the same one after an edit
 * @property {import("../../lib/types.js").Translate} t
 */

/** Between a text and the side of its box, at least, in px. */
const INSET = 4;
const IDLE_WIDTH = 1.25;
/** The line under a number that can be taken: its width, and its distance from the number's middle. */
const HANDLE_PX = { w: 20, below: 8 };
/** Between a node's box and the word above it. */
const NOTE_PX = 9;

/**
 * @param {SVGGElement} element
 * @param {Scene} scene
 * @param {number} id
 * @param {number} cursor
 * @param {import("../layout/layout_plan.js").Measure} measure
 */
export function showNode(element, { trace, geometry, plan, scale, t }, id, cursor, measure) {
  const node = trace.nodes[id];
  const state = nodeState(plan, id, cursor);
  const gradient = gradientAt(plan, id, cursor);
  const hasGradient = state.gradient !== "none" && node.differentiable;
  const room = geometry.nodes[id].w - 2 * INSET;
  const { classList } = element;
  classList.toggle("known", state.valueShown);
  classList.toggle("active", state.active);
  classList.toggle("partial", state.gradient === "partial");
  const { form } = geometry;
  // That of the output, 1, would stand in the place of what was computed.
  const isReplaced = form === "compact" && hasGradient && id !== trace.output;
  const isSeen = form === "compact" ? isReplaced : hasGradient;
  const value = !state.valueShown || isReplaced ? [] : node.op === "constant" ? [nodeLabel(node).value] : valueLines(node.value, node.shape);
  const pictured = gradient !== null && heatRoom(node.shape) !== null;
  const sum = isSeen && !pictured ? valueLines(gradient, node.shape) : [];
  const part = partsOf(element);
  const { row } = placesOf(node, form);
  writeLines(part.value, value, row, (line) => squeezed(measure(line, "value"), room));
  const notation = hasGradient && form !== "compact" ? partial(trace, node) : "";
  write(part.notation, notation);
  if (isSameLine(node.shape, form)) {
    const [name, number] = [measure(notation, "notation"), Math.min(measure(sum[0] ?? "", "gradient"), room)];
    set(part.notation, "x", String(-(number + SAME_LINE_GAP) / 2));
    set(part.gradient, "x", String((name + SAME_LINE_GAP) / 2));
  } else for (const line of [part.notation, part.gradient]) set(line, "x", null);
  if (form === "compact" && node.op !== "constant") write(part.title?.querySelector(".name") ?? undefined, compactName(trace, node, isReplaced, geometry.brevity));
  writeLines(part.gradient, sum, row, (line) => squeezed(measure(line, form === "compact" ? "value" : "gradient"), room));
  set(part.gradient, "data-sign", node.shape.length ? null : signWord(gradient));
  drawHeat(/** @type {SVGGElement} */ (part.heat), isSeen ? gradient : null, node.shape, scale);
  const unknown = t("value.unknown");
  const kind = node.op === "input" ? "graph.input" : node.op === "constant" ? "graph.constant" : "graph.node";
  set(part.hit, "aria-label", t(kind, {
    name: nameOf(node), op: signOf(node.op), value: state.valueShown ? valueText(node.value, node.shape) : unknown,
    gradient: hasGradient ? valueText(gradient, node.shape) : unknown,
  }));
}

/**
 * @param {SVGGElement} element
 * @param {Scene} scene
 * @param {number} id
 * @param {number} cursor
 */
export function showEdge(element, scene, id, cursor) {
  const { trace, geometry, plan, scale, t } = scene;
  const { source, target, contribution, summary } = trace.edges[id];
  const state = edgeState(plan, id, cursor);
  const back = state.backward !== "idle";
  const size = representative(contribution, summary?.contribution);
  const width = back ? scale.width(size) : IDLE_WIDTH;
  const { points, rest } = geometry.edges[id];
  const parts = [points, ...(rest ? [rest] : [])].map((piece) => arrow(piece, back ? "backward" : "forward", width));
  const [line, head] = [parts.map((one) => one.line).join(""), parts.map((one) => one.head).join("")];
  const { classList } = element;
  classList.toggle("active", state.active);
  classList.toggle("walked", state.forward === "done");
  classList.toggle("back", back);
  const part = partsOf(element);
  set(element, "style", `${back ? `--stroke: ${scale.colour(size)}; ` : ""}--width: ${width}px`);
  set(part.line, "d", line);
  set(part.head, "d", head);
  write(part.text, edgeText(scene, id, cursor));
  set(part.text, "data-sign", back && !trace.nodes[source].shape.length ? signWord(contribution) : null);
  set(part.hit, "aria-label", t("graph.edge", {
    source: nameOf(trace.nodes[source]), target: nameOf(trace.nodes[target]),
    contribution: back ? contributionLabel(trace, id) : t("value.unknown"),
  }));
}

/**
 * A node's marks: its classes, the line under a number that can be taken, the word above it.
 * @param {SVGGElement | undefined} element
 * @param {import("../decorations.js").Marks} marks
 * @param {number} id
 */
export function decorateNode(element, marks, id) {
  if (!element) return;
  const classes = marks.nodes.get(id);
  for (const name of MARKS) element.classList.toggle(name, classes?.has(name) ?? false);
  const level = marks.levels?.get(id);
  element.classList.toggle("heated", level !== undefined);
  if (level !== undefined) element.style.setProperty("--heated", heatColour(level));
  const isDraggable = classes?.has("draggable") ?? false;
  const mark = select(element);
  const below = Number(element.querySelector(".value")?.getAttribute("y")) + HANDLE_PX.below;
  mark.selectAll("path.handle").data(isDraggable ? [0] : []).join((enter) => enter.insert("path", ".gradient").attr("class", "handle"))
    .attr("d", `M${-HANDLE_PX.w / 2} ${below}h${HANDLE_PX.w}`);
  mark.select(".hit").attr("aria-keyshortcuts", isDraggable ? "ArrowUp ArrowDown" : null);
  const note = marks.notes.get(id);
  mark.select(".hit").attr("aria-description", marks.said.get(id) ?? note ?? null);
  const height = Number(element.querySelector(".box")?.getAttribute("height"));
  mark.selectAll("text.note").data(note ? [note] : []).join("text").attr("class", "note").attr("aria-hidden", true)
    .attr("y", -height / 2 - NOTE_PX).text((word) => word);
}

/** @param {SVGGElement | undefined} element @param {import("../decorations.js").Marks} marks @param {number} id */
export function decorateEdge(element, marks, id) {
  for (const name of MARKS) element?.classList.toggle(name, marks.edges.get(id)?.has(name) ?? false);
}

/** What is written at an edge: the value it carries now, or the contribution it has brought back; of an array its shape, where there is room for it. @param {Scene} scene @param {number} id @param {number} cursor */
export function edgeText({ trace, geometry, plan }, id, cursor) {
  const state = edgeState(plan, id, cursor);
  const source = trace.nodes[trace.edges[id].source];
  if (geometry.form === "compact" && !state.active) return "";
  const isKept = state.forward === "done" && source.shape.length > 0 && geometry.edges[id].label !== null;
  if (state.backward !== "idle") return edgeLabel(trace, id, geometry.form === "compact");
  return state.forward === "carrying" || isKept ? briefText(source.value, source.shape) : "";
}

/** By the element of a node or an edge: its parts, by class; an edge's text has none. @type {WeakMap<SVGGElement, Record<string, Element | undefined>>} */
const known = new WeakMap();

/** @param {SVGGElement} element */
function partsOf(element) {
  const found = known.get(element) ?? Object.fromEntries(Array.from(element.children, (part) => [part.classList[0] ?? part.tagName, part]));
  known.set(element, found);
  return found;
}

/** Only what is another one is set: the browser styles and lays out anew also what is set to what it was. @param {Element | undefined} element @param {string} name @param {string | null} value */
function set(element, name, value) {
  if (value === null) element?.removeAttribute(name);
  else if (element?.getAttribute(name) !== value) element?.setAttribute(name, value);
}

/** @param {Element | undefined} element @param {string} text @param {number | null} [length]  that it is set in, where it is too long */
function write(element, text, length = null) {
  if (element && element.textContent !== text) element.textContent = text;
  set(element, "textLength", length === null ? null : String(length));
  set(element, "lengthAdjust", length === null ? null : "spacingAndGlyphs");
}

/** @param {Element | undefined} element @param {string[]} lines @param {number} distance @param {(line: string) => number | null} length  that a line is set in, where it is too long */
function writeLines(element, lines, distance, length) {
  if (lines.length < 2) return write(element, lines[0] ?? "", lines.length ? length(lines[0]) : null);
  write(element, element?.childElementCount === lines.length ? element.textContent ?? "" : "");
  if (!element) return;
  while (element.childElementCount < lines.length) {
    const row = element.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "tspan"));
    row.setAttribute("x", "0");
  }
  for (const [i, line] of lines.entries()) {
    write(element.children[i], line, length(line));
    set(element.children[i], "dy", i ? String(distance) : null);
  }
}

/** While a number is dragged the boxes stay as they are, and a longer text is set narrower. @param {number} width @param {number} room @returns {number | null} */
function squeezed(width, room) {
  return width > room ? room : null;
}

/** @param {import("../../lib/types.js").Wire} gradient  a scalar */
function signWord(gradient) {
  const value = Number(gradient);
  return value > 0 ? "positive" : value < 0 ? "negative" : null;
}
