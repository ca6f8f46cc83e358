/** The dialog in which questions about the program's gradients are made: what is asked, how often, and for which system. */

import { h } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { problemText } from "../program/problems/problem_panel.js";
import { NetworkFailure, Problem, Superseded } from "../service/failures.js";
import { exportedFile } from "../service/exported_files.js";
import { saveFile } from "../store/file_saving.js";

/** @typedef {import("../service/wire_types.js").ExamVariant} ExamVariant */
/** @typedef {import("../service/wire_types.js").KnownMistake} KnownMistake */

/** What each system takes: the name of its file. */
const FORMATS = { moodle: "questions.xml", gradescope: "grade.py", csv: "questions.csv", exercise: "exercise.html", worksheet: "worksheet.html" };
const CREDITS = [0, 0.25, 0.5, 0.75];
const MOST_VARIANTS = 50;
/** A reader who types on is waited for. */
const REST_MS = 250;

/**
 * @param {object} page
 * @param {ReturnType<typeof import("../service/api.js").createClient>} page.client
 * @param {() => Record<string, unknown>} page.request  the program as the service is asked of it
 * @param {() => import("../lib/types.js").Trace | null} page.trace
 * @param {() => {t: import("../lib/types.js").Translate, language: "ko" | "en"}} page.words
 * @param {(key: string) => void} page.say  what stands in the way of it
 */
