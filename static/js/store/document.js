/** The program and its inputs, wherever they come from: typed, dragged, an example, the shelf. */

import { expandedBy } from "../graph/open_groups.js";

/** @typedef {import("../lib/types.js").Work} Work */

/**
 * @param {object} page
 * @param {() => import("./page_state.js").PageState} page.state
 * @param {() => "ko" | "en"} page.language
 * @param {ReturnType<typeof import("../program/examples.js").createExamples>} page.examples
 * @param {(name: string) => boolean} page.canOpen  whether it is a function whose definition is known
 * @param {() => void} page.show  it is to stand in the editor
 * @param {() => void} page.onChange  it is another one, made of the one before
 * @param {() => void} page.onLeave  it is another one altogether
 */
export function createWork({ state, language, examples, canOpen, show, onChange, onLeave }) {
  /** Whether elided arrays are wanted with all their values. */
  let whole = false;

  /** An example's program in the reader's language. @param {string | null} id */
  function takeExample(id) {
    const example = examples.find(id);
    if (!example) return;
    Object.assign(state(), { example: example.id, program: example.program[language()], inputs: example.inputs ?? {}, source: null });
    show();
  }

  function leave() {
    whole = false;
    Object.assign(state(), { cursor: 0, selection: null, view: null, open: [] });
    onLeave();
  }

  return {
    takeExample, show,
    /** @param {string} id */
    openExample(id) {
      takeExample(id);
      leave();
    },
    /** Another piece of work, from the shelf or a file. @param {Work} work */
    open({ program, inputs, source = null }) {
      Object.assign(state(), { program, inputs, source, example: examples.idOf(program, language()) });
      show();
      leave();
    },
    /** The same work, changed a little. @param {Work} work */
    change({ program, inputs }) {
      Object.assign(state(), { program, inputs, source: null, example: examples.idOf(program, language()) });
      whole = false;
      onChange();
    },
    /** The inputs that a source's answer told, for whoever goes on from there. @param {import("../lib/types.js").Trace} trace */
    learn({ program, nodes }) {
      const { source, program: own } = state();
      if (!source || program !== own) return;
      const known = nodes.filter(({ op, value }) => op === "input" && value !== null);
      state().inputs = Object.fromEntries(known.map(({ name, value }) => [name, value]));
    },
    /** Until the program is another one. */
    wantWhole() {
      whole = true;
    },
    request() {
      const { program, inputs, open, source } = state();
      // Only what is open, and its namesakes: a network with every function opened may be larger than the service takes.
      const expand = expandedBy(open).filter(canOpen);
      return { program, inputs, ...(source && { source }), ...(expand.length && { expand }), ...(whole && { values: "full" }) };
    },
  };
}
