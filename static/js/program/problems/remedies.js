/** What a reader can do about a problem with one click. */

import { h } from "../../lib/dom.js";
import { askForTable } from "./missing_table.js";
import { WITHOUT_VALUE } from "./problem_panel.js";

/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {import("../../service/failures.js").Problem} Problem */

/**
 * @param {object} on
 * @param {(name: string) => void} on.onGive  a name without a value is to have one
 * @param {(lines: string) => void} on.onAdd  lines are to stand below the program
 * @param {(table: import("./missing_table.js").OpenedTable) => void} on.onTable  a table that was missing, or another in its place
 * @returns {(problem: Problem, t: Translate) => HTMLElement[]}
 */
export function createRemedies({ onGive, onAdd, onTable }) {
  /** Where a table was asked for last: it stays while the same problem is shown once more. @type {{problem: Problem, t: Translate, place: HTMLElement} | null} */
  let asked = null;

  return (problem, t) => {
    const { kind, params } = problem;
    const name = String(params.name);
    if (kind === "missing-table") {
      if (asked?.problem !== problem || asked.t !== t) asked = { problem, t, place: askForTable({ name, digest: String(params.digest) }, t, onTable) };
      return [asked.place];
    }
    if ((kind === "only-functions" || kind === "only-classes") && params.lines) {
      const lines = String(params.lines);
      return [h("pre", {}, lines), h("button", { type: "button", onclick: () => onAdd(lines) }, t("problem.call"))];
    }
    return WITHOUT_VALUE.has(kind) ? [h("button", { type: "button", onclick: () => onGive(name) }, t("problem.give", { name }))] : [];
  };
}
