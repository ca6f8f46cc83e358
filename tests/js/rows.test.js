import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf } from "../../static/js/graph/layout/columns.js";
import { TEXT_HEIGHT } from "../../static/js/graph/layout/edge_routes.js";
import { planLayout, stubWidth } from "../../static/js/graph/layout/layout_plan.js";
import { inEvenColumns } from "../../static/js/graph/layout/even_columns.js";
import { fitting, leastScale, roomIn, shareSeen } from "../../static/js/graph/layout/room.js";
import { choose, chooseCuts, nodesAfter } from "../../static/js/graph/layout/row_choice.js";
import { inRows, splitAt } from "../../static/js/graph/layout/rows.js";
import { EDITED, NAMES, estimate, fixture } from "./fixtures.js";
import { placedBy } from "./graphviz_runner.js";

/** The figure of a page of 1440 × 900 px, beside both columns and without them. */
const ROOMS = [roomIn(778, 510, 1), roomIn(1440, 510, 1)];
const STUB = 60;

/** @typedef {import("../../static/js/lib/types.js").Trace} Trace */
/** @typedef {{x: number, y: number, w: number, h: number}} Area */

/** @param {Trace} trace @param {import("../../static/js/graph/node_lines.js").Form} form @param {typeof ROOMS[number]} room @param {string[] | null} [before] */
function wrapped(trace, form, room, before = null) {
  const plan = planLayout(trace, estimate, form);
  const placed = placedBy(plan);
  const { cuts } = choose(trace, { plan, placed }, room, { stub: STUB, before });
  return { plan, placed, cuts, geometry: inRows(plan, placed, cuts, (id) => stubWidth(trace, plan, id, estimate)) };
}

test("what is seen of a graph of which a part is shown: all of it at most, and more in the form with smaller boxes", () => {
  const room = roomIn(390, 280, 1);
  assert.equal(shareSeen(room, { width: 100, height: 100 }, "tall"), 1);
  assert.equal(shareSeen(room, { width: 2 * room.w, height: 4 * room.h }, "tall"), 1 / 8); // at 12 px its scale is 1
  assert.equal(shareSeen(room, { width: 2 * room.w, height: room.h }, "compact"), 14 / 24);
});

test("cuts that are kept leave no row of which everything goes on to the next", () => {
  const columns = {
    left: [0, 100, 200, 300], right: [80, 180, 280, 380], top: [0, 0, 0, 0], bottom: [20, 20, 20, 20],
    of: Int32Array.of(0, 1, 2, 3), crossing: new Float64Array(5).fill(1), stays: Uint8Array.of(0, 1, 0, 1),
  };
  const cutsOf = (/** @type {number[]} */ kept) => chooseCuts(columns, { width: 380, height: 20 }, { w: 300, h: 300 }, { stub: 10, least: 0.5, enough: 2, kept }).cuts;
  assert.deepEqual(cutsOf([1]), [1]);
  for (const kept of [[0], [0, 1], [1, 2], [3], [1, 1]]) assert.notDeepEqual(cutsOf(kept), kept);
});

/** @param {Area} a @param {Area} b */
const overlap = (a, b) => Math.abs(a.x - b.x) < (a.w + b.w) / 2 - 0.5 && Math.abs(a.y - b.y) < (a.h + b.h) / 2 - 0.5;

test("in rows, whatever the graph: everything is there, apart, and within the picture; what is cut goes out and comes in again", () => {
  let cutEdges = 0;
  for (const name of NAMES) {
    const trace = fixture(name);
    for (const room of ROOMS) {
      const { plan, geometry: { nodes, echoes, stubs, edges, groups, width, height } } = wrapped(trace, "compact", room);
      assert.deepEqual(nodes.map(({ id }) => id), trace.nodes.map(({ id }) => id));
      assert.deepEqual(edges.map(({ id }) => id), trace.edges.map(({ id }) => id));
      const boxes = [...nodes, ...echoes, ...stubs];
      for (const [i, box] of boxes.entries()) {
        for (const other of boxes.slice(i + 1)) assert.ok(!overlap(box, other), `${name}: ${JSON.stringify([box, other])}`);
        assert.ok(box.x - box.w / 2 >= -0.5 && box.x + box.w / 2 <= width + 0.5 && box.y - box.h / 2 >= -0.5 && box.y + box.h / 2 <= height + 0.5, name);
      }
      const cut = edges.filter(({ rest }) => rest);
      cutEdges += cut.length;
      assert.deepEqual(stubs.map(({ id, end }) => `${id} ${end}`).sort(), cut.flatMap(({ id }) => [`${id} in`, `${id} out`]).sort());
      for (const { points, rest, label, id } of edges) {
        assert.ok(points[0].x < points[points.length - 1].x && (!rest || rest[0].x < rest[rest.length - 1].x), `${name}: edge ${id} runs to the left`);
        const room = plan.edges.find((edge) => edge.id === id)?.label;
        if (label && room) for (const node of nodes) assert.ok(!overlap({ ...label, w: room.w, h: TEXT_HEIGHT }, node), `${name}: the number of edge ${id} lies on node ${node.id}`);
      }
      for (const frame of groups) assert.ok(trace.nodes.some(({ id, group }) => group !== null && Math.abs(nodes[id].y - frame.y) < frame.h / 2), `${name}: an empty frame`);
    }
  }
  assert.ok(cutEdges > 0);
});

