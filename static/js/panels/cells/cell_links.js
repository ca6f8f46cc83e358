/**
 * How the cells of a result hang together with the cells of the operands. Pure.
 *
 * A cell is a place in the flat order, the last axis fastest. A result's cell is a sum of terms, each a share times the
 * product of some cells (`kind` "sum"); or a function of the cells that its terms name. What reaches which cell of the
 * result is the same map read backwards, so that there is one description of each op.
 */

/**
 * @typedef {object} Use  an op at one node
 * @property {string} op
 * @property {import("../../lib/types.js").OpCells | null} cells  how they meet, as the op's entry says
 * @property {Record<string, any>} options
 * @property {number[][]} shapes  of the operands
 * @property {number[]} shape  of the result
 * @property {(number[] | null)[]} values  of the operands; null where they are elided
 * @property {number[] | null} value
 * @property {(number[] | null)[]} locals  by operand: d(result)/d(operand) in the result's shape, where that is elementwise
 *
 * @typedef {{arg: number, at: number}} Cell
 * @typedef {{out: number, share: number, cells: Cell[]}} Term  share × the product of the cells, for cell `out` of the result
 * @typedef {{out: number, slope: number, others: Cell[] | null, share: number}} Reach
 *   slope: d(out)/d(cell), NaN where that is not known; it is share × the product of the others where the op is a sum of products
 * @typedef {"sum" | "elementwise" | "max" | "min" | "first max" | "softmax" | "log_softmax" | "logsumexp" | "prod" | "var" | "std" | "norm" | "named"} Kind
 *   "named": by the op's name alone
 * @typedef {{kind: Kind, terms: (out: number) => Term[], reach: (cell: Cell) => Reach[]}} Wiring
 *
 * @typedef {{size: number, offset: number, loops: [number, number][]}} Axis  its index is the offset plus loops by their strides
 * @typedef {{share: number, sizes: number[], operands: {arg: number, axes: Axis[]}[]}} Nest
 *   loops as of the program that computes the op, the result's axes first
 */
/** @typedef {(use: Use, cells: import("../../lib/types.js").OpCells, rank: number) => Wiring | null} Make  rank: of the first operand */

/** A cell that is not in the array: the zeros around it. */
const OUTSIDE = -1;

