import assert from "node:assert/strict";
import { test } from "node:test";
import { collapse } from "../../static/js/graph/collapsed_groups.js";
import { agrees, countText, drawnEdges, isWritten, productText, subjectOf, within } from "../../static/js/panels/derive/derive_model.js";
import { fixture } from "./fixtures.js";

const FUNCTIONS = new Set(["softmax", "sigmoid", "square"]);
const PATHS = ["softmax.1", "sigmoid.1", "sigmoid.2", "square.1"];
/** @param {string} op */
const canOpen = (op) => FUNCTIONS.has(op);
/** Every choice of open groups. */
const CHOICES = Array.from({ length: 2 ** PATHS.length }, (_, bits) => PATHS.filter((_, i) => bits & (1 << i)));

test("what is drawn is asked for by the number that the service gave it", () => {
  const served = fixture("functions_expanded");
  for (const open of CHOICES) {
    const drawn = collapse(served, open, canOpen);
    for (const { id, op, origin = id, name } of drawn.nodes) {
      const subject = subjectOf(served, drawn, { kind: "node", id });
      if ("group" in subject) {
        assert.equal(served.groups[subject.group].name, op);
        assert.ok(served.groups[subject.group].nodes.includes(origin));
      } else if ("node" in subject) assert.deepEqual([served.nodes[subject.node].op, served.nodes[subject.node].name], [op, name]);
      else assert.fail();
    }
    for (const edge of drawn.edges) {
      const subject = subjectOf(served, drawn, { kind: "edge", id: edge.id });
      if ("edge" in subject) assert.deepEqual(served.edges[subject.edge].contribution, edge.contribution);
      else assert.ok("group" in subject && served.groups[subject.group].name === drawn.nodes[edge.target].op);
    }
  }
});

test("a fused trace is drawn as it is", () => {
  const served = fixture("functions_fused");
  const drawn = collapse(served, [], canOpen);
  for (const { id } of served.nodes) assert.deepEqual(subjectOf(served, drawn, { kind: "node", id }), { node: id });
  for (const { id } of served.edges) assert.deepEqual(subjectOf(served, drawn, { kind: "edge", id }), { edge: id });
});

test("a path of the program is a path of the drawing, whatever is closed in it", () => {
  const served = fixture("functions_expanded");
  /** @type {number[]} */
  const path = [];
  for (let at = served.output; ;) {
    const into = served.edges.find(({ target }) => target === at);
    if (!into) break;
    path.unshift(into.id);
    at = into.source;
  }
  for (const open of CHOICES) {
    const drawn = collapse(served, open, canOpen);
    const found = drawnEdges(served, drawn, path).map((id) => drawn.edges[id]);
    assert.ok(found.length > 0 && found.length <= path.length);
    for (const [i, edge] of found.slice(1).entries()) assert.equal(edge.source, found[i].target);
    assert.equal(found.at(-1)?.target, drawn.output);
  }
});

test("the number of paths is exact where it can be read, and a power of two is seen", () => {
  assert.equal(countText("3", 0.47), "3");
  assert.equal(countText("1024", 3.01), "1,024");
  assert.equal(countText("1267650600228229401496703205376", 100 * Math.log10(2)), "2¹⁰⁰ = 1,267,650,600,228,229,401,496,703,205,376 ≈ 1.27×10³⁰");
  assert.equal(countText("5".repeat(60), 59 + Math.log10(5.5555)), "≈ 5.56×10⁵⁹");
  assert.equal(countText(null, 1204.119982655925), "≈ 1.32×10¹²⁰⁴");
  assert.equal(countText("0", null), "0");
});

test("a count at the edge of a power of ten is not written as ten times a lower one", () => {
  assert.equal(countText("9999999999", Math.log10(9999999999)), "9,999,999,999 ≈ 1×10¹⁰");
});

test("a product shows its factors, and signs in parentheses", () => {
  assert.equal(productText([1.1, 2], 2.2, false), "1.1 × 2 = 2.2");
  assert.equal(productText([-1, 2], -2, false), "(−1) × 2 = −2");
  assert.equal(productText([1 / 3, 2], 2 / 3, false), "≈0.3333 × 2 ≈ 0.6667");
  assert.equal(productText([], 1, false), "1");
  assert.equal(productText([0.25], 0.25, false), "0.25");
  assert.match(productText(Array(30).fill(1), 1, false), /× … = 1$/);
});

test("a line agrees with the rule as well as it was found", () => {
  assert.equal(agrees({ value: 0.25, exact: true }, 0.25 + 1e-13), true);
  assert.equal(agrees({ value: 0.25, exact: true }, 0.25 + 1e-8), false);
  assert.equal(agrees({ value: 0.25, exact: false }, 0.25 + 1e-8), true);
  assert.equal(agrees({ value: 0.5, exact: false }, 0), false); // relu at 0
  assert.equal(agrees({ value: "NaN", exact: true }, 0), false);
  assert.equal(agrees({ value: "Infinity", exact: true }, "Infinity"), true);
  assert.equal(agrees({ value: null, exact: true }, 1), null);
  assert.equal(agrees({ value: [[1, 2]], exact: true }, [[1, 2]]), true);
  assert.equal(agrees({ value: [1, 2, 3], exact: true }, [1, 2]), false);
});

test("an element is one that exists", () => {
  assert.deepEqual(within([5, -2, NaN], [3, 4, 2]), [2, 0, 0]);
  assert.deepEqual(within([], [3, 4]), [0, 0]);
  assert.equal(isWritten([4, 4]), true);
  assert.equal(isWritten([5]), false);
  assert.equal(isWritten([2, 2, 2]), false);
});
