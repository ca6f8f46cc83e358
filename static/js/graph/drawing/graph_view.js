/**
 * The graph as a drawing: made once a trace, then at each step only what the step touches is changed.
 *
 * Up to some hundred nodes all of it is SVG. Of a larger graph only what is in view is; and where that is too much to
 * be read, a canvas shows it flat.
 */

import { pointer, select } from "d3-selection";
import { marksOf } from "../decorations.js";
import { createFarView } from "./far_view.js";
import { activeStep, plan as planOf, sameTopology, touched } from "../frames.js";
import { identities } from "../labels.js";
import { MOST_LABELLED_NODES } from "../layout/layout_plan.js";
import { decorateEdge, decorateNode, edgeText, showEdge, showNode } from "./node_styles.js";
import { createMarks } from "./svg_elements.js";
import { createOverview } from "./overview.js";
import { around, holds, nodeAt, partsIn } from "./visible_parts.js";
import { scaleOf } from "../gradient_scale.js";
import { prefersStillness } from "../../lib/theme.js";
import { createTravellingNumber } from "./travelling_number.js";
import { createViewport } from "./viewport.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {import("../../lib/types.js").Selection} Selection */
/** @typedef {import("./visible_parts.js").Area} Area */

/** Marks beside which all else is faded. */
const FADING = /** @type {const} */ (["near", "path"]);
const REST_MS = 150;
/** From a box that is too small to be hit, in px. */
const REACH = 8;

/**
 * @param {SVGSVGElement} svg
 * @param {{canvas: HTMLCanvasElement, minimap: SVGSVGElement, host: HTMLElement}} beside
 * @param {import("../layout/layout_plan.js").Measure} measure
 * @param {object} on
 * @param {(selection: Selection) => void} on.select
 * @param {(path: string) => void} on.toggle  open or close a group
 * @param {(view: import("../../lib/types.js").View | null) => void} on.rest  the view was moved
 * @param {() => void} on.room  there is another room for the graph
 * @param {AbortSignal} life  of the figure
 */
