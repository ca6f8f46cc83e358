import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OWN_FORMATS } from "../../static/js/exports/own_formats.js";
import { MOST_FRAMES, tooLong, tooMany } from "../../static/js/exports/animation.js";
import { LONGEST_SIDE, tooLarge } from "../../static/js/exports/raster.js";
import { escaped, textElement, wrapped } from "../../static/js/exports/svg_text.js";
import { duration, moments } from "../../static/js/exports/timing.js";
import { crc32, zipped } from "../../static/js/exports/zip.js";
import { safeName } from "../../static/js/store/file_saving.js";

/** @param {string} language @returns {Record<string, string>} */
const texts = (language) => JSON.parse(readFileSync(new URL(`../../static/i18n/take_away.${language}.json`, import.meta.url), "utf-8"));
/** @param {string} text  eight units a letter */
const measure = (text) => 8 * text.length;

test("every format of the page has a name in both languages, and every text stands in both", () => {
  const [english, korean] = [texts("en"), texts("ko")];
  assert.deepEqual(Object.keys(english), Object.keys(korean));
  for (const { name, ending } of OWN_FORMATS) {
    assert.ok(english[`take.format.${name}`] && /[가-힣]/.test(korean[`take.format.${name}`]), name);
    assert.match(ending, /^\.[a-z0-9]+$/);
  }
});

test("a name is one that any file system takes", () => {
  for (const [asked, saved] of [
    ["figure", "figure"], ["기울기 그림", "기울기 그림"], ["../../etc/passwd", "_.._etc_passwd"], ['a:b*c?"<>|', "a_b_c_____"],
    ["a\r\nb\u0000c\u202e", "a b c"], [" .hidden. ", "hidden"], ["con", "_con"], ["", ""], [" . ", ""], ["가".repeat(200), "가".repeat(80)],
  ]) assert.equal(safeName(asked), saved);
});

test("text in an SVG stays text", () => {
  const written = textElement('</text><script>alert("1")</script>&\u0000', { x: 1, y: 2, size: 14, weight: 500, length: 30.12345, fill: "#000000" });
  assert.ok(!written.includes("<script") && written.includes('textLength="30.123"'));
  assert.equal(escaped('a<b>&"\u0001'), "a&lt;b&gt;&amp;&quot;\ufffd");
});

test("a sentence is broken where its room ends, and a long word anywhere", () => {
  for (const text of ["one two three four five", "a".repeat(50), "", "  ", "사과 100 × 사과_수 2 = 200"]) {
    const lines = wrapped(text, 80, measure);
    assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    assert.ok(lines.every((line) => measure(line) <= 80), lines.join("|"));
  }
});

test("a ZIP holds each file under its name with its checksum", async () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  const files = [{ name: "step-000.svg", content: "<svg/>" }, { name: "총액.svg", content: "가".repeat(5000) }];
  const bytes = new DataView(await (await zipped(files)).arrayBuffer());
  const end = bytes.byteLength - 22;
  assert.deepEqual([bytes.getUint32(end, true), bytes.getUint16(end + 10, true)], [0x06054b50, 2]);
  let at = bytes.getUint32(end + 16, true);
  for (const { name, content } of files) {
    assert.equal(bytes.getUint32(at, true), 0x02014b50);
    const [packed, length, start] = [bytes.getUint32(at + 20, true), bytes.getUint16(at + 28, true), bytes.getUint32(at + 42, true)];
    assert.equal(new TextDecoder().decode(new Uint8Array(bytes.buffer, at + 46, length)), name);
    assert.equal(bytes.getUint32(start, true), 0x04034b50);
    const inside = new Uint8Array(bytes.buffer, start + 30 + length, packed);
    const text = await new Response(new Blob([inside]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
    assert.equal(text, content);
    assert.equal(bytes.getUint32(at + 16, true), crc32(new TextEncoder().encode(content)));
    at += 46 + length;
  }
  assert.equal(at, end);
});

test("the frames of the play last as long as the play, at every speed", () => {
  for (const speed of [0.5, 1, 2, 4]) {
    const all = moments(4, (cursor) => cursor !== 3, speed, 25);
    // The start, three steps, the way of the last, and the end.
    assert.ok(Math.abs(duration(all) - (1 + 3 / speed + 0.7 / speed + 2.5)) < 1e-9);
    assert.deepEqual(all.filter(({ share }) => share === null).map(({ cursor }) => cursor), [0, 1, 2, 3, 4]);
    const shares = all.filter(({ cursor, share }) => cursor === 1 && share !== null).map(({ share }) => Number(share));
    assert.equal(shares.length, Math.max(Math.round((0.7 / speed) * 25), 1));
    assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
    assert.ok(shares.every((share) => share > 0 && share < 1));
    assert.ok(!all.some(({ cursor, share }) => cursor === 3 && share !== null));
  }
  assert.deepEqual(moments(0, () => true, 1, 25).length, 1);
});

test("what is too large or too long is refused with figure and limit", () => {
  for (const [found, wanted] of [
    [tooLarge(1000, 500, 4), null],
    [tooLarge(5000, 100, 4), { kind: "side", is: 20_000, most: LONGEST_SIDE }],
    [tooLarge(4000, 3000, 4), { kind: "pixels", is: 192e6, most: 64e6 }],
    [tooLong(100, 1000, 500), null],
    [tooLong(MOST_FRAMES + 1, 10, 10), { kind: "frames", is: MOST_FRAMES + 1, most: MOST_FRAMES }],
    [tooMany(100, 50), null],
    [tooMany(1000, 400), { is: 1000, most: 500 }],
    [tooLong(500, 3000, 2000), { kind: "work", is: 500, most: 333 }],
  ]) assert.deepEqual(found, wanted);
});
