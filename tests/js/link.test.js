/** The link on a window of plain objects, where a test says when an address has been made. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createLink } from "../../static/js/store/link.js";
import { DEFAULTS, decodeState } from "../../static/js/store/page_state.js";

/** @type {Record<string, () => unknown>} */
let heard;
/** @type {string[]} */
let visited;
/** @type {(() => void)[]} */
let held;
/** @type {{state: import("../../static/js/store/page_state.js").PageState, dispatch(action: any): void, hear(): void, watch(): () => void}} */
let store;

/** @returns {Pick<Storage, "getItem" | "setItem" | "removeItem">} */
function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text), removeItem: (key) => void kept.delete(key) };
}

const stream = globalThis.CompressionStream;

beforeEach(() => {
  [heard, visited, held] = [{}, [], []];
  const location = { hash: "", pathname: "/", href: "" };
  const go = (/** @type {string} */ how) => (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ address) => {
    location.hash = address.startsWith("#") ? address : "";
    visited.push(`${how} ${address}`);
  };
  Object.assign(globalThis, {
    window: { addEventListener: (/** @type {string} */ type, /** @type {() => unknown} */ listener) => (heard[type] = listener), setTimeout: () => 0 },
    location, history: { pushState: go("push"), replaceState: go("replace") },
    localStorage: storage(), sessionStorage: storage(),
    // Compresses when it is told to.
    CompressionStream: class {
      constructor() {
        const { readable, writable } = new TransformStream({ flush: () => new Promise((resolve) => held.push(() => resolve(undefined))) });
        const packed = readable.pipeThrough(new stream("deflate-raw"));
        Object.assign(this, { readable: packed, writable });
      }
    },
  });
  performance.getEntriesByType = () => /** @type {any} */ ([{ type: "reload" }]);
  store = { state: DEFAULTS, dispatch: ({ state }) => (store.state = state), hear() {}, watch: () => () => {} };
});

const at = (/** @type {number} */ cursor) => (store.state = { ...DEFAULTS, program: "x = 1", cursor });
const made = async (/** @type {number} */ which) => {
  while (!held[which]) await new Promise(setImmediate);
  held[which]();
};
const reopened = async () => (await createLink(store, () => {}).open()).cursor;

test("a reload finds the newest state at once, before its address is made and without a farewell", async () => {
  const link = createLink(store, () => {});
  at(1);
  link.replaceSoon();
  at(2);
  link.replaceSoon();
  assert.deepEqual(visited, []);
  assert.equal(await reopened(), 2);
});

test("an address that was made longer than a newer one does not take its place, and its entry in the history is made", async () => {
  const link = createLink(store, () => {});
  at(1);
  const older = link.push();
  at(2);
  const newer = link.address();
  await made(1);
  await newer;
  await made(0);
  await older;
  assert.deepEqual(visited.map((one) => one.split(" ")[0]), ["push"]);
  assert.equal((await decodeState(location.hash)).cursor, 2);
  assert.equal(await reopened(), 2);
});

test("what was still being written when the page was left is kept, and its address is not written", async () => {
  const link = createLink(store, () => {});
  at(3);
  const writing = link.push();
  heard.pagehide();
  await made(0);
  await writing;
  assert.deepEqual(visited, []);
  assert.equal(await reopened(), 3);
});
