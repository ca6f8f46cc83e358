import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { bookIn, createProgress } from "../../static/js/learn/progress.js";

/** @type {Map<string, string>} */
let kept;

beforeEach(() => {
  kept = new Map();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ text) => void kept.set(key, text),
    },
  });
});

test("what is done is saved as a text and opened elsewhere: its numbers are taken over, what was done here stays", () => {
  const there = createProgress();
  there.finish("graphs", "apple");
  const text = there.exported();
  kept.clear();
  const here = createProgress();
  here.finish("graphs", "orange");
  assert.ok(here.take(text));
  for (const progress of [here, createProgress()]) {
    assert.equal(progress.seed, there.seed);
    assert.deepEqual(["apple", "orange", "tax"].map((exercise) => progress.isDone("graphs", exercise)), [true, true, false]);
  }
});

test("a text that is no progress of this book changes nothing", () => {
  const progress = createProgress();
  const before = progress.exported();
  const wrong = [
    "", "null", "5", "[]", "{}", '{"seed": 1}', '{"seed": 0, "done": {}}', '{"seed": 1.5, "done": {}}', '{"seed": 1, "done": []}',
    '{"seed": 1, "done": {"graphs": "apple"}}', '{"seed": 1, "done": {"graphs": [1]}}', '{"seed": 1, "done": {"__proto__": ["a"]}}',
    '{"seed": 1, "done": {"<b>": ["a"]}}', `{"seed": 1, "done": {"graphs": ["${"a".repeat(41)}"]}}`,
    JSON.stringify({ seed: 1, done: { graphs: Array(101).fill("a") } }),
  ];
  for (const text of wrong) {
    assert.equal(bookIn(text), null, text);
    assert.ok(!progress.take(text));
  }
  assert.equal(progress.exported(), before);
});
