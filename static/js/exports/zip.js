/** Files in one ZIP, as PKWARE's APPNOTE has it: names in UTF-8, one date for all. Pure but for the browser's compressor. */

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8 = 1 << 11;
const DEFLATED = 8;
/** The first day that a ZIP can tell. */
const DATE = 0x21;

const TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** @param {{name: string, content: string}[]} files @returns {Promise<Blob>} */
export async function zipped(files) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const directory = [];
  let at = 0;
  for (const { name, content } of files) {
    const bytes = new TextEncoder().encode(content);
    const packed = new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer());
    const called = new TextEncoder().encode(name);
    const about = [VERSION, UTF8, DEFLATED, 0, DATE];
    const sizes = [crc32(bytes), packed.length, bytes.length];
    const head = record([[4, [LOCAL]], [2, about], [4, sizes], [2, [called.length, 0]]]);
    parts.push(head, called, packed);
    directory.push(record([[4, [ENTRY]], [2, [VERSION, ...about]], [4, sizes], [2, [called.length, 0, 0, 0, 0]], [4, [0, at]]]), called);
    at += head.length + called.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = record([[4, [END]], [2, [0, 0, files.length, files.length]], [4, [size, at]], [2, [0]]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** Numbers in little-endian order. @param {[2 | 4, number[]][]} fields  bytes of each, and the numbers */
function record(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [width, values]) => sum + width * values.length, 0)));
  let at = 0;
  for (const [width, values] of fields) {
    for (const value of values) {
      if (width === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += width;
    }
  }
  return new Uint8Array(view.buffer);
}
