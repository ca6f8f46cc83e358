import assert from "node:assert/strict";
import { test } from "node:test";
import { collapse } from "../../static/js/graph/collapsed_groups.js";
import { nodeState, plan } from "../../static/js/graph/frames.js";
import { momentAfter } from "../../static/js/graph/open_groups.js";
import { miniature } from "../../static/js/graph/drawing/minimap.js";
import { fixture } from "./fixtures.js";

const canOpen = (/** @type {string} */ op) => ["softmax", "sigmoid", "square"].includes(op);
const fused = plan(collapse(fixture("functions_fused"), [], canOpen));
const opened = plan(collapse(fixture("functions_expanded"), ["softmax.1"], canOpen));
const path = "softmax.1";

/** @param {import("../../static/js/graph/frames.js").Plan} of @param {string} name */
const idOf = (of, name) => of.trace.nodes.findIndex((node) => node.name === name);

for (const [what, from, to] of /** @type {const} */ ([["opening", fused, opened], ["closing", opened, fused]])) {
  test(`${what}: the start stays the start, the end the end`, () => {
    assert.equal(momentAfter({ plan: from, cursor: 0, path }, to), 0);
    assert.equal(momentAfter({ plan: from, cursor: from.steps.length, path }, to), to.steps.length);
  });

  test(`${what}: what is known of the function's result before is known after, and no more`, () => {
    for (let cursor = 1; cursor < from.steps.length; cursor += 1) {
      const before = nodeState(from, idOf(from, "p"), cursor);
      const after = nodeState(to, idOf(to, "p"), momentAfter({ plan: from, cursor, path }, to));
      assert.equal(after.valueShown, before.valueShown);
      assert.equal(after.gradient === "complete", before.gradient === "complete");
    }
  });
}

test("the minimap keeps the graph's proportions, but is never too thin to be grasped", () => {
  assert.deepEqual(miniature({ width: 2000, height: 280 }), { w: 200, h: 28, seen: { x: 0, y: 0, w: 2000, h: 280 } });
  const { h, seen } = miniature({ width: 20000, height: 200 });
  assert.equal(h, 24);
  assert.deepEqual(seen, { x: 0, y: (200 - 2400) / 2, w: 20000, h: 2400 });
});
