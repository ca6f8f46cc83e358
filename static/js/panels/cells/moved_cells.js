/** Forms that only lay elements out anew: each cell of the result is one cell of an operand, or nothing. Pure. */

import { ravel, sizeOf, unravel } from "./cell_links.js";

/** @typedef {import("./cell_links.js").Use} Use */
/** @typedef {import("./cell_links.js").Cell} Cell */
/** @typedef {import("./cell_links.js").Reach} Reach */
/** @typedef {import("./cell_links.js").Wiring} Wiring */
/** @typedef {import("./cell_links.js").Make} Make */

/**
 * @param {(use: Use, rank: number, how: string) => (index: number[]) => {arg: number, index: number[]} | null} where  by place in the result
 * @param {(use: Use) => number} [otherwise]  what stands where there is none of them
 * @returns {Make}
 */
const moved = (where, otherwise) => (use, cells, rank) => {
  const find = where(use, rank, cells.how);
  return tabled(use, (at) => {
    const found = find(unravel(at, use.shape));
    return found && { arg: found.arg, at: ravel(found.index, use.shapes[found.arg]) };
  }, otherwise?.(use));
};

/** The elements in their order, in another shape. @type {Make} */
const reshaped = (use) => tabled(use, (at) => ({ arg: 0, at }));

/** @type {[string, Make][]} */
export const MOVES = [
  ["reshaped", reshaped],
  ["permuted", moved(({ options }, rank, how) => {
    if (how === "axes") return permuted(options.axes ?? Array.from({ length: rank }, (_, i) => rank - 1 - i));
    const order = Array.from({ length: rank }, (_, i) => i);
    if (how === "exchanged") {
      const [a, b] = [fromEnd(options.axis1, rank), fromEnd(options.axis2, rank)];
      [order[a], order[b]] = [b, a];
      return permuted(order);
    }
    const [source] = order.splice(fromEnd(options.source, rank), 1);
    order.splice(fromEnd(options.destination, rank), 0, source);
    return permuted(order);
  })],
  ["flipped", moved(({ options, shape }, rank) => {
    const axes = axesOf(options.axis, rank);
    return (index) => ({ arg: 0, index: index.map((at, i) => (axes.has(i) ? shape[i] - 1 - at : at)) });
  })],
  ["stacked", moved(({ options }, rank) => (index) => {
    const axis = fromEnd(options.axis, rank + 1);
    return { arg: index[axis], index: index.filter((_, i) => i !== axis) };
  })],
  ["joined", moved(({ options, shapes }, rank) => (index) => {
    const axis = fromEnd(options.axis, rank);
    let arg = 0;
    let at = index[axis];
    while (at >= shapes[arg][axis]) at -= shapes[arg++][axis];
    return { arg, index: index.with(axis, at) };
  })],
  ["padded", moved(({ options, shapes: [shape] }) => (index) => {
    const inner = index.map((at, i) => at - options.width[i][0]);
    return inner.every((at, i) => at >= 0 && at < shape[i]) ? { arg: 0, index: inner } : null;
  }, ({ options }) => options.value)],
  ["triangle", moved((_, rank, how) => (index) => {
    const below = index[rank - 2] - index[rank - 1];
    return (how === "lower" ? below >= 0 : below <= 0) ? { arg: 0, index } : null;
  })],
  ["diagonal", moved((_, rank) => (index) => (rank === 2 ? { arg: 0, index: [index[0], index[0]] } : index[0] === index[1] ? { arg: 0, index: [index[0]] } : null))],
  ["tiled", moved(({ shapes: [shape] }, rank) => (index) => ({ arg: 0, index: index.slice(index.length - rank).map((at, i) => at % shape[i]) }))],
  ["repeated", (use, cells, rank) => {
    const { axis, repeats } = use.options;
    if (axis === null) return tabled(use, (at) => ({ arg: 0, at: Math.floor(at / repeats) }));
    return moved(() => (index) => ({ arg: 0, index: index.with(axis, Math.floor(index[axis] / repeats)) }))(use, cells, rank);
  }],
  ["split", moved(({ options, shape }) => ([section, ...index]) => ({ arg: 0, index: index.with(options.axis, index[options.axis] + section * shape[options.axis + 1]) }))],
  ["chosen", (use, cells, rank) => {
    const key = keyed(use.options.key, use.shapes[0]);
    return key && moved(() => (index) => ({ arg: 0, index: key.find(index) }))(use, cells, rank);
  }],
  ["written", (use) => {
    const [shape, given] = use.shapes;
    const key = keyed(use.options.key, shape);
    if (!key) return null;
    /** @type {Map<number, Cell>} */
    const writtenTo = new Map();
    for (let i = 0; i < sizeOf(key.shape); i += 1) {
      const index = unravel(i, key.shape);
      const from = given.map((size, axis) => (size === 1 ? 0 : index[axis + index.length - given.length]));
      writtenTo.set(ravel(key.find(index), shape), { arg: 1, at: ravel(from, given) });
    }
    return tabled(use, (at) => writtenTo.get(at) ?? { arg: 0, at });
  }],
];

