/** From an edit to a trace: waits for a pause in typing, says when an answer is slow, tries again when nobody answers. */

import { NetworkFailure, Problem, Superseded } from "./api.js";

const PAUSE_MS = 250;
const SLOW_MS = 300;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 30000;

/** @typedef {{program: string, inputs: Record<string, unknown>}} Request */

/**
 * @param {ReturnType<typeof import("./api.js").createClient>} client
 * @param {object} on
 * @param {(trace: import("./types.js").Trace) => Promise<void>} on.trace
 * @param {(problem: Problem) => void} on.problem
 * @param {() => void} on.unreachable
 * @param {(waiting: boolean) => void} on.waiting
 */
export function createComputer(client, on) {
  /** @type {Request | null} */
  let wanted = null;
  let pause = 0;
  let retry = 0;
  let retryMs = FIRST_RETRY_MS;
  let following = false;

  async function compute() {
    if (!wanted) return;
    const request = wanted;
    clearTimeout(pause);
    clearTimeout(retry);
    const slow = setTimeout(() => on.waiting(true), SLOW_MS);
    try {
      const trace = await client.trace(request);
      retryMs = FIRST_RETRY_MS;
      if (request === wanted || following) await on.trace(trace);
    } catch (error) {
      if (error instanceof Superseded || request !== wanted) return;
      if (error instanceof Problem && !error.passes) on.problem(error);
      else if (error instanceof Problem || error instanceof NetworkFailure) later();
      else throw error;
    } finally {
      clearTimeout(slow);
      if (request === wanted) on.waiting(false);
    }
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

  function later() {
    on.unreachable();
    retry = window.setTimeout(compute, retryMs);
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
      clearTimeout(pause);
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
