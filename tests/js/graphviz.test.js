import assert from "node:assert/strict";
import { test } from "node:test";
import { toDot } from "../../static/js/graph/layout/graphviz.js";
import { planLayout } from "../../static/js/graph/layout/layout_plan.js";
import { TEXT_HEIGHT } from "../../static/js/graph/layout/edge_routes.js";
import { NAMES, estimate, fixture } from "./fixtures.js";
import { graphviz, own, render } from "./graphviz_runner.js";

/** @typedef {import("../../static/js/lib/types.js").Box} Box */

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return Math.abs(a.x - b.x) < (a.w + b.w) / 2 - 0.5 && Math.abs(a.y - b.y) < (a.h + b.h) / 2 - 0.5;
}

/** What the group of a function of the program has besides. */
const OWN = { operands: null, options: {}, call: [] };

for (const name of NAMES) {
  const trace = fixture(name);

  for (const [engine, draw] of /** @type {const} */ ([
    ["Graphviz", () => graphviz(trace)],
    ["our own layout", () => own(planLayout(trace, estimate))],
  ])) {
    test(`${name}, ${engine}: every node and edge has its place, in the order of ids, the same each time`, () => {
      const geometry = draw();
      assert.deepEqual(geometry.nodes.map(({ id }) => id), trace.nodes.map(({ id }) => id));
      assert.deepEqual(geometry.edges.map(({ id }) => id), trace.edges.map(({ id }) => id));
      for (const { points } of geometry.edges) assert.equal(points.length % 3, 1);
      assert.deepEqual(draw(), geometry);
    });

    test(`${name}, ${engine}: nodes lie apart, inside the picture, each to the right of its inputs`, () => {
      const { nodes, width, height } = draw();
      for (const a of nodes) {
        assert.ok(a.x - a.w / 2 >= -0.5 && a.x + a.w / 2 <= width + 0.5);
        assert.ok(a.y - a.h / 2 >= -0.5 && a.y + a.h / 2 <= height + 0.5);
        for (const b of nodes) assert.ok(a.id === b.id || !overlap(a, b), `${a.id} and ${b.id} overlap`);
      }
      for (const { source, target } of trace.edges) assert.ok(nodes[source].x < nodes[target].x);
    });
  }

  test(`${name}: numbers on edges cover no node and no other number`, () => {
    const plan = planLayout(trace, estimate);
    const { nodes, edges } = graphviz(trace);
    /** @type {Box[]} */
    const numbers = [];
    for (const { id, label } of plan.edges) {
      const at = edges[id].label;
      assert.equal(at === null, label === null);
      if (!at || !label) continue;
      const number = { id, ...at, w: label.w, h: TEXT_HEIGHT };
      for (const other of numbers) assert.ok(!overlap(other, number), `edge ${id} over the number of edge ${other.id}`);
      numbers.push(number);
      for (const node of nodes) assert.ok(!overlap(node, number), `edge ${id} over node ${node.id}`);
    }
  });
}

test("the DOT text holds no text of the user", () => {
  const trace = fixture("apples");
  trace.nodes[0].name = '"]; evil -> "<b>';
  trace.groups = [{ id: 0, name: "g", label: '"<script>', parent: null, nodes: [0], ...OWN }];
  trace.nodes[0].group = 0;
  const dot = toDot(planLayout(trace, estimate));
  assert.ok(!/evil|script|사과/.test(dot));
  assert.equal(graphviz(trace).groups.length, 1);
});

test("operands stand in their order, top to bottom", () => {
  const trace = fixture("apples");
  for (const { nodes } of [graphviz(trace), own(planLayout(trace, estimate))]) {
    for (const { inputs } of trace.nodes) {
      const tops = inputs.map((id) => nodes[id].y);
      assert.deepEqual(tops, [...tops].sort((a, b) => a - b));
    }
  }
});

test("the two edges of x * x are two lines", () => {
  const trace = fixture("parallel_and_dead");
  const m = trace.nodes.findIndex(({ name }) => name === "m");
  const ids = trace.edges.filter(({ target }) => target === m).map(({ id }) => id);
  for (const { edges } of [graphviz(trace), own(planLayout(trace, estimate))]) {
    assert.equal(ids.length, 2);
    assert.notDeepEqual(edges[ids[0]].points, edges[ids[1]].points);
  }
});

