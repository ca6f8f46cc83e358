/** A field that stands at an edge of a figure, and stays there while the figure is moved. */

import { h } from "../../lib/dom.js";
import { onViewMoves } from "./view_moves.js";

/** @typedef {import("../../graph/element.js").GradlensGraph} GradlensGraph */

/**
 * @param {GradlensGraph} figure  which shows its graph already
 * @param {number} id  of the edge
 * @param {HTMLElement} field
 * @returns {HTMLElement} the figure, with the field on it
 */
export function onEdge(figure, id, field) {
  const board = h("div", { class: "board" }, figure, field);
  field.classList.add("on-edge");
  const place = () => {
    const line = /** @type {SVGPathElement | null} */ (figure.querySelector(`g.edge[data-id="${id}"] .line`));
    const matrix = line?.getScreenCTM();
    if (!line || !matrix) return;
    const { x, y } = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(matrix);
    const { left, top } = board.getBoundingClientRect();
    field.style.left = `${x - left}px`;
    field.style.top = `${y - top}px`;
  };
  onViewMoves(figure, place);
  const { source = null, target = null } = figure.trace?.edges[id] ?? {};
  // The edge comes into view with both of its ends, where they have room.
  field.addEventListener("focus", () => [target, source].forEach((node) => node !== null && figure.reveal(node)));
  return board;
}
