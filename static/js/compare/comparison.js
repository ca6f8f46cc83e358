/** Two programs side by side, with one timeline; what differs is marked and listed. */

import { GradlensGraph } from "../graph/element.js";
import { createPlayBar } from "../graph/play_bar.js";
import { SPEEDS, createPlayer } from "../graph/player.js";
import { sentence } from "../graph/step_sentence.js";
import { h } from "../lib/dom.js";
import { valueText } from "../lib/format.js";
import { failureText } from "../program/problems/problem_panel.js";
import { Superseded } from "../service/failures.js";
import { joined } from "./joint_timeline.js";
import { compared } from "./trace_differences.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Work} Work */
/** @typedef {import("./trace_differences.js").Row} Row */

/** In ms: whoever writes a program is not asked about each letter. */
const PAUSE = 400;
/** Rows of the list of differences. */
const MOST_LISTED = 40;

/**
 * @param {object} page
 * @param {ReturnType<typeof import("../service/api.js").createClient>} page.client
 * @param {() => Work} page.work
 * @param {() => Trace | null} page.served  its trace, before groups were closed
 * @param {() => Iterable<import("../lib/types.js").OpEntry>} page.ops
 * @param {() => {language: "ko" | "en", t: import("../lib/types.js").Translate}} page.words
 */
