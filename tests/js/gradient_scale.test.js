import assert from "node:assert/strict";
import { test } from "node:test";
import { gradientScale, representative, scaleOf } from "../../static/js/graph/gradient_scale.js";
import { NAMES, fixture } from "./fixtures.js";

test("the scale is odd, grows, and ends at its largest magnitude", () => {
  const { position } = gradientScale(650);
  assert.equal(position(0), 0);
  assert.equal(position(650), 1);
  assert.equal(position(-650), -1);
  const values = [0.1, 1, 10, 100, 650];
  for (const [i, value] of values.entries()) {
    assert.equal(position(-value), -position(value));
    if (i) assert.ok(position(value) > position(values[i - 1]));
  }
});

test("sign chooses the colour and size the width, so that each says it alone", () => {
  const { colour, width } = gradientScale(10);
  assert.match(colour(10), /--positive\) 100%/);
  assert.match(colour(-10), /--negative\) 100%/);
  assert.match(colour(0), / 0%, var\(--zero\)/);
  assert.ok(width(10) > width(1) && width(1) > width(0));
  assert.equal(width(-3), width(3));
});

test("what is not finite has a colour of its own", () => {
  const { colour, width, position } = gradientScale(1);
  assert.equal(colour(NaN), "var(--non-finite)");
  assert.equal(colour(-Infinity), "var(--non-finite)");
  assert.equal(position(NaN), 0);
  assert.equal(width(NaN), width(1));
});

test("the legend runs from one end through zero to the other", () => {
  assert.deepEqual(gradientScale(10).ticks, [-10, -1, 0, 1, 10]);
});

test("an array counts as its largest element with its sign, an elided one as its figures say", () => {
  assert.equal(representative([[1, -3], [2, 0]]), -3);
  assert.ok(Number.isNaN(representative([1, "NaN"])));
  assert.equal(representative(null), 0);
  const figures = { min: -5, max: 2, mean: 0, std: 1, norm: 3, nan_count: 0, inf_count: 0 };
  assert.equal(representative(null, figures), -5);
});

test("every trace has a scale with a finite end", () => {
  for (const name of NAMES) assert.ok(Number.isFinite(scaleOf(fixture(name)).largest));
  assert.equal(scaleOf(fixture("apples")).largest, 650);
});
