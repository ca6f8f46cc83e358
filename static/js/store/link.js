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
  /** Whether the next address is an entry of its own in the browser's history. */
  let isPush = false;
  /** The newest address that is being made; an older one, or one of a page that was left, is not written. @type {Promise<unknown> | null} */
  let newest = null;

  /** What the address says; where it says nothing, or is the newest of this browser's own, the state that was left last. */
  async function open() {
    const last = readLast();
    // Left within a moment of the last change, the page has an address that does not tell it, or one before that.
    const left = (isReloaded() && readLast(true)) || (last?.address === location.hash ? last : null);
    if (left && location.hash !== "") writeSoon();
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
    leave();
    isDue = false;
    store.dispatch({ type: "visited", state: await read() });
  });
  // Whoever writes and reloads within a moment loses nothing.
  window.addEventListener("pagehide", () => {
    leave();
    if (isDue) keepLast(store.state, location.hash);
  });
  window.addEventListener("pageshow", () => isDue && writeSoon());

  /** What is still being written belongs to an address that is gone. */
  function leave() {
    clearTimeout(timer);
    isPush = false;
    newest = null;
  }

  /**
   * @param {"pushState" | "replaceState"} how
   * @returns {Promise<unknown>} until the newest address is there
   */
  function write(how) {
    clearTimeout(timer);
    isDue = true;
    isPush ||= how === "pushState";
    const written = store.state;
    /** @type {Promise<unknown>} */
    const writing = encodeState(written).then((fragment) => {
      if (writing !== newest) return newest;
      if (fragment !== location.hash) history[isPush ? "pushState" : "replaceState"](null, "", fragment || location.pathname);
      isPush = false;
      keepLast(written, location.hash);
      isDue = written !== store.state;
      return null;
    });
    newest = writing;
    return writing;
  }

  function writeSoon() {
    clearTimeout(timer);
    isDue = true;
    timer = window.setTimeout(() => write("replaceState"), REST_MS);
  }

  return {
    open,
    /** The state is another one, and may be another one soon; a reload finds it at once. */
    replaceSoon() {
      keepLast(store.state, location.hash, true);
      writeSoon();
    },
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
