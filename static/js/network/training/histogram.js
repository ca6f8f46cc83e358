/** How often numbers of one size occur in an array. */

import { select } from "d3-selection";
import { number } from "../../lib/format.js";

const WIDTH = 380;
const HEIGHT = 150;
const EDGE = { left: 12, right: 12, top: 8, bottom: 24 };
const BINS = 24;

/**
 * Equal steps from the smallest to the largest of the finite numbers.
 * @param {number[]} values
 * @returns {{low: number, high: number, counts: number[], left: number}}  left: how many are not finite
 */
export function binned(values) {
  const finite = values.filter(Number.isFinite);
  const left = values.length - finite.length;
  if (!finite.length) return { low: 0, high: 0, counts: [], left };
  const [low, high] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  if (low === high) return { low, high, counts: [finite.length], left };
  const counts = new Array(BINS).fill(0);
  for (const value of finite) counts[Math.min(Math.floor(((value - low) / (high - low)) * BINS), BINS - 1)] += 1;
  return { low, high, counts, left };
}

/** @param {string} label @param {number[]} values @param {string} kind @returns {SVGSVGElement} */
export function drawHistogram(label, values, kind) {
  const { low, high, counts } = binned(values);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const root = select(svg).attr("class", "plot").attr("viewBox", `0 0 ${WIDTH} ${HEIGHT}`).attr("role", "img").attr("aria-label", label);
  const bottom = HEIGHT - EDGE.bottom;
  const step = (WIDTH - EDGE.left - EDGE.right) / Math.max(counts.length, 1);
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  /** @param {number} count */
  const height = (count) => ((bottom - EDGE.top) * count) / most;
  root.selectAll(null).data(counts).join("rect").attr("class", `bar ${kind}`).attr("x", (_, i) => EDGE.left + i * step + 0.5).attr("width", Math.max(step - 1, 1))
    .attr("y", (count) => bottom - height(count)).attr("height", height);
  root.append("line").attr("class", "grid").attr("x1", EDGE.left).attr("x2", WIDTH - EDGE.right).attr("y1", bottom).attr("y2", bottom);
  root.append("text").attr("class", "tick").attr("x", EDGE.left).attr("y", bottom + 16).text(counts.length ? number(low) : "");
  root.append("text").attr("class", "tick").attr("x", WIDTH - EDGE.right).attr("y", bottom + 16).attr("text-anchor", "end").text(low === high ? "" : number(high));
  if (low < 0 && high > 0) {
    const zero = EDGE.left + ((0 - low) / (high - low)) * (WIDTH - EDGE.left - EDGE.right);
    root.append("line").attr("class", "zero").attr("x1", zero).attr("x2", zero).attr("y1", EDGE.top).attr("y2", bottom);
    root.append("text").attr("class", "tick").attr("x", zero).attr("y", bottom + 16).attr("text-anchor", "middle").text("0");
  }
  return svg;
}
