/** A figure whose nodes stand where the chapter says: whole where it can be read so, else it follows the step. */

import { markSides } from "./sides.js";

/** In px: the smallest letters of a graph that is shown whole in a column of the book. */
const SMALLEST = 9;

/**
 * @param {import("../../graph/element.js").GradlensGraph} figure
 * @param {import("../../lib/types.js").Trace} trace
 * @param {import("../../lib/types.js").Geometry} geometry  of that trace
 */
export function placed(figure, trace, geometry) {
  figure.setAttribute("letters", String(SMALLEST));
  figure.draw(trace, geometry, { isPlaced: true, keepView: false });
  if (figure.dataset.beyond === undefined) markSides(figure);
}
