/** From an edit to a trace: waits for a pause in typing, can be cancelled, tries again when nobody answers. */

import { NetworkFailure, Problem, Superseded } from "../service/failures.js";

const PAUSE_MS = 250;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 30000;

/** @typedef {import("../lib/types.js").Work} Request */

/**
 * @typedef {object} Listener  whom it is told
 * @property {(trace: import("../lib/types.js").Trace) => Promise<void>} trace
 * @property {(problem: Problem) => void} problem
 * @property {(failure: Problem | NetworkFailure, again: number) => void} unreachable  again: when the next attempt begins, as Date.now() counts
 * @property {() => void} cancelled
 */

/**
 * @param {ReturnType<typeof import("../service/api.js").createClient>} client
 * @param {() => Request} request  what the service is to be asked, as the state is now
 * @param {import("../page/pending_requests.js").Begin} begin
 */
export function createTracing(client, request, begin) {
  /** @type {Listener} */
  let on = { trace: async () => {}, problem() {}, unreachable() {}, cancelled() {} };
  /** @type {Request | null} */
  let wanted = null;
  let pause = 0;
  let retry = 0;
  let retryMs = FIRST_RETRY_MS;
  let following = false;
  /** One notice, however many requests have taken each other's place. @type {(() => void) | null} */
  let end = null;

  async function compute() {
    if (!wanted) return;
    const asked = wanted;
    rest();
    end ??= begin("waiting.compute", cancel);
    try {
      const trace = await client.trace(asked, following);
      retryMs = FIRST_RETRY_MS;
      if (asked === wanted) finish();
      if (asked === wanted || following) await on.trace(trace);
    } catch (error) {
      if (error instanceof Superseded || asked !== wanted) return;
      finish();
      if (error instanceof Problem && !error.passes) on.problem(error);
      else if (error instanceof Problem || error instanceof NetworkFailure) later(error);
      else throw error;
    }
  }

  function finish() {
    end?.();
    end = null;
  }

  /** Nothing is begun by itself any more. */
  function rest() {
    clearTimeout(pause);
    clearTimeout(retry);
    retry = 0;
  }

  /** The server ends a computation that nobody waits for. */
  function cancel() {
    rest();
    finish();
    client.cancel();
    on.cancelled();
  }

  /** Ask as fast as answers come: what is wanted by then is asked next, and every answer is shown. */
  async function follow() {
    following = true;
    for (let asked = null; asked !== wanted;) {
      asked = wanted;
      await compute();
    }
    following = false;
  }

  /** @param {Problem | NetworkFailure} failure */
  function later(failure) {
    // Only what was tried again by itself in vain is tried later the next time: a drag fails many times in a row.
    retry = window.setTimeout(() => {
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      compute();
    }, retryMs);
    on.unreachable(failure, Date.now() + retryMs);
  }
  window.addEventListener("online", () => { if (retry) compute(); });

  return {
    /** @param {Listener} listener */
    tell: (listener) => void (on = listener),
    now() {
      wanted = request();
      return compute();
    },
    soon() {
      wanted = request();
      rest();
      pause = window.setTimeout(compute, PAUSE_MS);
    },
    /** One of many in a row, as while a number is dragged. */
    follow() {
      wanted = request();
      if (!following) follow();
    },
    retry: compute,
  };
}
