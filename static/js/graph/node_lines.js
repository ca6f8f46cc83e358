/** What stands in a node's box, line by line, and where. Pure. */

import { isWritten, label, writtenRows } from "../lib/format.js";

/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../lib/types.js").Wire} Wire */

/** Centres of a box's lines, from its upper edge, and the distance of an array's rows, in px. */
const TITLE = 14;
const VALUE = 35;
const ROW = 18;
const NOTATION = 19;
const GRADIENT = 16;
const LAST = 13;

/**
 * A value: a number, a small array row by row, a larger one's shape.
 * @param {Wire} value
 * @param {number[]} shape
 * @returns {string[]}
 */
export function valueLines(value, shape) {
  return writtenRows(value, shape)?.map((row) => `[${row}]`) ?? [label(value, shape)];
}

/**
 * The height of a node's box, and from its centre the middle of each line: of its name, of its value's first row, of
 * the gradient's name and of its first row.
 * @param {{shape: number[], differentiable: boolean}} node
 */
export function placesOf({ shape, differentiable }) {
  const rows = isWritten(shape) && shape.length === 2 ? shape[0] : 1;
  const value = VALUE + ROW * (rows - 1);
  const height = (differentiable ? value + NOTATION + GRADIENT + ROW * (rows - 1) : value) + LAST;
  const from = -height / 2;
  return { height, row: ROW, title: from + TITLE, value: from + VALUE, notation: from + value + NOTATION, gradient: from + value + NOTATION + GRADIENT };
}
