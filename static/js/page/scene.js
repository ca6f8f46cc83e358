/** A trace arrives, is laid out, and takes the place of the one before. */

import { named, plan as planOf, sameTopology } from "../graph/frames.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Selection} Selection */

/** What stands beside the figure follows a moving number ten times a second: every time it costs more than the picture. */
const FOLLOW_MS = 100;

/**
 * @param {object} page
 * @param {import("../graph/element.js").GradlensGraph} page.figure
 * @param {import("../store/store.js").Store<import("../store/page_state.js").PageState, import("../store/actions.js").Action>} page.store
 * @param {import("../store/shown.js").Shown} page.shown
 * @param {ReturnType<typeof import("../graph/open_groups.js").createOpenGroups>} page.groups
 * @param {ReturnType<typeof import("./workbench.js").createWorkbench>} page.workbench
 * @param {ReturnType<typeof import("./status_panel.js").createStatusPanel>} page.status
 * @param {(name: string) => boolean} page.canOpen  whether an op's definition is known
 */
export function createScene({ figure, store, shown, groups, workbench, status, canOpen }) {
  /** What the next trace does to cursor and view; restore: both are as they were. @type {"open" | "edit" | "restore"} */
  let arrival = "open";
  /** Waits to tell what stands beside the figure; and when it was told last. */
  let [telling, told] = [0, 0];

  /** @param {boolean} isMoving  whether more follows at once */
  function tell(isMoving) {
    clearTimeout(telling);
    const rest = isMoving ? FOLLOW_MS - (performance.now() - told) : 0;
    if (rest > 0) return void (telling = window.setTimeout(() => tell(false), rest));
    told = performance.now();
    shown.tell();
  }

  figure.addEventListener("graph-change", (event) => {
    const { cursor, selection } = /** @type {CustomEvent<{cursor: number, selection: Selection | null}>} */ (event).detail;
    // Steps of what is still drawn while another program is on its way are none of that one's.
    if (shown.plan) store.dispatch({ type: "moved", cursor, selection: selection && named(shown.plan, selection) });
  });
  figure.addEventListener("graph-view", (event) => {
    const { view } = /** @type {CustomEvent<{view: import("../lib/types.js").View | null}>} */ (event).detail;
    if (figure.plan && String(view) !== String(store.state.view)) store.dispatch({ type: "looked", view });
  });

  /** @param {Trace} served */
  async function take(served) {
    const trace = groups.shown(served);
    // While a number moves, the picture stays where it is.
    const isHeld = Boolean(workbench.moving && shown.plan && sameTopology(shown.plan.trace, trace));
    const laid = await figure.layout(trace, isHeld);
    if (!laid) return;
    const how = arrival;
    // Who edits at the end of the graph stays at the end.
    const staysAtEnd = how === "edit" && shown.plan !== null && store.state.cursor >= shown.plan.steps.length;
    const plan = planOf(trace);
    if (shown.plan === null) figure.pause();
    shown.plan = plan;
    const switched = groups.follow(plan);
    if (switched) store.dispatch({ type: "placed", cursor: switched.cursor, selection: switched.selection });
    const { cursor, selection } = shown.now;
    store.dispatch({ type: "placed", cursor: staysAtEnd ? plan.steps.length : cursor, selection });
    figure.draw(trace, laid.geometry, { ...store.state, keepView: how === "edit" || how === "restore" });
    if (switched?.focus) figure.focusSwitch(switched.focus);
    status.set(laid.isDeclined ? { kind: "declined" } : null);
    workbench.drawn();
    tell(isHeld);
    arrival = "edit";
  }

  return {
    take,
    /** @param {"open" | "edit" | "restore"} how  the next trace comes */
    expect: (how) => (arrival = how),
    /** Another program is on its way: the steps of the one that is shown mean nothing any more. */
    leave() {
      shown.plan = null;
      arrival = "open";
      figure.leave();
    },
    /** Which functions can be opened is known late, with the reference of ops. */
    async refresh() {
      if (groups.served && shown.plan?.trace.nodes.some(({ op }) => canOpen(op))) await take(groups.served);
    },
  };
}
