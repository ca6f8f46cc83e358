import assert from "node:assert/strict";
import { test } from "node:test";
import { collapse } from "../../static/js/graph/collapsed_groups.js";
import { plan } from "../../static/js/graph/frames.js";
import { lineAt, linesOf, openedFirst, placeNetwork, shownUnits, wrapped } from "../../static/js/network/neurons/layout.js";
import { networkOf } from "../../static/js/network/neurons/model.js";
import { brief, lineNumbers, lineText, stageAt, unitText, valueScale } from "../../static/js/network/neurons/numbers.js";
import { hasLayers } from "../../static/js/network/neurons_loader.js";
import { meanSize, rootMeanSquare, unitValues, unitsIn, weightsBetween } from "../../static/js/network/neurons/values.js";
import { NAMES, fixture } from "./fixtures.js";

/** @typedef {import("../../static/js/lib/types.js").Trace} Trace */

/** @param {typeof NAMES[number]} name */
const drawn = (name) => collapse(fixture(name), [], () => false);
const ACTIVATIONS = new Set(["sigmoid", "relu"]);
const ROOM = { w: 700, h: 500 };
/** @type {import("../../static/js/lib/types.js").Translate} */
const t = (key, params = {}) => `${key} ${Object.values(params).join(" ")}`.trim();

/** @param {Trace} trace @param {number} cursor @param {number | null} sample */
function lookAt(trace, cursor, sample) {
  const network = networkOf(trace, ACTIVATIONS);
  const p = plan(trace);
  return { network, moment: { plan: p, cursor: Math.min(cursor, p.steps.length), batch: network.batch, sample, full: false, updates: null } };
}

/** @param {number} count @param {Partial<import("../../static/js/network/neurons/model.js").Column>} [more] */
function column(count, more = {}) {
  return /** @type {import("../../static/js/network/neurons/model.js").Column} */ ({
    key: String(count), kind: "layer", titles: ["affine1"], merged: 0, stages: [[0]], result: 0, count, map: null, isElided: false, weights: null, bias: null,
    opens: null, blocks: [], uses: [], op: "affine", ...more,
  });
}

test("a product, its bias and its activation are one column; what follows the last layer is the loss, and the target stands behind it", () => {
  const { columns, joins, batch } = networkOf(drawn("two_layer_net"), ACTIVATIONS);
  assert.equal(batch, 2);
  assert.deepEqual(columns.map(({ kind, titles, count }) => [kind, titles.join(" "), count]), [
    ["input", "X", 2], ["layer", "A1 sigmoid", 3], ["layer", "A2", 2], ["layer", "softmax", 2], ["loss", "L", 1], ["target", "T", 2],
  ]);
  assert.deepEqual(joins.map(({ from, to, kind }) => [from, to, kind]), [[0, 1, "weights"], [1, 2, "weights"], [2, 3, "all"], [3, 4, "all"], [5, 4, "all"]]);
  assert.deepEqual(columns[1].stages.map((stage) => stage.length), [2, 1]);
});

test("weights, biases and penalties are no columns of their own", () => {
  for (const name of /** @type {const} */ (["two_layer_net", "affine"])) {
    const trace = drawn(name);
    const own = networkOf(trace, ACTIVATIONS).columns.flatMap(({ stages }) => stages.flat());
    assert.deepEqual(trace.nodes.filter(({ id, name: called }) => own.includes(id) && /^[Wb]\d?$/.test(called ?? "")), []);
  }
});

test("every node that is drawn stands in one column, whatever the program", () => {
  for (const name of NAMES) {
    const trace = drawn(name);
    const own = networkOf(trace, ACTIVATIONS).columns.flatMap(({ stages }) => stages.flat());
    assert.equal(new Set(own).size, own.length, name);
    assert.ok(own.includes(trace.output), name);
  }
});

test("the view is offered where there are layers, and only there", () => {
  assert.deepEqual(NAMES.filter((name) => hasLayers(drawn(name))), ["affine", "two_layer_net"]);
});

