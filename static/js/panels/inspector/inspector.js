/** Beside the graph: where one number comes from, first as a formula, then with the numbers, then the result. */

import { arrayView } from "./array_view.js";
import { h } from "../../lib/dom.js";
import { fillNames, fillNumbers, label, latexValue, number, saysLess } from "../../lib/format.js";
import { formula } from "../../lib/formula.js";
import { term } from "../../lib/terms.js";
import { activeStep, edgeState, gradientAt, nodeState } from "../../graph/frames.js";
import { differenceAt } from "../../graph/meaning/difference_search.js";
import { differenceOf } from "../../graph/meaning/label_difference.js";
import { contributionLabel, isLeaf, nameOf, partial, signOf } from "../../graph/labels.js";
import { warningText } from "../../program/problems/problem_panel.js";
import { scaleOf } from "../../graph/gradient_scale.js";

/** @typedef {import("../../lib/types.js").Selection} Selection */
/** @typedef {import("../../lib/types.js").Wire} Wire */

/** Contributions to one node: a weight in a loop has one for each turn, and nobody reads thousands. */
const MOST_LISTED = 50;

/**
 * @typedef {object} View
 * @property {import("../../graph/frames.js").Plan} plan
 * @property {number} cursor
 * @property {Selection | null} selection
 * @property {boolean} full  full precision
 * @property {"ko" | "en"} language
 * @property {import("../../lib/types.js").Translate} t
 * @property {Map<string, import("../../lib/types.js").OpEntry>} ops
 * @property {(path: string) => void} toggleGroup
 * @property {() => void} onWhole  elided values are wanted
 * @property {Set<string>} data  names of the inputs that are data
 * @property {(name: string, isData: boolean) => void} markData
 */

/** @typedef {{select: (selection: Selection) => void, reach: (selection: Selection, moment: number) => void}} Act  reach: go on to a moment of it */

/**
 * @param {HTMLElement} place
 * @param {Act} act
 * @param {() => void} onPrecision
 * @param {ReturnType<typeof import("./cells_loader.js").createCellsLoader>} cells
 */
export function createInspector(place, act, onPrecision, cells) {
  return {
    /** @param {View} view */
    show(view) {
      const subject = view.selection ?? subjectOf(view);
      const within = subject ? cells.section(view, subject) : [];
      const content = subject === null ? introduction(view)
        : subject.kind === "edge" ? [...edgeContent(view, subject.id, act), ...within] : nodeContent(view, subject.id, act, within);
      const grid = document.activeElement?.getAttribute("data-grid");
      const held = [...place.querySelectorAll("button, input")].findIndex((button) => button === document.activeElement);
      place.replaceChildren(...content, ...(subject ? [precision(view, subject, onPrecision)] : []));
      // The button that was pressed is a new one now; the keyboard's place must not be lost.
      if (held >= 0) (/** @type {HTMLElement | undefined} */ (place.querySelectorAll("button, input")[held]) ?? place).focus();
      if (grid) (/** @type {HTMLElement | null} */ (place.querySelector(`[data-grid="${grid}"]`)) ?? place).focus();
    },
  };
}

/**
 * What the current step is about: forward the node that is being computed, backward the edge that carries.
 * @param {View} view
 * @returns {Selection | null}
 */
function subjectOf({ plan, cursor }) {
  const step = activeStep(plan, cursor);
  if (step === null) return null;
  return step.kind === "backward" ? { kind: "edge", id: step.edge } : { kind: "node", id: step.node };
}

/** @param {View} view */
function introduction({ t }) {
  return [h("h2", {}, t("inspector.title")), ...["1", "2", "3"].map((part) => h("p", {}, t(`inspector.intro.${part}`)))];
}

/**
 * @param {View} view
 * @param {number} id
 * @param {Act} act
 * @returns {HTMLElement[]}
 */
