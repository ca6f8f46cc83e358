import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { bodyOf, findTablesWith, tableOf, withTable } from "../../static/js/service/request_body.js";
import { Problem } from "../../static/js/service/failures.js";
import { traceOf } from "../../static/js/service/long_traces.js";
import { tables as browserTables, createTables } from "../../static/js/store/tables.js";

/** @typedef {import("../../static/js/store/tables.js").Use} Use */

/** A shelf that counts what is asked of it. @param {Map<string, string>} [kept] */
function shelf(kept = new Map()) {
  /** @type {string[]} */
  const found = [];
  return {
    kept, found,
    keep: async (/** @type {Use} */ { digest }, /** @type {string} */ text) => kept.set(digest, text),
    async find(/** @type {string} */ digest) {
      found.push(digest);
      return kept.get(digest);
    },
  };
}

/** A browser that keeps nothing. */
const refusing = { keep: () => Promise.reject(new Error("QuotaExceededError")), find: () => Promise.reject(new Error("SecurityError")) };

/** One that never answers. */
const silent = { keep: () => new Promise(() => {}), find: () => new Promise(() => {}) };

/** @param {string} text */
const digestOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 32);

test("a table is found by the beginning of its text's SHA-256, and an empty one too", async () => {
  const tables = createTables(shelf());
  for (const text of ["a,b\n1,2\n", "품종,길이\n펲시콜라,1\n", "", "x".repeat(100_000)]) {
    const digest = await tables.put(text);
    assert.equal(digest, digestOf(text));
    assert.equal(tables.at(digest), text);
    assert.equal(await tables.text(digest), text);
  }
  assert.equal(await tables.text(digestOf("another")), null);
  assert.equal(tables.at(digestOf("another")), undefined);
});

test("what an earlier page has kept is found, and is at hand from then on", async () => {
  const { kept, ...before } = shelf();
  const digest = await createTables({ ...before }).put("a,b\n1,2\n");
  const tables = createTables(shelf(kept));
  assert.equal(tables.at(digest), undefined);
  assert.equal(await tables.text(digest), "a,b\n1,2\n");
  assert.equal(tables.at(digest), "a,b\n1,2\n");
});

test("a browser that keeps nothing has what was opened until the page is left", async () => {
  // Node has no IndexedDB at all.
  for (const tables of [createTables(refusing), createTables(silent, 5), createTables()]) {
    const digest = await tables.put("a,b\n1,2\n");
    assert.equal(await tables.text(digest), "a,b\n1,2\n");
    assert.equal(await tables.text(digestOf("another")), null);
  }
});

test("of more than a hundred tables those go that were used least lately", async () => {
  const tables = createTables(refusing);
  const digests = [];
  for (let i = 0; i < 100; i += 1) digests.push(await tables.put(`${i}`));
  await tables.text(digests[0]);
  await tables.put("one more");
  await tables.put("and another");
  assert.deepEqual(digests.filter((digest) => tables.at(digest) === undefined), digests.slice(1, 3));
});

test("of more than 32 MB those go that were used least lately, and the last one never does", async () => {
  const tables = createTables(refusing);
  const [first, second, third] = [await tables.put("a".repeat(15_000_000)), await tables.put("b".repeat(15_000_000)), await tables.put("c")];
  await tables.text(first);
  const fourth = await tables.put("d".repeat(10_000_000));
  assert.deepEqual([first, second, third, fourth].map((digest) => tables.at(digest) !== undefined), [true, false, true, true]);
  const huge = shelf();
  const digest = await createTables(huge).put("e".repeat(33_000_000));
  assert.equal(huge.kept.has(digest), false); // it would push out all the others
});

