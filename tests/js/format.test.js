import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fillNames, fillNumbers, isRounded, label, latexNumber, latexValue, number, saysLess, shapeText, subscript, valueText,
} from "../../static/js/lib/format.js";
import { fixture } from "./fixtures.js";

test("labels carry four significant digits and say where that rounds", () => {
  for (const [value, text] of /** @type {const} */ ([
    [0, "0"], [1, "1"], [-2, "−2"], [0.5, "0.5"], [0.731058578630005, "≈0.7311"], [-0.1966119332414819, "≈−0.1966"],
    [3.14159, "≈3.142"], [12345, "12345"], [12345.678, "≈12346"], [999999.7, "≈1×10⁶"], [1e6, "1×10⁶"],
    [1234567, "≈1.235×10⁶"], [0.0001, "0.0001"], [0.000012, "1.2×10⁻⁵"], [-0.0000123456, "≈−1.235×10⁻⁵"],
    [2 ** 100, "≈1.268×10³⁰"], [5e-324, "4.941×10⁻³²⁴"], [0.99999, "≈1"],
  ])) assert.equal(number(value), text);
});

test("the arithmetic's own noise is not called rounding", () => {
  assert.equal(number(650 * 1.1), "715");
  assert.equal(number(0.1 + 0.2), "0.3");
  assert.ok(!isRounded(0.1 + 0.2));
  assert.ok(isRounded(0.30001));
});

test("full precision reads back as the same number", () => {
  for (const value of [650 * 1.1, 0.1 + 0.2, 1 / 3, -1e-300, 1.7976931348623157e308, 4.25e-18]) {
    const text = number(value, true);
    const plain = text.replace("−", "-").replace(/×10(.*)/, (_, power) => `e${fromSuperscript(power)}`);
    assert.equal(Number(plain), value);
  }
  assert.equal(number(-0, true), "−0");
});

/** @param {string} power */
function fromSuperscript(power) {
  return [...power].map((letter) => (letter === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(letter))).join("");
}

test("what JSON cannot say is read from its name", () => {
  assert.equal(number("NaN"), "NaN");
  assert.equal(number("Infinity"), "∞");
  assert.equal(number("-Infinity"), "−∞");
  assert.equal(latexNumber("-Infinity"), "-\\infty");
  assert.equal(latexNumber("NaN"), "\\mathrm{NaN}");
});

test("arrays are told by their shape, elided numbers by an ellipsis", () => {
  assert.equal(shapeText([2, 3]), "2×3");
  assert.equal(shapeText([3]), "(3,)");
  assert.equal(label([[1, 2]], [1, 2]), "1×2");
  assert.equal(label(null, []), "…");
  assert.equal(subscript(14), "₁₄");
});

test("LaTeX numbers carry their power of ten", () => {
  assert.equal(latexNumber(-0.000012), "-1.2 \\times 10^{-5}");
  assert.equal(latexNumber(2.5), "2.5");
});

test("matrices of up to 4 × 4 are printed, larger ones are not", () => {
  assert.equal(latexValue([[1, 2], [3, -4]], [2, 2]), "\\begin{bmatrix} 1 & 2 \\\\ 3 & -4 \\end{bmatrix}");
  assert.equal(latexValue([1, 2], [2]), "\\begin{bmatrix} 1 & 2 \\end{bmatrix}");
  assert.equal(latexValue([1, 2, 3, 4, 5], [5]), null);
  assert.equal(latexValue(null, [2]), null);
});

test("templates are filled with symbols, or with numbers in parentheses where they need them", () => {
  const trace = fixture("neuron");
  const { nodes, output } = trace;
  const [w0, x0] = ["w0", "x0"].map((name) => nodes.findIndex((node) => node.name === name));
  assert.equal(fillNames(`@{${w0}} \\cdot @{~${x0}}`, trace), `{${nodes[w0].latex}} \\cdot {\\frac{\\partial ${nodes[output].latex}}{\\partial ${nodes[x0].latex}}}`);
  assert.equal(fillNumbers(`@{${w0}} \\cdot @{${x0}}`, trace), "{2} \\cdot {(-1)}");
  assert.equal(fillNumbers(`\\exp(@{${x0}})`, trace), "\\exp({-1})");
});

test("an array too large to print keeps its symbol among the numbers", () => {
  const trace = fixture("affine");
  const { nodes } = trace;
  nodes[0].shape = [2, 5];
  assert.equal(fillNumbers("@{0}", trace), `{${nodes[0].latex}}`);
});

test("a small array is written out, with as many decimals as its largest element needs", () => {
  const y = [0.01821127, 0.24519181, 0.73659691];
  assert.equal(valueText([y[0], y[1], y[2] - 1], [3]), "[0.018 0.245 −0.263]");
  assert.equal(valueText([[1, 0], [0, 1]], [2, 2]), "[[1 0] [0 1]]");
  assert.equal(valueText([[0.1, -0.25, 12.345]], [1, 3]), "[[0.1 −0.3 12.3]]");
  assert.equal(valueText([1e-9, 1], [2]), "[1×10⁻⁹ 1]");
  assert.equal(valueText([1e-9, "NaN"], [2]), "[1×10⁻⁹ NaN]");
  assert.equal(valueText([1, 2, 3, 4, 5], [5]), "(5,)");
  assert.equal(valueText(null, [2]), "(2,)");
  assert.equal(valueText(y, [3], true), `[${y.join(" ")}]`);
});

test("a label says less than the number only where digits are left out", () => {
  assert.ok(saysLess(1 / 3, []));
  assert.ok(!saysLess(0.25, []));
  assert.ok(saysLess([[1 / 3]], [1, 1]));
  assert.ok(!saysLess(null, []));
});
