import assert from "node:assert/strict";
import { test } from "node:test";
import { collapse } from "../../static/js/graph/collapsed_groups.js";
import { frame, plan } from "../../static/js/graph/frames.js";
import { flatten } from "../../static/js/lib/numbers.js";
import { NAMES, fixture } from "./fixtures.js";

/** @typedef {import("../../static/js/lib/types.js").Trace} Trace */

const FUNCTIONS = new Set(["softmax", "sigmoid", "square"]);
const PATHS = ["softmax.1", "sigmoid.1", "sigmoid.2", "square.1"];
/** @param {string} op */
const canOpen = (op) => FUNCTIONS.has(op);
/** @param {string} op */
const never = (op) => op === "nothing";

/** @param {import("../../static/js/lib/types.js").Wire} a @param {import("../../static/js/lib/types.js").Wire} b */
function assertClose(a, b) {
  const [left, right] = [flatten(a), flatten(b)];
  assert.equal(left.length, right.length);
  for (const [i, value] of left.entries()) assert.ok(Math.abs(value - right[i]) < 1e-12, `${value} and ${right[i]}`);
}

/** Every choice of open groups. */
const CHOICES = Array.from({ length: 2 ** PATHS.length }, (_, bits) => PATHS.filter((_, i) => bits & (1 << i)));

test("with every group closed the expanded trace is the fused one: names, ops, values, gradients, contributions", () => {
  const fused = fixture("functions_fused");
  const closed = collapse(fixture("functions_expanded"), [], canOpen);
  assert.deepEqual(closed.nodes.map(({ op, name, inputs, shape }) => ({ op, name, inputs, shape })), fused.nodes.map(({ op, name, inputs, shape }) => ({ op, name, inputs, shape })));
  assert.deepEqual(closed.edges.map(({ source, target, argnum }) => [source, target, argnum]), fused.edges.map(({ source, target, argnum }) => [source, target, argnum]));
  for (const { id, value, gradient } of fused.nodes) {
    assertClose(closed.nodes[id].value, value);
    assertClose(closed.nodes[id].gradient, gradient);
  }
  for (const { id, contribution } of fused.edges) assertClose(closed.edges[id].contribution, contribution);
  assert.deepEqual(closed.groups, []);
});

test("a group has the same path as a node of the fused trace and as a group of the expanded one", () => {
  const fused = collapse(fixture("functions_fused"), [], canOpen);
  const closed = collapse(fixture("functions_expanded"), [], canOpen);
  assert.deepEqual(fused.nodes.map(({ opens }) => opens), closed.nodes.map(({ opens }) => opens));
  assert.deepEqual(fused.nodes.flatMap(({ opens }) => opens ?? []).sort(), [...PATHS].sort());
  assert.deepEqual(collapse(fixture("functions_expanded"), PATHS, canOpen).groups.map(({ path }) => path).sort(), [...PATHS].sort());
});

for (const open of CHOICES) {
  test(`open: ${open.join(", ") || "nothing"}. The smaller trace is whole, and its contributions add up to the service's gradients`, () => {
    const served = fixture("functions_expanded");
    const trace = collapse(served, open, canOpen);
    assert.deepEqual(trace.nodes.map(({ id }) => id), [...trace.nodes.keys()]);
    assert.deepEqual(trace.edges.map(({ id }) => id), [...trace.edges.keys()]);
    assert.deepEqual(trace.groups.map(({ path }) => path).sort(), [...open].sort());
    for (const { source, target } of trace.edges) assert.ok(source < target);
    for (const node of trace.nodes) {
      const incoming = trace.edges.filter(({ target }) => target === node.id);
      assert.deepEqual(incoming.map(({ source }) => source), node.inputs);
      for (const [, id] of (node.template ?? "").matchAll(/@\{~?(\d+)\}/g)) assert.ok(node.inputs.includes(Number(id)));
      const outgoing = trace.backward_order.filter((id) => trace.edges[id].source === node.id);
      if (!outgoing.length) continue;
      const parts = outgoing.map((id) => flatten(trace.edges[id].contribution));
      assertClose(parts[0].map((_, i) => parts.reduce((sum, part) => sum + part[i], 0)), flatten(node.gradient));
      assert.equal(node.gradient, served.nodes[node.origin ?? -1].gradient);
    }
    const last = frame(trace, plan(trace).steps.length);
    for (const { id, gradient, differentiable } of trace.nodes) if (differentiable) assert.deepEqual(last.nodes[id].sum, gradient);
  });
}

