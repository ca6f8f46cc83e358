import assert from "node:assert/strict";
import { test } from "node:test";
import { wiringOf } from "../../static/js/panels/cells/cell_maps.js";
import { madeFrom, sumsUp } from "../../static/js/panels/cells/cell_sentence.js";
import { subjectAt } from "../../static/js/panels/cells/op_cells.js";
import { collapse } from "../../static/js/graph/collapsed_groups.js";
import { edgeLabel, partial, transposed } from "../../static/js/graph/labels.js";
import { fixture } from "./fixtures.js";

/** @typedef {import("../../static/js/panels/cells/cell_links.js").Use} Use */
/** @typedef {import("../../static/js/lib/types.js").OpCells} OpCells */

const SAID = { how: "", inputs: [], shares: [], subscripts: "", only: {} };
/** How ops say that their cells meet. @type {Record<string, OpCells>} */
const CELLS = {
  affine: { ...SAID, form: "product", inputs: [0, 1, 2] },
  matmul: { ...SAID, form: "product", inputs: [0, 1] },
  conv2d: { ...SAID, form: "convolution" },
  max_pool2d: { ...SAID, form: "pooling", how: "first max" },
  mean: { ...SAID, form: "reduction", how: "mean" },
  spread_out: { ...SAID, form: "reduction" },
  softmax: { ...SAID, form: "rowwise", how: "softmax" },
  add: { ...SAID, form: "weighted", shares: [1, 1] },
  sub: { ...SAID, form: "weighted", shares: [1, -1] },
  mul: { ...SAID, form: "multiplied" },
  norm: { ...SAID, form: "reduction", how: "norm", only: { ord: 2 } },
};
const MATMUL = /** @type {import("../../static/js/panels/cells/op_cells.js").Ops} */ (new Map([["matmul", { cells: CELLS.matmul }]]));

/**
 * A use of an op on made-up numbers.
 * @param {string} op
 * @param {{shape: number[], values: number[]}[]} operands
 * @param {{shape: number[], values: number[]}} result
 * @param {Record<string, any>} [options]
 * @param {number[][]} [locals]
 */
function made(op, operands, result, options = {}, locals = []) {
  /** @type {Use} */
  const use = {
    op, cells: CELLS[op], options, shapes: operands.map(({ shape }) => shape), values: operands.map(({ values }) => values), shape: result.shape, value: result.values,
    locals: operands.map((_, arg) => locals[arg] ?? null),
  };
  const wiring = wiringOf(use);
  assert.ok(wiring);
  return { use, wiring, node: 0, operands: [], edges: [], names: ["x", "W", "b"], name: "y" };
}

const x = { shape: [1, 2], values: [1, 0.5] };
const W = { shape: [2, 3], values: [0.1, 0.3, 0.5, 0.2, 0.4, 0.6] };
const b = { shape: [3], values: [0.1, 0.2, 0.3] };
// By hand: 1 · 0.3 + 0.5 · 0.4 + 0.2 = 0.7.
const affine = made("affine", [x, W, b], { shape: [1, 3], values: [0.3, 0.7, 1.1] });

test("a cell of an affine layer is told as the products of a row and a column, and the bias", () => {
  assert.deepEqual(madeFrom(affine, 1, false), {
    lines: ["y[0,1] = x[0,0]·W[0,1] + x[0,1]·W[1,1] + b[1]", "= 1·0.3 + 0.5·0.4 + 0.2", "= 0.7"], left: 0, count: 3,
  });
});

test("the gradient of an input's cell is told as the sum over the outputs that it reaches", () => {
  const back = { symbol: "∂L/∂x[0,1]", g: [0.6, 1.4, 2.2], contribution: 0.6 * 0.2 + 1.4 * 0.4 + 2.2 * 0.6 };
  const { lines } = sumsUp(affine, [{ arg: 0, at: 1 }], back, false);
  assert.deepEqual(lines, ["∂L/∂x[0,1] = g[0,0]·W[1,0] + g[0,1]·W[1,1] + g[0,2]·W[1,2]", "= 0.6·0.2 + 1.4·0.4 + 2.2·0.6", "= 2"]);
  const bias = sumsUp(affine, [{ arg: 2, at: 2 }], { symbol: "∂L/∂b[2]", g: [0.6, 1.4, 2.2], contribution: 2.2 }, false);
  assert.deepEqual(bias.lines, ["∂L/∂b[2] = g[0,2]", "= 2.2"]);
});

