/** What is drawn of the state, and where the reader is in it: whoever shows something of that hears when it is another. */

import { located } from "../graph/frames.js";

/** @typedef {import("../graph/frames.js").Plan} Plan */
/** @typedef {ReturnType<typeof createShown>} Shown */

/** @param {import("./store.js").Store<import("./page_state.js").PageState, import("./actions.js").Action>} store @param {() => boolean} isVeiled  whether the gradients are hidden */
export function createShown(store, isVeiled) {
  /** Of the program's own trace; null while another one is on its way. @type {Plan | null} */
  let plan = null;
  /** @type {(() => void)[]} */
  const watchers = [];

  return {
    get plan() {
      return plan;
    },
    set plan(next) {
      plan = next;
    },
    /** The plan, and where the reader is in it: the state may be of another graph for the moment. */
    get now() {
      const { cursor, selection, full } = store.state;
      return plan ? { plan, cursor: Math.min(cursor, plan.steps.length), selection: located(plan, selection), full } : { plan, cursor, selection: null, full };
    },
    /** The same for what tells it beside the figure: of hidden gradients nothing, as before the backward pass. */
    get told() {
      const now = this.now;
      return plan && isVeiled() ? { ...now, cursor: Math.min(now.cursor, plan.turn) } : now;
    },
    /** @param {() => void} show  for everything beside the figure */
    watch: (show) => void watchers.push(show),
    tell() {
      if (plan) for (const show of watchers) show();
    },
  };
}
