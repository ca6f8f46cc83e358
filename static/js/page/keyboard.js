/** The page's keys, from the table of features. They rest while one writes in the editor or in a field. */

/** @typedef {import("./features.js").Feature} Feature */
/** @typedef {"everywhere" | "figure" | "off"} Letters  where keys that are a single character count (WCAG 2.1.4) */

const WRITING = "input:not([type=range]), textarea, select, [contenteditable=true], .cm-editor, dialog[open]";
/** What the keyboard may have come to: who types letters there means no command. After a click the keys go on working. */
const PRESSED = "button:not([role=tab]), summary, a";
const FIGURE = "gradlens-graph, #timeline, #neurons";

/** By place on the keyboard, so that these keys work while Korean is being typed. @type {Record<string, string>} */
const PLACES = { BracketLeft: "[", BracketRight: "]", Period: ".", Comma: "," };

/**
 * How a table of features names what is pressed: first as it is written, then by its place on the keyboard.
 * @param {Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey">} event
 * @returns {string[]}
 */
export function namesOf({ key, code, shiftKey, ctrlKey, metaKey }) {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (ctrlKey || metaKey) return letter ? [`Ctrl ${shiftKey ? "⇧ " : ""}${letter.toLowerCase()}`] : [];
  const place = letter ? (shiftKey ? letter : letter.toLowerCase()) : shiftKey ? undefined : PLACES[code];
  return [shiftKey && key.length > 1 ? `⇧ ${key}` : key, ...(place ? [place] : [])];
}

/** @param {string} name  of a key */
export function isCharacter(name) {
  return name.length === 1 && name !== " ";
}

/**
 * @param {Document} document
 * @param {Feature[]} features
 * @param {(feature: Feature) => void} run
 * @param {() => Letters} letters
 */
export function listenToKeys(document, features, run, letters) {
  const known = new Map(features.flatMap((feature) => (feature.keys ?? []).map((key) => [key, feature])));
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const name = namesOf(event).find((one) => known.has(one));
    const feature = name === undefined ? undefined : known.get(name);
    if (!feature || name === undefined) return;
    if (name.startsWith("Ctrl")) {
      // What is written has a history of its own.
      if (["undo", "redo"].includes(feature.id) && target?.closest(WRITING)) return;
      event.preventDefault(); // the browser would save the page, or look for something
      if (document.querySelector("dialog[open]")) return;
    } else if (target?.closest(WRITING)) return;
    // Space presses the button or opens the summary that has the focus.
    if (name === " " && target?.closest("button, summary, a")) return;
    if (isCharacter(name)) {
      if (letters() === "off" || (letters() === "figure" && !target?.closest(FIGURE))) return;
      if (/\p{L}/u.test(name) && target?.closest(PRESSED)?.matches(":focus-visible") && !target.closest(FIGURE)) return;
    }
    event.preventDefault();
    run(feature);
  });
}
