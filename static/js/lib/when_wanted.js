/** A part of the page whose modules are loaded when it is first wanted. */

/**
 * @template T
 * @param {() => Promise<T>} load
 * @param {(again: () => void) => (() => void) | void} onFailure  it could not be loaded; again: try once more; answers what takes the notice of it back
 */
export function whenWanted(load, onFailure) {
  /** @type {Promise<T> | null} */
  let coming = null;
  /** @type {T | null} */
  let part = null;
  /** @type {(() => void) | void} */
  let takeBack;

  /** Do something with the part, as soon as it is there. @param {(part: T) => void} what */
  async function act(what) {
    try {
      part ??= await (coming ??= load());
    } catch {
      coming = null;
      takeBack = onFailure(() => act(what));
      return;
    }
    takeBack?.();
    what(part);
  }

  return {
    act,
    /** Have it ready; what fails here is tried again when it is wanted. */
    prepare: () => (coming ??= load()).then((loaded) => void (part = loaded), () => void (coming = null)),
    /** It, where it is there already. */
    get part() {
      return part;
    },
  };
}
