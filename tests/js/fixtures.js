/** Traces that the engine made (`make generate`), and a stand-in for measuring text. */

import { readFileSync } from "node:fs";

/** @typedef {import("../../static/js/lib/types.js").Trace} Trace */

export const NAMES = /** @type {const} */ ([
  "apples", "square_of_sum", "two_paths", "neuron", "affine", "mazur", "parallel_and_dead", "array_twice", "not_finite",
  "functions_fused", "functions_expanded", "chain", "relu", "staged", "softmax_cross_entropy", "two_layer_net",
]);

/** Traces of programs that a reader has edited a little: of each, the original is among the others. */
export const EDITED = /** @type {const} */ (["apples", "neuron", "mazur", "two_paths"]);

/**
 * @param {typeof NAMES[number] | `edited_${typeof EDITED[number]}`} name
 * @returns {Trace}
 */
export function fixture(name) {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}

/**
 * All words of a language, those of parts that are loaded later included.
 * @param {"en" | "ko"} language
 * @returns {Record<string, string>}
 */
export function catalogue(language) {
  return { ...wordsIn(language), ...wordsIn(`panels.${language}`), ...wordsIn(`network.${language}`), ...wordsIn(`cells.${language}`), ...wordsIn(`problems.${language}`), ...wordsIn(`learn.${language}`), ...wordsIn(`compare.${language}`), ...wordsIn(`take_away.${language}`), ...wordsIn(`exam.${language}`) };
}

/**
 * @param {string} name  a file in static/i18n
 * @returns {Record<string, string>}
 */
function wordsIn(name) {
  return JSON.parse(readFileSync(new URL(`../../static/i18n/${name}.json`, import.meta.url), "utf8"));
}

/** Eight px a letter, fourteen for Hangul. @param {string} text */
export function estimate(text) {
  return [...text].reduce((sum, letter) => sum + (letter >= "\u1100" ? 14 : 8), 0);
}
