/** Training, watched: played and stopped at any step, with its curves, its plane, and how large the gradients are in every layer. */

import { h } from "../../lib/dom.js";
import { Superseded } from "../../service/failures.js";
import { number } from "../../lib/format.js";
import { flatten, scalar } from "../../lib/numbers.js";
import { tableBeneath } from "../../panels/panel.js";
import { settingsOf } from "../../store/settings.js";
import { failureText, warningText } from "../../program/problems/problem_panel.js";
import { createDecisionPlane } from "./decision_plane.js";
import { drawHistogram } from "./histogram.js";
import { drawPlot, thinned } from "./curves.js";
import { reachOf, trainRequest } from "../builder/spec.js";
import { train } from "../../service/event_stream.js";
import { createSweep } from "./sweep.js";
import { createTrainingRun } from "./training_run.js";
import { createWeightFiles } from "./weight_files.js";

/** @typedef {import("./training_run.js").Event} Event */
/** @typedef {import("./training_run.js").Run} Run */

/** Fast enough to look like movement, slow enough to be followed. */
const PICTURE_MS = 70;
const PACES = [1, 5, 20, 100];
const MOST_ROWS = 20;
/** Runs that are told apart in one plot. */
const MOST_KEPT = 4;
/** A gradient this many times smaller at the first layer than at the last has all but vanished; so many times larger, exploded. */
const LOST = 100;
/** Beyond it, or below its reciprocal, no learning rate that anybody uses makes a step of a gradient. */
const HUGE = 1e8;

/**
 * @param {HTMLElement} place
 * @param {object} page
 * @param {ReturnType<typeof import("../../service/api.js").createClient>} page.client
 * @param {() => import("../builder/builder.js").Bench} page.bench
 * @param {import("../../store/settings.js").Keeper} page.keeper
 * @param {() => ReturnType<typeof import("../../lib/translations.js").createTranslations>} page.words
 * @param {(error: unknown, text: string) => boolean} page.blame  say it at the field of the form that it belongs to, if there is one
 * @param {(trace: import("../../lib/types.js").Trace, source: import("../../lib/types.js").Source, updates: import("../../lib/types.js").Updates, isNext?: boolean) => unknown} page.onTrace  updates: of its parameters, by the step; isNext: the graph is there, and shows another step
 * @param {(program: string) => boolean} page.follows  whether the graph beside it is of that program, and is to show the step that is paused at
 * @param {(program: string) => boolean} page.tellsUpdates  whether it has the updates of a step of that program
 * @param {(parameters: Record<string, unknown> | undefined) => void} page.onWeights  what the network is to begin with
 */
