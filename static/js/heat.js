/** A small array's gradient as a picture in its node's box: one cell an element, coloured by the one scale. */

import { select } from "d3";
import { flatten } from "./numbers.js";

const MOST_ROWS = 4;
const MOST_COLUMNS = 10;
const CELL = { w: 9, tall: 16, gap: 1 };
const MARK_WIDTH = 14;

/**
 * The room that the picture needs, in px; null where the array is too large for one.
 * @param {number[]} shape
 * @returns {{w: number, rows: number, columns: number} | null}
 */
export function heatSize(shape) {
  if (shape.length < 1 || shape.length > 2) return null;
  const columns = shape[shape.length - 1];
  const rows = shape.length === 2 ? shape[0] : 1;
  if (rows === 0 || columns === 0 || rows > MOST_ROWS || columns > MOST_COLUMNS) return null;
  return { w: MARK_WIDTH + columns * CELL.w, rows, columns };
}

/**
 * @param {SVGGElement} place  its origin is the picture's centre
 * @param {import("./types.js").Wire} gradient  null: nothing is drawn
 * @param {number[]} shape
 * @param {import("./scale.js").Scale} scale
 */
export function drawHeat(place, gradient, shape, scale) {
  const size = heatSize(shape);
  const cells = size && gradient !== null ? flatten(gradient) : [];
  const left = -(size?.w ?? 0) / 2;
  const height = CELL.tall / Math.max(size?.rows ?? 1, 2);
  const top = (-height * (size?.rows ?? 1)) / 2;
  select(place).selectAll("text").data(cells.length ? ["∂"] : []).join("text").attr("x", left + 4).text((mark) => mark);
  select(place).selectAll("rect").data(cells).join("rect")
    .attr("x", (_, i) => left + MARK_WIDTH + (i % (size?.columns ?? 1)) * CELL.w)
    .attr("y", (_, i) => top + Math.floor(i / (size?.columns ?? 1)) * height)
    .attr("width", CELL.w - CELL.gap).attr("height", height - CELL.gap)
    .style("fill", (value) => scale.colour(value));
}