function edgeContent(view, id, act) {
  const { plan, cursor, full, t } = view;
  const { trace } = plan;
  const edge = trace.edges[id];
  const source = trace.nodes[edge.source];
  const target = trace.nodes[edge.target];
  /** @type {HTMLElement} */
  const title = h("h2", {}, link(view, source.id, act.select), " → ", link(view, target.id, act.select));
  const parts = [title, h("p", { class: "kind" }, t("inspector.edge", { sign: signOf(target.op) }))];
  const isKnown = edge.contribution !== null || edge.summary?.contribution;
  // Where it sums parts that were not sent, it has neither and is walked all the same.
  if (!isKnown && plan.backwardAt[id] === 0) return [...parts, h("p", {}, t("inspector.constant"))];

  if (edge.local_template !== null && edge.local !== null) {
    const derivative = `\\frac{\\partial @{${target.id}}}{\\partial @{${source.id}}}`;
    parts.push(section(term("local", t("inspector.local")), ...chain(view, derivative, edge.local_template, edge.local, target.shape)));
  }
  if (plan.backwardAt[id] === 0) return [...parts, h("p", { class: "later" }, t("inspector.dead"))];
  if (edgeState(plan, id, cursor).backward === "idle") return [...parts, ...later(view, { kind: "edge", id }, plan.backwardAt[id], act)];

  const rule = edge.rule_template ? [formula(fillNames(`@{~${edge.source}} = ${edge.rule_template}`, trace, true), { display: true })] : [];
  const product = edge.local !== null && !target.shape.length && !source.shape.length
    ? [equation(t, number(target.gradient, full), number(edge.local, full), number(edge.contribution, full))]
    : numbersInPlace(view, edge.rule_template, edge.contribution, source.shape);
  if (edge.parts) rule.push(...sumOf(view, edge, source, signOf(target.op)));
  const value = arrayOf(view, edge.contribution, source.shape, edge.summary?.contribution, true, t("inspector.contribution"));
  const difference = differenceOf(trace, id);
  if (difference) rule.push(differenceLine(view, source, difference));
  parts.push(section(term("contribution", t(edge.local === null ? "inspector.contribution.vjp" : "inspector.contribution")), ...rule, ...product, ...value));
  return parts;
}

/** @param {View} view @param {import("../../lib/types.js").TraceNode} source @param {string} difference */
function differenceLine({ plan, t }, source, difference) {
  return h("p", {}, `${partial(plan.trace, source)} ${difference} `, term("difference", t("inspector.difference")));
}

/**
 * The edges inside a collapsed group, and that what comes back is their sum.
 * @param {View} view
 * @param {import("../../lib/types.js").TraceEdge} edge
 * @param {import("../../lib/types.js").TraceNode} source
 * @param {string} op  the group's name
 */
function sumOf(view, { parts = [], contribution }, source, op) {
  const { t, full } = view;
  const list = h("ul", { class: "contributions" }, ...parts.map(({ into, contribution: part }) => {
    const place = [signOf(into.op), nameOf(into)].join(" ");
    return h("li", {}, h("span", {}, t("inspector.via", { name: place })), h("b", {}, label(part, source.shape, full)));
  }));
  const said = h("p", {}, t(parts.length > 1 ? "inspector.parts" : "inspector.part", { op, count: parts.length }));
  const sum = source.shape.length ? [] : [h("p", { class: "sum" }, h("span", {}, t("inspector.sum")), figure(view, contribution))];
  return [said, list, ...sum];
}

/**
 * upstream × local = contribution, each with its word beneath.
 * @param {import("../../lib/types.js").Translate} t
 * @param {string} upstream
 * @param {string} local
 * @param {string} contribution
 */
function equation(t, upstream, local, contribution) {
  /** @param {string} text @param {string | Node} word */
  const factor = (text, word) => h("div", { class: "factor" }, h("b", {}, text), h("small", {}, word));
  const about = contribution.startsWith("≈");
  return h("div", { class: "equation" },
    factor(upstream, term("upstream", t("inspector.upstream"))),
    h("div", { class: "pair" }, h("span", {}, "×"), factor(local, term("local", t("inspector.local.short")))),
    h("div", { class: "pair" }, h("span", {}, about ? "≈" : "="), factor(contribution.replace("≈", ""), term("contribution", t("inspector.contribution.short")))));
}

/**
 * @param {View} view
 * @param {number} id
 * @param {Act} act
 * @param {HTMLElement[]} within  its cells, one by one
 * @returns {HTMLElement[]}
 */
