/** A figure whose nodes stand where the chapter says: whole where it can be read so, else it follows the step. */

import { markSides } from "./sides.js";

/** In px: the smallest letters of a graph that is shown whole in a column of the book, beside its text. */
const SMALLEST = 9;
/** There a figure has the page's whole width, and letters as anywhere in a window so narrow. */
const NARROW_PAGE = "(max-width: 56.25em)";

/**
 * @param {import("../../graph/element.js").GradlensGraph} figure
 * @param {import("../../lib/types.js").Trace} trace
 * @param {import("../../lib/types.js").Geometry} geometry  of that trace
 */
export function placed(figure, trace, geometry) {
  if (matchMedia(NARROW_PAGE).matches) figure.removeAttribute("letters");
  else figure.setAttribute("letters", String(SMALLEST));
  figure.draw(trace, geometry, { isPlaced: true, keepView: false });
  if (figure.dataset.beyond === undefined) markSides(figure);
}
