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
  return {
    begin() {},
    frame(canvas, { ms }) {
      const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
      const palette = quantize(data, COLOURS, { format: "rgb565" });
      const ticks = Math.max(Math.round((ms + owed) / TICK_MS), 2);
      owed += ms - ticks * TICK_MS;
      gif.writeFrame(applyPalette(data, palette, "rgb565"), canvas.width, canvas.height, { palette, delay: ticks * TICK_MS });
    },
    end() {
      gif.finish();
      return new Blob([gif.bytes()], { type: "image/gif" });
    },
    cancel() {},
  };
}
