/** The graph as a table, which was opened: the same content for a screen reader, and for whoever prefers one, in step with the cursor. */

import { find, h } from "../lib/dom.js";
import { valueText } from "../lib/format.js";
import { gradientAt, nodeState, touched } from "../graph/frames.js";
import { isLeaf, nameOf, partial, signOf } from "../graph/labels.js";

/** @typedef {{plan: import("../graph/frames.js").Plan, cursor: number, t: import("../lib/types.js").Translate, full: boolean}} View */

/** A browser lays out tables of more rows only with a long pause. */
const MOST_ROWS = 1000;

/**
 * @param {(selection: import("../lib/types.js").Selection) => void} onSelect
 */
export function createGraphTable(onSelect) {
  const body = find("#table tbody", HTMLElement);
  const note = find("#table-note", HTMLElement);
  /** @type {View | null} */
  let shown = null;
  /** By node: the row and its two cells that change. @type {{row: HTMLElement, value: HTMLElement, gradient: HTMLElement}[]} */
  let rows = [];

  /** @param {View} view */
  function fill({ plan, cursor, t, full }) {
    const { nodes } = plan.trace;
    rows = nodes.slice(0, MOST_ROWS).map((node) => {
      const name = h("button", { type: "button", class: "link", onclick: () => onSelect({ kind: "node", id: node.id }) }, nameOf(node));
      const op = isLeaf(node) ? t(`table.${node.op}`) : signOf(node.op);
      const value = h("td", { class: "number" });
      const gradient = h("td", { class: "number" });
      return { row: h("tr", { "data-node": node.id }, h("th", { scope: "row" }, name), h("td", {}, op), value, gradient), value, gradient };
    });
    for (const id of rows.keys()) update(id, { plan, cursor, t, full });
    body.replaceChildren(...rows.map(({ row }) => row));
    note.textContent = nodes.length > MOST_ROWS ? t("table.cut", { shown: MOST_ROWS, all: nodes.length }) : "";
  }

  /** @param {number} id @param {View} view */
  function update(id, { plan, cursor, t, full }) {
    const node = plan.trace.nodes[id];
    const state = nodeState(plan, id, cursor);
    const { row, value, gradient } = rows[id];
    row.classList.toggle("active", state.active);
    value.textContent = state.valueShown ? valueText(node.value, node.shape, full) : t("value.unknown");
    const known = state.gradient === "none" ? t("value.unknown") : valueText(gradientAt(plan, id, cursor), node.shape, full);
    gradient.textContent = node.differentiable ? known : t("table.none");
    gradient.title = node.differentiable ? partial(plan.trace, node) : "";
  }

  return {
    /** @param {View} view */
    show(view) {
      const before = shown;
      shown = view;
      if (before?.plan !== view.plan || before.t !== view.t || before.full !== view.full || !rows.length) return fill(view);
      for (const id of touched(view.plan, before.cursor, view.cursor).nodes) if (id < rows.length) update(id, view);
    },
  };
}