export function createGraphView(svg, { canvas, minimap: map, host }, measure, on, life) {
  const root = select(svg);
  const layer = /** @type {SVGGElement} */ (root.append("g").attr("class", "viewport").node());
  const marks = createMarks(layer, on.select, on.toggle);
  const traveller = createTravellingNumber(marks.top);
  const flat = createFarView(canvas, life);
  const viewport = createViewport(host, svg, layer, look, on.rest, on.room, (measured) => minimap.without(measured), life);
  const minimap = createOverview(map, viewport.centre);
  life.addEventListener("abort", () => {
    traveller.settle();
    cancelAnimationFrame(waiting);
    clearTimeout(resting);
  });

  /** @type {import("./node_styles.js").Scene | null} */
  let scene = null;
  let shown = 0;
  /** @type {Selection | null} */
  let selection = null;
  /** What is in view, in the graph's units. @type {Area} */
  let seen = { x: 0, y: 0, w: 0, h: 0 };
  /** What is drawn. @type {Geometry & {isFar: boolean} | null} */
  let parts = null;
  /** Where it lies: as long as the view stays in there, it need not be drawn anew. @type {Area} */
  let drawn = seen;
  /** A node that is drawn wherever the view is. @type {number | null} */
  let held = null;
  /** @type {Iterable<import("../decorations.js").Decoration>} */
  let wanted = [];
  let decorations = marksOf(wanted);

  /**
   * @param {Trace} trace
   * @param {Geometry} geometry
   * @param {import("../../lib/types.js").Translate} t
   * @param {number} cursor
   * @param {boolean} keepView
   * @param {import("../../lib/types.js").View | null} view  where a hand left it
   */
  function draw(trace, geometry, t, cursor, keepView, view) {
    traveller.settle();
    const moved = scene !== null && scene.geometry !== geometry;
    const isSame = scene?.trace === trace;
    const stays = scene !== null && !moved && keepView && cursor === shown && scene.t === t && haveSameElements(scene.trace, trace);
    scene = { trace, geometry, t, plan: planOf(trace), scale: scaleOf(trace), keys: identities(trace) };
    shown = cursor;
    if (stays) return refresh();
    held = null;
    parts = null;
    host.classList.toggle("dense", isLarge());
    host.classList.toggle("compact", geometry.form === "compact");
    const step = activeStep(scene.plan, cursor);
    minimap.draw(geometry);
    minimap.mark(step && boxOf(scene, step));
    const glides = moved && keepView && !prefersStillness();
    if (!isLarge()) populate(glides);
    if (moved || !keepView) viewport.resize(geometry, keepView, geometry.nodes[step?.node ?? origin(scene.plan)], view, isSame);
    if (isLarge()) populate(false);
  }

  /** The step whose numbers are told: while gradients are hidden, none of the backward pass. */
  function told() {
    return scene && host.hasAttribute("veiled") ? Math.min(shown, scene.plan.turn) : shown;
  }

  function isLarge() {
    return scene !== null && scene.trace.nodes.length > MOST_LABELLED_NODES;
  }

  /** Make the elements that are to be there, and show what they say at the step. @param {boolean} glide */
  function populate(glide) {
    if (!scene) return;
    drawn = around(seen);
    parts = isLarge() ? partsIn(scene.geometry, drawn, pinned()) : { ...scene.geometry, isFar: false };
    marks.draw({ ...scene, geometry: parts }, glide);
    refresh();
    mark();
    decorate();
  }

  /** What the elements say at the step: other numbers of the same graph need no other elements. */
  function refresh() {
    if (!scene || !parts) return;
    for (const { id } of parts.nodes) refreshNode(id);
    for (const { id } of parts.edges) refreshEdge(id);
    if (parts.isFar) flat.show(scene, told(), seenFromAfar(), seen);
    else flat.hide();
  }

  /** What a canvas has to show of marks and of the selection. */
  function seenFromAfar() {
    const { nodes, edges } = decorations.seen;
    return {
      nodes: selection?.kind === "node" ? new Set([...nodes, selection.id]) : nodes,
      edges: selection?.kind === "edge" ? new Set([...edges, selection.id]) : edges,
      levels: decorations.levels,
    };
  }

  function decorate() {
    for (const kind of FADING) host.classList.toggle(`has-${kind}`, decorations.kinds.has(kind));
    if (!parts) return;
    for (const { id } of parts.nodes) decorateNode(marks.get("node", id), decorations, id);
    for (const { id } of parts.edges) decorateEdge(marks.get("edge", id), decorations, id);
    // An echo is marked as the edge is that starts there.
    for (const [id, element] of marks.echoes()) decorateEdge(element, decorations, id);
    if (parts.isFar) flat.mark(seenFromAfar());
  }

  /** What a large drawing has wherever the view is: what the step, the selection and the keyboard are at. */
  function pinned() {
    if (!scene) return { nodes: [], edges: [] };
    const { edges } = scene.trace;
    const step = activeStep(scene.plan, shown);
    // At rest, the first node: the keyboard comes to it.
    const nodes = [step ? step.node : 0, held, selection?.kind === "node" ? selection.id : null].filter((id) => typeof id === "number");
    const lines = [step && step.kind !== "turn" ? step.edge : null, selection?.kind === "edge" ? selection.id : null].filter((id) => id !== null);
    if (held !== null) lines.push(...edges.filter(({ target }) => target === held).map(({ id }) => id));
    return { nodes, edges: lines };
  }

  /** Another part of the graph is in view. @param {Area} view @param {boolean} isFollowed  the graph is too large for its room */
  function look(view, isFollowed) {
    seen = view;
    minimap.frame(view, isFollowed);
    if (!isLarge() || !parts) return;
    if (parts.isFar) flat.look(view);
    // Coming nearer, what was too much becomes little enough.
    const isNearer = parts.isFar && view.w < drawn.w / 2;
    if (!holds(drawn, view) || isNearer) populateSoon();
  }

  let waiting = 0;
  let resting = 0;
  function populateSoon() {
    // What is painted flat is moved as a whole: what there is of it is counted when the hand rests.
    clearTimeout(resting);
    if (parts?.isFar) resting = window.setTimeout(() => populate(false), REST_MS);
    else waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      populate(false);
    });
  }

  /** Where only what is in view has elements: see that this has one. @param {Selection["kind"]} kind @param {number} id */
  function ensure(kind, id) {
    if (!isLarge() || marks.get(kind, id)) return;
    populate(false);
  }

  // What is drawn flat has no elements that could be clicked.
  root.on("click", (event) => {
    if (!scene || !parts?.isFar || event.target !== svg) return;
    const [x, y] = pointer(event, layer);
    const id = nodeAt(scene.geometry, { x, y }, REACH * (seen.w / svg.clientWidth));
    if (id !== null) on.select({ kind: "node", id });
  });

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
    const isTold = !host.hasAttribute("veiled") || cursor <= plan.turn;
    const travels = isTold && duration > 0 && cursor === shown + 1 && step !== null && step.kind !== "turn" && !prefersStillness();
    shown = cursor;
    minimap.mark(step && boxOf(scene, step));
    if (step && !travels) viewport.reveal(boxOf(scene, step), spanOf(scene, step));
    if (travels) changed.nodes.delete(step.node);
    for (const id of changed.nodes) refreshNode(id);
    for (const id of changed.edges) refreshEdge(id);
    if (parts?.isFar) flat.show(scene, told(), seenFromAfar(), seen);
    if (step) ensure("node", step.node);
    if (step && step.kind !== "turn") ensure("edge", step.edge);
    if (!travels) return;
    viewport.reveal(boxOf(scene, step), spanOf(scene, step));
    const edge = marks.get("edge", step.edge);
    if (edge) traveller.travel(edge, step.kind, edgeText(scene, step.edge, cursor), duration, () => refreshNode(step.node));
  }

  /** @param {number} id */
  function refreshNode(id) {
    const element = marks.get("node", id);
    if (scene && element) showNode(element, scene, id, told(), measure);
  }

  /** @param {number} id */
  function refreshEdge(id) {
    const element = marks.get("edge", id);
    if (scene && element) showEdge(element, scene, id, told());
  }

  function mark() {
    for (const element of layer.querySelectorAll(".selected")) element.classList.remove("selected");
    if (selection) marks.get(selection.kind, selection.id)?.classList.add("selected");
    if (parts?.isFar) flat.mark(seenFromAfar());
  }

  return {
    draw,
    show,
    refresh,
    fit: viewport.fit,
    refit: viewport.refit,
    room: viewport.room,
    zoomBy: viewport.zoomBy,
    panBy: viewport.panBy,
    /** Bring a node into view. @param {number} id */
    reveal(id) {
      const box = scene?.geometry.nodes[id];
      if (!box) return;
      viewport.reveal(box);
      held = id;
      ensure("node", id);
    },
    /** @param {Selection | null} chosen */
    select(chosen) {
      selection = chosen;
      if (chosen) ensure(chosen.kind, chosen.id);
      mark();
    },
    /** Give the keyboard's focus to the switch of a group. @param {string} path */
    focusSwitch(path) {
      const found = svg.querySelector(`.switch[data-path="${CSS.escape(path)}"]`);
      if (found instanceof SVGElement) found.focus();
    },
    /** @param {Iterable<import("../decorations.js").Decoration>} given */
    decorate(given) {
      if (given === wanted) return; // elements that were made meanwhile have them already
      wanted = given;
      decorations = marksOf(wanted);
      decorate();
    },
  };
}

