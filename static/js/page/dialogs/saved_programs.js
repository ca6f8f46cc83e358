/** Programs kept by name in this browser, and programs in files. */

import { find, h } from "../../lib/dom.js";
import { askForName } from "./renaming.js";
import { safeName, saveFile as keepFile } from "../../store/file_saving.js";
import { NothingKept, keepProgram, readPrograms, removeProgram, renameProgram } from "../../store/browser_storage.js";

/** @typedef {import("../../lib/types.js").Work} Work */

/**
 * @param {object} page
 * @param {() => Work & {title: string | null}} page.work  title: of the example that it is
 * @param {(work: Work) => void} page.open
 * @param {() => Promise<string>} page.address  of the page as it is, to be passed on
 * @param {ReturnType<typeof import("../../service/api.js").createClient>} page.client
 * @param {() => ReturnType<typeof import("../../lib/translations.js").createTranslations>} page.words
 */
export function createSavedPrograms({ client, work, open, address, words }) {
  const t = () => words().t;
  const dialog = find("#programs", HTMLDialogElement);
  const list = find("#kept", HTMLElement);
  const name = find("#keep-name", HTMLInputElement);
  const file = find("#file", HTMLInputElement);
  const said = find("#programs-said", HTMLElement);

  /** @param {() => void} change @param {string} done  what is said when it is */
  function attempt(change, done) {
    try {
      change();
      said.textContent = done;
    } catch (error) {
      if (!(error instanceof NothingKept)) throw error;
      said.textContent = t()("programs.failed");
    }
    fill();
  }

  function fill() {
    const date = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const programs = readPrograms();
    list.replaceChildren(...programs.map((kept) => h("li", {},
      h("button", { type: "button", class: "link", onclick: () => take(kept) }, kept.name),
      h("time", { datetime: kept.saved }, Number.isNaN(Date.parse(kept.saved)) ? "" : date.format(new Date(kept.saved))),
      h("button", { type: "button", "aria-label": t()("programs.rename.label", { name: kept.name }), onclick: () => rename(kept.name) }, t()("programs.rename")),
      h("button", { type: "button", "aria-label": t()("programs.remove.label", { name: kept.name }), onclick: () => remove(kept.name) }, t()("programs.remove")))));
    find("#kept-none", HTMLElement).hidden = programs.length > 0;
  }

  /** @param {Work} chosen */
  function take({ program, inputs, source = null, network = null }) {
    dialog.close();
    open({ program, inputs, source, network });
  }

  /** @param {string} before */
  function rename(before) {
    const shown = [...list.querySelectorAll("button")].find((one) => one.textContent === before);
    if (shown) askForName(shown, before, t()("programs.rename.label", { name: before }), (to) => {
      if (to !== before) attempt(() => renameProgram(before, to), t()("programs.renamed", { name: to }));
      else fill();
      name.focus();
    });
  }

  /** @param {string} gone */
  function remove(gone) {
    const kept = readPrograms().find((one) => one.name === gone);
    attempt(() => removeProgram(gone), t()("programs.removed", { name: gone }));
    if (kept) said.append(" ", h("button", { type: "button", class: "link", onclick: () => putBack(kept) }, t()("programs.put.back")));
    name.focus();
  }

  /** @param {import("../../store/browser_storage.js").Kept} kept */
  function putBack(kept) {
    attempt(() => keepProgram(kept), t()("programs.kept", { name: kept.name }));
    name.focus();
  }

  find("#keep", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = name.value.trim();
    if (chosen) attempt(() => keepProgram({ name: chosen, ...work() }), t()("programs.kept", { name: chosen }));
  });
  function saveFile() {
    keepFile(new Blob([work().program], { type: "text/x-python" }), `${safeName(name.value || (work().title ?? "")) || "program"}.py`);
  }

  /** @returns {Promise<string>} the key of what came of it */
  async function copyLink() {
    try {
      await navigator.clipboard.writeText(await address());
      return "programs.link.copied";
    } catch {
      return "copy.failed";
    }
  }

  find("#save-file", HTMLButtonElement).addEventListener("click", saveFile);
  find("#copy-link", HTMLButtonElement).addEventListener("click", async () => {
    said.textContent = t()(await copyLink());
  });
  find("#open-file", HTMLButtonElement).addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    file.value = "";
    if (chosen) openFile(chosen);
  });

  /** A program or a model: what it holds is opened, or why that cannot be is said in the dialog. @param {File} chosen */
  async function openFile(chosen) {
    show();
    said.textContent = t()("programs.file.opening", { name: chosen.name });
    const found = await import("./opened_file.js").then(({ workIn }) => workIn(chosen, client, words()), () => t()("unreachable.title"));
    if (!dialog.open) return; // closed meanwhile: the file is not wanted any more
    if (typeof found === "string") said.textContent = found;
    else {
      name.value = chosen.name.replace(/\.\w+$/, "");
      take(found);
    }
  }

  // A file that is dropped beside a dialog is opened; the browser would leave the page for it.
  for (const type of ["dragover", "drop"]) document.addEventListener(type, drop, true);

  /** @param {any} event  a DragEvent */
  function drop(event) {
    if (!event.dataTransfer?.types.includes("Files") || event.target.closest?.("dialog")) return;
    event.preventDefault();
    const [chosen] = event.dataTransfer.files;
    if (event.type === "dragover" || !chosen) return;
    event.stopPropagation();
    openFile(chosen);
  }

  find("#close-programs", HTMLButtonElement).addEventListener("click", () => dialog.close());

  return {
    copyLink, saveFile,
    openFile,
    open() {
      if (show()) name.select();
    },
  };

  /** @returns {boolean} whether it was not shown before */
  function show() {
    if (dialog.open) return false;
    said.textContent = "";
    name.value ||= work().title ?? "";
    fill();
    dialog.showModal();
    return true;
  }
}
