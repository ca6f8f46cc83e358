/** A file's bytes as text: in which encoding they are is found out, and told. Pure. */

/** Bytes at the beginning that tell an encoding. @type {[string, number[]][]} */
const MARKS = [["UTF-32", [0xff, 0xfe, 0, 0]], ["UTF-32", [0, 0, 0xfe, 0xff]], ["UTF-8", [0xef, 0xbb, 0xbf]], ["UTF-16LE", [0xff, 0xfe]], ["UTF-16BE", [0xfe, 0xff]]];
/** What nearly all files without a mark are in, by the name that a reader knows and the one that browsers do; euc-kr is CP949 there. @type {[string, string][]} */
const USUAL = [["UTF-8", "utf-8"], ["CP949 (EUC-KR)", "euc-kr"]];

/** Every encoding that a file may be read in, as its name is here and in browsers. @type {Readonly<Record<string, string>>} */
export const ENCODINGS = { ...Object.fromEntries(USUAL), "UTF-16LE": "utf-16le", "UTF-16BE": "utf-16be", "Windows-1252": "windows-1252" };

/**
 * @param {Uint8Array} bytes
 * @param {string} [wanted]  one of ENCODINGS, in the place of what the bytes tell
 * @returns {{text: string, encoding: string} | null}  null: no text, or in an encoding that cannot be found out
 */
export function decoded(bytes, wanted) {
  if (wanted) return read(bytes, wanted, ENCODINGS[wanted]);
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (marked) return marked[0] === "UTF-32" ? null : read(bytes, marked[0], marked[0]);
  if (bytes.includes(0)) {
    // Text holds no zeros; in UTF-16 every letter of ASCII brings one, always on the same side.
    const name = zeroAt(bytes, 0) ? "UTF-16BE" : "UTF-16LE";
    return zeroAt(bytes, 0) !== zeroAt(bytes, 1) && bytes.length % 2 === 0 ? read(bytes, name, name) : null;
  }
  for (const [name, label] of USUAL) {
    const found = read(bytes, name, label);
    if (found) return found;
  }
  // Western European, unless bytes occur that are no letters there: the file is in another encoding then.
  return bytes.some((byte) => byte >= 0x80 && byte < 0xa0) ? null : read(bytes, "Windows-1252", "windows-1252");
}

/** Whether one of every second byte is a zero. @param {Uint8Array} bytes @param {0 | 1} from */
function zeroAt(bytes, from) {
  for (let i = from; i < bytes.length; i += 2) if (bytes[i] === 0) return true;
  return false;
}

/** @param {Uint8Array} bytes @param {string} encoding @param {string} label */
function read(bytes, encoding, label) {
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(bytes), encoding };
  } catch {
    return null; // a byte that the encoding does not have
  }
}
