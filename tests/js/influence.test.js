import assert from "node:assert/strict";
import { test } from "node:test";
import { dataOf, labelsOf } from "../../static/js/graph/meaning/data_inputs.js";
import { elementsOf, leavesOf, outputOf, ranked, reachOf, withElement } from "../../static/js/panels/influence/influence_model.js";
import { flatten } from "../../static/js/lib/numbers.js";
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
  /** @type {import("../../static/js/lib/types.js").TraceNode[]} */
  const nodes = trace.nodes.map((node) => (node.id === trace.output ? { ...node, value: [1, 2, "Infinity"], shape: [3] } : node));
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

/**
 * A trace of a few nodes: their op, name, operands by place, and value.
 * @param {...[op: string, name: string | null, inputs: number[], value?: unknown]} nodes
 * @returns {any}
 */
function made(...nodes) {
  return {
    nodes: nodes.map(([op, name, inputs, value = null], id) => ({ id, op, name, inputs, value, group: null })), groups: [],
    edges: nodes.flatMap(([, , inputs], target) => inputs.map((source, argnum) => ({ source, target, argnum }))),
  };
}

const OPS = new Map(Object.entries({
  softmax_cross_entropy: "softmax_cross_entropy(x, t)", mse: "mse(y, t)", one_hot: "one_hot(indices, classes)", take: "take(x, indices, axis=None)", embedding: "embedding(indices, W)",
  mul: "mul(x, y)", sub: "sub(x, y)", log: "log(x)",
}).map(([name, signature]) => [name, { signature }]));
const T = [[0, 1], [1, 0]];

/** @type {[string, string[], any][]} */
const LABELLED = [
  ["targets of a loss", ["t"], made(["input", "x", []], ["input", "t", [], T], ["softmax_cross_entropy", "L", [0, 1]])],
  ["numbers as targets", ["t"], made(["input", "y", []], ["input", "t", [], [0.3, 7]], ["mse", "L", [0, 1]])],
  ["what a loss predicts is none", ["t"], made(["input", "t", []], ["input", "y", []], ["mse", "L", [1, 0]])],
  ["class numbers", ["k"], made(["input", "x", []], ["input", "k", []], ["one_hot", null, [1]], ["softmax_cross_entropy", "L", [0, 2]])],
  ["indices", ["k"], made(["input", "x", []], ["input", "k", []], ["take", "y", [0, 1]])],
  ["indices before their table", ["k"], made(["input", "k", []], ["input", "W", []], ["embedding", "y", [0, 1]])],
  ["targets that were given another shape first", ["t"], made(["input", "x", []], ["input", "t", []], ["reshape", null, [1]], ["mse", "L", [0, 2]])],
  ["targets that were smoothed", ["t"], made(["input", "x", []], ["input", "t", []], ["constant", null, []], ["mul", null, [1, 2]], ["mse", "L", [0, 3]])],
  ["a cross-entropy that is written out", ["t"], made(["input", "y", []], ["input", "t", [], T], ["log", null, [0]], ["mul", null, [1, 2]], ["sum", "L", [3]])],
  ["a squared error that is written out", ["t"], made(["input", "x", []], ["input", "t", [], [0, 1]], ["exp", "y", [0]], ["sub", null, [2, 1]], ["sum", "L", [3]])],
  ["a target that is an input of the model as well", [], made(["input", "x", []], ["input", "t", [], T], ["mul", "y", [0, 1]], ["mse", "L", [2, 1]])],
  ["inputs of zeros and ones", [], made(["input", "x", [], T], ["input", "w", []], ["mul", "y", [0, 1]])],
  ["a single label of binary cross-entropy", ["t"], made(["input", "y", []], ["input", "t", [], 1], ["log", null, [0]], ["mul", null, [1, 2]], ["constant", null, [], 1], ["sub", null, [4, 1]], ["log", null, [0]], ["mul", null, [5, 6]], ["add", "L", [3, 7]])],
  ["a single 1 beside one logarithm", [], made(["input", "y", []], ["input", "t", [], 1], ["log", null, [0]], ["mul", "L", [1, 2]])],
  ["prices beside a logarithm", [], made(["input", "x", []], ["input", "p", [], [100, 2]], ["log", null, [0]], ["mul", "y", [1, 2]])],
  ["a time named t", [], made(["input", "v", []], ["input", "t", [], 3], ["mul", "s", [0, 1]])],
  ["an input without a use", [], made(["input", "x", []], ["input", "u", []], ["exp", "y", [0]])],
];

for (const [what, labels, trace] of LABELLED) {
  test(`what is a label is told by its uses: ${what}`, () => assert.deepEqual([...labelsOf(trace, OPS)], labels));
}

test("a target is one inside its loss, too, where that is open", () => {
  const trace = made(["input", "x", []], ["input", "t", [], [[0.2, 0.8]]], ["mul", null, [0, 1]], ["sum", "L", [2]]);
  trace.groups = [{ id: 0, name: "softmax_cross_entropy", parent: null, operands: [0, 1] }, { id: 1, name: "inner", parent: 0, operands: null }];
  trace.nodes[2].group = 1;
  assert.deepEqual([...labelsOf(trace, OPS)], ["t"]);
});

test("of what the engine traced, the targets of losses are labels and nothing else is", () => {
  for (const name of /** @type {const} */ (["softmax_cross_entropy", "two_layer_net"])) assert.deepEqual([...labelsOf(fixture(name), OPS)].map((label) => label.toLowerCase()), ["t"], name);
  for (const name of /** @type {const} */ (["apples", "neuron", "affine", "array_twice", "staged"])) assert.deepEqual([...labelsOf(fixture(name), OPS)], [], name);
});

test("where the program updates inputs by their gradients, the others are data", () => {
  const trace = made(["input", "x", []], ["input", "w", []], ["mul", "y", [0, 1]]);
  trace.stepped = { w: 1 };
  assert.deepEqual([...dataOf(trace, OPS)], ["x"]);
});

test("samples are data where there are labels; without a loss they are an input like any other", () => {
  assert.deepEqual([...dataOf(fixture("two_layer_net"), OPS)].toSorted(), ["T", "X"]);
  assert.deepEqual([...dataOf(fixture("affine"), OPS)], []);
  assert.deepEqual([...dataOf(fixture("softmax_cross_entropy"), OPS)], ["t"]);
});
