/** The error of central differences as the step shrinks: truncation first, round-off then, and the best in between. */

import { h } from "../../lib/dom.js";
import { Superseded } from "../../service/failures.js";
import { number } from "../../lib/format.js";
import { scalar } from "../../lib/numbers.js";
import { choice, sampleBeneath, tableBeneath } from "../panel.js";
import { settingsOf } from "../../store/settings.js";
import { failureText } from "../../program/problems/problem_panel.js";
import { drawChart } from "./error_chart.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../service/wire_types.js").Sweep} Sweep */

/**
 * @param {import("../tabs.js").PanelPage} page
 * @param {object} panel
 * @param {() => {wrt?: string[]}} panel.chosen
 * @param {() => void} panel.redraw
 * @param {(text: string, isSeen?: boolean) => void} panel.say
 */
export function createStepSweep(page, { chosen, redraw, say }) {
  /** @type {Sweep | null} */
  let found = null;
  /** of: whose error is drawn, by name. */
  const settings = settingsOf(page, "sweep", { of: "" });
  let asked = new AbortController();

  async function run() {
    asked.abort();
    const own = (asked = new AbortController());
    say(page.words().t("check.running"));
    try {
      found = await page.client.ask("check/sweep", { ...page.work(), ...chosen() }, own.signal);
      const name = nameIn(found);
      say(name ? sentence(found, name, page.words().t) : page.words().t("check.none"), Boolean(name));
    } catch (error) {
      if (error instanceof Superseded) return;
      const { t, language } = page.words();
      say(failureText(error, language, t));
    }
    redraw();
  }

  /** @param {Sweep} sweep */
  function nameIn({ error }) {
    const { of } = settings.now;
    return Object.hasOwn(error, of) ? of : Object.keys(error)[0] ?? "";
  }

  /** @param {Sweep} sweep @param {string} name @param {Translate} t */
  function picture(sweep, name, t) {
    const errors = sweep.error[name].map(scalar);
    const complex = sweep.complex_step && sweep.complex_step[name] !== undefined ? scalar(sweep.complex_step[name]) : null;
    const names = /** @type {[string, string][]} */ (Object.keys(sweep.error).map((one) => [one, one]));
    const chart = drawChart({
      label: sentence(sweep, name, t),
      x: t("sweep.h"), y: t("sweep.error"),
      series: [{ class: "numeric", points: sweep.h.map((step, i) => ({ x: step, y: errors[i], hollow: errors[i] === 0 })) }],
      bands: bandsOf(sweep.h, sweep.regimes[name]).map((band) => ({ ...band, word: t(`sweep.${band.class}.short`) })),
      levels: complex === null ? [] : [{ y: complex, class: "complex", word: `${t("sweep.complex.short")}: ${number(complex)}` }],
    });
    const rows = sweep.h.map((step, i) => [number(step), number(errors[i]), t(`sweep.${sweep.regimes[name][i]}`)]);
    const sample = sweep.indices[name];
    const beside = complex === null ? (sweep.obstacle ? t("sweep.obstacle", { function: sweep.obstacle }) : "") : t("sweep.complex", { error: number(complex) });
    return [
      ...(names.length > 1 ? [h("div", { class: "asking" }, choice("sweep-of", t("sweep.of"), names, name, (value) => {
        settings.set({ of: value });
        redraw();
      }))] : []),
      chart, h("p", {}, sentence(sweep, name, t)), ...(beside ? [h("p", {}, beside)] : []),
      ...(sample ? [sampleBeneath("sweep-sample", t("sweep.sampled", { count: sample.length }), name, sample)] : []),
      tableBeneath("sweep-table", t("check.table"), [t("sweep.h"), t("sweep.error"), t("sweep.regime")], rows),
    ];
  }

  return {
    /** The numbers are an earlier program's. */
    forget() {
      asked.abort();
      found = null;
    },
    /** @param {Translate} t @returns {HTMLElement[]} */
    content(t) {
      return [h("section", { class: "sweep" }, h("h3", {}, t("sweep.title")), h("p", {}, t("sweep.about")),
        h("button", { type: "button", id: "sweep-run", onclick: run }, t("sweep.run")),
        ...(found && nameIn(found) ? picture(found, nameIn(found), t) : []))];
    },
  };
}

/** @param {Sweep} sweep @param {string} name @param {Translate} t */
function sentence({ h: steps, error, best_h }, name, t) {
  const best = best_h[name];
  if (best === null || best === undefined) return t("sweep.none", { name });
  return t("sweep.result", { name, h: number(best), error: number(error[name][steps.indexOf(best)]) });
}

/**
 * Where one regime follows another: half way between two steps, as powers of ten count. Pure.
 * @param {number[]} steps  from large to small
 * @param {Sweep["regimes"][string]} regimes
 * @returns {{from: number, to: number, class: "truncation" | "round-off"}[]}  from small to large
 */
export function bandsOf(steps, regimes) {
  const best = regimes.indexOf("best");
  if (best < 0) return [];
  const [largest, smallest] = [steps[0], steps[steps.length - 1]];
  const bands = [];
  if (best < steps.length - 1) bands.push({ from: smallest, to: steps[best], class: /** @type {const} */ ("round-off") });
  if (best > 0) bands.push({ from: steps[best], to: largest, class: /** @type {const} */ ("truncation") });
  return bands;
}
