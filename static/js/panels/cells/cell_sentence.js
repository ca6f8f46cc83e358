/** What a chosen cell is made from, or what its gradient sums, written out: with names, with numbers, the result. Pure. */

import { number } from "../../lib/format.js";
import { equals, signOf } from "../../graph/labels.js";
import { sizeOf, unravel, valueAt } from "./cell_links.js";

/** @typedef {import("./op_cells.js").Subject} Subject */
/** @typedef {import("./cell_links.js").Cell} Cell */
/** @typedef {import("./cell_links.js").Term} Term */
/** @typedef {import("./cell_links.js").Reach} Reach */
/** @typedef {{lines: string[], left: number, count: number}} Said  left: how many of `count` parts are not written out */
/** @typedef {{names: string, numbers: string, sign: "+" | "−"}} Part */

/** A longer sum is cut in the middle. */
const MOST_PARTS = 6;
const FIRST_PARTS = 3;
const INFIX = new Set(["+", "−", "×", "÷", "**"]);

/** @param {string} name @param {number} at @param {number[]} shape */
export function cellName(name, at, shape) {
  return shape.length ? `${name}[${unravel(at, shape).join(",")}]` : name;
}

/**
 * y[0,1] = x[0,0]·w[0,1] + …, then the numbers, then what it comes to.
 * @param {Subject} subject
 * @param {number} out
 * @param {boolean} full
 * @returns {Said}
 */
export function madeFrom(subject, out, full) {
  const { use, wiring, name } = subject;
  const terms = wiring.terms(out);
  const left = cellName(name, out, use.shape);
  const result = equals(number(use.value?.[out] ?? NaN, full));
  if (!terms.length) return { lines: [`${left} ${result}`], left: 0, count: 0 };
  const isSum = wiring.kind === "sum";
  const divisor = isSum && terms.length > 1 && terms.every(({ share }) => share === terms[0].share) ? Math.round(1 / terms[0].share) : 1;
  // A mean is divided once, not term by term.
  const parts = terms.map((term) => partOf(subject, divisor > 1 ? { ...term, share: 1 } : term, full));
  const write = isSum ? (/** @type {string[]} */ all) => (divisor > 1 ? `(${all.join("")}) / ${divisor}` : all.join("")) : functionOf(subject, out, full);
  const cut = shortened(parts);
  /** @param {"names" | "numbers"} which */
  const side = (which) => write(isSum ? summed(cut.parts, which) : cut.parts.map((part) => (part ? part[which] : "…")), which);
  const [names, numbers] = [side("names"), side("numbers")];
  const lines = [`${left} = ${names}`];
  if (numbers !== names && bare(`= ${numbers}`) !== bare(result)) lines.push(`${full || !isRounded(terms.flatMap(({ cells }) => cells.map((cell) => valueAt(use, cell)))) ? "=" : "≈"} ${numbers}`);
  return { lines: [...lines, result], left: cut.left, count: terms.length };
}

/**
 * ∂L/∂x[0,0] = g[0,0]·w[0,0] + …, then the numbers, then what it comes to.
 * @param {Subject} subject
 * @param {Cell[]} cells  one, or all that are the same one where an op takes an array in several places
 * @param {object} back
 * @param {string} back.symbol  what is summed
 * @param {number[]} back.g  the gradient of the result
 * @param {number} back.contribution
 * @param {boolean} full
 * @returns {Said}
 */
export function sumsUp(subject, cells, { symbol, g, contribution }, full) {
  const { use, wiring } = subject;
  const reaches = cells.flatMap((cell) => wiring.reach(cell).map((reach) => ({ cell, ...reach })));
  const result = equals(number(contribution, full));
  if (!reaches.length) return { lines: [`${symbol} ${result}`], left: 0, count: 0 };
  const parts = reaches.map((reach) => backPart(subject, reach.cell, reach, g[reach.out], full));
  const cut = shortened(parts);
  const names = summed(cut.parts, "names").join("");
  const numbers = summed(cut.parts, "numbers").join("");
  const isRow = ["softmax", "log_softmax"].includes(wiring.kind);
  const about = !full && isRounded(reaches.flatMap(({ cell, out, slope, others }) => [
    g[out], ...(others ? others.map((other) => valueAt(use, other)) : isRow ? [use.value?.[out] ?? 0, use.value?.[cell.at] ?? 0] : [slope]),
  ]));
  const lines = [`${symbol} = ${names}`];
  if (wiring.kind !== "named" && bare(`= ${numbers}`) !== bare(result)) lines.push(`${about ? "≈" : "="} ${numbers}`);
  return { lines: [...lines, result], left: cut.left, count: reaches.length };
}

/** @param {number[]} values */
function isRounded(values) {
  return values.some((value) => number(value).startsWith("≈"));
}

/** @param {string} text */
function bare(text) {
  return text.replace(/[≈=()\s]/g, "");
}

/** @param {Subject} subject @param {Term} term @param {boolean} full @returns {Part} */
function partOf({ use, names }, { share, cells }, full) {
  const factors = cells.map((cell) => ({ name: cellName(names[cell.arg], cell.at, use.shapes[cell.arg]), value: operand(valueAt(use, cell), full, cells.length > 1) }));
  const size = Math.abs(share) === 1 && cells.length ? [] : [operand(Math.abs(share), full, cells.length > 0)];
  const sign = share < 0 ? "−" : "+";
  return { sign, names: [...size, ...factors.map((one) => one.name)].join("·"), numbers: [...size, ...factors.map((one) => one.value)].join("·") };
}

