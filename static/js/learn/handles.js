/** The inputs of a figure that its reader moves: a slider for each number; the graph and its curves follow. */

import { h } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { Superseded } from "../service/failures.js";
import { failureWords } from "./failure_words.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {{node: number, name: string, least: number, most: number, step: number, sum: number | null}} Handle */
/** @typedef {{trace: Trace, geometry: import("../lib/types.js").Geometry, program: string, expand: string[], handles: Handle[]}} Figure */

/**
 * @param {HTMLElement} place
 * @param {import("../graph/element.js").GradlensGraph} figure
 * @param {Figure} shown
 * @param {{client: ReturnType<typeof import("../service/api.js").createClient>, t: import("../lib/types.js").Translate,
 *   onMove: (inputs: Record<string, unknown>) => void}} page
 */
export function createHandles(place, figure, { trace, geometry, program, expand, handles }, { client, t, onMove }) {
  const panel = place.querySelector(".handles");
  if (!(panel instanceof HTMLElement) || !handles.length) return;
  const started = handles.map(({ node }) => /** @type {number[]} */ ([trace.nodes[node].value].flat()));
  let values = started.map((row) => [...row]);
  let isMoved = false;
  let isAsking = false;

  const sliders = handles.map(({ name, least, most, step }, at) => started[at].map((_, i) => {
    const isRow = trace.nodes[handles[at].node].shape.length > 0;
    const label = isRow ? `${name}[${i}]` : name;
    const range = h("input", { type: "range", min: least, max: most, step: "any", "aria-label": label });
    const told = h("span", { class: "told", "aria-hidden": true });
    range.addEventListener("input", () => move(at, i, Math.round(Number(range.value) / step) * step));
    range.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
      if (!steps) return;
      event.preventDefault();
      move(at, i, values[at][i] + steps * step);
    });
    return { range, told, element: h("label", {}, h("span", { class: "name", "aria-hidden": true }, label), range, told) };
  }));
  const result = h("output", {});
  const back = h("button", { type: "button", class: "link", hidden: true, onclick: () => set(started.map((row) => [...row]), false) }, t("learn.handles.back"));
  panel.replaceChildren(...sliders.flat().map(({ element }) => element), h("div", { class: "result" }, result, back));
  panel.hidden = false;
  tell(trace);
  showSliders();

  /** @param {number} at @param {number} i @param {number} value */
  function move(at, i, value) {
    const { least, most, sum } = handles[at];
    const row = sum === null ? values[at].map((one, j) => (j === i ? clamp(value, least, most) : one)) : shared(values[at], i, value, least, sum);
    set(values.map((one, j) => (j === at ? row : one)), true);
  }

  /** @param {number[][]} next @param {boolean} moved */
  function set(next, moved) {
    values = next;
    isMoved = moved;
    back.hidden = !moved;
    showSliders();
    ask();
  }

  function showSliders() {
    for (const [at, row] of sliders.entries()) for (const [i, { range, told }] of row.entries()) {
      const value = values[at][i];
      range.value = String(value);
      range.setAttribute("aria-valuetext", number(rounded(value)));
      told.textContent = number(rounded(value));
    }
  }

  /** One question at a time; what was moved meanwhile is asked next. */
  async function ask() {
    if (isAsking) return;
    isAsking = true;
    try {
      for (let asked = null; asked !== values;) {
        asked = values;
        const inputs = isMoved ? given(values) : {};
        const found = await client.ask("expression", { program, inputs, expand, values: "full" }, new AbortController().signal);
        show(/** @type {Trace} */ (/** @type {unknown} */ (found)));
        onMove(inputs);
      }
    } catch (error) {
      if (!(error instanceof Superseded)) result.textContent = await failureWords(error, figure.lang === "ko" ? "ko" : "en", t);
    } finally {
      isAsking = false;
    }
  }

  /** @param {number[][]} rows @returns {Record<string, unknown>} */
  function given(rows) {
    return Object.fromEntries(handles.map(({ name, node }, at) => [name, trace.nodes[node].shape.length ? rows[at] : rows[at][0]]));
  }

  /** @param {Trace} found */
  function show(found) {
    figure.pause();
    const turn = figure.plan?.turn ?? 0;
    figure.draw(found, geometry, { cursor: Math.max(figure.cursor, turn) });
    tell(found);
    for (const svg of place.querySelectorAll("svg.curve")) if (svg instanceof SVGElement) moveDot(svg, found);
  }

  /** @param {Trace} found */
  function tell({ nodes, output }) {
    const { name, value } = nodes[output];
    const told = number(/** @type {number} */ (value));
    result.textContent = `${name ?? "L"} ${told.startsWith("≈") ? `≈ ${told.slice(1)}` : `= ${told}`}`;
  }
}

/** A row whose sum stays: the others take what is left in the proportions that they have. @param {number[]} row @param {number} i @param {number} value @param {number} least @param {number} sum */
export function shared(row, i, value, least, sum) {
  const others = row.length - 1;
  const own = clamp(value, least, sum - others * least);
  const left = sum - own - others * least;
  const had = row.reduce((total, one, j) => (j === i ? total : total + one - least), 0);
  return row.map((one, j) => (j === i ? own : least + (had > 1e-9 ? ((one - least) / had) * left : left / others)));
}

/** @param {number} value @param {number} least @param {number} most */
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/** To four significant digits. @param {number} value */
const rounded = (value) => Number(value.toPrecision(4));

/** The point of a curve, and the slope there. @param {SVGElement} svg @param {Trace} trace */
function moveDot(svg, { nodes, output }) {
  const [least, most, low, high, left, right, bottom, top, reach] = (svg.dataset.scale ?? "").split(" ").map(Number);
  const { value, gradient } = nodes[Number(svg.dataset.node)];
  const [x, y, slope] = [value, nodes[output].value, gradient].map(Number);
  const px = left + ((x - least) / (most - least)) * (right - left);
  const py = bottom + ((y - low) / (high - low)) * (top - bottom);
  const angle = Math.atan2(slope * ((top - bottom) / (high - low)), (right - left) / (most - least));
  const [dx, dy] = [reach * Math.cos(angle), reach * Math.sin(angle)];
  svg.querySelector(".dot")?.setAttribute("cx", px.toFixed(1));
  svg.querySelector(".dot")?.setAttribute("cy", py.toFixed(1));
  for (const [name, at] of Object.entries({ x1: px - dx, y1: py - dy, x2: px + dx, y2: py + dy })) svg.querySelector(".tangent")?.setAttribute(name, at.toFixed(1));
}
