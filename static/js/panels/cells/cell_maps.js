/** Which cells of its operands each op's cells are made from: one entry an op. Pure. */

import { MOVES, axesOf, reshaped } from "./moved_cells.js";
import { aligned, by, nested, sizeOf } from "./cell_links.js";

/** @typedef {import("./cell_links.js").Use} Use */
/** @typedef {import("./cell_links.js").Kind} Kind */
/** @typedef {import("./cell_links.js").Wiring} Wiring */
/** @typedef {import("./cell_links.js").Axis} Axis */
/** @typedef {import("./cell_links.js").Nest} Nest */
/** @typedef {import("./cell_links.js").Make} Make */

/**
 * @param {Use} use
 * @returns {Wiring | null}  null where the op's cells are not told one by one
 */
export function wiringOf(use) {
  const make = OPS.get(use.op);
  const rank = use.shapes[0]?.length ?? 0;
  if (make) return make(use, rank);
  const isElementwise = use.locals.some((local) => local !== null) && use.shapes.every((shape) => stretches(shape, use.shape));
  return isElementwise ? together(use, "elementwise") : null;
}

/** Products of vectors, matrices and images, whose cells are worth a walk. */
export const PRODUCTS = new Set(["matmul", "dot", "outer", "affine", "linear", "addmm", "inner", "vecdot", "einsum", "conv1d", "conv2d"]);

/** @param {number[]} shape @param {number[]} result */
function stretches(shape, result) {
  return shape.length <= result.length && shape.every((size, i) => size === 1 || size === result[result.length - shape.length + i]);
}

/** @param {number[]} shares  by operand @returns {Make} */
const weighted = (shares) => (use) => nested(use, "sum", use.shapes.map((shape, arg) => ({ share: shares[arg], sizes: use.shape, operands: [{ arg, axes: aligned(shape, use.shape) }] })));

/** @param {Kind} kind @returns {Make} */
const reduction = (kind) => (use, rank) => {
  const axes = axesOf(use.options.axis, rank);
  const kept = use.options.keepdims;
  const shape = use.shapes[0];
  const reduced = [...axes];
  const left = shape.map((_, i) => i).filter((i) => !axes.has(i));
  const sizes = [...use.shape, ...reduced.map((i) => shape[i])];
  const operand = shape.map((size, i) => by(axes.has(i) ? use.shape.length + reduced.indexOf(i) : kept ? i : left.indexOf(i), size));
  return nested(use, kind, [{ share: 1, sizes, operands: [{ arg: 0, axes: operand }] }]);
};

/** Every cell of a row is made from the whole row. @param {Kind} kind @returns {Make} */
const rowwise = (kind) => (use, rank) => {
  const axes = [...axesOf(use.options.axis, rank)];
  const operand = use.shape.map((size, i) => by(axes.includes(i) ? rank + axes.indexOf(i) : i, size));
  return nested(use, kind, [{ share: 1, sizes: [...use.shape, ...axes.map((i) => use.shape[i])], operands: [{ arg: 0, axes: operand }] }]);
};

/** x @ y, and what is added. @param {Use} use @param {number} x @param {number} y @param {number | null} added @param {boolean} [transposed]  y is (out, in) */
function product(use, x, y, added, transposed = false) {
  const [left, right] = [use.shapes[x], use.shapes[y]];
  if (!left.length || !right.length) return together(use);
  const { shape } = use;
  const inner = shape.length;
  const columns = right.length > 1 ? inner - 1 : -1;
  const rows = left.length > 1 ? inner - 1 - Number(columns >= 0) : -1;
  const batch = shape.slice(0, inner - Number(rows >= 0) - Number(columns >= 0));
  const k = by(inner, left[left.length - 1]);
  const xAxes = left.length > 1 ? [...aligned(left.slice(0, -2), batch), by(rows, left[left.length - 2]), k] : [k];
  const last = right.length > 1 ? [k, by(columns, shape[columns])] : [k];
  const yAxes = [...aligned(right.slice(0, -2), batch), ...(transposed ? last.reverse() : last)];
  /** @type {Nest[]} */
  const nests = [{ share: 1, sizes: [...shape, k.size], operands: [{ arg: x, axes: xAxes }, { arg: y, axes: yAxes }] }];
  if (added !== null && use.shapes[added]) nests.push({ share: 1, sizes: shape, operands: [{ arg: added, axes: aligned(use.shapes[added], shape) }] });
  return nested(use, "sum", nests);
}

/** One cell of each operand, as broadcasting has it. @param {Use} use @param {Kind} [kind] */
function together(use, kind = "sum") {
  return nested(use, kind, [{ share: 1, sizes: use.shape, operands: use.shapes.map((shape, arg) => ({ arg, axes: aligned(shape, use.shape) })) }]);
}

