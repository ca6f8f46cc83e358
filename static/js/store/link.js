/** Keeps the page's state in its link: replaced while one works, pushed where one may want to go back. */

import { keepLast, readLast } from "./browser_storage.js";
import { UnreadableLink, decodeState, encodeState, DEFAULTS } from "./page_state.js";

const REST_MS = 300;

/**
 * @param {(state: import("./page_state.js").PageState) => void} onVisit  a link was opened on the open page
 * @param {(isReadable: boolean) => void} onRead  an address was read
 */
export function createLink(onVisit, onRead) {
  let timer = 0;

  /** What the address says; where it says nothing, or is the newest of this browser's own, the state that was left last. */
  async function open() {
    const last = readLast();
    return last && (location.hash === "" || last.address === location.hash) ? last.state : read();
  }

  async function read() {
    try {
      const state = await decodeState(location.hash);
      onRead(true);
      return state;
    } catch (error) {
      if (!(error instanceof UnreadableLink)) throw error;
      onRead(false);
      return { ...DEFAULTS };
    }
  }
  // Back and forward between states, and a link pasted into the address bar, all arrive as this event.
  window.addEventListener("hashchange", async () => {
    clearTimeout(timer);
    onVisit(await read());
  });

  /** @param {import("./page_state.js").PageState} state @param {"pushState" | "replaceState"} how */
  async function write(state, how) {
    clearTimeout(timer);
    const fragment = await encodeState(state);
    if (fragment !== location.hash) history[how](null, "", fragment || location.pathname);
    keepLast(state, location.hash);
  }

  return {
    open,
    /** @param {import("./page_state.js").PageState} state */
    push: (state) => write(state, "pushState"),
    /** The address with the state as it is now. @param {import("./page_state.js").PageState} state */
    async address(state) {
      await write(state, "replaceState");
      return location.href;
    },
    /** @param {() => import("./page_state.js").PageState} state */
    replaceSoon(state) {
      // At once: whoever writes and reloads within a moment loses nothing.
      keepLast(state(), location.hash);
      clearTimeout(timer);
      timer = window.setTimeout(() => write(state(), "replaceState"), REST_MS);
    },
  };
}
