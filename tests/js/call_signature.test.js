import assert from "node:assert/strict";
import { test } from "node:test";
import { callAt, marked } from "../../static/js/program/call_signature.js";

test("the innermost open call is found, with the argument that is being written", () => {
  /** @type {[string, string | null, number][]} */
  const cases = [
    ["y = sum(", "sum", 0], ["y = sum(x, ", "sum", 1], ["y = np.sum(x, axis=", "sum", 1], ["y = sum(max(x, 1), ", "sum", 1],
    ["y = sum(max(x, ", "max", 1], ["y = sum((x + ", "sum", 0], ["y = sum([1, 2, ", "sum", 0], ["y = sum([1, 2], ", "sum", 1],
    ["y = sum(x)", null, 0], ["y = (x + ", null, 0], ["y = x", null, 0], ["y = sum(\n  x, ", "sum", 1], ["z = sum(x\nw = 2 + ", null, 0],
  ];
  for (const [text, name, argument] of cases) {
    const call = callAt(text);
    assert.equal(call?.name ?? null, name, text);
    if (call) assert.equal(call.argument, argument, text);
  }
});

test("the argument is set apart in the signature, by its place or its keyword", () => {
  const signature = "sum(x, axis=None, keepdims=False)";
  assert.deepEqual(marked(signature, 0, null), ["sum(", "x", ", axis=None, keepdims=False)"]);
  assert.deepEqual(marked(signature, 1, "keepdims"), ["sum(x, axis=None, ", "keepdims=False", ")"]);
  assert.deepEqual(marked(signature, 9, null), [signature, "", ""]);
  assert.deepEqual(marked("reshape(x, shape=(1, 2))", 1, null), ["reshape(x, ", "shape=(1, 2)", ")"]);
});
