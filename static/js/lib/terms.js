/** A word that the glossary explains: pressing it opens the glossary there. */

import { h } from "./dom.js";

/** @param {string} id  of the glossary's entry @param {string} text */
export function term(id, text) {
  return h("button", { type: "button", class: "term", "data-term": id }, text);
}
