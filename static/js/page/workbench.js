/** The program and the graph as one thing to work on: lit on both sides, its numbers dragged, every change undone. */

import { find } from "../lib/dom.js";
import { whenWanted } from "../lib/when_wanted.js";
import { nodesAt, spanOf } from "../program/text_graph_links.js";

/** @typedef {import("../program/editor.js").Kept & {plan: import("../graph/frames.js").Plan | null}} Scene */
/** @typedef {import("../lib/types.js").Work} Work */
/** @typedef {ReturnType<typeof import("../program/editor.js").createEditor>} Editor */

/**
 * @param {object} page
 * @param {import("../graph/element.js").GradlensGraph} page.figure
 * @param {import("./decorations.js").Decorate} page.decorate
 * @param {() => Scene} page.scene
 * @param {() => Editor | null} page.editor
 * @param {(work: Work, isLast: boolean) => void} page.rewrite  take over what the page itself changed; isLast: no more follow at once
 * @param {() => import("../lib/types.js").Translate} page.t
 * @param {(again: () => void) => void} page.onFailure  a part of it could not be loaded
 */
export function createWorkbench({ figure, decorate, scene, editor, rewrite, t, onFailure }) {
  /** @type {{from: number, to: number} | null} */
  let place = null;
  /** A node that is pointed at elsewhere on the page. @type {number | null} */
  let pointed = null;

  /** The work before a number began to move. @type {Work | null} */
  let before = null;

  const literals = whenWanted(() => import("../program/literals.js"), onFailure);
  const dragging = whenWanted(async () => (await import("../program/number_dragging.js")).createNumberDragging(figure, {
    scene: () => {
      const { program, inputs, selection } = scene();
      return { trace: fresh()?.plan.trace ?? null, program, inputs, selected: selection?.kind === "node" ? selection.id : null };
    },
    preview(program) {
      const { program: untouched, inputs, source } = scene();
      before ??= { program: untouched, inputs, source };
      editor()?.preview({ ...scene(), program, source: null, updates: null });
      rewrite({ program, inputs }, false);
    },
    commit() {
      before = null;
      editor()?.commit();
      rewrite(work(), true);
    },
    abandon() {
      editor()?.abandon();
      if (before) rewrite(before, true);
      before = null;
    },
  }), onFailure);

  function work() {
    const { program, inputs } = scene();
    return { program, inputs };
  }

  /** One whole change, one step to undo. @param {Work} changed  without a source */
  function apply(changed) {
    editor()?.preview({ ...scene(), source: null, updates: null, ...changed });
    editor()?.commit();
    rewrite(changed, true);
  }

  const inputsPlace = find("#inputs", HTMLDetailsElement);
  const inputTable = whenWanted(async () => (await import("../program/inputs_table.js")).createInputsTable({
    scene: () => {
      const now = fresh();
      return now && { trace: now.plan.trace, program: now.program, inputs: now.inputs };
    },
    work, apply, t,
  }), onFailure);
  inputsPlace.addEventListener("toggle", showInputs);

  function showInputs() {
    if (inputTable.part || inputsPlace.open) inputTable.act((table) => table.show());
  }

  function showDraggable() {
    decorate("draggable", { nodes: dragging.part?.movable() ?? [] });
  }

  /** The scene where the drawing is the program's own. */
  function fresh() {
    const now = scene();
    return now.plan && now.plan.trace.program === now.program ? { ...now, plan: now.plan } : null;
  }

  function lightNodes() {
    const now = fresh();
    if (!now && place) return; // until the answer comes, what was lit stays lit
    decorate("lit", now && place ? { nodes: nodesAt(now.plan.trace, now.program, place) } : null);
  }

  function show() {
    editor()?.light(() => {
      const now = fresh();
      if (!now) return undefined;
      const isThere = pointed !== null && pointed < now.plan.trace.nodes.length;
      return spanOf(now.plan, isThere ? { kind: "node", id: pointed ?? 0 } : now.selection, now.cursor);
    });
  }

  return {
    apply,
    /** Have numbers dragged: a graph is seen before that. */
    prepare: () => dragging.act(showDraggable),
    /** Assign a value to a name that has none. @param {string} name */
    giveValue(name) {
      literals.act(({ withValue }) => {
        const { program, inputs } = work();
        apply({ program: withValue(program, name), inputs });
      });
    },
    /** @param {string} lines  to stand below the program */
    addLines(lines) {
      literals.act(({ withLines }) => {
        const { program, inputs } = work();
        apply({ program: withLines(program, lines), inputs });
      });
    },
    /** @param {string | null} name  that has no value */
    want(name) {
      if (inputTable.part || name !== null) inputTable.act((table) => table.want(name));
    },
    /** Whether a number is being moved: the picture then stays where it is. */
    get moving() {
      return dragging.part?.running ?? false;
    },
    /** @param {{from: number, to: number} | null} to  the place in the text */
    goTo(to) {
      place = to;
      lightNodes();
    },
    /** A drawing was made. */
    drawn() {
      showDraggable();
      lightNodes();
      showInputs();
    },
    /** The selection or the step is another one. */
    show,
    /** A node is pointed at elsewhere on the page. @param {number | null} id */
    point(id) {
      if (id === pointed) return;
      pointed = id;
      show();
    },
    /** What the text speaks of at a place. @param {number | null} at @returns {number[]} nodes */
    spokenOf(at) {
      const now = fresh();
      return now && at !== null ? nodesAt(now.plan.trace, now.program, { from: at, to: at }) : [];
    },
  };
}
