/** The search on the page of functions: what fits stays, and an emptied family goes with its heading. */

/** @param {HTMLElement} place  with the field, shown as it works @param {import("../lib/types.js").Translate} t */
export function createFunctionSearch(place, t) {
  const field = place.querySelector("input");
  const said = place.querySelector("output");
  if (!field || !said) return;
  const families = [...document.querySelectorAll("section.family")].map((section) => ({
    section,
    ops: [...section.querySelectorAll("article.op")].map((article) => ({ article, text: (article.textContent ?? "").toLowerCase() })),
  }));
  const count = families.reduce((sum, { ops }) => sum + ops.length, 0);

  function search() {
    const words = field ? field.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
    let found = 0;
    for (const { section, ops } of families) {
      let here = 0;
      for (const { article, text } of ops) {
        const fits = words.every((word) => text.includes(word));
        article.toggleAttribute("hidden", !fits);
        here += Number(fits);
      }
      section.toggleAttribute("hidden", here === 0);
      found += here;
    }
    if (said) said.textContent = words.length ? t("learn.found", { found, count }) : "";
  }

  field.addEventListener("input", search);
  place.hidden = false;
  search(); // what a browser has kept in the field
}
