import assert from "node:assert/strict";
import { test } from "node:test";
import { createPlayer } from "../../static/js/graph/player.js";

/** Timers and frames as a browser has them: each kind counts from 1. */
function clocks() {
  /** @type {[Map<number, () => void>, Map<number, () => void>]} */
  const [timers, frames] = [new Map(), new Map()];
  const counts = [0, 0];
  const globals = {
    window: globalThis,
    setTimeout: (/** @type {() => void} */ what) => (timers.set((counts[0] += 1), what), counts[0]),
    clearTimeout: (/** @type {number} */ id) => timers.delete(id),
    requestAnimationFrame: (/** @type {() => void} */ what) => (frames.set((counts[1] += 1), what), counts[1]),
    cancelAnimationFrame: (/** @type {number} */ id) => frames.delete(id),
  };
  Object.assign(globalThis, globals);
  return { timers, frames };
}

for (const speed of /** @type {const} */ (["0.5", "1", "max"])) {
  test(`what stops playing at speed ${speed} takes back its own next step, and no timer or frame of anybody else`, (context) => {
    const before = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
    context.after(() => Object.assign(globalThis, before));
    const { timers, frames } = clocks();
    let cursor = 0;
    const page = { cursor: () => cursor, last: () => 1000, go: (/** @type {number} */ to) => void (cursor = to), within: () => speed === "0.5", onChange() {} };
    const player = createPlayer(page, speed);
    const foreign = () => {};
    const [own, other] = speed === "max" ? [frames, timers] : [timers, frames];
    for (let id = 0; id < 3; id += 1) speed === "max" ? setTimeout(foreign) : requestAnimationFrame(foreign);
    player.play();
    assert.equal(own.size, 1);
    player.pause();
    assert.equal(own.size, 0);
    assert.equal(other.size, 3);
  });
}
