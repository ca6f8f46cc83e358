/** The page's keys. They rest while one writes in the editor or in a field. */

/**
 * @typedef {object} Actions
 * @property {() => void} toggle
 * @property {() => void} forward
 * @property {() => void} back
 * @property {() => void} start
 * @property {() => void} end
 * @property {() => void} faster
 * @property {() => void} slower
 * @property {() => void} fit
 * @property {() => void} precision
 * @property {() => void} help
 */

/** @type {Map<string, keyof Actions>} */
const KEYS = new Map([
  [" ", "toggle"], ["ArrowRight", "forward"], ["ArrowLeft", "back"], ["Home", "start"], ["End", "end"],
  ["+", "faster"], ["=", "faster"], ["-", "slower"], ["f", "fit"], ["p", "precision"], ["?", "help"],
]);

/** By place on the keyboard, so that these letters work while Korean is being typed. @type {Map<string, keyof Actions>} */
const CODES = new Map([["KeyF", "fit"], ["KeyP", "precision"]]);

const WRITING = "input:not([type=range]), textarea, select, [contenteditable=true], .cm-editor, dialog[open]";

/**
 * @param {Document} document
 * @param {Actions} actions
 */
export function listenToKeys(document, actions) {
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target?.closest(WRITING)) return;
    // Space presses the button, opens the summary or chooses the mark that has the focus.
    if (event.key === " " && target?.closest("button, summary, a")) return;
    const action = KEYS.get(event.key) ?? CODES.get(event.code);
    if (!action) return;
    event.preventDefault();
    actions[action]();
  });
}
