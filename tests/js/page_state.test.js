import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DEFAULTS, UnreadableLink, decodeState, encodeState } from "../../static/js/store/page_state.js";

/** @param {unknown} content */
async function fragmentOf(content) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = Buffer.from(await new Response(stream).arrayBuffer());
  return `#1=${bytes.toString("base64url")}`;
}

test("a state comes back from its link as it was", async () => {
  /** @type {import("../../static/js/store/page_state.js").PageState} */
  const state = {
    program: "사과 = 100\n🍊 = 2 # < & \"", inputs: { x: [[1, "NaN"]] }, example: null, cursor: 7,
    language: "ko", theme: "dark", selection: { kind: "edge", id: 3 }, view: [120, -4, 1.25], source: null, picture: "neurons",
    panel: "diagnose", full: true, building: true, updates: { W1: { added: null, rising: 3, falling: 1, ratio: 0.02 } }, whole: false, heat: true, local: true, settings: { diagnose: { kind: "values", values: { y: "0.50" } } },
    network: { starter: "", draft: { data: { name: "xor", csv: "", noise: 0 }, pasted: null, layers: [{ type: "affine", units: 3 }], loss: { type: "mse" }, optimizer: { type: "sgd", lr: 0.1 }, init: "he", batchSize: 4, seed: 7 } },
    open: ["softmax.2", "f.1/g.1"], widths: [31.5, null], folded: ["panels"],
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

test("a model is in a link by its content, or by its name and digest", async () => {
  const model = { name: "망.onnx", digest: "0123456789abcdef0123456789abcdef" };
  for (const body of [{ file: "CAgSB3B5dG9yY2g" }, { model }]) {
    const state = await decodeState(await encodeState({ ...DEFAULTS, program: "y = x", source: { name: "onnx", body } }));
    assert.deepEqual(state.source, { name: "onnx", body });
  }
});

test("an uploaded table is in a link by its name and digest, and is dropped where it is anything else", async () => {
  const table = { name: "꽃.csv", digest: "0123456789abcdef0123456789abcdef" };
  /** @param {unknown} named */
  const stateWith = (named) => ({
    p: "y = x", n: { name: "train", body: { dataset: { table: named, seed: 0 } } },
    b: { starter: "", draft: { data: { name: "csv", csv: "", noise: 0, table: named }, pasted: null, layers: [], loss: { type: "mse" }, optimizer: { type: "sgd" }, init: "he", batchSize: 4, seed: 7 } },
  });
  const uploaded = { ...table, encoding: "UTF-8", bytes: true };
  const state = await decodeState(await fragmentOf(stateWith(uploaded)));
  assert.deepEqual([state.source?.body.dataset, state.network?.draft.data.table], [{ table: uploaded, seed: 0 }, uploaded]);
  assert.deepEqual(await decodeState(await encodeState(state)), state);
  for (const broken of [null, 3, "a.csv", [], {}, { name: "a.csv" }, { digest: table.digest }, { ...uploaded, digest: "abc" }, { ...uploaded, digest: table.digest.toUpperCase() }, { ...uploaded, name: 3 }, { ...uploaded, name: "a".repeat(300) }]) {
    const { program, source, network } = await decodeState(await fragmentOf(stateWith(broken)));
    assert.deepEqual([program, source, network], ["y = x", null, null], JSON.stringify(broken));
  }
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

/** What mail clients, chats and sentences make of a link. @type {[string, (link: string) => string][]} */
const MANGLED = [
  ...[...".,;:!?)]}>'\"’”»…。、"].map((end) => /** @type {[string, (link: string) => string]} */ ([`ends with ${end}`, (link) => link + end])),
  ["ends with several signs", (link) => `${link}).”`], ["ends with =", (link) => `${link}==`], ["ends with %3D", (link) => `${link}%3D%3d`], ["ends with %22", (link) => `${link}%22`],
  ["ends with an underscore of Markdown", (link) => `${link}_`], ["ends with two", (link) => `${link}__`], ["ends with a hyphen", (link) => `${link}-`], ["ends with an asterisk", (link) => `${link}**`],
  ["ends with spaces", (link) => `${link}  `], ["ends with %20", (link) => `${link}%20`], ["ends with a line break", (link) => `${link}\r\n`], ["ends with %0A", (link) => `${link}%0A`],
  ["goes on with a sentence", (link) => `${link} and so on`], ["goes on with %20a%20sentence", (link) => `${link}%20and%20so`], ["goes on with a tracker", (link) => `${link}&utm_source=mail`],
  ["is broken into lines", (link) => link.replace(/(.{20})/g, "$1\n")], ["is broken into quoted lines", (link) => link.replace(/(.{20})/g, "$1%0D%0A")], ["has a space before it", (link) => link.replace("=", "= ")],
  ["has its sign encoded", (link) => link.replace("=", "%3D")], ["is encoded twice", (link) => `${link.replace("=", "%253D")}%253D`], ["has its hyphens encoded", (link) => link.replaceAll("-", "%2D").replaceAll("_", "%5F")],
  ["is in the other alphabet of base64", (link) => link.slice(0, 3) + link.slice(3).replaceAll("-", "+").replaceAll("_", "/")],
  ["has that encoded", (link) => link.slice(0, 3) + link.slice(3).replaceAll("-", "%2B").replaceAll("_", "%2F")], ["has a broken percent at its end", (link) => `${link}%`], ["has another one", (link) => `${link}%zz`],
];

for (const [how, mangle] of MANGLED) {
  test(`a link that ${how} is read`, async () => {
    // Of several lengths: a last letter or a padding counts where four do not come out.
    for (const program of ["y = x", "y = x ** 2", "y = x ** 23", "사과 = 100 # ~~~???>>>", "y = sigmoid(w * x + b)"]) {
      const state = { ...DEFAULTS, program, inputs: { x: 2 } };
      assert.deepEqual(await decodeState(mangle(await encodeState(state))), state, program);
    }
  });
}

test("a number of a link that stands for nothing to be seen is dropped, and the rest is kept", async () => {
  /** @type {[string, unknown][]} */
  const numbers = [
    ...[[1e308, -1e308, 6], [1e10, 0, 1], [0, -1e10, 1], [0, 0, 0], [0, 0, 1e-9], [0, 0, 7], ["0", "0", "1"], [null, null, 1], [0, 0], [0, 0, 1, 1], []].map((view) => /** @type {[string, unknown]} */ (["v", view])),
    ...[-1, 1.5, 2 ** 53, 1e308, "3", null].map((cursor) => /** @type {[string, unknown]} */ (["c", cursor])),
    ...[-1, 1.5, 2 ** 53, 1e308, "3", null].map((id) => /** @type {[string, unknown]} */ (["s", { kind: "node", id }])),
  ];
  for (const [letter, value] of numbers) {
    assert.deepEqual(await decodeState(await fragmentOf({ p: "x = 1", [letter]: value })), { ...DEFAULTS, program: "x = 1" }, `${letter} ${JSON.stringify(value)}`);
  }
  assert.deepEqual((await decodeState(await fragmentOf('{"p": "x = 1", "v": [1e999, 0, 1], "i": {"x": 1e999, "y": [-1e999]}}'))), { ...DEFAULTS, program: "x = 1", inputs: { x: "Infinity", y: ["-Infinity"] } });
});

test("inputs nested deeper than any array are dropped, and nothing overflows", async () => {
  for (const depth of [200, 1000]) {
    const state = await decodeState(await fragmentOf(`{"p": "x = 1", "i": {"x": ${"[".repeat(depth)}${"]".repeat(depth)}}}`));
    assert.deepEqual(state, { ...DEFAULTS, program: "x = 1" });
    assert.equal(typeof (await encodeState(state)), "string");
  }
  await assert.rejects(decodeState(await fragmentOf(`{"i": {"x": ${"[".repeat(100000)}${"]".repeat(100000)}}}`)), UnreadableLink);
});
