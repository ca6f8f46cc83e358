/** What the network view says and shows of its neurons and lines at a step. Pure. */

import { number } from "../../lib/format.js";
import { edgeState, gradientAt, nodeState } from "../../graph/frames.js";
import { nameOf } from "../../graph/labels.js";
import { flatten } from "../../lib/numbers.js";
import { gradientScale, representative } from "../../graph/gradient_scale.js";
import { isBatched, meanSize, rootMeanSquare, unitValues, weightsBetween } from "./values.js";

/** @typedef {import("./model.js").Column} Column */
/** @typedef {import("./model.js").Join} Join */
/** @typedef {import("./layout.js").Line} Line */
/** @typedef {import("../../lib/types.js").Translate} Translate */
/**
 * @typedef {object} Moment  what is looked at
 * @property {import("../../graph/frames.js").Plan} plan
 * @property {number} cursor
 * @property {number | null} batch
 * @property {number | null} sample  null: the batch's mean
 * @property {boolean} full  every digit
 * @property {import("../../lib/types.js").Updates | null} updates  of the parameters, where it is a step of a training
 */

const DIGITS = 2;
const THINNEST = 0.75;
const WIDEST = 4;

/**
 * Values have colours of their own: those of the gradients' scale would say that they are gradients.
 * @param {number} largest
 */
export function valueScale(largest) {
  const { position, largest: top } = gradientScale(largest);
  /** @param {number} value @param {string} ground @param {number} least @param {number} most  per cent */
  const mixed = (value, ground, least, most) => {
    if (!Number.isFinite(value)) return "var(--non-finite)";
    const share = value === 0 ? 0 : least + (most - least) * Math.abs(position(value));
    return `color-mix(in oklab, var(--value-${value < 0 ? "negative" : "positive"}) ${Math.round(share)}%, var(${ground}))`;
  };
  return {
    largest: top,
    /** A letter can be read on it. @param {number} value */
    fill: (value) => mixed(value, "--paper-raised", 10, 46),
    /** @param {number} value */
    line: (value) => mixed(value, "--zero", 25, 100),
    /** @param {number} value */
    width: (value) => lineWidth(position(value)),
  };
}

/** @param {number} position  on a scale, -1 to 1 @returns {number} px */
export function lineWidth(position) {
  return Math.round((THINNEST + (WIDEST - THINNEST) * Math.min(Math.abs(position), 1)) * 100) / 100;
}

/** A number that fits into a circle. @param {number} value */
export function brief(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (size >= 9999.5 || size < 0.00095) return `${sign}${size.toExponential(0).replace("+", "").replace("-", "−")}`;
  return `${sign}${size >= 10 ? Math.round(size) : Number(size.toPrecision(DIGITS))}`;
}

/**
 * A stage of a column at the moment: the node that is known last, and the gradient that has come back to it.
 * @param {Moment} moment
 * @param {number[]} stage
 * @param {boolean} isMerged  a node on the way may have another shape than the result
 */
export function stageAt({ plan, cursor, batch, sample }, stage, isMerged) {
  const { nodes } = plan.trace;
  const end = nodes[stage[stage.length - 1]];
  const known = isMerged ? (nodeState(plan, end.id, cursor).valueShown ? end : undefined)
    : stage.map((id) => nodes[id]).findLast(({ id }) => nodeState(plan, id, cursor).valueShown);
  const hasGradient = end.differentiable && nodeState(plan, end.id, cursor).gradient !== "none";
  return {
    node: known ?? end,
    isKnown: known !== undefined,
    values: known ? unitValues(known.value, known.shape, { batch, sample }) : null,
    hasGradient,
    gradients: hasGradient ? unitValues(gradientAt(plan, end.id, cursor), end.shape, { batch, sample }) : null,
    end,
  };
}

