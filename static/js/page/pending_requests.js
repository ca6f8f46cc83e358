/** What takes longer than a moment: said beside the graph, and cancelled by its button or by Escape. */

import { find } from "../lib/dom.js";
import { keepingFocus } from "../lib/focus.js";

/** Shorter waits are over before a notice could be read. */
const MOMENT_MS = 300;

/** @typedef {{key: string, cancel: () => void, timer: number, slow: boolean}} Activity */
/** @typedef {ReturnType<typeof createPendingRequests>["begin"]} Begin */

/**
 * @param {() => import("../lib/types.js").Translate} t
 * @param {() => SVGElement | null} stop  where the keyboard comes to when its place goes away
 */
export function createPendingRequests(t, stop) {
  const place = find("#activity", HTMLElement);
  const words = find("#waiting", HTMLElement);
  const button = find("#cancel", HTMLButtonElement);
  /** @type {Activity[]} */
  let running = [];
  /** Where the keyboard was before it came to the button. @type {HTMLElement | SVGElement | null} */
  let before = null;

  /** What was asked for last is what the reader waits for. */
  const newest = () => running.findLast(({ slow }) => slow);

  function show() {
    const shown = newest();
    // The words' own place is never hidden: a screen reader speaks only of changes in what it knows.
    words.textContent = shown ? t()(shown.key) : "";
    place.classList.toggle("idle", !shown);
    keepingFocus(button, () => (button.hidden = !shown), () => (before?.isConnected ? before : stop()));
  }

  function cancel() {
    newest()?.cancel();
  }

  button.addEventListener("focusin", ({ relatedTarget }) => {
    before = relatedTarget instanceof HTMLElement || relatedTarget instanceof SVGElement ? relatedTarget : null;
  });
  button.addEventListener("click", cancel);
  // After everything else of the page: Escape takes back a drag before it cancels what the drag asked for.
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]") || !newest()) return;
    event.preventDefault();
    cancel();
  });

  return {
    /**
     * @param {string} key  of the words that say what is being done
     * @param {() => void} cancel  called once, if ever; it ends the activity
     * @returns {() => void} to be called when it is over
     */
    begin(key, cancel) {
      /** @type {Activity} */
      const own = { key, cancel: () => { end(); cancel(); }, timer: 0, slow: false };
      own.timer = window.setTimeout(() => {
        own.slow = true;
        show();
      }, MOMENT_MS);
      function end() {
        clearTimeout(own.timer);
        running = running.filter((one) => one !== own);
        show();
      }
      running.push(own);
      return end;
    },
    /** The language is another one. */
    refresh: show,
  };
}
