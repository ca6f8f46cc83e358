/** A derivation by name: any op that has a rule, sought in a list, and the famous ones. */

import { h } from "../../lib/dom.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */

const FAMOUS = ["sigmoid", "softmax", "softmax_cross_entropy", "affine", "batch_norm", "layer_norm", "max_pool2d", "conv2d"];
/** What a list fills in is none of these. */
const BY_HAND = /^(insertText|insertComposition|delete)/;

/**
 * @param {import("../tabs.js").PanelPage} page
 * @param {{pick: (name: string) => void, redraw: () => void}} panel  pick: "" for what is chosen in the graph
 */
export function createDerivationSearch(page, { pick, redraw }) {
  /** Ops that have a rule. @type {string[]} */
  let names = [];
  /** What is being written. */
  let typed = "";

  return {
    async load() {
      if (names.length) return;
      // The list is an extra: an op can be chosen in the graph.
      const ops = await page.loadOps();
      names = [...ops.values()].filter(({ rules }) => rules.length).map(({ name }) => name).sort();
      if (names.length) redraw();
    },
    forget() {
      typed = "";
    },
    /** @param {string} op  that is derived, "" for none @param {Translate} t */
    content(op, t) {
      const field = h("input", {
        id: "derive-op", list: "derive-ops", value: typed || op, placeholder: t("derive.op.example"), autocomplete: "off", spellcheck: "false", "aria-describedby": "derive-op-fault",
      });
      const fault = h("p", { class: "fault", id: "derive-op-fault" });
      const take = () => {
        const name = field.value.trim();
        const isKnown = name === "" || names.includes(name);
        typed = isKnown ? "" : field.value;
        field.setAttribute("aria-invalid", String(!isKnown));
        fault.textContent = isKnown ? "" : t("derive.op.unknown", { name });
        if (isKnown && name !== op) pick(name);
      };
      field.addEventListener("change", take);
      field.addEventListener("input", (event) => {
        typed = field.value;
        // Of what is typed, "softmax" may be the beginning of another name.
        if (!BY_HAND.test(/** @type {InputEvent} */ (event).inputType ?? "") && names.includes(field.value)) take();
      });
      const back = op ? [h("button", { type: "button", id: "derive-back", onclick: () => pick("") }, t("derive.back"))] : [];
      const form = h("form", { class: "asking" },
        h("label", {}, h("span", {}, t("derive.op")), field), h("datalist", { id: "derive-ops" }, ...names.map((name) => h("option", { value: name }))), ...back);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        take();
      });
      return [form, fault];
    },
    /** @param {Translate} t */
    offers(t) {
      const buttons = FAMOUS.map((name) => h("button", { type: "button", id: `derive-${name}`, onclick: () => pick(name) }, name));
      return [h("p", { class: "note" }, t(page.plan() ? "derive.nothing" : "derive.no.program")), h("div", { class: "acts famous" }, ...buttons)];
    },
  };
}
