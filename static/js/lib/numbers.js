/** Numbers as they come over the wire: scalars, nested lists, and strings for what JSON cannot say. Pure. */

/** @typedef {import("./types.js").Wire} Wire */
/** @typedef {import("../service/wire_types.js").Values} Values */

/**
 * @param {Wire} value  a scalar
 * @returns {number}
 */
export function scalar(value) {
  return typeof value === "number" ? value : Number(value);
}

/**
 * Every number of a value, row by row; none where it is elided.
 * @param {Wire} value
 * @returns {number[]}
 */
export function flatten(value) {
  if (value === null) return [];
  if (!Array.isArray(value)) return [scalar(value)];
  return /** @type {any[]} */ (value).flat(Infinity).map(scalar);
}

/**
 * Elementwise sum of two values of one shape; null where either is elided.
 * @param {Wire} a
 * @param {Wire} b
 * @returns {Values | null}
 */
export function add(a, b) {
  if (a === null || b === null) return null;
  if (!Array.isArray(a) && !Array.isArray(b)) return scalar(a) + scalar(b);
  if (Array.isArray(a) && Array.isArray(b)) return /** @type {Values} */ (a.map((item, i) => add(item, b[i])));
  // A scalar seed stands for an array of itself.
  return /** @type {Values} */ (Array.isArray(a) ? a.map((item) => add(item, b)) : /** @type {Wire[]} */ (b).map((item) => add(a, item)));
}

/**
 * A value as rows of numbers: a vector is one row; null where it is elided or has more than two axes.
 * @param {Wire} value
 * @param {number[]} shape
 * @returns {number[][] | null}
 */
export function rows(value, shape) {
  if (!Array.isArray(value) || shape.length > 2) return null;
  if (shape.length === 1) return [flatten(value)];
  return value.map((row) => flatten(row));
}
