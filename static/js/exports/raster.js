/** SVG as pixels. */

/** @typedef {import("./figure_stage.js").Picture} Picture */

/** Of a picture: what browsers make canvases of, on phones too. */
export const MOST_PIXELS = 64e6;
export const LONGEST_SIDE = 16_000;

/** @param {number} width @param {number} height @param {number} scale @returns {{kind: "pixels" | "side", is: number, most: number} | null} why it is too large */
export function tooLarge(width, height, scale) {
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (Math.max(w, h) > LONGEST_SIDE) return { kind: "side", is: Math.max(w, h), most: LONGEST_SIDE };
  return w * h > MOST_PIXELS ? { kind: "pixels", is: w * h, most: MOST_PIXELS } : null;
}

/** @param {Picture} picture @returns {Promise<HTMLImageElement>} */
export async function imageOf({ svg }) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {number} width @param {number} height @param {number} scale
 * @param {{even?: boolean}} [how]  even: as encoders of video want it
 */
export function canvasFor(width, height, scale, { even = false } = {}) {
  const canvas = document.createElement("canvas");
  const side = (/** @type {number} */ length) => (even ? 2 * Math.round((length * scale) / 2) : Math.round(length * scale));
  canvas.width = Math.max(side(width), 2);
  canvas.height = Math.max(side(height), 2);
  return canvas;
}

/** @param {Picture} picture @param {number} scale @returns {Promise<Blob>} PNG */
export async function pngOf(picture, scale) {
  const canvas = canvasFor(picture.width, picture.height, scale);
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(await imageOf(picture), 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The canvas gave no picture."))), "image/png"));
}
