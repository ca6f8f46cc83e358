/** What is drawn, and where the reader is in it: a trace arrives, is laid out, and takes the place of the one before. */

import { located, named, plan as planOf, sameTopology } from "../graph/frames.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Selection} Selection */
/** @typedef {import("../graph/frames.js").Plan} Plan */

/**
 * @typedef {object} Views
 * @property {ReturnType<typeof import("../panels/inspector/inspector.js").createInspector>} inspector
 * @property {ReturnType<typeof import("./graph_table.js").createGraphTable>} table
 * @property {ReturnType<typeof import("./workbench.js").createWorkbench>} workbench
 * @property {ReturnType<typeof import("../graph/open_groups.js").createOpenGroups>} groups
 * @property {ReturnType<typeof import("./status_panel.js").createStatusPanel>} status
 * @property {ReturnType<typeof import("../panels/panel_loader.js").createPanelLoader>} panels
 * @property {ReturnType<typeof import("../network/neurons_loader.js").createNeuronsLoader>} neurons
 */

/**
 * @param {object} page
 * @param {import("../graph/element.js").GradlensGraph} page.figure
 * @param {import("../store/store.js").Store<import("../store/page_state.js").PageState, import("../store/actions.js").Action>} page.store
 * @param {(action: import("../store/actions.js").Action) => void} page.act  change the state, as the reader does
 * @param {ReturnType<typeof import("../lib/translations.js").createTranslations>} page.words
 * @param {() => Map<string, import("../lib/types.js").OpEntry>} page.ops
 * @param {() => Views} page.views
 * @param {() => void} page.onWhole  elided values are wanted
 */
export function createScene({ figure, store, act, words, ops, views, onWhole }) {
  /** @type {Plan | null} */
  let plan = null;
  /** What the next trace does to cursor and view; restore: both are as they were. @type {"open" | "play" | "edit" | "restore"} */
  let arrival = "open";

  figure.addEventListener("graph-change", (event) => {
    const { cursor, selection } = /** @type {CustomEvent<{cursor: number, selection: Selection | null}>} */ (event).detail;
    act({ type: "moved", cursor, selection: selection && plan ? named(plan, selection) : selection });
  });

  /** @param {Trace} served */
  async function take(served) {
    const { groups, status, workbench } = views();
    const trace = groups.shown(served);
    // While a number moves, the picture stays where it is.
    const isHeld = Boolean(workbench.moving && plan && sameTopology(plan.trace, trace));
    const laid = await figure.layout(trace, isHeld);
    if (!laid) return;
    const how = arrival;
    // Who edits at the end of the graph stays at the end.
    const staysAtEnd = how === "edit" && plan !== null && store.state.cursor >= plan.steps.length;
    plan = planOf(trace);
    const last = plan.steps.length;
    const switched = groups.follow(plan);
    if (switched) store.dispatch({ type: "moved", cursor: switched.cursor, selection: switched.selection });
    const { cursor, selection } = place();
    store.dispatch({ type: "moved", cursor: staysAtEnd ? last : cursor, selection });
    figure.draw(trace, laid.geometry, { ...store.state, keepView: how === "edit" || how === "restore" });
    if (switched?.focus) figure.focusSwitch(switched.focus);
    status.set(laid.isDeclined ? { kind: "declined" } : null);
    workbench.drawn();
    show();
    arrival = "edit";
    if (how === "play") figure.play();
  }

  /** Where the reader is in what is drawn, which may be another graph than the state's for the moment. */
  function place() {
    const { cursor, selection } = store.state;
    if (!plan) return { cursor, selection: null };
    return { cursor: Math.min(cursor, plan.steps.length), selection: located(plan, selection) };
  }

  /** Everything beside the figure, at the cursor. */
  function show() {
    if (!plan) return;
    const { workbench, inspector, table, groups, panels, neurons } = views();
    const { t, language } = words;
    const { cursor, selection } = place();
    const { full } = store.state;
    workbench.show();
    inspector.show({ plan, cursor, selection, full, language, t, ops: ops(), toggleGroup: groups.toggle, onWhole });
    table.show({ plan, cursor, t, full });
    panels.show();
    neurons.show();
  }

  return {
    get plan() {
      return plan;
    },
    /** Where the reader is in it. */
    get place() {
      return place();
    },
    get isDrawn() {
      return figure.plan !== null;
    },
    get full() {
      return store.state.full;
    },
    take, show,
    /** @param {"open" | "play" | "edit" | "restore"} how  the next trace comes */
    expect: (how) => (arrival = how),
    /** Another program is on its way: the steps of the one that is shown mean nothing any more. */
    leave() {
      plan = null;
      arrival = "open";
      figure.leave();
    },
    togglePrecision() {
      act({ type: "detailed", full: !store.state.full });
    },
  };
}
