/** Asks Graphviz in its worker for a layout, and answers with our own where that takes too long or cannot be. */

import { fromGraphviz, planLayout, toDot } from "./layout.js";
import { layered } from "./layered.js";

/** @typedef {import("./types.js").Geometry} Geometry */

const DEADLINE_MS = 3000;

/** @typedef {{worker: Worker, ready: boolean, failed: boolean}} Engine  failed: it never started */

/**
 * @param {import("./layout.js").Measure} measure
 */
export function createLayouter(measure) {
  /** @type {Engine | null} */
  let engine = start(); // Graphviz loads while the first trace is computed
  /** @type {{key: string, geometry: Geometry} | null} */
  let last = null;
  let requests = 0;

  /** @returns {Engine} */
  function start() {
    const worker = new Worker(new URL("./layout_worker.js", import.meta.url), { type: "module" });
    const started = { worker, ready: false, failed: false };
    worker.addEventListener("message", ({ data }) => (started.ready ||= data.ready === true));
    worker.addEventListener("error", () => (started.failed = true));
    worker.postMessage({ url: import.meta.resolve("@viz-js/viz") });
    return started;
  }

  /**
   * @param {string} dot
   * @returns {Promise<any>} Graphviz's JSON
   */
  function draw(dot) {
    const { worker, failed } = (engine ??= start());
    if (failed) {
      abandon();
      return Promise.reject(new Error("The layout worker could not start."));
    }
    const id = (requests += 1);
    return new Promise((resolve, reject) => {
      const stop = new AbortController();
      const timer = setTimeout(() => {
        // A worker that is still loading on a slow line is left to finish: the next graph will have it.
        if (engine?.ready) abandon();
        end(() => reject(new Error("Graphviz took too long.")));
      }, DEADLINE_MS);
      /** @param {() => void} settle */
      const end = (settle) => {
        clearTimeout(timer);
        stop.abort();
        settle();
      };
      /** @param {string} reason  Graphviz's memory is not to be trusted after it: the next graph gets a new worker */
      const fail = (reason) => {
        abandon();
        end(() => reject(new Error(reason)));
      };
      worker.addEventListener("message", ({ data }) => {
        if (data.id === id && data.drawn) end(() => resolve(data.drawn));
        else if (data.error && (data.id === id || data.id === undefined)) fail(data.error);
      }, { signal: stop.signal });
      worker.addEventListener("error", () => fail("The layout worker failed."), { signal: stop.signal });
      worker.postMessage({ id, dot });
    });
  }

  function abandon() {
    engine?.worker.terminate();
    engine = null;
  }

  return {
    /**
     * @param {import("./types.js").Trace} trace
     * @returns {Promise<Geometry>} the same object while the picture stays the same
     */
    async layout(trace) {
      const plan = planLayout(trace, measure);
      const key = toDot(plan);
      if (last?.key === key) return last.geometry;
      /** @type {Geometry} */
      let geometry;
      try {
        geometry = fromGraphviz(await draw(key), plan);
        last = { key, geometry };
      } catch (error) {
        console.warn("Own layout instead of Graphviz:", error);
        geometry = layered(plan);
      }
      return geometry;
    },
  };
}
