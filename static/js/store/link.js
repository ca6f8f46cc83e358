/** Keeps the page's state in its link: replaced while one works, pushed where one may want to go back. */

import { forgetLastOfTab, keepLast, readLast } from "./browser_storage.js";
import { UnreadableLink, decodeState, encodeState, DEFAULTS } from "./page_state.js";

/** @typedef {import("./page_state.js").PageState} PageState */

const REST_MS = 300;

/**
 * @param {import("./store.js").Store<PageState, import("./actions.js").Action>} store
 * @param {(isReadable: boolean) => void} onRead  an address was read
 */
export function createLink(store, onRead) {
  let timer = 0;
  /** Whether the state is another one than what was kept last, also while its address is still being made. */
  let isDue = false;
  /** How often the page or its address was left: what is still being written then belongs to an address that is gone. */
  let departures = 0;

  /** What the address says; where it says nothing, or is the newest of this browser's own, the state that was left last. */
  async function open() {
    const last = readLast();
    // Left within a moment of the last change, the page has an address that does not tell it, or one before that.
    const left = (isReloaded() && readLast(true)) || (last?.address === location.hash ? last : null);
    if (left && location.hash !== "") replaceSoon();
    const state = (left ?? (location.hash === "" ? last : null))?.state;
    if (!state) return read();
    keepLast(state, location.hash, true);
    return state;
  }

  async function read() {
    try {
      const found = await decodeState(location.hash);
      keepLast(found, location.hash, true);
      onRead(true);
      return found;
    } catch (error) {
      if (!(error instanceof UnreadableLink)) throw error;
      forgetLastOfTab();
      onRead(false);
      return { ...DEFAULTS };
    }
  }
  // Back and forward between states, and a link pasted into the address bar, all arrive as this event.
  window.addEventListener("hashchange", async () => {
    rest();
    departures += 1;
    isDue = false;
    store.dispatch({ type: "visited", state: await read() });
  });
  // Whoever writes and reloads within a moment loses nothing.
  window.addEventListener("pagehide", () => {
    departures += 1;
    if (isDue) keepLast(store.state, location.hash);
  });
  window.addEventListener("pageshow", () => isDue && replaceSoon());

  function rest() {
    clearTimeout(timer);
    timer = 0;
  }

  /** @param {"pushState" | "replaceState"} how */
  async function write(how) {
    rest();
    isDue = true;
    const [written, departure] = [store.state, departures];
    const fragment = await encodeState(written);
    if (departure !== departures) return;
    if (fragment !== location.hash) history[how](null, "", fragment || location.pathname);
    keepLast(written, location.hash);
    isDue = written !== store.state;
  }

  /** The state is another one, and may be another one soon. */
  function replaceSoon() {
    clearTimeout(timer);
    isDue = true;
    timer = window.setTimeout(() => write("replaceState"), REST_MS);
  }

  return {
    open, replaceSoon,
    push: () => write("pushState"),
    /** The address with the state as it is now. */
    async address() {
      await write("replaceState");
      return location.href;
    },
  };
}

function isReloaded() {
  const [how] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return how?.type === "reload";
}
