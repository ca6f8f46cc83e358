/** Where the columns of a network and what stands in them are drawn. Pure. */

/** @typedef {import("./model.js").Network} Network */
/** @typedef {import("./model.js").Column} Column */
/** @typedef {{kind: "unit", unit: number, y: number} | {kind: "more", count: number, y: number} | {kind: "box", y: number}} Slot */
/**
 * @typedef {object} Place  of a column
 * @property {number} x  its middle
 * @property {number} half  from there to where lines end, in px
 * @property {string[]} titles  of one line each
 * @property {boolean} hasSize  whether the last of them tells how much is in it
 * @property {number} top  of its titles
 * @property {Slot[]} slots
 * @property {number | null} one  y of the constant 1 that the next layer's biases multiply
 *
 * @typedef {{path: string, name: string, x: number, y: number, w: number, h: number}} Frame  x and y: its corner
 * @typedef {{columns: Place[], frames: Frame[], width: number, height: number, floor: number, radius: number, isTight: boolean}} Layout
 *   floor: below all columns; isTight: no room for a second number at a neuron
 * @typedef {object} Line  of a join; null stands for all neurons of a column
 * @property {number | null} from
 * @property {number | null} to
 * @property {boolean} isBias
 * @property {number} x1
 * @property {number} y1
 * @property {number} x2
 * @property {number} y2
 */

/** Of a neuron; where many stand in a column, they are small and have no room for a second number. */
const RADIUS = { large: 17, small: 14 };
export const MAP = 40;
export const BOX = { w: 92, h: 76 };
/** So many neurons or maps are all drawn; of more, the first and the last. */
const MOST_UNITS = 16;
const FIRST_UNITS = 10;
const MOST_MAPS = 8;
const FIRST_MAPS = 6;
/** A layer that is wider is a box until it is opened. */
const MOST_OPENED = 32;
/** Lines that are drawn before anything is opened by hand: more are a grey cloth, and slow. */
const MOST_LINES = 1500;

const GAP = { least: 50, most: 170, step: 6 };
const ROW = { least: 35, map: 48, twoLines: 56, most: 66 };
const MARGIN = 20;
const LETTER = 6.6;
const LONGEST_LINE = 14;
const LINE = 15;
const FRAME = 26;
/** Below the columns, for the joins that leave some of them out. */
const ARCS = 34;

/**
 * The neurons or maps of a column that are drawn.
 * @param {Column} column
 * @returns {(number | {more: number})[]}
 */
export function shownUnits({ count, map }) {
  const [most, first] = map ? [MOST_MAPS, FIRST_MAPS] : [MOST_UNITS, FIRST_UNITS];
  const all = Array.from({ length: Math.min(count, most + 1) }, (_, i) => i);
  return count <= most ? all : [...all.slice(0, first), { more: count - first - 1 }, count - 1];
}

/**
 * Which columns show their neurons before anybody has opened or closed one.
 * @param {Network} network
 * @returns {boolean[]}
 */
export function openedFirst({ columns, joins }) {
  let lines = 0;
  const drawn = columns.map((column) => shownUnits(column).length);
  return columns.map(({ kind, count, map, isElided }, i) => {
    if (kind === "block" || count === 0 || count > MOST_OPENED || (map && isElided)) return false;
    const more = joins.filter(({ to, kind: how }) => to === i && how === "weights").reduce((sum, { from }) => sum + drawn[from] * drawn[i], 0);
    lines += more;
    return lines <= MOST_LINES;
  });
}

/** A name in lines that are no longer than a column is wide. @param {string} name @returns {string[]} */
export function wrapped(name) {
  const lines = [""];
  for (const part of name.split(/(?<=_)/)) {
    if (lines[lines.length - 1] && lines[lines.length - 1].length + part.length > LONGEST_LINE) lines.push("");
    lines[lines.length - 1] += part;
  }
  return lines.map((line) => (line.length > LONGEST_LINE + 4 ? `${line.slice(0, LONGEST_LINE + 3)}…` : line));
}

/**
 * @param {Network} network
 * @param {boolean[]} isOpen  by column
 * @param {{w: number, h: number}} room
 * @param {string[]} sizes  by column: what stands below its titles
 * @returns {Layout}
 */
