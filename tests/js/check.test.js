import assert from "node:assert/strict";
import { test } from "node:test";
import { translator } from "../../static/js/lib/i18n.js";
import { elementOf, ratioText, time, verdictOfAll } from "../../static/js/panels/check/check.js";
import { extentOf, ticksOf } from "../../static/js/panels/check/error_chart.js";
import { isSameWork, namedNodes, placed } from "../../static/js/panels/panel.js";
import { bandsOf } from "../../static/js/panels/check/step_sweep.js";
import { catalogue, fixture } from "./fixtures.js";

test("the worst element is found by its index, in an array and in a sample of one", () => {
  assert.deepEqual(elementOf({ analytic: [[1, 2], [3, 4]], numeric: [[1, 2], [3.25, 4]], worst_index: [1, 0], indices: null }), { analytic: "3", numeric: "3.25" });
  assert.deepEqual(elementOf({ analytic: [7, 8], numeric: [7, "NaN"], worst_index: [4, 9], indices: [[0, 0], [4, 9]] }), { analytic: "8", numeric: "NaN" });
  assert.deepEqual(elementOf({ analytic: 2, numeric: 2.5, worst_index: [], indices: null }), { analytic: "2", numeric: "2.5" });
  assert.deepEqual(elementOf({ analytic: null, numeric: null, worst_index: [1], indices: null }), { analytic: "…", numeric: "…" });
});

test("a chart lies between whole powers of ten, with room below for what is zero", () => {
  const series = [{ class: "", points: [{ x: 1e-12, y: 0.004 }, { x: 0.1, y: 2e-7 }] }];
  assert.deepEqual(extentOf({ series }), { x: [-12, -1], y: [-7, -2] });
  assert.deepEqual(extentOf({ series, levels: [{ y: 0, class: "", word: "" }] }).y, [-8, -2]);
  assert.deepEqual(extentOf({ series: [{ class: "", points: [{ x: 1, y: NaN }] }] }), { x: [0, 1], y: [-1, 0] });
});

test("powers of ten are thinned out where they are many", () => {
  assert.deepEqual(ticksOf([-3, 0]), [-3, -2, -1, 0]);
  assert.deepEqual(ticksOf([-12, -1]), [-12, -10, -8, -6, -4, -2]);
});

test("round-off lies below the best step and truncation above", () => {
  assert.deepEqual(bandsOf([0.1, 0.01, 0.001], ["truncation", "best", "round-off"]),
    [{ from: 0.001, to: 0.01, class: "round-off" }, { from: 0.01, to: 0.1, class: "truncation" }]);
  assert.deepEqual(bandsOf([0.1, 0.01], ["best", "round-off"]), [{ from: 0.01, to: 0.1, class: "round-off" }]);
  assert.deepEqual(bandsOf([0.1, 0.01], ["unexplained", "non-finite"]), []);
});

test("times and ratios have two digits and a unit", () => {
  assert.deepEqual([1.234e-5, 0.0456, 3.8].map(time), ["12 µs", "46 ms", "3.8 s"]);
  assert.deepEqual([0.456, 1.44, 13.7, 6234].map(ratioText), ["0.46", "1.4", "14", "6,200"]);
});

test("what a function names inside itself is not offered, and a name stands for its last node", () => {
  const trace = fixture("apples");
  /** @type {[string | null, string, number | null][]} */
  const made = [["x", "input", null], [null, "constant", 0], ["b", "mul", 0], ["z", "mul", 0], ["c", "add", null], ["c", "add", null], ["z", "mul", null]];
  const nodes = made.map(([name, op, group], id) => ({ ...trace.nodes[0], id, name, op, group }));
  const program = "def f(a):\n    b = a * 2\n\n    return b * a\nx = 3\nz = f(x)\nc = 1\nc = c + z\n";
  assert.deepEqual(namedNodes({ ...trace, program, nodes }).map(({ id }) => id), [0, 5, 6]);
  assert.deepEqual(namedNodes({ ...trace, program, nodes: nodes.slice(0, 4) }).map(({ id }) => id), [0, 3]);
  assert.deepEqual(namedNodes({ ...trace, program: "", nodes }), []);
});

test("two pieces of work are the same where program and values are", () => {
  const work = { program: "z = x", inputs: { x: [1, 2] } };
  assert.ok(isSameWork(work, { program: "z = x", inputs: { x: [1, 2] } }));
  assert.ok(!isSameWork(work, { program: "z = x", inputs: { x: [1, 3] } }));
  assert.ok(!isSameWork(null, work));
  assert.equal(placed("W", [0, 1]), "W[0, 1]");
  assert.equal(placed("x", []), "x");
});

test("only a mismatch is a disagreement, and a kink where both give 0 is none", () => {
  const t = translator(catalogue("en"));
  const said = (/** @type {any} */ verdicts) => verdictOfAll(Object.entries(verdicts).map(([name, verdict]) => ({ name, verdict })), t);
  assert.equal(said({ x: "agree" }), "All gradients agree.");
  assert.equal(said({ x: "kink" }), "At a kink, where the gradient is a convention: x");
  assert.equal(said({ x: "agree", y: "kink", z: "mismatch", w: "undecided" }),
    "All others agree · Not in agreement: z · At a kink, where the gradient is a convention: y · Not decided, because a number is not finite or the differences find no slope: w");
  assert.equal(said({}), "There is no gradient to check here.");
});
