/** Cell by cell, in the inspector: modules, looks and words of it are loaded when the first op on arrays is inspected. */

import { h } from "../../lib/dom.js";
import { styled } from "../../lib/style_sheets.js";

/** @typedef {ReturnType<typeof import("../cells/cells_view.js").createCellsView>} CellsView */

/**
 * @param {object} page
 * @param {() => ReturnType<typeof import("../../lib/translations.js").createTranslations>} page.words
 * @param {() => boolean} page.onPlaying  whether the steps are playing
 * @param {() => Promise<import("../cells/op_cells.js").Ops>} page.loadOps  empty if they cannot be had
 * @param {(again: () => void) => void} page.onFailure
 */
export function createCellsLoader({ words, onPlaying, loadOps, onFailure }) {
  /** @type {CellsView | undefined} */
  let view;
  let isAsked = false;
  /** Where the inspector wants it while it is loaded: what else stands there stays as it is. @type {{place: HTMLElement, of: Parameters<CellsView["section"]>} | null} */
  let wanted = null;

  async function load() {
    isAsked = true;
    try {
      const [module, ops] = await Promise.all([import("../cells/cells_view.js"), loadOps(), words().add("cells"), styled("#cells-style")]);
      if (!ops.size) return onFailure(load);
      view = module.createCellsView({ onPlaying, ops });
    } catch {
      return onFailure(load);
    }
    if (wanted?.place.isConnected) wanted.place.replaceWith(...view.section(...wanted.of));
    wanted = null;
  }

  return {
    /** @param {import("./inspector.js").View} shown @param {import("../../lib/types.js").Selection} selection @returns {HTMLElement[]} */
    section(shown, selection) {
      if (view) return view.section(shown, selection);
      const { nodes, edges } = shown.plan.trace;
      const { id, inputs } = nodes[selection.kind === "edge" ? edges[selection.id].target : selection.id];
      if (!inputs.length || [id, ...inputs].every((one) => !nodes[one].shape.length)) return [];
      wanted = { place: h("div", { hidden: true }), of: [shown, selection] };
      if (!isAsked) load();
      return [wanted.place];
    },
    /** One cell on, or back. @param {number} by */
    step: (by) => view?.step(by),
    /** While playing slowly: one cell on. @returns {boolean}  whether there was one */
    walk: () => view?.walk() ?? false,
  };
}
