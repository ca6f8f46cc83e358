/** What the page asks of a program, and what its trace answers: the texts are the catalogue's, the numbers the trace's. Pure. */

import { number, valueText } from "../lib/format.js";
import { flatten, scalar } from "../lib/numbers.js";
import { representative } from "../graph/gradient_scale.js";
import { equals, nameOf, partial } from "../graph/labels.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").TraceNode} TraceNode */
/** @typedef {import("../lib/types.js").Translate} Translate */
/**
 * @typedef {object} Asked  an example's question
 * @property {string} example
 * @property {string} input  whose gradient answers it
 * @property {string} signs  of that gradient where the answer's sentence is right
 */

/** In text, four digits need no "≈". @param {number} value */
const plain = (value) => number(value).replace("≈", "");

/** The inputs that have names; of one that a loop updates, with the gradient of the last step. @param {Trace} trace @returns {TraceNode[]} */
function inputsOf({ nodes, gradients, stepped }) {
  const inputs = nodes.filter(({ op, name }) => op === "input" && name !== null);
  return inputs.map((node) => (String(node.name) in stepped ? { ...node, gradient: gradients[String(node.name)], summary: null } : node));
}

/** The input of a name. @param {Trace} trace @param {string} name */
export function inputNamed(trace, name) {
  return inputsOf(trace).find((node) => node.name === name) ?? null;
}

/** The signs of a gradient's elements, as one text. @param {TraceNode} node */
export function signsOf(node) {
  return flatten(node.gradient).map((one) => Math.sign(one)).join();
}

/**
 * The input that a program's own question is answered with: the one whose gradient has the largest element.
 * @param {Trace} trace
 * @param {Set<string>} data  names of inputs that are none to be moved
 * @returns {TraceNode | null}
 */
export function mostInfluential(trace, data) {
  /** @param {TraceNode} node */
  const size = (node) => Math.abs(representative(node.gradient, node.summary?.gradient));
  const inputs = inputsOf(trace).filter((node) => !data.has(String(node.name)) && node.differentiable && Number.isFinite(size(node)));
  return inputs.length ? inputs.reduce((best, one) => (size(one) > size(best) ? one : best)) : null;
}

/**
 * @param {Trace} trace
 * @param {Asked | null} asked  null: a program of the reader's own
 * @param {Translate} t
 */
export function questionOf(trace, asked, t) {
  return asked ? t(`example.${asked.example}.question`) : t("story.question", { output: nameOf(trace.nodes[trace.output]) });
}

/**
 * What the gradient says: in a sentence, where there is one that is right, and in the one notation.
 * @param {Trace} trace
 * @param {Asked | null} asked
 * @param {Set<string>} data  names of inputs that are none to be moved
 * @param {Translate} t
 * @returns {{input: TraceNode, sentence: string, derivative: string} | null}  null: no input has a gradient
 */
export function answerOf(trace, asked, data, t) {
  const input = (asked && inputNamed(trace, asked.input)) ?? mostInfluential(trace, data);
  if (!input) return null;
  const size = representative(input.gradient, input.summary?.gradient);
  const elements = flatten(input.gradient);
  const output = trace.nodes[trace.output];
  const written = valueText(input.gradient, input.shape);
  const said = {
    ...Object.fromEntries(trace.nodes.filter(({ name }) => name !== null && /^\w+$/.test(name)).map((node) => [String(node.name), inWords(node)])),
    input: nameOf(input), output: nameOf(output),
    gradient: input.shape.length ? written : plain(scalar(input.gradient)),
    size: plain(Math.abs(size)), place: elements.indexOf(size) + 1,
  };
  const key = asked && signsOf(input) === asked.signs ? `example.${asked.example}.answer`
    : !Number.isFinite(size) ? "story.answer.not-finite" : size === 0 ? "story.answer.zero"
    : input.shape.length ? "story.answer.array" : size > 0 ? "story.answer.rises" : "story.answer.falls";
  return { input, sentence: t(key, said), derivative: `${partial(trace, input)} ${equals(written, input.gradient, input.shape)}` };
}

/** @param {TraceNode} node */
function inWords({ value, shape }) {
  return shape.length ? valueText(value, shape) : value === null ? "…" : plain(scalar(value));
}
