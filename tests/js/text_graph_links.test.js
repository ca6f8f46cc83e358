import assert from "node:assert/strict";
import { test } from "node:test";
import { plan } from "../../static/js/graph/frames.js";
import { sameTopology } from "../../static/js/graph/frames.js";
import { nodesAt, spanOf } from "../../static/js/program/text_graph_links.js";
import { NAMES, fixture } from "./fixtures.js";

/** @param {Parameters<typeof fixture>[0]} name @param {string} text  its k-th place @param {number} [k] */
function at(name, text, k = 0) {
  const trace = fixture(name);
  let from = -1;
  for (let i = 0; i <= k; i += 1) from = trace.program.indexOf(text, from + 1);
  assert.ok(from >= 0, text);
  return { trace, from, to: from + text.length };
}

/** @param {import("../../static/js/lib/types.js").Trace} trace @param {{from: number, to: number}} place */
const said = (trace, place) => nodesAt(trace, trace.program, place).map((id) => trace.nodes[id].name ?? trace.nodes[id].op);

test("the cursor on a name lights what was assigned to it", () => {
  const { trace, from } = at("apples", "사과_개수", 1);
  assert.deepEqual(said(trace, { from: from + 2, to: from + 2 }), ["사과_개수"]);
});

test("the cursor between names lights the smallest expression around it", () => {
  const { trace, from } = at("square_of_sum", " ** ");
  assert.deepEqual(said(trace, { from: from + 2, to: from + 2 }), ["z"]);
});

test("selected text lights every node that it contains", () => {
  const trace = fixture("two_paths");
  assert.equal(said(trace, { from: 0, to: trace.program.length }).length, trace.nodes.filter(({ span }) => span).length);
});

test("a name that is bound again means its last value before that statement", () => {
  const program = "t = 1\nt = t + t";
  /** @param {number} line @param {number} to */
  const span = (line, to) => ({ start: { line, column: 0 }, end: { line, column: to } });
  const trace = /** @type {any} */ ({ program, nodes: [{ id: 0, name: "t", span: span(1, 5) }, { id: 1, name: "t", span: span(2, 9) }] });
  assert.deepEqual(nodesAt(trace, program, { from: 6, to: 6 }), [1]);
  assert.deepEqual(nodesAt(trace, program, { from: 10, to: 10 }), [0]);
  assert.deepEqual(nodesAt(trace, program, { from: 0, to: 1 }), [0]);
});

test("every step and every choice of every trace has its text, or none, but never fails", () => {
  for (const name of NAMES) {
    const p = plan(fixture(name));
    for (let cursor = 0; cursor <= p.steps.length; cursor += 1) assert.doesNotThrow(() => spanOf(p, null, cursor));
    for (const { id } of p.trace.edges) assert.equal(spanOf(p, { kind: "edge", id }, 0), p.trace.nodes[p.trace.edges[id].target].span);
  }
});

test("other numbers are the same graph, another op or shape is not", () => {
  const a = fixture("neuron");
  const b = fixture("neuron");
  b.nodes[0].value = 9;
  assert.ok(sameTopology(a, b));
  b.nodes[2].op = "sub";
  assert.ok(!sameTopology(a, b));
});
