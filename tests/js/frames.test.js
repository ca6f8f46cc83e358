import assert from "node:assert/strict";
import { test } from "node:test";
import { activeStep, edgeState, frame, gradientAt, located, momentOf, named, nodeState, plan, touched } from "../../static/js/graph/frames.js";
import { NAMES, fixture } from "./fixtures.js";

for (const name of NAMES) {
  const trace = fixture(name);
  const p = plan(trace);
  const last = p.steps.length;

  test(`${name}: the last frame holds exactly the gradients of the service`, () => {
    const { nodes } = frame(trace, last);
    for (const { id, gradient, differentiable } of trace.nodes) {
      if (differentiable) assert.deepEqual(nodes[id].sum, gradient);
      else assert.equal(nodes[id].gradient, "none");
      assert.ok(nodes[id].valueShown);
    }
  });

  test(`${name}: there is one step an edge forward, the turn, and one step an edge of the backward order`, () => {
    assert.equal(last, trace.edges.length + 1 + trace.backward_order.length);
    assert.equal(p.turn, trace.edges.length + 1);
    const walked = p.steps.flatMap((step) => (step.kind === "backward" ? [step.edge] : []));
    assert.deepEqual(walked, trace.backward_order);
  });

  test(`${name}: at the start only leaves are known, at the turn every value is`, () => {
    for (const node of trace.nodes) {
      assert.equal(nodeState(p, node.id, 0).valueShown, node.inputs.length === 0);
      assert.equal(nodeState(p, node.id, 0).gradient, "none");
      assert.ok(nodeState(p, node.id, p.turn).valueShown);
    }
  });

  test(`${name}: stepping back gives the frame that was reached forward`, () => {
    const forward = Array.from({ length: last + 1 }, (_, cursor) => frame(trace, cursor));
    for (let cursor = last; cursor >= 0; cursor -= 1) assert.deepEqual(frame(trace, cursor), forward[cursor]);
  });

  test(`${name}: an operand travels only when it is known, a contribution only when its upstream is complete`, () => {
    for (const [i, step] of p.steps.entries()) {
      if (step.kind === "turn") continue;
      const { source, target } = trace.edges[step.edge];
      if (step.kind === "forward") assert.ok(nodeState(p, source, i).valueShown);
      else assert.equal(nodeState(p, target, i).gradient, "complete");
    }
  });

  test(`${name}: what a step touches is all that differs from the step before`, () => {
    for (let cursor = 1; cursor <= last; cursor += 1) {
      const before = frame(trace, cursor - 1);
      const after = frame(trace, cursor);
      const { nodes, edges } = touched(p, cursor - 1, cursor);
      for (const { id } of trace.nodes) {
        if (!nodes.has(id)) assert.deepEqual(after.nodes[id], before.nodes[id]);
      }
      for (const { id } of trace.edges) {
        if (!edges.has(id)) assert.deepEqual(after.edges[id], before.edges[id]);
      }
    }
  });

  test(`${name}: exactly one edge carries at every step but the turn`, () => {
    for (let cursor = 1; cursor <= last; cursor += 1) {
      const active = trace.edges.filter(({ id }) => edgeState(p, id, cursor).active);
      assert.equal(active.length, activeStep(p, cursor)?.kind === "turn" ? 0 : 1);
    }
  });
}

test("operands of one op travel in their order", () => {
  const trace = fixture("apples");
  const p = plan(trace);
  for (const node of trace.nodes) {
    const steps = trace.edges.filter(({ target }) => target === node.id).sort((a, b) => a.argnum - b.argnum);
    const cursors = steps.map(({ id }) => p.forwardAt[id]);
    assert.deepEqual(cursors, [...cursors].sort((a, b) => a - b));
  }
});

test("x * x carries two contributions, and the gradient is seen to add up to 8", () => {
  const trace = fixture("parallel_and_dead"); // z = x * x + 2 * x at 3: 3 + 3 + 2
  const p = plan(trace);
  const x = trace.nodes.findIndex(({ name }) => name === "x");
  const sums = p.contributors[x].map((edge) => gradientAt(p, x, p.backwardAt[edge]));
  assert.equal(sums.length, 3);
  assert.equal(sums.at(-1), 8);
  assert.equal(nodeState(p, x, p.backwardAt[p.contributors[x][0]]).gradient, "partial");
});

test("a node that the output does not depend on has its zero from the turn on", () => {
  const trace = fixture("parallel_and_dead");
  const p = plan(trace);
  const dead = trace.nodes.findIndex(({ name }) => name === "dead");
  assert.equal(gradientAt(p, dead, p.turn - 1), null);
  assert.equal(gradientAt(p, dead, p.turn), 0);
});

test("the moment of a node is when its value appears, that of an edge when it carries back", () => {
  const trace = fixture("square_of_sum");
  const p = plan(trace);
  const t = trace.nodes.findIndex(({ name }) => name === "t");
  assert.equal(momentOf(p, { kind: "node", id: t }), 2);
  assert.ok(momentOf(p, { kind: "edge", id: trace.backward_order[0] }) === p.turn + 1);
});

test("partial sums of arrays add up element by element", () => {
  const trace = fixture("array_twice"); // z = sum(x * x) at [1, 2]
  const p = plan(trace);
  const [first, second] = p.contributors[0];
  assert.deepEqual(gradientAt(p, 0, p.backwardAt[first]), [1, 2]);
  assert.deepEqual(gradientAt(p, 0, p.backwardAt[second]), [2, 4]);
});

test("a selection is found by its name where another numbering has it elsewhere, and nowhere where the name is gone", () => {
  const p = plan(fixture("apples"));
  const { nodes, edges } = p.trace;
  for (const { id, name } of nodes) assert.deepEqual(named(p, { kind: "node", id }), { kind: "node", id, name });
  const total = nodes[p.trace.output];
  const name = total.name ?? "";
  assert.deepEqual(located(p, { kind: "node", id: 0, name }), { kind: "node", id: total.id, name });
  assert.deepEqual(located(p, { kind: "node", id: 999, name }), { kind: "node", id: total.id, name });
  assert.equal(located(p, { kind: "node", id: total.id, name: "gone" }), null);
  for (const { id } of edges) {
    const known = named(p, { kind: "edge", id });
    assert.deepEqual(located(p, { ...known, id: edges.length - 1 - id }), known);
  }
  // Links that were made before hold numbers alone.
  assert.deepEqual(located(p, { kind: "edge", id: 1 }), { kind: "edge", id: 1 });
  assert.equal(located(p, { kind: "edge", id: 999 }), null);
  assert.equal(located(p, null), null);
});