export function createExam({ client, request, trace, words, say }) {
  const title = h("h2", { id: "exam-title", tabindex: -1, autofocus: true });
  const about = h("p", { class: "about" });
  const note = h("p", { class: "about", id: "exam-note" });
  const names = h("fieldset", { class: "names" });
  const variants = h("input", { type: "number", min: 1, max: MOST_VARIANTS, value: 1, step: 1, id: "exam-variants" });
  const tolerance = h("input", { type: "number", min: 0.01, max: 20, value: 0.1, step: "any", id: "exam-tolerance" });
  const format = h("select", { id: "exam-format" });
  const credit = h("select", { id: "exam-credit" });
  /** @param {string} key @param {HTMLElement} field */
  const row = (key, field) => h("label", {}, h("span", { "data-key": key }), field);
  const ways = h("form", { class: "ways" }, names, row("exam.variants", variants), row("exam.tolerance", tolerance), row("exam.format", format), row("exam.credit", credit), note);
  const seen = h("div", { class: "seen", tabindex: 0, role: "group" });
  const said = h("p", { id: "exam-said", role: "status" });
  const save = h("button", { type: "button", class: "primary", id: "exam-save", onclick: () => saveIt() });
  const close = h("button", { type: "button", id: "exam-close", onclick: () => dialog.close() });
  const dialog = h("dialog", { id: "exam", "aria-labelledby": "exam-title" }, title, about, h("div", { class: "taking" }, ways, seen), said, h("div", { class: "files" }, save, close));
  document.body.append(dialog);
  dialog.addEventListener("close", () => work.abort());
  ways.addEventListener("submit", (event) => event.preventDefault());
  format.addEventListener("change", () => tell());
  ways.addEventListener("input", () => {
    clearTimeout(timer);
    save.disabled = true;
    timer = setTimeout(() => show(), REST_MS);
  });

  let work = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** Numbers in place of the program's own. @type {Record<string, unknown>} */
  let inputs = {};
  /** What the file is asked for with. @type {Record<string, unknown>} */
  let asked = {};

  /** @returns {string[]} */
  const chosen = () => [...names.querySelectorAll("input")].filter((box) => box.checked).map((box) => box.value);

  /** Who may have the file. */
  function tell() {
    const { t } = words();
    note.textContent = t(format.value === "exercise" ? "exam.note.exercise" : format.value === "worksheet" ? "exam.note.worksheet" : "exam.note");
  }

  async function show() {
    work.abort();
    clearTimeout(timer);
    const own = (work = new AbortController());
    const { t, language } = words();
    save.disabled = true;
    said.textContent = t("exam.asking");
    try {
      const { values, source, seed, direction, ...program } = await client.whole(request());
      const question = {
        ...program, inputs: { .../** @type {object} */ (program.inputs ?? {}), ...inputs }, asked: chosen(), language,
        variants: Math.max(1, Math.round(Number(variants.value))), tolerance: Number(tolerance.value) / 100,
      };
      const { variants: found } = await client.ask("exam", question, own.signal);
      if (own !== work) return;
      asked = question;
      if (!names.querySelector("input")) offerNames(found[0]);
      seen.replaceChildren(...told(found));
      said.textContent = "";
      save.disabled = found[0].questions.length === 0;
    } catch (error) {
      if (own === work) fail(error);
    }
  }

  /** The inputs that can be asked about; what the service asks by itself is chosen. @param {ExamVariant} variant */
  function offerNames({ questions, inputs: all }) {
    const { t } = words();
    const first = new Set(questions.map(({ asked: name }) => name.replace(/\[.*/s, "")));
    names.replaceChildren(h("legend", {}, t("exam.names")), ...Object.keys(all).map((name) => h("label", { class: "tick" }, h("input", { type: "checkbox", value: name, checked: first.has(name) }), h("span", {}, name))));
  }

  /** @param {ExamVariant[]} found */
  function told(found) {
    const { t } = words();
    const [{ questions, offered, complete }] = found;
    const hidden = questions.filter(({ hidden: behind }) => behind.length > 0);
    return [
      h("p", { class: "count" }, t("exam.count", { count: found.reduce((sum, one) => sum + one.questions.length, 0), sets: found.length })),
      ...(hidden.length ? [h("div", { class: "hides" },
        ...hidden.map(({ symbol, hidden: behind }) => h("p", {}, t("exam.hidden", { symbol, names: listed(behind) }))),
        ...(offered ? [h("button", { type: "button", onclick: () => ask(offered) }, t("exam.offered", { inputs: assigned(offered) }))] : []))] : []),
      ...(complete ? [] : [h("p", { class: "hides" }, t("exam.incomplete"))]),
      ...questions.map(({ symbol, right, wrong }) => h("section", {}, h("h3", {}, `${symbol} = ${number(right)}`),
        h("dl", {}, ...wrong.flatMap(({ value, mistakes }) => [h("dt", {}, number(value)), h("dd", {}, listed(mistakes))])))),
    ];
  }

  /** @param {Record<string, unknown>} others  numbers in place of the program's */
  function ask(others) {
    inputs = others;
    title.focus(); // the button goes with what it mends
    return show();
  }

  async function saveIt() {
    const own = work;
    const { t } = words();
    save.disabled = true;
    try {
      const kind = /** @type {keyof typeof FORMATS} */ (format.value);
      const blob = await exportedFile({ ...asked, format: kind, credit: Number(credit.value) }, own.signal, "exam/file");
      const name = FORMATS[kind];
      saveFile(blob, name);
      said.textContent = t(kind === "gradescope" ? "exam.saved.script" : "exam.saved", { name });
    } catch (error) {
      if (own === work) fail(error);
    } finally {
      if (own === work) save.disabled = false;
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    const { t, language } = words();
    seen.replaceChildren();
    if (error instanceof Superseded) said.textContent = "";
    else if (error instanceof Problem) said.textContent = problemText(error, language, t).detail;
    else if (error instanceof NetworkFailure) said.textContent = t("unreachable.title");
    else {
      said.textContent = t("exam.failed");
      console.error(error);
    }
  }

  return {
    async open() {
      if (dialog.open || document.querySelector("dialog[open]")) return;
      if (!trace()) return say("take.nothing");
      const { t } = words();
      title.textContent = t("exam.title");
      about.textContent = t("exam.about");
      seen.setAttribute("aria-label", t("exam.preview"));
      save.textContent = t("take.save");
      close.textContent = t("help.close");
      for (const label of ways.querySelectorAll("[data-key]")) if (label instanceof HTMLElement) label.textContent = t(label.dataset.key ?? "");
      fill(format, Object.keys(FORMATS).map((name) => [name, t(`exam.format.${name}`)]));
      fill(credit, CREDITS.map((share) => [String(share), share ? `${100 * share} %` : t("exam.credit.none")]));
      tell();
      names.replaceChildren();
      seen.replaceChildren();
      inputs = {};
      dialog.showModal();
      await show();
    },
  };
}

/** @param {HTMLSelectElement} select @param {string[][]} options */
function fill(select, options) {
  const before = select.value;
  select.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
  if (before) select.value = before;
}

/** @param {KnownMistake[]} mistakes */
function listed(mistakes) {
  return mistakes.map(({ name }) => name).join("; ");
}

/** @param {Record<string, unknown>} inputs */
function assigned(inputs) {
  return Object.entries(inputs).map(([name, value]) => `${name} = ${JSON.stringify(value).replaceAll(",", ", ")}`).join(", ");
}
