/** The command palette: everything that can be done or opened, found by a few letters of its name. */

import { find, h } from "../lib/dom.js";
import { itemsMatching } from "./palette_search.js";

/** @typedef {import("../lib/types.js").Translate} Translate */
/** @typedef {import("./palette_search.js").Item} Item */

/**
 * @param {() => Item[]} items  as they are now
 * @param {() => Translate} t
 */
export function createPalette(items, t) {
  const dialog = find("#palette", HTMLDialogElement);
  const field = find("#palette-field", HTMLInputElement);
  const list = find("#palette-list", HTMLElement);
  const said = find("#palette-said", HTMLElement);
  /** @type {Item[]} */
  let all = [];
  /** @type {Item[]} */
  let found = [];
  let at = 0;

  function show() {
    const matching = itemsMatching(all, field.value);
    found = matching.items;
    at = Math.min(at, Math.max(found.length - 1, 0));
    list.replaceChildren(...found.map((item, i) => h("li", { role: "option", id: `palette-${i}`, "aria-selected": String(i === at), onclick: () => run(item) },
      h("span", {}, item.name), h("small", {}, [t()(`palette.${item.kind}`), item.key].filter(Boolean).join(" · ")))));
    said.textContent = found.length === 0 ? t()("palette.none") : matching.left ? t()("palette.more", { count: matching.left }) : "";
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
