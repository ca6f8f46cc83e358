/** What a reader should know of how the program was read, in quiet lines: what computes nothing, what decides the graph, what was drawn. Pure. */

import { number } from "../lib/format.js";
import { offsetsOf } from "../lib/text_places.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Translate} Translate */

/** Of names and of kinds of lines that a note names; the others are counted by its "…". */
const MOST = 6;
const LONGEST_VALUE = 24;

/**
 * @param {Pick<Trace, "program" | "read_as" | "skipped" | "known" | "assumed" | "drawn">} trace
 * @param {Translate} t
 * @returns {string[]}
 */
export function notesOf({ program, read_as, skipped, known, assumed, drawn }, t) {
  return [
    ...(read_as.length ? [t("notes.read_as", { what: some(readings(program, read_as)) })] : []),
    ...(skipped.length ? [t("notes.skipped", { what: skippedText(program, skipped, t) })] : []),
    ...(known.length ? [t("notes.known", { values: some(known.map(knownText)) })] : []),
    ...(assumed.length ? [t("notes.assumed", { names: some(assumed) })] : []),
    ...(drawn.length ? [t("notes.drawn", { names: some(drawn) })] : []),
  ];
}

/** "2x → 2*x", each once. @param {string} program @param {Trace["read_as"]} read */
function readings(program, read) {
  return [...new Set(read.map(({ span, meant }) => {
    const { from, to } = offsetsOf(program, span);
    return `${program.slice(from, to)} → ${meant}`;
  }))];
}

/** @param {string[]} items */
function some(items) {
  return items.length > MOST ? `${items.slice(0, MOST).join(", ")}, …` : items.join(", ");
}

/** @param {Trace["known"][number]} known */
function knownText({ name, value }) {
  if (value === null) return name;
  const text = Array.isArray(value) ? JSON.stringify(value).replaceAll(",", ", ") : number(value);
  return text.length > LONGEST_VALUE ? name : `${name} = ${text}`;
}

/**
 * "import (lines 1–3), print (line 7)"
 * @param {string} program
 * @param {Trace["skipped"]} skipped
 * @param {Translate} t
 */
function skippedText(program, skipped, t) {
  /** @type {Map<string, [number, number][]>} */
  const lines = new Map();
  for (const { span } of skipped) {
    const { from, to } = offsetsOf(program, span);
    const word = wordOf(program.slice(from, to)) || t("notes.output");
    const ranges = lines.get(word) ?? [];
    const last = ranges.at(-1);
    if (last && span.start.line <= last[1] + 1) last[1] = Math.max(last[1], span.end.line);
    else ranges.push([span.start.line, span.end.line]);
    lines.set(word, ranges);
  }
  return some([...lines].map(([word, ranges]) => {
    const count = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    return t(count === 1 ? "notes.line" : "notes.lines", { word, lines: some(ranges.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`))) });
  }));
}

/** What a reader calls a piece of text: import, print, plt.show, %matplotlib; "" for what a session answered. @param {string} text */
function wordOf(text) {
  if (/^from\b/.test(text)) return wordOf(text.slice(text.search(/\bimport\b/)));
  return /^(?:import|assert)\b|^[%!?]+\w*|^(?:```|~~~)|^[\p{L}_][\p{L}\p{N}_.]*(?=\s*\()/u.exec(text)?.[0] ?? "";
}
