import assert from "node:assert/strict";
import { test } from "node:test";
import { updateMark, updateText } from "../../static/js/graph/meaning/parameter_updates.js";
import { lineUpdate } from "../../static/js/network/neurons/numbers.js";

/** @param {Partial<import("../../static/js/service/wire_types.js").ParameterUpdate>} what */
const update = (what) => ({ added: null, rising: 0, falling: 0, ratio: null, ...what });
const t = (/** @type {string} */ key, /** @type {Record<string, unknown>} */ words = {}) => `${key} ${Object.values(words).join(" ")}`;

test("what rises and falls of a parameter is told by arrows, with how far where there is something to measure it by", () => {
  assert.equal(updateMark(update({ rising: 4, falling: 2, ratio: 0.0714 })), "↑4 ↓2 · 7.1 %");
  assert.equal(updateMark(update({ rising: 6, ratio: 1.3 })), "↑ · 130 %");
  assert.equal(updateMark(update({ falling: 1 })), "↓");
  assert.equal(updateMark(update({ ratio: 0 })), "= · 0 %");
  assert.equal(updateText(update({ rising: 4, falling: 2, ratio: 0.0714 }), /** @type {any} */ (t)), "graph.update 4 2 graph.update.size 7.1 %");
  assert.equal(updateText(update({ rising: 1 }), /** @type {any} */ (t)), "graph.update 1 0");
});

test("a line among neurons has the update of its own weight, of several the largest, and of its bias", () => {
  const trace = /** @type {any} */ ({ nodes: [{ name: "W", shape: [2, 3] }, { name: "b", shape: [3] }] });
  const columns = /** @type {any} */ ([{}, { weights: { node: 0, edge: 0, turned: false }, bias: { node: 1, edge: 1 } }]);
  const join = /** @type {any} */ ({ from: 0, to: 1, edge: 0, kind: "weights" });
  const updates = { W: update({ added: [[1, -2, 3], [-4, 5, -6]] }), b: update({ added: [7, 8, 9] }) };
  const of = (/** @type {number | null} */ from, /** @type {number | null} */ to, isBias = false) => lineUpdate(updates, trace, join, columns, /** @type {any} */ ({ from, to, isBias }));
  assert.deepEqual([of(0, 1), of(1, 2), of(1, null), of(null, 0), of(null, 2, true)], [-2, -6, -6, -4, 9]);
  assert.equal(lineUpdate({ W: update({}) }, trace, join, columns, /** @type {any} */ ({ from: 0, to: 1, isBias: false })), null);
  assert.equal(lineUpdate(null, trace, join, columns, /** @type {any} */ ({ from: 0, to: 1, isBias: false })), null);
});
