/** Hear of every movement of a figure's view: what stands on it, or tells of it, moves along. */

/**
 * @param {import("../../graph/element.js").GradlensGraph} figure
 * @param {() => void} moved
 */
export function onViewMoves(figure, moved) {
  const movements = new MutationObserver(moved);
  let isObserved = false;
  // What is drawn in is there as soon as the figure has a size.
  new ResizeObserver(() => {
    const layer = figure.querySelector(".viewport");
    if (layer && !isObserved) movements.observe(layer, { attributes: true, attributeFilter: ["transform"] });
    isObserved ||= layer !== null;
    moved();
  }).observe(figure);
}
