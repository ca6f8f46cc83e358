/** Widths of texts in the figure's own font, measured on a canvas. Sizes must agree with graph.css. */

/** Weight and size. @type {Record<import("./layout_plan.js").Font, string>} */
const FONTS = {
  sign: "600 20px",
  word: "600 14px",
  name: "500 14px",
  value: "400 14px",
  notation: "400 12px",
  gradient: "500 13px",
  edge: "500 12px",
  step: "700 14px",
  group: "500 12px",
};

/** @param {Element} host  whose font it is @returns {import("./layout_plan.js").Measure} */
export function canvasMeasure(host) {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const family = getComputedStyle(host).fontFamily;
  /** @type {Map<string, number>} */
  const known = new Map();
  return (text, font) => {
    const key = `${font} ${text}`;
    const width = known.get(key);
    if (width !== undefined) return width;
    context.font = `${FONTS[font]} ${family}`;
    const measured = context.measureText(text).width;
    known.set(key, measured);
    return measured;
  };
}
