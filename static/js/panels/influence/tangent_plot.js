/** The tangent that a gradient is, beside the curve that the program is. */

import { select } from "d3-selection";
import { number } from "../../lib/format.js";

const WIDTH = 380;
const HEIGHT = 190;
const EDGE = { left: 10, right: 10, top: 14, bottom: 30 };

/**
 * @param {object} plot
 * @param {number} plot.span  the change runs from minus to plus this
 * @param {number} plot.slope
 * @param {number} plot.change  the chosen one
 * @param {Map<number, number>} plot.truths  change of the output by change of the leaf
 * @param {string} plot.label
 * @param {string} plot.x
 * @param {string} plot.y
 * @returns {SVGSVGElement}
 */
export function drawTangent({ span, slope, change, truths, label, x: xWord, y: yWord }) {
  const known = [...truths].filter(([, to]) => Number.isFinite(to)).sort(([a], [b]) => a - b);
  const reached = Math.max(...known.map(([, to]) => Math.abs(to)), Math.abs(slope * span) || 0) || 1;
  const middle = { x: (EDGE.left + WIDTH - EDGE.right) / 2, y: (EDGE.top + HEIGHT - EDGE.bottom) / 2 };
  /** @param {number} by */
  const x = (by) => middle.x + (by / span) * (middle.x - EDGE.left);
  /** @param {number} to */
  const y = (to) => middle.y - (to / reached) * (middle.y - EDGE.top);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const root = select(svg).attr("class", "chart tangent").attr("viewBox", `0 0 ${WIDTH} ${HEIGHT}`).attr("role", "img").attr("aria-label", label);
  root.append("line").attr("class", "grid").attr("x1", EDGE.left).attr("x2", WIDTH - EDGE.right).attr("y1", middle.y).attr("y2", middle.y);
  root.append("line").attr("class", "grid").attr("x1", middle.x).attr("x2", middle.x).attr("y1", EDGE.top).attr("y2", HEIGHT - EDGE.bottom);
  root.append("path").attr("class", "series numeric").attr("d", known.map(([by, to], i) => `${i ? "L" : "M"}${x(by)},${y(to)}`).join(""));
  if (Number.isFinite(slope)) {
    root.append("line").attr("class", "series backprop").attr("x1", x(-span)).attr("y1", y(-slope * span)).attr("x2", x(span)).attr("y2", y(slope * span));
    root.append("circle").attr("class", "dot backprop").attr("cx", x(change)).attr("cy", y(slope * change)).attr("r", 4);
  }
  const truth = truths.get(change);
  if (truth !== undefined && Number.isFinite(truth)) {
    root.append("line").attr("class", "gap").attr("x1", x(change)).attr("x2", x(change)).attr("y1", y(slope * change) || 0).attr("y2", y(truth));
    root.append("circle").attr("class", "dot numeric").attr("cx", x(change)).attr("cy", y(truth)).attr("r", 4);
  }
  const bottom = HEIGHT - 8;
  root.append("text").attr("class", "word").attr("x", middle.x).attr("y", bottom).attr("text-anchor", "middle").text(xWord);
  root.append("text").attr("class", "word").attr("x", middle.x + 5).attr("y", EDGE.top - 2).text(yWord);
  root.append("text").attr("class", "tick").attr("x", EDGE.left).attr("y", bottom).text(number(-span));
  root.append("text").attr("class", "tick").attr("x", WIDTH - EDGE.right).attr("y", bottom).attr("text-anchor", "end").text(`+${number(span)}`);
  return svg;
}
