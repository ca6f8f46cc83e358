/** A network that is trained while the reader looks on: what it says of each picture, and how many are right. */

import { h } from "../lib/dom.js";
import { drawPlot } from "../network/training/curves.js";
import { Superseded } from "../service/failures.js";
import { train } from "../service/event_stream.js";
import { failureWords } from "./failure_words.js";

/** @typedef {{request: Record<string, unknown>, labels: string[]}} Shown */

const PERCENT = 100;

/** @param {HTMLElement} place @param {Shown} shown @param {import("../lib/types.js").Translate} t */
export function createTraining(place, { request, labels }, t) {
  const panel = place.querySelector(".live");
  if (!(panel instanceof HTMLElement)) return;
  const guesses = [...place.querySelectorAll(".pictures li")].map((item) => item.appendChild(h("span", { class: "guess" }, "")));
  const start = h("button", { type: "button", class: "primary", onclick: run }, t("learn.train"));
  const told = h("span", { class: "told" });
  const ended = h("p", { role: "status" });
  const chart = h("div", {});
  panel.replaceChildren(h("div", { class: "acts" }, start, told), chart, ended);
  panel.hidden = false;
  /** @type {{x: number, y: number}[]} */
  let train_points = [];
  /** @type {{x: number, y: number}[]} */
  let test_points = [];
  show();

  async function run() {
    start.disabled = true;
    train_points = [];
    test_points = [];
    ended.textContent = "";
    try {
      for await (const event of train(request, new AbortController().signal)) {
        if (event.event === "step") step(event);
        if (event.event === "end") end(event);
      }
    } catch (error) {
      if (!(error instanceof Superseded)) ended.textContent = await failureWords(error, document.documentElement.lang === "ko" ? "ko" : "en", t);
    } finally {
      start.disabled = false;
      start.textContent = t("learn.train.again");
    }
  }

  /** @param {import("../lib/types.js").TrainingEvent} event */
  function step(event) {
    train_points.push({ x: event.step, y: Number(event.train?.accuracy) });
    test_points.push({ x: event.step, y: Number(event.test?.accuracy) });
    told.textContent = t("learn.train.step", { step: event.step, percent: (PERCENT * Number(event.test?.accuracy)).toFixed(1) });
    const outputs = /** @type {number[][]} */ (event.predictions ?? []);
    for (const [at, scores] of outputs.entries()) {
      const guess = String(scores.indexOf(Math.max(...scores)));
      const isRight = guess === labels[at];
      guesses[at].textContent = `${isRight ? "✓" : "✗"} ${guess}`;
      guesses[at].classList.toggle("wrong", !isRight);
    }
    show();
  }

  /** @param {import("../lib/types.js").TrainingEvent} event */
  function end({ step: steps, test }) {
    ended.textContent = t("learn.train.end", { step: steps, percent: (PERCENT * Number(test?.accuracy)).toFixed(1) });
  }

  function show() {
    chart.replaceChildren(drawPlot({
      label: t("learn.train.chart"), x: t("learn.train.steps"), y: t("learn.train.right"), top: 1,
      series: [{ class: "train", points: train_points }, { class: "test", points: test_points }],
    }), h("p", { class: "key" }, h("span", { class: "train" }, t("learn.train.seen")), h("span", { class: "test" }, t("learn.train.unseen"))));
  }
}
