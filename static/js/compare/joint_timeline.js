/**
 * One timeline for two programs: what has one name in both is computed at one moment of it, and its gradient is complete
 * at one moment; between two such moments both advance evenly. Pure.
 */

/** @typedef {import("../graph/frames.js").Plan} Plan */
/** @typedef {[a: number, b: number]} Pair  of cursors, or of nodes */

/**
 * @param {Plan} a
 * @param {Plan} b
 * @param {Pair[]} nodes  that have one name in both
 * @returns {{moments: Pair[], turn: number}}  the cursors at each moment; turn: the moment at which both go back
 */
export function joined(a, b, nodes) {
  const forward = chain(nodes.map(([i, j]) => [a.valueAt[i], b.valueAt[j]]), [0, 0], [a.turn, b.turn]);
  const backward = chain(nodes.map(([i, j]) => [a.completeAt[i], b.completeAt[j]]), [a.turn, b.turn], [a.steps.length, b.steps.length]);
  const moments = between(forward);
  return { moments: [...moments, ...between(backward).slice(1)], turn: moments.length - 1 };
}

/** The pairs between two others that follow one another in both. @param {Pair[]} pairs @param {Pair} start @param {Pair} end @returns {Pair[]} */
function chain(pairs, start, end) {
  const kept = [start];
  for (const pair of [...pairs].sort(([a1, b1], [a2, b2]) => a1 - a2 || b1 - b2)) {
    const last = kept[kept.length - 1];
    if (pair[0] > last[0] && pair[1] > last[1] && pair[0] < end[0] && pair[1] < end[1]) kept.push(pair);
  }
  return [...kept, end];
}

/** All moments from the first pair to the last. @param {Pair[]} pairs @returns {Pair[]} */
function between(pairs) {
  /** @type {Pair[]} */
  const moments = [pairs[0]];
  for (let i = 1; i < pairs.length; i += 1) {
    const [[a, b], [toA, toB]] = [pairs[i - 1], pairs[i]];
    const count = Math.max(toA - a, toB - b);
    for (let k = 1; k <= count; k += 1) moments.push([a + Math.round(((toA - a) * k) / count), b + Math.round(((toB - b) * k) / count)]);
  }
  return moments;
}
