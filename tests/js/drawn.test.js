/** The page's sizes, its own layout and its routes are those of engine/exporting, which draws the same pictures without a browser. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { number } from "../../static/js/lib/format.js";
import { route } from "../../static/js/graph/layout/edge_routes.js";
import { layered } from "../../static/js/graph/layout/layered/layered.js";
import { planLayout } from "../../static/js/graph/layout/layout_plan.js";
import { estimate, fixture } from "./fixtures.js";

const { numbers, ...drawn } = JSON.parse(readFileSync(new URL("./fixtures/drawn.json", import.meta.url), "utf8"));

/** To a thousandth of a px: hypot and sums round differently. @param {any} value */
const rounded = (value) => JSON.parse(JSON.stringify(value), (_, one) => (typeof one === "number" ? Math.round(one * 1000) / 1000 : one));

test("what is to be placed, how large it is, where our own layout puts it and how edges run is the same with a browser and without", () => {
  for (const [name, parts] of Object.entries(drawn)) {
    const { plan, boxes, groups, routed, edges } = Object.assign({}, .../** @type {any[]} */ (parts));
    const made = planLayout(fixture(/** @type {any} */ (name)), estimate, "tall");
    assert.deepEqual({ nodes: made.nodes, edges: made.edges, groups: made.groups }, plan, name);
    const laid = layered(made);
    const [dx, dy] = [laid.boxes[0].x - boxes[0].x, laid.boxes[0].y - boxes[0].y];
    const moved = (/** @type {any} */ at) => ({ ...at, x: at.x + dx, y: at.y + dy });
    assert.deepEqual(rounded(laid.boxes), rounded(boxes.map(moved)), name);
    assert.deepEqual(rounded(laid.groups), rounded(groups.map(moved)), name);
    const lines = routed.map((/** @type {any} */ [id, { points }]) => [id, points.map(moved)]);
    assert.deepEqual(rounded([...(laid.routed ?? [])].map(([id, { points }]) => [id, points])), rounded(lines), name);
    const around = new Map(routed.map((/** @type {any} */ [id, { points }]) => [id, { points, label: null }]));
    assert.deepEqual(rounded(route(made.edges, boxes, around)), rounded(edges), name);
  }
});

test("numbers are written alike", () => {
  for (const [value, text] of numbers) assert.equal(number(value), text);
});
