/**
 * A large graph from afar, on a canvas: boxes and lines without words, in the colours that they have at the step.
 *
 * A box whose gradient has arrived has that gradient's colour, so the whole picture shows where it is large, where it
 * vanishes and how far backward has come.
 */

import { edgeState, gradientAt, nodeState } from "../frames.js";
import { colourAt, heatColour, representative } from "../gradient_scale.js";
import { nodeLabel } from "../labels.js";
import { holds } from "./visible_parts.js";

/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {{geometry: Geometry, plan: import("../frames.js").Plan, scale: import("../gradient_scale.js").Scale}} Scene */
/** @typedef {{nodes: Map<string, number[]>, edges: Map<string, number[]>}} Colouring  ids by CSS colour */

/** @typedef {{nodes: Set<number>, edges: Set<number>, levels: Map<number, number> | null}} Marked  levels: of a heat map */

/** Colours are grouped, so that it is a few paths and not thousands. */
const LEVELS = 6;
const HEAT_LEVELS = 12;
/** What is painted reaches beyond the view by so much of it on each side, and is moved and scaled with the view: to paint anew costs ten pictures. */
const AROUND = 0.3;
const FEWEST_PX = 0.6;
const MOST_PX = 1.7;
/** So long after the last movement what was scaled is painted sharp. */
const REST_MS = 150;
/** Names are written from this scale on: smaller ones are a grey line. */
const NAMED = 0.3;
/** Beyond so many curves they are drawn as straight lines: from that far they look the same. */
const MOST_CURVES = 3000;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {AbortSignal} life  of the figure
 */
