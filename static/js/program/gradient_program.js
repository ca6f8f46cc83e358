/** The backward pass as a program in the same language: read, copied, or opened in the place of the program itself. */

import { find, h } from "../lib/dom.js";
import { NetworkFailure, Problem, Superseded } from "../service/failures.js";
import { problemText } from "./problems/problem_panel.js";

/** @typedef {import("../lib/types.js").Work} Work */

/**
 * @param {object} page
 * @param {ReturnType<typeof import("../service/api.js").createClient>} page.client
 * @param {() => Work} page.work
 * @param {(work: Work) => void} page.open
 * @param {() => {language: "ko" | "en", t: import("../lib/types.js").Translate}} page.words
 */
export function createGradientProgram({ client, work, open, words }) {
  const dialog = find("#gradient-program", HTMLDialogElement);
  const place = find("#gradient-program-text", HTMLElement);
  const names = find("#gradient-program-names", HTMLElement);
  const said = find("#gradient-program-said", HTMLElement);
  const take = find("#gradient-program-take", HTMLButtonElement);
  const copy = find("#gradient-program-copy", HTMLButtonElement);
  /** The work that is shown. @type {Work | null} */
  let shown = null;
  /** @type {{close: () => void} | null} */
  let reader = null;
  let asked = new AbortController();

  /** @param {Work | null} found */
  function hold(found) {
    shown = found;
    take.disabled = copy.disabled = found === null;
    reader?.close();
    reader = null;
    place.replaceChildren();
  }

  /** @param {string} program */
  async function showText(program) {
    const label = words().t("gradient.title");
    const wanted = shown;
    try {
      const { createProgramReader } = await import("./program_reader.js");
      if (wanted === shown) reader = createProgramReader(place, program, label);
    } catch {
      // Colours are an extra: the text can be read without them.
      if (wanted === shown) place.replaceChildren(h("pre", { tabindex: 0, role: "group", "aria-label": label }, program));
    }
  }

  async function show() {
    if (dialog.open) return;
    const { t, language } = words();
    hold(null);
    names.textContent = "";
    said.textContent = t("gradient.computing");
    dialog.showModal();
    const { program, inputs } = work();
    asked = new AbortController();
    try {
      const found = await client.ask("gradient-program", { program, inputs }, asked.signal);
      hold({ program: found.program, inputs });
      const pairs = Object.entries(found.outputs).map(([input, name]) => `${input} → ${name}`);
      names.textContent = pairs.length ? t("gradient.names", { names: pairs.join(", ") }) : t("gradient.none");
      said.textContent = "";
      await showText(found.program.trimEnd());
    } catch (error) {
      if (error instanceof Superseded) return;
      if (error instanceof Problem) said.textContent = problemText(error, language, t).detail;
      else if (error instanceof NetworkFailure) said.textContent = t("unreachable.title");
      else throw error;
    }
  }

  async function copyText() {
    const { t } = words();
    try {
      await navigator.clipboard.writeText(shown?.program ?? "");
      said.textContent = t("copy.done");
    } catch {
      said.textContent = t("copy.failed");
    }
  }

  find("#gradient-program-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
  copy.addEventListener("click", copyText);
  take.addEventListener("click", () => {
    const taken = shown;
    dialog.close();
    if (taken) open(taken);
  });
  dialog.addEventListener("close", () => {
    asked.abort();
    hold(null);
  });

  return { show };
}
