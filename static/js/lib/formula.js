/** Formulas as elements. KaTeX and its styles are fetched after the first graph; until then the LaTeX source stands there. */

import { find, h } from "./dom.js";

/** Longer formulas are no longer read, and cost KaTeX seconds. */
const LONGEST = 4000;
/** A formula wider than its column shrinks to this at most, and scrolls beyond. */
const SMALLEST = 0.72;

/** @typedef {typeof import("katex").default} Katex */

/** @type {Promise<Katex> | null} */
let katex = null;
/** @type {{begin: import("../page/pending_requests.js").Begin, onMissing: (key: string, again: () => void) => void} | null} */
let page = null;

/**
 * Have the page say that formulas are being loaded, and why they are not there.
 * @param {NonNullable<typeof page>} told
 */
export function announceFormulas(told) {
  page = told;
}

/** KaTeX, once it and its styles are there. */
function load() {
  return (katex ??= fetchKatex());
}

/** @returns {Promise<Katex>} */
function fetchKatex() {
  return new Promise((resolve, reject) => {
    /** @param {string} key */
    const miss = (key) => {
      page?.onMissing(key, () => (katex = null));
      reject(new Error(key));
    };
    const end = page?.begin("waiting.formulas", () => miss("formulas.declined"));
    Promise.all([import("katex"), enableStyles()])
      .then(([module]) => resolve(module.default), () => miss("formulas.failed"))
      .finally(end);
  });
}

/** A disabled style sheet is not fetched; a formula that is set without it would be measured wrongly. */
function enableStyles() {
  const link = find("#formula-style", HTMLLinkElement);
  return new Promise((resolve) => {
    if (!link.disabled) return resolve(null); // a second attempt: it is there, or has failed for good
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
    link.disabled = false;
  });
}

/**
 * @param {string} latex
 * @param {{display?: boolean}} [options]
 * @returns {HTMLElement}
 */
export function formula(latex, { display = false } = {}) {
  const place = h("span", { class: display ? "formula display" : "formula" }, latex.length > LONGEST ? "…" : latex);
  if (latex.length > LONGEST) return place;
  load().then((found) => {
    found.render(latex, place, {
      displayMode: display, throwOnError: false, trust: false, strict: "ignore", maxSize: 20, maxExpand: 200,
      output: "htmlAndMathml",
    });
    if (display) squeeze(place);
  }, () => {});
  return place;
}

/** @param {HTMLElement} place */
function squeeze(place) {
  const share = place.clientWidth / place.scrollWidth;
  if (share >= 1) return;
  place.style.fontSize = `${Math.max(share, SMALLEST) * 0.9}rem`;
  // What scrolls must be reached by the keyboard.
  if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
}
