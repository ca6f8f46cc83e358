/** Where a long layout is cut into rows, so that it is drawn as large as can be in its room. Pure. */

import { identities } from "../labels.js";
import { columnsOf, startsOf } from "./columns.js";
import { enough, followedScale, leastScale } from "./room.js";
import { ROW_GAP, STUB_GAP, STUB_ROOM } from "./rows.js";

/** @typedef {import("./columns.js").Columns} Columns */
/** @typedef {import("./geometry.js").Placed} Placed */
/** @typedef {import("./layout_plan.js").Plan} Plan */
/** @typedef {{w: number, h: number}} Size */
/** @typedef {{cuts: number[], scale: number}} Cuts  after which columns, and how large the picture then is */

/** What it costs to have one row more, in edges that are cut. */
const ONE_MORE_ROW = 0.5;
/** How many rows are tried: of many, not every number. */
const ROWS = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 17, 20, 24, 28, 34, 40, 48, 56];
/** Rows are worth their trouble where the picture becomes that much larger, or can be read then; smaller gains than the other are given for fewer cuts. */
const WORTH = 1.25;
const CLOSE = 0.9;
/** A cut stays where it was as long as the picture is no smaller than this share of what it could be, and than in one row that can be read. */
const KEPT = 0.8;
/** A graph that is read part by part has rows as wide as the room, unless they would be so many rooms high. */
const MOST_ROOMS = 6;

/**
 * @param {import("../../lib/types.js").Trace} trace
 * @param {{plan: Plan, placed: Placed}} line  the graph in one row
 * @param {import("./room.js").Room} room
 * @param {object} how
 * @param {number} how.stub  how wide a name at the end of a row is
 * @param {string[] | null} how.before  the nodes before which it was cut until then
 * @returns {Cuts}
 */
export function choose(trace, { plan, placed }, room, { stub, before }) {
  const columns = columnsOf(plan, placed);
  const best = chooseCuts(columns, placed, room, { stub, least: leastScale(room, plan.form), enough: enough(room), kept: before && cutsBefore(trace, columns, before) });
  if (plan.form !== "tall" || best.scale >= leastScale(room, plan.form)) return best;
  const scale = followedScale(room, plan.form);
  const cuts = cutsWithin(columns, room.w / scale - stub);
  return cuts && heightOf(columns, cuts) * scale <= MOST_ROOMS * room.h ? { cuts, scale: best.scale } : best;
}

/**
 * @param {Columns} columns
 * @param {{width: number, height: number}} line
 * @param {Size} room
 * @param {object} how
 * @param {number} how.stub
 * @param {number} how.least  the scale from which on it can be read
 * @param {number} how.enough  a scale that needs no better
 * @param {number[] | null} how.kept  where it was cut before
 * @returns {Cuts}
 */
export function chooseCuts(columns, line, room, { stub, least, enough, kept }) {
  const one = { cuts: /** @type {number[]} */ ([]), scale: Math.min(room.w / line.width, room.h / line.height), cost: 0 };
  if (one.scale >= enough) return one;
  const count = columns.left.length;
  const found = [one];
  for (const rows of ROWS.filter((rows) => rows <= count)) {
    for (const slack of [1.05, 1.25]) {
      const cuts = cutsWithin(columns, (line.width / rows) * slack + stub);
      if (cuts) found.push({ cuts, scale: scaleOf(columns, cuts, room, stub), cost: cuts.reduce((sum, cut) => sum + columns.crossing[cut] + ONE_MORE_ROW, 0) });
    }
  }
  const best = found.reduce((a, b) => (b.scale > a.scale ? b : a));
  if (kept && areRows(columns, kept)) {
    const scale = kept.length ? scaleOf(columns, kept, room, stub) : one.scale;
    const isOneBetter = one.scale >= least && one.scale > scale;
    if (!isOneBetter && scale >= KEPT * best.scale && (scale >= least || best.scale < least)) return { cuts: kept, scale };
  }
  const becomesLegible = one.scale < least && best.scale >= least;
  if (!becomesLegible && Math.min(best.scale, enough) < WORTH * one.scale) return one;
  const wanted = Math.max(CLOSE * Math.min(best.scale, enough), best.scale >= least ? least : 0);
  return found.filter(({ scale }) => scale >= wanted).reduce((a, b) => (b.cost < a.cost ? b : a));
}

