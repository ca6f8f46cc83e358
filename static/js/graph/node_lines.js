/**
 * What stands in a node's box, line by line, and where. Pure.
 *
 * A graph has one form, which the layout chooses by the room that there is: "tall" writes a gradient's name above its
 * number; "flat" writes both in one line, where it is a number; "compact" has one number or array, the value until the
 * gradient arrives; its name is then the gradient's.
 */

import { isWritten, label, writtenRows } from "../lib/format.js";

/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../lib/types.js").Wire} Wire */
/** @typedef {"tall" | "flat" | "compact"} Form */

/** Centres of a box's lines, from its upper edge, and the distance of an array's rows, in px. */
const TITLE = 14;
const VALUE = 35;
const ROW = 18;
const NOTATION = 19;
const GRADIENT = 16;
const LAST = 13;
/** In a compact box. */
const COMPACT = { title: 11, value: 27, row: 16, last: 10 };
/** Between a gradient's name and its number, in one line. */
export const SAME_LINE_GAP = 8;

/**
 * A value: a number, a small array row by row, a larger one's shape.
 * @param {Wire} value
 * @param {number[]} shape
 * @returns {string[]}
 */
export function valueLines(value, shape) {
  return writtenRows(value, shape)?.map((row) => `[${row}]`) ?? [label(value, shape)];
}

/** Whether a gradient stands beside its name. @param {number[]} shape @param {Form} form */
export function isSameLine(shape, form) {
  return form === "flat" && shape.length === 0;
}

/**
 * The height of a node's box, and from its centre the middle of each line: of its name, of its value's first row, of
 * the gradient's name and of its first row.
 * @param {{shape: number[], differentiable: boolean}} node
 * @param {Form} [form]
 */
export function placesOf({ shape, differentiable }, form = "tall") {
  const isCompact = form === "compact";
  const row = isCompact ? COMPACT.row : ROW;
  const rows = isWritten(shape) && shape.length === 2 ? shape[0] : 1;
  const first = isCompact ? COMPACT.value : VALUE;
  const value = first + row * (rows - 1);
  const notation = value + NOTATION;
  const gradient = isCompact ? first : notation + (isSameLine(shape, form) ? 0 : GRADIENT);
  const height = isCompact ? value + COMPACT.last : (differentiable ? gradient + row * (rows - 1) : value) + LAST;
  const from = -height / 2;
  return { height, row, title: from + (isCompact ? COMPACT.title : TITLE), value: from + first, notation: from + notation, gradient: from + gradient };
}
