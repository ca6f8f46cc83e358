/**
 * A training that can be stopped at any step: nothing is lost, because the same seeds give the same run.
 *
 * The service streams; the page keeps the newest end that it can send back (a checkpoint) and reaches any later step by
 * running on from there. The picture of step k is what stands before its update: so is the trace of step k.
 */

/**
 * @typedef {import("../../lib/types.js").TrainingEvent} Event
 * @typedef {{step: number, parameters?: unknown, resume?: unknown}} Checkpoint
 * @typedef {ReturnType<typeof createTrainingRun>} Run
 */

/** Pictures a request: so much is computed again, at most, when one stops. */
const PICTURES = 40;
/** A checkpoint above this is not sent back: the service takes 2 MB. */
const MOST_SENT = 1_500_000;
const NO_REPORTS = 1_000_000_000;

/**
 * @param {(body: Record<string, unknown>, signal: AbortSignal) => AsyncIterable<Event>} ask  /api/train
 * @param {Record<string, unknown>} request  what is trained, but for how long
 */
export function createTrainingRun(ask, request) {
  /** The start, and one after the other further on: the last two that a picture may need. @type {Checkpoint[]} */
  let checkpoints = [{ step: 0 }];
  /** @type {Event | null} */
  let start = null;
  /** @type {Event[]} */
  const history = [];
  /** @type {Event | null} */
  let end = null;
  let running = new AbortController();
  /** How many run calls have not come back. */
  let under = 0;
  let step = 0;

  /** @param {number} before  a checkpoint from which this step is still to come */
  const from = (before) => /** @type {Checkpoint} */ (checkpoints.findLast((one) => one.step < before));

  /** @param {Checkpoint} checkpoint @param {number} to @param {Record<string, unknown>} more @param {AbortSignal} signal */
  function events(checkpoint, to, more, signal) {
    const { step: done, parameters, resume } = checkpoint;
    return ask({ ...request, steps: to - done, ...(done > 0 && { parameters, resume }), ...more }, signal);
  }

  /** @param {Event} event */
  function keep(event) {
    const { step: at, parameters, resume } = event;
    if (!resume || at <= checkpoints[checkpoints.length - 1].step || JSON.stringify([parameters, resume]).length > MOST_SENT) return;
    checkpoints = [...checkpoints.slice(-1), { step: at, parameters, resume }];
  }

  /**
   * On to a step, picture by picture.
   * @param {number} to
   * @param {number} every  steps a picture
   * @param {AbortSignal} signal
   * @returns {AsyncGenerator<Event>}
   */
  async function* on(to, every, signal) {
    const checkpoint = from(step + 1);
    for await (const event of events(checkpoint, to, { report_every: every }, signal)) {
      if (event.event === "start") start ??= event;
      // Each stream reports its first step too; beyond the very first that is none of the pictures.
      if (event.event === "step" && event.step > step && (event.step % every === 0 || event.step === 1 || event.step === to)) {
        step = event.step;
        history.push(event);
        yield event;
      }
      if (event.event === "end") {
        keep(event);
        // A run that came to its time's end, and is too large to be sent back, ends there.
        const isStuck = event.reason === "budget" && checkpoints[checkpoints.length - 1].step < event.step;
        if (event.reason === "diverged" || isStuck) end = event;
      }
    }
  }

  return {
    history,
    get start() {
      return start;
    },
    get end() {
      return end;
    },
    get step() {
      return step;
    },
    get isRunning() {
      return under > 0;
    },
    stop() {
      running.abort();
    },
    /**
     * @param {{to?: number, every: number, pace?: (signal: AbortSignal) => Promise<void>}} how  without `to`: until it is stopped
     * @param {(event: Event) => void} onPicture
     */
    async run({ to, every, pace }, onPicture) {
      running.abort();
      const { signal } = (running = new AbortController());
      under += 1;
      try {
        while (!signal.aborted && !end && (to === undefined || step < to)) {
          const before = step;
          const next = to ?? step - (step % every) + every * PICTURES;
          for await (const event of on(next, every, signal)) {
            onPicture(event);
            await pace?.(signal);
            if (signal.aborted) return;
          }
          if (step === before) return;
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        under -= 1;
      }
    },
    /** How far one pass through the data goes; before the start nobody knows how many steps that is. */
    get epochEnd() {
      const size = start?.batches_per_epoch;
      return size ? (Math.floor(step / size) + 1) * size : null;
    },
    /**
     * The step that is shown, with its trace and what its update makes of each parameter.
     * @param {"auto" | "full"} values
     * @param {AbortSignal} signal
     * @returns {Promise<{trace: import("../../lib/types.js").Trace, updates: import("../../lib/types.js").Updates}>}
     */
    async traced(values, signal) {
      for await (const event of events(from(step), step, { trace_at: [step], report_every: NO_REPORTS, predict: null, values }, signal)) {
        if (event.event === "trace") return event;
      }
      throw new Error("The training ended before its step.");
    },
    /** The request whose only trace is that of the step that is shown, from the very beginning. */
    source() {
      /** @type {import("../../lib/types.js").Source} */
      const source = { name: "train", body: { ...request, predict: null, steps: step, trace_at: [step], report_every: NO_REPORTS } };
      return source;
    },
  };
}