/** Whether something stays in every row: leaves go on to the next one. @param {Columns} columns @param {number[]} cuts */
function areRows({ stays }, cuts) {
  return [...cuts, stays.length - 1].every((cut, i) => stays.subarray(i ? cuts[i - 1] + 1 : 0, cut + 1).includes(1));
}

/** The cheapest cuts that leave no row wider than so much; null where a column alone is. @param {Columns} columns @param {number} widest */
function cutsWithin({ left, right, crossing, stays }, widest) {
  const count = left.length;
  const cost = new Float64Array(count + 1).fill(Infinity);
  const before = new Int32Array(count + 1).fill(-1);
  cost[0] = 0;
  for (let end = 1; end <= count; end += 1) {
    let isRow = false;
    for (let from = end - 1; from >= 0 && right[end - 1] - left[from] <= widest; from -= 1) {
      isRow ||= stays[from] === 1;
      if (!isRow) continue;
      const sum = cost[from] + (end < count ? crossing[end - 1] + ONE_MORE_ROW : 0);
      if (sum < cost[end]) [cost[end], before[end]] = [sum, from];
    }
  }
  if (!Number.isFinite(cost[count])) return null;
  const cuts = [];
  for (let end = before[count]; end > 0; end = before[end]) cuts.unshift(end - 1);
  return cuts;
}

/** How large the rows can be drawn, nearly: to place them for every choice would cost too much. @param {Columns} columns @param {number[]} cuts @param {Size} room @param {number} stub */
function scaleOf(columns, cuts, room, stub) {
  const { left, right } = columns;
  let [width, from] = [0, 0];
  for (const cut of [...cuts, left.length - 1]) {
    const ends = (from ? stub + left[from] - right[from - 1] : 0) + (cut < left.length - 1 ? stub + STUB_GAP : 0);
    width = Math.max(width, right[cut] - left[from] + ends);
    from = cut + 1;
  }
  return Math.min(room.w / width, room.h / heightOf(columns, cuts));
}

/** @param {Columns} columns @param {number[]} cuts */
function heightOf({ left, top, bottom, crossing }, cuts) {
  return [...cuts, left.length - 1].reduce((sum, cut, i) => {
    const from = i ? cuts[i - 1] + 1 : 0;
    const stubs = Math.max(i < cuts.length ? crossing[cut] : 0, i ? crossing[from - 1] : 0) * STUB_ROOM;
    return sum + Math.max(stubs, Math.max(...bottom.slice(from, cut + 1)) - Math.min(...top.slice(from, cut + 1))) + ROW_GAP;
  }, -ROW_GAP);
}

/**
 * By cut, the first node of the row that it begins: it is the same one after an edit.
 * @param {import("../../lib/types.js").Trace} trace
 * @param {Plan} plan
 * @param {Placed} placed
 * @param {number[]} cuts
 */
export function nodesAfter(trace, plan, placed, cuts) {
  const { of } = columnsOf(plan, placed);
  const start = startsOf(plan, of);
  const keys = identities(trace);
  return cuts.map((cut) => keys[trace.nodes.findIndex(({ id, inputs }) => inputs.length > 0 && start[id] === cut + 1)] ?? "");
}

/** @param {import("../../lib/types.js").Trace} trace @param {Columns} columns @param {string[]} before @returns {number[] | null} null: there is no such place any more */
function cutsBefore(trace, { of }, before) {
  const keys = identities(trace);
  const cuts = before.map((key) => of[keys.indexOf(key)] - 1);
  return cuts.every((cut, i) => cut >= 0 && cut > (cuts[i - 1] ?? -1)) ? cuts : null;
}