/** @param {number} axis @param {number} rank */
function fromEnd(axis, rank) {
  return axis < 0 ? axis + rank : axis;
}

/** @param {number | number[] | null} axis @param {number} rank @returns {Set<number>} */
export function axesOf(axis, rank) {
  const given = axis === null || axis === undefined ? Array.from({ length: rank }, (_, i) => i) : [axis].flat();
  return new Set(given.map((one) => fromEnd(one, rank)));
}

/** @param {number[]} order  NumPy's axes of transpose @returns {(index: number[]) => {arg: number, index: number[]}} */
function permuted(order) {
  return (index) => {
    const from = index.slice();
    for (const [i, axis] of order.entries()) from[fromEnd(axis, order.length)] = index[i];
    return { arg: 0, index: from };
  };
}

/**
 * NumPy's indexing: the result's shape, and by place in the result the place in the array.
 * @param {any[]} key  numbers, slices, lists of numbers, null for a new axis, "..."
 * @param {number[]} shape
 * @returns {{shape: number[], find: (index: number[]) => number[]} | null}  null for lists of lists
 */
function keyed(key, shape) {
  const whole = { start: null, stop: null, step: null };
  const used = key.filter((one) => one !== null && one !== "...").length;
  const rest = Array.from({ length: shape.length - used }, () => whole);
  const items = key.includes("...") ? key.flatMap((one) => (one === "..." ? rest : [one])) : [...key, ...rest];
  const lists = items.filter(Array.isArray);
  if (lists.some((list) => list.some(Array.isArray))) return null;
  const isListed = (/** @type {any} */ one) => Array.isArray(one) || (lists.length > 0 && typeof one === "number");
  const places = items.flatMap((one, i) => (isListed(one) ? [i] : []));
  const longest = Math.max(...lists.map((list) => list.length));
  const isTogether = places.every((place, i) => place === places[0] + i);
  const find = (/** @type {number[]} */ index) => {
    const pending = [...index];
    // Lists go along one axis of the result: where the first stands, or in front where something is between them.
    const listed = lists.length && !isTogether ? pending.shift() : undefined;
    let along = listed;
    let axis = 0;
    /** @type {number[]} */
    const found = [];
    for (const one of items) {
      if (one === null) {
        pending.shift();
        continue;
      }
      const size = shape[axis++];
      if (isListed(one)) {
        along ??= pending.shift();
        const list = [one].flat();
        found.push(fromEnd(list.length === 1 ? list[0] : list[along ?? 0], size));
      } else if (typeof one === "number") found.push(fromEnd(one, size));
      else {
        const { first, step } = sliced(one, size);
        found.push(first + step * (pending.shift() ?? 0));
      }
    }
    return found;
  };
  /** @type {number[]} */
  const sizes = lists.length && !isTogether ? [longest] : [];
  let axis = 0;
  for (const [i, one] of items.entries()) {
    if (one === null) sizes.push(1);
    else if (isTogether && i === places[0]) sizes.push(longest);
    else if (!isListed(one) && typeof one !== "number") sizes.push(sliced(one, shape[axis]).count);
    if (one !== null) axis += 1;
  }
  return { shape: sizes, find };
}

/** @param {{start: number | null, stop: number | null, step: number | null}} slice @param {number} size  of its axis */
function sliced({ start, stop, step: by }, size) {
  const step = by ?? 1;
  const [least, most] = step < 0 ? [-1, size - 1] : [0, size];
  const bound = (/** @type {number} */ at) => Math.min(Math.max(fromEnd(at, size), least), most);
  const first = start === null ? (step < 0 ? most : least) : bound(start);
  const last = stop === null ? (step < 0 ? least : most) : bound(stop);
  return { first, step, count: Math.max(Math.ceil((last - first) / step), 0) };
}

/**
 * Every cell of the result is one cell of an operand, or nothing.
 * @param {Use} use
 * @param {(out: number) => Cell | null} source
 * @param {number} [otherwise]
 * @returns {Wiring}
 */
function tabled(use, source, otherwise = 0) {
  return {
    kind: "sum",
    terms(out) {
      const cell = source(out);
      if (cell) return [{ out, share: 1, cells: [cell] }];
      return otherwise ? [{ out, share: otherwise, cells: [] }] : [];
    },
    reach({ arg, at }) {
      /** @type {Reach[]} */
      const found = [];
      for (let out = 0; out < sizeOf(use.shape); out += 1) {
        const cell = source(out);
        if (cell?.arg === arg && cell.at === at) found.push({ out, slope: 1, others: [], share: 1 });
      }
      return found;
    },
  };
}
