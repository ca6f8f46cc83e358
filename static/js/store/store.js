/** One owner of a state: it is frozen, actions change it through one reducer; what follows an action hears of it, and views of the slices that they show. */

/**
 * @template S
 * @template A
 * @typedef {object} Store
 * @property {S} state
 * @property {(action: A) => void} dispatch
 * @property {(follow: (action: A, before: S) => void) => void} hear  `follow` is called at once after each action, also one that asks for the same again
 * @property {(slice: (state: S) => unknown[], show: (state: S) => void) => () => void} watch  `show` is called once after
 *   an item of the slice has become another one, before the next picture; the answer ends it
 */

/**
 * @template {object} S
 * @template A
 * @param {S} first
 * @param {(state: S, action: A) => S} reduce  the same object where nothing changes
 * @param {(flush: () => void) => void} [soon]  when views are to hear: once for all that one event does
 * @returns {Store<S, A>}
 */
export function createStore(first, reduce, soon = queueMicrotask) {
  let state = Object.freeze(first);
  /** @type {Set<{slice: (state: S) => unknown[], show: (state: S) => void, shown: unknown[]}>} */
  const watchers = new Set();
  /** @type {((action: A, before: S) => void)[]} */
  const followers = [];
  let isWaiting = false;

  function flush() {
    isWaiting = false;
    for (const watcher of watchers) {
      const now = watcher.slice(state);
      if (isSame(now, watcher.shown)) continue;
      watcher.shown = now;
      watcher.show(state);
    }
  }

  return {
    get state() {
      return state;
    },
    dispatch(action) {
      const before = state;
      const next = reduce(before, action);
      if (next !== before) {
        state = Object.freeze(next);
        if (!isWaiting) soon(flush);
        isWaiting = true;
      }
      for (const follow of followers) follow(action, before);
    },
    hear: (follow) => void followers.push(follow),
    watch(slice, show) {
      const watcher = { slice, show, shown: slice(state) };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

/** @param {unknown[]} one @param {unknown[]} other */
function isSame(one, other) {
  return one.length === other.length && one.every((item, i) => Object.is(item, other[i]));
}