function nodeContent(view, id, act, within) {
  const { plan, cursor, language, t, ops } = view;
  const node = plan.trace.nodes[id];
  const state = nodeState(plan, id, cursor);
  /** @type {HTMLElement[]} */
  const parts = [h("h2", { "data-node": id }, nameOf(node))];
  const entry = ops.get(node.op);
  const about = isLeaf(node) ? t(`inspector.${node.op}`) : `${signOf(node.op)}  ${entry?.summary?.[language] ?? ""}`;
  parts.push(h("p", { class: "kind" }, about));
  const frame = node.group === null ? null : plan.trace.groups[node.group];
  if (node.opens) parts.push(groupSwitch(view, node.opens, t("group.open", { name: signOf(node.op) })));
  if (frame?.path) parts.push(groupSwitch(view, frame.path, t("group.close", { name: frame.label })));

  const array = state.valueShown ? arrayOf(view, node.value, node.shape, node.summary?.value, false, t("inspector.value")) : [];
  if (!state.valueShown) parts.push(section(t("inspector.value"), ...symbols(view, node), ...later(view, { kind: "node", id }, plan.valueAt[id], act, "inspector.not.yet")));
  else if (isLeaf(node)) parts.push(section(t("inspector.value"), ...(array.length ? array : [figure(view, node.value)])));
  else parts.push(section(t("inspector.value"), ...chain(view, `@{${id}}`, node.template, node.value, node.shape), ...array));

  parts.push(...within);
  if (node.op === "input" && node.name !== null && node.differentiable) parts.push(dataChoice(view, node.name));
  if (node.differentiable) parts.push(gradientSection(view, id, act));
  const convention = node.convention ? entry?.convention?.[language] : undefined;
  if (convention) parts.push(section(term("kink", t("inspector.convention")), h("p", {}, convention)));
  for (const warning of plan.trace.warnings) {
    if (warning.node === id) parts.push(h("p", { class: "warning" }, warningText(warning, language, t)));
  }
  return parts;
}

/** Whether an input is data, which the reader may know better. @param {View} view @param {string} name */
function dataChoice({ data, markData, t }, name) {
  const box = h("input", { type: "checkbox", checked: data.has(name) });
  box.addEventListener("change", () => markData(name, box.checked));
  return h("label", { class: "data-choice" }, box, h("span", {}, t("inspector.data")));
}

/**
 * A node's gradient as the sum of what its consumers send back.
 * @param {View} view
 * @param {number} id
 * @param {Act} act
 */
function gradientSection(view, id, act) {
  const { plan, cursor, full, t } = view;
  const { trace } = plan;
  const { shape, summary } = trace.nodes[id];
  const state = nodeState(plan, id, cursor);
  const list = h("ul", { class: "contributions" });
  if (id === trace.output) list.append(h("li", {}, h("span", {}, t("inspector.seed")), h("b", {}, cursor >= plan.turn ? number(trace.seed, full) : "…")));
  for (const edge of plan.contributors[id].slice(0, MOST_LISTED)) {
    const arrived = plan.backwardAt[edge] <= cursor;
    const from = nameOf(trace.nodes[trace.edges[edge].target]);
    const button = h("button", { type: "button", class: "link", onclick: () => act.select({ kind: "edge", id: edge }) }, t("inspector.via", { name: from }));
    list.append(h("li", { class: arrived ? "" : "pending", "data-edge": edge }, button, h("b", {}, arrived ? contributionLabel(trace, edge, full) : "…")));
  }
  const left = plan.contributors[id].length - MOST_LISTED;
  if (left > 0) list.append(h("li", {}, t("inspector.more", { count: left })));
  const gradient = gradientAt(plan, id, cursor);
  const isUnused = plan.contributors[id].length === 0 && id !== trace.output;
  /** @type {HTMLElement[]} */
  const content = state.gradient === "none" && isUnused ? [] : state.gradient === "none" ? later(view, { kind: "node", id }, plan.completeAt[id], act)
    : shape.length ? arrayOf(view, gradient, shape, summary?.gradient, true, t("inspector.gradient"))
    : [h("p", { class: "sum" }, h("span", {}, t(state.gradient === "partial" ? "inspector.sum.partial" : "inspector.sum")), figure(view, gradient))];
  if (isUnused) content.push(h("p", { class: "later" }, t("inspector.unused")));
  const difference = state.gradient === "complete" ? differenceAt(trace, trace.nodes[id]) : "";
  if (difference) content.push(differenceLine(view, trace.nodes[id], difference));
  return section(term("gradient", `${t("inspector.gradient")} ${partial(trace, trace.nodes[id])}`), list, ...content);
}

/** That it is still to come, and the way there. @param {View} view @param {Selection} subject @param {number} moment @param {Act} act @param {string} [said] */
function later({ t }, subject, moment, act, said = "inspector.later") {
  return [h("p", { class: "later" }, t(said)), h("p", {}, h("button", { type: "button", class: "reach", onclick: () => act.reach(subject, moment) }, t("inspector.reach")))];
}

