/** The graph as SVG: drawn once a trace, then at each step only the elements that the step touches are changed. */

import { select } from "d3-selection";
import "d3-transition"; // gives selections their transition()
import { find } from "./dom.js";
import { label } from "./format.js";
import { activeStep, edgeState, gradientAt, nodeState, plan as planOf, touched } from "./frames.js";
import { drawHeat } from "./heat.js";
import { contributionLabel, gradientLabel, identities, isLeaf, nameOf, nodeLabel, signOf } from "./labels.js";
import { MOST_LABELLED_NODES, heatRoom, signFont } from "./layout.js";
import { createMinimap } from "./minimap.js";
import { arrow, middle, pathOf } from "./paths.js";
import { representative, scaleOf } from "./scale.js";
import { drawSwitch } from "./switches.js";
import { prefersStillness } from "./theme.js";
import { createTraveller } from "./traveller.js";
import { createViewport } from "./viewport.js";

/** @typedef {import("./types.js").Trace} Trace */
/** @typedef {import("./types.js").Geometry} Geometry */
/** @typedef {import("./types.js").Selection} Selection */
/** @typedef {import("d3-selection").Selection<SVGGElement, any, any, any>} Marks */

const GLIDE_MS = 400;
/** A switch from the corner of its frame, in px. */
const SWITCH_INSET = 15;
/** Centres of a box's three lines, from its own centre, in px. */
const LINES = { title: -20, value: 2, gradient: 20 };

/**
 * @param {SVGSVGElement} svg
 * @param {(selection: Selection) => void} onSelect
 * @param {(path: string) => void} onToggle  open or close a group
 */
