/** One line above the page, with what can be done about it; where nothing can, it stays until the reader goes on. */

import { find } from "../lib/dom.js";
import { keepingFocus } from "../lib/focus.js";

/** @typedef {ReturnType<typeof createNotice>} Notice */

/**
 * @param {() => import("../lib/types.js").Translate | undefined} t
 * @param {() => SVGElement | null} stop  where the keyboard comes to when its place goes away
 */
export function createNotice(t, stop) {
  const place = find("#notice", HTMLElement);
  const words = find("#notice-words", HTMLElement);
  const button = find("#notice-act", HTMLButtonElement);
  /** @type {{key: string, action: string, act: (() => void) | null} | null} */
  let shown = null;

  function show() {
    const translate = t();
    place.hidden = shown === null;
    if (!translate || !shown) return;
    words.textContent = translate(shown.key);
    button.hidden = shown.act === null;
    button.textContent = translate(shown.action);
  }

  button.addEventListener("click", () => {
    const act = shown?.act;
    keepingFocus(place, hide, stop);
    act?.();
  });

  function hide() {
    shown = null;
    words.textContent = "";
    show();
  }

  return {
    /** @param {string} key @param {string} [action]  what the button says @param {() => void} [act] @returns {() => void} takes it back, if it still stands there */
    say(key, action = "again", act) {
      const said = (shown = { key, action, act: act ?? null });
      show();
      return () => shown === said && hide();
    },
    hide,
    /** The reader has changed something, or gone elsewhere: what was only to be known is known. */
    goOn() {
      if (shown && !shown.act) hide();
    },
    /** The language is another one. */
    refresh: show,
  };
}
