/** One node beside its definition's graph: the same gradients, where they come from, and where only one of them is finite. */

import { h } from "../../lib/dom.js";
import { NetworkFailure, Problem, Superseded } from "../../service/failures.js";
import { latexValue, number, shapeText } from "../../lib/format.js";
import { formula } from "../../lib/formula.js";
import { nameOf } from "../../graph/labels.js";
import { GradlensGraph } from "../../graph/element.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { compared, cutOut, extremeOf, isFinite, lettersOf, opened, operandsOf, partsOf, usesOf } from "./fused_model.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").Wire} Wire */
/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {{trace: Trace, request: Record<string, unknown>, name: string, node: number | null, group: number | null}} Use  of a function in the served trace and the run that it is of: as a node, or opened */

/** Elements that are told one by one. */
const MOST_TOLD = 12;

/**
 * @param {import("../tabs.js").PanelPage} page
 * @param {Use} use
 */
export async function showFused(page, use) {
  const { t, language } = page.words();
  const body = h("div", { class: "fused-body", "aria-busy": true });
  const said = h("p", { class: "fused-said", role: "status" }, t("fused.computing"));
  const close = h("button", { type: "button", onclick: () => dialog.close() }, t("help.close"));
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { id: "fused", "aria-labelledby": "fused-title" },
    h("h2", { id: "fused-title" }, t("fused.title", { name: use.name })), h("p", { class: "about" }, t("fused.about", { name: use.name })), body, said, h("div", { class: "files" }, close));
  const asked = new AbortController();
  dialog.addEventListener("close", () => {
    asked.abort();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  try {
    const [one, many] = await traces(page, use, asked.signal);
    body.replaceChildren(...comparison(one, many, use.name, t), ...parts(one, many, use.name, t), ...extreme(page, one, use.name, asked.signal, said));
    said.textContent = verdict(one, many, t);
  } catch (error) {
    if (error instanceof Superseded) return;
    if (!(error instanceof Problem || error instanceof NetworkFailure)) throw error;
    said.textContent = failureText(error, language, t);
  } finally {
    body.removeAttribute("aria-busy");
  }
}

/**
 * The function as one node, and as what it is made of, in the reader's own run.
 * @param {import("../tabs.js").PanelPage} page
 * @param {Use} use
 * @param {AbortSignal} signal
 * @returns {Promise<[Trace, Trace]>}
 */
async function traces(page, { trace: served, request: { expand = [], ...request }, name, node, group }, signal) {
  const others = /** @type {string[]} */ (expand).filter((one) => one !== name);
  const at = usesOf(served, name).findIndex((use) => (group === null ? use.node === node : use.group === group));
  const found = await Promise.all([others, [...others, ...opened(name)]].map((wanted) => page.client.ask("expression", { ...request, expand: wanted }, signal)));
  return /** @type {[Trace, Trace]} */ (found.map((trace) => cutOut(trace, usesOf(trace, name)[at])));
}

/** @param {Trace} one @param {Trace} many @param {string} name @param {Translate} t */
function comparison(one, many, name, t) {
  const drawn = /** @type {[Trace, string][]} */ ([[one, "fused.one"], [many, "fused.many"]]).map(([trace, key]) => {
    const label = t(`${key}.label`, { name, count: trace.nodes.length });
    const figure = new GradlensGraph();
    Object.assign(figure, { words: t, open: null, trace, cursor: Infinity, still: label });
    return h("figure", { class: key.slice(6) }, h("figcaption", {}, t(key, { name })), h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": label }, figure));
  });
  const rows = compared(one, many);
  const table = h("table", {},
    h("thead", {}, h("tr", {}, ...["fused.operand", "fused.gradient.one", "fused.gradient.many", "fused.difference"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, h("th", { scope: "row" }, `∂L/∂${row.name}`), h("td", {}, told(row.one, row.shape)), h("td", {}, told(row.many, row.shape)),
      h("td", {}, row.difference === null ? t("fused.elided") : number(row.difference))))));
  return [h("div", { class: "pair" }, ...drawn), rows.length ? scroll(t("fused.gradients"), table) : h("p", { class: "note" }, t("fused.no.gradient"))];
}

/** @param {Trace} one @param {Trace} many @param {Translate} t */
function verdict(one, many, t) {
  const rows = compared(one, many).filter(({ difference }) => difference !== null);
  const largest = rows.reduce((most, { difference }) => (difference !== null && (Number.isNaN(difference) || difference > most) ? difference : most), 0);
  return rows.length ? t("fused.said", { difference: number(largest) }) : t("fused.no.gradient");
}

/** Where y − t comes from. @param {Trace} one @param {Trace} many @param {string} name @param {Translate} t */
function parts(one, many, name, t) {
  const found = partsOf(many, name);
  if (!found || found.parts.length !== 2) return [];
  const [x, target] = operandsOf(one);
  const known = target && target.shape.join() === x.shape.join() && target.value !== null;
  const ts = known ? /** @type {any[]} */ ([target.value]).flat(Infinity).map(Number) : null;
  const gradients = /** @type {any[]} */ ([x.gradient]).flat(Infinity).map(Number);
  const columns = x.shape.at(-1) ?? 1;
  const count = Math.min(found.y.length, MOST_TOLD);
  const letters = lettersOf(nameOf(x), target ? nameOf(target) : "t");
  const heads = [letters.y, ...(ts ? [letters.t] : []), t(`fused.parts.${name}.first`, letters), t(`fused.parts.${name}.second`, letters), t("fused.parts.sum"), t("fused.parts.one")];
  const rows = Array.from({ length: count }, (_, i) => {
    const index = x.shape.length > 1 ? `${nameOf(x)}[${Math.floor(i / columns)}, ${i % columns}]` : x.shape.length ? `${nameOf(x)}[${i}]` : nameOf(x);
    const cells = [found.y[i], ...(ts ? [ts[i]] : []), found.parts[0][i], found.parts[1][i], found.sum[i], gradients[i]];
    return h("tr", {}, h("th", { scope: "row" }, index), ...cells.map((cell) => h("td", {}, number(cell))));
  });
  const table = h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("fused.parts.element")), ...heads.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, ...rows));
  const upstream = one.nodes[one.output].gradient;
  const rowsOfBatch = name === "sigmoid_cross_entropy" ? found.y.length : found.y.length / columns;
  return [h("section", {}, h("h3", {}, t("fused.parts.title", letters)), h("p", {}, t(`fused.parts.${name}`, letters)), scroll(t("fused.parts.title", letters), table),
    ...(found.y.length > count ? [h("p", { class: "note" }, t("diagnose.cut", { shown: count, all: found.y.length }))] : []),
    h("p", { class: "note" }, t("fused.parts.scale", { n: rowsOfBatch, g: number(upstream) })))];
}

