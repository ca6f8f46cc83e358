/** The program and the graph as one thing to work on: lit on both sides, its numbers dragged, every change undone. */

import { find } from "./dom.js";
import { createInputs } from "./inputs.js";
import { nodesAt, spanOf } from "./kinship.js";
import { withValue } from "./scrub.js";
import { listenToPrinting } from "./printing.js";
import { createScrubbing } from "./scrubbing.js";
import { createShelf } from "./shelf.js";

/** @typedef {{plan: import("./frames.js").Plan | null, selection: import("./types.js").Selection | null, cursor: number, program: string}} Scene */
/** @typedef {ReturnType<typeof import("./editor.js").createEditor>} Editor */

const WRITING = "input, textarea, select, .cm-editor, dialog[open]";

/**
 * @param {object} page
 * @param {() => Scene} page.scene
 * @param {() => Editor | null} page.editor
 * @param {(program: string, isLast: boolean) => void} page.rewrite  take over a program that the page itself changed; isLast: no more follow at once
 * @param {() => string | null} page.title  of the example that the program is
 * @param {() => Record<string, unknown>} page.inputs
 * @param {() => import("./types.js").Translate} page.t
 * @param {(work: {program: string, inputs: Record<string, unknown>}) => void} page.openWork
 */
export function createWorkbench({ scene, editor, rewrite, title, inputs, t, openWork }) {
  const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (find("#graph", SVGElement)));
  /** @type {{from: number, to: number} | null} */
  let place = null;

  const scrubbing = createScrubbing(svg, {
    scene: () => {
      const { program, selection } = scene();
      return { trace: fresh()?.plan.trace ?? null, program, selected: selection?.kind === "node" ? selection.id : null };
    },
    preview(program) {
      editor()?.preview(program);
      rewrite(program, false);
    },
    commit() {
      editor()?.commit();
      rewrite(scene().program, true);
    },
    abandon(before) {
      editor()?.abandon();
      rewrite(before, true);
    },
  });

  /** One whole change, one step to undo. @param {string} program */
  function apply(program) {
    editor()?.preview(program);
    editor()?.commit();
    rewrite(program, true);
  }

  const inputTable = createInputs({
    scene: () => {
      const now = fresh();
      return now && { trace: now.plan.trace, program: now.program };
    },
    apply, t,
  });

  /** The scene where the drawing is the program's own. */
  function fresh() {
    const now = scene();
    return now.plan && now.plan.trace.program === now.program ? { ...now, plan: now.plan } : null;
  }

  function lightNodes() {
    const now = fresh();
    if (!now && place) return; // until the answer comes, what was lit stays lit
    const ids = new Set(now && place ? nodesAt(now.plan.trace, now.program, place) : []);
    for (const mark of svg.querySelectorAll("g.node")) mark.classList.toggle("lit", ids.has(Number(mark.getAttribute("data-id"))));
  }

  listenToPrinting(svg, () => scene().program);
  const shelf = createShelf({ work: () => ({ program: scene().program, inputs: inputs(), title: title() }), open: openWork, t });
  find("#open-shelf", HTMLButtonElement).addEventListener("click", shelf.open);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.code !== "KeyS") return;
    event.preventDefault(); // the browser would save the page
    shelf.open();
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!(event.ctrlKey || event.metaKey) || event.altKey || target?.closest(WRITING)) return;
    const back = event.code === "KeyZ" && !event.shiftKey;
    const again = event.code === "KeyY" || (event.code === "KeyZ" && event.shiftKey);
    if (!back && !again) return;
    event.preventDefault();
    if (back) editor()?.undo();
    else editor()?.redo();
  });

  return {
    openShelf: shelf.open,
    /** Assign a value to a name that has none. @param {string} name */
    giveValue: (name) => apply(withValue(scene().program, name)),
    /** Whether a number is being moved: the picture then stays where it is. */
    get moving() {
      return scrubbing.running;
    },
    /** @param {{from: number, to: number} | null} to  the place in the text */
    goTo(to) {
      place = to;
      lightNodes();
    },
    /** A drawing was made. */
    drawn() {
      scrubbing.mark();
      lightNodes();
      inputTable.show();
    },
    /** The selection or the step is another one. */
    show() {
      const now = fresh();
      if (now) editor()?.light(spanOf(now.plan, now.selection, now.cursor));
    },
  };
}
