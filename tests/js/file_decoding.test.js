import assert from "node:assert/strict";
import { test } from "node:test";
import { decoded } from "../../static/js/store/file_decoding.js";

const TABLE = "너비,종류\n1.5,붓꽃\n2,코스모스\n";
/** The bytes as Python writes them: TABLE.encode("cp949"). Syllables that only CP949 has are tried in a browser, whose euc-kr it is; Node's is smaller. */
const CP949 = Uint8Array.from(Buffer.from("b3cabaf12cc1beb7f90a312e352cbad7b2c90a322cc4dabdbab8f0bdba0a", "hex"));
const utf8 = new TextEncoder();
/** @param {string} text @param {boolean} [big] */
const utf16 = (text, big = false) => Uint8Array.from(Array.from(text).flatMap((letter) => {
  const code = letter.charCodeAt(0);
  return big ? [code >> 8, code & 255] : [code & 255, code >> 8];
}));

test("a file is read in the encoding that it is in, and the encoding is told", () => {
  /** @type {[string, Uint8Array, string][]} */
  const cases = [
    ["UTF-8", utf8.encode(TABLE), TABLE], ["UTF-8", Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8.encode(TABLE)), TABLE], ["UTF-8", utf8.encode("x,y\n1,a\n"), "x,y\n1,a\n"], ["UTF-8", new Uint8Array(), ""],
    ["UTF-16LE", Uint8Array.of(0xff, 0xfe, ...utf16(TABLE)), TABLE], ["UTF-16BE", Uint8Array.of(0xfe, 0xff, ...utf16(TABLE, true)), TABLE],
    ["UTF-16LE", utf16(TABLE), TABLE], ["UTF-16BE", utf16(TABLE, true), TABLE], ["CP949 (EUC-KR)", CP949, TABLE],
    ["Windows-1252", Uint8Array.from(Buffer.from("x,y\n1,café\n2,thé\n", "latin1")), "x,y\n1,café\n2,thé\n"],
  ];
  for (const [encoding, bytes, text] of cases) assert.deepEqual(decoded(bytes), { text, encoding });
});

test("what is no text, or in no encoding that can be found out, is not read", () => {
  const cases = {
    "a workbook": [0x50, 0x4b, 3, 4, 20, 0, 6, 0, 8, 0, 0, 0, 0x21, 0], "a picture": [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13], "UTF-32": [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0],
    "half a letter": [0xff, 0xfe, 0x61], "a lone surrogate": [0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00], "Shift_JIS": [0x8e, 0xed, 0x97, 0xde, 0x81, 0x7f, 0x0a], "broken after its mark": [0xef, 0xbb, 0xbf, 0x61, 0xff],
  };
  for (const [name, bytes] of Object.entries(cases)) assert.equal(decoded(Uint8Array.from(bytes)), null, name);
});

test("nothing is read with a character in the place of one that could not be", () => {
  for (let first = 0x80; first < 0x100; first += 1) {
    for (const second of [0x20, 0x2c, 0x41, 0x7e, 0x80, 0xa1, 0xff]) assert.ok(!decoded(Uint8Array.of(0x31, first, second, 0x0a))?.text.includes("\ufffd"));
  }
});
