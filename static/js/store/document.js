/** The program and its inputs, wherever they come from: typed, dragged, an example, what was saved. */

import { expandedBy } from "../graph/open_groups.js";

/** @typedef {import("../lib/types.js").Work} Work */
/** @typedef {import("./actions.js").Document} Document */

/**
 * @param {import("./store.js").Store<import("./page_state.js").PageState, import("./actions.js").Action>} store
 * @param {object} page
 * @param {(action: import("./actions.js").Action) => void} page.act  change the state, as the reader does
 * @param {() => "ko" | "en"} page.language
 * @param {ReturnType<typeof import("../program/examples.js").createExamples>} page.examples
 * @param {(name: string) => boolean} page.canOpen  whether it is a function whose definition is known
 * @param {() => void} page.show  it is to stand in the editor
 * @param {() => void} page.onChange  it is another one, made of the one before
 * @param {() => void} page.onLeave  it is another one altogether
 */
export function createDocument(store, { act, language, examples, canOpen, show, onChange, onLeave }) {
  /** Whether elided arrays are wanted with all their values. */
  let whole = false;

  /** An example in the reader's language. @param {string | null} id @returns {Document | null} */
  function exampleOf(id) {
    const example = examples.find(id);
    return !example ? null : { example: example.id, program: example.program[language()], inputs: example.inputs ?? {}, source: null };
  }

  /** @param {Work} work @returns {Document} */
  function documentOf({ program, inputs, source = null }) {
    return { program, inputs, source, example: examples.idOf(program, language()) };
  }

  /** @param {Document | null} document */
  function open(document) {
    if (!document) return;
    whole = false;
    act({ type: "opened", document });
    show();
    onLeave();
  }

  return {
    show,
    /** The example's program in the page's language, and nothing else of the page changes. @param {string | null} id */
    takeExample(id) {
      const document = exampleOf(id);
      if (!document) return;
      store.dispatch({ type: "rewritten", document });
      show();
    },
    /** @param {string} id */
    openExample: (id) => open(exampleOf(id)),
    /** Another piece of work, saved or from a file. @param {Work} work */
    open: (work) => open(documentOf(work)),
    /** The same work, changed a little. @param {Work} work @param {"rewritten" | "edited"} [type]  edited: by hand */
    change({ program, inputs }, type = "rewritten") {
      whole = false;
      act({ type, document: documentOf({ program, inputs }) });
      onChange();
    },
    /** A change was undone, or done again. @param {import("../program/editor.js").Kept} kept */
    restore({ open, cursor, selection, network, ...work }) {
      whole = false;
      act({ type: "restored", document: documentOf(work), open, cursor, selection, network });
      onChange();
    },
    /** The inputs that a source's answer told, for whoever goes on from there. @param {import("../lib/types.js").Trace} trace */
    learn({ program, nodes }) {
      const { source, program: own } = store.state;
      if (!source || program !== own) return;
      const known = nodes.filter(({ op, value }) => op === "input" && value !== null);
      store.dispatch({ type: "learned", inputs: Object.fromEntries(known.map(({ name, value }) => [name, value])) });
    },
    /** Until the program is another one. */
    wantWhole() {
      whole = true;
    },
    request() {
      const { program, inputs, open: opened, source } = store.state;
      // Only what is open, and its namesakes: a network with every function opened may be larger than the service takes.
      const expand = expandedBy(opened).filter(canOpen);
      return { program, inputs, ...(source && { source }), ...(expand.length && { expand }), ...(whole && { values: "full" }) };
    },
  };
}
