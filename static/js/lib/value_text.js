/** A value as text for elsewhere: every digit, nothing rounded. Pure. */

import { flatten, scalar } from "./numbers.js";

/** @typedef {import("./types.js").Wire} Wire */

/** @type {Record<"NumPy" | "JSON" | "TSV", (value: Wire, shape: number[]) => string>} */
export const FORMATS = {
  NumPy: (value, shape) => (shape.length ? `np.array(${python(value)})` : python(value)),
  JSON: (value) => JSON.stringify(value),
  TSV: (value, shape) => {
    const columns = shape.at(-1) ?? 1;
    const items = flatten(value).map(String);
    return Array.from({ length: items.length / columns }, (_, i) => items.slice(i * columns, (i + 1) * columns).join("\t")).join("\n");
  },
};

/**
 * @param {Wire} value
 * @returns {string} as NumPy's float64 reads it: whole numbers have a point, so that no array of integers is made
 */
function python(value) {
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  const item = scalar(value);
  if (Number.isNaN(item)) return "np.nan";
  if (!Number.isFinite(item)) return item < 0 ? "-np.inf" : "np.inf";
  const text = Object.is(item, -0) ? "-0" : String(item);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * @param {number} at  the place in the flat order, the last axis fastest
 * @param {number[]} shape
 * @returns {number[]}
 */
export function indexOf(at, shape) {
  let rest = at;
  return shape.map((_, axis) => {
    const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const index = Math.floor(rest / stride);
    rest %= stride;
    return index;
  });
}