export function createFlatCanvas(canvas, life) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let size = { w: 0, h: 0 };
  /** @type {{scene: Scene, colouring: Colouring, marked: Marked, seen: import("./visible_parts.js").Area} | null} */
  let shown = null;
  let waiting = 0;
  let resting = 0;
  /** What the canvas holds: the corner of its area, in the graph's units, its size, and px for each unit. */
  let painted = /** @type {import("./visible_parts.js").Area & {k: number} | null} */ (null);
  canvas.style.transformOrigin = "0 0";
  canvas.style.position = "absolute";

  const resizing = new ResizeObserver(([{ contentRect }]) => {
    size = { w: contentRect.width, h: contentRect.height };
    paintSoon();
  });
  const beside = /** @type {Element} */ (canvas.parentElement?.querySelector(".drawing"));
  resizing.observe(beside);
  const theming = new MutationObserver(paintSoon);
  theming.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintSoon, { signal: life });
  life.addEventListener("abort", () => {
    resizing.disconnect();
    theming.disconnect();
    cancelAnimationFrame(waiting);
    clearTimeout(resting);
  });

  function paintSoon() {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      paint();
    });
  }

  function paint() {
    clearTimeout(resting);
    if (!shown || !size.w) return;
    const { scene, colouring, marked, seen } = shown;
    const { geometry } = scene;
    const ratio = devicePixelRatio;
    const k = size.w / seen.w;
    const area = { x: seen.x - AROUND * seen.w, y: seen.y - AROUND * seen.h, w: (1 + 2 * AROUND) * seen.w, h: (1 + 2 * AROUND) * seen.h, k };
    painted = area;
    const [w, h] = [area.w * k, area.h * k];
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
    canvas.style.width = `${w}px`;
    canvas.style.height = `${h}px`;
    place();
    context.setTransform(k * ratio, 0, 0, k * ratio, -area.x * k * ratio, -area.y * k * ratio);
    context.lineWidth = Math.max(1.25, 1 / k);
    const isCurved = geometry.edges.length <= MOST_CURVES;
    for (const [colour, ids] of colouring.edges) {
      context.beginPath();
      for (const id of ids) traceEdge(geometry.edges[id], isCurved);
      context.strokeStyle = resolved(colour);
      context.stroke();
    }
    const least = 1.5 / k;
    for (const [colour, ids] of marked.levels ? heated(scene, marked.levels) : colouring.nodes) {
      context.beginPath();
      for (const id of ids) {
        const { x, y, w, h } = geometry.nodes[id];
        context.rect(x - w / 2, y - h / 2, Math.max(w, least), Math.max(h, least));
      }
      context.fillStyle = resolved(colour);
      context.fill();
    }
    if (k >= NAMED) write(scene, area);
    // What is marked is seen from any distance: a rim of at least so many px around it.
    const rim = Math.max(3, 2 / k);
    context.lineWidth = rim;
    context.strokeStyle = resolved("var(--accent)");
    context.beginPath();
    for (const id of marked.edges) if (geometry.edges[id]) traceEdge(geometry.edges[id], isCurved);
    for (const id of marked.nodes) {
      const box = geometry.nodes[id];
      if (box) context.rect(box.x - box.w / 2 - rim, box.y - box.h / 2 - rim, box.w + 2 * rim, box.h + 2 * rim);
    }
    context.stroke();
  }

  /** Where what was painted lies in the view. @returns {boolean} whether it fills it, and is sharp enough */
  function place() {
    if (!painted || !shown) return false;
    const { seen } = shown;
    const k = size.w / seen.w;
    const scale = k / painted.k;
    canvas.style.transform = `translate(${(painted.x - seen.x) * k}px, ${(painted.y - seen.y) * k}px) scale(${scale})`;
    return scale >= FEWEST_PX && scale <= MOST_PX && holds(painted, seen);
  }

  /** The names of the nodes in an area. @param {Scene} scene @param {import("./visible_parts.js").Area} area */
  function write({ geometry, plan }, { x, y, w, h }) {
    context.font = `500 14px ${getComputedStyle(canvas).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = resolved("var(--ink)");
    for (const box of geometry.nodes) {
      if (box.x < x || box.x > x + w || box.y < y || box.y > y + h) continue;
      const { sign, name, value } = nodeLabel(plan.trace.nodes[box.id]);
      context.fillText(`${sign} ${name}`.trim() || value, box.x, box.y, box.w);
    }
  }

  /** @param {import("../../lib/types.js").Point[]} points @param {boolean} isCurved */
  function trace([start, ...rest], isCurved) {
    context.moveTo(start.x, start.y);
    if (!isCurved) context.lineTo(rest[rest.length - 1].x, rest[rest.length - 1].y);
    else for (let i = 0; i + 2 < rest.length; i += 3) context.bezierCurveTo(rest[i].x, rest[i].y, rest[i + 1].x, rest[i + 1].y, rest[i + 2].x, rest[i + 2].y);
  }

  /** @param {import("../../lib/types.js").EdgeGeometry} edge @param {boolean} isCurved */
  function traceEdge({ points, rest }, isCurved) {
    trace(points, isCurved);
    if (rest) trace(rest, isCurved);
  }

  /** A canvas knows no variables. @param {string} colour  as CSS has it */
  function resolved(colour) {
    canvas.style.color = colour;
    return getComputedStyle(canvas).color;
  }

  return {
    /** @param {Scene} scene @param {number} cursor @param {Marked} marked @param {import("./visible_parts.js").Area} seen */
    show(scene, cursor, marked, seen) {
      shown = { scene, colouring: colours(scene, cursor), marked, seen };
      canvas.hidden = false;
      paintSoon();
    },
    /** @param {Marked} marked */
    mark(marked) {
      if (!shown) return;
      shown.marked = marked;
      paintSoon();
    },
    /** @param {import("./visible_parts.js").Area} seen */
    look(seen) {
      if (!shown) return;
      shown.seen = seen;
      if (!place()) return paintSoon();
      clearTimeout(resting);
      if (Math.abs((painted?.k ?? 0) * seen.w - size.w) > 1) resting = window.setTimeout(paintSoon, REST_MS);
    },
    hide() {
      shown = null;
      canvas.hidden = true;
    },
  };
}

/** @param {Scene} scene @param {number} cursor @returns {Colouring} */
function colours({ plan, scale }, cursor) {
  const { nodes, edges } = plan.trace;
  /** @type {Colouring} */
  const found = { nodes: new Map(), edges: new Map() };
  for (const { id, contribution, summary } of edges) {
    const { forward, backward } = edgeState(plan, id, cursor);
    const colour = backward !== "idle" ? signed(scale, representative(contribution, summary?.contribution)) : forward === "idle" ? "var(--hairline)" : "var(--line)";
    push(found.edges, colour, id);
  }
  for (const { id, summary, gradient } of nodes) {
    const state = nodeState(plan, id, cursor);
    const arrived = state.gradient === "complete" ? gradient : state.gradient === "partial" ? gradientAt(plan, id, cursor) : null;
    const colour = state.gradient !== "none" ? signed(scale, representative(arrived, summary?.gradient)) : state.valueShown ? "var(--line)" : "var(--hairline)";
    push(found.nodes, colour, id);
  }
  return found;
}

/** @param {Scene} scene @param {Map<number, number>} levels @returns {Map<string, number[]>} */
function heated({ plan }, levels) {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (const { id } of plan.trace.nodes) push(found, heatColour(Math.ceil((levels.get(id) ?? 0) * HEAT_LEVELS) / HEAT_LEVELS), id);
  return found;
}

/** The one scale, in levels; anything but zero keeps its sign. @param {import("../gradient_scale.js").Scale} scale @param {number} value */
function signed(scale, value) {
  if (!Number.isFinite(value)) return "var(--non-finite)";
  const position = scale.position(value);
  return colourAt((Math.sign(position) * Math.ceil(Math.abs(position) * LEVELS)) / LEVELS);
}

/** @param {Map<string, number[]>} lists @param {string} key @param {number} id */
function push(lists, key, id) {
  const list = lists.get(key);
  if (list) list.push(id);
  else lists.set(key, [id]);
}
