/** From what is chosen to the paragraph of the book that tells why. */

import { h } from "../lib/dom.js";

/**
 * Rejects where the book's contents cannot be had.
 * @param {HTMLElement} side  in which the panels stand
 * @param {import("./tabs.js").PanelPage} page
 */
export async function createReadWhy(side, page) {
  const chapters = await page.client.chapters();
  const places = new Map(chapters.flatMap((chapter) => Object.entries(chapter.explains).map(([key, id]) => [key, { chapter, id }])));
  const place = h("p", { class: "read-why", hidden: true });
  side.append(place);
  let panel = "";
  /** Of the mistake that was found. @type {string | null} */
  let mistake = null;

  /** The op that is derived, by its name, or the one that is chosen in the graph, by an edge to it too. */
  function op() {
    const { op } = page.settings("derive");
    if (panel === "derive" && typeof op === "string" && op) return op;
    const [plan, selection] = [page.plan(), page.selection()];
    if (!plan || !selection) return null;
    const { nodes, edges } = plan.trace;
    return nodes[selection.kind === "node" ? selection.id : edges[selection.id]?.target]?.op ?? null;
  }

  function show() {
    const { t, language } = page.words();
    const topic = panel === "diagnose" ? `!${mistake}` : ["derive", "inspector"].includes(panel) ? op() : null;
    const found = places.get(topic ?? "") ?? places.get(`#${panel}`);
    place.hidden = !found;
    if (!found) return;
    const title = found.chapter.title[language].replace(/<[^<>]*>/g, "");
    place.replaceChildren(h("a", { class: "link", href: `/learn/${language}/${found.chapter.id}#${found.id}` }, t("book.why", { title })));
  }

  return {
    /** @param {string} name  the panel that is open */
    show(name) {
      panel = name;
      show();
    },
    /** @param {string | null} found  which mistake the reader's gradients have */
    explain(found) {
      mistake = found;
      show();
    },
  };
}
