/** The current step in one sentence. Pure. */

import { label, number, valueText } from "../lib/format.js";
import { activeStep, gradientAt } from "./frames.js";
import { differenceOf } from "./meaning/label_difference.js";
import { equals, keyText, nameOf, named, optionTexts, partial, signOf, transposed } from "./labels.js";

/** @typedef {import("../lib/types.js").Trace} Trace */

const INFIX = new Set(["+", "−", "×", "÷", "@", "**"]);

/**
 * @param {import("./frames.js").Plan} plan
 * @param {number} cursor
 * @param {import("../lib/types.js").Translate} t
 * @param {boolean} [full]  numbers in full precision
 * @returns {string}
 */
export function sentence(plan, cursor, t, full = false) {
  const { trace } = plan;
  const step = activeStep(plan, cursor);
  if (step === null) return t("step.start");
  if (step.kind === "turn") {
    const { shape } = trace.nodes[step.node];
    const output = nameOf(trace.nodes[step.node]);
    // ∂y/∂y = 1 is said of one number alone; an array's gradient by itself is no array of ones, and a seed may be another number.
    if (!shape.length && trace.seed === 1) return t("step.turn", { output, seed: 1 });
    return t("step.turn.seed", { output, seed: shape.length ? label(1, shape) : number(trace.seed, full) });
  }
  if (step.kind === "forward") return forward(trace, step, t, full);
  return backward(plan, step, cursor, t, full);
}

/**
 * @param {Trace} trace
 * @param {{edge: number, node: number, arrives: boolean}} step
 * @param {import("../lib/types.js").Translate} t
 * @param {boolean} full
 */
function forward(trace, { edge, node, arrives }, t, full) {
  const target = trace.nodes[node];
  if (!arrives) {
    const source = named(trace.nodes[trace.edges[edge].source], full);
    return t("step.carry", { source, target: nameOf(target) });
  }
  return `${expression(trace, target, full)} ${equals(valueText(target.value, target.shape, full), target.value, target.shape)}`;
}

/**
 * A node's op with its operands' names and numbers: "apple 100 × apple_count 2".
 * @param {Trace} trace
 * @param {import("../lib/types.js").TraceNode} node
 * @param {boolean} full
 */
function expression(trace, node, full) {
  const sign = signOf(node.op);
  const operands = (node.call ?? node.operands ?? node.inputs).map((part) => (typeof part === "string" ? part : named(trace.nodes[part], full)));
  if (INFIX.has(sign) && operands.length === 2) return operands.join(` ${sign} `);
  if (INFIX.has(sign)) return `${sign}(${operands.join(", ")})`;
  if (node.op === "index") return `${operands[0]}[${keyText(node)}]`;
  return node.op === "identity" ? operands.join(", ") : `${node.op}(${[...operands, ...optionTexts(node, node)].join(", ")})`;
}

/**
 * @param {import("./frames.js").Plan} plan
 * @param {{edge: number, node: number, arrives: boolean}} step
 * @param {number} cursor
 * @param {import("../lib/types.js").Translate} t
 * @param {boolean} full
 */
function backward(plan, { edge, node, arrives }, cursor, t, full) {
  const { trace } = plan;
  const { target, local, contribution } = trace.edges[edge];
  const source = trace.nodes[node];
  const { gradient, shape } = trace.nodes[target];
  const kind = ruleOf(local !== null, shape, source.shape);
  const written = told(contribution, source.shape, full);
  // A shape tells how large an array is, and equals it not.
  const brought = kind === "vjp" && /^\(/.test(written) ? written : equals(written, contribution, source.shape);
  const product = transposed(trace, edge);
  const rule = product ? `= ${product}` : differenceOf(trace, edge);
  const said = t(`step.${rule ? "rule" : kind}`, {
    gradient: partial(trace, source), sender: nameOf(trace.nodes[target]), upstream: told(gradient, shape, full), result: rule ? `${rule} ${brought}` : brought,
    local: told(local, shape, full), op: signOf(trace.nodes[target].op),
  });
  if (plan.contributors[node].indexOf(edge) < 1 || source.shape.length) return said;
  const sum = equals(number(gradientAt(plan, node, cursor), full));
  return `${said} ${t(arrives ? "step.sum" : "step.sum.partial", { sum })}`;
}

/**
 * A value's numbers, or in parentheses its shape.
 * @param {import("../lib/types.js").Wire} value
 * @param {number[]} shape
 * @param {boolean} full
 */
function told(value, shape, full) {
  const text = valueText(value, shape, full);
  return shape.length > 1 && !text.startsWith("[") ? `(${text})` : text;
}

/**
 * Which sentence tells what an edge does.
 * @param {boolean} hasLocal
 * @param {number[]} from  the upstream's shape
 * @param {number[]} to  the contribution's
 * @returns {"vjp" | "back" | "elementwise" | "summed"}
 */
function ruleOf(hasLocal, from, to) {
  if (!hasLocal) return "vjp";
  if (from.length === 0) return "back";
  return String(from) === String(to) ? "elementwise" : "summed";
}
