import assert from "node:assert/strict";
import { test } from "node:test";
import { translator } from "../../static/js/lib/i18n.js";
import { notesOf } from "../../static/js/program/program_notes.js";
import { catalogue } from "./fixtures.js";

const en = translator(catalogue("en"));
const ko = translator(catalogue("ko"));
const NOTHING = { program: "", read_as: [], skipped: [], known: [], assumed: [], drawn: [] };

/** Whole lines of a program, by their numbers. @param {string} program @param {number[]} lines */
function skipped(program, lines) {
  return lines.map((line) => ({ span: { start: { line, column: 0 }, end: { line, column: [...program.split("\n")[line - 1]].length } } }));
}

/** @param {string} name @param {any} value */
function known(name, value) {
  return { name, value, span: null };
}

test("of a program that is all arithmetic there is nothing to say", () => {
  assert.deepEqual(notesOf(NOTHING, en), []);
});

test("what computes nothing is named by its kind, with its lines", () => {
  const program = "import numpy as np\nfrom math import pi\nx = 1\nprint(x)\nplt.show()\nprint(x)\n%matplotlib inline\n```\n4";
  const trace = { ...NOTHING, program, skipped: skipped(program, [1, 2, 4, 5, 6, 7, 8, 9]) };
  assert.deepEqual(notesOf(trace, en), ["Nothing to compute, passed over: import (lines 1–2), print (lines 4, 6), plt.show (line 5), %matplotlib (line 7), ``` (line 8), output (line 9)"]);
  assert.deepEqual(notesOf(trace, ko), ["계산할 것이 없어 건너뛴 부분: import(1–2행), print(4, 6행), plt.show(5행), %matplotlib(7행), ```(8행), 출력(9행)"]);
});

test("what was read in another spelling is shown beside that, each once", () => {
  const program = "y = 2x + |x| + 2x";
  const read_as = [[4, 6, "2*x"], [9, 12, "abs(x)"], [15, 17, "2*x"]].map(([from, to, meant]) => (
    { span: { start: { line: 1, column: Number(from) }, end: { line: 1, column: Number(to) } }, meant: String(meant) }));
  assert.deepEqual(notesOf({ ...NOTHING, program, read_as }, en), ["Read as: 2x → 2*x, |x| → abs(x)"]);
  assert.deepEqual(notesOf({ ...NOTHING, program, read_as }, ko), ["이렇게 읽었습니다: 2x → 2*x, |x| → abs(x)"]);
});

test("known values are told with their numbers, and arrays while they are short", () => {
  assert.deepEqual(notesOf({ ...NOTHING, known: [known("n", 3)] }, en), ["The graph is built for n = 3, known beforehand and without a gradient."]);
  const more = { ...NOTHING, known: [known("shape", [2, 2]), known("order", Array(30).fill(1)), known("far", null)] };
  assert.deepEqual(notesOf(more, en), ["The graph is built for shape = [2, 2], order, far, known beforehand and without a gradient."]);
  assert.deepEqual(notesOf({ ...NOTHING, known: [known("n", 3)] }, ko), ["n = 3: 그래프의 구조를 정하는 값이며, 기울기가 있는 입력이 아닙니다."]);
});

test("inputs that decide the graph as well and those that were drawn are named, many of them shortened", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const [assumed, drawn] = notesOf({ ...NOTHING, assumed: names, drawn: ["W"] }, en);
  assert.equal(assumed, "How the graph is built depends on a, b, c, d, e, f, … too; gradients hold the graph as it is.");
  assert.match(drawn, /^Drawn at random: W\. After a seed, the numbers are those of NumPy and Python;/);
});
