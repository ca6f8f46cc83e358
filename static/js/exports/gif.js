/** Frames as an animated GIF. */

// @ts-expect-error - it brings no types
import { GIFEncoder, applyPalette, quantize } from "gifenc";

const COLOURS = 256;
/** A GIF counts hundredths of a second. */
const TICK_MS = 10;

/** @returns {import("./animation.js").Encoder} */
export function gifEncoder() {
  const gif = GIFEncoder();
  /** What rounding has left over. */
  let owed = 0;
  /** The pixels of the frame before: where they stay, the next one lets them be seen. @type {Uint32Array | null} */
  let before = null;
  return {
    begin() {},
    frame(canvas, { ms }) {
      const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
      const pixels = new Uint32Array(data.buffer);
      const palette = quantize(data, COLOURS - 1, { format: "rgb565" });
      const indices = applyPalette(data, palette, "rgb565");
      const transparentIndex = palette.push([0, 0, 0]) - 1;
      if (before) for (let i = 0; i < pixels.length; i += 1) if (pixels[i] === before[i]) indices[i] = transparentIndex;
      const ticks = Math.max(Math.round((ms + owed) / TICK_MS), 2);
      owed += ms - ticks * TICK_MS;
      gif.writeFrame(indices, canvas.width, canvas.height, { palette, delay: ticks * TICK_MS, transparent: before !== null, transparentIndex, dispose: 1 });
      before = pixels;
    },
    end() {
      gif.finish();
      return new Blob([gif.bytes()], { type: "image/gif" });
    },
    cancel() {},
  };
}
