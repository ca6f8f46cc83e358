/**
 * The one scale for signed gradients: orange for negative, grey at zero, blue for positive. Pure.
 *
 * Symmetric logarithmic, because contributions of one graph differ by orders of magnitude; width says the size once
 * more, for eyes that do not tell the colours apart. Values are never drawn with it.
 */

import { flatten, scalar } from "../lib/numbers.js";

/** Three decades below the largest magnitude the logarithm turns linear: smaller ones look like zero. */
const DECADES = 3;
/** Anything but zero shows its sign, however small. */
const FAINTEST = 0.22;
const THINNEST = 1.5;
const WIDEST = 5;

/**
 * @typedef {object} Scale
 * @property {number} largest  the largest finite magnitude, at least a tiny positive number
 * @property {(value: number) => number} position  -1 to 1
 * @property {(value: number) => string} colour  a CSS colour that follows the theme
 * @property {(value: number) => number} width  in px
 * @property {number[]} ticks  from the most negative to the most positive
 */

/**
 * @param {number} largest
 * @returns {Scale}
 */
export function gradientScale(largest) {
  const top = Number.isFinite(largest) && largest > 0 ? largest : 1;
  const reach = 10 ** DECADES;
  /** @param {number} value */
  const position = (value) => {
    if (Number.isNaN(value)) return 0;
    const size = Math.min(Math.abs(value) / top, 1);
    return (Math.sign(value) * Math.log1p(size * reach)) / Math.log1p(reach);
  };
  /** @param {number} value */
  const colour = (value) => {
    if (!Number.isFinite(value)) return "var(--non-finite)";
    return colourAt(position(value));
  };
  /** @param {number} value */
  const width = (value) => {
    if (!Number.isFinite(value)) return WIDEST;
    return Math.round((THINNEST + (WIDEST - THINNEST) * Math.abs(position(value))) * 100) / 100;
  };
  return { largest: top, position, colour, width, ticks: [-top, -top / 10, 0, top / 10, top] };
}

/**
 * @param {number} position  on the scale, -1 to 1
 * @returns {string}
 */
export function colourAt(position) {
  const share = position === 0 ? 0 : FAINTEST + (1 - FAINTEST) * Math.abs(position);
  const end = position < 0 ? "var(--negative)" : "var(--positive)";
  return `color-mix(in oklab, ${end} ${Math.round(share * 1000) / 10}%, var(--zero))`;
}

/** A heat map is none of signs, and has a colour of its own; what is written in a box must be read on it. */
const HOTTEST = 70;

/** @param {number} level  from 0 to 1; NaN: it is no number */
export function heatColour(level) {
  const [colour, share] = Number.isNaN(level) ? ["var(--non-finite)", HOTTEST] : ["var(--heat)", Math.round(HOTTEST * level)];
  return `color-mix(in oklab, ${colour} ${share}%, var(--paper-raised))`;
}

/**
 * The scale of a whole trace, so that a colour means the same at every step.
 * @param {import("../lib/types.js").Trace} trace
 * @returns {Scale}
 */
export function scaleOf(trace) {
  let largest = 0;
  for (const { contribution, summary } of trace.edges) {
    const size = Math.abs(representative(contribution, summary?.contribution));
    if (size > largest && Number.isFinite(size)) largest = size;
  }
  return gradientScale(largest);
}

/**
 * What an array counts for on an edge: its largest element by magnitude, with that element's sign.
 * @param {import("../lib/types.js").Wire} value
 * @param {import("../lib/types.js").Figures} [figures]  in place of an elided value
 * @returns {number}
 */
export function representative(value, figures) {
  const items = value === null && figures ? [scalar(figures.min), scalar(figures.max)] : flatten(value);
  let best = 0;
  for (const item of items) {
    if (Number.isNaN(item)) return NaN;
    if (Math.abs(item) > Math.abs(best)) best = item;
  }
  return best;
}
