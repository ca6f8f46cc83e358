/** The place for an answer, as its kind wants it: a field, choices, an order, an edge of the figure, or lines. */

import { h } from "../lib/dom.js";
import { translateOr } from "../lib/i18n.js";
import { onEdge } from "./figures/edge_field.js";
import { nameOf } from "../graph/labels.js";

/** @typedef {import("../service/wire_types.js").Exercise} Exercise */
/** @typedef {import("../graph/element.js").GradlensGraph} GradlensGraph */
/** missing: what is to be done before there is an answer; "" where there is one; board: the figure with the field on it; form: the id of the form that it belongs to. @typedef {{element: HTMLElement, board?: HTMLElement, form?: string, answer: () => string | string[], missing: () => string, showLine: (line: number | null) => void}} Field */

let fields = 0;

/**
 * @param {Exercise} exercise
 * @param {GradlensGraph | null} figure
 * @param {import("../lib/types.js").Translate} t
 * @returns {Field}
 */
export function answerField(exercise, figure, t) {
  const { kind, choices } = exercise;
  if (kind === "edge" && figure) return edge(figure, t);
  if (kind === "order") return order(exercise, t);
  if (kind === "repair") return text(exercise.program, t("learn.program"), false, t);
  if (kind === "derivation") return text(exercise.program, t("learn.lines"), true, t);
  if (kind === "contribution" && figure) return contribution(exercise, figure, t);
  return choices.length ? choice(exercise, t) : number(exercise, t);
}

const NO_LINE = () => {};

/** A gradient or an edge as it is read aloud; a value by its name. @param {string} subject @param {import("../lib/types.js").Translate} t */
function said(subject, t) {
  const [, output, name] = /^∂(.+)\/∂(.+)$/.exec(subject) ?? [];
  if (name) return t("learn.said.gradient", { output, name });
  const [source, target] = subject.split(" → ");
  return target ? t("learn.said.edge", { source, target }) : subject;
}

/** @param {Exercise} exercise @param {import("../lib/types.js").Translate} t @returns {Field} */
function number({ subject }, t) {
  const input = h("input", { autocomplete: "off", spellcheck: "false", placeholder: t("learn.number.place"), "aria-label": said(subject, t) });
  return { element: h("label", { class: "number" }, h("span", { class: "subject" }, `${subject} = `), input), answer: () => input.value, missing: () => (input.value.trim() ? "" : t("learn.missing.number")), showLine: NO_LINE };
}

/** What an edge sends is written on the edge itself. @param {Exercise} exercise @param {GradlensGraph} figure @param {import("../lib/types.js").Translate} t @returns {Field} */
function contribution({ subject }, figure, t) {
  const nodes = figure.trace?.nodes ?? [];
  const edge = figure.trace?.edges.find(({ source, target }) => `${nameOf(nodes[source])} → ${nameOf(nodes[target])}` === subject);
  const form = `answer-${(fields += 1)}`;
  const about = h("p", { class: "about", id: `${form}-about` }, t("learn.on.edge", { subject }));
  const input = h("input", { form, autocomplete: "off", spellcheck: "false", placeholder: "?", "aria-label": said(subject, t), "aria-describedby": about.id });
  const board = onEdge(figure, edge?.id ?? 0, input);
  return { element: about, form, board, answer: () => input.value, missing: () => (input.value.trim() ? "" : t("learn.missing.number")), showLine: NO_LINE };
}

/** @param {Exercise} exercise @param {import("../lib/types.js").Translate} t @returns {Field} */
function choice({ subject, choices }, t) {
  const name = `answer-${(fields += 1)}`;
  const radios = choices.map((value) => h("input", { type: "radio", name, value }));
  const element = h("fieldset", { "aria-label": subject ? said(subject, t) : t("learn.choose") },
    h("legend", {}, subject || t("learn.choose")), ...radios.map((radio) => h("label", {}, radio, ` ${translateOr(t, `learn.sign.${radio.value}`, {}, radio.value)}`)));
  const answer = () => radios.find(({ checked }) => checked)?.value ?? "";
  return { element, answer, missing: () => (answer() ? "" : t("learn.missing.choice")), showLine: NO_LINE };
}

/** Names pressed one after the other. @param {Exercise} exercise @param {import("../lib/types.js").Translate} t @returns {Field} */
function order({ choices }, t) {
  /** @type {string[]} */
  let chosen = [];
  const listed = h("ol", { class: "chosen", "aria-live": "polite" });
  const buttons = choices.map((name) => h("button", { type: "button", onclick: () => !chosen.includes(name) && set([...chosen, name]) }, name));
  const clear = h("button", { type: "button", class: "link", onclick: () => set([]) }, t("learn.order.clear"));

  /** @param {string[]} names */
  function set(names) {
    chosen = names;
    listed.replaceChildren(...names.map((name) => h("li", {}, name)));
    // Not disabled: the keyboard's place would be lost.
    for (const button of buttons) button.setAttribute("aria-disabled", String(names.includes(button.textContent ?? "")));
  }

  const element = h("fieldset", {}, h("legend", {}, t("learn.order")), h("div", { class: "names" }, ...buttons, clear), listed);
  return { element, answer: () => chosen, missing: () => (chosen.length === choices.length ? "" : t("learn.missing.order")), showLine: NO_LINE };
}

/** @param {GradlensGraph} figure @param {import("../lib/types.js").Translate} t @returns {Field} */
function edge(figure, t) {
  const list = h("select", {}, h("option", { value: "" }, t("learn.edge.none")));
  const nodes = figure.trace?.nodes ?? [];
  const name = (/** @type {number} */ id) => nameOf(nodes[id]);
  for (const { id, source, target, contribution } of figure.trace?.edges ?? []) if (contribution !== null) list.append(h("option", { value: String(id) }, `${name(source)} → ${name(target)}`));
  figure.addEventListener("graph-change", (event) => {
    const { selection } = /** @type {CustomEvent<{selection: import("../lib/types.js").Selection | null}>} */ (event).detail;
    if (selection?.kind === "edge") list.value = String(selection.id);
  });
  list.addEventListener("change", () => {
    if (list.value) figure.selection = { kind: "edge", id: Number(list.value) };
  });
  return { element: h("label", {}, `${t("learn.edge")} `, list), answer: () => list.value, missing: () => (list.value ? "" : t("learn.missing.edge")), showLine: NO_LINE };
}

/** @param {string} start @param {string} label @param {boolean} isLines @param {import("../lib/types.js").Translate} t @returns {Field} */
function text(start, label, isLines, t) {
  const area = h("textarea", { rows: Math.max(5, start.split("\n").length + 1), spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  area.value = isLines ? `${start}\n` : start;
  return {
    element: h("label", { class: "lines" }, h("span", {}, label), area),
    missing: () => (area.value.trim() ? "" : t("learn.missing.text")),
    answer: () => (isLines ? area.value.split("\n") : area.value),
    showLine(line) {
      if (line === null) return;
      const lines = area.value.split("\n");
      const filled = [...lines.keys()].filter((at) => lines[at].trim());
      const at = filled[line] ?? 0;
      const from = lines.slice(0, at).join("\n").length + (at ? 1 : 0);
      area.focus();
      area.setSelectionRange(from, from + lines[at].length);
    },
  };
}
