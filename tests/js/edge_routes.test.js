import assert from "node:assert/strict";
import { test } from "node:test";
import { route } from "../../static/js/graph/layout/edge_routes.js";

/** @typedef {import("../../static/js/graph/layout/layout_plan.js").Plan["edges"][number]} PlannedEdge */

/** @param {number} id @param {number} x @param {number} y */
const box = (id, x, y) => ({ id, x, y, w: 60, h: 66 });
/** @param {number} id @param {number} source @param {number} target @param {{w: number, h: number} | null} [label] @returns {PlannedEdge} */
const edge = (id, source, target, label = null) => ({ id, source, target, label });
const LABEL = { w: 36, h: 22 };

test("an edge leaves level at the right side of its source and enters level at the left side of its target", () => {
  const [{ points: [from, out, into, to] }] = route([edge(0, 0, 1)], [box(0, 30, 33), box(1, 230, 133)], null);
  assert.deepEqual([from, to], [{ x: 60, y: 33 }, { x: 200, y: 133 }]);
  assert.deepEqual([out.y, into.y], [33, 133]);
});

test("operands enter in their order from the top, however their sources stand", () => {
  const boxes = [box(0, 30, 33), box(1, 30, 233), box(2, 230, 133)];
  const [first, second] = route([edge(0, 1, 2), edge(1, 0, 2)], boxes, null);
  const end = (/** @type {typeof first} */ { points }) => points[points.length - 1].y;
  assert.ok(end(first) < end(second));
});

test("uses of one value leave in the order of where they go, so that they do not cross at the box", () => {
  const boxes = [box(0, 30, 133), box(1, 230, 33), box(2, 230, 233)];
  const [down, up] = route([edge(0, 0, 2), edge(1, 0, 1)], boxes, null);
  assert.ok(up.points[0].y < down.points[0].y);
});

test("an edge goes straight across unless a node stands in its way; then it goes as the layout routed it", () => {
  const around = [{ x: 60, y: 33 }, { x: 100, y: 33 }, { x: 100, y: 133 }, { x: 130, y: 133 }, { x: 160, y: 133 }, { x: 160, y: 33 }, { x: 200, y: 33 }];
  const routed = new Map([[0, { points: around, label: null }]]);
  const [free] = route([edge(0, 0, 1)], [box(0, 30, 33), box(1, 230, 33)], routed);
  assert.equal(free.points.length, 4);
  const [blocked] = route([edge(0, 0, 1)], [box(0, 30, 33), box(1, 230, 33), box(2, 130, 33)], routed);
  assert.deepEqual(blocked.points, around);
});

test("a number stands beside its edge, not on it, where there is room", () => {
  const [{ label }] = route([edge(0, 0, 1, LABEL)], [box(0, 30, 33), box(1, 230, 33)], null);
  assert.ok(label && label.y < 33 - 8 && label.y > 33 - 16);
  assert.equal(label.x, 130);
});

test("the numbers of many edges between two columns cover neither each other nor a node", () => {
  const boxes = [0, 1, 2, 3].map((i) => box(i, 30, 33 + 86 * i)).concat([4, 5, 6, 7].map((i) => box(i, 230, 33 + 86 * (i - 4))));
  const edges = [4, 5, 6, 7].flatMap((target) => [0, 3].map((source, i) => edge(2 * (target - 4) + i, source, target, LABEL)));
  const places = route(edges, boxes, null).flatMap(({ label }) => (label ? [label] : []));
  assert.equal(places.length, 8);
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) assert.ok(Math.abs(a.x - b.x) >= 36 || Math.abs(a.y - b.y) >= 16);
    for (const node of boxes) assert.ok(Math.abs(a.x - node.x) >= 48 || Math.abs(a.y - node.y) >= 41);
  }
});

test("a number stands beside the switch of a group, not on it", () => {
  const boxes = [box(0, 30, 33), box(1, 230, 33)];
  const [{ label: usual }] = route([edge(0, 0, 1, LABEL)], boxes, null);
  const taken = { x: usual?.x ?? 0, y: usual?.y ?? 0, w: 26, h: 26 };
  const [{ label }] = route([edge(0, 0, 1, LABEL)], boxes, null, true, [taken]);
  assert.ok(label && (Math.abs(label.x - taken.x) >= (LABEL.w + taken.w) / 2 || Math.abs(label.y - taken.y) >= (16 + taken.h) / 2));
});
