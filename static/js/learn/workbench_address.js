/** The address at which the workbench opens a program. */

import { DEFAULTS, encodeState } from "../store/page_state.js";

/** @param {string} program @param {Record<string, unknown>} inputs  beside it @returns {Promise<string>} */
export async function workbenchAddress(program, inputs) {
  return `/${await encodeState({ ...DEFAULTS, program, inputs, example: null })}`;
}
