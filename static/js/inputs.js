/** The inputs as a table: a field for each number that the program assigns, a grid for an array; editing rewrites the program. */

import { find, h } from "./dom.js";
import { number, shapeText } from "./format.js";
import { scalar } from "./numbers.js";
import { bracketsOf, cellsFrom, itemsOf, listOf, literalFrom, literalOf, replaced } from "./scrub.js";

/** @typedef {import("./types.js").TraceNode} TraceNode */
/** @typedef {import("./scrub.js").Literal} Literal */
/** @typedef {{trace: import("./types.js").Trace, program: string}} Scene */
/** @typedef {(scene: Scene) => string} Change  the program after it */

/** Larger arrays are written in the program, or pasted over it there. */
const LARGEST_GRID = 12;

/**
 * @param {object} page
 * @param {() => Scene | null} page.scene  null: the drawing is not the program's
 * @param {(program: string) => void} page.apply
 * @param {() => import("./types.js").Translate} page.t
 */
export function createInputs({ scene, apply, t }) {
  const panel = find("#inputs", HTMLDetailsElement);
  const list = find("#inputs-list", HTMLElement);
  const said = find("#inputs-said", HTMLElement);
  let drawn = "";
  /** Changes that were made before the answer to the last one came. @type {Change[]} */
  let waiting = [];

  /** @param {Change} change */
  function make(change) {
    const now = scene();
    if (now) apply(change(now));
    else waiting.push(change);
  }

  /** @param {TraceNode} node @param {Scene} now @returns {Literal[] | null} */
  function literals(node, { program }) {
    if (node.shape.length) return itemsOf(program, node);
    const literal = literalOf(program, node);
    return literal && [literal];
  }

  /**
   * @param {number} id  of the node
   * @param {number} index  of the number in it
   * @param {string} text
   * @param {string} label
   */
  function field(id, index, text, label) {
    const input = h("input", { value: text, inputmode: "decimal", autocomplete: "off", "aria-label": label, "data-id": id, "data-index": index });
    input.addEventListener("change", () => {
      const written = literalFrom(input.value);
      input.setAttribute("aria-invalid", String(written === null));
      said.textContent = written === null ? t()("inputs.no.number", { text: input.value.slice(0, 40) }) : "";
      if (written === null) return;
      input.defaultValue = input.value;
      make((now) => {
        const literal = literals(now.trace.nodes[id], now)?.[index];
        return literal ? replaced(now.program, literal, written) : now.program;
      });
    });
    input.addEventListener("paste", (event) => paste(event, id, index));
    return input;
  }

  /** @param {ClipboardEvent} event @param {number} id @param {number} index */
  function paste(event, id, index) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const node = scene()?.trace.nodes[id];
    if (!node || !/[\t\n]/.test(text.trim()) || !node.shape.length) return;
    event.preventDefault();
    const cells = cellsFrom(text);
    const columns = node.shape[node.shape.length - 1];
    const fits = cells !== null && (index === 0 || (index % columns) + cells[0].length <= columns
      && Math.floor(index / columns) + cells.length <= (node.shape.length === 2 ? node.shape[0] : 1));
    said.textContent = cells === null ? t()("inputs.no.cells") : fits ? "" : t()("inputs.too.large");
    if (!cells || !fits) return;
    make((now) => {
      const subject = now.trace.nodes[id];
      const brackets = bracketsOf(now.program, subject);
      // At the first cell the block is the array; elsewhere it is a part of it.
      if (index === 0 && brackets) return replaced(now.program, brackets, listOf(cells, subject.shape.length));
      const items = literals(subject, now) ?? [];
      const changes = cells.flatMap((row, i) => row.map((item, j) => ({ literal: items[index + i * columns + j], item })));
      return changes.reverse().reduce((program, { literal, item }) => replaced(program, literal, item), now.program);
    });
  }

  /** @param {Scene} now @param {TraceNode} node */
  function row(now, node) {
    const name = node.name ?? "";
    const items = literals(node, now);
    const { shape } = node;
    const grid = shape.length === 0 || (shape.length <= 2 && shape.every((size) => size <= LARGEST_GRID));
    const title = h("th", { scope: "row" }, name, ...(shape.length ? [h("small", {}, shapeText(shape))] : []));
    if (!items || !grid) {
      const what = shape.length ? t()("inputs.in.program") : number(scalar(node.value), true);
      return h("tr", {}, title, h("td", { class: "elsewhere" }, what));
    }
    if (!shape.length) return h("tr", {}, title, h("td", {}, field(node.id, 0, items[0].text, name)));
    const columns = shape[shape.length - 1];
    const rows = Array.from({ length: shape.length === 2 ? shape[0] : 1 }, (_, i) => h("div", {}, ...items.slice(i * columns, (i + 1) * columns)
      .map(({ text }, j) => field(node.id, i * columns + j, text, `${name}[${shape.length === 2 ? `${i}, ` : ""}${j}]`))));
    return h("tr", {}, title, h("td", {}, h("div", { class: "grid", style: `--columns: ${columns}` }, ...rows)));
  }

  /** @param {Scene} now */
  function fill(now) {
    const inputs = now.trace.nodes.filter(({ op, name }) => op === "input" && name !== null);
    const key = JSON.stringify([document.documentElement.lang, inputs.map(({ id, name, shape }) => [id, name, shape])]);
    find("#inputs-none", HTMLElement).hidden = inputs.length > 0;
    if (key !== drawn) {
      drawn = key;
      list.replaceChildren(...inputs.map((node) => row(now, node)));
      return;
    }
    // The same fields: whoever writes in one keeps what they have written so far.
    for (const input of list.querySelectorAll("input")) {
      const text = literals(now.trace.nodes[Number(input.dataset.id)], now)?.[Number(input.dataset.index)]?.text;
      const isBeingWritten = input === document.activeElement && input.value !== input.defaultValue;
      if (text === undefined || isBeingWritten) continue;
      input.value = input.defaultValue = text;
      input.removeAttribute("aria-invalid");
    }
  }

  panel.addEventListener("toggle", () => {
    const now = scene();
    if (panel.open && now) fill(now);
  });

  return {
    /** A drawing was made of the program as it is. */
    show() {
      const now = scene();
      const next = now && waiting.shift();
      if (now && next) return apply(next(now));
      if (now && panel.open) fill(now);
    },
  };
}
