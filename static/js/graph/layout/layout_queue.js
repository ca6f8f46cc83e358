/** Graphviz in its one worker, for every figure of the page: one job at a time, in the order in which they were asked; with the last figure it goes. */

/** @typedef {{worker: Worker, ready: boolean}} Engine */
/** @typedef {"loading" | "running"} Phase  loading: the worker is; running: the job is */
/**
 * @typedef {object} Job
 * @property {string} dot
 * @property {AbortSignal} signal
 * @property {(phase: Phase) => void} onPhase
 * @property {(drawn: any) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

/** @param {(() => Worker) | null} [open]  a worker that was just started, see layout_worker.js; null: there is none yet */
export function createLayoutQueue(open = null) {
  /** @type {Engine | null} */
  let engine = null;
  /** @type {Job[]} */
  let waiting = [];
  /** @type {{job: Job, id: number} | null} */
  let running = null;
  let jobs = 0;
  let figures = 0;

  function start() {
    if (!open) return;
    const worker = open();
    const own = { worker, ready: false };
    engine = own;
    worker.addEventListener("message", ({ data }) => own === engine && hear(own, data));
    worker.addEventListener("error", () => own === engine && fail(new Error("The layout worker failed.")));
  }

  /** @param {Engine} own @param {{ready?: boolean, error?: string, id?: number, drawn?: unknown}} data */
  function hear(own, { ready, error, id, drawn }) {
    if (error !== undefined) return fail(new Error(error));
    if (ready) {
      own.ready = true;
      if (running) send(running);
    } else if (running && id === running.id) {
      const { job } = running;
      running = null;
      job.resolve(drawn);
      next();
    }
  }

  /** Graphviz's memory is not to be trusted after a failure: the next job gets a new worker. @param {unknown} reason */
  function fail(reason) {
    engine?.worker.terminate();
    engine = null;
    const failed = running;
    running = null;
    failed?.job.reject(reason);
    next();
  }

  /** @param {NonNullable<typeof running>} running */
  function send({ job, id }) {
    job.onPhase("running");
    engine?.worker.postMessage({ id, dot: job.dot });
  }

  function next() {
    const job = running ? undefined : waiting.shift();
    if (!job) return;
    running = { job, id: (jobs += 1) };
    if (!engine) start();
    if (engine?.ready) send(running);
    else job.onPhase("loading");
  }

  /** Nobody waits for a job any more. @param {Job} job */
  function leave(job) {
    const isRunning = running?.job === job;
    waiting = waiting.filter((one) => one !== job);
    // Nothing else stops Graphviz in the middle of a job. While it loads on a slow line it is left to: the next graph will have it.
    if (isRunning && engine?.ready) return fail(job.signal.reason);
    if (isRunning) running = null;
    job.reject(job.signal.reason);
    next();
  }

  return {
    /** Whether there is a Graphviz. */
    get isThere() {
      return open !== null;
    },
    /** There is one from now on. @param {() => Worker} found */
    openBy(found) {
      open = found;
      if (figures && !engine) start();
    },
    /** A figure is there: Graphviz is loaded while its first trace is computed. @returns {() => void} it goes away */
    join() {
      figures += 1;
      if (!engine) start();
      return () => {
        figures -= 1;
        // One that is only made anew comes back at once.
        queueMicrotask(() => {
          if (figures) return;
          engine?.worker.terminate();
          engine = null;
        });
      };
    },
    /**
     * @param {string} dot
     * @param {AbortSignal} signal  ends this job, and no other
     * @param {(phase: Phase) => void} onPhase
     * @returns {Promise<any>} what Graphviz drew; rejects with the signal's reason, or with what went wrong
     */
    ask: (dot, signal, onPhase) => new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const job = { dot, signal, onPhase, resolve, reject };
      signal.addEventListener("abort", () => leave(job), { once: true });
      waiting.push(job);
      next();
    }),
  };
}

/** The page's one queue. Figures may be on the page before Graphviz is. */
export const layoutQueue = createLayoutQueue();
