/** For paper: the whole graph, wherever the screen's view of it is, and the whole program, which the editor draws only in part. */

import { find } from "../lib/dom.js";

const MARGIN = 8;
/** Wider than so many heights, a graph is too small on an upright sheet. */
const WIDE = 1.8;

/**
 * @param {SVGSVGElement} svg
 * @param {() => string} program
 */
export function listenToPrinting(svg, program) {
  window.addEventListener("beforeprint", () => {
    find("#printed", HTMLElement).textContent = program();
    const layer = svg.querySelector(".viewport");
    if (!(layer instanceof SVGGElement)) return;
    const { x, y, width, height } = drawnArea(svg, layer);
    document.documentElement.classList.toggle("wide", width > WIDE * height);
    if (width) svg.setAttribute("viewBox", [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].join(" "));
  });
  window.addEventListener("afterprint", () => {
    svg.removeAttribute("viewBox");
    document.documentElement.classList.remove("wide");
    find("#printed", HTMLElement).textContent = "";
  });
}

/**
 * The whole drawing; of a large graph, of which only a part has elements, what is in view.
 * @param {SVGSVGElement} svg
 * @param {SVGGElement} layer
 */
function drawnArea(svg, layer) {
  const view = layer.transform.baseVal.consolidate()?.matrix;
  if (!svg.classList.contains("dense") || !view) return layer.getBBox();
  const { a: k, e, f } = view;
  return { x: -e / k, y: -f / k, width: svg.clientWidth / k, height: svg.clientHeight / k };
}