export function placeNetwork({ columns, joins }, isOpen, room, sizes) {
  const shown = columns.map((column, i) => (isOpen[i] ? shownUnits(column) : []));
  const hasOne = columns.map((_, i) => joins.some(({ from, to, kind }) => from === i && kind === "weights" && columns[to].bias));
  const titles = columns.map(({ titles: names }, i) => [...names.flatMap(wrapped), ...(sizes[i] ? [sizes[i]] : [])]);
  const title = titles.map((lines) => (Math.max(...lines.map(breadth)) * LETTER) / 2 + 5);
  const depth = Math.max(...columns.map(({ blocks }) => blocks.length));

  const head = depth * FRAME + Math.max(...titles.map((lines) => lines.length)) * LINE + 18;
  const hasArcs = joins.some(({ from, to }) => Math.abs(from - to) > 1);
  const foot = hasArcs ? ARCS : 12;
  const rows = Math.max(...shown.map((slots, i) => slots.length + Number(hasOne[i])));
  const least = columns.some(({ map }, i) => map && isOpen[i]) ? ROW.map : ROW.least;
  const row = Math.min(Math.max((room.h - head - foot) / rows, least), ROW.most);
  const isTight = row < ROW.twoLines;
  const radius = isTight ? RADIUS.small : RADIUS.large;
  const half = columns.map(({ map }, i) => (!isOpen[i] ? BOX.w / 2 : map ? MAP + 4 : radius + 4));

  /** @param {number} gap */
  const across = (gap) => {
    const found = [MARGIN + Math.max(half[0], title[0])];
    for (let i = 1; i < columns.length; i += 1) found.push(found[i - 1] + Math.max(half[i - 1] + half[i] + gap, title[i - 1] + title[i]));
    return found;
  };
  /** @param {number[]} xs */
  const widthOf = (xs) => xs[xs.length - 1] + Math.max(half[xs.length - 1], title[xs.length - 1]) + MARGIN;
  let gap = GAP.most;
  while (gap > GAP.least && widthOf(across(gap)) > room.w) gap -= GAP.step;
  const xs = across(gap);
  const natural = widthOf(xs);
  const shift = Math.max(room.w - natural, 0) / 2;

  const heights = shown.map((slots, i) => (isOpen[i] ? slots.length * row : BOX.h) + (hasOne[i] ? row : 0));
  const tallest = Math.max(...heights);
  const height = Math.max(room.h, head + tallest + foot);
  const middle = head + (height - head - foot) / 2;

  const places = columns.map((_, i) => {
    const top = middle - heights[i] / 2;
    const own = isOpen[i] ? shown[i].length * row : BOX.h;
    /** @type {Slot[]} */
    const slots = isOpen[i]
      ? shown[i].map((one, at) => {
        const y = top + (at + 0.5) * row;
        return typeof one === "number" ? { kind: "unit", unit: one, y } : { kind: "more", count: one.more, y };
      })
      : [{ kind: "box", y: top + BOX.h / 2 }];
    return { x: xs[i] + shift, half: half[i], titles: titles[i], hasSize: sizes[i] !== "", top: middle - tallest / 2 - 10 - titles[i].length * LINE, slots, one: hasOne[i] ? top + own + row / 2 - 4 : null };
  });
  const floor = middle + tallest / 2;
  return { columns: places, frames: framesOf(columns, places, title, depth, floor), width: Math.max(natural, room.w), height, floor, isTight, radius };
}

/** Letters of the width of a small one: Hangul counts for more. @param {string} text */
function breadth(text) {
  return [...text].reduce((sum, letter) => sum + (letter >= "\u1100" ? 1.75 : 1), 0);
}

/**
 * @param {Column[]} columns
 * @param {Place[]} places
 * @param {number[]} title  half their titles' widths
 * @param {number} depth
 * @param {number} floor
 * @returns {Frame[]}
 */
function framesOf(columns, places, title, depth, floor) {
  /** @type {Map<string, Frame>} */
  const frames = new Map();
  const lid = Math.min(...places.map(({ top }) => top));
  for (const [i, { blocks }] of columns.entries()) {
    const reach = Math.max(places[i].half, title[i]);
    for (const [level, { path, name }] of blocks.entries()) {
      const inset = 4 * (depth - level);
      const [left, right] = [places[i].x - reach - inset, places[i].x + reach + inset];
      const y = lid - (depth - level) * FRAME;
      const known = frames.get(path);
      if (known) known.w = right - known.x;
      else frames.set(path, { path, name, x: left, y, w: right - left, h: floor + inset - y });
    }
  }
  return [...frames.values()];
}

/**
 * The lines of a join: one a weight, one a neuron where each gives its own, and one to or from a box for all in it.
 * @param {import("./model.js").Join} join
 * @param {Network} network
 * @param {Layout} layout
 * @returns {Line[]}
 */
export function linesOf({ from, to, kind }, { columns }, layout) {
  const [a, b] = [layout.columns[from], layout.columns[to]];
  const side = Math.sign(b.x - a.x);
  const [x1, x2] = [a.x + side * a.half, b.x - side * b.half];
  const [starts, ends] = [endsOf(a), endsOf(b)];
  const hub = { unit: null, y: (ends[0].y + ends[ends.length - 1].y) / 2 };
  /** @param {{unit: number | null, y: number}} start @param {{unit: number | null, y: number}} end @returns {Line} */
  const line = (start, end) => ({ from: start.unit, to: end.unit, isBias: false, x1, y1: start.y, x2, y2: end.y });
  if (kind === "each" && starts[0].unit !== null && ends[0].unit !== null) return starts.map((start, i) => line(start, ends[i]));
  if (kind !== "weights") return starts.map((start) => line(start, hub));
  const lines = ends.flatMap((end) => starts.map((start) => line(start, end)));
  if (!columns[to].bias || a.one === null) return lines;
  const { one, x } = a;
  return [...lines, ...ends.map((end) => ({ from: null, to: end.unit, isBias: true, x1: x + 11, y1: one, x2, y2: end.y }))];
}

/** @param {Place} place @returns {{unit: number | null, y: number}[]} */
function endsOf({ slots }) {
  return slots.flatMap((slot) => (slot.kind === "more" ? [] : [{ unit: slot.kind === "unit" ? slot.unit : null, y: slot.y }]));
}

/**
 * What is under the pointer: the nearest line, if it is near.
 * @template {Line} T
 * @param {T[]} lines
 * @param {{x: number, y: number}} point
 * @param {number} reach
 * @returns {T | null}
 */
export function lineAt(lines, { x, y }, reach) {
  /** @type {T | null} */
  let found = null;
  let best = reach;
  for (const line of lines) {
    const { x1, y1, x2, y2 } = line;
    const [dx, dy] = [x2 - x1, y2 - y1];
    const along = Math.min(Math.max(((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1), 0), 1);
    const distance = Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
    if (distance > best) continue;
    best = distance;
    found = line;
  }
  return found;
}
