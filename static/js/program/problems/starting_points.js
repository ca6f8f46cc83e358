/** What an empty editor offers: a few examples to begin with. */

import { h } from "../../lib/dom.js";

/** From one number to a network. */
const FIRST = ["apples", "two_paths", "neuron", "softmax_cross_entropy", "two_layer_net"];

/**
 * @param {import("../../lib/types.js").Translate} t
 * @param {(example: string) => void} onExample
 * @returns {HTMLElement[]}
 */
export function startingPoints(t, onExample) {
  const buttons = FIRST.map((id) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => onExample(id) }, t(`example.${id}.title`)), " ", h("small", {}, t(`example.${id}.question`))));
  return [h("h3", {}, t("start.title")), h("p", {}, t("start.about")), h("ul", {}, ...buttons)];
}
