/** The figure once more, out of sight and of its own size, to take pictures of: as the page shows it, at any step. */

import { h } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { GradlensGraph } from "../graph/element.js";
import { colourAt, scaleOf } from "../graph/gradient_scale.js";
import { sentence } from "../graph/step_sentence.js";
import { activeStep } from "../graph/frames.js";
import { prefersStillness } from "../lib/theme.js";
import { colourReader } from "./colours.js";
import { inlined } from "./inlined_svg.js";
import { escaped, rounded, textElement, wrapped } from "./svg_text.js";

/** @typedef {{legend: boolean, sentence: boolean, transparent: boolean}} Surroundings */
/** @typedef {{svg: string, width: number, height: number}} Picture */
/** @typedef {{text: string, fill: string, halo: string, font: string, at: (share: number) => {x: number, y: number}}} Traveller  what travels during a step, in the picture's px */

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 24;
/** The sentence below. */
const SIZE = 15;
const ROW = 22;
const NARROWEST = 380;
const LEGEND = { width: 260, bar: 190, height: 50, stops: 24, letters: 12 };
/** What is below a stop of the legend does not shine through beside it. */
const OVERLAP = 0.5;

/**
 * @param {object} page
 * @param {GradlensGraph} page.figure
 * @param {import("../lib/types.js").Translate} page.t
 * @param {"light" | "dark"} page.theme
 */
