/**
 * Cells against the service: for the node "z" of each trace in a file, what its terms and its reaches add up to, and what
 * the line of numbers comes to that a reader sees.
 * node tests/js/cells_probe.js asked.json, of {ops, traces}, prints a list of {op, form, error}; error: null where it is not told,
 * form: null where the op's entry names none.
 */

import { readFileSync } from "node:fs";
import { madeFrom, sumsUp } from "../../static/js/panels/cells/cell_sentence.js";
import { subjectAt } from "../../static/js/panels/cells/op_cells.js";
import { sizeOf, valueAt } from "../../static/js/panels/cells/cell_links.js";
import { collapse } from "../../static/js/graph/collapsed_groups.js";
import { flatten } from "../../static/js/lib/numbers.js";

/** @param {number} a @param {number} b  equal NaNs and infinities are no error */
function distance(a, b) {
  return Object.is(a, b) ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b));
}

const WRITTEN = new Set(["sum", "softmax", "log_softmax", "logsumexp", "prod", "norm", "max", "min", "first max"]);

/** What a line of numbers comes to, in every digit. @param {string} line */
function computed(line) {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const text = line.replace(/^[=≈] /, "").replaceAll("·", "*").replaceAll("−", "-").replaceAll("²", "**2").replaceAll("√", "sqrt")
    .replace(/×10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, sign, power) => `e${sign && "-"}${[...power].map((digit) => digits.indexOf(digit)).join("")}`)
    .replace(/-?[\d.]+(e-?\d+)?(?=\*\*)/g, "($&)").replace(/\b[a-z]+(?=\()/g, "Math.$&");
  return Number(new Function(`return ${text};`)());
}

/** @param {import("../../static/js/panels/cells/cell_sentence.js").Said} said @param {boolean} isWritten @param {number} value */
function told({ lines, left }, isWritten, value) {
  if (lines.some((line) => /undefined|null|\[object/.test(line))) return Infinity;
  return isWritten && left === 0 && lines.length === 3 ? distance(computed(lines[1]), value) : 0;
}

const asked = JSON.parse(readFileSync(process.argv[2], "utf8"));
/** @type {import("../../static/js/panels/cells/op_cells.js").Ops} */
const ops = new Map(asked.ops.map((/** @type {import("../../static/js/lib/types.js").OpEntry} */ op) => [op.name, op]));

/** @param {import("../../static/js/lib/types.js").Trace} served */
function probe(served) {
  const trace = collapse(served, [], () => false);
  const id = trace.nodes.find(({ name }) => name === "z")?.id ?? -1;
  const node = trace.nodes[id];
  const form = ops.get(node.op)?.cells?.form ?? null;
  const subject = subjectAt(trace, id, ops);
  if (!subject) return { op: node.op, form, error: null };
  const { use, wiring, edges } = subject;
  const errors = [0];
  const isWritten = WRITTEN.has(wiring.kind);
  for (const [out, value] of (use.value ?? []).entries()) errors.push(told(madeFrom(subject, out, true), isWritten, value));
  if (wiring.kind === "sum") {
    for (const [out, value] of (use.value ?? []).entries()) {
      const sum = wiring.terms(out).reduce((all, { share, cells }) => all + cells.reduce((product, cell) => product * valueAt(use, cell), share), 0);
      errors.push(distance(sum, value));
    }
  }
  const g = flatten(node.gradient);
  for (const edge of new Set(edges)) {
    const { contribution } = trace.edges[edge];
    if (contribution === null) continue;
    const args = edges.flatMap((one, arg) => (one === edge ? [arg] : []));
    const expected = flatten(contribution);
    for (let at = 0; at < sizeOf(use.shapes[args[0]]); at += 1) {
      const sum = args.flatMap((arg) => wiring.reach({ arg, at })).reduce((all, { out, slope }) => all + g[out] * slope, 0);
      if (use.cells?.form !== "reduction" || use.cells.how) errors.push(distance(sum, expected[at]));
      const back = { symbol: "s", g, contribution: expected[at] };
      errors.push(told(sumsUp(subject, args.map((arg) => ({ arg, at })), back, true), true, expected[at]));
    }
    // Both directions are the same map.
    const reaching = args.flatMap((arg) => Array.from({ length: sizeOf(use.shapes[arg]) }, (_, at) => wiring.reach({ arg, at }).length)).reduce((a, b) => a + b, 0);
    const made = Array.from({ length: sizeOf(use.shape) }, (_, out) => wiring.terms(out).flatMap(({ cells }) => cells.filter(({ arg }) => args.includes(arg))).length).reduce((a, b) => a + b, 0);
    if (reaching !== made) errors.push(Infinity);
  }
  return { op: node.op, form, error: errors.reduce((worst, error) => (error >= 0 ? Math.max(worst, error) : Infinity), 0) };
}

process.stdout.write(JSON.stringify(asked.traces.map(probe), (_, value) => (value === Infinity ? "Infinity" : value)));
