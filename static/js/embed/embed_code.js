/** HTML that shows a figure of this service in another page. */

import { DEFAULTS, encodeState } from "../store/page_state.js";
import { searchOf } from "./parameters.js";

/** @typedef {import("../store/page_state.js").PageState} PageState */

/** In px: of a frame whose size nobody chose. */
const SIZE = { width: 800, height: 480 };

/**
 * The frame has an origin, this service's: from an origin of its own it could ask the service nothing.
 * @param {Partial<PageState>} state  program, inputs and groups that are open
 * @param {Partial<import("./parameters.js").Parameters> & {title?: string}} [how]  the frame is as large as width and height say; title: what a screen reader calls it
 * @param {string} [origin]  of the service
 * @returns {Promise<string>}
 */
export async function embedCode(state, { width, height, title = "gradlens", ...parameters } = {}, origin = location.origin) {
  const { program = "", inputs = {}, source = null, open = [] } = state;
  const fragment = await encodeState({ ...DEFAULTS, program, inputs, source, open });
  const address = `${origin}/embed${searchOf(parameters)}${fragment}`;
  return `<iframe src="${escaped(address)}" width="${width ?? SIZE.width}" height="${height ?? SIZE.height}" title="${escaped(title)}"`
    + ` style="border: 0; max-width: 100%" sandbox="allow-scripts allow-same-origin allow-popups" loading="lazy"></iframe>`;
}

/** In an attribute. @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
