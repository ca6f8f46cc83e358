/** Program and graph are one: which nodes a place in the text speaks of, and which text a node comes from. Pure. */

import { offsetsOf } from "../lib/text_places.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {{id: number, name: string | null, from: number, to: number}} Stretch */

const WORD = /[\p{L}_][\p{L}\p{N}_]*/gu;

/**
 * @param {Trace} trace  of this very program
 * @param {string} program
 * @param {{from: number, to: number}} selection  UTF-16 offsets; empty where only the cursor stands
 * @returns {number[]} ids of nodes
 */
export function nodesAt(trace, program, { from, to }) {
  const stretches = trace.nodes.flatMap(({ id, name, span }) => (span ? [{ id, name, ...offsetsOf(program, span) }] : []));
  const named = nodeNamed(stretches, program, from, to);
  if (named !== null) return [named];
  if (to > from) {
    const inside = stretches.filter((one) => one.from >= from && one.to <= to);
    if (inside.length) return inside.map(({ id }) => id);
  }
  const around = stretches.filter((one) => one.from <= from && one.to >= to);
  const tightest = Math.min(...around.map((one) => one.to - one.from));
  return around.filter((one) => one.to - one.from === tightest).map(({ id }) => id);
}

/**
 * The node that the name at a place stands for: what was assigned to it last before that statement.
 * @param {Stretch[]} stretches
 * @param {string} program
 * @param {number} from
 * @param {number} to
 * @returns {number | null}
 */
function nodeNamed(stretches, program, from, to) {
  const word = Array.from(program.matchAll(WORD), ({ 0: text, index }) => ({ text, from: index, to: index + text.length }))
    .find((one) => one.from <= from && to <= one.to);
  if (!word) return null;
  const bearers = stretches.filter(({ name }) => name !== null && name === word.text.normalize("NFKC"));
  const assigned = bearers.find((one) => one.from === word.from);
  const before = bearers.filter((one) => one.to <= word.from);
  return assigned?.id ?? before.at(-1)?.id ?? null;
}

/**
 * The text of what is selected, or of what the current step computes or hands back.
 * @param {import("../graph/frames.js").Plan} plan
 * @param {import("../lib/types.js").Selection | null} selection
 * @param {number} cursor
 * @returns {import("../lib/types.js").Span | null}
 */
export function spanOf({ trace, steps }, selection, cursor) {
  if (selection) return trace.nodes[selection.kind === "node" ? selection.id : trace.edges[selection.id].target].span;
  const step = cursor > 0 ? steps[cursor - 1] : undefined;
  if (!step) return null;
  return trace.nodes[step.kind === "turn" ? step.node : trace.edges[step.edge].target].span;
}
