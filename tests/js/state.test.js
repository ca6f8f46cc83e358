import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DEFAULTS, UnreadableLink, decodeState, encodeState } from "../../static/js/state.js";

/** @param {unknown} content */
async function fragmentOf(content) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = Buffer.from(await new Response(stream).arrayBuffer());
  return `#1=${bytes.toString("base64url")}`;
}

test("a state comes back from its link as it was", async () => {
  /** @type {import("../../static/js/state.js").PageState} */
  const state = {
    program: "사과 = 100\n🍊 = 2 # < & \"", inputs: { x: [[1, "NaN"]] }, example: null, cursor: 7,
    language: "ko", theme: "dark", selection: { kind: "edge", id: 3 }, view: [120, -4, 1.25], source: null, picture: "neurons",
    open: ["softmax.2", "f.1/g.1"],
  };
  const fragment = await encodeState(state);
  assert.match(fragment, /^#1=[\w-]+$/);
  assert.deepEqual(await decodeState(fragment), state);
});

test("where a source tells the inputs, the link carries the source alone", async () => {
  const source = { name: /** @type {const} */ ("network"), body: { layers: ["tanh"] } };
  const back = await decodeState(await encodeState({ ...DEFAULTS, program: "y = tanh(x)", inputs: { x: [1, 2] }, source }));
  assert.deepEqual([back.source, back.inputs, back.program], [source, {}, "y = tanh(x)"]);
});

test("the defaults need no fragment", async () => {
  assert.equal(await encodeState({ ...DEFAULTS }), "");
  assert.deepEqual(await decodeState(""), { ...DEFAULTS });
});

test("garbage, another version and cut links are refused", async () => {
  const whole = await encodeState({ ...DEFAULTS, program: "z = x ** 2 + y ** 3" });
  for (const fragment of ["#1=", "#1=!!!!", "#2=abcd", "#hello", whole.slice(0, -4), await fragmentOf("[1, 2]"), await fragmentOf("{")]) {
    await assert.rejects(decodeState(fragment), UnreadableLink);
  }
});

test("a fragment that unpacks to megabytes is refused", async () => {
  const bomb = await fragmentOf({ p: "0".repeat(20_000_000) });
  assert.ok(bomb.length < 40_000);
  await assert.rejects(decodeState(bomb), UnreadableLink);
});

test("what does not fit is dropped, the rest is kept", async () => {
  const fragment = await fragmentOf({ p: "x = 1", c: -1, l: "fr", t: 3, s: { kind: "node" }, i: [1], e: 5, o: [1], v: [0, 0, 1e9], zzz: 1 });
  assert.deepEqual(await decodeState(fragment), { ...DEFAULTS, program: "x = 1" });
});

test("__proto__ in a link changes nothing but itself", async () => {
  const state = await decodeState(await fragmentOf('{"__proto__": {"polluted": 1}, "p": "x = 1", "i": {"__proto__": {"polluted": 1}}}'));
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
  assert.equal(/** @type {any} */ (state).polluted, undefined);
  assert.equal(state.program, "x = 1");
});

test("links made earlier still open as what they were", async () => {
  /** @type {{link: string, state: object}[]} */
  const links = JSON.parse(readFileSync(new URL("fixtures/links.json", import.meta.url), "utf8"));
  assert.ok(links.length >= 4);
  for (const { link, state } of links) assert.deepEqual(await decodeState(link), { ...DEFAULTS, ...state });
});
