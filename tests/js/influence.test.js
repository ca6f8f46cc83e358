import assert from "node:assert/strict";
import { test } from "node:test";
import { elementsOf, leavesOf, outputOf, ranked, reachOf, withElement } from "../../static/js/trust/influence_model.js";
import { flatten } from "../../static/js/numbers.js";
import { fixture } from "./fixtures.js";

test("the gradient of one apple's price is 2.2, and its elasticity its share of the total", () => {
  const leaves = leavesOf(fixture("apples"));
  const apple = leaves.find(({ name }) => name === "사과");
  assert.ok(apple);
  assert.ok(Math.abs(apple.norm - 2.2) < 1e-12);
  assert.equal(apple.largest, apple.norm);
  assert.ok(Math.abs(apple.elasticity - (100 * 2.2) / 715) < 1e-12);
});

test("the ranking is by size, whatever the sign, and what has no number comes last", () => {
  const [leaf] = leavesOf(fixture("apples"));
  const made = [1, NaN, -3, 2].map((norm, i) => ({ ...leaf, name: String(i), norm }));
  assert.deepEqual(ranked(made, "norm").map(({ name }) => name), ["2", "3", "0", "1"]);
});

test("of an array the norm is over all elements, and the largest keeps its sign", () => {
  const trace = fixture("affine");
  for (const { node, norm, largest } of leavesOf(trace)) {
    const gradients = flatten(node.gradient);
    assert.ok(Math.abs(norm ** 2 - gradients.reduce((sum, one) => sum + one * one, 0)) < 1e-9);
    assert.ok(gradients.includes(largest) && gradients.every((one) => Math.abs(one) <= Math.abs(largest)));
  }
});

test("an output that is an array counts as its seeded sum", () => {
  const trace = fixture("apples");
  const nodes = trace.nodes.map((node) => (node.id === trace.output ? { ...node, value: [1, [2, "Infinity"]].flat(), shape: [3] } : node));
  assert.equal(outputOf({ ...trace, nodes, seed: [1, 2, 0.5] }), Infinity);
  assert.equal(outputOf({ ...trace, nodes: nodes.map((node) => (node.id === trace.output ? { ...node, value: [1, 2, 3] } : node)), seed: 2 }), 12);
  assert.ok(Number.isNaN(outputOf({ ...trace, nodes: nodes.map((node) => ({ ...node, value: null })) })));
});

test("elements come by the size of their gradients, with their places", () => {
  const [node] = fixture("apples").nodes;
  const found = elementsOf({ ...node, shape: [2, 3], value: [[1, 2, 3], [4, 5, 6]], gradient: [[0, -9, 1], [2, 3, 4]] });
  assert.deepEqual(found.map(({ index }) => index), [[0, 1], [1, 2], [1, 1], [1, 0], [0, 2], [0, 0]]);
  assert.deepEqual(found[0], { index: [0, 1], value: 2, gradient: -9 });
  assert.deepEqual(elementsOf({ ...node, shape: [2], value: null, gradient: null }), []);
});

test("one number of an array is changed, and the array that it came from is not", () => {
  const value = [[1, 2], [3, 4]];
  assert.deepEqual(withElement(value, [1, 0], 9), [[1, 2], [9, 4]]);
  assert.deepEqual(value, [[1, 2], [3, 4]]);
  assert.equal(withElement(5, [], 9), 9);
});

test("a number may be moved by its own power of ten, and starts with one where that is little", () => {
  assert.deepEqual(reachOf(100), { span: 100, step: 1, first: 1 });
  assert.deepEqual(reachOf(-3), { span: 1, step: 0.01, first: 0.1 });
  assert.deepEqual(reachOf(1000), { span: 1000, step: 10, first: 10 });
  assert.deepEqual(reachOf(0), { span: 1, step: 0.01, first: 0.1 });
  assert.ok(Math.abs(reachOf(0.05).span - 0.01) < 1e-15);
  for (const value of [NaN, Infinity, 1e-300, 1e300]) assert.ok(reachOf(value).span > 0);
});
