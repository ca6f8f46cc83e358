/**
 * How high everything stands: near its neighbours, while all keep apart. Pure.
 *
 * Rounds of: everything moves half way to the mean of its neighbours; then what is too close is pushed apart, each pair
 * by the least that does it, until the pushes agree (Hildreth's method).
 */

import { ROW_GAP, spreadOut } from "./order.js";

/** @typedef {import("./columns.js").Item} Item */
/** @typedef {import("./columns.js").Layers} Layers */
/** @typedef {{upper: number, lower: number, gap: number}} Constraint */

const BEND_GAP = 14;
const GROUP_GAP = 16;
export const FRAME_MARGIN = 12;
export const FRAME_LABEL = 20;
export const NESTED_MARGIN = 8;
const ROUNDS = 120;
const PASSES = 6;
/** Steps of the search. */
const MOST_WORK = 300_000;
/** What nothing draws. */
const LIGHTEST = 0.5;

/** By item. @param {Layers} layers @param {number[][]} columns */
export function heights({ items, segments }, columns) {
  const { bounds, constraints } = apart(items, columns);
  let y = [...spreadOut(items, columns), ...new Array(bounds).fill(0)];
  const weights = new Float64Array(y.length);
  for (const { source, target, pull } of segments) {
    weights[source] += pull;
    weights[target] += pull;
  }
  const lightness = weights.map((weight) => 1 / (weight || LIGHTEST));
  const pushed = new Float64Array(constraints.length);
  const work = PASSES * constraints.length + 2 * segments.length;
  const rounds = Math.min(ROUNDS, Math.floor(MOST_WORK / Math.max(work, 1)));
  for (let round = 0; round < rounds; round += 1) {
    const drawn = new Float64Array(y.length);
    for (const { source, target, port, pull } of segments) {
      drawn[source] += (y[target] + port) * pull;
      drawn[target] += (y[source] - port) * pull;
    }
    y = y.map((at, id) => (weights[id] ? (at + drawn[id] / weights[id]) / 2 : at));
    pushApart(y, lightness, constraints, pushed);
  }
  settle(y, constraints);
  return y.slice(0, items.length);
}

/** What keeps things apart, and how many bounds of groups there are beside the items. @param {Item[]} items @param {number[][]} columns @returns {{bounds: number, constraints: Constraint[]}} */
function apart(items, columns) {
  /** @type {Map<string, number>} */
  const bounds = new Map();
  const bound = (/** @type {number} */ group, /** @type {"top" | "bottom"} */ side) => {
    const key = `${group} ${side}`;
    if (!bounds.has(key)) bounds.set(key, items.length + bounds.size);
    return /** @type {number} */ (bounds.get(key));
  };
  /** @type {Map<string, Constraint>} */
  const found = new Map();
  /** A pair that comes again keeps its place, with the newest gap. @param {number} upper @param {number} lower @param {number} gap */
  const keep = (upper, lower, gap) => found.set(`${upper} ${lower}`, { upper, lower, gap });
  for (const column of columns) {
    // What is above, half of its height, and the groups that are open.
    let [last, below] = [-1, 0];
    /** @type {number[]} */
    let path = [];
    for (const id of [...column, -1]) {
      const item = id >= 0 ? items[id] : null;
      const inside = item?.path ?? [];
      const differing = path.findIndex((group, i) => group !== inside[i]);
      const shared = differing < 0 ? path.length : differing;
      for (let i = path.length - 1; i >= shared; i -= 1) {
        const end = bound(path[i], "bottom");
        keep(last, end, below + (last < items.length ? FRAME_MARGIN : NESTED_MARGIN));
        [last, below] = [end, 0];
      }
      for (let i = shared; i < inside.length; i += 1) {
        const start = bound(inside[i], "top");
        if (last >= 0) {
          const isNested = i > 0 && last === bound(inside[i - 1], "top");
          keep(last, start, below + (isNested ? NESTED_MARGIN + FRAME_LABEL : GROUP_GAP));
        }
        [last, below] = [start, 0];
      }
      if (!item) continue;
      let gap = 0;
      if (last >= items.length) gap = item.path.length && last === bound(item.path[item.path.length - 1], "top") ? FRAME_MARGIN + FRAME_LABEL : GROUP_GAP;
      else if (last >= 0) gap = item.h && items[last].h ? ROW_GAP : BEND_GAP;
      if (last >= 0) keep(last, id, below + gap + item.h / 2);
      [last, below, path] = [id, item.h / 2, item.path];
    }
  }
  return { bounds: bounds.size, constraints: [...found.values()] };
}

/** Move heights to the nearest ones with everything apart; what is light moves more. @param {number[]} y @param {Float64Array} lightness @param {Constraint[]} constraints @param {Float64Array} pushed  by constraint, the push of the round before, with which it begins */
function pushApart(y, lightness, constraints, pushed) {
  const move = (/** @type {number} */ i, /** @type {number} */ push) => {
    const { upper, lower } = constraints[i];
    y[upper] -= push * lightness[upper];
    y[lower] += push * lightness[lower];
  };
  for (let i = 0; i < pushed.length; i += 1) if (pushed[i]) move(i, pushed[i]);
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (let i = 0; i < constraints.length; i += 1) {
      const { upper, lower, gap } = constraints[i];
      const push = Math.max((gap - y[lower] + y[upper]) / (lightness[upper] + lightness[lower]), -pushed[i]);
      if (!push) continue;
      pushed[i] += push;
      move(i, push);
    }
  }
}

/** Push down what is still too close. @param {number[]} y @param {Constraint[]} constraints */
function settle(y, constraints) {
  for (let round = 0, isApart = false; round < y.length && !isApart; round += 1) {
    isApart = true;
    for (const { upper, lower, gap } of constraints) {
      if (y[lower] - y[upper] >= gap - 1e-9) continue;
      y[lower] = y[upper] + gap;
      isApart = false;
    }
  }
}
