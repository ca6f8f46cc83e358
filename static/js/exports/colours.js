/** Any colour of CSS as sRGB in hexadecimal digits: other programs know no color-mix(). */

/** @typedef {{hex: string, alpha: number}} Colour */

/** @returns {(colour: string) => Colour} */
export function colourReader() {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  /** @type {Map<string, Colour>} */
  const known = new Map();
  return (colour) => {
    const found = known.get(colour);
    if (found) return found;
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    const read = { hex: `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`, alpha: alpha / 255 };
    known.set(colour, read);
    return read;
  };
}
