/** A small array's gradient as a picture in its node's box: one cell an element, coloured by the one scale. */

import { select } from "d3-selection";
import { HEAT, heatRoom } from "../layout/layout_plan.js";
import { flatten } from "../../lib/numbers.js";

/**
 * @param {SVGGElement} place  its origin is the picture's centre
 * @param {import("../../lib/types.js").Wire} gradient  null: nothing is drawn
 * @param {number[]} shape
 * @param {import("../gradient_scale.js").Scale} scale
 */
export function drawHeat(place, gradient, shape, scale) {
  const size = heatRoom(shape);
  const cells = size && gradient !== null ? flatten(gradient) : [];
  const left = -(size?.w ?? 0) / 2;
  const height = HEAT.height / Math.max(size?.rows ?? 1, 2);
  const top = (-height * (size?.rows ?? 1)) / 2;
  select(place).selectAll("rect").data(cells).join("rect")
    .attr("x", (_, i) => left + (i % (size?.columns ?? 1)) * HEAT.cell)
    .attr("y", (_, i) => top + Math.floor(i / (size?.columns ?? 1)) * height)
    .attr("width", HEAT.cell - HEAT.gap).attr("height", height - HEAT.gap)
    .style("fill", (value) => scale.colour(value));
}