test("a long sum is cut in the middle, and says how much was left out", () => {
  const row = { shape: [1, 10], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
  const column = { shape: [10, 1], values: new Array(10).fill(2) };
  const said = madeFrom(made("matmul", [row, column], { shape: [1, 1], values: [110] }), 0, false);
  assert.deepEqual(said, {
    lines: ["y[0,0] = x[0,0]·W[0,0] + x[0,1]·W[1,0] + x[0,2]·W[2,0] + … + x[0,9]·W[9,0]", "= 1·2 + 2·2 + 3·2 + … + 10·2", "= 110"], left: 6, count: 10,
  });
});

test("a convolution with stride and padding reads its window, and nothing of the zeros around the image", () => {
  const image = { shape: [1, 1, 3, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
  const filter = { shape: [1, 1, 2, 2], values: [1, 10, 100, 1000] };
  // Padded by 1 the image is 5 × 5; windows start at rows and columns 0 and 2.
  const conv = made("conv2d", [image, filter], { shape: [1, 1, 2, 2], values: [1000, 3200, 7040, 9865] }, { stride: [2, 2], padding: [1, 1] });
  assert.deepEqual(madeFrom(conv, 0, false).lines, ["y[0,0,0,0] = x[0,0,0,0]·W[0,0,1,1]", "= 1·1000", "= 1000"]);
  assert.deepEqual(conv.wiring.reach({ arg: 0, at: 4 }).map(({ out, slope }) => [out, slope]), [[3, 1]]);
  assert.deepEqual(conv.wiring.reach({ arg: 1, at: 3 }).map(({ out, slope }) => [out, slope]), [[0, 1], [1, 3], [2, 7], [3, 9]]);
});

test("a mean is divided once, a difference has its sign, a product its point", () => {
  const mean = made("mean", [{ shape: [2, 2], values: [1, 2, 3, 6] }], { shape: [2], values: [1.5, 4.5] }, { axis: [1], keepdims: false });
  assert.deepEqual(madeFrom(mean, 1, false).lines, ["y[1] = (x[1,0] + x[1,1]) / 2", "= (3 + 6) / 2", "= 4.5"]);
  const difference = made("sub", [{ shape: [2], values: [1, -2] }, { shape: [], values: [-3] }], { shape: [2], values: [4, 1] });
  assert.deepEqual(madeFrom(difference, 1, false).lines, ["y[1] = x[1] − W", "= (−2) − (−3)", "= 1"]);
  assert.deepEqual(sumsUp(difference, [{ arg: 1, at: 0 }], { symbol: "s", g: [5, 7], contribution: -12 }, false).lines, ["s = −g[0] − g[1]", "= −5 − 7", "= −12"]);
});

test("a broadcast operand's cell sums what all its copies receive", () => {
  const sum = made("add", [{ shape: [2, 2], values: [1, 2, 3, 4] }, { shape: [2], values: [10, 20] }], { shape: [2, 2], values: [11, 22, 13, 24] });
  assert.deepEqual(sum.wiring.reach({ arg: 1, at: 1 }).map(({ out }) => out), [1, 3]);
  assert.equal(madeFrom(sum, 3, false).lines[0], "y[1,1] = x[1,1] + W[1]");
});

test("softmax is told with its exponentials, and its gradient with its own result", () => {
  const half = made("softmax", [{ shape: [2], values: [0, 0] }], { shape: [2], values: [0.5, 0.5] }, { axis: [0] });
  assert.deepEqual(madeFrom(half, 0, false).lines, ["y[0] = exp(x[0]) / (exp(x[0]) + exp(x[1]))", "= exp(0) / (exp(0) + exp(0))", "= 0.5"]);
  const { lines } = sumsUp(half, [{ arg: 0, at: 0 }], { symbol: "s", g: [1, 0], contribution: 0.25 }, false);
  assert.deepEqual(lines, ["s = g[0]·y[0]·(1 − y[0]) + g[1]·y[1]·(−y[0])", "= 1·0.5·(1 − 0.5) + 0·0.5·(−0.5)", "= 0.25"]);
});

test("a reduction that is known by its name alone is told by that, and no slope is made up", () => {
  const said = made("spread_out", [{ shape: [2], values: [1, 4] }], { shape: [], values: [3] }, { axis: [0], keepdims: false });
  assert.deepEqual(madeFrom(said, 0, false).lines, ["y = spread_out(x[0], x[1])", "= spread_out(1, 4)", "= 3"]);
  const { lines } = sumsUp(said, [{ arg: 0, at: 1 }], { symbol: "s", g: [2], contribution: 2 }, false);
  assert.deepEqual(lines, ["s = g·∂y/∂x[1]", "= 2"]);
});

test("only the largest cell of a window has a gradient, and a tie goes to the first", () => {
  const pool = made("max_pool2d", [{ shape: [1, 1, 2, 2], values: [3, 7, 7, 1] }], { shape: [1, 1, 1, 1], values: [7] }, { size: [2, 2], stride: [2, 2], padding: [0, 0] });
  assert.equal(madeFrom(pool, 0, false).lines[0], "y[0,0,0,0] = max(x[0,0,0,0], x[0,0,0,1], x[0,0,1,0], x[0,0,1,1])");
  assert.deepEqual([0, 1, 2, 3].map((at) => pool.wiring.reach({ arg: 0, at })[0].slope), [0, 1, 0, 0]);
});

test("rounded numbers are told with ≈, and in full where that is asked for", () => {
  const third = made("mul", [{ shape: [1], values: [1 / 3] }, { shape: [], values: [2] }], { shape: [1], values: [2 / 3] });
  assert.deepEqual(madeFrom(third, 0, false).lines, ["y[0] = x[0]·W", "≈ 0.3333·2", "≈ 0.6667"]);
  assert.deepEqual(madeFrom(third, 0, true).lines, ["y[0] = x[0]·W", "= 0.3333333333333333·2", "= 0.6666666666666666"]);
});

test("an op on numbers alone, a function of the program and an unknown op have no cells to tell", () => {
  assert.equal(subjectAt(fixture("neuron"), fixture("neuron").output, MATMUL), null);
  const net = fixture("affine");
  const node = net.nodes.find(({ op }) => op === "matmul");
  assert.ok(node && subjectAt(net, node.id, MATMUL));
  assert.equal(wiringOf({ ...affine.use, op: "inv", cells: null }), null);
  assert.equal(wiringOf({ ...affine.use, op: "norm", cells: CELLS.norm, options: { ord: 1 } }), null);
  const own = fixture("affine");
  own.groups = [{ id: 0, name: "matmul", label: "matmul", parent: null, nodes: [node.id], operands: null, options: {}, call: null }];
  own.nodes[node.id].group = 0;
  const closed = collapse(own, [], () => false);
  assert.equal(closed.nodes[node.id].op, "matmul");
  assert.equal(subjectAt(closed, node.id, MATMUL), null);
});

test("an edge of a matrix product says which transpose meets the gradient", () => {
  const trace = fixture("affine");
  const target = trace.nodes.findIndex(({ op }) => op === "matmul");
  const [first, second] = trace.edges.filter((edge) => edge.target === target);
  const [left, right] = [first, second].map(({ source }) => trace.nodes[source]);
  const upstream = partial(trace, trace.nodes[target]);
  assert.equal(transposed(trace, first.id), `${upstream} ${right.name}ᵀ`);
  assert.equal(transposed(trace, second.id), `${left.name}ᵀ ${upstream}`);
  assert.match(edgeLabel(trace, first.id), /^\[\[.*\]\]$/); // its numbers fit
  const other = trace.edges.find((edge) => trace.nodes[edge.target].op === "add");
  assert.equal(transposed(trace, other?.id ?? 0), "");
  right.name = "a_long_name";
  assert.equal(transposed(trace, first.id), "");
  right.name = "W";
  trace.nodes[target] = { ...trace.nodes[target], op: "linear" };
  assert.equal(transposed(trace, first.id), `${upstream} W`);
  assert.equal(transposed(trace, second.id), `(${upstream})ᵀ ${left.name}`);
});
