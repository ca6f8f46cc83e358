/** An array in the inspector: its cells as numbers up to 12 × 12, as a heat map beyond; each cell's index and full value; its figures. */

import { FORMATS, indexOf } from "../../lib/value_text.js";
import { h } from "../../lib/dom.js";
import { number, shapeText } from "../../lib/format.js";
import { flatten } from "../../lib/numbers.js";
import { colourAt } from "../../graph/gradient_scale.js";

/** @typedef {import("../../lib/types.js").Wire} Wire */
/** @typedef {import("../../lib/types.js").Translate} Translate */
/** @typedef {(item: number) => string} Shade  a CSS colour */
/** @typedef {{items: number[], shape: number[], columns: number, element: Element}} Grid */

const LARGEST_TABLE = 12;
/** More cells than pixels on most screens: the figures say more. */
export const LARGEST_MAP = 65_536;
/** A vector longer than a table is folded into rows of so many. */
const FOLDED = 32;
/** Colours of a map are grouped, so that it is a few paths and not thousands of rectangles. */
const LEVELS = 48;
const SVG = "http://www.w3.org/2000/svg";

/** Whether the reader wants to see the figures: kept from one step to the next. */
let figuresOpen = false;

/**
 * @param {object} array
 * @param {Wire} array.value  null where it is elided
 * @param {number[]} array.shape
 * @param {import("../../lib/types.js").Figures} [array.figures]  in place of an elided value
 * @param {import("../../graph/gradient_scale.js").Scale | null} array.scale  for gradients; values are shaded in grey
 * @param {string} array.name  what it is called
 * @param {() => void} array.onWhole  the elided values are wanted
 * @param {boolean} full
 * @param {Translate} t
 * @returns {HTMLElement}
 */
export function arrayView({ value, shape, figures, scale, name, onWhole }, full, t) {
  const items = flatten(value);
  const said = figures ?? figuresOf(items);
  const shade = scale ? colouring(scale) : greyBetween(Number(said.min), Number(said.max));
  const columns = shape.length === 1 && shape[0] > LARGEST_TABLE ? FOLDED : shape[shape.length - 1];
  const box = h("div", { class: "array" }, h("p", { class: "shape" }, t("array.shape", { shape: shapeText(shape) })));
  if (value === null) {
    box.append(h("p", { class: "later" }, t("array.elided")), h("button", { type: "button", onclick: onWhole }, t("array.whole")), ...(figures ? [figureList(figures, full, t)] : []));
    return box;
  }
  const small = isSmall(shape);
  if (items.length > 0 && items.length <= LARGEST_MAP) {
    const element = small ? table(items, columns, shade, scale !== null, full) : heatMap(items, columns, shade);
    box.append(explored({ items, shape, columns, element }, name, t));
  }
  const statistics = h("details", { class: "statistics" }, h("summary", {}, t("array.figures")), figureList(said, full, t));
  statistics.open = figuresOpen || !small;
  statistics.addEventListener("toggle", () => (figuresOpen = statistics.open));
  if (items.length > 0) box.append(statistics);
  box.append(copies(value, shape, name, t));
  return box;
}

/**
 * @param {number[]} items
 * @param {number} columns
 * @param {Shade} shade
 * @param {boolean} isGradient
 * @param {boolean} full
 */
function table(items, columns, shade, isGradient, full) {
  const rows = Array.from({ length: items.length / columns }, (_, i) => items.slice(i * columns, (i + 1) * columns));
  const body = rows.map((row) => h("tr", {}, ...row.map((item) => h("td", { style: `--heat: ${shade(item)}`, class: isGradient ? "heat" : "grey" }, number(item, full)))));
  return h("table", { class: "cells" }, h("tbody", {}, ...body));
}

/** Whether an array's numbers are written out. @param {number[]} shape */
export function isSmall(shape) {
  return shape.length <= 2 && shape.every((size) => size <= LARGEST_TABLE);
}

/**
 * @param {number[]} items
 * @param {number} columns
 * @param {Shade} shade
 */
