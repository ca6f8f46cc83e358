/**
 * Numbers written in a program: where a leaf's literal stands, and how it reads after it was moved. Pure.
 *
 * Only the number's own characters change; names, spaces, comments and the way it was written (decimals, exponent) stay.
 */

import { offsetsOf } from "../lib/text_places.js";

/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/**
 * @typedef {object} Literal
 * @property {number} from  UTF-16 offset in the program
 * @property {number} to
 * @property {string} text
 * @property {boolean} [operand]  it stands inside an expression, where a sign would bind less tightly than **
 */

const PREFIXED = String.raw`0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+`;
const NUMBER = String.raw`(?:${PREFIXED}|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)`;
const ASSIGNED = new RegExp(String.raw`^([^=]+=[\s(]*)((?:[+-]\s*)?${NUMBER})[\s)]*$`, "u");
const BARE = new RegExp(`^[+-]?${NUMBER}$`);
const ITEM = new RegExp(String.raw`(?:[+-]\s*)?${NUMBER}`, "g");
/** A step moves the third significant digit at the finest, so that 0.123456 moves as visibly as 0.12. */
const DIGITS = 3;

/**
 * The scalar number that a leaf is, in its program.
 * @param {string} program
 * @param {TraceNode} node
 * @returns {Literal | null}  null where the leaf is no single number of this text
 */
export function literalOf(program, { op, span, shape }) {
  if (span === null || shape.length > 0) return null;
  const { from, to } = offsetsOf(program, span);
  const text = program.slice(from, to);
  if (op === "constant") return BARE.test(text) ? { from, to, text, operand: true } : null;
  const found = op === "input" ? ASSIGNED.exec(text) : null;
  if (!found) return null;
  const start = from + found[1].length;
  return { from: start, to: start + found[2].length, text: found[2] };
}

/**
 * The numbers of an array that the program writes out, row by row.
 * @param {string} program
 * @param {TraceNode} node
 * @returns {Literal[] | null}  null where the program does not write one number for each element
 */
