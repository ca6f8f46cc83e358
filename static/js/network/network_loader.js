/** The network builder: loaded when it is first wanted. */

import { find } from "../lib/dom.js";
import { styled } from "../lib/style_sheets.js";
import { whenWanted } from "../lib/when_wanted.js";

/** @typedef {NetworkParts & import("../store/settings.js").Keeper} NetworkPage */
/**
 * @typedef {object} NetworkParts  what the builder knows of the page
 * @property {ReturnType<typeof import("../service/api.js").createClient>} client
 * @property {(work: import("../lib/types.js").Work, warnings: import("../lib/types.js").Warning[]) => void} open  warnings: those that the program alone would not tell
 * @property {() => import("../store/page_state.js").NetworkSettings | null} network  what the form says
 * @property {(network: import("../store/page_state.js").NetworkSettings, place?: string) => void} describe  that it says something else; place: the field that is being written in
 * @property {(table: import("../lib/types.js").Table) => void} onTable  its file was opened in the form
 * @property {{depth: () => number, undo: () => void, redo: () => void}} history  depth: how many steps can be undone
 * @property {() => ReturnType<typeof import("../lib/translations.js").createTranslations>} words
 */

/** @param {NetworkPage & {onFailure: (again: () => void) => void}} page */
export function createNetworkLoader(page) {
  const part = whenWanted(load, page.onFailure);
  const dialog = find("#network", HTMLDialogElement);

  async function load() {
    const [module] = await Promise.all([import("./builder/dialog.js"), page.words().add("network"), styled("#network-style")]);
    return module.createNetworkDialog(dialog, page);
  }

  const show = () => part.act((form) => form.show());

  find("#open-network", HTMLButtonElement).addEventListener("click", show);
  return {
    show,
    get isOpen() {
      return dialog.open;
    },
    /** The form is to say something else. */
    follow: () => part.part?.follow(),
  };
}