export function createTraining(place, { client, bench, keeper, words, blame, onTrace, follows, tellsUpdates, onWeights }) {
  /** @type {Run | null} */
  let run = null;
  let key = "";
  /** Half the side of the plane of what is trained, if it has one; the form may say something else by now. @type {number | null} */
  let reach = null;
  /** Whether the form says something else than what is trained. */
  let isOutdated = false;
  /** Other runs, kept to be compared with. @type {{history: Event[], name: string}[]} */
  let kept = [];
  let isPlaying = false;
  /** Whether something runs that ends by itself. */
  let isBusy = false;
  /** every: steps from picture to picture; parameter: whose numbers are wanted, by name. */
  const settings = settingsOf(keeper, "training", { every: PACES[1], parameter: "" });
  const everyNow = () => PACES.find((one) => one === settings.now.every) ?? PACES[1];
  let scheduled = 0;
  /** @type {ReturnType<typeof createDecisionPlane> | null} */
  let boundary = null;
  /** Numbers of a parameter; and the trace of the step. */
  let [asked, showing] = [new AbortController(), new AbortController()];

  const t = () => words().t;
  const play = h("button", { type: "button", id: "train-play", class: "primary", onclick: () => (isPlaying ? pause() : afresh() && go({}, true)) });
  const step = h("button", { type: "button", id: "train-step", onclick: () => go({ to: afresh().step + 1 }) });
  const epoch = h("button", { type: "button", id: "train-epoch", onclick: oneEpoch });
  const again = h("button", { type: "button", id: "train-again", onclick: restart });
  const keep = h("button", { type: "button", id: "train-keep", onclick: keepRun });
  const unkeep = h("button", {
    type: "button", id: "train-unkeep",
    onclick() {
      kept = [];
      draw();
      showControls();
    },
  });
  const said = h("p", { id: "train-said", role: "status" });
  const say = (/** @type {string} */ text) => (said.textContent = text);
  const sweep = createSweep({ bench, keeper, words, onFailure });
  const graph = h("button", { type: "button", id: "train-graph", onclick: showGraph });
  const weightFiles = createWeightFiles({ client, run: () => run, draft: () => bench().draft, t, say, onFailure, onWeights });
  const pace = h("select", { id: "train-pace" });
  pace.addEventListener("change", () => {
    settings.set({ every: Number(pace.value) });
    if (isPlaying) go({}, true);
  });
  const paceWord = h("span");
  const heading = h("h3");
  const readout = h("dl", { id: "train-readout" });
  const word = h("p", { id: "train-word", role: "status" });
  const remarks = h("ul", { id: "train-remarks", class: "remarks", hidden: true });
  const empty = h("p", { id: "train-empty" });
  const meaning = h("p", { id: "train-updates", class: "meaning", hidden: true });
  const curves = h("div", { class: "figures" });
  const planeBox = h("figure", { id: "train-plane", hidden: true });
  const gradients = h("figure", { id: "train-gradients", hidden: true });
  const histograms = h("details", { id: "train-numbers", hidden: true });
  const rows = h("div", { id: "train-rows" });
  histograms.addEventListener("toggle", showNumbers);
  place.replaceChildren(
    heading, h("div", { class: "acts" }, play, step, epoch, again, h("label", { class: "pace" }, paceWord, pace)), word, h("div", { class: "files" }, graph), empty, meaning, remarks, readout,
    h("div", { class: "figures" }, curves, planeBox, gradients), histograms, rows, h("div", { class: "files" }, keep, unkeep), h("div", { class: "files" }, ...weightFiles.elements), sweep.element, said);

  /** @param {unknown} error */
  function onFailure(error) {
    if (error instanceof Superseded) return;
    const text = failureText(error, words().language, t());
    say(blame(error, text) ? "" : text);
  }

  /** What is trained, however it is looked at. @param {Record<string, unknown>} request */
  const keyOf = ({ predict, ...request }) => JSON.stringify(request);

  /** The run of what the form says; a new one where it says something else. */
  function current() {
    const request = trainRequest(bench().draft, bench().features);
    const wanted = keyOf(request);
    if (!run || wanted !== key) {
      run?.stop();
      run = createTrainingRun(train, request);
      key = wanted;
      reach = reachOf(bench().draft, bench().features);
      boundary = null;
    }
    isOutdated = false;
    return run;
  }

  /**
   * @param {{to?: number, every?: number}} how
   * @param {boolean} [playing]
   */
  async function go(how, playing = false) {
    const own = current();
    isPlaying = playing;
    isBusy = !playing;
    showing.abort();
    showControls();
    say("");
    word.textContent = "";
    try {
      await own.run({ every: everyNow(), ...how, ...(playing && { pace: resting }) }, picture);
    } catch (error) {
      if (own !== run) return;
      onFailure(error);
    }
    // Whoever pressed another button meanwhile has gone on from here.
    if (own !== run || own.isRunning || !(isPlaying || isBusy)) return;
    isPlaying = isBusy = false;
    rested();
  }

  /** The run that goes on; after a divergence the same once more, to be looked at step by step. */
  function afresh() {
    if (run?.end?.reason === "diverged" && !isOutdated) restart();
    return current();
  }

  async function oneEpoch() {
    const own = afresh();
    if (own.epochEnd === null) await go({ to: 1 });
    const to = own.epochEnd;
    if (to !== null && own === run) await go({ to, every: Math.max(Math.round((own.start?.batches_per_epoch ?? 0) / 8), 1) });
  }

  function pause() {
    sweep.stop();
    if (!run) return;
    run.stop();
    if (isPlaying || isBusy) {
      isPlaying = isBusy = false;
      rested();
    }
  }

  function restart() {
    run?.stop();
    run = null;
    isPlaying = isBusy = false;
    word.textContent = "";
    current();
    draw();
    showControls();
  }

  /** Whether the form still says what is trained. */
  function isCurrent() {
    return keyOf(trainRequest(bench().draft)) === key;
  }

  /** The form says something else, or again the same: what was trained so far is not it, or is it after all. */
  function changed() {
    sweep.changed();
    if (!run || isCurrent() !== isOutdated) return;
    isOutdated = !isOutdated;
    run.stop();
    isPlaying = isBusy = false;
    word.textContent = "";
    if (!isOutdated) return rested();
    if (run.step > 0 || run.end) word.textContent = t()("train.changed");
    showControls();
  }

  function keepRun() {
    if (!run?.history.length) return;
    kept = [...kept, { history: [...run.history], name: nameOf() }].slice(-MOST_KEPT);
    draw();
    showControls();
  }

  /** What a run is told apart by. */
  function nameOf() {
    const { draft } = bench();
    const units = draft.pasted ? [] : draft.layers.flatMap((layer) => layer.units ?? layer.filters ?? []);
    return [draft.optimizer.type, draft.optimizer.lr ?? "", draft.init, units.join("–")].filter((one) => one !== "").join(" · ");
  }

  /** @param {AbortSignal} signal @returns {Promise<void>} */
  function resting(signal) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PICTURE_MS);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
  }

  function picture() {
    if (scheduled) return;
    scheduled = requestAnimationFrame(() => {
      scheduled = 0;
      draw();
    });
  }

  /** It stands still: what is shown is said, and what costs more is asked for. */
  function rested() {
    draw();
    showControls();
    const { language } = words();
    const end = run?.end;
    const last = run?.history.at(-1);
    if (end?.reason === "diverged") {
      const layer = end.layer ?? "–";
      const why = end.warning ? ` ${warningText(end.warning, language, t())}` : "";
      word.textContent = t()(end.step > 1 ? "train.diverged" : "train.diverged.first", { step: end.step, layer }) + why;
    } else if (end) word.textContent = t()("train.budget", { step: end.step });
    else if (last) word.textContent = t()("train.paused", { step: last.step, loss: number(last.train.loss) });
    showNumbers();
    followStep();
  }

  /** What the arrows in the graph mean, while they are there. */
  function tellUpdates() {
    meaning.hidden = !run?.step || isPlaying || isBusy || isOutdated || !tellsUpdates(run.start?.program ?? "");
  }

  /** The graph beside it, where that is of this network, shows the step that is paused at. */
  async function followStep() {
    const own = run;
    if (!own?.start || !own.step || own.end || !follows(own.start.program)) return;
    showing.abort();
    const { signal } = (showing = new AbortController());
    try {
      const { trace, updates } = await own.traced("auto", signal);
      if (!signal.aborted && own === run && follows(trace.program)) await onTrace(trace, own.source(), updates, true);
      tellUpdates();
    } catch (error) {
      onFailure(error);
    }
  }

  function showControls() {
    const moves = isPlaying || isBusy;
    const hasStep = Boolean(run?.step);
    // Nothing is learnt after an end but that of a divergence, after which the same may begin again.
    const isOver = Boolean(run?.end) && run?.end?.reason !== "diverged" && !isOutdated;
    play.textContent = t()(isPlaying ? "train.pause" : "train.play");
    play.disabled = isBusy || (isOver && !isPlaying);
    step.disabled = epoch.disabled = moves || isOver;
    again.disabled = !hasStep && !run?.end;
    graph.disabled = moves || !hasStep || isOutdated;
    keep.disabled = !hasStep;
    tellUpdates();
    weightFiles.show(!graph.disabled);
    unkeep.hidden = !kept.length;
  }

  async function showGraph() {
    const own = run;
    if (!own) return;
    showing.abort();
    const { signal } = (showing = new AbortController());
    say(t()("network.computing"));
    try {
      const { trace, updates } = await own.traced("auto", signal);
      say("");
      await onTrace(trace, own.source(), updates);
      tellUpdates();
    } catch (error) {
      onFailure(error);
    }
  }

  // ------------------------------------------------------------ what is seen

  function draw() {
    const history = run?.history ?? [];
    const last = history.at(-1);
    readout.replaceChildren(...(last ? figures(last) : []));
    place.classList.toggle("untouched", !last && !kept.length);
    empty.hidden = Boolean(last || kept.length);
    drawRemarks();
    drawCurves(history);
    drawPlane(last);
    drawGradients(history);
    drawRows(history);
    histograms.hidden = !last;
  }

  /** What the service remarks on the data and on the network before the first step. */
  function drawRemarks() {
    const found = /** @type {import("../../lib/types.js").Warning[]} */ (run?.start?.warnings ?? []);
    remarks.hidden = !found.length;
    remarks.replaceChildren(...found.map((one) => h("li", {}, warningText(one, words().language, t()))));
  }

  /** @param {Event} last */
  function figures(last) {
    const { test } = last;
    /** @type {[string, string][]} */
    const found = [["train.step", String(last.step)], ["train.epoch.word", String(last.epoch)], ["train.loss", number(last.train.loss)]];
    if (test) found.push(["train.loss.test", number(test.loss)]);
    if (last.accuracy !== null) found.push(["train.accuracy", percent(last.accuracy)]);
    if (test && test.accuracy !== null) found.push(["train.accuracy.test", percent(test.accuracy)]);
    return found.map(([name, value]) => h("div", {}, h("dt", {}, t()(name)), h("dd", {}, value)));
  }

  /** @param {Event[]} history @param {(event: Event) => unknown} value */
  function pointsOf(history, value) {
    return history.map((event) => ({ x: event.step, y: scalar(/** @type {any} */ (value(event) ?? NaN)) }));
  }

  /** @param {Event[]} history */
  function drawCurves(history) {
    if (!history.length && !kept.length) return curves.replaceChildren();
    /** @param {(event: Event) => unknown} value */
    const before = (value) => kept.map((one, i) => ({ class: `kept kept-${i}`, points: pointsOf(one.history, value) }));
    const hasTest = history.some(({ test }) => test);
    const hasAccuracy = history.some(({ accuracy }) => accuracy !== null);
    const loss = drawPlot({
      label: t()("train.loss.label"), x: t()("train.step"), y: t()("train.loss.axis"),
      series: [
        ...before(({ train: one }) => one.loss), { class: "test", points: pointsOf(history, ({ test }) => test?.loss) },
        { class: "train", points: pointsOf(history, ({ train: one }) => one.loss) },
      ],
    });
    const accuracy = drawPlot({
      label: t()("train.accuracy.label"), x: t()("train.step"), y: t()("train.accuracy.axis"), top: 1,
      series: [
        ...before((event) => event.accuracy), { class: "test", points: pointsOf(history, ({ test }) => test?.accuracy) },
        { class: "train", points: pointsOf(history, (event) => event.accuracy) },
      ],
    });
    const key = legend([["train", t()("train.series.train")], ...(hasTest ? [/** @type {[string, string]} */ (["test", t()("train.series.test")])] : []), ...keptKey()]);
    curves.replaceChildren(
      h("figure", { id: "train-loss" }, h("figcaption", {}, t()("train.loss.axis"), key), loss),
      ...(hasAccuracy ? [h("figure", { id: "train-accuracy" }, h("figcaption", {}, t()("train.accuracy.axis")), accuracy)] : []));
  }

  /** @returns {[string, string][]} */
  function keptKey() {
    return kept.map(({ name }, i) => [`kept kept-${i}`, t()("train.series.kept", { name })]);
  }

  /** @param {[string, string][]} names */
  function legend(names) {
    return h("span", { class: "key" }, ...names.map(([kind, text]) => h("span", { class: `one ${kind}` }, text)));
  }

  /** @param {Event | undefined} last */
  function drawPlane(last) {
    const samples = run?.start?.data;
    planeBox.hidden = !last || reach === null || !samples?.x;
    if (planeBox.hidden || reach === null || !run?.start || !samples || !last) return;
    if (!boundary) {
      // Data of two columns: pairs, and a number each.
      const drawn = { x: /** @type {number[][]} */ (samples.points ?? samples.x), isOfNumbers: !samples.classes, t: /** @type {number[]} */ (samples.t), train: run.start.samples.train };
      boundary = createDecisionPlane(t()(samples.classes ? "train.plane.label" : "train.plane.label.number"), reach, drawn);
      const names = samples.classes?.slice(0, 6).map((name) => t()("train.class", { name })) ?? [t()("train.plane.below"), t()("train.plane.above")];
      const key = legend(names.map((name, i) => [`class-${i}`, name]));
      planeBox.replaceChildren(h("figcaption", {}, t()("train.plane"), key), boundary.element);
    }
    boundary.paint(last.predictions, run.start.loss_function);
  }

  /** The weights of each layer that has some, in order. @returns {{layer: string, name: string}[]} */
  function weights() {
    /** @param {import("../../service/wire_types.js").NetworkLayer[]} layers @returns {{layer: string, name: string}[]} */
    const of = (layers) => layers.flatMap(({ name, parameter_names: names }) => {
      const found = names.find((one) => one.startsWith("W"));
      return found ? [{ layer: name, name: found }] : [];
    });
    return of(run?.start?.layers ?? []);
  }

  /** @param {Event[]} history */
  function drawGradients(history) {
    const last = history.at(-1);
    const layers = weights();
    gradients.hidden = !last || layers.length < 2;
    if (gradients.hidden || !last) return;
    /** @param {Event} event */
    const sizes = (event) => layers.map(({ name }, x) => ({ x, y: scalar(event.gradient_norms[name] ?? NaN) }));
    const before = kept.flatMap(({ history: one }, i) => (one.length ? [{ class: `kept kept-${i}`, dots: true, points: sizes(one[one.length - 1]) }] : []));
    const now = sizes(last);
    const plot = drawPlot({
      label: t()("train.gradients.label"), x: t()("train.gradients.x"), y: t()("train.gradients.y"), log: true, names: layers.map(({ name }) => name),
      series: [
        ...before, { class: "first", points: sizes(history[0]) }, { class: "train", dots: true, points: now },
      ],
    });
    const said = gradientsText(now.map(({ y }) => y), { first: layers[0].name, last: layers[layers.length - 1].name }, t());
    const key = legend([["train", t()("train.gradients.now")], ["first", t()("train.gradients.first")], ...keptKey()]);
    gradients.replaceChildren(h("figcaption", {}, t()("train.gradients"), key), plot, h("p", { class: "meaning" }, said));
  }

  /** @param {Event[]} history */
  function drawRows(history) {
    const isOpen = rows.querySelector("details")?.open ?? false;
    if (isPlaying && !isOpen) return;
    if (!history.length) return rows.replaceChildren();
    const layers = weights();
    const heads = [t()("train.step"), t()("train.loss"), t()("train.loss.test"), t()("train.accuracy"), t()("train.accuracy.test"), ...layers.map(({ name }) => `|∂${name}|`)];
    /** @param {any} value */
    const text = (value) => (value === null || value === undefined ? "–" : number(value));
    const body = thinned(history, MOST_ROWS).map((event) => [
      String(event.step), text(event.train.loss), text(event.test?.loss), text(event.accuracy), text(event.test?.accuracy),
      ...layers.map(({ name }) => text(event.gradient_norms[name])),
    ]);
    const table = tableBeneath("train-table", t()("train.table"), heads, body);
    table.open = isOpen;
    const scroll = h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": t()("train.table") });
    table.append(scroll);
    scroll.append(...table.querySelectorAll("table"));
    rows.replaceChildren(table);
  }

  /** The numbers of one parameter and of its gradient, at the step that is shown. */
  async function showNumbers() {
    const own = run;
    const names = Object.keys(own?.start?.parameters ?? {});
    if (!histograms.open || !own || !own.step || isPlaying || isBusy || !names.length) return;
    const parameter = names.find((one) => one === settings.now.parameter) ?? names[0];
    asked.abort();
    const { signal } = (asked = new AbortController());
    const select = h("select", { id: "train-parameter" }, ...names.map((name) => h("option", { value: name, selected: name === parameter }, name)));
    select.addEventListener("change", () => {
      settings.set({ parameter: select.value });
      showNumbers();
    });
    try {
      const { trace } = await own.traced("full", signal);
      const node = trace.nodes.find(({ op, name }) => op === "input" && name === parameter);
      if (!node || own !== run) return;
      const at = { name: parameter, step: own.step };
      const held = document.activeElement?.id === "train-parameter";
      histograms.replaceChildren(
        h("summary", {}, t()("train.numbers")), h("label", { class: "field" }, h("span", {}, t()("train.parameter")), select),
        h("div", { class: "figures" },
          h("figure", {}, h("figcaption", {}, t()("train.values", at)), drawHistogram(t()("train.values", at), flatten(node.value), "value")),
          h("figure", {}, h("figcaption", {}, t()("train.its.gradient", at)), drawHistogram(t()("train.its.gradient", at), flatten(node.gradient), "gradient"))));
      if (held) select.focus();
    } catch (error) {
      onFailure(error);
    }
  }

  /** Everything in the page's language, as it is. */
  function show() {
    heading.textContent = t()("train.title");
    step.textContent = t()("train.one.step");
    epoch.textContent = t()("train.one.epoch");
    again.textContent = t()("train.again");
    graph.textContent = t()("train.graph");
    keep.textContent = t()("train.keep");
    unkeep.textContent = t()("train.unkeep");
    paceWord.textContent = t()("train.pace");
    empty.textContent = t()("train.empty");
    meaning.textContent = t()("train.updates");
    pace.replaceChildren(...PACES.map((one) => h("option", { value: one, selected: one === everyNow() }, String(one))));
    if (!histograms.open) histograms.replaceChildren(h("summary", {}, t()("train.numbers")));
    boundary = null;
    draw();
    showControls();
    sweep.show();
  }

  return { show, pause, changed };
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

/**
 * What the sizes of the gradients say: how they change from layer to layer, and first whether they are of a size at all.
 * @param {number[]} sizes  from the first layer to the last
 * @param {{first: string, last: string}} names
 * @param {import("../../lib/types.js").Translate} t
 */
export function gradientsText(sizes, names, t) {
  const [first, last] = [sizes[0], sizes[sizes.length - 1]];
  if (!sizes.every(Number.isFinite)) return t("train.gradients.lost", names);
  if (last === 0 && first === 0) return t("train.gradients.none", names);
  if (first === 0) return t("train.gradients.zero", names);
  const ratio = first / last;
  if (ratio * LOST < 1) return t("train.gradients.vanish", { ...names, factor: number(1 / ratio) });
  if (ratio > LOST) return t("train.gradients.explode", { ...names, factor: number(ratio) });
  const size = Math.max(first, last);
  const key = size > HUGE ? "train.gradients.large" : size * HUGE < 1 ? "train.gradients.small" : "train.gradients.even";
  return t(key, { ...names, size: number(size), factor: number(Math.max(ratio, 1 / ratio)) });
}