test("a neuron holds its number of one sample, or the mean of the batch; a map its cells", () => {
  const value = [[1, 2, 3], [5, 6, "NaN"]];
  assert.deepEqual(unitValues(value, [2, 3], { batch: 2, sample: 1 }), [[5], [6], [NaN]]);
  assert.deepEqual(unitValues(value, [2, 3], { batch: 2, sample: null }), [[3], [4], [NaN]]);
  assert.deepEqual(unitValues([1, 2], [2], { batch: 2, sample: 1 }), [[2]]);
  assert.deepEqual(unitValues([1, 2], [2], { batch: null, sample: 0 }), [[1], [2]]);
  assert.deepEqual(unitValues([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]], [1, 2, 2, 2], { batch: 1, sample: 0 }), [[1, 2, 3, 4], [5, 6, 7, 8]]);
  assert.equal(unitValues(null, [2, 3], { batch: 2, sample: 0 }), null);
  assert.deepEqual(unitsIn([8, 3, 5, 4], 8), { count: 3, map: [5, 4] });
  assert.deepEqual(unitsIn([8, 0], 8), { count: 0, map: null });
  assert.deepEqual(unitsIn([2, 3, 4, 5], null), { count: 0, map: null });
});

test("a weight leads from its row to its column, a kernel from its second axis to its first", () => {
  const matrix = [[1, 2, 3], [4, 5, 6]];
  assert.deepEqual(weightsBetween(matrix, false, 1, 2), [6]);
  assert.deepEqual(weightsBetween(matrix, true, 2, 1), [6]);
  assert.deepEqual(weightsBetween(matrix, false, null, 0), [1, 4]);
  assert.deepEqual(weightsBetween(matrix, false, 1, null), [4, 5, 6]);
  assert.deepEqual(weightsBetween([[[[1, 2]], [[3, 4]]]], true, 1, 0), [3, 4]);
  assert.deepEqual(weightsBetween(null, false, 0, 0), []);
});

test("mean sizes, and of numbers that were left out the root of their mean square", () => {
  assert.equal(meanSize([1, -3]), 2);
  const figures = { min: 0, max: 0, mean: 0, std: 0, norm: 10, nan_count: 0, inf_count: 0 };
  assert.equal(rootMeanSquare(figures, [5, 5]), 2);
  assert.ok(Number.isNaN(rootMeanSquare(undefined, [5])));
});

test("forward a line is the weight, after its backward step the weight's gradient, as the trace has them", () => {
  const trace = drawn("two_layer_net");
  const W1 = trace.nodes.find(({ name }) => name === "W1");
  const before = lookAt(trace, 0, 0);
  const join = before.network.joins[0];
  /** @type {import("../../static/js/network/neurons/layout.js").Line} */
  const line = { from: 1, to: 2, isBias: false, x1: 0, y1: 0, x2: 1, y2: 1 };
  assert.deepEqual(lineNumbers(before.moment, join, before.network.columns)(line), { number: 0.6, isGradient: false });
  assert.equal(lineText(before.moment, join, before.network.columns, line, t), "W1[1, 2] = 0.6");
  const after = lookAt(trace, Infinity, 0);
  const gradient = /** @type {number[][]} */ (W1?.gradient)[1][2];
  assert.deepEqual(lineNumbers(after.moment, join, after.network.columns)(line), { number: gradient, isGradient: true });
  const bias = lineNumbers(after.moment, join, after.network.columns)({ ...line, from: null, isBias: true });
  const b1 = trace.nodes.find(({ name }) => name === "b1");
  assert.deepEqual(bias, { number: /** @type {number[]} */ (b1?.gradient)[2], isGradient: true });
});

test("a neuron is empty before its step; then it holds what arrives, then what its function makes of it", () => {
  const trace = drawn("two_layer_net");
  const p = plan(trace);
  const { network } = lookAt(trace, 0, 0);
  const hidden = network.columns[1];
  /** @param {number} cursor */
  const known = (cursor) => hidden.stages.map((stage) => stageAt(lookAt(trace, cursor, 0).moment, stage, false).isKnown);
  const [sum, activation] = hidden.stages.map((stage) => stage[stage.length - 1]);
  assert.deepEqual(known(0), [false, false]);
  assert.deepEqual(known(p.valueAt[sum]), [true, false]);
  assert.deepEqual(known(p.valueAt[activation]), [true, true]);
  assert.equal(unitText(lookAt(trace, p.valueAt[sum], 1).moment, hidden, 0), "A1[1, 0] = 0.45");
});