test("nested groups enclose their members", () => {
  const trace = fixture("apples");
  trace.groups = [
    { id: 0, name: "outer", label: "outer", parent: null, nodes: [7], ...OWN },
    { id: 1, name: "inner", label: "inner", parent: 0, nodes: [5], ...OWN },
  ];
  trace.nodes[7].group = 0;
  trace.nodes[5].group = 1;
  for (const { nodes, groups } of [graphviz(trace), own(planLayout(trace, estimate))]) {
    const [outer, inner] = groups;
    for (const [frame, box] of [[outer, nodes[7]], [inner, nodes[5]], [outer, inner]]) {
      assert.ok(frame.x - frame.w / 2 <= box.x - box.w / 2 && frame.x + frame.w / 2 >= box.x + box.w / 2);
      assert.ok(frame.y - frame.h / 2 <= box.y - box.h / 2 && frame.y + frame.h / 2 >= box.y + box.h / 2);
    }
  }
});

test("an open group in a long program does not turn an edge around", () => {
  // x = sigmoid(x * w) + x, twenty times, with the first sigmoid opened: × goes into its −, and on to exp, +, ÷.
  /** @type {import("../../static/js/graph/layout/layout_plan.js").Plan} */
  const plan = { form: "tall", nodes: [], edges: [], groups: [{ id: 0, parent: null, label: { w: 84, h: 20 } }] };
  /** @param {number | null} group @param {...number} inputs */
  const node = (group, ...inputs) => {
    const id = plan.nodes.push({ id: plan.nodes.length, w: 96, h: 66, group }) - 1;
    for (const source of inputs) plan.edges.push({ id: plan.edges.length, source, target: id, label: { w: 72, h: 22 } });
    return id;
  };
  const w = node(null);
  let x = node(null);
  for (let i = 0; i < 20; i += 1) {
    const product = node(null, x, w);
    const inside = i === 0 ? [0, 0, 0].reduce((last) => node(0, last), node(0, product)) : node(null, product);
    x = node(null, inside, node(null, x, node(null)));
  }
  const { nodes } = render(plan);
  for (const { source, target } of plan.edges) assert.ok(nodes[source].x < nodes[target].x, `${source} -> ${target}`);
});

test("another value of the same length leaves the picture as it is", () => {
  const trace = fixture("square_of_sum");
  const before = toDot(planLayout(trace, estimate));
  trace.nodes[0].value = 4;
  assert.equal(toDot(planLayout(trace, estimate)), before);
});

test("a box is as wide as its longest line", () => {
  const trace = fixture("apples");
  trace.nodes[0].name = "a_rather_long_name";
  const { nodes } = planLayout(trace, estimate);
  assert.ok(nodes[0].w >= estimate("a_rather_long_name") + 16);
});

test("our own layout of a chain of 20,000 nodes needs no recursion", () => {
  const nodes = Array.from({ length: 20000 }, (_, id) => ({ id, w: 60, h: 60, group: null }));
  const edges = nodes.slice(1).map(({ id }) => ({ id: id - 1, source: id - 1, target: id, label: null }));
  const geometry = own({ form: "tall", nodes, edges, groups: [] });
  assert.ok(geometry.nodes[19999].x > geometry.nodes[0].x);
});

test("a weight that every step of a loop uses is repeated beside its far uses, in both layouts", () => {
  // h = h * w, ten times
  const trace = fixture("square_of_sum");
  const [leaf, op] = [trace.nodes[0], trace.nodes[2]];
  /** @type {typeof trace.nodes} */
  const nodes = [{ ...leaf, id: 0, name: "w" }, { ...leaf, id: 1, name: "h" }];
  for (let id = 2; id < 12; id += 1) nodes.push({ ...op, id, name: null, inputs: [id - 1, 0] });
  const edges = nodes.slice(2).flatMap(({ id }) => [id - 1, 0].map((source, argnum) => ({ ...trace.edges[0], id: 2 * (id - 2) + argnum, source, target: id, argnum })));
  const loop = { ...trace, nodes, edges, backward_order: edges.map(({ id }) => id).reverse(), output: 11 };
  for (const { echoes, nodes: boxes, edges: lines } of [graphviz(loop), own(planLayout(loop, estimate))]) {
    assert.equal(boxes.length, 12);
    // The first three columns are near.
    assert.deepEqual(echoes.map(({ id }) => id), [7, 9, 11, 13, 15, 17, 19]);
    for (const echo of echoes) {
      assert.equal(lines[echo.id].points[0].x, echo.x + echo.w / 2);
      assert.ok(echo.x < boxes[edges[echo.id].target].x);
    }
  }
});
