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
 * @property {() => void} openGroup
 * @property {() => void} zoomIn
 * @property {() => void} zoomOut
 * @property {(x: number, y: number) => void} pan  in shares of the view
 * @property {() => void} precision
 * @property {() => void} cellBack
 * @property {() => void} cellForward
 * @property {() => void} shelf
 * @property {() => void} gradientProgram
 * @property {() => void} network
 * @property {() => void} check
 * @property {() => void} diagnose
 * @property {() => void} influence
 * @property {() => void} derive
 * @property {() => void} local
 * @property {() => void} neurons
 * @property {() => void} help
 */

/** @type {Map<string, Exclude<keyof Actions, "pan">>} */
export const KEYS = new Map([
  [" ", "toggle"], ["ArrowRight", "forward"], ["ArrowLeft", "back"], [".", "forward"], [",", "back"], ["Home", "start"], ["End", "end"],
  ["+", "faster"], ["=", "faster"], ["-", "slower"], ["f", "fit"], ["o", "openGroup"], ["z", "zoomIn"], ["Z", "zoomOut"], ["p", "precision"], ["[", "cellBack"], ["]", "cellForward"], ["s", "shelf"], ["b", "gradientProgram"], ["n", "network"],
  ["c", "check"], ["g", "diagnose"], ["i", "influence"], ["d", "derive"], ["l", "local"], ["v", "neurons"], ["?", "help"],
]);

/** By place on the keyboard, so that these letters work while Korean is being typed. @type {Map<string, Exclude<keyof Actions, "pan">>} */
const CODES = new Map([["KeyF", "fit"], ["KeyO", "openGroup"], ["KeyZ", "zoomIn"], ["⇧KeyZ", "zoomOut"], ["KeyP", "precision"], ["KeyS", "shelf"], ["KeyB", "gradientProgram"], ["KeyN", "network"],
  ["KeyC", "check"], ["KeyG", "diagnose"], ["KeyI", "influence"], ["KeyD", "derive"], ["KeyL", "local"], ["KeyV", "neurons"], ["BracketLeft", "cellBack"], ["BracketRight", "cellForward"], ["Period", "forward"], ["Comma", "back"]]);

/** With shift: where to look. @type {Map<string, [number, number]>} */
const PANS = new Map([["ArrowLeft", [-0.25, 0]], ["ArrowRight", [0.25, 0]], ["ArrowUp", [0, -0.25]], ["ArrowDown", [0, 0.25]]]);

const WRITING = "input:not([type=range]), textarea, select, [contenteditable=true], .cm-editor, dialog[open]";

/**
 * @param {Document} document
 * @param {Actions} actions
 */
export function listenToKeys(document, actions) {
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target?.closest(WRITING)) return;
    // Space presses the button or opens the summary that has the focus.
    if (event.key === " " && target?.closest("button, summary, a")) return;
    const pan = event.shiftKey && PANS.get(event.key);
    if (pan) {
      event.preventDefault();
      actions.pan(...pan);
      return;
    }
    const action = KEYS.get(event.key) ?? CODES.get(event.shiftKey ? `⇧${event.code}` : event.code);
    if (!action) return;
    event.preventDefault();
    actions[action]();
  });
}
