/**
 * The keyboard in the graph: one stop for Tab, and the left and right arrows walk along the story, from the leaves to
 * the output: before each node the edges that enter it, before a frame's first node its switch. PageUp and PageDown walk
 * from group to group.
 *
 * Only whoever came with the keyboard walks; after a click the arrows go on stepping.
 */

import { identities } from "./labels.js";

/** @typedef {import("../lib/types.js").Trace} Trace */
/** @typedef {{selector: string, same: string, node: number, group: number | null}} Stop  same: what it is called in the next drawing as well; group: that its node stands in */

/**
 * @param {Trace} trace
 * @returns {Stop[]}
 */
export function stopsOf(trace) {
  const same = identities(trace);
  /** @type {Stop[][]} */
  const entering = trace.nodes.map(() => []);
  for (const { id, source, target, argnum } of trace.edges.toSorted((a, b) => a.argnum - b.argnum)) {
    entering[target].push({ selector: `g.edge[data-id="${id}"] .hit`, same: `${same[source]} > ${same[target]} ${argnum}`, node: target, group: trace.nodes[target].group });
  }
  const opened = new Set();
  /** @param {number | null} group @param {number} node @returns {Stop[]} */
  const frames = (group, node) => {
    if (group === null || opened.has(group)) return [];
    opened.add(group);
    const { path, parent } = trace.groups[group];
    return [...frames(parent, node), ...(path ? [switchOf(path, node, group)] : [])];
  };
  return trace.nodes.flatMap(({ id, group, opens }) => [
    ...frames(group, id), ...entering[id],
    { selector: `g.node[data-id="${id}"] .hit`, same: same[id], node: id, group }, ...(opens ? [switchOf(opens, id, group)] : []),
  ]);
}

/** @param {string} path @param {number} node @param {number | null} group @returns {Stop} */
function switchOf(path, node, group) {
  return { selector: `.switch[data-path="${path.replace(/["\\]/g, "\\$&")}"]`, same: `switch ${path}`, node, group };
}

/**
 * @param {SVGSVGElement} svg
 * @param {object} on
 * @param {() => {trace: Trace | null, subject: import("../lib/types.js").Selection | null}} on.scene  subject: what the page is at
 * @param {(node: number) => void} on.reveal  bring the node into view
 * @param {AbortSignal} life  of the figure
 */
export function createKeyboardWalk(svg, { scene, reveal }, life) {
  /** @type {Stop[]} */
  let stops = [];
  let at = 0;
  /** @type {Element | null} */
  let stop = null;
  let byKeyboard = false;
  let walks = false;

  /** @param {number} to @returns {SVGElement | null} */
  function elementAt(to) {
    const element = to < 0 || to >= stops.length ? null : svg.querySelector(stops[to].selector);
    return element instanceof SVGElement ? element : null;
  }

  /** @param {number} to */
  function settle(to) {
    const element = elementAt(to);
    if (!element) return;
    // Of what has the focus it costs a layout of the page, also where it changes nothing.
    if (stop !== element) {
      stop?.setAttribute("tabindex", "-1");
      element.setAttribute("tabindex", "0");
    }
    stop = element;
    at = to;
  }

  /** @param {number} by  one further, or minus one back @param {number} [from]  the first that is tried */
  function go(by, from = at + by) {
    for (let to = from; to >= 0 && to < stops.length; to += by) {
      // Of a large graph only what is in view has elements. A switch may be hidden, where the picture is small.
      reveal(stops[to].node);
      const element = elementAt(to);
      if (!element?.checkVisibility()) continue;
      settle(to);
      return element.focus({ preventScroll: true });
    }
  }

  /** To the first stop of the next group, or of the one before. @param {1 | -1} by */
  function goByGroup(by) {
    const starts = stops.flatMap(({ group }, i) => (i === 0 || group !== stops[i - 1].group ? [i] : []));
    const to = by > 0 ? starts.find((start) => start > at) : starts.findLast((start) => start < at);
    if (to !== undefined) go(1, to);
  }

  document.addEventListener("keydown", () => (byKeyboard = true), { capture: true, signal: life });
  document.addEventListener("pointerdown", () => (byKeyboard = walks = false), { capture: true, signal: life });
  // Not at the drawing itself: Chromium makes what listens to the focus in an SVG a stop for Tab.
  svg.parentElement?.addEventListener("focusin", ({ target }) => {
    const found = stops.findIndex(({ selector }) => target instanceof Element && target.matches(selector));
    if (found >= 0) settle(found);
    walks = byKeyboard;
    if (walks && found >= 0) reveal(stops[found].node);
  }, { signal: life });
  svg.addEventListener("keydown", (event) => {
    if (!walks || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const byGroup = /** @type {Record<string, 1 | -1>} */ ({ PageDown: 1, PageUp: -1 })[event.key];
    if (!by && !byGroup) return;
    event.preventDefault();
    if (by) go(by);
    else goByGroup(byGroup);
  });

  return {
    /**
     * Make another drawing; the keyboard stays where it was, or as near as can be.
     * @param {() => void} draw
     */
    through(draw) {
      const { same } = stops[at] ?? { same: "" };
      const wasWithin = svg.contains(document.activeElement);
      draw();
      const { trace } = scene();
      stops = trace ? stopsOf(trace) : [];
      const found = stops.findIndex((one) => one.same === same);
      const to = found >= 0 ? found : Math.min(at, stops.length - 1);
      if (!elementAt(to)) stop?.setAttribute("tabindex", "-1");
      settle(to);
      if (wasWithin && document.activeElement !== stop) elementAt(at)?.focus({ preventScroll: true });
    },
    /** The step or the selection is another one: Tab comes to it, unless the keyboard is in the graph already. */
    follow() {
      const { subject } = scene();
      if (!subject || svg.contains(document.activeElement)) return;
      const selector = `g.${subject.kind}[data-id="${subject.id}"] .hit`;
      settle(stops.findIndex((one) => one.selector === selector));
    },
  };
}
