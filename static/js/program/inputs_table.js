/** The inputs as a table: fields, grids and lists; editing rewrites the program, or the values that are given beside it. */

import { find, h } from "../lib/dom.js";
import { keepingFocus } from "../lib/focus.js";
import { number, shapeText } from "../lib/format.js";
import { canBeWritten, itemsIn, pasted, putIntoProgram, wholeIn } from "./input_values.js";
import { identities } from "../graph/labels.js";
import { scalar } from "../lib/numbers.js";
import { literalFrom, valueFrom, withValue } from "./literals.js";

/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../lib/types.js").Work} Work */
/** @typedef {import("./input_values.js").Scene} Scene */
/** @typedef {(scene: Scene, node: TraceNode) => Work} Change  of an input: the work after it */
/** @typedef {{key: string, node: TraceNode, isKnown: boolean}} Row  key: what makes it the same one after an edit; node: of what is known, as far as it has one */

/** Larger arrays are a list of text. */
const LARGEST_GRID = 12;
/** As much text as a program may be. */
const LONGEST_LIST = 64 * 1024;

/**
 * @param {object} page
 * @param {() => Scene | null} page.scene  null: the drawing is not the program's
 * @param {() => Work} page.work
 * @param {(work: Work) => void} page.apply
 * @param {() => import("../lib/types.js").Translate} page.t
 */
