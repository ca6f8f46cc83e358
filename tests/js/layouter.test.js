/** Which of several layouts of one figure is drawn. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { instance } from "@viz-js/viz";
import { createLayouter } from "../../static/js/graph/layout/layouter.js";
import { MARGIN, roomIn } from "../../static/js/graph/layout/room.js";
import { estimate, fixture } from "./fixtures.js";

const viz = await instance();
const WIDE = roomIn(960, 300, 1);
const NARROW = roomIn(320, 120, 1);

/** Graphviz that answers when it is let. */
function heldGraphviz() {
  /** @type {() => void} */
  let letGo = () => {};
  const isLetGo = new Promise((resolve) => (letGo = () => resolve(null)));
  return {
    letGo,
    queue: {
      join: () => () => {},
      isThere: true,
      ask: (/** @type {string} */ dot, /** @type {AbortSignal} */ signal) => new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        isLetGo.then(() => resolve(JSON.parse(viz.render(dot, { format: "json0" }).output ?? "")));
      }),
    },
  };
}

/** @param {Parameters<ReturnType<typeof createLayouter>["layout"]>[]} asked  one after the other, before the first is answered */
async function laidOut(...asked) {
  const { queue, letGo } = heldGraphviz();
  const layouter = createLayouter(estimate, () => () => {}, queue);
  const answers = [];
  for (const one of asked) {
    answers.push(layouter.layout(...one));
    await new Promise(setImmediate);
  }
  letGo();
  return Promise.all(answers);
}

test("an older layout never overtakes a newer one, and the newest is always there, as if nothing had been asked before", async () => {
  for (const [older, newer] of [[WIDE, NARROW], [NARROW, WIDE], [null, NARROW], [WIDE, null]]) {
    for (const trace of [fixture("apples"), fixture("two_layer_net")]) {
      const [alone] = await laidOut([trace, newer]);
      assert.ok(alone);
      assert.deepEqual(await laidOut([trace, older], [trace, newer]), [null, alone]);
      assert.deepEqual(await laidOut([fixture("chain"), newer], [trace, older], [trace, newer]), [null, null, alone]);
    }
  }
});

test("the same room again gives the very same picture, which need not be drawn anew", async () => {
  const { queue, letGo } = heldGraphviz();
  letGo();
  const layouter = createLayouter(estimate, () => () => {}, queue);
  const trace = fixture("apples");
  const first = await layouter.layout(trace, WIDE);
  assert.ok(first);
  assert.equal((await layouter.layout(trace, WIDE))?.geometry, first.geometry);
});

test("long names are cut as short as letters that can be read need, and where the figure is narrow only for the whole", async () => {
  const { nodes, ...rest } = fixture("two_layer_net");
  const trace = { ...rest, nodes: nodes.map((node) => ({ ...node, name: node.name && `${node.name}_of_a_hidden_layer` })) };
  const brevities = [];
  for (const room of [roomIn(1000, 440, 1), roomIn(5000, 2000, 1), roomIn(700, 440, 1), roomIn(700, 440, 1, 0, true)]) brevities.push((await laidOut([trace, room]))[0]?.geometry.brevity ?? 0);
  assert.deepEqual(brevities.map(Boolean), [true, false, false, true]);
});

test("in a figure that is smaller than its margins a graph is laid out all the same", async () => {
  for (const [w, h] of [[0, 0], [200, 0], [MARGIN.x, 400], [400, MARGIN.y]]) {
    const [laid] = await laidOut([fixture("apples"), roomIn(w, h, 1)]);
    assert.ok(laid && laid.geometry.width > 0);
  }
});
