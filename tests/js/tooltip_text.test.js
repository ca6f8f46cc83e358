import assert from "node:assert/strict";
import { test } from "node:test";
import { plan } from "../../static/js/graph/frames.js";
import { hint } from "../../static/js/graph/tooltip_text.js";
import { translator } from "../../static/js/lib/i18n.js";
import { NAMES, catalogue, fixture } from "./fixtures.js";

const t = translator(catalogue("en"));
const apples = fixture("apples");
const p = plan(apples);
const last = p.steps.length;
/** @param {string} name */
const idOf = (name) => apples.nodes.findIndex((node) => node.name === name);

test("an input shows its value at once, and its gradient when that has come back", () => {
  const subject = { kind: /** @type {const} */ ("node"), id: idOf("사과") };
  assert.deepEqual(hint(p, subject, 0, t, false), { title: "사과", rows: [["Value", "100"]] });
  assert.deepEqual(hint(p, subject, last, t, false)?.rows, [["Value", "100"], ["∂총액/∂사과", "2.2"]]);
});

test("an edge shows upstream × local = contribution", () => {
  const edge = apples.edges.find(({ source }) => source === idOf("사과"));
  assert.ok(edge);
  const rows = hint(p, { kind: "edge", id: edge.id }, last, t, false)?.rows;
  assert.deepEqual(rows, [["Value", "100"], ["Upstream × local = contribution", "1.1 × 2 = 2.2"]]);
});

for (const name of NAMES) {
  const trace = fixture(name);
  test(`${name}: nothing is told before its step`, () => {
    const own = plan(trace);
    for (const { id } of trace.nodes) if (own.valueAt[id] > 0) assert.equal(hint(own, { kind: "node", id }, own.valueAt[id] - 1, t, false), null);
    for (const { id } of trace.edges) {
      assert.equal(hint(own, { kind: "edge", id }, own.forwardAt[id] - 1, t, false), null);
      if (own.backwardAt[id]) assert.equal(hint(own, { kind: "edge", id }, own.backwardAt[id] - 1, t, false)?.rows.length, 1);
    }
  });
}

test("a short vector shows its numbers, any other array its least and greatest, each with its shape", () => {
  const trace = fixture("affine");
  const own = plan(trace);
  const [X, W, b] = ["X", "W", "b"].map((name) => hint(own, { kind: "node", id: trace.nodes.findIndex((node) => node.name === name) }, 0, t, false)?.rows);
  assert.deepEqual(b, [["Value", "[0.1, 0.2, 0.3]"], ["Shape", "(3,)"]]);
  assert.deepEqual(X, [["Value", "1 … 4"], ["Shape", "2×2"]]);
  assert.deepEqual(W, [["Value", "−0.6 … 0.5"], ["Shape", "2×3"]]);
});
