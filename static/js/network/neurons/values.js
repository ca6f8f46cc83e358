/** The numbers of neurons, maps and weights, as they stand in the trace's arrays. Pure. */

import { flatten, scalar } from "../../lib/numbers.js";

/** @typedef {import("../../lib/types.js").Wire} Wire */

/**
 * What stands in a column for one sample.
 * @param {number[]} shape
 * @param {number | null} batch
 * @returns {{count: number, map: [number, number] | null}}
 */
export function unitsIn(shape, batch) {
  const rest = isBatched(shape, batch) ? shape.slice(1) : shape;
  if (rest.includes(0) || rest.length > 3) return { count: 0, map: null };
  if (rest.length < 2 || (rest.length === 2 && rest[0] === 1)) return { count: rest.at(-1) ?? 1, map: null };
  const [columns, rows, maps = 1] = rest.toReversed();
  return { count: maps, map: [rows, columns] };
}

/** @param {number[]} shape @param {number | null} batch */
export function isBatched(shape, batch) {
  return batch !== null && shape[0] === batch;
}

/**
 * What each neuron, or map, holds for one sample; null where the service left the numbers out.
 * @param {Wire} value
 * @param {number[]} shape
 * @param {{batch: number | null, sample: number | null}} which  sample null: the batch's mean
 * @returns {number[][] | null}
 */
export function unitValues(value, shape, { batch, sample }) {
  if (value === null) return null;
  const { count } = unitsIn(shape, batch);
  const all = flatten(value);
  const size = isBatched(shape, batch) ? all.length / (batch ?? 1) : all.length;
  const row = !isBatched(shape, batch) ? all : sample === null
    ? Array.from({ length: size }, (_, i) => meanOf(all, i, size)) : all.slice(sample * size, (sample + 1) * size);
  const each = size / Math.max(count, 1);
  return Array.from({ length: Math.max(count, 1) }, (_, i) => row.slice(i * each, (i + 1) * each));
}

/** @param {number[]} all @param {number} at @param {number} size */
function meanOf(all, at, size) {
  let sum = 0;
  for (let i = at; i < all.length; i += size) sum += all[i];
  return (sum * size) / all.length;
}

/**
 * The weights between some neurons of two columns.
 * @param {Wire} weights
 * @param {boolean} turned  out × in, as a kernel's too
 * @param {number | null} from  null: all of them
 * @param {number | null} to
 * @returns {number[]}
 */
export function weightsBetween(weights, turned, from, to) {
  if (!Array.isArray(weights)) return [];
  const [row, column] = turned ? [to, from] : [from, to];
  const rows = row === null ? weights : [weights[row]];
  return rows.flatMap((one) => (column === null ? flatten(one) : Array.isArray(one) ? flatten(one[column]) : []));
}

/** The mean size of numbers. @param {number[]} numbers */
export function meanSize(numbers) {
  return numbers.reduce((sum, one) => sum + Math.abs(one), 0) / numbers.length;
}

/** The same of numbers that were left out: the root of their mean square. @param {import("../../lib/types.js").Figures | undefined} figures @param {number[]} shape */
export function rootMeanSquare(figures, shape) {
  return figures ? scalar(figures.norm) / Math.sqrt(shape.reduce((a, b) => a * b, 1)) : NaN;
}

/**
 * The largest magnitude among what is drawn as values: weights, biases and neurons.
 * @param {import("../../lib/types.js").Trace} trace
 * @param {import("./model.js").Network} network
 */
export function largestValue({ nodes }, { columns }) {
  const drawn = columns.flatMap(({ stages, weights, bias }) => [...stages.map((stage) => stage[stage.length - 1]), weights?.node, bias?.node]);
  let largest = 0;
  for (const id of drawn) {
    if (id === undefined) continue;
    const { value, summary } = nodes[id];
    const sizes = value === null ? [summary?.value?.min ?? 0, summary?.value?.max ?? 0].map(scalar) : flatten(value);
    for (const one of sizes) if (Number.isFinite(one) && Math.abs(one) > largest) largest = Math.abs(one);
  }
  return largest;
}
