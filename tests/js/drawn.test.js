/** The page's sizes and routes are those of engine/exporting, which draws the same pictures without a browser. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { number } from "../../static/js/lib/format.js";
import { route } from "../../static/js/graph/layout/edge_routes.js";
import { planLayout } from "../../static/js/graph/layout/layout_plan.js";
import { estimate, fixture } from "./fixtures.js";

const { numbers, ...drawn } = JSON.parse(readFileSync(new URL("./fixtures/drawn.json", import.meta.url), "utf8"));

/** To a thousandth of a px: hypot and sums round differently. @param {any} value */
const rounded = (value) => JSON.parse(JSON.stringify(value), (_, one) => (typeof one === "number" ? Math.round(one * 1000) / 1000 : one));

test("what is to be placed, how large it is and how its edges run is the same with a browser and without", () => {
  for (const [name, parts] of Object.entries(drawn)) {
    const { plan, boxes, routed, edges } = Object.assign({}, .../** @type {any[]} */ (parts));
    const made = planLayout(fixture(/** @type {any} */ (name)), estimate, "tall");
    assert.deepEqual({ nodes: made.nodes, edges: made.edges, groups: made.groups }, plan, name);
    const around = new Map(routed.map((/** @type {any} */ [id, { points }]) => [id, { points, label: null }]));
    assert.deepEqual(rounded(route(made.edges, boxes, around)), rounded(edges), name);
  }
});

test("numbers are written alike", () => {
  for (const [value, text] of numbers) assert.equal(number(value), text);
});
