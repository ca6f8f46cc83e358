/** The room that a figure has for its graph, and from which scale on its letters can be read. Pure. */

/** @typedef {import("../node_lines.js").Form} Form */
/** @typedef {{w: number, h: number, least: number, followed: number, isWhole: boolean}} Room  without its margins, in px, and the smallest letters of a graph that is shown whole, and of one of which a part is shown; isWhole: the whole graph is wanted, however small */

export const MARGIN = { x: 28, y: 24 };
/** The smallest letters of each form, as in text_widths.js, in px. */
const SMALLEST = { tall: 12, flat: 12, compact: 14 };
/** A graph whose letters are that large is shown whole. In a narrow figure, and of a larger graph, a part is shown, with letters of the other size. */
const LEGIBLE = 11;
const FOLLOWED = 12;
const NARROW = 768;
const LARGEST_SCALE = 5;

/** @param {number} w @param {number} h  of the figure @param {number} letters @param {number} asked  the size of the smallest letters that is asked for; 0: none is @param {boolean} isWhole @returns {Room} */
export function roomIn(w, h, letters, asked = 0, isWhole = false) {
  const least = asked || (w < NARROW ? FOLLOWED : LEGIBLE) * letters;
  // In a figure that is smaller than its margins there is next to no room, not less than none.
  return { w: Math.max(w - 2 * MARGIN.x, 1), h: Math.max(h - 2 * MARGIN.y, 1), least, followed: Math.max(asked, FOLLOWED * letters), isWhole };
}

/** Whether letters must be as large where a graph is shown whole as where a part of it is. @param {Room} room */
export function isNarrow({ least, followed }) {
  return least >= followed;
}

/** The scale at which a graph is seen whole. @param {Room} room @param {{width: number, height: number}} graph */
export function fitting({ w, h }, { width, height }) {
  return Math.min(w / width, h / height, LARGEST_SCALE);
}

/** From which scale on a graph is shown whole. @param {Room} room @param {Form} form */
export function leastScale({ least }, form) {
  return least / SMALLEST[form];
}

/** The scale at which a part of a larger graph is shown. @param {Room} room @param {Form} form */
export function followedScale({ followed }, form) {
  return followed / SMALLEST[form];
}

/** The size of the smallest letters of a graph at a scale, in px. @param {number} scale @param {Form} form */
export function lettersAt(scale, form) {
  return scale * SMALLEST[form];
}

/** How much of a graph is seen where a part of it is shown, as a share. @param {Room} room @param {{width: number, height: number}} graph @param {Form} form */
export function shareSeen(room, { width, height }, form) {
  const k = followedScale(room, form);
  return Math.min(1, room.w / (width * k)) * Math.min(1, room.h / (height * k));
}

/** At this scale nobody wishes for a larger picture, only for one that fills its room. @param {Room} room */
export function enough({ followed }) {
  return (1.3 * followed) / FOLLOWED;
}
