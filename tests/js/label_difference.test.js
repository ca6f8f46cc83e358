import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceIn } from "../../static/js/graph/meaning/difference_search.js";
import { differenceOf } from "../../static/js/graph/meaning/label_difference.js";
import { fixture } from "./fixtures.js";

test("behind softmax and cross-entropy comes back y − t, also where both are one node and where labels are numbers of classes", () => {
  const trace = fixture("softmax_cross_entropy");
  const found = differenceIn(trace);
  assert.equal(found?.difference, "= y − t");
  assert.equal(found?.selection.kind, "edge");
  assert.equal(differenceIn(fixture("apples")), null);
  /** One node over two rows of scores, whose mean is taken. @param {unknown} t @param {number[]} shape */
  const fused = (t, shape) => /** @type {any} */ ({
    nodes: [{ id: 0, op: "input", name: "a", shape: [2, 2], value: [[0, 0], [0, 0]] }, { id: 1, op: "input", name: "t", shape, value: t }, { id: 2, op: "softmax_cross_entropy", name: "L", shape: [], value: 0.69 }],
    edges: [{ id: 0, source: 0, target: 2, contribution: [[0.25, -0.25], [-0.25, 0.25]] }],
  });
  assert.equal(differenceOf(fused([[0, 1], [1, 0]], [2, 2]), 0), "= (softmax(a) − t) / 2");
  assert.equal(differenceOf(fused([1, 0], [2]), 0), "= (softmax(a) − one_hot(t)) / 2");
  assert.equal(differenceOf(fused([0, 1], [2]), 0), "");
});

test("where softmax is written out or closed together with its loss, the scores' gradient is told", () => {
  /** @param {number[]} gradient @param {string | null} made  a name of the probabilities */
  const written = (gradient, made) => /** @type {any} */ ({
    nodes: [
      { id: 0, op: "input", name: "a", shape: [2], value: [0, 0], gradient, differentiable: true }, { id: 1, op: "input", name: "t", shape: [2], value: [0, 1], gradient: [1, 1], differentiable: true },
      { id: 2, op: "div", name: made, shape: [2], value: [0.5, 0.5], gradient: [0, -2], differentiable: true }, { id: 3, op: "sum", name: "L", shape: [], value: 0.69, gradient: 1, differentiable: true },
    ],
    edges: [],
  });
  assert.deepEqual(differenceIn(written([0.5, -0.5], "y"))?.selection, { kind: "node", id: 0 });
  assert.equal(differenceIn(written([0.5, -0.5], "y"))?.difference, "= y − t");
  assert.equal(differenceIn(written([0.5, -0.5], null))?.difference, "= softmax(a) − t");
  assert.equal(differenceIn(written([0.25, -0.25], "y"))?.difference, "= (y − t) / 2");
  assert.equal(differenceIn(written([0.4999999, -0.4999999], "y"))?.difference, "≈ y − t");
  assert.equal(differenceIn(written([0.499, -0.5], "y")), null);
  assert.equal(differenceIn(written([3e-15, -1e-15], "y")), null);
  assert.equal(differenceIn(written([3e-6, -3.1e-6], "y")), null);
});
