/** What stands in the figure while nothing has been drawn yet: why there is no graph, where to mend it, and what else to begin with. */

import { h } from "../lib/dom.js";
import { startingPoints } from "../program/problems/starting_points.js";

/** @typedef {{title: string, detail: string, span: import("../lib/types.js").Span | null}} Reason */

/**
 * @param {string} sentence  when the graph will be there
 * @param {Reason | null} reason  null: it is no mistake
 * @param {import("../lib/types.js").Translate} t
 * @param {(span: import("../lib/types.js").Span) => void} onPlace  the place in the program is to be seen
 * @param {(example: string) => void} onExample
 * @returns {(HTMLElement | string)[]}
 */
export function emptyFigure(sentence, reason, t, onPlace, onExample) {
  const said = h("p", { class: "lead" }, sentence);
  if (!reason) return [said];
  const { title, detail, span } = reason;
  const place = span ? h("button", { type: "button", class: "link", onclick: () => onPlace(span) }, t("problem.place", { line: span.start.line, column: span.start.column + 1 })) : "";
  const examples = startingPoints(t, onExample).at(-1) ?? "";
  return [said, h("p", { class: "reason" }, h("strong", {}, title), " ", detail, " ", place), h("p", {}, t("graph.none.begin")), examples];
}
