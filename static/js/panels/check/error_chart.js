/** Two quantities over one another, both in powers of ten. */

import { select } from "d3-selection";
import { superscript } from "../../lib/format.js";

/**
 * @typedef {object} Chart
 * @property {string} label  what is seen, in words
 * @property {string} x  the word at the axis
 * @property {string} y
 * @property {{class: string, points: {x: number, y: number, hollow?: boolean}[]}[]} series  y = 0 lies on the lower edge
 * @property {{from: number, to: number, class: string, word: string}[]} [bands]  behind, along x
 * @property {{y: number, class: string, word: string}[]} [levels]  straight across
 */
/** @typedef {{x: [number, number], y: [number, number]}} Extent  powers of ten */

const WIDTH = 380;
const HEIGHT = 240;
const EDGE = { left: 56, right: 12, top: 22, bottom: 40 };
const MOST_TICKS = 7;
const RADIUS = 3;

/**
 * The whole powers of ten that all of a chart lies between. Pure.
 * @param {Pick<Chart, "series" | "levels">} chart
 * @returns {Extent}
 */
export function extentOf({ series, levels = [] }) {
  const points = series.flatMap((one) => one.points);
  const across = [...points.map(({ y }) => y), ...levels.map(({ y }) => y)];
  const y = powers(across);
  // What is 0 has no power of ten: room is left for it below.
  return { x: powers(points.map((point) => point.x)), y: across.includes(0) ? [y[0] - 1, y[1]] : y };
}

/** @param {number[]} values @returns {[number, number]} */
function powers(values) {
  const found = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  if (!found.length) return [-1, 0];
  // A number that was rounded on its way, such as 0.1 ** 3, is a power of ten still.
  const low = Math.floor(Math.min(...found) + 1e-9);
  return [low, Math.max(Math.ceil(Math.max(...found) - 1e-9), low + 1)];
}

/** Every power of ten, or every second, third … where they are many. @param {[number, number]} extent @returns {number[]} */
export function ticksOf([low, high]) {
  const every = Math.ceil((high - low + 1) / MOST_TICKS);
  return Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((power) => power % every === 0);
}

/**
 * @param {Chart} chart
 * @returns {SVGSVGElement}
 */
export function drawChart(chart) {
  const extent = extentOf(chart);
  const x = scale(extent.x, EDGE.left, WIDTH - EDGE.right);
  const y = scale(extent.y, HEIGHT - EDGE.bottom, EDGE.top);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const root = select(svg).attr("class", "chart").attr("viewBox", `0 0 ${WIDTH} ${HEIGHT}`).attr("role", "img").attr("aria-label", chart.label);
  for (const band of chart.bands ?? []) {
    const [from, to] = [x(band.from), x(band.to)];
    root.append("rect").attr("class", `band ${band.class}`).attr("x", from).attr("width", to - from).attr("y", EDGE.top).attr("height", HEIGHT - EDGE.top - EDGE.bottom);
    root.append("text").attr("class", "word").attr("x", (from + to) / 2).attr("y", EDGE.top - 8).attr("text-anchor", "middle").text(band.word);
  }
  for (const power of ticksOf(extent.x)) tick(root, x(10 ** power), HEIGHT - EDGE.bottom, "x", power);
  for (const power of ticksOf(extent.y)) tick(root, EDGE.left, y(10 ** power), "y", power);
  root.append("text").attr("class", "word").attr("x", (EDGE.left + WIDTH - EDGE.right) / 2).attr("y", HEIGHT - 6).attr("text-anchor", "middle").text(chart.x);
  root.append("text").attr("class", "word").attr("transform", `translate(11,${(EDGE.top + HEIGHT - EDGE.bottom) / 2}) rotate(-90)`).attr("text-anchor", "middle").text(chart.y);
  for (const level of chart.levels ?? []) {
    const at = y(level.y);
    root.append("line").attr("class", `level ${level.class}`).attr("x1", EDGE.left).attr("x2", WIDTH - EDGE.right).attr("y1", at).attr("y2", at);
    root.append("text").attr("class", "word").attr("x", WIDTH - EDGE.right - 4).attr("y", at - 5).attr("text-anchor", "end").text(level.word);
  }
  for (const { class: kind, points } of chart.series) {
    const drawn = points.filter((point) => Number.isFinite(point.y)).sort((a, b) => a.x - b.x);
    const line = drawn.map((point, i) => `${i ? "L" : "M"}${x(point.x)},${y(point.y)}`).join("");
    root.append("path").attr("class", `series ${kind}`).attr("d", line);
    root.selectAll(null).data(drawn).join("circle").attr("class", ({ hollow }) => `dot ${kind}${hollow ? " hollow" : ""}`)
      .attr("cx", (point) => x(point.x)).attr("cy", (point) => y(point.y)).attr("r", RADIUS);
  }
  return svg;
}

/**
 * @param {[number, number]} powers
 * @param {number} from  in the picture
 * @param {number} to
 * @returns {(value: number) => number}  0 lies at the start
 */
function scale([low, high], from, to) {
  return (value) => from + ((to - from) * (Math.log10(Math.max(value, 10 ** low)) - low)) / (high - low);
}

/** @param {import("d3-selection").Selection<SVGSVGElement, any, any, any>} root @param {number} x @param {number} y @param {"x" | "y"} axis @param {number} power */
function tick(root, x, y, axis, power) {
  const isX = axis === "x";
  root.append("line").attr("class", "grid").attr("x1", x).attr("y1", y).attr("x2", isX ? x : WIDTH - EDGE.right).attr("y2", isX ? EDGE.top : y);
  root.append("text").attr("class", "tick").attr("x", isX ? x : x - 6).attr("y", isX ? y + 15 : y + 4).attr("text-anchor", isX ? "middle" : "end")
    .text(power === 0 ? "1" : power === 1 ? "10" : `10${superscript(power)}`);
}
