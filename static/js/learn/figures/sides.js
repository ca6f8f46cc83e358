/** On which sides of a figure its graph goes on, for who sees a part of it. */

import { onViewMoves } from "./view_moves.js";

/** So little beyond is no more than the margin of a line, in px. */
const LEAST = 8;

/** @param {import("../../graph/element.js").GradlensGraph} figure */
export function markSides(figure) {
  figure.dataset.beyond = "";
  onViewMoves(figure, () => {
    const [room, graph] = [".drawing", ".viewport"].map((name) => figure.querySelector(name)?.getBoundingClientRect());
    if (!room || !graph) return;
    const [before, behind] = [/** @type {const} */ (["left", "top"]), /** @type {const} */ (["right", "bottom"])];
    const sides = [...before.filter((side) => graph[side] < room[side] - LEAST), ...behind.filter((side) => graph[side] > room[side] + LEAST)].join(" ");
    if (figure.dataset.beyond !== sides) figure.dataset.beyond = sides;
  });
}