test("a wide column shows its first units and the last, and says how many it leaves out", () => {
  assert.deepEqual(shownUnits(column(16)).length, 16);
  const shown = shownUnits(column(784));
  assert.deepEqual(shown.slice(-2), [{ more: 773 }, 783]);
  assert.equal(shown.length, 12);
  assert.deepEqual(shownUnits(column(64, { map: [8, 8] })).slice(-2), [{ more: 57 }, 63]);
});

test("wide layers, blocks and merged operations are boxes at first, and many lines are never drawn unasked", () => {
  const joins = Array.from({ length: 30 }, (_, i) => ({ from: i, to: i + 1, edge: 0, kind: /** @type {const} */ ("weights") }));
  const columns = Array.from({ length: 31 }, () => column(16));
  const open = openedFirst({ columns, joins, batch: 1 });
  assert.equal(open.filter(Boolean).length, 1 + Math.floor(1500 / 256));
  assert.deepEqual(openedFirst({ columns: [column(784), column(3), column(3, { kind: "block" }), column(1, { merged: 5 }), column(1, { map: [64, 128], isElided: true })], joins: [], batch: 1 }), [false, true, false, true, false]);
});

test("columns stand from left to right without touching, in any room, and lines end at units", () => {
  const network = networkOf(drawn("two_layer_net"), ACTIVATIONS);
  for (const room of [ROOM, { w: 280, h: 150 }]) {
    const layout = placeNetwork(network, openedFirst(network), room, network.columns.map(() => "1"));
    for (const [i, place] of layout.columns.entries()) {
      if (i) assert.ok(place.x - place.half >= layout.columns[i - 1].x + layout.columns[i - 1].half + 10);
      assert.ok(place.x - place.half >= 0 && place.x + place.half <= layout.width);
      assert.ok(place.top >= 0 && place.slots.every(({ y }) => y > place.top && y < layout.height));
    }
    const lines = linesOf(network.joins[0], network, layout);
    assert.equal(lines.length, 2 * 3 + 3);
    assert.equal(lines.filter(({ isBias }) => isBias).length, 3);
    const closed = placeNetwork(network, network.columns.map(() => false), room, network.columns.map(() => ""));
    assert.deepEqual(linesOf(network.joins[0], network, closed).map(({ from, to, isBias }) => [from, to, isBias]), [[null, null, false], [null, null, true]]);
  }
});

test("the line under the pointer is the nearest one within reach", () => {
  const [a, b] = [0, 20].map((y) => ({ from: 0, to: 0, isBias: false, x1: 0, y1: y, x2: 100, y2: y }));
  assert.equal(lineAt([a, b], { x: 50, y: 4 }, 7), a);
  assert.equal(lineAt([a, b], { x: 50, y: 15 }, 7), b);
  assert.equal(lineAt([a, b], { x: 50, y: 10 }, 7), null);
  assert.equal(lineAt([a, b], { x: 120, y: 0 }, 7), null);
});

test("long names are broken where their words end", () => {
  assert.deepEqual(wrapped("softmax_cross_entropy"), ["softmax_cross_", "entropy"]);
  assert.deepEqual(wrapped("affine1"), ["affine1"]);
  assert.ok(wrapped("x".repeat(60))[0].length <= 18);
});

test("a number in a circle has two digits, and says what is not finite", () => {
  assert.deepEqual([0.123, -1.26, 12.3, 1234.4, 12345, 0.00002, 0, NaN, -Infinity].map(brief), ["0.12", "−1.3", "12", "1234", "1e4", "2e−5", "0", "NaN", "−∞"]);
});

test("values and gradients are never of one colour", () => {
  const { fill, line } = valueScale(2);
  for (const colour of [fill(1), fill(-1), line(1), line(-1)]) assert.match(colour, /--value-(positive|negative)/);
  assert.equal(fill(NaN), "var(--non-finite)");
});