/**
 * symbol = formula, then with numbers in place, then the result.
 * @param {View} view
 * @param {string} symbol  a template, as the formula is
 * @param {string | null} template
 * @param {Wire} value
 * @param {number[]} shape
 */
function chain(view, symbol, template, value, shape) {
  const { trace } = view.plan;
  const first = formula(fillNames(template ? `${symbol} = ${template}` : symbol, trace, true), { display: true });
  return [first, ...numbersInPlace(view, template, value, shape, template ? fillNames(template, trace) : "")];
}

/** @param {View} view @param {import("../../lib/types.js").TraceNode} node */
function symbols({ plan }, node) {
  return node.template ? [formula(fillNames(`@{${node.id}} = ${node.template}`, plan.trace, true), { display: true })] : [];
}

/**
 * @param {View} view
 * @param {string | null} template
 * @param {Wire} value
 * @param {number[]} shape
 * @param {string} [said]  the formula that stands above; no line repeats the one before it
 */
function numbersInPlace({ plan, full }, template, value, shape, said = "") {
  const result = latexValue(value, shape, full);
  if (result === null || !template) return [];
  const numbers = fillNumbers(template, plan.trace, full);
  const equals = !full && saysLess(value, shape) ? "\\approx" : "=";
  const lines = [];
  const isArray = shape.length > 0; // its result is the table below
  if (bare(numbers) !== bare(said) && bare(numbers) !== bare(result)) lines.push(`= ${numbers}`);
  if (!isArray && bare(result) !== bare(said)) lines.push(`${equals} ${result}`);
  return lines.map((line) => formula(line, { display: true }));
}

/** A formula without what does not change how it reads. @param {string} latex */
function bare(latex) {
  return latex.replace(/[{}\s]/g, "").replace(/^\((-?[\d.]+)\)$/, "$1");
}

/**
 * @param {View} view
 * @param {Wire} value
 * @param {number[]} shape
 * @param {import("../../lib/types.js").Figures | undefined} figures
 * @param {boolean} signed
 * @param {string} name
 * @returns {HTMLElement[]}
 */
function arrayOf({ plan, full, t, onWhole }, value, shape, figures, signed, name) {
  if (!shape.length) return [];
  return [arrayView({ value, shape, figures, name, scale: signed ? scaleOf(plan.trace) : null, onWhole }, full, t)];
}

/** @param {View} view @param {Wire} value  a scalar */
function figure({ full }, value) {
  return h("b", { class: "figure" }, value === null ? "…" : number(value, full));
}

/** @param {View} view @param {number} id @param {(selection: Selection) => void} onSelect */
function link({ plan }, id, onSelect) {
  return h("button", { type: "button", class: "link", "data-node": id, onclick: () => onSelect({ kind: "node", id }) }, nameOf(plan.trace.nodes[id]));
}

/** @param {View} view @param {string} path @param {string} text */
function groupSwitch({ toggleGroup }, path, text) {
  return h("p", {}, h("button", { type: "button", onclick: () => toggleGroup(path) }, text));
}

/** @param {string | HTMLElement} title @param {...HTMLElement} content */
function section(title, ...content) {
  return h("section", {}, h("h3", {}, title), ...content);
}

/**
 * What is rounded says so, and full precision is one click away; so is the bare number.
 * @param {View} view
 * @param {Selection} subject
 * @param {() => void} onPrecision
 */
function precision({ plan, full, t }, { kind, id }, onPrecision) {
  const item = kind === "edge" ? plan.trace.edges[id].contribution : plan.trace.nodes[id].value;
  const said = h("span", {}, t(full ? "precision.full" : "precision.rounded"));
  const change = h("button", { type: "button", onclick: onPrecision, "aria-pressed": String(full) }, t("precision.button"));
  // An array has its own buttons, beside it.
  const isScalar = item !== null && !Array.isArray(item);
  const copy = isScalar ? h("button", { type: "button", onclick: () => copyValue(item, said, t) }, t("copy.button")) : "";
  return h("div", { class: "precision" }, said, change, copy);
}

/** @param {Wire} value @param {HTMLElement} said @param {import("../../lib/types.js").Translate} t */
async function copyValue(value, said, t) {
  try {
    await navigator.clipboard.writeText(String(value));
    said.textContent = t("copy.done");
  } catch {
    said.textContent = t("copy.failed");
  }
}
