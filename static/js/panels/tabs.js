/** Beside the graph one thing at a time: the inspector, or a panel. */

import { find } from "../lib/dom.js";
import { PANELS } from "./panels.js";

/** @typedef {{show: () => void, opened: () => void, left?: () => void, seek?: (name: string) => void}} Panel  show: page or words are others; opened, left: the reader came to it, and went; seek: a name is to be shown in it */
/**
 * @typedef {object} PanelPage  what a panel knows of the page
 * @property {ReturnType<typeof import("../service/api.js").createClient>} client
 * @property {() => import("../lib/types.js").Work} work
 * @property {() => import("../graph/frames.js").Plan | null} plan  of this very work; null while it is another one's
 * @property {() => import("../lib/types.js").Selection | null} selection
 * @property {() => ReturnType<typeof import("../lib/translations.js").createTranslations>} words
 * @property {(selection: import("../lib/types.js").Selection) => void} choose  and go on to a moment of it
 * @property {(selection: import("../lib/types.js").Selection) => void} select  and stay at the present moment
 * @property {() => string} panel  the one that is open
 * @property {(panel: string) => void} turn  to another one
 * @property {() => boolean} unfold  the column that they are in; whether it was folded
 * @property {(panel: string) => Record<string, unknown>} settings  what was chosen and written in a panel; a link may have brought it: it is to be checked
 * @property {(panel: string, settings: Record<string, unknown>) => void} note  that something of it is another one
 * @property {() => boolean} isLocal  whether the local view is wanted
 * @property {() => void} toggleLocal
 * @property {(hides: boolean) => void} veil  hide the gradients in the figure, or show them
 * @property {import("../page/decorations.js").Decorate} decorate  what is marked in the figure
 * @property {(remarks: import("../program/problems/problem_panel.js").Remark[]) => void} remark  in the editor
 * @property {() => void} showFigure  bring it into view, where the page is narrow
 * @property {(again: () => void) => () => void} onFailure  something could not be loaded; answers what takes the notice of it back
 * @property {(mistake: string | null) => void} [explain]  which one the book is to tell of
 * @property {() => import("../lib/types.js").Trace | null} served  the drawn trace as the service sent it
 * @property {() => import("../lib/types.js").Work & Record<string, unknown>} request  for that trace
 * @property {(trace: import("../lib/types.js").Trace) => Set<string>} data  names of the inputs of a drawn trace that are data
 * @property {boolean} [canMark]  whether the reader may say which are
 * @property {() => Map<string, import("../lib/types.js").OpEntry>} ops
 * @property {() => Promise<Map<string, import("../lib/types.js").OpEntry>>} loadOps  the same once they are known; empty if they cannot be had
 * @property {() => import("./panel_loader.js").Scene} scene
 * @property {(edge: number) => import("../lib/types.js").Selection | null} placeOf  where an edge of the program as it is computed is in the drawing
 */

/** @param {PanelPage} page @param {() => void} onTurn  another panel is open */
export function createTabs(page, onTurn) {
  const side = find("#side", HTMLElement);
  const tabs = /** @type {HTMLElement[]} */ (Array.from(side.querySelectorAll("[role=tab]")));
  /** @type {Map<string, Panel>} */
  const panels = new Map();
  /** Loaded once, however often it is asked for meanwhile. @type {Map<string, Promise<Panel>>} */
  const coming = new Map();
  /** Where the keyboard was before a key opened a panel. @type {HTMLElement | SVGElement | null} */
  let before = null;
  let chosen = "inspector";
  /** @type {(() => void) | undefined} */
  let takeBack;

  /** @param {string} name */
  async function choose(name) {
    if (chosen !== name) panels.get(chosen)?.left?.();
    chosen = name;
    page.turn(name);
    for (const tab of tabs) {
      const isChosen = tab.dataset.panel === name;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      find(`#${tab.dataset.panel}`, HTMLElement).hidden = !isChosen;
    }
    side.parentElement?.classList.toggle("doubting", name !== "inspector");
    onTurn();
    const load = PANELS.find(({ id }) => id === name)?.load;
    if (!load) return;
    try {
      const loading = coming.get(name) ?? load(find(`#${name}`, HTMLElement), page);
      coming.set(name, loading);
      panels.set(name, await loading);
    } catch {
      coming.delete(name);
      takeBack = page.onFailure(() => choose(name));
      return;
    }
    takeBack?.();
    if (chosen === name) panels.get(name)?.opened();
  }

  /** Back to the inspector, and the keyboard to where it was. */
  function leave() {
    choose("inspector");
    (before?.isConnected ? before : tabs.find(({ dataset }) => dataset.panel === chosen))?.focus();
    before = null;
  }

  side.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && chosen !== "inspector") leave();
  });

  return {
    choose,
    get chosen() {
      return chosen;
    },
    /** Choose a panel, and wait for it. @param {string} name @returns {Promise<Panel | undefined>} */
    async open(name) {
      await choose(name);
      tabs.find((one) => one.dataset.panel === name)?.focus();
      return panels.get(name);
    },
    /** From tab to tab. @param {string} key */
    press(key) {
      const seen = tabs.filter((tab) => tab.checkVisibility());
      const at = seen.findIndex((tab) => tab.tabIndex === 0);
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[key] ?? at;
      const next = /** @type {HTMLElement} */ (seen.at(to % seen.length));
      next.focus();
      choose(next.dataset.panel ?? "");
    },
    /** By its key, which leads back as well. @param {string} name */
    toggle(name) {
      if (chosen === name) return leave();
      const held = document.activeElement;
      if (!side.contains(held)) before = held instanceof HTMLElement || held instanceof SVGElement ? held : null;
      choose(name);
      tabs.find((one) => one.dataset.panel === name)?.focus();
    },
    /** The page is another one. */
    show() {
      panels.get(chosen)?.show();
    },
  };
}
