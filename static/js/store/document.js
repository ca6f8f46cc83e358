/** The program and its inputs, wherever they come from: typed, dragged, an example, what was saved. */

import { expandedBy } from "../graph/open_groups.js";

/** @typedef {import("../lib/types.js").Work} Work */
/** @typedef {import("./actions.js").Document} Document */
/** @typedef {import("./page_state.js").PageState} PageState */

/**
 * @param {import("./store.js").Store<PageState, import("./actions.js").Action>} store
 * @param {() => "ko" | "en"} language
 * @param {ReturnType<typeof import("../program/examples.js").createExamples>} examples
 */
export function createDocument(store, language, examples) {
  /** An example in the reader's language. @param {string | null} id @returns {Document | null} */
  function exampleOf(id) {
    const example = examples.find(id);
    return !example ? null : { example: example.id, program: example.program[language()], inputs: example.inputs ?? {}, source: null, updates: null };
  }

  /** @param {Work} work @returns {Document} */
  function documentOf({ program, inputs, source = null, updates = null }) {
    return { program, inputs, source, updates, example: examples.idOf(program, language()) };
  }

  return {
    /** The example's program in the page's language, and nothing else of the page changes. @param {string | null} id */
    translate(id) {
      const document = exampleOf(id);
      if (document) store.dispatch({ type: "translated", document });
    },
    /** @param {string} id */
    openExample(id) {
      const document = exampleOf(id);
      if (document) store.dispatch({ type: "opened", document });
    },
    /** Another piece of work, saved or from a file. @param {Work} work @param {boolean} [building]  the network's place stays open beside it */
    open: (work, building = Boolean(work.network)) => store.dispatch({ type: "opened", document: documentOf(work), building, network: work.network }),
    /** The same work, changed a little by hand. @param {Work} work */
    edit: ({ program, inputs }) => store.dispatch({ type: "edited", document: documentOf({ program, inputs }) }),
    /** The same work, changed a little by the page. @param {Work} work @param {boolean} isMoving  more changes follow at once */
    rewrite: (work, isMoving) => store.dispatch({ type: "rewritten", document: documentOf(work), isMoving }),
    /** A change was undone, or done again. @param {import("../program/editor.js").Kept} kept */
    restore: ({ open, cursor, selection, network, ...work }) => store.dispatch({ type: "restored", document: documentOf(work), open, cursor, selection, network }),
    /** The inputs that a source's answer told, for whoever goes on from there. @param {import("../lib/types.js").Trace} trace */
    learn({ program, nodes }) {
      const { source, program: own } = store.state;
      if (!source || program !== own) return;
      const known = nodes.filter(({ op, value }) => op === "input" && value !== null);
      store.dispatch({ type: "learned", inputs: Object.fromEntries(known.map(({ name, value }) => [name, value])) });
    },
  };
}

/**
 * What the service is asked.
 * @param {PageState} state
 * @param {(name: string) => boolean} canOpen  whether it is a function whose definition is known
 * @returns {Work & Record<string, unknown>}
 */
export function requestOf({ program, inputs, open, source, whole }, canOpen) {
  // Only what is open, and its namesakes: a network with every function opened may be larger than the service takes.
  const expand = expandedBy(open).filter(canOpen);
  return { program, inputs, ...(source && { source }), ...(expand.length && { expand }), ...(whole && { values: "full" }) };
}
