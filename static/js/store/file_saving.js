/** Files that leave the page. */

import { h } from "../lib/dom.js";

const LONGEST_NAME = 80;
/** Devices of Windows. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A name without what a file system refuses; empty where nothing is left of it.
 * @param {string} name
 */
export function safeName(name) {
  const plain = name.normalize("NFC").replace(/[\\/:*?"<>|]/g, "_").replace(/[\s\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]+/gu, " ");
  const short = bare([...bare(plain)].slice(0, LONGEST_NAME).join(""));
  return RESERVED.test(short) ? `_${short}` : short;
}

/** Without the points and spaces at its ends. @param {string} text */
function bare(text) {
  let [from, to] = [0, text.length];
  while (from < to && " .".includes(text[from])) from += 1;
  while (to > from && " .".includes(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

/** Have the browser keep a file. @param {Blob} blob @param {string} name */
export function saveFile(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url));
}
