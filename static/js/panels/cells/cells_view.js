/** An op's operands and its result as grids: a chosen cell lights what it was made from, or what it reaches, and says so. */

import { LARGEST_MAP, colouring, greys } from "../inspector/array_view.js";
import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { activeStep, edgeState, nodeState } from "../../graph/frames.js";
import { equals, nameOf, transposed } from "../../graph/labels.js";
import { flatten } from "../../lib/numbers.js";
import { scaleOf } from "../../graph/gradient_scale.js";
import { cellAt, columnsOf, gridOf, mark, reveal } from "./grid.js";
import { isWalked } from "./cell_maps.js";
import { sizeOf } from "./cell_links.js";
import { cellName, madeFrom, sumsUp } from "./cell_sentence.js";
import { subjectAt } from "./op_cells.js";

/** @typedef {import("../inspector/inspector.js").View} View */
/** @typedef {import("../../lib/types.js").Selection} Selection */
/** @typedef {import("./op_cells.js").Subject} Subject */
/** @typedef {import("./cell_links.js").Cell} Cell */
/** @typedef {import("./grid.js").Grid} Grid */

/** The result, where a cell says which operand it is in. */
const RESULT = -1;
/** Products with more cells are not walked through while playing. */
const MOST_WALKED = 16;
/** As many cells are named one by one. */
const MOST_NAMED = 6;