test("a file is the same table, however its letters and line ends are written", async () => {
  const tables = createTables(shelf());
  const text = "품종,길이\n가,1\n나,2\n";
  const cp949 = Buffer.from([0xc7, 0xb0, 0xc1, 0xbe, 0x2c, 0xb1, 0xe6, 0xc0, 0xcc, 0x0a, 0xb0, 0xa1, 0x2c, 0x31, 0x0a, 0xb3, 0xaa, 0x2c, 0x32, 0x0a]);
  const files = [text, `\uFEFF${text}`, text.replaceAll("\n", "\r\n"), text.replaceAll("\n", "\r"), cp949, Buffer.from(`\uFEFF${text}`, "utf16le")];
  for (const bytes of files) {
    const found = await tables.read(new File([bytes], "a.csv"));
    assert.deepEqual([found?.digest, found && tables.at(found.digest), found?.name, found?.bytes], [digestOf(text), text, "a.csv", undefined]);
  }
  const bytes = [0x50, 0x4b, 3, 4, 0, 0, 8, 0];
  const book = await tables.read(new File([Buffer.from(bytes)], "a.xlsx"));
  assert.deepEqual([book?.bytes, book && tables.at(book.digest)], [true, Buffer.from(bytes).toString("base64")]);
  const latin = await tables.read(new File([cp949], "a.csv"), "Windows-1252");
  assert.deepEqual([latin?.encoding, await tables.read(new File([cp949], "a.csv"), "UTF-8")], ["Windows-1252", null]);
});

test("a request is sent with the text of the table that it names, and says which one is missing", async () => {
  const tables = createTables(shelf());
  findTablesWith(tables.text);
  const digest = await tables.put("a,b\n1,2\n");
  const request = { layers: ["tanh"], dataset: { table: { name: "a.csv", digest }, seed: 3 } };
  assert.deepEqual(JSON.parse(await bodyOf(request)), { layers: ["tanh"], dataset: { csv: "a,b\n1,2\n", seed: 3 } });
  const wanting = { ...request, dataset: { table: { name: "b.csv", digest: digestOf("b") } } };
  await assert.rejects(bodyOf(wanting), (error) => error instanceof Problem && error.kind === "missing-table" && error.params.name === "b.csv" && error.params.digest === digestOf("b") && !error.passes);
  const book = { ...request, dataset: { table: { name: "a.xlsx", digest, bytes: true } } };
  assert.deepEqual(JSON.parse(await bodyOf(book)).dataset, { file: "a,b\n1,2\n" });
  for (const other of [{ program: "y = x", inputs: {} }, { dataset: "iris" }, { dataset: null }, { dataset: { csv: "a,b\n1,2" } }, { dataset: { name: "iris" } }]) assert.deepEqual(JSON.parse(await bodyOf(other)), other);
});

test("a model that is named is asked about with its content, and one that is not here is told", async () => {
  findTablesWith(browserTables.text);
  const digest = await browserTables.put("CAgSB3B5dG9yY2g");
  /** @type {unknown[]} */
  const asked = [];
  const client = /** @type {any} */ ({ ask: async (/** @type {unknown[]} */ ...given) => asked.push(given.slice(0, 2)) });
  const { signal } = new AbortController();
  for (const body of [{ model: { name: "net.onnx", digest } }, { file: "CAgSB3B5dG9yY2g" }]) {
    await traceOf(client, { name: "onnx", body }, { values: "full" }, signal);
    assert.deepEqual(asked.pop(), ["onnx", { file: "CAgSB3B5dG9yY2g", values: "full" }]);
  }
  for (const model of [{ name: "net.onnx", digest: digestOf("b") }, { name: "net.onnx", digest: {} }, null, 3]) {
    const missing = traceOf(client, { name: "onnx", body: { model } }, {}, signal);
    await assert.rejects(missing, (error) => error instanceof Problem && error.kind === "missing-model");
  }
});

test("a source names another table in the place of one, or of what was written", () => {
  const table = { name: "b.csv", digest: digestOf("b") };
  for (const dataset of [{ csv: "a,b\n1,2", seed: 3 }, { seed: 3, table: { name: "a.csv", digest: digestOf("a") } }]) {
    const source = withTable({ name: "network", body: { layers: ["tanh"], dataset } }, table);
    assert.deepEqual(source, { name: "network", body: { layers: ["tanh"], dataset: { seed: 3, table } } });
    assert.deepEqual(tableOf(source), table);
  }
  assert.equal(tableOf(null), undefined);
  assert.equal(tableOf({ name: "network", body: {} }), undefined);
});
