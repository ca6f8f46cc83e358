import assert from "node:assert/strict";
import { test } from "node:test";
import { plan } from "../../static/js/graph/frames.js";
import { compared, cutOut, extremeOf, isFinite, operandsOf, partsOf, usesOf, lettersOf } from "../../static/js/panels/derive/fused_model.js";
import { flatten } from "../../static/js/lib/numbers.js";
import { fixture } from "./fixtures.js";

const NAMES = ["softmax", "sigmoid", "square"];

test("a function is used as often in the fused trace as in the expanded one, and in the same order", () => {
  const [fused, expanded] = [fixture("functions_fused"), fixture("functions_expanded")];
  for (const name of NAMES) {
    const [closed, open] = [usesOf(fused, name), usesOf(expanded, name)];
    assert.ok(closed.length > 0);
    assert.equal(closed.length, open.length);
    for (const [i, { node, group, nodes }] of closed.entries()) {
      assert.equal(group, null);
      assert.deepEqual([...nodes], [node]);
      assert.deepEqual(flatten(fused.nodes[node].value).map((one) => one.toFixed(9)), flatten(expanded.nodes[open[i].node].value).map((one) => one.toFixed(9)));
    }
  }
});

test("what is cut out is a trace: numbered from 0, its operands leaves, its steps all of its edges", () => {
  const expanded = fixture("functions_expanded");
  for (const name of NAMES) {
    for (const use of usesOf(expanded, name)) {
      const cut = cutOut(expanded, use);
      assert.deepEqual(cut.nodes.map(({ id }) => id), cut.nodes.map((_, i) => i));
      for (const { source, target } of cut.edges) assert.ok(source < target && source >= 0);
      assert.equal(cut.nodes[cut.output].origin, use.node);
      for (const { origin, inputs, op } of cut.nodes) if (!use.nodes.has(origin ?? -1)) assert.ok(inputs.length === 0 && (op === "input" || op === "constant"));
      const { steps, turn } = plan(cut);
      assert.equal(turn, cut.edges.length + 1);
      assert.equal(steps.length, turn + cut.backward_order.length);
    }
  }
});

test("both give an operand the same gradient", () => {
  const [fused, expanded] = [fixture("functions_fused"), fixture("functions_expanded")];
  for (const name of NAMES) {
    const open = usesOf(expanded, name);
    for (const [i, use] of usesOf(fused, name).entries()) {
      const rows = compared(cutOut(fused, use), cutOut(expanded, open[i]));
      assert.ok(rows.length > 0);
      for (const { difference } of rows) assert.ok(difference !== null && difference < 1e-12, `${name}: ${difference}`);
    }
  }
});

test("a function with no softmax or sigmoid in it has no y − t", () => {
  const expanded = fixture("functions_expanded");
  assert.equal(partsOf(cutOut(expanded, usesOf(expanded, "square")[0]), "square"), null);
});

test("the reader's own logits are moved to 1,000, and what does not fit gives way to an example", () => {
  const fused = fixture("functions_fused");
  const [x] = operandsOf(cutOut(fused, usesOf(fused, "softmax")[0]));
  /** @param {number[]} value */
  const logits = (value) => ({ ...x, shape: [value.length], value });
  assert.deepEqual(extremeOf("softmax", [logits([1, 3])])?.inputs, { x: [998, 1000] });
  assert.deepEqual(extremeOf("softmax", [logits([1, 3])])?.seed, [1, 0]);
  assert.equal(extremeOf("softmax", [logits(Array(50).fill(1))])?.isOwn, false);
  assert.equal(extremeOf("softmax_cross_entropy", [logits([1, 3])])?.isOwn, false); // without a target
  assert.equal(extremeOf("square", [x]), null);
});

test("one NaN or infinity among numbers is enough", () => {
  assert.equal(isFinite([1, [2, 3]]), true);
  assert.equal(isFinite([1, ["NaN", 3]]), false);
  assert.equal(isFinite("Infinity"), false);
  assert.equal(isFinite(0), true);
});

test("the reader's names stand in what is said of the parts, and no letter means two things", () => {
  assert.deepEqual(lettersOf("x", "t"), { x: "x", t: "t", y: "y", e: "e" });
  assert.deepEqual(lettersOf("y", "labels"), { x: "y", t: "labels", y: "p", e: "e" });
  assert.deepEqual(lettersOf("p", "y"), { x: "p", t: "y", y: "q", e: "e" });
  assert.deepEqual(lettersOf("e", "E"), { x: "e", t: "E", y: "y", e: "u" });
});
