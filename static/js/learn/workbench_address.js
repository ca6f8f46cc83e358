/** The address at which the workbench opens a program. */

import { DEFAULTS, encodeState } from "../store/page_state.js";

/** @param {{program: string}} of @returns {Promise<string>} */
export async function workbenchAddress({ program }) {
  return `/${await encodeState({ ...DEFAULTS, program, example: null })}`;
}
