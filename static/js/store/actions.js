/** Everything that changes the page's state, and how. Pure. */

/** @typedef {import("./page_state.js").PageState} PageState */
/** @typedef {import("../lib/types.js").Selection} Selection */
/** @typedef {Pick<PageState, "program" | "inputs" | "example" | "source" | "updates">} Document  the program with all that belongs to it */
/**
 * @typedef {{type: "visited", state: PageState}
 *   | {type: "opened", document: Document, building?: boolean, network?: PageState["network"]}
 *   | {type: "rewritten", document: Document, isMoving?: boolean}
 *   | {type: "edited", document: Document}
 *   | {type: "restored", document: Document, open: string[], cursor: number, selection: Selection | null, network: PageState["network"]}
 *   | {type: "translated", document: Document}
 *   | {type: "learned", inputs: PageState["inputs"]}
 *   | {type: "moved", cursor: number, selection: Selection | null}
 *   | {type: "placed", cursor: number, selection: Selection | null}
 *   | {type: "looked", view: PageState["view"]}
 *   | {type: "unfolded", open: string[]}
 *   | {type: "wanted"}
 *   | {type: "pictured", picture: PageState["picture"]}
 *   | {type: "turned", panel?: string, building?: boolean}
 *   | {type: "arranged", widths?: (number | null)[], folded?: string[]}
 *   | {type: "detailed", full: boolean}
 *   | {type: "localized", local: boolean}
 *   | {type: "heated", heat: boolean}
 *   | {type: "noted", part: string, settings: Record<string, unknown>}
 *   | {type: "described", network: PageState["network"], place?: string}
 *   | {type: "preferred", language?: PageState["language"], theme?: PageState["theme"]}} Action
 *   visited: a link was opened, or the browser went back; opened: another document altogether; rewritten: the same one in
 *   other words, by the page (isMoving: more follow at once); edited: by hand; restored: undone or done again; translated: the
 *   example in the page's language; learned: what a source's answer told of the inputs; moved: another step or selection;
 *   placed: where that is in the trace that came; looked: the figure rests after a hand has moved it; unfolded: other groups
 *   are open; wanted: all values of elided arrays; pictured: the graph, or the neurons in its place; turned: to another panel, to the network's place or back; arranged: a column is wider or narrower, folded or not;
 *   detailed: numbers with every digit, or not; localized: one node and its neighbours stand out, or not; heated: the graph is a heat map, or not; noted: something
 *   chosen or written in a part of the page; described: another network in its form, in one place of it; preferred: the
 *   reader's own choices
 */

/** @param {PageState} state @param {{cursor: number, selection: Selection | null}} place */
const at = (state, { cursor, selection }) => ({ cursor, selection: isSelected(state.selection, selection) ? state.selection : selection });

/** What changes, by the type of the action. @type {{[T in Action["type"]]: (state: PageState, action: Extract<Action, {type: T}>) => Partial<PageState>}} */
const CHANGES = {
  // Who leaves the network's place by the browser's way back keeps what was built there.
  visited: ({ building, network }, { state }) => (building && !state.building ? { ...state, network } : state),
  opened: ({ settings: { data: _, ...settings }, network: before }, { document, building = false, network }) => ({ ...document, whole: false, cursor: 0, selection: null, view: null, open: [], settings, building, network: network ?? before }),
  rewritten: (_, { document }) => ({ ...document, whole: false }),
  edited: (_, { document }) => ({ ...document, whole: false, selection: null }),
  restored: (_, { document, open, cursor, selection, network }) => ({ ...document, whole: false, open, cursor, selection, network }),
  translated: (_, { document }) => document,
  learned: (_, { inputs }) => ({ inputs }),
  moved: at,
  placed: at,
  looked: (state, { view }) => ({ view: String(view) === String(state.view) ? state.view : view }),
  unfolded: (_, { open }) => ({ open }),
  wanted: () => ({ whole: true }),
  pictured: (_, { picture }) => ({ picture }),
  turned: (_, { type, ...turned }) => turned,
  arranged: (_, { type, ...arranged }) => arranged,
  detailed: (_, { full }) => ({ full }),
  localized: (_, { local }) => ({ local }),
  heated: (_, { heat }) => ({ heat }),
  noted: (state, { part, settings }) => ({ settings: { ...state.settings, [part]: { ...state.settings[part], ...settings } } }),
  described: (_, { network }) => ({ network }),
  preferred: (_, { type, ...chosen }) => chosen,
};

/** What the page does by itself: it is no news to the reader, and its link has it with the next change. @type {Set<Action["type"]>} */
export const BY_ITSELF = new Set(["visited", "translated", "learned", "placed"]);
/** What stands beside the program: what was said of that still holds. @type {Set<Action["type"]>} */
export const BESIDE = new Set(["turned", "arranged", "localized", "heated", "noted"]);
/** Where the reader looks: it changes nothing that could be undone. @type {Set<Action["type"]>} */
export const LOOKS = new Set(["moved", "looked"]);

/**
 * @param {PageState} state
 * @param {Action} action
 * @returns {PageState} the same object where nothing changes
 */
export function reduce(state, action) {
  const change = /** @type {(state: PageState, action: Action) => Partial<PageState>} */ (CHANGES[action.type]);
  const changed = change(state, action);
  const keys = /** @type {(keyof PageState)[]} */ (Object.keys(changed));
  return keys.every((key) => Object.is(state[key], changed[key])) ? state : { ...state, ...changed };
}

/** @param {Selection | null} one @param {Selection | null} other */
function isSelected(one, other) {
  return one?.kind === other?.kind && one?.id === other?.id;
}
