/** Lines over an axis: the curves of a training, and the size of gradients layer by layer. */

import { select } from "d3-selection";
import { number, superscript } from "../../lib/format.js";

/**
 * @typedef {object} Plot
 * @property {string} label  what is seen, in words
 * @property {string} x  the word at the axis
 * @property {string} y
 * @property {boolean} [log]  y in powers of ten
 * @property {string[]} [names]  of x = 0, 1, 2 … in place of its numbers
 * @property {number} [top]  the largest y that there can be
 * @property {{class: string, dots?: boolean, points: {x: number, y: number}[]}[]} series  what is not finite is left out
 */

const WIDTH = 380;
const HEIGHT = 220;
const EDGE = { left: 48, right: 12, top: 10, bottom: 40 };
/** A curve of more points is no smoother on 320 px. */
const MOST_POINTS = 320;
const MOST_NAMES = 12;

/** Round steps of which about four lie within a span: 1, 2 or 5 times a power of ten. @param {number} low @param {number} high @returns {number[]} */
export function linearTicks(low, high) {
  if (!(high > low)) return [low];
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (/** @type {number} */ ([1, 2, 5, 10].find((one) => one * power >= raw * 0.999))) * power;
  const first = Math.ceil(low / step - 1e-9);
  // Multiplied, not added up: 0.1 + 0.2 would be written out.
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Every n-th, and the last: what is drawn of a long curve. @template T @param {T[]} points @param {number} most @returns {T[]} */
export function thinned(points, most) {
  const every = Math.ceil(points.length / most);
  return every <= 1 ? points : points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/**
 * Where a chart's axes begin and end.
 * @param {Pick<Plot, "series" | "log" | "top" | "names">} plot
 * @returns {{x: [number, number], y: [number, number]}}  y of a logarithmic one in powers of ten
 */
export function rangeOf({ series, log = false, top, names }) {
  const points = series.flatMap((one) => one.points).filter(({ y }) => Number.isFinite(y) && (!log || y > 0));
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => (log ? Math.log10(y) : y));
  /** @type {[number, number]} */
  const x = names ? [-0.3, names.length - 0.7] : [0, Math.max(...xs, 1)];
  if (!ys.length) return { x, y: [0, top ?? 1] };
  if (log) {
    const low = Math.floor(Math.min(...ys) + 1e-9);
    return { x, y: [low, Math.max(Math.ceil(Math.max(...ys) - 1e-9) + 0, low + 1)] }; // + 0: not -0
  }
  const high = top ?? Math.max(...ys);
  return { x, y: [Math.min(...ys, 0), high > 0 ? high : 1] };
}

/** @param {Plot} plot @returns {SVGSVGElement} */
export function drawPlot(plot) {
  const { log = false, names } = plot;
  const range = rangeOf(plot);
  const right = WIDTH - EDGE.right;
  const bottom = HEIGHT - EDGE.bottom;
  /** @param {number} value */
  const x = (value) => round(EDGE.left + ((right - EDGE.left) * (value - range.x[0])) / (range.x[1] - range.x[0]));
  /** @param {number} value */
  const y = (value) => round(bottom - ((bottom - EDGE.top) * ((log ? Math.log10(value) : value) - range.y[0])) / (range.y[1] - range.y[0]));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const root = select(svg).attr("class", "plot").attr("viewBox", `0 0 ${WIDTH} ${HEIGHT}`).attr("role", "img").attr("aria-label", plot.label);

  const every = Math.max(Math.ceil((range.y[1] - range.y[0]) / 6), 1);
  const levels = log ? Array.from({ length: range.y[1] - range.y[0] + 1 }, (_, i) => range.y[0] + i).filter((power) => power % every === 0) : linearTicks(...range.y);
  for (const level of levels) {
    const at = y(log ? 10 ** level : level);
    root.append("line").attr("class", "grid").attr("x1", EDGE.left).attr("x2", right).attr("y1", at).attr("y2", at);
    root.append("text").attr("class", "tick").attr("x", EDGE.left - 6).attr("y", at + 4).attr("text-anchor", "end").text(log ? powerText(level) : number(level));
  }
  const skip = names ? Math.ceil(names.length / MOST_NAMES) : 1;
  const marks = names ? names.map((text, at) => ({ at, text })).filter(({ at }) => at % skip === 0) : linearTicks(...range.x).map((at) => ({ at, text: number(at) }));
  for (const { at, text } of marks) root.append("text").attr("class", "tick").attr("x", x(at)).attr("y", bottom + 15).attr("text-anchor", "middle").text(text);
  root.append("text").attr("class", "word").attr("x", (EDGE.left + right) / 2).attr("y", HEIGHT - 6).attr("text-anchor", "middle").text(plot.x);
  root.append("text").attr("class", "word").attr("transform", `translate(11,${(EDGE.top + bottom) / 2}) rotate(-90)`).attr("text-anchor", "middle").text(plot.y);

  for (const { class: kind, dots = false, points } of plot.series) {
    const drawn = thinned(points.filter((point) => Number.isFinite(point.y) && (!log || point.y > 0)), MOST_POINTS);
    root.append("path").attr("class", `series ${kind}`).attr("d", drawn.map((point, i) => `${i ? "L" : "M"}${x(point.x)},${y(point.y)}`).join(""));
    if (dots || drawn.length === 1) root.selectAll(null).data(drawn).join("circle").attr("class", `dot ${kind}`).attr("cx", (point) => x(point.x)).attr("cy", (point) => y(point.y)).attr("r", 3.2);
  }
  return svg;
}

/** @param {number} power */
function powerText(power) {
  return power === 0 ? "1" : power === 1 ? "10" : `10${superscript(power)}`;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