export function createFigureStage({ figure, t, theme }) {
  const { plan, geometry } = figure;
  if (!plan || !geometry) throw new Error("There is no figure to be taken.");
  const copy = new GradlensGraph();
  copy.words = t;
  copy.toggleAttribute("veiled", figure.hasAttribute("veiled"));
  copy.speed = "1";
  const stage = h("div", { class: "taken-figure", "aria-hidden": "true", inert: true, style: `color-scheme: ${theme}; width: ${Math.ceil(geometry.width) + 200}px; height: ${Math.ceil(geometry.height) + 300}px` }, copy);
  document.body.append(stage);
  copy.playBar?.remove(); // nobody plays it
  copy.decorations = figure.decorations;
  copy.draw(plan.trace, geometry, { cursor: 0, selection: null, keepView: false, isPlaced: true });
  copy.selection = figure.selection;
  const layer = /** @type {SVGGElement} */ (copy.querySelector(".viewport"));
  const family = getComputedStyle(copy).fontFamily;
  const colourOf = colourReader();
  const probe = h("span");
  stage.append(probe);
  const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const box = extent();

  /** @param {string} css  a colour of the page */
  function paint(css) {
    probe.style.color = css;
    return colourOf(getComputedStyle(probe).color).hex;
  }

  /** @param {string} text @param {number} size @param {number} weight */
  function measure(text, size, weight = 400) {
    ruler.font = `${weight} ${size}px ${family}`;
    return ruler.measureText(text).width;
  }

  /** Of everything that any step shows, with a margin. */
  function extent() {
    const numbers = /** @type {import("../lib/types.js").Geometry} */ (geometry).edges.flatMap(({ label }) => (label ? [label] : []));
    const [left, top] = [Math.min(0, ...numbers.map(({ x }) => x - 30)), Math.min(0, ...numbers.map(({ y }) => y - 10))];
    const [right, bottom] = [Math.max(geometry?.width ?? 0, ...numbers.map(({ x }) => x + 30)), Math.max(geometry?.height ?? 0, ...numbers.map(({ y }) => y + 10))];
    return { x: left - MARGIN, y: top - MARGIN, w: right - left + 2 * MARGIN, h: bottom - top + 2 * MARGIN };
  }

  /** @param {number} cursor @param {number} width */
  const linesAt = (cursor, width) => wrapped(sentence(/** @type {import("../graph/frames.js").Plan} */ (plan), cursor, t), width - 2 * MARGIN, (text) => measure(text, SIZE));
  /** By width, the most lines that any step's sentence takes: all pictures are of one size. @type {Map<number, number>} */
  const rooms = new Map();

  /** @param {number} width */
  function roomFor(width) {
    const { steps } = /** @type {import("../graph/frames.js").Plan} */ (plan);
    const known = rooms.get(width) ?? Math.max(...Array.from({ length: steps.length + 1 }, (_, cursor) => linesAt(cursor, width).length));
    rooms.set(width, known);
    return known;
  }

  /** @param {Surroundings} with_ */
  function sizeWith({ legend, sentence: hasSentence }) {
    const width = Math.max(box.w, hasSentence ? NARROWEST : 0, legend ? LEGEND.width + 2 * MARGIN : 0);
    const height = box.h + (hasSentence ? roomFor(width) * ROW + MARGIN / 2 : 0) + (legend ? LEGEND.height + MARGIN / 2 : 0);
    // Even, as encoders of video want it: no frame is stretched.
    return { width: 2 * Math.ceil(width / 2), height: 2 * Math.ceil(height / 2) };
  }

  /** What stands around the drawing. @param {Surroundings} with_ @param {number} cursor @param {number} width */
  function surroundings(with_, cursor, width) {
    /** @type {string[]} */
    const parts = [];
    let y = box.h;
    if (with_.sentence) {
      const fill = paint("var(--ink)");
      for (const [i, line] of linesAt(cursor, width).entries()) {
        parts.push(textElement(line, { x: MARGIN, y: y + i * ROW + SIZE * 0.6, size: SIZE, weight: 400, length: measure(line, SIZE), fill, anchor: "start" }));
      }
      y += roomFor(width) * ROW + MARGIN / 2;
    }
    if (with_.legend) parts.push(...legendAt(y));
    return parts.join("");
  }

  /** What colour and width say: wide at both ends and thin at zero, as the edges are. @param {number} top @returns {string[]} */
  function legendAt(top) {
    const scale = scaleOf(/** @type {import("../graph/frames.js").Plan} */ (plan).trace);
    const fill = paint("var(--ink-soft)");
    /** @param {string} text @param {number} x @param {number} y @param {"start" | "middle" | "end"} anchor */
    const small = (text, x, y, anchor) => textElement(text, { x, y: y + LEGEND.letters * 0.35, size: LEGEND.letters, weight: 400, length: measure(text, LEGEND.letters), fill, anchor });
    const middle = top + 20;
    const at = (/** @type {number} */ position) => MARGIN + ((position + 1) / 2) * LEGEND.bar;
    const half = (/** @type {number} */ position) => 0.8 + 2.4 * Math.abs(position);
    const stops = Array.from({ length: LEGEND.stops }, (_, i) => {
      const [a, b] = [(2 * i) / LEGEND.stops - 1, (2 * (i + 1)) / LEGEND.stops - 1];
      const [left, right] = [rounded(at(a)), rounded(at(b) + (b < 1 ? OVERLAP : 0))];
      return `<path d="M${left},${rounded(middle - half(a))}L${right},${rounded(middle - half(b))}L${right},${rounded(middle + half(b))}L${left},${rounded(middle + half(a))}Z" fill="${paint(colourAt((a + b) / 2))}"/>`;
    });
    const beyond = MARGIN + LEGEND.bar + 14;
    return [
      small(t("legend.title"), MARGIN, top + 4, "start"), ...stops,
      small(number(-scale.largest), MARGIN, middle + 17, "start"), small("0", at(0), middle + 17, "middle"), small(number(scale.largest), at(1), middle + 17, "end"),
      `<rect x="${beyond}" y="${middle - 3}" width="14" height="6" fill="${paint("var(--non-finite)")}"/>`,
      small(t("legend.not-finite"), beyond + 20, middle, "start"),
    ];
  }

  /** The drawing as it is, in its frame. @param {Surroundings} with_ @param {number} cursor @returns {Picture} */
  function framed(with_, cursor) {
    const { width, height } = sizeWith(with_);
    const paper = with_.transparent ? "" : `<rect width="${width}" height="${height}" fill="${paint("var(--paper)")}"/>`;
    // The layer's own transform is the view of the stage.
    const drawing = Array.from(layer.children, (part) => inlined(part, colourOf)).join("");
    const svg = `<svg xmlns="${SVG}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${escaped(family)}" font-variant-numeric="tabular-nums">`
      + `<title>${escaped(t("graph.title"))}</title><desc>${escaped(sentence(/** @type {import("../graph/frames.js").Plan} */ (plan), cursor, t))}</desc>${paper}`
      + `<g transform="translate(${rounded(-box.x)},${rounded(-box.y)})">${drawing}</g>${surroundings(with_, cursor, width)}</svg>`;
    return { svg, width, height };
  }

  return {
    /** Nodes and edges: what a picture costs. */
    boxes: plan.trace.nodes.length + plan.trace.edges.length,
    /** The last step. */
    last: plan.steps.length,
    /** Whether a number travels on the way to a cursor. */
    travels: (/** @type {number} */ cursor) => !prefersStillness() && activeStep(plan, cursor)?.kind !== "turn" && !(figure.hasAttribute("veiled") && cursor > plan.turn),
    sizeWith,
    /** @param {number} cursor @param {Surroundings} with_ @returns {Picture} */
    picture(cursor, with_) {
      copy.cursor = cursor;
      return framed(with_, cursor);
    },
    /**
     * The step that leads to a cursor, while its number is on its way; null where none travels.
     * @param {number} cursor
     * @param {Surroundings} with_
     * @returns {(Picture & {traveller: Traveller}) | null}
     */
    travelling(cursor, with_) {
      const step = activeStep(/** @type {import("../graph/frames.js").Plan} */ (plan), cursor);
      if (!step || step.kind === "turn") return null;
      copy.cursor = cursor - 1;
      copy.goTo(cursor, true);
      const token = layer.querySelector(".token");
      const path = layer.querySelector(`.edge[data-id="${step.edge}"] .hit`);
      if (token?.getAttribute("visibility") !== "visible" || !(path instanceof SVGPathElement)) return null;
      const style = getComputedStyle(token);
      const [fill, halo, font] = [colourOf(style.fill).hex, colourOf(style.stroke).hex, `${style.fontWeight} ${style.fontSize} ${family}`];
      const text = token.textContent ?? "";
      token.setAttribute("visibility", "hidden");
      const picture = framed(with_, cursor);
      copy.cursor = cursor - 1; // what travels has not arrived, and does not by itself
      const length = path.getTotalLength();
      const at = (/** @type {number} */ share) => {
        const { x, y } = path.getPointAtLength(length * (step.kind === "forward" ? share : 1 - share));
        return { x: x - box.x, y: y - box.y };
      };
      return { ...picture, traveller: { text, fill, halo, font, at } };
    },
    /** Nothing is left of it. */
    destroy: () => stage.remove(),
  };
}
