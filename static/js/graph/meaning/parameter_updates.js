/** What a step of a training makes of its parameters, as it is written beside them. Pure. */

import { number } from "../../lib/format.js";

/** @typedef {import("../../service/wire_types.js").ParameterUpdate} Update */

/** Of a parameter: two digits tell how far it moves. @param {Update} update @returns {string | null} null: against nothing */
function percent({ ratio }) {
  return typeof ratio === "number" ? `${number(Number((100 * ratio).toPrecision(2)))} %` : null;
}

/** An arrow for what rises and one for what falls, with how many where both do, and how far. @param {Update} update */
export function updateMark(update) {
  const { rising, falling } = update;
  const arrows = rising && falling ? `↑${rising} ↓${falling}` : rising ? "↑" : falling ? "↓" : "=";
  const size = percent(update);
  return size === null ? arrows : `${arrows} · ${size}`;
}

/** The same as a sentence. @param {Update} update @param {import("../../lib/types.js").Translate} t */
export function updateText(update, t) {
  const { rising, falling } = update;
  const size = percent(update);
  return [t("graph.update", { rising, falling }), ...(size === null ? [] : [t("graph.update.size", { size })])].join(" ");
}
