/** What is drawn, and where the reader is in it: a trace arrives, is laid out, and takes the place of the one before. */

import { find } from "../lib/dom.js";
import { activeStep, has, momentOf, plan as planOf, sameTopology } from "./frames.js";
import { drawLegend } from "./drawing/legend.js";
import { scaleOf } from "./gradient_scale.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Selection} Selection */
/** @typedef {import("./frames.js").Plan} Plan */

/**
 * @typedef {object} Views
 * @property {ReturnType<typeof import("./drawing/graph_view.js").createGraphView>} graph
 * @property {ReturnType<typeof import("./keyboard_walk.js").createWalk>} walk
 * @property {ReturnType<typeof import("../page/timeline.js").createTimeline>} timeline
 * @property {ReturnType<typeof import("../panels/inspector/inspector.js").createInspector>} inspector
 * @property {ReturnType<typeof import("../page/graph_table.js").createTable>} table
 * @property {ReturnType<typeof import("./tooltip.js").createTooltip>} tooltip
 * @property {ReturnType<typeof import("../page/workbench.js").createWorkbench>} workbench
 * @property {ReturnType<typeof import("./open_groups.js").createGroups>} groups
 * @property {ReturnType<typeof import("../page/status_panel.js").createStanding>} standing
 * @property {ReturnType<typeof import("../panels/panel_loader.js").createTrust>} trust
 * @property {ReturnType<typeof import("../network/neurons_loader.js").createNeurons>} neurons
 */

/**
 * @param {object} page
 * @param {() => import("../store/page_state.js").PageState} page.state
 * @param {ReturnType<typeof import("../lib/translations.js").createWords>} page.words
 * @param {() => Map<string, import("../lib/types.js").OpEntry>} page.ops
 * @param {() => Views} page.views
 * @param {ReturnType<typeof import("./player.js").createPlayer>} page.player
 * @param {ReturnType<typeof import("./layout/layouter.js").createLayouter>} page.layouter
 * @param {() => void} page.onWhole  elided values are wanted
 * @param {() => void} page.remember
 */
export function createScene({ state, words, ops, views, player, layouter, onWhole, remember }) {
  /** @type {Plan | null} */
  let plan = null;
  /** @type {import("../lib/types.js").Geometry | null} */
  let geometry = null;
  let full = false;
  /** A layout that comes back for any other trace is late. @type {Trace | null} */
  let newest = null;
  /** What the next trace does to cursor and view. @type {"open" | "play" | "edit"} */
  let arrival = "open";

  /** @param {Trace} served */
  async function take(served) {
    const { graph, groups, standing, workbench } = views();
    const trace = groups.shown(served);
    newest = trace;
    // While a number moves, the picture stays where it is.
    const held = workbench.moving && plan && sameTopology(plan.trace, trace) ? geometry : null;
    const laid = held ? { geometry: held, isDeclined: false } : await layouter.layout(trace);
    if (trace !== newest) return;
    const how = arrival;
    // Who edits at the end of the graph stays at the end.
    const staysAtEnd = how === "edit" && plan !== null && state().cursor >= plan.steps.length;
    plan = planOf(trace);
    geometry = laid.geometry;
    const last = plan.steps.length;
    const switched = groups.follow(plan);
    Object.assign(state(), switched && { cursor: switched.cursor, selection: switched.selection });
    const { cursor, selection } = state();
    state().cursor = staysAtEnd ? last : Math.min(cursor, last);
    if (selection && !has(plan, selection)) state().selection = null;
    draw(how === "edit");
    if (switched?.focus) graph.focusSwitch(switched.focus);
    standing.set(laid.isDeclined ? { kind: "declined" } : null);
    workbench.drawn();
    drawLegend(find("#legend", HTMLElement), scaleOf(trace), words.t);
    show();
    arrival = "edit";
    if (how === "play") player.play();
  }

  /** @param {boolean} keepView */
  function draw(keepView) {
    const { graph, walk } = views();
    if (!plan || !geometry) return;
    const { trace, steps } = plan;
    const places = geometry;
    walk.through(() => graph.draw(trace, places, words.t, Math.min(state().cursor, steps.length), keepView, state().view));
  }

  /** Everything beside the graph, at the cursor. */
  function show() {
    if (!plan) return;
    const { graph, walk, tooltip, workbench, timeline, inspector, table, groups, trust, neurons } = views();
    const { t, language } = words;
    const { cursor, selection } = state();
    graph.select(selection);
    walk.follow();
    tooltip.refresh();
    workbench.show();
    timeline.show(plan, cursor, t, full);
    inspector.show({ plan, cursor, selection, full, language, t, ops: ops(), toggleGroup: groups.toggle, onWhole });
    table.show({ plan, cursor, t, full });
    trust.show();
    neurons.show();
  }

  /** @param {number} cursor @param {Selection | null} selection @param {number} duration */
  function go(cursor, selection, duration) {
    if (!plan) return;
    Object.assign(state(), { cursor: Math.min(Math.max(cursor, 0), plan.steps.length), selection });
    views().graph.show(state().cursor, duration);
    show();
    remember();
  }

  return {
    get plan() {
      return plan;
    },
    get isDrawn() {
      return geometry !== null;
    },
    get full() {
      return full;
    },
    /** What the page is at: what is selected, or what the current step computes. @returns {Selection | null} */
    get subject() {
      const step = plan && activeStep(plan, state().cursor);
      return state().selection ?? (step && { kind: "node", id: step.node });
    },
    take, show,
    /** The same picture in other words. */
    redraw: () => draw(true),
    /** @param {"open" | "play" | "edit"} how  the next trace comes */
    expect: (how) => (arrival = how),
    /** Another program is on its way: the steps of the one that is shown mean nothing any more. */
    leave() {
      plan = null;
      arrival = "open";
      views().tooltip.hide();
      views().timeline.clear();
    },
    /** Choose a node or an edge, and go to its moment. @param {Selection} selection */
    choose(selection) {
      player.pause();
      if (plan) go(momentOf(plan, selection), selection, 0);
    },
    /** @param {number} cursor @param {number} duration */
    goTo: (cursor, duration) => go(cursor, null, duration),
    /** A step asked for by hand. @param {number} cursor @param {boolean} animate */
    step(cursor, animate) {
      player.pause();
      go(cursor, null, animate ? player.travelMs : 0);
    },
    togglePrecision() {
      full = !full;
      show();
    },
  };
}
