/** Backpropagation against differences: what both give, whether they agree, and what each cost. */

import { h } from "../../lib/dom.js";
import { Superseded } from "../../service/failures.js";
import { number } from "../../lib/format.js";
import { flatten } from "../../lib/numbers.js";
import { choice, createPanel, isSameWork, namedNodes, placed, sampleBeneath, tableBeneath } from "../panel.js";
import { settingsOf } from "../../store/settings.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { drawChart } from "./error_chart.js";
import { createStepSweep } from "./step_sweep.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").Work} Work */
/** @typedef {import("../../service/wire_types.js").Check} Check */
/** @typedef {import("../../service/wire_types.js").CheckResult} Result */

const METHODS = ["central", "complex"];
/** @type {Record<Result["verdict"], string>} */
const SIGNS = { agree: "✓", kink: "∠", undecided: "?", "non-finite": "∞", mismatch: "✗" };

/**
 * @param {HTMLElement} place
 * @param {import("../tabs.js").PanelPage} page
 * @returns {import("../tabs.js").Panel}
 */
export function createCheck(place, page) {
  const { fill, say } = createPanel(place);
  const sweep = createStepSweep(page, { chosen: () => wanted(), redraw: () => draw(), say });
  /** of: a node's name, or "" for all inputs. */
  const settings = settingsOf(page, "check", { of: "", method: METHODS[0] });
  /** @type {{check: Check, of: Work} | null} */
  let found = null;
  let asked = new AbortController();
  /** What is said of it all, in whatever language the page has. */
  let status = () => "";
  /** What is drawn: of which program, in which words. @type {{trace: Trace | null, t: Translate} | null} */
  let drawn = null;

  /** Which gradients are checked. @returns {{wrt?: string[]}} */
  function wanted() {
    const { of } = settings.now;
    return of ? { wrt: [of] } : {};
  }

  function methodNow() {
    const { method } = settings.now;
    return METHODS.includes(method) ? method : METHODS[0];
  }

  async function run() {
    const work = page.work();
    asked.abort();
    const own = (asked = new AbortController());
    // Now, not with the answer: a sweep that is asked for meanwhile is of the same program.
    sweep.forget();
    say(page.words().t("check.running"));
    place.setAttribute("aria-busy", "true");
    try {
      const check = await page.client.ask("check", { ...work, method: methodNow(), ...wanted() }, own.signal);
      found = { check, of: work };
      status = () => verdictOfAll(check.results, page.words().t);
    } catch (error) {
      if (error instanceof Superseded) return;
      found = null;
      status = () => failureText(error, page.words().language, page.words().t);
    }
    place.removeAttribute("aria-busy");
    draw();
    say(status());
  }

  function draw() {
    const { t } = page.words();
    const trace = page.plan()?.trace ?? null;
    const nodes = trace ? namedNodes(trace).filter(({ differentiable }) => differentiable) : [];
    if (trace && settings.now.of && !nodes.some(({ name }) => name === settings.now.of)) settings.set({ of: "" });
    const { of } = settings.now;
    const method = methodNow();
    const names = /** @type {[string, string][]} */ ((trace || !of ? nodes.map(({ name }) => name ?? "") : [of]).map((name) => [name, name]));
    const methods = /** @type {[string, string][]} */ (METHODS.map((one) => [one, t(`check.method.${one}`)]));
    const form = h("form", { class: "asking" },
      choice("check-of", t("check.of"), [["", t("check.of.inputs")], ...names], of, (value) => {
        settings.set({ of: value });
        run();
      }),
      choice("check-method", t("check.method"), methods, method, (value) => {
        settings.set({ method: value });
        run();
      }),
      h("button", { type: "submit", id: "check-run", class: "primary" }, t("check.run")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
    if (drawn && drawn.t !== t) say(status());
    drawn = { trace, t };
    const isOld = found !== null && !isSameWork(found.of, page.work());
    fill(
      h("h2", {}, t("check.title")), h("p", { class: "about" }, t(`check.about.${method}`)), form,
      ...(isOld ? [h("p", { class: "old" }, t("check.old"))] : []),
      ...(found ? [h("div", { class: isOld ? "stale" : "" }, resultList(found.check, t, isOld ? null : trace, page.select), costSection(found.check, t))] : []),
      ...sweep.content(t),
    );
  }

  return {
    show() {
      // At every step of the animation the page is another one, and this is the same.
      if (settings.arrived() && drawn) run();
      if (drawn?.trace !== (page.plan()?.trace ?? null) || drawn.t !== page.words().t) draw();
    },
    opened() {
      draw();
      if (!isSameWork(found?.of ?? null, page.work())) run();
    },
  };
}

/**
 * What is said of all results: only a mismatch is a disagreement; at a kink the gradient is a convention, and where a number is
 * missing there is nothing to compare.
 * @param {Pick<Result, "name" | "verdict">[]} results
 * @param {Translate} t
 */
export function verdictOfAll(results, t) {
  if (!results.length) return t("check.none");
  /** @param {Result["verdict"][]} verdicts */
  const names = (...verdicts) => results.filter(({ verdict }) => verdicts.includes(verdict)).map(({ name }) => name).join(", ");
  const parts = /** @type {[string, string][]} */ ([["check.differ", names("mismatch")], ["check.kinks", names("kink")], ["check.open", names("undecided", "non-finite")]]);
  const said = parts.filter(([, named]) => named).map(([key, named]) => t(key, { names: named }));
  if (names("agree")) said.unshift(t(said.length ? "check.rest" : "check.agree"));
  return said.join(" · ");
}

/** @param {Check} check @param {Translate} t @param {import("../../lib/types.js").Trace | null} trace  of what is drawn; null: another program is @param {(selection: import("../../lib/types.js").Selection) => void} select */
function resultList({ results }, t, trace, select) {
  const kinds = [...new Set(results.map(({ verdict }) => verdict))];
  const items = results.map((result) => {
    const { name, node, worst_index, verdict, absolute_error, relative_error, elements, indices, held } = result;
    const at = elementOf(result);
    const isArray = elements > 1 || worst_index.length > 0;
    const sample = indices ? sampleBeneath(`check-sample-${node}`, t("check.sampled", { count: indices.length, all: elements }), name, indices) : "";
    const drawn = trace?.nodes.find((one) => one.name === name);
    return h("li", { "data-verdict": verdict, ...(drawn && { "data-node": drawn.id }) },
      h("h3", {}, h("span", {}, drawn ? h("button", { type: "button", class: "link", onclick: () => select({ kind: "node", id: drawn.id }) }, name) : name), h("span", { class: "verdict" }, `${SIGNS[verdict]} ${t(`check.verdict.${verdict}`)}`)),
      h("dl", {},
        ...pair(t("check.analytic"), at.analytic), ...pair(t("check.numeric"), at.numeric),
        ...pair(t("check.error"), `${number(relative_error)} (${number(absolute_error)})`), ...(isArray ? pair(t(`check.element.${verdict}`), placed(name, worst_index)) : [])),
      held ? h("p", { class: "note" }, t("check.held")) : "", sample);
  });
  const meanings = kinds.map((kind) => h("p", { class: "meaning" }, `${SIGNS[kind]} ${t(`check.meaning.${kind}`)}`));
  return h("div", {}, h("ul", { class: "results" }, ...items), ...meanings);
}

/** @param {string} word @param {string} text */
function pair(word, text) {
  return [h("div", {}, h("dt", {}, word), h("dd", {}, text))];
}

/**
 * Both derivatives by the worst element, in full: what they share is seen digit by digit.
 * @param {Pick<Result, "analytic" | "numeric" | "worst_index" | "indices">} result
 */
export function elementOf({ analytic, numeric, worst_index, indices }) {
  const place = indices?.findIndex((index) => index.join() === worst_index.join());
  /** @param {Result["analytic"]} value */
  const at = (value) => {
    const one = place === undefined ? worst_index.reduce((/** @type {any} */ part, i) => part?.[i], value) : flatten(value)[place];
    return one === undefined || one === null || Array.isArray(one) ? "…" : number(one, true);
  };
  return { analytic: at(analytic), numeric: at(numeric) };
}

/** @param {Check} check @param {Translate} t */
function costSection({ method, evaluations, seconds, curve, ratio }, t) {
  const last = curve.at(-1);
  if (!last) return h("div");
  const measured = curve.filter((cost) => cost.measured).at(-1) ?? last;
  const chart = drawChart({
    label: t("check.cost.label", { elements: last.elements, seconds: time(last.seconds), backprop: time(seconds.backprop) }),
    x: t("check.cost.x"), y: t("check.cost.y"),
    series: [{ class: "numeric", points: curve.map((cost) => ({ x: cost.elements, y: cost.seconds, hollow: !cost.measured })) }],
    levels: [{ y: seconds.backprop, class: "backprop", word: t("check.backprop") }],
  });
  const rows = curve.map((cost) => [String(cost.elements), String(cost.evaluations), `${time(cost.seconds)}${cost.measured ? "" : ` (${t("check.extrapolated")})`}`]);
  return h("section", { class: "cost" },
    h("h3", {}, t("check.cost.title")),
    h("p", {}, t(`check.cost.${method}`, { n: measured.elements, count: evaluations.numeric, seconds: time(seconds.numeric) })),
    evaluations.refining ? h("p", {}, t("check.cost.refining", { count: evaluations.refining })) : "",
    h("p", {}, t("check.cost.backprop", { seconds: time(seconds.backprop) })),
    last.measured ? "" : h("p", {}, t("check.cost.all", { elements: last.elements, seconds: time(last.seconds) })),
    h("p", { class: "ratio" }, t("check.cost.ratio", { ratio: ratioText(ratio) })),
    chart,
    tableBeneath("check-cost-table", t("check.table"), [t("check.cost.x"), t("check.cost.evaluations"), t("check.cost.time")], rows));
}

/** @param {number} ratio @returns {string} "3,200", "1.4" */
export function ratioText(ratio) {
  return ratio < 10 ? String(Number(ratio.toPrecision(2))) : Math.round(Number(ratio.toPrecision(2))).toLocaleString("en");
}

/** @param {number} seconds @returns {string} "120 µs" */
export function time(seconds) {
  const [factor, unit] = seconds < 1e-3 ? [1e6, "µs"] : seconds < 1 ? [1e3, "ms"] : [1, "s"];
  return `${Number((seconds * factor).toPrecision(2))} ${unit}`;
}
