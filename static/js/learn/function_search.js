/** The search on the page of functions: what fits stays, the nearest name first, and an emptied family goes with its heading. */

/** @typedef {{article: HTMLElement, text: string}} Op */

/** @param {HTMLElement} place  with the field, shown as it works @param {import("../lib/types.js").Translate} t */
export function createFunctionSearch(place, t) {
  const field = place.querySelector("input");
  const said = place.querySelector("output");
  if (!field || !said) return;
  const families = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("section.family"))].map((section) => ({
    section,
    ops: [.../** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll("article.op"))].map((article) => ({ article, text: (article.textContent ?? "").toLowerCase() })),
  }));
  const count = families.reduce((sum, { ops }) => sum + ops.length, 0);

  function search() {
    const words = field ? field.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
    const found = families.map(({ section, ops }) => {
      const fitting = ops.filter(({ text }) => words.every((word) => text.includes(word)));
      const ranked = byRank(ops, ({ article }) => distance(article.id, words));
      for (const { article } of ops) article.toggleAttribute("hidden", !fitting.some((one) => one.article === article));
      section.toggleAttribute("hidden", !fitting.length);
      inOrder(ranked.map(({ article }) => article));
      return { section, count: fitting.length, nearest: Math.min(...fitting.map(({ article }) => distance(article.id, words))) };
    });
    inOrder(byRank(found, ({ nearest }) => nearest).map(({ section }) => section));
    if (said) said.textContent = words.length ? t("learn.found", { found: found.reduce((sum, one) => sum + one.count, 0), count }) : "";
  }

  field.addEventListener("input", search);
  place.hidden = false;
  search(); // what a browser has kept in the field
}

/** How far a name is from what is sought: the same, begun by it, with it inside, without it. @param {string} name @param {string[]} words */
function distance(name, words) {
  return Math.min(...words.map((word) => [name === word, name.startsWith(word), name.includes(word), true].indexOf(true)), 3);
}

/** Those of one rank stay in the order that they have. @template T @param {T[]} items @param {(item: T) => number} rank */
function byRank(items, rank) {
  return [...items].sort((a, b) => rank(a) - rank(b) || 0);
}

/** Siblings that are not in this order yet are put into it. @param {HTMLElement[]} elements */
function inOrder(elements) {
  const now = elements.toSorted((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  if (now.some((one, i) => one !== elements[i])) elements[0].parentElement?.append(...elements);
}
