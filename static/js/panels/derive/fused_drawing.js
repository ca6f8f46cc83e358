/** A small graph at its end, with every value and every gradient: the page's own layout and marks, but nothing to press. */

import { plan } from "../../graph/frames.js";
import { identities } from "../../graph/labels.js";
import { showEdge, showNode } from "../../graph/drawing/node_styles.js";
import { createMarks } from "../../graph/drawing/svg_elements.js";
import { canvasMeasure } from "../../graph/layout/text_widths.js";
import { scaleOf } from "../../graph/gradient_scale.js";

const MARGIN = 14;
const SVG = "http://www.w3.org/2000/svg";
/** Smaller letters would not be read. */
const SMALLEST = 0.62;

/**
 * @param {import("../../lib/types.js").Trace} trace
 * @param {ReturnType<typeof import("../../graph/layout/layouter.js").createLayouter>} layouter
 * @param {string} label
 * @param {import("../../lib/types.js").Translate} t
 * @returns {Promise<SVGSVGElement>}
 */
export async function drawStill(trace, layouter, label, t) {
  const { geometry } = await layouter.layout(trace);
  const svg = document.createElementNS(SVG, "svg");
  const layer = document.createElementNS(SVG, "g");
  svg.append(layer);
  const nothing = () => {};
  const marks = createMarks(layer, nothing, nothing);
  const scene = { trace, geometry, plan: plan(trace), scale: scaleOf(trace), keys: identities(trace), t };
  marks.draw(scene, false);
  const end = scene.plan.steps.length;
  const measure = canvasMeasure();
  for (const { id } of trace.nodes) showNode(/** @type {SVGGElement} */ (marks.get("node", id)), scene, id, end, measure);
  for (const { id } of trace.edges) showEdge(/** @type {SVGGElement} */ (marks.get("edge", id)), scene, id, end);
  for (const one of layer.querySelectorAll(".hit")) one.remove();
  for (const one of layer.querySelectorAll(".active")) one.classList.remove("active");
  const [width, height] = [geometry.width + 2 * MARGIN, geometry.height + 2 * MARGIN];
  svg.setAttribute("viewBox", `${-MARGIN} ${-MARGIN} ${width} ${height}`);
  svg.setAttribute("class", "still");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.style.maxWidth = `${width}px`;
  svg.style.minWidth = `${Math.round(width * SMALLEST)}px`;
  return svg;
}