/** Where a step happens: at its node, or where that is repeated. @param {{geometry: Geometry}} scene @param {import("../frames.js").Step} step */
function boxOf({ geometry }, step) {
  const echo = step.kind === "backward" ? geometry.echoes.find(({ id }) => id === step.edge) : undefined;
  return echo ?? geometry.nodes[step.node];
}

/** Where the first step comes from. @param {import("../frames.js").Plan} plan */
function origin({ trace, steps: [first] }) {
  return first.kind === "turn" ? first.node : trace.edges[first.edge].source;
}

/** Both ends of what a step travels along. @param {{trace: import("../../lib/types.js").Trace, geometry: Geometry}} scene @param {import("../frames.js").Step} step */
function spanOf(scene, step) {
  const here = boxOf(scene, step);
  if (step.kind === "turn") return here;
  const { source, target } = scene.trace.edges[step.edge];
  const there = scene.geometry.nodes[step.node === source ? target : source];
  const [left, right] = [Math.min(here.x - here.w / 2, there.x - there.w / 2), Math.max(here.x + here.w / 2, there.x + there.w / 2)];
  const [top, bottom] = [Math.min(here.y - here.h / 2, there.y - there.h / 2), Math.max(here.y + here.h / 2, there.y + there.h / 2)];
  return { ...here, x: (left + right) / 2, y: (top + bottom) / 2, w: right - left, h: bottom - top };
}

/** Whether two traces are drawn with the same elements, which then differ in their numbers alone. @param {Trace} a @param {Trace} b */
function haveSameElements(a, b) {
  return sameTopology(a, b)
    && a.nodes.every(({ opens }, id) => opens === b.nodes[id].opens)
    && a.groups.length === b.groups.length && a.groups.every(({ path, label }, id) => path === b.groups[id].path && label === b.groups[id].label);
}
