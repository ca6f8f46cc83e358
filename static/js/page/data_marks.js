/** Which inputs are data: guessed from how the program uses them, unless the reader has said otherwise. */

import { dataOf } from "../graph/meaning/data_inputs.js";
import { settingsOf } from "../store/settings.js";

/** @typedef {import("../lib/types.js").Trace} Trace */

/**
 * @param {object} page
 * @param {() => Trace | null} page.served  the drawn trace as the service sent it
 * @param {() => Map<string, import("../lib/types.js").OpEntry>} page.ops
 * @param {import("../store/settings.js").Keeper} page.keeper
 */
export function createDataMarks({ served, ops, keeper }) {
  /** By name, what the reader has said of an input. */
  const settings = settingsOf(keeper, "data", { marks: /** @type {Record<string, boolean>} */ ({}) });
  /** The last guess. @type {{of: Trace, ops: Map<string, unknown>, names: Set<string>} | null} */
  let guessed = null;

  /** @param {Trace} trace */
  function guess(trace) {
    const known = ops();
    if (guessed?.of !== trace || guessed.ops !== known) guessed = { of: trace, ops: known, names: dataOf(trace, known) };
    return guessed.names;
  }

  return {
    /** Their names. @param {Trace} drawn */
    of(drawn) {
      const whole = served();
      // Closed functions hide what an input is used for.
      const names = new Set(guess(whole?.gradients === drawn.gradients ? whole : drawn));
      for (const [name, isData] of Object.entries(settings.now.marks)) isData === true ? names.add(name) : names.delete(name);
      return names;
    },
    /** @param {string} name @param {boolean} isData */
    mark: (name, isData) => settings.set({ marks: { ...settings.now.marks, [name]: isData } }),
  };
}
