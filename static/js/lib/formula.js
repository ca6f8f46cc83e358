/** Formulas as elements. KaTeX and its styles are fetched after the first graph; until then the LaTeX source stands there. */

import { find, h } from "./dom.js";

/** Longer formulas are no longer read, and cost KaTeX seconds. */
const LONGEST = 4000;
/** A formula wider than its column shrinks to this at most, and scrolls beyond. */
const SMALLEST = 0.72;

/** @typedef {typeof import("katex").default} Katex */

/** @type {Promise<Katex> | null} */
let katex = null;
/** The same once it is there. @type {Katex | null} */
let ready = null;
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
      .then(([module]) => resolve((ready = module.default)), () => miss("formulas.failed"))
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

/** What a formula may hold beside signs: that a symbol is a node. @param {import("katex").TrustContext} context */
function isLink(context) {
  return context.command === "\\htmlData" && Object.entries(context.attributes).every(([name, id]) => name === "data-node" && /^\d+$/.test(id));
}

/** A formula as it is read and copied. @param {string} latex */
function unlinked(latex) {
  return latex.replace(/\\htmlData\{node=\d+\}/g, "");
}

/** Formulas that are set, by kind and LaTeX, the latest last: the same ones come again at every step. @type {Map<string, DocumentFragment>} */
const known = new Map();
const MOST_KNOWN = 500;

/** @param {Katex} katex @param {string} latex @param {boolean} displayMode @returns {Node} */
function typeset(katex, latex, displayMode) {
  const key = `${displayMode} ${latex}`;
  const made = known.get(key) ?? document.createDocumentFragment();
  known.delete(key);
  known.set(key, made);
  if (!made.hasChildNodes()) {
    const place = h("span");
    katex.render(latex, place, {
      displayMode, throwOnError: false, trust: isLink, strict: "ignore", maxSize: 20, maxExpand: 200,
      output: "htmlAndMathml",
    });
    const source = place.querySelector("annotation");
    if (source) source.textContent = unlinked(latex);
    made.append(...place.childNodes);
    if (known.size > MOST_KNOWN) known.delete(/** @type {string} */ (known.keys().next().value));
  }
  return made.cloneNode(true);
}

/**
 * @param {string} latex
 * @param {{display?: boolean}} [options]
 * @returns {HTMLElement}
 */
export function formula(latex, { display = false } = {}) {
  const place = h("span", { class: display ? "formula display" : "formula" }, latex.length > LONGEST ? "…" : unlinked(latex));
  if (latex.length > LONGEST) return place;
  if (ready) set(ready, place, latex, display);
  else load().then((found) => set(found, place, latex, display), () => {});
  return place;
}

/** @param {Katex} katex @param {HTMLElement} place @param {string} latex @param {boolean} display */
function set(katex, place, latex, display) {
  place.replaceChildren(typeset(katex, latex, display));
  if (!display) return;
  wide.push(place);
  if (wide.length === 1) requestAnimationFrame(squeezeAll);
}

/** Formulas whose width is not known yet. @type {HTMLElement[]} */
let wide = [];

/** All are measured, and then all are changed: a change between two measures would lay the page out anew. */
async function squeezeAll() {
  // A formula is as wide as its own letters, and only a layout asks for them.
  wide.forEach((place) => place.offsetWidth);
  await document.fonts.ready;
  const places = wide.filter((place) => place.isConnected);
  wide = [];
  const shares = places.map((place) => place.clientWidth / place.scrollWidth);
  const squeezed = places.filter((_, i) => shares[i] < 1);
  for (const [i, place] of places.entries()) if (shares[i] < 1) place.style.fontSize = `${Math.max(shares[i], SMALLEST) * 0.9}rem`;
  // What scrolls must be reached by the keyboard.
  const scrolled = squeezed.filter((place) => place.scrollWidth > place.clientWidth);
  for (const place of scrolled) place.tabIndex = 0;
}
