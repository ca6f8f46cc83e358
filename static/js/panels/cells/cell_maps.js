/** Which cells of its operands the cells of a result are made from: one entry a form, which ops name. Pure. */

import { MOVES, axesOf } from "./moved_cells.js";
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
  const { cells, options, shapes } = use;
  if (cells) {
    const isTold = Object.entries(cells.only).every(([name, value]) => options[name] === value);
    return isTold ? FORMS.get(cells.form)?.(use, cells, shapes[0]?.length ?? 0) ?? null : null;
  }
  const isElementwise = use.locals.some((local) => local !== null) && shapes.every((shape) => stretches(shape, use.shape));
  return isElementwise ? together(use, "elementwise") : null;
}

/** Whether the cells are worth a walk: of products of vectors, matrices and images. @param {Use} use */
export function isWalked({ cells }) {
  return cells !== null && ["product", "einsum", "convolution"].includes(cells.form);
}

/** @param {number[]} shape @param {number[]} result */
function stretches(shape, result) {
  return shape.length <= result.length && shape.every((size, i) => size === 1 || size === result[result.length - shape.length + i]);
}

/** @type {Make} */
const weighted = (use, { shares }) => nested(use, "sum", use.shapes.map((shape, arg) => ({ share: shares[arg], sizes: use.shape, operands: [{ arg, axes: aligned(shape, use.shape) }] })));

/** What is made of `count` cells, and the share of each; by the op's name where it is none of the known kinds. @param {string} how @param {number} count @returns {{kind: Kind, share: number}} */
function madeOf(how, count) {
  return how === "mean" ? { kind: "sum", share: 1 / count } : { kind: /** @type {Kind} */ (how || "named"), share: 1 };
}

/** @type {Make} */
function reduction(use, { how }, rank) {
  const axes = axesOf(use.options.axis, rank);
  const kept = use.options.keepdims;
  const shape = use.shapes[0];
  const reduced = [...axes];
  const left = shape.map((_, i) => i).filter((i) => !axes.has(i));
  const turns = reduced.map((i) => shape[i]);
  const operand = shape.map((size, i) => by(axes.has(i) ? use.shape.length + reduced.indexOf(i) : kept ? i : left.indexOf(i), size));
  const { kind, share } = madeOf(how, sizeOf(turns));
  return nested(use, kind, [{ share, sizes: [...use.shape, ...turns], operands: [{ arg: 0, axes: operand }] }]);
}

/** Every cell of a row is made from the whole row. @type {Make} */
function rowwise(use, { how }, rank) {
  const axes = [...axesOf(use.options.axis, rank)];
  const operand = use.shape.map((size, i) => by(axes.includes(i) ? rank + axes.indexOf(i) : i, size));
  return nested(use, madeOf(how, 1).kind, [{ share: 1, sizes: [...use.shape, ...axes.map((i) => use.shape[i])], operands: [{ arg: 0, axes: operand }] }]);
}

/** x @ y, and what is added. @type {Make} */
function product(use, { how, inputs: [x, y, added] }) {
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
  const yAxes = [...aligned(right.slice(0, -2), batch), ...(how === "transposed" ? last.reverse() : last)];
  /** @type {Nest[]} */
  const nests = [{ share: 1, sizes: [...shape, k.size], operands: [{ arg: x, axes: xAxes }, { arg: y, axes: yAxes }] }];
  if (use.shapes[added]) nests.push({ share: 1, sizes: shape, operands: [{ arg: added, axes: aligned(use.shapes[added], shape) }] });
  return nested(use, "sum", nests);
}

/** One cell of each operand, as broadcasting has it. @param {Use} use @param {Kind} [kind] */
function together(use, kind = "sum") {
  return nested(use, kind, [{ share: 1, sizes: use.shape, operands: use.shapes.map((shape, arg) => ({ arg, axes: aligned(shape, use.shape) })) }]);
}

/** Windows of an image: filters over them, or each by itself. @type {Make} */
function windows(use, { form, how }) {
  const [image, filters] = use.shapes;
  const isFiltered = form === "convolution";
  const size = isFiltered ? filters.slice(2) : use.options.size;
  const [stride, padding] = [use.options.stride, use.options.padding].map((one) => [one].flat());
  const axes = size.length;
  const first = use.shape.length; // loops: N, K, windows…, then C where there are filters, then places in the window…
  const inWindow = first + Number(isFiltered);
  /** @type {Axis[]} */
  const across = size.map((/** @type {number} */ _, /** @type {number} */ i) => ({ size: image[2 + i], offset: -padding[i], loops: [[2 + i, stride[i]], [inWindow + i, 1]] }));
  const operands = [{ arg: 0, axes: [by(0, image[0]), by(isFiltered ? first : 1, image[1]), ...across] }];
  if (isFiltered) operands.push({ arg: 1, axes: [by(1, filters[0]), by(first, filters[1]), ...filters.slice(2).map((r, i) => by(inWindow + i, r))] });
  if (use.shape.length !== 2 + axes) return null;
  const { kind, share } = madeOf(isFiltered ? "sum" : how, sizeOf(size));
  return nested(use, kind, [{ share, sizes: [...use.shape, ...(isFiltered ? [image[1]] : []), ...size], operands }]);
}

/** The sum of a diagonal. @type {Make} */
function trace(use) {
  return nested(use, "sum", [{ share: 1, sizes: [Math.min(...use.shapes[0])], operands: [{ arg: 0, axes: use.shapes[0].map((size) => by(0, size)) }] }]);
}

/** @type {Make} */
function einsum(use, { subscripts }) {
  const [left, written] = (subscripts || use.options.subscripts).replaceAll(" ", "").split("->");
  const terms = /** @type {string[]} */ (left.split(","));
  if (left.includes(".") || terms.some((term, arg) => term.length !== use.shapes[arg].length)) return null;
  const letters = [...left.replaceAll(",", "")];
  const once = [...new Set(letters)].filter((one) => letters.indexOf(one) === letters.lastIndexOf(one)).sort();
  const out = [...(written ?? once.join(""))];
  if (new Set(out).size < out.length) return null; // a diagonal, with zeros beside it
  const loops = [...new Set([...out, ...letters])];
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const [arg, term] of terms.entries()) for (const [i, letter] of [...term].entries()) sizes.set(letter, Math.max(sizes.get(letter) ?? 1, use.shapes[arg][i]));
  const operands = terms.map((term, arg) => ({
    arg, axes: [...term].map((letter, i) => {
      const size = use.shapes[arg][i];
      return size === 1 && sizes.get(letter) !== 1 ? { size, offset: 0, loops: [] } : by(loops.indexOf(letter), size);
    }),
  }));
  return nested(use, "sum", [{ share: 1, sizes: loops.map((letter) => sizes.get(letter) ?? 1), operands }]);
}

/** By their names in engine/ops/cells.py. @type {Map<string, Make>} */
const FORMS = new Map(/** @type {[string, Make][]} */ ([
  ["weighted", weighted], ["multiplied", (use) => together(use)], ["product", product], ["einsum", einsum], ["convolution", windows], ["pooling", windows],
  ["reduction", reduction], ["rowwise", rowwise], ["trace", trace], ...MOVES,
]));
