/** From what is chosen to the paragraph of the book that tells why. */

import { h } from "../lib/dom.js";

/** @typedef {import("../service/wire_types.js").Chapters["chapters"][number]} ChapterTitle */

/**
 * @param {HTMLElement} side  in which the panels stand
 * @param {import("./tabs.js").PanelPage} page
 */
export function createReadWhy(side, page) {
  const place = h("p", { class: "read-why", hidden: true });
  side.append(place);
  /** @type {Map<string, {chapter: ChapterTitle, id: string}>} */
  let places = new Map();
  let panel = "";
  // Asked for once; a book that cannot be had is led to from nowhere.
  page.client.look("chapters").then(({ chapters }) => {
    places = new Map(chapters.flatMap((chapter) => Object.entries(chapter.explains).map(([key, id]) => [key, { chapter, id }])));
    show();
  }, () => {});

  /** The op that is derived: by its name, or as it is chosen in the graph, by an edge to it too. */
  function op() {
    const { op } = page.settings("derive");
    if (typeof op === "string" && op) return op;
    const [plan, selection] = [page.plan(), page.selection()];
    if (!plan || !selection) return null;
    const { nodes, edges } = plan.trace;
    return nodes[selection.kind === "node" ? selection.id : edges[selection.id]?.target]?.op ?? null;
  }

  function show() {
    const { t, language } = page.words();
    const found = (panel === "derive" && places.get(op() ?? "")) || places.get(`#${panel}`);
    place.hidden = !found;
    if (!found) return;
    const title = found.chapter.title[language].replace(/<[^>]*>/g, "");
    place.replaceChildren(h("a", { class: "link", href: `/learn/${language}/${found.chapter.id}#${found.id}` }, t("book.why", { title })));
  }

  return {
    /** @param {string} name  the panel that is open */
    show(name) {
      panel = name;
      show();
    },
  };
}