/** @param {{onPlaying: () => boolean, ops: import("./op_cells.js").Ops}} page */
export function createCellsView({ onPlaying, ops }) {
  /** The chosen cell, and what it belongs to: kept from one showing to the next. @type {{key: string, cell: Cell | null}} */
  let chosen = { key: "", cell: null };
  /** What is shown now. @type {{subject: Subject, view: View, selection: Selection, grids: Grid[], said: HTMLElement, count: HTMLElement, element: HTMLElement} | null} */
  let shown = null;

  /**
   * @param {View} view
   * @param {Selection} selection  a node, or an edge into it
   * @returns {HTMLElement[]}  nothing where there is nothing to tell
   */
  function section(view, selection) {
    shown = null;
    const { plan, cursor, t } = view;
    const { trace } = plan;
    const id = selection.kind === "edge" ? trace.edges[selection.id].target : selection.id;
    const subject = nodeState(plan, id, cursor).valueShown ? subjectAt(trace, id, ops) : null;
    if (!subject) return [];
    const { use } = subject;
    const title = h("h3", {}, t("cells.title"));
    const unsent = [...subject.names.filter((_, arg) => use.values[arg] === null), ...(use.value === null ? [subject.name] : [])];
    if (unsent.length) {
      return [h("section", { class: "cell-by-cell" }, title, h("p", { class: "later" }, t("cells.elided", { names: [...new Set(unsent)].join(", ") })),
        // Where the result itself was not sent, its array view has this button.
        ...(selection.kind === "node" && use.value === null ? [] : [h("button", { type: "button", onclick: view.onWhole }, t("array.whole"))]))];
    }
    const sizes = [...use.shapes, use.shape].map(sizeOf);
    if (sizes.includes(0)) return [];
    if (sizes.some((size) => size > LARGEST_MAP)) return [h("section", { class: "cell-by-cell" }, title, h("p", { class: "later" }, t("cells.large", { most: LARGEST_MAP })))];

    const key = [selection.kind, selection.id, use.op, use.shape, ...use.shapes].join(" ");
    if (chosen.key !== key) chosen = { key, cell: null };
    const grids = gridsOf(view, subject);
    const said = h("div", { class: "said", "aria-live": onPlaying() ? "off" : "polite" });
    const count = h("span", { class: "count" });
    const previous = h("button", { type: "button", onclick: () => step(-1), title: t("cells.previous.title") }, t("cells.previous"));
    const next = h("button", { type: "button", onclick: () => step(1), title: t("cells.next.title") }, t("cells.next"));
    const element = h("section", { class: "cell-by-cell" }, title, ...meeting(view, subject, selection),
      h("div", { class: "grids" }, ...grids.map(({ place }) => place)), h("div", { class: "told" }, said, h("p", { class: "walk" }, previous, next, count)));
    shown = { subject, view, selection, grids, said, count, element };
    for (const grid of grids) listen(grid);
    light();
    return [element];
  }

  /** @param {Grid} grid */
  function listen(grid) {
    const { place, items, shape, arg } = grid;
    const scroll = /** @type {HTMLElement} */ (place.querySelector(".scroll"));
    const columns = columnsOf(shape);
    const choose = (/** @type {number} */ at, isPointed = false) => {
      if (at < 0 || at >= items.length || (chosen.cell?.arg === arg && chosen.cell.at === at)) return;
      chosen.cell = { arg, at };
      light(isPointed);
    };
    for (const kind of ["pointermove", "click"]) {
      scroll.addEventListener(kind, (event) => {
        const at = cellAt(grid, /** @type {PointerEvent} */ (event));
        if (at !== null) choose(at, true);
      });
    }
    scroll.addEventListener("keydown", (event) => {
      if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = chosen.cell?.arg === arg ? chosen.cell.at : null;
      const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
      const end = { Home: 0, End: items.length - 1 }[event.key];
      if (move === undefined && end === undefined) return;
      event.preventDefault(); // elsewhere these keys take steps
      choose(end ?? (at === null ? 0 : at + (move ?? 0)));
    });
  }

  /** Show the chosen cell, what hangs together with it, and what there is to say of it. @param {boolean} [isPointed]  what is under the pointer stays there */
  function light(isPointed = false) {
    if (!shown) return;
    const { subject, view, grids, said, count, selection } = shown;
    const { cell } = chosen;
    const { t } = view;
    const { lit, lines, note } = cell === null ? { lit: new Map(), lines: [], note: t("cells.hint") } : told(subject, view, cell, selection);
    for (const grid of grids) {
      mark(grid, cell, lit.get(grid.arg) ?? new Set());
      if (!isPointed || grid.arg !== cell?.arg) reveal(grid);
    }
    said.replaceChildren(...lines.map((line) => h("span", { class: "line" }, line)), ...(note ? [h("span", { class: "note" }, note)] : []));
    const walked = walkedGrid(subject, selection);
    count.textContent = cell?.arg === walked.arg ? t("cells.at", { at: cell.at + 1, count: walked.count }) : "";
  }

  /** @param {number} by  one cell on, or back @returns {boolean}  whether there was one */
  function move(by) {
    if (!shown?.element.isConnected || !shown.element.checkVisibility()) return false;
    const { arg, count } = walkedGrid(shown.subject, shown.selection);
    const at = chosen.cell?.arg === arg ? chosen.cell.at + by : by > 0 ? 0 : count - 1;
    if (at < 0 || at >= count) return false;
    chosen.cell = { arg, at };
    light();
    return true;
  }

  /** By hand. @param {number} by */
  function step(by) {
    if (!shown || !move(by)) return;
    shown.element.scrollIntoView({ block: "nearest" });
    shown.element.querySelector(".here")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  return {
    section, step,
    /** While playing: the next cell of a small product that the step has come to. @returns {boolean}  whether there was one */
    walk() {
      if (!shown || shown.view.selection) return false;
      const { subject, selection, view: { plan, cursor } } = shown;
      const active = activeStep(plan, cursor);
      const arrives = active?.kind === "backward" || (active?.kind === "forward" && active.arrives);
      const isShort = walkedGrid(subject, selection).count <= MOST_WALKED;
      if (!arrives || !isWalked(subject.use) || !isShort || !move(1)) return false;
      bringIntoView(shown.element);
      return true;
    },
  };
}

/** In the panel, where that scrolls; while playing the page itself stays where it is. @param {HTMLElement} element */
function bringIntoView(element) {
  const panel = element.closest("#inspector");
  if (!panel || panel.scrollHeight <= panel.clientHeight) return;
  const [box, room] = [element.getBoundingClientRect(), panel.getBoundingClientRect()];
  if (box.top < room.top || box.bottom > room.bottom) panel.scrollTop += box.top - room.top;
}

/** What [ and ] go through: the result's cells, or at an edge those of its operand. @param {Subject} subject @param {Selection} selection */
function walkedGrid({ use, edges }, selection) {
  const arg = selection.kind === "edge" ? edges.indexOf(selection.id) : RESULT;
  return { arg, count: sizeOf(arg === RESULT ? use.shape : use.shapes[arg]) };
}

/**
 * Which gradient of the result has come to this step; null where none has.
 * @param {View} view
 * @param {Subject} subject
 */
function upstream({ plan, cursor }, { node }) {
  const { gradient, differentiable } = plan.trace.nodes[node];
  const isKnown = differentiable && gradient !== null && nodeState(plan, node, cursor).gradient === "complete";
  return isKnown ? flatten(gradient) : null;
}

/**
 * @param {Subject} subject
 * @param {View} view
 * @param {Cell} cell
 * @param {Selection} selection
 * @returns {{lit: Map<number, Set<number>>, lines: string[], note: string}}
 */
function told(subject, view, cell, selection) {
  const { use, wiring, name, names, edges } = subject;
  const { plan, cursor, full, t } = view;
  /** @type {Map<number, Set<number>>} */
  const lit = new Map();
  const add = (/** @type {number} */ arg, /** @type {number} */ at) => lit.set(arg, (lit.get(arg) ?? new Set()).add(at));
  const leftOut = (/** @type {import("./cell_sentence.js").Said} */ { left, count }) => (left ? t("cells.left", { left, count }) : "");
  if (cell.arg === RESULT) {
    for (const { cells } of wiring.terms(cell.at)) for (const one of cells) add(one.arg, one.at);
    const said = madeFrom(subject, cell.at, full);
    return { lit, lines: said.lines, note: leftOut(said) };
  }
  const edge = plan.trace.edges[edges[cell.arg]];
  // One edge of a closed group brings an operand in wherever it is used, and carries the sum of what comes back.
  const same = edges.flatMap((one, arg) => (one === edge.id ? [{ arg, at: cell.at }] : []));
  const reaches = same.flatMap(wiring.reach);
  for (const { out, others } of reaches) {
    add(RESULT, out);
    for (const other of others ?? []) add(other.arg, other.at);
  }
  const source = subject.operands[cell.arg];
  const own = cellName(names[cell.arg], cell.at, use.shapes[cell.arg]);
  const g = upstream(view, subject);
  const isBack = g !== null && edge.contribution !== null && edgeState(plan, edge.id, cursor).backward !== "idle";
  if (!isBack) {
    const listed = reaches.slice(0, MOST_NAMED).map(({ out }) => cellName(name, out, use.shape));
    const list = [...listed, ...(reaches.length > MOST_NAMED ? ["…"] : [])].join(", ");
    const line = t(reaches.length ? "cells.reaches" : "cells.reaches.none", { cell: own, name, count: reaches.length, list });
    return { lit, lines: [line], note: edge.contribution === null ? "" : t(plan.backwardAt[edge.id] === 0 ? "inspector.dead" : "cells.later") };
  }
  const symbol = `∂${nameOf(plan.trace.nodes[plan.trace.output])}/∂${own}`;
  const uses = plan.contributors[source].length;
  const contribution = flatten(edge.contribution)[cell.at];
  const said = sumsUp(subject, same, { symbol: uses > 1 ? t("cells.through", { symbol, name }) : symbol, g, contribution }, full);
  const whole = plan.trace.nodes[source].gradient;
  const isWhole = uses > 1 && whole !== null && nodeState(plan, source, cursor).gradient === "complete";
  const total = isWhole ? [t("cells.whole", { count: uses, sum: `${symbol} ${equals(number(flatten(whole)[cell.at], full))}` })] : [];
  return { lit, lines: [...said.lines, ...total], note: leftOut(said) };
}

/** At an edge of a matrix product: what meets there, "G Wᵀ: (2, 3) · (3, 2) → (2, 2)". @param {View} view @param {Subject} subject @param {Selection} selection */
function meeting({ plan }, { use, edges }, selection) {
  const rule = selection.kind === "edge" ? transposed(plan.trace, selection.id) : "";
  if (!rule) return [];
  const place = edges.indexOf(selection.id);
  const [rows, columns] = use.shapes[place];
  const inner = use.shape[1 - place];
  return [h("p", { class: "meeting" }, h("b", {}, rule), ` (${rows}, ${inner}) · (${inner}, ${columns}) → (${rows}, ${columns})`)];
}

/** @param {View} view @param {Subject} subject @returns {Grid[]} */
function gridsOf(view, subject) {
  const { plan: { trace }, full, t } = view;
  const { use, names, name } = subject;
  const { shape } = use;
  const grids = use.shapes.flatMap((shape, arg) => {
    // A bare number stands in the formula itself.
    if (!shape.length && trace.nodes[subject.operands[arg]].op === "constant") return [];
    const items = use.values[arg] ?? [];
    return [gridOf({ arg, items, shape, name: names[arg], node: subject.operands[arg], label: "cells.operand", shade: greys(items) }, full, t)];
  });
  const value = use.value ?? [];
  grids.push(gridOf({ arg: RESULT, items: value, shape, name, node: subject.node, label: "cells.result", shade: greys(value) }, full, t));
  const g = upstream(view, subject);
  const caption = `g = ∂${nameOf(trace.nodes[trace.output])}/∂${name}`;
  if (g) grids.push(gridOf({ arg: RESULT, items: g, shape, name: caption, node: subject.node, label: "cells.gradient", shade: colouring(scaleOf(trace)), isGradient: true }, full, t));
  return grids;
}
