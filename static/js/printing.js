/** For paper: the whole graph, wherever the screen's view of it is, and the whole program, which the editor draws only in part. */

import { find } from "./dom.js";

const MARGIN = 8;

/**
 * @param {SVGSVGElement} svg
 * @param {() => string} program
 */
export function listenToPrinting(svg, program) {
  window.addEventListener("beforeprint", () => {
    find("#printed", HTMLElement).textContent = program();
    const layer = svg.querySelector(".viewport");
    if (!(layer instanceof SVGGElement)) return;
    const { x, y, width, height } = layer.getBBox();
    if (width) svg.setAttribute("viewBox", [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].join(" "));
  });
  window.addEventListener("afterprint", () => {
    svg.removeAttribute("viewBox");
    find("#printed", HTMLElement).textContent = "";
  });
}
