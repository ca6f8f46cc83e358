/** Where a figure's nodes stand: as Graphviz draws it; by our own layout where the graph is too large, or Graphviz cannot be had. */

import { fromGraphviz, planLayout, toDot } from "./graphviz.js";
import { isForGraphviz } from "./layout_budget.js";
import { layered } from "./layered.js";
import { layoutQueue } from "./layout_queue.js";

/** @typedef {import("../../lib/types.js").Geometry} Geometry */
/** @typedef {{geometry: Geometry, isDeclined: boolean}} Layout  isDeclined: it is our own because the reader did not want to wait */
/** @typedef {(key: string, cancel: () => void) => () => void} Begin  say what is being done, under a key of the catalogue; the answer says that it is over */

/** Nobody waits for a layout any more: the reader does not want to, or another graph took its place. */
class Declined extends Error {}
class Superseded extends Error {}

const WORDS = { loading: "waiting.graphviz", running: "waiting.layout" };

/**
 * One figure's layouts: the newest trace is the one that counts.
 * @param {import("./graphviz.js").Measure} measure
 * @param {Begin} begin
 */
export function createLayouter(measure, begin) {
  const queue = layoutQueue();
  const leave = queue.join();
  /** @type {{key: string, geometry: Geometry} | null} */
  let last = null;
  /** Graphs that the reader did not want to wait for. @type {Set<string>} */
  const declined = new Set();
  let running = new AbortController();

  /** @param {import("./graphviz.js").Plan} plan @param {string} key @param {AbortController} own */
  async function arrange(plan, key, own) {
    let end = () => {};
    try {
      const drawn = await queue.ask(key, own.signal, (phase) => {
        end();
        end = begin(WORDS[phase], () => own.abort(new Declined()));
      });
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
     * @returns {Promise<Layout>} with the same geometry while the picture stays the same
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
    /** The figure goes away. */
    destroy() {
      running.abort(new Superseded());
      leave();
    },
  };
}
