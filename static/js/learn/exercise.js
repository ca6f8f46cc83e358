/** One exercise: its figure with this reader's numbers, a place for the answer, and what the service says of it. */

import { h } from "../lib/dom.js";
import { loadCatalogue, translateOr, translator } from "../lib/i18n.js";
import { GradlensGraph } from "../graph/element.js";
import { Problem } from "../service/failures.js";
import { answerField } from "./answer_field.js";
import { failureWords } from "./failure_words.js";
import { placed } from "./figures/placed.js";
import { whenNear } from "./when_near.js";

/** @typedef {import("../service/wire_types.js").Exercise} Asked */
/** @typedef {import("../service/wire_types.js").Verdict} Verdict */
/** @typedef {{chapter: string, language: "en" | "ko", seed: number, client: ReturnType<typeof import("../service/api.js").createClient>,
 *   progress: ReturnType<typeof import("./progress.js").createProgress>, t: import("../lib/types.js").Translate}} Book */

const LAST_SEED = 999_999;
/** Kinds in which gradients, or values, would give the answer away. */
const VEILED = new Set(["gradient", "contribution", "sign", "order", "shape"]);

/** The name of the node that is asked about, which is in view where not all of the graph is. @param {Asked} exercise */
const askedNode = ({ subject }) => subject.split(" → ")[0].split("/∂").at(-1);

