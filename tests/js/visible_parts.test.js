import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_DETAILED, around, holds, nodeAt, partsIn } from "../../static/js/graph/drawing/visible_parts.js";

/** A row of nodes, 100 px apart, each with an edge to the next. @param {number} count @returns {import("../../static/js/lib/types.js").Geometry} */
function row(count) {
  const nodes = Array.from({ length: count }, (_, id) => ({ id, x: 100 * id, y: 0, w: 60, h: 66 }));
  const edges = nodes.slice(1).map(({ id }) => {
    const [from, to] = [{ x: 100 * (id - 1) + 30, y: 0 }, { x: 100 * id - 30, y: 0 }];
    return { id: id - 1, points: [from, from, to, to], label: null };
  });
  return { form: "tall", nodes, echoes: [], edges, stubs: [], groups: [], rows: 1, width: 100 * count, height: 66 };
}
const NOTHING = { nodes: [], edges: [] };

test("what lies in the area is drawn, and what reaches into it", () => {
  const { nodes, edges, isFar } = partsIn(row(100), { x: 225, y: -50, w: 200, h: 100 }, NOTHING);
  assert.deepEqual(nodes.map(({ id }) => id), [2, 3, 4]);
  assert.deepEqual(edges.map(({ id }) => id), [2, 3]);
  assert.equal(isFar, false);
});

test("what is always drawn is there wherever it lies, once, in the order of ids", () => {
  const { nodes, edges } = partsIn(row(100), { x: 225, y: -50, w: 200, h: 100 }, { nodes: [90, 3, 0], edges: [50, 2] });
  assert.deepEqual(nodes.map(({ id }) => id), [0, 2, 3, 4, 90]);
  assert.deepEqual(edges.map(({ id }) => id), [2, 3, 50]);
});

test("where more is in view than can be drawn in detail, only what is always drawn is left", () => {
  const all = row(MOST_DETAILED + 1);
  const { nodes, edges, isFar } = partsIn(all, { x: -50, y: -50, w: all.width + 100, h: 100 }, { nodes: [7], edges: [] });
  assert.deepEqual([isFar, nodes.map(({ id }) => id), edges], [true, [7], []]);
});

test("a view that moves a little stays in what was drawn, and one that moves far does not", () => {
  const drawn = around({ x: 0, y: 0, w: 1000, h: 600 });
  assert.ok(holds(drawn, { x: 300, y: -200, w: 1000, h: 600 }));
  assert.ok(!holds(drawn, { x: 400, y: 0, w: 1000, h: 600 }));
});

test("the node at a place is found, the nearest within reach, and none beyond", () => {
  const all = row(5);
  assert.equal(nodeAt(all, { x: 310, y: 20 }, 8), 3);
  assert.equal(nodeAt(all, { x: 265, y: 0 }, 8), 3);
  assert.equal(nodeAt(all, { x: 250, y: 0 }, 8), null);
});
