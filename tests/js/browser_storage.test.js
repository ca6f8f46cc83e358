import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { NothingKept, keepLast, keepProgram, readLast, readPrograms, removeProgram, renameProgram } from "../../static/js/store/browser_storage.js";
import { DEFAULTS } from "../../static/js/store/page_state.js";

/** @type {Map<string, string>} */
let kept;
let isFull = false;

beforeEach(() => {
  kept = new Map();
  isFull = false;
  Object.assign(globalThis, {
    localStorage: {
      getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
      setItem(/** @type {string} */ key, /** @type {string} */ text) {
        if (isFull) throw new Error("QuotaExceededError");
        kept.set(key, text);
      },
    },
  });
});

const names = () => readPrograms().map(({ name }) => name);

test("programs are kept by name, replaced, renamed and removed", () => {
  keepProgram({ name: "b", program: "x = 1", inputs: {} });
  keepProgram({ name: "a", program: "y = 1", inputs: { y: 2 } });
  keepProgram({ name: "b", program: "x = 2", inputs: {} });
  assert.deepEqual(names(), ["a", "b"]);
  assert.equal(readPrograms()[1].program, "x = 2");
  renameProgram("b", "가");
  assert.deepEqual(names(), ["a", "가"]);
  renameProgram("가", "a");
  assert.deepEqual(readPrograms().map(({ name, program }) => [name, program]), [["a", "x = 2"]]);
  removeProgram("a");
  assert.deepEqual(names(), []);
});

test("where a source tells a program's inputs, it is kept in their place", () => {
  /** @type {import("../../static/js/lib/types.js").Source} */
  const source = { name: "network", body: { layers: ["tanh"], dataset: { table: { name: "a.csv", digest: "0123456789abcdef0123456789abcdef" } } } };
  keepProgram({ name: "a", program: "y = tanh(x)", inputs: { x: 2 }, source });
  keepProgram({ name: "b", program: "y = tanh(x)", inputs: { x: 2 }, source: null });
  renameProgram("a", "c");
  assert.deepEqual(readPrograms().map(({ name, inputs, source: from }) => [name, inputs, from]), [["b", { x: 2 }, undefined], ["c", {}, source]]);
  kept.set("gradlens.programs", (kept.get("gradlens.programs") ?? "").replace("network", "elsewhere"));
  assert.deepEqual(names(), ["b"]);
});

test("a full or forbidden storage is told, and loses nothing that was kept", () => {
  keepProgram({ name: "a", program: "x = 1", inputs: {} });
  isFull = true;
  assert.throws(() => keepProgram({ name: "b", program: "x = 1", inputs: {} }), NothingKept);
  assert.doesNotThrow(() => keepLast({ ...DEFAULTS, program: "x = 1" }, ""));
  assert.deepEqual(names(), ["a"]);
  Object.assign(globalThis, { localStorage: { getItem() { throw new Error("SecurityError"); } } });
  assert.deepEqual(names(), []);
  assert.equal(readLast(), null);
});

test("what somebody else wrote into the storage is dropped", () => {
  kept.set("gradlens.programs", JSON.stringify([1, null, { name: "a" }, { name: "b", program: "x = 1", inputs: [], saved: "" }]));
  kept.set("gradlens.last", "[1, 2]");
  assert.deepEqual(names(), []);
  assert.equal(readLast(), null);
});

test("the state that was left last comes back with its address", () => {
  assert.equal(readLast(), null);
  const state = { ...DEFAULTS, program: "사과 = 100", cursor: 3 };
  keepLast(state, "#1=abc");
  assert.deepEqual(readLast(), { state, address: "#1=abc" });
});