export function heatMap(items, columns, shade) {
  const rows = Math.ceil(items.length / columns);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${columns} ${rows}`);
  svg.setAttribute("class", "heat-map");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.style.setProperty("aspect-ratio", `${columns} / ${Math.min(Math.max(rows, columns / 8), columns * 2)}`);
  /** @type {Map<string, string[]>} */
  const paths = new Map();
  for (const [i, item] of items.entries()) {
    const colour = shade(item);
    if (!paths.has(colour)) paths.set(colour, []);
    paths.get(colour)?.push(`M${i % columns} ${Math.floor(i / columns)}h1v1h-1z`);
  }
  for (const [colour, parts] of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", parts.join(""));
    path.style.fill = colour;
    svg.append(path);
  }
  const mark = document.createElementNS(SVG, "rect");
  mark.setAttribute("class", "mark");
  mark.setAttribute("width", "1");
  mark.setAttribute("height", "1");
  mark.setAttribute("visibility", "hidden");
  svg.append(mark);
  return svg;
}

/**
 * The cell under the pointer, or the one that the arrow keys have come to, with its index and every digit.
 * @param {Grid} grid
 * @param {string} name
 * @param {Translate} t
 */
function explored({ items, shape, columns, element }, name, t) {
  const said = h("p", { class: "cell", "aria-live": "polite" }, t("array.explore"));
  const place = h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": name }, element);
  let at = -1;

  /** @param {number} to */
  function go(to) {
    if (to < 0 || to >= items.length) return;
    at = to;
    said.textContent = `[${indexOf(at, shape).join(", ")}] = ${number(items[at], true)}`;
    const cells = element.querySelectorAll("td");
    for (const cell of element.querySelectorAll(".here")) cell.classList.remove("here");
    cells[at]?.classList.add("here");
    const mark = element.querySelector(".mark");
    mark?.setAttribute("visibility", "visible");
    mark?.setAttribute("x", String(at % columns));
    mark?.setAttribute("y", String(Math.floor(at / columns)));
  }

  element.addEventListener("pointermove", (event) => {
    const { target, clientX, clientY } = /** @type {PointerEvent} */ (event);
    const cell = target instanceof Element ? target.closest("td") : null;
    if (cell) return go([...element.querySelectorAll("td")].indexOf(cell));
    if (!(element instanceof SVGElement)) return;
    const { left, top, width, height } = element.getBoundingClientRect();
    const column = Math.min(Math.floor(((clientX - left) / width) * columns), columns - 1);
    go(Math.floor(((clientY - top) / height) * Math.ceil(items.length / columns)) * columns + column);
  });
  place.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const end = { Home: 0, End: items.length - 1 }[event.key];
    if (move === undefined && end === undefined) return;
    event.preventDefault();
    go(end ?? (at < 0 ? 0 : at + (move ?? 0)));
  });
  return h("div", {}, place, said);
}

/**
 * @param {import("../../lib/types.js").Figures} figures
 * @param {boolean} full
 * @param {Translate} t
 */
function figureList(figures, full, t) {
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
 * @param {number[]} shape
 * @param {string} name
 * @param {Translate} t
 */
function copies(value, shape, name, t) {
  const said = h("span", { role: "status" });
  const buttons = Object.entries(FORMATS).map(([format, write]) => {
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(write(value, shape));
        said.textContent = t("copy.done");
      } catch {
        said.textContent = t("copy.failed");
      }
    };
    return h("button", { type: "button", class: "link", onclick: copy, "aria-label": t("copy.as", { name, format }) }, format);
  });
  return h("p", { class: "copies" }, h("span", {}, t("copy.array")), ...buttons, said);
}

/** The one scale, in levels; anything but zero keeps its sign. @param {import("../../graph/gradient_scale.js").Scale} scale @returns {Shade} */
export function colouring(scale) {
  return (item) => {
    if (!Number.isFinite(item)) return "var(--non-finite)";
    const position = scale.position(item);
    return colourAt((Math.sign(position) * Math.ceil(Math.abs(position) * LEVELS)) / LEVELS);
  };
}

/** @param {number[]} items */
export function greys(items) {
  const { min, max } = figuresOf(items);
  return greyBetween(Number(min), Number(max));
}

/**
 * Grey from the smallest to the largest of a value's cells.
 * @param {number} min
 * @param {number} max
 * @returns {Shade}
 */
function greyBetween(min, max) {
  return (item) => {
    if (!Number.isFinite(item)) return "var(--non-finite)";
    const share = max > min ? (item - min) / (max - min) : 0;
    return `color-mix(in oklab, var(--ink) ${Math.round((Math.round(share * LEVELS) / LEVELS) * 1000) / 10}%, var(--paper-sunken))`;
  };
}

/**
 * @param {number[]} items
 * @returns {import("../../lib/types.js").Figures}  of the finite ones
 */
function figuresOf(items) {
  const finite = items.filter(Number.isFinite);
  const mean = finite.reduce((sum, item) => sum + item, 0) / finite.length;
  const variance = finite.reduce((sum, item) => sum + (item - mean) ** 2, 0) / finite.length;
  return {
    min: finite.reduce((a, b) => Math.min(a, b), Infinity),
    max: finite.reduce((a, b) => Math.max(a, b), -Infinity),
    mean, std: Math.sqrt(variance), norm: Math.sqrt(finite.reduce((sum, item) => sum + item * item, 0)),
    nan_count: items.filter(Number.isNaN).length,
    inf_count: items.length - finite.length - items.filter(Number.isNaN).length,
  };
}