/** @param {number[]} shape */
export function sizeOf(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

/** @param {number} loop @param {number} size @returns {Axis} */
export const by = (loop, size) => ({ size, offset: 0, loops: [[loop, 1]] });

/**
 * An operand's axes as broadcasting has them: the last with the last, and one of size 1 stays where it is.
 * @param {number[]} shape
 * @param {number[]} result
 * @returns {Axis[]}
 */
export function aligned(shape, result) {
  return shape.map((size, i) => {
    const loop = result.length - shape.length + i;
    return size === 1 && result[loop] !== 1 ? { size, offset: 0, loops: [] } : by(loop, size);
  });
}

/** @param {number} at @param {number[]} shape @returns {number[]} */
export function unravel(at, shape) {
  const index = new Array(shape.length);
  for (let i = shape.length - 1, rest = at; i >= 0; i -= 1) {
    index[i] = rest % shape[i];
    rest = Math.floor(rest / shape[i]);
  }
  return index;
}

/** @param {number[]} index @param {number[]} shape */
export function ravel(index, shape) {
  return index.reduce((at, one, i) => at * shape[i] + one, 0);
}

/**
 * @param {Use} use
 * @param {Kind} kind
 * @param {Nest[]} nests
 * @returns {Wiring}
 */
export function nested(use, kind, nests) {
  const rank = use.shape.length;
  const isInside = (/** @type {Term} */ { cells }) => cells.every(({ at }) => at !== OUTSIDE);
  const all = (/** @type {number} */ out) => {
    const fixed = unravel(out, use.shape);
    return nests.flatMap((nest) => run(nest, rank, fixed));
  };
  return {
    kind,
    terms: (out) => all(out).filter(isInside),
    reach(cell) {
      /** @type {Reach[]} */
      const found = [];
      for (const nest of nests) {
        for (const [place, { arg, axes }] of nest.operands.entries()) {
          const fixed = arg === cell.arg ? solve(axes, unravel(cell.at, use.shapes[arg])) : null;
          if (!fixed) continue;
          for (const term of run(nest, rank, fixed, { axes, at: cell.at })) {
            if (!isInside(term)) continue;
            const others = term.cells.filter((_, i) => i !== place);
            const slope = kind === "sum" ? others.reduce((product, other) => product * valueAt(use, other), term.share) : slopeOf(use, kind, cell, term.out, all);
            found.push({ out: term.out, share: term.share, slope, others: kind === "sum" ? others : null });
          }
        }
      }
      return found;
    },
  };
}

/** @param {Use} use @param {Cell} cell */
export function valueAt({ values }, { arg, at }) {
  return values[arg]?.[at] ?? NaN;
}

/**
 * The loops that a place in an operand settles; null where it is out of their reach.
 * @param {Axis[]} axes
 * @param {number[]} index
 * @returns {(number | undefined)[] | null}
 */
function solve(axes, index) {
  /** @type {(number | undefined)[]} */
  const fixed = [];
  for (const [i, { loops, offset }] of axes.entries()) {
    if (loops.length !== 1) continue;
    const [[loop, stride]] = loops;
    const at = (index[i] - offset) / stride;
    if (!Number.isInteger(at) || (fixed[loop] ?? at) !== at) return null;
    fixed[loop] = at;
  }
  return fixed;
}

/**
 * All turns of a nest's loops, but for those that are settled.
 * @param {Nest} nest
 * @param {number} rank  of the result
 * @param {(number | undefined)[]} fixed
 * @param {{axes: Axis[], at: number}} [through]  only the turns that come by this cell of an operand
 * @returns {Term[]}
 */
function run({ share, sizes, operands }, rank, fixed, through) {
  const at = sizes.map((_, loop) => fixed[loop] ?? 0);
  const free = sizes.flatMap((_, loop) => (fixed[loop] === undefined ? [loop] : []));
  const count = free.reduce((turns, loop) => turns * sizes[loop], 1);
  /** @type {Term[]} */
  const terms = [];
  for (let turn = 0; turn < count; turn += 1) {
    if (!through || flatAt(through.axes, at) === through.at) {
      let out = 0;
      for (let loop = 0; loop < rank; loop += 1) out = out * sizes[loop] + at[loop];
      terms.push({ out, share, cells: operands.map(({ arg, axes }) => ({ arg, at: flatAt(axes, at) })) });
    }
    for (let i = free.length - 1; i >= 0; i -= 1) {
      at[free[i]] += 1;
      if (at[free[i]] < sizes[free[i]]) break;
      at[free[i]] = 0;
    }
  }
  return terms;
}

/** @param {Axis[]} axes @param {number[]} loops  where each is */
function flatAt(axes, loops) {
  let flat = 0;
  for (const { size, offset, loops: strides } of axes) {
    let index = offset;
    for (const [loop, stride] of strides) index += stride * loops[loop];
    if (index < 0 || index >= size) return OUTSIDE;
    flat = flat * size + index;
  }
  return flat;
}

/**
 * d(out)/d(cell) where the op is no sum of products; NaN where its name alone is known.
 * @param {Use} use
 * @param {Exclude<Kind, "sum">} kind
 * @param {Cell} cell
 * @param {number} out
 * @param {(out: number) => Term[]} termsOf  those outside the array, which count as zero, included
 * @returns {number}
 */
function slopeOf(use, kind, cell, out, termsOf) {
  const x = valueAt(use, cell);
  const z = use.value?.[out] ?? NaN;
  const at = use.value?.[cell.at] ?? NaN;
  const same = Number(out === cell.at);
  if (kind === "named") return NaN;
  if (kind === "elementwise") return use.locals[cell.arg]?.[out] ?? 0;
  if (kind === "softmax") return z * (same - at);
  if (kind === "log_softmax") return same - Math.exp(at);
  if (kind === "logsumexp") return Math.exp(x - z);
  const cells = termsOf(out).map((term) => term.cells[0]);
  const all = cells.map((one) => (one.at === OUTSIDE ? 0 : valueAt(use, one)));
  if (kind === "prod") return cells.reduce((product, one, i) => (one.at === cell.at ? product : product * all[i]), 1);
  if (kind === "first max") return Number(cells[all.indexOf(Math.max(...all))].at === cell.at);
  if (kind === "max" || kind === "min") return x === z ? 1 / all.filter((one) => one === z).length : 0;
  if (kind === "norm") return z === 0 ? 0 : x / z;
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
  const n = all.length - (use.options.ddof ?? 0);
  if (kind === "var") return (2 * (x - mean)) / n;
  return z === 0 ? 0 : (x - mean) / (z * n);
}