/** What has changed where this text has. @param {Moment} moment @param {number[]} nodes @param {number[]} edges */
export function stateText({ plan, cursor, sample, full }, nodes, edges) {
  const states = nodes.map((id) => {
    const { valueShown, gradient, received } = nodeState(plan, id, cursor);
    return `${Number(valueShown)}${gradient[0]}${received}`;
  });
  const passages = edges.map((id) => {
    const { forward, backward } = edgeState(plan, id, cursor);
    return forward[0] + backward[0];
  });
  return [sample, full, ...states, ...passages].join(" ");
}

/**
 * A neuron's numbers: "h1[0, 2] = 0.31, ∂h1[0, 2] = −0.02"; a map's smallest and largest.
 * @param {Moment} moment
 * @param {Column} column
 * @param {number} unit
 */
export function unitText(moment, { stages, merged, map }, unit) {
  const said = stages.flatMap((stage) => {
    const { node, values, gradients, end } = stageAt(moment, stage, merged > 0);
    return [
      ...(values ? [`${nameOf(node)}${indexOf(moment, node.shape, unit)} = ${extent(values[unit], moment.full)}`] : []),
      ...(gradients ? [`∂${nameOf(moment.plan.trace.nodes[moment.plan.trace.output])}/∂${nameOf(end)}${indexOf(moment, end.shape, unit)} = ${extent(gradients[unit], moment.full)}`] : []),
    ];
  });
  return said.join(map ? "; " : ", ");
}

/** @param {Moment} moment @param {number[]} shape @param {number} unit */
function indexOf({ batch, sample }, shape, unit) {
  const batched = isBatched(shape, batch);
  const rest = batched ? shape.slice(1) : shape;
  const row = rest.length === 2 && rest[0] === 1 ? ["0"] : [];
  const parts = [...(batched ? [sample === null ? ":" : String(sample)] : []), ...row, ...(rest.length % 2 || row.length ? [String(unit)] : [])];
  return parts.length ? `[${parts.join(", ")}]` : "";
}

/** @param {number[]} numbers @param {boolean} full */
function extent(numbers, full) {
  if (numbers.length === 1) return number(numbers[0], full);
  return `${number(Math.min(...numbers), full)} … ${number(Math.max(...numbers), full)}`;
}

/**
 * A whole column's mean sizes; of numbers that were left out the root of their mean square.
 * @param {Moment} moment
 * @param {Column} column
 * @returns {{value: number | null, gradient: number | null, isElided: boolean}}  null: not known yet
 */
export function boxFigures(moment, { stages, merged }) {
  const { node, isKnown, values, hasGradient, gradients, end } = stageAt(moment, stages[stages.length - 1], merged > 0);
  return {
    value: !isKnown ? null : values ? meanSize(values.flat()) : rootMeanSquare(node.summary?.value, node.shape),
    gradient: !hasGradient ? null : gradients ? meanSize(gradients.flat()) : rootMeanSquare(end.summary?.gradient, end.shape),
    isElided: (isKnown && !values) || (hasGradient && !gradients),
  };
}

/**
 * What the lines of a join show: a function from a line to its number, and of which kind that is.
 * @param {Moment} moment
 * @param {Join} join
 * @param {Column[]} columns
 * @returns {(line: Line) => {number: number, isGradient: boolean} | null}  null: nothing but that there is a way
 */
export function lineNumbers({ plan, cursor, batch, sample }, { edge, to, kind }, columns) {
  const { nodes, edges } = plan.trace;
  const { weights, bias } = columns[to];
  if (kind === "weights" && weights) {
    const isTurned = isFirstOut(plan.trace, weights);
    const [weight, one] = [weights, bias].map((parameter) => {
      if (!parameter) return null;
      const node = nodes[parameter.node];
      const isGradient = nodeState(plan, node.id, cursor).gradient !== "none";
      return { isGradient, wire: isGradient ? gradientAt(plan, node.id, cursor) : node.value, figures: isGradient ? node.summary?.gradient : node.summary?.value };
    });
    return (line) => {
      const held = line.isBias ? one : weight;
      if (!held) return null;
      if (held.wire === null) return held.figures ? { number: representative(null, held.figures), isGradient: held.isGradient } : null;
      const numbers = !line.isBias ? weightsBetween(held.wire, isTurned, line.from, line.to)
        : line.to === null ? flatten(held.wire) : [flatten(held.wire)[line.to % flatten(held.wire).length]];
      return { number: representative(numbers), isGradient: held.isGradient };
    };
  }
  const source = nodes[edges[edge].source];
  const { contribution, summary } = edges[edge];
  if (edgeState(plan, edge, cursor).backward === "idle") return () => null;
  const parts = unitValues(contribution, source.shape, { batch, sample });
  if (!parts && !summary?.contribution) return () => null;
  return ({ from }) => ({
    number: from === null || !parts || from >= parts.length ? representative(parts ? parts.flat() : null, summary?.contribution) : representative(parts[from]),
    isGradient: true,
  });
}