/** @param {HTMLElement} section @param {Book} book */
export function createExercise(section, { chapter, language, seed: first, client, progress, t }) {
  const id = section.dataset.exercise ?? "";
  let seed = first;
  /** @type {Asked | null} */
  let asked = null;
  let running = new AbortController();
  const place = h("div", { class: "asked" });
  const said = h("div", { class: "said", role: "status" });
  const mark = h("span", { class: "mark" });
  const heading = section.querySelector("h3");
  if (heading) {
    heading.id = `${id}-heading`;
    heading.append(mark);
    section.setAttribute("aria-labelledby", heading.id);
  }
  section.append(place, said);
  showMark();
  whenNear(section, () => ask());

  /** @param {boolean} [isAnother]  whether its reader asked for it, whose keyboard stays at the button */
  async function ask(isAnother = false) {
    running.abort();
    const own = (running = new AbortController());
    said.replaceChildren();
    try {
      const found = await client.look(`exercises/${chapter}/${id}?language=${language}&seed=${seed}`);
      if (own.signal.aborted) return;
      asked = found;
      show(found);
      if (!isAnother) return;
      /** @type {HTMLElement | null} */ (section.querySelector(".another"))?.focus();
      said.replaceChildren(h("p", {}, t("learn.said.numbers", { seed: found.seed })));
    } catch (error) {
      tell(error);
    }
  }

  /** @param {Asked} exercise */
  function show(exercise) {
    const figure = exercise.figure && drawn(exercise);
    const field = answerField(exercise, figure, t);
    const reveal = h("button", { type: "button", class: "reveal", hidden: true, onclick: () => check(field.answer(), true) }, t("learn.solution"));
    const form = h("form", { id: field.form ?? `${id}-form`, onsubmit: (event) => {
      event.preventDefault();
      const missing = field.missing();
      if (missing) {
        reveal.hidden = false;
        said.replaceChildren(h("p", {}, missing));
      } else check(field.answer(), false);
    } }, field.element, h("div", { class: "acts" },
      h("button", { type: "submit", class: "primary" }, t("learn.check")), reveal,
      ...(exercise.kind === "derivation" || exercise.kind === "repair" ? [] : [
        h("button", { type: "button", class: "another", onclick: another }, t("learn.another")), h("span", { class: "seed" }, t("learn.seed", { seed: exercise.seed })),
      ])));
    section.querySelector(".still")?.classList.add("drawn");
    place.replaceChildren(...(figure ? [h("div", { class: "figure" }, field.board ?? figure)] : []), form);
    const asked = figure?.trace?.nodes.find(({ name }) => name === askedNode(exercise));
    if (asked) figure?.reveal(asked.id);

    /** @param {string | string[]} answer @param {boolean} isShown */
    async function check(answer, isShown) {
      running.abort();
      const own = (running = new AbortController());
      try {
        const verdict = await client.ask("answer", { chapter, exercise: id, language, seed: exercise.seed, answer, reveal: isShown }, own.signal);
        const told = await words(verdict);
        if (own.signal.aborted) return;
        reveal.hidden = verdict.right;
        field.showLine(verdict.line);
        said.replaceChildren(...told);
        if (!verdict.right && !isShown) return;
        if (verdict.right) progress.finish(chapter, id);
        showMark();
        if (figure) unveil(figure);
        settle(field.board);
      } catch (error) {
        if (own.signal.aborted) return;
        reveal.hidden = false;
        tell(error);
      }
    }
  }

  /** @param {Asked} exercise */
  function drawn({ kind, figure: content }) {
    const figure = new GradlensGraph();
    const { trace, geometry } = /** @type {import("./passages.js").Figure} */ (/** @type {unknown} */ (content));
    figure.words = t;
    figure.toggleAttribute("inline", true);
    figure.toggleAttribute("veiled", VEILED.has(kind));
    placed(figure, trace, geometry);
    const steps = figure.plan?.steps.length ?? 0;
    figure.cursor = kind === "value" ? 0 : kind === "edge" ? steps : figure.plan?.turn ?? 0;
    // No step is played here: a mark at the last one would point at an edge.
    for (const mark of figure.querySelectorAll(".active")) mark.classList.remove("active");
    return figure;
  }

  /** @param {GradlensGraph} figure */
  function unveil(figure) {
    figure.removeAttribute("veiled");
    figure.toggleAttribute("controls", true);
    figure.cursor = figure.plan?.steps.length ?? 0;
  }

  /** The number of the edge now stands where the field was. @param {HTMLElement} [board] */
  function settle(board) {
    const input = /** @type {HTMLElement | null | undefined} */ (board?.querySelector(".on-edge"));
    if (!input) return;
    const isHeld = input === document.activeElement;
    input.hidden = true;
    if (isHeld) /** @type {HTMLElement | null} */ (section.querySelector(".another"))?.focus();
  }

  function another() {
    seed = 1 + (asked?.seed ?? seed) % LAST_SEED;
    ask(true);
  }

  function showMark() {
    const isDone = progress.isDone(chapter, id);
    mark.textContent = isDone ? ` ✓ ${t("learn.solved")}` : "";
    section.classList.toggle("done", isDone);
  }

  /** What is said of an answer. @param {Verdict} verdict @returns {Promise<HTMLElement[]>} */
  async function words({ right, sentence, explanation, params, reason, solution }) {
    /** @type {HTMLElement[]} */
    const parts = [h("p", { class: right ? "right" : "wrong" }, right ? `✓ ${t("learn.right")}` : `✗ ${t("learn.wrong")}`)];
    if (!right && sentence) parts.push(h("p", {}, await worded(sentence, params, explanation ?? "")));
    if (reason) parts.push(h("p", {}, t("learn.due", { reason: reason[language] })));
    if (solution !== null && !right) parts.push(h("p", {}, t("learn.solution.is")), h("pre", { class: "solution" }, solution));
    return parts;
  }

  /** @param {string} sentence @param {Record<string, string | number>} params @param {string} english */
  async function worded(sentence, params, english) {
    if (sentence.startsWith("learn.")) return translateOr(t, sentence, params, english);
    const isTold = sentence.startsWith("diagnosis.");
    if (language === "en" && isTold) return english;
    return translateOr(translator(await loadCatalogue(`${isTold ? "problems" : "panels"}.${language}`)), sentence, params, english);
  }

  /** @param {unknown} error */
  async function tell(error) {
    const sentence = await failureWords(error, language, t);
    const line = asked?.kind === "repair" && error instanceof Problem ? error.span?.start.line : undefined;
    said.replaceChildren(h("p", { class: "wrong" }, line === undefined ? sentence : t("learn.problem.line", { line, sentence })));
  }
}