test("a long net takes rows, and its letters can be read where one row would be a hairline", () => {
  const trace = fixture("two_layer_net");
  for (const room of ROOMS) {
    const { placed, cuts, geometry } = wrapped(trace, "compact", room);
    const scale = Math.min(room.w / geometry.width, room.h / geometry.height);
    assert.ok(cuts.length > 0 && scale > 1.25 * (room.w / placed.width));
    assert.ok(scale >= leastScale(room, "compact"));
  }
});

test("it is cut where few edges cross: between two of a net's layers one value goes on", () => {
  const { geometry } = wrapped(fixture("two_layer_net"), "compact", ROOMS[1]);
  assert.deepEqual([geometry.rows, geometry.stubs.length], [2, 2]);
});

test("a small graph stays in one row", () => {
  for (const name of /** @type {const} */ (["apples", "two_paths", "chain"])) assert.deepEqual(wrapped(fixture(name), "tall", ROOMS[0]).cuts, [], name);
});

test("a cut stays where it was after a small edit, and in a room of nearly the same size", () => {
  for (const name of EDITED) {
    const [before, after] = [fixture(name), fixture(`edited_${name}`)];
    const old = wrapped(before, "compact", ROOMS[1]);
    const keys = nodesAfter(before, old.plan, old.placed, old.cuts);
    const { plan, placed, cuts } = wrapped(after, "compact", ROOMS[1], keys);
    assert.deepEqual(nodesAfter(after, plan, placed, cuts), keys, name);
  }
  const trace = fixture("two_layer_net");
  const { plan, placed, cuts } = wrapped(trace, "compact", ROOMS[0]);
  const narrower = { ...ROOMS[0], w: ROOMS[0].w - 40 };
  assert.deepEqual(wrapped(trace, "compact", narrower, nodesAfter(trace, plan, placed, cuts)).cuts, cuts);
});

test("boxes of one column overlap from left to right, those of two do not", () => {
  const plan = planLayout(fixture("apples"), estimate);
  const { of, left, right } = columnsOf(plan, placedBy(plan));
  assert.equal(Math.max(...of), left.length - 1);
  for (let i = 1; i < left.length; i += 1) assert.ok(left[i] >= right[i - 1]);
});

test("a spline is cut at a place, and both parts lie on it", () => {
  const points = [{ x: 0, y: 0 }, { x: 30, y: 0 }, { x: 60, y: 40 }, { x: 90, y: 40 }, { x: 120, y: 40 }, { x: 150, y: 0 }, { x: 180, y: 0 }];
  for (const x of [10, 90, 130]) {
    const [before, after] = splitAt(points, x);
    assert.ok(Math.abs(before[before.length - 1].x - x) < 0.1);
    assert.deepEqual([before[0], after[after.length - 1], before[before.length - 1]], [points[0], points[6], after[0]]);
    assert.deepEqual([before.length % 3, after.length % 3], [1, 1]);
  }
});

/** @typedef {import("../../static/js/graph/layout/layout_plan.js").Plan} Plan */

/** A dense plan of boxes of one size. @param {number} count @param {[source: number, target: number][]} ends @returns {Plan} */
function planOfBoxes(count, ends) {
  const nodes = Array.from({ length: count }, (_, id) => ({ id, w: 78, h: 36, group: null }));
  return { form: "compact", isDense: true, nodes, edges: ends.map(([source, target], id) => ({ id, source, target, label: null })), groups: [] };
}

/** Sixteen leaves that meet two by two. */
const tree = planOfBoxes(31, Array.from({ length: 15 }, (_, i) => /** @type {[number, number][]} */ ([[2 * i, 16 + i], [2 * i + 1, 16 + i]])).flat());
/** Four inputs, each with its weight to each of four sums of three. */
const net = planOfBoxes(52, Array.from({ length: 4 }, (_, unit) => {
  const [product, sum] = [20 + 4 * unit, 36 + 3 * unit];
  const products = Array.from({ length: 4 }, (_, i) => /** @type {[number, number][]} */ ([[i, product + i], [4 + 4 * unit + i, product + i]])).flat();
  const sums = /** @type {[number, number][]} */ ([[product, sum], [product + 1, sum], [sum, sum + 1], [product + 2, sum + 1], [sum + 1, sum + 2], [product + 3, sum + 2]]);
  return [...products, ...sums, /** @type {[number, number]} */ ([sum + 2, 48 + Math.max(unit - 1, 0)])];
}).flat().concat([[48, 49], [49, 50], [50, 51]]).sort((a, b) => a[1] - b[1]));

test("a stack of leaves that is too high takes columns of about the room's height, and its letters can be read then", () => {
  const room = roomIn(1368, 510, 1);
  const least = leastScale(room, "compact");
  for (const plan of [tree, net]) {
    assert.ok(fitting(room, placedBy(plan)) < least);
    const ways = inEvenColumns(plan, room, least);
    for (const { columns = new Int32Array() } of ways) for (const { source, target } of plan.edges) assert.ok(columns[source] < columns[target]);
    assert.ok(ways.some((way) => fitting(room, placedBy(way)) >= least));
  }
  const chain = planOfBoxes(3, [[0, 1], [1, 2]]);
  assert.deepEqual(inEvenColumns(chain, room, least).map(({ columns }) => [...columns ?? []]), [[0, 1, 2]]);
});
