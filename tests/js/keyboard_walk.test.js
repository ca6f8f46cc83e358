import assert from "node:assert/strict";
import { test } from "node:test";
import { collapse } from "../../static/js/graph/collapsed_groups.js";
import { stopsOf } from "../../static/js/graph/keyboard_walk.js";
import { NAMES, fixture } from "./fixtures.js";

/** @param {import("../../static/js/lib/types.js").Trace} trace */
const told = (trace) => stopsOf(trace).map(({ selector }) => selector.replace(/^g\.(\w+)\[data-id="(\d+)"\] \.hit$/, "$1 $2").replace(/.*data-path="(.*)".*/, "switch $1"));

test("before each node come the edges that enter it, in the order of its operands", () => {
  // t = x + y; z = t ** 2
  assert.deepEqual(told(fixture("square_of_sum")), ["node 0", "node 1", "edge 0", "edge 1", "node 2", "node 3", "edge 3", "edge 2", "node 4"]);
});

test("every node and every edge is one stop, and no two stops are the same", () => {
  for (const name of NAMES) {
    const trace = fixture(name);
    const stops = stopsOf(trace);
    assert.equal(stops.length, trace.nodes.length + trace.edges.length);
    assert.equal(new Set(stops.map(({ same }) => same)).size, stops.length);
    assert.equal(new Set(stops.map(({ selector }) => selector)).size, stops.length);
  }
});

test("a closed group's switch comes after its node, and an open one's before what is in its frame", () => {
  const trace = fixture("functions_expanded");
  const closed = collapse(trace, [], () => false);
  const group = closed.nodes.find(({ opens }) => opens);
  assert.ok(group?.opens);
  const path = group.opens;
  const shut = told(closed);
  assert.equal(shut[shut.indexOf(`switch ${path}`) - 1], `node ${group.id}`);

  const open = collapse(trace, [path], () => false);
  const opened = told(open);
  const frame = open.groups.find((one) => one.path === path);
  assert.ok(frame?.nodes.length);
  assert.equal(opened.filter((stop) => stop === `switch ${path}`).length, 1);
  for (const id of frame.nodes) assert.ok(opened.indexOf(`switch ${path}`) < opened.indexOf(`node ${id}`));
});

test("a stop keeps its name when a node is added before it", () => {
  const before = stopsOf(fixture("apples"));
  const after = stopsOf(fixture("edited_apples"));
  const names = new Set(after.map(({ same }) => same));
  assert.ok(before.filter(({ same }) => names.has(same)).length > before.length / 2);
});
