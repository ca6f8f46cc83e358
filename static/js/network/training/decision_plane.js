/** The plane as the network sees it: every point in the colour of its class, and the samples on it. */

import { select } from "d3-selection";
import { flatten } from "../../lib/numbers.js";
import { GRID } from "../builder/spec.js";

/** Of a page's side, in the units of the picture. */
const SIDE = 300;
const RADIUS = 3;
const COLOURS = 6;
/** Of a mark's size: a number near 0 is still seen. */
const LEAST = 0.3;

/**
 * What the network says of one point: how much it is of each class, or a share between the smallest and the largest value.
 * @param {number[]} outputs
 * @param {string} loss
 * @returns {number[]}  shares that add up to 1; of one output, of "no" and "yes"
 */
export function sharesOf(outputs, loss) {
  if (outputs.length === 1) {
    const yes = loss === "sigmoid_cross_entropy" ? sigmoid(outputs[0]) : Math.min(Math.max(outputs[0], 0), 1);
    return [1 - yes, yes];
  }
  if (loss === "softmax_cross_entropy") {
    const top = Math.max(...outputs);
    return normal(outputs.map((one) => Math.exp(one - top)));
  }
  return normal(outputs.map((one) => (loss === "sigmoid_cross_entropy" ? sigmoid(one) : Math.max(one, 0))));
}

/** What a number is between the smallest, -1, and the largest, 1. @param {number} value */
export function sharesOfNumber(value) {
  const share = (Math.min(Math.max(value, -1), 1) + 1) / 2;
  return [1 - share, share];
}

/** @param {number} value */
function sigmoid(value) {
  return 1 / (1 + Math.exp(-value));
}

/** @param {number[]} sizes */
function normal(sizes) {
  const sum = sizes.reduce((a, b) => a + b, 0);
  return sizes.map((one) => (sum > 0 ? one / sum : 1 / sizes.length));
}

/**
 * @param {string} label  what is seen, in words
 * @param {number} reach  half the side of the plane
 * @param {{x: number[][], t: number[], train: number, isOfNumbers?: boolean}} samples  isOfNumbers: t are no classes
 */
export function createDecisionPlane(label, reach, { x, t, train, isOfNumbers }) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = GRID;
  canvas.setAttribute("aria-hidden", "true");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  /** @param {number} value */
  const place = (value) => Math.round((SIDE / 2) * (1 + Math.min(Math.max(value / reach, -1), 1)) * 10) / 10;
  const root = select(svg).attr("viewBox", `0 0 ${SIDE} ${SIDE}`).attr("role", "img").attr("aria-label", label);
  const largest = isOfNumbers ? t.reduce((most, one) => Math.max(most, Math.abs(one)), 0) || 1 : 1;
  /** @param {number} one */
  const kind = (one) => (isOfNumbers ? Number(one > 0) : one);
  root.selectAll(null).data(x).join("path").attr("d", (_, i) => shape(kind(t[i]), isOfNumbers ? Math.max(Math.sqrt(Math.abs(t[i]) / largest), LEAST) : 1)).attr("transform", ([a, b]) => `translate(${place(a)},${place(-b)})`)
    .attr("class", (_, i) => `sample class-${kind(t[i]) % COLOURS}${i < train ? "" : " held-out"}`);
  const element = document.createElement("div");
  element.className = "boundary";
  element.append(canvas, svg);

  return {
    element,
    /** @param {import("../../lib/types.js").Wire} predictions  a row of outputs a point @param {string} loss */
    paint(predictions, loss) {
      const context = canvas.getContext("2d");
      if (!context || !Array.isArray(predictions)) return;
      const colours = coloursOf(element);
      const image = context.createImageData(GRID, GRID);
      for (const [i, row] of predictions.entries()) {
        const shares = isOfNumbers ? sharesOfNumber(flatten(row)[0] / largest) : sharesOf(flatten(row), loss);
        for (let channel = 0; channel < 3; channel += 1) {
          image.data[4 * i + channel] = shares.reduce((sum, share, one) => sum + share * colours[one % COLOURS][channel], 0);
        }
        image.data[4 * i + 3] = 255;
      }
      context.putImageData(image, 0, 0);
    },
  };
}

/** The classes' colours as they are now, light or dark. @param {HTMLElement} element @returns {number[][]} */
function coloursOf(element) {
  const probe = document.createElement("span");
  element.append(probe);
  const found = Array.from({ length: COLOURS }, (_, i) => {
    probe.className = `area class-${i}`;
    return (getComputedStyle(probe).backgroundColor.match(/[\d.]+/g) ?? ["128", "128", "128"]).slice(0, 3).map(Number);
  });
  probe.remove();
  return found;
}

/** A mark for a class, so that colour is not all that tells it. @param {number} kind @param {number} [size]  up to 1 */
function shape(kind, size = 1) {
  const r = RADIUS * size;
  if (kind % 3 === 1) return `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}z`;
  if (kind % 3 === 2) return `M0,${-r * 1.2}L${r * 1.2},${r}H${-r * 1.2}z`;
  return `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;
}