/** Whether its first axis is what comes out. @param {import("../../lib/types.js").Trace} trace @param {NonNullable<Column["weights"]>} weights */
function isFirstOut(trace, weights) {
  return weights.turned || trace.nodes[weights.node].shape.length > 2;
}

/**
 * A line's numbers: "W1[0, 2] = 0.31, ∂W1[0, 2] = −0.02"; of several weights the largest.
 * @param {Moment} moment
 * @param {Join} join
 * @param {Column[]} columns
 * @param {Line} line
 * @param {Translate} t
 */
export function lineText(moment, join, columns, line, t) {
  const { plan, cursor, full } = moment;
  const { nodes, edges } = plan.trace;
  const { weights, bias } = columns[join.to];
  const parameter = line.isBias ? bias : weights;
  if (join.kind !== "weights" || !weights || !parameter) {
    const source = nodes[edges[join.edge].source];
    const found = lineNumbers(moment, join, columns)(line);
    const ends = `${nameOf(source)} → ${nameOf(nodes[columns[join.to].result])}`;
    return found ? `${ends}: ∂ ${number(found.number, full)}` : ends;
  }
  const node = nodes[parameter.node];
  const added = moment.updates?.[String(node.name)]?.added ?? null;
  const places = line.isBias ? [line.to] : isFirstOut(plan.trace, weights) ? [line.to, line.from] : [line.from, line.to];
  const name = `${nameOf(node)}[${places.map((one) => one ?? ":").join(", ")}]`;
  const isTurned = isFirstOut(plan.trace, weights);
  /** @param {string} mark @param {import("../../lib/types.js").Wire} wire */
  const told = (mark, wire) => {
    const numbers = numbersOf(wire, line, isTurned);
    if (!numbers.length) return [];
    const text = `${mark}${name} = ${number(representative(numbers), full)}`;
    return [numbers.length > 1 ? t("neurons.largest", { text }) : text];
  };
  const gradient = nodeState(plan, node.id, cursor).gradient === "none" ? null : gradientAt(plan, node.id, cursor);
  return [...told("", node.value), ...told(`∂${nameOf(nodes[plan.trace.output])}/∂`, gradient), ...told("Δ", added)].join(", ") || name;
}

/** Of a parameter's numbers those that a line stands for. @param {import("../../lib/types.js").Wire} wire @param {Line} line @param {boolean} isTurned  its first axis is what comes out */
function numbersOf(wire, line, isTurned) {
  if (!line.isBias) return weightsBetween(wire, isTurned, line.from, line.to);
  return flatten(wire).filter((_, i, all) => line.to === null || i === line.to % all.length);
}

/**
 * What a step of a training adds to the weights of a line; of several the largest.
 * @param {import("../../lib/types.js").Updates | null} updates
 * @param {import("../../lib/types.js").Trace} trace
 * @param {Join} join
 * @param {Column[]} columns
 * @param {Line} line
 * @returns {number | null}
 */
export function lineUpdate(updates, trace, join, columns, line) {
  const { weights, bias } = columns[join.to];
  const parameter = line.isBias ? bias : weights;
  if (!updates || join.kind !== "weights" || !weights || !parameter) return null;
  const { name } = trace.nodes[parameter.node];
  const numbers = numbersOf(updates[String(name)]?.added ?? null, line, isFirstOut(trace, weights));
  return numbers.length ? representative(numbers) : null;
}
