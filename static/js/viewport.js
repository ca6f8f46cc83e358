/** Pan, zoom and fit of the graph. */

import { select, zoom, zoomIdentity } from "d3";
import { prefersStillness } from "./theme.js";

const MARGIN = 28;
/** Legend and buttons stand there. */
const BOTTOM_MARGIN = 68;
const LARGEST_FIT = 1.35;
/** A graph that fits at this scale or above is shown whole. */
const SMALLEST_FIT = 0.55;
/** A larger one opens at its beginning, well legible, and is followed while it plays. */
const READABLE = 0.75;
const NARROW = "(max-width: 56.25em)";
const GLIDE_MS = 300;

/**
 * @param {SVGSVGElement} svg
 * @param {SVGGElement} layer  what is moved
 */
export function createViewport(svg, layer) {
  const root = select(svg);
  let size = { width: 0, height: 0 };
  // Known from the observer: to ask the element would lay the whole drawing out anew at every step.
  let room = { w: svg.clientWidth, h: svg.clientHeight };
  let transform = zoomIdentity;
  let touchedByHand = false;

  const behaviour = /** @type {import("d3").ZoomBehavior<SVGSVGElement, unknown>} */ (zoom())
    .scaleExtent([0.05, 6])
    // On a narrow page the wheel scrolls the page; with Ctrl, or two fingers, it zooms.
    .filter((event) => (event.type !== "wheel" || event.ctrlKey || !matchMedia(NARROW).matches) && !event.button)
    .on("zoom", (event) => {
      transform = event.transform;
      if (event.sourceEvent) touchedByHand = true;
      layer.setAttribute("transform", String(transform));
    });
  root.call(behaviour).on("dblclick.zoom", null);

  /** @param {import("d3").ZoomTransform} to @param {boolean} glide */
  function move(to, glide) {
    if (glide && !prefersStillness()) root.transition("viewport").duration(GLIDE_MS).call(behaviour.transform, to);
    else root.interrupt("viewport").call(behaviour.transform, to);
  }

  /**
   * The shift that brings a place to the middle of the room, but shows no more emptiness beyond the graph than a margin.
   * @param {number} place
   * @param {number} span  of the room, in px
   * @param {number} extent  of the graph
   */
  function centred(place, span, extent) {
    const wanted = span / 2 - place * transform.k;
    return Math.max(Math.min(wanted, MARGIN), span - MARGIN - extent * transform.k);
  }

  /** @param {boolean} glide @param {boolean} whole  the whole graph, however small */
  function fit(glide, whole) {
    const { w, h } = room;
    if (!w || !h || !size.width) return;
    const fitting = Math.min((w - 2 * MARGIN) / size.width, (h - MARGIN - BOTTOM_MARGIN) / size.height, LARGEST_FIT);
    const least = matchMedia(NARROW).matches ? READABLE : SMALLEST_FIT;
    const k = whole || fitting >= least ? fitting : READABLE;
    const x = size.width * k > w - 2 * MARGIN ? MARGIN : (w - size.width * k) / 2;
    const y = MARGIN + (h - MARGIN - BOTTOM_MARGIN - size.height * k) / 2;
    touchedByHand = false;
    move(zoomIdentity.translate(x, y).scale(k), glide);
  }

  new ResizeObserver(([{ contentRect }]) => {
    room = { w: contentRect.width, h: contentRect.height };
    if (!touchedByHand) fit(false, false);
  }).observe(svg);

  return {
    /** @param {{width: number, height: number}} graph @param {boolean} keep  whether to leave a view that a hand has set */
    resize(graph, keep) {
      size = { width: graph.width, height: graph.height };
      if (!(keep && touchedByHand)) fit(keep, false);
    },
    fit: () => fit(true, true),
    /** @param {number} factor */
    zoomBy(factor) {
      touchedByHand = true;
      root.transition("viewport").duration(prefersStillness() ? 0 : GLIDE_MS).call(behaviour.scaleBy, factor);
    },
    /**
     * Bring a part of the graph into view, if it is not.
     * @param {{x: number, y: number, w: number, h: number}} box
     */
    reveal(box) {
      const { w, h } = room;
      const [left, top] = transform.apply([box.x - box.w / 2, box.y - box.h / 2]);
      const [right, bottom] = transform.apply([box.x + box.w / 2, box.y + box.h / 2]);
      const x = left < 0 || right > w ? centred(box.x, w, size.width) : transform.x;
      const y = top < 0 || bottom > h ? centred(box.y, h, size.height) : transform.y;
      if (x !== transform.x || y !== transform.y) move(zoomIdentity.translate(x, y).scale(transform.k), true);
    },
  };
}
