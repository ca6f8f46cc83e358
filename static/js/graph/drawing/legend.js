/** What colour and width say, always beside the graph. */

import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { colourAt } from "../gradient_scale.js";

const STOPS = 24;
/** Longer names of the two ends leave no room for the zero between them, which the colours show as well. */
const MOST_LETTERS = 8;

/**
 * @param {HTMLElement} place
 * @param {import("../gradient_scale.js").Scale} scale
 * @param {import("../../lib/types.js").Translate} t
 */
export function drawLegend(place, scale, t) {
  const stops = Array.from({ length: STOPS + 1 }, (_, i) => colourAt((i / STOPS) * 2 - 1));
  const bar = h("div", { class: "bar", style: `background: linear-gradient(to right, ${stops.join(", ")})` });
  const isCrowded = number(-scale.largest).length > MOST_LETTERS;
  const ticks = scale.ticks.map((value) => {
    const left = `left: ${(scale.position(value) + 1) * 50}%`;
    const isNamed = Math.abs(value) === scale.largest || (value === 0 && !isCrowded);
    const text = isNamed ? number(value) : "";
    return h("span", { style: left }, text);
  });
  place.classList.toggle("crowded", isCrowded);
  const others = h("span", { class: "not-finite" }, h("span", { class: "swatch" }), t("legend.not-finite"));
  place.replaceChildren(h("span", { class: "title" }, t("legend.title")), h("div", { class: "axis" }, bar, ...ticks), others);
}
