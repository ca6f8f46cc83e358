/** One setting tried with several values: a training of the same length for each, and a chart of where they end. */

import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { scalar } from "../../lib/numbers.js";
import { tableBeneath } from "../../panels/panel.js";
import { Superseded } from "../../service/failures.js";
import { train } from "../../service/event_stream.js";
import { settingsOf } from "../../store/settings.js";
import { numberOr, trainRequest } from "../builder/spec.js";
import { drawPlot } from "./curves.js";

/** @typedef {import("../../lib/types.js").TrainingEvent} Event */
/** @typedef {{value: number | string, last: Event | null, reason: string}} Result  reason: of the end; last: the last step that has a number */

/** More are no chart that anybody reads, and a training each. */
const MOST_VALUES = 12;

/** What is tried unless the reader says so. @type {Record<string, string>} */
const USUAL = { "optimizer.lr": "0.001, 0.01, 0.1, 1", batch_size: "1, 10, 50, 200", init_seed: "0, 1, 2, 3, 4", init: "he, xavier, normal", l2: "0, 0.001, 0.01, 0.1" };
const USUAL_UNITS = "2, 4, 8, 16, 32";

/**
 * The settings of a request that may be tried, by their paths.
 * @param {Record<string, any>} request
 */
export function settingsIn({ layers }) {
  const units = Array.isArray(layers) ? layers.flatMap((layer, i) => (typeof layer?.units === "number" ? [`layers.${i}.units`] : [])) : [];
  return [...Object.keys(USUAL), ...units.slice(0, -1)]; // the last layer has the data's units
}

/**
 * A request with another value in one place of it.
 * @param {Record<string, any>} request
 * @param {string} path
 * @param {number | string} value
 */
export function withValue(request, path, value) {
  const copy = structuredClone(request);
  const names = path.split(".");
  const last = /** @type {string} */ (names.pop());
  names.reduce((within, name) => within[name], copy)[last] = value;
  return copy;
}

/** @param {string} text @returns {(number | string)[]} each once, in their order */
export function valuesIn(text) {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean).map(numberOr))].slice(0, MOST_VALUES);
}

/**
 * @param {object} page
 * @param {() => import("../builder/builder.js").Bench} page.bench
 * @param {import("../../store/settings.js").Keeper} page.keeper
 * @param {() => ReturnType<typeof import("../../lib/translations.js").createTranslations>} page.words
 * @param {(error: unknown) => void} page.onFailure
 */
