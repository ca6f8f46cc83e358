/** The panels of doubt and the local view. Modules, looks and words of them are loaded when the first one is wanted. */

import { find, h } from "../lib/dom.js";
import { styled } from "../lib/style_sheets.js";
import { whenWanted } from "../lib/when_wanted.js";
import { PANELS } from "./panels.js";

/** @typedef {import("./tabs.js").PanelPage} PanelPage */
/** @typedef {{plan: import("../graph/frames.js").Plan | null, cursor: number, full: boolean}} Scene */
/** @typedef {{tabs: ReturnType<typeof import("./tabs.js").createTabs>, local: ReturnType<typeof import("./local_view.js").createLocalView>}} Parts */

const GROUPS = /** @type {const} */ (["build", "understand", "debug"]);

/** Make the tabs and the empty panels, as the table has them. */
export function layOutPanels() {
  const strip = find("#tabs", HTMLElement);
  const [first] = PANELS;
  strip.replaceChildren(...GROUPS.map((group) => h("div", { role: "presentation" },
    h("span", { class: "group-name", "aria-hidden": true, "data-t": `tabs.${group}` }),
    ...PANELS.filter((panel) => panel.group === group).map(({ id, words, title }) => h("button", {
      type: "button", role: "tab", "data-panel": id, "aria-controls": id, "aria-selected": String(id === first.id), tabindex: id === first.id ? 0 : -1,
      "data-t": words, ...(title && { "data-t-title": title }),
    })))));
  strip.parentElement?.after(...PANELS.map(({ id, words, load }) => h("section", { id, class: load ? "panel" : "", role: "tabpanel", tabindex: -1, "data-t-label": words, hidden: id !== first.id })));
}

/** @param {PanelPage} page */
export function createPanelLoader(page) {
  const strip = find("#tabs", HTMLElement);
  const parts = whenWanted(load, page.onFailure);
  // A link that could not be had is missed by nobody; the next choice asks again.
  const why = whenWanted(async () => {
    const [{ createReadWhy }] = await Promise.all([import("./read_why.js"), page.words().add("panels")]);
    return createReadWhy(find("#side", HTMLElement), page);
  }, () => {});
  const chosen = () => parts.part?.tabs.chosen ?? PANELS[0].id;
  const { act } = parts;

  /** @returns {Promise<Parts>} */
  async function load() {
    const [{ createTabs }, { createLocalView }] = await Promise.all([import("./tabs.js"), import("./local_view.js"), page.words().add("panels"), styled("#panels-style")]);
    const explain = (/** @type {string | null} */ mistake) => why.act((link) => link.explain(mistake));
    return { tabs: createTabs({ ...page, explain }, readWhy), local: createLocalView(page) };
  }

  /** Where the book tells of what is open or chosen. */
  function readWhy() {
    if (why.part || page.selection() || chosen() !== PANELS[0].id) why.act((link) => link.show(chosen()));
  }

  /** The panel that the page's state names, where there is one of that name; and the local view, where it is wanted. */
  function follow() {
    const panel = page.panel();
    if (parts.part || page.isLocal()) act(({ local }) => local.show());
    if (panel !== chosen() && PANELS.some(({ id }) => id === panel)) act(({ tabs }) => tabs.choose(panel));
  }

  /** @param {string} name */
  function open(name) {
    act(({ tabs }) => {
      page.unfold();
      tabs.open(name);
    });
  }

  strip.addEventListener("click", ({ target }) => {
    const name = target instanceof HTMLElement && target.dataset.panel;
    if (name) act(({ tabs }) => tabs.choose(name));
  });
  strip.addEventListener("keydown", (event) => {
    const { key } = event;
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(key) || event.shiftKey) return;
    event.preventDefault(); // elsewhere these keys take steps
    act(({ tabs }) => tabs.press(key));
  });
  find("#local-view", HTMLButtonElement).addEventListener("click", page.toggleLocal);

  return {
    follow,
    /** By its key. @param {string} name */
    toggle: (name) => act(({ tabs }) => void (page.unfold() ? tabs.open(name) : tabs.toggle(name))),
    open,
    /** Why an op's rule holds. @param {string} op */
    derive: (op) => act(async ({ tabs }) => {
      page.unfold();
      (await tabs.open("derive"))?.seek?.(op);
    }),
    /** The page is another one. */
    show() {
      parts.part?.tabs.show();
      parts.part?.local.show();
      readWhy();
    },
  };
}
