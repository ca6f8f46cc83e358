/** Functions that are opened and closed in place: which are open is the page's state, what is drawn follows from it. */

import { closedAround, collapse } from "./collapsed_groups.js";
import { activeStep, has } from "./frames.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {import("../lib/types.js").Selection} Selection */
/** @typedef {import("./frames.js").Plan} Plan */

/**
 * @param {object} page
 * @param {() => {plan: Plan | null, cursor: number, selection: Selection | null, open: string[]}} page.scene
 * @param {import("./element.js").GradlensGraph} page.figure
 * @param {(op: string) => boolean} page.canOpen  whether an op's definition is known
 * @param {(open: string[]) => void} page.setOpen  the program is to be traced again with these groups open
 */
export function createOpenGroups({ figure, scene, canOpen, setOpen }) {
  /** @type {Trace | null} */
  let served = null;
  /** What the reader saw when a group was switched. @type {{plan: Plan, cursor: number, selected: boolean, path: string, focused: boolean} | null} */
  let switched = null;

  /** Open a group or close it. @param {string} path */
  function toggle(path) {
    const { plan, cursor, selection, open } = scene();
    if (!plan) return;
    const focused = figure.contains(document.activeElement);
    switched = { plan, cursor, selected: selection !== null, path, focused };
    setOpen(toggled(open, path));
  }

  return {
    toggle,
    /** As the service sent it. */
    get served() {
      return served;
    },
    /** @param {Trace} trace  as the service sent it @returns {Trace} as it is drawn */
    shown(trace) {
      served = trace;
      return collapse(trace, scene().open, canOpen);
    },
    /**
     * Where an edge of the program, with its functions fused, is drawn; null where it is not.
     * @param {number} edge
     * @returns {Selection | null}
     */
    placeOf(edge) {
      const { plan, open } = scene();
      if (!plan || !served || open.length) return null; // the service numbered the edges of another graph
      const { source, target, argnum } = served.edges[edge] ?? {};
      const { nodes, edges } = plan.trace;
      /** @param {number} id */
      const isFrom = (id) => nodes[id].origin === source;
      const found = edges.find((one) => isFrom(one.source) && nodes[one.target].origin === target && one.argnum === argnum)
        ?? edges.find((one) => isFrom(one.source) && one.parts?.some(({ into }) => into.id === target));
      return found ? { kind: "edge", id: found.id } : null;
    },
    /** Open what is closed around a node. @param {number} id  as the service counts @returns {boolean} whether there was anything */
    reveal(id) {
      const { plan, open } = scene();
      if (!served || plan?.trace.nodes.some((node) => node.origin === id && !node.opens)) return false;
      const closed = closedAround(served, id, open, canOpen);
      if (closed.length) setOpen([...open, ...closed]);
      return closed.length > 0;
    },
    /** Open the function at the node that has the focus, is selected or is being computed; close the one around it. */
    toggleHere() {
      const { plan, cursor, selection } = scene();
      if (!plan) return;
      const id = figure.focusedNode ?? (selection?.kind === "node" ? selection.id : activeStep(plan, cursor)?.node);
      if (id === undefined || !has(plan, { kind: "node", id })) return;
      const { opens, group } = plan.trace.nodes[id];
      const path = opens ?? (group === null ? null : plan.trace.groups[group].path);
      if (path) toggle(path);
    },
    /**
     * After a group was switched: the same moment among the new steps. Null if none was.
     * @param {Plan} plan
     * @returns {{cursor: number, selection: Selection | null, focus: string | null} | null}
     *   focus: the group whose switch takes over the keyboard's place
     */
    follow(plan) {
      const from = switched;
      switched = null;
      // What was cancelled and followed by another program was switched in a graph that is gone.
      if (!from || from.plan.trace.program !== plan.trace.program) return null;
      const result = resultOf(plan.trace, from.path);
      return {
        cursor: momentAfter(from, plan),
        selection: from.selected && result !== null ? { kind: "node", id: result } : null,
        focus: from.focused && (figure.contains(document.activeElement) || document.activeElement === document.body) ? from.path : null,
      };
    },
  };
}

/** The open groups after one of them was switched: of a loop, its first turn is opened too, for what the others repeat. @param {string[]} open @param {string} path */
export function toggled(open, path) {
  if (open.includes(path)) return open.filter((one) => one !== path && !one.startsWith(`${path}/`));
  const loop = /(?:^|\/)(for|while)\.\d+$/.exec(path);
  return [...open, path, ...(loop ? [`${path}/${loop[1]} 1.1`] : [])];
}

/** The functions that open groups are of, each once. @param {string[]} open */
export function expandedBy(open) {
  return [...new Set(open.flatMap((path) => path.split("/").map((step) => step.slice(0, step.lastIndexOf(".")))))];
}

/**
 * @param {{plan: Plan, cursor: number, path: string}} from
 * @param {Plan} to
 * @returns {number}
 */
export function momentAfter({ plan, cursor, path }, to) {
  const before = resultOf(plan.trace, path);
  const after = resultOf(to.trace, path);
  if (cursor >= plan.steps.length) return to.steps.length;
  if (before === null || after === null) return Math.min(cursor, to.steps.length);
  // Up to the group's first step both plans are the same.
  if (cursor < plan.valueAt[before]) return Math.min(cursor, to.valueAt[after] - 1);
  const complete = plan.completeAt[before];
  if (complete > 0 && cursor >= complete) return to.completeAt[after];
  return cursor >= plan.turn ? to.turn : to.valueAt[after];
}

/**
 * The node with a group's value: the one that stands for it, or the last one in it.
 * @param {Trace} trace
 * @param {string} path
 * @returns {number | null}
 */
function resultOf({ nodes, groups }, path) {
  const closed = nodes.find(({ opens }) => opens === path);
  if (closed) return closed.id;
  const within = groups.filter((group) => group.path === path || group.path?.startsWith(`${path}/`));
  const last = within.flatMap((group) => group.nodes).reduce((a, b) => Math.max(a, b), -1);
  return last < 0 ? null : last;
}
