/** When each frame of the play is shown. Pure. */

/** As the page plays it at its usual speed. */
const STEP_MS = 1000;
const TRAVEL_MS = 700;
/** The first picture, and the last. */
const START_MS = 1000;
const END_MS = 2500;
export const SPEEDS = /** @type {const} */ ([0.5, 1, 2, 4]);

/** @typedef {{cursor: number, share: number | null, ms: number}} Moment  share: how far the number has travelled that leads to the cursor; null: it has arrived */

/**
 * @param {number} last  the last step
 * @param {(cursor: number) => boolean} travels  whether a number does, on the way to a cursor
 * @param {number} speed
 * @param {number} fps  while a number travels
 * @returns {Moment[]}
 */
export function moments(last, travels, speed, fps) {
  /** @type {Moment[]} */
  const found = [{ cursor: 0, share: null, ms: START_MS }];
  const count = Math.max(Math.round(((TRAVEL_MS / speed) * fps) / 1000), 1);
  for (let cursor = 1; cursor <= last; cursor += 1) {
    const isMoving = travels(cursor);
    for (let i = 0; isMoving && i < count; i += 1) found.push({ cursor, share: eased((i + 0.5) / count), ms: TRAVEL_MS / speed / count });
    const rest = (isMoving ? STEP_MS - TRAVEL_MS : STEP_MS) / speed;
    found.push({ cursor, share: null, ms: cursor === last ? END_MS : rest });
  }
  return found;
}

/** Slow, fast, slow, as on the page. @param {number} share */
function eased(share) {
  return share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2;
}

/** @param {Moment[]} all @returns {number} seconds */
export function duration(all) {
  return all.reduce((sum, { ms }) => sum + ms, 0) / 1000;
}
