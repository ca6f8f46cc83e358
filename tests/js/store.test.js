import assert from "node:assert/strict";
import { test } from "node:test";
import { reduce } from "../../static/js/store/actions.js";
import { DEFAULTS } from "../../static/js/store/page_state.js";
import { createStore } from "../../static/js/store/store.js";

/** A store whose views hear when they are told to. */
function made() {
  /** @type {(() => void)[]} */
  const frames = [];
  const store = createStore(DEFAULTS, reduce, (flush) => frames.push(flush));
  return { store, frames, frame: () => frames.shift()?.() };
}

const NODE = /** @type {const} */ ({ kind: "node", id: 1 });
const DOCUMENT = { program: "x = 1\ny = x", inputs: {}, example: null, source: null, updates: null };

test("the state is frozen, and every action makes another one", () => {
  const { store } = made();
  const before = store.state;
  store.dispatch({ type: "moved", cursor: 3, selection: NODE });
  assert.ok(Object.isFrozen(store.state));
  assert.notEqual(store.state, before);
  assert.throws(() => Object.assign(store.state, { cursor: 4 }), TypeError);
  assert.deepEqual([before.cursor, store.state.cursor], [0, 3]);
});

test("views hear once of all that one event does, of their own slice alone, and of the last state", () => {
  const { store, frames, frame } = made();
  /** @type {unknown[]} */
  const told = [];
  store.watch(({ cursor }) => [cursor], ({ cursor }) => told.push(cursor));
  store.watch(({ theme }) => [theme], ({ theme }) => told.push(theme));
  for (const cursor of [1, 2, 3]) store.dispatch({ type: "moved", cursor, selection: null });
  assert.deepEqual([told, frames.length], [[], 1]);
  frame();
  assert.deepEqual(told, [3]);
  store.dispatch({ type: "preferred", theme: "dark" });
  frame();
  assert.deepEqual(told, [3, "dark"]);
});

test("what changes nothing is told to nobody", () => {
  const { store, frames } = made();
  store.dispatch({ type: "moved", cursor: 0, selection: null });
  store.dispatch({ type: "preferred", theme: "auto" });
  assert.equal(frames.length, 0);
  store.dispatch({ type: "moved", cursor: 0, selection: NODE });
  const before = store.state;
  store.dispatch({ type: "moved", cursor: 0, selection: { ...NODE } });
  store.dispatch({ type: "looked", view: [1, 2, 3] });
  const seen = store.state;
  store.dispatch({ type: "looked", view: [1, 2, 3] });
  assert.equal(store.state, seen);
  assert.equal(before.selection, seen.selection);
});

test("who no longer watches hears nothing", () => {
  const { store, frame } = made();
  let times = 0;
  const end = store.watch(({ cursor }) => [cursor], () => (times += 1));
  end();
  store.dispatch({ type: "moved", cursor: 1, selection: null });
  frame();
  assert.equal(times, 0);
});

test("another document begins at its beginning; the same one in other words stays where it is; a hand's edit selects nothing", () => {
  const at = { ...DEFAULTS, cursor: 3, selection: NODE, view: /** @type {[number, number, number]} */ ([1, 2, 1]), open: ["relu.1"], theme: /** @type {const} */ ("dark") };
  const opened = reduce(at, { type: "opened", document: DOCUMENT });
  assert.deepEqual(opened, { ...DEFAULTS, ...DOCUMENT, theme: "dark" });
  assert.deepEqual(reduce(at, { type: "rewritten", document: DOCUMENT }), { ...at, ...DOCUMENT });
  assert.deepEqual(reduce(at, { type: "edited", document: DOCUMENT }), { ...at, ...DOCUMENT, selection: null });
});

test("every action changes what it says, and nothing else", () => {
  /** @type {[import("../../static/js/store/actions.js").Action, Partial<typeof DEFAULTS>][]} */
  const table = [
    [{ type: "learned", inputs: { x: 1 } }, { inputs: { x: 1 } }],
    [{ type: "moved", cursor: 2, selection: NODE }, { cursor: 2, selection: NODE }],
    [{ type: "looked", view: [0, 0, 2] }, { view: [0, 0, 2] }],
    [{ type: "unfolded", open: ["relu.1"] }, { open: ["relu.1"] }],
    [{ type: "pictured", picture: "neurons" }, { picture: "neurons" }],
    [{ type: "heated", heat: true }, { heat: true }],
    [{ type: "arranged", folded: ["program"] }, { folded: ["program"] }],
    [{ type: "preferred", language: "ko" }, { language: "ko" }],
    [{ type: "preferred", theme: "light" }, { theme: "light" }],
  ];
  for (const [action, changed] of table) assert.deepEqual(reduce(DEFAULTS, action), { ...DEFAULTS, ...changed }, action.type);
});
