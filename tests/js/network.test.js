import assert from "node:assert/strict";
import { test } from "node:test";
import { sharesOf, sharesOfNumber } from "../../static/js/network/training/decision_plane.js";
import { settingsIn, valuesIn, withValue } from "../../static/js/network/training/sweep.js";
import { binned } from "../../static/js/network/training/histogram.js";
import { GRID, draftOf, fitTo, graphRequest, grid, networkRequest, reachOf, readField, readPasted, trainRequest, withPasted } from "../../static/js/network/builder/spec.js";
import { linearTicks, rangeOf, thinned } from "../../static/js/network/training/curves.js";
import { lines } from "../../static/js/service/event_stream.js";

/** @type {import("../../static/js/network/builder/spec.js").Pieces} */
const PIECES = {
  layers: [
    { type: "affine", inputs: 1, activation: false, fields: [{ name: "units", required: false, default: null, kind: "whole" }] },
    { type: "tanh", inputs: 1, activation: true, fields: [] },
  ],
  losses: [], optimizers: [], inits: [],
};
/** @param {import("../../static/js/network/builder/spec.js").PieceField["kind"]} kind */
const field = (kind) => ({ name: "it", required: false, default: null, kind });

test("a draft is the request that the service takes, and a field that says nothing is left out", () => {
  const draft = draftOf("circle");
  draft.layers[0].init = null;
  draft.batchSize = null;
  assert.deepEqual(networkRequest(draft), {
    layers: [{ type: "affine", units: 4 }, { type: "tanh" }, { type: "affine", units: 2 }], loss: { type: "softmax_cross_entropy" },
    dataset: { name: "circle", seed: 0 }, init: "he", init_seed: 0,
  });
  assert.equal(graphRequest(draft).batch_size, 10);
});

test("two drafts of one starter share nothing", () => {
  draftOf("iris").layers[0].units = 99;
  assert.equal(draftOf("iris").layers[0].units, 10);
});

test("the last affine layer has as many units as the data has classes, and a quantity has a loss of its own", () => {
  const draft = draftOf("circle");
  /** @type {import("../../static/js/network/builder/spec.js").Dataset} */
  const set = { name: "x", title: { en: "", ko: "" }, task: "classification", samples: 1, features: [], classes: ["a", "b", "c"], drawn: false, source: "", licence: "" };
  fitTo(draft, set);
  assert.equal(draft.layers[2].units, 3);
  fitTo(draft, { ...set, task: "regression", classes: null });
  assert.deepEqual([draft.layers[2].units, draft.loss], [1, { type: "mse" }]);
  fitTo(draft, set);
  assert.equal(draft.loss.type, "softmax_cross_entropy");
});

test("only data in a plane is asked for at the points of a grid", () => {
  assert.equal(reachOf(draftOf("iris")), null);
  assert.equal(trainRequest(draftOf("iris")).predict, undefined);
  const own = draftOf("circle");
  own.data = { name: "csv", csv: "a,b,kind\n1,2,yes", noise: 0 };
  for (const [features, reach] of [[null, null], [1, null], [2, 3], [3, null]]) assert.equal(reachOf(own, features), reach);
  own.data.choices = { scaling: "range" };
  assert.equal(reachOf(own, 2), 1.2);
  own.data.choices = { scaling: "none" };
  assert.equal(reachOf(own, 2), null);
});

test("an uploaded table is asked about by its name and digest, whatever was written before", () => {
  const own = draftOf("circle");
  const table = { name: "a.csv", digest: "0123456789abcdef0123456789abcdef" };
  own.data = { name: "csv", csv: "a,b,c,kind\n1,2,3,yes", noise: 0, table: { ...table, encoding: "UTF-8" } };
  assert.deepEqual(networkRequest(own).dataset, { table, seed: 0 });
  for (const request of [graphRequest(own), trainRequest(own)]) assert.deepEqual(/** @type {Record<string, unknown>} */ (request).dataset, { table, seed: 0 });
  assert.equal(reachOf(own, 2), 3);
  own.data.choices = { label: 0, missing: "mean", seed: 4 };
  assert.deepEqual(networkRequest(own).dataset, { table, label: 0, missing: "mean", seed: 4 });
  Object.assign(own.data.table ?? {}, { bytes: true });
  assert.deepEqual(/** @type {any} */ (networkRequest(own).dataset).table, { ...table, bytes: true });
  own.data.name = "iris";
  assert.deepEqual(networkRequest(own).dataset, { name: "iris", seed: 0 });
});

