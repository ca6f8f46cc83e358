/** The service's API as the page uses it: typed failures, and one request for a trace at a time. */

import { NetworkFailure, Problem, Superseded, problemOf, tellable } from "./failures.js";
import { bodyOf } from "./request_body.js";

/** @typedef {import("./wire_types.js").Trace} Trace */
/** @typedef {import("./wire_types.js").Answers} Answers */
/** @typedef {import("./wire_types.js").Lists} Lists */

/**
 * @param {string} [base]  the service's address
 */
export function createClient(base = "") {
  /** @type {AbortController | null} */
  let running = null;
  /** @type {Promise<ReturnType<typeof import("./numbers_alone.js").createNumbersAlone> | null> | null} */
  let moving = null;
  return {
    /**
     * @param {import("../lib/types.js").Work} request
     * @param {boolean} [isMoving]  whether it is one of many that differ in numbers
     * @returns {Promise<Trace>}
     * @throws {Problem | NetworkFailure | Superseded}
     */
    async trace({ source, ...request }, isMoving = false) {
      running?.abort();
      const own = (running = new AbortController());
      if (isMoving && !source) {
        const alone = await (moving ??= import("./numbers_alone.js")
          .then((it) => it.createNumbersAlone((asked, signal) => this.ask("numbers", asked, signal)))
          .catch(() => (moving = null)));
        if (alone) return alone(request, own.signal);
      }
      if (!source) return post(`${base}/api/expression`, request, own.signal);
      const { program, inputs, ...how } = request;
      const { traceOf } = await import("./long_traces.js");
      return traceOf(this, source, how, own.signal);
    },
    /**
     * Any other question; many may wait for their answers at a time.
     * @template {keyof Answers} Name
     * @param {Name} name  of the endpoint
     * @param {Record<string, unknown>} request
     * @param {AbortSignal} signal
     * @returns {Promise<Answers[Name]>}
     * @throws {Problem | NetworkFailure | Superseded}
     */
    ask: (name, request, signal) => post(`${base}/api/${name}`, request, signal),
    /** A question with every input of its work. @param {Record<string, unknown>} request */
    whole: async (request) => request,
    /**
     * What the service offers.
     * @template {keyof Lists} Name
     * @param {Name} name  of the endpoint
     * @returns {Promise<Lists[Name]>}
     * @throws {Problem | NetworkFailure}
     */
    look: (name) => send(`${base}/api/${name}`),
    /** The trace that was asked for is not wanted any more. */
    cancel: () => running?.abort(),
    /** @returns {Promise<import("../lib/types.js").Example[]>} */
    async examples() {
      return (await send(import.meta.resolve("#static/lists/examples.json"))).examples;
    },
    /** @returns {Promise<import("../lib/types.js").OpEntry[]>} */
    async ops() {
      return (await send(import.meta.resolve("#static/lists/ops.json"))).ops;
    },
    /** @returns {Promise<Lists["chapters"]["chapters"]>} */
    async chapters() {
      return (await send(import.meta.resolve("#static/lists/chapters.json"))).chapters;
    },
  };
}

/** @param {string} url @param {Record<string, unknown>} request @param {AbortSignal} signal */
async function post(url, request, signal) {
  return send(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: await bodyOf(request), signal });
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
async function send(url, options) {
  try {
    const response = await fetch(url, options);
    const body = await response.json();
    const told = response.ok ? await tellable(body) : await problemOf(body, response.status);
    options?.signal?.throwIfAborted();
    if (told instanceof Problem) throw told;
    return told;
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (options?.signal?.aborted) throw new Superseded();
    throw new NetworkFailure(String(error));
  }
}
