/** SVG paths of edges and their arrowheads, from spline points. Pure. */

/** @typedef {import("../../lib/types.js").Point} Point */

const HEAD_LENGTH = 9;
const HEAD_HALF_WIDTH = 4.5;
/** Enough for a tenth of a px on a line across a screen. */
const HALVINGS = 14;

/**
 * @param {Point[]} points
 * @returns {string} the whole spline
 */
export function pathOf([start, ...rest]) {
  const pieces = [];
  for (let i = 0; i + 2 < rest.length; i += 3) pieces.push(`C${rest.slice(i, i + 3).map(pair).join(" ")}`);
  return `M${pair(start)}${pieces.join("")}`;
}

/**
 * The line of an edge and its arrowhead. The line ends inside the head, so that a wide one does not blunt the tip.
 * @param {Point[]} points  from source to target
 * @param {"forward" | "backward"} direction  where the head is: at the target, or at the source
 * @param {number} width  of the line, in px
 * @returns {{line: string, head: string}}
 */
export function arrow(points, direction, width) {
  const spline = direction === "forward" ? points : [...points].reverse();
  const tip = spline[spline.length - 1];
  const length = HEAD_LENGTH + width;
  const half = HEAD_HALF_WIDTH + width / 2;
  const line = cut(spline, length - 1);
  const end = line[line.length - 1];
  const reach = distance(end, tip) || 1;
  const ux = (tip.x - end.x) / reach;
  const uy = (tip.y - end.y) / reach;
  const base = { x: tip.x - ux * length, y: tip.y - uy * length };
  const left = { x: base.x - uy * half, y: base.y + ux * half };
  const right = { x: base.x + uy * half, y: base.y - ux * half };
  return { line: pathOf(line), head: `M${pair(tip)}L${pair(left)}L${pair(right)}Z` };
}

/**
 * A spline that ends at a distance before its end, on the same curve.
 * @param {Point[]} spline
 * @param {number} length  px
 * @returns {Point[]}
 */
function cut(spline, length) {
  const tip = spline[spline.length - 1];
  const kept = [...spline];
  // Pieces that the head covers whole.
  while (kept.length > 4 && distance(kept[kept.length - 4], tip) < length) kept.splice(-3);
  const [a, b, c, d] = kept.slice(-4);
  let [from, to] = [0, 1];
  for (let i = 0; i < HALVINGS; i += 1) {
    const share = (from + to) / 2;
    if (distance(firstPart(a, b, c, d, share)[2], tip) > length) from = share;
    else to = share;
  }
  kept.splice(-3, 3, ...firstPart(a, b, c, d, from));
  return kept;
}

/**
 * A cubic Bézier curve up to a share of it, by de Casteljau's construction: its two controls and its end.
 * @param {Point} a @param {Point} b @param {Point} c @param {Point} d
 * @param {number} share
 */
function firstPart(a, b, c, d, share) {
  /** @param {Point} p @param {Point} q */
  const between = (p, q) => ({ x: p.x + (q.x - p.x) * share, y: p.y + (q.y - p.y) * share });
  const [ab, bc, cd] = [between(a, b), between(b, c), between(c, d)];
  const [abc, bcd] = [between(ab, bc), between(bc, cd)];
  return [ab, abc, between(abc, bcd)];
}

/**
 * The middle of a spline, by its control points.
 * @param {Point[]} points
 * @returns {Point}
 */
export function middle(points) {
  const pieces = (points.length - 1) / 3;
  const first = Math.floor((pieces - 1) / 2) * 3;
  const [a, b, c, d] = points.slice(first, first + 4);
  if (pieces % 2 === 0) return d;
  return { x: (a.x + 3 * b.x + 3 * c.x + d.x) / 8, y: (a.y + 3 * b.y + 3 * c.y + d.y) / 8 };
}

/** @param {Point} point */
function pair({ x, y }) {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}

/** @param {Point} a @param {Point} b */
function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