test("the grid begins at the top left and covers the plane evenly", () => {
  const points = grid(6);
  assert.equal(points.length, GRID ** 2);
  assert.ok(points[0][0] < 0 && points[0][1] > 0);
  assert.deepEqual(points[points.length - 1], [-points[0][0], -points[0][1]]);
  assert.ok(Math.abs(points[1][0] - points[0][0] - 12 / GRID) < 1e-5);
});

test("fields are read as the service takes them, and what is no number goes there as it is", () => {
  assert.equal(readField(field("whole"), " 3 "), 3);
  assert.equal(readField(field("number"), "1e-3"), 0.001);
  assert.equal(readField(field("whole"), "three"), "three");
  assert.equal(readField(field("whole"), ""), null);
  assert.equal(readField(field("flag"), "false"), false);
  assert.equal(readField(field("pair"), "3"), 3);
  assert.deepEqual(readField(field("pair"), "3 × 2"), [3, 2]);
  assert.deepEqual(readField(field("sizes"), "1, 8, 8"), [1, 8, 8]);
});

test("pasted layers become the list where the list can hold them, and stay as they are where it cannot", () => {
  const circle = draftOf("circle");
  const listed = withPasted(circle, readPasted('[{"type": "affine", "units": 7}, "tanh"]'), PIECES);
  assert.deepEqual([listed.layers, listed.pasted], [[{ type: "affine", units: 7 }, { type: "tanh" }], null]);
  const weights = withPasted(circle, readPasted('[{"type": "affine", "W": [[1]]}]'), PIECES);
  assert.deepEqual(weights.pasted, [{ type: "affine", W: [[1]] }]);
  const torch = withPasted(circle, readPasted(" nn.Sequential(nn.Linear(2, 4))"), PIECES);
  assert.equal(torch.pasted, "nn.Sequential(nn.Linear(2, 4))");
  const keras = readPasted('{"class_name": "Sequential", "config": {"layers": []}}');
  assert.deepEqual(keras, { layers: { class_name: "Sequential", config: { layers: [] } }, rest: {} });
});

test("a pasted request brings its numbers, loss, penalties and seed along", () => {
  const draft = withPasted(draftOf("circle"), readPasted('{"layers": ["tanh"], "loss": "mse", "x": [[1, 2]], "t": [[0, 1]], "l2": 0.1, "init_seed": 5, "freeze": ["b1"]}'), PIECES);
  const request = networkRequest(draft);
  assert.deepEqual([request.x, request.t, request.l2, request.init_seed, request.dataset], [[[1, 2]], [[0, 1]], 0.1, 5, undefined]);
  assert.deepEqual(request.loss, { type: "mse" });
  assert.deepEqual(trainRequest(draft).freeze, ["b1"]);
  assert.equal("freeze" in request, false);
});

test("of pasted data everything is asked for as it was written, until others are chosen", () => {
  /** @type {[unknown, Record<string, unknown>][]} */
  const rows = [
    ["xor", { name: "xor", seed: 0 }], [{ name: "xor", noise: 0.25, samples: 40 }, { name: "xor", seed: 0, noise: 0.25, samples: 40 }],
    [{ csv: "a,b\n1,yes", label: "b", seed: 7 }, { csv: "a,b\n1,yes", label: "b", seed: 7 }],
    [{ csv: "a,b\n1,2", name: "xor" }, { csv: "a,b\n1,2", name: "xor", seed: 0 }],
    [{ name: "nothing", train: 3 }, { name: "nothing", seed: 0, train: 3 }], [{ name: 5 }, { name: 5, seed: 0 }], [{ csv: 5 }, { name: "circle", csv: 5, seed: 0 }],
    [{}, { name: "circle", seed: 0 }], [null, { name: "circle", seed: 0 }], [7, { name: 7, seed: 0 }],
  ];
  for (const [dataset, expected] of rows) {
    const draft = withPasted(draftOf("circle"), readPasted(JSON.stringify({ layers: ["tanh"], dataset })), PIECES);
    assert.deepEqual(networkRequest(draft).dataset, expected, JSON.stringify(dataset));
  }
  const other = withPasted(draftOf("circle"), readPasted('{"layers": ["tanh"], "dataset": {"name": "xor", "samples": 40}}'), PIECES);
  other.data.name = "gauss";
  assert.deepEqual(networkRequest(other).dataset, { name: "gauss", seed: 0 });
});

