import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMATS, indexOf } from "../../static/js/lib/value_text.js";

test("an array is copied with every digit, as each format writes it", () => {
  const value = [[1, 0.1], [-2.5e-7, "NaN"], ["Infinity", "-Infinity"]];
  assert.equal(FORMATS.NumPy(value, [3, 2]), "np.array([[1.0, 0.1], [-2.5e-7, np.nan], [np.inf, -np.inf]])");
  assert.equal(FORMATS.JSON(value, [3, 2]), '[[1,0.1],[-2.5e-7,"NaN"],["Infinity","-Infinity"]]');
  assert.equal(FORMATS.TSV(value, [3, 2]), "1\t0.1\n-2.5e-7\tNaN\nInfinity\t-Infinity");
  assert.equal(FORMATS.NumPy([1e21, -0, 1 / 3], [3]), "np.array([1e+21, -0.0, 0.3333333333333333])");
  assert.equal(FORMATS.TSV([1, 2, 3], [3]), "1\t2\t3");
});

test("a place in the flat order has its index, the last axis fastest", () => {
  assert.deepEqual(indexOf(5, [2, 3]), [1, 2]);
  assert.deepEqual(indexOf(7, [2, 2, 2]), [1, 1, 1]);
  assert.deepEqual(indexOf(4, [9]), [4]);
});