export function createGraphView(svg, onSelect, onToggle) {
  const root = select(svg);
  const layer = root.append("g").attr("class", "viewport");
  const layers = {
    groups: layer.append("g"), edges: layer.append("g"), frames: layer.append("g"), nodes: layer.append("g"), token: layer.append("g"),
  };
  const traveller = createTraveller(/** @type {SVGGElement} */ (layers.token.node()));
  const viewport = createViewport(svg, /** @type {SVGGElement} */ (layer.node()), (seen) => minimap.frame(seen));
  const minimap = createMinimap(/** @type {SVGSVGElement} */ (/** @type {unknown} */ (find("#minimap", SVGElement))), viewport.centre);

  /** @type {{trace: Trace, geometry: Geometry, plan: import("./frames.js").Plan, scale: import("./scale.js").Scale, t: import("./types.js").Translate} | null} */
  let scene = null;
  let shown = 0;
  /** Elements by id, so that a step finds its own without a search. @type {Map<string, SVGGElement>} */
  const marks = new Map();
  /** @type {SVGGElement | undefined} */
  let selected;

  /**
   * @param {Trace} trace
   * @param {Geometry} geometry
   * @param {import("./types.js").Translate} t
   * @param {number} cursor
   * @param {boolean} keepView
   */
  function draw(trace, geometry, t, cursor, keepView) {
    traveller.settle();
    const moved = scene !== null && scene.geometry !== geometry;
    scene = { trace, geometry, t, plan: planOf(trace), scale: scaleOf(trace) };
    root.classed("dense", trace.nodes.length > MOST_LABELLED_NODES);
    drawGroups(scene);
    drawEdges(scene);
    drawNodes(scene, moved && keepView && !prefersStillness());
    const step = activeStep(scene.plan, cursor);
    minimap.draw(geometry);
    minimap.mark(step && geometry.nodes[step.node]);
    if (moved || !keepView) viewport.resize(geometry, keepView, geometry.nodes[(step ?? scene.plan.steps[0]).node]);
    shown = cursor;
    for (const { id } of trace.nodes) showNode(id, cursor);
    for (const { id } of trace.edges) showEdge(id, cursor);
  }

  /** @param {{trace: Trace, geometry: Geometry, t: import("./types.js").Translate}} scene */
  function drawGroups({ trace, geometry, t }) {
    const marks = layers.groups.selectAll("g").data(geometry.groups, (d) => /** @type {any} */ (d).id).join((enter) => {
      const group = enter.append("g").attr("class", "group");
      group.append("rect").attr("rx", 10);
      group.append("text");
      return group;
    });
    marks.attr("transform", ({ x, y, w, h }) => `translate(${x - w / 2},${y - h / 2})`);
    marks.select("rect").attr("width", ({ w }) => w).attr("height", ({ h }) => h);
    marks.select("text").attr("x", 2 * SWITCH_INSET).attr("y", SWITCH_INSET).text(({ id }) => trace.groups[id].label);
    // Above the edges, which would cover it.
    layers.frames.selectAll("g.frame").data(geometry.groups).join("g").attr("class", "frame").each(function ({ id, x, y, w, h }) {
      const { path, label } = trace.groups[id];
      const corner = { x: x - w / 2 + SWITCH_INSET, y: y - h / 2 + SWITCH_INSET };
      drawSwitch(/** @type {SVGGElement} */ (this), path ? { path, ...corner, isOpen: true, label: t("group.close", { name: label }) } : null, onToggle);
    });
  }

  /** @param {{geometry: Geometry}} scene */
  function drawEdges({ geometry }) {
    const edges = layers.edges.selectAll("g.edge").data(geometry.edges, (d) => /** @type {any} */ (d).id).join((enter) => {
      const edge = enter.append("g").attr("class", "edge");
      edge.append("path").attr("class", "line");
      edge.append("path").attr("class", "head");
      edge.append("text").attr("aria-hidden", true);
      edge.append("path").attr("class", "hit");
      return edge;
    });
    edges.select(".hit").attr("d", ({ points }) => pathOf(points));
    edges.select("text").attr("transform", ({ points, label }) => {
      const { x, y } = label ?? middle(points);
      return `translate(${x},${y})`;
    });
    listen(/** @type {Marks} */ (/** @type {unknown} */ (edges)), "edge");
  }

  /** @param {{trace: Trace, geometry: Geometry, t: import("./types.js").Translate}} scene @param {boolean} glide */
  function drawNodes({ trace, geometry, t }, glide) {
    const keys = identities(trace);
    const boxes = geometry.nodes.map((box) => ({ ...box, key: keys[box.id] }));
    const nodes = layers.nodes.selectAll("g.node").data(boxes, (d) => /** @type {any} */ (d).key).join(
      (enter) => {
        const node = enter.append("g").attr("class", "node").attr("transform", at);
        node.append("rect").attr("class", "box").attr("rx", 8);
        // The label of the surface that takes clicks and focus says all of it in words.
        const title = node.append("text").attr("class", "title").attr("aria-hidden", true).attr("y", LINES.title);
        title.append("tspan").attr("class", "sign");
        title.append("tspan").attr("class", "name");
        node.append("text").attr("class", "value").attr("aria-hidden", true);
        node.append("text").attr("class", "gradient").attr("aria-hidden", true).attr("y", LINES.gradient);
        node.append("g").attr("class", "heat").attr("aria-hidden", true).attr("transform", `translate(0,${LINES.gradient})`);
        node.append("rect").attr("class", "hit");
        return node;
      },
    );
    nodes.attr("data-kind", ({ id }) => kindOf(trace.nodes[id]));
    for (const part of [".box", ".hit"]) nodes.select(part).attr("x", ({ w }) => -w / 2).attr("y", ({ h }) => -h / 2)
      .attr("width", ({ w }) => w).attr("height", ({ h }) => h);
    nodes.select(".value").attr("y", ({ id }) => (trace.nodes[id].op === "constant" ? 0 : LINES.value));
    nodes.select(".sign").attr("class", ({ id }) => `sign ${signFont(nodeLabel(trace.nodes[id]).sign)}`)
      .text(({ id }) => nodeLabel(trace.nodes[id]).sign);
    nodes.select(".name").classed("unnamed", ({ id }) => trace.nodes[id].name === null).attr("dx", ({ id }) => (isLeaf(trace.nodes[id]) ? 0 : 6))
      .text(({ id }) => nodeLabel(trace.nodes[id]).name);
    nodes.each(function ({ id, w, h }) {
      const { opens, op } = trace.nodes[id];
      drawSwitch(/** @type {SVGGElement} */ (this), opens ? { path: opens, x: w / 2, y: -h / 2, isOpen: false, label: t("group.open", { name: signOf(op) }) } : null, onToggle);
    });
    if (glide) nodes.transition("place").duration(GLIDE_MS).attr("transform", at);
    else nodes.interrupt("place").attr("transform", at);
    // Edges wait until their nodes have arrived: a line without ends says nothing.
    layers.edges.interrupt().attr("opacity", glide ? 0 : 1);
    if (glide) layers.edges.transition().delay(GLIDE_MS).duration(GLIDE_MS / 2).attr("opacity", 1);
    listen(/** @type {Marks} */ (/** @type {unknown} */ (nodes)), "node");
  }

  /** @param {Marks} elements @param {"node" | "edge"} kind */
  function listen(elements, kind) {
    for (const key of [...marks.keys()]) if (key.startsWith(kind)) marks.delete(key);
    elements.each(function ({ id }) {
      marks.set(kind + id, this);
    });
    elements.attr("data-id", ({ id }) => id);
    elements.select(".hit").attr("tabindex", 0).attr("role", "button")
      .on("click", (_, { id }) => onSelect({ kind, id }))
      .on("keydown", (event, { id }) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        onSelect({ kind, id });
      });
  }

  /**
   * Go to a cursor. With a duration, a single step is animated: the number travels first, then what it brings appears.
   * @param {number} cursor
   * @param {number} [duration]  ms
   */
  function show(cursor, duration = 0) {
    if (!scene) return;
    traveller.settle();
    const { plan } = scene;
    const step = activeStep(plan, cursor);
    const changed = touched(plan, shown, cursor);
    const travels = duration > 0 && cursor === shown + 1 && step !== null && step.kind !== "turn" && !prefersStillness();
    shown = cursor;
    minimap.mark(step && scene.geometry.nodes[step.node]);
    if (step && !travels) revealStep(step);
    if (travels) changed.nodes.delete(step.node);
    for (const id of changed.nodes) showNode(id, cursor);
    for (const id of changed.edges) showEdge(id, cursor);
    if (travels) {
      revealStep(step);
      const edge = /** @type {SVGGElement} */ (marks.get(`edge${step.edge}`));
      traveller.travel(edge, step.kind, edgeText(step.edge, cursor), duration, () => showNode(step.node, shown));
    }
  }

  /** @param {import("./frames.js").Step} step */
  function revealStep(step) {
    const box = scene?.geometry.nodes[step.node];
    if (box) viewport.reveal(box);
  }

  /** @param {number} id @param {number} cursor */
  function showNode(id, cursor) {
    const element = marks.get(`node${id}`);
    if (!scene || !element) return;
    const { trace, plan, scale, t } = scene;
    const node = trace.nodes[id];
    const state = nodeState(plan, id, cursor);
    const gradient = gradientAt(plan, id, cursor);
    const hasGradient = state.gradient !== "none" && node.differentiable;
    const mark = select(element);
    mark.classed("known", state.valueShown).classed("active", state.active).classed("partial", state.gradient === "partial");
    mark.select(".value").text(state.valueShown ? label(node.value, node.shape) : "");
    const pictured = gradient !== null && heatRoom(node.shape) !== null;
    mark.select(".gradient").text(hasGradient && !pictured ? gradientLabel(gradient, node.shape) : "")
      .attr("data-sign", node.shape.length ? null : signWord(gradient));
    drawHeat(/** @type {SVGGElement} */ (mark.select(".heat").node()), hasGradient ? gradient : null, node.shape, scale);
    const unknown = t("value.unknown");
    mark.select(".hit").attr("aria-label", t("graph.node", {
      name: nameOf(node), op: signOf(node.op), value: state.valueShown ? label(node.value, node.shape) : unknown,
      gradient: hasGradient ? label(gradient, node.shape) : unknown,
    }));
  }

  /** @param {number} id @param {number} cursor */
  function showEdge(id, cursor) {
    const element = marks.get(`edge${id}`);
    if (!scene || !element) return;
    const { trace, geometry, plan, scale, t } = scene;
    const { source, target, contribution, summary } = trace.edges[id];
    const state = edgeState(plan, id, cursor);
    const back = state.backward !== "idle";
    const size = representative(contribution, summary?.contribution);
    const width = back ? scale.width(size) : 1.25;
    const { line, head } = arrow(geometry.edges[id].points, back ? "backward" : "forward", width);
    const mark = select(element);
    mark.classed("active", state.active).classed("walked", state.forward === "done").classed("back", back);
    mark.style("--stroke", back ? scale.colour(size) : "").style("--width", `${width}px`);
    mark.select(".line").attr("d", line);
    mark.select(".head").attr("d", head);
    mark.select("text").text(edgeText(id, cursor)).attr("data-sign", back && !trace.nodes[source].shape.length ? signWord(contribution) : null);
    mark.select(".hit").attr("aria-label", t("graph.edge", {
      source: nameOf(trace.nodes[source]), target: nameOf(trace.nodes[target]),
      contribution: back ? contributionLabel(trace, id) : t("value.unknown"),
    }));
  }

  /** The number at an edge: the value it carries now, or the contribution it has brought back. @param {number} id @param {number} cursor */
  function edgeText(id, cursor) {
    if (!scene) return "";
    const { trace, plan } = scene;
    const state = edgeState(plan, id, cursor);
    const source = trace.nodes[trace.edges[id].source];
    if (state.forward === "carrying") return label(source.value, source.shape);
    return state.backward === "idle" ? "" : contributionLabel(trace, id);
  }

  return {
    draw,
    show,
    fit: viewport.fit,
    zoomBy: viewport.zoomBy,
    panBy: viewport.panBy,
    /** @param {Selection | null} selection */
    select(selection) {
      selected?.classList.remove("selected");
      selected = selection ? marks.get(selection.kind + selection.id) : undefined;
      selected?.classList.add("selected");
    },
    /** Give the keyboard's focus to the switch of a group. @param {string} path */
    focusSwitch(path) {
      const found = svg.querySelector(`.switch[data-path="${CSS.escape(path)}"]`);
      if (found instanceof SVGElement) found.focus();
    },
    /** @param {boolean} stale  whether what is drawn is not what the program says */
    dim: (stale) => root.classed("stale", stale),
  };
}

/** @param {import("./types.js").Box} box */
function at({ x, y }) {
  return `translate(${x},${y})`;
}

/** @param {import("./types.js").TraceNode} node */
function kindOf({ op }) {
  return op === "input" || op === "constant" ? op : "op";
}

/** @param {import("./types.js").Wire} gradient  a scalar */
function signWord(gradient) {
  const value = Number(gradient);
  return value > 0 ? "positive" : value < 0 ? "negative" : null;
}