test("broken JSON is refused", () => {
  assert.throws(() => readPasted('[{"type": "affine"'), SyntaxError);
});

test("ticks are round and lie within the span", () => {
  assert.deepEqual(linearTicks(0, 1), [0, 0.5, 1]);
  assert.deepEqual(linearTicks(0, 0.35), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(linearTicks(0, 45), [0, 20, 40]);
  assert.deepEqual(linearTicks(3, 3), [3]);
});

test("a logarithmic axis lies between whole powers of ten, and leaves out what has none", () => {
  const series = [{ class: "", points: [{ x: 0, y: 3e-6 }, { x: 1, y: 0.5 }, { x: 2, y: 0 }, { x: 3, y: NaN }] }];
  assert.deepEqual(rangeOf({ series, log: true }).y, [-6, 0]);
  assert.deepEqual(rangeOf({ series: [], log: true }).y, [0, 1]);
});

test("a loss that is not finite takes no part in the axis", () => {
  assert.deepEqual(rangeOf({ series: [{ class: "", points: [{ x: 1, y: 2 }, { x: 9, y: Infinity }] }] }), { x: [0, 1], y: [0, 2] });
});

test("a thinned curve keeps its last point", () => {
  assert.deepEqual(thinned([1, 2, 3, 4, 5, 6], 3), [1, 3, 5, 6]);
  assert.deepEqual(thinned([1, 2], 3), [1, 2]);
});

test("a toy's points are given as the features that are chosen, and a number has a share of both colours", () => {
  const draft = draftOf("circle");
  draft.data.features = ["x1^2", "x2^2"];
  assert.deepEqual(networkRequest(draft).dataset, { name: "circle", seed: 0, features: ["x1^2", "x2^2"] });
  assert.equal(reachOf(draft), 6);
  assert.deepEqual([-2, 0, 0.5].map(sharesOfNumber), [[1, 0], [0.5, 0.5], [0.25, 0.75]]);
});

test("shares add up to one, whatever the loss, and equal outputs share equally", () => {
  assert.deepEqual(sharesOf([1000, 1000], "softmax_cross_entropy"), [0.5, 0.5]);
  assert.deepEqual(sharesOf([0], "sigmoid_cross_entropy"), [0.5, 0.5]);
  assert.deepEqual(sharesOf([1.7], "mse"), [0, 1]);
  assert.deepEqual(sharesOf([-1, -2], "mse"), [0.5, 0.5]);
});

test("every finite number falls into one bin, the largest into the last", () => {
  const { low, high, counts, left } = binned([0, 1, 2, 2, NaN, Infinity]);
  assert.deepEqual([low, high, left], [0, 2, 2]);
  assert.equal(counts.reduce((a, b) => a + b), 4);
  assert.equal(counts[counts.length - 1], 2);
  assert.deepEqual(binned([3, 3]).counts, [2]);
});

test("lines are whole wherever the stream was cut, within a letter too", async () => {
  const bytes = new TextEncoder().encode('{"a":"층"}\n{"b":2}\n');
  const stream = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const found = [];
  for await (const line of lines(stream)) found.push(line);
  assert.deepEqual(found, ['{"a":"층"}', '{"b":2}']);
});

test("a setting of a request is tried with other values, each once, and the request stays as it is", () => {
  const request = trainRequest(draftOf("circle"));
  assert.deepEqual(settingsIn(request), ["optimizer.lr", "batch_size", "init_seed", "init", "l2", "layers.0.units"]);
  const other = /** @type {any} */ (withValue(withValue(request, "layers.0.units", 9), "optimizer.lr", 0.5));
  assert.deepEqual([other.layers[0].units, other.optimizer.lr, /** @type {any} */ (request).layers[0].units], [9, 0.5, 4]);
  assert.deepEqual(valuesIn(" 0.1, 1e-2  0.1,he"), [0.1, 0.01, "he"]);
});
