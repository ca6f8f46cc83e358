/** Places in a text: the service counts lines from 1 and columns in code points, the editor counts UTF-16 units. Pure. */

/**
 * @param {string} text
 * @param {import("./types.js").Span} span
 * @returns {{from: number, to: number}} UTF-16 offsets within the text, at least one character wide where there is one
 */
export function offsetsOf(text, { start, end }) {
  const lines = text.split("\n");
  const from = offset(lines, start);
  const to = Math.max(offset(lines, end), from);
  if (to > from) return { from, to };
  const next = text.codePointAt(from);
  if (next !== undefined && next !== 10) return { from, to: from + String.fromCodePoint(next).length };
  // At the end of a line there is nothing to underline but what comes before.
  return { from: Math.max(from - 1, 0), to: from };
}

/**
 * @param {string[]} lines
 * @param {{line: number, column: number}} place
 */
function offset(lines, { line, column }) {
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  let at = 0;
  for (const earlier of lines.slice(0, index)) at += earlier.length + 1;
  return at + [...lines[index]].slice(0, Math.max(column, 0)).join("").length;
}
