import assert from "node:assert/strict";
import { test } from "node:test";
import { plan } from "../../static/js/graph/frames.js";
import { actorOf, neighbours } from "../../static/js/panels/local_view.js";
import { fixture } from "./fixtures.js";

test("a node's neighbours are what it uses and what uses it", () => {
  const trace = fixture("apples");
  const id = /** @type {number} */ (trace.nodes.find(({ inputs }) => inputs.length === 2)?.id);
  const { into, out, nodes } = neighbours(trace, id);
  assert.deepEqual(into.map(({ source }) => source), trace.nodes[id].inputs);
  assert.equal(out.length, 1);
  assert.equal(nodes.size, 4);
});

test("on the way back the node that multiplies is at work, and a choice goes before the step", () => {
  const p = plan(fixture("apples"));
  const { edges, output } = p.trace;
  assert.equal(actorOf(p, p.turn, null), output);
  assert.equal(actorOf(p, p.turn + 1, null), output); // the first edge back leaves the output
  const last = p.steps.length;
  const edge = p.trace.backward_order[p.trace.backward_order.length - 1];
  assert.equal(actorOf(p, last, null), edges[edge].target);
  assert.equal(actorOf(p, last, { kind: "node", id: 1 }), 1);
  assert.equal(actorOf(p, 0, { kind: "edge", id: edge }), edges[edge].target);
  assert.ok(p.trace.nodes[actorOf(p, 0, null)].inputs.length);
});
