/** Where softmax or the sigmoid meets its cross-entropy, what comes back is a difference: "y − t", "(y − t) / 2". Pure. */

import { flatten } from "../../lib/numbers.js";
import { nameOf } from "../labels.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */

const OPS = new Set(["softmax", "sigmoid"]);
const CLOSE = 1e-9;

/**
 * What an edge into softmax or the sigmoid brings back, where it is that node's value minus a target of the program:
 * the numbers themselves decide it.
 * @param {Trace} trace
 * @param {number} id
 * @returns {string} "" where it is not
 */
export function differenceOf({ nodes, edges }, id) {
  const { target, contribution } = edges[id];
  const made = nodes[target];
  if (!OPS.has(made.op) || contribution === null || made.value === null) return "";
  const [brought, value] = [flatten(contribution), flatten(made.value)];
  if (brought.length !== value.length) return "";
  for (const node of nodes) {
    if (node.op !== "input" || node.name === null || String(node.shape) !== String(made.shape) || node.id === edges[id].source) continue;
    const label = flatten(node.value);
    const at = value.findIndex((one, i) => Math.abs(one - label[i]) > CLOSE);
    if (at < 0) continue;
    const share = brought[at] / (value[at] - label[at]);
    const parts = Math.round(1 / share);
    if (!(parts >= 1) || brought.some((one, i) => Math.abs(one * parts - (value[i] - label[i])) > CLOSE * parts)) continue;
    const difference = `${nameOf(made)} − ${node.name}`;
    return parts === 1 ? difference : `(${difference}) / ${parts}`;
  }
  return "";
}