/** @param {Subject} subject @param {Cell} cell @param {Reach} reach @param {number} g @param {boolean} full @returns {Part} */
function backPart(subject, cell, { out, slope, others, share }, g, full) {
  const { use, wiring, name, names } = subject;
  const upstream = cellName("g", out, use.shape);
  if (others) {
    const part = partOf(subject, { out, share, cells: others }, full);
    const isPlain = !others.length && Math.abs(share) === 1;
    const value = operand(g, full, true);
    if (isPlain) return { sign: part.sign, names: upstream, numbers: value };
    const numbers = others.map((other) => operand(valueAt(use, other), full, true));
    const size = Math.abs(share) === 1 ? [] : [operand(Math.abs(share), full, true)];
    return { sign: part.sign, names: [upstream, part.names].join("·"), numbers: [value, ...size, ...numbers].join("·") };
  }
  const from = cellName(names[cell.arg], cell.at, use.shapes[cell.arg]);
  const isChoice = ["max", "min", "first max"].includes(wiring.kind);
  const value = (/** @type {number} */ at) => operand(use.value?.[at] ?? NaN, full, true);
  const minus = out === cell.at ? "1 − " : "−";
  /** @param {(at: number) => string} write @returns {string | undefined}  the slope in terms of the result's own cells */
  const factor = (write) => {
    if (wiring.kind === "softmax") return `${write(out)}·(${minus}${write(cell.at)})`;
    return wiring.kind === "log_softmax" ? `(${minus}exp(${plain(write(cell.at))}))` : undefined;
  };
  const reached = (/** @type {number} */ at) => cellName(name, at, use.shape);
  const number_ = operand(slope, full, true);
  return {
    sign: "+", names: `${upstream}·${factor(reached) ?? (isChoice ? number_ : `∂${reached(out)}/∂${from}`)}`,
    numbers: `${operand(g, full, true)}·${factor(value) ?? number_}`,
  };
}

/**
 * The first parts and the last, "…" (null) between them.
 * @template T
 * @param {T[]} parts
 * @returns {{parts: (T | null)[], left: number}}
 */
function shortened(parts) {
  if (parts.length <= MOST_PARTS) return { parts, left: 0 };
  return { parts: [...parts.slice(0, FIRST_PARTS), null, parts[parts.length - 1]], left: parts.length - FIRST_PARTS - 1 };
}

/** @param {(Part | null)[]} parts @param {"names" | "numbers"} which @returns {string[]} */
function summed(parts, which) {
  return parts.map((part, i) => {
    if (part === null) return " + …";
    const plus = i === 0 ? (part.sign === "−" ? "−" : "") : ` ${part.sign} `;
    return `${plus}${part[which]}`;
  });
}

/** A number among others: a negative one, or one with a power of ten, in parentheses. @param {number} value @param {boolean} full @param {boolean} isFactor */
function operand(value, full, isFactor) {
  const text = number(value, full).replace("≈", "");
  return text.startsWith("−") || (isFactor && text.includes("×")) ? `(${text})` : text;
}

/**
 * How a function of cells is written.
 * @param {Subject} subject
 * @param {number} out
 * @param {boolean} full
 * @returns {(cells: string[], which: "names" | "numbers") => string}
 */
function functionOf({ use, wiring, names }, out, full) {
  const own = { names: cellName(names[0], out, use.shapes[0]), numbers: operand(use.values[0]?.[out] ?? NaN, full, false) };
  const exps = (/** @type {string[]} */ cells) => cells.map((cell) => (cell === "…" ? cell : `exp(${plain(cell)})`)).join(" + ");
  switch (wiring.kind) {
    case "softmax": return (cells, which) => `exp(${plain(own[which])}) / (${exps(cells)})`;
    case "log_softmax": return (cells, which) => `${own[which]} − log(${exps(cells)})`;
    case "logsumexp": return (cells) => `log(${exps(cells)})`;
    case "prod": return (cells) => cells.join("·");
    case "norm": return (cells) => `√(${cells.map((cell) => (cell === "…" ? cell : `${cell}²`)).join(" + ")})`;
    case "named": return (cells) => `${use.op}(${cells.map(plain).join(", ")})`;
    case "max": case "min": case "var": case "std": return (cells) => `${wiring.kind}(${cells.map(plain).join(", ")})`;
    case "first max": {
      // The zeros around the image take part.
      const zeros = wiring.terms(out).length < sizeOf(use.options.size) ? ["0"] : [];
      return (cells) => `max(${[...cells.map(plain), ...zeros].join(", ")})`;
    }
  }
  // Elementwise: one term, whose product is but a list of the operands.
  const sign = signOf(use.op);
  return ([cells]) => {
    const operands = cells.split("·");
    if (INFIX.has(sign) && operands.length === 2) return operands.join(` ${sign} `);
    return `${use.op}(${operands.map(plain).join(", ")})`;
  };
}

/** Without the parentheses of a factor. @param {string} text */
function plain(text) {
  return text.replace(/^\((.*)\)$/, "$1");
}
