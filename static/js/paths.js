/** SVG paths of edges and their arrowheads, from spline points. Pure. */

/** @typedef {import("./types.js").Point} Point */

const HEAD_LENGTH = 9;
const HEAD_HALF_WIDTH = 4.5;

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
  const control = spline.findLast((point) => distance(point, tip) > 1) ?? spline[0];
  const reach = distance(control, tip) || 1;
  const ux = (tip.x - control.x) / reach;
  const uy = (tip.y - control.y) / reach;
  const length = HEAD_LENGTH + width;
  const half = HEAD_HALF_WIDTH + width / 2;
  const base = { x: tip.x - ux * length, y: tip.y - uy * length };
  const line = pathOf([...spline.slice(0, -1), { x: base.x + ux, y: base.y + uy }]);
  const left = { x: base.x - uy * half, y: base.y + ux * half };
  const right = { x: base.x + uy * half, y: base.y - ux * half };
  return { line, head: `M${pair(tip)}L${pair(left)}L${pair(right)}Z` };
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