export function createComparison({ client, work, served, ops, words }) {
  const figures = [new GradlensGraph(), new GradlensGraph()];
  const sentences = figures.map(() => h("p", { class: "step-said" }));
  const own = h("pre", { class: "compared", tabindex: 0, role: "group" });
  const other = h("textarea", { class: "compared", spellcheck: false, autocapitalize: "off", autocomplete: "off", "aria-describedby": "compare-fault" });
  const isOpened = h("input", { type: "checkbox", id: "compare-opened" });
  const openedWord = h("span");
  const titles = [h("h3"), h("h3")];
  const title = h("h2", { id: "compare-title" });
  const said = h("p", { id: "compare-said", role: "status" });
  /** What is wrong with the other program, right below it. */
  const fault = h("p", { class: "fault", id: "compare-fault", role: "alert" });
  const listed = h("div", { class: "scroll", tabindex: 0, role: "group" });
  const close = h("button", { type: "button", onclick: () => dialog.close() });
  const player = createPlayer({
    cursor: () => at,
    last: () => timeline.moments.length - 1,
    go: (moment, duration) => go(moment, duration > 0),
    within: () => false,
    onChange: (playing) => bar.showPlaying(playing, words().t),
  }, "1");
  const bar = createPlayBar({
    toggle: player.toggle,
    go(moment, animate) {
      player.pause();
      go(moment, animate);
    },
    speed: () => player.speed,
    setSpeed: (speed) => player.setSpeed(SPEEDS.find((one) => one === speed) ?? "1"),
  });
  const sides = figures.map((figure, i) => h("section", {}, titles[i], i ? other : own, ...(i ? [fault, h("label", { class: "opened" }, isOpened, openedWord)] : []), h("div", { class: "beside" }, figure), sentences[i]));
  const dialog = h("dialog", { id: "compare", "aria-labelledby": "compare-title" }, title, h("div", { class: "pair" }, ...sides), bar.element, said, listed, h("div", { class: "files" }, close));
  let at = 0;
  let timeline = { moments: /** @type {import("./joint_timeline.js").Pair[]} */ ([[0, 0]]), turn: 0 };
  /** @type {Row[]} */
  let rows = [];
  let asked = new AbortController();
  let timer = 0;

  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    player.pause();
    asked.abort();
    clearTimeout(timer);
    for (const figure of figures) figure.trace = null;
  });
  dialog.addEventListener("keydown", press);
  other.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(compute, PAUSE);
  });
  isOpened.addEventListener("change", compute);
  for (const figure of figures) {
    figure.addEventListener("graph-drawn", join);
    figure.addEventListener("graph-change", (event) => follow(figure, /** @type {CustomEvent} */ (event).detail.selection));
  }

  /** The keys of the timeline, anywhere in the dialog but where they write. @param {KeyboardEvent} event */
  function press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : dialog;
    if (target.matches("textarea, input, select") || (event.key === " " && target.matches("button"))) return;
    /** @type {Record<string, () => void>} */
    const acts = { " ": player.toggle, Home: () => step(0, false), End: () => step(Infinity, false), ArrowLeft: () => step(at - 1, false), ArrowRight: () => step(at + 1, true) };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {number} moment @param {boolean} animate */
  function step(moment, animate) {
    player.pause();
    go(moment, animate);
  }

  /** @param {number} moment @param {boolean} animate */
  function go(moment, animate) {
    at = Math.min(Math.max(moment, 0), timeline.moments.length - 1);
    for (const [i, figure] of figures.entries()) {
      const cursor = timeline.moments[at][i];
      if (figure.cursor !== cursor) figure.goTo(cursor, animate);
    }
    tell();
  }

  function tell() {
    const { t } = words();
    for (const [i, { plan, cursor }] of figures.entries()) sentences[i].textContent = plan ? sentence(plan, cursor, t) : "";
    bar.show({ steps: timeline.moments.length - 1, turn: timeline.turn }, at, sentences.map(({ textContent }) => textContent).join(" / "), t);
  }

  /** What is chosen in one figure is chosen in the other. @param {GradlensGraph} figure @param {import("../lib/types.js").Selection | null} selection */
  function follow(figure, selection) {
    const i = figures.indexOf(figure);
    const row = selection?.kind === "node" ? rows.find(({ nodes }) => nodes[i].id === selection.id) : undefined;
    figures[1 - i].selection = row ? { kind: "node", id: row.nodes[1 - i].id } : null;
    tell();
  }

  /** Both are drawn, or one of them anew. */
  function join() {
    const [a, b] = figures.map(({ plan }) => plan);
    if (!a || !b) return;
    const { t } = words();
    const share = at / (timeline.moments.length - 1 || 1);
    rows = compared(a.trace, b.trace);
    timeline = joined(a, b, rows.map(({ nodes }) => [nodes[0].id, nodes[1].id]));
    const differing = rows.filter(({ value, gradient }) => value || gradient);
    for (const [i, figure] of figures.entries()) {
      const nodes = differing.map((row) => row.nodes[i].id);
      figure.decorations = [{ kind: "lit", nodes, notes: Object.fromEntries(nodes.map((id) => [id, "≠"])) }];
    }
    said.textContent = rows.length === 0 ? t("compare.none") : differing.length === 0 ? t("compare.same", { count: rows.length })
      : t("compare.differ", { count: rows.length, values: rows.filter(({ value }) => value).length, gradients: rows.filter(({ gradient }) => gradient).length });
    listed.replaceChildren(...(differing.length ? [tableOf(differing.slice(0, MOST_LISTED), t)] : []));
    go(Math.round(share * (timeline.moments.length - 1)), false);
  }

  /** @param {unknown} error */
  function fail(error) {
    if (error instanceof Superseded) return;
    const { language, t } = words();
    fault.textContent = failureText(error, language, t);
    fault.scrollIntoView({ block: "nearest" });
    other.setAttribute("aria-invalid", "true");
    said.textContent = "";
    listed.replaceChildren();
    figures[1].toggleAttribute("stale", true);
  }

  /** The other program's run. */
  async function compute() {
    asked.abort();
    asked = new AbortController();
    const program = other.value;
    const inputs = Object.fromEntries(Object.entries(work().inputs).filter(([name]) => new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, "u").test(program)));
    const expand = isOpened.checked ? [...ops()].filter(({ definition }) => definition).map(({ name }) => name) : [];
    said.textContent = words().t("compare.computing");
    try {
      const trace = await client.ask("expression", { program, inputs, ...(expand.length && { expand }) }, asked.signal);
      fault.textContent = "";
      other.removeAttribute("aria-invalid");
      figures[1].removeAttribute("stale");
      figures[1].open = isOpened.checked ? null : [];
      figures[1].trace = trace;
    } catch (error) {
      fail(error);
    }
  }

  return {
    open() {
      const trace = served();
      if (dialog.open || !trace) return;
      const { t } = words();
      const { program } = work();
      title.textContent = t("compare.title");
      titles[0].textContent = t("compare.own");
      titles[1].textContent = t("compare.other");
      openedWord.textContent = t("compare.opened");
      close.textContent = t("help.close");
      own.textContent = other.value = program;
      own.setAttribute("aria-label", t("compare.own"));
      other.setAttribute("aria-label", t("compare.other"));
      listed.setAttribute("aria-label", t("compare.list"));
      bar.showWords(t);
      bar.showPlaying(false, t);
      at = 0;
      isOpened.checked = trace.nodes.some(({ op }) => [...ops()].some(({ name, definition }) => name === op && definition));
      dialog.showModal();
      for (const figure of figures) figure.words = t;
      figures[0].open = [];
      figures[0].trace = trace;
      compute();
    },
  };
}

/** @param {Row[]} rows @param {import("../lib/types.js").Translate} t */
function tableOf(rows, t) {
  const heads = ["table.node", "compare.value.own", "compare.value.other", "compare.gradient.own", "compare.gradient.other"];
  /** @param {boolean} differs @param {string} text */
  const cell = (differs, text) => h("td", {}, differs ? h("b", {}, text) : text);
  /** @param {import("../lib/types.js").TraceNode} node */
  const gradient = (node) => (node.differentiable ? valueText(node.gradient, node.shape) : "–");
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, ...rows.map(({ name, nodes, value, gradient: differs }) => h("tr", {}, h("th", { scope: "row" }, name),
      ...nodes.map((node) => cell(value, valueText(node.value, node.shape))), ...nodes.map((node) => cell(differs, gradient(node)))))));
}