/**
 * @param {import("../tabs.js").PanelPage} page
 * @param {Trace} one
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {HTMLElement} said
 */
function extreme(page, one, name, signal, said) {
  const wanted = extremeOf(name, operandsOf(one));
  if (!wanted) return [];
  const { t, language } = page.words();
  const [first] = Object.keys(wanted.inputs);
  const isLogit = first === "x";
  const place = h("div", {});
  const act = async () => {
    said.textContent = t("fused.computing");
    try {
      const programs = [wanted.program, wanted.definition];
      const answers = await Promise.all(programs.map((program) => page.client.ask("expression", { program, inputs: wanted.inputs, ...(wanted.seed && { seed: wanted.seed }) }, signal)));
      const results = answers.map((trace, i) => extremeResult(programs[i], trace, first, wanted.seed ? "z[0]" : "z", t(i ? "fused.extreme.definition" : "fused.one", { name })));
      const [fused, definition] = answers.map((trace) => [trace.nodes[trace.output].value, trace.gradients[first]].every(isFinite));
      const outcome = t(fused && !definition ? "fused.extreme.shown" : fused ? "fused.extreme.both" : "fused.extreme.neither");
      const notes = [t(isLogit ? (wanted.isOwn ? "fused.extreme.own" : "fused.extreme.sample") : "fused.extreme.probabilities"), ...(wanted.isStable ? [t("fused.extreme.stable")] : [])];
      place.replaceChildren(...notes.map((note) => h("p", { class: "note" }, note)), h("div", { class: "pair even" }, ...results), h("p", { class: "outcome" }, outcome));
      said.textContent = outcome;
      place.scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (error instanceof Superseded) return;
      said.textContent = failureText(error, language, t);
    }
  };
  return [h("section", { class: "extreme" }, h("h3", {}, t("fused.extreme.title")), h("p", {}, t(isLogit ? "fused.extreme.about" : "fused.extreme.about.probabilities")),
    h("button", { type: "button", id: "fused-extreme", onclick: act }, t("fused.extreme.run")), place)];
}

/** @param {string} program @param {Trace} trace @param {string} first  of its inputs @param {string} result  whose gradient it is @param {string} title */
function extremeResult(program, trace, first, result, title) {
  const { value, shape } = trace.nodes[trace.output];
  const gradient = trace.gradients[first];
  const input = /** @type {import("../../lib/types.js").TraceNode} */ (trace.nodes.find(({ name }) => name === first));
  const figures = /** @type {[string, Wire, number[]][]} */ ([["z", value, shape], [`∂${result}/∂${first}`, gradient, input.shape]]);
  return h("div", { class: "program" }, h("h4", {}, title), h("pre", { tabindex: 0, role: "group", "aria-label": title }, `${inputText(trace)}\n${program}`),
    h("dl", {}, ...figures.map(([word, figure, its]) => h("div", { class: isFinite(figure) ? "finite" : "bad" }, h("dt", {}, word), h("dd", {}, written(figure, its))))));
}

/** @param {Trace} trace */
function inputText({ nodes }) {
  return nodes.filter(({ op }) => op === "input").map(({ name, value }) => `${name} = ${JSON.stringify(value).replaceAll(",", ", ")}`).join("\n");
}

/** In a line of text. @param {Wire} value @param {number[]} shape @returns {string} */
function written(value, shape) {
  if (!shape.length) return number(value);
  return Array.isArray(value) ? `[${value.map((one) => written(one, shape.slice(1))).join(", ")}]` : "…";
}

/** @param {Wire} value @param {number[]} shape @returns {Node | string} */
function told(value, shape) {
  const latex = latexValue(value, shape);
  if (!shape.length) return value === null ? "…" : number(value);
  return latex ? formula(latex) : shapeText(shape);
}

/** @param {string} label @param {HTMLElement} content */
function scroll(label, content) {
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": label }, content);
}
