/**
 * Numbers and formulas as a reader sees them. Nothing is rounded before it comes here. Pure.
 *
 * Labels carry four significant digits and "≈" where that rounds; full precision is the shortest decimal that reads
 * back as the same float64.
 */

import { rows, scalar } from "./numbers.js";

/** @typedef {import("./types.js").Wire} Wire */
/** @typedef {{nodes: import("./types.js").TraceNode[], output: number}} Named  whose gradients are the output's */

const DIGITS = 4;
/** Whole numbers below this are written out: they are exact, and shorter than their power of ten. */
const WRITTEN_OUT = 1e6;
const SMALLEST_PLAIN = 1e-4;
/** A few units in the last place are the arithmetic's own noise: 1.1 × 650 is 715, and says no "≈". */
const NOISE = 8 * Number.EPSILON;
const LARGEST_MATRIX = 4;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/**
 * Sign, digits and power of ten of a finite number, rounded or in full.
 * @param {number} value
 * @param {boolean} full
 * @returns {{negative: boolean, digits: string, exponent: number}}
 */
function parts(value, full) {
  const size = Math.abs(value);
  const negative = value < 0 || (full && Object.is(value, -0));
  if (full) {
    const [digits, exponent] = String(size).split("e");
    return { negative, digits, exponent: Number(exponent ?? 0) };
  }
  if (size === 0) return { negative: false, digits: "0", exponent: 0 };
  const rounded = Number(size.toPrecision(DIGITS));
  if (size >= 10 ** (DIGITS - 1) && size < WRITTEN_OUT - 0.5) {
    return { negative, digits: String(size >= 10 ** DIGITS ? Math.round(size) : rounded), exponent: 0 };
  }
  if (rounded >= SMALLEST_PLAIN && rounded < WRITTEN_OUT) return { negative, digits: String(rounded), exponent: 0 };
  const [digits, exponent] = size.toExponential(DIGITS - 1).split("e");
  return { negative, digits: String(Number(digits)), exponent: Number(exponent) };
}

/**
 * Whether four digits say less than the number.
 * @param {number} value
 * @returns {boolean}
 */
export function isRounded(value) {
  if (!Number.isFinite(value)) return false;
  const { negative, digits, exponent } = parts(value, false);
  const shown = Number(`${negative ? "-" : ""}${digits}e${exponent}`);
  return Math.abs(shown - value) > NOISE * Math.abs(value);
}

/**
 * @param {Wire} wire  a scalar
 * @param {boolean} [full]
 * @returns {string} "≈0.7311", "−1.2×10⁻⁵", "∞", "NaN"
 */
export function number(wire, full = false) {
  const value = scalar(wire);
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const { negative, digits, exponent } = parts(value, full);
  const about = !full && isRounded(value) ? "≈" : "";
  const power = exponent === 0 ? "" : `×10${superscript(exponent)}`;
  return `${about}${negative ? "−" : ""}${digits}${power}`;
}

/** @param {number} exponent @returns {string} "⁻¹²" */
export function superscript(exponent) {
  const digits = inDigits(Math.abs(exponent), SUPERSCRIPTS);
  return exponent < 0 ? `⁻${digits}` : digits;
}

/**
 * @param {number} index
 * @returns {string} "₁₄"
 */
export function subscript(index) {
  return inDigits(index, SUBSCRIPTS);
}

/** @param {number} number @param {string} digits */
function inDigits(number, digits) {
  return Array.from(String(number), (digit) => digits[Number(digit)]).join("");
}

/**
 * A shape in brief: "2×3"; a vector keeps NumPy's comma, so that it is not taken for a number.
 * @param {number[]} shape
 * @returns {string}
 */
export function shapeText(shape) {
  return shape.length === 1 ? `(${shape[0]},)` : shape.join("×");
}

/** Arrays of at most so many rows and columns are written out. */
const LARGEST_WRITTEN = { rows: 3, columns: 4 };
/** An element of an array has as many decimals as its largest element needs for so many digits. */
const ARRAY_DIGITS = 3;

/**
 * A small array, row by row: ["0.018 0.245 −0.263"]; null where it is too large to be written out.
 * @param {Wire} value
 * @param {number[]} shape
 * @param {boolean} [full]
 * @returns {string[] | null}
 */
export function writtenRows(value, shape, full = false) {
  if (!isWritten(shape)) return null;
  const table = rows(value, shape);
  if (!table) return null;
  const rounded = roundedElements(table);
  return table.map((row) => row.map((one) => number(full ? one : rounded(one), full).replace("≈", "")).join(" "));
}

/** What an element of an array is written as. @param {number[][]} table @returns {(one: number) => number} */
function roundedElements(table) {
  const largest = Math.max(...table.flat().filter(Number.isFinite).map(Math.abs), 0);
  const decimals = Math.max(ARRAY_DIGITS - 1 - Math.floor(Math.log10(largest || 1)), 0);
  return (one) => {
    const rounded = Number.isFinite(one) && largest < WRITTEN_OUT && largest >= SMALLEST_PLAIN ? Number(one.toFixed(decimals)) : one;
    // What is not zero never becomes it.
    return rounded === 0 ? one : rounded;
  };
}

/**
 * Whether a written array leaves digits out.
 * @param {Wire} value
 * @param {number[]} shape
 */
export function isShortened(value, shape) {
  const table = isWritten(shape) ? rows(value, shape) : null;
  if (!table) return false;
  const rounded = roundedElements(table);
  return table.flat().some((one) => isRounded(rounded(one)) || Math.abs(rounded(one) - one) > NOISE * Math.abs(one));
}

