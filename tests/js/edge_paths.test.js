import assert from "node:assert/strict";
import { test } from "node:test";
import { arrow, middle, pathOf } from "../../static/js/graph/drawing/edge_paths.js";

const straight = [{ x: 0, y: 0 }, { x: 30, y: 0 }, { x: 60, y: 0 }, { x: 90, y: 0 }];

test("a spline's path goes through all its pieces", () => {
  const two = [...straight, { x: 90, y: 10 }, { x: 90, y: 20 }, { x: 90, y: 30 }];
  assert.equal(pathOf(straight), "M0,0C30,0 60,0 90,0");
  assert.equal(pathOf(two), "M0,0C30,0 60,0 90,0C90,10 90,20 90,30");
});

test("forward the head is at the target, backward at the source, and the line ends inside it", () => {
  const forward = arrow(straight, "forward", 1);
  const backward = arrow(straight, "backward", 1);
  assert.ok(forward.head.startsWith("M90,0"));
  assert.ok(backward.head.startsWith("M0,0"));
  assert.ok(forward.line.startsWith("M0,0") && forward.line.endsWith("81,0"));
  assert.ok(backward.line.startsWith("M90,0") && backward.line.endsWith("9,0"));
});

test("a wider line has a larger head", () => {
  const reach = (/** @type {number} */ width) => Number(/L([\d.]+)/.exec(arrow(straight, "forward", width).head)?.[1]);
  assert.ok(reach(5) < reach(1));
});

test("controls that lie on the tip do not turn the head", () => {
  const collapsed = [{ x: 0, y: 0 }, { x: 0, y: 0 }, { x: 90, y: 0 }, { x: 90, y: 0 }];
  assert.ok(!arrow(collapsed, "forward", 1).head.includes("NaN"));
});

test("the middle of a spline lies on it", () => {
  assert.deepEqual(middle(straight), { x: 45, y: 0 });
});
