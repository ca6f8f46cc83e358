/** Forward mode: how fast every node moves when one number moves, beside what backpropagation says of the same number. */

import { h } from "../../lib/dom.js";
import { NetworkFailure, Problem, Superseded } from "../../service/failures.js";
import { label, number } from "../../lib/format.js";
import { isLeaf, nameOf, signOf } from "../../graph/labels.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { withElement } from "./influence_model.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */

/** Rows of the table; a longer story is better told by the graph. */
const MOST_ROWS = 60;

/**
 * @typedef {object} Moved  the number that moves by 1
 * @property {string} name  of its leaf
 * @property {string} text  of itself
 * @property {number[]} index
 * @property {number} gradient  what backpropagation says of it
 * @property {Trace} trace
 */

/**
 * @param {import("../tabs.js").PanelPage} page
 * @param {Moved} moved
 * @returns {HTMLElement} a section to open, which asks when it is opened
 */
export function forwardMode(page, { name, text, index, gradient, trace }) {
  const place = h("div", { class: "forward" });
  const details = h("details", { id: "forward-mode" }, h("summary", {}, page.words().t("forward.title", { name: text })), place);
  let isAsked = false;

  async function ask() {
    const { t, language } = page.words();
    const { program, inputs } = page.work();
    const leaf = trace.nodes.findLast((node) => node.name === name);
    const still = leaf?.shape.length ? zeros(leaf.shape) : 0;
    place.replaceChildren(h("p", { class: "note" }, t("forward.computing")));
    try {
      const found = await page.client.ask("expression", { program, inputs, direction: { [name]: withElement(still, index, 1) } }, new AbortController().signal);
      place.replaceChildren(...told(found, t));
    } catch (error) {
      if (error instanceof Superseded) return;
      if (!(error instanceof Problem || error instanceof NetworkFailure)) throw error;
      isAsked = false;
      place.replaceChildren(h("p", { class: "fault" }, failureText(error, language, t)));
    }
  }

  /** @param {Trace} found @param {import("../../lib/types.js").Translate} t */
  function told({ nodes, output, cost }, t) {
    const moving = nodes.filter(({ tangent, op }) => op !== "constant" && tangent !== undefined);
    const rows = moving.slice(0, MOST_ROWS).map((node) => h("tr", { class: node.id === output ? "here" : "" },
      h("th", { scope: "row" }, nameOf(node), isLeaf(node) ? "" : h("span", { class: "op" }, ` ${signOf(node.op)}`)),
      h("td", {}, label(node.value, node.shape, false)), h("td", {}, label(node.tangent ?? null, node.shape, false))));
    return [
      h("p", { class: "note" }, t("forward.about", { name: text })),
      h("table", {}, h("thead", {}, h("tr", {}, ...["node", "value", "tangent"].map((one) => h("th", { scope: "col" }, t(`forward.${one}`))))), h("tbody", {}, ...rows)),
      ...(moving.length > MOST_ROWS ? [h("p", { class: "note" }, t("diagnose.cut", { shown: MOST_ROWS, all: moving.length }))] : []),
      ...(Number.isFinite(gradient) && !nodes[output].shape.length ? [h("p", {}, t("forward.same", { tangent: label(nodes[output].tangent ?? null, [], false), gradient: number(gradient) }))] : []),
      h("p", { class: "note" }, t("forward.cost", { forward: String(cost.tangent_passes), backward: String(cost.backward_passes) })),
    ];
  }

  details.addEventListener("toggle", () => {
    if (!details.open || isAsked) return;
    isAsked = true;
    ask();
  });
  return details;
}

/** @param {number[]} shape @returns {import("../../lib/types.js").Wire} */
function zeros([first, ...rest]) {
  return Array.from({ length: first }, () => (rest.length ? zeros(rest) : 0));
}