test("a contribution starts its way only when its upstream is complete, whatever is open", () => {
  for (const open of CHOICES) {
    const trace = collapse(fixture("functions_expanded"), open, canOpen);
    const { backwardAt, completeAt } = plan(trace);
    for (const id of trace.backward_order) assert.ok(completeAt[trace.edges[id].target] < backwardAt[id]);
  }
});

test("play takes one step for each edge that enters a closed group", () => {
  const trace = collapse(fixture("functions_expanded"), [], canOpen);
  const softmax = trace.nodes.findIndex(({ op }) => op === "softmax");
  const entering = trace.edges.filter(({ target }) => target === softmax);
  assert.equal(entering.length, 1);
  // In softmax its input is used twice: by the maximum and by the difference.
  assert.equal(entering[0].parts?.length, 2);
  assert.equal(plan(trace).steps.filter((step) => step.kind === "backward" && step.edge === entering[0].id).length, 1);
});

test("a group inside a group is opened by its own path, and only when what holds it is open", () => {
  /** @returns {Trace} */
  const nested = () => {
    const trace = fixture("functions_expanded");
    const [outer] = trace.groups;
    const inner = { id: trace.groups.length, name: "shift", label: "shift", parent: outer.id, nodes: outer.nodes.slice(0, 2), operands: [], options: {}, call: null };
    trace.groups.push(inner);
    for (const id of inner.nodes) trace.nodes[id].group = inner.id;
    return trace;
  };
  /** @param {string[]} open */
  const seen = (open) => {
    const { nodes, groups } = collapse(nested(), open, canOpen);
    return [nodes.flatMap(({ opens }) => opens ?? []).filter((path) => path.startsWith("softmax")), groups.map(({ path }) => path)];
  };
  assert.deepEqual(seen([]), [["softmax.1"], []]);
  assert.deepEqual(seen(["softmax.1"]), [["softmax.1/shift.1"], ["softmax.1"]]);
  assert.deepEqual(seen(["softmax.1", "softmax.1/shift.1"]), [[], ["softmax.1", "softmax.1/shift.1"]]);
  assert.deepEqual(seen(["softmax.1/shift.1"]), [["softmax.1"], []]);
});

test("a group with two results stays open, since one node cannot stand for both", () => {
  const trace = fixture("functions_expanded");
  const { nodes } = trace.groups[0];
  const stranger = trace.edges.find(({ source, target }) => !nodes.includes(source) && !nodes.includes(target));
  if (stranger) stranger.source = nodes[0];
  assert.deepEqual(collapse(trace, [], canOpen).groups.map(({ path }) => path), ["softmax.1"]);
});

for (const name of NAMES) {
  test(`${name}: with nothing to collapse a trace stays as it is`, () => {
    const trace = fixture(name);
    if (trace.groups.length) return;
    const same = collapse(trace, ["softmax.1"], never);
    assert.deepEqual(same.nodes.map(({ origin, opens, ...node }) => node), trace.nodes);
    assert.deepEqual(same.edges, trace.edges);
    assert.deepEqual([same.forward_order, same.backward_order, same.output], [trace.forward_order, trace.backward_order, trace.output]);
  });
}

test("closed turns of an open loop that follow each other are one node with their count; it opens the first of them", () => {
  /** Three turns of one op each. @param {string[]} open */
  const seen = (open) => {
    const trace = fixture("chain");
    const turn = (/** @type {number} */ id, /** @type {number[]} */ nodes) => ({ id, name: `for ${id}`, label: `t = ${id - 1}`, parent: 0, nodes, operands: null, options: {}, call: null });
    trace.groups.push({ ...turn(0, []), name: "for", label: "for × 3", parent: null }, turn(1, [1, 2]), turn(2, [3, 4]), turn(3, [5]));
    for (const { id, nodes } of trace.groups) for (const node of nodes) trace.nodes[node].group = id;
    const { nodes, edges } = collapse(trace, open, never);
    for (const { id, origin = -1 } of nodes.slice(1)) assertClose(nodes[id].gradient, trace.nodes[origin].gradient);
    return [nodes.flatMap(({ op, opens }) => (opens ? [`${op}: ${opens}`] : [])), edges.length];
  };
  const [first, second, third] = [1, 2, 3].map((turn) => `for.1/for ${turn}.1`);
  assert.deepEqual(seen([]), [["for × 3: for.1"], 1]);
  assert.deepEqual(seen(["for.1"]), [[`t = 0…2 × 3: ${first}`], 1]);
  assert.deepEqual(seen(["for.1", first]), [[`t = 1…2 × 2: ${second}`], 3]);
  assert.deepEqual(seen(["for.1", second]), [[`t = 0: ${first}`, `t = 2: ${third}`], 4]);
});
