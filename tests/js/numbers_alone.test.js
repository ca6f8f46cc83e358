import assert from "node:assert/strict";
import { test } from "node:test";

import { createNumbersAlone } from "#static/js/service/numbers_alone.js";

const whole = (/** @type {number} */ x) => ({
  program: `x = ${x}`, groups: [], forward_order: [0, 1], backward_order: [0], output: 1, gradients: { x: 2 * x },
  nodes: [
    { id: 0, op: "input", latex: "x", value: x, gradient: 2 * x, tangent: null, convention: false, summary: null, span: null },
    { id: 1, op: "constant", latex: String(x), value: x, gradient: null, tangent: null, convention: x === 0, summary: null, span: { start: x } },
  ],
  edges: [
    { id: 0, source: 0, local: x, contribution: x, tangent: null, summary: null, local_latex: String(x), rule_latex: `r ${x}` },
    { id: 1, source: 1, local: null, contribution: null, tangent: null, summary: null, local_latex: null, rule_latex: null },
  ],
});
const alone = (/** @type {number} */ x) => ({
  program: `x = ${x}`, output: 1, gradients: { x: 2 * x },
  nodes: { value: [x, x], gradient: [2 * x, null], tangent: null, convention: x === 0 ? [1] : [], summary: {}, span: { 1: { start: x } }, latex: { 1: String(x) } },
  edges: { local: [x, null], contribution: [x, null], tangent: null, summary: {}, local_latex: { 0: String(x) }, rule_latex: { 0: `r ${x}` } },
});

test("numbers alone make the whole of a trace that is here; a few of those are kept", async () => {
  /** @type {any[]} */
  const asked = [];
  const ask = createNumbersAlone(async (request) => {
    asked.push(request.have);
    const { x, key } = /** @type {{x: number, key: string}} */ (/** @type {unknown} */ (request));
    const knows = /** @type {string[]} */ (request.have).includes(key);
    return /** @type {any} */ ({ key, trace: knows ? null : whole(x), numbers: knows ? alone(x) : null });
  });
  const { signal } = new AbortController();
  for (const x of [3, 5, 0]) assert.deepEqual(await ask({ x, key: "a" }, signal), whole(x));
  for (const key of "bcde") await ask({ x: 1, key }, signal);
  await ask({ x: 2, key: "a" }, signal);
  assert.deepEqual(asked.slice(0, 3), [[], ["a"], ["a"]]);
  assert.deepEqual(asked.at(-1), ["b", "c", "d", "e"]);
});
