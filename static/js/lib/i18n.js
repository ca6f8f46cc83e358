/** Every word on the page comes from a catalogue, and reaches it as text, never as markup. */

import { particle } from "./particles.js";

/** @typedef {Record<string, string>} Catalogue */

/** What is there, or on its way: many figures on a page ask for the same words. @type {Map<string, Promise<Catalogue>>} */
const catalogues = new Map();

/**
 * @param {string} language  or, of a part that is loaded when it is wanted, "part.language"
 * @returns {Promise<Catalogue>}
 */
export function loadCatalogue(language) {
  const known = catalogues.get(language);
  if (known) return known;
  const asked = fetchCatalogue(language);
  catalogues.set(language, asked);
  asked.catch(() => catalogues.delete(language)); // another attempt may find it
  return asked;
}

/** @param {string} language @returns {Promise<Catalogue>} */
async function fetchCatalogue(language) {
  const response = await fetch(import.meta.resolve(`#static/i18n/${language}.json`));
  if (!response.ok) throw new Error(`${response.status} ${language}`);
  const catalogue = await response.json();
  return globalThis.matchMedia?.("(pointer: coarse)").matches ? withoutKeys(catalogue) : catalogue;
}

/** Who has no keyboard is told of no keys: a text "key.touch" takes the place of "key". @param {Catalogue} catalogue @returns {Catalogue} */
export function withoutKeys(catalogue) {
  const touched = Object.entries(catalogue).filter(([key]) => key.endsWith(".touch"));
  return { ...catalogue, ...Object.fromEntries(touched.map(([key, text]) => [key.slice(0, -".touch".length), text])) };
}

/** {name}; {name?one:many} by a count; {name|이/가}, a name with the particle that fits it; {|이/가}, that of what stands before. */
const PLACEHOLDER = /\{(\w*)(?:\?([^{}:]*):([^{}]*)|\|([^{}]*))?\}/g;

/** Of English: Korean has one form for all counts, and its texts need none. */
const PLURAL = new Intl.PluralRules("en");

/**
 * @param {Catalogue} catalogue
 * @returns {import("./types.js").Translate} the text of a key, its {placeholders} filled; the key where there is none
 */
export function translator(catalogue) {
  return (key, params = {}) => {
    const text = Object.hasOwn(catalogue, key) ? catalogue[key] : key;
    let filled = "";
    let at = 0;
    for (const { 0: whole, 1: name, 2: one, 3: many, 4: pair, index } of text.matchAll(PLACEHOLDER)) {
      filled += text.slice(at, index);
      at = index + whole.length;
      if (whole === "{}" || (name && !Object.hasOwn(params, name))) filled += whole;
      else if (one !== undefined) filled += PLURAL.select(Number(params[name])) === "one" ? one : many;
      else {
        if (name) filled += params[name];
        if (pair !== undefined) filled += particle(filled, pair);
      }
    }
    return filled + text.slice(at);
  };
}

/**
 * @param {import("./types.js").Translate} t
 * @param {string} key
 * @param {Record<string, string | number>} params
 * @param {string} otherwise  what is said where the catalogue has no such key
 */
export function translateOr(t, key, params, otherwise) {
  const text = t(key, params);
  return text === key ? otherwise : text;
}

/**
 * Fill the page's fixed texts: data-t names an element's text, data-t-label its aria-label, data-t-title its title, data-t-placeholder what stands in it while it is empty.
 * @param {Document} document
 * @param {string} language
 * @param {import("./types.js").Translate} t
 */
export function fillTexts(document, language, t) {
  document.documentElement.lang = language;
  document.title = t("page.title");
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(data(element, "data-t"));
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(data(element, "data-t-label")));
  }
  for (const element of document.querySelectorAll("[data-t-placeholder]")) {
    element.setAttribute("placeholder", t(data(element, "data-t-placeholder")));
  }
  for (const element of document.querySelectorAll("[data-t-title]")) {
    element.setAttribute("title", t(data(element, "data-t-title")));
  }
}

/** @param {Element} element @param {string} name */
function data(element, name) {
  return element.getAttribute(name) ?? "";
}
