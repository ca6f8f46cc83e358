/** Bytes as text that a request can carry. */

/** Arguments of one call; browsers take some more. */
const PART = 0x8000;

/** @param {ArrayBuffer} content */
export function toBase64(content) {
  const bytes = new Uint8Array(content);
  const parts = [];
  for (let i = 0; i < bytes.length; i += PART) parts.push(String.fromCharCode(...bytes.subarray(i, i + PART)));
  return btoa(parts.join(""));
}
