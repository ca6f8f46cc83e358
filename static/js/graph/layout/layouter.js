/** Asks Graphviz in its worker for a layout; our own is drawn where the graph is too large, or Graphviz cannot be had. */

import { isForGraphviz } from "./layout_budget.js";
import { fromGraphviz, planLayout, toDot } from "./graphviz.js";
import { layered } from "./layered.js";

/** @typedef {import("../../lib/types.js").Geometry} Geometry */

/** @typedef {{worker: Worker, ready: boolean, failed: boolean}} Engine  failed: it never started */

/** Nobody waits for a layout any more: the reader does not want to, or another graph took its place. */
class Declined extends Error {}
class Superseded extends Error {}

/**
 * @param {import("./graphviz.js").Measure} measure
 * @param {import("../../page/pending_requests.js").Begin} begin
 */
export function createLayouter(measure, begin) {
  /** @type {Engine | null} */
  let engine = start(); // Graphviz loads while the first trace is computed
  /** @type {{key: string, geometry: Geometry} | null} */
  let last = null;
  /** Graphs that the reader did not want to wait for. @type {Set<string>} */
  const declined = new Set();
  let requests = 0;
  let running = new AbortController();

  /** @returns {Engine} */
  function start() {
    const worker = new Worker(import.meta.resolve("#static/js/graph/layout/layout_worker.js"), { type: "module" });
    const started = { worker, ready: false, failed: false };
    worker.addEventListener("message", ({ data }) => {
      started.ready ||= data.ready === true;
      started.failed ||= data.error !== undefined && data.id === undefined;
    });
    worker.addEventListener("error", () => (started.failed = true));
    worker.postMessage({ url: import.meta.resolve("@viz-js/viz") });
    return started;
  }

  /**
   * What a worker answers; where it fails or is stopped, the next graph gets a new one.
   * @param {Engine} own
   * @param {(data: any) => boolean} isAnswer
   * @param {AbortSignal} unwanted
   * @returns {Promise<any>}
   */
  function answer(own, isAnswer, unwanted) {
    return new Promise((resolve, reject) => {
      const settled = new AbortController();
      /** @param {Error} reason */
      const leave = (reason) => {
        settled.abort();
        reject(reason);
      };
      /** @param {Error} reason  Graphviz's memory is not to be trusted after it */
      const fail = (reason) => {
        own.worker.terminate();
        if (engine === own) engine = null;
        leave(reason);
      };
      if (own.failed) return fail(new Error("The layout worker could not start."));
      own.worker.addEventListener("message", ({ data }) => {
        if (data.error) return fail(new Error(data.error));
        if (!isAnswer(data)) return;
        settled.abort();
        resolve(data);
      }, { signal: settled.signal });
      own.worker.addEventListener("error", () => fail(new Error("The layout worker failed.")), { signal: settled.signal });
      // A worker that is still loading on a slow line is left to finish: the next graph will have it.
      unwanted.addEventListener("abort", () => (own.ready ? fail : leave)(unwanted.reason), { signal: settled.signal });
    });
  }

  /** @param {import("./graphviz.js").Plan} plan @param {string} key @param {AbortController} own */
  async function arrange(plan, key, own) {
    const decline = () => own.abort(new Declined());
    const { signal } = own;
    const used = (engine ??= start());
    let end = used.ready ? () => {} : begin("waiting.graphviz", decline);
    try {
      if (!used.ready) await answer(used, ({ ready }) => ready, signal);
      end();
      end = begin("waiting.layout", decline);
      const id = (requests += 1);
      used.worker.postMessage({ id, dot: key });
      const { drawn } = await answer(used, (data) => data.id === id, signal);
      return fromGraphviz(drawn, plan);
    } catch (error) {
      if (error instanceof Declined) declined.add(key);
      else if (!(error instanceof Superseded)) console.warn("Own layout instead of Graphviz:", error);
      return layered(plan);
    } finally {
      end();
    }
  }

  return {
    /**
     * @param {import("../../lib/types.js").Trace} trace
     * @returns {Promise<{geometry: Geometry, isDeclined: boolean}>} the same geometry while the picture stays the same;
     *   isDeclined: it is our own because the reader did not want to wait for Graphviz
     */
    async layout(trace) {
      running.abort(new Superseded());
      const own = (running = new AbortController());
      const plan = planLayout(trace, measure);
      const key = toDot(plan);
      if (last?.key === key) return { geometry: last.geometry, isDeclined: declined.has(key) };
      const geometry = isForGraphviz(plan) && !declined.has(key) ? await arrange(plan, key, own) : layered(plan);
      if (own === running) last = { key, geometry };
      return { geometry, isDeclined: declined.has(key) };
    },
    /** Have Graphviz draw what was declined. */
    reconsider() {
      declined.clear();
      last = null;
    },
  };
}
