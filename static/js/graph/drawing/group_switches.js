/** The small + at a node that can be opened, and the small − at the frame of a group that is open. */

import { select } from "d3-selection";

const RADIUS = 8;
/** What a finger can hit. */
const REACH = 13;
const ARM = 4;

/**
 * @param {SVGGElement} place
 * @param {{path: string, x: number, y: number, isOpen: boolean, label: string} | null} what  null: no switch here
 * @param {(path: string) => void} onToggle
 */
export function drawSwitch(place, what, onToggle) {
  const button = select(place).selectAll("g.switch").data(what ? [what] : []).join((enter) => {
    const added = enter.append("g").attr("class", "switch").attr("tabindex", -1).attr("role", "button");
    added.append("circle").attr("class", "reach").attr("r", REACH);
    added.append("circle").attr("class", "face").attr("r", RADIUS);
    added.append("path");
    return added;
  });
  button.attr("transform", ({ x, y }) => `translate(${x},${y})`).attr("aria-label", ({ label }) => label)
    .attr("data-path", ({ path }) => path).attr("aria-expanded", ({ isOpen }) => isOpen);
  button.select("path").attr("d", ({ isOpen }) => `M${-ARM},0H${ARM}${isOpen ? "" : `M0,${-ARM}V${ARM}`}`);
  button.on("click", (_, { path }) => onToggle(path)).on("keydown", (event, { path }) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onToggle(path);
  });
}
