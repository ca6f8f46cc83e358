/** Where the first number that is none was born, on the way forward and on the way back, and why. */

import { h } from "../../lib/dom.js";
import { valueText } from "../../lib/format.js";
import { nameOf, partial, signOf } from "../../graph/labels.js";
import { firstNonFiniteGradient, firstNonFiniteValue } from "../../graph/meaning/gradient_sizes.js";
import { createPanel } from "../panel.js";
import { warningText } from "../../program/problems/problem_panel.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */

/**
 * @param {HTMLElement} place
 * @param {import("../tabs.js").PanelPage} page
 * @returns {import("../tabs.js").Panel}
 */
export function createFirstNan(place, page) {
  const { fill } = createPanel(place);
  /** @type {unknown[]} */
  let drawn = [];

  /** @param {Trace} trace @param {number} id @param {"value" | "gradient"} of */
  function found(trace, id, of) {
    const { t, language } = page.words();
    const node = trace.nodes[id];
    const written = of === "value" ? `${signOf(node.op)} ${nameOf(node)} = ${valueText(node.value, node.shape)}` : `${partial(trace, node)} = ${valueText(node.gradient, node.shape)}`;
    const reasons = trace.warnings.filter((one) => (of === "value" ? one.node === id : one.edge !== null && trace.edges[one.edge].source === id));
    return h("section", {}, h("h3", {}, t(`nan.first.${of}`)), h("p", { class: "figure", "data-node": id }, written), ...reasons.map((one) => h("p", {}, warningText(one, language, t))),
      h("button", { type: "button", id: `nan-go-${of}`, onclick: () => page.choose({ kind: "node", id }) }, t("diagnose.go.node", { name: nameOf(node) })));
  }

  function show() {
    const { t } = page.words();
    const trace = page.plan()?.trace ?? null;
    if (drawn[0] === trace && drawn[1] === t) return;
    drawn = [trace, t];
    const [value, gradient] = trace ? [firstNonFiniteValue(trace), firstNonFiniteGradient(trace)] : [null, null];
    const sections = trace ? [...(value === null ? [] : [found(trace, value, "value")]), ...(gradient === null ? [] : [found(trace, gradient, "gradient")])] : [];
    fill(h("h2", {}, t("nan.title")), h("p", { class: "about" }, t("nan.about")),
      ...(sections.length ? sections : [h("p", { class: "note" }, t(trace ? "nan.none" : "diagnose.no.program"))]));
  }

  return { show, opened: show };
}
