/** The play as frames on a canvas, one after the other, for whatever encodes them. */

import { canvasFor, imageOf } from "./raster.js";

/** @typedef {import("./timing.js").Moment} Moment */
/** @typedef {ReturnType<typeof import("./figure_stage.js").createFigureStage>} Stage */
/**
 * @typedef {object} Encoder
 * @property {(canvas: HTMLCanvasElement) => Promise<void> | void} begin
 * @property {(canvas: HTMLCanvasElement, moment: Moment, at: number) => Promise<void> | void} frame  at: seconds from the start
 * @property {() => Promise<Blob> | Blob} end
 * @property {() => void} cancel
 */

/** Frames all together: half an hour of the slowest machine's time is nobody's wish. */
export const MOST_FRAMES = 3000;
/** And their pixels, which an encoder looks at one by one. */
export const MOST_FRAME_PIXELS = 2e9;

/** @param {number} frames @param {number} width @param {number} height @returns {{kind: "frames" | "work", is: number, most: number} | null} why it is too long */
export function tooLong(frames, width, height) {
  if (frames > MOST_FRAMES) return { kind: "frames", is: frames, most: MOST_FRAMES };
  const most = Math.floor(MOST_FRAME_PIXELS / (width * height));
  return frames > most ? { kind: "work", is: frames, most } : null;
}

/** Nodes and edges of all pictures together: each is read from the page anew. */
export const MOST_BOXES = 200_000;

/** @param {number} pictures @param {number} boxes  nodes and edges of each @returns {{is: number, most: number} | null} why they are too many */
export function tooMany(pictures, boxes) {
  return pictures * boxes > MOST_BOXES ? { is: pictures, most: Math.floor(MOST_BOXES / boxes) } : null;
}

/**
 * A picture of every step.
 * @param {Stage} stage
 * @param {import("./figure_stage.js").Surroundings} surroundings
 * @param {(share: number) => void} onProgress
 * @param {AbortSignal} signal
 */
export async function eachStep(stage, surroundings, onProgress, signal) {
  const pictures = [];
  for (let cursor = 0; cursor <= stage.last; cursor += 1) {
    signal.throwIfAborted();
    pictures.push(stage.picture(cursor, surroundings));
    onProgress(cursor / Math.max(stage.last, 1));
    await nextTask();
  }
  return pictures;
}

/**
 * @param {Stage} stage
 * @param {Moment[]} moments
 * @param {import("./figure_stage.js").Surroundings} surroundings
 * @param {number} scale
 * @param {Encoder} encoder
 * @param {(share: number) => void} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>} rejects with the signal's reason where it is cancelled
 */
export async function animated(stage, moments, surroundings, scale, encoder, onProgress, signal) {
  const { width, height } = stage.sizeWith(surroundings);
  const canvas = canvasFor(width, height, scale, { even: true });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  let at = 0;
  /** What lies under a number that travels. */
  let under = /** @type {{cursor: number, image: HTMLImageElement, traveller: import("./figure_stage.js").Traveller} | null} */ (null);
  try {
    await encoder.begin(canvas);
    for (const [i, moment] of moments.entries()) {
      signal.throwIfAborted();
      if (moment.share === null) context.drawImage(await imageOf(stage.picture(moment.cursor, surroundings)), 0, 0, canvas.width, canvas.height);
      else {
        if (under?.cursor !== moment.cursor) {
          const moving = stage.travelling(moment.cursor, surroundings);
          under = moving && { cursor: moment.cursor, image: await imageOf(moving), traveller: moving.traveller };
        }
        if (under) {
          context.drawImage(under.image, 0, 0, canvas.width, canvas.height);
          drawTraveller(context, under.traveller, moment.share, canvas.width / width, canvas.height / height);
        }
      }
      await encoder.frame(canvas, moment, at);
      at += moment.ms / 1000;
      onProgress((i + 1) / moments.length);
      await nextTask();
    }
    return await encoder.end();
  } catch (error) {
    encoder.cancel();
    throw error;
  }
}

/** @param {CanvasRenderingContext2D} context @param {import("./figure_stage.js").Traveller} traveller @param {number} share @param {number} sx @param {number} sy */
function drawTraveller(context, { text, fill, halo, font, at }, share, sx, sy) {
  const { x, y } = at(share);
  context.save();
  context.scale(sx, sy);
  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 6;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = fill;
  context.fillText(text, x, y);
  context.restore();
}

/** The page goes on meanwhile: it shows how far this is, and takes the wish to cancel. */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(undefined);
    port2.postMessage(null);
  });
}
