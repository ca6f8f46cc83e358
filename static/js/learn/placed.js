/** A figure whose nodes stand where the chapter says, as long as it can be read there. */

/** In px: a graph that is wider has letters too small in a column of the book, and is laid out in rows as on the workbench. */
const WIDEST = 1100;

/**
 * @param {import("../graph/element.js").GradlensGraph} figure
 * @param {import("../lib/types.js").Trace} trace
 * @param {import("../lib/types.js").Geometry} geometry  of that trace
 */
export function placed(figure, trace, geometry) {
  const isWide = geometry.width > WIDEST;
  figure.classList.toggle("rows", isWide);
  if (isWide) figure.trace = trace;
  else figure.draw(trace, geometry, { isPlaced: true, keepView: false });
}
