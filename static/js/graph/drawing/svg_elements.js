/** The elements of the drawing: made, placed and made to answer; what they show at a step is no matter of theirs. */

import { select } from "d3-selection";
import "d3-transition"; // gives selections their transition()
import { echoName, isLeaf, nodeLabel, signOf, stubName } from "../labels.js";
import { placesOf } from "../node_lines.js";
import { signFont } from "../layout/layout_plan.js";
import { middle, pathOf } from "./edge_paths.js";
import { drawSwitch } from "./group_switches.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {import("../../lib/types.js").Selection} Selection */
/** @typedef {import("d3-selection").Selection<SVGGElement, any, any, any>} Marks */
/**
 * @typedef {object} Drawing
 * @property {Trace} trace
 * @property {Geometry} geometry  of what is to be there
 * @property {string[]} keys  by node: what makes it the same one after an edit
 * @property {import("../../lib/types.js").Translate} t
 */

const GLIDE_MS = 400;
/** A switch from the corner of its frame, in px. */
const SWITCH_INSET = 15;

/**
 * @param {SVGGElement} layer
 * @param {(selection: Selection) => void} onSelect
 * @param {(path: string) => void} onToggle  open or close a group
 */
export function createMarks(layer, onSelect, onToggle) {
  const root = select(layer);
  const layers = {
    groups: root.append("g"), edges: root.append("g"), frames: root.append("g"), echoes: root.append("g"), nodes: root.append("g"),
    token: root.append("g"),
  };
  /** Elements by id, so that a step finds its own without a search. @type {Map<string, SVGGElement>} */
  const marks = new Map();

  /** @param {Drawing} drawing */
  function drawGroups({ trace, geometry, t }) {
    const marks = layers.groups.selectAll("g").data(geometry.groups).join((enter) => {
      const group = enter.append("g").attr("class", "group");
      group.append("rect").attr("rx", 10);
      group.append("text");
      return group;
    });
    marks.attr("class", ({ isRest }) => (isRest ? "group-rest" : "group")).attr("transform", ({ x, y, w, h }) => `translate(${x - w / 2},${y - h / 2})`);
    marks.select("rect").attr("width", ({ w }) => w).attr("height", ({ h }) => h);
    marks.select("text").attr("x", 2 * SWITCH_INSET).attr("y", SWITCH_INSET).text(({ id, isRest }) => (isRest ? "" : trace.groups[id].label));
    // Above the edges, which would cover it.
    layers.frames.selectAll("g.frame").data(geometry.groups).join("g").attr("class", "frame").each(function ({ id, x, y, w, h, isRest }) {
      const { label } = trace.groups[id];
      const path = isRest ? null : trace.groups[id].path;
      const corner = { x: x - w / 2 + SWITCH_INSET, y: y - h / 2 + SWITCH_INSET };
      drawSwitch(/** @type {SVGGElement} */ (this), path ? { path, ...corner, isOpen: true, label: t("group.close", { name: label }) } : null, onToggle);
    });
  }

  /** @param {Drawing} drawing */
  function drawEdges({ geometry }) {
    const edges = layers.edges.selectAll("g.edge").data(geometry.edges, (d) => /** @type {any} */ (d).id).join((enter) => {
      const edge = enter.append("g").attr("class", "edge");
      edge.append("path").attr("class", "line");
      edge.append("path").attr("class", "head");
      edge.append("text").attr("aria-hidden", true);
      edge.append("path").attr("class", "hit");
      return edge;
    });
    edges.select(".hit").attr("d", ({ points, rest }) => pathOf(points) + (rest ? pathOf(rest) : ""));
    edges.select("text").attr("transform", ({ points, label }) => {
      const { x, y } = label ?? middle(points);
      return `translate(${x},${y})`;
    });
    listen(/** @type {Marks} */ (/** @type {unknown} */ (edges)), "edge");
  }

  /** A leaf's name again, where it is used far from its own place: choosing it chooses the leaf. @param {Drawing} drawing */
  function drawEchoes({ trace, geometry }) {
    const echoes = layers.echoes.selectAll("g.echo").data(geometry.echoes).join((enter) => {
      const echo = enter.append("g").attr("class", "echo");
      echo.append("rect").attr("class", "box");
      echo.append("text").attr("aria-hidden", true);
      return echo;
    });
    echoes.attr("transform", at).attr("data-id", ({ id }) => trace.edges[id].source);
    echoes.select("rect").attr("x", ({ w }) => -w / 2).attr("y", ({ h }) => -h / 2).attr("width", ({ w }) => w).attr("height", ({ h }) => h).attr("rx", ({ h }) => h / 2);
    echoes.select("text").text(({ id }) => echoName(trace.nodes[trace.edges[id].source], geometry.brevity));
    // Not a stop for the keyboard: the leaf and the edge are.
    echoes.on("click", (_, { id }) => onSelect({ kind: "node", id: trace.edges[id].source }));
  }

  /** Where an edge goes on in another row, the name of what it brings. @param {Drawing} drawing */
  function drawStubs({ trace, geometry }) {
    const stubs = layers.echoes.selectAll("g.stub").data(geometry.stubs).join((enter) => {
      const stub = enter.append("g").attr("class", "stub");
      stub.append("rect").attr("class", "box");
      stub.append("text").attr("aria-hidden", true);
      return stub;
    });
    stubs.attr("transform", at).attr("data-id", ({ id }) => id);
    stubs.select("rect").attr("x", ({ w }) => -w / 2).attr("y", ({ h }) => -h / 2).attr("width", ({ w }) => w).attr("height", ({ h }) => h).attr("rx", ({ h }) => h / 2);
    stubs.select("text").text(({ id }) => stubName(trace.nodes[trace.edges[id].source], geometry.brevity));
    // Not stops for the keyboard: the edge is one.
    stubs.on("click", (_, { id }) => onSelect({ kind: "edge", id }));
  }

  /** @param {Drawing} drawing @param {boolean} glide */
  function drawNodes({ trace, geometry, keys, t }, glide) {
    const boxes = geometry.nodes.map((box) => ({ ...box, key: keys[box.id] }));
    const nodes = layers.nodes.selectAll("g.node").data(boxes, (d) => /** @type {any} */ (d).key).join(
      (enter) => {
        const node = enter.append("g").attr("class", "node").attr("transform", at);
        node.append("rect").attr("class", "box").attr("rx", 8);
        // The label of the surface that takes clicks and focus says all of it in words.
        const title = node.append("text").attr("class", "title").attr("aria-hidden", true);
        title.append("tspan").attr("class", "sign");
        title.append("tspan").attr("class", "name");
        node.append("text").attr("class", "value").attr("aria-hidden", true);
        node.append("text").attr("class", "notation").attr("aria-hidden", true);
        node.append("text").attr("class", "gradient").attr("aria-hidden", true);
        node.append("g").attr("class", "heat").attr("aria-hidden", true);
        node.append("rect").attr("class", "hit");
        return node;
      },
    );
    nodes.attr("data-kind", ({ id }) => kindOf(trace.nodes[id]));
    for (const part of [".box", ".hit"]) nodes.select(part).attr("x", ({ w }) => -w / 2).attr("y", ({ h }) => -h / 2)
      .attr("width", ({ w }) => w).attr("height", ({ h }) => h);
    /** @param {"title" | "value" | "notation" | "gradient"} line */
    const place = (line) => (/** @type {{id: number}} */ { id }) => (trace.nodes[id].op === "constant" ? 0 : placesOf(trace.nodes[id], geometry.form)[line]);
    for (const line of /** @type {const} */ (["title", "value", "notation", "gradient"])) nodes.select(`.${line}`).attr("y", place(line));
    nodes.select(".heat").attr("transform", (d) => `translate(0,${place("gradient")(d)})`);
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
    // One of them is Tab's stop, and stays that.
    elements.select(".hit:not([tabindex])").attr("tabindex", -1).attr("role", "button");
    elements.select(".hit")
      .on("click", (_, { id }) => onSelect({ kind, id }))
      .on("keydown", (event, { id }) => {
        // After a click, Space goes on playing.
        if (event.key !== "Enter" && !(event.key === " " && /** @type {Element} */ (event.currentTarget).matches(":focus-visible"))) return;
        event.preventDefault();
        onSelect({ kind, id });
      });
  }

  return {
    /** Where what travels is drawn: above everything. */
    top: /** @type {SVGGElement} */ (layers.token.node()),
    /** @param {Drawing} drawing @param {boolean} glide  whether nodes that were there before move to their new places */
    draw(drawing, glide) {
      drawGroups(drawing);
      drawEdges(drawing);
      drawEchoes(drawing);
      drawStubs(drawing);
      drawNodes(drawing, glide);
    },
    /** @param {Selection["kind"]} kind @param {number} id */
    get: (kind, id) => marks.get(kind + id),
    /** The names that are repeated where an edge begins or is cut, by edge. @returns {Iterable<[number, SVGGElement]>} */
    *echoes() {
      for (const element of layers.echoes.selectAll("g.echo, g.stub").nodes()) {
        const echo = /** @type {SVGGElement} */ (element);
        yield [/** @type {{id: number}} */ (select(echo).datum()).id, echo];
      }
    },
  };
}

/** @param {import("../../lib/types.js").Box} box */
function at({ x, y }) {
  return `translate(${x},${y})`;
}

/** @param {import("../../lib/types.js").TraceNode} node */
function kindOf({ op }) {
  return op === "input" || op === "constant" ? op : "op";
}
