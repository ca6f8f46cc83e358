/** A part of the page whose modules are loaded when it is first wanted. */

/**
 * @template T
 * @param {() => Promise<T>} load
 * @param {(again: () => void) => void} onFailure  it could not be loaded; again: try once more
 */
export function whenWanted(load, onFailure) {
  /** @type {Promise<T> | null} */
  let coming = null;
  /** @type {T | null} */
  let part = null;

  /** Do something with the part, as soon as it is there. @param {(part: T) => void} what */
  async function act(what) {
    try {
      part ??= await (coming ??= load());
    } catch {
      coming = null;
      return onFailure(() => act(what));
    }
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
