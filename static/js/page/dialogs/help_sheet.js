/** The sheet of keys, made from the table of features. */

import { find, h } from "../../lib/dom.js";
import { keepLetters, readLetters } from "../../store/browser_storage.js";

/** @typedef {import("../features.js").Feature} Feature */
/** @typedef {import("../../lib/types.js").Translate} Translate */

/** How a key is written on the sheet. @type {Record<string, string>} */
const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", "-": "−" };
/** What other parts of the page do with keys. @type {[keys: string, help: string][]} */
const NOTES = [
  ["↑ ↓", "help.scrub"], ["Ctrl Space", "help.complete"], ["Tab ← →", "help.walk"], ["PageUp PageDown", "help.walk.groups"], ["Enter", "help.choose"], ["Tab ← ↑ → ↓", "help.cells"], ["Esc", "help.cancel"], ["PageUp PageDown", "help.clicker"],
];

/** @param {Feature[]} features */
export function createHelpSheet(features) {
  const dialog = find("#help", HTMLDialogElement);
  const rows = find("#help-keys", HTMLElement);
  const letters = find("#help-letters", HTMLSelectElement);
  letters.value = readLetters();
  letters.addEventListener("change", () => keepLetters(/** @type {import("../keyboard.js").Letters} */ (letters.value)));

  return {
    /** @param {Translate} t */
    open(t) {
      if (document.querySelector("dialog[open]")) return;
      dialog.showModal();
      rows.replaceChildren(...rowsOf(features).map(([keys, help]) => h("div", {}, h("dt", {}, ...keys.flatMap((key) => [caps(key, t), " "])), h("dd", {}, t(help)))));
    },
  };
}

/** The rows of the sheet: features that share one stand in it together. @param {Feature[]} features @returns {[keys: string[], help: string][]} */
export function rowsOf(features) {
  /** @type {Map<string, string[]>} */
  const rows = new Map();
  for (const { id, keys = [], help = `command.${id}` } of features) {
    if (keys.length) rows.set(help, [...(rows.get(help) ?? []), ...keys]);
  }
  return [...[...rows].map(([help, keys]) => /** @type {[string[], string]} */ ([keys, help])), ...NOTES.map(([keys, help]) => /** @type {[string[], string]} */ ([[keys], help]))];
}

/** @param {string} key  "⇧ z" and its like are several caps @param {Translate} t */
function caps(key, t) {
  return h("span", { class: "caps" }, ...signsOf(key, t).map((sign) => h("kbd", {}, sign)));
}

/** @param {string} key @param {Translate} t @returns {string[]} */
function signsOf(key, t) {
  const parts = key === " " ? ["Space"] : key.split(" ");
  return parts.flatMap((part) => (part === "Space" ? [t("help.key.space")] : /^[A-Z]$/.test(part) ? ["⇧", part.toLowerCase()] : [SIGNS[part] ?? part]));
}

/** A key in a line of text. @param {string | undefined} key @param {Translate} t */
export function keyText(key, t) {
  return key === undefined ? "" : signsOf(key, t).join(" ");
}
