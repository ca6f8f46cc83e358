/** Which nodes a search finds: by name, by op, by a number in them, and by the size of value or gradient. Pure. */

import { signOf } from "../../graph/labels.js";
import { gradientOf, valueOf } from "../../graph/meaning/gradient_sizes.js";
import { number } from "../../lib/format.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("../../lib/types.js").TraceNode} TraceNode */
/** @typedef {(node: TraceNode) => boolean} Test */

/** ">100", "<=1e-6"; of the gradient "∂>100", also written "g>100" or "grad>100". */
const COMPARISON = /^(∂|g|grad|기울기)?(>=|<=|>|<|=)(.+)$/;
/** @type {Record<string, (size: number, bound: number) => boolean>} */
const COMPARE = { ">": (a, b) => a > b, ">=": (a, b) => a >= b, "<": (a, b) => a < b, "<=": (a, b) => a <= b, "=": (a, b) => written(a) === written(b) };
/** @type {Record<string, (value: number) => boolean>} */
const KINDS = { nan: Number.isNaN, inf: (value) => Math.abs(value) === Infinity, infinity: (value) => Math.abs(value) === Infinity, "∞": (value) => Math.abs(value) === Infinity };

/**
 * Ids of nodes, those of exactly that name first; every word that is typed must hold.
 * @param {Trace} trace
 * @param {string} typed
 * @returns {number[]}
 */
export function nodesMatching({ nodes }, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const tests = words.map(testOf);
  const found = nodes.filter((node) => tests.every((test) => test(node)));
  const isNamed = (/** @type {TraceNode} */ { name }) => plain(name ?? "") === plain(typed).trim();
  return [...found.filter(isNamed), ...found.filter((node) => !isNamed(node))].map(({ id }) => id);
}

/** @param {string} word @returns {Test} */
function testOf(word) {
  const [, subject, sign, bound] = COMPARISON.exec(word) ?? [];
  if (sign && !Number.isNaN(Number(bound))) {
    const elements = subject ? gradientOf : valueOf;
    return (node) => elements(node).some((one) => COMPARE[sign](sign === "=" ? one : Math.abs(one), Number(bound)));
  }
  const kind = KINDS[word.replace(/^[-−]/, "")];
  if (kind) return (node) => [...valueOf(node), ...gradientOf(node)].some(kind);
  /** @type {Test} */
  const isCalled = ({ name, op }) => plain(name ?? "").includes(word) || plain(op).includes(word) || signOf(op) === word;
  if (Number.isNaN(Number(word.replace("−", "-")))) return isCalled;
  const text = written(Number(word.replace("−", "-")));
  return (node) => isCalled(node) || [...valueOf(node), ...gradientOf(node)].some((one) => written(one) === text);
}

/** As it stands in the graph. @param {number} value */
function written(value) {
  return number(value).replace("≈", "");
}

/** @param {string} text */
function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}
