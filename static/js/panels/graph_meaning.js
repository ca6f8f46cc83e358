/**
 * What a graph is about, beyond its numbers: which inputs are data, guessed from how the program uses them, unless the
 * reader has said otherwise; where probabilities minus labels come back; and how a step of a training moves its parameters.
 */

import { dataOf } from "../graph/meaning/data_inputs.js";
import { differenceIn } from "../graph/meaning/difference_search.js";
import { updateMark, updateText } from "../graph/meaning/parameter_updates.js";
import { settingsOf } from "../store/settings.js";

/** @typedef {import("../lib/types.js").Trace} Trace */

/**
 * @param {object} page
 * @param {() => Trace | null} page.served  the drawn trace as the service sent it
 * @param {() => Map<string, import("../lib/types.js").OpEntry>} page.ops
 * @param {() => import("../lib/types.js").Updates | null} page.updates
 * @param {import("../store/settings.js").Keeper} page.keeper
 * @param {import("../page/decorations.js").Decorate} page.decorate
 * @param {() => import("../lib/types.js").Translate} page.t
 */
export function createGraphMeaning({ served, ops, updates, keeper, decorate, t }) {
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

  /** Names of the inputs that are data. @param {Trace} drawn */
  function data(drawn) {
    const whole = served();
    // Closed functions hide what an input is used for.
    const names = new Set(guess(whole?.gradients === drawn.gradients ? whole : drawn));
    for (const [name, isData] of Object.entries(settings.now.marks)) isData === true ? names.add(name) : names.delete(name);
    return names;
  }

  return {
    data, difference: differenceIn,
    /** @param {string} name @param {boolean} isData */
    mark: (name, isData) => settings.set({ marks: { ...settings.now.marks, [name]: isData } }),
    /** What is data, and what moves, is marked in the figure. @param {Trace | null} drawn */
    show(drawn) {
      const names = drawn && data(drawn);
      const nodes = drawn?.nodes.filter(({ op, name }) => op === "input" && names?.has(name ?? "")).map(({ id }) => id) ?? [];
      decorate("data", nodes.length ? { nodes, notes: Object.fromEntries(nodes.map((id) => [id, t()("graph.data")])) } : null);
      const moves = /** @type {[number, import("../service/wire_types.js").ParameterUpdate][]} */ (drawn?.nodes.flatMap(({ id, op, name }) => {
        const update = op === "input" && name !== null && updates()?.[name];
        return update ? [[id, update]] : [];
      }) ?? []);
      decorate("update", moves.length ? {
        nodes: moves.map(([id]) => id), notes: Object.fromEntries(moves.map(([id, update]) => [id, updateMark(update)])),
        said: Object.fromEntries(moves.map(([id, update]) => [id, updateText(update, t())])),
      } : null);
    },
  };
}
