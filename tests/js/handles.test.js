import assert from "node:assert/strict";
import { test } from "node:test";
import { shared } from "../../static/js/learn/handles.js";

test("what one element of a distribution gets the others lose, in their proportions", () => {
  assert.deepEqual(shared([0.5, 0.3, 0.2], 0, 0.7, 0, 1).map((one) => Number(one.toFixed(9))), [0.7, 0.18, 0.12]);
});

test("no element falls below the least, and none takes what the others need", () => {
  assert.deepEqual(shared([0.5, 0.3, 0.2], 1, 5, 0.01, 1).map((one) => Number(one.toFixed(9))), [0.01, 0.98, 0.01]);
  assert.deepEqual(shared([0.98, 0.01, 0.01], 0, -1, 0.01, 1).map((one) => Number(one.toFixed(9))), [0.01, 0.495, 0.495]);
});
