/** The search in the figure: what it finds is lit, and stepped through. */

import { find, h } from "../../lib/dom.js";
import { nodesMatching } from "./node_search.js";

/**
 * @param {object} page
 * @param {() => import("../../lib/types.js").Trace | null} page.trace  as it is computed, with what is in closed groups
 * @param {() => import("../../lib/types.js").Translate} page.t
 * @param {(id: number) => void} page.go  to a node of that trace
 * @param {(id: number) => number | null} page.placeOf  the node that is drawn for it
 * @param {import("../decorations.js").Decorate} page.decorate
 * @param {() => void} page.leave  the keyboard goes on in the figure
 */
export function createSearchBar({ trace, t, go, placeOf, decorate, leave }) {
  const field = h("input", { type: "search", class: "search-field", autocomplete: "off", spellcheck: false });
  const said = h("output", { role: "status" });
  const back = h("button", { type: "button", class: "quiet", onclick: () => step(-1) }, "‹");
  const on = h("button", { type: "button", class: "quiet", onclick: () => step(1) }, "›");
  const close = h("button", { type: "button", class: "quiet", onclick: () => hide() }, "×");
  const hint = h("small", {});
  const bar = h("search", { class: "search-bar", hidden: true }, h("div", {}, field, said, back, on, close), hint);
  find("#figure", HTMLElement).prepend(bar);
  /** @type {number[]} */
  let found = [];
  /** Which of them the reader is at; minus one: at none yet. */
  let at = -1;

  function show() {
    const now = trace();
    const before = found[at];
    found = now && !bar.hidden ? nodesMatching(now, field.value) : [];
    at = found.indexOf(before);
    mark();
  }

  function mark() {
    const nodes = [...new Set(found.map(placeOf).filter((id) => id !== null))];
    decorate("found", nodes.length ? { nodes } : null);
    said.textContent = !field.value.trim() ? "" : found.length ? t()("search.count", { at: Math.max(at + 1, 0), count: found.length }) : t()("search.none");
  }

  /** @param {number} by */
  function step(by) {
    if (!found.length) return;
    at = at < 0 && by < 0 ? found.length - 1 : (at + by + found.length) % found.length;
    go(found[at]);
    mark();
  }

  function hide() {
    bar.hidden = true;
    show();
    leave();
  }

  field.addEventListener("input", (event) => {
    // A syllable that is still being composed is no word yet.
    if (event instanceof InputEvent && event.isComposing) return;
    show();
  });
  field.addEventListener("compositionend", show);
  bar.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") hide();
    else if (event.key === "Enter" && event.target === field) step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    open() {
      for (const [element, key] of /** @type {[HTMLElement, string][]} */ ([[field, "search.field"], [back, "search.back"], [on, "search.on"], [close, "search.close"]])) {
        element.setAttribute("aria-label", t()(key));
        element.title = t()(key);
      }
      field.placeholder = t()("search.field");
      hint.textContent = t()("search.hint");
      bar.hidden = false;
      field.focus();
      field.select();
      show();
    },
    /** The page is another one. */
    show: () => !bar.hidden && show(),
  };
}
