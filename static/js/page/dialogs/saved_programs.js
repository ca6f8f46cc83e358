/** Programs kept by name in this browser, and programs in files. */

import { find, h } from "../../lib/dom.js";
import { safeName, saveFile as keepFile } from "../../store/file_saving.js";
import { NothingKept, keepProgram, readPrograms, removeProgram, renameProgram } from "../../store/browser_storage.js";

/** @typedef {import("../../lib/types.js").Work} Work */

/** The service refuses longer programs; a larger file is no program. */
const LARGEST_FILE = 64 * 1024;

/**
 * @param {object} page
 * @param {() => Work & {title: string | null}} page.work  title: of the example that it is
 * @param {(work: Work) => void} page.open
 * @param {() => Promise<string>} page.address  of the page as it is, to be passed on
 * @param {() => import("../../lib/types.js").Translate} page.t
 */
export function createSavedPrograms({ work, open, address, t }) {
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
  function take({ program, inputs, source = null }) {
    dialog.close();
    open({ program, inputs, source });
  }

  /** In its row, the name becomes a field. @param {string} before */
  function rename(before) {
    const row = [...list.children].find((one) => one.querySelector("button")?.textContent === before);
    const field = h("input", { value: before, maxlength: 80, "aria-label": t()("programs.rename.label", { name: before }) });
    let settled = false;
    const settle = () => {
      const to = field.value.trim();
      if (settled) return;
      settled = true;
      if (to && to !== before) attempt(() => renameProgram(before, to), t()("programs.renamed", { name: to }));
      else fill();
    };
    field.addEventListener("blur", settle);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") field.value = before;
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      settle();
      name.focus();
    });
    row?.querySelector("button")?.replaceWith(field);
    field.select();
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
    if (!chosen) return;
    said.textContent = t()("programs.file.opening", { name: chosen.name });
    try {
      if (chosen.size > LARGEST_FILE) throw new RangeError();
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
      if (!dialog.open) return; // closed meanwhile: the file is not wanted any more
      name.value = chosen.name.replace(/\.\w+$/, "");
      take({ program: text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"), inputs: {} });
    } catch {
      said.textContent = t()("programs.file.unreadable", { name: chosen.name });
    }
  });
  find("#close-programs", HTMLButtonElement).addEventListener("click", () => dialog.close());

  return {
    copyLink, saveFile,
    open() {
      if (dialog.open) return;
      said.textContent = "";
      name.value ||= work().title ?? "";
      fill();
      dialog.showModal();
      name.select();
    },
  };
}
