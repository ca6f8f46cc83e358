/** From an edit to a trace: waits for a pause in typing, can be cancelled, tries again when nobody answers. */

import { NetworkFailure, Problem, Superseded } from "../service/failures.js";

const PAUSE_MS = 250;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 30000;

/** @typedef {import("../lib/types.js").Work} Request */

/**
 * @param {ReturnType<typeof import("../service/api.js").createClient>} client
 * @param {object} on
 * @param {import("../page/pending_requests.js").Begin} on.begin
 * @param {(trace: import("../lib/types.js").Trace) => Promise<void>} on.trace
 * @param {(problem: Problem) => void} on.problem
 * @param {(failure: Problem | NetworkFailure, again: number) => void} on.unreachable  again: when the next attempt begins, as Date.now() counts
 * @param {() => void} on.cancelled
 */
export function createTracing(client, on) {
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
    const request = wanted;
    rest();
    end ??= on.begin("waiting.compute", cancel);
    try {
      const trace = await client.trace(request);
      retryMs = FIRST_RETRY_MS;
      if (request === wanted) finish();
      if (request === wanted || following) await on.trace(trace);
    } catch (error) {
      if (error instanceof Superseded || request !== wanted) return;
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
    retry = window.setTimeout(compute, retryMs);
    on.unreachable(failure, Date.now() + retryMs);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }
  window.addEventListener("online", () => { if (retry) compute(); });

  return {
    /** @param {Request} request */
    now(request) {
      wanted = request;
      return compute();
    },
    /** @param {Request} request */
    soon(request) {
      wanted = request;
      rest();
      pause = window.setTimeout(compute, PAUSE_MS);
    },
    /** @param {Request} request  one of many in a row, as while a number is dragged */
    follow(request) {
      wanted = request;
      if (!following) follow();
    },
    retry: compute,
  };
}