export function createSweep({ bench, keeper, words, onFailure }) {
  const settings = settingsOf(keeper, "trials", { setting: "optimizer.lr", values: "", steps: "100" });
  const element = h("details", { id: "train-trials" });
  const chart = h("div", { class: "figures", id: "trials-chart" });
  const word = h("p", { id: "trials-word", role: "status" });
  /** @type {Result[]} */
  let results = [];
  /** What was tried. */
  let tried = { setting: "", key: "", steps: 0 };
  let running = new AbortController();
  let isRunning = false;

  const t = () => words().t;
  const request = () => trainRequest(bench().draft);
  const settingNow = () => (settingsIn(request()).includes(settings.now.setting) ? settings.now.setting : "optimizer.lr");
  const usual = () => USUAL[settingNow()] ?? USUAL_UNITS;

  /** @param {string} setting */
  function name(setting) {
    const [, at] = /^layers\.(\d+)/.exec(setting) ?? [];
    return at === undefined ? t()(`trials.setting.${setting}`) : t()("trials.setting.units", { number: Number(at) + 1 });
  }

  async function run() {
    if (isRunning) return stop();
    const { predict: _, ...base } = request();
    const setting = settingNow();
    const steps = Math.max(1, Math.round(Number(settings.now.steps)) || 1);
    const values = valuesIn(settings.now.values || usual());
    results = [];
    tried = { setting, key: JSON.stringify(base), steps };
    isRunning = true;
    const { signal } = (running = new AbortController());
    try {
      for (const [i, value] of values.entries()) {
        word.textContent = t()("trials.running", { value: String(value), number: i + 1, count: values.length });
        show();
        /** @type {Result} */
        const result = { value, last: null, reason: "" };
        for await (const event of train({ ...withValue(base, setting, value), steps, report_every: steps }, signal)) {
          if (event.event === "step") result.last = event;
          if (event.event === "end") result.reason = event.reason;
        }
        results = [...results, result];
      }
      word.textContent = "";
    } catch (error) {
      word.textContent = "";
      if (!signal.aborted && !(error instanceof Superseded)) onFailure(error);
    }
    isRunning = false;
    show();
  }

  function stop() {
    running.abort();
  }

  /** @param {Result} result @param {"train" | "test"} of */
  const loss = ({ last, reason }, of) => (reason === "diverged" ? NaN : scalar(/** @type {any} */ (last?.[of]?.loss ?? NaN)));

  function draw() {
    const names = results.map(({ value }) => String(value));
    const hasTest = results.some(({ last }) => last?.test);
    /** @param {"train" | "test"} of */
    const points = (of) => results.map((result, x) => ({ x, y: loss(result, of) }));
    const about = { setting: name(tried.setting), steps: tried.steps };
    const plot = drawPlot({
      label: t()("trials.label", about), x: about.setting, y: t()("train.loss.axis"), names,
      series: [...(hasTest ? [{ class: "test", dots: true, points: points("test") }] : []), { class: "train", dots: true, points: points("train") }],
    });
    const key = h("span", { class: "key" }, h("span", { class: "one train" }, t()("train.series.train")), ...(hasTest ? [h("span", { class: "one test" }, t()("train.series.test"))] : []));
    /** @param {unknown} value */
    const text = (value) => (value === null || value === undefined ? "–" : number(/** @type {any} */ (value)));
    const rows = results.map((result) => {
      const { value, last, reason } = result;
      const end = reason === "diverged" ? t()("trials.diverged") : text(last?.train.loss);
      return [String(value), end, text(reason === "diverged" ? null : last?.test?.loss), text(last?.accuracy), text(last?.test?.accuracy)];
    });
    const heads = [about.setting, t()("train.loss"), t()("train.loss.test"), t()("train.accuracy"), t()("train.accuracy.test")];
    const table = tableBeneath("trials-table", t()("trials.table"), heads, rows);
    table.open = true;
    const scroll = h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": t()("trials.table") }, ...table.querySelectorAll("table"));
    table.append(scroll);
    chart.replaceChildren(h("figure", {}, h("figcaption", {}, t()("trials.caption", about), key), plot), table);
  }

  function show() {
    const setting = settingNow();
    const select = h("select", { id: "trials-setting" }, ...settingsIn(request()).map((one) => h("option", { value: one, selected: one === setting }, name(one))));
    select.addEventListener("change", () => {
      settings.set({ setting: select.value, values: "" });
      show();
    });
    const values = h("input", { id: "trials-values", value: settings.now.values, placeholder: usual(), autocomplete: "off" });
    values.addEventListener("input", () => settings.set({ values: values.value }));
    const steps = h("input", { id: "trials-steps", value: settings.now.steps, inputmode: "numeric", autocomplete: "off" });
    steps.addEventListener("input", () => settings.set({ steps: steps.value }));
    const button = h("button", { type: "button", id: "trials-run", onclick: run }, t()(isRunning ? "trials.stop" : "trials.run"));
    /** @param {string} key @param {HTMLElement} control */
    const field = (key, control) => h("label", { class: "field" }, h("span", {}, t()(key)), control);
    const held = element.contains(document.activeElement) ? document.activeElement?.id : "";
    element.replaceChildren(
      h("summary", {}, t()("trials.title")), h("div", { class: "fields" }, field("trials.setting", select), field("trials.values", values), field("trials.steps", steps)),
      h("div", { class: "files" }, button), word, chart);
    if (held) /** @type {HTMLElement | null} */ (element.querySelector(`#${CSS.escape(held)}`))?.focus();
    if (results.length) draw();
    else chart.replaceChildren();
  }

  return {
    element, show, stop,
    /** The form says something else: what was tried is not of it. */
    changed() {
      const { predict: _, ...now } = request();
      if (tried.key && JSON.stringify(now) !== tried.key) {
        stop();
        results = [];
        tried.key = "";
      }
      if (!isRunning) show();
    },
  };
}
