/** For paper: the whole graph, wherever the screen's view of it is, and the whole program, which the editor draws only in part. */

import { find } from "../lib/dom.js";

const MARGIN = 8;
/** Wider than so many heights, a graph is too small on an upright sheet. */
const WIDE = 1.8;

/**
 * @param {import("../graph/element.js").GradlensGraph} figure
 * @param {() => string} program
 */
export function listenToPrinting(figure, program) {
  window.addEventListener("beforeprint", () => {
    find("#printed", HTMLElement).textContent = program();
    const svg = figure.querySelector(".drawing");
    const layer = figure.querySelector(".viewport");
    if (!(layer instanceof SVGGElement) || !(svg instanceof SVGSVGElement)) return;
    const { x, y, width, height } = figure.classList.contains("dense") ? seenArea(svg, layer) : layer.getBBox();
    document.documentElement.classList.toggle("wide", width > WIDE * height);
    if (width) svg.setAttribute("viewBox", [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].join(" "));
  });
  window.addEventListener("afterprint", () => {
    figure.querySelector(".drawing")?.removeAttribute("viewBox");
    document.documentElement.classList.remove("wide");
    find("#printed", HTMLElement).textContent = "";
  });
}

/**
 * What is in view of a large graph, of which only a part has elements.
 * @param {SVGSVGElement} svg
 * @param {SVGGElement} layer
 */
function seenArea(svg, layer) {
  const view = layer.transform.baseVal.consolidate()?.matrix;
  if (!view) return layer.getBBox();
  const { a: k, e, f } = view;
  return { x: -e / k, y: -f / k, width: svg.clientWidth / k, height: svg.clientHeight / k };
}
