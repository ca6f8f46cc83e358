import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_BREVITY, compactName, contributionLabel, edgeLabel, identities, keyText, named, nameOf, nodeLabel, partial, useName } from "../../static/js/graph/labels.js";
import { NAMES, fixture } from "./fixtures.js";

const apples = fixture("apples");
const twoPaths = fixture("two_paths");

test("a box says op, name and value; a leaf its name, a constant its number alone", () => {
  const total = apples.nodes[apples.output];
  assert.deepEqual(nodeLabel(total), { sign: "×", name: "총액", value: "715" });
  assert.deepEqual(nodeLabel(apples.nodes[0]), { sign: "", name: "사과", value: "100" });
  const constant = twoPaths.nodes.find(({ op }) => op === "constant") ?? twoPaths.nodes[0];
  assert.deepEqual(nodeLabel(constant), { sign: "", name: "", value: "2" });
});

test("an unnamed result goes by the symbol that the formulas have for it", () => {
  const square = twoPaths.nodes.find(({ name, op }) => name === null && op === "pow") ?? twoPaths.nodes[0];
  assert.match(nameOf(square), /^v[₀-₉]+$/);
  assert.equal(named(square, false), "16");
  assert.equal(named(apples.nodes[0], false), "사과 100");
});

test("a long name is shortened in its box, and nowhere else", () => {
  const node = { ...apples.nodes[0], name: "x".repeat(200) };
  assert.equal([...nodeLabel(node).name].length, 22);
  assert.equal(nameOf(node).length, 200);
});

test("a gradient is named by the output and the node, and long names are cut in the middle", () => {
  assert.equal(partial(apples, apples.nodes[0]), "∂총액/∂사과");
  assert.equal(partial(apples, { ...apples.nodes[0], name: "hidden_weights_of_layer_2" }), "∂총액/∂hidden_…ayer_2");
});

test("in a compact box names are cut shorter and shorter, and the output's name is left out at last", () => {
  const node = { ...apples.nodes[0], name: "hidden_weights_of_layer_2" };
  const names = Array.from({ length: MOST_BREVITY + 1 }, (_, brevity) => [compactName(apples, node, false, brevity), compactName({ ...apples, nodes: apples.nodes.map(() => node) }, node, true, brevity)]);
  assert.deepEqual(names.map(([name]) => name), ["hidden_weig…of_layer_2", "hidde…yer_2", "hid…r_2", "hi…_2", "h…2"]);
  assert.deepEqual(names.map(([, gradient]) => gradient), ["∂hidden_…ayer_2/∂hidden_…ayer_2", "∂hid…r_2/∂hid…r_2", "∂hi…_2/∂hi…_2", "∂…/∂hi…2", "∂…/∂h…2"]);
});

test("contributions of small arrays are told by their numbers, those of others by their shape", () => {
  const affine = fixture("affine");
  const edge = affine.edges[affine.backward_order[affine.backward_order.length - 1]];
  edge.contribution = [[1, 2], [3, 4]];
  affine.nodes[edge.source].shape = [2, 2];
  assert.equal(contributionLabel(affine, edge.id), "[[1 2] [3 4]]");
  edge.contribution = null;
  affine.nodes[edge.source].shape = [2, 3];
  assert.match(edgeLabel(affine, edge.id), /2×3$/);
});

test("every node has an identity of its own, which inserting another does not change", () => {
  for (const name of NAMES) {
    const keys = identities(fixture(name));
    assert.equal(new Set(keys).size, keys.length);
  }
  const longer = fixture("apples");
  longer.nodes.unshift({ ...longer.nodes[0], name: "새_이름" });
  assert.deepEqual(identities(longer).slice(1), identities(apples));
});

test("the uses of one value in an operation are told apart, in every graph", () => {
  let several = 0;
  for (const name of NAMES) {
    const trace = fixture(name);
    for (const { id, inputs } of trace.nodes) {
      const into = trace.edges.filter(({ target }) => target === id);
      assert.equal(new Set(into.map((edge) => useName(trace, edge))).size, new Set(into.map(({ source, argnum }) => `${nameOf(trace.nodes[source])} ${inputs.filter((one) => one === source).length > 1 ? argnum : ""}`)).size);
      several += new Set(inputs).size < inputs.length ? 1 : 0;
    }
  }
  assert.ok(several > 0);
  const trace = fixture("apples");
  const [edge] = trace.edges;
  trace.edges.push({ ...edge, id: trace.edges.length, argnum: edge.argnum + 1 });
  assert.deepEqual([edge, trace.edges[trace.edges.length - 1]].map((one) => useName(trace, one)), [`${nameOf(trace.nodes[edge.source])}⁽¹⁾`, `${nameOf(trace.nodes[edge.source])}⁽²⁾`]);
});

test("the key of an index is told as it is written, and not at all where it is long", () => {
  const slice = { start: 1, stop: 3, step: null };
  const all = { start: null, stop: null, step: null };
  const told = (/** @type {unknown[]} */ key) => keyText({ options: { key } });
  assert.equal(told([2]), "2");
  assert.equal(told([slice]), "1:3");
  assert.equal(told([all, 1]), ":, 1");
  assert.equal(told([[0, 2]]), "[0, 2]");
  assert.equal(told([[0, 1], [1, 0]]), "[0, 1], [1, 0]");
  assert.equal(told(["...", 0]), "..., 0");
  assert.equal(told([null]), "None");
  assert.equal(told([[[0, 1], [1, 2], [2, 3], [3, 4]]]), "…");
});
