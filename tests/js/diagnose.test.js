import assert from "node:assert/strict";
import { test } from "node:test";
import { requestOf, splitObject } from "../../static/js/trust/diagnose_claims.js";

test("a dict is split into its values as they were written", () => {
  assert.deepEqual([...(splitObject('{"W": [[0.40, 1]], "b": 2.0}') ?? [])], [["W", "[[0.40, 1]]"], ["b", "2.0"]]);
  assert.deepEqual([...(splitObject("{'W': array([[0.40, 1.],\n  [2., 3.]]), '기울기': tensor(1., dtype=torch.float64)}") ?? [])],
    [["W", "array([[0.40, 1.],\n  [2., 3.]])"], ["기울기", "tensor(1., dtype=torch.float64)"]]);
});

test("what is no dict is left alone", () => {
  for (const text of ["", "1", "[1, 2]", "{}", "{1: 2}", "{a}", "{\"a\" 1}", "array([1])"]) assert.equal(splitObject(text), null, text);
});

test("only what is written, and only of nodes that there are, is sent", () => {
  const claims = { gradients: new Map([["x", " 1.0 "], ["y", "  "], ["gone", "2"]]), values: new Map() };
  assert.deepEqual(requestOf(claims, new Set(["x", "y"])), { gradients: { x: " 1.0 " } });
  assert.equal(requestOf(claims, new Set(["y"])), null);
});
