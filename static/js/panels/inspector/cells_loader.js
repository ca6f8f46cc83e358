/** Cell by cell, in the inspector: modules, looks and words of it are loaded when the first op on arrays is inspected. */

import { styled } from "../../lib/style_sheets.js";

/** @typedef {ReturnType<typeof import("../cells/cells_view.js").createCellsView>} CellsView */

/**
 * @param {object} page
 * @param {() => ReturnType<typeof import("../../lib/translations.js").createWords>} page.words
 * @param {() => boolean} page.onPlaying  whether the steps are playing
 * @param {() => void} page.onReady
 * @param {(again: () => void) => void} page.onFailure
 */
export function createCells({ words, onPlaying, onReady, onFailure }) {
  /** @type {CellsView | undefined} */
  let view;
  let isAsked = false;

  async function load() {
    isAsked = true;
    try {
      const [module] = await Promise.all([import("../cells/cells_view.js"), words().add("cells"), styled("#cells-style")]);
      view = module.createCellsView({ onPlaying });
    } catch {
      return onFailure(load);
    }
    onReady();
  }

  return {
    /** @param {import("./inspector.js").View} shown @param {import("../../lib/types.js").Selection} selection @returns {HTMLElement[]} */
    section(shown, selection) {
      if (view) return view.section(shown, selection);
      const { nodes, edges } = shown.plan.trace;
      const { id, inputs } = nodes[selection.kind === "edge" ? edges[selection.id].target : selection.id];
      if (!isAsked && inputs.length && [id, ...inputs].some((one) => nodes[one].shape.length)) load();
      return [];
    },
    /** One cell on, or back. @param {number} by */
    step: (by) => view?.step(by),
    /** While playing slowly: one cell on. @returns {boolean}  whether there was one */
    walk: () => view?.walk() ?? false,
  };
}
