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
  /** By row: what makes its node the same one after an edit. @type {string[]} */
  let keys = [];
  /** Changes that were made before the answer to the last one came. @type {{key: string, change: Change}[]} */
  let waiting = [];

  /** @param {number} id  of the node, as the rows were drawn @param {Change} change */
  function make(id, change) {
    waiting.push({ key: keys[id], change });
    next();
  }

  /** The first change that waits, where the drawing is the program's and still has that input. */
  function next() {
    const now = scene();
    const first = now && waiting.shift();
    if (!now || !first) return false;
    const node = now.trace.nodes[identities(now.trace).indexOf(first.key)];
    if (node?.op === "input") apply(first.change(now, node));
    return node?.op === "input";
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
   * @param {number} id  of the node
   * @param {number} index  of the number in it
   * @param {string} text
   * @param {string} label
   */
  function field(id, index, text, label) {
    const input = h("input", { value: text, inputmode: "decimal", autocomplete: "off", "aria-label": label, "data-id": id, "data-index": index });
    listen(input, literalFrom, (written) => make(id, (now, node) => itemsIn(now, node)?.write({ at: index, text: written }) ?? now));
    input.addEventListener("paste", (event) => paste(event, id, index));
    return input;
  }

  /** @param {ClipboardEvent} event @param {number} id @param {number} index */
  function paste(event, id, index) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const node = scene()?.trace.nodes[id];
    if (!node || !/[\t\n]/.test(text.trim()) || !node.shape.length) return;
    event.preventDefault();
    const found = pasted(text, node.shape, index);
    said.textContent = typeof found === "string" ? t()(found) : "";
    if (typeof found !== "string") make(id, found);
  }

  /** A larger array, as text. @param {number} id @param {string} name @param {string} text */
  function area(id, name, text) {
    const input = h("textarea", { rows: 4, spellcheck: false, autocomplete: "off", "aria-label": name, "data-id": id }, text);
    return listen(input, (written) => (written.trim().startsWith("[") || /[\t\n]/.test(written.trim()) ? valueFrom(written) : null),
      (written) => make(id, (now, node) => wholeIn(now, node)?.write(written) ?? now));
  }

  /** @param {Scene} now @param {TraceNode} node */
  function row(now, node) {
    const name = node.name ?? "";
    const { shape } = node;
    const isGiven = Object.hasOwn(now.inputs, name);
    const put = !isGiven || !canBeWritten(now.inputs[name]) ? [] : [" ", h("button", { type: "button", class: "link", "aria-label": t()("inputs.put.label", { name }), onclick: () => make(node.id, putIntoProgram) }, t()("inputs.put"))];
    const title = h("th", { scope: "row" }, name, ...(shape.length ? [h("small", {}, shapeText(shape))] : []), ...(isGiven ? [h("small", {}, t()("inputs.given"), ...put)] : []));
    return h("tr", {}, title, cell(now, node, name));
  }

  /** @param {Scene} now @param {TraceNode} node @param {string} name */
  function cell(now, node, name) {
    const { shape } = node;
    const items = itemsIn(now, node)?.texts;
    if (items && shape.length <= 2 && shape.every((size) => size <= LARGEST_GRID)) {
      if (!shape.length) return h("td", {}, field(node.id, 0, items[0], name));
      const columns = shape[shape.length - 1];
      const rows = Array.from({ length: shape.length === 2 ? shape[0] : 1 }, (_, i) => h("div", {}, ...items.slice(i * columns, (i + 1) * columns)
        .map((text, j) => field(node.id, i * columns + j, text, `${name}[${shape.length === 2 ? `${i}, ` : ""}${j}]`))));
      return h("td", {}, h("div", { class: "grid", style: `--columns: ${columns}` }, ...rows));
    }
    const whole = wholeIn(now, node)?.text;
    if (whole !== undefined && whole.length <= LONGEST_LIST) return h("td", {}, area(node.id, name, whole));
    return h("td", { class: "elsewhere" }, shape.length ? t()("inputs.in.program") : number(scalar(node.value), true));
  }

  /** @param {Scene} now */
  function fill(now) {
    const inputs = now.trace.nodes.filter(({ op, name }) => op === "input" && name !== null);
    const key = JSON.stringify([document.documentElement.lang, inputs.map(({ id, name, shape }) => [id, name, shape, Object.hasOwn(now.inputs, name ?? "")])]);
    find("#inputs-none", HTMLElement).hidden = inputs.length > 0;
    if (key !== drawn) {
      drawn = key;
      keys = identities(now.trace);
      const label = document.activeElement?.getAttribute("aria-label");
      keepingFocus(list, () => list.replaceChildren(...inputs.map((node) => row(now, node))),
        () => fieldsOf(list).find((one) => one.getAttribute("aria-label") === label) ?? heading);
      return;
    }
    // The same fields: whoever writes in one keeps what they have written so far.
    for (const input of fieldsOf(list)) {
      const node = now.trace.nodes[Number(input.dataset.id)];
      const text = input.dataset.index === undefined ? wholeIn(now, node)?.text : itemsIn(now, node)?.texts[Number(input.dataset.index)];
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

/** @param {HTMLElement} list @returns {(HTMLInputElement | HTMLTextAreaElement)[]} */
function fieldsOf(list) {
  return Array.from(list.querySelectorAll("input, textarea"));
}
