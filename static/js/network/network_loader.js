/** The place where a network is built and trained: loaded when it is first wanted. */

import { find } from "../lib/dom.js";
import { styled } from "../lib/style_sheets.js";
import { whenWanted } from "../lib/when_wanted.js";

/** @typedef {NetworkParts & import("../store/settings.js").Keeper} NetworkPage */
/**
 * @typedef {object} NetworkParts  what the builder knows of the page
 * @property {ReturnType<typeof import("../service/api.js").createClient>} client
 * @property {(work: import("../lib/types.js").Work, warnings: import("../lib/types.js").Warning[], stays: boolean) => void} open  warnings: those that the program alone would not tell; stays: beside its graph
 * @property {(work: import("../lib/types.js").Work) => void} renew  the graph that is shown, with other numbers
 * @property {() => Pick<import("../store/page_state.js").PageState, "program" | "source" | "updates">} shown  what the graph is of
 * @property {() => boolean} isOpen  whether the page is to be at this place
 * @property {(isOpen: boolean) => void} turn  to this place, or back to the program
 * @property {() => import("../store/page_state.js").NetworkSettings | null} network  what the form says
 * @property {(network: import("../store/page_state.js").NetworkSettings, place?: string) => void} describe  that it says something else; place: the field that is being written in
 * @property {(table: import("../lib/types.js").Table) => void} onTable  its file was opened in the form
 * @property {{undo: () => void, redo: () => void}} history
 * @property {() => ReturnType<typeof import("../lib/translations.js").createTranslations>} words
 */

/** @param {NetworkPage & {onFailure: (again: () => void) => void}} page */
export function createNetworkLoader(page) {
  const part = whenWanted(load, page.onFailure);

  async function load() {
    const [module] = await Promise.all([import("./builder/place.js"), page.words().add("network"), styled("#network-style")]);
    return module.createNetworkPlace(page);
  }

  /** The page has come to the place or left it, speaks another language, or the form is to say something else. */
  const follow = () => (part.part || page.isOpen()) && part.act((place) => place.follow());

  /** Where it could not be loaded before, it is asked for again. */
  function toggle() {
    page.turn(!(page.isOpen() && part.part));
    follow();
  }

  find("#open-network", HTMLButtonElement).addEventListener("click", toggle);
  return { toggle, follow };
}