export function createInputsTable({ scene, work, apply, t }) {
  const panel = find("#inputs", HTMLDetailsElement);
  const heading = find("#inputs summary", HTMLElement);
  const list = find("#inputs-list", HTMLElement);
  const wanting = find("#inputs-wanting", HTMLElement);
  const said = find("#inputs-said", HTMLElement);
  let drawn = "";
  /** Changes that were made before the answer to the last one came. @type {{key: string, change: Change}[]} */
  let waiting = [];

  /** @param {string} key  of the row @param {Change} change */
  function make(key, change) {
    waiting.push({ key, change });
    next();
  }

  /** The first change that waits, where the drawing is the program's and still has that input. */
  function next() {
    const now = scene();
    const first = now && waiting.shift();
    if (!now || !first) return false;
    const node = rowsOf(now.trace).find(({ key }) => key === first.key)?.node;
    if (node) apply(first.change(now, node));
    return node !== undefined;
  }

  /**
   * @param {HTMLInputElement | HTMLTextAreaElement} input
   * @param {(text: string) => string | null} read
   * @param {(written: string) => void} take
   */
  function listen(input, read, take) {
    input.addEventListener("change", () => {
      const written = read(input.value);
      input.setAttribute("aria-invalid", String(written === null));
      const wrong = read === literalFrom ? "inputs.no.number" : "inputs.no.value";
      said.textContent = written === null ? t()(wrong, { text: input.value.slice(0, 40) }) : "";
      if (written === null) return;
      input.defaultValue = input.value;
      take(written);
    });
    return input;
  }

  /**
   * @param {string} key  of the row
   * @param {number} index  of the number in it
   * @param {string} text
   * @param {string} label
   */
  function field(key, index, text, label) {
    const input = h("input", { value: text, inputmode: "decimal", autocomplete: "off", "aria-label": label, "data-key": key, "data-index": index });
    listen(input, literalFrom, (written) => make(key, (now, node) => itemsIn(now, node)?.write({ at: index, text: written }) ?? now));
    input.addEventListener("paste", (event) => paste(event, key, index));
    return input;
  }

  /** @param {ClipboardEvent} event @param {string} key  of the row @param {number} index */
  function paste(event, key, index) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const now = scene();
    const node = now && rowsOf(now.trace).find((one) => one.key === key)?.node;
    if (!node || !/[\t\n]/.test(text.trim()) || !node.shape.length) return;
    event.preventDefault();
    const found = pasted(text, node.shape, index);
    said.textContent = typeof found === "string" ? t()(found) : "";
    if (typeof found !== "string") make(key, found);
  }

  /** A larger array, as text. @param {string} key  of the row @param {string} name @param {string} text */
  function area(key, name, text) {
    const input = h("textarea", { rows: 4, spellcheck: false, autocomplete: "off", "aria-label": name, "data-key": key }, text);
    return listen(input, (written) => (written.trim().startsWith("[") || /[\t\n]/.test(written.trim()) ? valueFrom(written) : null),
      (written) => make(key, (now, node) => wholeIn(now, node)?.write(written) ?? now));
  }

  /** @param {Scene} now @param {Row} row */
  function tableRow(now, { key, node, isKnown }) {
    const name = node.name ?? "";
    const { shape } = node;
    const isGiven = Object.hasOwn(now.inputs, name);
    const put = !isGiven || !canBeWritten(now.inputs[name]) ? [] : [" ", h("button", { type: "button", class: "link", "aria-label": t()("inputs.put.label", { name }), onclick: () => make(key, putIntoProgram) }, t()("inputs.put"))];
    const title = h("th", { scope: "row" }, name, ...(shape.length ? [h("small", {}, shapeText(shape))] : []), ...(isKnown ? [h("small", {}, t()("inputs.known"))] : []), ...(isGiven ? [h("small", {}, t()("inputs.given"), ...put)] : []));
    return h("tr", { "data-node": node.id }, title, cell(now, key, node));
  }

  /** @param {Scene} now @param {string} key  of the row @param {TraceNode} node */
  function cell(now, key, node) {
    const { shape } = node;
    const name = node.name ?? "";
    const items = itemsIn(now, node)?.texts;
    if (items && shape.length <= 2 && shape.every((size) => size <= LARGEST_GRID)) {
      if (!shape.length) return h("td", {}, field(key, 0, items[0], name));
      const columns = shape[shape.length - 1];
      const rows = Array.from({ length: shape.length === 2 ? shape[0] : 1 }, (_, i) => h("div", {}, ...items.slice(i * columns, (i + 1) * columns)
        .map((text, j) => field(key, i * columns + j, text, `${name}[${shape.length === 2 ? `${i}, ` : ""}${j}]`))));
      return h("td", {}, h("div", { class: "grid", style: `--columns: ${columns}` }, ...rows));
    }
    const whole = wholeIn(now, node)?.text;
    if (whole !== undefined && whole.length <= LONGEST_LIST) return h("td", {}, area(key, name, whole));
    const isSmall = shape.reduce((product, size) => product * size, 1) <= LARGEST_GRID ** 2;
    return h("td", { class: "elsewhere" }, shape.length ? t()(isSmall ? "inputs.made" : "inputs.in.program") : number(scalar(node.value), true));
  }

  /** @param {Scene} now */
  function fill(now) {
    const rows = rowsOf(now.trace);
    const key = JSON.stringify([document.documentElement.lang, rows.map((row) => [row.key, row.node.shape, Object.hasOwn(now.inputs, row.node.name ?? "")])]);
    find("#inputs-none", HTMLElement).hidden = rows.length > 0;
    if (key !== drawn) {
      drawn = key;
      const label = document.activeElement?.getAttribute("aria-label");
      keepingFocus(list, () => list.replaceChildren(...rows.map((row) => tableRow(now, row))),
        () => fieldsOf(list).find((one) => one.getAttribute("aria-label") === label) ?? heading);
      return;
    }
    // The same fields: whoever writes in one keeps what they have written so far.
    for (const input of fieldsOf(list)) {
      const node = rows.find((row) => row.key === input.dataset.key)?.node;
      if (!node) continue;
      const text = input.dataset.index === undefined ? wholeIn(now, node)?.text : itemsIn(now, node)?.texts[Number(input.dataset.index)];
      const isBeingWritten = input === document.activeElement && input.value !== input.defaultValue;
      if (text === undefined || isBeingWritten) continue;
      input.value = input.defaultValue = text;
      input.removeAttribute("aria-invalid");
    }
  }

  return {
    /** A drawing was made of the program as it is. */
    show() {
      const now = scene();
      if (!next() && now && panel.open) fill(now);
    },
    /** Offer a row for a name that has no value. @param {string | null} name */
    want(name) {
      // The rows are an earlier program's.
      list.hidden = name !== null;
      if (name === null ? !wanting.firstChild : wanting.dataset.name === name && wanting.lang === document.documentElement.lang) return;
      wanting.dataset.name = name ?? "";
      wanting.lang = document.documentElement.lang;
      keepingFocus(wanting, () => wanting.replaceChildren(...(name === null ? [] : [rowFor(name)])), () => heading);
    },
  };

  /** @param {string} name */
  function rowFor(name) {
    const input = h("input", { autocomplete: "off", "aria-label": name, placeholder: t()("inputs.wanting") });
    // The drawing is an older one: the program alone is changed, and it is the newest.
    listen(input, valueFrom, (written) => {
      const { program, inputs } = work();
      apply({ program: withValue(program, name, written), inputs });
    });
    return h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, input));
  }
}

/**
 * The inputs, and below them the values that only decide how the graph is built.
 * @param {import("../lib/types.js").Trace} trace
 * @returns {Row[]}
 */
function rowsOf(trace) {
  const keys = identities(trace);
  const inputs = trace.nodes.flatMap((node, id) => (node.op === "input" && node.name !== null ? [{ key: keys[id], node, isKnown: false }] : []));
  const known = trace.known.map(({ name, value, span }) => ({
    key: `known ${name}`, isKnown: true,
    node: /** @type {TraceNode} */ ({ op: "input", name, value, span, shape: shapeOf(value) }),
  }));
  return [...inputs, ...known];
}

/** @param {import("../lib/types.js").Wire} value @returns {number[]} */
function shapeOf(value) {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

/** @param {HTMLElement} list @returns {(HTMLInputElement | HTMLTextAreaElement)[]} */
function fieldsOf(list) {
  return Array.from(list.querySelectorAll("input, textarea"));
}
