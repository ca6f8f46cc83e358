/** Text in an SVG that leaves the page: always text, at its place and of its length. Pure. */

/** What XML has no place for. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;
const ENTITIES = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" });

/** @param {string} text */
export function escaped(text) {
  return text.replace(FORBIDDEN, "\ufffd").replace(/[&<>"]/g, (letter) => ENTITIES[letter]);
}

/** To a tenth of a hundredth: finer is not seen. @param {number} value */
export function rounded(value) {
  return Math.round(value * 1000) / 1000;
}

/**
 * @param {string} text
 * @param {object} look
 * @param {number} look.x
 * @param {number} look.y  of the baseline
 * @param {number} look.size  in px
 * @param {string | number} look.weight
 * @param {number} look.length  in px
 * @param {string} look.fill
 * @param {"start" | "middle" | "end"} [look.anchor]
 * @param {{colour: string, width: number} | null} [look.halo]  what is under it keeps away
 * @param {boolean} [look.isSlanted]
 */
export function textElement(text, { x, y, size, weight, length, fill, anchor = "middle", halo = null, isSlanted = false }) {
  const around = halo ? ` stroke="${halo.colour}" stroke-width="${halo.width}" stroke-linejoin="round" paint-order="stroke"` : "";
  return `<text x="${rounded(x)}" y="${rounded(y)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"`
    + ` textLength="${rounded(length)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="${fill}"${around}${isSlanted ? ' font-style="italic"' : ""}>${escaped(text)}</text>`;
}

/**
 * A text as lines of at most a width, broken at spaces; a longer word is broken anywhere.
 * @param {string} text
 * @param {number} width
 * @param {(text: string) => number} measure
 * @returns {string[]}
 */
export function wrapped(text, width, measure) {
  /** @type {string[]} */
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
    while (measure(line) > width && line.length > 1) {
      const letters = [...line];
      let count = 1;
      while (count < letters.length - 1 && measure(letters.slice(0, count + 1).join("")) <= width) count += 1;
      lines.push(letters.slice(0, count).join(""));
      line = letters.slice(count).join("");
    }
  }
  return line ? [...lines, line] : lines;
}
