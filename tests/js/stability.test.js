/**
 * The picture stays: the same program gives the same one, and a small edit moves little.
 *
 * tests/js/snapshots holds the geometry of ten examples in whole px. After a change that is meant:
 * UPDATE_SNAPSHOTS=1 node --test tests/js/stability.test.js
 */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { identities } from "../../static/js/graph/labels.js";
import { EDITED, fixture } from "./fixtures.js";
import { graphviz } from "./graphviz_runner.js";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
const EXAMPLES = /** @type {const} */ ([
  "apples", "square_of_sum", "two_paths", "chain", "relu", "neuron", "affine", "staged", "softmax_cross_entropy", "two_layer_net",
]);

/** @param {import("../../static/js/lib/types.js").Geometry} geometry */
function rounded({ nodes, edges, groups, width, height }) {
  const px = Math.round;
  return {
    size: [px(width), px(height)],
    nodes: nodes.map(({ x, y, w, h }) => [px(x), px(y), px(w), px(h)]),
    edges: edges.map(({ points }) => points.flatMap(({ x, y }) => [px(x), px(y)])),
    labels: edges.map(({ label }) => label && [px(label.x), px(label.y)]),
    groups: groups.map(({ x, y, w, h }) => [px(x), px(y), px(w), px(h)]),
  };
}

/** One node or edge a line, so that a difference can be read. @param {ReturnType<typeof rounded>} picture */
function written(picture) {
  const parts = Object.entries(picture).map(([name, list]) => `"${name}": [\n${list.map((item) => `  ${JSON.stringify(item)}`).join(",\n")}\n]`);
  return `{\n${parts.join(",\n")}\n}\n`;
}

for (const name of EXAMPLES) {
  test(`${name} is drawn as its snapshot has it`, () => {
    const picture = rounded(graphviz(fixture(name)));
    const file = new URL(`${name}.json`, SNAPSHOTS);
    if (process.env.UPDATE_SNAPSHOTS) {
      mkdirSync(SNAPSHOTS, { recursive: true });
      writeFileSync(file, written(picture));
    }
    assert.deepEqual(picture, JSON.parse(readFileSync(file, "utf8")));
  });
}

for (const name of EDITED) {
  test(`${name}: after a small edit, what was there stands in the same order and close to its place`, () => {
    const [before, after] = [fixture(name), fixture(`edited_${name}`)];
    const [old, now] = [graphviz(before), graphviz(after)];
    const keys = identities(after);
    const pairs = identities(before).flatMap((key, id) => (keys.includes(key) ? [[old.nodes[id], now.nodes[keys.indexOf(key)]]] : []));
    assert.ok(pairs.length >= before.nodes.length - 1);
    for (const [a, moved] of pairs) {
      for (const [b, other] of pairs) if (Math.abs(a.x - b.x) < 1 && Math.abs(moved.x - other.x) < 1) assert.equal(Math.sign(a.y - b.y), Math.sign(moved.y - other.y));
    }
    const distances = pairs.map(([a, b]) => Math.hypot(a.x - b.x, a.y - b.y)).sort((a, b) => a - b);
    assert.ok(distances[Math.floor(distances.length / 2)] <= 66, "half of the nodes move by more than their height");
  });
}
