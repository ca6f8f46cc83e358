/** An array in the inspector: its shape, its cells with heat up to 12 × 12, its figures beyond. */

import { h } from "./dom.js";
import { number, shapeText } from "./format.js";
import { flatten, rows } from "./numbers.js";

/** @typedef {import("./types.js").Wire} Wire */

const LARGEST_TABLE = 12;

/**
 * @param {object} array
 * @param {Wire} array.value
 * @param {number[]} array.shape
 * @param {import("./types.js").Figures} [array.figures]
 * @param {import("./scale.js").Scale | null} array.scale  for gradients; values are shaded in grey
 * @param {string} array.name  what the table is called
 * @param {boolean} full
 * @param {import("./types.js").Translate} t
 * @returns {HTMLElement}
 */
export function arrayView({ value, shape, figures, scale, name }, full, t) {
  const cells = shape.every((size) => size <= LARGEST_TABLE) ? rows(value, shape) : null;
  const box = h("div", { class: "array" }, h("span", { class: "shape" }, t("array.shape", { shape: shapeText(shape) })));
  box.append(cells ? table(cells, scale, name, full) : summary(figures ?? figuresOf(value), full, t));
  return box;
}

/**
 * @param {number[][]} cells
 * @param {import("./scale.js").Scale | null} scale
 * @param {string} name
 * @param {boolean} full
 */
function table(cells, scale, name, full) {
  const body = cells.map((row) => h("tr", {}, ...row.map((item) => {
    const shade = scale ? `--heat: ${scale.colour(item)}` : "";
    return h("td", { style: shade, class: scale ? "heat" : "" }, number(item, full));
  })));
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": name }, h("table", { class: "cells" }, h("tbody", {}, ...body)));
}

/**
 * @param {import("./types.js").Figures} figures
 * @param {boolean} full
 * @param {import("./types.js").Translate} t
 */
function summary(figures, full, t) {
  const list = h("dl", { class: "figures" });
  for (const key of /** @type {const} */ (["min", "max", "mean", "std", "norm"])) {
    list.append(h("dt", {}, t(`array.${key}`)), h("dd", {}, number(figures[key], full)));
  }
  for (const key of /** @type {const} */ (["nan_count", "inf_count"])) {
    if (figures[key]) list.append(h("dt", {}, t(`array.${key}`)), h("dd", {}, String(figures[key])));
  }
  return list;
}

/**
 * @param {Wire} value
 * @returns {import("./types.js").Figures}
 */
function figuresOf(value) {
  const all = flatten(value);
  const finite = all.filter(Number.isFinite);
  const mean = finite.reduce((sum, item) => sum + item, 0) / finite.length;
  const variance = finite.reduce((sum, item) => sum + (item - mean) ** 2, 0) / finite.length;
  return {
    min: finite.reduce((a, b) => Math.min(a, b), Infinity),
    max: finite.reduce((a, b) => Math.max(a, b), -Infinity),
    mean, std: Math.sqrt(variance), norm: Math.sqrt(finite.reduce((sum, item) => sum + item * item, 0)),
    nan_count: all.filter(Number.isNaN).length,
    inf_count: all.length - finite.length - all.filter(Number.isNaN).length,
  };
}