/** @param {number[]} shape */
export function isWritten(shape) {
  const [columns, count = 1] = shape.toReversed();
  return shape.length > 0 && shape.length <= 2 && columns > 0 && columns <= LARGEST_WRITTEN.columns && count > 0 && count <= LARGEST_WRITTEN.rows;
}

/**
 * A value in a line: a number, a small array's numbers, or a larger one's shape.
 * @param {Wire} value
 * @param {number[]} shape
 * @param {boolean} [full]
 * @returns {string} "≈0.7311", "[0.018 0.245 −0.263]", "[[1 0] [0 1]]", "5×3"
 */
export function valueText(value, shape, full = false) {
  const lines = writtenRows(value, shape, full)?.map((row) => `[${row}]`);
  return !lines ? label(value, shape, full) : shape.length === 1 ? lines[0] : `[${lines.join(" ")}]`;
}

/** Longer rows may be broken after any of their numbers. */
const UNBROKEN_ROW = /\[[^[\]]{1,28}\]/g;

/** A text in which no line breaks inside a short row of numbers. @param {string} text */
export function unbroken(text) {
  return text.replace(UNBROKEN_ROW, (row) => row.replaceAll(" ", "\u00a0"));
}

/**
 * What stands for a value in a label: the number, or an array's shape.
 * @param {Wire} value
 * @param {number[]} shape
 * @param {boolean} [full]
 * @returns {string}
 */
export function label(value, shape, full = false) {
  if (shape.length) return shapeText(shape);
  return value === null ? "…" : number(value, full);
}

/**
 * Whether a label of this value leaves digits out.
 * @param {Wire} value
 * @param {number[]} shape
 * @returns {boolean}
 */
export function saysLess(value, shape) {
  if (value === null) return false;
  if (!shape.length) return isRounded(scalar(value));
  return rows(value, shape)?.some((row) => row.some(isRounded)) ?? false;
}

/**
 * @param {Wire} wire  a scalar
 * @param {boolean} [full]
 * @returns {string}
 */
export function latexNumber(wire, full = false) {
  const value = scalar(wire);
  if (Number.isNaN(value)) return "\\mathrm{NaN}";
  if (!Number.isFinite(value)) return value < 0 ? "-\\infty" : "\\infty";
  const { negative, digits, exponent } = parts(value, full);
  const power = exponent === 0 ? "" : ` \\times 10^{${exponent}}`;
  return `${negative ? "-" : ""}${digits}${power}`;
}

/**
 * A value as LaTeX: a number, or a matrix of at most 4 × 4; null where neither fits.
 * @param {Wire} value
 * @param {number[]} shape
 * @param {boolean} [full]
 * @returns {string | null}
 */
export function latexValue(value, shape, full = false) {
  if (value === null) return null;
  if (!shape.length) return latexNumber(value, full);
  if (shape.length > 2 || shape.some((size) => size > LARGEST_MATRIX || size === 0)) return null;
  const table = rows(value, shape);
  if (!table) return null;
  const body = table.map((row) => row.map((item) => latexNumber(item, full)).join(" & ")).join(" \\\\ ");
  return `\\begin{bmatrix} ${body} \\end{bmatrix}`;
}

/**
 * A template with the symbols of its nodes: the formula.
 * @param {string} template  "@{7}" is the value of node 7, "@{~7}" its gradient
 * @param {Named} trace
 * @param {boolean} [isLinked]  each symbol says which node it is, as `formula` reads it
 * @returns {string}
 */
export function fillNames(template, trace, isLinked = false) {
  return fill(template, (id, isGradient) => symbol(trace, id, isGradient), isLinked);
}

/**
 * A template with the numbers of its nodes: what was computed. Arrays too large to print keep their symbol.
 * @param {string} template
 * @param {Named} trace
 * @param {boolean} [full]
 * @returns {string}
 */
export function fillNumbers(template, trace, full = false) {
  return fill(template, (id, isGradient, enclosed) => {
    const node = trace.nodes[id];
    const latex = latexValue(isGradient ? node.gradient : node.value, node.shape, full);
    if (latex === null) return symbol(trace, id, isGradient);
    // Parentheses keep "2 · (-3)" and "(1.2 × 10^5)^2" readable as one operand each.
    return !enclosed && !node.shape.length && /^-|times/.test(latex) ? `(${latex})` : latex;
  });
}

/**
 * @param {string} template
 * @param {(id: number, isGradient: boolean, enclosed: boolean) => string} replace  enclosed: parentheses are there already
 * @param {boolean} [isLinked]
 */
function fill(template, replace, isLinked = false) {
  return template.replace(/@\{(~?)(\d+)\}/g, (whole, mark, id, at) => {
    const enclosed = template[at - 1] === "(" && template[at + whole.length] === ")";
    const latex = replace(Number(id), mark === "~", enclosed);
    // A power belongs to all of a fraction.
    const operand = template[at + whole.length] === "^" && latex.startsWith("\\frac") ? `\\left(${latex}\\right)` : `{${latex}}`;
    return isLinked ? `{\\htmlData{node=${id}}${operand.startsWith("{") ? operand : `{${operand}}`}}` : operand;
  });
}

/**
 * @param {Named} trace
 * @param {number} id
 * @param {boolean} isGradient
 */
function symbol({ nodes, output }, id, isGradient) {
  const { latex } = nodes[id];
  return isGradient ? `\\frac{\\partial ${nodes[output].latex}}{\\partial ${latex}}` : latex;
}
