/** Frames as a video, where the browser encodes one. */

import { BufferTarget, CanvasSource, Mp4OutputFormat, Output, WebMOutputFormat, canEncodeVideo } from "mediabunny";

/** By container: its codecs, the most widely played first. */
const CODECS = /** @type {const} */ ({ mp4: ["avc", "hevc", "av1"], webm: ["vp9", "vp8", "av1"] });
const TYPES = { mp4: "video/mp4", webm: "video/webm" };
/** Bits a pixel and frame: flat colours and text, which must not blur. */
const BITS_PER_PIXEL = 0.15;
const LEAST_BITRATE = 1e6;

/** @typedef {"mp4" | "webm"} Container */

/**
 * @param {Container} container @param {number} width @param {number} height
 * @returns {Promise<typeof CODECS[Container][number] | null>} null: the browser encodes none of that size
 */
export async function codecFor(container, width, height) {
  if (!("VideoEncoder" in globalThis)) return null;
  for (const codec of CODECS[container]) if (await canEncodeVideo(codec, { width, height })) return codec;
  return null;
}

/** @param {Container} container @param {typeof CODECS[Container][number]} codec @param {number} fps @returns {import("./animation.js").Encoder} */
export function videoEncoder(container, codec, fps) {
  const target = new BufferTarget();
  const output = new Output({ format: container === "mp4" ? new Mp4OutputFormat() : new WebMOutputFormat(), target });
  /** @type {CanvasSource} */
  let source;
  return {
    async begin(canvas) {
      const bitrate = Math.max(canvas.width * canvas.height * fps * BITS_PER_PIXEL, LEAST_BITRATE);
      source = new CanvasSource(canvas, { codec, bitrate });
      output.addVideoTrack(source);
      await output.start();
    },
    frame: (_, { ms }, at) => source.add(at, ms / 1000),
    async end() {
      await output.finalize();
      return new Blob([/** @type {ArrayBuffer} */ (target.buffer)], { type: TYPES[container] });
    },
    cancel: () => void output.cancel().catch(() => {}),
  };
}