export function itemsOf(program, { op, span, shape }) {
  if (op !== "input" || span === null || shape.length === 0) return null;
  const { from, to } = offsetsOf(program, span);
  const text = program.slice(from, to);
  const begin = text.indexOf("[", text.indexOf("="));
  const end = text.lastIndexOf("]");
  if (begin < 0 || end < begin) return null;
  const body = text.slice(begin, end).replace(/#.*/g, (comment) => " ".repeat(comment.length));
  const items = Array.from(body.matchAll(ITEM), ({ 0: item, index }) => ({ from: from + begin + index, to: from + begin + index + item.length, text: item }));
  return items.length === shape.reduce((a, b) => a * b, 1) ? items : null;
}

/**
 * Where an array's brackets stand.
 * @param {string} program
 * @param {TraceNode} node
 * @returns {Literal | null}
 */
export function bracketsOf(program, { op, span }) {
  if (op !== "input" || span === null) return null;
  const { from, to } = offsetsOf(program, span);
  const text = program.slice(from, to);
  const begin = text.indexOf("[", text.indexOf("="));
  const end = text.lastIndexOf("]") + 1;
  return begin < 0 || end <= begin ? null : { from: from + begin, to: from + end, text: text.slice(begin, end) };
}

/**
 * @param {string} program
 * @param {Literal} literal
 * @param {string} text
 * @returns {string} the program with another text in the literal's place
 */
export function replaced(program, { from, to }, text) {
  return program.slice(0, from) + text + program.slice(to);
}

/**
 * @param {Literal} literal
 * @param {number} steps
 * @param {boolean} fine
 * @returns {string} the literal moved; an unsigned operand stays unsigned
 */
export function scrubbed(literal, steps, fine) {
  const text = moved(literal.text, steps, fine);
  const turns = literal.operand && text.startsWith("-") && !literal.text.startsWith("-");
  return turns ? "0" : text;
}

/**
 * A number moved by so many of its own steps: the last digit it was written with, or its third digit where it has more.
 * @param {string} text  as written: "100", "1.10", "-2.5e3"
 * @param {number} steps
 * @param {boolean} fine  steps of a tenth, with one more digit to say them
 * @returns {string}
 */
export function moved(text, steps, fine) {
  const prefixed = new RegExp(`^([+-]?)\\s*(${PREFIXED})$`).exec(text);
  if (prefixed) return movedInteger(prefixed[1], prefixed[2], Math.round(steps));
  const [mantissa, power] = text.replace(/[\s_+]/g, (mark, at) => (mark === "+" && at > 0 ? mark : "")).split(/(?=[eE])/);
  const value = Number(mantissa);
  const decimals = (mantissa.split(".")[1] ?? "").length;
  const leading = value === 0 ? -decimals : Math.floor(Math.log10(Math.abs(value)));
  const place = Math.max(-decimals, leading - DIGITS + 1) - (fine ? 1 : 0);
  const shown = Math.max(decimals, -place);
  const result = (value + Math.round(fine ? steps * 10 : steps) * 10 ** place).toFixed(Math.min(shown, 100));
  return (Number(result) === 0 ? result.replace("-", "") : result) + (power ?? "");
}

/**
 * An integer in hexadecimal, octal or binary digits stays in them; it has no finer step than 1.
 * @param {string} sign
 * @param {string} digits  with their prefix
 * @param {number} steps
 */
function movedInteger(sign, digits, steps) {
  const prefix = digits.slice(0, 2);
  const base = { x: 16, o: 8, b: 2 }[prefix[1].toLowerCase()] ?? 10;
  const value = valueOf(sign + digits) + steps;
  const written = Math.abs(value).toString(base).padStart(digits.length - 2, "0");
  return `${value < 0 ? "-" : ""}${prefix}${/[A-F]/.test(digits) ? written.toUpperCase() : written}`;
}

/**
 * @param {string} literal  as literalFrom gives it
 * @returns {number}
 */
export function valueOf(literal) {
  const plain = literal.replace(/[_\s]/g, "");
  return plain.startsWith("-") ? -Number(plain.slice(1)) : Number(plain.replace("+", ""));
}

/**
 * A number from a field or a spreadsheet's cell, as the program writes it.
 * @param {string} text
 * @returns {string | null}  null where it is no finite number
 */
export function literalFrom(text) {
  const plain = text.trim().replace(/^[−–]/, "-").replace(/,(?=\d{3}(\D|$))/g, "").replace(/^\+/, "");
  return new RegExp(`^-?${NUMBER}$`).test(plain) && Number.isFinite(valueOf(plain)) ? plain : null;
}

/**
 * Cells copied from a spreadsheet: tabs between columns, line breaks between rows.
 * @param {string} text
 * @returns {string[][] | null}  numbers as the program writes them; null where a cell is no number or rows differ in length
 */
export function cellsFrom(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  while (lines.length > 1 && lines[lines.length - 1] === "") lines.pop();
  const cells = lines.map((line) => line.split("\t").map(literalFrom));
  if (cells.some((row) => row.length !== cells[0].length || row.includes(null))) return null;
  return /** @type {string[][]} */ (cells);
}

/**
 * @param {string[][]} cells
 * @param {number} axes  of the array that they replace: one row stays a vector where there was one
 * @returns {string} "[[1, 2], [3, 4]]"
 */
export function listOf(cells, axes) {
  const rows = cells.map((row) => `[${row.join(", ")}]`);
  return axes === 1 && rows.length === 1 ? rows[0] : `[${rows.join(", ")}]`;
}

/**
 * What a field for any value holds: a number, a nested list of numbers, or cells of a spreadsheet.
 * @param {string} text
 * @returns {string | null}  as the program writes it; null where it is none of these
 */
export function valueFrom(text) {
  const number = literalFrom(text);
  if (number !== null) return number;
  if (!text.trim().startsWith("[")) {
    const cells = /[\t\n]/.test(text.trim()) ? cellsFrom(text) : null;
    return cells && listOf(cells, cells.length === 1 ? 1 : 2);
  }
  const list = text.trim();
  return readList(list) === null ? null : list;
}

/**
 * @param {string} text  "[[1, 0x2], [3, 4.5]]", with or without a comma at a list's end
 * @returns {unknown[] | null}  null where it is no nested list of numbers
 */
export function readList(text) {
  const json = text.replace(/,(\s*\])/g, "$1").replace(ITEM, (item) => {
    const value = valueOf(item);
    return Number.isFinite(value) ? String(value) : "null";
  });
  try {
    const list = JSON.parse(json);
    return Array.isArray(list) && isNumeric(list) ? list : null;
  } catch {
    return null;
  }
}

/** @param {unknown[]} list @returns {boolean} */
function isNumeric(list) {
  return list.length > 0 && list.every((item) => (Array.isArray(item) ? isNumeric(item) : typeof item === "number"));
}

/** A line of a session, whose program stands behind its prompts alone. */
const PROMPT = /^[ \t]*(?:>>>|In \[\d*\]:) ?/;
/** What may stand before a program: nothing, a comment, the fence of a page. */
const OPENING = /^\s*(#.*|(```|~~~).*)?$/;

/**
 * A program in which a name has a value: assigned before the first statement, after the comments that open it.
 * @param {string} program
 * @param {string} name
 * @param {string} [value]
 * @returns {string}
 */
export function withValue(program, name, value = "1") {
  const lines = program.split("\n");
  const first = Math.max(lines.findIndex((line) => !OPENING.test(line)), 0);
  return [...lines.slice(0, first), `${promptOf(lines)}${name} = ${value}`, ...lines.slice(first)].join("\n");
}

/**
 * A program with lines below it, a blank line between.
 * @param {string} program
 * @param {string} added
 * @returns {string}
 */
export function withLines(program, added) {
  const prompt = promptOf(program.split("\n"));
  return `${program.trimEnd()}\n\n${added.split("\n").map((line) => prompt + line).join("\n")}`;
}

/** What a line begins with where the program is a session; else nothing. @param {string[]} lines */
function promptOf(lines) {
  return lines.some((line) => PROMPT.test(line)) ? ">>> " : "";
}
