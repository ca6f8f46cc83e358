/**
 * Columns of about the height of the room, for a graph with many leaves that would be a high stack of them: what need not
 * stand in a full column moves on to the left. As Coffman and Graham schedule: column by column from the output, in each what
 * is farthest from the leaves first. Pure.
 */

import { fitting } from "./room.js";

/** @typedef {import("./layout_plan.js").Plan} Plan */

/** Between two columns and two nodes of one, and what an edge that passes a column takes of it, nearly, in px. */
const COLUMN_GAP = 26;
const ROW_GAP = 9;
const PASSING = 18;
/** The heights that are tried, in shares of the room's at the least scale: Graphviz leaves more room between nodes than they need. */
const SHARES = [1, 0.9, 0.8, 0.7, 0.6, 0.5];

/**
 * The plan with a column for each node, in as many ways as may be drawn at the least scale.
 * @param {Plan} plan
 * @param {import("./room.js").Room} room
 * @param {number} least  the scale from which on its letters can be read
 * @returns {Plan[]} what is highest first
 */
export function inEvenColumns(plan, room, least) {
  const tried = SHARES.map((share) => evenColumns(plan, (share * room.h) / least)).filter((size) => fitting(room, size) >= least);
  const known = new Set();
  return tried.filter(({ columns }) => !known.has(String(columns)) && known.add(String(columns))).map(({ columns }) => ({ ...plan, columns }));
}

/**
 * @param {Plan} plan
 * @param {number} highest  that a column is to be, in px
 * @returns {{columns: Int32Array, width: number, height: number}} columns: by node, from the left
 */
export function evenColumns({ nodes, edges }, highest) {
  /** @type {number[][]} */
  const sources = nodes.map(() => []);
  const uses = new Int32Array(nodes.length);
  for (const { source, target } of edges) {
    sources[target].push(source);
    uses[source] += 1;
  }
  const steps = stepsFromLeaves(edges, nodes.length);
  /** By node: how many of its edges lead to columns that are there, and how many do not. */
  const open = new Int32Array(nodes.length);
  const left = Int32Array.from(uses);
  const fromRight = new Int32Array(nodes.length);
  let ready = nodes.map(({ id }) => id).filter((id) => !uses[id]);
  let [column, passing, width, height] = [0, 0, 0, 0];
  for (; ready.length; column += 1) {
    let [used, widest] = [passing * PASSING - ROW_GAP, 0];
    const stands = /** @type {number[]} */ ([]);
    const waits = /** @type {number[]} */ ([]);
    for (const id of ready.sort((a, b) => steps[b] - steps[a])) {
      const takes = nodes[id].h + ROW_GAP - open[id] * PASSING;
      if (stands.length && used + takes > highest) waits.push(id);
      else {
        stands.push(id);
        used += takes;
        widest = Math.max(widest, nodes[id].w);
      }
    }
    ready = waits;
    for (const id of stands) {
      fromRight[id] = column;
      passing += sources[id].length - open[id];
      for (const source of sources[id]) {
        open[source] += 1;
        left[source] -= 1;
        if (!left[source]) ready.push(source);
      }
    }
    width += widest + (column ? COLUMN_GAP : 0);
    height = Math.max(height, used);
  }
  return { columns: fromRight.map((at) => column - 1 - at), width, height };
}

/** By node: the longest way to it from a leaf. @param {Plan["edges"]} edges  sorted by target @param {number} count */
function stepsFromLeaves(edges, count) {
  const steps = new Int32Array(count);
  for (const { source, target } of edges) steps[target] = Math.max(steps[target], steps[source] + 1);
  return steps;
}
