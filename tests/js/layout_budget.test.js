import assert from "node:assert/strict";
import { test } from "node:test";
import { crossedRanks, isForGraphviz } from "../../static/js/graph/layout/layout_budget.js";
import { planLayout } from "../../static/js/graph/layout/layout_plan.js";
import { NAMES, estimate, fixture } from "./fixtures.js";

/**
 * @param {number} count  of nodes
 * @param {[number, number][]} pairs  source and target, sorted by target
 * @param {boolean} labelled
 */
function plan(count, pairs, labelled = true) {
  const nodes = Array.from({ length: count }, (_, id) => ({ id, w: 60, h: 66, group: null }));
  return { form: /** @type {const} */ ("tall"), nodes, edges: pairs.map(([source, target], id) => ({ id, source, target, label: labelled ? { w: 40, h: 22 } : null })), groups: [] };
}

/** One leaf that every step of a chain uses. @param {number} steps */
const fan = (steps) => /** @type {[number, number][]} */ (Array.from({ length: steps }, (_, i) => [[0, i + 2], [i + 1, i + 2]]).flat());

test("an edge crosses as many ranks as lie between its ends, and a leaf stands just before its first consumer", () => {
  // 0 → 2 → 3; leaf 1 meets 3 alone.
  assert.equal(crossedRanks(plan(4, [[0, 2], [1, 3], [2, 3]])), 3);
  // 0 → 1 → 2, and 0 → 2 crosses two ranks.
  assert.equal(crossedRanks(plan(3, [[0, 1], [0, 2], [1, 2]])), 4);
  assert.equal(crossedRanks(plan(1, [])), 0);
});

test("the leaf of a chain of n steps crosses 1 + 2 + … + n ranks", () => {
  assert.equal(crossedRanks(plan(12, fan(10))), 55 + 10);
});

test("what Graphviz draws in about a second goes to it, and what takes it half a minute does not", () => {
  // Measured: a chain of a thousand nodes takes a tenth of a second, a leaf that feeds a chain of a hundred thirty seconds.
  assert.ok(isForGraphviz(plan(1000, Array.from({ length: 999 }, (_, i) => [i, i + 1]))));
  assert.ok(isForGraphviz(plan(42, fan(40))));
  assert.ok(!isForGraphviz(plan(102, fan(100))));
  assert.ok(isForGraphviz(plan(92, fan(90), false)));
  assert.ok(!isForGraphviz(plan(202, fan(200), false)));
});

test("every fixture is drawn by Graphviz", () => {
  for (const name of NAMES) assert.ok(isForGraphviz(planLayout(fixture(name), estimate)), name);
});
