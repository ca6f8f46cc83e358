/** One array of an op as a grid whose cells can be chosen and lit: numbers while they can be read, a picture beyond. */

import { heatMap, isSmall } from "../inspector/array_view.js";
import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { sizeOf, unravel } from "./cell_links.js";

/** @typedef {import("./cell_links.js").Cell} Cell */
/** @typedef {{arg: number, items: number[], shape: number[], place: HTMLElement, cells: HTMLElement[], map: SVGElement | null}} Grid */

/** More than so many numbers are a picture. */
const MOST_NUMBERS = 200;

/**
 * @param {object} array
 * @param {number} array.arg
 * @param {number[]} array.items
 * @param {number[]} array.shape
 * @param {string} array.name
 * @param {number} array.node  whose array it is
 * @param {string} array.label  the key of what it is for a screen reader
 * @param {(item: number) => string} array.shade
 * @param {boolean} [array.isGradient]
 * @param {boolean} full
 * @param {import("../../lib/types.js").Translate} t
 * @returns {Grid}
 */
export function gridOf({ arg, items, shape, name, node, label, shade, isGradient = false }, full, t) {
  const said = shape.length ? `(${shape.join(", ")}${shape.length === 1 ? "," : ""})` : "";
  const isWritten = items.length <= MOST_NUMBERS && isSmall(shape.slice(-2));
  const map = isWritten ? null : heatMap(items, columnsOf(shape), shade);
  const write = (/** @type {number} */ item) => h("td", { style: `--heat: ${shade(item)}`, class: isGradient ? "heat" : "grey" }, number(item, full));
  const scroll = h("div", { class: "scroll", tabindex: 0, role: "group", "data-grid": `${arg}${isGradient ? "g" : ""}`, "aria-label": t(label, { name, shape: said }) },
    ...(map ? [map] : slices(items, shape, write)));
  const place = h("figure", { class: map ? "wide" : "" }, h("figcaption", { "data-node": node }, h("b", {}, name), ` ${said}`), scroll);
  return { arg, items, shape, place, cells: /** @type {HTMLElement[]} */ (Array.from(scroll.querySelectorAll("td"))), map };
}

/** @param {number[]} shape */
export function columnsOf(shape) {
  return shape[shape.length - 1] ?? 1;
}

/** The cell under the pointer. @param {Grid} grid @param {PointerEvent} event @returns {number | null} */
export function cellAt({ items, shape, cells, map }, { target, clientX, clientY }) {
  const cell = target instanceof Element ? target.closest("td") : null;
  if (cell) return cells.indexOf(cell);
  if (!map || !(target instanceof Element) || !map.contains(target)) return null;
  const { left, top, width, height } = map.getBoundingClientRect();
  const columns = columnsOf(shape);
  const row = Math.floor(((clientY - top) / height) * Math.ceil(items.length / columns));
  return row * columns + Math.min(Math.floor(((clientX - left) / width) * columns), columns - 1);
}

/**
 * An array as tables of its last two axes, each with its place among the others.
 * @param {number[]} items
 * @param {number[]} shape
 * @param {(item: number) => HTMLElement} write
 */
function slices(items, shape, write) {
  const columns = columnsOf(shape);
  const outer = shape.slice(0, -2);
  const size = sizeOf(shape.slice(-2));
  return Array.from({ length: items.length / size }, (_, i) => {
    const part = items.slice(i * size, (i + 1) * size);
    const rows = Array.from({ length: size / columns }, (_, row) => h("tr", {}, ...part.slice(row * columns, (row + 1) * columns).map(write)));
    const table = h("table", { class: "cells" }, h("tbody", {}, ...rows));
    return outer.length ? h("div", { class: "slice" }, h("small", {}, `[${unravel(i, outer).join(", ")}, …]`), table) : table;
  });
}

/** @param {Grid} grid @param {Cell | null} chosen @param {Set<number>} lit */
export function mark({ arg, cells, map, shape, items }, chosen, lit) {
  const here = chosen?.arg === arg ? chosen.at : -1;
  for (const [at, cell] of cells.entries()) {
    cell.classList.toggle("here", at === here);
    cell.classList.toggle("lit", at !== here && lit.has(at));
  }
  if (!map) return;
  const columns = columnsOf(shape);
  const rect = map.querySelector(".mark");
  rect?.setAttribute("visibility", here < 0 ? "hidden" : "visible");
  rect?.setAttribute("x", String(here % columns));
  rect?.setAttribute("y", String(Math.floor(here / columns)));
  map.querySelector(".lit")?.remove();
  const isWhole = lit.size > 0 && lit.size === items.length;
  map.classList.toggle("all", isWhole);
  if (!lit.size || isWhole) return;
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("class", "lit");
  path.setAttribute("d", [...lit].map((at) => `M${at % columns} ${Math.floor(at / columns)}h1v1h-1z`).join(""));
  map.append(path);
}

/** Bring what is marked into view, within the grid. @param {Grid} grid */
export function reveal({ place }) {
  const box = place.querySelector(".scroll");
  const cell = place.querySelector("td.here, td.lit");
  if (!box || !cell) return;
  const [room, own] = [box.getBoundingClientRect(), cell.getBoundingClientRect()];
  box.scrollTop += Math.min(own.top - room.top, 0) + Math.max(own.bottom - room.bottom, 0);
  box.scrollLeft += Math.min(own.left - room.left, 0) + Math.max(own.right - room.right, 0);
}
