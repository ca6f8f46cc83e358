import test from "node:test";
import assert from "node:assert/strict";
import { joined } from "../../static/js/compare/joint_timeline.js";
import { compared } from "../../static/js/compare/trace_differences.js";
import { plan } from "../../static/js/graph/frames.js";
import { fixture } from "./fixtures.js";

const apples = fixture("apples");
const opened = fixture("functions_expanded");

/** @param {import("../../static/js/lib/types.js").Trace} a @param {import("../../static/js/lib/types.js").Trace} b */
function timeline(a, b) {
  const rows = compared(a, b);
  return { rows, ...joined(plan(a), plan(b), rows.map(({ nodes }) => [nodes[0].id, nodes[1].id])) };
}

test("of a program beside itself nothing differs, and both are at the same step at each moment", () => {
  const { rows, moments, turn } = timeline(apples, apples);
  assert.ok(rows.length > 3 && rows.every(({ value, gradient }) => !value && !gradient));
  assert.deepEqual(moments, Array.from({ length: plan(apples).steps.length + 1 }, (_, i) => [i, i]));
  assert.equal(turn, plan(apples).turn);
});

test("two programs of other lengths begin, turn and end together, and neither goes back", () => {
  const { moments, turn } = timeline(apples, opened);
  assert.deepEqual([moments[0], moments[turn], moments.at(-1)], [[0, 0], [plan(apples).turn, plan(opened).turn], [plan(apples).steps.length, plan(opened).steps.length]]);
  for (let i = 1; i < moments.length; i += 1) {
    const [a, b] = [moments[i][0] - moments[i - 1][0], moments[i][1] - moments[i - 1][1]];
    assert.ok(a >= 0 && a <= 1 && b >= 0 && b <= 1 && a + b > 0, String(moments[i]));
  }
});

test("another number differs, one that rounding alone changes does not, and NaN is itself", () => {
  const node = apples.nodes.find(({ name }) => name !== null);
  assert.ok(node);
  /** @param {Partial<import("../../static/js/lib/types.js").TraceNode>} changed */
  const row = (changed) => compared(apples, { ...apples, nodes: apples.nodes.map((one) => (one === node ? { ...one, ...changed } : one)) }).find(({ nodes }) => nodes[0] === node);
  const value = Number(node.value);
  assert.equal(row({ value: value + 1 })?.value, true);
  assert.equal(row({ value: value * (1 + 1e-14) })?.value, false);
  assert.equal(row({ value: "NaN" })?.value, true);
  assert.equal(row({ gradient: "Infinity" })?.gradient, true);
  assert.equal(row({ differentiable: false, gradient: null })?.gradient, true);
  const odd = /** @type {typeof apples} */ ({ ...apples, nodes: apples.nodes.map((one) => (one === node ? { ...one, value: "NaN" } : one)) });
  assert.equal(compared(odd, odd).some(({ value: differs }) => differs), false);
});