/** Windows of an image: filters over them, or each by itself. @param {Use} use @param {number[]} size @param {number[]} stride @param {number[]} padding @param {boolean} isFiltered @param {Kind} kind @param {number} share */
function windows(use, size, stride, padding, isFiltered, kind, share) {
  const [image, filters] = use.shapes;
  const axes = size.length;
  const first = use.shape.length; // loops: N, K, windows…, then C where there are filters, then places in the window…
  const inWindow = first + Number(isFiltered);
  /** @type {Axis[]} */
  const across = size.map((_, i) => ({ size: image[2 + i], offset: -padding[i], loops: [[2 + i, stride[i]], [inWindow + i, 1]] }));
  const operands = [{ arg: 0, axes: [by(0, image[0]), by(isFiltered ? first : 1, image[1]), ...across] }];
  if (isFiltered) operands.push({ arg: 1, axes: [by(1, filters[0]), by(first, filters[1]), ...size.map((r, i) => by(inWindow + i, r))] });
  if (use.shape.length !== 2 + axes) return null;
  return nested(use, kind, [{ share, sizes: [...use.shape, ...(isFiltered ? [image[1]] : []), ...size], operands }]);
}

/** @type {Map<string, Make>} */
const OPS = new Map(/** @type {[string, Make][]} */ ([
  ["identity", reshaped], ["broadcast_to", weighted([1])], ["add", weighted([1, 1])], ["sub", weighted([1, -1])], ["neg", weighted([-1])], ["mul", (use) => together(use)],
  ["matmul", (use) => product(use, 0, 1, null)], ["dot", (use) => product(use, 0, 1, null)], ["affine", (use) => product(use, 0, 1, 2)],
  ["linear", (use) => product(use, 0, 1, 2, true)], ["addmm", (use) => product(use, 1, 2, 0)],
  ["outer", (use) => nested(use, "sum", [{ share: 1, sizes: use.shape, operands: [0, 1].map((arg) => ({ arg, axes: [by(arg, use.shape[arg])] })) }])],
  ["inner", (use, rank) => (rank === 1 && use.shapes[1].length === 1 ? product(use, 0, 1, null) : null)],
  ["vecdot", (use, rank) => (rank === 1 && use.shapes[1].length === 1 ? product(use, 0, 1, null) : null)],
  ["einsum", einsum],
  ["conv2d", (use) => windows(use, use.shapes[1].slice(2), use.options.stride, use.options.padding, true, "sum", 1)],
  ["conv1d", (use) => windows(use, use.shapes[1].slice(2), [use.options.stride], [use.options.padding], true, "sum", 1)],
  ["max_pool2d", (use) => windows(use, use.options.size, use.options.stride, use.options.padding, false, "first max", 1)],
  ["avg_pool2d", (use) => windows(use, use.options.size, use.options.stride, use.options.padding, false, "sum", 1 / sizeOf(use.options.size))],
  ["sum", reduction("sum")], ["max", reduction("max")], ["min", reduction("min")], ["prod", reduction("prod")], ["logsumexp", reduction("logsumexp")],
  ["var", reduction("var")], ["std", reduction("std")],
  ["norm", (use, rank) => (use.options.ord === 2 ? reduction("norm")(use, rank) : null)],
  ["mean", (use, rank) => {
    const axes = axesOf(use.options.axis, rank);
    const count = sizeOf(use.shapes[0].filter((_, i) => axes.has(i)));
    return scaled(reduction("sum")(use, rank), 1 / count);
  }],
  ["softmax", rowwise("softmax")], ["log_softmax", rowwise("log_softmax")],
  ["trace", (use) => nested(use, "sum", [{ share: 1, sizes: [Math.min(...use.shapes[0])], operands: [{ arg: 0, axes: use.shapes[0].map((size) => by(0, size)) }] }])],
  ...MOVES,
]));

/** @type {Make} */
function einsum(use) {
  const [left, written] = use.options.subscripts.replaceAll(" ", "").split("->");
  if (left.includes(".")) return null;
  const terms = left.split(",");
  const letters = [...left.replaceAll(",", "")];
  const once = [...new Set(letters)].filter((one) => letters.indexOf(one) === letters.lastIndexOf(one)).sort();
  const out = [...(written ?? once.join(""))];
  if (new Set(out).size < out.length) return null; // a diagonal, with zeros beside it
  const loops = [...new Set([...out, ...letters])];
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const [arg, term] of terms.entries()) for (const [i, letter] of [...term].entries()) sizes.set(letter, Math.max(sizes.get(letter) ?? 1, use.shapes[arg][i]));
  const operands = terms.map((/** @type {string} */ term, /** @type {number} */ arg) => ({
    arg, axes: [...term].map((letter, i) => {
      const size = use.shapes[arg][i];
      return size === 1 && sizes.get(letter) !== 1 ? { size, offset: 0, loops: [] } : by(loops.indexOf(letter), size);
    }),
  }));
  return nested(use, "sum", [{ share: 1, sizes: loops.map((letter) => sizes.get(letter) ?? 1), operands }]);
}

/** @param {Wiring | null} wiring @param {number} share @returns {Wiring | null} */
function scaled(wiring, share) {
  return wiring && {
    ...wiring,
    terms: (out) => wiring.terms(out).map((term) => ({ ...term, share })),
    reach: (cell) => wiring.reach(cell).map((reach) => ({ ...reach, share, slope: share })),
  };
}
