/** What a change of one leaf does to the output: as its gradient predicts, and as it truly is. */

import { h } from "../../lib/dom.js";
import { NetworkFailure, Problem, Superseded } from "../../service/failures.js";
import { number } from "../../lib/format.js";
import { choice, createPanel, isSameWork, placed } from "../panel.js";
import { settingsOf } from "../../store/settings.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { forwardMode } from "./forward_mode.js";
import { elementsOf, leavesOf, outputOf, ranked, reachOf, tidy, withElement } from "./influence_model.js";
import { drawTangent } from "./tangent_plot.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("./influence_model.js").Leaf} Leaf */
/** @typedef {import("./influence_model.js").Measure} Measure */

const MEASURES = /** @type {Measure[]} */ (["norm", "largest", "elasticity"]);
/** Places, as shares of the reach, at which the truth is drawn before anybody drags. */
const SAMPLED = [-1, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1];
const MOST_BARS = 30;

/**
 * @param {HTMLElement} place
 * @param {import("../tabs.js").PanelPage} page
 * @returns {import("../tabs.js").Panel}
 */
export function createInfluence(place, page) {
  const { fill, say } = createPanel(place);
  /** name, element: of the chosen leaf, and of its element; change: that was chosen. */
  const settings = settingsOf(page, "influence", { measure: "norm", name: "", element: "", change: 0 });
  /** @returns {Measure} */
  const measureNow = () => MEASURES.find((one) => one === settings.now.measure) ?? "norm";
  /** The changes of the output that were computed, by change. @type {Map<number, number>} */
  let truths = new Map();
  /** What is still to be computed; the newest wish comes first. @type {number[]} */
  let waiting = [];
  let isAsking = false;
  let asked = new AbortController();
  let failure = "";
  /** @type {Trace | null} */
  let of = null;
  /** @type {{work: import("../../lib/types.js").Work, trace: Trace | null, data: string, t: Translate} | null} */
  let drawn = null;
  /** What was chosen in the figure when the panel looked last. @type {import("../../lib/types.js").Selection | null} */
  let followed = null;
  const live = h("div", { class: "moving" });

  /** What is being moved; sought once, because the slider asks at every move. @type {ReturnType<typeof seek>} */
  let now = null;

  /** The leaves that are ranked, and the names of those that are not. @returns {{leaves: Leaf[], labels: string[]}} */
  function weighed() {
    const all = of ? leavesOf(of) : [];
    const labels = of ? page.data(of) : new Set();
    return { leaves: all.filter((leaf) => !labels.has(leaf.name)), labels: all.map((leaf) => leaf.name).filter((name) => labels.has(name)) };
  }

  function seek() {
    const { name, element } = settings.now;
    const leaf = of ? leavesOf(of).find((one) => one.name === name) : undefined;
    if (!of || !leaf) return null;
    const elements = elementsOf(leaf.node);
    const one = elements.find(({ index }) => index.join() === element) ?? elements[0];
    return one ? { leaf, elements, one, reach: reachOf(one.value), label: placed(leaf.name, one.index), base: outputOf(of) } : null;
  }

  /** Another number is moved. @param {boolean} [isKept]  by as much as was chosen before */
  function restart(isKept = false) {
    asked.abort();
    asked = new AbortController();
    truths = new Map([[0, 0]]);
    failure = "";
    now = seek();
    const reach = now?.reach;
    const isWithin = isKept && reach && settings.now.change !== 0 && Math.abs(settings.now.change) <= reach.span;
    if (!isWithin) settings.set({ change: reach?.first ?? 0 });
    waiting = reach ? [...SAMPLED.map((share) => tidy(share * reach.span)), settings.now.change] : [];
    draw();
    follow();
  }

  /** Compute as fast as answers come. */
  async function follow() {
    if (isAsking) return;
    isAsking = true;
    try {
      for (let by = waiting.pop(); by !== undefined; by = waiting.pop()) {
        if (!truths.has(by)) await compute(by);
      }
    } finally {
      isAsking = false;
    }
  }

  /** @param {number} by */
  async function compute(by) {
    const known = truths;
    const from = now;
    if (!from) return;
    const { program, inputs } = page.work();
    const moved = withElement(from.leaf.node.value, from.one.index, from.one.value + by);
    try {
      const trace = await page.client.ask("expression", { program, inputs: { ...inputs, [from.leaf.name]: moved }, values: "summary" }, asked.signal);
      known.set(by, outputOf(trace) - from.base);
      failure = "";
    } catch (error) {
      if (error instanceof Superseded) return;
      if (!(error instanceof Problem || error instanceof NetworkFailure)) throw error;
      const { t, language } = page.words();
      failure = failureText(error, language, t);
      waiting = [];
    }
    if (known === truths) update();
  }

  /** The numbers beside the slider, and nothing else: the slider is being held. */
  function update() {
    if (!now || !of) return live.replaceChildren();
    const { t } = page.words();
    const { change } = settings.now;
    const output = of.nodes[of.output].name ?? t("influence.output");
    const predicted = tidy(now.one.gradient * change);
    const truth = truths.get(change);
    const gap = truth === undefined ? null : tidy(tidy(truth) - predicted);
    const row = (/** @type {string} */ kind, /** @type {string} */ text) => h("div", { class: kind }, h("dt", {}, t(`influence.${kind}`)), h("dd", {}, text));
    const told = truth === undefined ? "…" : signed(tidy(truth));
    live.replaceChildren(
      h("p", { class: "claim" }, h("b", {}, `${now.label} ${signed(change)}`), ` → ${output} `, h("b", {}, signed(predicted))),
      h("dl", {}, row("predicted", signed(predicted)), row("truth", told), row("gap", gap === null ? "…" : Math.abs(gap) <= 1e-9 * Math.abs(predicted) ? "0" : signed(gap))),
      drawTangent({ span: now.reach.span, slope: now.one.gradient, change, truths, label: t("influence.plot", { name: now.label, output }), x: t("influence.x", { name: now.label }), y: t("influence.y", { output }) }),
      ...(failure ? [h("p", { class: "fault" }, failure)] : []));
    if (truth !== undefined) say(t("influence.said", { name: now.label, change: signed(change), predicted: signed(predicted), truth: told }), true);
  }

  function slider() {
    if (!now) return h("p", { class: "note" }, page.words().t("influence.elided"));
    const { t } = page.words();
    const { span, step } = now.reach;
    const { change } = settings.now;
    const range = h("input", { type: "range", id: "influence-change", min: -span, max: span, step, value: change, "aria-label": t("influence.change", { name: now.label }), "aria-valuetext": signed(change) });
    range.addEventListener("input", () => {
      const change = tidy(Number(range.value));
      settings.set({ change });
      range.setAttribute("aria-valuetext", signed(change));
      waiting.push(change);
      update();
      follow();
    });
    // Elsewhere on the page the arrow keys take steps.
    range.addEventListener("keydown", (event) => {
      if (/^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation();
    });
    return h("div", { class: "slider" }, h("span", {}, signed(-span)), range, h("span", {}, signed(span)));
  }

  /** @param {Translate} t */
  function bars(t) {
    const { leaves, labels } = weighed();
    const { name } = settings.now;
    const measure = measureNow();
    const list = ranked(leaves, measure);
    const largest = Math.max(...list.map((leaf) => Math.abs(leaf[measure])).filter(Number.isFinite), 0);
    const items = list.slice(0, MOST_BARS).map((leaf) => {
      const size = leaf[measure];
      const share = largest > 0 && Number.isFinite(size) ? Math.abs(size) / largest : 0;
      const text = Number.isNaN(size) ? "–" : measure === "elasticity" ? `${signed(size)} %` : leaf.node.shape.length && measure === "norm" ? `‖·‖ ${number(size)}` : signed(size);
      const button = h("button", { type: "button", class: "link", id: `leaf-${leaf.node.id}`, "aria-pressed": String(leaf.name === name), onclick: () => pick(leaf.name) }, leaf.name);
      return h("li", { class: leaf.name === name ? "here" : "", "data-node": leaf.node.id }, button, h("span", { class: "bar", "data-sign": size < 0 ? "negative" : "positive", style: `--share: ${share}` }), h("span", { class: "size" }, text));
    });
    return h("section", { class: "ranking" },
      h("h3", {}, t("influence.ranking")),
      h("div", { class: "asking" }, choice("influence-measure", t("influence.measure"), MEASURES.map((one) => [one, t(`influence.measure.${one}`)]), measure, (value) => {
        settings.set({ measure: value });
        draw();
      })),
      h("p", { class: "note" }, t(`influence.measure.${measure}.about`)),
      h("ol", { class: "bars" }, ...items),
      labels.length ? h("p", { class: "note", id: "influence-labels" }, t("influence.labels", { names: labels.join(", ") }), ...(page.canMark ? [" ", t("data.change")] : [])) : "",
      list.length > MOST_BARS ? h("p", { class: "note" }, t("diagnose.cut", { shown: MOST_BARS, all: list.length })) : "");
  }

  /** @param {string} leaf */
  function pick(leaf) {
    settings.set({ name: leaf, element: "" });
    const node = of?.nodes.find(({ op, name }) => op === "input" && name === leaf);
    if (node) page.select({ kind: "node", id: node.id });
    restart();
  }

  function draw() {
    const { t } = page.words();
    const { name } = settings.now;
    const leaves = of ? leavesOf(of) : [];
    const head = [h("h2", {}, t("influence.title")), h("p", { class: "about" }, t("influence.about"))];
    if (!leaves.length) return fill(...head, h("p", { class: "note" }, t(of ? "influence.none" : "diagnose.no.program")));
    const elasticity = leaves.find((leaf) => leaf.name === name)?.elasticity ?? NaN;
    const elements = now && now.elements.length > 1
      ? [choice("influence-element", t("influence.element"), now.elements.map(({ index }) => [index.join(), placed(name, index)]), now.one.index.join(), (value) => {
        settings.set({ element: value });
        restart();
      })] : [];
    fill(...head,
      h("div", { class: "asking" }, choice("influence-of", t("influence.of"), leaves.map((leaf) => [leaf.name, leaf.name]), name, pick), ...elements),
      slider(), live,
      h("p", { class: "elasticity" }, Number.isNaN(elasticity) ? t("influence.no.elasticity") : t("influence.elasticity", { name, output: of?.nodes[of.output].name ?? t("influence.output"), percent: signed(elasticity) })),
      ...(now && of ? [forwardMode(page, { name, text: now.label, index: now.one.index, gradient: now.one.gradient, trace: of })] : []),
      bars(t));
    update();
  }

  /** @param {boolean} isOpened */
  function refresh(isOpened) {
    const plan = page.plan();
    if (!plan && !isOpened) return; // until another program stands, this one does
    const { t } = page.words();
    const trace = plan?.trace ?? null;
    const selected = page.selection();
    const isOther = isOpened || JSON.stringify(selected) !== JSON.stringify(followed);
    followed = selected;
    const selection = isOther && trace ? leafSelected(trace) : null;
    const isBrought = settings.arrived();
    const data = trace ? [...page.data(trace)].join() : "";
    if (!selection && !isBrought && drawn !== null && drawn.trace === trace && drawn.data === data && drawn.t === t) return;
    const isSame = !selection && !isBrought && drawn !== null && drawn.trace !== null && trace !== null && isSameWork(drawn.work, page.work());
    const isFirst = drawn === null || isBrought;
    drawn = { work: page.work(), trace, data, t };
    of = trace;
    const leaves = of ? leavesOf(of) : [];
    const chosen = settings.now.name;
    const wanted = [selection, chosen].find((one) => leaves.some((leaf) => leaf.name === one)) ?? (ranked(weighed().leaves, measureNow())[0] ?? leaves[0])?.name ?? "";
    if (of && wanted !== chosen) settings.set({ name: wanted });
    if (isSame) {
      now = seek();
      draw();
    } else restart(isFirst && wanted === chosen);
  }

  /** @param {Trace} trace */
  function leafSelected(trace) {
    const selection = page.selection();
    const node = selection?.kind === "node" ? trace.nodes[selection.id] : null;
    return node?.op === "input" && node.name !== settings.now.name ? node.name : null;
  }

  return {
    show: () => refresh(false),
    opened() {
      refresh(true);
      // What operands are for stands in the reference of ops.
      if (!page.ops().size) page.loadOps().then(() => of && draw());
    },
  };
}

/** @param {number} value @returns {string} "+2.2" */
function signed(value) {
  const text = number(value);
  return value > 0 ? (text.startsWith("≈") ? `≈+${text.slice(1)}` : `+${text}`) : text;
}
