/** What the panels beside the graph have in common: they are made anew, and the reader's place in them stays. */

import { h } from "../lib/dom.js";

/**
 * @param {HTMLElement} place
 * @returns {{fill: (...content: (Node | string)[]) => void, say: (text: string, isSeen?: boolean) => void}}
 *   say: to a screen reader; isSeen: that it stands in the panel anyway
 */
export function createPanel(place) {
  const said = h("p", { class: "said", role: "status" });
  const body = h("div");
  place.replaceChildren(body, said);
  return {
    fill(...content) {
      const held = document.activeElement;
      const isWithin = held !== null && body.contains(held);
      // After a click the page's keys go on working: what the mouse has pressed does not come to look as if a key had come there.
      const focusVisible = Boolean(held?.matches(":focus-visible"));
      const open = new Set(Array.from(body.querySelectorAll("details[open]"), ({ id }) => id));
      body.replaceChildren(...content);
      for (const one of body.querySelectorAll("details")) one.open = open.has(one.id);
      if (!isWithin) return;
      const again = held.id ? body.querySelector(`#${CSS.escape(held.id)}`) : null;
      (again instanceof HTMLElement ? again : place).focus({ preventScroll: true, focusVisible });
    },
    say(text, isSeen = false) {
      said.classList.toggle("seen", isSeen);
      if (said.textContent !== text) said.textContent = text;
    },
  };
}

/**
 * @param {import("../lib/types.js").Work | null} a
 * @param {import("../lib/types.js").Work} b
 */
export function isSameWork(a, b) {
  return a !== null && a.program === b.program && (a.inputs === b.inputs || JSON.stringify(a.inputs) === JSON.stringify(b.inputs));
}

/** Scroll what a panel scrolls in, and nothing around that. @param {Element | null} element */
export function bringIntoView(element) {
  if (!element) return;
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (around.scrollHeight <= around.clientHeight || !/auto|scroll/.test(getComputedStyle(around).overflowY)) continue;
    const [inner, outer] = [element.getBoundingClientRect(), around.getBoundingClientRect()];
    around.scrollTop += Math.max(inner.bottom - outer.bottom, 0) + Math.min(inner.top - outer.top, 0);
    return;
  }
  element.scrollIntoView({ block: "nearest" });
}

/**
 * A choice with its word.
 * @param {string} id
 * @param {string} word
 * @param {[value: string, text: string][]} options
 * @param {string} chosen
 * @param {(value: string) => void} onChoice
 */
export function choice(id, word, options, chosen, onChoice) {
  const select = h("select", { id }, ...options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
  select.addEventListener("change", () => onChoice(select.value));
  return h("label", {}, h("span", {}, word), select);
}

/**
 * Numbers as a table that opens beneath a picture: the same for who does not see it.
 * @param {string} id
 * @param {string} summary
 * @param {string[]} heads
 * @param {string[][]} rows
 */
export function tableBeneath(id, summary, heads, rows) {
  const head = h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)));
  const body = rows.map(([first, ...others]) => h("tr", {}, h("th", { scope: "row" }, first), ...others.map((text) => h("td", {}, text))));
  return h("details", { id }, h("summary", {}, summary), h("table", {}, h("thead", {}, head), h("tbody", {}, ...body)));
}

/** Places of a sample that are written out. */
const MOST_PLACES = 200;

/**
 * Which elements were drawn.
 * @param {string} id
 * @param {string} summary
 * @param {string} name
 * @param {number[][]} indices
 */
export function sampleBeneath(id, summary, name, indices) {
  const places = indices.slice(0, MOST_PLACES).map((index) => placed(name, index)).join(" ");
  return h("details", { id }, h("summary", {}, summary), h("p", { class: "note" }, indices.length > MOST_PLACES ? `${places} …` : places));
}

const FUNCTION = /^def\b[^\n]*(?:\n[ \t]+[^\n]*|\n[ \t]*(?=\n))*/gm;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/gu;

/**
 * The nodes that can be called by name, each name's last one. What a function names inside itself cannot be. Pure.
 * @param {import("../lib/types.js").Trace} trace
 */
export function namedNodes({ program, nodes }) {
  const words = new Set(program.normalize("NFKC").replace(FUNCTION, "").match(WORD));
  const named = nodes.filter(({ name, op }) => name !== null && op !== "constant" && words.has(name));
  // The program's own node goes before one of the same name inside an opened function.
  const last = new Map(named.toSorted((a, b) => Number(a.group === null) - Number(b.group === null) || a.id - b.id).map((node) => [node.name, node]));
  return [...last.values()].sort((a, b) => a.id - b.id);
}

/** @param {string} name @param {number[]} index @returns {string} "W[0, 1]" */
export function placed(name, index) {
  return index.length ? `${name}[${index.join(", ")}]` : name;
}
