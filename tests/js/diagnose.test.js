import assert from "node:assert/strict";
import { test } from "node:test";
import { translator } from "../../static/js/lib/i18n.js";
import { verdictText } from "../../static/js/panels/diagnose/diagnose.js";
import { requestOf, splitObject } from "../../static/js/panels/diagnose/claims.js";
import { catalogue } from "./fixtures.js";

test("a dict is split into its values as they were written", () => {
  assert.deepEqual([...(splitObject('{"W": [[0.40, 1]], "b": 2.0}') ?? [])], [["W", "[[0.40, 1]]"], ["b", "2.0"]]);
  assert.deepEqual([...(splitObject("{'W': array([[0.40, 1.],\n  [2., 3.]]), '기울기': tensor(1., dtype=torch.float64)}") ?? [])],
    [["W", "array([[0.40, 1.],\n  [2., 3.]])"], ["기울기", "tensor(1., dtype=torch.float64)"]]);
});

test("what is no dict is left alone", () => {
  for (const text of ["", "1", "[1, 2]", "{}", "{1: 2}", "{a}", "{\"a\" 1}", "array([1])"]) assert.equal(splitObject(text), null, text);
});

test("only what is written, and only of nodes that there are, is sent", () => {
  const claims = { gradients: new Map([["x", " 1.0 "], ["y", "  "], ["gone", "2"]]), values: new Map(), text: " " };
  assert.deepEqual(requestOf(claims, new Set(["x", "y"])), { gradients: { x: " 1.0 " } });
  assert.equal(requestOf(claims, new Set(["y"])), null);
  assert.deepEqual(requestOf({ ...claims, text: "dx = 1" }, new Set(["y"])), { text: "dx = 1" });
});

test("a wrong shape is told as a shape, and what is no number has no error", () => {
  const t = translator(catalogue("en"));
  const wrong = { name: "W", verdict: /** @type {const} */ ("wrong"), worst_index: [0, 1], shape: [2, 2], relative_error: 0.67 };
  assert.equal(verdictText(wrong, [2, 2], t), "✗ wrong · relative error 0.67 · W[0, 1]");
  assert.equal(verdictText({ ...wrong, relative_error: "Infinity", worst_index: [], shape: [4] }, [2, 2], t), "✗ wrong · of shape (4,) where 2×2 is right");
  assert.equal(verdictText({ ...wrong, relative_error: "Infinity", worst_index: [], shape: [2] }, [], t), "✗ wrong · of shape (2,) where () is right");
  assert.equal(verdictText({ ...wrong, relative_error: "Infinity" }, [2, 2], t), "✗ wrong · W[0, 1]");
  assert.equal(verdictText({ ...wrong, verdict: "right", relative_error: 0 }, [2, 2], t), "✓ right");
});
