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
  const plain = name.normalize("NFC").replace(/[\\/:*?"<>|]/g, "_").replace(/[\p{C}\p{Z}]+/gu, " ").replace(/^[. ]+|[. ]+$/g, "");
  const short = [...plain].slice(0, LONGEST_NAME).join("").trimEnd();
  return RESERVED.test(short) ? `_${short}` : short;
}

/** Have the browser keep a file. @param {Blob} blob @param {string} name */
export function saveFile(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url));
}
