/** What moves the cursor by itself. */

const STEP_MS = 1000;
/** At the slowest speed a small product is shown cell by cell, each this long. */
const CELL_MS = 1000;
/** The share of a step in which the number travels; the rest is for reading. */
const TRAVEL_SHARE = 0.7;
/** "max" takes a picture a screen refresh, and larger graphs several steps a picture: about three seconds in all. */
const MAX_PICTURES = 180;

export const SPEEDS = /** @type {const} */ (["0.5", "1", "2", "max"]);
/** @typedef {typeof SPEEDS[number]} Speed */

/**
 * @param {object} page
 * @param {() => number} page.cursor
 * @param {() => number} page.last
 * @param {(cursor: number, duration: number) => void} page.go
 * @param {() => boolean} page.within  go on inside a step; whether there was anything left in it
 * @param {(playing: boolean) => void} page.onChange
 * @param {Speed} speed  at first
 */
export function createPlayer({ cursor, last, go, within, onChange }, speed) {
  let playing = false;
  // Timers and frames have numbers of their own: the number of the one may be that of somebody else's other.
  let stop = () => {};

  /** @param {number} ms */
  function tickAfter(ms) {
    const timer = window.setTimeout(tick, ms);
    stop = () => clearTimeout(timer);
  }

  function tickWithFrame() {
    const frame = requestAnimationFrame(tick);
    stop = () => cancelAnimationFrame(frame);
  }

  function tick() {
    if (speed === SPEEDS[0] && within()) return tickAfter(CELL_MS);
    if (cursor() >= last()) return pause();
    if (speed === "max") {
      go(Math.min(cursor() + Math.ceil(last() / MAX_PICTURES), last()), 0);
      return tickWithFrame();
    }
    const duration = STEP_MS / Number(speed);
    go(cursor() + 1, duration * TRAVEL_SHARE);
    tickAfter(duration);
  }

  function pause() {
    stop();
    if (!playing) return;
    playing = false;
    onChange(false);
  }

  function play() {
    if (playing || last() === 0) return;
    playing = true;
    if (cursor() >= last()) go(0, 0);
    onChange(true);
    tick();
  }

  return {
    play,
    pause,
    toggle: () => (playing ? pause() : play()),
    get playing() {
      return playing;
    },
    get speed() {
      return speed;
    },
    /** @param {Speed} wanted */
    setSpeed(wanted) {
      speed = wanted;
      if (!playing) return;
      stop();
      tick();
    },
    /** How long a number travels when a single step is asked for. */
    get travelMs() {
      return speed === "max" ? 0 : (STEP_MS / Number(speed)) * TRAVEL_SHARE;
    },
  };
}
