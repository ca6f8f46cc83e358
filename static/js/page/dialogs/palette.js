/** The command palette: everything that can be done or opened, found by a few letters of its name. */

import { find, h } from "../../lib/dom.js";
import { readPrograms } from "../../store/browser_storage.js";
import { FEATURES } from "../features.js";
import { keyText } from "./help_sheet.js";
import { itemsMatching } from "./palette_search.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("./palette_search.js").Item} Item */

/**
 * @typedef {object} Offers  what may be chosen beside the features
 * @property {import("../features.js").Page} page
 * @property {() => import("../../lib/types.js").Example[]} examples
 * @property {() => Iterable<import("../../lib/types.js").OpEntry>} ops
 * @property {(id: string) => void} openExample
 * @property {(work: import("../../lib/types.js").Work) => void} open
 * @property {() => {t: Translate, language: "ko" | "en"}} words
 */

/** @param {Offers} offers */
export function createPalette({ page, examples, ops, openExample, open, words }) {
  const dialog = find("#palette", HTMLDialogElement);
  const field = find("#palette-field", HTMLInputElement);
  const list = find("#palette-list", HTMLElement);
  const said = find("#palette-said", HTMLElement);
  /** @type {Item[]} */
  let all = [];
  /** @type {Item[]} */
  let found = [];
  let at = 0;

  /** Everything that can be chosen, as it is now. @returns {Item[]} */
  function items() {
    const { t, language } = words();
    return [
      ...FEATURES.filter(({ id }) => id !== "palette").map((feature) => ({ name: t(`command.${feature.id}`), also: feature.id, kind: feature.kind, key: keyText(feature.keys?.[0], t), run: () => feature.run(page) })),
      ...examples().map(({ id }) => ({ name: t(`example.${id}.title`), also: `${id} ${t(`example.${id}.question`)}`, kind: /** @type {const} */ ("example"), run: () => openExample(id) })),
      ...readPrograms().map((kept) => ({ name: kept.name, kind: /** @type {const} */ ("saved"), run: () => open(kept) })),
      ...[...ops()].map(({ name, summary }) => ({ name, also: summary?.[language] ?? "", kind: /** @type {const} */ ("op"), run: () => page.panels.derive(name) })),
    ];
  }

  function show() {
    const matching = itemsMatching(all, field.value);
    found = matching.items;
    at = Math.min(at, Math.max(found.length - 1, 0));
    list.replaceChildren(...found.map((item, i) => h("li", { role: "option", id: `palette-${i}`, "aria-selected": String(i === at), onclick: () => run(item) },
      h("span", {}, item.name), h("small", {}, [words().t(`palette.${item.kind}`), item.key].filter(Boolean).join(" · ")))));
    said.textContent = found.length === 0 ? words().t("palette.none") : matching.left ? words().t("palette.more", { count: matching.left }) : "";
    field.setAttribute("aria-activedescendant", found.length ? `palette-${at}` : "");
    list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Item} item */
  function run(item) {
    dialog.close();
    item.run();
  }

  field.addEventListener("input", () => {
    at = 0;
    show();
  });
  field.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && found.length) {
      at = (at + by + found.length) % found.length;
      show();
    } else if (event.key === "Enter" && found[at]) run(found[at]);
    else return;
    event.preventDefault();
  });
  // A click beside it puts it away, as Escape does.
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());

  return {
    open() {
      if (document.querySelector("dialog[open]")) return;
      all = items();
      field.value = "";
      at = 0;
      dialog.showModal();
      show();
    },
  };
}
