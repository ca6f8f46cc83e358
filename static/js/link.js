/** Keeps the page's state in its link: replaced while one works, pushed where one may want to go back. */

import { UnreadableLink, decodeState, encodeState, DEFAULTS } from "./state.js";

const REST_MS = 300;

/**
 * @param {(state: import("./state.js").PageState) => void} onVisit  a link was opened on the open page
 * @param {() => void} onUnreadable
 */
export function createLink(onVisit, onUnreadable) {
  let timer = 0;

  async function read() {
    try {
      return await decodeState(location.hash);
    } catch (error) {
      if (!(error instanceof UnreadableLink)) throw error;
      onUnreadable();
      return { ...DEFAULTS };
    }
  }
  // Back and forward between states, and a link pasted into the address bar, all arrive as this event.
  window.addEventListener("hashchange", async () => {
    clearTimeout(timer);
    onVisit(await read());
  });

  /** @param {import("./state.js").PageState} state @param {"pushState" | "replaceState"} how */
  async function write(state, how) {
    clearTimeout(timer);
    const fragment = await encodeState(state);
    if (fragment !== location.hash) history[how](null, "", fragment || location.pathname);
  }

  return {
    read,
    /** @param {import("./state.js").PageState} state */
    push: (state) => write(state, "pushState"),
    /** @param {() => import("./state.js").PageState} state */
    replaceSoon(state) {
      clearTimeout(timer);
      timer = window.setTimeout(() => write(state(), "replaceState"), REST_MS);
    },
  };
}
